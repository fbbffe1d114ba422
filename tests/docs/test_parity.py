"""The two languages are the same book; and the check that says so fails where they part."""

import pytest

from press import DOCS, page, parity


@pytest.mark.parametrize("name", parity.pages())
def test_same_book(name):
    assert parity.differences(name) == []


@pytest.mark.parametrize("path", page.pages(), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_ids_description_and_alt_texts(path):
    assert parity.unsaid(path) == []


ALT = "Two curves of the loss over the epochs; the second falls faster and stays below the first."
ENGLISH = f"""---
description: A page.
---

# Loss {{ #loss }}

The mean of $(a - y)^2$ in $\\text{{each row}}$, by [the rule](other.md) of [a book](https://example.org/book).

```python
import numpy as np

def mean(values):
    \"\"\"The mean.\"\"\"
    return np.sum(values) / len(values)  # by hand

x = np.array([1.0, 2.0], dtype="float64")
print(f"loss {{mean(x):6.2f}}")
print("ok")
```

```text title="Output"
loss   1.50
ok
```

![{ALT}](figures/loss.svg#only-light)
![{ALT}](figures/loss-dark.svg#only-dark)
"""
KOREAN = (
    ENGLISH.replace("# Loss {", "# 손실 {")
    .replace("The mean of", "평균")
    .replace("each row", "각 행")
    .replace("by hand", "손으로")
    .replace('"""The mean."""', '"""평균."""')
    .replace('"loss {mean(x):6.2f}"', '"손실은 {mean(x):5.2f}"')
    .replace("loss   1.50", "손실은  1.50")
    .replace("the rule", "규칙")
    .replace(ALT, "에포크에 따른 손실을 그린 두 곡선. 둘째 곡선이 더 빨리 내려가 첫째 아래에 머뭅니다.")
)
BROKEN = {  # what is replaced in the English page, and what the check says
    "a heading's id": ("{ #loss }", "{ #losses }", "headings differ: Korean has ('h1', 'loss')"),
    "a heading's level": ("# Loss", "## Loss", "headings differ"),
    "a formula": ("(a - y)^2", "(a - y)^3", "formulas differ"),
    "code": ("/ len(values)", "/ values.size", "code block 1: the code differs"),
    "a number in code": ("[1.0, 2.0]", "[1.0, 2.5]", "code block 1: the code differs"),
    "a text that is no label": ('dtype="float64"', 'dtype="float32"', "'float64', which is not translated"),
    "an f-string's value": ("{mean(x):6.2f}", "{x.mean():6.2f}", "code block 1: the code differs"),
    "a number in the output": ("loss   1.50", "loss   1.51", "the numbers differ: ['1.50'] and ['1.51']"),
    "a block that is missing": ('```text title="Output"\nloss   1.50\nok\n```', "", "languages of the code differ"),
    "an image": ("figures/loss.svg", "figures/losses.svg", "images differ"),
    "a link": ("](other.md)", "](another.md)", "links differ"),
    "a link to another site": ("example.org/book", "example.org/paper", "links differ"),
    "front matter": ("description: A page.", "description: A page.\ntitle: Loss", "keys of the front matter differ"),
}


def write(docs, language, text):
    path = docs / language / "page.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_translated_twins_are_the_same_page(tmp_path):
    paths = [write(tmp_path, "ko", KOREAN), write(tmp_path, "en", ENGLISH)]
    assert parity.differences("page.md", tmp_path) == []
    assert [parity.unsaid(path, tmp_path) for path in paths] == [[], []]


def test_a_missing_twin_is_named(tmp_path):
    write(tmp_path, "ko", KOREAN)
    assert parity.pages(tmp_path) == ["page.md"]
    assert [one.replace("\\", "/") for one in parity.differences("page.md", tmp_path)] == ["en/page.md is missing"]


@pytest.mark.parametrize(("old", "new", "said"), BROKEN.values(), ids=BROKEN)
def test_a_difference_is_named(tmp_path, old, new, said):
    assert ENGLISH.count(old) == 1
    write(tmp_path, "ko", KOREAN)
    write(tmp_path, "en", ENGLISH.replace(old, new))
    assert said in " | ".join(parity.differences("page.md", tmp_path))


UNSAID = {
    "no id": (" { #loss }", "", "no { #id } after a heading (h1 loss)"),
    "no description": ("description: A page.", "title: Loss", "no description"),
    "an empty description": ("description: A page.", "description:", "no description"),
    "no alt text": (f"![{ALT}](figures/loss.svg", "![](figures/loss.svg", "does not say what it shows"),
    "an alt text that only names": (f"![{ALT}](figures/loss.svg", "![The loss](figures/loss.svg", "does not say"),
    "another alt text in the dark": (f"![{ALT}](figures/loss-", f"![{ALT[:-9]}](figures/loss-", "different alt texts"),
    "no dark twin": (f"![{ALT}](figures/loss-dark.svg#only-dark)\n", "", "has no dark twin"),
    "no light twin": (f"![{ALT}](figures/loss.svg#only-light)\n", "", "has no light twin"),
}


@pytest.mark.parametrize(("old", "new", "said"), UNSAID.values(), ids=UNSAID)
def test_what_a_page_lacks_is_named(tmp_path, old, new, said):
    assert ENGLISH.count(old) == 1
    assert said in " | ".join(parity.unsaid(write(tmp_path, "en", ENGLISH.replace(old, new)), tmp_path))
