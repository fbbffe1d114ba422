"""What every room asks of its input: a check returns what it let through, or says what was expected and what came."""

import math
import numbers
from collections.abc import Iterable

import numpy as np


def as_array(values, name):
    try:
        return np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:  # rows of unequal lengths, tensors that hold a graph
        raise ValueError(f"{name} expects an array of numbers, got {type(values).__name__}: {error}") from None


def as_float(values, name, integers_to=np.float64):
    """An array of the same numbers: floats keep their dtype, integers and booleans become `integers_to`."""
    array = as_array(values, name)
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "biu":
        return array.astype(integers_to)
    raise TypeError(f"{name} expects real numbers, got {type(values).__name__} of dtype {array.dtype}")


def first_index(mask):
    """The first index at which `mask` holds, as a reader would write it: 3, or (1, 0)."""
    index = tuple(int(i) for i in np.argwhere(mask)[0])
    return index[0] if len(index) == 1 else index


def finite(array, name):
    if array.size <= 2**17:
        good = np.isfinite(array).all()
    else:  # the extremes tell it too, NaN being one where it is found, and need no large array of booleans
        good = np.isfinite(array.max()) and np.isfinite(array.min())
    if not good:
        at = first_index(~np.isfinite(array))
        raise ValueError(f"{name} expects finite numbers, got {array[at]} at index {at}")
    return array


def finite_float(values, name):
    return finite(as_float(values, name), name)


def not_empty(array, name):
    if array.size == 0:
        raise ValueError(f"{name} expects at least one value, got shape {array.shape}")
    return array


def squarable(array, name):
    """An array of floats whose squared differences can be added up in float64."""
    limit = np.sqrt(np.finfo(np.float64).max / max(array.size, 1)) / 2
    if (wrong := np.abs(array) > limit).any():
        at = first_index(wrong)
        raise ValueError(f"{name} expects numbers of at most {limit:.1g} in size, got {array[at]} at index {at}")
    return array


def rows(values, name, columns=None):
    """A finite array (batch, features), with `columns` features if that is given, and at least one row."""
    array = as_float(values, name)
    wanted = "(batch, features)" if columns is None else f"(batch, {columns})"
    if array.ndim != 2 or columns not in (None, array.shape[1]):
        raise ValueError(f"{name} expects shape {wanted}, got {array.shape}")
    return finite(not_empty(array, name), name)


def labels(values, name, batch, classes):
    """Integer labels (batch,), each from 0 to classes - 1."""
    y = as_array(values, name)
    if y.dtype.kind not in "iu":
        raise TypeError(f"{name} expects integer labels, got dtype {y.dtype}")
    if y.shape != (batch,):
        raise ValueError(f"{name} expects labels of shape ({batch},), got {y.shape}")
    wrong = (y < 0) | (y >= classes)
    if wrong.any():
        at = first_index(wrong)
        raise ValueError(f"{name} expects labels from 0 to {classes - 1}, got {y[at]} at index {at}")
    return y


def number(value, name, at_least=-math.inf, above=-math.inf, below=math.inf, at_most=math.inf):
    """One finite real number within the bounds, as a float."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, numbers.Real) and not isinstance(value, np.floating):  # float16 is not a numbers.Real
        raise TypeError(f"{name} expects one number, got {type(value).__name__}")
    try:
        value = float(value)
    except OverflowError:  # a whole number beyond the floats
        value = math.inf
    if not math.isfinite(value) or value < at_least or value <= above or value >= below or value > at_most:
        bounds = [
            f"{sign} {bound:g}"
            for sign, bound in ((">=", at_least), (">", above), ("<", below), ("<=", at_most))
            if math.isfinite(bound)
        ]
        raise ValueError(f"{name} expects a finite number{' ' if bounds else ''}{' and '.join(bounds)}, got {value:g}")
    return value


def count(value, name, at_least=1):
    """One whole number, at least `at_least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} expects a whole number, got {type(value).__name__} {value!r}")
    if value < at_least:
        raise ValueError(f"{name} expects a whole number of at least {at_least}, got {value}")
    return int(value)


def flag(value, name):
    """True or False, and nothing that merely counts as one of them: the string "False" would count as True."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} expects True or False, got {value!r}")
    return bool(value)


def listed(values, name):
    """The members of a list of arrays. One array is not such a list, although its rows could pass for it."""
    if isinstance(values, (np.ndarray, str, bytes, dict, set)) or not isinstance(values, Iterable):
        raise TypeError(f"{name} expects a list of arrays, got {type(values).__name__}")
    return list(values)


def held(parameter):
    """The array of a parameter, which is an array or a tensor that holds one."""
    return parameter.data if hasattr(parameter, "grad") else parameter


def writable(parameters, name):
    """A list of parameters, each with a floating-point array that can be changed in place."""
    parameters = listed(parameters, name)
    if not parameters:
        raise ValueError(f"{name} expects at least one parameter, got none")
    for i, w in enumerate(map(held, parameters)):
        if not isinstance(w, np.ndarray) or w.dtype.kind != "f" or not w.flags.writeable:
            got = f"{w.dtype if w.flags.writeable else 'a read-only'} array" if isinstance(w, np.ndarray) else type(w)
            raise TypeError(f"{name} expects writable floating-point arrays, got {got} at index {i}")
    return parameters


def function(f, name, beside=None):
    """Something that can be called; `beside` is what it must carry, such as an activation's derivative."""
    if not callable(f) or not callable(getattr(f, beside or "__call__", None)):
        wanted = "a function" if beside is None else f"a function with a {beside}"
        raise TypeError(f"{name} expects {wanted}, got {getattr(f, '__name__', repr(f))}")
    return f


def generator(rng):
    """A numpy Generator from a seed, from a Generator (used as it is) or from None (unpredictable)."""
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.default_rng(None if rng is None else count(rng, "rng", at_least=0))


def float_type(dtype, name="dtype"):
    """A floating-point dtype."""
    try:
        found = None if dtype is None else np.dtype(dtype)  # None would be float64
    except (TypeError, ValueError):  # no dtype at all
        found = None
    if found is None or found.kind != "f":
        raise TypeError(f"{name} expects a floating-point dtype, got {found or repr(dtype)}")
    return found
