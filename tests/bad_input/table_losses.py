"""The losses with their gradients, what keeps a network from overfitting, and initial weights."""

import numpy as np

from gyeop import init, losses, regularization

from .engine import Case
from .kinds import (
    Array,
    Arrays,
    Count,
    Counts,
    Dtype,
    Function,
    Given,
    Labels,
    Number,
    Parameters,
    Rng,
    bit,
    distribution,
    probability,
    sign,
)


def both(loss, dtype="kept", **kinds):
    """The case of a loss and that of its gradient, which take the same."""
    return [Case(f, dtype).takes(**kinds) for f in (loss, loss.gradient)]


ANY = {"prediction": Array("*s"), "target": Array("*s")}
LOSSES = [
    *both(losses.mse, **ANY),
    *both(losses.mae, **ANY),
    *both(losses.huber, **ANY, delta=Number(1.0, above=0)),
    *both(losses.hinge, score=Array("*s"), y=Array("*s", draw=sign, refuses=(0, 0.5, 2))),
    *both(
        losses.binary_cross_entropy,
        p=Array("*s", draw=probability, refuses=(-0.5, 1.5)),
        y=Array("*s", draw=bit, refuses=(-1, 2)),
    ),
    *both(losses.binary_cross_entropy_with_logits, z=Array("*s"), y=Array("*s", draw=bit, refuses=(-1, 2))),
    *both(losses.cross_entropy, logits=Array("n", 4, also=[("n", k) for k in range(1, 9)]), y=Labels("n", classes=4)),
    *both(losses.cross_entropy, logits=Array("n", "k"), y=Array("n", "k", draw=distribution, refuses=(-0.5, 1.5, 5))),
    Case(losses.with_gradient, changes=["gradient"], result=lambda attach: attach(lambda z: z).gradient(3.0)).takes(
        gradient=Function(lambda z: 2 * z)
    ),
]

WEIGHTS = {"weights": Array("*s"), "strength": Number(0.1, at_least=0)}
LISTED = {
    "weights": Arrays(Array("*a"), Array("*b"), any_number=True, lists=False),
    "strength": Number(0.1, at_least=0),
}
PENALTIES = [
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


STOPPING = [
    Case(regularization.EarlyStopping).takes(patience=Count(10), min_delta=Number(0.0, at_least=0)),
    Case(regularization.EarlyStopping.reset).takes(self=Given(stopped)),
    Case(regularization.EarlyStopping.update, dtype=None).takes(
        self=Given(stopped), loss=Number(1.0), parameters=Parameters(weights)
    ),
    Case(regularization.EarlyStopping.restore, dtype=None, changes=["parameters"]).takes(
        self=Given(stopped), parameters=Parameters(weights)
    ),
]

DRAWN = {"rng": Rng(), "dtype": Dtype()}
INIT = [
    Case(init.zeros, dtype=None).takes(shape=Counts(3, 2, least=1), **DRAWN),
    Case(init.normal, dtype=None).takes(shape=Counts(3, 2, least=1), **DRAWN, std=Number(0.01, at_least=0)),
]
for f in (init.xavier_uniform, init.xavier_normal, init.he_uniform, init.he_normal):
    INIT += [Case(f, dtype=None).takes(shape=Counts(*shape, least=2), **DRAWN) for shape in ((3, 2), (3, 2, 5, 5))]

CASES = [*LOSSES, *PENALTIES, *STOPPING, *INIT]
