"""At the foot of a page, the lessons and labs that link to it."""

import posixpath
import re

from mkdocs.utils import get_relative_url

from press import curriculum

LINK = re.compile(r'<a (?![^>]*\bclass="(?:term|headerlink))[^>]*\bhref="([^"#:?]*/)(?:#[^"]*)?"')

# Each page's targets, by the language and the address of the page. What a build leaves out, as `make serve` does with
# pages that have not changed, stays from the build before.
_targets: dict[str, dict[str, set[str]]] = {}


def on_env(env, config, files):
    """All pages have their content now, and none its template."""
    lessons = {entry.page for entry in curriculum.entries() if entry.kind == "page" and entry.part != "reference"}
    targets = _targets.setdefault(config.theme["language"], {})
    for page in (file.page for file in files.documentation_pages()):
        if page.content and posixpath.splitext(page.file.src_uri)[0] in lessons:
            targets[page.url] = leads_to(page.content, page.url)


def on_page_context(context, page, config, nav):
    targets = _targets[config.theme["language"]]
    context["linked_from"] = [
        {"title": other.title, "href": get_relative_url(other.url, page.url)}
        for other in nav.pages
        if page.url in targets.get(other.url, ())
    ]
    return context


def leads_to(html: str, url: str) -> set[str]:
    """The addresses of the other pages that a page links to.

    >>> sorted(leads_to('<a href="../losses/#cost">C</a> <a class="x" href="../../core/">D</a>', "intro/why/"))
    ['core/', 'intro/losses/']
    >>> leads_to('<a class="term" href="../losses/">C</a> <a href="#here">D</a> <a href="https://x.org/">E</a>', "why/")
    set()
    """
    found = {posixpath.normpath(posixpath.join(url, href)) + "/" for href in LINK.findall(html)}
    return found - {url}
