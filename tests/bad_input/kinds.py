"""What an argument can be. Each kind has one plain value and, made from it, the variants that must do as well as the
plain one, those that must be refused, and those that may end either way (but never badly).

A shape is written in letters and numbers: `Array("n", 3)` and `Labels("n", classes=4)` share their n, so the engine
knows that (5, 3) with (5,) is right and that (5, 3) with (5, 1) or (4,) is not; "*s" stands for any number of axes.
"""

import fractions
import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from gyeop.autograd import Tensor

GOOD, BAD, EITHER = "as the plain value", "refused", "either way"
SIZES = {"n": 5, "m": 6, "d": 3, "k": 4, "h": 2, "o": 7, "*s": (5, 3), "*a": (3, 2), "*b": (4,)}


@dataclass(frozen=True)
class Variant:
    """`change` makes it of the plain value; a refusal says `says`."""

    what: str
    change: Callable[[Any], Any]
    ends: str = BAD
    says: str = ""

    def __repr__(self):
        return self.what


def bad(ends=BAD, **values):
    return [
        Variant(what.replace("_", " ").strip(), lambda _, value=value: value, ends) for what, value in values.items()
    ]


def good(**values):
    return bad(ends=GOOD, **values)


def nonsense():
    """What no argument of a number, an array or a list of them can be."""
    values = bad(None_=None, a_string="text", bytes_=b"1", an_object=object(), a_dictionary={}, a_type=int, complex_=1j)
    return [*values, *bad(ragged_rows=[[1.0], [2.0, 3.0]], a_list_of_strings=["1"], a_function=len)]


def anything(kind, plain, variants):
    """A strategy for (value, how it must end): one of the variants, or an array of any numbers if the kind has such."""
    listed = st.sampled_from(variants).map(lambda v: (v.change(plain), v.ends)) if variants else st.just((plain, GOOD))
    return st.one_of(listed, kind.any_numbers(plain)) if getattr(kind, "any_numbers", None) else listed


class Given:
    """A plain value that `make()` makes anew for each call, and the variants spelled out."""

    def __init__(self, make, *variants):
        self.make = make
        self.listed = [v for group in variants for v in (group if isinstance(group, list) else [group])]

    def plain(self, sizes, seed):
        return self.make()

    def variants(self, sizes, seed):
        return self.listed

    def same(self, value, plain):
        """The plain form of what `value`, a good variant, says: the right result is that of this form."""
        return plain

    def fitted(self, value):
        """(its right shapes, the array) for each array in `value`."""
        return []

    def cast(self, value, dtype):
        """`value` with its arrays in another dtype."""
        return value


@dataclass
class OnSelf:
    """A value that is made from the object whose method is called."""

    make: Callable[[Any], Any]


class Optional:
    """A kind that may also be None."""

    def __init__(self, kind):
        self.kind = kind

    def __getattr__(self, name):
        return getattr(self.kind, name)

    def variants(self, sizes, seed):
        rest = [v for v in self.kind.variants(sizes, seed) if v.what != "None"]
        return [*rest, Variant("None", lambda _: None, EITHER)]

    def fitted(self, value):
        return [] if value is None else self.kind.fitted(value)


# ---------------------------------------------------------------- arrays


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


def _frozen(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def _strided(a):
    wide = np.repeat(a, 2, axis=-1) if a.ndim else a
    return wide[..., ::2] if a.ndim else wide


LAYOUTS = {
    "read-only": _frozen,
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


class Parameters(Given):
    """A list of arrays that may be changed in place, made anew for each call."""

    def __init__(self, make):
        wrong = {"one array": np.ones(3), "no array": [], "numbers": [1.0, 2.0], "lists": [[1.0, 2.0]]}
        kinds = {"integers": int, "bools": bool, "complex numbers": complex, "objects": object, "strings": str}
        wrong |= {f"arrays of {what}": [np.ones(2).astype(dtype)] for what, dtype in kinds.items()}
        wrong |= {"read-only arrays": [_frozen(np.ones(2))], "an array and None": [np.ones(2), None]}
        listed = [Variant(what, lambda _, x=x: x) for what, x in wrong.items()]
        super().__init__(make, listed, nonsense(), Variant("a tuple", tuple, GOOD))


# ---------------------------------------------------------------- numbers and other single things


class Number(Given):
    """One real number within its bounds, which are those of gyeop._checks.number."""

    def __init__(self, value, at_least=None, above=None, below=None, at_most=None, finite=True):
        low = [x for x in (at_least if at_least is None else at_least - 1, above) if x is not None]
        high = [x for x in (at_most if at_most is None else at_most + 1, below) if x is not None]
        outside = [Variant(f"{x:g}", lambda _, x=x: x) for x in [*low, *high]]
        edges = [Variant(f"{x:g}", lambda _, x=x: x, EITHER) for x in (at_least, at_most) if x is not None]
        ends = BAD if finite else EITHER
        edges += [Variant(f"{x}", lambda _, x=x: x, ends) for x in (float("nan"), float("inf"), -float("inf"))]
        edges.append(Variant("beyond the floats", lambda _: 10**400, ends))
        types = (np.float16, np.float32, np.float64, np.array, fractions.Fraction)
        typed = [Variant(t.__name__, t, GOOD) for t in types]
        typed += [Variant("int", int, GOOD), Variant("np.int8", np.int8, GOOD)] if float(value).is_integer() else []
        others = bad(a_list=[value], an_array=np.array([value]), an_object_scalar=np.array({}), a_numeral=str(value))
        super().__init__(lambda: value, outside, edges, typed, others, nonsense())

    def same(self, value, plain):
        return float(value)


class Count(Given):
    """A whole number, `at_least` to `at_most`."""

    def __init__(self, value, at_least=1, at_most=None):
        ends = [at_least - 1, -1 if at_least > -1 else at_least - 2, *([] if at_most is None else [at_most + 1])]
        outside = [Variant(f"{n}", lambda _, n=n: n) for n in dict.fromkeys(ends)]
        edge = Variant(f"{at_least}", lambda _: at_least, EITHER)
        typed = [Variant(t.__name__, t, GOOD) for t in (np.int64, np.int16, np.uint16)[: 2 + (value >= 0)]]
        numbers = bad(
            a_float=float(value), a_broken_number=value + 0.5, nan=float("nan"), inf=float("inf"), a_bool=True
        )
        others = bad(a_list=[value], an_array=np.array([value]), a_numeral=str(value), float64=np.float64(value))
        super().__init__(lambda: value, outside, edge, typed, numbers, others, nonsense())


class Counts(Given):
    """A list of whole numbers of at least 1, such as a shape."""

    def __init__(self, *values, least=1, zero=BAD):
        short = [Variant(f"{n} numbers", lambda _, n=n: list(values[:n])) for n in range(least)]
        put = {"a negative number": -1, "a float": 2.0, "a numeral": "2", "None inside": None, "a bool": True}
        wrong = [Variant(what, lambda _, x=x: [*values[:-1], x]) for what, x in put.items()]
        wrong.append(Variant("a zero", lambda _: [*values[:-1], 0], zero))
        typed = [Variant("a tuple", tuple, GOOD), Variant("np.int64", lambda v: [np.int64(n) for n in v], GOOD)]
        super().__init__(lambda: list(values), short, wrong, typed, bad(a_number=3, a_nested_list=[[3, 2]]), nonsense())


class Rng(Given):
    """A seed or a Generator."""

    def __init__(self, none=EITHER):
        same = [Variant("np.int64", np.int64, GOOD), Variant("a Generator", np.random.default_rng, GOOD)]
        wrong = bad(a_negative_seed=-1, a_float=1.5, a_bool=True, a_list=[1, 2], legacy=np.random.RandomState(0))
        rest = [v for v in nonsense() if v.what != "None"]
        super().__init__(lambda: 3, same, wrong, rest, Variant("None", lambda _: None, none))


class Dtype(Given):
    """A floating-point dtype."""

    def __init__(self, plain=np.float64):
        name = np.dtype(plain).name
        same = good(name=name, dtype=np.dtype(plain))
        others = [Variant(t.__name__, lambda _, t=t: t, EITHER) for t in (np.float16, np.float32, np.float64)]
        wrong = [int, "int32", complex, bool, object, str, "no such", "", 3, None, "M8", [], np.zeros(2)]
        super().__init__(lambda: plain, same, others, [Variant(repr(t), lambda _, t=t: t) for t in wrong])


class Flag(Given):
    """True or False, and nothing that merely counts as such: "False" would be True."""

    def __init__(self, value=False):
        wrong = bad(a_string="False", None_=None, a_list=[], an_array=np.array([True, False]), nan=float("nan"))
        super().__init__(lambda: value, good(np_bool=np.bool_(value)), wrong)


class Text(Given):
    """A string, such as a name."""

    def __init__(self, value="name"):
        wrong = bad(None_=None, a_number=3, bytes_=b"x", a_list=["x"], an_object=object())
        super().__init__(lambda: value, Variant("한글 <&>", lambda _: "한글 <&>", EITHER), wrong)


class Choice(Given):
    """One of a few values."""

    def __init__(self, value, *others):
        wrong = bad(
            another_word="no such", None_=None, a_number=12345, a_list=[value], an_array=np.array([value, value])
        )
        super().__init__(lambda: value, [Variant(repr(x), lambda _, x=x: x, EITHER) for x in others], wrong)


class Function(Given):
    """A function. `refuses` are functions with a result that cannot be used, and why; `numbers` adds the usual ones."""

    def __init__(self, function, numbers=False, **refuses):
        wrong = bad(None_=None, a_string="relu", a_number=3, a_list=[], **refuses)
        if numbers:
            gives = {"None": None, "a string": "text", "NaN": np.nan, "a complex number": 1j, "ragged": [[1], [1, 2]]}
            wrong += [Variant(f"gives {what}", lambda _, x=x: lambda *z, **named: x) for what, x in gives.items()]
        super().__init__(lambda: function, wrong)


class File(Given):
    """A path: `write(path)` makes the file that is there before the call."""

    def __init__(self, write=None, *variants):
        self.folder = tempfile.TemporaryDirectory()
        paths = itertools.count()

        def make(path=""):
            path = Path(self.folder.name, f"{next(paths)}{path}")
            if write is not None:
                write(path)
            return path

        same = [Variant("a string", str, GOOD), Variant("한글", lambda _: make("한글 이름.npz"), GOOD)]
        wrong = bad(None_=None, a_number=10**6, a_float=1.5, a_list=[], an_object=object(), empty="")
        folders = [Variant("a folder", lambda path: path.parent), Variant("in no folder", lambda p: p / "none" / "x")]
        super().__init__(make, same, wrong, folders, *variants)
