"""The two languages are the same book: what a page must share with its twin, and what a translator may change.

Headings with their ids, formulas, code, images and links are the same, in the same order. A translator may change
comments, docstrings, and texts in which the Korean page has Korean; in a formula, the words in \\text{...}.
"""

import ast
import re
from itertools import zip_longest
from pathlib import Path

import yaml

from press import DOCS, LANGUAGES, page

HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
ALT_LENGTH = {"ko": 15, "en": 25}  # letters; less than this says what the picture is, not what it shows


def differences(name: Path | str, docs: Path = DOCS) -> list[str]:
    """How docs/ko/NAME and docs/en/NAME differ, one line each; an empty list if they are the same page."""
    twins = [docs / language / name for language in ("ko", "en")]
    missing = [f"{path.relative_to(docs)} is missing" for path in twins if not path.exists()]
    if missing:
        return missing
    korean, english = (page.read(path, docs) for path in twins)
    found = []
    for what in ("headings", "formulas", "images", "links"):
        found += _first_difference(what, getattr(korean, what), getattr(english, what))
    found += _first_difference("languages of the code", [c[0] for c in korean.code], [c[0] for c in english.code])
    for number, ((language, ko), (_, en)) in enumerate(zip(korean.code, english.code, strict=False), 1):
        if difference := code_difference(language, ko, en):
            found.append(f"code block {number}: {difference}")
    keys = [sorted(front_matter(path)) for path in twins]
    found += _first_difference("keys of the front matter", *keys)
    return [f"{name}: {one}" for one in found]


def _first_difference(what: str, ko: list, en: list) -> list[str]:
    for a, b in zip_longest(ko, en, fillvalue="nothing"):
        if a != b:
            return [f"{what} differ: Korean has {a}, English has {b}"]
    return []


def code_difference(language: str, ko: str, en: str) -> str | None:
    """How two blocks of code differ beyond what a translator may change."""
    if language == "python" and not ko.lstrip().startswith(">>>"):
        (ko_tree, ko_texts), (en_tree, en_texts) = _bare(ko), _bare(en)
        if ko_tree != en_tree:
            return f"the code differs: Korean has {_unlike(ko_tree, en_tree)}, English has {_unlike(en_tree, ko_tree)}"
        for a, b in zip(ko_texts, en_texts, strict=True):
            if a != b and not HANGUL.search(a):
                return f"Korean has the text {a!r}, which is not translated, and English has {b!r}"
        return None
    if language != "text":
        ko, en = (re.sub(r"\s*#.*", "", text) for text in (ko, en))
    if HANGUL.search(ko):  # words are translated, numbers are not
        ko_numbers, en_numbers = NUMBER.findall(ko), NUMBER.findall(en)
        return None if ko_numbers == en_numbers else f"the numbers differ: {ko_numbers} and {en_numbers}"
    return None if ko.split() == en.split() else f"Korean has {ko.strip()!r}, English has {en.strip()!r}"


def _bare(source: str) -> tuple[str, list[str]]:
    """Code without comments, docstrings and texts, one line a node; and the texts in order."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            body[:] = body[1:] or [ast.Pass()]
    texts: list[str] = []
    return ast.dump(_Texts(texts).visit(tree), indent=1), texts


class _Texts(ast.NodeTransformer):
    """Empty every text, and keep what it said; an f-string's values stay, its words become one text."""

    def __init__(self, texts: list[str]):
        self.texts = texts

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.texts.append(node.value)
            return ast.Constant("")
        return node

    def visit_JoinedStr(self, node):
        self.texts.append("{}".join(str(v.value) for v in node.values if isinstance(v, ast.Constant)))
        values = [self.visit(v) for v in node.values if isinstance(v, ast.FormattedValue)]
        return ast.JoinedStr(values) if values else ast.Constant("")

    def visit_FormattedValue(self, node):
        return ast.FormattedValue(self.visit(node.value), node.conversion)  # widths follow the words


def _unlike(dump: str, other: str) -> str:
    """The first line of a dumped tree that the other lacks at this place."""
    pairs = zip_longest(dump.splitlines(), other.splitlines(), fillvalue="nothing")
    return next((a.strip() for a, b in pairs if a != b), "nothing")


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def front_matter(path: Path) -> dict:
    match = page.FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    return (yaml.safe_load(match.group().strip("-\n")) or {}) if match else {}


def unsaid(path: Path, docs: Path = DOCS) -> list[str]:
    """What one page owes its reader by itself: ids on its headings, a description, pictures told in words."""
    read = page.read(path, docs)
    language = path.relative_to(docs).parts[0]
    explicit = set(re.findall(r"\{[^}\n]*#([\w-]+)[^}\n]*\}", path.read_text(encoding="utf-8")))
    found = [f"no {{ #id }} after a heading ({tag} {id})" for tag, id in read.headings if id not in explicit]
    if not str(front_matter(path).get("description") or "").strip():
        found.append("no description in the front matter")
    alts = dict(zip(read.images, read.alts, strict=True))
    for source, alt in alts.items():
        if len(alt) < ALT_LENGTH[language]:
            found.append(f"the alt text of {source} does not say what it shows: {alt!r}")
        if source.endswith(".svg#only-light"):
            dark = source.replace(".svg#only-light", "-dark.svg#only-dark")
            if dark not in alts:
                found.append(f"{source} has no dark twin")
            elif alts[dark] != alt:
                found.append(f"{source} and its dark twin have different alt texts")
        elif source.endswith("#only-dark") and source.replace("-dark.svg#only-dark", ".svg#only-light") not in alts:
            found.append(f"{source} has no light twin")
    return found


def pages(docs: Path = DOCS) -> list[str]:
    """The names of all pages, whichever language has them."""
    return sorted(
        {
            path.relative_to(docs / language).as_posix()
            for language in LANGUAGES
            for path in (docs / language).rglob("*.md")
        }
    )
