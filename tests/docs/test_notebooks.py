"""A page as a notebook: the same code in the same order, its checked outputs, and prose that needs no site."""

import ast
import json

import nbformat
import pytest

from press import DOCS, curriculum, labs, notebooks, page, settings

PAGES = [path for path in page.pages() if notebooks.FENCE.search(path.read_text(encoding="utf-8"))]
SITE_ONLY = ("{ #", "{ .", "??? ", "!!! ", '=== "', "#only-light", "#only-dark", "<!-- test")

LESSON = """---
description: A lesson.
---

# Lesson { #lesson }

See [the home page](../index.md#home), [a later page](loss-views.md), [this](#lesson) and [NumPy](https://numpy.org).

![A picture.](figures/other.svg#only-light)
![A picture.](figures/other-dark.svg#only-dark)

```python
import numpy as np
import torch
print(np.arange(2))
```

```text title="Output"
[0 1]
```

<!-- test: skip "needs a printer" -->
```python
print_on_paper()
```

<!-- test: raises ValueError -->
```python
raise ValueError("too small")
```

```text title="Output"
ValueError: too small
```

1. Draw it.

    ??? success "Solution"
        Like this:

        <!-- test: figure drawn -->
        ```python
        for y in range(2):
            print(y)
        ```

        ```text title="Output"
        0
        1
        ```

        ![A line.](figures/drawn.svg#only-light)
        ![A line.](figures/drawn-dark.svg#only-dark)

        And *that* is it.

2. Another.
"""


@pytest.fixture
def lesson(tmp_path):
    file = tmp_path / "en" / "course" / "lesson.md"
    (file.parent / "figures").mkdir(parents=True)
    (file.parent / "figures" / "drawn.svg").write_text('<svg width="1"><path/></svg>', encoding="utf-8")
    file.write_text(LESSON, encoding="utf-8")
    return notebooks.from_page(file, tmp_path)


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_code_cells_are_the_blocks_of_the_page_with_their_outputs(lesson):
    install, first, raising, drawing = code(lesson)
    assert install.source == f"%pip install -q git+{settings.repo_url()} torch"
    assert first.source == "import numpy as np\nimport torch\nprint(np.arange(2))"
    assert first.outputs == [nbformat.v4.new_output("stream", name="stdout", text="[0 1]\n")]
    assert raising.metadata.tags == ["raises-exception"]
    assert (raising.outputs[0].ename, raising.outputs[0].evalue) == ("ValueError", "too small")
    assert drawing.source == "for y in range(2):\n    print(y)"
    assert drawing.outputs[0].text == "0\n1\n"
    assert drawing.outputs[1].data["image/svg+xml"] == '<svg style="background: white" width="1"><path/></svg>'


def test_prose_is_portable(lesson):
    text = "\n\n".join(prose(lesson))
    site = settings.site_url()
    assert [mark for mark in SITE_ONLY if mark in text] == []
    assert f"[the home page]({site}en/#home)" in text
    assert f"[this]({site}en/course/lesson/#lesson)" in text
    assert "[NumPy](https://numpy.org)" in text
    assert f"![A picture.]({site}en/course/figures/other.svg)" in text
    assert "drawn" not in text  # the cell draws it
    assert "```python\nprint_on_paper()\n```" in text  # what the tests skip is shown, not run
    assert "description" not in text


def test_what_stands_in_a_box_is_no_code_block(lesson):
    assert prose(lesson)[-2:] == ["1. Draw it.\n\n**Solution**\n\nLike this:", "And *that* is it.\n\n2. Another."]


def test_a_link_to_an_unwritten_page_is_text(lesson, monkeypatch):
    monkeypatch.setattr(curriculum, "unwritten", lambda: {"course/loss-views"})
    assert notebooks.portable("[a](loss-views.md#x) [b](lesson.md)", "en", "course/lesson", set()) == (
        f"a [b]({settings.site_url()}en/course/lesson/)"
    )


def test_the_notebook_says_where_it_comes_from_and_is_the_same_in_every_build(lesson):
    assert prose(lesson)[1] == f"The page of this notebook: <{settings.site_url()}en/course/lesson/>"
    assert [cell.id for cell in lesson.cells] == [f"c{number}" for number in range(len(lesson.cells))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_every_page(path):
    notebook = notebooks.from_page(path)
    nbformat.validate(notebook)
    cells = [cell.source for cell in code(notebook)[1:]]
    fences = [source.strip() for cell in prose(notebook) for source in cell.split("```python\n")[1:]]
    shown = [source.strip() for language, source in page.read(path).code if language == "python"]
    assert sorted(shown) == sorted([*cells, *(fence.partition("\n```")[0].strip() for fence in fences)])
    for cell in cells:
        ast.parse(cell)
    for cell in prose(notebook):
        assert [mark for mark in SITE_ONLY if mark in cell] == []


@pytest.mark.parametrize("name", labs.names())
def test_every_lab(name):
    notebook = notebooks.from_lab(name, "ko")
    nbformat.validate(notebook)
    assert [cell.source for cell in code(notebook)[1:]] == labs.code(labs.read(labs.source(name, "ko")))
    assert "(figure)" not in json.dumps(prose(notebook))
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert len(outputs) == sum(map(len, labs.load(name)["outputs"]))
    assert not any(cell.outputs for cell in code(notebooks.from_lab(name, "ko", outputs=False)))
