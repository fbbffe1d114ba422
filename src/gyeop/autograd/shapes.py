"""The same elements in another shape or order, some of them, or some more.

What an index picked, its gradient puts back. Where NumPy gives a view, so does this: the result shares the array of
its input, which is read-only for that long.
"""

from math import prod

import numpy as np

from gyeop._checks import as_array, count, number
from gyeop.autograd.graph import operation


def _axes(x, axes, name, ndim=None):
    """`axes` counted from the first: each is there, and there once."""
    ndim = x.ndim if ndim is None else ndim
    axes = [count(i, f"{name}'s axes", at_least=-np.inf) for i in axes]
    if not all(-ndim <= i < ndim for i in axes) or len({i % ndim for i in axes}) < len(axes):
        raise ValueError(f"{name} expects different axes of a tensor of shape {x.shape}, got {axes}")
    return [i % ndim for i in axes]


def _several(axis):
    return axis if isinstance(axis, tuple) else (axis,)


def reshape(x, *shape):
    """The same elements in another shape, given as numbers or as one tuple; -1 stands for what is left."""
    before, after = x.shape, shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    sizes = [count(n, "reshape", at_least=-1) for n in after]
    known, left = prod(n for n in sizes if n != -1), sizes.count(-1)
    if left > 1 or (left and (not known or x.size % known)) or (not left and known != x.size):
        raise ValueError(f"reshape expects a shape of {x.size} elements, got {tuple(after)}")
    return operation("reshape", x.data.reshape(sizes), (x, lambda g: g.reshape(before)))


def transpose(x, *axes):
    """No axes: all reversed. Two: swapped, torch's transpose. All of three or more: in that order, torch's permute."""
    if len(axes) == 2:
        _axes(x, axes[: 1 + (axes[0] != axes[1])], "transpose")  # an axis may be swapped with itself
        return operation("transpose", x.data.swapaxes(*axes), (x, lambda g: g.swapaxes(*axes)))
    if axes and len(_axes(x, axes, "transpose")) != x.ndim:
        raise ValueError(f"transpose expects two axes of a tensor of shape {x.shape}, or all, got {axes}")
    value = x.data.transpose(axes or None)
    back = np.argsort([axis % x.ndim for axis in axes]) if axes else None
    return operation("transpose", value, (x, lambda g: g.transpose(back)))


def swapaxes(x, axis, other):
    """Two axes exchanged, as np.swapaxes and torch's transpose."""
    _axes(x, (axis,), "swapaxes"), _axes(x, (other,), "swapaxes")
    return operation("swapaxes", x.data.swapaxes(axis, other), (x, lambda g: g.swapaxes(axis, other)))


def squeeze(x, axis=None):
    """Without the axes of length 1: all of them, one or several (a tuple). One of another length is a ValueError."""
    before = x.shape
    if axis is not None and any(before[i] != 1 for i in _axes(x, _several(axis), "squeeze")):
        raise ValueError(f"squeeze expects axes of length 1, got axis {axis} of shape {before}")
    return operation("squeeze", x.data.squeeze(axis), (x, lambda g: g.reshape(before)))


def unsqueeze(x, axis):
    """With a new axis of length 1 at `axis` of the result, or several (a tuple), as np.expand_dims."""
    before = x.shape
    _axes(x, _several(axis), "unsqueeze", x.ndim + len(_several(axis)))
    return operation("unsqueeze", np.expand_dims(x.data, axis), (x, lambda g: g.reshape(before)))


def broadcast_to(x, shape):
    """Repeated along new axes and axes of length 1 until it has the shape, as np.broadcast_to and torch's expand."""
    if not isinstance(shape, (tuple, list)):
        raise TypeError(f"broadcast_to expects a shape as a tuple, got {type(shape).__name__}")
    shape = tuple(count(n, "broadcast_to", at_least=0) for n in shape)
    try:
        value = np.broadcast_to(x.data, shape)
    except ValueError:
        raise ValueError(f"broadcast_to expects a shape that {x.shape} broadcasts to, got {shape}") from None
    return operation("broadcast", value, (x, lambda g: g))


def flip(x, axis=None):
    """In reverse order along one axis, several (a tuple) or all."""
    if axis is not None:
        _axes(x, _several(axis), "flip")
    return operation("flip", np.flip(x.data, axis), (x, lambda g: np.flip(g, axis)))


def pad(x, width, value=0.0):
    """With elements `value` added before and after: `width` as in np.pad.

    That is a pair (before, after) for each axis, from the first on (torch.nn.functional.pad counts from the last), or
    one pair or one number for all axes. A negative width is a ValueError.

    >>> from gyeop.autograd import Tensor
    >>> Tensor([[1.0, 2.0]]).pad([(0, 1), (1, 0)]).data
    array([[0., 1., 2.],
           [0., 0., 0.]])
    """
    given, value = as_array(width, "pad's width"), number(value, "pad's value")
    fits = given.dtype.kind in "iu" and given.shape in ((), (1,), (2,), (1, 2), (x.ndim, 2), (x.ndim, 1))
    widths = np.broadcast_to(given, (x.ndim, 2)).tolist() if fits else [[-1]]
    if any(n < 0 for pair in widths for n in pair):
        raise ValueError(f"pad expects whole numbers of at least 0 as width, got {width}")
    inside = tuple(slice(before, before + n) for (before, _), n in zip(widths, x.shape, strict=True))
    padded = np.full([before + n + after for (before, after), n in zip(widths, x.shape, strict=True)], value, x.dtype)
    padded[inside] = x.data
    return operation("pad", padded, (x, lambda g: g[inside]))


def pick(x, index):
    """x[index], by NumPy's rules: numbers, slices, None, ..., arrays of whole numbers or of bools, alone or as a tuple.

    An element picked twice gets both gradients.
    """
    a, index = x.data, _frozen(index)
    parts = index if isinstance(index, tuple) else (index,)
    may_repeat = any(isinstance(i, np.ndarray) and i.dtype != bool for i in parts)

    def back(g):
        gradient = np.zeros(a.shape, g.dtype)
        if not may_repeat:
            gradient[index] = g
        elif isinstance(index, np.ndarray):
            _add_rows(gradient, index, g)
        else:
            np.add.at(gradient, index, g)
        return gradient

    return operation("[]", a[index], (x, back))


def _add_rows(array, rows, values):
    """np.add.at(array, rows, values), on the elements one by one: five times as fast as row by row."""
    width = prod(array.shape[1:])
    places = rows[..., None] * width + np.arange(width)  # a row counted from the end gives places counted from the end
    np.add.at(array.reshape(-1), places.ravel(), values.ravel())


def _frozen(index):
    """The index with its arrays and lists copied, so that nobody changes them before the backward pass."""
    if isinstance(index, tuple):
        return tuple(_frozen(i) for i in index)
    if isinstance(index, list):
        return np.array(index, dtype=None if index else np.intp)
    return np.array(index) if isinstance(index, np.ndarray) else index
