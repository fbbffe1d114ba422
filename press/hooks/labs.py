"""Show labs (docs/<language>/labs/*.py) as pages: their text, their code, and the outputs of their committed run.

mkdocs-jupyter makes a page of each file. Its own HTML is not used: it brings 590 KB of styles and its scripts on every
page, which the Content-Security-Policy refuses, and a Markdown that knows neither `{ #id }` nor boxes nor the checks of
links. Instead the lab goes on as Markdown, so that headings, formulas, code, search and links are those of every page.
"""

import contextlib
import logging

from mkdocs.structure.files import File

from press import labs

log = logging.getLogger("mkdocs.hooks.labs")


def is_lab(page) -> bool:
    return page.file.src_uri.startswith("labs/") and page.file.src_uri.endswith(".py")


def on_files(files, config):
    """The figures of each run stand in git once; both languages show them."""
    for path in sorted(labs.RUNS.glob("*/*.svg")):
        uri = f"labs/{path.parent.name}/{path.name}"
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    return files


def on_pre_page(page, config, files):
    if is_lab(page):
        page.__dict__.pop("render", None)  # mkdocs-jupyter's; MkDocs' own renders the Markdown below
    return page


def on_page_read_source(page, config):
    """The lab as Markdown. A stale run, or code that differs between the languages, fails a strict build."""
    if not is_lab(page):
        return None
    try:
        return labs.markdown(page.file.name, config.theme["language"])
    except labs.LabError as error:
        log.warning("%s", error)
        return ""


def on_page_context(context, page, config, nav):
    """The stamp that says when, and with which versions, the lab last ran: see press/hooks/passed.py."""
    if is_lab(page):
        with contextlib.suppress(labs.LabError):
            run = labs.load(page.file.name)
            context["passed"] = {"date": run["date"], "versions": run["versions"]}
