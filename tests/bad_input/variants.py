"""The forms in which an argument can come: what they must end in, and the kind for which they are spelled out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

GOOD, BAD, EITHER = "as the plain value", "refused", "either way"


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


class Tied(Given):
    """A kind such as an axis, where what is wrong depends on the shapes of the arrays beside it."""


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
