"""No Python block that a reader sees may escape the tests: counted in the page as the site renders it."""

import pytest
from sybil import Document

from press import DOCS, page, snippets

PAGES = page.pages()


def collected(path) -> int:
    document = Document(path.read_text(encoding="utf-8"), str(path))
    return sum(snippets.language_of(fence.lexemes["info"]) in ("python", "pycon") for fence in snippets.FENCE(document))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_every_python_block_is_run(path):
    rendered = [source for language, source in page.read(path).code if language in ("python", "pycon")]
    assert collected(path) == len(rendered)
