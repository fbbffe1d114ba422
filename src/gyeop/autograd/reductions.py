"""What Tensor does along its axes: sums, means, variances, the largest, the smallest, and softmax.

`axis` is one axis, several (a tuple) or None for all; a negative one counts from the end. What a sum added up, its
gradient hands out.
"""

from math import prod

import numpy as np

from gyeop._checks import count, flag
from gyeop.autograd.graph import operation, quiet


@quiet
def sum(x, axis=None, keepdims=False):
    """The sum over all elements, one axis or several (a tuple)."""
    shape, _ = x.shape, _length(x, axis, keepdims, "sum")
    value = x.data.sum(axis=axis, keepdims=bool(keepdims))
    return operation("sum", value, (x, lambda g: np.broadcast_to(_expand(g, axis, keepdims), shape)))


@quiet
def mean(x, axis=None, keepdims=False):
    """The mean over all elements, one axis or several (a tuple)."""
    shape, n = x.shape, _length(x, axis, keepdims, "mean")
    value = x.data.mean(axis=axis, keepdims=bool(keepdims)) if n else x.data.sum(axis=axis, keepdims=bool(keepdims)) / n
    return operation("mean", value, (x, lambda g: np.broadcast_to(_expand(g / n, axis, keepdims), shape)))


@quiet
def var(x, axis=None, correction=1, keepdims=False):
    """The mean of the squared distances from the mean, over n - correction: 1 as in torch, 0 as in NumPy and in layers.

    A ValueError if there are no more than `correction` elements to go by.

    >>> from gyeop.autograd import Tensor
    >>> x = Tensor([1.0, 2.0, 6.0])
    >>> x.var().item(), x.var(correction=0).item()
    (7.0, 4.666666666666667)
    """
    n = _length(x, axis, keepdims, "var") - count(correction, "var's correction", at_least=0)
    if n <= 0:
        raise ValueError(f"var expects more than {correction} elements along axis {axis}, got shape {x.shape}")
    a = x.data
    distance = a - a.mean(axis=axis, keepdims=True)
    value = (distance * distance).sum(axis=axis, keepdims=bool(keepdims))
    back = distance * (2 / n)
    return operation("var", value / n, (x, lambda g: _expand(g, axis, keepdims) * back))


def max(x, axis=None, keepdims=False):
    """The largest of all elements, along one axis or several (a tuple).

    Of equals, along one axis the first takes the whole gradient; over all or several axes they share it evenly. So it
    is in torch: max with a dim; max without, and amax. A tuple of one axis is amax, too.

    >>> from gyeop.autograd import Tensor
    >>> x = Tensor([[1.0, 3.0, 3.0]], requires_grad=True)
    >>> x.max(axis=1).backward()
    >>> x.max(axis=(1,)).backward()
    >>> x.grad
    array([[0. , 1.5, 0.5]])
    """
    if not _length(x, axis, keepdims, "max"):
        raise ValueError(f"max expects at least one element along axis {axis}, got shape {x.shape}")
    value = x.data.max(axis=axis, keepdims=bool(keepdims))
    return operation("max", value, (x, _back_to_the_chosen(x.data, value, np.argmax, axis, keepdims)))


def min(x, axis=None, keepdims=False):
    """The smallest of all elements, along one axis or several (a tuple); of equals as in max."""
    if not _length(x, axis, keepdims, "min"):
        raise ValueError(f"min expects at least one element along axis {axis}, got shape {x.shape}")
    value = x.data.min(axis=axis, keepdims=bool(keepdims))
    return operation("min", value, (x, _back_to_the_chosen(x.data, value, np.argmin, axis, keepdims)))


@quiet
def softmax(x, axis=-1):
    """exp(x_i) / sum_j exp(x_j) along the axis: positive numbers that add up to 1.

    >>> from gyeop.autograd import Tensor
    >>> Tensor([[0.0, 0.0], [1000.0, -1000.0]]).softmax().data.tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    _length(x, axis, False, "softmax")
    e = np.exp(_below_zero(x.data, axis))
    y = e / e.sum(axis=axis, keepdims=True)
    return operation("softmax", y, (x, lambda g: y * (g - (g * y).sum(axis=axis, keepdims=True))))


@quiet
def log_softmax(x, axis=-1):
    """x_i - log sum_j exp(x_j) along the axis: the logarithm of softmax, finite where that would round to 0.

    >>> from gyeop.autograd import Tensor
    >>> Tensor([1000.0, -1000.0]).log_softmax().data.tolist()
    [0.0, -2000.0]
    """
    _length(x, axis, False, "log_softmax")
    z = _below_zero(x.data, axis)
    y = z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
    return operation("log softmax", y, (x, lambda g: g - np.exp(y) * g.sum(axis=axis, keepdims=True)))


def _length(x, axis, keepdims, name):
    """How many elements of x become one: all of its `axis`, which it must have."""
    flag(keepdims, f"{name}'s keepdims")
    if axis is None:
        return x.size
    given = axis if isinstance(axis, tuple) else (axis,)
    axes = [count(i, f"{name}'s axis", at_least=-np.inf) for i in given]
    if not all(-x.ndim <= i < x.ndim for i in axes) or len({i % x.ndim for i in axes}) < len(axes):
        raise ValueError(f"{name} expects axes of a tensor of shape {x.shape}, each once, got {axis}")
    return prod(x.shape[i] for i in axes)


def _below_zero(a, axis):
    """a less its largest along the axis: softmax is the same, and no exponential can overflow."""
    return a - a.max(axis=axis, keepdims=True, initial=-np.inf)


def _back_to_the_chosen(a, value, arg, axis, keepdims):
    def back(g):
        g, chosen = _expand(g, axis, keepdims), _expand(value, axis, keepdims)
        if axis is not None and not isinstance(axis, tuple):
            first = np.zeros_like(a)
            np.put_along_axis(first, arg(a, axis=axis, keepdims=True), g, axis)
            return first
        ties = (a == chosen) | (np.isnan(a) & np.isnan(chosen))
        return g * (ties / ties.sum(axis=axis, keepdims=True))

    return back


def _expand(g, axis, keepdims):
    return g if axis is None or keepdims else np.expand_dims(g, axis)
