"""Penalties on weights, and stopping early."""

import numpy as np

from gyeop import regularization

from .arrays import Array, Arrays
from .case import Case
from .kinds import Count, Number, Parameters
from .variants import Given


def both(loss, dtype="kept", **kinds):
    """The case of a loss and that of its gradient, which take the same."""
    return [Case(f, dtype).takes(**kinds) for f in (loss, loss.gradient)]


WEIGHTS = {"weights": Array("*s"), "strength": Number(0.1, at_least=0)}
LISTED = {
    "weights": Arrays(Array("*a"), Array("*b"), any_number=True, lists=False),
    "strength": Number(0.1, at_least=0),
}
CASES = [
    *both(regularization.l1_penalty, **WEIGHTS),
    *both(regularization.l1_penalty, "each", **LISTED),
    *both(regularization.l2_penalty, **WEIGHTS),
    *both(regularization.l2_penalty, "each", **LISTED),
]


def stopped():
    stopping = regularization.EarlyStopping(2)
    stopping.update(2.0, weights())
    return stopping


def weights():
    return [np.zeros((2, 3)), np.ones(4)]


CASES += [
    Case(regularization.EarlyStopping).takes(patience=Count(10), min_delta=Number(0.0, at_least=0)),
    Case(regularization.EarlyStopping.reset).takes(self=Given(stopped)),
    Case(regularization.EarlyStopping.update, dtype=None).takes(
        self=Given(stopped), loss=Number(1.0), parameters=Parameters(weights)
    ),
    Case(regularization.EarlyStopping.restore, dtype=None, changes=["parameters"]).takes(
        self=Given(stopped), parameters=Parameters(weights)
    ),
]
