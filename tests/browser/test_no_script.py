"""With JavaScript off everything that the book says can be read: text, formulas, code, solutions, figures."""

import pytest

from press import built

MARK = "document.documentElement.classList"


@pytest.fixture
def still(chromium):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", [kind for kind in built.kinds() if kind != "404"])
@pytest.mark.parametrize("language", ["", "en/"])
def test_readable(still, site, kind, language):
    still.goto(site + language + built.kinds()[kind])
    assert still.evaluate(f"{MARK}.contains('no-js')")  # no script ran
    for summary in still.locator("article summary").all():
        summary.click()  # a box opens without a script
    hidden = still.evaluate(
        """() => [...document.querySelectorAll('article :is(p, li, pre, td, h1, h2, h3, .katex-html)')]
        .filter((e) => e.textContent.trim() && !e.closest('.md-clipboard') && !e.getClientRects().length)
        .map((e) => e.outerHTML.slice(0, 150))"""
    )
    assert hidden == []


def test_formulas_are_typeset(still, site):
    still.goto(site + built.kinds()["lesson"])
    formula = still.locator("article .katex-html").first.bounding_box()
    assert formula["width"] > 5
    assert formula["height"] > 5
    assert "\\(" not in still.locator("article").inner_text()


def test_what_needs_a_script_is_not_offered(still, site):
    still.goto(site)
    assert not still.locator("[data-palette]").first.is_visible()
    assert not still.locator(".md-search__input").is_visible()


def test_the_light_figure_alone_is_shown(still, site):
    twins = next(address for address in built.pages() if "#only-dark" in built.files()[address])
    still.goto(site + twins)
    assert still.locator("img[src$='#only-light']").first.is_visible()
    assert not still.locator("img[src$='#only-dark']").first.is_visible()
