"""The glossary (docs/glossary.tsv) as data: one Korean word for each term, its other names, and what is not to be used.

The columns: en, ko; aliases_ko and avoid_ko, several names apart by "; "; note, for writers; page, the page of the
curriculum that treats the term; meaning_en and meaning_ko; why_en and why_ko, why the words to avoid are to be avoided.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from press import DOCS

FILE = DOCS / "glossary.tsv"
COLUMNS = ["en", "ko", "aliases_ko", "avoid_ko", "note", "page", "meaning_en", "meaning_ko", "why_en", "why_ko"]


@dataclass(frozen=True)
class Term:
    """One row. `aliases` are other names that a reader may type or meet; `avoid` are wrong ones."""

    en: str
    ko: str
    aliases: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    note: str = ""
    page: str = ""
    meaning: dict[str, str] = field(default_factory=dict, compare=False)
    why: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """The term's anchor in the glossary: bias-parameter for bias (parameter)."""
        return re.sub(r"[^a-z0-9]+", "-", self.en.lower()).strip("-")

    def name(self, language: str) -> str:
        """The term in one of the languages, as a reader meets it: 편향, bias."""
        return self.ko if language == "ko" else self.english

    @property
    def english(self) -> str:
        """The English word without what tells it from its namesake: bias for bias (parameter)."""
        return re.sub(r" \(.*\)$", "", self.en)

    @property
    def everyday(self) -> bool:
        """Whether the note says that the word is used outside the field too: then it needs no English beside it."""
        return "everyday word" in self.note

    def spellings(self, language: str) -> tuple[str, ...]:
        """Every name under which a reader of that language looks for the term; in English those of Latin letters."""
        names = (self.ko, *self.aliases, self.english) if language == "ko" else (self.english, *self.aliases)
        return tuple(name for name in names if language == "ko" or name.isascii())


def read(path: Path = FILE) -> tuple[Term, ...]:
    """All terms in the order of the file; ValueError names the line whose columns are wrong."""
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    if head.split("\t") != COLUMNS:
        raise ValueError(f"{path}:1: expected the columns {', '.join(COLUMNS)}, got {head!r}")
    return tuple(_term(row, f"{path}:{number}") for number, row in enumerate(rows, 2))


def _term(row: str, where: str) -> Term:
    cells = row.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{where}: expected {len(COLUMNS)} columns, got {len(cells)}")
    if any(cell != cell.strip() for cell in cells) or not (cells[0] and cells[1]):
        raise ValueError(f"{where}: a term needs en and ko, and no cell starts or ends with a space")
    en, ko, aliases, avoid, note, page, *rest = cells
    if not page or not rest[0] or not rest[1]:
        raise ValueError(f"{where}: a term needs a page and a meaning in both languages")
    if bool(avoid) != bool(rest[2]) or bool(avoid) != bool(rest[3]):
        raise ValueError(f"{where}: words to avoid need a reason in both languages, and a reason needs words to avoid")
    meaning, why = ({"en": english, "ko": korean} for english, korean in (rest[:2], rest[2:]))
    return Term(en, ko, _names(aliases, where), _names(avoid, where), note, page, meaning, why)


def _names(cell: str, where: str) -> tuple[str, ...]:
    names = tuple(cell.split("; ")) if cell else ()
    if any(not name or ";" in name or name != name.strip() for name in names):
        raise ValueError(f'{where}: names stand apart by "; ", got {cell!r}')
    return names


@cache
def terms() -> tuple[Term, ...]:
    """The terms of the book's own glossary."""
    return read()
