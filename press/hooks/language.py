"""Tie each page to its twin in the other language. A page without a twin is a warning, so a strict build fails."""

import logging
from urllib.parse import urlsplit

from mkdocs.structure.files import File

from press import DOCS, LANGUAGES

log = logging.getLogger("mkdocs.hooks.language")


def on_config(config):
    if config.theme["language"] == "en":
        config.site_url = config.site_url.rstrip("/") + "/en/"
    config.extra["alternate"] = _alternates(config)  # for 404.html, which is no page of either language
    return config


def _alternates(config, url=""):
    root = urlsplit(config.site_url).path
    root = root.removesuffix("en/") if config.theme["language"] == "en" else root
    prefixes = {language: root + ("" if language == "ko" else f"{language}/") for language in LANGUAGES}
    return [{"lang": lang, "name": name, "link": prefixes[lang] + url} for lang, name in LANGUAGES.items()]


def on_files(files, config):
    """Both builds find docs/assets, which stands in git once."""
    for path in sorted((DOCS / "assets").rglob("*")):
        if path.is_file():
            name = path.relative_to(DOCS).as_posix()
            files.append(File(name, str(DOCS), config.site_dir, config.use_directory_urls))
    return files


def on_page_context(context, page, config, nav):
    other = "en" if config.theme["language"] == "ko" else "ko"
    twin = (DOCS / other / page.file.src_uri).exists()
    if not twin:
        log.warning("docs/%s/%s is missing: every page stands in both languages", other, page.file.src_uri)
    config.extra["alternate"] = _alternates(config, page.url if twin else "")
