import shutil

import numpy as np
import pytest

from press import DOCS, ROOT

PAGES = {
    "index.md": "# {0} {{ #home }}\n\n[a](a.md), [its second part](a.md#second), $x^2$\n",
    "a.md": "# A {0} {{ #a }}\n\n## First {{ #first }}\n\n"
    + "text\n\n" * 60
    + "## Second {{ #second }}\n\n"
    + "text\n\n" * 60,
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def write_small_book(book):
    for language, word in {"ko": "겹", "en": "Gyeop"}.items():
        (book / "docs" / language).mkdir(parents=True)
        for name, text in PAGES.items():
            (book / "docs" / language / name).write_text(text.format(word), encoding="utf-8")
    shutil.copytree(DOCS / "assets", book / "docs/assets")
    for folder in ("hooks", "theme"):
        shutil.copytree(ROOT / "press" / folder, book / "press" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (book / "mkdocs.yml").write_text(settings + "\nnav: [{Home: index.md}, {A: a.md}]\n", encoding="utf-8")
    shutil.copy(ROOT / "mkdocs.en.yml", book)
    return book


@pytest.fixture(scope="session")
def new_book(tmp_path_factory):
    """A function that makes a book of two pages in both languages, set up as the real one, for press.build."""
    return lambda: write_small_book(tmp_path_factory.mktemp("book"))


@pytest.fixture
def small_book(new_book):
    return new_book()
