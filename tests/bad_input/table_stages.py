"""Rules, hand-made features and a network on digits."""

import numpy as np

from gyeop import stages

from .arrays import Array, Labels, bit
from .case import Case
from .kinds import Count, Counts, Rng
from .variants import Given, Optional

X = Array("n", 16, draw=bit, also=[("n", k * k) for k in (2, 3, 5)])
FITTED = Array("n", 16, draw=bit)
Y = Labels("n", classes=10)


def features():
    return stages.HandFeatures(epochs=1, rng=0)


def network():
    return stages.Network(hidden=[3], epochs=1, rng=0)


def fitted(make):
    return lambda: make().fit(np.random.default_rng(0).random((9, 16)), np.arange(9))


CASES = [
    Case(stages.hand_features).takes(x=X),
    Case(stages.HandFeatures).takes(epochs=Count(30), rng=Rng()),
    Case(stages.Network).takes(
        hidden=Counts(128, 64, least=0), epochs=Count(30), move=Optional(Count(1, at_least=0)), rng=Rng()
    ),
    Case(stages.Rules.fit, dtype=None).takes(self=Given(stages.Rules), x=X, y=Y),
    Case(stages.Rules.predict, dtype=None).takes(self=Given(stages.Rules), x=X),
    Case(stages.Rules.score, dtype=None).takes(self=Given(stages.Rules), x=X, y=Y),
    Case(stages.Rules).takes(),
]
for make in (features, network):
    stage = type(make())
    CASES += [
        Case(stage.fit, dtype=None, raises=FloatingPointError).takes(self=Given(make), x=X, y=Y),
        Case(stage.predict, dtype=None).takes(self=Given(fitted(make)), x=FITTED if stage is stages.Network else X),
    ]
