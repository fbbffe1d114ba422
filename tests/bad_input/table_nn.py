"""Layers and losses on tensors: torch's meaning, so NaN and infinity are numbers like others here."""

import numpy as np

from gyeop import nn
from gyeop.autograd import Tensor
from gyeop.nn import losses, normalization, pool, recurrent, running

from .arrays import Array, Floats, Labels, distribution, positive
from .case import Case
from .kinds import Choice, Count, Dtype, Flag, Number, Rng
from .variants import EITHER, Given, Optional, Variant, bad, nonsense

INNER = [
    nn.Module.forward,  # each layer has its own
    nn.Module.__call__,  # which calls it
    losses.Loss.reduced,
    losses.Loss.pair,
    normalization.Normalization.start,
    normalization.Normalization.scaled,
    normalization.Normalization.tensor,
    pool.Pool.slide,
    running.RunningNorm.checked,
    running.RunningNorm.normalized,
    running.RunningNorm.new_share,
    running.BatchNorm.new_share,
    recurrent.Recurrent.over,
    nn.RNN.over,
    nn.GRU.over,
    nn.LSTM.over,
]
SAME = np.float32  # a layer with parameters casts its input to its own dtype


def both(y):
    """The value, and in the layer the gradients that come back from it."""
    if isinstance(y, Tensor) and y.requires_grad:
        y.sum().backward()
    return y


def forward(make, x, dtype=SAME, **options):
    """The case of what a layer does with its input, and that of how it describes itself."""
    layer = type(make())
    cases = [Case(layer.forward, dtype, result=both, **options).takes(self=Given(make), x=x)]
    described = [owner for owner in layer.__mro__ if "describe" in vars(owner)][0]
    if described is not nn.Module:
        cases.append(Case(layer.describe, None).takes(self=Given(make)))
    return cases


PAIR = Given(
    lambda: 2,
    bad(zero=0, negative=-1, a_float=2.0, a_numeral="2", None_=None, three=(2, 2, 2), of_floats=(2.0, 2), a_bool=True),
    nonsense(),
    Variant("two", lambda _: (2, 2), EITHER),
)
SIZES = Given(
    lambda: [2, 3],
    bad(zero=0, negative=-1, a_float=2.0, a_numeral="2", None_=None, nothing=[], of_floats=(2.0, 2), a_bool=True),
    nonsense(),
    Variant("a tuple", tuple, "as the plain value"),
)
PADDING = Given(lambda: 0, bad(negative=-1, a_float=1.0, three=(0, 0, 0), a_bool=True, a_word="wide"), nonsense())
ANY = Array("*s", finite=False)
IMAGES = Array("n", 2, 6, 6, finite=False, also=[(2, "h", "w"), ("n", 2, "h", "w")])
AXIS = Given(
    lambda: 1,
    bad(a_float=1.0, a_numeral="0", a_list=[0], a_bool=True, nan=np.nan),
    nonsense(),
    Variant("np.int64", np.int64, "as the plain value"),
)
DRAWN = {"dtype": Dtype(np.float32), "rng": Rng()}
SCALED = {"eps": Number(1e-5, at_least=0), "affine": Flag(True), "dtype": Dtype(np.float32), "bias": Flag(True)}
RUNNING = {
    "num_features": Count(2),
    **SCALED,
    "momentum": Optional(Number(0.1, at_least=0, at_most=1)),
    "track_running_stats": Flag(True),
}

CASES = [
    *(Case(layer).takes() for layer in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.Module)),
    *(case for layer in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU) for case in forward(layer, ANY, "kept")),
    *forward(lambda: nn.GELU("tanh"), ANY, "kept"),
    *forward(lambda: nn.Softmax(dim=-1), ANY, "kept"),
    Case(nn.GELU).takes(approximate=Choice("none", "tanh")),
    Case(nn.Softmax).takes(dim=Optional(AXIS)),
    Case(nn.Flatten).takes(start_dim=AXIS, end_dim=AXIS),
    *forward(lambda: nn.Flatten(0), ANY, "kept"),
    Case(nn.Linear, None).takes(in_features=Count(3), out_features=Count(2), bias=Flag(True), **DRAWN),
    *forward(lambda: nn.Linear(3, 2, rng=0), Array("*s", 3, finite=False)),
    Case(nn.Conv2d, None).takes(
        in_channels=Count(2),
        out_channels=Count(4),
        kernel_size=PAIR,
        stride=PAIR,
        padding=PADDING,
        dilation=PAIR,
        groups=Count(2),
        bias=Flag(True),
        **DRAWN,
    ),
    *forward(lambda: nn.Conv2d(2, 3, 2, padding=1, rng=0), IMAGES),
    Case(nn.Dropout).takes(p=Number(0.5, at_least=0, at_most=1), rng=Rng()),
    *forward(lambda: nn.Dropout(rng=0), ANY, "kept"),
    Case(nn.MaxPool2d).takes(kernel_size=PAIR, stride=Optional(PAIR), padding=PADDING, dilation=PAIR, ceil_mode=Flag()),
    *forward(lambda: nn.MaxPool2d(2), Array("n", 2, 6, 6, finite=False), "kept", fits=lambda x: len(x) in (3, 4)),
    Case(nn.AvgPool2d).takes(
        kernel_size=PAIR,
        stride=Optional(PAIR),
        padding=PADDING,
        ceil_mode=Flag(),
        count_include_pad=Flag(True),
        divisor_override=Optional(Count(3)),
    ),
    *forward(lambda: nn.AvgPool2d(2), Array("n", 2, 6, 6, finite=False), "kept", fits=lambda x: len(x) in (3, 4)),
    Case(nn.LayerNorm, None).takes(
        normalized_shape=SIZES,
        eps=Number(1e-5, at_least=0),
        elementwise_affine=Flag(True),
        bias=Flag(True),
        dtype=Dtype(np.float32),
    ),
    *forward(lambda: nn.LayerNorm(3), Array("*s", 3, finite=False)),
    Case(nn.GroupNorm, None).takes(num_groups=Count(2), num_channels=Count(4), **SCALED),
    *forward(lambda: nn.GroupNorm(2, 4), Array("n", 4, "*a", finite=False)),
    *(Case(layer, None).takes(**RUNNING) for layer in (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d)),
    *forward(lambda: nn.BatchNorm1d(3), Array("n", 3, finite=False, also=[("n", 3, "d")])),
    *forward(lambda: nn.BatchNorm2d(2), IMAGES),
    *forward(lambda: nn.InstanceNorm2d(2), IMAGES, "kept"),
    Case(nn.Embedding, None).takes(
        num_embeddings=Count(5), embedding_dim=Count(2), padding_idx=Optional(Count(0, at_least=-5, at_most=4)), **DRAWN
    ),
    Case(nn.Embedding.forward, SAME, result=both).takes(
        self=Given(lambda: nn.Embedding(5, 2, rng=0)), index=Labels("*s", classes=5)
    ),
    Case(nn.Embedding.describe, None).takes(self=Given(lambda: nn.Embedding(5, 2, rng=0))),
]

COMBINES = "combines with tensors, arrays and numbers, got "
RECURRENT = {
    "input_size": Count(3),
    "hidden_size": Count(2),
    "num_layers": Count(2),
    "bias": Flag(True),
    "batch_first": Flag(),
    "dropout": Number(0.0, at_least=0, at_most=1),
    "bidirectional": Flag(),
    **DRAWN,
}
CASES += [
    Case(nn.RNN, None, raises=UserWarning).takes(**RECURRENT, nonlinearity=Choice("tanh", "relu")),
    *(Case(layer, None, raises=UserWarning).takes(**RECURRENT) for layer in (nn.GRU, nn.LSTM)),
]
LENGTHS = Given(
    lambda: None,
    bad(
        too_long=[9] * 4, zero=[0] * 4, floats=[1.0] * 4, one=3, a_string="text", of_strings=["2"] * 4, too_many=[2] * 9
    ),
    Variant("one for each", lambda _: np.array([3, 2, 5, 1]), EITHER),
)
NO_STATE = Given(
    lambda: None,
    bad(of_another_shape=np.zeros((9, 9, 9)), a_string="text", a_number=3, strings=(["a"], ["b"])),
    [v for v in nonsense() if v.what != "None"],
)
SEQUENCES = {"x": Array("n", 4, 3, finite=False, also=[("n", "k", 3), ("n", 3)]), "hx": NO_STATE, "lengths": LENGTHS}
for layer in (nn.RNN, nn.GRU, nn.LSTM):
    GIVEN = {"self": Given(lambda layer=layer: layer(3, 2, rng=0))}
    CASES += [
        Case(layer.forward, SAME, result=lambda y: (both(y[0].sum()), y)).takes(**GIVEN, **SEQUENCES),
        Case(layer.describe, None).takes(**GIVEN),
    ]

REDUCTION = Choice("mean", "sum", "none")
PLAIN = {"prediction": Array("*s", finite=False), "target": Array("*s", finite=False)}
CASES += [
    *(Case(loss).takes(reduction=REDUCTION) for loss in (nn.MSELoss, nn.L1Loss)),
    *(
        Case(loss.forward, says=COMBINES).takes(self=Given(loss), **PLAIN)
        for loss in (nn.MSELoss, nn.L1Loss, nn.HuberLoss)
    ),
    Case(nn.HuberLoss).takes(reduction=REDUCTION, delta=Number(1.0, above=0)),
    Case(nn.BCEWithLogitsLoss, None).takes(
        weight=Optional(Array("*a")), reduction=REDUCTION, pos_weight=Optional(Array("*b", draw=positive))
    ),
    Case(nn.BCEWithLogitsLoss.forward, says=COMBINES).takes(self=Given(nn.BCEWithLogitsLoss), **PLAIN),
    Case(nn.CrossEntropyLoss).takes(
        weight=Optional(Array("*a", draw=positive)),
        ignore_index=AXIS,
        reduction=REDUCTION,
        label_smoothing=Number(0.0, at_least=0, at_most=1),
    ),
    Case(nn.CrossEntropyLoss.forward).takes(
        self=Given(nn.CrossEntropyLoss),
        prediction=Array("n", 4, finite=False, also=[("n", k) for k in (1, 2, 3, 5)]),
        target=Labels("n", classes=4),
    ),
    Case(nn.CrossEntropyLoss.forward).takes(
        self=Given(nn.CrossEntropyLoss),
        prediction=Array("n", "k", finite=False),
        target=Floats("n", "k", draw=distribution, finite=False),
    ),
]


def net():
    return nn.Sequential(nn.Linear(3, 2, rng=0), nn.ReLU())


NET = Given(net)
STATE = Given(
    lambda: net().state_dict(),
    bad(None_=None, a_list=[], a_string="0.weight", no_dict=np.ones(3), empty={}, ragged={"0.weight": [[1], [1, 2]]}),
    Variant("of another shape", lambda state: {**state, "0.weight": np.ones((3, 2))}),
    Variant("of strings", lambda state: {**state, "0.bias": np.array(["a", "b"])}),
    Variant("of complex numbers", lambda state: {**state, "0.bias": np.ones(2) + 1j}),
    Variant("of lists", lambda state: {path: array.tolist() for path, array in state.items()}, EITHER),
    Variant("with one more", lambda state: {**state, "1.weight": np.ones(2)}),
)
CASES += [
    *(
        Case(method, None).takes(self=NET)
        for method in (
            nn.Module.named_children,
            nn.Module.named_parameters,
            nn.Module.parameters,
            nn.Module.eval,
            nn.Module.zero_grad,
            nn.Module.state_dict,
            nn.Module.describe,
        )
    ),
    Case(nn.Module.train, None).takes(self=NET, mode=Flag(True)),
    Case(nn.Module.load_state_dict, None, says="is missing|is unexpected|expects shape").takes(self=NET, state=STATE),
    Case(nn.Parameter).takes(data=Array("*s", finite=False), name=Given(lambda: "x")),
    Case(nn.Sequential, None).takes(
        layers=Given(
            lambda: [nn.ReLU(), nn.Tanh()], bad(a_function=[len], a_class=[nn.ReLU], a_number=[3], None_=[None])
        )
    ),
    Case(nn.Sequential.forward, SAME, result=both).takes(self=NET, x=Array("*s", 3, finite=False)),
    Case(nn.Sequential.__getitem__, None, raises=IndexError).takes(
        self=NET, index=Given(lambda: 0, bad(out_of_range=2, a_float=0.0, a_string="0", None_=None, a_list=[0]))
    ),
]
