"""On paper: the page without the site around it, solutions open, light whatever the screen shows."""

import pytest

from press import built

FRAME = (".md-header", ".md-sidebar", ".md-footer", ".md-clipboard", ".headerlink", ".md-content__button")


@pytest.fixture
def paper(tab, site):
    """The lesson as it is printed from a dark screen."""
    tab.emulate_media(color_scheme="dark")
    tab.goto(site + built.kinds()["lesson"])
    assert tab.locator("body").get_attribute("data-md-color-scheme") == "slate"
    tab.emulate_media(media="print", color_scheme="dark")
    return tab


def test_only_the_page(paper):
    visible = [name for name in FRAME if any(part.is_visible() for part in paper.locator(name).all())]
    assert visible == []
    assert paper.locator("article h1").is_visible()


def test_solutions_are_open(paper):
    parts = paper.locator("details > :not(summary)").all()
    assert parts
    assert [part.inner_text() for part in parts if not part.is_visible()] == []


def test_solutions_are_open_without_a_script(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(site + built.kinds()["lesson"])
    parts = page.locator("details > :not(summary)").all()
    assert parts
    assert [part.inner_text() for part in parts if not part.is_visible()] == []
    context.close()


def test_light(paper):
    ink = paper.evaluate("getComputedStyle(document.querySelector('article')).color")
    assert ink == "rgb(36, 40, 44)"
    assert paper.evaluate("getComputedStyle(document.body).getPropertyValue('--paper')").strip() == "#fbfaf7"


def test_light_figures(tab, site):
    twins = next(address for address in built.pages() if "#only-dark" in built.files()[address])
    tab.emulate_media(color_scheme="dark")
    tab.goto(site + twins)
    tab.emulate_media(media="print", color_scheme="dark")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not tab.locator("img[src$='#only-dark']").first.is_visible()
    light = tab.locator("img[src$='#only-light']").first
    assert light.is_visible()
    tab.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=light.element_handle())


def test_code_is_not_cut(paper):
    cut = paper.evaluate(
        "[...document.querySelectorAll('pre > code')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert cut == 0
