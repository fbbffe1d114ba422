"""Value, Tensor and the drawing of their graphs: torch's meaning, so NaN and infinity are numbers like others here."""

import numpy as np

from gyeop import autograd
from gyeop.autograd import Tensor, Value

from .arrays import Array, Arrays, Floats, Tensors, positive
from .case import Case
from .kinds import Count, Dtype, Flag, Number, Text
from .variants import EITHER, GOOD, Given, Optional, Tied, Variant, bad, nonsense


def number(data=2.0):
    return Given(lambda: Value(data))


FREE = Given(lambda: "x")  # what is only shown
CASES = [
    Case(Value).takes(data=Number(2.0, finite=False), name=FREE),
    *(
        Case(operation, result=lambda y: (y, y.backward())).takes(self=number(), other=Number(3.0, finite=False))
        for name, operation in vars(Value).items()
        if name in {f"__{side}{op}__" for side in ("", "r") for op in ("add", "sub", "mul", "truediv", "pow")}
    ),
    *(
        Case(operation, result=lambda y: (y, y.backward())).takes(self=number())
        for operation in (Value.__neg__, Value.exp, Value.log, Value.tanh, Value.relu, Value.sigmoid)
    ),
    Case(Value.backward).takes(self=number()),
    Case(autograd.draw).takes(result=Given(lambda: Value(2.0) * 3, nonsense()), title=Text("the title")),
    Case(autograd.draw).takes(result=Given(lambda: Tensor([2.0], requires_grad=True) * 3), title=Text("")),
    Case(autograd.no_grad).takes(),
]


def broadcast(x, other):
    return all(n == m or 1 in (n, m) for n, m in zip(x[::-1], other[::-1], strict=False))


def anyhow(**shapes):
    return True


def both(y):
    """The value, and the gradients that come back from it."""
    if isinstance(y, Tensor) and y.requires_grad:
        y.sum().backward()
    return y


def matrices(x, other):
    if not x or not other or x[-1] != other[-2 if len(other) > 1 else 0]:
        return False
    return broadcast(x[:-2], other[:-2])


NUMBER = Given(
    lambda: 3.0,
    [Variant(t.__name__, t, GOOD) for t in (int, np.int8, np.float16, np.float64, np.array)],
    [Variant(repr(n)[:9], lambda _, n=n: n, EITHER) for n in (np.nan, np.inf, 10**400, 0, -1, True)],
    nonsense(),
)
X = Tensors("n", "d", finite=False)
FIFTEEN = Tensors(5, 3, finite=False)
ANY = {"other": Array("n", "d", finite=False, lists=False)}


def on(f, fits=anyhow, dtype="each", changes=("x",)):
    """The case of an operation on tensors, with the gradients that come back from it."""
    return Case(
        f, dtype, fits=fits, changes=changes, result=both, says="combines with tensors, arrays and numbers, got "
    )


CASES += [
    Case(Tensor).takes(data=Array("*s", finite=False), requires_grad=Flag(), name=FREE),
    *(on(f, broadcast).takes(x=X, **ANY) for f in (Tensor.__add__, Tensor.__sub__, Tensor.__mul__)),
    *(
        on(f, broadcast).takes(
            x=Tensors("n", "d", draw=positive, finite=False),
            other=Array("n", "d", draw=positive, finite=False, lists=False),
        )
        for f in (Tensor.__truediv__, Tensor.__pow__)
    ),
    *(on(f).takes(x=X, other=NUMBER) for f in (Tensor.__add__, Tensor.__pow__)),
    on(Tensor.__matmul__, matrices).takes(x=X, other=Array("d", "k", finite=False, lists=False)),
    *(
        on(f, lambda self, other: broadcast(self, other), changes=()).takes(
            self=Tensors("n", "d", draw=positive, finite=False),
            other=Array("n", "d", draw=positive, finite=False, lists=False),
        )
        for f in (Tensor.__radd__, Tensor.__rsub__, Tensor.__rmul__, Tensor.__rtruediv__, Tensor.__rpow__)
    ),
    on(Tensor.__rmatmul__, lambda self, other: matrices(other, self), changes=()).takes(
        self=X, other=Array("k", "n", finite=False, lists=False)
    ),
    *(
        on(f).takes(x=Tensors("*s", draw=positive, finite=False))
        for f in (
            Tensor.__neg__,
            Tensor.exp,
            Tensor.log,
            Tensor.sqrt,
            Tensor.abs,
            Tensor.tanh,
            Tensor.relu,
            Tensor.sigmoid,
        )
    ),
]

AXIS = Tied(
    lambda: None,
    bad(out_of_range=7, below_the_range=-7, twice=(0, 0), one_of_two=(0, 5), a_float=1.0, a_numeral="0", a_list=[0]),
    bad(a_bool=True, none_inside=(None,), an_object=object(), negative_twin=(1, -1)),
    [Variant(repr(axis), lambda _, axis=axis: axis, EITHER) for axis in (0, -1, (0, 1), (), (-1,), np.int64(1))],
)
ONE_AXIS = Given(
    lambda: 1,
    bad(out_of_range=7, below_the_range=-7, a_float=1.0, a_numeral="0", a_list=[0], a_bool=True, an_object=object()),
    [Variant(repr(axis), lambda _, axis=axis: axis, EITHER) for axis in (0, -1, np.int64(1))],
)
AXIS_OF_ONE = Tied(lambda: 0, bad(longer=1, out_of_range=7, a_float=0.0, a_numeral="0", twice=(0, 0), a_bool=False))
JOIN_AXIS = Given(
    lambda: 0,
    bad(out_of_range=7, a_float=0.0, a_numeral="0", a_list=[0], a_bool=False),
    Variant("-1", lambda _: -1, EITHER),
)
JOINED = {"dtype": "each", "result": both, "says": "combines with tensors, arrays and numbers, got "}
WIDTH = Tied(
    lambda: [(1, 0), (2, 1)],
    bad(
        negative=-1, a_negative_pair=[(0, -1), (0, 0)], a_float=1.5, three=[(1, 1)] * 3, a_triple=(1, 2, 3), a_bool=True
    ),
    nonsense(),
    [Variant(repr(w), lambda _, w=w: w, EITHER) for w in (1, (1, 2), 0)],
)


def dense(x, weight, bias=None):
    fits = len(weight) == 2 and len(x) > 0 and x[-1] == weight[1]
    return fits and bias in (None, weight[:1])


SHAPE = Tied(
    lambda: [3, 5],
    bad(
        too_small=[3, 4],
        negative=[3, -5],
        two_left=[-1, -1],
        of_a_float=[3.0, 5],
        of_a_numeral=["3", 5],
        of_None=[None],
    ),
    bad(not_a_divisor=[-1, 4], nested=[[3, [5]]], a_bool=[15, True]),
    [
        Variant("a tuple", lambda _: [(3, 5)], GOOD),
        Variant("the rest", lambda _: [-1, 5], GOOD),
    ],
    [Variant("np.int64", lambda _: [np.int64(3), np.int64(5)], GOOD)],
)
LARGER = Tied(
    lambda: [2, 5, 3],
    bad(
        shorter=[5], other=[2, 5, 4], negative=[-1, 5, 3], of_a_float=[2.0, 5, 3], of_a_numeral=["2", 5, 3], a_number=3
    ),
    bad(nested=[[2, 5, 3]], None_=None, a_string="text", of_a_bool=[True, 5, 3], a_number=3),
    Variant("a tuple", tuple, GOOD),
)
AXES = Tied(
    lambda: [0, 1],
    bad(out_of_range=[0, 2], one=[0], three=[0, 1, 2], floats=[0.0, 1.0], numerals=["0", "1"], nones=[None, None]),
    bad(twice_of_three=[0, 0, 1], an_object=[object(), 0], a_bool=[True, False]),
    [Variant("negative", lambda _: [-2, -1], GOOD)],
)
CASES += [
    *(on(f).takes(x=X, axis=AXIS, keepdims=Flag()) for f in (Tensor.sum, Tensor.mean, Tensor.max, Tensor.min)),
    on(Tensor.var).takes(x=X, axis=AXIS, correction=Count(1, at_least=0), keepdims=Flag()),
    on(Tensor.reshape).takes(x=FIFTEEN, shape=SHAPE),
    on(Tensor.transpose).takes(x=FIFTEEN, axes=AXES),
    *(on(f, lambda x: len(x) > 0).takes(x=X, axis=ONE_AXIS) for f in (Tensor.softmax, Tensor.log_softmax)),
    on(Tensor.swapaxes).takes(x=X, axis=ONE_AXIS, other=ONE_AXIS),
    on(Tensor.flip).takes(x=X, axis=Optional(ONE_AXIS)),
    on(Tensor.squeeze).takes(x=Tensors(1, 3, finite=False), axis=AXIS_OF_ONE),
    on(Tensor.unsqueeze).takes(x=X, axis=ONE_AXIS),
    on(Tensor.broadcast_to, lambda x: broadcast(x, (2, 5, 3)) and len(x) <= 3).takes(x=X, shape=LARGER),
    on(Tensor.pad).takes(x=X, width=WIDTH, value=Number(0.0)),
    on(autograd.pad).takes(x=X, width=WIDTH, value=Number(0.0)),
    on(Tensor.clip).takes(x=X, low=Optional(Number(-1.0)), high=Optional(Number(1.0))),
    *(
        on(f, broadcast, dtype=None).takes(x=X, **ANY)
        for f in (Tensor.__lt__, Tensor.__le__, Tensor.__gt__, Tensor.__ge__)
    ),
    on(Tensor.__ne__, dtype=None).takes(x=X, other=Given(lambda: np.ones((5, 3)))),
    on(autograd.linear, dense, changes=("x", "weight", "bias")).takes(
        x=X, weight=Tensors("k", "d", finite=False), bias=Optional(Tensors("k", finite=False))
    ),
    *(
        on(f, lambda x, y: broadcast(x, y)).takes(x=X, y=Array("n", "d", finite=False, lists=False))
        for f in (autograd.maximum, autograd.minimum)
    ),
    on(autograd.where, lambda x, y: broadcast(x, y)).takes(
        condition=Tied(
            lambda: np.ones((5, 3), bool), bad(floats=np.ones((5, 3)), too_long=np.ones((4, 3), bool)), nonsense()
        ),
        x=X,
        y=Array("n", "d", finite=False, lists=False),
    ),
    Case(autograd.concatenate, changes=["tensors"], **JOINED).takes(
        tensors=Arrays(Tensors("n", 3, finite=False), Tensors("m", 3, finite=False), any_number=True), axis=JOIN_AXIS
    ),
    Case(autograd.stack, changes=["tensors"], **JOINED).takes(
        tensors=Arrays(Tensors("n", 3, finite=False), Tensors("n", 3, finite=False), any_number=True), axis=JOIN_AXIS
    ),
    Case(Tensor.combines_with).takes(other=FREE),
    Case(Tensor.__getitem__, "each", raises=IndexError, fits=anyhow, changes=["x"], result=both).takes(
        x=X,
        index=Tied(
            lambda: (slice(1, 3), 0),
            bad(out_of_range=9, a_float=1.5, a_string="a", an_object=object(), eight=(0,) * 8, floats=np.ones(2)),
            [
                Variant(what, lambda _, i=i: i, EITHER)
                for what, i in {"None": None, "a list": [0, 1], "a mask": np.ones((5, 3), bool), "...": ...}.items()
            ],
        ),
    ),
    Case(Tensor.backward, raises=RuntimeError, fits=lambda self: np.prod(self) == 1).takes(
        self=Tensors(1, finite=False), retain_graph=Flag()
    ),
    Case(Tensor.free, fits=anyhow).takes(self=X),
    Case(Tensor.detach, fits=anyhow).takes(self=X),
    Case(Tensor.astype, None, fits=anyhow, result=both).takes(self=X, dtype=Dtype()),
    Case(Tensor.item, fits=lambda self: np.prod(self) == 1).takes(self=Tensors(1, finite=False)),
    on(Tensor.operand, changes=()).takes(self=X, other=Array("*s", finite=False, lists=False)),
    Case(Tensor.constant).takes(array=Floats("*s", finite=False, lists=False)),
]
