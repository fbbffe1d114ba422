"""Places for the nodes of a graph, left to right in layers: Sugiyama, Tagawa and Toda 1981, in its simplest form.

A node stands one layer right of its rightmost input; a leaf, and what comes of one input alone, right beside its first
use. An edge that crosses layers gets a waypoint in each of them, so that it goes between the boxes. Within a layer,
nodes are ordered by the mean position of their neighbours, which undoes most crossings, and then pulled level with them
as far as there is room.
"""

GAP = 16.0  # between two boxes in a layer
COLUMN = 44.0  # between two layers


def lay_out(inputs, width, height):
    """({node: (x, y) of its centre}, {(node, i): points from its i-th input's box to its own}, (width, height) of all).

    `inputs` is {node: its inputs, in order}, each node after its inputs; `width` and `height` are {node: size}. Nodes
    are any hashable things.
    """
    layer = _layers(inputs)
    columns: list[list] = [[] for _ in range(1 + max(layer.values()))]
    for node in inputs:
        columns[layer[node]].append(node)
    links, waypoints = [], {}
    for node, sources in inputs.items():
        for i, source in enumerate(sources):
            path = [("waypoint", node, i, depth) for depth in range(layer[source] + 1, layer[node])]
            for point in path:
                columns[point[-1]].append(point)
            chain = [source, *path, node]
            links += [(left, right, 0.0) for left, right in zip(chain, chain[1:-1], strict=False)]
            links.append((chain[-2], node, _port(i, len(sources), height[node])))
            waypoints[node, i] = path
    y = _rows(columns, links, height)
    top = min(y[node] - height.get(node, 0.0) / 2 for column in columns for node in column)
    place: dict = {}
    right = 0.0
    for column in columns:
        wide = max(width.get(node, 0.0) for node in column)
        place |= {node: (right + wide / 2, y[node] - top) for node in column}
        right += wide + COLUMN
    bottom = max(place[node][1] + height[node] / 2 for node in inputs)
    lines = {}
    for (node, i), path in waypoints.items():
        source, (x, row) = inputs[node][i], place[node]
        start = (place[source][0] + width[source] / 2, place[source][1])
        end = (x - width[node] / 2, row + _port(i, len(inputs[node]), height[node]))
        lines[node, i] = [start, *(place[point] for point in path), end]
    return {node: place[node] for node in inputs}, lines, (right - COLUMN, bottom)


def _port(i, count, height):
    """Where the i-th of `count` edges reaches a box, below its centre: they are spread over its left side."""
    return height * ((i + 1) / (count + 1) - 0.5)


def _layers(inputs):
    layer: dict = {}
    uses: dict = {}
    for node, sources in inputs.items():
        layer[node] = 1 + max((layer[s] for s in sources), default=-1)
        for source in sources:
            uses.setdefault(source, []).append(node)
    for node, sources in reversed(inputs.items()):
        if len(set(sources)) < 2 and node in uses:
            layer[node] = min(layer[user] for user in uses[node]) - 1
    return layer


def _rows(columns, links, height, sweeps=12):
    """{node: y of its centre}. Sweeps to the right look at left neighbours, sweeps to the left at right ones."""
    before: dict = {}
    after: dict = {}
    y: dict = {}
    for left, right, port in links:
        before.setdefault(right, []).append((left, -port))
        after.setdefault(left, []).append((right, port))
    for column in columns:
        _stack(column, [0.0] * len(column), height, y)
    for sweep in range(sweeps):
        forward = sweep % 2 == 0
        neighbours = before if forward else after
        for column in columns if forward else reversed(columns):
            wanted = {node: _level(node, neighbours, y) for node in column}
            if sweep < sweeps - 4:  # the last sweeps only straighten, in an order that stays
                column.sort(key=wanted.get)
            _stack(column, [wanted[node] for node in column], height, y)
    return y


def _level(node, neighbours, y):
    rows = [y[other] + port for other, port in neighbours.get(node, [(node, 0.0)])]
    return sum(rows) / len(rows)


def _stack(column, wanted, height, y):
    """As near to the wanted rows as the order and the gaps allow; what is pushed down is shared by the column."""
    edge, pushed = float("-inf"), 0.0
    for node, row in zip(column, wanted, strict=True):
        half = height.get(node, 0.0) / 2
        y[node] = max(row, edge + half)
        edge = y[node] + half + GAP
        pushed += y[node] - row
    for node in column:
        y[node] -= pushed / len(column)
