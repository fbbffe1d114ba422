"""Labs: notebooks kept as text (docs/<language>/labs/NAME.py, jupytext's percent form), run once for both languages.

    python -m press.labs             run the labs whose outputs are stale, write outputs and notebooks
    python -m press.labs --all       run all of them anew
    python -m press.labs --compare   run all of them anew and compare; write nothing

What a lab printed and drew stands in docs/lab-runs/NAME: run.json and the figures 1.svg, 1-dark.svg, ... The code cells
of the two languages are equal but for comments, and outputs hold no words, so that one run serves both pages. In the
text of a lab, `![...](figure)` places the next figure of the code cell above it and describes it in that language.
"""

import argparse
import ast
import hashlib
import json
import re
import sys
import textwrap
from pathlib import Path

import jupytext

from press import DOCS, LANGUAGES, ROOT

RUNS = DOCS / "lab-runs"
# The key holds the pins of what computes and draws. The rest of constraints.txt (MkDocs, linters, ...) cannot change an
# output, so a new pin there does not make every lab stale.
PINNED = ("matplotlib", "numpy", "torch")
TITLES = {"ko": {"output": "출력", "solution": "풀이"}, "en": {"output": "Output", "solution": "Solution"}}
PLACEHOLDER = re.compile(r"!\[(?P<alt>[^\]]*)\]\(figure\)")
# Formats and values that print as letters in any language; every other run of three letters is taken for a word.
NO_WORDS = {"nan", "inf", "True", "False", "None", "float32", "float64"}
WORD = re.compile(r"[ㄱ-ㆎ가-힣]+|(?<![\\A-Za-z])[A-Za-z]{3,}\w*")  # \hat in a formula is a symbol


class LabError(Exception):
    """A lab that cannot be shown as it stands; the message says where, and which command to run."""


def names(docs: Path = DOCS) -> list[str]:
    return sorted({path.stem for language in LANGUAGES for path in (docs / language / "labs").glob("*.py")})


def source(name: str, language: str, docs: Path = DOCS) -> Path:
    return docs / language / "labs" / f"{name}.py"


def read(path: Path):
    """The cells of one language: raw (the front matter), markdown, code."""
    return jupytext.read(path, fmt="py:percent").cells


def code(cells) -> list[str]:
    return [cell.source for cell in cells if cell.cell_type == "code"]


def syntax(node) -> object:
    """The syntax tree without comments and positions, as plain lists that are alike in every version of Python."""
    if isinstance(node, ast.AST):
        fields = [[field, syntax(value)] for field, value in ast.iter_fields(node) if value not in (None, [])]
        return [type(node).__name__, fields]
    return [syntax(item) for item in node] if isinstance(node, list) else repr(node)


def trees(path: Path) -> list[object]:
    """The syntax tree of every code cell; LabError for what is not plain Python."""
    found = []
    for cell in code(read(path)):
        try:
            found.append(syntax(ast.parse(cell)))
        except SyntaxError as error:
            raise LabError(f"{where(path, cell)}: {error.msg}: {error.text}") from None
    return found


def where(path: Path, cell: str) -> str:
    """FILE:LINE of a cell, as editors open it."""
    before, _, _ = path.read_text(encoding="utf-8").partition(cell) if cell else ("", "", "")
    line = before.count("\n") + 1
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}"


def key(name: str, docs: Path = DOCS) -> str:
    """What the outputs depend on: the code, which must be the same in both languages, and the pins of what runs it."""
    found = {language: trees(source(name, language, docs)) for language in LANGUAGES}
    if found["ko"] != found["en"]:
        pairs = zip(found["ko"], found["en"], strict=False)
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(map(len, found.values())))
        places = [
            where(path, (code(read(path))[at : at + 1] or [""])[0])
            for path in (source(name, language, docs) for language in LANGUAGES)
        ]
        raise LabError(f"the code of {places[0]} and {places[1]} differs (only comments may)")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line.partition("==")[0] in PINNED]
    return hashlib.sha256(json.dumps([found["ko"], pins]).encode()).hexdigest()


def load(name: str, docs: Path = DOCS) -> dict:
    """The committed run of a lab; LabError if there is none, or if it is of other code or other versions."""
    path = docs / "lab-runs" / name / "run.json"
    if not path.exists():
        raise LabError(f"labs/{name} has no outputs; run `make labs` and look at the page")
    run = json.loads(path.read_text(encoding="utf-8"))
    if run["key"] != key(name, docs):
        raise LabError(
            f"the outputs of labs/{name} are of other code or versions; run `make labs` and look at the page"
        )
    return run


def words(outputs: list[list[dict]]) -> list[str]:
    """Words in what a lab printed or drew; a lab's outputs stand in pages of both languages and hold none."""
    texts = []
    for output in (output for cell in outputs for output in cell):
        texts.append(output.get("text", ""))
        for axes in output.get("axes", ()):
            texts += [axes["title"], axes["x"], axes["y"], *axes["texts"], *axes["ticks"], *axes["legend"]]
    return [word for text in texts for word in WORD.findall(text) if word not in NO_WORDS]


def differences(old: list[list[dict]], new: list[list[dict]]) -> list[str]:
    """How two runs of the same code differ: texts to the letter, figures by their axes and series."""
    from press import series

    found = []
    for number, (before, after) in enumerate(zip(old, new, strict=True), 1):
        if ["axes" in output for output in before] != ["axes" in output for output in after]:
            found.append(f"code cell {number}: {len(before)} outputs before, {len(after)} now, or of other kinds")
            continue
        for a, b in zip(before, after, strict=True):
            if a.get("text") != b.get("text"):
                found.append(f"code cell {number}: expected\n{a['text']}\ngot\n{b['text']}")
            if "axes" in a and (difference := series.differs(a["axes"], b["axes"], measured=False)):
                found.append(f"code cell {number}: the figure {difference}")
    return found


def markdown(name: str, language: str, docs: Path = DOCS) -> str:
    """The lab as a page of Markdown, with its outputs, as MkDocs renders every other page."""
    path = source(name, language, docs)
    outputs = iter(load(name, docs)["outputs"])
    waiting: list[str] = []  # figures drawn by the code cell above and not placed yet
    above = ""
    parts: list[str] = []
    solving = False
    for cell in read(path):
        if cell.cell_type == "code":
            _all_placed(waiting, path, above)
            above, cell_outputs = cell.source, next(outputs)
            waiting = [f"{name}/{output['figure']}" for output in cell_outputs if "figure" in output]
            text = _code(cell.source, cell_outputs, TITLES[language]["output"])
        else:
            text = _placed(cell.source, waiting, path)
        if "solution" in cell.metadata.get("tags", ()):
            if not solving:
                parts.append(f'??? success "{TITLES[language]["solution"]}"')
            parts.append(textwrap.indent(text, "    "))
            solving = True
        else:
            parts.append(text)
            solving = False
    _all_placed(waiting, path, above)
    return "\n\n".join(parts) + "\n"


def _code(cell: str, outputs: list[dict], title: str) -> str:
    """A code cell and what it printed, as pages write them."""
    printed = [f'```text title="{title}"\n{output["text"].rstrip()}\n```' for output in outputs if "text" in output]
    return "\n\n".join([f"```python\n{cell}\n```", *printed])


def _placed(text: str, waiting: list[str], path: Path) -> str:
    """The text with its figures in place, light and dark; both carry the full alt text."""

    def twins(match: re.Match) -> str:
        if not waiting:
            raise LabError(f"{where(path, match[0])}: the code cell above has drawn no figure to place here")
        figure = waiting.pop(0)
        return f"![{match['alt']}]({figure}.svg#only-light)\n![{match['alt']}]({figure}-dark.svg#only-dark)"

    return PLACEHOLDER.sub(twins, text)


def _all_placed(waiting: list[str], path: Path, cell: str) -> None:
    if waiting:
        raise LabError(f"{where(path, cell)}: write ![what the figure shows](figure) below this cell")


def main(arguments: argparse.Namespace) -> int:
    from press import lab_run, notebooks

    failed = False
    for name in names():
        try:
            if arguments.compare:
                found = differences(load(name)["outputs"], lab_run.execute(name).outputs)
                print(f"labs/{name}: " + ("\n".join(found) or "the same outputs"))
                failed |= bool(found)
                continue
            if arguments.all or not _fresh(name):
                print(f"labs/{name}: running", flush=True)
                run = lab_run.execute(name)
                lab_run.write(name, run)
                print(f"labs/{name}: {len(run.outputs)} code cells in {run.seconds:.0f} s")
            notebooks.write_labs(name)
        except LabError as error:
            print(error, file=sys.stderr)
            failed = True
    return int(failed)


def _fresh(name: str) -> bool:
    key(name)  # a broken pair is an error, not a stale run
    try:
        return bool(load(name))
    except LabError:
        return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="run all labs, not only the stale ones")
    parser.add_argument("--compare", action="store_true", help="run all labs and compare; write nothing")
    from press import labs  # as the other modules know it: this file, run as a program, is another module to Python

    sys.exit(labs.main(parser.parse_args()))
