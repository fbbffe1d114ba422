"""The site's and the repository's address stand in one place each, and every link out of a page is made from them."""

import re
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest

from press import settings
from press.build import build

SITE, CODE = "https://book.example/mount/", "https://code.example/people/book"


@pytest.fixture
def elsewhere(monkeypatch):
    """The settings read anew, with both addresses given by the environment."""
    monkeypatch.setenv("SITE_URL", SITE)
    monkeypatch.setenv("REPO_URL", CODE + "/")
    settings._settings.cache_clear()
    yield
    settings._settings.cache_clear()


@pytest.fixture
def no_git(monkeypatch, tmp_path):
    """The settings of an unpacked archive."""
    settings.repo_url()  # is read from there before the place changes
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    settings.commit.cache_clear()
    yield
    settings.commit.cache_clear()


def test_the_environment_overrides_both(elsewhere):
    assert settings.site_url() == SITE
    assert settings.repo_url() == CODE


def test_the_commit_is_gits():
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=settings.ROOT, capture_output=True, text=True)
    if asked.returncode:
        pytest.skip("this is no clone")
    settings.commit.cache_clear()
    assert settings.commit() == asked.stdout.strip()


def test_the_commit_comes_from_the_workflow_where_git_is_not(no_git, monkeypatch):
    monkeypatch.setenv("GITHUB_SHA", "abc")
    assert settings.commit() == "abc"


def test_a_report_carries_page_language_and_commit(elsewhere, monkeypatch):
    monkeypatch.setattr(settings, "commit", lambda: "0123abc")
    url = urlsplit(settings.report_url("ko", "intro/why.md", SITE + "intro/why/"))
    asked = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == CODE + "/issues/new"
    assert asked["title"] == ["docs/ko/intro/why.md: "]
    for part in ("docs/ko/intro/why.md", SITE + "intro/why/", "한국어", "0123abc"):
        assert part in asked["body"][0]


def test_a_report_without_a_commit_leaves_it_out(no_git):
    body = parse_qs(urlsplit(settings.report_url("en", "a.md", SITE)).query)["body"][0]
    assert "Commit" not in body
    assert "None" not in body
    assert "What is wrong" in body


def test_colab_reads_the_notebook_from_the_repository(elsewhere):
    assert settings.colab_url("en", "labs/mnist.ipynb") == (
        "https://colab.research.google.com/github/people/book/blob/main/docs/en/labs/mnist.ipynb"
    )


def test_every_link_out_follows_the_two_settings(small_book, tmp_path):
    build(tmp_path / "site", {"SITE_URL": SITE, "REPO_URL": CODE}, small_book)
    for name, address in {"a": "a/", "en/a": "en/a/"}.items():
        html = (tmp_path / "site" / name / "index.html").read_text(encoding="utf-8")
        language = "en" if name.startswith("en/") else "ko"
        assert f'<link rel="canonical" href="{SITE}{address}">' in html
        assert f'href="{CODE}/edit/main/docs/{language}/a.md"' in html
        assert f'href="{CODE}/issues/new?title=docs%2F{language}%2Fa.md' in html
        assert not re.search(r"https://[\w.]*github\.(io|com)/gyeop", html), "an address that is not from the settings"
