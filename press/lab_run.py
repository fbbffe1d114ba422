"""Run a lab in a kernel of its own (nbclient), and keep what it printed and drew in docs/lab-runs."""

import contextlib
import datetime
import json
import os
import platform
import shutil
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from press import DOCS, ROOT, figures, labs, series

SECONDS = 180  # what a lab may take on 2 cores
THREADS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)  # the same sums in the same order
SETUP = "from press import lab_run\nlab_run.draw_as_the_book()"

_styles = contextlib.ExitStack()


@dataclass
class Run:
    """`outputs` has a list for each code cell: {"text": ...} or {"svg": ..., "axes": ...}."""

    key: str
    seconds: float
    outputs: list[list[dict]]


def draw_as_the_book() -> None:
    """Called in the kernel: figures look like those of the pages and are sent as SVG with their axes as data."""
    from IPython import get_ipython
    from matplotlib.figure import Figure

    shell = get_ipython()
    _styles.enter_context(figures.style())  # for as long as the kernel lives
    shell.run_line_magic("matplotlib", "inline")
    formatters = shell.display_formatter.formatters
    formatters["image/png"].pop(Figure, None)
    formatters["image/svg+xml"].for_type(
        Figure, lambda figure: (figures.svg(figure), {"axes": series.describe(figure)})
    )


def execute(name: str, docs: Path = DOCS, seconds: float = SECONDS) -> Run:
    """Run a lab's code cells from the first to the last; LabError for an error, a warning, a word, too long a time."""
    key, path = labs.key(name, docs), labs.source(name, "ko", docs)
    sources = labs.code(labs.read(path))
    cells = [nbformat.v4.new_code_cell(text) for text in (SETUP, *sources)]
    # The kernel starts at the repository's root, from where it finds this package.
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=cells),
        timeout=seconds,
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT)}},
        coalesce_streams=True,
        config=Config({"KernelManager": {"transport": "tcp" if os.name == "nt" else "ipc"}}),  # files, not open ports
    )
    started = time.perf_counter()
    try:
        client.execute(env={**os.environ, **THREADS})
    except CellExecutionError as error:
        failing = next((cell for cell in cells if any(o.output_type == "error" for o in cell.outputs)), cells[0])
        raise labs.LabError(f"{labs.where(path, failing.source)}: {error.ename}: {error.evalue}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise labs.LabError(f"labs/{name}: {str(error).splitlines()[0]}") from None
    taken = time.perf_counter() - started
    if taken > seconds:
        raise labs.LabError(f"labs/{name} took {taken:.0f} s; a lab may take {seconds:.0f} s on 2 cores")
    outputs = [[_plain(output, labs.where(path, cell.source)) for output in cell.outputs] for cell in cells[1:]]
    if found := labs.words(outputs):
        raise labs.LabError(f"labs/{name} prints or draws words, and its outputs serve both languages: {found}")
    return Run(key, taken, outputs)


def _plain(output, place: str) -> dict:
    if output.output_type == "stream" and output.name == "stdout":
        return {"text": output.text}
    data = output.get("data", {})
    if "image/svg+xml" in data:
        return {"svg": data["image/svg+xml"], "axes": output.metadata["image/svg+xml"]["axes"]}
    if "text/plain" in data:
        return {"text": data["text/plain"]}
    raise labs.LabError(f"{place}: a lab prints text and draws figures; this cell gives {output.get('text', output)}")


def write(name: str, run: Run, docs: Path = DOCS) -> None:
    """Replace the committed run of a lab: run.json, and each figure in light and dark."""
    folder = docs / "lab-runs" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    number = 0
    outputs = []
    for cell in run.outputs:
        kept = []
        for output in cell:
            if "svg" in output:
                number += 1
                _write_figure(folder / str(number), output["svg"])
                output = {"figure": number, "axes": output["axes"]}
            kept.append(output)
        outputs.append(kept)
    versions = {package: version(package).partition("+")[0] for package in labs.PINNED}
    record = {
        "key": run.key,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "seconds": round(run.seconds, 1),
        "versions": {"Python": platform.python_version(), **versions},
        "outputs": outputs,
    }
    (folder / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_figure(stem: Path, svg: str) -> None:
    stem.with_suffix(".svg").write_text(svg.replace(figures.INK, figures.LIGHT), encoding="utf-8")
    Path(f"{stem}-dark.svg").write_text(svg.replace(figures.INK, figures.DARK), encoding="utf-8")
