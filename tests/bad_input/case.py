"""A case: a public function or method with the kind of each of its arguments.

Case(losses.mse).takes(prediction=Array("*s"), target=Array("*s"))
"""

import inspect
import itertools

import numpy as np
from hypothesis import strategies as st

from .arrays import SIZES
from .variants import OnSelf


class Case:
    """`target` with the kind of every argument.

    dtype: the dtype of all floating results - "kept" for that of the arguments together, "each" where each array keeps
    its own, None for any. raises: documented errors besides ValueError and TypeError. says: what an error may say, if
    it is not "expects ..., got ...". changes: the arguments besides self that are there to be changed; None if not even
    self is. fits(shapes by argument): whether arrays of these shapes are right, if the letters cannot tell. result:
    what to look at in what came out, if not at all of it.
    """

    def __init__(self, target, dtype="kept", raises=(), says=None, changes=(), fits=None, result=None, name=None):
        self.target, self.function = target, getattr(target, "__func__", target)
        self.dtype, self.raises, self.says, self.fits = dtype, raises, says, fits
        self.changes = () if changes is None else ("self", *changes)
        self.result, self.name = result or (lambda x: x), name or f"{target.__module__}.{target.__qualname__}"
        self.parameters = inspect.signature(target).parameters

    def __repr__(self):
        return self.name.removeprefix("gyeop.")

    def takes(case, /, **kinds):
        case.kinds = kinds
        return case

    def letters(self):
        """{letter: a strategy for its size} of all letters in the shapes; a single number for the others."""
        parts = {p for kind in self.kinds.values() for shape in getattr(kind, "shapes", []) for p in shape}
        axes = st.lists(st.integers(0, 3), max_size=3).map(tuple)
        drawn = {p: axes if str(p).startswith("*") else st.integers(1, 4) for p in sorted(parts, key=str)}
        return {letter: drawn.get(letter, st.just(size)) for letter, size in SIZES.items()}

    def sizes(self):
        """Two sets of sizes where an array may have any shape: matrices, and vectors, for (n,) against (n, 1)."""
        shapes = [shape for kind in self.kinds.values() for shape in getattr(kind, "shapes", [])]
        stars = any("*s" in shape for shape in shapes)
        return [SIZES, {**SIZES, "*s": (5,)}] if stars else [SIZES]

    def arguments(self, sizes):
        """The plain ones, made anew."""
        return self.on_self({name: kind.plain(sizes, i + 1) for i, (name, kind) in enumerate(self.kinds.items())})

    def on_self(self, arguments):
        made = {name: v.make(arguments["self"]) for name, v in arguments.items() if isinstance(v, OnSelf)}
        return {**arguments, **made}

    def variants(self, sizes):
        """{argument: its variants}."""
        return {name: kind.variants(sizes, i + 1) for i, (name, kind) in enumerate(self.kinds.items())}

    def all_cast(self, arguments, dtype):
        return {name: self.kinds[name].cast(value, dtype) for name, value in arguments.items()}

    def call(self, arguments):
        positional, named = [], {}
        for name, parameter in self.parameters.items():
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional += arguments[name]
            elif parameter.kind is parameter.KEYWORD_ONLY:
                named[name] = arguments[name]
            else:
                positional.append(arguments[name])
        return self.target(*positional, **named)

    def fitting(self, arguments):
        """Whether the shapes of all arrays are right together."""
        if self.fits is not None:
            fitted = {name: kind.fitted(arguments[name]) for name, kind in self.kinds.items()}
            return self.fits(**{name: pairs[0][1].shape for name, pairs in fitted.items() if pairs})
        pairs = [pair for name, kind in self.kinds.items() for pair in kind.fitted(arguments[name])]
        return any(_unify(specs, [a.shape for _, a in pairs]) for specs in itertools.product(*(s for s, _ in pairs)))

    def wrong_dtype(self, came, got):
        """What is wrong with the floating dtypes that the results have, or None."""
        if self.dtype is None:
            return None
        wanted = {"each": set(came), "kept": {np.result_type(*came)} if came else set()}.get(self.dtype, {self.dtype})
        wanted = wanted or {np.float64}  # of integers
        sizes = {np.dtype(dtype).itemsize for dtype in wanted}
        wrong = [dtype for dtype in got if dtype.itemsize not in sizes]
        return f"gave {wrong[0]} where {' or '.join(map(str, wanted))} was expected" if wrong else None

    def own_dtype(self):
        """The dtype in which a model of its own dtype counts."""
        return np.dtype(np.float64 if self.dtype in ("kept", "each", None) else self.dtype)

    def arrays(self, arguments):
        return [a for name, kind in self.kinds.items() for _, a in kind.fitted(arguments[name])]


def _unify(specs, shapes):
    letters: dict = {}
    for spec, shape in zip(specs, shapes, strict=True):
        star = next((i for i, part in enumerate(spec) if str(part).startswith("*")), None)
        if star is not None:
            end = len(shape) - len(spec) + star + 1
            if end < star or letters.setdefault(spec[star], shape[star:end]) != shape[star:end]:
                return False
            spec, shape = spec[:star] + spec[star + 1 :], shape[:star] + shape[end:]
        if len(spec) != len(shape):
            return False
        for part, n in zip(spec, shape, strict=True):
            if n != (part if isinstance(part, int) else letters.setdefault(part, n)):
                return False
    return True
