"""A real browser, and the built site behind a static host on 127.0.0.1, at the path that its address has."""

import gzip
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from press import SITE, browser, settings

MOUNT = urlsplit(settings.site_url()).path  # a project's site does not live at the root of its host


class StaticHost(SimpleHTTPRequestHandler):
    """A plain static host as readers meet it: gzip for text, 404.html for what is not there."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript", ".woff2": "font/woff2"}

    def do_GET(self):
        path = self.path.partition("?")[0]
        file = SITE / unquote(path).removeprefix(MOUNT)
        if not path.startswith(MOUNT) or not file.resolve().is_relative_to(SITE.resolve()):
            file = SITE / "404.html"
        elif file.is_dir() and not path.endswith("/"):
            self.send_response(301)
            self.send_header("Location", path + "/")
            self.end_headers()
            return
        elif file.is_dir():
            file = file / "index.html"
        found = file.is_file() and file.name != "404.html"
        self.answer(200 if found else 404, file if found else SITE / "404.html")

    def answer(self, status: int, file: Path):
        body, kind = file.read_bytes(), self.guess_type(str(file))
        self.send_response(status)
        text = re.search(r"text|json|svg|xml|javascript", kind)
        if text and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def site():
    """The address of the built site, with a slash at its end. `make test` builds it before the browser runs."""
    if not (SITE / "index.html").exists():
        from press.build import build

        build()
    server = ThreadingHTTPServer(("127.0.0.1", 0), StaticHost)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{MOUNT}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def small_site(new_book, tmp_path_factory):
    """The address of a book of two pages, built with some redirects, at a path below its host."""
    from press.build import build

    book, root = new_book(), tmp_path_factory.mktemp("root")
    (book / "docs/redirects.yml").write_text("old: a\na#start: a#second\na#left: index#home\n", encoding="utf-8")
    build(root / "mount", {"SITE_URL": "https://book.example/mount/"}, book)
    handler = partial(QuietHandler, directory=str(root))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/mount/"
    server.shutdown()
    server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser.ensure(), args=list(browser.FLAGS))
        yield running
        running.close()


@pytest.fixture
def tab(chromium):
    """A fresh page of its own context, 1280 x 900; any console error or failed request fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="ko-KR")
    page = context.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.problems = problems
    yield page
    context.close()
    assert not problems, problems
