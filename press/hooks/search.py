"""Make the search of both languages find a term however it is typed. It stays Material's own search, without a patch.

Material's worker splits the index and the query with the same `separator`, and ends each word of the query with a
wildcard. So what both sides need (a particle dropped, a plural made singular) stands in the separator, and what only
the index needs stands in three fields that no reader sees:

    term   terms of the glossary in the title, under all their names, written without spaces
    piece  neighbours in the title written as one word, and the inner parts of its compounds
    also   the same names for the terms in the text; neighbours that the book has often; identifiers in the code

A page with a short title comes before one with a long title. Code blocks and displayed formulas leave the text.
"""

import builtins
import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import chain, pairwise
from pathlib import Path

from press.glossary import Term, terms

_HANGUL, _LATIN = "가-힣", "A-Za-z0-9_"
_LETTER = f"{_LATIN}{_HANGUL}À-ɏͰ-Ͽ"
_PARTICLE = (
    "으로부터|로부터|으로써|로써|에서부터|에서는|에서도|에서의|에서|에게서|에게|에는|에도|에|으로는|으로도|으로의|으로|로는|로의|로"
    "|이란|란|이라는|라는|이라고|라고|입니다|입니까|인가|이다|이며|이고|이나|까지|부터|보다|처럼|마다|과의|와의|과는|와는"
    "|은|는|이|가|을|를|과|와|의"
)
# One expression for two engines: Python (the index) and JavaScript (the index again, and the query).
SEPARATOR = "|".join(
    [
        f"[^{_LETTER}]+",
        # 역전파는: 역전파. Two syllables stay at least, or the whole word would go: 정의, 평가, 결과.
        f"(?:(?<=[{_HANGUL}]{{2}})|(?<=[{_LATIN})])|(?<=(?<![{_HANGUL}])층))(?:{_PARTICLE})(?![{_LETTER}])",
        f"(?<=[{_LATIN}])(?=[{_HANGUL}])",  # softmax함수: softmax, 함수
        f"(?<=ss|sh|ch)es(?![{_LETTER}])",  # losses: loss
        f"(?<=[A-Za-z][b-hj-rtv-zA-Z])s(?![{_LETTER}])",  # gradients, CNNs; but not bias, axis, focus, loss
    ]
)
_SPLIT = re.compile(SEPARATOR)
BOOSTS = {"term": 800.0, "piece": 20.0, "also": 0.5}  # Material's own: title 1000, text 1
OFTEN = 3  # neighbours that occur so often in the book are a compound that a reader may type as one word
# What makes a title no longer: a name in parentheses, small words.
_NEEDLESS = re.compile(r"\(.*?\)|\b(?:a|an|the|is|it|and|of|to|from|what|why|how)\b", re.I)


def words(text: str) -> list[str]:
    """The words that the search knows: lower case, without punctuation and particles.

    >>> words("역전파(backpropagation)는 경사 하강법에서, losses")
    ['역전파', 'backpropagation', '경사', '하강법', 'loss']
    """
    return [word.lower() for word in _SPLIT.split(text) if word]


def plain(text: str) -> str:
    """An entry's text without code blocks and displayed formulas; a formula in a line keeps its letters."""
    text = re.sub(r"(?:(?<=>)[^<>]{1,30})?<pre>.*?</pre>|\\\[.*?\\\]", " ", text, flags=re.S)
    text = re.sub(r"\\\((.*?)\\\)", lambda match: _letters(match[1]), text, flags=re.S)
    text = re.sub(r"</?(?:ol|ul|code|sub|sup)>", "", text)
    return re.sub(r"\s+", " ", re.sub(r"<(p|li)>\s*</\1>", "", text)).strip()


def _letters(tex: str) -> str:
    """A short formula as a line of text; one that needs more than letters is three dots."""

    def symbol(match: re.Match) -> str:
        size = "CAPITAL" if match[1][0].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {size} LETTER {match[1].upper()}")
        except KeyError:
            return "\\"

    line = re.sub(r"\\([A-Za-z]+)", symbol, tex.replace("\\,", " "))
    return "…" if "\\" in line else re.sub(r"[{}]", "", line).strip()


class Names:
    """The glossary as the search needs it: which terms a list of words holds, and how else they are called."""

    def __init__(self, language: str, glossary: tuple[Term, ...] | None = None):
        self.language = language
        self._terms: dict[tuple[str, ...], list[Term]] = {}
        for term in terms() if glossary is None else glossary:
            for spelling in term.spellings(language):
                self._terms.setdefault(tuple(words(spelling)), []).append(term)
        self._longest = max(map(len, self._terms), default=0)

    def named(self, text: list[str], nested: bool = True) -> list[Term]:
        """The terms that the words name; without `nested` only the longest, not 기울기 in 기울기 소실."""
        found: list[Term] = []
        start = 0
        while start < len(text):
            ends = range(min(len(text), start + self._longest), start, -1)
            here = [(end, self._terms[key]) for end in ends if (key := tuple(text[start:end])) in self._terms]
            for _, named in here if nested else here[:1]:
                found += named
            start = here[0][0] if here and not nested else start + 1
        return found

    def spelled(self, found: list[Term]) -> list[list[str]]:
        """Every name of these terms, in words."""
        return [words(name) for term in found for name in term.spellings(self.language)]


def _segments(text: str) -> list[list[str]]:
    """The words of each stretch of Hangul with nothing but spaces and particles between them."""
    return [words(part) for part in re.split(rf"[^{_HANGUL} ]+", text)]


def _pairs(text: str) -> list[str]:
    """Neighbours of two syllables or more each, as one word: 제곱오차."""
    both = (pair for part in _segments(text) for pair in pairwise(part))
    return ["".join(pair) for pair in both if min(map(len, pair)) > 1]


def _compact(spelled: list[list[str]]) -> Iterable[str]:
    """Names for the text: an English one in words, a Korean one as one word, which its first word finds too."""
    return chain(*(name if "".join(name).isascii() else ["".join(name)] for name in spelled))


def _pieces(title: str) -> list[str]:
    """What a word of the query may begin with: the title from each of its words on, and the ends of its compounds."""
    long = [word for word in words(title) if re.fullmatch(rf"[{_HANGUL}]{{3,}}", word)]
    runs = [part[i : i + 3] for part in _segments(title) for i in range(len(part) - 1)]
    return ["".join(run) for run in runs] + [word[i:] for word in long for i in range(1, len(word) - 1)]


def extend(index: dict, language: str, names: Names | None = None) -> dict:
    """The search index as Material's plugin makes it, with our separator, fields and texts."""
    names = names or Names(language)
    index["config"]["separator"] = SEPARATOR
    index["config"]["fields"] |= {field: {"boost": boost} for field, boost in BOOSTS.items()}
    codes = [" ".join(re.findall(r"<pre>(.*?)</pre>", entry["text"], flags=re.S)) for entry in index["docs"]]
    for entry in index["docs"]:
        entry["text"] = plain(entry["text"])
    pairs = [_pairs(_prose(entry)) for entry in index["docs"]]
    often = {pair for pair, count in Counter(chain(*pairs)).items() if count >= OFTEN}
    for entry, code, paired in zip(index["docs"], codes, pairs, strict=True):
        title = html.unescape(re.sub(r"<[^>]+>", "", entry["title"]))
        text = words(_prose(entry))
        in_title, in_text = (names.spelled(names.named(found)) for found in (words(title), text))
        longest = names.spelled(names.named(words(title), nested=False))
        whole = ["".join(name) for name in longest if len(name) > 1]  # these count twice: the title is about them
        hidden: dict[str, Iterable[str]] = {
            "term": {*chain(*in_title)} - {*words(title)},
            "piece": _pieces(title) + whole,
            "also": {*_compact(in_text), *often.intersection(paired), *_identifiers(code)} - {*text},
        }
        entry |= {field: " ".join(sorted(held)) for field, held in hidden.items() if held}
        if "#" not in entry["location"]:
            main = words(_NEEDLESS.sub("", title))
            # A word that comes twice gains by it: it makes the title one longer still. 0.6: a full title typed wins.
            entry["boost"] = round(1 + 1 / (2 * len(main) - len({*main}) + 0.6), 2)
    return index


def _prose(entry: dict) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", entry["text"]))


def _identifiers(code: str) -> set[str]:
    """Names that are called or imported in the code: what a reader looks up."""
    code = html.unescape(re.sub(r"<[^>]+>", "", code))
    found = chain(*re.findall(r"([A-Za-z_]\w{2,})\(|import (\w+)", code))
    return {name.lower() for name in found if name and not hasattr(builtins, name)}


def on_post_build(config):  # hooks come after plugins, so the index is written
    path = Path(config.site_dir, "search/search_index.json")
    index = extend(json.loads(path.read_text(encoding="utf-8")), config.theme["language"])
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
