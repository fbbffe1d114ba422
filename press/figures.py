"""One look for every figure, and the check that a committed figure is what its block draws.

A figure is drawn once and kept as two files, light and dark, that differ in the colour of the ink. Beside them stands
NAME.json: the axes and series, rounded. On the pinned versions the SVG must be equal to the byte; elsewhere, and for a
figure of measured times, the axes (and, unless measured, the series) must be equal.
"""

import io
import json
import platform
import re
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from press import ROOT

INK, LIGHT, DARK = "#010203", "#1f2328", "#e6edf3"
# Blue, vermilion, green, purple: 3:1 or more on both backgrounds, told apart by colour-blind readers, and in this order
# each differs from the one before it in lightness too. Lines also differ in dash when there are more than two.
COLOURS = ["#2f7fd6", "#c4541f", "#2f9e6e", "#a864c8", "#8a7a1f"]
FONT = ROOT / "press/fonts/NanumGothic.ttf"


@contextmanager
def style():
    """matplotlib as the book draws: Korean labels, no background, ink that the dark twin can replace."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import font_manager
    from matplotlib import pyplot as plt

    if not any(Path(entry.fname) == FONT for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(str(FONT))
    ink = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "legend.edgecolor")
    settings: Any = {
        **dict.fromkeys(ink, INK),
        "font.family": ["NanumGothic", "DejaVu Sans"],
        "font.size": 11,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": plt.cycler(color=COLOURS),
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
    with plt.rc_context(settings):
        yield
    plt.close("all")


def keep(page: Path, name: str, write: bool, measured: bool = False) -> str | None:
    """Write the current figure beside `page`, or say how it differs from the committed one."""
    from matplotlib import pyplot as plt

    if not plt.get_fignums():
        return f"figure {name}: the block draws nothing"
    figure = plt.gcf()
    described = describe(figure)
    svg = _svg(figure)
    plt.close("all")
    folder = page.parent / "figures"
    sidecar = folder / f"{name}.json"
    twins = {folder / f"{name}.svg": svg.replace(INK, LIGHT), folder / f"{name}-dark.svg": svg.replace(INK, DARK)}
    if write:
        if (
            measured
            and sidecar.exists()
            and _differs(json.loads(sidecar.read_text(encoding="utf-8")), described, True) is None
        ):
            return None  # a measured figure is drawn anew only when more than its times changed
        folder.mkdir(exist_ok=True)
        for path, text in twins.items():
            path.write_text(text, encoding="utf-8")
        sidecar.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return None
    for path in (*twins, sidecar):
        if not path.exists():
            return f"{_shown(path)} is missing; run `make figures` and look at it"
    if difference := _differs(json.loads(sidecar.read_text(encoding="utf-8")), described, measured):
        return f"{_shown(sidecar)}: {difference}; run `make figures` and look at it"
    if not measured and on_pinned_versions():
        for path, text in twins.items():
            if path.read_text(encoding="utf-8") != text:
                return f"{_shown(path)} is not what this block draws; run `make figures` and look at it"
    return None


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def _svg(figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    # Two decimals in the curves: smaller, and the same on every processor. Not in transforms: that would move text.
    svg = re.sub(
        r' d="[^"]*"', lambda d: re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", d[0]), out.getvalue()
    )
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.S)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def describe(figure) -> list[dict]:
    """Axes and series of a figure as plain data, numbers to four figures."""
    return [
        {
            "title": axes.get_title(),
            "x": axes.get_xlabel(),
            "y": axes.get_ylabel(),
            "scales": [axes.get_xscale(), axes.get_yscale()],
            "texts": [text.get_text() for text in axes.texts],
            "legend": [text.get_text() for text in legend.get_texts()] if (legend := axes.get_legend()) else [],
            "series": [_series(artist) for artist in (*axes.lines, *axes.collections, *axes.images, *axes.patches)],
        }
        for axes in figure.axes
    ]


def _series(artist) -> dict:
    import numpy as np

    for getter in ("get_xydata", "get_offsets", "get_array", "get_path"):
        data = getattr(artist, getter, lambda: None)()
        data = getattr(data, "vertices", data)
        if data is not None and np.size(data) > 2:
            break
    values: np.ndarray = np.ma.filled(np.ma.asarray(0.0 if data is None else data, dtype=float), np.nan).ravel()
    kept = values[:: max(1, values.size // 16)]  # enough to notice a change, few enough to read in a diff
    return {"kind": type(artist).__name__, "size": int(values.size), "values": [_rounded(float(v)) for v in kept]}


def _rounded(value: float) -> float | None:
    if value != value:
        return None
    return float(f"{value:.4g}") + 0.0 if abs(value) > 1e-9 else 0.0


def _differs(committed: list[dict], drawn: list[dict], measured: bool) -> str | None:
    if len(committed) != len(drawn):
        return f"has {len(committed)} axes, the block draws {len(drawn)}"
    for old, new in zip(committed, drawn, strict=True):
        for key in (
            ("title", "x", "y", "scales", "legend") if measured else ("title", "x", "y", "scales", "legend", "texts")
        ):
            if old[key] != new[key]:
                return f"{key} is {old[key]!r}, the block draws {new[key]!r}"
        if [s["kind"] for s in old["series"]] != [s["kind"] for s in new["series"]]:
            return f"has {len(old['series'])} series, the block draws {len(new['series'])} or other kinds"
        if not measured and (changed := _changed_series(old["series"], new["series"])) is not None:
            return f"series {changed} has changed: {old['series'][changed]}, the block draws {new['series'][changed]}"
    return None


def _changed_series(old: list[dict], new: list[dict]) -> int | None:
    for index, (a, b) in enumerate(zip(old, new, strict=True)):
        scale = max((abs(v) for v in a["values"] if v is not None), default=1.0) or 1.0
        close = a["size"] == b["size"] and all(
            (v is None) == (w is None) and (v is None or abs(v - w) <= 2e-3 * scale)
            for v, w in zip(a["values"], b["values"], strict=False)
        )
        if not close:
            return index
    return None


def on_pinned_versions() -> bool:
    """Whether the bytes of a figure are promised here: Linux on x86-64, Python 3.11 and the pinned versions."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64") or sys.version_info[:2] != (3, 11):
        return False
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split() if "==" in line
    )
    return all(pins.get(name) == version(name) for name in ("matplotlib", "numpy"))
