"""The record of which pages passed, when, and with which versions: the tests write it, the site shows it."""

import datetime
import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from press import CACHE, ROOT

FILE = CACHE / "passed.json"
SHOWN_VERSIONS = ("numpy", "torch", "matplotlib")


def read() -> dict:
    """page (docs/ko/...md): digest of the text that passed, date, versions."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def record(pages: list[str]) -> None:
    """Note that these pages, as they stand now, have passed here."""
    passed = read()
    for page in pages:
        passed[page] = {
            "sha256": digest(ROOT / page),
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "versions": {"Python": platform.python_version()} | _versions(),
        }
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(passed, indent=1, sort_keys=True), encoding="utf-8")


def digest(path: Path) -> str:
    """Of the page's text, whatever ends its lines."""
    return hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for name in SHOWN_VERSIONS:
        try:
            found[name] = version(name).partition("+")[0]
        except PackageNotFoundError:
            continue
    return found
