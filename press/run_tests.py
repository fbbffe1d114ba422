"""Everything that CI runs, part by part, each within its budget; at the end one table of what was counted.

    python -m press.run_tests            what `make test` runs
    python -m press.run_tests PART ...   only these parts

A part that fails, or takes longer than its budget, fails the run.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass

from press import CACHE, ROOT


@dataclass(frozen=True)
class Part:
    """A share of the run: its command, and the minutes that it may take on 2 cores."""

    name: str
    minutes: float
    command: tuple[str, ...]

    @property
    def is_pytest(self) -> bool:
        return self.command[0] == "pytest"


PARTS = (
    Part("library", 6, ("pytest", "-n", "2", "src", "tests", "--ignore=tests/docs", "--ignore=tests/browser")),
    Part("pages", 8, ("pytest", "-n", "2", "docs", "tests/docs", "README.md", "README.ko.md")),
    Part("build", 1, ("press.build",)),
    Part("browser", 6, ("pytest", "-n", "2", "tests/browser", "-m", "not axe")),
    Part("axe", 4, ("pytest", "-n", "2", "tests/browser", "-m", "axe")),
)


def run(part: Part) -> tuple[bool, float, dict]:
    """Run a part: whether it passed, its seconds, and what it counted."""
    tally = CACHE / "tally" / f"{part.name}.json"
    tally.unlink(missing_ok=True)
    command = [sys.executable, "-m", *part.command]
    if part.is_pytest:
        command += ["-q", "--tally", str(tally)]
    # One thread a process: two processes share the two cores.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    print(f"\n== {part.name} (at most {part.minutes:g} min)", flush=True)
    started = time.perf_counter()
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **threads}).returncode
    taken = time.perf_counter() - started
    counted = json.loads(tally.read_text(encoding="utf-8")) if tally.exists() else {"counts": {}, "skips": []}
    if taken > 60 * part.minutes:
        print(f"{part.name} took {taken / 60:.1f} min; its budget is {part.minutes:g}", flush=True)
        return False, taken, counted
    return code == 0, taken, counted


def main(names: list[str]) -> int:
    chosen = [part for part in PARTS if not names or part.name in names]
    results = {part.name: run(part) for part in chosen}
    counts: Counter[str] = Counter()
    skips: list[str] = []
    for _, _, counted in results.values():
        counts.update(counted["counts"])
        skips += counted["skips"]
    print("\n== what was checked")
    for name, (good, taken, _) in results.items():
        print(f"{name:12} {'passed' if good else 'FAILED':7} {taken:6.0f} s")
    for kind in ("snippets", "outputs", "figures", "page pairs", "doctests", "tests", "browser checks"):
        print(f"{kind:16} {counts[kind]:6}")
    print(f"{'skips':16} {len(skips):6}")
    for skip in skips:
        print(f"  {skip}")
    failed = [name for name, (good, _, _) in results.items() if not good]
    print(f"\n{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *(part.name for part in PARTS)], help="default: all")
    sys.exit(main(parser.parse_args().parts))
