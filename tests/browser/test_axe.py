"""No violation of WCAG 2.0 to 2.2, A and AA: every page light, one page of each kind dark; with --slow all in both."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from press import built
from press.snippets import options

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
CHECK = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
DARK = sorted({language + address for address in built.kinds().values() for language in ("", "en/")})

# Thousands of spans color the tokens of code and place the glyphs of formulas, and axe looks at each. One token of
# each kind stays, and of a formula its text: the same colors in a third of the time. With --slow nothing is folded.
FOLD = """() => {
  for (const glyphs of document.querySelectorAll(".katex-html")) glyphs.textContent = glyphs.textContent
  const seen = new Set()
  for (const token of document.querySelectorAll("pre code span[class]")) {
    const kind = token.className + " in " + token.closest("pre").parentElement.className
    if (seen.has(kind)) token.replaceWith(...token.childNodes)
    seen.add(kind)
  }
}"""

pytestmark = pytest.mark.axe


def violations(tab) -> list[str]:
    if not options.slow:
        tab.evaluate(FOLD)
    found = Axe().run(tab, options=CHECK).response["violations"]
    return [f"{one['id']}: {node['target']} {node['html'][:120]}" for one in found for node in one["nodes"]]


def opened(tab, site, address, palette):
    """The page with its boxes open, so that what is in them is checked too."""
    tab.emulate_media(color_scheme=palette, reduced_motion="reduce")
    response = tab.goto(site + address)
    if response.status == 404:
        tab.problems[:] = [text for text in tab.problems if "404" not in text]
    tab.wait_for_function("() => window.document$")  # Material's bundle has run, its buttons are there
    tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    assert tab.locator("body").get_attribute("data-md-color-scheme") == {"light": "default", "dark": "slate"}[palette]
    return violations(tab)


@pytest.mark.parametrize("address", built.pages())
def test_light(tab, site, address):
    assert opened(tab, site, address, "light") == []


@pytest.mark.parametrize("address", DARK)
def test_dark(tab, site, address):
    assert opened(tab, site, address, "dark") == []


@pytest.mark.slow
@pytest.mark.parametrize("address", [address for address in built.pages() if address not in DARK])
def test_dark_everywhere(tab, site, address):
    assert opened(tab, site, address, "dark") == []


@pytest.mark.parametrize("what", ["article p", "pre code span[class]", ".katex-html"])
def test_axe_sees_a_violation(tab, site, what):
    tab.goto(site + "intro/perceptron/")
    tab.evaluate("what => document.querySelectorAll(what).forEach(one => (one.style.color = '#ccc'))", what)
    assert any(line.startswith("color-contrast") for line in violations(tab))
