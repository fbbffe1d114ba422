"""The map of a part: every page a box, every page that is written a link, what is read first above."""

import re

import pytest

from press.curriculum import Entry
from press.hooks import maps


def entry(id, after=(), title="title"):
    return Entry(id, f"part/{id}", {"ko": title, "en": title}, extra={"after": list(after)})


def tops(drawing) -> list[float]:
    return [float(y) for y in re.findall(r'<rect x="[^"]*" y="([^"]*)"', drawing)]


def test_what_is_read_first_stands_above():
    drawing = maps.drawing([entry("c", ["b"]), entry("b", ["a"]), entry("a")], "en", {})
    a, b, c = tops(drawing)
    assert a < b < c
    assert drawing.count('class="head"') == 2


def test_a_page_that_is_written_is_a_link():
    drawing = maps.drawing([entry("a", title="A & B"), entry("b", ["a"])], "ko", {"part/a": "../a/"})
    assert drawing.count("<a ") == 1
    assert '<a href="../a/"><rect' in drawing
    assert "A &amp; B" in drawing
    assert "\n" not in drawing  # Markdown would end the block there


@pytest.mark.parametrize("pages", [[entry("a", ["b"]), entry("b", ["a"])], [entry("a", ["of another part"])]])
def test_an_order_that_cannot_be_is_refused(pages):
    with pytest.raises(ValueError, match="wait for each other"):
        maps.drawing(pages, "en", {})
