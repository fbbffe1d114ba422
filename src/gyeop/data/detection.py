"""Drawn food on a table, several pieces a picture, each with its name and the box around it."""

from typing import NamedTuple

import numpy as np

from .._checks import count, generator, number
from ._drawing import at, box, ellipse, paint, photograph, pixels, polygon, shaded, varied


class Detection(NamedTuple):
    """`x, boxes, labels = ...`, or by name. Row i of each belongs to picture i."""

    x: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray


def _kimbap(picture, place, center, radius, angle, rng):
    """A slice: seaweed, rice, and what is in it."""
    outer = ellipse(place, center, (radius, radius))
    paint(picture, outer, varied((0.08, 0.12, 0.08), rng, 0.02))
    paint(picture, ellipse(place, center, (0.82 * radius,) * 2), varied((0.93, 0.92, 0.86), rng, 0.02))
    for k, color in enumerate([(0.95, 0.55, 0.1), (0.2, 0.5, 0.15), (0.95, 0.85, 0.3), (0.75, 0.3, 0.3)]):
        filling = at(center, angle + k * np.pi / 2, 0.3 * radius, 0)
        paint(picture, ellipse(place, filling, (0.24 * radius,) * 2), varied(color, rng, 0.04))
    return outer


def _egg(picture, place, center, radius, angle, rng):
    """A fried one: the white with an uneven edge, the yolk off its middle."""
    white = ellipse(place, center, (0.95 * radius, 0.75 * radius), angle)
    for _ in range(3):
        bulge = at(center, rng.uniform(0, 2 * np.pi), 0.45 * radius, 0)
        white = np.maximum(white, ellipse(place, bulge, (0.5 * radius,) * 2))
    paint(picture, white, varied((0.95, 0.95, 0.92), rng, 0.02))
    yolk = at(center, angle, 0.2 * radius, 0.1 * radius)
    paint(picture, ellipse(place, yolk, (0.36 * radius,) * 2), varied((0.97, 0.72, 0.1), rng, 0.03))
    return white


def _pizza(picture, place, center, radius, angle, rng):
    """A piece: a triangle of cheese with a crust along one side, and salami."""
    corners = [at(center, angle + turn, radius, 0) for turn in (0, -2.45, 2.45)]
    piece = polygon(place, corners)
    paint(picture, piece, varied((0.95, 0.78, 0.35), rng, 0.04))
    edge = at(center, angle, -0.65 * radius, 0)
    paint(
        picture, piece * ellipse(place, edge, (0.2 * radius, 2 * radius), angle), varied((0.72, 0.45, 0.2), rng, 0.04)
    )
    for along, across in ((0.3, 0.0), (-0.2, 0.25), (-0.2, -0.25)):
        salami = at(center, angle, along * radius, across * radius)
        paint(picture, piece * ellipse(place, salami, (0.15 * radius,) * 2), varied((0.72, 0.15, 0.1), rng, 0.04))
    return piece


def _donut(picture, place, center, radius, angle, rng):
    """A ring with an icing of any color; the table shows through the hole."""
    hole = 1 - ellipse(place, center, (0.32 * radius,) * 2)
    ring = ellipse(place, center, (radius, radius)) * hole
    paint(picture, ring, varied((0.72, 0.48, 0.24), rng, 0.04))
    paint(picture, ellipse(place, center, (0.85 * radius,) * 2) * hole, rng.uniform(0.2, 0.95, 3))
    return ring


_DRAWN = (_kimbap, _egg, _pizza, _donut)
FOODS = tuple(draw.__name__[1:] for draw in _DRAWN)


def _apart(objects, rng):
    """Circles in the picture that do not overlap: centers (objects, 2) and radii (objects,)."""
    largest = 0.3 / np.sqrt(objects)
    while True:
        radii = rng.uniform(0.65 * largest, largest, objects)
        centers = rng.uniform(radii[:, None], 1 - radii[:, None], (objects, 2))
        for _ in range(50):
            gaps = np.hypot(*(centers[:, None] - centers).transpose(2, 0, 1)) - radii[:, None] - radii
            touching = np.flatnonzero((np.tril(gaps, -1) < 0).any(axis=1))
            if not len(touching):
                return centers, radii
            k = touching[0]
            centers[k] = rng.uniform(radii[k], 1 - radii[k], 2)


def make_detection(n=200, objects=3, size=48, noise=0.03, rng=None):
    """Food on a table, 1 to `objects` pieces a picture: a `Detection` of x, boxes and labels.

    x (n, 3, size, size) float32 in [0, 1], channels red, green, blue. boxes (n, objects, 4) int64: left, top, right and
    bottom in pixels, so that `x[i, :, top:bottom, left:right]` is the piece: all pixels that it covers by half. labels
    (n, objects) int64, indices into `FOODS`; -1 where a picture has fewer pieces, and the box is then all 0. Pieces
    stand in the order of their left edges and do not overlap. How many there are comes in turn, from 1 to `objects`,
    what they are is drawn, each food as likely as the others. Table, light, sizes, angles and colors vary; `noise` is
    the size of the normal noise on each number.

    >>> x, boxes, labels = make_detection(4, objects=2, rng=0)
    >>> x.shape, boxes.shape, (labels >= 0).sum(axis=1).tolist()
    ((4, 3, 48, 48), (4, 2, 4), [1, 2, 1, 2])
    """
    n, objects = count(n, "make_detection's n"), count(objects, "make_detection's objects")
    size = count(size, "make_detection's size", at_least=16)
    noise, rng = number(noise, "make_detection's noise", at_least=0, at_most=1), generator(rng)
    most = int((size / 16) ** 2)
    if objects > most:
        raise ValueError(f"make_detection expects at most (size / 16)^2 = {most} objects, got {objects}")
    place, x = pixels(size), np.empty((n, 3, size, size), np.float32)
    boxes, labels = np.zeros((n, objects, 4), np.int64), np.full((n, objects), -1)
    for i in range(n):
        picture = np.ones((3, size, size)) * varied((0.55, 0.42, 0.32), rng, 0.08)[:, None, None]
        centers, radii = _apart(i % objects + 1, rng)
        kinds = rng.integers(0, len(FOODS), len(radii))
        found = [
            box(_DRAWN[kind](picture, place, center, radius, rng.uniform(0, 2 * np.pi), rng))
            for kind, center, radius in zip(kinds, centers, radii, strict=True)
        ]
        order = np.argsort([left for left, *_ in found], kind="stable")
        boxes[i, : len(found)], labels[i, : len(found)] = np.array(found)[order], kinds[order]
        x[i] = photograph(picture * shaded(place, rng, 0.7, 1.1), noise, rng)
    return Detection(x, boxes, labels)
