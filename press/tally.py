"""A pytest plugin: the options of the book's checks, what was counted, and which pages passed.

`--tally FILE` writes the counts of a run as JSON. A page whose blocks all passed is recorded by
press/passed.py.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from press import ROOT, figures, passed, snippets

SELECTIONS = ("keyword", "markexpr", "deselect", "lf", "maxfail", "stepwise")

_counts: Counter[str] = Counter()
_skips: dict[str, str] = {}  # test: reason
_pages: dict[str, bool] = {}  # page: whether all its blocks passed
_seconds: Counter[str] = Counter()  # page: what its blocks took
_written: list[str] = []  # what --update-outputs and --figures changed


def pytest_addoption(parser):
    group = parser.getgroup("book")
    group.addoption("--slow", action="store_true", help="run what is marked slow, and without the limit of a page")
    group.addoption("--update-outputs", action="store_true", help="write stale ```text blocks anew from the run")
    group.addoption("--figures", action="store_true", help="write the figures of the book anew")
    group.addoption("--page-seconds", type=float, default=10, help="what the snippets of a page may take (10)")
    group.addoption("--tally", metavar="FILE", help="write the counts of this run to FILE as JSON")


def pytest_configure(config):
    snippets.options.slow = config.getoption("--slow")
    snippets.options.update_outputs = config.getoption("--update-outputs")
    snippets.options.write_figures = config.getoption("--figures")
    snippets.options.page_seconds = config.getoption("--page-seconds")
    for counted in (_counts, _skips, _pages, _seconds, _written):
        counted.clear()
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_FromWorkers())


def pytest_collection_modifyitems(config, items):
    for item in items:
        if "slow" in item.keywords and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="slow: runs in `make nightly`"))
        item.user_properties.extend(("counts", kind) for kind in _kinds(item))


def _kinds(item):
    example = getattr(item, "example", None)
    if example is None:
        path = Path(item.path).relative_to(ROOT).as_posix() if Path(item.path).is_relative_to(ROOT) else ""
        if item.name.startswith("test_same_book["):
            yield "page pairs"
        elif item.name.startswith("test_outputs_are_of_this_code_and_these_versions["):
            yield "labs"
        elif path.startswith("tests/browser/"):
            yield "browser checks"
        else:
            yield "tests"
        return
    block = example.region.parsed
    if not isinstance(block, snippets.Block):
        yield "doctests"
        return
    yield "snippets"
    if block.expected is not None:
        yield "outputs"
    if "figure" in block.marks:
        yield "figures"


def pytest_runtest_logreport(report):
    path = report.nodeid.partition("::")[0]
    if path.startswith("docs/"):
        _pages[path] = _pages.get(path, True) and not report.failed
        _seconds[path] += report.duration if report.when == "call" else 0
    if report.when == "call" and report.passed:
        _counts.update(kind for key, kind in report.user_properties if key == "counts")
    _note_skip(report)


def pytest_collectreport(report):
    _note_skip(report)


def _note_skip(report):
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
        _skips[report.nodeid] = str(reason).removeprefix("Skipped: ")


class _FromWorkers:
    """What the workers of pytest-xdist wrote, told by the process that starts them."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        _written.extend(getattr(node, "workeroutput", {}).get("written", ()))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    written = snippets.write_edits() + [f"{name}: drawn anew" for name in figures.written]
    figures.written.clear()
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["written"] = written
        return  # the controlling process hears of every report
    _written.extend(written)
    if file := session.config.getoption("--tally"):
        tally = {"counts": _counts, "skips": [f"{test}: {why}" for test, why in _skips.items()], "seconds": _seconds}
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(json.dumps(tally, ensure_ascii=False), encoding="utf-8")
    if not _partial(session):
        passed.record([page for page, good in _pages.items() if good and (ROOT / page).exists()])


def pytest_terminal_summary(terminalreporter):
    for line in sorted(_written):
        terminalreporter.write_line(line)
    options = terminalreporter.config.option
    if not _written and (options.update_outputs or options.figures):
        terminalreporter.write_line("nothing had to be written anew")


def _partial(session) -> bool:
    """Whether only some blocks of a page may have run: then no page counts as passed."""
    chosen = any(getattr(session.config.option, name, None) for name in SELECTIONS)
    return bool(
        chosen or session.shouldstop or session.shouldfail or any("::" in argument for argument in session.config.args)
    )
