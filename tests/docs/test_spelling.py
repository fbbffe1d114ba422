"""Each finding of the spelling check on a sample, and none where the sentence is right."""

import pytest

from press import spelling


def korean(text: str, lesson: bool = False) -> list[tuple[int, str]]:
    return [(finding.line, finding.message) for finding in spelling.korean(text, lesson)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("손실 함수 (loss function)는 하나입니다.", "no space before the parenthesis: write 함수(loss function)"),
        ("**손실 함수** (loss function)는 하나입니다.", "no space before the parenthesis: write 함수**(loss function)"),
        ("**역전파(backpropagation)**는 빠릅니다.", "bold the Korean word alone"),
        ("**`MLP`**는 빠릅니다.", "bold the Korean word alone"),
        ("$x$ 을 더합니다.", "no space before 을"),
        ("`MLP` 이 배웁니다.", "no space before 이"),
        ("값은 $x$\n이며 수입니다.", "no space before 이며"),
        ("비교해 보세요.", "합니다체, not 보세요"),
        ("어떤 게 달라지나요?", "합니다체, not 달라지나요"),
        ("무엇이 달라질까요? 답은 없습니다.", "합니다체, not 달라질까요"),
        ("값이 작아진다.", "합니다체, not 작아진다"),
        ("역 전파를 씁니다.", "write 역전파(backpropagation), not 역 전파"),
        ("학습 속도가 큽니다.", "write 학습률(learning rate), not 학습 속도"),
        ("정규화(regularization)를 씁니다.", "write 규제(regularization), not 정규화"),
        ("기계 학습은 어렵습니다. 기계\n학습을 씁니다.", "write 머신러닝: 기계 학습 may stand once on a page"),
    ],
)
def test_korean_finding(text, message):
    found = korean(f"# 제목 {{ #top }}\n\n{text}\n")
    assert len(found) == 1, found
    line, said = found[0]
    assert message in said
    assert line >= 3


@pytest.mark.parametrize(
    "text",
    [
        "손실 함수(loss function)는 하나입니다. (앞에서 본 것입니다.)",
        "`delta`의 모양은 (배치, 유닛)이고, 입력은 (batch, features)입니다.",
        "**역전파**(backpropagation)는 빠릅니다. **행은 그 층의 유닛**에 대응합니다.",
        "**역전파**(backpropagation)와 **순전파**는, **연쇄 법칙**, **기울기**는 한 묶음입니다.",
        "$x$를 더하고 `MLP`가 배웁니다. $x$, 이 값은 큽니다.",
        "## 이 결과를 믿어도 될까요? { #why }",
        "| 3 | 유닛 하나는 무엇을 계산할까요? |",
        '??? question "왜 그럴까요?"\n    이유가 있습니다.',
        "무엇이 필요합니까? 해 보십시오. 함께 봅시다. 그렇지는 않습니다.",
        "배치 정규화를 씁니다. 정규화(normalization)는 규제가 아닙니다.",
        "기계 학습이라고도 합니다. 머신러닝은 계층적인 계층을 씁니다.",
        "시그모이드 뉴런은 유닛입니다. 시그모이드\n뉴런은 뉴런입니다.",
        "그래프의 노드와 노드를 잇습니다. MSE와 MSE를 비교합니다.",
        "```python\nx = 1  # 비교해 보세요. 역 전파\n```",
        "    ```text\n    역 전파 (loss)\n    ```",
        "<!-- 역 전파 --> `역 전파` [글](https://example.org/역 전파)",
        "값은 5입니다 <small>바탕 노트: 004.</small>",
    ],
)
def test_right_korean(text):
    assert korean(f"{text}\n") == []


def test_first_use_without_english():
    text = "# 역전파 { #top }\n\n[역전파](b.md)로 갑니다.\n\n역전파를 씁니다. 역전파(backpropagation)는 빠릅니다.\n"
    assert korean(text, lesson=True) == [(5, "the first use gives the English: 역전파(backpropagation)")]
    assert korean(text, lesson=False) == []


@pytest.mark.parametrize(
    "text",
    [
        "역전파(backpropagation)는 빠릅니다. 역전파를 씁니다.",
        "**역전파**(Backpropagation)는 빠릅니다.",
        "활성화 함수(activation\nfunction)를 씁니다.",
        "은닉층(hidden layer)은 하나입니다. 신경망은 층(layer)으로 되어 있습니다.",
        "학습 루프(training loop)를 돕니다.",
        "편향(bias)을 더합니다.",
        "직선의 기울기는 2입니다. 기울기(gradient)는 벡터입니다.",
        "# 역전파 { #top }",
        "---\ndescription: 역전파를 봅니다.\n---\n",
    ],
)
def test_right_first_use(text):
    assert korean(f"{text}\n", lesson=True) == []


def test_english_words_that_say_nothing():
    found = spelling.english("# Title\n\nSimply add them. Note\nthat it is just `just`.\n\n```\nsimply\n```\n")
    assert [(finding.line, finding.message) for finding in found] == [
        (3, "leave out 'Simply'"),
        (3, "leave out 'Note that'"),
        (4, "leave out 'just'"),
    ]


def test_british_spellings_and_typos():
    pages = {"a.md": "# Fine\n\nThe centre of normalization.\n", "b.md": "`colour`\n\n$teh$ colour of teh cat\n"}
    assert sorted((name, finding.line, finding.message) for name, finding in spelling.typos(pages)) == [
        ("a.md", 3, "write center, not centre"),
        ("b.md", 3, "write color, not colour"),
        ("b.md", 3, "write the, not teh"),
    ]


def test_prose_keeps_the_lines():
    text = "---\ntitle: x\n---\n\n$$\na\n$$\n\n```\nb\n```\n\n![c\nd](e.svg#only-light) end\n"
    assert spelling.prose(text).split("\n")[-2] == "d end"
    assert spelling.prose(text).count("\n") == spelling.prose(text, running=True).count("\n") == text.count("\n")


def test_a_lab_is_read_in_its_markdown_cells():
    lab = '# %% [markdown]\n# 역 전파를 씁니다.\n\n# %%\nx = 1  # 역 전파\nprint("역 전파")\n'
    assert korean(spelling.cells(lab)) == [(2, "write 역전파(backpropagation), not 역 전파")]


def test_the_report_names_file_and_line(tmp_path, monkeypatch, capsys):
    for name, text in {"ko/a.md": "# 가 { #a }\n\n비교해 보세요.\n", "en/a.md": "# A { #a }\n\nA colour.\n"}.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True)
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(spelling, "ROOT", tmp_path)
    monkeypatch.setattr(spelling, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(spelling.page, "pages", lambda: sorted((tmp_path / "docs").rglob("*.md")))
    assert spelling.main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "docs/en/a.md:3: write color, not colour",
        "docs/ko/a.md:3: 합니다체, not 보세요",
        "spelling: 2 pages, 2 findings",
    ]
