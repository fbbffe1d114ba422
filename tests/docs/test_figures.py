"""A committed figure is what its block draws; and every way in which it is not is named."""

import itertools
import math
import re

import pytest

from gyeop.autograd import Value, draw
from press import DOCS, blocks, figures, page, series

pytest.importorskip("matplotlib")
PINNED = pytest.mark.skipif(not figures.on_pinned_versions(), reason="bytes are promised on the pinned versions only")


@pytest.fixture
def keep(tmp_path):
    """`keep(draw)` checks, `keep(draw, write=True)` writes the figure `one` of a page in tmp_path."""

    def keep(draw, write=False, measured=False):
        with figures.style():
            from matplotlib import pyplot as plt

            last = draw(plt)
            return figures.keep(tmp_path / "page.md", "one", write, measured, last)

    figures.written.clear()
    yield keep
    figures.written.clear()


def curve(top=1.0, label="손실", words="에포크", color="C0"):
    def draw(plt):
        _, ax = plt.subplots()
        ax.plot([0, 1, 2, 3], [top, 0.5, 0.3, 0.2], label=label, color=color)
        ax.set(xlabel=words, ylabel="C")
        ax.legend()

    return draw


def test_a_figure_is_written_once_and_then_the_same(keep, tmp_path):
    assert keep(curve(), write=True) is None
    folder = tmp_path / "figures"
    assert figures.written == ["one.svg", "one-dark.svg", "one.json"]
    light, dark = ((folder / name).read_text(encoding="utf-8") for name in ("one.svg", "one-dark.svg"))
    assert light != dark == light.replace(figures.LIGHT, figures.DARK)
    assert figures.INK not in light + dark
    assert keep(curve()) is None
    keep(curve(), write=True)
    assert len(figures.written) == 3  # nothing was written the second time


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (curve(top=1.1), r"series 0 has changed: .* run `make figures`"),
        (curve(label="오차"), r"legend is \['손실'\], the block draws \['오차'\]"),
        (curve(words="걸음"), r"x is '에포크', the block draws '걸음'"),
        pytest.param(curve(color="C1"), r"one\.svg is not what this block draws", marks=PINNED),
        (lambda plt: None, r"figure one: the block draws nothing"),
        (lambda plt: (plt.figure(), plt.figure()), r"figure one: the block draws 2"),
        (lambda plt: plt.subplots(1, 2), r"has 1 axes, the block draws 2"),
    ],
)
def test_a_block_that_draws_something_else_fails(keep, changed, said):
    keep(curve(), write=True)
    assert re.search(said, keep(changed) or "nothing")


@pytest.mark.parametrize("name", ["one.svg", "one-dark.svg", "one.json"])
def test_a_deleted_file_fails(keep, tmp_path, name):
    keep(curve(), write=True)
    (tmp_path / "figures" / name).unlink()
    assert f"{name} is missing" in keep(curve())


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("name", ["one.svg", "one-dark.svg"])
def test_a_file_changed_by_hand_fails_on_every_version(keep, tmp_path, monkeypatch, name, measured):
    keep(curve(), write=True, measured=measured)
    file = tmp_path / "figures" / name
    file.write_text(file.read_text(encoding="utf-8").replace("stroke-width: 2", "stroke-width: 3"), encoding="utf-8")
    assert f"{name} is not what" in keep(curve(), measured=measured) or f"{name} is not the file" in keep(
        curve(), measured=measured
    )
    monkeypatch.setattr(figures, "on_pinned_versions", lambda: False)
    assert f"{name} is not the file that was drawn" in keep(curve(), measured=measured)


def test_a_measured_figure_may_change_in_its_times_alone(keep, tmp_path):
    keep(curve(top=1.0), write=True, measured=True)
    before = (tmp_path / "figures/one.svg").read_bytes()
    assert keep(curve(top=2.0), measured=True) is None
    keep(curve(top=2.0), write=True, measured=True)
    assert (tmp_path / "figures/one.svg").read_bytes() == before
    assert "x is '에포크'" in keep(curve(words="초"), measured=True)
    keep(curve(words="초"), write=True, measured=True)
    assert (tmp_path / "figures/one.svg").read_bytes() != before


def graph(weight=3.0, name="w", to=None):
    """A computational graph as the last thing of a block; `to` is the colour of a matplotlib figure drawn before it."""

    def drawing(plt):
        x, w = Value(2.0, name="x"), Value(weight, name=name)
        result = x * w + x
        result.backward()
        if to:
            curve(color=to)(plt)
        return draw(result)

    return drawing


def test_a_drawing_of_a_graph_is_kept_in_the_ink_of_the_page(keep, tmp_path):
    assert keep(graph(), write=True) is None
    light, dark = ((tmp_path / "figures" / name).read_text(encoding="utf-8") for name in ("one.svg", "one-dark.svg"))
    assert light.startswith("<svg ")
    assert f'stroke="{figures.LIGHT}"' in light
    assert light != dark == light.replace(figures.LIGHT, figures.DARK)
    assert not any(ink in light + dark for ink in ("currentColor", figures.INK))
    assert keep(graph()) is None
    assert figures.written == ["one.svg", "one-dark.svg", "one.json"]


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (graph(weight=4.0), r"texts is \[.*'data 3'.*\], the block draws \[.*'data 4'"),
        (graph(name="weight"), r"texts is"),
        (graph(to="C0"), r"figure one: the block draws 2"),
        (curve(), r"x is '', the block draws '에포크'"),
        (lambda plt: draw(Value(1.0)), r"texts is"),
        (lambda plt: "<svg>", r"figure one: the block draws nothing"),
    ],
)
def test_a_block_that_draws_another_graph_fails(keep, monkeypatch, changed, said, pinned):
    keep(graph(), write=True)
    monkeypatch.setattr(figures, "on_pinned_versions", lambda: pinned)
    assert re.search(said, keep(changed) or "nothing")


@pytest.mark.parametrize(
    "place", [r'(<rect x=")\d+', r'(<path d="M\d+\.\d \d+\.\d C)\d+', r"(<path d=\"M)\d+(?=\S* \S* l)"]
)
def test_a_shape_in_another_place_is_noticed_without_its_bytes(place):
    drawn = graph()(None)
    moved, count = re.subn(place, r"\g<1>99", drawn, count=1)
    assert count == 1
    difference = series.differs(series.describe_svg(drawn), series.describe_svg(moved), measured=False)
    assert re.search(r"series \d has changed", difference)


# Each kind of artist, drawn from one number that decides a little of it.
ARTISTS = {
    "line": lambda ax, v: ax.plot([0, 1, 2], [0, v, 2]),
    "one point": lambda ax, v: ax.scatter([1], [v]),
    "colors of points": lambda ax, v: ax.scatter([0, 1, 2], [0, 1, 2], c=[0, v, 2]),
    "sizes of points": lambda ax, v: ax.scatter([0, 1], [0, 1], s=[20, 20 * v]),
    "bars": lambda ax, v: ax.bar([0, 1, 2], [3, v, 2]),
    "names of bars": lambda ax, v: ax.bar(["가", "나" if v == 1 else "다"], [1, 2]),
    "histogram": lambda ax, v: ax.hist([0, 0, v, 2, 2], bins=[0, 0.9, 1.05, 2]),
    "image": lambda ax, v: ax.imshow([[0, v], [2, 3]]),
    "mesh": lambda ax, v: ax.pcolormesh([[0, v], [2, 3]]),
    "filled contours": lambda ax, v: ax.contourf([[0, 1, 2], [1, 2 * v, 1], [0, 1, 5]]),
    "arrows": lambda ax, v: ax.quiver([0, 1], [0, 1], [1, v], [1, 1]),
    "area": lambda ax, v: ax.fill_between([0, 1, 2], [0, v, 2], 3),
    "error bars": lambda ax, v: ax.errorbar([0, 1], [0, 1], yerr=[0.1, 0.1 * v]),
    "wedges": lambda ax, v: ax.pie([1, v, 2]),
    "text": lambda ax, v: ax.text(0.1, 0.1, f"값 {v}"),
    "place of a text": lambda ax, v: ax.text(0.1, 0.1 * v, "값"),
    "annotation": lambda ax, v: ax.annotate("여기", (0.5, 0.5), (0.2, 0.2 * v), arrowprops={"arrowstyle": "->"}),
    "legend": lambda ax, v: ax.plot([0, 1], label=f"η = {v}") and ax.legend(),
    "title of the figure": lambda ax, v: ax.figure.suptitle(f"η = {v}"),
    "limits": lambda ax, v: ax.set_xlim(0, v),
    "scale": lambda ax, v: ax.set_yscale("linear" if v == 1 else "log"),
    "shared legend": lambda ax, v: ax.plot([0, 1], label=f"η = {v}") and ax.figure.legend(),
}


@pytest.mark.parametrize("plot", ARTISTS.values(), ids=ARTISTS)
def test_a_change_of_any_artist_is_noticed_without_its_bytes(plot):
    drawn = []
    for value in (1, 1, 1.1):
        with figures.style():
            from matplotlib import pyplot as plt

            fig, ax = plt.subplots()
            plot(ax, value)
            figures.svg(fig)
            drawn.append(series.describe(fig))
            plt.close(fig)
    assert series.differs(drawn[0], drawn[1], measured=False) is None
    assert series.differs(drawn[0], drawn[2], measured=False)


def test_rounding_of_another_version_is_no_change():
    old = {"size": 2, "ends": [], "values": [0.0, 1.0]}
    axes = dict.fromkeys(("title", "x", "y"), "") | dict.fromkeys(("scales", "ticks", "legend", "texts"), [])
    near, far = ({**old, "values": [0.0, value]} for value in (1.001, 1.01))
    described = [[{**axes, "series": [{"kind": "Line2D", "numbers": [one]}]}] for one in (old, near, far)]
    assert series.differs(described[0], described[1], measured=False) is None
    assert "series 0 has changed" in series.differs(described[0], described[2], measured=False)


def test_a_style_set_elsewhere_does_not_reach_the_figure(keep):
    import matplotlib

    keep(curve(), write=True)
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 7, "axes.grid": True}):
        assert keep(curve()) is None


def test_every_figure_file_of_the_book_is_drawn_by_a_block():
    from sybil import Document

    drawn = set()
    for path in page.pages():
        for _, block in blocks.find(Document(path.read_text(encoding="utf-8"), str(path))):
            if "figure" in block.marks:
                name = block.marks["figure"].partition(" ")[0]
                drawn |= {path.parent / "figures" / f"{name}{end}" for end in (".svg", "-dark.svg", ".json")}
    kept = {path for language in ("ko", "en") for path in (DOCS / language).rglob("figures/*")}
    assert sorted(path.relative_to(DOCS).as_posix() for path in kept - drawn) == []


# ---------------------------------------------------------------- colors

# How the primaries look with each kind of color blindness, in linear RGB (Machado, Oliveira and Fernandes 2009).
SEEN = {
    "full": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def linear(color):
    values = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(one, other):
    """WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances."""
    low, high = sorted(
        sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True)) for c in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    tristimulus = [sum(w * v for w, v in zip(row, rgb, strict=True)) for row in xyz]
    scaled = [max(value, 0) / white for value, white in zip(tristimulus, (0.9505, 1, 1.089), strict=True)]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("background", ["#ffffff", "#14161b"])
def test_every_color_stands_out_from_both_pages(background):
    assert min(contrast(color, background) for color in figures.COLOURS) >= 3
    assert contrast(figures.LIGHT, "#ffffff") >= 7
    assert contrast(figures.DARK, "#14161b") >= 7


@pytest.mark.parametrize("kind", SEEN)
def test_every_pair_of_colors_is_told_apart(kind):
    seen = {}
    for color in figures.COLOURS:
        rgb = [sum(w * v for w, v in zip(row, linear(color), strict=True)) for row in SEEN[kind]]
        seen[color] = lab([min(1, max(0, value)) for value in rgb])
    distances = {pair: math.dist(seen[pair[0]], seen[pair[1]]) for pair in itertools.combinations(seen, 2)}
    assert min(distances.values()) > 18, min(distances, key=distances.get)


def test_a_logarithmic_axis_has_the_minus_of_the_others(keep, tmp_path):
    """In a formula a minus is a character that the font lacks: its dummy must not be drawn."""
    assert keep(lambda plt: plt.loglog([1e-6, 1e-2], [1e-4, 1.0]), write=True) is None
    assert r"{\text{-}6}" in (tmp_path / "figures/one.svg").read_text(encoding="utf-8")


def test_a_character_that_the_font_lacks_is_named(keep):
    assert "does not have a glyph for" in keep(lambda plt: plt.plot([1, 2]) and plt.title("$x$ − 1"), write=True)
