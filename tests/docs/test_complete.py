"""No code that a reader sees escapes the tests; and the check that says so fails where code does."""

import pytest

from press import DOCS, ROOT, complete, page

READMES = [ROOT / "README.md", ROOT / "README.ko.md"]


@pytest.mark.parametrize("path", page.pages(), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_every_block_is_run(path):
    assert complete.problems(path) == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_block_of_the_readme_is_run(path):
    assert complete.problems(path, docs=ROOT) == []


GOOD = """
```python
x = 1
```

> ~~~{.python title="a"}
> y = 1
> ~~~

1. One

    ??? note "More"

        ```pycon
        >>> 1 + 1
        2
        ```

````md
```python
shown = "inside another fence"
```
````

```bash
make test
```
"""
BROKEN = {
    "raw HTML": ('<pre><code class="language-python">x = 1</code></pre>', "code in raw HTML"),
    "no container at this depth": ("        ```python\n        x = 1\n        ```", "does not show as python"),
    "indented code": ("    x = 1", "no text fence of the source"),
    "no language": ("```\nx = 1\n```", "no text fence of the source: 'x = 1'"),
    "another name of Python": ("```py\nx = 1\n```", "write python"),
    "never closed": ("```python\nx = 1\n", "does not show as python"),
    "output of nothing": ('A word.\n\n```text title="Output"\n1\n```', "right after no Python block"),
    "output too far away": ('```python\nprint(1)\n```\n\nIt prints:\n\n```text title="출력"\n1\n```', "right after no"),
}


def write(tmp_path, text):
    path = tmp_path / "en" / "page.md"
    path.parent.mkdir()
    path.write_text(f"# Page {{ #page }}\n\n{text}\n", encoding="utf-8")
    return path


def test_blocks_in_containers_are_seen_on_both_sides(tmp_path):
    assert complete.problems(write(tmp_path, GOOD), tmp_path) == []


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_code_that_escapes_is_named(tmp_path, text, problem):
    assert problem in " | ".join(complete.problems(write(tmp_path, text), tmp_path))
