"""Run every Python block of a page, top to bottom, in one namespace, and compare what it prints.

press/blocks.py says what a block is and which marks it may carry. `--update-outputs` writes the ```text blocks anew
from the run, in place; `--figures` writes the figures.
"""

import ast
import contextlib
import io
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from itertools import zip_longest
from pathlib import Path

import pytest
from sybil import Document, Example, Region
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.region import Lexeme

from press import blocks, figures
from press.blocks import Block

LAST = "__last__"  # the name, for as long as a figure's block runs, of what its last expression gives
TITLES = {"ko": "출력", "en": "Output"}

_run_python = PythonEvaluator()
_run_doctest = DocTestEvaluator(ELLIPSIS | NORMALIZE_WHITESPACE)
_doctests = DocTestStringParser(_run_doctest)


@dataclass
class Options:
    """What the command line asked for."""

    slow: bool = False
    update_outputs: bool = False
    write_figures: bool = False
    page_seconds: float = 10  # what a page's snippets may take together; no limit with `slow`


class TooLong(BaseException):
    """A snippet goes on far beyond its page's seconds. No `except Exception` on the page may hold it back."""


options = Options()
edits: dict[Path, list[tuple[int, int, str]]] = defaultdict(list)  # what --update-outputs will write at the end
seconds: dict[str, float] = defaultdict(float)  # page: what its snippets have taken so far
told: set[str] = set()  # pages that were told to be over their seconds


def python_blocks(document: Document) -> Iterator[Region]:
    """Yield a Sybil region for every Python block and every doctest of a Markdown file."""
    for fence, block in blocks.find(document):
        if blocks.is_doctest(block.source):
            yield from _doctest_regions(document, fence, block.source)
        else:
            yield Region(fence.start, fence.end, block, run)


def _doctest_regions(document: Document, fence: Region, source: str) -> Iterator[Region]:
    """The examples of a doctest fence, each at its own lines of the file, however deep the fence is nested."""
    first = document.text.count("\n", 0, fence.start) + 1
    starts = [0, *(i + 1 for i, c in enumerate(document.text) if c == "\n"), len(document.text)]
    for region in _doctests(source, document.path):
        line = first + source.count("\n", 0, region.start)
        count = max(1, source.count("\n", region.start, region.end))
        yield Region(starts[line], min(starts[line + count], fence.end), region.parsed, run_doctest)


def run(example: Example) -> str | None:
    """Evaluate one block. The returned text, if any, is the failure that Sybil reports with file and line."""
    __tracebackhide__ = True
    block: Block = example.parsed
    for kind in ("skip", "slow", "gpu"):
        if kind in block.marks and not _wanted(kind):
            pytest.skip(f"{kind}: {block.marks[kind]}")
    try:
        with _timed(example.path):
            printed, problem = _execute(example, block)
    except TooLong:
        return f"stopped after {3 * options.page_seconds:g} s; a page's snippets have {options.page_seconds:g} s"
    return problem or _over_time(example.path) or _compare(example, block, printed)


def run_doctest(example: Example) -> str | None:
    try:
        with _timed(example.path):
            problem = _run_doctest(example)
    except TooLong:
        return f"stopped after {3 * options.page_seconds:g} s; a page's snippets have {options.page_seconds:g} s"
    return problem or _over_time(example.path)


def _wanted(kind: str) -> bool:
    if kind == "slow":
        return options.slow
    if kind == "gpu":
        with contextlib.suppress(ImportError):
            import torch

            return torch.cuda.is_available()
    return False


@contextlib.contextmanager
def _timed(page: str) -> Iterator[None]:
    """Count a page's seconds; where signals allow it, stop a snippet at three times the limit, so that none hangs.

    What is counted is the time of the clock or of the processor, whichever is less: a busy machine makes no page slow,
    and stops no import halfway.
    """

    def stop(*_):
        raise TooLong

    limited = (
        not options.slow and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    )
    if limited:
        before = signal.signal(signal.SIGPROF, stop)
        signal.setitimer(signal.ITIMER_PROF, 3 * options.page_seconds)
    started, worked = time.perf_counter(), _processor()
    try:
        yield
    finally:
        seconds[page] += min(time.perf_counter() - started, _processor() - worked)
        if limited:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


def _processor() -> float:
    """Seconds that this process and its finished children have had the processor."""
    return sum(os.times()[:4])


def _over_time(page: str) -> str | None:
    """Said once a page: where it goes beyond its seconds."""
    if options.slow or seconds[page] <= options.page_seconds or page in told:
        return None
    told.add(page)
    return f"up to here this page has taken {seconds[page]:.1f} s; a page's snippets have {options.page_seconds:g} s"


def _execute(example: Example, block: Block) -> tuple[str, str | None]:
    __tracebackhide__ = True
    out = io.StringIO()
    example.namespace.setdefault("__name__", "__main__")  # as in the interpreter into which a reader pastes the page
    figure = block.marks.get("figure")
    # What Sybil's evaluator runs, with the line numbers of the file.
    example.parsed = _keeping_last(block.source) if figure else block.source
    try:
        with contextlib.redirect_stdout(out), figures.style() if figure else contextlib.nullcontext():
            _run_python(example)
            last = example.namespace.pop(LAST, None)
            if figure and (
                options.write_figures or not options.update_outputs
            ):  # a run that writes outputs judges no figure
                name, _, measured = figure.partition(" ")
                page = Path(example.path)
                return out.getvalue(), figures.keep(page, name, options.write_figures, bool(measured), last)
    except Exception as error:
        if type(error).__name__ != block.marks.get("raises"):
            raise
        print(f"{type(error).__name__}: {error}", file=out)
    else:
        if "raises" in block.marks:
            return "", f"expected {block.marks['raises']}, but nothing was raised"
    finally:
        example.parsed = block
        example.namespace.pop("__builtins__", None)
    return out.getvalue(), None if figure else _unmarked_figure()


def _keeping_last(source: Lexeme) -> Lexeme:
    """The block with a name for what its last expression gives: that may be a drawing, which a notebook would show."""
    with contextlib.suppress(SyntaxError):  # which the run itself names, with file and line
        for last in ast.parse(source).body[-1:]:
            if isinstance(last, ast.Expr) and last.col_offset == 0:
                lines = source.splitlines(keepends=True)
                lines[last.lineno - 1] = f"{LAST} = {lines[last.lineno - 1]}"
                return Lexeme("".join(lines), source.offset, source.line_offset)
    return source


def _unmarked_figure() -> str | None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or not pyplot.get_fignums():
        return None
    pyplot.close("all")
    return "draws a figure that is not on the page: no <!-- test: figure NAME --> stands before it"


def _compare(example: Example, block: Block, printed: str) -> str | None:
    if options.write_figures and not options.update_outputs:  # a run that writes figures judges no output
        return None
    got = _to_the_letter(printed)
    if block.expected is None:
        if not got or "raises" in block.marks:
            return None
        if options.update_outputs:
            _edit(example, example.region.end, example.region.end, _output_fence(got, example.path, block.prefix))
            return None
        return f"prints this, but no ```text block follows it (run with --update-outputs to write one):\n{got}"
    expected = _to_the_letter(block.expected)
    if got == expected:
        return None
    start, end = block.output_span or (0, 0)
    if options.update_outputs:
        _edit(example, start, end, _prefixed(got, block.prefix))
        return None
    pairs = zip_longest(expected.splitlines(), got.splitlines())
    line = example.document.text.count("\n", 0, start) + 1 + next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
    return f"expected:\n{expected}\n\ngot:\n{got}\n\nthe first difference is at {example.path}:{line}\n"


def _to_the_letter(text: str) -> str:
    """Without the blanks at the ends of lines, which editors remove, and blank lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


def _prefixed(text: str, prefix: str) -> str:
    return "".join(f"{prefix}{line}".rstrip() + "\n" for line in text.splitlines())


def _output_fence(text: str, page: str, prefix: str) -> str:
    path = Path(page)
    language = next((p for p in reversed(path.parts) if p in TITLES), "ko" if path.name.endswith(".ko.md") else "en")
    opening = f'\n{prefix.rstrip()}\n{prefix}```text title="{TITLES[language]}"\n'
    return f"{opening}{_prefixed(text, prefix)}{prefix}```"


def _edit(example: Example, start: int, end: int, text: str) -> None:
    edits[Path(example.path)].append((start, end, text))


def write_edits() -> list[str]:
    """Write the outputs that changed into their pages, last first so that positions hold; say what was written."""
    said = []
    for path, changes in edits.items():
        text = path.read_text(encoding="utf-8")
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        path.write_text(text, encoding="utf-8", newline="\n")
        said.append(f"{path}: {len(changes)} output{'s' * (len(changes) > 1)} written anew")
    edits.clear()
    return said
