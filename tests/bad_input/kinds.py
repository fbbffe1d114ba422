"""The kinds of single things: numbers, counts, seeds, dtypes, functions, files. Each has a plain value and, made from
it, the variants that must do as well, those that must be refused, and those that may end either way (but never badly).
"""

import fractions
import itertools
import tempfile
from pathlib import Path

import numpy as np

from .arrays import frozen
from .variants import BAD, EITHER, GOOD, Given, Variant, bad, good, nonsense


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


class Parameters(Given):
    """A list of arrays that may be changed in place, made anew for each call."""

    def __init__(self, make):
        wrong = {"one array": np.ones(3), "no array": [], "numbers": [1.0, 2.0], "lists": [[1.0, 2.0]]}
        kinds = {"integers": int, "bools": bool, "complex numbers": complex, "objects": object, "strings": str}
        wrong |= {f"arrays of {what}": [np.ones(2).astype(dtype)] for what, dtype in kinds.items()}
        wrong |= {"read-only arrays": [frozen(np.ones(2))], "an array and None": [np.ones(2), None]}
        listed = [Variant(what, lambda _, x=x: x) for what, x in wrong.items()]
        super().__init__(make, listed, nonsense(), Variant("a tuple", tuple, GOOD))
