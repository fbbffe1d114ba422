"""An address without a page: both languages, that of the address first, and the switch leads to the other's home."""

import pytest


@pytest.fixture
def lost(tab, site):
    """Open an address without a page. The browser itself notes the 404 of the page: that one is meant."""

    def open_it(path):
        answer = tab.goto(site + path, wait_until="load")
        assert answer.status == 404
        meant = [problem for problem in tab.problems if "404" in problem]
        assert len(meant) <= 1
        tab.problems[:] = [problem for problem in tab.problems if problem not in meant]
        return tab

    return open_it


@pytest.mark.parametrize(
    ("path", "languages", "other", "name"),
    [
        ("nothing/", ["ko", "en"], "en/", "English"),
        ("deep/down/nothing.html", ["ko", "en"], "en/", "English"),
        ("english/", ["ko", "en"], "en/", "English"),
        ("en/nothing/", ["en", "ko"], "", "한국어"),
        ("en/deep/down/nothing.html", ["en", "ko"], "", "한국어"),
    ],
)
def test_the_language_of_the_address_comes_first(lost, site, path, languages, other, name):
    page = lost(path)
    sections = page.locator(".not-found")
    assert [section.get_attribute("lang") for section in sections.all()] == languages
    assert all(section.is_visible() for section in sections.all())
    switch = page.locator("a.language")
    assert switch.inner_text() == name
    assert switch.get_attribute("lang") == switch.get_attribute("hreflang") == languages[1]
    switch.click()
    page.wait_for_load_state()
    assert page.url == site + other


@pytest.mark.parametrize(("number", "home"), [(0, ""), (1, "en/")])
def test_each_language_leads_to_its_home(lost, site, number, home):
    page = lost("nothing/here/")
    page.locator(".not-found a").nth(number).click()
    page.wait_for_load_state()
    assert page.url == site + home
