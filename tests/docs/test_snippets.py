"""The blocks of a page are found in every container, run in one namespace and compared to the letter."""

import re
import textwrap
import time

import pytest
from sybil import Document
from sybil.example import SybilFailure

from press import blocks, figures, snippets

FENCE = "```"


@pytest.fixture(autouse=True)
def options(monkeypatch):
    """The options of a plain run, whatever this run was started with."""
    monkeypatch.setattr(snippets, "options", snippets.Options())
    monkeypatch.setattr(snippets, "edits", type(snippets.edits)(list))
    monkeypatch.setattr(snippets, "told", set())
    monkeypatch.setattr(figures, "written", [])
    return snippets.options


def page(folder, text, name="en/page.md"):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(textwrap.dedent(text).strip("\n") + "\n", encoding="utf-8")
    return path


def run(path):
    """What each block of a page came to: None, the text of its failure, or "skipped: why"; other errors are raised."""
    found = []
    for example in Document.parse(str(path), snippets.python_blocks):
        try:
            found.append(example.evaluate())
        except SybilFailure as failure:
            found.append(str(failure))
        except pytest.skip.Exception as skipped:
            found.append(f"skipped: {skipped}")
    return found


CONTAINERS = """
```python
a = 1
```

!!! note "An admonition"

    ```python title="two.py" hl_lines="1 2" linenums="1"
    b = a + 1
    print("  b")
    print("  =", b)
    ```

    ```text title="Output"
      b
      = 2
    ```

=== "A tab"

    ~~~~{.python title="three.py"}
    c = b + 1
    print(c)
    ~~~~

    ~~~text
    3
    ~~~

1. In a list

    ??? success "Details"

        ```{.python hl_lines="1"}
        d = c + 1

        def f():
            return d
        ```

        ```pycon
        >>> f()
        4
        >>> f() + 1
        5
        ```

- ```python
  e = d + 1
  print(e)
  ```

  ```text
  5
  ```

> A quote.
>
> ```python
> f = e + 1
> print(f)
> ```
>
> ```text
> 6
> ```
"""


def test_blocks_in_every_container_run_in_one_namespace(tmp_path):
    path = page(tmp_path, CONTAINERS)
    assert run(path) == [None] * 8
    stale = path.read_text(encoding="utf-8")
    for right, wrong in (
        ("= 2\n", "= 3\n"),
        ("    3\n", "    4\n"),
        ("4\n        >>>", "5\n        >>>"),
        ("> 6", "> 7"),
    ):
        assert stale.count(right) == 1
        stale = stale.replace(right, wrong)
    path.write_text(stale, encoding="utf-8")
    assert [one is None for one in run(path)] == [True, False, False, True, False, True, True, False]


def test_a_stale_output_is_named_with_file_line_expected_and_got(tmp_path):
    path = page(tmp_path, 'A word.\n\n```python\nprint("one")\nprint("two")\n```\n\n```text\none\nthree\n```')
    (said,) = run(path)
    assert f"{path}, line 3" in said
    assert "expected:\none\nthree\n\ngot:\none\ntwo\n" in said
    assert f"the first difference is at {path}:10" in said


def test_output_is_compared_to_the_letter(tmp_path):
    text = "```python\nprint('  1\\n  2')\n```\n\n```text\n{}\n```"
    assert run(page(tmp_path, text.format("  1\n  2"))) == [None]
    for other in ("1\n2", "  1\n 2", "  1", "  1\n\n  2"):
        assert "expected:" in run(page(tmp_path, text.format(other)))[0]


def test_printing_without_an_output_block_fails(tmp_path):
    assert (
        "no ```text block follows it" in run(page(tmp_path, "```python\nprint(1)\n```\n\nWords.\n\n```text\n1\n```"))[0]
    )


def test_a_failure_inside_a_nested_block_names_its_line_of_the_file(tmp_path):
    text = """
    # Page

    1. In a list

        > In a quote
        >
        > ```python
        > x = 1
        >
        > x / 0
        > ```
    """
    path = page(tmp_path, text)
    with pytest.raises(ZeroDivisionError) as caught:
        run(path)
    last = caught.traceback[-1]
    assert (str(last.path), last.lineno + 1) == (str(path), 10)


def test_a_doctest_in_a_nested_block_names_its_line_of_the_file(tmp_path):
    path = page(tmp_path, "# P\n\n!!! note\n\n    ```pycon\n    >>> 1\n    1\n    >>> 2\n    3\n    ```")
    good, bad = run(path)
    assert good is None
    assert f"{path}, line 8" in bad
    assert "Expected:\n    3\nGot:\n    2" in bad


def test_pages_share_nothing(tmp_path):
    assert run(page(tmp_path, "```python\nshared = 1\n```", "en/a.md")) == [None]
    with pytest.raises(NameError):
        run(page(tmp_path, "```python\nprint(shared)\n```", "en/b.md"))


MARKED = """
<!-- test: {mark} -->
```python
{code}
```
"""


@pytest.mark.parametrize(
    ("mark", "code", "outcome"),
    [
        ('skip "needs a camera"', "1 / 0", "skipped: skip: needs a camera"),
        ('slow "trains for a minute"', "1 / 0", "skipped: slow: trains for a minute"),
        ("raises ZeroDivisionError", "1 / 0", None),
        ("raises ZeroDivisionError", "1 / 1", "but nothing was raised"),
    ],
)
def test_marks(tmp_path, mark, code, outcome):
    (got,) = run(page(tmp_path, MARKED.format(mark=mark, code=code)))
    assert got is None if outcome is None else outcome in got


def test_another_exception_than_the_marked_one_is_raised(tmp_path):
    with pytest.raises(KeyError):
        run(page(tmp_path, MARKED.format(mark="raises ValueError", code="{}[1]")))


def test_the_message_of_an_expected_exception_is_its_output(tmp_path):
    text = (
        MARKED.format(mark="raises ValueError", code='print("so far")\nraise ValueError("no")') + "\n```text\n{}\n```"
    )
    assert run(page(tmp_path, text.format("so far\nValueError: no"))) == [None]
    assert "expected:" in run(page(tmp_path, text.format("so far\nValueError: yes")))[0]


def test_slow_blocks_run_on_request(tmp_path, options):
    options.slow = True
    assert run(page(tmp_path, MARKED.format(mark='slow "trains"', code="assert True"))) == [None]


def test_gpu_blocks_say_why_they_are_skipped(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    path = page(tmp_path, MARKED.format(mark='gpu "measures a kernel"', code="ran = True"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert run(path) == ["skipped: gpu: measures a kernel"]
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert run(path) == [None]


def test_marks_may_stand_one_above_the_other_in_any_container(tmp_path, options):
    text = """
    > <!-- test: slow "a minute" -->
    > <!-- test: raises ValueError -->
    >
    > ```python
    > raise ValueError
    > ```
    """
    path = page(tmp_path, text)
    assert run(path) == ["skipped: slow: a minute"]
    options.slow = True
    assert run(path) == [None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MARKED.format(mark="skp 'typo'", code="1"), "page.md:1: unknown mark 'skp'"),
        (MARKED.format(mark="skip", code="1"), "the mark skip expects"),
        (MARKED.format(mark="figure", code="1"), "the mark figure expects"),
        (MARKED.format(mark="figure a mesured", code="1"), "the mark figure expects"),
        (
            "One.\n\n<!-- test: raises ValueError -->\nWords.\n\n```python\n1\n```",
            "page.md:3: the mark raises stands before",
        ),
        ('<!-- test: skip "x" -->\n```bash\nls\n```', "stands before no Python block"),
        ('<!-- test: skip "x" -->', "stands before no Python block"),
    ],
)
def test_a_mark_that_says_nothing_is_an_error(tmp_path, text, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        run(page(tmp_path, text))


def test_a_fence_inside_a_fence_is_not_run(tmp_path):
    text = "````md\n<!-- test: figure x -->\n```python\n1 / 0\n```\n````\n\n```python\nx = 1\n```"
    document = Document(text, "page.md")
    assert [blocks.language_of(fence) for fence in blocks.fences(document)] == ["md", "python"]
    assert run(page(tmp_path, text)) == [None]


def test_a_page_has_its_seconds(tmp_path, options):
    options.page_seconds = 0.5
    busy = "```python\nstarted = time.process_time()\nwhile time.process_time() < started + 0.3:\n    pass\n```\n\n"
    path = page(tmp_path, "```python\nimport time\n```\n\n" + 3 * busy)
    first, second, third, fourth = run(path)
    assert (first, second, fourth) == (None, None, None)  # it is said once
    assert re.search(r"up to here this page has taken 0\.[6-9] s; a page's snippets have 0.5 s", third)
    options.slow = True
    assert run(path) == [None] * 4


@pytest.mark.skipif(not hasattr(snippets.signal, "setitimer"), reason="this system has no timer that interrupts")
def test_a_block_that_hangs_is_stopped(tmp_path, options):
    options.page_seconds = 0.1
    started = time.perf_counter()
    (said,) = run(
        page(tmp_path, "```python\nwhile True:\n    try:\n        1 / 0\n    except Exception:\n        pass\n```")
    )
    assert "stopped after 0.3 s; a page's snippets have 0.1 s" in said
    assert time.perf_counter() - started < 5


def test_a_figure_without_a_mark_is_named(tmp_path):
    pytest.importorskip("matplotlib").use("svg")
    code = "import matplotlib.pyplot as plt\n{}"
    assert run(page(tmp_path, f"```python\n{code.format('colors = plt.cm.viridis')}\n```")) == [None]
    assert "figure that is not on the page" in run(page(tmp_path, f"```python\n{code.format('plt.figure()')}\n```"))[0]


GRAPH = """
<!-- test: figure graph -->
```python
from gyeop.autograd import Value, draw
{}
```
"""


@pytest.mark.parametrize(
    "last", ["draw(Value(1.0))", "draw(\n    Value(1.0),  # one box\n)", "('가', draw)[1](Value(1.0))"]
)
def test_the_last_expression_of_a_marked_block_may_be_a_drawing(tmp_path, options, last):
    pytest.importorskip("matplotlib")
    file = page(tmp_path, GRAPH.format(last))
    options.write_figures = True
    assert run(file) == [None]
    assert "data 1" in (tmp_path / "en/figures/graph-dark.svg").read_text(encoding="utf-8")
    options.write_figures = False
    assert run(file) == [None]


def test_a_drawing_that_is_not_shown_is_no_figure(tmp_path):
    pytest.importorskip("matplotlib")
    assert "the block draws nothing" in run(page(tmp_path, GRAPH.format("picture = draw(Value(1.0))")))[0]


def test_a_failing_last_expression_of_a_marked_block_names_its_line(tmp_path):
    pytest.importorskip("matplotlib")
    with pytest.raises(TypeError) as error:
        run(page(tmp_path, GRAPH.format("1\ndraw(\n    1)")))
    assert [entry.lineno for entry in error.traceback if entry.path.name == "page.md"][0] + 1 == 5


STALE = """
# Page

```python
print("one")
```

```text title="{title}"
two
```

1. In a list

    > ```python
    > print("  1", "\\n\\n  2")
    > ```

2. Missing

    ```python
    print("three")
    ```

Words.
"""
FRESH = """
# Page

```python
print("one")
```

```text title="{title}"
one
```

1. In a list

    > ```python
    > print("  1", "\\n\\n  2")
    > ```
    >
    > ```text title="{title}"
    >   1
    >
    >   2
    > ```

2. Missing

    ```python
    print("three")
    ```

    ```text title="{title}"
    three
    ```

Words.
"""


@pytest.mark.parametrize(
    ("name", "title"), [("en/page.md", "Output"), ("ko/page.md", "출력"), ("README.ko.md", "출력")]
)
def test_outputs_are_written_in_place(tmp_path, options, name, title):
    path = page(tmp_path, STALE.format(title=title), name)
    options.update_outputs = True
    assert run(path) == [None] * 3
    assert snippets.write_edits() == [f"{path}: 3 outputs written anew"]
    assert path.read_text(encoding="utf-8") == FRESH.format(title=title).lstrip()
    assert run(path) == [None] * 3
    assert snippets.write_edits() == []
    options.update_outputs = False
    assert run(path) == [None] * 3


def test_a_run_that_writes_one_thing_does_not_judge_the_other(tmp_path, options):
    pytest.importorskip("matplotlib").use("svg")
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint(1)"
    path = page(tmp_path, f"<!-- test: figure line -->\n```python\n{plot}\n```")
    assert "is missing" in run(path)[0]
    options.update_outputs = True
    assert run(path) == [None]
    snippets.write_edits()
    path.write_text(path.read_text(encoding="utf-8").replace("\n1\n", "\n2\n"), encoding="utf-8")
    options.update_outputs, options.write_figures = False, True
    assert run(path) == [None]
    options.write_figures = False
    assert "expected:\n2" in run(path)[0]


# ---------------------------------------------------------------- through pytest, as a contributor runs it


def test_a_run_of_a_small_book(book, pytester):
    book("docs/ko/a.md", "```python\nimport numpy as np\nnp.set_printoptions(precision=1)\n```")
    book("docs/ko/b.md", "```python\nimport numpy as np\nprint(np.array([0.123]))\n```\n\n```text\n[0.123]\n```")
    book("docs/en/a.md", "```python\nprint(1)\n```\n\n```text\n2\n```")
    book("docs/en/b.md", '```python\nimport warnings\nwarnings.warn("old")\n```')
    book("src/room.py", '"""A room.\n\n>>> 1 + 1\n2\n>>> 1 + 2\n4\n"""')
    result = pytester.runpytest_subprocess("-q", "docs", "src", "--tally", "tally.json")
    result.assert_outcomes(passed=3, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "*docs*en*a.md, line 1, column 1 did not evaluate as expected:",
            "*the first difference is at *a.md:6",
            "*UserWarning: old",
            "*room.py, line 5, column 1 did not evaluate as expected:",
        ]
    )


def test_both_languages_are_written_anew_in_one_run(book, pytester):
    pages = [book(f"docs/{language}/a.md", "```python\nprint(1)\n```\n\n```text\n2\n```") for language in ("ko", "en")]
    result = pytester.runpytest_subprocess("-q", "-n", "2", "docs", "--update-outputs")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines_random(["*ko*a.md: 1 output written anew", "*en*a.md: 1 output written anew"])
    assert [path.read_text(encoding="utf-8").count("```text\n1\n```") for path in pages] == [1, 1]
    pytester.runpytest_subprocess("-q", "docs").assert_outcomes(passed=2)
