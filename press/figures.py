"""One look for every figure, and the check that a committed figure is what its block draws.

A figure is drawn once and kept as two files, light and dark, that differ in the colour of the ink. Beside them stands
NAME.json: the axes and series, rounded, and a digest of each file, so that no file is changed by hand. On the pinned
versions the SVG must be equal to the byte; elsewhere, and for a figure of measured times, the axes (and, unless
measured, the series) must be equal. press/series.py says how axes and series are described.

A figure is what the block draws with matplotlib, or the SVG that its last expression gives, as in a notebook: a
computational graph by gyeop.autograd.draw, which is drawn in currentColor.
"""

import hashlib
import io
import json
import logging
import platform
import re
import sys
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from press import ROOT
from press.series import describe, describe_svg, differs

INK, LIGHT, DARK = "#010203", "#1f2328", "#e6edf3"
# Blue, vermilion, plum, tan, violet: 3:1 or more on the light and on the dark page, and told apart by colour-blind
# readers, pair by pair (tests/docs/test_figures.py computes both). From the third line on the dashes differ too.
COLOURS = ["#2f85e6", "#da5705", "#ac4480", "#ad8c6d", "#5948fe"]
DASHES = ["-", "-", "--", "-.", ":"]
FONT = ROOT / "press/fonts/NanumGothic.ttf"
DRAWS = ("matplotlib", "numpy", "contourpy", "kiwisolver", "pillow")  # what has a hand in the bytes of an SVG

written: list[str] = []  # the figures that --figures changed in this run


@contextmanager
def style():
    """matplotlib as the book draws: Korean labels, no background, ink that the dark twin can replace."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import font_manager
    from matplotlib import pyplot as plt

    fonts = font_manager.fontManager
    if [Path(entry.fname) for entry in fonts.ttflist if entry.name == "NanumGothic"] != [FONT]:
        # Another NanumGothic on this machine would be found first, and draw other bytes.
        fonts.ttflist = [entry for entry in fonts.ttflist if entry.name != "NanumGothic"]
        fonts.addfont(str(FONT))
    ink = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "legend.edgecolor")
    settings: Any = {
        **dict.fromkeys(ink, INK),
        "font.family": ["NanumGothic", "DejaVu Sans"],
        "font.size": 11,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": plt.cycler(color=COLOURS, linestyle=DASHES),
        "axes.titlesize": 11,
        "lines.linewidth": 2,
        "figure.figsize": (6, 3),
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "legend.framealpha": 0,
        "svg.fonttype": "path",
        "svg.hashsalt": "gyeop",
        "mathtext.fontset": "dejavusans",
    }
    with plt.rc_context():
        matplotlib.rcdefaults()  # what a page or this machine set before does not reach the figure
        matplotlib.rcParams.update(settings)
        yield
    plt.close("all")


def keep(page: Path, name: str, write: bool, measured: bool = False, last: Any = None) -> str | None:
    """Write the block's figure beside `page`, or say how it differs from the committed one.

    That is matplotlib's current figure, or `last`, what the block's last expression gave, if it shows itself as SVG.
    """
    from matplotlib import pyplot as plt

    graph = last._repr_svg_() if hasattr(last, "_repr_svg_") else ""
    count = len(plt.get_fignums()) + bool(graph)
    if count != 1:
        return f"figure {name}: the block draws {count or 'nothing'}; a marked block draws one figure"
    try:
        if graph:
            drawn, axes = graph.replace("currentColor", INK) + "\n", describe_svg(graph)
        else:
            drawn, axes = svg(plt.gcf()), describe(plt.gcf())
    except ValueError as error:
        return f"figure {name}: {error}"
    finally:
        plt.close("all")
    folder = page.parent / "figures"
    twins = {folder / f"{name}.svg": drawn.replace(INK, LIGHT), folder / f"{name}-dark.svg": drawn.replace(INK, DARK)}
    sidecar = folder / f"{name}.json"
    if write:
        if not (measured and _problem(twins, sidecar, axes, measured) is None):  # new times alone are no change
            _write(twins, sidecar, axes)
        return None
    problem = _problem(twins, sidecar, axes, measured)
    return problem and f"{problem}; run `make figures` and look at it"


def _problem(twins: dict[Path, str], sidecar: Path, axes: list[dict], measured: bool) -> str | None:
    for path in (*twins, sidecar):
        if not path.exists():
            return f"{_shown(path)} is missing"
    committed = json.loads(sidecar.read_text(encoding="utf-8"))
    try:
        difference = differs(committed["axes"], axes, measured)
    except (KeyError, TypeError):
        difference = "is not of the form that is written now"
    if difference:
        return f"{_shown(sidecar)}: {difference}"
    for path, text in twins.items():
        kept = path.read_text(encoding="utf-8")
        if not measured and on_pinned_versions() and kept != text:
            return f"{_shown(path)} is not what this block draws"
        if committed["digests"].get(path.name) != _digest(kept):
            return f"{_shown(path)} is not the file that was drawn"
    return None


def _write(twins: dict[Path, str], sidecar: Path, axes: list[dict]) -> None:
    digests = {path.name: _digest(text) for path, text in twins.items()}
    data = json.dumps({"digests": digests, "axes": axes}, ensure_ascii=False, indent=1) + "\n"
    in_rows = re.compile(r"\[\n\s+([^\[\]{}]*?)\n\s+\]")
    data = in_rows.sub(lambda row: "[" + re.sub(r"\n\s*", " ", row[1]) + "]", data)
    sidecar.parent.mkdir(exist_ok=True)
    for path, text in (*twins.items(), (sidecar, data)):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(_shown(path))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def svg(figure) -> str:
    """The figure as SVG, in the colour INK, without what changes from run to run; ValueError for a missing glyph."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        _write_powers(axis)
    out, missing = io.StringIO(), _Messages()
    log = logging.getLogger("matplotlib.mathtext")
    log.addHandler(missing)
    try:
        plain = {"Date": None, "Creator": None}
        figure.savefig(out, format="svg", transparent=True, bbox_inches="tight", metadata=plain)
    finally:
        log.removeHandler(missing)
    if missing.texts:
        raise ValueError(missing.texts[0])
    text = re.sub(r"<metadata>.*?</metadata>\s*|<!DOCTYPE.*?>\s*", "", out.getvalue(), flags=re.S)
    text = re.sub(r' d="([^"]*)"( transform="scale\(0\.015625\)")?', _shorter, text)
    return "\n".join(line.strip() for line in text.splitlines()) + "\n"


class _Messages(logging.Handler):
    """Keeps what matplotlib only logs: that it drew a dummy for a character that the font lacks."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record):
        self.texts.append(record.getMessage())


def _write_powers(axis) -> None:
    """Label a logarithmic axis with the minus of the other axes: in formulas it is a character that the font lacks."""
    from matplotlib.ticker import FuncFormatter, LogFormatterMathtext

    powers = axis.get_major_formatter()
    if isinstance(powers, LogFormatterMathtext):
        powers.set_axis(axis)
        axis.set_major_formatter(FuncFormatter(lambda x, i: powers(x, i).replace("^{-", r"^{\text{-}")))


def _shorter(match: re.Match) -> str:
    """A curve with fewer digits. A glyph, which comes in 6400 units to the em, keeps 400."""
    if match[2]:
        path = re.sub(r"-?\d+", lambda n: str(round(int(n[0]) / 16)), match[1])
        return f' d="{_short(path)}" transform="scale(0.25)"'
    return f' d="{_short(match[1])}"'


def _short(path: str) -> str:
    """A curve with two decimals: smaller, and the same on every processor. Not for transforms: that would move text."""
    path = re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", path)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", re.sub(r"\s+", " ", path))


def on_pinned_versions() -> bool:
    """Whether the bytes of a figure are promised here: Linux on x86-64, Python 3.11 and the pinned versions."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64") or sys.version_info[:2] != (3, 11):
        return False
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    pins = dict(line.split("==") for line in lines if "==" in line)
    try:
        return all(pins.get(name) == version(name) for name in DRAWS)
    except PackageNotFoundError:
        return False
