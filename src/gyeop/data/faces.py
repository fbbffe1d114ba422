"""Drawn faces: one picture for many questions - who, where, with glasses or not, smiling or not, how old."""

from typing import NamedTuple

import numpy as np

from .._checks import count, generator, number
from ._drawing import at, box, ellipse, paint, photograph, pixels, shaded, stroke


class Faces(NamedTuple):
    """`x, identity, boxes, glasses, smiling, age = ...`, or by name. Element i of each belongs to picture i."""

    x: np.ndarray
    identity: np.ndarray
    boxes: np.ndarray
    glasses: np.ndarray
    smiling: np.ndarray
    age: np.ndarray


class _Person(NamedTuple):
    """What stays the same from picture to picture; lengths in half heights of the face, levels of gray from 0 to 1."""

    width: float
    skin: float
    hair: float
    hair_length: float
    fringe: float
    eye_distance: float
    eye_size: float
    brow: float
    brow_tilt: float
    nose: float
    mouth_width: float
    mouth_row: float
    mark: float  # where a mole is, across; none if far from the middle


LOW = _Person(0.68, 0.55, 0.05, 0.0, -0.75, 0.27, 0.1, 0.04, -0.12, 0.2, 0.28, 0.5, -0.9)
HIGH = _Person(0.88, 0.9, 0.5, 1.0, -0.45, 0.42, 0.17, 0.13, 0.12, 0.4, 0.45, 0.62, 0.9)


def _draw(picture, place, person, center, half, tilt, cloth, age, glasses, smiling):
    """Draw one face, and return the coverage of its oval."""
    child, old = np.clip((25 - age) / 20, 0, 1), np.clip((age - 30) / 50, 0, 1)

    def spot(along, across):
        return at(center, tilt, half * along, half * across)

    def put(coverage, level, strength=1.0):
        paint(picture, strength * coverage, (level,))

    def line(points, width):
        return stroke(place, [spot(*point) for point in points], half * width)

    width = person.width * (1 + 0.12 * child)
    hair = person.hair + 0.8 * old * (0.95 - person.hair)
    lower = 0.1 * child  # a child's features sit lower, below a high forehead
    put(ellipse(place, spot(1.9, 0), (0.9 * half, 1.25 * half)), cloth)
    long = 0.25 + 0.55 * person.hair_length
    put(ellipse(place, spot(long - 0.4, 0), (half * (0.75 + long), half * (width + 0.16)), tilt), hair)
    put(line([(0.7, 0), (1.2, 0)], 0.5), 0.85 * person.skin)
    face = ellipse(place, center, (half, half * width), tilt)
    put(face, person.skin)
    fringe = ellipse(place, spot(person.fringe - 0.62, 0.1), (0.62 * half, 1.1 * half * width), tilt)
    put(np.minimum(fringe, face), hair)

    eyes, size = -0.08 + lower, person.eye_size * (1 + 0.5 * child)
    for side in (-1, 1):
        eye = spot(eyes, side * person.eye_distance)
        put(ellipse(place, eye, (0.8 * size * half, 1.2 * size * half), tilt), 0.97)
        put(ellipse(place, eye, (0.6 * size * half,) * 2), 0.05)
        inner, outer = person.eye_distance - 0.15, person.eye_distance + 0.15
        brow = eyes - size - 0.12
        ends = [(brow - person.brow_tilt / 2, side * inner), (brow + person.brow_tilt / 2, side * outer)]
        put(line(ends, person.brow), hair, 0.9)
    put(line([(eyes + 0.1, 0.02), (eyes + 0.1 + person.nose, 0.05)], 0.07), 0.7 * person.skin)
    mouth, bend = person.mouth_row + lower, 0.3 if smiling else -0.06
    curve = [(mouth + bend * (1 - t**2) - bend / 2, t * person.mouth_width) for t in np.linspace(-1, 1, 7)]
    put(line(curve, 0.12), 0.15)
    put(ellipse(place, spot(0.3, person.mark), (0.06 * half,) * 2), 0.3, float(abs(person.mark) < 0.55))
    for wrinkle in (
        [(-0.42, -0.35), (-0.42, 0.35)],
        [(-0.55, -0.28), (-0.55, 0.28)],
        *([(eyes + 0.2, side * 0.25), (eyes + 0.26, side * 0.45)] for side in (-1, 1)),
        *([(mouth - 0.2, side * 0.28), (mouth + 0.1, side * 0.45)] for side in (-1, 1)),
    ):
        put(line(wrinkle, 0.06), 0.45 * person.skin, 0.75 * old)
    if glasses:
        for side in (-1, 1):
            lens, r = spot(eyes, side * person.eye_distance), half * (size + 0.16)
            put(ellipse(place, lens, (r, r)) - ellipse(place, lens, (r - 0.09 * half,) * 2), 0.02, 0.9)
        put(line([(eyes, -0.1), (eyes, 0.1)], 0.07), 0.02, 0.9)
    return face


def make_faces(n=400, people=10, size=32, noise=0.03, rng=None):
    """Gray pictures of drawn faces: a `Faces` of x, identity, boxes, glasses, smiling and age.

    x (n, 1, size, size) float32 in [0, 1], 1 is white. identity (n,) int64 from 0 to people - 1, each as often as the
    others or once more, in turn. boxes (n, 4) int64: left, top, right and bottom of the oval of the face in pixels, as
    in `make_detection`. glasses and smiling (n,) int64: 1 in half of the pictures, else 0, in a random order each. age
    (n,) float64, uniform from 5 to 80: the young have large eyes that sit low in a round face, the old have light hair
    and wrinkles. One person comes at every age. What makes a person is drawn too: shape, skin, hair, eyes, brows, nose,
    mouth, a mole; people of another seed are other people. Place, size, tilt, background, clothes and light vary;
    `noise` is the size of the normal noise on each number.

    >>> faces = make_faces(8, people=4, rng=0)
    >>> faces.x.shape, faces.identity.tolist(), int(faces.glasses.sum())
    ((8, 1, 32, 32), [0, 1, 2, 3, 0, 1, 2, 3], 4)
    """
    n, people = count(n, "make_faces's n"), count(people, "make_faces's people")
    size = count(size, "make_faces's size", at_least=16)
    noise, rng = number(noise, "make_faces's noise", at_least=0, at_most=1), generator(rng)
    persons = [_Person(*rng.uniform(LOW, HIGH)) for _ in range(people)]
    identity = np.arange(n) % people
    glasses, smiling = rng.permutation(np.arange(n) % 2), rng.permutation(np.arange(n) % 2)
    age, place = rng.uniform(5, 80, n), pixels(size)
    x, boxes = np.empty((n, 1, size, size), np.float32), np.empty((n, 4), np.int64)
    for i in range(n):
        half, tilt = rng.uniform(0.29, 0.36), rng.uniform(-0.1, 0.1)
        center, cloth = rng.uniform((0.43, 0.42), (0.57, 0.58)), rng.uniform(0.1, 0.9)
        picture = np.full((1, size, size), rng.uniform(0.15, 0.9))
        face = _draw(picture, place, persons[identity[i]], center, half, tilt, cloth, age[i], glasses[i], smiling[i])
        boxes[i] = box(face)
        x[i] = photograph(picture * shaded(place, rng, 0.75, 1.05), noise, rng)
    return Faces(x, identity, boxes, glasses, smiling, age)
