"""Finite differences."""

import numpy as np

from gyeop import gradients

from .arrays import Array
from .case import Case
from .kinds import Function, Number

EPS = {"eps": Number(1e-3, above=0)}
CASES = [
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
