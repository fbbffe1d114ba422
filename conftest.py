"""Collect every snippet of the book, the README's, and the examples in the library's docstrings."""

from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

from press import DOCS, ROOT, snippets

book = Sybil(
    parsers=[snippets.python_blocks], patterns=["ko/**/*.md", "en/**/*.md", "ko/*.md", "en/*.md"], path=str(DOCS)
)
around = Sybil(parsers=[snippets.python_blocks], filenames=["README.md", "README.ko.md"], path=str(ROOT))
library = Sybil(
    parsers=[DocTestParser(ELLIPSIS | NORMALIZE_WHITESPACE)],
    patterns=["*.py", "**/*.py"],
    path=str(ROOT / "src"),
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = SybilCollection([book, around, library]).pytest()
