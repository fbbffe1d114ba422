"""Gradient descent and the optimizers."""

import numpy as np

from gyeop import optim

from .arrays import Array, Arrays
from .case import Case
from .kinds import Count, Flag, Function, Number, Parameters
from .variants import Given, bad

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
CASES = [
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
