"""The home page opens in both languages, without an error and without a request to another host."""

import pytest


@pytest.mark.parametrize(("path", "language", "title"), [("", "ko", "겹"), ("en/", "en", "Gyeop")])
def test_home_opens(tab, site, path, language, title):
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(site + path)
    assert tab.locator("html").get_attribute("lang") == language
    assert title in tab.title()
    assert tab.locator("h1").is_visible()
    assert [url for url in requests if not url.startswith((site, "data:"))] == []
