"""Old addresses live on: pages, headings, headings of pages that moved; and an entry that is wrong is told."""

import re

import pytest

from press import DOCS
from press.build import build

MOVED = """
old: a
older/index: a#second
a#start: a#first
old#middle: a#second
a#left: index#home
"""
WRONG = {
    "gone: nowhere": "there is no such new page",
    "index: a": "the old page is still there",
    "nowhere#x: a#first": "there is no such page, and it did not move",
    "a#x: a#nowhere": "there is no such new heading",
    "a#y: index#nowhere": "there is no such new heading",
    "a#z: a": "the new heading is not named",
    "a#second: a#first": "the old heading is still there",
}


@pytest.fixture(scope="module")
def moved(new_book, tmp_path_factory):
    book, into = new_book(), tmp_path_factory.mktemp("moved") / "site"
    (book / "docs/redirects.yml").write_text(MOVED, encoding="utf-8")
    build(into, {"SITE_URL": "https://book.example/mount/"}, book)
    return lambda name: (into / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("prefix", "language"), [("", "ko"), ("en/", "en")])
def test_an_old_page_leads_to_the_new(moved, prefix, language):
    html = moved(f"{prefix}old/index.html")
    assert f'<html lang="{language}">' in html
    assert '<meta http-equiv="refresh" content="0; url=../a/">' in html
    assert f'<link rel="canonical" href="https://book.example/mount/{prefix}a/">' in html
    assert 'content="0; url=../a/#second"' in moved(f"{prefix}older/index.html")


def test_a_redirect_keeps_the_policy_of_the_site(moved):
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]+">')
    assert policy.findall(moved("old/index.html")) == policy.findall(moved("a/index.html")) != []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style| style=| on\w+=", moved("old/index.html")) == []


@pytest.mark.parametrize("prefix", ["", "en/"])
def test_an_old_heading_is_an_anchor_in_the_new(moved, prefix):
    html = moved(f"{prefix}a/index.html")
    assert re.search(r'<h2 id="first"><span id="start"></span>', html)
    assert re.search(r'<h2 id="second"><span id="middle"></span>', html), "a heading of the page that moved"


def test_a_heading_that_left_for_another_page_leads_there(moved):
    assert '<p class="moved" id="left">이 부분은 옮겼습니다: <a href="../#home">' in moved("a/index.html")
    assert '<p class="moved" id="left">This part has moved: <a href="../#home">' in moved("en/a/index.html")


def test_a_wrong_entry_fails_the_build_and_is_told(small_book, tmp_path, capsys):
    (small_book / "docs/redirects.yml").write_text("\n".join(WRONG), encoding="utf-8")
    with pytest.raises(SystemExit, match="failed"):
        build(tmp_path / "site", root=small_book)
    printed = capsys.readouterr().out
    for entry, problem in WRONG.items():
        for language in ("ko", "en"):
            assert f"docs/redirects.yml: {entry}: {problem} ({language})" in printed


def test_the_entries_of_the_format_are_the_ones_tested():
    shapes = re.findall(r"^# +(\S+: \S+) ", (DOCS / "redirects.yml").read_text(encoding="utf-8"), re.M)
    assert len(shapes) == 4
