"""The glossary on its own page, and behind each term where a page first uses it.

The marker <!-- glossary --> becomes the entries, in the order of the page's language, and a list in the other
language's order. In running text a term's first use is a link to its entry; assets/scripts/terms.js shows the entry,
from assets/terms.json, when the reader points at the link or focuses it.
"""

import html as escape
import json
import re
import unicodedata
from pathlib import Path

from mkdocs.utils import get_relative_url

from press import curriculum
from press.glossary import Term, terms
from press.spelling import PARTICLE

PAGE = "reference/glossary"
MARKER = "<!-- glossary -->"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
WORDS = {
    "ko": {"other": "영어로 찾기", "also": "다른 이름", "avoid": "쓰지 않는 말", "page": "다루는 페이지"},
    "en": {"other": "By the Korean word", "also": "also", "avoid": "Korean words to avoid", "page": "treated on"},
}
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# What is no running text: links, headings, code, formulas, captions and what is drawn or pressed.
OUTSIDE = {
    "a",
    "button",
    "code",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "label",
    "pre",
    "summary",
    "svg",
    "th",
}
APART = ("arithmatex", "highlight", "unwritten")  # classes of formulas, of code, and of links to pages to come


def on_page_markdown(markdown, page, config, files):
    if MARKER not in markdown:
        return markdown
    return markdown.replace(MARKER, entries(terms(), config.theme["language"]))


def on_page_content(html, page, config, files):
    if page.file.src_uri == f"{PAGE}.md" or files.get_file_from_path(f"{PAGE}.md") is None:
        return html
    return linked(html, config.theme["language"], get_relative_url(f"{PAGE}/", page.url))


def on_post_build(config):
    """Every term's entry: its word in the other language, its meaning."""
    language = config.theme["language"]
    other = "en" if language == "ko" else "ko"
    told = {term.id: [term.name(language), term.name(other), term.meaning[language]] for term in terms()}
    target = Path(config.site_dir) / "assets/terms.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def linked(html: str, language: str, glossary: str) -> str:
    """The page with each term's first use in running text made a link to its entry in `glossary`.

    >>> print(linked("<h2>손실</h2><p><a>층</a> <code>층</code> 층의 층을</p>", "ko", "g/"))
    <h2>손실</h2><p><a>층</a> <code>층</code> <a class="term" href="g/#layer">층</a>의 층을</p>
    """
    names, pattern = _names(language), _pattern(language)
    seen: set[str] = set()
    open_tags: list[tuple[str, bool]] = []  # with whether each begins what is no running text
    pieces, at = [], 0

    def link(match: re.Match) -> str:
        term = names[" ".join(match[0].split()).lower()]
        if term.id in seen:
            return match[0]
        seen.add(term.id)
        return f'<a class="term" href="{glossary}#{term.id}">{match[0]}</a>'

    for tag in TAG.finditer(html):
        text = html[at : tag.start()]
        running = bool(open_tags) and not any(outside for _, outside in open_tags)
        pieces += [pattern.sub(link, text) if running else text, tag[0]]
        at, name = tag.end(), tag[2].lower()
        if tag[1]:
            while open_tags and open_tags.pop()[0] != name:
                pass
        elif name not in VOID and not tag[3].endswith("/"):
            open_tags.append((name, name in OUTSIDE or any(kind in tag[3] for kind in APART)))
    return "".join(pieces) + html[at:]


def _names(language: str) -> dict[str, Term]:
    """The terms by the words that are looked for; of two terms with one word none, as a word alone cannot tell them."""
    found: dict[str, list[Term]] = {}
    for term in terms():
        if not term.everyday:
            found.setdefault(term.name(language).lower(), []).append(term)
    return {name: two[0] for name, two in found.items() if len(two) == 1}


def _pattern(language: str) -> re.Pattern:
    longest = sorted(_names(language), key=len, reverse=True)  # 은닉층 before 층
    words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest)
    end = rf"(?={PARTICLE}?(?![가-힣A-Za-z0-9]))" if language == "ko" else r"(?=s?(?![\w-]))"
    return re.compile(rf"(?<![가-힣\w-])(?:{words}){end}", re.I)


def entries(all_terms, language: str) -> str:
    """The glossary as Markdown: a section for each initial, and the other language's order at the end."""
    other = "en" if language == "ko" else "ko"
    words, lines = WORDS[language], []
    initial = ""
    for term in sorted(all_terms, key=lambda term: _order(term, language)):
        if _initial(term, language) != initial:
            initial = _initial(term, language)
            lines += ["", f"## {initial} {{ #{_anchor(initial)} }}", ""]
        lines += _entry(term, language, words)
    lines += ["", f"## {words['other']} {{ #other-language }}", "", '<ul class="terms-other" markdown="1">']
    for term in sorted(all_terms, key=lambda term: _order(term, other)):
        lines.append(f'<li><span lang="{other}">{term.name(other)}</span> [{_full(term, language)}](#{term.id})</li>')
    return "\n".join([*lines, "</ul>"])


def _entry(term: Term, language: str, words: dict[str, str]) -> list[str]:
    other = "en" if language == "ko" else "ko"
    also = [alias for alias in term.aliases if language == "ko" or alias.isascii()]
    told = [term.meaning[language] + "."]
    if also:
        told.append(f"{words['also'].capitalize()}: {', '.join(also)}.")
    if term.avoid:
        told.append(f"{words['avoid']}: {', '.join(term.avoid)} ({term.why[language]}).")
    entry = next(entry for entry in curriculum.entries() if entry.page == term.page)
    told.append(f"→ [{entry.titles[language]}](../{entry.page}{curriculum.files(entry)[0].suffix})")
    return [
        f'<p class="term-name" id="{term.id}"><dfn>{_full(term, language)}</dfn>'
        f' <span lang="{other}">{term.name(other)}</span></p>',
        "",
        " ".join(told),
        "",
    ]


def _full(term: Term, language: str) -> str:
    """The name; in English with what tells it from its namesake."""
    return escape.escape(term.ko if language == "ko" else term.en)


def _order(term: Term, language: str) -> str:
    return unicodedata.normalize("NFD", term.ko) if language == "ko" else term.en.lower()


def _initial(term: Term, language: str) -> str:
    if language == "en":
        return term.en[0].upper()
    return INITIALS[(ord(term.ko[0]) - ord("가")) // 588]


def _anchor(initial: str) -> str:
    """The id of a section: a letter, or a Korean consonant by its number."""
    return f"initial-{initial.lower()}" if initial.isascii() else f"initial-{INITIALS.index(initial)}"
