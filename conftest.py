"""Collect every snippet of the book, the README's, and the examples in the docstrings of src/ and press/."""

from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

from press import DOCS, ROOT, isolation, snippets

pytest_plugins = ["pytester"]  # with which the checks are tested on broken samples


def pages(folder, **which) -> Sybil:
    around = {"setup": isolation.begin, "teardown": isolation.end}
    return Sybil(parsers=[snippets.python_blocks], path=str(folder), **around, **which)


book = pages(DOCS, pattern="*.md")
around = pages(ROOT, filenames=["README.md", "README.ko.md"])


def docstrings(folder) -> Sybil:
    parsers = [DocTestParser(ELLIPSIS | NORMALIZE_WHITESPACE)]
    return Sybil(parsers=parsers, pattern="*.py", path=str(folder), document_types={".py": PythonDocStringDocument})


library, press = docstrings(ROOT / "src"), docstrings(ROOT / "press")
pytest_collect_file = SybilCollection([book, around, library, press]).pytest()
