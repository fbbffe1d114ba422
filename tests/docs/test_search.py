"""The search finds a term however it is typed: Material's own worker, run in QuickJS, on a book of sample pages."""

import json
from pathlib import Path

import material
import pytest
import quickjs
from material.plugins.search.plugin import SearchConfig, SearchIndex

from press import curriculum, glossary
from press.hooks import search

SCRIPTS = Path(material.__file__).parent / "templates/assets/javascripts"
BROWSER = """
var self = globalThis, listeners = [], sent = []
function addEventListener(type, listener) { listeners.push(listener) }
function postMessage(message) { sent.push(message) }
function importScripts() { throw new Error("the search asks for one more script") }
console = { warn() { throw new Error([...arguments].join(" ")) } }
"""
SETUP, QUERY = 0, 2  # Material's kinds of messages

# What the pages of the sample say; every other page of the curriculum has its title alone.
TEXTS = {
    "intro/backpropagation": "<p>역전파는 연쇄 법칙을 쓰면 나옵니다.</p><pre>numerical_gradient(f, x)</pre>",
    "intro/losses": "<p>손실 함수는 교차 엔트로피(cross-entropy)나 제곱 오차를 씁니다. 제곱 오차, 다시 제곱 오차.</p>",
    "intro/gradient-descent": "<p>기울기(gradient)의 반대로 갑니다. 역전파를 아직 몰라도 됩니다.</p>",
    "intro/perceptron": "<p>퍼셉트론을 모으면 신경망입니다.</p>",
    **dict.fromkeys(("index", "core/index", "core/optimizer", "course/dropout"), "<p>신경망의 이야기입니다.</p>"),
    "networks/cnn": "<p>합성곱(convolution)은 작은 창을 옮겨 가며 곱해 더합니다.</p>",
}


class Worker:
    """Material's search worker, with an index set up."""

    def __init__(self, index: dict):
        self.engine = quickjs.Context()
        self.engine.eval(BROWSER)
        self.engine.eval(next((SCRIPTS / "workers").glob("search.*.min.js")).read_text(encoding="utf-8"))
        self.send(SETUP, {**index, "options": {"suggest": True}})

    def send(self, kind: int, data) -> dict:
        self.engine.eval(f"sent = []; listeners[0]({{data: {json.dumps({'type': kind, 'data': data})}}}); 0")
        while self.engine.execute_pending_job():
            pass
        return json.loads(self.engine.eval("JSON.stringify(sent[0])"))

    def search(self, query: str) -> list[dict]:
        """The pages found, best first; each is its best entry."""
        return [page[0] for page in self.send(QUERY, query)["data"]["items"]]


def sample(language: str) -> dict:
    """An index as the plugin writes it, of all pages of the curriculum."""
    config = SearchConfig()
    config.load_dict({"lang": ["en"], "pipeline": ["stopWordFilter"]})
    index = SearchIndex(**config)
    docs = [
        {
            "location": entry.page.removesuffix("index") if entry.kind == "index" else f"{entry.page}/",
            "title": entry.titles[language],
            "text": TEXTS.get(entry.page, "") if language == "ko" else "",
        }
        for entry in curriculum.entries()
    ]
    settings = {key: index.config[key] for key in ("lang", "separator", "pipeline")}
    fields = {"title": {"boost": 1e3}, "text": {"boost": 1.0}, "tags": {"boost": 1e6}}
    return search.extend({"config": {**settings, "fields": fields}, "docs": docs}, language)


@pytest.fixture(scope="module")
def korean():
    return Worker(sample("ko"))


@pytest.fixture(scope="module")
def english():
    return Worker(sample("en"))


BACKPROPAGATION = ("intro/backpropagation/", "core/backpropagation/")
LOSSES = ("intro/losses/", "core/loss-function/")
DESCENT = ("intro/gradient-descent/", "course/gradient-descent/")
CHAIN = ("foundations/chain-rule/", "core/chain-rule/")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("역전파", BACKPROPAGATION),
        ("역전파는", BACKPROPAGATION),
        ("역전파를", BACKPROPAGATION),
        ("역전파란", BACKPROPAGATION),
        ("오차역전파법", BACKPROPAGATION),
        ("오차역전파법을", BACKPROPAGATION),
        ("오류 역전파", BACKPROPAGATION),
        ("경사하강법", DESCENT),
        ("경사 하강법", DESCENT),
        ("경사하강법으로", DESCENT),
        ("gradient descent", DESCENT),
        ("확률적경사하강법", ("course/sgd/",)),
        ("SGD", ("course/sgd/",)),
        ("활성화함수", ("core/activation-function/",)),
        ("활성화 함수는", ("core/activation-function/",)),
        ("연쇄법칙", CHAIN),
        ("체인 룰", CHAIN),
        ("convolution", ("networks/cnn/",)),
        ("합성곱", ("networks/cnn/",)),
        ("gradient", ("core/gradient/",)),
        ("그래디언트", ("core/gradient/",)),
        ("기울기", ("core/gradient/",)),
        ("손실함수", LOSSES),
        ("손실함수는", LOSSES),
        ("손실 함수", LOSSES),
        ("비용 함수", LOSSES),
        ("loss function", LOSSES),
        ("학습률을", ("intro/learning-rate/",)),
        ("퍼셉트론의", ("intro/perceptron/",)),
        ("퍼셉트론에서 신경망으로", ("intro/neural-networks/",)),
        ("딥러닝이란", ("networks/what-is-deep-learning/",)),
        ("역전파 기초", ("course/backprop-basics/",)),
        ("역전파의 네 방정식", ("course/backprop-equations/",)),
        ("네방정식", ("course/backprop-equations/",)),
        ("제곱오차", ("intro/losses/",)),
        ("numerical_gradient", ("intro/backpropagation/",)),
        ("CNN", ("networks/cnn/", "labs/cnn-fashion/")),
    ],
)
def test_korean_query_finds_the_page_first(korean, query, first):
    found = [page["location"] for page in korean.search(query)]
    assert found[0] in first, found[:4]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("backpropagation", BACKPROPAGATION),
        ("gradient descent", DESCENT),
        ("gradients", ("core/gradient/",)),
        ("loss function", LOSSES),
        ("losses", LOSSES),
        ("perceptrons", ("intro/perceptron/",)),
        ("learning rate", ("intro/learning-rate/",)),
        ("chain rules", CHAIN),
        ("activation functions", ("core/activation-function/",)),
        ("SGD", ("course/sgd/",)),
        ("MLP", ("course/mlp/",)),
        ("overfit", ("course/overfitting/",)),
        ("pretraining", ("course/pretraining-finetuning/",)),
    ],
)
def test_english_query_finds_the_page_first(english, query, first):
    found = [page["location"] for page in english.search(query)]
    assert found[0] in first, found[:4]


@pytest.mark.parametrize(
    ("alias", "term"), [("오차역전파법", "역전파"), ("그래디언트", "기울기"), ("gradient", "기울기")]
)
def test_another_name_finds_every_page_of_the_term(korean, alias, term):
    by_term = {page["location"] for page in korean.search(term)}
    assert by_term <= {page["location"] for page in korean.search(alias)}


def test_no_word_typed_in_full_is_shown_as_missing(korean):
    for query in ("역전파는", "체인 룰", "경사하강법을", "손실 함수의"):
        assert all(korean.search(query)[0]["terms"].values()), query


def test_nothing_is_found_for_what_the_book_does_not_say(korean):
    assert korean.search("청국장") == []


def test_python_and_javascript_split_alike():
    """The hidden words are made in Python and read in JavaScript: one expression, the same words."""
    engine = quickjs.Context()
    text = "**역전파(backpropagation)**는 x를 층을 1층의 softmax함수 MLP의 losses를 gradients CNNs bias 정의 원-핫 δ^l"
    split = engine.eval("(text, separator) => JSON.stringify(text.split(new RegExp(separator)).filter(Boolean))")
    assert [word.lower() for word in json.loads(split(text, search.SEPARATOR))] == search.words(text)


@pytest.mark.parametrize("term", glossary.terms(), ids=lambda term: term.en)
def test_no_particle_is_cut_off_a_name_of_the_glossary(term):
    for name in (term.ko, *term.aliases):
        letters = "".join(letter for letter in name.lower() if letter.isalnum())
        assert "".join(search.words(name)) == letters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("역전파는 역전파를 역전파에서는 역전파이다", ["역전파"] * 4),
        ("정의 평가 결과 차이 깊이", ["정의", "평가", "결과", "차이", "깊이"]),
        ("MLP의 x를 softmax함수", ["mlp", "x", "softmax", "함수"]),
        ("층은 은닉층의", ["층", "은닉층"]),
        ("합성곱(convolution)은", ["합성곱", "convolution"]),
        ("losses gradients CNNs bias analysis", ["loss", "gradient", "cnn", "bias", "analysis"]),
    ],
)
def test_words(text, found):
    assert search.words(text) == found


def test_the_index_holds_no_code_and_no_displayed_formula():
    text = r"<p>값 \(\sigma(z^l)\)과 \(\tfrac12\)</p> 출력 <pre><code>import numpy as np</code></pre>\[a = b\]<p>끝</p>"
    assert search.plain(text) == "<p>값 σ(z^l)과 …</p> <p>끝</p>"


def test_names_in_the_code_are_found(korean):
    entry = sample("ko")["docs"]
    page = next(doc for doc in entry if doc["location"] == "intro/backpropagation/")
    assert "numerical_gradient" in page["also"].split()
    assert "<pre>" not in page["text"]


def test_the_english_index_holds_no_korean():
    assert not [doc for doc in sample("en")["docs"] if any("가" <= letter <= "힣" for letter in json.dumps(doc))]
