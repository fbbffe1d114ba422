"""A link to a page that the curriculum has and the book does not have yet is plain text, and is counted."""

import markdown
import pytest

from press import curriculum, links


@pytest.fixture
def render(monkeypatch):
    """Render a text as the page core/here.md of a book whose core/later and labs/later are not written yet."""
    monkeypatch.setattr(curriculum, "unwritten", lambda: frozenset({"core/later", "labs/later"}))
    monkeypatch.setattr(links, "turned", [])

    def convert(text):
        links.rendering("core/here.md")
        return markdown.markdown(text, extensions=["press.links"])

    yield convert
    links.rendering("")


@pytest.mark.parametrize("address", ["later.md", "later.md#part", "../core/later.md", "../labs/later.py#part"])
def test_an_unwritten_page_is_plain_text(render, address):
    assert render(f"[a **later** page]({address})") == (
        '<p><span class="unwritten">a <strong>later</strong> page</span></p>'
    )
    assert [page for page, _ in links.turned] == ["core/here.md"]


@pytest.mark.parametrize(
    "address", ["now.md", "../later.md", "https://example.org/later.md", "later.html", "#later.md"]
)
def test_any_other_link_stays_a_link(render, address):
    assert f'<a href="{address}">' in render(f"[x]({address})")
    assert links.turned == []


def test_every_link_is_counted_with_its_target(render):
    render("[x](later.md) and [y](later.md#part), then [z](../labs/later.py)")
    assert links.turned == [
        ("core/here.md", "core/later"),
        ("core/here.md", "core/later"),
        ("core/here.md", "labs/later"),
    ]
