"""Data, finite differences and the optimizers."""

import numpy as np

from gyeop import data, gradients, optim

from .engine import Case
from .kinds import Array, Arrays, Count, Flag, Function, Given, Number, Optional, Parameters, Rng, bad

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

EPS = {"eps": Number(1e-3, above=0)}
CASES += [
    Case(gradients.numerical_gradient, dtype=float).takes(
        f=Function(lambda x: (x**2).sum(), numbers=True, gives_an_array=lambda x: np.ones(2)), x=Array("*s"), **EPS
    ),
    Case(gradients.jacobian, dtype=float).takes(f=Function(lambda x: 2 * x, numbers=True), x=Array("*s"), **EPS),
    Case(gradients.check_gradient, raises=gradients.GradientError).takes(
        f=Function(lambda x: (x * 0).sum() + 1.0, numbers=True),
        gradient=Array("*s", draw=lambda r, s: np.zeros(s)),
        x=Array("*s"),
        rtol=Number(1e-6, above=0),
    ),
]

W = [Array(3, 2), Array(4)]


def parameters():
    return [np.ones((3, 2)), np.ones(4)]


WRITABLE = Parameters(parameters)
DECAY = {"weight_decay": Number(0.1, at_least=0)}
BETAS = Given(
    lambda: (0.9, 0.99),
    bad(
        None_=None,
        one=(0.9,),
        three=(0.9, 0.9, 0.9),
        a_number=0.9,
        a_string="ab",
        one_is_1=(0.9, 1.0),
        nan=(np.nan, 0.9),
    ),
    bad(negative=(-0.1, 0.9), of_strings=("0.9", "0.9"), of_None=(None, 0.9), a_set={0.9, 0.99}),
)
ADAM = {"lr": Number(1e-3, at_least=0), "betas": BETAS, "eps": Number(1e-8, at_least=0)}
CASES += [
    Case(optim.gradient_descent).takes(
        gradient=Function(lambda x: 2 * x, numbers=True, gives_another_shape=lambda x: np.ones((7, 7))),
        start=Array("*s"),
        lr=Number(0.1, above=0),
        eps=Number(1e-6, at_least=0),
        max_steps=Count(3, at_least=0),
    ),
    Case(optim.SGD).takes(
        parameters=WRITABLE, lr=Number(0.1, at_least=0), momentum=Number(0.9, at_least=0), nesterov=Flag(), **DECAY
    ),
    Case(optim.Adam).takes(parameters=WRITABLE, **ADAM, **DECAY),
    Case(optim.AdamW).takes(parameters=WRITABLE, **ADAM, **DECAY),
    Case(optim.clip_gradients, dtype="each").takes(
        gradients=Arrays(Array("*a"), Array("*b"), any_number=True), max_norm=Number(1.0, at_least=0)
    ),
]
for make in (
    lambda: optim.SGD(parameters(), 0.1, 0.9, weight_decay=0.1),
    lambda: optim.Adam(parameters(), weight_decay=0.1),
    lambda: optim.AdamW(parameters()),
):
    CASES.append(Case(type(make()).step, dtype=float).takes(self=Given(make), gradients=Arrays(*W)))
