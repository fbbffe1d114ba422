"""The switch leads to the same page and the same heading in the other language, with scripts and without."""

import pytest


def switch(tab):
    link = tab.locator("a.language")
    assert link.is_visible()
    link.click()
    tab.wait_for_load_state()


def heading_in_view(tab):
    """The id of the heading that stands in the upper half of the window."""
    return tab.evaluate(
        """() => [...document.querySelectorAll("article :is(h1, h2)[id]")]
            .map((heading) => [heading.id, heading.getBoundingClientRect().top])
            .filter(([id, top]) => top >= 0 && top < innerHeight / 2).map(([id]) => id)[0]"""
    )


@pytest.mark.parametrize(
    ("here", "there", "names"), [("", "en/", ("English", "한국어")), ("en/", "", ("한국어", "English"))]
)
def test_home_leads_home(tab, site, here, there, names):
    tab.goto(site + here)
    assert tab.locator("a.language").inner_text() == names[0]
    switch(tab)
    assert tab.url == site + there
    assert tab.locator("a.language").inner_text() == names[1]


@pytest.mark.parametrize(("here", "there"), [("a/", "en/a/"), ("en/a/", "a/")])
def test_the_heading_in_the_address_is_kept(tab, small_site, here, there):
    tab.goto(small_site + here + "#second")
    switch(tab)
    assert tab.url == small_site + there + "#second"
    assert heading_in_view(tab) == "second"


def test_the_heading_that_was_scrolled_to_is_kept(tab, small_site):
    tab.goto(small_site + "a/")
    tab.evaluate("scrollTo(0, document.getElementById('second').offsetTop + 300)")  # its heading is out of view
    tab.wait_for_timeout(100)  # sooner than Material writes the address
    switch(tab)
    assert tab.url == small_site + "en/a/#second"


def test_the_top_of_a_page_leads_to_the_top(tab, small_site):
    tab.goto(small_site + "a/#second")
    tab.evaluate("scrollTo(0, 0)")
    tab.wait_for_timeout(600)
    switch(tab)
    assert tab.url.split("#")[0] == small_site + "en/a/"
    assert tab.url.partition("#")[2] in ("", "first")
    assert tab.evaluate("scrollY") < 200


def test_a_new_tab_opens_at_the_heading_too(tab, small_site):
    tab.goto(small_site + "a/#second")
    with tab.context.expect_page() as opened:
        tab.locator("a.language").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_load_state()
    assert opened.value.url == small_site + "en/a/#second"


def test_without_scripts_the_switch_leads_to_the_page(chromium, small_site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(small_site + "en/a/#second")
    page.locator("a.language").click()
    page.wait_for_load_state()
    assert page.url == small_site + "a/"
    context.close()


def test_no_sitemap_is_fetched_for_the_twins(tab, small_site):
    """Material's script would ask for one below every page."""
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(small_site + "a/", wait_until="networkidle")
    assert len(asked) > 3
    assert [url for url in asked if "sitemap" in url] == []
