"""The curriculum (docs/curriculum.yml) as data: its entries, and which pages are written."""

from dataclasses import dataclass, field
from functools import cache

import yaml

from press import DOCS

FILE = DOCS / "curriculum.yml"


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
