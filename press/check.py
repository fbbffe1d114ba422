"""Format, lint, types, the spelling of both languages, the workflows: what `make check` and pre-commit run.

    python -m press.check

All of them run, side by side, also when one fails; under half a minute.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from press import ROOT


def commands(root: Path = ROOT) -> dict[str, list[str]]:
    """What is run, by name; the workflows are checked where there are any."""
    python = [sys.executable, "-m"]
    found = {
        "types": [*python, "mypy"],
        "spelling": [*python, "press.spelling"],
        "format": [*python, "ruff", "format", "--check", "."],
        "lint": [*python, "ruff", "check", "."],
    }
    workflows = [str(path) for path in sorted((root / ".github/workflows").glob("*.y*ml"))]
    if workflows:
        found["workflows: schema"] = [
            *python,
            "check_jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
            *workflows,
        ]
        zizmor = shutil.which("zizmor", path=Path(sys.executable).parent) or "zizmor"  # a program without a module
        found["workflows: safety"] = [zizmor, "--offline", "--quiet", *workflows]
    return found


def main(root: Path = ROOT) -> int:
    """Run all of them; print what the failing ones say and a line for each; 1 if one failed."""
    running = {
        name: subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for name, command in commands(root).items()
    }
    failed = []
    for name, process in running.items():
        said = process.communicate()[0].decode("utf-8", "replace")
        if process.returncode != 0:
            failed.append(name)
            print(f"== {name}\n{said.rstrip()}\n", flush=True)
    for name in running:
        print(f"{name:20} {'FAILED' if name in failed else 'passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
