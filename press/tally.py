"""A pytest plugin: the options of the book's checks, what was counted, and which pages passed.

`--tally FILE` writes the counts of a run as JSON. A page whose blocks all passed is recorded in .cache/passed.json with
the date and the versions that ran it; the site shows that record.
"""

import datetime
import hashlib
import json
import platform
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from press import CACHE, ROOT, snippets

PASSED = CACHE / "passed.json"
SHOWN_VERSIONS = ("numpy", "torch", "matplotlib")

_counts: Counter = Counter()
_skips: list[str] = []
_pages: dict[str, bool] = {}


def pytest_addoption(parser):
    group = parser.getgroup("book")
    group.addoption("--slow", action="store_true", help="run what is marked slow")
    group.addoption("--update-outputs", action="store_true", help="write stale ```text blocks anew from the run")
    group.addoption("--figures", action="store_true", help="write the figures of the book anew")
    group.addoption("--tally", metavar="FILE", help="write the counts of this run to FILE as JSON")


def pytest_configure(config):
    snippets.options.slow = config.getoption("--slow")
    snippets.options.update_outputs = config.getoption("--update-outputs")
    snippets.options.write_figures = config.getoption("--figures")
    for counted in (_counts, _skips, _pages):
        counted.clear()


def pytest_collection_modifyitems(config, items):
    import pytest

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
    if report.when == "call" and report.passed:
        _counts.update(kind for key, kind in report.user_properties if key == "counts")
    if report.skipped and isinstance(report.longrepr, tuple):
        _skips.append(f"{report.nodeid}: {report.longrepr[2].removeprefix('Skipped: ')}")
        if path.startswith("docs/"):
            _counts["skipped snippets"] += 1


def pytest_sessionfinish(session):
    snippets.write_edits()
    if hasattr(session.config, "workerinput"):
        return  # the controlling process hears of every report
    if file := session.config.getoption("--tally"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(json.dumps({"counts": _counts, "skips": _skips}, ensure_ascii=False), encoding="utf-8")
    partial = session.config.getoption("keyword") or any("::" in argument for argument in session.config.args)
    if not partial:  # a page counts as passed only when all of it ran
        _record_passed()


def _record_passed():
    passed = [page for page, good in _pages.items() if good]
    if not passed:
        return
    record = read_passed()
    for page in passed:
        record[page] = {
            "sha256": digest(ROOT / page),
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "versions": {"Python": platform.python_version()} | _versions(),
        }
    PASSED.parent.mkdir(exist_ok=True)
    PASSED.write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")


def _versions() -> dict[str, str]:
    found = {}
    for name in SHOWN_VERSIONS:
        try:
            found[name] = version(name).partition("+")[0]
        except PackageNotFoundError:
            continue
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_passed() -> dict:
    """page (docs/ko/...md): digest of the text that passed, date, versions."""
    return json.loads(PASSED.read_text(encoding="utf-8")) if PASSED.exists() else {}
