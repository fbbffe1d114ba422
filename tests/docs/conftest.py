"""A small book of its own, which the checks of the real one are tried on."""

import os
import shutil
import textwrap

import pytest

from press import ROOT


@pytest.fixture
def book(pytester, monkeypatch):
    """Write files of a small book with `book(name, text)`; this repository's conftest.py, options and plugin run it."""
    press = shutil.ignore_patterns("vendor", "theme", "__pycache__")
    shutil.copytree(ROOT / "press", pytester.path / "press", ignore=press)
    for name in ("conftest.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, pytester.path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(pytester.path / folder) for folder in (".", "src")))

    def write(name, text):
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).strip("\n") + "\n", encoding="utf-8")
        return path

    return write
