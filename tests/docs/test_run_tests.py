"""`make test` fails when a part fails or goes over its budget, and says so in its last line."""

import pytest

from press import run_tests
from press.run_tests import Part

SLEEP = "import time; time.sleep(1)"


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """Tallies and set-up times of their own; commands are Python code instead of modules."""
    monkeypatch.setattr(run_tests, "CACHE", tmp_path)
    monkeypatch.setattr(run_tests, "STARTED", tmp_path / "setup-started")
    monkeypatch.setattr(run_tests, "ENDED", tmp_path / "setup-ended")
    run, executable = run_tests._run, run_tests.sys.executable
    monkeypatch.setattr(run_tests, "_run", lambda command, *rest: run([executable, "-c", command[2]], *rest))
    return tmp_path


def last_line(capfd):
    return capfd.readouterr().out.splitlines()[-1]


def test_good_parts_pass(capfd):
    assert run_tests.main([], [Part("one", 1, ("pass",)), Part("two", 1, ("pass",))]) == 0
    assert last_line(capfd) == "2 passed, 0 failed"


def test_a_failing_part_fails_the_run_and_the_rest_still_runs(capfd):
    parts = [Part("one", 1, ("raise SystemExit(3)",)), Part("two", 1, ("pass",))]
    assert run_tests.main([], parts) == 1
    out = capfd.readouterr().out
    assert "one              FAILED" in out
    assert "two              passed" in out
    assert out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_part_over_its_budget_fails(capfd):
    assert run_tests.main([], [Part("slow", 0.7 / 60, (SLEEP,))]) == 1
    out = capfd.readouterr().out
    assert "slow took 0.0 min; its budget is 0.01" in out
    assert out.splitlines()[-1] == "0 passed, 1 failed"


def test_a_part_that_hangs_is_stopped(capfd):
    result = run_tests.run(Part("hangs", 0.5 / 60, ("import time; time.sleep(60)",)))
    assert not result.passed
    assert result.seconds < 30
    assert "stopped after" in capfd.readouterr().out


def test_counts_skips_and_the_slowest_page_are_told(capfd):
    code = (
        "import json, os; json.dump({'counts': {'labs': 3, 'snippets': 7}, 'skips': ['docs/a.md::line:3: gpu: no GPU'],"
        " 'seconds': {'docs/a.md': 2.5, 'docs/b.md': 1.0}}, open(os.environ['PRESS_TALLY'], 'w'))"
    )
    assert run_tests.main([], [Part("labs", 1, (code,)), Part("more", 1, (code.replace("2.5", "3.5"),))]) == 0
    out = capfd.readouterr().out
    for line in (
        "labs                  6",
        "snippets             14",
        "skips                 2",
        "gpu: no GPU",
        "3.5 s  docs/a.md",
    ):
        assert line in out


@pytest.mark.parametrize(
    ("seconds", "status", "line"), [(170, 0, "2 passed, 0 failed"), (190, 1, "1 passed, 1 failed")]
)
def test_set_up_has_its_budget_and_is_counted_once(cache, capfd, seconds, status, line):
    (cache / "setup-started").write_text("1000\n")
    (cache / "setup-ended").write_text(f"{1000 + seconds}\n")
    parts = [Part("one", 1, ("pass",))]
    assert run_tests.main([], parts) == status
    assert last_line(capfd) == line
    assert run_tests.main([], parts) == 0  # nothing was installed since
    assert last_line(capfd) == "1 passed, 0 failed"


def test_the_budgets_add_up_to_half_an_hour():
    assert run_tests.SETUP_MINUTES + sum(part.minutes for part in run_tests.PARTS) <= 30
    assert len({part.name for part in run_tests.PARTS}) == len(run_tests.PARTS)


def test_a_missing_browser_is_installed_within_the_set_up(monkeypatch, tmp_path):
    installed = []
    monkeypatch.setattr(run_tests, "STARTED", tmp_path / "setup-started")
    monkeypatch.setattr(run_tests.browser, "find", lambda: None)
    monkeypatch.setattr(run_tests.browser, "install", lambda: installed.append("chromium"))
    result = run_tests.setup()
    assert installed == ["chromium"]
    assert result.part.name == "set-up"
    assert result.passed
    monkeypatch.setattr(run_tests.browser, "find", lambda: "/usr/bin/chromium")
    assert run_tests.setup() is None
    assert installed == ["chromium"]
