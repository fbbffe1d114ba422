"""The curriculum tells the truth about the book."""

import importlib

import pytest

from press import DOCS, LANGUAGES, ROOT, curriculum

ENTRIES = curriculum.entries()


def files(entry):
    """The files that hold an entry's page, one a language; the 404 page is a template of the theme."""
    if entry.page == "404":
        return [ROOT / "press/theme/404.html"]
    suffix = ".py" if entry.part == "labs" and entry.kind == "page" else ".md"
    return [DOCS / language / f"{entry.page}{suffix}" for language in LANGUAGES]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_written_means_both_languages(entry):
    for file in files(entry):
        assert file.exists() == entry.written, f"{entry.id} says written: {entry.written}; see {file.relative_to(ROOT)}"


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.written], ids=lambda entry: entry.id)
def test_symbols_can_be_imported(entry):
    for symbol in entry.symbols:
        module, _, name = symbol.rpartition(".")
        try:
            importlib.import_module(symbol)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), name), f"{entry.id} names {symbol}"


def test_every_page_is_an_entry():
    named = {file for entry in ENTRIES for file in files(entry)}
    found = {file for lang in LANGUAGES for kind in ("*.md", "labs/*.py") for file in (DOCS / lang).rglob(kind)}
    assert found <= named, f"not in docs/curriculum.yml: {sorted(str(f.relative_to(DOCS)) for f in found - named)}"


def test_pages_and_ids_are_named_once():
    assert len({entry.id for entry in ENTRIES}) == len({entry.page for entry in ENTRIES}) == len(ENTRIES)
