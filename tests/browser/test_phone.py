"""A phone, 360 pixels wide: nothing makes the page scroll sideways, long lines scroll in a box of their own."""

from playwright.sync_api import expect

from press import built

PHONE = {"width": 360, "height": 740}
# What sticks out of the window and is not inside a box that scrolls or cuts.
OUTSIDE = """() => [...document.querySelectorAll('.md-header *, .md-main *, .md-footer *')].filter((e) => {
  const box = e.getBoundingClientRect()
  if (!box.width || !box.height || box.right <= innerWidth + 0.5 || box.left >= innerWidth) return false
  if (!e.checkVisibility({ visibilityProperty: true })) return false
  for (let p = e; p.tagName !== 'MAIN' && p !== document.body; p = p.parentElement)
    if (p.matches('.md-sidebar, .md-search, .katex-mathml')) return false
    else if (p !== e && getComputedStyle(p).overflowX !== 'visible') return false
  return true
}).map((e) => e.outerHTML.slice(0, 120))"""


def sticking_out(tab) -> list[str]:
    tab.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    wide = tab.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) > innerWidth")
    return tab.evaluate(OUTSIDE) + (["the page is wider than the window"] if wide else [])


def test_no_page_scrolls_sideways(tab, site):
    tab.set_viewport_size(PHONE)
    found = {}
    for address in built.pages():
        tab.goto(site + address)
        if out := sticking_out(tab):
            found[address] = out
    tab.problems[:] = [text for text in tab.problems if "404" not in text]
    assert found == {}


def test_a_wide_block_is_seen(tab, site):
    tab.set_viewport_size(PHONE)
    tab.goto(site)
    tab.evaluate("document.querySelector('.md-typeset h1').style.width = '500px'")
    assert sticking_out(tab) != []


def test_long_code_scrolls_in_its_box_and_by_keyboard(tab, site):
    tab.set_viewport_size(PHONE)
    tab.goto(site + built.kinds()["lesson"])
    code = tab.locator(".language-python code").first
    code.evaluate("(box) => box.append('x'.repeat(200) + '\\n')")
    tab.set_viewport_size({**PHONE, "width": 359})
    expect(code).to_have_attribute("tabindex", "0")
    code.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_timeout(500)
    assert code.evaluate("(box) => box.scrollLeft") > 0


def test_long_formula_scrolls_in_its_box(tab, site):
    tab.set_viewport_size(PHONE)
    tab.goto(site + built.kinds()["lesson"])
    box = tab.locator("div.math").first
    expect(box).not_to_have_attribute("tabindex", "0")
    box.evaluate("(box) => { box.style.width = '60px' }")
    expect(box).to_have_attribute("tabindex", "0")
    assert box.evaluate("(box) => box.scrollWidth > box.clientWidth")
    assert sticking_out(tab) == []
