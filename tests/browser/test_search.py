"""What a reader types into the search of the built site, and the page that must come first."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from press import DOCS, curriculum

# query: the page that it asks for, and after it the pages of other parts that answer it as well
KOREAN = {
    "처음 만나는": ["intro/index"],
    "왜 딥러닝인가": ["intro/why"],
    "지능": ["intro/what"],
    "퍼셉트론": ["intro/perceptron"],
    "퍼셉트론의": ["intro/perceptron"],
    "perceptron": ["intro/perceptron"],
    "퍼셉트론에서 신경망으로": ["intro/neural-networks"],
    "손실함수": ["intro/losses", "core/loss-function"],
    "손실 함수": ["intro/losses", "core/loss-function"],
    "손실함수는": ["intro/losses", "core/loss-function"],
    "비용 함수": ["intro/losses", "core/loss-function"],
    "loss function": ["intro/losses", "core/loss-function"],
    "경사하강법": ["intro/gradient-descent", "course/gradient-descent"],
    "경사 하강법": ["intro/gradient-descent", "course/gradient-descent"],
    "경사하강법으로": ["intro/gradient-descent", "course/gradient-descent"],
    "gradient descent": ["intro/gradient-descent", "course/gradient-descent"],
    "역전파": ["intro/backpropagation", "core/backpropagation"],
    "역전파는": ["intro/backpropagation", "core/backpropagation"],
    "역전파를": ["intro/backpropagation", "core/backpropagation"],
    "오차역전파법": ["intro/backpropagation", "core/backpropagation"],
    "backpropagation": ["intro/backpropagation", "core/backpropagation"],
    "학습률": ["intro/learning-rate"],
    "학습률을": ["intro/learning-rate"],
    "러닝 레이트": ["intro/learning-rate"],
    "활성화함수": ["core/activation-function"],
    "연쇄법칙": ["core/chain-rule", "foundations/chain-rule"],
    "convolution": ["networks/cnn"],
    "그래디언트": ["core/gradient"],
}
ENGLISH = {
    "first steps": ["intro/index"],
    "why deep learning": ["intro/why"],
    "intelligence": ["intro/what"],
    "perceptrons": ["intro/perceptron"],
    "from perceptrons to neural networks": ["intro/neural-networks"],
    "losses": ["intro/losses", "core/loss-function"],
    "loss function": ["intro/losses", "core/loss-function"],
    "gradient descent": ["intro/gradient-descent", "course/gradient-descent"],
    "backpropagation": ["intro/backpropagation", "core/backpropagation"],
    "learning rate": ["intro/learning-rate"],
    "learning rates": ["intro/learning-rate"],
    "activation functions": ["core/activation-function"],
    "SGD": ["course/sgd"],
}


def asked(queries: dict[str, list[str]]) -> dict[str, list[str]]:
    """The queries whose page is written."""
    written = {entry.page for entry in curriculum.entries() if entry.written}
    return {query: pages for query, pages in queries.items() if pages[0] in written}


def search(tab, query: str) -> list[str]:
    """Type the query as a person does, key by key, and give the addresses of the results, the first one first."""
    if not tab.locator("#__search").is_checked():
        tab.keyboard.press("/")
    box = tab.locator("input.md-search__input")
    box.fill("")
    box.dispatch_event("keyup")
    expect(tab.locator(".md-search-result__item")).to_have_count(0)
    for letter in query:
        tab.keyboard.insert_text(letter)  # an input method puts a syllable in; the key goes up after it
        box.dispatch_event("keyup", {"key": "Process"})
    shown = tab.locator(".md-search-result__item > a")
    found, same = [], 0
    for _ in range(80):  # until nothing has moved for a while: a busy machine answers the first letters late
        tab.wait_for_timeout(60)
        before, found = found, shown.evaluate_all("links => links.map(link => link.href)")
        same = same + 1 if found == before else 0
        if found and same == 4:
            return found
    return []


def page_of(address: str, root: str) -> str:
    """The page (as the curriculum names it) at an address of the site."""
    page = urlsplit(address).path.removeprefix(urlsplit(root).path).rstrip("/")
    indexes = {entry.page.removesuffix("index").rstrip("/") for entry in curriculum.entries() if entry.kind == "index"}
    return "/".join(filter(None, [page, "index"])) if page in indexes | {""} else page


@pytest.mark.parametrize(("prefix", "queries"), [("", KOREAN), ("en/", ENGLISH)], ids=["ko", "en"])
def test_the_page_comes_first(tab, site, prefix, queries):
    root = site + prefix
    tab.goto(root)
    wrong = {}
    for query, pages in asked(queries).items():
        found = [page_of(address, root) for address in search(tab, query)]
        if not found or found[0] not in pages:
            wrong[query] = f"expected {pages[0]}, found {found[:3]}"
    assert wrong == {}


@pytest.mark.parametrize("query", ["gradient", "그래디언트", "그레이디언트를"])
def test_another_name_finds_a_page_of_the_term(tab, site, query):
    tab.goto(site)
    found = search(tab, query)
    assert found
    assert "기울기" in (DOCS / "ko" / f"{page_of(found[0], site)}.md").read_text(encoding="utf-8")


def test_a_language_finds_its_own_pages_only(tab, site):
    indexes = {prefix: tab.request.get(f"{site}{prefix}search/search_index.json").json() for prefix in ("", "en/")}
    assert not [doc["location"] for doc in indexes[""]["docs"] if doc["location"].startswith("en/")]
    assert not [doc["location"] for doc in indexes["en/"]["docs"] if "니다" in doc["text"]]  # a Korean sentence
    for prefix, root in (("", site), ("en/", site + "en/")):
        tab.goto(root)
        found = search(tab, "NumPy")
        assert found
        assert all(address.startswith(root) for address in found)
        assert prefix or not any(address.startswith(site + "en/") for address in found)


def test_a_result_of_an_inflected_query_opens_and_marks_the_word(tab, site):
    tab.goto(site)
    first = search(tab, "딥러닝은")[0]
    tab.goto(first)
    assert "딥러닝" in tab.locator("article mark").first.text_content()
