"""`make quick` finds what a change touches, and nothing else."""

import subprocess

import pytest

from press import curriculum, parity, quick


@pytest.mark.parametrize(
    ("changed", "pages", "tests"),
    [
        ("docs/ko/intro/index.md", {"intro/index.md"}, []),
        ("docs/en/index.md", {"index.md"}, []),
        ("docs/en/intro/figures/first-steps-loop-dark.svg", {"intro/index.md"}, []),
        ("docs/curriculum.yml", set(), ["tests/docs/test_curriculum.py"]),
        ("docs/glossary.tsv", set(), ["tests/docs/test_glossary.py"]),
        (
            "src/gyeop/_sampling.py",
            set(),
            ["src/gyeop/_sampling.py", "tests/test_augment.py", "tests/test_stages.py"],
        ),
        ("src/gyeop/losses.py", set(), ["src/gyeop/losses.py", "tests/test_losses.py"]),
        ("src/gyeop/autograd/scalar.py", set(), ["src/gyeop/autograd/scalar.py", "tests/autograd"]),
        ("press/run_tests.py", set(), ["tests/docs/test_run_tests.py"]),
        ("press/copies.py", set(), ["tests/docs/test_near_copies.py"]),
        ("tests/docs/test_parity.py", set(), ["tests/docs/test_parity.py"]),
        ("LICENSE", set(), []),
    ],
)
def test_what_a_change_touches(changed, pages, tests):
    assert quick.touched([changed]) == (pages, tests)


def test_a_page_in_one_language_runs_both_twins_and_their_parity():
    assert quick.for_page("index.md") == [
        "docs/ko/index.md",
        "docs/en/index.md",
        "tests/docs/test_parity.py::test_same_book[index.md]",
        "tests/docs/test_parity.py::test_ids_description_and_alt_texts[ko/index.md]",
        "tests/docs/test_parity.py::test_ids_description_and_alt_texts[en/index.md]",
        "tests/docs/test_complete.py::test_every_block_is_run[ko/index.md]",
        "tests/docs/test_complete.py::test_every_block_is_run[en/index.md]",
    ]
    assert "index.md" in parity.pages()


def test_a_room_runs_the_pages_that_name_it(monkeypatch):
    entries = [
        curriculum.Entry("A", "index", {}, written=True, symbols=("gyeop.losses.mse",)),
        curriculum.Entry("B", "intro/index", {}, written=True, symbols=("gyeop.MLP",)),
    ]
    monkeypatch.setattr(curriculum, "entries", lambda: entries)
    monkeypatch.setattr(quick, "_says", lambda page, words: False)
    assert quick.naming(["src/gyeop/losses.py"]) == ["index.md"]
    assert quick.naming(["src/gyeop/mlp.py"]) == ["intro/index.md"]
    assert quick.naming(["src/gyeop/_checks.py", "press/quick.py"]) == []
    monkeypatch.setattr(quick, "_says", lambda page, words: page == "intro/index.md" and words == "gyeop.optim")
    assert quick.naming(["src/gyeop/optim.py"]) == ["intro/index.md"]


def test_changes_are_those_since_a_commit_and_new_files(tmp_path, monkeypatch):
    def git(*arguments):
        names = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *names, *arguments], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(quick, "ROOT", tmp_path)
    (tmp_path / ".gitignore").write_text("ignored\n")
    (tmp_path / "a.md").write_text("a")
    git("init")
    git("add", ".")
    git("commit", "-m", "Start")
    assert quick.changed() == []
    git("switch", "-c", "work")
    (tmp_path / "가.md").write_text("new")
    git("add", ".")
    git("commit", "-m", "Add a page")
    (tmp_path / "a.md").write_text("changed")
    for name in ("b.md", "ignored"):
        (tmp_path / name).write_text("unknown to git")
    assert quick.changed() == ["a.md", "b.md", "가.md"]
    assert quick.changed("HEAD") == ["a.md", "b.md"]


def test_a_failing_page_fails_the_command(monkeypatch, capsys):
    commands = []

    def run(command, **_):
        commands.append(command[2:])
        return subprocess.CompletedProcess(command, 1 if "pytest" in command else 0)

    monkeypatch.setattr(quick, "changed", lambda base: ["docs/ko/index.md"])
    monkeypatch.setattr(quick.subprocess, "run", run)
    assert quick.main(None) == 1
    assert commands[0][:4] == ["pytest", "-q", "-n", "2"]
    assert commands[1] == ["press.spelling", "docs/ko/index.md", "docs/en/index.md"]
    monkeypatch.setattr(quick, "changed", lambda base: ["LICENSE"])
    assert quick.main(None) == 0
    assert len(commands) == 2
