"""A term shows its entry of the glossary where the reader points at it or reaches it by keyboard."""

import json
import re

import pytest
from playwright.sync_api import expect

from press import SITE, built

PAGES = ["intro/losses/", "en/intro/losses/"]


@pytest.fixture(params=PAGES)
def lesson(tab, site, request):
    tab.goto(site + request.param)
    return tab


def entry(tab, term) -> list[str]:
    folder = SITE / ("en" if tab.locator("html").get_attribute("lang") == "en" else "")
    told = json.loads((folder / "assets/terms.json").read_text(encoding="utf-8"))
    return told[term.get_attribute("href").partition("#")[2]]


def test_pointing_at_a_term_shows_both_names_and_the_meaning(lesson):
    term = lesson.locator("a.term").first
    term.hover()
    tip = lesson.get_by_role("tooltip")
    for told in entry(lesson, term):
        expect(tip).to_contain_text(told)
    tip.hover()  # the entry itself may be pointed at, to read it
    lesson.wait_for_timeout(400)
    expect(tip).to_be_visible()
    lesson.locator("h1").hover()
    expect(tip).to_be_hidden()


def test_the_keyboard_reaches_a_term_and_escape_hides_the_entry(lesson):
    term = lesson.locator("a.term").first
    term.focus()
    tip = lesson.get_by_role("tooltip")
    expect(tip).to_be_visible()
    expect(term).to_have_attribute("aria-describedby", tip.get_attribute("id"))
    lesson.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(term).to_be_focused()


def test_an_entry_stays_on_a_phone_screen(lesson):
    lesson.set_viewport_size({"width": 360, "height": 740})
    for term in lesson.locator("a.term").all():
        term.scroll_into_view_if_needed()
        term.focus()
        expect(term).to_have_attribute("aria-describedby", "term-tip")
        box = lesson.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert lesson.evaluate("document.documentElement.scrollWidth") <= 360


def test_entries_wait_for_the_reader(tab, site):
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(site + PAGES[0])
    tab.wait_for_load_state("networkidle")
    assert [url for url in asked if "terms" in url] == []
    tab.locator("a.term").first.hover()
    expect(tab.get_by_role("tooltip")).to_be_visible()
    assert len([url for url in asked if "terms" in url]) == 2


def test_every_term_leads_to_its_entry():
    """Without scripts too, and each term once a page."""
    for address, html in built.files().items():
        targets = re.findall(r'<a class="term" href="[^"#]*#([^"]+)"', html)
        assert len(targets) == len(set(targets)), address
        glossary = built.files()["en/reference/glossary/" if address.startswith("en/") else "reference/glossary/"]
        assert [target for target in targets if f'id="{target}"' not in glossary] == [], address
    assert re.search(r'class="term" href="../../reference/glossary/#', built.files()[PAGES[0]])
