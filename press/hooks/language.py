"""Tie each page to its twin in the other language. A page without a twin is a warning, so a strict build fails.

Templates get `twin` (the same page in the other language: lang, name, and a relative link, so that the site works
wherever it is mounted) and, on real pages, `addresses` (lang: the page's absolute address, for hreflang).
"""

import logging
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from press import LANGUAGES
from press.settings import PREFIXES

log = logging.getLogger("mkdocs.hooks.language")


def on_config(config):
    config.site_url += PREFIXES[config.theme["language"]]
    config.extra["alternate"] = True  # the header shows partials/alternate.html
    return config


def on_files(files, config):
    """Both builds find docs/assets, which stands in git once."""
    docs = Path(config.docs_dir).parent
    for path in sorted((docs / "assets").rglob("*")):
        if path.is_file():
            name = path.relative_to(docs).as_posix()
            files.append(File(name, str(docs), config.site_dir, config.use_directory_urls))
    return files


def on_page_context(context, page, config, nav):
    here, other = _languages(config)
    exists = (Path(config.docs_dir).parent / other / page.file.src_uri).exists()
    if not exists:
        log.warning("docs/%s/%s is missing: every page stands in both languages", other, page.file.src_uri)
    target = PREFIXES[other] + (page.url if exists else "")
    context["twin"] = _twin(other, get_relative_url(target or "./", PREFIXES[here] + page.url))
    languages = LANGUAGES if exists else [here]
    context["addresses"] = {lang: _root(config) + PREFIXES[lang] + page.url for lang in languages}
    return context


def on_template_context(context, template_name, config):
    """404.html is served from any depth: its links start at the root of the host."""
    _, other = _languages(config)
    root = urlsplit(_root(config)).path
    context["homes"] = {lang: root + PREFIXES[lang] for lang in LANGUAGES}
    context["twin"] = _twin(other, context["homes"][other])
    return context


def _languages(config) -> tuple[str, str]:
    here = config.theme["language"]
    return here, next(lang for lang in LANGUAGES if lang != here)


def _root(config) -> str:
    return config.site_url.removesuffix(PREFIXES[config.theme["language"]])


def _twin(language: str, link: str) -> dict[str, str]:
    return {"lang": language, "name": LANGUAGES[language], "link": link}
