"""A mistake in a page fails the build with a message that says where; a site is replaced without a gap."""

import contextlib
import io
import re
import threading

import pytest

from press.build import Build, build, publish, worth_saying

# what is added to which file of a small book, and what the build says
MISTAKES = {
    "missing English twin": ("ko/only.md", "# Only", r"docs/ko: WARNING: docs/en/only\.md is missing"),
    "missing Korean twin": ("en/alone.md", "# Alone", r"docs/en: WARNING: docs/ko/alone\.md is missing"),
    "broken link": ("en/a.md", "[x](nothing.md)", r"docs/en: WARNING: .*'a\.md'.*'nothing\.md'"),
    "broken image": ("ko/a.md", "![x](nothing.svg)", r"docs/ko: WARNING: .*'a\.md'.*'nothing\.svg'"),
    "broken anchor": ("ko/index.md", "[x](a.md#nothing)", r"docs/ko: WARNING: .*'index\.md'.*'a\.md#nothing'"),
    "broken anchor on the page": ("en/a.md", "[x](#nowhere)", r"docs/en: WARNING: .*'a\.md'.*'#nowhere'"),
    "bad formula": ("en/index.md", "$\\frac{1$", r"docs/en: WARNING: index\.md: ParseError"),
    "stale redirect": ("redirects.yml", "old: gone", r"docs/en: WARNING: docs/redirects\.yml: old: gone"),
    "page outside the navigation": ("ko/only.md", "", r"docs/ko:   - only\.md"),
}


def append(book, name, text):
    with (book / "docs" / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{text}\n")


@pytest.fixture(scope="module")
def broken(new_book, tmp_path_factory):
    """What the build of a book with all these mistakes prints, as it fails."""
    book, into = new_book(), tmp_path_factory.mktemp("broken") / "site"
    for name, text, _ in MISTAKES.values():
        append(book, name, text)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit, match="docs/ko and docs/en failed"):
        build(into, root=book)
    assert not into.exists()
    return printed.getvalue()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_place(broken, mistake):
    assert re.search(MISTAKES[mistake][2], broken), broken


def test_one_mistake_fails_the_build(small_book, tmp_path):
    append(small_book, "en/a.md", "[x](nothing.md)")
    with pytest.raises(SystemExit, match="docs/en failed"):
        build(tmp_path / "site", root=small_book)
    build(tmp_path / "site", root=small_book, strict=False)
    assert (tmp_path / "site/en/a/index.html").exists()


def test_a_book_without_mistakes_is_built(small_book, tmp_path, capsys):
    build(tmp_path / "site", root=small_book)
    for page, language in {
        "index.html": "ko",
        "a/index.html": "ko",
        "en/index.html": "en",
        "en/a/index.html": "en",
    }.items():
        assert f'<html lang="{language}"' in (tmp_path / "site" / page).read_text(encoding="utf-8")
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "docs/ko: 0 links lead to 0 pages that are not written yet; they are plain text",
        "docs/en: 0 links lead to 0 pages that are not written yet; they are plain text",
    ]


def test_a_stopped_build_leaves_nothing_behind(small_book):
    started = Build(small_book)
    started.stop()
    assert started.is_done()
    assert not started.folder.exists()


def test_warnings_are_told_by_language_and_progress_is_not():
    log = (
        "INFO    -  Cleaning site directory\n  - more of it\n"
        "WARNING -  Doc file 'a.md' is odd:\n  - more of this\n"
        "INFO    -  docs/ko: 3 links\n"
    )
    assert worth_saying("ko", log) == [
        "docs/ko: WARNING: Doc file 'a.md' is odd:",
        "docs/ko:   - more of this",
        "docs/ko: 3 links",
    ]


def folder(path, files):
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_a_published_site_equals_the_new_one(tmp_path):
    into = folder(tmp_path / "into", {"sitemap.xml": "", "same.html": "same", "old.html": "", "gone/gone.css": ""})
    before = (into / "same.html").stat().st_mtime_ns
    new = folder(tmp_path / "new", {"sitemap.xml": "", "same.html": "same", "a/index.html": "new"})
    changed = publish(new, into)
    assert sorted(path.as_posix() for path in changed) == ["a/index.html", "gone/gone.css", "old.html"]
    assert sorted(path.relative_to(into).as_posix() for path in into.rglob("*")) == [
        "a",
        "a/index.html",
        "same.html",
        "sitemap.xml",
    ]
    assert (into / "same.html").stat().st_mtime_ns == before


def test_who_reads_meanwhile_finds_every_page_whole(tmp_path):
    texts = [str(number) * 200_000 for number in range(2)]
    sites = [folder(tmp_path / text[0], {"sitemap.xml": "", "index.html": text}) for text in texts]
    into = tmp_path / "into"
    publish(sites[0], into)
    done, seen = threading.Event(), []

    def read():
        while not done.is_set():
            seen.append((into / "index.html").read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100):
        publish(sites[(number + 1) % 2], into)
    done.set()
    reader.join()
    assert len(seen) > 10
    assert set(seen) <= set(texts)


def test_a_folder_that_is_no_site_is_left_alone(tmp_path):
    mine = folder(tmp_path / "mine", {"letter.txt": "dear"})
    with pytest.raises(SystemExit, match="no built site"):
        publish(folder(tmp_path / "new", {"index.html": ""}), mine)
    assert (mine / "letter.txt").read_text() == "dear"
