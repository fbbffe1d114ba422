"""Loss functions, each beside its gradient.

`L(prediction, target)` is the mean over the batch, a float; `L.gradient(prediction, target)` is the derivative of that
mean by the prediction, in the prediction's shape. This is the one place in the library where a gradient is divided by
the batch. Shapes must be equal - (n,) against (n, 1) is an error, never a broadcast - and NaN or infinity is named
with its index. Formulas: Goodfellow, Bengio, Courville, Deep Learning (2016), chapters 5.5 and 6.2; at the edges they
do what torch.nn.functional does.
"""

from collections.abc import Callable
from typing import Any, Protocol, cast

import numpy as np

from ._checks import as_array, as_float, finite, first_index, function, labels, not_empty, number
from .activations import log_softmax, sigmoid, softmax


class Loss(Protocol):
    """What training asks of a loss: a float, and the gradient by the prediction."""

    __name__: str
    gradient: Callable[..., Any]

    def __call__(self, *arguments: Any, **named: Any) -> float: ...


def with_gradient(gradient):
    """Put `gradient` beside a loss, or beside a penalty."""
    function(gradient, "with_gradient's gradient")

    def attach(loss) -> Loss:
        gradient.__name__ = gradient.__qualname__ = f"{loss.__name__}.gradient"
        loss.gradient = gradient
        return cast(Loss, loss)

    return attach


def _pair(name, prediction, target, names=("prediction", "target")):
    """Two finite float arrays of one shape. Integer targets take the dtype of the prediction: float32 stays float32."""
    prediction = as_float(prediction, name)
    target = as_float(target, name, integers_to=prediction.dtype)
    if prediction.shape != target.shape:
        raise ValueError(
            f"{name} expects equal shapes, got {names[0]} {prediction.shape} and {names[1]} {target.shape}"
        )
    not_empty(prediction, name)
    return finite(prediction, f"{name}'s {names[0]}"), finite(target, f"{name}'s {names[1]}")


def _within(array, low, high, name):
    wrong = (array < low) | (array > high)
    if wrong.any():
        at = first_index(wrong)
        raise ValueError(f"{name} expects numbers from {low} to {high}, got {array[at]} at index {at}")


def _mean(terms):
    with np.errstate(over="ignore"):  # a loss too large for its dtype is inf, and says so by being inf
        return float(np.mean(terms))


def _mse_gradient(prediction, target):
    """2 (prediction - target) / n, n the number of elements."""
    prediction, target = _pair("mse", prediction, target)
    return 2 * (prediction - target) / prediction.size


@with_gradient(_mse_gradient)
def mse(prediction, target):
    """Mean squared error over ALL elements: mean((prediction - target)^2).

    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    >>> mse.gradient([1.0, 2.0], [1.0, 4.0]).tolist()
    [0.0, -2.0]
    >>> mse([1.0, 2.0], [[1.0], [4.0]])
    Traceback (most recent call last):
    ValueError: mse expects equal shapes, got prediction (2,) and target (2, 1)
    """
    prediction, target = _pair("mse", prediction, target)
    with np.errstate(over="ignore"):
        return _mean((prediction - target) ** 2)


def _mae_gradient(prediction, target):
    """sign(prediction - target) / n; 0 where they are equal."""
    prediction, target = _pair("mae", prediction, target)
    return np.sign(prediction - target) / prediction.size


@with_gradient(_mae_gradient)
def mae(prediction, target):
    """Mean absolute error over ALL elements: mean(|prediction - target|).

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    >>> mae.gradient([1.0, 2.0], [1.0, 4.0]).tolist()
    [0.0, -0.5]
    """
    prediction, target = _pair("mae", prediction, target)
    return _mean(np.abs(prediction - target))


def _huber_gradient(prediction, target, delta=1.0):
    """prediction - target, clipped to [-delta, delta], / n."""
    delta = number(delta, "huber's delta", above=0)
    prediction, target = _pair("huber", prediction, target)
    return np.clip(prediction - target, -delta, delta) / prediction.size


@with_gradient(_huber_gradient)
def huber(prediction, target, delta=1.0):
    """Squared near the target, absolute far from it (Huber 1964), mean over ALL elements.

    With r = prediction - target: r^2 / 2 where |r| <= delta, else delta (|r| - delta / 2).

    >>> huber([0.0, 0.0], [0.5, 3.0])
    1.3125
    >>> huber.gradient([0.0, 0.0], [0.5, 3.0]).tolist()
    [-0.25, -0.5]
    """
    delta = number(delta, "huber's delta", above=0)
    prediction, target = _pair("huber", prediction, target)
    r = np.abs(prediction - target)
    near = np.minimum(r, delta)  # so that the square is of a small number only
    return _mean(near**2 / 2 + delta * (r - near))


def _hinge_pair(score, y):
    score, y = _pair("hinge", score, y, ("score", "y"))
    wrong = np.abs(y) != 1
    if wrong.any():
        at = first_index(wrong)
        raise ValueError(f"hinge expects y of -1 or +1, got {y[at]} at index {at}")
    return score, y


def _hinge_gradient(score, y):
    """-y / n where y score < 1, else 0."""
    score, y = _hinge_pair(score, y)
    return np.where(y * score < 1, -y, np.zeros_like(score)) / score.size


@with_gradient(_hinge_gradient)
def hinge(score, y):
    """mean(max(0, 1 - y score)) with y in {-1, +1}: no loss beyond a margin of 1 (Cortes, Vapnik 1995).

    >>> hinge([2.0, -0.5], [1, 1])
    0.75
    >>> hinge.gradient([2.0, -0.5], [1, 1]).tolist()
    [0.0, -0.5]
    """
    score, y = _hinge_pair(score, y)
    return _mean(np.maximum(0, 1 - y * score))


def _probability_pair(p, y):
    p, y = _pair("binary_cross_entropy", p, y, ("p", "y"))
    _within(p, 0, 1, "binary_cross_entropy's p")
    _within(y, 0, 1, "binary_cross_entropy's y")
    return p, y


def _binary_cross_entropy_gradient(p, y):
    """(p - y) / (p (1 - p)) / n; the denominator is kept from 0, as in torch."""
    p, y = _probability_pair(p, y)
    smallest = max(1e-12, float(np.finfo(p.dtype).tiny))
    return (p - y) / np.maximum(p * (1 - p), smallest) / p.size


@with_gradient(_binary_cross_entropy_gradient)
def binary_cross_entropy(p, y):
    """-mean(y ln p + (1 - y) ln(1 - p)) for probabilities p and labels y, both from 0 to 1, in equal shapes.

    A logarithm below -100 counts as -100, as in torch, so that p of exactly 0 or 1 gives a finite loss. A network that
    ends in a sigmoid does better with `binary_cross_entropy_with_logits`, which loses nothing there.

    >>> round(binary_cross_entropy([0.9, 0.2], [1, 0]), 4)
    0.1643
    >>> binary_cross_entropy([0.0, 1.0], [1, 1])
    50.0
    """
    p, y = _probability_pair(p, y)
    with np.errstate(divide="ignore"):  # ln 0 = -inf becomes -100
        log_p, log_q = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    return _mean(-(y * log_p + (1 - y) * log_q))


def _logit_pair(z, y):
    z, y = _pair("binary_cross_entropy_with_logits", z, y, ("z", "y"))
    _within(y, 0, 1, "binary_cross_entropy_with_logits's y")
    return z, y


def _binary_cross_entropy_with_logits_gradient(z, y):
    """(sigmoid(z) - y) / n."""
    z, y = _logit_pair(z, y)
    return (sigmoid(z) - y) / z.size


@with_gradient(_binary_cross_entropy_with_logits_gradient)
def binary_cross_entropy_with_logits(z, y):
    """binary_cross_entropy(sigmoid(z), y) in one step, without the rounding in between; equal shapes, y from 0 to 1.

    >>> round(binary_cross_entropy_with_logits([2.0, -1.0], [1, 0]), 4)
    0.2201
    >>> binary_cross_entropy_with_logits([1e4, -1e4], [1, 1])
    5000.0
    """
    z, y = _logit_pair(z, y)
    return _mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))  # ln(1 + e^z) - z y, with no e^z to overflow


def _classes(logits, y):
    """Logits (batch, classes), with labels (batch,) or with probability rows (batch, classes)."""
    logits = as_float(logits, "cross_entropy")
    if logits.ndim != 2 or logits.size == 0:
        raise ValueError(f"cross_entropy expects logits (batch, classes), got {logits.shape}")
    finite(logits, "cross_entropy's logits")
    y = as_array(y, "cross_entropy")
    if y.ndim != 2:
        return logits, labels(y, "cross_entropy", *logits.shape)
    logits, y = _pair("cross_entropy", logits, y, ("logits", "y"))
    _within(y, 0, 1, "cross_entropy's y")
    off = np.abs(y.sum(axis=1) - 1) > 1e-3
    if off.any():
        row = first_index(off)
        raise ValueError(f"cross_entropy expects rows of y that add up to 1, got {y[row].sum():g} in row {row}")
    return logits, y


def _cross_entropy_gradient(logits, y):
    """(softmax(logits) - y) / batch, y as one-hot rows."""
    logits, y = _classes(logits, y)
    p = softmax(logits)
    if y.ndim == 2:
        return (p * y.sum(axis=1, keepdims=True) - y) / len(logits)
    p[np.arange(len(p)), y] -= 1
    return p / len(p)


@with_gradient(_cross_entropy_gradient)
def cross_entropy(logits, y):
    """-mean over the batch of ln softmax(logits)[y]: softmax and cross-entropy in one step, stable at any logits.

    `logits` (batch, classes) are what comes BEFORE softmax. `y` holds integer labels (batch,), or one row of
    probabilities (batch, classes) for each sample: -mean(sum_k y_k ln softmax(logits)_k).

    >>> round(cross_entropy([[2.0, 1.0, 0.0]], [0]), 4)
    0.4076
    >>> cross_entropy([[1e4, 0.0]], [1])
    10000.0
    >>> cross_entropy.gradient([[0.0, 0.0]], [1]).tolist()
    [[0.5, -0.5]]
    """
    logits, y = _classes(logits, y)
    log_p = log_softmax(logits)
    if y.ndim == 2:
        return _mean(-(y * log_p).sum(axis=1))
    return _mean(-log_p[np.arange(len(log_p)), y])
