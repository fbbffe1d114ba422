"""Drawn fruit on a conveyor belt: some can be told by color, size and roundness, some only by what is on their skin."""

import numpy as np

from .._checks import count, generator, number
from ._drawing import at, ellipse, paint, photograph, pixels, shaded, stroke, turned, varied

_RED, _GREEN, _LEAF = (0.78, 0.12, 0.14), (0.42, 0.68, 0.2), (0.2, 0.5, 0.15)


def _apple(picture, place, center, radius, angle, rng):
    """Red or green, with a dent and a stalk on top."""
    skin = varied(_RED if rng.random() < 0.6 else _GREEN, rng)
    paint(picture, ellipse(place, center, (radius * rng.uniform(0.85, 1), radius), angle), skin)
    top = at(center, angle, -0.95 * radius, 0)
    paint(picture, 0.6 * ellipse(place, top, (0.16 * radius, 0.36 * radius), angle), (0.2, 0.12, 0.06))
    stalk = [top, at(center, angle, -1.25 * radius, 0.15 * radius)]
    paint(picture, stroke(place, stalk, 0.16 * radius), (0.3, 0.2, 0.1))


def _orange(picture, place, center, radius, angle, rng):
    """Orange, with pores."""
    skin = varied((0.93, 0.5, 0.08), rng)
    paint(picture, ellipse(place, center, (radius * 0.97, radius), angle), skin)
    for _ in range(8):
        pore = at(center, rng.uniform(0, 2 * np.pi), 0.75 * radius * np.sqrt(rng.random()), 0)
        paint(picture, 0.5 * ellipse(place, pore, (0.07 * radius,) * 2), 0.6 * skin)


def _banana(picture, place, center, radius, angle, rng):
    """Yellow, ripe or not, long and bent, with dark ends."""
    skin = varied((0.93, 0.8, 0.2) if rng.random() < 0.7 else (0.7, 0.75, 0.25), rng)
    bend = np.linspace(-1, 1, 9)
    points = [at(center, angle, 1.25 * radius * t, radius * (0.45 * t**2 - 0.2)) for t in bend]
    paint(picture, stroke(place, points, radius * (0.62 - 0.35 * ((bend[:-1] + bend[1:]) / 2) ** 2)), skin)
    for end in (points[0], points[-1]):
        paint(picture, ellipse(place, end, (0.12 * radius,) * 2), 0.35 * skin)


def _grape(picture, place, center, radius, angle, rng):
    """A bunch of purple or green balls, wide above and narrow below."""
    skin = varied((0.4, 0.16, 0.5) if rng.random() < 0.7 else (0.55, 0.68, 0.3), rng)
    paint(picture, stroke(place, [at(center, angle, -1.2 * radius, 0), center], 0.14 * radius), _LEAF)
    for row, balls in enumerate((3, 4, 3, 2, 1)):
        for k in range(balls):
            ball = at(center, angle, radius * (0.46 * row - 0.9), 0.46 * radius * (k - (balls - 1) / 2))
            ball = ball[0] + 0.05 * radius * rng.normal(), ball[1] + 0.05 * radius * rng.normal()
            paint(picture, ellipse(place, ball, (0.29 * radius,) * 2), skin * rng.uniform(0.75, 1.15))
            gleam = ball[0] - 0.08 * radius, ball[1] - 0.08 * radius
            paint(picture, 0.5 * ellipse(place, gleam, (0.08 * radius,) * 2), (1, 1, 1))


def _strawberry(picture, place, center, radius, angle, rng):
    """As red as an apple and nearly as round, with pale seeds and leaves on top."""
    skin = 0.85 * varied(_RED, rng)  # with the seeds as bright as an apple
    paint(picture, ellipse(place, center, (radius, radius * rng.uniform(0.85, 1)), angle), skin)
    for along in (-0.45, 0.0, 0.45):
        for across in (-0.5, -0.17, 0.17, 0.5):
            seed = at(center, angle, radius * (along + (0.2 if abs(across) < 0.3 else 0)), radius * across)
            paint(picture, 0.8 * ellipse(place, seed, (0.1 * radius, 0.07 * radius), angle), (0.95, 0.5, 0.4))
    for tip in (-0.5, 0.0, 0.5):
        leaf = [at(center, angle, -0.95 * radius, 0), at(center, angle, -0.75 * radius, tip * radius)]
        paint(picture, stroke(place, leaf, 0.2 * radius), _LEAF)


def _watermelon(picture, place, center, radius, angle, rng):
    """As green as a green apple and as round, with dark stripes."""
    skin = 1.3 * varied(_GREEN, rng)  # with the stripes as bright as an apple
    ball = ellipse(place, center, (radius, radius * rng.uniform(0.85, 1)), angle)
    paint(picture, ball, skin)
    along, across = turned(place, center, angle)
    bulge = across / np.sqrt(np.maximum(1 - (along / (1.15 * radius)) ** 2, 0.1))
    stripes = np.clip(2 * np.cos(2 * np.pi * bulge / (0.5 * radius) + 0.4 * np.sin(9 * along / radius)), 0, 1)
    paint(picture, 0.85 * ball * stripes, 0.3 * skin)


_DRAWN = (_apple, _orange, _banana, _grape, _strawberry, _watermelon)
FRUITS = tuple(draw.__name__[1:] for draw in _DRAWN)


def make_fruit(n=300, kinds=6, size=24, noise=0.03, rng=None):
    """Fruit on a gray belt: images (n, 3, size, size) float32 in [0, 1], labels (n,) int64, indices into `FRUITS`.

    Channels are red, green, blue. `kinds` is how many of `FRUITS` there are, from the first on, each as often as the
    others or once more, in turn. Place, size, angle, ripeness and light vary; `noise` is the size of the normal noise
    on each number. The first four - apple, orange, banana, grape - differ in color and roundness. A strawberry has the
    color of a red apple, a watermelon that of a green one, both nearly its roundness and its size: they differ in what
    is on their skin.

    >>> x, y = make_fruit(6, kinds=3, rng=0)
    >>> x.shape, [FRUITS[kind] for kind in y]
    ((6, 3, 24, 24), ['apple', 'orange', 'banana', 'apple', 'orange', 'banana'])
    """
    n, size = count(n, "make_fruit's n"), count(size, "make_fruit's size", at_least=8)
    noise, rng = number(noise, "make_fruit's noise", at_least=0, at_most=1), generator(rng)
    if count(kinds, "make_fruit's kinds") > len(FRUITS):
        raise ValueError(f"make_fruit expects at most {len(FRUITS)} kinds, got {kinds}")
    y, place = np.arange(n) % kinds, pixels(size)
    x = np.empty((n, 3, size, size), np.float32)
    for i, kind in enumerate(y):
        picture = np.ones((3, size, size)) * varied((0.45, 0.45, 0.45), rng, 0.03)[:, None, None]
        center, radius, angle = rng.uniform(0.45, 0.55, 2), rng.uniform(0.25, 0.33), rng.uniform(-0.8, 0.8)
        _DRAWN[kind](picture, place, center, radius, angle, rng)
        x[i] = photograph(picture * shaded(place, rng, 0.7, 1.1), noise, rng)
    return x, y
