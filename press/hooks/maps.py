"""The map of a part on its opening page: the marker <!-- map --> becomes a drawing whose boxes are links.

A page stands below those that one reads first: the ids in its `after` of docs/curriculum.yml.
"""

from html import escape
from unicodedata import east_asian_width

from mkdocs.utils import get_relative_url

from gyeop.autograd.layout import lay_out
from press import curriculum

MARKER = "<!-- map -->"
LETTER, LINE, PADDING = 6.6, 16.0, 10.0  # of a label at 12 px: half the width of a Korean letter, a line, the margin
WIDEST = 108.0  # a label's line: three boxes stand side by side on a phone
LABEL = {"ko": "이 부의 지도", "en": "Map of this part"}


def on_page_markdown(markdown, page, config, files):
    if MARKER not in markdown:
        return markdown
    language = config.theme["language"]
    here = page.file.src_uri.removesuffix(".md")
    part = here.partition("/")[0]
    pages = [entry for entry in curriculum.entries() if entry.part == part and entry.page != here]
    links = {entry.page: get_relative_url(f"{entry.page}/", page.url) for entry in pages if entry.written}
    return markdown.replace(MARKER, drawing(pages, language, links))


def drawing(pages, language: str, links: dict[str, str]) -> str:
    """The map as one line of HTML. `links` are the addresses of the pages that are written."""
    named = {entry.id: entry for entry in pages}
    inputs = _in_order({entry.id: tuple(entry.extra.get("after", ())) for entry in pages})
    lines = {id: _wrapped(named[id].titles[language]) for id in inputs}
    width = {id: 2 * PADDING + max(_length(line) for line in lines[id]) for id in inputs}
    height = {id: PADDING + LINE * len(lines[id]) for id in inputs}
    places, edges, size = lay_out(inputs, height, width)  # from left to right there, from top to bottom here
    wide, tall = (round(length) + 2 for length in (size[1], size[0]))
    svg = [f'<svg viewBox="-1 -1 {wide} {tall}" width="{wide}" height="{tall}">']
    svg += [_line([(y, x) for x, y in points]) for points in edges.values()]
    for id, (y, x) in places.items():
        box = _box(x, y, width[id], height[id], lines[id])
        address = links.get(named[id].page)
        svg.append(f'<a href="{address}">{box}</a>' if address else f"<g>{box}</g>")
    return f'<nav class="part-map" aria-label="{LABEL[language]}">{"".join(svg)}</svg></nav>'


def _in_order(after: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Each page after those that are read before it; ValueError if they wait for each other."""
    ordered: dict[str, tuple[str, ...]] = {}
    while len(ordered) < len(after):
        ready = [id for id, before in after.items() if id not in ordered and all(b in ordered for b in before)]
        if not ready:
            raise ValueError(f"pages wait for each other, or for a page of another part: {set(after) - set(ordered)}")
        ordered |= {id: after[id] for id in ready}
    return ordered


def _length(text: str) -> float:
    return LETTER * sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _wrapped(title: str) -> list[str]:
    """
    >>> _wrapped("Automatic differentiation"), _wrapped("신경망의 구성 요소")
    (['Automatic', 'differentiation'], ['신경망의 구성', '요소'])
    """
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if not lines[-1] or _length(longer) <= WIDEST else [lines[-1], word]
    return lines


def _line(points) -> str:
    (x, y), (tip, end) = points[0], points[-1]
    path = f"M{x:.0f} {y:.0f}"
    for nx, ny in points[1:]:
        ny -= 5 if (nx, ny) == (tip, end) else 0
        path += f"C{x:.0f} {(y + ny) / 2:.0f} {nx:.0f} {(y + ny) / 2:.0f} {nx:.0f} {ny:.0f}"
        x, y = nx, ny
    return f'<path d="{path}"/><path class="head" d="M{tip:.0f} {end:.0f}l-4 -7h8z"/>'


def _box(x: float, y: float, width: float, height: float, lines: list[str]) -> str:
    box = f'<rect x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" width="{width:.0f}" height="{height:.0f}" rx="3"/>'
    first = y - LINE * (len(lines) - 1) / 2 + 4.5
    rows = "".join(
        f'<tspan x="{x:.0f}" y="{first + LINE * i:.0f}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f"{box}<text>{rows}</text>"
