"""Data: what ships with the library, what is drawn, and what prepares it."""

import numpy as np

from gyeop import data

from .arrays import Array
from .case import Case
from .kinds import Count, Flag, Number, Rng
from .variants import Optional

NOISE = {"noise": Number(0.1, at_least=0), "rng": Rng()}
INNER = [data.load_fashion_mnist]  # it takes nothing, and needs a network
SPECK = {"noise": Number(0.03, at_least=0, at_most=1), "rng": Rng()}
ROWS = Array("n", "*a")
XY = [{"x": ROWS, "y": Array("n", "*b")}, {"x": ROWS, "y": Array("n", "*b", draw=lambda rng, s: rng.integers(0, 9, s))}]
SCALED = {"x": Array("n", "d"), "reference": Optional(Array("m", "d"))}
CASES = [
    Case(data.load_digits, np.float32, result=lambda digits: digits[0][:2]).takes(),
    Case(data.load_mnist, np.float32, result=lambda digits: digits.x_test[:2]).takes(full=Flag()),
    Case(data.load_constitution).takes(),
    Case(data.make_fruit, np.float32).takes(n=Count(2), kinds=Count(3), size=Count(12, at_least=8), **SPECK),
    Case(data.make_detection, np.float32).takes(n=Count(2), objects=Count(2), size=Count(24, at_least=16), **SPECK),
    Case(data.make_faces, None).takes(n=Count(2), people=Count(2), size=Count(16, at_least=16), **SPECK),
    Case(data.make_tones, None).takes(n=Count(2), speakers=Count(2), samples=Count(400, at_least=400), **SPECK),
    Case(data.make_spirals).takes(n=Count(7), classes=Count(3), **NOISE),
    Case(data.make_moons).takes(n=Count(7), **NOISE),
    Case(data.make_xor).takes(n=Count(7), **NOISE),
    *(
        Case(data.train_test_split, dtype="each").takes(**xy, test_fraction=Number(0.4, above=0, below=1), rng=Rng())
        for xy in XY
    ),
    *(Case(data.batches, dtype="each").takes(**xy, batch_size=Count(2), rng=Rng()) for xy in XY),
    Case(data.standardize, "each").takes(**SCALED),
    Case(data.min_max_scale, "each").takes(**SCALED),
]
