"""Shards of the nightly run leave nothing out, run nothing twice, and stay as they are when files come and go."""

import argparse

import pytest

from press import nightly


def test_shards_are_a_stable_split():
    names = nightly.files()
    assert {"docs/ko/index.md", "README.md", "src/gyeop/losses.py", "tests/docs/test_nightly.py"} <= set(names)
    split = [nightly.shard(names, number, 4) for number in (1, 2, 3, 4)]
    assert sorted(sum(split, [])) == names
    assert max(map(len, split)) < len(names) / 2
    fewer = names[::2]
    assert all(set(nightly.shard(fewer, n, 4)) <= set(split[n - 1]) for n in (1, 2, 3, 4))


def test_each_kind_of_file_is_run_in_its_way(tmp_path):
    names = ["docs/ko/index.md", "src/gyeop/losses.py", "tests/browser/test_opens.py"]
    parts = {part.name: part.command for part in nightly.parts(names, tmp_path)}
    assert list(parts) == ["build", "library and pages", "browser"]
    assert parts["browser"] == ("pytest", "-n", "2", "--slow", "--dist=load", f"@{tmp_path / 'browser.txt'}")
    listed = (tmp_path / "library and pages.txt").read_text(encoding="utf-8")
    assert listed.splitlines() == ["docs/ko/index.md", "src/gyeop/losses.py"]


@pytest.mark.parametrize("text", ["0/4", "5/4", "2", "a/b"])
def test_a_shard_that_is_none_is_named(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"got '{text}'"):
        nightly.fraction(text)
    assert nightly.fraction("2/4") == (2, 4)


def test_a_shard_over_its_budget_fails(monkeypatch, capsys):
    part = nightly.Part("browser", 40, ("pytest",))
    result = nightly.run_tests.Result(part, True, 41 * 60, {}, [], {})
    monkeypatch.setattr(nightly.run_tests, "setup", lambda: None)
    monkeypatch.setattr(nightly.run_tests, "run", lambda part: result)
    monkeypatch.setattr(nightly, "parts", lambda *_: [part])
    assert nightly.main(2, 4, only_list=False) == 1
    assert "shard 2/4 took 41 min; its budget is 40" in capsys.readouterr().out
