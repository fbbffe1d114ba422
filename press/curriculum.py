"""The curriculum (docs/curriculum.yml) as data: its entries, which are written, and whether what it says is so."""

import importlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from press import DOCS, LANGUAGES, ROOT

FILE = DOCS / "curriculum.yml"
KINDS = ("page", "index", "tool")


@dataclass(frozen=True)
class Entry:
    """One entry: a page in both languages. `extra` keeps the keys that only some entries have."""

    id: str
    page: str
    titles: dict[str, str]
    kind: str = "page"
    written: bool = False
    symbols: tuple[str, ...] = ()
    extra: dict = field(default_factory=dict, compare=False)

    @property
    def part(self) -> str:
        return self.page.partition("/")[0] if "/" in self.page else ""


@cache
def load() -> tuple[dict[str, dict[str, str]], tuple[Entry, ...]]:
    """Return the parts (name: its titles by language) in order, and all entries in order."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data["parts"], tuple(_entry(dict(raw)) for raw in data["entries"])


def _entry(raw: dict) -> Entry:
    return Entry(
        id=raw.pop("id"),
        page=raw.pop("page"),
        titles={language: raw.pop(language) for language in ("ko", "en")},
        kind=raw.pop("kind", "page"),
        written=raw.pop("written", False),
        symbols=tuple(raw.pop("symbols", ())),
        extra=raw,
    )


def entries() -> tuple[Entry, ...]:
    return load()[1]


@cache
def unwritten() -> frozenset[str]:
    """Pages (without .md) that the book will have and does not have yet."""
    return frozenset(entry.page for entry in entries() if not entry.written)


def navigation(language: str) -> list:
    """The nav of mkdocs.yml in one language: home, then each part with the pages that are written."""
    parts, all_entries = load()
    nav: list = [{entry.titles[language]: f"{entry.page}.md"} for entry in all_entries if entry.page == "index"]
    for part, titles in parts.items():
        pages = [entry for entry in all_entries if entry.part == part and entry.written]
        if pages:
            nav.append({titles[language]: [_nav_item(entry, language) for entry in pages]})
    return nav


def _nav_item(entry: Entry, language: str) -> str | dict[str, str]:
    suffix = "py" if entry.part == "labs" and entry.kind == "page" else "md"
    path = f"{entry.page}.{suffix}"
    return path if entry.kind == "index" else {entry.titles[language]: path}


def files(entry: Entry, docs: Path = DOCS) -> list[Path]:
    """The files that hold an entry's page, one a language; the 404 page is a template of the theme."""
    if entry.page == "404":
        return [ROOT / "press/theme/404.html"]
    suffix = ".py" if entry.part == "labs" and entry.kind == "page" else ".md"
    return [docs / language / f"{entry.page}{suffix}" for language in LANGUAGES]


def untrue(entry: Entry, docs: Path = DOCS) -> list[str]:
    """What an entry says that is not so: that it is written, or that its page uses a name of the library."""
    found = []
    for file in files(entry, docs):
        if file.exists() != entry.written:
            found.append(f"{entry.id}: written is {entry.written}, and {_shown(file)} {_is_there(file)}")
    if entry.kind not in KINDS:
        found.append(f"{entry.id}: kind is {entry.kind!r}, not one of {', '.join(KINDS)}")
    if entry.written:
        for symbol in entry.symbols:
            if not importable(symbol):
                found.append(f"{entry.id}: {symbol} cannot be imported")
            name = symbol.rpartition(".")[2]
            for file in files(entry, docs):
                if file.exists() and not re.search(rf"\b{re.escape(name)}\b", file.read_text(encoding="utf-8")):
                    found.append(f"{entry.id}: {_shown(file)} does not use {symbol}")
    return found


def unlisted(all_entries: Sequence[Entry], docs: Path = DOCS) -> list[str]:
    """Pages that no entry has, and ids and pages that two entries have."""
    named = {file for entry in all_entries for file in files(entry, docs)}
    found = {file for lang in LANGUAGES for kind in ("*.md", "labs/*.py") for file in (docs / lang).rglob(kind)}
    said = [f"{_shown(file)} is in no entry" for file in sorted(found - named)]
    for key in ("id", "page"):
        counted = Counter(getattr(entry, key) for entry in all_entries)
        said += [f"{count} entries have the {key} {value}" for value, count in counted.items() if count > 1]
    return said


def importable(symbol: str) -> bool:
    module, _, name = symbol.rpartition(".")
    try:
        importlib.import_module(symbol)
    except ModuleNotFoundError:
        try:
            return hasattr(importlib.import_module(module), name)
        except ImportError:
            return False
    return True


def _shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.as_posix()


def _is_there(file: Path) -> str:
    return "exists" if file.exists() else "does not exist"
