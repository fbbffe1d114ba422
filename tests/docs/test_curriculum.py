"""The curriculum tells the truth about the book; and what it gets wrong is named."""

import pytest

from press import curriculum
from press.curriculum import Entry

ENTRIES = curriculum.entries()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_what_an_entry_says_is_so(entry):
    assert curriculum.untrue(entry) == []


def test_every_page_is_one_entry():
    assert curriculum.unlisted(ENTRIES) == []


@pytest.fixture
def docs(tmp_path):
    """A book of two pages in both languages and a lab in one."""
    for name in ("ko/a.md", "en/a.md", "ko/intro/b.md", "en/intro/b.md", "ko/labs/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("from gyeop import losses\nlosses.mse(x, y)\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Entry("A", "a", {}, written=True, symbols=("gyeop.losses", "gyeop.losses.mse")), []),
        (Entry("A", "nowhere", {}), []),
        (Entry("A", "a", {}), ["A: written is False, and ko/a.md exists", "A: written is False, and en/a.md exists"]),
        (Entry("A", "labs/c", {}, written=True), ["A: written is True, and en/labs/c.py does not exist"]),
        (Entry("A", "a", {}, kind="essay", written=True), ["A: kind is 'essay', not one of page, index, tool"]),
        (
            Entry("A", "a", {}, written=True, symbols=("gyeop.losses.mae",)),
            ["A: ko/a.md does not use gyeop.losses.mae", "A: en/a.md does not use gyeop.losses.mae"],
        ),
        (
            Entry("A", "a", {}, written=True, symbols=("gyeop.perceptron.mse",)),
            ["A: gyeop.perceptron.mse cannot be imported"],
        ),
        (Entry("A", "a", {}, written=True, symbols=("no_such.mse",)), ["A: no_such.mse cannot be imported"]),
    ],
)
def test_an_untrue_entry_is_named(docs, entry, said):
    assert [one.replace(f"{docs.as_posix()}/", "") for one in curriculum.untrue(entry, docs)] == said


def test_a_page_without_an_entry_is_named(docs):
    entries = [Entry("A", "a", {}), Entry("C", "labs/c", {})]
    said = [one.replace(f"{docs.as_posix()}/", "") for one in curriculum.unlisted(entries, docs)]
    assert said == ["en/intro/b.md is in no entry", "ko/intro/b.md is in no entry"]


def test_a_page_with_two_entries_is_named(docs):
    entries = [Entry("A", "a", {}), Entry("A", "intro/b", {}), Entry("C", "labs/c", {}), Entry("D", "a", {})]
    assert curriculum.unlisted(entries, docs) == ["2 entries have the id A", "2 entries have the page a"]
