"""Find every Python block of a page, in any container, with its marks and the output that is expected of it.

    ```python ... any Material options       a block; the ```text block right after it is its output
    ```python  (or pycon) that opens with >>>    a doctest
    <!-- test: skip "reason" -->             on the line before a block: not run, reported as skipped with its reason
    <!-- test: slow "reason" -->             runs with --slow only
    <!-- test: gpu "reason" -->              runs only where torch sees CUDA
    <!-- test: raises ValueError -->         must raise this; its message may stand in the ```text block
    <!-- test: figure NAME -->               draws figures/NAME.svg and figures/NAME-dark.svg, with matplotlib or,
                                             as its last expression, as a Drawing of gyeop.autograd.draw
    <!-- test: figure NAME measured -->      the same for measured times: the axes are compared, not the curves

Several marks may stand before a block, one a line. A mark that is unknown, incomplete or before no block is an error.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest

from sybil import Document, Region
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer
from sybil.region import Lexeme

FENCE = RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))
PREFIX = re.compile(r"(?:[ \t]*>)+[ \t]*|[ \t]*(?:[-*+]|\d+[.)])[ \t]+|[ \t]*")  # quote, list item, indentation
LANGUAGE = re.compile(r"\s*\{?\s*\.?([\w+-]*)")
MARK = re.compile(r"<!--\s*test:\s*(?P<kind>\w*)[ \t]*(?P<argument>[^\n]*?)\s*-->")
ARGUMENTS = {  # of each mark
    "skip": r'"[^"]+"',
    "slow": r'"[^"]+"',
    "gpu": r'"[^"]+"',
    "raises": r"[A-Za-z_]\w*",
    "figure": r"[\w-]+( measured)?",
}
PYTHON = ("python", "pycon")


@dataclass
class Block:
    """One executable block of a page."""

    source: Lexeme
    expected: str | None  # the text of its output block
    marks: dict[str, str]  # kind: argument
    output_span: tuple[int, int] | None  # where that text stands in the file
    prefix: str  # what stands before each of its lines in the file


def fences(document: Document) -> list[Region]:
    """Every fence of a Markdown file in order, less those that are the text of another fence."""
    found: list[Region] = []
    for fence in sorted(FENCE(document), key=lambda region: (region.start, -region.end)):
        if not found or fence.start >= found[-1].end:
            found.append(fence)
    return found


def language_of(fence: Region) -> str:
    match = LANGUAGE.match(fence.lexemes["info"])
    return match.group(1) if match else ""


def find(document: Document) -> list[tuple[Region, Block]]:
    """Every Python fence with its block; ValueError, with file and line, for a mark that says nothing."""
    found = []
    all_fences = fences(document)
    marks = _marks(document, all_fences)
    for fence, following in zip_longest(all_fences, all_fences[1:]):
        if language_of(fence) not in PYTHON:
            continue
        expected, span = None, None
        if following and language_of(following) == "text":
            between = document.text[fence.end : following.start]
            if not between.strip(" \t\n>"):
                expected, span = _content(document, following)
        source = fence.lexemes["source"]
        found.append((fence, Block(source, expected, marks.get(fence.start, {}), span, prefix(document, fence))))
    return found


def prefix(document: Document, fence: Region) -> str:
    """What stands before each line of a fence: indentation, or > of a quote."""
    match = PREFIX.match(document.text, fence.start)
    text = match.group() if match else ""
    return text if ">" in text else " " * len(text.expandtabs(4))


def _content(document: Document, fence: Region) -> tuple[str, tuple[int, int]]:
    """A fence's text to the letter - Sybil's own would lose an indentation that all lines share - and where it is."""
    start = fence.start + fence.lexemes["source"].offset
    end = document.text.rfind("\n", 0, fence.end) + 1
    width = len(prefix(document, fence))
    lines = document.text[start:end].splitlines()
    return "\n".join(line[width:] if not line[:width].strip(" \t>") else line.lstrip() for line in lines), (start, end)


def _marks(document: Document, all_fences: list[Region]) -> dict[int, dict[str, str]]:
    marks: dict[int, dict[str, str]] = {}
    text = document.text
    for match in MARK.finditer(text):
        if any(fence.start <= match.start() < fence.end for fence in all_fences):
            continue
        where = f"{document.path}:{text.count(chr(10), 0, match.start()) + 1}"
        kind, argument = match["kind"], match["argument"]
        if kind not in ARGUMENTS:
            raise ValueError(f"{where}: unknown mark {kind!r}; known: {', '.join(ARGUMENTS)}")
        if not re.fullmatch(ARGUMENTS[kind], argument):
            raise ValueError(f"{where}: the mark {kind} expects {ARGUMENTS[kind]}, got {argument!r}")
        fence = next((fence for fence in all_fences if fence.start >= match.end()), None)
        between = MARK.sub("", text[match.end() : fence.start]).strip(" \t\n>") if fence else ""
        if fence is None or between or language_of(fence) not in PYTHON or is_doctest(fence.lexemes["source"]):
            raise ValueError(f"{where}: the mark {kind} stands before no Python block")
        marks.setdefault(fence.start, {})[kind] = argument.strip('"')
    return marks


def is_doctest(source: str) -> bool:
    return source.lstrip().startswith(">>>")
