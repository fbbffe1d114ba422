"""Functions of one tensor, element by element. At a kink each has the slope that torch gives it."""

import numpy as np

from gyeop._checks import number
from gyeop.autograd.graph import operation, quiet


@quiet
def exp(x):
    """e^x, elementwise."""
    y = np.exp(x.data)
    return operation("exp", y, (x, lambda g: g * y))


@quiet
def log(x):
    """The natural logarithm, elementwise."""
    a = x.data
    return operation("log", np.log(a), (x, lambda g: g / a))


@quiet
def sqrt(x):
    """The square root, elementwise; its slope at 0 is infinite."""
    y = np.sqrt(x.data)
    return operation("sqrt", y, (x, lambda g: g / (2 * y)))


def abs(x):
    """|x|, elementwise, with slope 0 at 0."""
    a = x.data
    return operation("abs", np.abs(a), (x, lambda g: g * np.sign(a)))


def tanh(x):
    """The hyperbolic tangent, elementwise."""
    y = np.tanh(x.data)
    return operation("tanh", y, (x, lambda g: g * (1 - y * y)))


def relu(x):
    """max(0, x), elementwise, with slope 0 at 0."""
    a = x.data
    return operation("relu", np.maximum(a, 0), (x, lambda g: g * (a > 0)))


def sigmoid(x):
    """1 / (1 + exp(-x)), elementwise."""
    e = np.exp(-np.abs(x.data))  # never above 1, so it cannot overflow
    y = np.where(x.data >= 0, 1, e) / (1 + e)
    return operation("sigmoid", y, (x, lambda g: g * e / (1 + e) ** 2))


def clip(x, low=None, high=None):
    """x, but at least `low` and at most `high`, two numbers; None is no bound. The slope at a bound itself is 1.

    >>> from gyeop.autograd import Tensor
    >>> x = Tensor([-2.0, 0.5, 3.0], requires_grad=True)
    >>> y = x.clip(-1, 1)
    >>> y.sum().backward()
    >>> y.data, x.grad
    (array([-1. ,  0.5,  1. ]), array([0., 1., 0.]))
    """
    if low is None and high is None:
        raise ValueError("clip expects low, high or both, got neither")
    low, high = (bound if bound is None else number(bound, "clip's bounds") for bound in (low, high))
    if low is not None and high is not None and low > high:
        raise ValueError(f"clip expects low to be at most high, got {low} and {high}")
    a = x.data
    outside = np.zeros(a.shape, bool) if low is None else a < low
    outside = outside if high is None else outside | (a > high)
    return operation("clip", np.clip(a, low, high), (x, lambda g: np.where(outside, 0, g)))
