"""Keep old addresses alive, by docs/redirects.yml. An entry that leads nowhere is a warning, so a strict build fails.

An old page becomes a page that leads on. An old heading becomes an empty anchor in the new heading; if that is on
another page, a line at the foot of the old page that leads on. Neither needs a script.
"""

import logging
import re
from pathlib import Path
from typing import Any

import yaml
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_relative_url

log = logging.getLogger("mkdocs.hooks.redirects")
LEADS_ON = {"ko": "이 부분은 옮겼습니다:", "en": "This part has moved:"}


def on_env(env, config, files):
    """All pages are rendered and none is written yet: add what the entries ask for."""
    pages = {re.sub(r"\.\w+$", "", file.src_uri): file.page for file in files.documentation_pages()}
    moved = _entries(Path(config.docs_dir).parent / "redirects.yml")
    for old, new in moved.items():
        old_page, _, old_id = old.partition("#")
        new_page, _, new_id = new.partition("#")
        here: Any = pages.get(moved.get(old_page, old_page).partition("#")[0])
        target: Any = pages.get(new_page)
        if problem := _problem(old, new, pages, here, target):
            log.warning("docs/redirects.yml: %s: %s: %s (%s)", old, new, problem, config.theme["language"])
        elif not old_id:
            files.append(_redirect(old, target, new_id, env, config))
        elif here == target and here.content:
            here.content = _with_anchor(here.content, old_id, new_id)
        elif here.content:
            here.content += _line(old_id, here, target, new_id, config)
    return env


def _entries(file: Path) -> dict[str, str]:
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {} if file.exists() else {}


def _problem(old: str, new: str, pages, here, target) -> str | None:
    old_page, _, old_id = old.partition("#")
    new_id = new.partition("#")[2]
    if target is None:
        return "there is no such new page"
    if not old_id and old_page in pages:
        return "the old page is still there"
    if here is None:
        return "there is no such page, and it did not move"
    if old_id and here == target and not new_id:
        return "the new heading is not named"
    if new_id and not _has(target, new_id):
        return "there is no such new heading"
    if old_id and _has(here, old_id, unread=False):
        return "the old heading is still there"
    return None


def _has(page, anchor: str, unread: bool = True) -> bool:
    """Whether a page has an anchor; a page that a quick build has not read is taken to be right."""
    return unread if page.present_anchor_ids is None else anchor in page.present_anchor_ids


def _redirect(old: str, target, anchor: str, env, config) -> File:
    stem = old.removesuffix("index")
    url = stem if stem == "" or stem.endswith("/") else stem + "/"
    html = env.get_template("moved.html").render(
        config=config,
        page=None,
        base_url=get_relative_url("./", url).rstrip("/"),
        title=target.title,
        link=get_relative_url(target.url or "./", url) + (f"#{anchor}" if anchor else ""),
        address=target.canonical_url,
    )
    return File.generated(config, f"{url}index.html", content=html, inclusion=InclusionLevel.INCLUDED)


def _with_anchor(content: str, old_id: str, new_id: str) -> str:
    heading = re.compile(rf'(<(\w+)[^>]*\bid="{re.escape(new_id)}"[^>]*>)')
    return heading.sub(lambda match: f'{match[1]}<span id="{old_id}"></span>', content, count=1)


def _line(old_id: str, here, target, anchor: str, config) -> str:
    link = get_relative_url(target.url or "./", here.url) + (f"#{anchor}" if anchor else "")
    words = LEADS_ON[config.theme["language"]]
    return f'\n<p class="moved" id="{old_id}">{words} <a href="{link}">{target.title}</a></p>'
