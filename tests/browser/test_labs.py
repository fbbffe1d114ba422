"""A lab in a real browser: typeset, quiet, light, in both palettes, on a phone; its notebook can be fetched."""

import gzip
import json
import re

import pytest

from press import SITE, labs, settings

PAGES = [f"{prefix}labs/{name}/" for prefix in ("", "en/") for name in labs.names()]
KILOBYTE = 1000


@pytest.mark.parametrize("path", PAGES)
def test_a_lab_opens_quietly_and_complete(tab, site, path):
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(site + path)
    assert [url for url in requests if not url.startswith((site, "data:"))] == []
    assert tab.locator(".katex").count() > 0
    assert tab.locator(".arithmatex").count() == 0  # every formula is typeset
    assert tab.locator(".highlight code .k, .highlight code .kn").first.is_visible()
    assert tab.locator(".language-text").first.is_visible()
    assert tab.locator("article style, article script").count() == 0


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("palette", "shown", "hidden"), [("light", "light", "dark"), ("dark", "dark", "light")])
def test_figures_follow_the_palette(chromium, site, path, palette, shown, hidden):
    with chromium.new_context(color_scheme=palette) as context:
        page = context.new_page()
        page.goto(site + path)
        figures = page.locator("article img[src*='.svg']")
        assert figures.count() > 0
        for number in range(figures.count()):
            figure = figures.nth(number)
            source = figure.get_attribute("src")
            assert figure.is_visible() == source.endswith(f"#only-{shown}"), f"{source} in the {palette} palette"
            assert len(figure.get_attribute("alt")) > 40
            if figure.is_visible():
                figure.scroll_into_view_if_needed()
                page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=figure.element_handle())


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_it_without_sideways_scrolling(chromium, site, path):
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", PAGES)
def test_a_solution_opens(tab, site, path):
    tab.goto(site + path)
    box = tab.locator("details.success").first
    assert not box.locator("pre").first.is_visible()
    box.locator("summary").click()
    assert box.locator("pre").first.is_visible()


@pytest.mark.parametrize("path", PAGES)
def test_the_notebook_can_be_fetched_and_opened_in_colab(tab, site, path):
    tab.goto(site + path)
    download, colab = (tab.locator(".notebook a").nth(number) for number in (0, 1))
    response = tab.request.get(tab.evaluate("link => link.href", download.element_handle()))
    notebook = json.loads(response.text())
    assert notebook["nbformat"] == 4
    assert any(cell.get("outputs") for cell in notebook["cells"])
    language = "en" if path.startswith("en/") else "ko"
    name = path.rstrip("/").rpartition("/")[2]
    assert colab.get_attribute("href") == settings.colab_url(language, f"labs/{name}.ipynb")
    assert labs.source(name, language).with_suffix(".ipynb").exists()


@pytest.mark.parametrize("path", PAGES)
def test_a_lab_is_lean(path):
    """The page and the styles that it asks for, compressed as a host does it, without images and fonts."""
    html = (SITE / path / "index.html").read_text(encoding="utf-8")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    files = [SITE / path / "index.html", *(SITE / path / sheet for sheet in sheets)]
    size = sum(len(gzip.compress(file.resolve().read_bytes())) for file in files)
    assert size < 80 * KILOBYTE, f"{size} bytes: {[file.name for file in files]}"
    assert not re.search("requirejs|mathjax|jp-Notebook|<style", html)


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_search_knows_labs_by_their_text(prefix):
    index = json.loads((SITE / prefix / "search/search_index.json").read_text(encoding="utf-8"))
    entries = [entry for entry in index["docs"] if entry["location"].startswith("labs/")]
    assert {entry["location"].partition("/#")[0].rstrip("/") for entry in entries} >= {
        f"labs/{n}" for n in labs.names()
    }
    assert not [entry["location"] for entry in entries if "import numpy" in entry["text"] or "<pre" in entry["text"]]
