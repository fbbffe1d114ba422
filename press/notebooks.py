"""Pages and labs as Jupyter notebooks: prose that needs no site around it, code that runs where nothing is installed.

A lab's notebook is also committed beside its source (docs/<language>/labs/NAME.ipynb, without outputs), because Colab
opens notebooks from a repository on GitHub, not from a site.
"""

import ast
import posixpath
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from press import DOCS, LANGUAGES, curriculum, labs, settings

FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<ticks>`{3,})[ ]?\{?[ ]?\.?python\b[^\n]*\n(?P<code>.*?)^(?P=indent)(?P=ticks)[ \t]*\n?",
    re.S | re.M,
)
OUTPUT = re.compile(
    r"\s*^(?P<indent>[ \t]*)(?P<ticks>`{3,})[ ]?text\b[^\n]*\n(?P<text>.*?)^[ \t]*(?P=ticks)[ \t]*\n?", re.S | re.M
)
MARK = re.compile(r"<!--\s*test:\s*(?P<kind>\w+)\s*(?P<argument>[^\n]*?)\s*-->\s*\Z")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
COMMENT = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n?", re.S | re.M)
ATTRIBUTES = re.compile(r"(?<=\S)[ ]?\{:?[ ]?[#.][^{}\n]*\}(?=[ \t]*$)", re.M)
BOX = re.compile(r'^(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?|===\+?!?)[ \t]*[\w -]*(?:"(?P<title>[^"]*)")?[ \t]*$')
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
# What a snippet imports, and how a reader installs it. NumPy comes with the companion library.
INSTALLED = {"torch": "torch", "sklearn": "scikit-learn", "scipy": "scipy", "matplotlib": "matplotlib"}
FROM = {"ko": "이 노트북의 페이지", "en": "The page of this notebook"}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def address(language: str, page: str) -> str:
    """Where a page (without suffix) stands on the site."""
    path = "" if page == "index" else page.removesuffix("index") if page.endswith("/index") else page + "/"
    return settings.site_url() + ("" if language == "ko" else f"{language}/") + path


def from_page(path: Path, docs: Path = DOCS) -> nbformat.NotebookNode:
    """A page of Markdown as a notebook; outputs and figures are those that the tests have checked."""
    language, _, page = path.relative_to(docs).with_suffix("").as_posix().partition("/")
    text = FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
    cells, drawn, at = [], set(), 0
    for fence in FENCE.finditer(text):
        if fence.start() < at:
            continue
        mark = MARK.search(text, at, fence.start())
        kind = mark["kind"] if mark else ""
        code = _outdent(fence["code"]).rstrip()
        if kind == "skip" or code.startswith(">>>"):
            continue  # stays a fence in the prose
        output, outputs = OUTPUT.match(text, fence.end()), []
        printed = _outdent(output["text"]).rstrip() if output else ""
        if kind == "raises":
            name, _, message = printed.rpartition("\n")[2].partition(": ")
            outputs.append(new_output("error", ename=name, evalue=message, traceback=[printed]))
        elif output:
            outputs.append(new_output("stream", name="stdout", text=printed + "\n"))
        if mark and kind == "figure":
            name = mark["argument"].split()[0]
            drawn.add(f"figures/{name}")
            outputs.append(_drawing(path.parent / "figures" / f"{name}.svg"))
        cells.append(new_markdown_cell(text[at : fence.start()]))
        cells.append(new_code_cell(code, outputs=outputs, metadata=_expecting(kind)))
        at = output.end() if output else fence.end()
    cells.append(new_markdown_cell(text[at:]))
    return _notebook(cells, language, page, drawn)


def from_lab(name: str, language: str, docs: Path = DOCS, outputs: bool = True) -> nbformat.NotebookNode:
    """A lab as a notebook of one language, with the outputs of its committed run or without any."""
    runs = iter(labs.load(name, docs)["outputs"])
    cells = []
    for cell in labs.read(labs.source(name, language, docs)):
        if cell.cell_type == "markdown":
            text = labs.PLACEHOLDER.sub("", cell.source)
            if "solution" in cell.metadata.get("tags", ()):
                text = f"**{labs.TITLES[language]['solution']}.** {text}"
            cells.append(new_markdown_cell(text))
        elif cell.cell_type == "code":
            found = [_output(output, docs / "lab-runs" / name) for output in next(runs)]
            cells.append(new_code_cell(cell.source, outputs=found if outputs else []))
    return _notebook(cells, language, f"labs/{name}", set())


def write_labs(name: str, docs: Path = DOCS) -> None:
    """Write the notebooks that Colab opens, one a language."""
    for language in LANGUAGES:
        text = nbformat.writes(from_lab(name, language, docs, outputs=False)) + "\n"
        path = labs.source(name, language, docs).with_suffix(".ipynb")
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _notebook(cells: list, language: str, page: str, drawn: set[str]) -> nbformat.NotebookNode:
    """Put the notebook together: portable prose, and below the title where it comes from and what it needs."""
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = portable(cell.source, language, page, drawn)
    cells = [cell for cell in cells if cell.source]
    here = address(language, page)
    opening = [new_markdown_cell(f"{FROM[language]}: <{here}>"), new_code_cell(_install(cells))]
    cells[1:1] = opening
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"  # the same in every build
    notebook = new_notebook(cells=cells, metadata=KERNEL)
    nbformat.validate(notebook)
    return notebook


def _install(cells: list) -> str:
    imported = set()
    for cell in cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.partition(".")[0])
    needed = [INSTALLED[name] for name in INSTALLED if name in imported]
    return " ".join(["%pip install -q", f"git+{settings.repo_url()}", *needed])


def portable(text: str, language: str, page: str, drawn: set[str]) -> str:
    """Prose without what only the site understands: ids, boxes, relative links, figures that a cell draws itself."""

    def link(match: re.Match) -> str:
        target, _, anchor = match["target"].partition("#")
        if target.startswith(("http:", "https:", "mailto:")):
            return match[0]
        if target and not target.endswith((".md", ".py")):
            return f"[{match['text']}]({address(language, posixpath.dirname(page) + '/index')}{match['target']})"
        there = posixpath.normpath(posixpath.join(posixpath.dirname(page), target)) if target else page + ".md"
        there = there.removesuffix(".md").removesuffix(".py")
        if there in curriculum.unwritten():
            return match["text"]
        return f"[{match['text']}]({address(language, there)}{'#' + anchor if anchor else ''})"

    def image(match: re.Match) -> str:
        target, _, only = match["target"].partition("#")
        if only == "only-dark" or target.removesuffix(".svg") in drawn:
            return ""
        base = address(language, posixpath.dirname(page) + "/index") if "/" in page else address(language, "index")
        return match[0] if target.startswith("http") else f"![{match['alt']}]({base}{target})"

    text = _unboxed(ATTRIBUTES.sub("", COMMENT.sub("", text)))
    return LINK.sub(link, IMAGE.sub(image, _outdent(text))).strip()


def _unboxed(text: str) -> str:
    """Admonitions, details and tabs as a bold title and their content, flush left; fences are left alone."""
    lines, strip, fenced = [], 0, ""
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent < strip and not fenced:
            strip = 0
        opening = re.match(r"\s*(`{3,})", line)
        if opening and (not fenced or line.strip() == fenced):
            fenced = "" if fenced else opening[1]
        box = None if fenced else BOX.match(line)
        if box:
            strip = indent + 4
            lines += [f"**{box['title']}**", ""] if box["title"] else [""]
        else:
            lines.append(line[min(strip, indent) :])
    return "\n".join(lines)


def _outdent(text: str) -> str:
    """The text moved left by as much as its first line stands in, which Markdown would take for code."""
    first = re.search(r"^([ \t]*)\S", text, re.M)
    return re.sub(rf"^[ \t]{{1,{len(first[1])}}}", "", text, flags=re.M) if first and first[1] else text


def _output(output: dict, folder: Path) -> nbformat.NotebookNode:
    if "figure" in output:
        return _drawing(folder / f"{output['figure']}.svg")
    return new_output("stream", name="stdout", text=output["text"])


def _drawing(path: Path) -> nbformat.NotebookNode:
    """A figure as an output, on white: a notebook may be dark, and the ink of the file is for light pages."""
    svg = path.read_text(encoding="utf-8").replace("<svg ", '<svg style="background: white" ', 1)
    return new_output("display_data", data={"image/svg+xml": svg, "text/plain": "<Figure>"})


def _expecting(kind: str) -> dict:
    return {"tags": ["raises-exception"]} if kind == "raises" else {}
