"""Old addresses lead on in a real browser, with scripts and without."""

import pytest


@pytest.mark.parametrize("prefix", ["", "en/"])
@pytest.mark.parametrize("heading", ["", "#second"])
def test_an_old_page_leads_on_and_keeps_the_heading(tab, small_site, prefix, heading):
    tab.goto(small_site + prefix + "old/" + heading)
    tab.wait_for_url(small_site + prefix + "a/" + heading)
    assert tab.locator("h1#a").count() == 1
    assert (tab.evaluate("scrollY") > 500) == bool(heading)


def test_going_back_does_not_lead_on_again(tab, small_site):
    tab.goto(small_site)
    tab.goto(small_site + "old/#second")
    tab.wait_for_url(small_site + "a/#second")
    tab.go_back()
    assert tab.url == small_site


def test_without_scripts_an_old_page_leads_on(chromium, small_site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(small_site + "en/old/#second")
    page.wait_for_url(small_site + "en/a/")
    context.close()


def test_an_old_heading_is_where_the_new_one_is(tab, small_site):
    tab.goto(small_site + "a/#start")
    old, new, header = (tab.locator(name).bounding_box() for name in ("#start", "#second", ".md-header"))
    assert abs(old["y"] - new["y"]) < 40
    assert header["height"] <= new["y"] < 300


def test_a_heading_that_left_for_another_page_leads_there(tab, small_site):
    tab.goto(small_site + "en/a/#left")
    line = tab.locator("#left")
    assert line.is_visible()
    line.locator("a").click()
    tab.wait_for_url(small_site + "en/#home")
