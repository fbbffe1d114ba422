"""The spelling of the pages: the glossary's words and the rules of writing that a machine can judge.

    python -m press.spelling [PAGE ...]        part of `make check`; without a page, all of them

Only prose is read: no code, formula, address, comment or id. Each finding is printed with its file, its line and what
to write instead; the exit status is 1 if there is one.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from press import DOCS, ROOT, curriculum, page
from press.glossary import terms

FORMULA, CODE = "\ue000", "\ue001"  # stand in the prose where a formula or code stood
HANGUL = "가-힣"
# With these a noun goes on: 역전파에서는. Other letters after it make another word: 계층적.
PARTICLE = (
    "(?:은|는|이|가|을|를|과|와|의|에|에서|에서는|에는|에게|도|만|로|으로|로는|으로는|부터|까지|보다|처럼|마다|이나|나|이란|란"
    "|입니다|입니까|이며|이고|이라는|라는|이라고|라고|이므로|인)"
)
AFTER_FORMULA = "(?:은|는|이|가|을|를|과|와|의|에|에서|에는|로|으로|부터|까지|보다|마다|입니다|이며|이고)"
POLITE = "(?:세|해|어|아|여|워|와|봐|돼|예|에|네|데|지|죠|까|나|가|거든|줘|져|려|러|게|걸|군)요|죠"
SLOPE = re.compile(r"(?:직선|곡선|접선|그래프)의\s+\Z")  # its 기울기 is no gradient
DICTIONARIES = "clear,rare,en-GB_to_en-US"


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong on a line of a page, and what to write."""

    line: int
    message: str


def prose(text: str, running: bool = False) -> str:
    """A page's words, line for line; of `running` text alone, without links, images and the description."""
    blank = lambda match: "\n" * match[0].count("\n")  # noqa: E731
    shown = lambda match: FORMULA + blank(match) if running else match[1]  # noqa: E731
    head = blank if running else lambda match: re.sub(r"(?m)^(---|\w+:)", "", match[0])
    text = re.sub(r"\A---\n.*?\n---\n", head, text, flags=re.S)
    text = re.sub(r"^([ \t>]*)(`{3,}|~{3,}).*?^\1\2[ \t]*$", blank, text, flags=re.S | re.M)
    text = re.sub(r"<!--.*?-->", blank, text, flags=re.S)
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", lambda match: CODE + blank(match), text, flags=re.S)
    text = re.sub(r"\$\$.+?\$\$", lambda match: FORMULA + blank(match), text, flags=re.S)
    text = re.sub(r"(?<!\\)\$(?=\S)(?:\\.|[^$\\])+?\$", lambda match: FORMULA + blank(match), text, flags=re.S)
    text = re.sub(r"!?\[([^\]]*)\](?:\([^)\s]*\)|\[[^\]]*\])", shown, text)
    text = re.sub(r"\{[ :][^}\n]*\}|</?\w[^>]*>|https?://\S+", "", text)
    return re.sub(r"^[ \t]*\[[^\]]+\]:.*$", "", text, flags=re.M)


def cells(text: str) -> str:
    """The Markdown of a lab (jupytext's percent form), line for line."""
    lines, markdown = [], False
    for line in text.split("\n"):
        if line.startswith("# %%"):
            markdown, line = "[markdown]" in line, ""
        lines.append(re.sub(r"^# ?", "", line) if markdown else "")
    return "\n".join(lines)


def korean(text: str, lesson: bool = True) -> list[Finding]:
    """What writing forbids in a Korean page. A `lesson` gives each term's English once; a map of lessons need not."""
    words = prose(text)
    found = {*_form(words), *_avoided(words), *_aliases(words)}
    return sorted(found | {*_first_uses(prose(text, running=True))} if lesson else found)


def _form(words: str) -> Iterator[Finding]:
    for match in re.finditer(rf"([{HANGUL}]+\*{{0,2}})[ \t]*(?:\n[ \t]*|[ \t])(\([A-Za-z][^,)]*\))", words):
        yield Finding(_line(words, match.start()), f"no space before the parenthesis: write {match[1]}{match[2]}")
    for match in re.finditer(rf"[{FORMULA}{CODE}]\*{{0,2}}\s+({AFTER_FORMULA})(?=[\s.,:;)]|$)", words):
        yield Finding(_line(words, match.start()), f"no space before {match[1]} after a formula or code")
    for match in re.finditer(rf"\*\*((?:[^*\n]|\n(?!\s*\n))+)\*\*([{HANGUL}]*)", words):
        if match[2] and not match[1][-1].isalnum():  # CommonMark, and so a notebook, then shows the stars
            yield Finding(
                _line(words, match.start()), f"bold the Korean word alone, as in **역전파**(backpropagation){match[2]}"
            )
    for match in re.finditer(rf"([{HANGUL}]*(?:{POLITE}|(?<![니시])다(?=\.)))(?=[.!?](?:\s|[\"')*]|$))", words):
        if not _is_title(words, match.start()):
            yield Finding(_line(words, match.start()), f"합니다체, not {match[1]}")


def _is_title(words: str, at: int) -> bool:
    """Whether this stands in a heading, a table, or the title of a box: a question there may end in -ㄹ까요."""
    line = words[words.rfind("\n", 0, at) + 1 :].partition("\n")[0].lstrip(" >")
    return line.startswith(("#", "|", "???", "!!!", "==="))


def _avoided(words: str) -> Iterator[Finding]:
    right = {term.ko for term in terms()}
    for term in terms():
        for wrong in term.avoid:
            if wrong.split()[0] not in words:
                continue
            # A word that is right for another term is wrong only beside this term's English.
            end = rf"\*{{0,2}}\({re.escape(term.english)}" if wrong in right else ""
            for match in re.finditer(rf"(?<![{HANGUL}]){_spaced(wrong)}{end}", words, flags=re.I):
                yield Finding(_line(words, match.start()), f"write {term.ko}({term.english}), not {wrong}")


def _aliases(words: str) -> Iterator[Finding]:
    right = {term.ko for term in terms()}
    for term in terms():
        for alias in term.aliases:
            # An abbreviation in Latin letters is not a second Korean word; 노드 of a graph is a word of its own.
            if alias in right or alias.isascii() or alias.split()[0] not in words:
                continue
            within = "|".join(_spaced(word) for word in right if f" {alias}" in word)  # 시그모이드 뉴런 is its own term
            rest = re.sub(within, lambda match: re.sub(r"\S", "_", match[0]), words) if within else words
            for match in list(re.finditer(_whole(_spaced(alias)), rest))[1:]:
                yield Finding(_line(words, match.start()), f"write {term.ko}: {alias} may stand once on a page")


def _first_uses(words: str) -> Iterator[Finding]:
    """Terms whose first use in running text gives no English: not in headings, boxes' titles, tables and links."""
    running = "\n".join("" if _is_title(line, 0) else line for line in words.split("\n"))
    english: dict[str, list[str]] = {}
    for term in terms():
        if not term.everyday:
            english.setdefault(term.ko, []).append(term.english)
    held = {term.ko for term in terms() if term.ko.split()[0] in running}
    longest = sorted(held, key=len, reverse=True)  # 은닉층 before 층
    seen = set()
    for match in re.finditer(_whole("|".join(f"({_spaced(word)})" for word in longest)), running) if longest else ():
        word = longest[int(match.lastindex or 0) - 1]
        slope = word == "기울기" and SLOPE.search(running[max(0, match.start() - 10) : match.start()])
        if word in english and word not in seen and not slope:
            seen.add(word)
            # In 학습 루프(training loop) the English of 학습 stands too.
            given = re.match(r"[^().]{0,12}\(([^)]*)\)", running[match.end() : match.end() + 100])
            beside = re.sub(r"\s+", " ", given[1]).lower() if given else ""
            if not any(name.lower() in beside for name in english[word]):
                yield Finding(
                    _line(running, match.start()), f"the first use gives the English: {word}({english[word][0]})"
                )


def _whole(pattern: str) -> str:
    """A word's pattern, with or without a particle after it, but not as a part of another word."""
    return rf"(?<![{HANGUL}A-Za-z0-9])(?:{pattern})(?={PARTICLE}?(?![{HANGUL}A-Za-z0-9]))"


def _spaced(word: str) -> str:
    return re.escape(word).replace(r"\ ", r"\s+")


def english(text: str) -> list[Finding]:
    """Words that writing.md forbids in an English page."""
    words = prose(text)
    found = re.finditer(r"\b(simply|just|note\s+that)\b", words, flags=re.I)
    return [Finding(_line(words, match.start()), f"leave out {' '.join(match[0].split())!r}") for match in found]


def typos(texts: dict[str, str]) -> Iterator[tuple[str, Finding]]:
    """codespell's findings, British spellings among them, in the prose of English pages; one run for all pages."""
    numbered = {name: enumerate(prose(text).split("\n"), 1) for name, text in texts.items()}
    lines = [(name, number, line) for name, pairs in numbered.items() for number, line in pairs]
    command = [sys.executable, "-m", "codespell_lib", "--builtin", DICTIONARIES, "-"]
    source = "\n".join(line for _, _, line in lines)
    run = subprocess.run(command, input=source, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    if run.returncode not in (0, 65) and run.stderr:
        raise RuntimeError(f"codespell failed: {run.stderr.strip()}")
    for number, wrong, right in re.findall(r"^(\d+):.*\n\t(\S+) ==> (.+)$", run.stdout, flags=re.M):
        name, line, _ = lines[int(number) - 1]
        yield name, Finding(line, f"write {right}, not {wrong}")


def _line(words: str, at: int) -> int:
    return words.count("\n", 0, at) + 1


def main(names: list[str]) -> int:
    chosen = {Path(name).resolve() for name in names}
    paths = [path for path in (*page.pages(), *sorted(DOCS.glob("*/labs/*.py"))) if not chosen or path in chosen]
    maps = {entry.page for entry in curriculum.entries() if entry.kind != "page"}
    found: list[tuple[str, Finding]] = []
    in_english: dict[str, str] = {}
    for path in paths:
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        text = cells(text) if path.suffix == ".py" else text
        if path.is_relative_to(DOCS / "ko"):
            lesson = path.relative_to(DOCS / "ko").with_suffix("").as_posix() not in maps
            found += [(name, finding) for finding in korean(text, lesson)]
        else:
            found += [(name, finding) for finding in english(text)]
            in_english[name] = text
    found += typos(in_english)
    for name, finding in sorted(found):
        print(f"{name}:{finding.line}: {finding.message}")
    print(f"spelling: {len(paths)} pages, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
