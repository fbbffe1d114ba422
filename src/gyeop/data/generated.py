"""Small generated problems in the plane: x (n, 2) float64, y (n,) int64. None of them can be split by one line."""

import numpy as np

from .._checks import count, generator, number


def _labels(n, classes):
    """n labels, each class as often as the others or once more, in turn."""
    return np.arange(n) % classes


def make_spirals(n=300, classes=3, noise=0.1, rng=None):
    """`classes` spiral arms: radius 0 to 1, one full turn each, normal noise of size `noise` on both coordinates.

    >>> x, y = make_spirals(6, classes=3, rng=0)
    >>> x.shape, y.tolist()
    ((6, 2), [0, 1, 2, 0, 1, 2])
    """
    n, classes = count(n, "make_spirals's n"), count(classes, "make_spirals's classes")
    noise, rng = number(noise, "make_spirals's noise", at_least=0), generator(rng)
    y = _labels(n, classes)
    radius = np.sqrt(rng.uniform(0, 1, n))  # the root spreads the points evenly along the arm
    angle = 2 * np.pi * (radius + y / classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + noise * rng.normal(size=(n, 2)), y


def make_moons(n=200, noise=0.1, rng=None):
    """Two half circles of radius 1, one hooked into the other, with normal noise of size `noise`.

    Class 0 is the upper half circle around (0, 0), class 1 the lower one around (1, 0.5).

    >>> x, y = make_moons(4, noise=0, rng=0)
    >>> bool((x[y == 0][:, 1] >= 0).all()), bool((x[y == 1][:, 1] <= 0.5).all())
    (True, True)
    """
    n, noise, rng = count(n, "make_moons's n"), number(noise, "make_moons's noise", at_least=0), generator(rng)
    y = _labels(n, 2)
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
    return x + noise * rng.normal(size=(n, 2)), y


def make_xor(n=200, noise=0.1, rng=None):
    """Points about the corners of the unit square, with normal noise of size `noise`; y is XOR of the corner.

    The corners come in turn: (0, 0), (0, 1), (1, 0), (1, 1), so n=4 with noise=0 is the truth table.

    >>> x, y = make_xor(4, noise=0)
    >>> x.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    n, noise, rng = count(n, "make_xor's n"), number(noise, "make_xor's noise", at_least=0), generator(rng)
    corner = np.arange(n) % 4
    bits = np.stack([corner // 2, corner % 2], axis=1)
    return bits + noise * rng.normal(size=(n, 2)), bits[:, 0] ^ bits[:, 1]
