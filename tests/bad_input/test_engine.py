"""The engine finds what it is there to find: a sound sample passes, and each broken one fails for its own fault."""

import types

import numpy as np
import pytest

from gyeop._checks import as_float, finite_float
from gyeop.losses import mae

from .arrays import Array
from .callables import missing, public
from .case import Case
from .engine import problems
from .kinds import Count, Number


def sound(x, y):
    return finite_float(y, "y") * 0 + mae.gradient(x, y)


def broadcasts(x, y):
    return finite_float(x, "x") - finite_float(y, "y")


def changes_its_input(x):
    checked = finite_float(x, "x")
    checked -= 1
    return checked


def warns(x):
    return np.log(finite_float(x, "x"))


def fails_inside_numpy(x):
    return finite_float(x, "x").reshape(5, 3)


def raises_another_kind(x):
    finite_float(x, "x")
    raise KeyError("x")


def says_nothing(x):
    if np.ndim(x) != 1:
        raise ValueError("bad input")
    return finite_float(x, "x")


def takes_numerals(x):
    return finite_float(np.asarray(x, float), "x")


def takes_nan(x):
    return as_float(x, "x")


def takes_any_count(n):
    return int(n)


def takes_any_number(rate):
    return float(rate)


def always_float64(x):
    return finite_float(x, "x").astype(np.float64)


def fewer_bits(x):
    return finite_float(x, "x").astype(np.float16)


def wrong_on_views(x):
    x = finite_float(x, "x")
    return x if x.flags.c_contiguous else x + 1


def draws_from_all(x):
    return finite_float(x, "x") + np.random.normal()


X = {"x": Array("*s")}
BROKEN = [
    (broadcasts, {"x": Array("*s"), "y": Array("*s")}, "is broadcast or cut without a word"),
    (changes_its_input, X, "changed an argument"),
    (warns, X, "RuntimeWarning"),
    (fails_inside_numpy, {"x": Array("n", "d")}, "that the library did not raise itself"),
    (raises_another_kind, X, "another kind of error, KeyError"),
    (says_nothing, {"x": Array("n")}, "did not raise itself"),
    (takes_numerals, X, "an array of strings"),
    (takes_nan, X, "nan at index"),
    (takes_any_count, {"n": Count(2)}, "n = 0"),
    (takes_any_number, {"rate": Number(0.1, at_least=0)}, "rate = -1"),
    (always_float64, X, "float64 where"),
    (fewer_bits, X, "float16 where"),
    (wrong_on_views, {"x": Array("n", "d")}, "Fortran order"),
    (draws_from_all, X, "drew from NumPy's global generator"),
]


def test_a_sound_sample_passes():
    assert problems(Case(sound).takes(x=Array("*s"), y=Array("*s"))) == []


@pytest.mark.parametrize(("sample", "kinds", "fault"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_sample_fails(sample, kinds, fault):
    found = problems(Case(sample).takes(**kinds))
    assert any(fault in line for line in found), found


@pytest.fixture
def room():
    """A room with a function, a function attached to it, and a class with a method."""
    room = types.ModuleType("gyeop.attic")

    def store(x, where):
        return x

    def back(x):
        return x

    class Box:
        def put(self, x):
            return x

        def _hidden(self, x):
            return x

    store.gradient = back
    for thing in (store, Box):
        thing.__module__ = "gyeop.attic"
    room.store, room.Box, room.as_float = store, Box, as_float
    return room


def test_whatever_is_public_is_missed(room):
    left_out = missing(public(room), [])
    names = ["attic.store", "attic.store.gradient", "attic.Box", "attic.Box.put"]
    assert [line.split(" has no case")[0] for line in left_out] == [f"gyeop.{name}" for name in names]
    assert "tests/bad_input/table_attic.py" in left_out[0]


def test_an_argument_without_a_kind_is_missed(room):
    (line,) = [line for line in missing(public(room), [Case(room.store).takes(x=Array("n"))]) if "names" in line]
    assert "['where', 'x']" in line
