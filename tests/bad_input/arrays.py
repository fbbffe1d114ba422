"""The kinds of arrays, and lists of them.

A shape is written in letters and numbers: `Array("n", 3)` and `Labels("n", classes=4)` share their n, so the engine
knows that (5, 3) with (5,) is right and that (5, 3) with (5, 1) or (4,) is not; "*s" stands for any number of axes.
"""

import itertools

import numpy as np
from hypothesis import strategies as st

from gyeop.autograd import Tensor

from .variants import BAD, EITHER, GOOD, Variant, nonsense

SIZES = {"n": 5, "m": 6, "d": 3, "k": 4, "h": 2, "o": 7, "*s": (5, 3), "*a": (3, 2), "*b": (4,)}


def normal(rng, shape):
    return rng.normal(size=shape)


def positive(rng, shape):
    return rng.uniform(0.5, 2, shape)


def probability(rng, shape):
    return rng.uniform(0.1, 0.9, shape)


def bit(rng, shape):
    return rng.integers(0, 2, shape).astype(float)


def sign(rng, shape):
    return rng.choice([-1.0, 1.0], shape)


def distribution(rng, shape):
    e = rng.uniform(0.1, 1, shape)
    return e / e.sum(axis=-1, keepdims=True) if e.ndim else e


NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e-300, -1e-40, 1e4, -1e4, 1e38, 1e300, -1e300, np.nan, np.inf, -np.inf]


def _filled(numbers, shape, dtype):
    with np.errstate(over="ignore"):
        return np.resize(np.array(numbers), shape).astype(dtype)


def _put(value):
    def change(a):
        a = np.array(a, dtype=None if float(value).is_integer() else float)
        a[(-1,) * a.ndim] = value
        return a

    return change


def frozen(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def _strided(a):
    wide = np.repeat(a, 2, axis=-1) if a.ndim else a
    return wide[..., ::2] if a.ndim else wide


LAYOUTS = {
    "read-only": frozen,
    "Fortran order": np.asfortranarray,
    "every second column": _strided,
    "a reversed view": lambda a: a[::-1].copy()[::-1] if a.ndim else a,
    "the other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "a list": lambda a: a.tolist(),
}
DTYPES = {
    "float16": lambda a: a.astype(np.float16),
    "float32": lambda a: a.astype(np.float32),
    "float64": lambda a: a.astype(np.float64),
    "int64": lambda a: a.round().astype(np.int64),
    "int8": lambda a: a.round().astype(np.int8),
    "uint8": lambda a: np.abs(a.round()).astype(np.uint8),
    "bool": lambda a: a > 0,
}
WRONG_DTYPES = {
    "an object array": lambda a: a.astype(object),
    "an array of strings": lambda a: a.astype(str),
    "a complex array": lambda a: a + 0j,
    "an array of dates": lambda a: np.zeros(np.shape(a), "M8[D]"),
    "an array of None": lambda a: np.full(np.shape(a), None),
}


def other_shapes(shape):
    """The shapes that are easily mistaken for `shape`, (n, 1) for (n,) above all, and the empty ones."""
    shapes = [(*shape, 1), (1, *shape), shape[1:], shape[:-1], shape[::-1], (), (*shape, 2), (1,) * len(shape)]
    for axis, n in enumerate(shape):
        shapes += [(*shape[:axis], other, *shape[axis + 1 :]) for other in (n - 1, n + 1, 1, 0)]
    return [s for s in dict.fromkeys(shapes) if s != shape and all(n >= 0 for n in s)]


class Array:
    """An array of real numbers. `also` holds more shapes that are right; `refuses` numbers outside of its domain;
    `finite=False` lets NaN and infinity end either way; with `lists=False` a list of numbers is no array."""

    dtypes = DTYPES

    def __init__(self, *shape, draw=normal, refuses=(), finite=True, also=(), lists=True):
        self.shapes, self.draw, self.refuses, self.finite = [shape, *also], draw, refuses, finite
        self.lists = lists

    def value(self, shape, seed):
        return np.asarray(self.draw(np.random.default_rng([seed, *shape]), shape))

    def shape(self, sizes):
        parts = [sizes.get(part, part) for part in self.shapes[0]]
        return tuple(itertools.chain.from_iterable(p if isinstance(p, tuple) else (p,) for p in parts))

    def plain(self, sizes, seed):
        return self.value(self.shape(sizes), seed)

    def same(self, value, plain):
        return np.array(value, np.float64, order="C")

    def fitted(self, value):
        return [(self.shapes, np.asarray(value))]

    def cast(self, value, dtype):
        return self.dtypes[dtype](value)

    def variants(self, sizes, seed):
        shape = self.shape(sizes)
        found = [Variant(what, change, GOOD) for what, change in {**LAYOUTS, **self.dtypes}.items()]
        found = [v for v in found if self.lists or v.what != "a list"]
        for other in other_shapes(shape):
            found.append(Variant(f"shape {other}", lambda _, other=other: self.value(other, seed), EITHER))
        found += [Variant(what, change) for what, change in WRONG_DTYPES.items()]
        if 0 not in shape:
            found += self.numbers(tuple(n - 1 for n in shape))
        return found + nonsense()

    def any_numbers(self, plain):
        """A strategy for arrays of a right or nearly right shape that hold any numbers, in any floating dtype."""
        shapes = st.sampled_from([np.shape(plain), *other_shapes(np.shape(plain))])
        dtypes = st.sampled_from([np.float16, np.float32, np.float64])
        return st.tuples(shapes, dtypes).flatmap(
            lambda found: st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6).map(
                lambda numbers: (_filled(numbers, *found), EITHER)
            )
        )

    def numbers(self, last):
        at = f"at index {last[0] if len(last) == 1 else last}" if last else ""
        ends = BAD if self.finite else EITHER
        found = [Variant(f"{x} {at}", _put(x), ends, f"{x} {at}") for x in (np.nan, np.inf, -np.inf)]
        return found + [Variant(f"{x} {at}", _put(x), BAD, at) for x in self.refuses]


class Floats(Array):
    """An array that is of floating-point numbers already."""

    dtypes = {name: f for name, f in DTYPES.items() if name.startswith("float")}


class Tensors(Array):
    """An array inside a Tensor that requires a gradient: what a Tensor can hold, for the methods of Tensor."""

    def plain(self, sizes, seed):
        return Tensor(super().plain(sizes, seed), requires_grad=True)

    def same(self, value, plain):
        return Tensor(super().same(value.data, plain), requires_grad=True)

    def fitted(self, value):
        return super().fitted(value.data)

    def cast(self, value, dtype):
        return Tensor(super().cast(value.data, dtype), requires_grad=True)

    def any_numbers(self, plain):
        return super().any_numbers(plain.data).map(lambda found: (Tensor(found[0], requires_grad=True), found[1]))

    def variants(self, sizes, seed):
        inside = [v for v in super().variants(sizes, seed) if v.ends != BAD]
        wrap = [Variant(v.what, lambda t, v=v: Tensor(v.change(t.data), requires_grad=True), v.ends) for v in inside]
        return [v for v in wrap if v.what not in LAYOUTS or v.what == "Fortran order"]


class Labels(Array):
    """Whole numbers from 0 to classes - 1, in an integer array."""

    dtypes = {name: lambda a, name=name: a.astype(name) for name in ("int8", "uint8", "int32", "uint64")}

    def __init__(self, *shape, classes, **named):
        super().__init__(*shape, refuses=(-1, classes), **named)
        self.classes = classes

    def value(self, shape, seed):
        return np.random.default_rng([seed, *shape]).integers(0, self.classes, shape)

    def same(self, value, plain):
        return np.array(value, np.int64, order="C")

    def cast(self, value, dtype):
        return value

    any_numbers = None  # labels are few

    def numbers(self, last):
        put = [v for v in super().numbers(last) if "nan" not in v.what and "inf" not in v.what]
        floats = {"float labels": lambda a: a.astype(float), "a broken label": lambda a: a + 0.5}
        return put + [Variant(what, change) for what, change in floats.items()]


class Arrays:
    """A list of arrays, each of its own kind; `any_number` of them, and `lists` for arrays, if these are allowed."""

    def __init__(self, *kinds, any_number=False, lists=True):
        self.kinds, self.any_number, self.lists = kinds, any_number, lists

    def plain(self, sizes, seed):
        return [kind.plain(sizes, seed + 100 * i) for i, kind in enumerate(self.kinds)]

    def same(self, value, plain):
        return [kind.same(v, p) for kind, v, p in zip(self.kinds, value, plain, strict=True)]

    def fitted(self, value):
        return [pair for kind, v in zip(self.kinds, value, strict=True) for pair in kind.fitted(v)]

    def cast(self, value, dtype):
        return [kind.cast(v, dtype) for kind, v in zip(self.kinds, value, strict=True)]

    def variants(self, sizes, seed):
        found = [v for v in nonsense() if v.what != "ragged rows"]
        counts = {"no array": lambda a: [], "one too few": lambda a: a[:-1], "one too many": lambda a: [*a, a[-1]]}
        found += [Variant(what, change) for what, change in counts.items() if not self.any_number]
        found.append(Variant("a tuple", tuple, GOOD))
        for i, kind in enumerate(self.kinds):
            variants = kind.variants(sizes, seed + 100 * i)
            for v in variants if self.lists else [v for v in variants if v.what != "a list"]:
                change = lambda a, i=i, v=v: [*a[:i], v.change(a[i]), *a[i + 1 :]]  # noqa: E731
                found.append(Variant(f"[{i}] {v.what}", change, v.ends, v.says))
        return found
