"""What a run counts, tells and records is what it did, with several processes too."""

import json

GOOD = """
```python
print(1)
```

```text
1
```

<!-- test: skip "needs a camera" -->
```python
look()
```

```pycon
>>> 1 + 1
2
```
"""
BAD = """
```python
x = 1
```

```python
x / 0
```
"""
TESTS = """
import pytest

pytest.importorskip("sys")

@pytest.mark.parametrize("name", ["a", "b"])
def test_same_book(name):
    pass

@pytest.mark.slow
def test_learns():
    assert False

@pytest.mark.skip(reason="not on this system")
def test_elsewhere():
    pass

def test_something():
    pass
"""


def test_counts_skips_and_records(book, pytester):
    book("docs/ko/good.md", GOOD)
    book("docs/en/good.md", GOOD)
    book("docs/en/bad.md", BAD)
    book("tests/docs/test_them.py", TESTS)
    book("tests/docs/test_not_here.py", 'import pytest\n\npytest.importorskip("no_such_module")')
    book("tests/browser/test_page.py", "def test_opens():\n    pass")
    pytester.runpytest_subprocess("-q", "-n", "2", "docs", "tests", "--tally", "here/tally.json").assert_outcomes(
        passed=9, failed=1, skipped=5
    )
    tally = json.loads((pytester.path / "here/tally.json").read_text(encoding="utf-8"))
    assert tally["counts"] == {
        "snippets": 3,
        "outputs": 2,
        "doctests": 2,
        "page pairs": 2,
        "tests": 1,
        "browser checks": 1,
    }
    skips = sorted(tally["skips"])
    assert [skip.partition("::")[0] for skip in skips[:2]] == ["docs/en/good.md", "docs/ko/good.md"]
    assert all(skip.endswith(": skip: needs a camera") for skip in skips[:2])
    assert skips[2].startswith("tests/docs/test_not_here.py: could not import 'no_such_module'")
    assert skips[3] == "tests/docs/test_them.py::test_elsewhere: not on this system"
    assert skips[4] == "tests/docs/test_them.py::test_learns: slow: runs in `make nightly`"
    assert sorted(tally["seconds"]) == ["docs/en/bad.md", "docs/en/good.md", "docs/ko/good.md"]
    passed = json.loads((pytester.path / ".cache/passed.json").read_text(encoding="utf-8"))
    assert sorted(passed) == ["docs/en/good.md", "docs/ko/good.md"]
    assert set(passed["docs/en/good.md"]) == {"sha256", "date", "versions"}


def test_a_part_of_a_page_is_not_recorded(book, pytester):
    book("docs/en/bad.md", BAD)
    pytester.runpytest_subprocess("-q", "docs", "-k", "line:1").assert_outcomes(passed=1)
    assert not (pytester.path / ".cache/passed.json").exists()
