"""One Content-Security-Policy on every page, strict, and everything works under it."""

import re

import pytest
from playwright.sync_api import expect

from press import built

LISTEN = (
    "window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective))"
)
TABS = """<div class="tabbed-set tabbed-alternate" data-tabs="1:2">
<input checked id="__tabbed_1_1" name="__tabbed_1" type="radio"><input id="__tabbed_1_2" name="__tabbed_1" type="radio">
<div class="tabbed-labels"><label for="__tabbed_1_1">one</label><label for="__tabbed_1_2">two</label></div>
<div class="tabbed-content"><div class="tabbed-block"><p>first</p></div>
<div class="tabbed-block"><p>second</p></div></div>
</div>"""


def directives(policy: str) -> dict[str, list[str]]:
    return {name: rest.split() for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}


def policies(address: str) -> list[str]:
    return [
        str(tag["content"]) for tag in built.soup(address).find_all("meta", {"http-equiv": "Content-Security-Policy"})
    ]


def test_same_on_every_page():
    expected = policies("")
    assert len(expected) == 1
    assert [address for address in built.files() if policies(address) != expected] == []


def test_strict():
    policy = directives(policies("")[0])
    assert policy["default-src"] == ["'none'"]
    assert policy.pop("style-src-attr") == ["'unsafe-inline'"]  # typeset math places its glyphs by style attributes
    assert policy["base-uri"] == policy["form-action"] == ["'none'"]
    allowed = {"'none'", "'self'", "data:"}
    assert {name: sources for name, sources in policy.items() if not allowed.issuperset(sources)} == {}
    assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]


def test_stands_before_what_it_governs():
    for address, html in built.files().items():
        first = re.search(r"<(?:script|link|style|img)\b", html)
        assert html.index("Content-Security-Policy") < (first.start() if first else len(html)), address


def test_nothing_inline():
    """No inline script, style element, event handler or javascript: address in any page."""
    for address in built.files():
        page = built.soup(address)
        scripts = [s for s in page.find_all("script") if not s.get("src") and s.get("type") != "application/json"]
        assert (scripts, page.find_all("style")) == ([], []), address
        assert [t.name for t in page.find_all(True) if any(name.startswith("on") for name in t.attrs)] == [], address
        assert page.select('[href^="javascript:"]') == [], address


@pytest.mark.parametrize("kind", built.kinds())
@pytest.mark.parametrize("language", ["", "en/"])
def test_no_violation_and_no_other_host(tab, site, kind, language):
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.add_init_script(LISTEN)
    address = f"{language}{built.kinds()[kind]}"
    response = tab.goto(site + address)
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("violations") == []
    assert [url for url in requests if not url.startswith((site, "data:"))] == []
    if response.status == 404:  # the browser calls the answer itself an error
        tab.problems[:] = [text for text in tab.problems if "404" not in text]


def test_hints_name_no_other_host():
    for address in built.files():
        hints = built.soup(address).select("link[rel=preconnect], link[rel=dns-prefetch], link[rel=prefetch]")
        assert hints == [], address


def test_is_in_force(tab, site):
    """An inline script does not run, and the checks above would see it."""
    tab.add_init_script(LISTEN)
    tab.goto(site)
    tab.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")
    assert tab.evaluate("[window.ran, violations]") == [None, ["script-src-elem"]]
    assert len(tab.problems) == 1
    assert "Content Security Policy" in tab.problems.pop()


def test_widgets_work(tab, site):
    """Palette, tabs, boxes, copy button and search, on one page."""
    lesson = site + built.kinds()["lesson"]
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.add_init_script(LISTEN)
    tab.route(
        lesson,
        lambda route: route.fulfill(
            body=built.files()[built.kinds()["lesson"]].replace("</article>", TABS + "</article>")
        ),
    )
    tab.goto(lesson)
    body = tab.locator("body")

    tab.locator("[data-palette=slate]").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    tab.locator("[data-palette=default]").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")

    tab.get_by_text("two", exact=True).click()
    expect(tab.get_by_text("second", exact=True)).to_be_visible()
    expect(tab.get_by_text("first", exact=True)).to_be_hidden()

    box = tab.locator("details").first
    inside = box.locator(":scope > :not(summary)").first
    expect(inside).to_be_hidden()
    box.locator("summary").click()
    expect(inside).to_be_visible()

    code = tab.locator(".language-python").first
    code.hover()
    code.locator("button").click()
    shown = code.locator("code").inner_text()
    assert tab.evaluate("navigator.clipboard.readText()").strip() == shown.strip()

    tab.locator(".md-search__input").fill("퍼셉트론")
    expect(tab.locator(".md-search-result__item").first).to_be_visible()
    assert tab.evaluate("violations") == []


def test_tab_in_the_address_opens(tab, site):
    home = built.files()[""].replace("</article>", TABS + "</article>")
    tab.route(site, lambda route: route.fulfill(body=home))
    tab.goto(site + "#__tabbed_1_2")
    expect(tab.get_by_text("second", exact=True)).to_be_visible()
