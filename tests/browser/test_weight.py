"""What a page costs: bytes on the wire behind a gzipping host, and lines that move while it loads."""

import gzip

import pytest
from playwright.sync_api import expect

from press import SITE, built

FIRST, NEXT, LAB = 130_000, 25_000, 80_000
PHONE = {"width": 412, "height": 823}  # of Lighthouse's mobile preset: what lies below is not fetched
SHIFTS = """window.shifts = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value)
}).observe({ type: 'layout-shift', buffered: true })"""


def loading(tab, url, figure=True) -> dict[str, tuple[str, int]]:
    """Open a page on a phone: what came over the wire, its kind and its bytes, headers too, as Lighthouse counts.

    With the first figure: on a slow line, such as Lighthouse's, a browser fetches it early.
    """
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, tuple[str, int]] = {}

    def arrived(event):
        if not event["response"]["url"].startswith("data:"):
            kinds[event["requestId"]] = event["response"]["url"], event["type"]

    def ended(event):
        if event["requestId"] in kinds and event["encodedDataLength"]:  # 0 from the browser's cache
            address, kind = kinds[event["requestId"]]
            sizes[address] = kind, int(event["encodedDataLength"])

    tab.set_viewport_size(PHONE)
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    session.on("Network.responseReceived", arrived)
    session.on("Network.loadingFinished", ended)
    tab.goto(url)
    tab.wait_for_load_state("networkidle")
    if figure:
        tab.evaluate("document.querySelector('article img')?.scrollIntoView()")
        tab.wait_for_timeout(200)
        tab.wait_for_load_state("networkidle")
    session.detach()
    return sizes


def total(sizes, *kinds) -> int:
    return sum(size for kind, size in sizes.values() if kind in kinds or not kinds)


def lessons() -> list[str]:
    """The two heaviest pages with formulas, of one language: text and first figure."""
    korean = [address for address in built.pages() if not address.startswith(("en/", "labs/"))]

    def weight(address):
        page, image = built.files()[address], built.soup(address).select_one("article img")
        figure = SITE / address / image["src"].split("#")[0] if image else None
        return len(gzip.compress(page.encode())) + (len(gzip.compress(figure.read_bytes())) if figure else 0)

    return sorted((address for address in korean if built.formulas(address)), key=weight)[-2:][::-1]


def test_first_page_and_next_page(tab, site):
    first, second = lessons()
    sizes = loading(tab, site + first)
    assert any("KaTeX_Main-Regular" in url for url in sizes), "a page of math fetches the faces of its formulas"
    assert total(sizes, "Image") > 2_000, sizes
    assert total(sizes) < FIRST, sizes
    fresh = {url: size for url, size in loading(tab, site + second, figure=False).items() if url not in sizes}
    assert 0 < total(fresh) < NEXT, fresh


@pytest.mark.parametrize("address", [address for address in built.pages() if "labs/" in address])
def test_a_lab_without_its_images(tab, site, address):
    sizes = loading(tab, site + address)
    assert total(sizes, "Document", "Stylesheet", "Script") < LAB, sizes


def test_search_waits_for_the_reader(tab, site):
    first = lessons()[0]
    assert [url for url in loading(tab, site + first) if "search" in url] == []
    with tab.expect_response(lambda response: response.url.endswith("/search_index.json")):
        tab.locator(".md-search__input").focus()


def test_math_is_fetched_by_pages_of_math_alone(tab, site):
    without = next(address for address in built.pages() if not built.formulas(address) and address.endswith("/"))
    assert [url for url in loading(tab, site + without) if "katex" in url] == []


def test_one_twin_of_a_figure_is_fetched(tab, site):
    twins = next(address for address in built.pages() if "#only-dark" in built.files()[address])
    tab.emulate_media(color_scheme="dark")
    tab.goto(site + twins)
    dark = tab.locator("img[src$='#only-dark']").first
    dark.scroll_into_view_if_needed()
    tab.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=dark.element_handle())
    fetched = tab.evaluate(
        "performance.getEntriesByType('resource').map((e) => e.name).filter((n) => n.includes('/figures/'))"
    )
    assert any("-dark.svg" in name for name in fetched)
    assert [name for name in fetched if "-dark.svg" not in name] == []


def test_slash_before_the_bundle_is_not_lost(tab, site):
    """The bundle comes after the first paint; a reader who is faster still gets the search."""
    held = []
    tab.route("**/bundle.*.js", lambda route: held.append(route))
    tab.goto(site, wait_until="domcontentloaded")
    tab.keyboard.press("/")
    expect(tab.locator(".md-search__input")).to_be_focused()
    tab.keyboard.type("x")
    tab.wait_for_timeout(200)
    held.pop().continue_()
    expect(tab.locator("#__search")).to_be_checked()
    assert tab.locator(".md-search__input").input_value() == "x"


@pytest.mark.parametrize("kind", [kind for kind in built.kinds() if kind != "404"])
@pytest.mark.parametrize("viewport", [(360, 740), (1280, 900)])
def test_nothing_moves(tab, site, kind, viewport):
    tab.set_viewport_size({"width": viewport[0], "height": viewport[1]})
    tab.add_init_script(SHIFTS)
    tab.goto(site + built.kinds()[kind])
    tab.wait_for_load_state("networkidle")
    for _ in range(12):  # down the page: the figures arrive
        tab.mouse.wheel(0, 600)
        tab.wait_for_timeout(50)
    assert sum(tab.evaluate("shifts")) < 0.005


def test_a_shift_is_seen(tab, site):
    tab.add_init_script(SHIFTS)
    tab.goto(site)
    tab.evaluate(
        "document.querySelector('article').insertAdjacentHTML('afterbegin', '<p style=\"height: 200px\"></p>')"
    )
    tab.wait_for_timeout(300)
    assert sum(tab.evaluate("shifts")) > 0.005
