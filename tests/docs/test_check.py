"""`make check` runs every checker, names those that fail, and fails with them."""

import sys

from press import check


def test_every_checker_is_run_and_failures_are_named(monkeypatch, capsys):
    python = [sys.executable, "-c"]
    good, bad = [*python, "pass"], [*python, "print('line 3 is wrong'); raise SystemExit(2)"]
    monkeypatch.setattr(check, "commands", lambda root: {"types": bad, "lint": good})
    assert check.main() == 1
    out = capsys.readouterr().out
    assert "== types\nline 3 is wrong" in out
    assert "types                FAILED\nlint                 passed" in out
    monkeypatch.setattr(check, "commands", lambda root: {"lint": good})
    assert check.main() == 0


def test_workflows_are_checked_where_there_are_any(tmp_path):
    assert list(check.commands(tmp_path)) == ["types", "spelling", "format", "lint"]
    workflow = tmp_path / ".github/workflows/test.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("name: test")
    found = check.commands(tmp_path)
    assert [found[name][-1] for name in ("workflows: schema", "workflows: safety")] == [str(workflow)] * 2
