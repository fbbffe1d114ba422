"""Collect every snippet of the book, the README's, and the examples in the library's docstrings."""

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
library = Sybil(
    parsers=[DocTestParser(ELLIPSIS | NORMALIZE_WHITESPACE)],
    pattern="*.py",
    path=str(ROOT / "src"),
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = SybilCollection([book, around, library]).pytest()
