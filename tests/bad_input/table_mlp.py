"""The multi-layer perceptron."""

import numpy as np

from gyeop import activations, init, losses, mlp, optim
from gyeop.regularization import EarlyStopping

from .arrays import Array, Labels, bit, distribution
from .case import Case
from .kinds import Count, Counts, Dtype, File, Flag, Function, Number, Rng
from .variants import EITHER, Given, OnSelf, Optional, Variant, bad

MLP = mlp.MLP


def classifier():
    return MLP([3, 5, 4], rng=0)


def regression():
    return MLP([3, 5, 2], loss=losses.mse, rng=0)


def answers():
    return MLP([3, 5, 2], loss=losses.binary_cross_entropy_with_logits, rng=0)


X = Array("n", 3)
PROBLEMS = [
    (classifier, Labels("n", classes=4)),
    (classifier, Array("n", 4, draw=distribution, refuses=(-0.5, 1.5, 5))),
    (regression, Array("n", 2)),
    (answers, Array("n", 2, draw=bit, refuses=(-1, 2))),
]

NO_DERIVATIVE = {"without_a_derivative": lambda z: z}
HOLDS = np.float32  # a model casts its input to its own dtype

CASES = [
    Case(MLP, dtype=None).takes(
        sizes=Counts(3, 5, 2, least=2),
        activation=Function(activations.relu, **NO_DERIVATIVE),
        output_activation=Function(activations.identity, **NO_DERIVATIVE),
        loss=Function(losses.mse, **NO_DERIVATIVE),
        init=Optional(Function(init.he_normal, numbers=True, gives_another_shape=lambda *_, **__: np.ones((7, 7)))),
        rng=Rng(),
        dtype=Dtype(np.float32),
    ),
    *(Case(f, dtype=HOLDS).takes(self=Given(net), x=X) for f in (MLP.forward, MLP.predict) for net, _ in PROBLEMS),
    *(Case(MLP.predict_proba, dtype=HOLDS).takes(self=Given(net), x=X) for net in (classifier, answers)),
    *(Case(MLP.gradients, dtype=HOLDS).takes(self=Given(net), x=X, y=y) for net, y in PROBLEMS),
]


def fit(net, y, held_out):
    pairs = bad(
        a_string="text", one_array=np.ones((2, 3)), a_number=3, three=(1, 2, 3), strings=("a", "b"), Nones=(None, None)
    )
    others = bad(on_other_arrays=optim.SGD([np.ones(3)], 0.1), a_string="adam", a_class=optim.SGD, a_number=0.1)
    return Case(MLP.fit, HOLDS, raises=FloatingPointError, changes=["optimizer", "early_stopping"]).takes(
        self=Given(net),
        x=X,
        y=y,
        epochs=Count(1),
        batch_size=Count(3),
        optimizer=Given(
            lambda: OnSelf(lambda net: optim.Adam(net.parameters)), others, Variant("None", lambda _: None, EITHER)
        ),
        validation=Given(lambda: held_out, pairs),
        schedule=Optional(Function(lambda step: 0.1, numbers=True, negative=lambda step: -1.0)),
        early_stopping=Optional(
            Given(lambda: EarlyStopping(1), bad(a_number=3, a_string="text", a_class=EarlyStopping))
        ),
        weight_decay=Number(0.1, at_least=0),
        dropout=Number(0.0, at_least=0, below=1),
        rng=Rng(),
        progress=Flag(),
    )


def save(path):
    classifier().save(path)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])
    return path


def emptied(path):
    path.write_bytes(b"")
    return path


def foreign(path):
    path.write_text("weights")
    return path


def of_others(path):
    with path.open("wb") as file:
        np.savez(file, a=np.ones(3))
    return path


FILES = {"cut short": cut, "empty": emptied, "a text": foreign, "arrays of something else": of_others}
HELD = np.ones((2, 3))
CASES += [
    *(
        fit(net, y, (HELD, held))
        for (net, y), held in zip(
            PROBLEMS, ([0, 3], np.full((2, 4), 0.25), np.ones((2, 2)), np.ones((2, 2))), strict=True
        )
    ),
    Case(MLP.save, HOLDS, raises=OSError).takes(self=Given(classifier), path=File()),
    Case(MLP.load, dtype=None, raises=OSError, says="is not a complete|does not hold").takes(
        path=File(save, [Variant(what, change) for what, change in FILES.items()])
    ),
]
