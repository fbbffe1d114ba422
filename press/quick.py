"""What a contributor runs while writing: the pages and the tests that the change touches.

    python -m press.quick [BASE]

The change is what differs from BASE (by default from where this branch left main), with files that git does not know
yet. A page in one language runs both twins and their parity; a room of the library runs its tests, its docstrings and
the pages that name it; a file of the press runs its tests.
"""

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path

from press import DOCS, LANGUAGES, ROOT, curriculum

PAGES = 12  # that only name a changed room; the rest is left to `make test`, so that this stays under a minute


def changed(base: str | None = None) -> list[str]:
    """Paths below the root that differ from `base`; those that git ignores are left out."""
    base = base or _base()
    names = _git("diff", "--name-only", base) + _git("ls-files", "--others", "--exclude-standard")
    return sorted(set(names))


def _base() -> str:
    for main in ("origin/main", "main"):
        if found := _git("merge-base", "HEAD", main):
            return found[0]
    return "HEAD"


def _git(*arguments: str) -> list[str]:
    command = ["git", "-c", "core.quotepath=off", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    return done.stdout.splitlines() if done.returncode == 0 else []


def touched(names: list[str]) -> tuple[set[str], list[str]]:
    """The pages (as docs/ko/a/b.md without docs/ko/) that a change is about, and what pytest shall run for the rest."""
    pages: set[str] = set()
    tests: set[str] = set()
    for name in names:
        path = Path(name)
        if match := re.match(r"docs/(?:ko|en)/(.*\.md)$", name):
            pages.add(match[1])
        elif match := re.match(r"docs/(ko|en)/(.*)figures/(.*?)(?:-dark)?\.(?:svg|json)$", name):
            pages |= {page for page in _pages() if page.startswith(match[2]) and _says(page, f"figure {match[3]}")}
        elif match := re.match(r"docs/(?:ko|en)/labs/.*\.py$|docs/lab-runs/", name):
            tests |= _existing("tests/docs/test_labs.py")
        elif name == "docs/curriculum.yml":
            tests |= _existing("tests/docs/test_curriculum.py")
        elif name == "docs/glossary.tsv":
            tests |= _existing("tests/docs/test_glossary.py")
        elif name.startswith("README"):
            tests |= _existing(name, "tests/docs/test_readme.py", "tests/docs/test_complete.py")
        elif name.startswith("src/gyeop/") and path.suffix == ".py":
            tests |= _existing(name) | _tests_of(path.relative_to("src/gyeop"))
        elif name.startswith("press/") and path.suffix == ".py":
            tests |= _existing(f"tests/docs/test_{path.stem}.py", f"tests/browser/test_{path.stem}.py")
            tests |= _importing(path.stem)
        elif re.match(r"tests/.*test_\w+\.py$", name):
            tests |= _existing(name)
        elif name.startswith("tests/") and path.name == "conftest.py":
            tests |= _existing(path.parent.as_posix())
    return pages, sorted(tests)


def _tests_of(room: Path) -> set[str]:
    """The tests of a room: tests/test_losses.py for losses.py, the folder tests/autograd for what is in autograd/.

    What is private to the library, as _training.py, is tested by the rooms that import it.
    """
    if len(room.parts) == 1 and room.stem.startswith("_") and room.stem != "__init__":
        imports = re.compile(rf"^from \.+(?:{room.stem} import| import .*\b{room.stem}\b)", re.M)
        sources = (ROOT / "src/gyeop").rglob("*.py")
        users = {p.relative_to(ROOT / "src/gyeop") for p in sources if imports.search(p.read_text(encoding="utf-8"))}
        return {test for user in users - {room} for test in _tests_of(user)}
    if len(room.parts) > 1:
        return _existing(f"tests/{room.parts[0]}", f"tests/test_{room.parts[0]}.py")
    return _existing(f"tests/test_{room.stem}.py")


def _importing(name: str) -> set[str]:
    """The tests of the book that import this file of the press."""
    imports = re.compile(rf"^from press[\w.]* import .*\b{name}\b|^(?:from|import) press(?:\.hooks)?\.{name}\b", re.M)
    found = (ROOT / "tests/docs").glob("test_*.py")
    return {p.relative_to(ROOT).as_posix() for p in found if imports.search(p.read_text(encoding="utf-8"))}


def _existing(*names: str) -> set[str]:
    return {name for name in names if (ROOT / name).exists()}


def _pages() -> list[str]:
    found = {
        p.relative_to(DOCS / language).as_posix() for language in LANGUAGES for p in (DOCS / language).rglob("*.md")
    }
    return sorted(found)


def _says(page: str, words: str) -> bool:
    files = [DOCS / language / page for language in LANGUAGES]
    return any(re.search(rf"\b{re.escape(words)}\b", f.read_text(encoding="utf-8")) for f in files if f.exists())


def naming(names: list[str]) -> list[str]:
    """The pages that name a changed room: in the curriculum's symbols, or as gyeop.ROOM in their text."""
    rooms = {Path(name).relative_to("src/gyeop").parts[0].removesuffix(".py") for name in names if _is_room(name)}
    found = set()
    for room in rooms:
        symbols = {e.page for e in curriculum.entries() if e.written and any(_lives(s, room) for s in e.symbols)}
        found |= {f"{page}.md" for page in symbols} & set(_pages())
        found |= {page for page in _pages() if _says(page, f"gyeop.{room}")}
    return sorted(found)


def _is_room(name: str) -> bool:
    return name.startswith("src/gyeop/") and name.endswith(".py") and Path(name).name[0] != "_"


def _lives(symbol: str, room: str) -> bool:
    """Whether a public name (gyeop.MLP) comes from this room (mlp)."""
    if symbol.startswith(f"gyeop.{room}"):
        return True
    module, _, name = symbol.rpartition(".")
    try:
        value = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return False
    return str(getattr(value, "__module__", "")).startswith(f"gyeop.{room}")


def for_page(page: str) -> list[str]:
    """What pytest runs for a page: both twins, their parity, and what each owes its reader."""
    twins = [f"{language}/{page}" for language in LANGUAGES if (DOCS / language / page).exists()]
    return [
        *(f"docs/{twin}" for twin in twins),
        f"tests/docs/test_parity.py::test_same_book[{page}]",
        *(f"tests/docs/test_parity.py::test_ids_description_and_alt_texts[{twin}]" for twin in twins),
        *(f"tests/docs/test_complete.py::test_every_block_is_run[{twin}]" for twin in twins),
    ]


def main(base: str | None) -> int:
    names = changed(base)
    pages, tests = touched(names)
    pages = {page for page in pages if any((DOCS / language / page).exists() for language in LANGUAGES)}
    also = [page for page in naming(names) if page not in pages]
    if also[PAGES:]:
        print(f"{len(also) - PAGES} more pages name what you changed; `make test` runs them")
    chosen = [one for page in (*sorted(pages), *also[:PAGES]) for one in for_page(page)]
    if pages or also:
        chosen += ["tests/docs/test_curriculum.py"]
    arguments = list(dict.fromkeys([*chosen, *tests]))
    if not arguments:
        print("nothing that the book's tests look at has changed")
        return 0
    print(f"{len(names)} changed files; checking {', '.join([*sorted(pages), *also[:PAGES], *tests])}", flush=True)
    status = subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "2", *arguments], cwd=ROOT).returncode
    written = [f"docs/{lang}/{page}" for page in sorted(pages) for lang in LANGUAGES if (DOCS / lang / page).exists()]
    if written:
        status |= subprocess.run([sys.executable, "-m", "press.spelling", *written], cwd=ROOT).returncode
    return status


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", nargs="?", help="what to compare with (default: where this branch left main)")
    sys.exit(main(parser.parse_args().base))
