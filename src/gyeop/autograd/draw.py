"""The computational graph as a picture: values and gradients in boxes, from the leaves on the left to the result.

The picture is SVG text that needs no other program. It takes the colour of the text around it, so it is right on a
light page and on a dark one.
"""

from html import escape
from unicodedata import east_asian_width

import numpy as np

from gyeop.autograd.layout import lay_out
from gyeop.autograd.scalar import Value
from gyeop.autograd.tensor import Tensor

MOST_NODES = 300
CHARACTER, LINE, MARGIN = 7.9, 17.0, 9.0  # of 13 px monospace text


class Drawing(str):
    """SVG text that a notebook shows as a picture."""

    __slots__ = ()

    def _repr_svg_(self):
        return str(self)

    def __repr__(self):
        return f"<Drawing: {len(self)} characters of SVG>"


def draw(result, title=""):
    """The graph behind `result`, a Value or a Tensor, as SVG text; a notebook shows the picture.

    Each box has its name and the operation that made it, its `data` and its `grad`; of an array with more than four
    elements the shape and the norms. `title` is what a screen reader says. The graph of a Tensor is there until
    backward() frees it: draw before that, or keep it by backward(retain_graph=True); a ValueError says so. So does one
    of more than 300 nodes, which nobody could read.

    >>> x = Value(2.0, name="x")
    >>> y = x * 3
    >>> y.backward()
    >>> picture = draw(y)
    >>> "data 6" in picture and "grad 3" in picture
    True
    """
    if not isinstance(title, str):
        raise TypeError(f"draw expects a string as title, got {type(title).__name__}")
    inputs = _inputs(result)
    lines = {node: _lines(node) for node in inputs}
    width = {node: max(map(_text_width, lines[node])) + 2 * MARGIN for node in inputs}
    height = {node: len(lines[node]) * LINE + MARGIN for node in inputs}
    places, edges, (right, bottom) = lay_out(inputs, width, height)
    title = title or f"Computational graph of {len(inputs)} nodes"
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gyeop-graph" role="img" aria-label="{escape(title)}" '
        f'width="{right + 4:.0f}" height="{bottom + 4:.0f}" viewBox="-2 -2 {right + 4:.0f} {bottom + 4:.0f}" '
        'font-family="ui-monospace, monospace" font-size="13" text-anchor="middle" fill="currentColor">'
    ]
    svg += [_arrow(points) for points in edges.values()]
    svg += [_box(places[node], width[node], height[node], lines[node], bool(inputs[node])) for node in inputs]
    return Drawing("\n".join([*svg, "</svg>"]))


def _inputs(result):
    """{node: its inputs} of the whole graph, each node after its inputs."""
    if not isinstance(result, Value | Tensor):
        raise TypeError(f"draw expects a Value or a Tensor, got {type(result).__name__}")
    inputs, seen, stack = {}, set(), [(result, False)]
    while stack:
        node, done = stack.pop()
        sources = node.inputs if isinstance(node, Value) else tuple(source for source, _ in node.edges)
        if done:
            inputs[node] = sources
        elif node not in seen:
            seen.add(node)
            if len(seen) > MOST_NODES:
                raise ValueError(f"draw expects a graph of at most {MOST_NODES} nodes, got a larger one")
            if isinstance(node, Tensor) and node.freed:
                raise ValueError(
                    "the graph was freed by backward(): draw before it, or call backward(retain_graph=True)"
                )
            stack.append((node, True))
            stack += [(source, False) for source in reversed(sources)]
    return inputs


def _lines(node):
    head = " = ".join(part for part in (node.name, node.op) if part)
    lines = [head] if head else []
    if isinstance(node, Value):
        return [*lines, f"data {_number(node.data)}", f"grad {_number(node.grad)}"]
    if _is_summed_up(node.data):
        lines.append(str(node.shape))
    lines.append(f"data {_numbers(node.data)}")
    if node.requires_grad:
        lines.append("grad None" if node.grad is None else f"grad {_numbers(node.grad)}")
    return lines


def _is_summed_up(array):
    return array.size > 4 or (array.size != 1 and array.ndim != 1)


def _numbers(array):
    if _is_summed_up(array):
        return f"norm {_number(float(np.linalg.norm(array.astype(float))))}"
    if array.size == 1:
        return _number(array.item())
    return f"[{' '.join(map(_number, array.tolist()))}]"


def _number(x):
    return f"{x + 0.0:.4g}"  # + 0.0 makes 0 of -0


def _text_width(text):
    return CHARACTER * sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _box(centre, width, height, lines, is_result):
    x, y = centre
    corner, shade = (8, 0) if is_result else (2, 0.08)
    svg = (
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="{corner}" fill-opacity="{shade}" stroke="currentColor"/>'
    )
    for i, line in enumerate(lines):
        row = y + (i - (len(lines) - 1) / 2) * LINE + 4.5
        style = ' font-weight="bold"' if i == 0 and not line.startswith("data ") else ""
        style = ' font-style="italic" class="gyeop-grad"' if line.startswith("grad ") else style
        svg += f'<text x="{x:.1f}" y="{row:.1f}"{style}>{escape(line)}</text>'
    return svg


def _arrow(points):
    """A smooth line through the points, flat at each of them, with an arrowhead at the last."""
    (x, y), (tip, end) = points[0], points[-1]
    path = f"M{x:.1f} {y:.1f}"
    for nx, ny in points[1:]:
        nx -= 6 if (nx, ny) == (tip, end) else 0
        middle = (x + nx) / 2
        path += f" C{middle:.1f} {y:.1f} {middle:.1f} {ny:.1f} {nx:.1f} {ny:.1f}"
        x, y = nx, ny
    head = f"M{tip:.1f} {end:.1f} l-7 -3.5 v7 z"
    return f'<path d="{path}" fill="none" stroke="currentColor"/><path d="{head}"/>'
