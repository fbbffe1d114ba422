"""No code that a reader sees may escape the tests: the page as the site renders it against the fences of its source."""

import re
from collections import Counter
from pathlib import Path

from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound
from sybil import Document

from press import DOCS, blocks, page
from press.snippets import TITLES


def problems(path: Path, docs: Path = DOCS) -> list[str]:
    """What of a page's code is shown but not run, or run but not shown; an empty list if nothing is."""
    document = Document(path.read_text(encoding="utf-8"), str(path))
    rendered = page.read(path, docs)
    shown = Counter((language, _plain(text)) for language, text in rendered.code)
    fences = blocks.fences(document)
    written = Counter((blocks.language_of(fence), _plain(fence.lexemes["source"])) for fence in fences)
    found = [f"shown, but no {language} fence of the source: {_first(text)}" for language, text in (shown - written)]
    found += [
        f"a fence that the page does not show as {language or 'code of any language'}: {_first(text)}"
        for language, text in (written - shown)
    ]
    if rendered.soup:
        raw = [pre for pre in rendered.soup.find_all("pre") if not pre.find_parent(class_="highlight")]
        found += [f"code in raw HTML, which is not run: {_first(pre.get_text())}" for pre in raw]
    for fence in fences:
        if runs_nowhere(blocks.language_of(fence)):
            found.append(f"a {blocks.language_of(fence)} fence is not run, write python: {_where(document, fence)}")
    compared = {block.output_span[1] for _, block in blocks.find(document) if block.output_span}
    for fence in fences:
        output = re.search(r'title="([^"]*)"', fence.lexemes["info"])
        closing = document.text.rfind("\n", 0, fence.end) + 1
        if output and output[1] in TITLES.values() and closing not in compared:
            found.append(f"an output that stands right after no Python block: {_where(document, fence)}")
    return found


def runs_nowhere(language: str) -> bool:
    """Whether this is another name of Python, which the site would color and no test would run."""
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        return False
    return type(lexer).__module__ == "pygments.lexers.python" and language not in blocks.PYTHON


def _plain(text: str) -> str:
    """Without indentation and blanks at the ends of lines, in which the two ways to read a fence may differ."""
    return "\n".join(line.strip() for line in text.expandtabs(4).splitlines()).strip("\n")


def _first(text: str) -> str:
    return repr(text.strip().partition("\n")[0])


def _where(document: Document, fence) -> str:
    return f"{document.path}:{document.text.count(chr(10), 0, fence.start) + 1}"
