"""The glossary is whole: one row a term, one word for it, and no name that means two things unless it is meant."""

from collections import Counter

import pytest

from press import curriculum, glossary

HEAD = "\t".join(glossary.COLUMNS)
REST = "\t\tcore/index\tunits\t유닛들\t\t"  # of a row, after the words to avoid
TERMS = glossary.terms()
MEANT = ["노드"]  # a node of a graph; for the unit of a network it is another name
SHARED = {"편향": {"bias (parameter)", "bias (statistics)"}}  # one Korean word for two terms, as the note says


def repeated(names) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def test_no_term_stands_twice():
    assert repeated(term.en.lower() for term in TERMS) == []
    for korean in repeated(term.ko for term in TERMS):
        assert {term.en for term in TERMS if term.ko == korean} == SHARED.get(korean), korean


def test_a_name_belongs_to_one_term():
    aliases = [alias for term in TERMS for alias in term.aliases]
    assert repeated(aliases) == []
    assert sorted(set(aliases) & {term.ko for term in TERMS}) == MEANT


def test_what_is_to_be_avoided_is_no_name_of_another_term():
    names = {name for term in TERMS for name in (term.ko, *term.aliases)}
    assert {word for term in TERMS for word in term.avoid} & names == {"정규화"}
    assert next(term for term in TERMS if term.en == "regularization").ko == "규제"
    assert next(term for term in TERMS if term.en == "normalization").ko == "정규화"


def test_korean_words_are_hangul_and_english_words_are_not():
    for term in TERMS:
        assert all("가" <= letter <= "힣" or letter in " -" for letter in term.ko), term
        assert term.en.isascii(), term


def test_a_term_leads_to_a_page_of_the_book():
    pages = {entry.page for entry in curriculum.entries()}
    assert {term.page for term in TERMS} <= pages
    assert repeated(term.id for term in TERMS) == []


def test_spellings():
    term = next(term for term in TERMS if term.en == "stochastic gradient descent")
    assert term.spellings("ko") == (
        "확률적 경사 하강법",
        "확률적 경사하강법",
        "SGD",
        "stochastic gradient descent",
    )
    assert term.spellings("en") == ("stochastic gradient descent", "SGD")
    assert glossary.Term("bias (parameter)", "편향").english == "bias"


def test_read(tmp_path):
    file = tmp_path / "glossary.tsv"
    row = "layer\t층\t레이어; 계층\t켜\tof units\tcore/index\tunits\t유닛들\told\t옛말"
    file.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    (term,) = glossary.read(file)
    assert term == glossary.Term("layer", "층", ("레이어", "계층"), ("켜",), "of units", "core/index")
    assert term.meaning == {"en": "units", "ko": "유닛들"}
    assert term.why == {"en": "old", "ko": "옛말"}


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        ("en\tko\n", 1, "expected the columns en, ko, aliases_ko, avoid_ko, note, page, meaning_en"),
        (f"{HEAD}\nlayer\t층\n", 2, "expected 10 columns, got 2"),
        (f"{HEAD}\nlayer\t층\t\t{REST}\nunit\t\t\t{REST}\n", 3, "a term needs en and ko"),
        (f"{HEAD}\nlayer \t층\t\t{REST}\n", 2, "no cell starts or ends with a space"),
        (f"{HEAD}\nlayer\t층\t레이어,계층;켜\t{REST}\n", 2, 'names stand apart by "; "'),
        (f"{HEAD}\nlayer\t층\t레이어; \t{REST}\n", 2, "no cell starts or ends with a space"),
        (f"{HEAD}\nlayer\t층\t\t\t\tcore/index\tunits\t\t\t\n", 2, "a meaning in both languages"),
        (f"{HEAD}\nlayer\t층\t\t켜{REST}\n", 2, "words to avoid need a reason"),
    ],
)
def test_a_broken_row_is_named(tmp_path, rows, line, message):
    file = tmp_path / "glossary.tsv"
    file.write_text(rows, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        glossary.read(file)
    assert f"{file}:{line}:" in str(error.value)
