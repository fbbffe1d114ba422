"""Build both languages side by side into site/: Korean at the root, English under en/.

    python -m press.build [--into FOLDER] [--lax]

Warnings (a missing twin, a broken link or anchor, a bad formula) fail the build, but for --lax. Each language is built
into a folder of its own; the finished site then takes the old one's place file by file, so that who reads it meanwhile
finds every page.
"""

import argparse
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from press import CACHE, ROOT, SITE
from press.settings import PREFIXES

CONFIGS = {"ko": "mkdocs.yml", "en": "mkdocs.en.yml"}
RECORD = re.compile(r"(?P<level>[A-Z]+) +-  (?P<text>.*)")  # a line of MkDocs' log; what follows may continue it


class Build:
    """A build of both languages that has been started."""

    def __init__(self, root: Path = ROOT, strict: bool = True, env: dict[str, str] | None = None):
        """Start to build the book in `root`; `env` is added to the environment (SITE_URL, REPO_URL)."""
        CACHE.mkdir(exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="build-", dir=CACHE))
        command = [sys.executable, "-m", "mkdocs", "build", *(["--strict"] if strict else [])]
        self.running: dict[str, subprocess.Popen] = {}
        for language, config in CONFIGS.items():
            with self._said(language).open("w", encoding="utf-8") as said:
                self.running[language] = subprocess.Popen(
                    [*command, "-f", str(root / config), "-d", str(self.folder / language)],
                    cwd=root,
                    env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", **(env or {})},
                    stdout=said,
                    stderr=subprocess.STDOUT,
                )

    def _said(self, language: str) -> Path:
        return self.folder / f"{language}.txt"

    def is_done(self) -> bool:
        return all(process.poll() is not None for process in self.running.values())

    def finish(self, into: Path) -> list[Path]:
        """Wait, print what MkDocs said, put the site in place; return what changed. SystemExit if a language failed."""
        try:
            failed = [language for language, process in self.running.items() if process.wait() != 0]
            for language in self.running:
                for line in worth_saying(language, self._said(language).read_text(encoding="utf-8")):
                    print(line, flush=True)
            if failed:
                where = " and ".join(f"docs/{language}" for language in failed)
                raise SystemExit(f"the build of {where} failed, for the reasons above (--lax lets warnings pass)")
            site = self.folder / "ko"
            (self.folder / "en").rename(site / PREFIXES["en"])
            return publish(site, into)
        finally:
            self.stop()

    def stop(self) -> None:
        """End what still runs, and leave nothing behind."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def worth_saying(language: str, log: str) -> list[str]:
    """The lines of MkDocs' log that a reader needs: warnings and errors, told by language, and our own counts.

    (MkDocs' own --quiet drops the warnings before --strict can count them.)
    """
    lines, shown = [], True
    for line in log.splitlines():
        if record := RECORD.fullmatch(line):
            ours = record["text"].startswith("docs/")
            shown = ours or record["level"] != "INFO"
            line = record["text"] if ours and record["level"] == "INFO" else f"{record['level']}: {record['text']}"
        if shown and line:
            lines.append(line if line.startswith("docs/") else f"docs/{language}: {line}")
    return lines


def publish(site: Path, into: Path) -> list[Path]:
    """Make `into` equal to `site` and return the paths that changed.

    Each file is replaced in one step; what pages need comes before the pages, and what is gone goes last.
    """
    if into.exists() and any(into.iterdir()) and not (into / "sitemap.xml").exists():
        raise SystemExit(f"{into} holds something that is no built site; choose an empty folder")
    new = sorted((path.relative_to(site) for path in site.rglob("*") if path.is_file()), key=_pages_last)
    changed = []
    for path in new:
        if (into / path).is_file() and filecmp.cmp(site / path, into / path, shallow=False):
            continue
        replace(into / path, (site / path).read_bytes())
        changed.append(path)
    kept = set(new)
    for old in sorted(into.rglob("*"), reverse=True):
        if old.is_dir() and not any(old.iterdir()):
            old.rmdir()
        elif old.is_file() and old.relative_to(into) not in kept:
            old.unlink()
            changed.append(old.relative_to(into))
    return changed


def _pages_last(path: Path) -> tuple[bool, Path]:
    return path.suffix == ".html", path


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step: a reader finds the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def build(into: Path = SITE, env: dict[str, str] | None = None, root: Path = ROOT, strict: bool = True) -> float:
    """Build the site into `into` and return the seconds it took; SystemExit if a language fails."""
    started = time.perf_counter()
    Build(root, strict, env).finish(into)
    return time.perf_counter() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=SITE, metavar="FOLDER")
    parser.add_argument("--lax", action="store_true", help="put the site in place in spite of warnings, while writing")
    arguments = parser.parse_args()
    seconds = build(arguments.into, strict=not arguments.lax)
    print(f"built both languages in {seconds:.1f} s")
