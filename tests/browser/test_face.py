"""The look that a reader relies on: palettes, Korean lines, output under its code, figures."""

import re

import pytest
from playwright.sync_api import expect

from press import built
from press.hooks.face import UNUSED

NO_SCRIPTS = re.compile(r"/(bundle|page|language|late)\b.*\.js$")


def style(locator, name):
    return locator.evaluate("(e, name) => getComputedStyle(e).getPropertyValue(name)", name)


@pytest.mark.parametrize(("system", "scheme", "paper"), [("light", "default", "#fbfaf7"), ("dark", "slate", "#15181b")])
def test_palette_is_set_before_the_late_scripts(tab, site, system, scheme, paper):
    """boot.js alone, in the head, sets it: no flash of the wrong palette."""
    tab.route(NO_SCRIPTS, lambda route: route.fulfill(body="", content_type="text/javascript"))
    tab.emulate_media(color_scheme=system)
    tab.goto(site)
    assert tab.locator("body").get_attribute("data-md-color-scheme") == scheme
    assert style(tab.locator("body"), "--paper").strip() == paper


def test_choice_of_palette_is_kept_in_both_languages(tab, site):
    tab.emulate_media(color_scheme="light")
    tab.goto(site)
    night = tab.locator("[data-palette=slate]")
    night.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-palette=default]")).to_be_focused()
    for address in ("en/", "intro/"):
        tab.goto(site + address)
        assert tab.locator("body").get_attribute("data-md-color-scheme") == "slate"
        assert tab.locator("meta[name=color-scheme]").get_attribute("content") == "dark"


def test_korean_lines(tab, site):
    tab.goto(site + built.kinds()["lesson"])
    text = tab.locator("article p").first
    assert style(text, "word-break") == "keep-all"
    assert style(text, "overflow-wrap") == "anywhere"
    height, size = (float(style(text, name).removesuffix("px")) for name in ("line-height", "font-size"))
    assert height / size == pytest.approx(1.7)
    assert "Apple SD Gothic Neo" in style(text, "font-family")


def test_output_is_attached_to_its_code_and_not_copied(tab, site):
    page = next(a for a in built.pages() if built.soup(a).select(".language-python + .language-text"))
    tab.goto(site + page)
    output = tab.locator(".language-python + .language-text").first
    code = output.locator("xpath=preceding-sibling::*[1]")
    above, below = code.bounding_box(), output.bounding_box()
    assert below["y"] == pytest.approx(above["y"] + above["height"], abs=1)
    assert style(output.locator("code"), "background-color") != style(code.locator("code"), "background-color")
    expect(code.locator(".md-clipboard, .md-code__button").first).to_be_attached()
    assert not any(button.is_visible() for button in output.locator("button").all())


def test_unwritten_links_are_plain_text(tab, site):
    tab.goto(site)
    tab.evaluate(
        "document.querySelector('article p').insertAdjacentHTML('beforeend', '<span class=\"unwritten\">x</span>')"
    )
    span = tab.locator(".unwritten").last
    for name in ("color", "text-decoration-line", "font-weight"):
        assert style(span, name) == style(span.locator(".."), name)


def test_every_image_has_its_size():
    """Room is kept for an image before it comes."""
    for address in built.pages():
        for image in built.soup(address).select("article img"):
            assert {"width", "height", "loading", "alt"} <= set(image.attrs), (address, image.get("src"))


def test_mark_and_icon(tab, site):
    tab.goto(site)
    assert tab.locator(".md-header .mark").is_visible()
    icon = tab.locator("link[rel=icon]").get_attribute("href")
    assert tab.request.get(f"{site}{icon}").headers["content-type"].startswith("image/svg+xml")


def test_site_css_has_no_dead_weight(tab, site):
    """Material's sheet is joined with ours, and what the book does not use is gone."""
    sheet = tab.request.get(f"{site}assets/styles/site.css").text()
    assert "--paper" in sheet
    assert ".md-nav" in sheet
    assert ".md-tabs" not in sheet
    tab.goto(site)
    assert tab.locator("link[rel=stylesheet]").count() == 1


def test_no_page_asks_for_a_part_that_the_stylesheet_lacks():
    lacking = {name[1:] for name in UNUSED if re.fullmatch(r"\.[\w-]+", name)}
    asked = {
        name
        for html in built.files().values()
        for names in re.findall(r' class="([^"]*)"', html)
        for name in names.split()
    }
    assert asked & lacking == set()
