"""No page is a copy of another; and a passage that was copied is named."""

import textwrap
import time

import pytest

from press import LANGUAGES, copies, page


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_share_a_passage(language):
    assert copies.common([copies.read(path) for path in page.pages(language)]) == []


SENTENCES = [
    "A perceptron adds up its inputs, each times a weight.",
    "Then it adds a bias and asks whether the sum is above zero.",
    "If it is, the unit fires and its output is one.",
    "If it is not, the output is zero and nothing more happens.",
    "So the weights alone decide where the line between the two answers lies.",
    "Training moves that line a little after each mistake.",
]
SNIPPET = "```python\nx = [1, 2]\nw = [3, 4]\nz = sum(a * b for a, b in zip(x, w))\nassert z == 11\n```"


def read(tmp_path, **texts):
    """Pages of one language with these texts, as they are compared."""
    found = []
    for name, text in texts.items():
        path = tmp_path / "en" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# Page {{ #page }}\n\n{text}\n", encoding="utf-8")
        found.append(copies.read(path, tmp_path))
    return found


def test_five_sentences_in_common_are_named(tmp_path):
    copied = " ".join(SENTENCES[:5]).replace("little", "bit").replace("above zero", "over zero")
    one, other = read(tmp_path, one=" ".join(SENTENCES), other=f"Something else comes first.\n\n{copied}\n\nMore.")
    assert copies.common([one, other]) == [
        f"en/one.md and en/other.md have 5 sentences in common, from: {SENTENCES[0]}"
    ]


def test_a_passage_spread_over_a_list_is_named(tmp_path):
    listed = "\n".join(f"- {sentence}" for sentence in SENTENCES)
    assert "5 sentences in common" in " ".join(copies.common(read(tmp_path, one=" ".join(SENTENCES), other=listed)))


def test_four_sentences_in_common_are_not_a_copy(tmp_path):
    assert copies.common(read(tmp_path, one=" ".join(SENTENCES), other=" ".join(SENTENCES[:4]))) == []
    own = "The next page asks what this means for two classes."
    apart = [*SENTENCES[:3], own, *SENTENCES[3:]]
    assert copies.common(read(tmp_path, one=" ".join(SENTENCES), other=" ".join(apart))) == []


def test_a_snippet_in_common_is_named_whatever_its_comments(tmp_path):
    commented = SNIPPET.replace("w = [3, 4]", "w = [3,  4]  # weights\n")
    boxed = '!!! note "Again"\n\n' + textwrap.indent(commented, "    ")
    (said,) = copies.common(read(tmp_path, one=SNIPPET, other=boxed))
    assert said == "en/one.md and en/other.md have the same snippet, which starts with: x = [1, 2]"


def test_short_snippets_and_other_code_may_be_alike(tmp_path):
    short = "```python\nimport numpy as np\n\nx = np.zeros(2)\n```"
    assert copies.common(read(tmp_path, one=short, other=short)) == []
    assert copies.common(read(tmp_path, one=SNIPPET, other=SNIPPET.replace("11", "12"))) == []


def test_a_book_of_full_size_takes_seconds():
    texts = [
        copies.Text(
            f"en/{n}.md", tuple(f"Unit {n} of layer {k} sees the sum of {n * k} inputs." for k in range(120)), {}
        )
        for n in range(80)
    ]
    started = time.process_time()
    copies.common(texts)
    assert time.process_time() - started < 20
