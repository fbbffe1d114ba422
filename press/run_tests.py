"""Everything that CI runs, part by part, each within its budget; at the end one table of what was counted.

    python -m press.run_tests            what `make test` runs
    python -m press.run_tests PART ...   only these parts

A part that fails, or takes longer than its budget, fails the run; one that takes twice its budget is stopped. A part
that is no pytest run may write its counts, {"counts": {...}, "skips": [...]}, to the file that PRESS_TALLY names.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from press import CACHE, ROOT, browser

SETUP_MINUTES = 3
STARTED, ENDED = CACHE / "setup-started", CACHE / "setup-ended"  # seconds of the clock; the Makefile writes them
LABS = "tests/docs/test_labs.py"
READMES = ("README.md", "README.ko.md")
KINDS = ("snippets", "outputs", "figures", "page pairs", "labs", "doctests", "tests", "browser checks")


@dataclass(frozen=True)
class Part:
    """A share of the run: its command, and the minutes that it may take on 2 cores."""

    name: str
    minutes: float
    command: tuple[str, ...]

    @property
    def is_pytest(self) -> bool:
        return self.command[0] == "pytest"


@dataclass(frozen=True)
class Result:
    """How a part went: whether it passed, its seconds, and what it counted."""

    part: Part
    passed: bool
    seconds: float
    counts: dict[str, int]
    skips: list[str]
    page_seconds: dict[str, float]


PARTS = (
    Part("labs", 2, ("pytest", LABS)),  # first: it needs no torch and no second process, and so starts at once
    Part("library", 6, ("pytest", "-n", "2", "src", "tests", "--ignore=tests/docs", "--ignore=tests/browser")),
    Part("pages", 8, ("pytest", "-n", "2", "docs", "press", "tests/docs", *READMES, f"--ignore={LABS}")),
    Part("build", 1, ("press.build",)),
    Part("browser", 6, ("pytest", "-n", "2", "tests/browser", "-m", "not axe")),
    Part("axe", 4, ("pytest", "-n", "2", "--dist=load", "tests/browser", "-m", "axe")),
)


def run(part: Part) -> Result:
    tally = CACHE / "tally" / f"{part.name}.json"
    tally.parent.mkdir(parents=True, exist_ok=True)
    tally.unlink(missing_ok=True)
    command = [sys.executable, "-m", *part.command]
    if part.is_pytest:
        command += ["-q", "--tally", str(tally)]
    # One thread a process: two processes share the two cores.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    print(f"\n== {part.name} (at most {part.minutes:g} min)", flush=True)
    started = time.perf_counter()
    code = _run(command, {**os.environ, **threads, "PRESS_TALLY": str(tally)}, 2 * 60 * part.minutes)
    taken = time.perf_counter() - started
    counted = json.loads(tally.read_text(encoding="utf-8")) if tally.exists() else {}
    passed = code == 0
    if taken > 60 * part.minutes:
        print(f"{part.name} took {taken / 60:.1f} min; its budget is {part.minutes:g}", flush=True)
        passed = False
    return Result(part, passed, taken, counted.get("counts", {}), counted.get("skips", []), counted.get("seconds", {}))


def _run(command: list[str], env: dict[str, str], limit: float) -> int:
    """The exit status of a command; after `limit` seconds it is stopped, with all that it started."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    try:
        return process.wait(limit)
    except BaseException as reason:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        if not isinstance(reason, subprocess.TimeoutExpired):
            raise
        print(f"stopped after {limit / 60:.1f} min", flush=True)
        return 1


def setup() -> Result | None:
    """What `make` has just installed, and a browser where there is none: once, before two processes ask for it."""
    taken = 0.0
    if browser.find() is None:
        started = time.perf_counter()
        browser.install()
        taken += time.perf_counter() - started
    if STARTED.exists() and ENDED.exists():
        taken += int(ENDED.read_text()) - int(STARTED.read_text())
        STARTED.unlink()
        ENDED.unlink()
    if not taken:
        return None
    passed = taken <= 60 * SETUP_MINUTES
    if not passed:
        print(f"set-up took {taken / 60:.1f} min; its budget is {SETUP_MINUTES}", flush=True)
    return Result(Part("set-up", SETUP_MINUTES, ()), passed, taken, {}, [], {})


def report(results: Sequence[Result]) -> int:
    """Print the table; return the exit status."""
    counts: Counter[str] = Counter()
    pages: dict[str, float] = {}
    for result in results:
        counts.update(result.counts)
        pages |= result.page_seconds
    skips = [skip for result in results for skip in result.skips]
    print("\n== what was checked")
    for result in results:
        verdict = "passed" if result.passed else "FAILED"
        print(f"{result.part.name:16} {verdict:7} {result.seconds:6.0f} s of {60 * result.part.minutes:.0f}")
    print()
    for kind in (*KINDS, *sorted(set(counts) - set(KINDS))):
        print(f"{kind:16} {counts[kind]:6}")
    print(f"{'skips':16} {len(skips):6}")
    for skip in skips:
        print(f"  {skip}")
    if pages:
        slowest = max(pages, key=lambda page: pages[page])
        print(f"slowest page     {pages[slowest]:6.1f} s  {slowest}")
    failed = sum(not result.passed for result in results)
    print(f"\n{len(results) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def main(names: Sequence[str], parts: Sequence[Part] = PARTS) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # who ends this ends what it started, too
    before = setup()
    results = [run(part) for part in parts if not names or part.name in names]
    return report([before, *results] if before else results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(part.name for part in PARTS)}; all")
    chosen = parser.parse_args().parts
    if unknown := set(chosen) - {part.name for part in PARTS}:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(part.name for part in PARTS)}")
    sys.exit(main(chosen))
