"""Everything without the cuts of `make test`: slow tests and snippets, every page in every palette, every lab anew.

    python -m press.nightly [--shard 2/4] [--list]

The files are split by a digest of their names, so that a file stays in its shard when others come and go. A shard has
40 minutes; it ends with the same table as `make test`.
"""

import argparse
import sys
import zlib
from pathlib import Path

from press import CACHE, DOCS, ROOT, run_tests
from press.run_tests import Part

MINUTES = 40


def files() -> list[str]:
    """Everything that a nightly run checks, as paths below the root: pages, READMEs, library, tests."""
    found = [*DOCS.rglob("*.md"), *ROOT.glob("README*.md")]
    found += [path for folder in ("src", "press") for path in (ROOT / folder).rglob("*.py")]
    found += (ROOT / "tests").rglob("test_*.py")
    return sorted({path.relative_to(ROOT).as_posix() for path in found})


def shard(names: list[str], number: int, of: int) -> list[str]:
    """The names that belong to shard `number` (from 1) of `of`."""
    return [name for name in names if zlib.crc32(name.encode()) % of == number - 1]


def parts(names: list[str], arguments: Path) -> list[Part]:
    """What to run for these files. Their names stand in files below `arguments`, as a command line may be too short."""
    browser = [name for name in names if name.startswith("tests/browser/")]
    rest = [name for name in names if name not in browser]
    chosen = [Part("build", MINUTES, ("press.build",))] if browser else []
    for title, group in (("library and pages", rest), ("browser", browser)):
        if group:
            listed = arguments / f"{title}.txt"
            listed.parent.mkdir(parents=True, exist_ok=True)
            listed.write_text("\n".join(group), encoding="utf-8")
            spread = ("--dist=load",) if group is browser else ()
            chosen.append(Part(title, MINUTES, ("pytest", "-n", "2", "--slow", *spread, f"@{listed}")))
    return chosen


def main(number: int, of: int, only_list: bool) -> int:
    names = shard(files(), number, of)
    if only_list:
        print("\n".join(names))
        return 0
    before = run_tests.setup()
    results = [run_tests.run(part) for part in parts(names, CACHE / "nightly")]
    status = run_tests.report([before, *results] if before else results)
    minutes = sum(result.seconds for result in results) / 60
    if minutes > MINUTES:
        print(f"shard {number}/{of} took {minutes:.0f} min; its budget is {MINUTES}: use more shards")
        return 1
    return status


def fraction(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"expected a shard like 2/4, got {text!r}")
    return int(number), int(of)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shard", type=fraction, default=(1, 1), metavar="2/4")
    parser.add_argument("--list", action="store_true", help="print the files of the shard and stop")
    chosen = parser.parse_args()
    number, of = chosen.shard
    sys.exit(main(number, of, chosen.list))
