"""`make serve`, run for real on a small book: both languages, a changed page within seconds, a quick second start."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from press import CACHE, ROOT

RUN = "import sys; from pathlib import Path; from press import serve; serve.main({!r}, Path({!r}), Path({!r}))"
SOON = 10  # seconds; under 2 on a machine that does nothing else


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


class Served:
    """A running `press.serve` of a book, and what it says."""

    def __init__(self, book, port):
        self.address, self.said = f"http://127.0.0.1:{port}/", []
        code = RUN.format(["--port", str(port)], str(book / "served"), str(book))
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stdout))
        self.reader.start()

    def get(self, path):
        """Status and text of what is at a path; 0 while nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return 0, ""

    def wait(self, wanted, seconds):
        """Wait until something is so, and return how long that took."""
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            if wanted():
                return time.perf_counter() - started
            time.sleep(0.05)
        pytest.fail(f"not so within {seconds} s; it said:\n{''.join(self.said)}")

    def says(self, words, times=1):
        return "".join(self.said).count(words) >= times

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        code = self.process.wait(timeout=20)
        self.reader.join()
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def book(new_book):
    return new_book()


@pytest.fixture
def served(book):
    running = Served(book, free_port())
    yield running
    if running.process.poll() is None:
        running.stop()


def ready(served, seconds=60):
    return served.wait(lambda: served.get("")[0] == 200, seconds)


def test_both_languages_and_a_changed_page(served, book):
    ready(served)
    for path, language in {"": "ko", "a/": "ko", "en/": "en", "en/a/": "en"}.items():
        status, text = served.get(path)
        assert status == 200
        assert f'<html lang="{language}"' in text
    assert re.search(r'class="[^"]*\blanguage" href="\.\./en/a/"', served.get("a/")[1])
    status, text = served.get("en/nothing/")
    assert status == 404
    assert "There is no page" in text

    for number, (page, path) in enumerate({"ko/a.md": "a/", "en/index.md": "en/"}.items(), start=1):
        served.wait(lambda number=number: served.says("the whole book is built", number), 60)
        with (book / "docs" / page).open("a", encoding="utf-8") as file:
            file.write(f"\nfresh words in {page}\n")
        took = served.wait(lambda path=path, page=page: f"fresh words in {page}" in served.get(path)[1], SOON)
        print(f"{page}: shown after {took:.2f} s")
        served.wait(lambda page=page: served.says(f"docs/{page} changed: shown after"), SOON)
    served.wait(lambda: "fresh words in ko/a.md" in served.get("search/search_index.json")[1], 60)


def test_a_page_alone_is_the_page_of_the_whole(served, book):
    ready(served)
    served.wait(lambda: served.says("the whole book is built"), 60)
    with (book / "docs/en/a.md").open("a", encoding="utf-8") as file:
        file.write("\nalone\n")
    served.wait(lambda: "alone" in served.get("en/a/")[1], SOON)
    alone = (book / "served/en/a/index.html").read_bytes()
    served.wait(lambda: served.says("the whole book is built", 2), 60)
    assert (book / "served/en/a/index.html").read_bytes() == alone


def test_a_new_page_and_a_mistake_do_not_stop_it(served, book):
    ready(served)
    (book / "docs/ko/b.md").write_text("# B { #b }\n", encoding="utf-8")
    served.wait(lambda: served.get("b/")[0] == 200, 60)
    assert served.says("docs/en/b.md is missing")
    with (book / "docs/ko/b.md").open("a", encoding="utf-8") as file:
        file.write("\n[x](nothing.md)\n\n$\\frac{1$\n")
    served.wait(lambda: "nothing.md" in served.get("b/")[1], SOON)
    assert served.says("ParseError")
    (book / "docs/ko/b.md").unlink()
    served.wait(lambda: served.get("b/")[0] == 404, 60)


def test_the_second_start_serves_at_once_and_stops_cleanly(book):
    assert (book / "served/index.html").exists(), "the tests above have built it"
    before = set(CACHE.glob("build-*"))
    served = Served(book, free_port())
    took = ready(served, 20)
    print(f"second start: {took:.2f} s")
    assert took < 10  # 3 s on a machine that does nothing else
    assert served.stop() == 0
    assert "Traceback" not in "".join(served.said)
    assert served.said[-1].endswith("stopped\n")
    assert set(CACHE.glob("build-*")) <= before


def test_a_taken_port_gets_one_clear_line(book):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        second = Served(book, port)
        assert second.process.wait(timeout=30) == 1
        second.reader.join()
        second.process.stdout.close()
    assert len(second.said) == 1
    assert f"http://127.0.0.1:{port}/" in second.said[0]
    assert "--port" in second.said[0]
