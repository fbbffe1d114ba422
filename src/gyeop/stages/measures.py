"""What a person measures of a digit: ten numbers about holes, strokes and open sides.

Setting a digit upright by its moments before anything is measured: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner,
Gradient-Based Learning Applied to Document Recognition (1998), where it is called deslanting.
"""

import math

import numpy as np

from .._checks import rows
from .._sampling import bilinear

SIDE = 20  # of the frame into which every digit is stretched before it is measured
FEATURES = (
    "holes",
    "hole_height",
    "open_upper_left",
    "open_upper_right",
    "open_lower_left",
    "ink_top",
    "ink_bottom",
    "strokes_upper",
    "strokes_lower",
    "strokes_down",
)


def squares(x, name):
    """x as images (batch, side, side). One pixel is not an image: (batch, 1) is more likely labels, or one feature."""
    x = rows(x, name)
    side = math.isqrt(x.shape[1])
    if side * side != x.shape[1] or side == 1:
        raise ValueError(f"{name} expects square images as rows (batch, side * side), got {x.shape}")
    return x.reshape(-1, side, side)


def hand_features(x):
    """Ten numbers for each digit, (batch, 10) in the order of `FEATURES`, thought out and written by a person.

    The digit is set upright, cut out and stretched into a frame of 20 x 20, where what is darker than half is ink.

    `holes`            areas of paper that ink encloses, counted one above the other: 8 has two, 0 has one
    `hole_height`      the share of rows that cross a hole
    `open_upper_left`  how far in from the left edge the ink begins, in the upper half, as a share of the width;
                       `open_upper_right` from the right edge, `open_lower_left` in the lower half
    `ink_top`          the share of ink in the upper fifth; `ink_bottom` in the lower fifth
    `strokes_upper`    how many strokes a line from left to right crosses, in the upper half; `strokes_lower` in the
                       lower half; `strokes_down` on the way down through the middle

    An image without ink measures 0 throughout, but for what is open, which is 1.

    >>> ring = [[1, 1, 1, 1], [1, 0, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]]
    >>> dict(zip(FEATURES, hand_features([np.ravel(ring)])[0].round(1).tolist()))["holes"]
    1.0
    """
    images = squares(x, "hand_features")
    return measures_of(images).astype(images.dtype)


def measures_of(images):
    parts = range(0, len(images), 256)  # images at a time, so that many of them need no more memory
    return np.concatenate([_measures(images[start : start + 256]) for start in parts])


def _measures(images):
    ink = _upright(images) > 0.5
    hole_rows = _holes(ink).any(axis=2)
    holes = (np.diff(hole_rows.astype(int), axis=1, prepend=0) > 0).sum(axis=1)  # rows where a hole begins
    upper, lower, middle = slice(4, 9), slice(12, 17), slice(8, 12)
    from_left, from_right = _paper_before_ink(ink), _paper_before_ink(ink[:, :, ::-1])
    strokes, strokes_down = _strokes(ink), _strokes(ink.transpose(0, 2, 1))
    measures = [
        holes,
        hole_rows.mean(axis=1),
        from_left[:, upper].mean(axis=1),
        from_right[:, upper].mean(axis=1),
        from_left[:, lower].mean(axis=1),
        ink[:, :4].mean(axis=(1, 2)),
        ink[:, -4:].mean(axis=(1, 2)),
        strokes[:, upper].mean(axis=1),
        strokes[:, lower].mean(axis=1),
        strokes_down[:, middle].mean(axis=1),
    ]
    return np.stack(measures, axis=1)


def _upright(images):
    """Each digit sheared until its ink leans neither way, and stretched into the frame: (batch, 20, 20), 0 to 1."""
    images = np.maximum(images.astype(np.float64), 0)
    darkest = images.max(axis=(1, 2), keepdims=True)
    images = images / np.where(darkest > 0, darkest, 1)
    side = images.shape[1]
    ink = np.maximum(images.sum(axis=(1, 2)), 1)  # 1 or more wherever there is ink
    row, column = np.arange(side)[:, None], np.arange(side)
    y = row - ((images * row).sum(axis=(1, 2)) / ink)[:, None, None]  # from the ink's center: (batch, side, 1)
    x = column - ((images * column).sum(axis=(1, 2)) / ink)[:, None, None]
    spread = (images * y * y).sum(axis=(1, 2))
    lean = ((images * y * x).sum(axis=(1, 2)) / np.where(spread > 0, spread, 1))[:, None, None]

    dark = images > 0.5
    straight = x - lean * y  # where a column comes to stand once the digit is upright
    steps = np.linspace(0, 1, SIDE)

    def frame(places, steps):
        low = np.where(dark, places, np.inf).min(axis=(1, 2), keepdims=True)
        high = np.where(dark, places, -np.inf).max(axis=(1, 2), keepdims=True)
        blank = ~dark.any(axis=(1, 2), keepdims=True)
        return np.where(blank, 0, low) + np.where(blank, 0, high - low) * steps

    down = frame(np.broadcast_to(y, dark.shape), steps[:, None])
    across = frame(straight, steps) + lean * down
    return bilinear(images, *np.broadcast_arrays(down - y[:, :1], across - x[:, :, :1]))


def _holes(ink):
    """The paper that cannot be reached from outside by steps up, down, left and right: (batch, 20, 20)."""
    paper = ~np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    reached = np.zeros_like(paper)
    reached[:, 0] = True
    count_before = 0
    while (count_now := int(reached.sum())) > count_before:
        count_before = count_now
        reached[:, 1:] |= reached[:, :-1] & paper[:, 1:]
        reached[:, :-1] |= reached[:, 1:] & paper[:, :-1]
        reached[:, :, 1:] |= reached[:, :, :-1] & paper[:, :, 1:]
        reached[:, :, :-1] |= reached[:, :, 1:] & paper[:, :, :-1]
    return (paper & ~reached)[:, 1:-1, 1:-1]


def _paper_before_ink(ink):
    """For each row, the share of its width that comes before the first ink: (batch, 20)."""
    return np.where(ink.any(axis=2), ink.argmax(axis=2) / SIDE, 1.0)


def _strokes(ink):
    """For each row, how often ink begins: (batch, 20)."""
    return (np.diff(ink.astype(int), axis=2, prepend=0) > 0).sum(axis=2)
