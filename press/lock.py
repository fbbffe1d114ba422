"""New pins: the newest versions within pyproject.toml's bounds, frozen into constraints.txt, then tested.

    python -m press.lock [--figures] [--torch VERSION]

The versions are installed into a fresh environment, .cache/lock. If a test fails with them, the old constraints.txt
comes back. torch stays at the version that it has, unless --torch names another. --figures draws the figures anew
before the tests: a new matplotlib may draw other bytes (look at them before you commit them).
"""

import argparse
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from press import CACHE, ROOT

CONSTRAINTS = ROOT / "constraints.txt"
EXTRAS = ".[torch,data,book,test,dev]"
# Not pinned: what comes with the environment, this package itself, and what torch brings along on some systems only.
UNPINNED = re.compile(r"(?:pip|setuptools|wheel|gyeop|triton|nvidia-.*|cuda-.*)\Z", re.I)


def frozen(listed: str) -> str:
    """constraints.txt from what `pip list --format=freeze` prints: `name==version`, without a local suffix (+cpu)."""
    pins = []
    for line in listed.splitlines():
        name, _, version = line.strip().partition("==")
        if version and not UNPINNED.match(name):
            pins.append(f"{name}=={version.partition('+')[0]}")
    return "\n".join(sorted(pins, key=lambda pin: pin.partition("==")[0].lower())) + "\n"


def pinned(name: str, constraints: str) -> str | None:
    match = re.search(rf"^{re.escape(name)}==(\S+)$", constraints, re.M | re.I)
    return match[1] if match else None


def install(torch: str) -> Path:
    """A fresh environment with the newest versions that fit; the path of its Python."""
    folder = CACHE / "lock"
    shutil.rmtree(folder, ignore_errors=True)
    print(f"setting up {folder.relative_to(ROOT)} with the newest versions, torch {torch}", flush=True)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-e", EXTRAS, f"torch=={torch}"], cwd=ROOT, check=True)
    return python


def changes(old: str, new: str) -> list[str]:
    """Which pins differ, one line each."""
    before, after = (dict(line.split("==") for line in text.split()) for text in (old, new))
    return [
        f"{name}: {before.get(name, 'not there')} -> {after.get(name, 'not there')}"
        for name in sorted(before | after, key=str.lower)
        if before.get(name) != after.get(name)
    ]


def replace(new: str, test) -> int:
    """Put `new` in place of constraints.txt if `test()`, which sees it there, is 0; else the old one comes back."""
    old = CONSTRAINTS.read_text(encoding="utf-8")
    CONSTRAINTS.write_text(new, encoding="utf-8", newline="\n")
    status = 1
    try:
        status = test()
    finally:
        if status != 0:
            CONSTRAINTS.write_text(old, encoding="utf-8", newline="\n")
            print("the tests fail with the new versions: constraints.txt is as it was")
    return status


def main(torch: str | None, figures: bool) -> int:
    old = CONSTRAINTS.read_text(encoding="utf-8")
    python = install(torch or pinned("torch", old) or "2.13.0")
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True
    ).stdout
    new = frozen(listed)
    print("\n".join(changes(old, new)) or "nothing is newer", flush=True)

    def test() -> int:
        if figures:
            subprocess.run([python, "-m", "pytest", "-q", "-n", "2", "docs", "--figures"], cwd=ROOT)
        return subprocess.run([python, "-m", "press.run_tests"], cwd=ROOT).returncode

    return replace(new, test)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--torch", metavar="VERSION", help="another version of torch than the pinned one")
    parser.add_argument("--figures", action="store_true", help="draw the figures anew before the tests")
    chosen = parser.parse_args()
    sys.exit(main(chosen.torch, chosen.figures))
