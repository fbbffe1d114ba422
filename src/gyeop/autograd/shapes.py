"""What Tensor does along its axes: sums, means, maxima, other shapes, and picking elements.

As in gyeop.autograd.arithmetic, beside each value stands its vector-Jacobian product: what a sum added up, its gradient
hands out; what an index picked, its gradient puts back.
"""

import numpy as np

from gyeop.autograd.graph import operation


def sum(x, axis=None, keepdims=False):
    """The sum over all elements, one axis or several (a tuple)."""
    shape = x.shape
    value = x.data.sum(axis=axis, keepdims=keepdims)
    return operation("sum", value, (x, lambda g: np.broadcast_to(_expand(g, axis, keepdims), shape)))


def mean(x, axis=None, keepdims=False):
    """The mean over all elements, one axis or several (a tuple)."""
    value = x.data.mean(axis=axis, keepdims=keepdims)
    shape, count = x.shape, x.size // (value.size or 1)
    return operation("mean", value, (x, lambda g: np.broadcast_to(_expand(g / count, axis, keepdims), shape)))


def max(x, axis=None, keepdims=False):
    """The largest of all elements, along one axis or several (a tuple).

    Of equals, along one axis the first takes the whole gradient; over all or several axes they share it evenly. So it
    is in torch: max with a dim; max without, and amax.
    """
    a = x.data
    value = a.max(axis=axis, keepdims=keepdims)

    def back(g):
        g, top = _expand(g, axis, keepdims), _expand(value, axis, keepdims)
        if axis is not None and not isinstance(axis, tuple):
            first = np.zeros_like(a)
            np.put_along_axis(first, a.argmax(axis=axis, keepdims=True), 1, axis)
            return g * first
        ties = (a == top) | (np.isnan(a) & np.isnan(top))
        return g * (ties / ties.sum(axis=axis, keepdims=True))

    return operation("max", value, (x, back))


def reshape(x, *shape):
    """The same elements in another shape, given as numbers or as one tuple; -1 stands for what is left."""
    before, after = x.shape, shape[0] if len(shape) == 1 else shape
    return operation("reshape", x.data.reshape(after), (x, lambda g: g.reshape(before)))


def transpose(x, *axes):
    """No axes: all reversed. Two: swapped, torch's transpose. All of three or more: in that order, torch's permute."""
    if len(axes) == 2:
        return operation("transpose", x.data.swapaxes(*axes), (x, lambda g: g.swapaxes(*axes)))
    value = x.data.transpose(axes or None)
    back = np.argsort([axis % x.ndim for axis in axes]) if axes else None
    return operation("transpose", value, (x, lambda g: g.transpose(back)))


def pick(x, index):
    """x[index], by NumPy's rules. An element picked twice gets both gradients."""
    a, index = x.data, _frozen(index)
    parts = tuple(index) if isinstance(index, tuple) else (index,)
    basic = all(i is None or i is Ellipsis or isinstance(i, int | np.integer | slice) for i in parts)

    def back(g):
        gradient = np.zeros_like(a)
        if basic:
            gradient[index] = g
        else:
            np.add.at(gradient, index, g)
        return gradient

    return operation("[]", a[index], (x, back))


def _expand(g, axis, keepdims):
    return g if axis is None or keepdims else np.expand_dims(g, axis)


def _frozen(index):
    """The index with its arrays and lists copied, so that nobody changes them before the backward pass."""
    if isinstance(index, tuple):
        return tuple(_frozen(i) for i in index)
    return np.array(index) if isinstance(index, np.ndarray | list) else index
