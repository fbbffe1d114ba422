"""New pins are clean, and come into force only when the tests pass with them."""

import pytest

from press import ROOT, lock

LISTED = """\
Babel==2.18.0
gyeop==0.1.0
numpy==2.4.6
nvidia-cublas==13.0.2
pip==26.0
torch==2.13.0+cpu
attrs==26.1.0
"""


def test_pins_have_no_local_suffix_and_name_no_host():
    assert lock.frozen(LISTED) == "attrs==26.1.0\nBabel==2.18.0\nnumpy==2.4.6\ntorch==2.13.0\n"
    committed = lock.CONSTRAINTS.read_text(encoding="utf-8")
    assert lock.frozen(committed) == committed
    assert lock.pinned("torch", committed) == "2.13.0"
    assert lock.pinned("tor", committed) is None


def test_what_changes_is_told():
    assert lock.changes("a==1\nb==1\n", "a==2\nc==1\n") == ["a: 1 -> 2", "b: 1 -> not there", "c: not there -> 1"]


@pytest.mark.parametrize(("status", "kept"), [(0, "new"), (1, "old")])
def test_the_old_pins_stay_when_the_tests_fail(tmp_path, monkeypatch, status, kept):
    file = tmp_path / "constraints.txt"
    file.write_text("old", encoding="utf-8")
    monkeypatch.setattr(lock, "CONSTRAINTS", file)
    seen = []
    assert lock.replace("new", lambda: seen.append(file.read_text(encoding="utf-8")) or status) == status
    assert (seen, file.read_text(encoding="utf-8")) == (["new"], kept)


def test_the_old_pins_stay_when_the_run_is_broken_off(tmp_path, monkeypatch):
    file = tmp_path / "constraints.txt"
    file.write_text("old", encoding="utf-8")
    monkeypatch.setattr(lock, "CONSTRAINTS", file)
    with pytest.raises(KeyboardInterrupt):
        lock.replace("new", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert file.read_text(encoding="utf-8") == "old"


def test_every_named_dependency_is_pinned():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    pins = {line.partition("==")[0].lower().replace("_", "-") for line in lock.CONSTRAINTS.read_text().split()}
    assert {name for text in named if (name := lock.re.match(r"[\w-]+", text)[0].lower()) not in pins} == set()
