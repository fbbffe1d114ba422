"""Run every Python block of a page, top to bottom, in one namespace, and compare what it prints.

    ```python ... any Material options       is executed; what it prints must equal the ```text block right after it
    ```python  (or pycon) that opens with >>>    is a doctest
    <!-- test: skip "reason" -->             on the line before a block: not run, reported as skipped with its reason
    <!-- test: slow "reason" -->             runs with --slow only
    <!-- test: gpu "reason" -->              runs only where torch sees CUDA
    <!-- test: raises ValueError -->         must raise this; its message may stand in the ```text block
    <!-- test: figure NAME -->               draws figures/NAME.svg and figures/NAME-dark.svg
    <!-- test: figure NAME measured -->      the same for measured times: the axes are compared, not the curves

`--update-outputs` writes the ```text blocks anew from the run, in place; `--figures` writes the figures.
"""

import contextlib
import io
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from itertools import zip_longest
from pathlib import Path

import pytest
from sybil import Document, Example, Region
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from press import DOCS, figures

FENCE = RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))
PREFIX = re.compile(r"(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?")  # what stands before a fence in its container
LANGUAGE = re.compile(r"\s*\{?\s*\.?([\w+-]*)")
MARK = re.compile(r"<!--\s*test:\s*(?P<kind>\w+)\b\s*(?P<argument>[^\n]*?)\s*-->[ \t>]*\n?[ \t>]*\Z")
KINDS = ("skip", "slow", "gpu", "raises", "figure")
TITLES = {"ko": "출력", "en": "Output"}
PAGE_SECONDS = 10

_run_python = PythonEvaluator()
_doctests = DocTestStringParser(DocTestEvaluator(ELLIPSIS | NORMALIZE_WHITESPACE))


@dataclass
class Options:
    """What the command line asked for."""

    slow: bool = False
    update_outputs: bool = False
    write_figures: bool = False


options = Options()
edits: dict[Path, list[tuple[int, int, str]]] = defaultdict(list)  # what --update-outputs will write at the end
seconds: dict[str, float] = defaultdict(float)  # page: what its snippets have taken so far


@dataclass
class Block:
    """One executable block of a page."""

    source: str
    expected: str | None
    kind: str | None  # the word of its mark
    argument: str
    output_span: tuple[int, int] | None  # where the text of its ```text block stands in the file
    indent: str


def language_of(info: str) -> str:
    match = LANGUAGE.match(info)
    return match.group(1) if match else ""


def python_blocks(document: Document):
    """Yield a Sybil region for every Python fence of a Markdown file, in any container."""
    fences = sorted(FENCE(document), key=lambda region: region.start)
    for fence, following in zip_longest(fences, fences[1:]):
        info, source = fence.lexemes["info"], fence.lexemes["source"]
        if language_of(info) not in ("python", "pycon"):
            continue
        if source.lstrip().startswith(">>>"):
            for region in _doctests(source, document.path):
                region.adjust(fence, source)
                yield region
            continue
        kind, argument = _mark(document, fence)
        expected, span = None, None
        if following and language_of(following.lexemes["info"]) == "text":
            between = document.text[fence.end : following.start]
            if not between.strip(" \t\n>"):
                expected = following.lexemes["source"]
                span = (following.start + following.lexemes["source"].offset, following.end)
        opening = PREFIX.match(document.text, fence.start)
        indent = re.sub(r"[^\s>]", " ", opening.group()) if opening else ""
        yield Region(fence.start, fence.end, Block(source, expected, kind, argument, span, indent), run)


def _mark(document: Document, fence: Region) -> tuple[str | None, str]:
    match = MARK.search(document.text, max(0, fence.start - 400), fence.start)
    if not match:
        return None, ""
    if match["kind"] not in KINDS:
        line = document.text.count("\n", 0, fence.start)
        raise ValueError(f"{document.path}:{line}: unknown mark {match['kind']!r}; known: {', '.join(KINDS)}")
    return match["kind"], match["argument"].strip("\"'")


def run(example: Example) -> str | None:
    """Evaluate one block. The returned text, if any, is the failure that Sybil reports with file and line."""
    block: Block = example.parsed
    if block.kind in ("skip", "slow", "gpu") and not _wanted(block.kind):
        pytest.skip(f"{block.kind}: {block.argument}")
    started = time.perf_counter()
    printed, problem = _execute(example, block)
    seconds[example.path] += time.perf_counter() - started
    if problem:
        return problem
    if not options.slow and seconds[example.path] > PAGE_SECONDS:
        return f"up to here this page has taken {seconds[example.path]:.1f} s; a page's snippets have {PAGE_SECONDS} s"
    return _compare(example, block, printed)


def _wanted(kind: str) -> bool:
    if kind == "slow":
        return options.slow
    if kind == "gpu":
        with contextlib.suppress(ImportError):
            import torch

            return torch.cuda.is_available()
    return False


def _execute(example: Example, block: Block) -> tuple[str, str | None]:
    out = io.StringIO()
    example.parsed = block.source  # what Sybil's evaluator runs, with the line numbers of the file
    style = figures.style() if block.kind == "figure" else contextlib.nullcontext()
    try:
        with contextlib.redirect_stdout(out), style:
            _run_python(example)
            if block.kind == "figure":
                name, _, measured = block.argument.partition(" ")
                page = Path(example.path)
                return out.getvalue(), figures.keep(page, name, options.write_figures, measured == "measured")
    except Exception as error:
        if block.kind != "raises" or type(error).__name__ != block.argument:
            raise
        print(f"{type(error).__name__}: {error}", file=out)
    else:
        if block.kind == "raises":
            return "", f"expected {block.argument}, but nothing was raised"
    finally:
        example.parsed = block
        example.namespace.pop("__builtins__", None)
    return out.getvalue(), None


def _compare(example: Example, block: Block, printed: str) -> str | None:
    got = printed.rstrip()
    if block.expected is None:
        if not got or block.kind == "raises":
            return None
        if options.update_outputs:
            language = Path(example.path).relative_to(DOCS).parts[0]
            _edit(example, example.region.end, example.region.end, _output_fence(got, TITLES[language], block.indent))
            return None
        return f"prints this, but no ```text block follows it (run with --update-outputs to write one):\n{got}"
    if got == block.expected.rstrip():
        return None
    if options.update_outputs:
        start, end = block.output_span or (0, 0)
        closing = example.document.text[:end].rfind("\n") + 1
        _edit(example, start, closing, _indented(got, block.indent))
        return None
    return f"expected:\n{block.expected.rstrip()}\n\ngot:\n{got}\n"


def _indented(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}".rstrip() + "\n" for line in text.splitlines())


def _output_fence(text: str, title: str, indent: str) -> str:
    return f'\n\n{indent}```text title="{title}"\n{_indented(text, indent)}{indent}```'


def _edit(example: Example, start: int, end: int, text: str) -> None:
    edits[Path(example.path)].append((start, end, text))


def write_edits() -> None:
    """Write the outputs that changed into their pages, last first so that positions hold."""
    for path, changes in edits.items():
        text = path.read_text(encoding="utf-8")
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(changes)} output{'s' * (len(changes) > 1)} written anew")
    edits.clear()
