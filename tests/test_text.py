"""Tokens, Hangul and n-grams against hand counts, unicodedata, closed forms and the frequencies of what is drawn."""

import hashlib
import math
import unicodedata
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gyeop.data
from gyeop import text
from gyeop.data import load_constitution
from gyeop.text import Characters, Jamo, NGram, Words, from_jamo, next_token_pairs, to_jamo
from press import ROOT

SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
BEARS = "곰 세 마리가 한 집에 있어 아빠 곰 엄마 곰 아기 곰"


# ---------------------------------------------------------------- pairs


def test_the_three_bears():
    pairs = next_token_pairs(["곰", "세", "마리가", "한", "집에", "있어"])
    assert pairs[2] == (["곰", "세", "마리가"], "한")
    assert pairs[3] == (["곰", "세", "마리가", "한"], "집에")
    assert pairs[4] == (["곰", "세", "마리가", "한", "집에"], "있어")
    assert len(pairs) == 5


@given(st.one_of(st.text(), st.lists(st.text()), st.lists(st.integers())))
def test_a_pair_is_a_prefix_and_what_follows(tokens):
    pairs = next_token_pairs(tokens)
    assert len(pairs) == max(0, len(tokens) - 1)
    for i, (prefix, token) in enumerate(pairs, start=1):
        assert (prefix, token) == (tokens[:i], tokens[i])


def test_pairs_of_other_sequences():
    assert next_token_pairs((1, 2, 3)) == next_token_pairs(np.array([1, 2, 3])) == [([1], 2), ([1, 2], 3)]
    tokens = ["a", "b"]
    next_token_pairs(tokens)[0][0].append("c")
    assert tokens == ["a", "b"]


# ---------------------------------------------------------------- Hangul


def test_every_syllable_comes_apart_as_unicode_says_and_together_again():
    assert len(SYLLABLES) == 11_172
    for syllable in SYLLABLES:
        jamo = to_jamo(syllable)
        assert jamo == unicodedata.normalize("NFD", syllable)
        assert len(jamo) in (2, 3)
        assert from_jamo(jamo) == syllable
    everything = "".join(SYLLABLES)
    assert from_jamo(to_jamo(everything)) == everything
    assert len(set(to_jamo(everything))) == 19 + 21 + 27


@given(st.text(alphabet=st.one_of(st.sampled_from(SYLLABLES), st.characters())))
def test_any_text_in_nfc_comes_back(anything):
    anything = unicodedata.normalize("NFC", anything)
    assert from_jamo(to_jamo(anything)) == anything


@given(st.text(alphabet=[chr(c) for c in (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3))]))
def test_loose_letters_go_together_as_in_unicode(letters):
    assert from_jamo(letters) == unicodedata.normalize("NFC", letters)


def test_what_is_not_a_syllable_stays():
    for other in ("ㄱㅏㅋㅋ", "abc 123\n", "漢字", "ᄀ", "ᅡᆨ"):
        assert to_jamo(other) == from_jamo(other) == other


# ---------------------------------------------------------------- tokenizers


@pytest.mark.parametrize("tokenizer", [Characters, Jamo, Words])
def test_encode_and_decode(tokenizer):
    song = tokenizer(BEARS)
    ids = song.encode(BEARS)
    assert (ids.dtype, ids.ndim) == (np.int64, 1)
    assert song.decode(ids) == song.decode(ids.tolist()) == BEARS
    assert ids.min() == 1  # nothing in its own text is unknown
    assert set(ids.tolist()) == set(range(1, len(song)))
    assert [song.vocabulary[i] for i in ids] == song.split(BEARS)
    assert song.join(song.split(BEARS)) == BEARS
    assert song.vocabulary[0] == text.UNKNOWN
    assert song.vocabulary[1:] == sorted(set(song.split(BEARS)))
    assert song.encode("").tolist() == []
    assert song.decode([]) == ""
    assert str(len(song)) in repr(song)


@given(st.text())
def test_any_text_comes_back_from_its_own_vocabulary(anything):
    anything = unicodedata.normalize("NFC", anything)
    for tokenizer, expected in ((Characters, anything), (Jamo, anything), (Words, " ".join(anything.split()))):
        own = tokenizer(anything)
        assert own.decode(own.encode(anything)) == expected


def test_sizes_of_the_vocabularies():
    law = load_constitution()
    assert len(Characters(law)) == 381
    assert len(Jamo(law)) < 81
    assert len(Words(law)) > 2000
    assert (Characters(law).encode("떡갈비") == 0).tolist() == [True, True, False]
    assert (Jamo(law).encode("떡갈비") > 0).all()  # the same letters are in other syllables


def test_unknown_tokens():
    words = Words(BEARS, min_count=2)
    assert words.vocabulary == [text.UNKNOWN, "곰"]
    assert words.encode("곰 한 마리").tolist() == [1, 0, 0]
    assert words.decode([1, 0]) == "곰 \ufffd"
    assert Characters("a\ufffdb").vocabulary == [text.UNKNOWN, "a", "b"]
    assert Characters("a\ufffdb").encode("\ufffd").tolist() == [0]
    assert len(Characters("")) == 1


def test_words_come_back_with_one_space_between_them():
    assert Words.join(Words.split(" 곰  세\n마리 ")) == "곰 세 마리"


# ---------------------------------------------------------------- NGram


def by_hand(tokens, n, k, vocabulary, prefix, token):
    """The definition, counted anew each time, in exact fractions."""
    p = Fraction(1, len(vocabulary))
    for length in range(min(n - 1, len(prefix)) + 1):
        context = list(prefix[len(prefix) - length :])
        followers = [tokens[i] for i in range(length, len(tokens)) if list(tokens[i - length : i]) == context]
        if followers:
            p = (followers.count(token) + k * p) / (len(followers) + k)
    return p


def test_relative_frequencies_by_hand():
    model = NGram(2, smoothing=0).fit(BEARS.split())
    assert model.vocabulary == sorted({"곰", "세", "마리가", "한", "집에", "있어", "아빠", "엄마", "아기"})
    assert model.probability([], "곰") == 4 / 12
    assert model.probability(["곰"], "세") == 1 / 3  # 곰 is followed by 세, 엄마, 아기; the last one by nothing
    assert model.probability(["아빠"], "곰") == 1
    assert model.probability(["엄마"], "엄마") == 0
    assert model.probability(["아기", "곰"], "엄마") == 1 / 3  # a bigram looks back one word
    assert model.log_probability(["아빠", "곰", "세"]) == pytest.approx(math.log(1 / 12 * 1 * 1 / 3))
    assert model.log_probability(["엄마", "엄마"]) == -math.inf
    assert model.perplexity(["엄마", "엄마"]) == math.inf


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("k", [0, 1, 2.5])
def test_every_probability_equals_the_definition(n, k):
    song = "나비야 나비야 이리 날아오너라"
    vocabulary = sorted(set(song) | set("노랑"))
    model = NGram(n, smoothing=k).fit(song, vocabulary)
    assert model.vocabulary == vocabulary
    for prefix in ("", "나", "나비", "비야 ", "랑", "노랑나비야", "이이", song):
        expected = [float(by_hand(song, n, Fraction(k), vocabulary, prefix, token)) for token in vocabulary]
        np.testing.assert_allclose(model.probabilities(prefix), expected, rtol=1e-13, atol=1e-300)
        assert [model.probability(prefix, token) for token in vocabulary] == model.probabilities(prefix).tolist()
    total = sum(math.log(by_hand(song, n, Fraction(k), vocabulary, song[:i], song[i])) for i in range(len(song)))
    assert model.log_probability(song) == pytest.approx(total, rel=1e-12)
    assert model.perplexity(song) == pytest.approx(math.exp(-total / len(song)), rel=1e-12)


@pytest.mark.parametrize("k", [0, 0.5, 20])
def test_the_probabilities_of_every_context_add_up_to_1(k):
    law = load_constitution()[:2000]
    model = NGram(3, smoothing=k).fit(law)
    contexts = {law[i:j] for i in range(0, 2000, 3) for j in (i, i + 1, i + 2)}
    assert len(contexts) > 500
    sums = [model.probabilities(context).sum() for context in sorted(contexts)]
    np.testing.assert_allclose(sums, 1, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_the_perplexity_of_a_uniform_model_is_the_size_of_the_vocabulary(n):
    alphabet = "가나다라마바사"
    uniform = NGram(1).fit(alphabet * 3)
    assert uniform.perplexity("다다라가마사") == pytest.approx(7, rel=1e-12)
    assert NGram(n, smoothing=1e12).fit("가", alphabet).perplexity("나다") == pytest.approx(7, rel=1e-9)
    certain = NGram(2, smoothing=0).fit("가나" * 50)
    assert certain.log_probability("가나가나가나") == pytest.approx(math.log(1 / 2))  # only the first is open


def test_perplexity_falls_with_context_and_rises_on_what_was_not_read():
    law = load_constitution()
    read, unread = law[:16_000], law[16_000:]
    vocabulary = sorted(set(law))
    held_out = [NGram(n, smoothing=5).fit(read, vocabulary).perplexity(unread) for n in (1, 2, 3)]
    assert len(vocabulary) > held_out[0] > held_out[1] > held_out[2]
    model = NGram(3, smoothing=5).fit(read, vocabulary)
    assert model.perplexity(read) < model.perplexity(unread)
    assert NGram(3, smoothing=0).fit(read, vocabulary).perplexity(unread) == math.inf


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_what_is_drawn_has_the_models_frequencies(temperature):
    model = NGram(2).fit("aaaaabbbc")
    drawn = Counter(model.sample(12_000, temperature=temperature, rng=0))
    step = np.array([model.probabilities(token) for token in model.vocabulary]) ** (1 / temperature)
    step /= step.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig(step.T)  # the chain's stationary distribution: the eigenvector for 1
    lasting = np.real(vectors[:, np.argmax(np.real(values))])
    frequencies = [drawn[token] / 12_000 for token in model.vocabulary]
    np.testing.assert_allclose(frequencies, lasting / lasting.sum(), atol=0.03)


def test_single_draws_have_the_models_frequencies(rng):
    model = NGram(3, smoothing=0.5).fit("나비야 나비야 이리 날아오너라")
    draws = Counter(model.sample(1, prefix="나비야 ", rng=rng)[0] for _ in range(4000))
    p = model.probabilities("나비야 ")
    frequencies = np.array([draws[token] / 4000 for token in model.vocabulary])
    assert (np.abs(frequencies - p) < 5 * np.sqrt(p * (1 - p) / 4000) + 1e-9).all()


def test_temperature_0_and_near_it_take_the_likeliest():
    model = NGram(2).fit("나비야 나비야 나비야 이리 날아오너라")
    greedy = model.sample(12, prefix="나", temperature=0)
    assert "".join(greedy) == "비야 나비야 나비야 나"
    assert model.sample(12, prefix="나", temperature=1e-3, rng=0) == greedy
    assert model.sample(12, prefix="나", temperature=1e-300, rng=0) == greedy
    assert NGram(1).fit("나가").sample(2, temperature=0) == ["가", "가"]  # of equals, the first


def test_a_high_temperature_draws_any_possible_token_alike_and_no_other():
    model = NGram(1, smoothing=0).fit("가" * 98 + "나다", vocabulary="가나다라")
    draws = Counter(model.sample(3000, temperature=1e300, rng=0))
    assert draws["라"] == 0
    assert min(draws["가"], draws["나"], draws["다"]) > 1000 - 5 * math.sqrt(3000 * 2 / 9)


def test_sampling_goes_on_from_its_prefix_and_repeats_with_its_seed():
    model = NGram(4).fit(load_constitution())
    written = model.sample(60, prefix="대한민국", rng=1)
    assert written == model.sample(60, prefix="대한민국", rng=1) != model.sample(60, prefix="대한민국", rng=2)
    assert len(written) == 60
    assert model.sample(0) == []
    generator = np.random.default_rng(1)
    assert (
        model.sample(30, "대한민국", rng=generator)
        + model.sample(30, "대한민국" + "".join(written[:30]), rng=generator)
        == written
    )


def test_two_models_recognize_the_language_and_write_it():
    korean = load_constitution()
    english = (ROOT / "LICENSES" / "CC-BY-SA-4.0.txt").read_text(encoding="utf-8")
    vocabulary, cut = sorted(set(korean + english)), 9000
    models = [NGram(2).fit(book[:cut], vocabulary) for book in (korean, english)]

    def recognized(line):
        return int(np.argmax([model.log_probability(line) for model in models]))

    for language, book in enumerate((korean, english)):
        lines = [line for line in book[cut:].splitlines() if len(line) > 10]
        assert len(lines) > 50
        assert [recognized(line) for line in lines] == [language] * len(lines)
        assert recognized(models[language].sample(200, rng=0)) == language


def test_numbers_are_tokens_too():
    tokenizer = Characters(BEARS)
    ids = tokenizer.encode(BEARS)
    by_number = NGram(3).fit(ids, vocabulary=list(range(len(tokenizer))))
    by_string = NGram(3).fit(BEARS, vocabulary=tokenizer.vocabulary)
    assert by_number.perplexity(ids) == by_string.perplexity(BEARS)
    assert tokenizer.decode(by_number.sample(20, prefix=ids[:2], rng=3)) == "".join(
        by_string.sample(20, BEARS[:2], rng=3)
    )


def test_a_second_fit_forgets_the_first_and_a_failed_one_changes_nothing():
    model = NGram(2).fit("가나가나")
    before = model.probabilities("가").tolist()
    with pytest.raises(ValueError, match="'다' at index 1"):
        model.fit("가다", vocabulary="가나")
    assert model.probabilities("가").tolist() == before
    assert model.fit("다라").vocabulary == ["다", "라"]


# ---------------------------------------------------------------- data, and what is refused


def test_the_shipped_text():
    file = Path(gyeop.data.__file__).parent / "constitution.ko.txt"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == (
        "58da5174be7f0079c068eeb9d5ac3e41bd38de08d4ec908fe04ae8aec22cd5d9"
    )
    law = load_constitution()
    assert (len(law), len(set(law))) == (18_884, 380)
    assert unicodedata.is_normalized("NFC", law)
    assert "\r" not in law
    assert all(f"제{i}조" in law for i in range(1, 131))
    assert from_jamo(to_jamo(law)) == law
    readme = (file.parent / "README.md").read_text(encoding="utf-8")
    for holds in (load_constitution.__doc__, readme):
        assert "konlpy 0.6.0" in holds
        assert "article 7" in holds


FITTED = NGram(2).fit("가나다")
TOKENIZER = Characters("가나다")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: next_token_pairs(5), "next_token_pairs expects a string or a list of tokens, got int"),
        (lambda: next_token_pairs(np.ones((2, 2))), r"got ndarray of shape \(2, 2\)"),
        (lambda: next_token_pairs([1.5, 2.0]), "strings or whole numbers, got float at index 0"),
        (lambda: next_token_pairs(["a", None]), "got NoneType at index 1"),
        (lambda: next_token_pairs([True]), "got bool at index 0"),
        (lambda: next_token_pairs(b"ab"), "got bytes"),
        (lambda: to_jamo(3), "to_jamo expects a string, got int"),
        (lambda: from_jamo(["가"]), "from_jamo expects a string, got list"),
        (lambda: Jamo(None), "Jamo expects a string, got NoneType"),
        (lambda: Words("a", min_count=0), "min_count expects a whole number of at least 1, got 0"),
        (lambda: TOKENIZER.encode(["가"]), "Characters.encode expects a string, got list"),
        (lambda: TOKENIZER.decode([0, 4]), "numbers from 0 to 3, got 4 at index 1"),
        (lambda: TOKENIZER.decode([-1]), "got -1 at index 0"),
        (lambda: TOKENIZER.decode([1.0]), "whole numbers, got dtype float64"),
        (lambda: TOKENIZER.decode([[1]]), r"\(tokens,\), got \(1, 1\)"),
        (lambda: TOKENIZER.decode(["가"]), "whole numbers, got dtype <U1"),
        (lambda: Words.join([1]), "Words.join expects strings, got int at index 0"),
        (lambda: Jamo.split(1), "Jamo.split expects a string"),
        (lambda: NGram(0), "NGram's n expects a whole number of at least 1, got 0"),
        (lambda: NGram(2.0), "n expects a whole number, got float"),
        (lambda: NGram(2, smoothing=-1), "smoothing expects a finite number >= 0, got -1"),
        (lambda: NGram(2, smoothing=math.nan), "smoothing expects a finite number"),
        (lambda: NGram().fit(""), "NGram.fit expects at least one token, got none"),
        (lambda: NGram().fit("가나", "가"), "NGram.fit expects tokens of the vocabulary, got '나' at index 1"),
        (lambda: NGram().fit([0.5]), "got float at index 0"),
        (lambda: NGram().probability("", "가"), "expects fit before it"),
        (lambda: NGram().sample(3), "expects fit before it"),
        (lambda: FITTED.probability("라", "가"), "got '라' at index 0"),
        (
            lambda: FITTED.probability("가", "라"),
            "NGram.probability's token expects tokens of the vocabulary, got '라'",
        ),
        (lambda: FITTED.probability("가", ["나"]), "got list at index 0"),
        (lambda: FITTED.probabilities("가나라"), "got '라' at index 2"),
        (lambda: FITTED.perplexity(""), "perplexity expects at least one token"),
        (lambda: FITTED.log_probability("가라"), "got '라' at index 1"),
        (lambda: FITTED.sample(-1), "length expects a whole number of at least 0"),
        (lambda: FITTED.sample(1, temperature=-0.1), "temperature expects a finite number >= 0"),
        (lambda: FITTED.sample(1, rng="x"), "rng expects a whole number"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
