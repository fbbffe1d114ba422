"""The two languages are the same book."""

import pytest

from press import DOCS, page

KO, EN = DOCS / "ko", DOCS / "en"
PAGES = sorted({path.relative_to(KO) for path in page.pages("ko")} | {path.relative_to(EN) for path in page.pages("en")})


@pytest.mark.parametrize("name", PAGES, ids=str)
def test_same_book(name):
    assert (KO / name).exists(), f"docs/ko/{name} is missing"
    assert (EN / name).exists(), f"docs/en/{name} is missing"
    korean, english = page.read(KO / name), page.read(EN / name)
    for what in ("headings", "formulas", "images", "links"):
        assert getattr(korean, what) == getattr(english, what), f"{what} of docs/ko/{name} and docs/en/{name} differ"
    shapes = [[page.shape(*code) for code in one.code] for one in (korean, english)]
    assert shapes[0] == shapes[1], f"the code of docs/ko/{name} and docs/en/{name} differs"


@pytest.mark.parametrize("path", page.pages(), ids=lambda path: str(path.relative_to(DOCS)))
def test_every_heading_has_an_explicit_id(path):
    import re

    text = re.sub(r"^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[ \t]*$", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    for line in re.findall(r"^#{1,6} .*$", text, flags=re.M):
        assert re.search(r"\{ #[\w-]+ \}$", line), f"{path.relative_to(DOCS)}: no {{ #id }} after: {line}"
