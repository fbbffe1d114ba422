"""No page of the book is a copy of another: passages that two pages of one language have in common.

A common passage is five or more consecutive sentences, or one snippet of more than three lines. Two sentences are the
same when their letters are nearly so; two snippets when they are the same code, whatever their comments.
"""

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from press import DOCS, page

SENTENCES, LINES = 5, 3
ALIKE = 0.9  # of the letters of a sentence
END = re.compile(r"(?<=[.?!])[\"')\]]*\s+")


@dataclass(frozen=True)
class Text:
    """A page as it is compared: its sentences in order, and its snippets as code without comments."""

    name: str
    sentences: tuple[str, ...]
    snippets: dict[str, str]  # code without comments: its first line as written


def read(path: Path, docs: Path = DOCS) -> Text:
    rendered = page.read(path, docs)
    snippets = {}
    for language, source in rendered.code:
        if plain := _plain(language, source):
            snippets[plain] = source.strip().partition("\n")[0]
    sentences: list[str] = []
    if rendered.soup:
        for tag in rendered.soup.select("pre, .highlight, .headerlink, table"):
            tag.decompose()
        for block in rendered.soup.find_all(["p", "li", "dd", "blockquote"]):
            if not block.find(["p", "li"]):
                sentences += [" ".join(one.split()) for one in END.split(block.get_text(" ")) if len(one.split()) > 2]
    return Text(path.relative_to(docs).as_posix(), tuple(sentences), snippets)


def _plain(language: str, source: str) -> str | None:
    """Code of more than three lines without comments and blanks; None for what is shorter or no Python."""
    if language != "python":
        return None
    try:
        plain = ast.unparse(ast.parse(source))
    except SyntaxError:
        return None
    lines = [line for line in plain.splitlines() if line.strip()]
    return "\n".join(lines) if len(lines) > LINES else None


def common(texts: list[Text]) -> list[str]:
    """What two of these pages (of one language) have in common, one line each."""
    found = []
    for i, one in enumerate(texts):
        for other in texts[i + 1 :]:
            for plain, first in one.snippets.items():
                if plain in other.snippets:
                    found.append(f"{one.name} and {other.name} have the same snippet, which starts with: {first}")
    for (one_name, other_name), passage in _passages(texts).items():
        found.append(f"{one_name} and {other_name} have {SENTENCES} sentences in common, from: {passage}")
    return found


def _passages(texts: list[Text]) -> dict[tuple[str, str], str]:
    """The first common passage of each pair of pages.

    Only sentences that share a rare word sequence are compared letter by letter, so that a whole book takes seconds.
    """
    places: defaultdict[tuple[str, ...], set[tuple[int, int]]] = defaultdict(set)
    for number, text in enumerate(texts):
        for position, sentence in enumerate(text.sentences):
            words = sentence.split()
            for start in range(max(1, len(words) - 2)):
                places[tuple(words[start : start + 3])].add((number, position))
    candidates = set()
    for spots in places.values():
        if len(spots) < 50:
            candidates |= {(a, b) for a in spots for b in spots if a[0] < b[0]}
    same = {(a, b) for a, b in candidates if _alike(texts[a[0]].sentences[a[1]], texts[b[0]].sentences[b[1]])}
    found: dict[tuple[str, str], str] = {}
    for (one, i), (other, j) in sorted(same):
        if all(((one, i + k), (other, j + k)) in same for k in range(SENTENCES)):
            found.setdefault((texts[one].name, texts[other].name), texts[one].sentences[i])
    return found


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
