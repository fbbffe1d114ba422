"""What a figure shows, as plain data: its axes, texts and series, rounded; and how two such descriptions differ.

This is compared where the bytes of an SVG are not promised: on other versions and machines, and for measured times.
"""

import re
from xml.etree import ElementTree

import numpy as np

WORDS = ("title", "x", "y", "scales", "ticks", "legend")  # compared always
TOLERANCE = 2e-3  # of a series' largest value: another version may round otherwise, a reader sees no difference


def describe(figure) -> list[dict]:
    """Axes and series of a drawn figure, numbers to four figures; what belongs to the figure itself comes last."""
    described = [_axes(axes) for axes in figure.axes]
    around = [text.get_text() for text in figure.texts]
    legend = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    if around or legend or figure.get_suptitle():
        whole: dict = dict.fromkeys(("x", "y"), "") | dict.fromkeys(("scales", "ticks", "series"), [])
        described.append({"title": figure.get_suptitle(), **whole, "legend": legend, "texts": around})
    return described


def describe_svg(text: str) -> list[dict]:
    """The same for a drawing that comes as SVG: its texts, and as its series the numbers of each shape."""
    plain: dict = dict.fromkeys(("title", "x", "y"), "") | dict.fromkeys(("scales", "ticks", "legend"), [])
    texts, series = [], []
    for element in ElementTree.fromstring(text).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "text":
            texts.append(element.text or "")
        elif kind in ("rect", "path"):
            places = [element.get(key, "") for key in ("x", "y", "width", "height", "d")]
            numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", " ".join(places))]
            series.append({"kind": kind, "numbers": [_summary(np.array(numbers))]})
    return [{**plain, "texts": texts, "series": series}]


def _axes(axes) -> dict:
    artists = (*axes.lines, *axes.collections, *axes.images, *axes.patches, *axes.texts)
    labels = [label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    legend = axes.get_legend()
    return {
        "title": axes.get_title(),
        "x": axes.get_xlabel(),
        "y": axes.get_ylabel(),
        "scales": [axes.get_xscale(), axes.get_yscale()],
        "ticks": [text for text in labels if any(c.isalpha() for c in text) and "mathdefault" not in text],
        "legend": [text.get_text() for text in legend.get_texts()] if legend else [],
        "texts": [text.get_text() for text in axes.texts],
        "series": [
            {"kind": "limits", "numbers": [_summary(np.array([*axes.get_xlim(), *axes.get_ylim()]))]},
            *({"kind": type(artist).__name__, "numbers": [*map(_summary, _numbers(artist))]} for artist in artists),
        ],
    }


def _numbers(artist) -> list[np.ndarray]:
    """Every number that decides how an artist looks: points, outlines, colour values, arrows, the place of a text."""
    found: list = []
    if hasattr(artist, "get_data_3d"):  # Line3D
        found.append(artist.get_data_3d())
    elif hasattr(artist, "get_xydata"):  # Line2D
        found.append(artist.get_xydata())
    elif hasattr(artist, "get_position") and hasattr(artist, "get_text"):
        x, y = artist.get_position()
        found.append([artist.convert_xunits(x), artist.convert_yunits(y)])
    elif hasattr(artist, "get_patch_transform"):  # Patch: bars, wedges, polygons
        if not hasattr(artist, "get_arrowstyle"):  # an arrow's outline is in pixels
            found.append(artist.get_patch_transform().transform(artist.get_path().vertices))
    else:  # collections and images
        if hasattr(artist, "get_paths"):  # fills, contours, segments, the shape of points
            found.append(np.concatenate([path.vertices for path in artist.get_paths()] or [np.zeros((0, 2))]))
        for getter in ("get_offsets", "get_sizes", "get_array", "get_extent"):  # points, their sizes, colour values
            found.append(getattr(artist, getter, lambda: None)())
        found += [getattr(artist, name, None) for name in ("U", "V")]  # the arrows of quiver
    return [np.ma.filled(np.ma.asarray(part, dtype=float), np.nan).ravel() for part in found if part is not None]


def _summary(values: np.ndarray) -> dict:
    """Size; mean, deviation, least and most; and some of the numbers: a change is noticed, and a diff is short."""
    finite = values[np.isfinite(values)]
    kept = values[:: max(1, values.size // 16)]
    if values.size <= 4:
        return {"size": int(values.size), "ends": [], "values": [_rounded(float(v)) for v in kept]}
    ends = [finite.mean(), finite.std(), finite.min(), finite.max()] if finite.size else []
    return {
        "size": int(values.size),
        "ends": [_rounded(float(v)) for v in ends],
        "values": [_rounded(float(v)) for v in kept],
    }


def _rounded(value: float) -> float | None:
    if not np.isfinite(value):
        return None
    return float(f"{value:.4g}") + 0.0 if abs(value) > 1e-9 else 0.0


def differs(committed: list[dict], drawn: list[dict], measured: bool) -> str | None:
    """Say how what is drawn differs from what is committed, or None. Measured numbers may differ."""
    if len(committed) != len(drawn):
        return f"has {len(committed)} axes, the block draws {len(drawn)}"
    for old, new in zip(committed, drawn, strict=True):
        for key in WORDS if measured else (*WORDS, "texts"):
            if old[key] != new[key]:
                return f"{key} is {old[key]!r}, the block draws {new[key]!r}"
        kinds = [[one["kind"] for one in each["series"]] for each in (old, new)]
        if kinds[0] != kinds[1]:
            return f"has the series {', '.join(kinds[0])}; the block draws {', '.join(kinds[1])}"
        for index, (a, b) in enumerate(zip(old["series"], new["series"], strict=True)):
            if not measured and not _close(a, b):
                return f"series {index} has changed: {a}, the block draws {b}"
    return None


def _close(a: dict, b: dict) -> bool:
    return len(a["numbers"]) == len(b["numbers"]) and all(map(_near, a["numbers"], b["numbers"]))


def _near(a: dict, b: dict) -> bool:
    if any(len(a[key]) != len(b[key]) for key in ("ends", "values")) or a["size"] != b["size"]:
        return False
    pairs = list(zip(a["ends"] + a["values"], b["ends"] + b["values"], strict=True))
    scale = max((abs(v) for v, _ in pairs if v is not None), default=1.0) or 1.0
    return all((v is None) == (w is None) and (v is None or abs(v - w) <= TOLERANCE * scale) for v, w in pairs)
