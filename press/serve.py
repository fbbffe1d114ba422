"""Serve the whole book, both languages, at http://127.0.0.1:8000, and show what you write within two seconds.

    python -m press.serve [--host HOST] [--port PORT]

The last build is served at once. A page that changes is rendered alone and the browser reloads; behind it the whole
book is built anew, with its search and its navigation. A change of the press itself starts this program anew.
"""

import argparse
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from string import Template

from mkdocs import livereload
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from mkdocs.plugins import BasePlugin

from press import CACHE, ROOT
from press.build import CONFIGS, Build, replace
from press.settings import PREFIXES

SERVED = CACHE / "served"
WATCHED = ("docs", "press", "mkdocs.yml", "mkdocs.en.yml", ".cache/passed.json")
SHOWN = re.compile(r"docs/(ko|en|assets)/.+")  # what can be put in place without a build of the whole
PAUSE = 0.3  # seconds between two looks
RELOADER = "/livereload.js"  # MkDocs' own script, as a file: the pages' Content-Security-Policy allows no inline script
_SCRIPT = Template(livereload._SCRIPT_TEMPLATE_STR).substitute(
    epoch="Number(document.currentScript.dataset.epoch)", request_id="document.currentScript.dataset.request"
)


class Server(livereload.LiveReloadServer):
    """MkDocs' own server, which tells browsers when to reload; a Desk decides what to build, and when."""

    def __init__(self, host: str, port: int, root: Path):
        super().__init__(builder=lambda: None, host=host, port=port, root=str(root))
        self._watched_paths["the book"] = 1  # it injects its script only if it watches something
        self.error_handler = lambda code: (root / "404.html").read_bytes() if code == 404 else None

    def reload(self) -> None:
        with self._epoch_cond:
            self._wanted_epoch = self._visible_epoch = livereload._timestamp()
            self._epoch_cond.notify_all()

    def _serve_request(self, environ, start_response):
        if environ["PATH_INFO"] == RELOADER:
            start_response("200 OK", [("Content-Type", "text/javascript")])
            return [_SCRIPT.encode()]
        return super()._serve_request(environ, start_response)

    def _inject_js_into_html(self, content, epoch):
        data = f'data-epoch="{epoch}" data-request="{livereload._timestamp()}"'
        return content.replace(b"</body>", f'<script src="{RELOADER}" {data}></script></body>'.encode())


class OnlyThese(BasePlugin):
    """In a dirty build, take these pages for changed and all else for unchanged."""

    def __init__(self, pages: set[str]):
        self.pages = pages

    def on_files(self, files, config):
        for file in files:
            file.is_modified = lambda changed=file.src_uri in self.pages: changed
        return files


class Desk:
    """Where the book in `root` is watched and built into `into`, for readers at `address`."""

    def __init__(self, server: Server, into: Path, address: str, root: Path):
        self.server, self.into, self.address, self.root = server, into, address, root
        self.known = snapshot(root)
        self.whole: Build | None = Build(root, strict=False, env={"SITE_URL": address})

    def look(self) -> None:
        """Build what has changed since the last look, and put a finished build of the whole in place."""
        now = snapshot(self.root)
        changed = {path for path in self.known.keys() | now.keys() if self.known.get(path) != now.get(path)}
        if changed:
            self.stop()
            self.show(changed, now)
            self.known = now
            self.whole = Build(self.root, strict=False, env={"SITE_URL": self.address})
        elif self.whole and self.whole.is_done():
            self.finish()

    def show(self, changed: set[Path], now) -> None:
        """Put what can be shown alone in place: pages, and files that pages use as they are."""
        started = time.perf_counter()
        names = sorted(path.relative_to(self.root).as_posix() for path in changed)
        if any(name.endswith(".yml") or (name.startswith("press/") and name.endswith(".py")) for name in names):
            say(f"{_few(names)} changed: starting anew")
            raise Restart
        shown = [name.split("/", 2)[1:] for name in names if SHOWN.match(name) and self.root / name in self.known]
        pages: dict[str, set[str]] = {}
        for folder, path in (parts for parts in shown if self.root.joinpath("docs", *parts) in now):
            if path.endswith((".md", ".py")):
                pages.setdefault(folder, set()).add(path)
            else:
                self.copy(folder, path)
        failed = [language for language, paths in pages.items() if not self.render(language, paths)]
        if shown and not failed:
            self.server.reload()
            say(f"{_few(names)} changed: shown after {time.perf_counter() - started:.1f} s")
        else:
            say(f"{_few(names)} changed: building the book")

    def warm(self) -> None:
        """Render the home pages, so that what is loaded once is loaded before the first change."""
        for language in CONFIGS:
            self.render(language, {"index.md"})

    def render(self, language: str, pages: set[str]) -> bool:
        """Render some pages of a language alone; what goes wrong is told, not raised, and False returned."""
        folder = Path(tempfile.mkdtemp(prefix="page-", dir=CACHE))
        try:
            config = load_config(str(self.root / CONFIGS[language]), site_dir=str(folder), site_url=self.address)
            config.plugins["only these"] = OnlyThese(pages)
            config.plugins.events["post_build"].clear()  # what is made of all pages waits for the build of the whole
            config.theme.static_templates.clear()
            mkdocs_build(config, dirty=True)
            for page in sorted(pages):
                name = re.sub(r"(index)?\.(md|py)$", "", page).rstrip("/")
                html = f"{name}/index.html".lstrip("/")
                replace(self.into / PREFIXES[language] / html, (folder / html).read_bytes())
        except (Abort, Exception) as error:
            say(f"docs/{language}: {type(error).__name__}: {error}")
            return False
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def copy(self, folder: str, path: str) -> None:
        """Put a file of docs/<folder> that is served as it is in its place: for the shared assets, one a language."""
        places = [f"{prefix}assets/{path}" for prefix in PREFIXES.values()]
        for place in places if folder == "assets" else [PREFIXES[folder] + path]:
            if (self.into / place).exists():
                replace(self.into / place, (self.root / "docs" / folder / path).read_bytes())

    def finish(self) -> None:
        """Put the finished build of the whole in place."""
        assert self.whole
        try:
            changed = self.whole.finish(self.into)
            say("the whole book is built")
            if any(path.suffix in (".html", ".css", ".js") for path in changed):
                self.server.reload()
        except SystemExit as error:
            say(f"{error}; the build before is still served")
        self.whole = None

    def stop(self) -> None:
        if self.whole:
            self.whole.stop()
            self.whole = None


class Restart(Exception):
    """The press itself has changed."""


def snapshot(root: Path) -> dict[Path, tuple[int, int]]:
    """Every file that the site is made from, with its time and size."""
    found = {}
    for name in WATCHED:
        top = root / name
        files = (
            [top] if not top.is_dir() else [Path(folder, file) for folder, _, files in os.walk(top) for file in files]
        )
        for path in files:
            if path.suffix != ".pyc" and not path.name.startswith("."):
                with suppress(FileNotFoundError):
                    state = path.stat()
                    found[path] = (state.st_mtime_ns, state.st_size)
    return found


def say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _warn() -> None:
    """Tell MkDocs' warnings about a page that is rendered alone; that the rest is not rendered is meant."""
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(lambda record: record.levelno >= logging.WARNING and "'dirty' build" not in record.getMessage())
    logging.getLogger("mkdocs").addHandler(handler)


def serve(host: str, port: int, into: Path = SERVED, root: Path = ROOT) -> None:
    """Serve until Ctrl-C. SystemExit if the port is taken or the book cannot be built at all."""
    address = f"http://{host}:{port}/"
    server = Server(host, port, into)
    try:
        server.server_bind()
    except OSError as error:
        another = f"{sys.executable} -m press.serve --port {port + 1}"
        raise SystemExit(f"cannot serve at {address}: {error.strerror}; try {another}") from None
    desk = None
    try:
        desk = Desk(server, into, address, root)
        if not (into / "index.html").exists():
            say("building the book for the first time")
            desk.finish()
        if not (into / "index.html").exists():
            raise SystemExit(1)
        server.server_activate()
        server.serve_thread.start()
        say(f"the book is at {address} (English: {address}en/); Ctrl-C ends this")
        desk.warm()
        while True:
            desk.look()
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        print()
        say("stopped")
    finally:
        if desk:
            desk.stop()
        server.shutdown()


def main(arguments: list[str], into: Path = SERVED, root: Path = ROOT) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    _warn()
    try:
        serve(chosen.host, chosen.port, into, root)
    except Restart:
        os.execv(sys.executable, [sys.executable, "-m", "press.serve", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
