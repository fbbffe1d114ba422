"""Every public function and method of a room, called with the plain arguments of its case and with every variant.

    Case(losses.mse).takes(prediction=Array("*s"), target=Array("*s"))

A variant ends well in one of two ways: in the result that the same numbers give as plain float64 arrays, in the dtype
that came in; or in a ValueError or TypeError that the library itself raises, saying what was expected and what it got.
Never in a broadcast, a warning, a changed argument, a draw from NumPy's global generator or an error of another kind.
"""

import ast
import inspect
import itertools
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import gyeop

from .variants import BAD, GOOD

LIBRARY = Path(gyeop.__file__).parent
TOLERANCE = {2: 3e-2, 4: 1e-4, 8: 1e-9, 16: 1e-9}  # by the bytes of the shortest floats that came in


def picture(thing):
    """What `thing` holds, as lists, dictionaries, arrays and plain values that can be compared."""
    if isinstance(thing, np.ndarray | np.generic):
        return np.array(thing)
    if thing is None or isinstance(thing, str | bytes | int | float | complex | Path):
        return thing
    if isinstance(thing, dict):
        return {name: picture(value) for name, value in thing.items()}
    if isinstance(thing, list | tuple | Iterator):
        return [picture(value) for value in thing]
    if hasattr(thing, "data") and hasattr(thing, "grad"):  # a Value or a Tensor, without the graph behind it
        return [picture(thing.data), picture(thing.grad)]
    if hasattr(thing, "__dict__") and not inspect.isroutine(thing) and not isinstance(thing, type):
        return type(thing).__name__, {name: picture(value) for name, value in vars(thing).items() if name != "rng"}
    return getattr(thing, "__name__", type(thing).__name__)


def arrays_in(view):
    if isinstance(view, np.ndarray):
        yield view
    elif isinstance(view, dict | list | tuple):
        for part in view.values() if isinstance(view, dict) else view:
            yield from arrays_in(part)


def equal(a, b, tolerance=0.0):
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(equal(a[k], b[k], tolerance) for k in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(equal, a, b, itertools.repeat(tolerance)))
    if isinstance(a, np.ndarray | float) and isinstance(b, np.ndarray | float):
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or (not tolerance and a.dtype != b.dtype):
            return False
        if not tolerance or a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub":
            return a.tobytes() == b.tobytes() if a.dtype.kind != "O" else repr(a) == repr(b)
        size = np.abs(b[np.isfinite(b)], dtype=float).max(initial=1.0)
        return np.allclose(a.astype(float), b.astype(float), rtol=tolerance, atol=tolerance * size, equal_nan=True)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return False
    return a == b or (a != a and b != b)


class Ending:
    """What came of a call: `outcome`, a picture of the result and of what was changed, or `error`; and `fault`, what
    must not be, whatever was passed."""

    def __init__(self, case, arguments):
        self.outcome = self.error = self.fault = None
        still = {name: value for name, value in arguments.items() if name not in case.changes}
        before = picture(still)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                result = picture(case.result(case.call(arguments)))
                self.outcome = [result, *(picture(arguments[name]) for name in case.changes if name in arguments)]
            except Exception as error:
                self.error, self.fault = error, fault_of(error, case)
        if not equal(picture(still), before):
            self.fault = "changed an argument"

    def __str__(self):
        return f"{type(self.error).__name__}: {self.error}" if self.error else f"gave {str(self.outcome)[:200]}"


def fault_of(error, case):
    """What is wrong with an error, or None."""
    if isinstance(error, case.raises):
        return None
    end = error.__traceback__
    while end.tb_next:
        end = end.tb_next
    where = f"{Path(end.tb_frame.f_code.co_filename).name}:{end.tb_lineno}"
    if type(error) not in (ValueError, TypeError):
        return f"ended in another kind of error, {type(error).__name__} in {where}: {error}"
    if end.tb_lineno not in RAISES.get(end.tb_frame.f_code.co_filename, ()):
        return f"ended in an error of {where} that the library did not raise itself, {error}"
    if not re.search(r"expect.* got |" + (case.says or "expect.* got "), str(error), re.DOTALL):
        return f"does not say what it expected and what it got: {error}"
    return None


def _raise_lines():
    """{file of the library: its lines that belong to a raise}, as the files are now that they are imported."""
    lines = {}
    for path in LIBRARY.rglob("*.py"):
        raises = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Raise)]
        lines[str(path)] = {line for node in raises for line in range(node.lineno, node.end_lineno + 1)}
    return lines


RAISES = _raise_lines()


def problems(case):
    """All that is wrong, one line for each variant."""
    found, untouched = [], list(np.random.get_state())
    for sizes in case.sizes():
        ending = Ending(case, case.arguments(sizes))
        if ending.error or ending.fault:
            return [f"{case} with its plain arguments: {ending.fault or ending}"]
        for name, variants in case.variants(sizes).items():
            for variant in variants:
                wrong = judged(case, sizes, name, variant)
                if wrong:
                    found.append(f"{case} with {name} = {variant} (sizes {sizes['*s']}): {wrong}")
        for dtype in ("float16", "float32", "float64"):
            wrong = as_plain(case, case.all_cast(case.arguments(sizes), dtype), case.arguments(sizes))
            if wrong:
                found.append(f"{case} with all arrays in {dtype}: {wrong}")
    if not equal(list(np.random.get_state()), untouched):
        found.append(f"{case} drew from NumPy's global generator")
    return found


def judged(case, sizes, name, variant):
    """What is wrong with how the call with this one variant ends, or None."""
    arguments = case.arguments(sizes)
    plain = arguments[name]
    arguments[name] = variant.change(plain)
    if variant.ends == GOOD:
        return as_plain(case, arguments, case.arguments(sizes))
    fits = variant.ends != BAD and case.fitting(arguments)
    ending = Ending(case, arguments)
    if ending.fault:
        return ending.fault
    if ending.error:
        return None if variant.says in str(ending.error) else f"does not say {variant.says!r}: {ending.error}"
    if variant.ends == BAD:
        return f"is accepted and {ending}"
    if not fits:
        return f"is broadcast or cut without a word and {ending}"
    return None


def as_plain(case, arguments, plain):
    """What is wrong if a call does not end as that of the same numbers in plain form, in the dtype of the arrays."""
    same = {name: kind.same(arguments[name], plain[name]) for name, kind in case.kinds.items()}
    same = case.on_self(same)
    floats = [a.dtype for a in case.arrays(arguments) if a.dtype.kind == "f"]
    ending, expected = Ending(case, arguments), Ending(case, same)
    if ending.fault or expected.fault:
        return ending.fault or expected.fault
    if type(ending.error) is not type(expected.error):
        return f"{ending}, and the same numbers as plain float64: {expected}"
    if ending.error:
        return None
    shortest = min(dtype.itemsize for dtype in (*floats, case.own_dtype()))
    if not equal(ending.outcome, expected.outcome, TOLERANCE[shortest]):
        return f"{ending}, and the same numbers as plain float64: {expected}"
    return case.wrong_dtype(floats, {a.dtype for a in arrays_in(ending.outcome) if a.dtype.kind == "f"})
