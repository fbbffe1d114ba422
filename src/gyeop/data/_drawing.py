"""Shapes with soft edges, drawn on small pictures: what the generated images are made of.

Places are (row, column) from 0 to 1, rows down, whatever the size of the picture. A shape is its coverage: for every
pixel the share of it that the shape covers, 0 to 1, found from the distance to its edge.
"""

import numpy as np


def pixels(size):
    """The place of each pixel's center: (2, size, size)."""
    centers = (np.arange(size) + 0.5) / size
    return np.stack(np.meshgrid(centers, centers, indexing="ij"))


def _coverage(distance):
    """From the distance to the edge, in picture lengths and above 0 outside, to the share of each pixel inside."""
    return np.clip(0.5 - distance * len(distance), 0, 1)


def at(center, angle, along, across):
    """The place that lies `along` and `across` from `center`, on axes turned by `angle`."""
    cos, sin = np.cos(angle), np.sin(angle)
    return center[0] + cos * along - sin * across, center[1] + sin * along + cos * across


def turned(place, center, angle):
    """The places as seen from `center`, on axes turned by `angle`: two arrays, along and across."""
    row, column = place[0] - center[0], place[1] - center[1]
    return np.cos(angle) * row + np.sin(angle) * column, np.cos(angle) * column - np.sin(angle) * row


def ellipse(place, center, radii, angle=0.0):
    """`radii` (along, across): along the rows, turned by `angle`."""
    along, across = turned(place, center, angle)
    return _coverage((np.hypot(along / radii[0], across / radii[1]) - 1) * min(radii))


def stroke(place, points, width):
    """A line through `points` with round ends; `width` is a number, or one for each piece."""
    widths, covered = np.broadcast_to(width, len(points) - 1), np.zeros(place.shape[1:])
    for a, b, w in zip(points[:-1], points[1:], widths, strict=True):
        row, column = b[0] - a[0], b[1] - a[1]
        length = max(row**2 + column**2, 1e-12)
        t = np.clip(((place[0] - a[0]) * row + (place[1] - a[1]) * column) / length, 0, 1)
        distance = np.hypot(place[0] - a[0] - t * row, place[1] - a[1] - t * column)
        covered = np.maximum(covered, _coverage(distance - w / 2))
    return covered


def polygon(place, corners):
    """A convex shape, its corners in the order of the clock as seen in the picture."""
    covered = np.ones(place.shape[1:])
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        row, column = b[0] - a[0], b[1] - a[1]
        outside = ((place[1] - a[1]) * row - (place[0] - a[0]) * column) / np.hypot(row, column)
        covered = np.minimum(covered, _coverage(outside))
    return covered


def box(covered):
    """(left, top, right, bottom) around the pixels that are covered by half or more."""
    rows, columns = np.flatnonzero((covered >= 0.5).any(axis=1)), np.flatnonzero((covered >= 0.5).any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def paint(picture, coverage, color):
    """Lay `color`, a number for each channel, over `picture` (channels, size, size) in place, where `coverage` says."""
    picture += coverage * (np.asarray(color, dtype=float)[:, None, None] - picture)


def varied(color, rng, spread=0.06):
    """A color near this one."""
    return np.clip(np.asarray(color) + spread * rng.normal(size=len(color)), 0.02, 0.98)


def shaded(place, rng, low, high):
    """Light that falls from somewhere: (size, size), about `low` to `high`, brighter towards one side."""
    angle, level = rng.uniform(0, 2 * np.pi), rng.uniform(low, high)
    towards = (place[0] - 0.5) * np.cos(angle) + (place[1] - 0.5) * np.sin(angle)
    return level + rng.uniform(0, 0.5) * towards


def photograph(picture, noise, rng):
    """The picture as a camera gives it: with normal noise of size `noise`, between 0 and 1, float32."""
    return np.clip(picture + noise * rng.normal(size=picture.shape), 0, 1).astype(np.float32)
