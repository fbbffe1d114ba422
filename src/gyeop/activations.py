"""Activation functions, each beside its derivative.

`f(z)` and `f.derivative(z)` work on every element by itself and keep the shape; float16, float32 and float64 stay what
they are, integers become float64. A NaN stays a NaN. Softmax, log-softmax and maxout mix the elements of a row, so
they have no derivative of one number by one number; `f.vjp(z, upstream)` gives the gradient by z of a loss whose
gradient by f(z) is `upstream` (a vector-Jacobian product). The book shows the plain formulas; these are the stable
ones. Formulas: Goodfellow, Bengio, Courville, Deep Learning (2016), chapters 4.1 and 6.3.
"""

import functools
from collections.abc import Callable
from typing import Any, Protocol, cast

import numpy as np

from ._checks import as_float, count, finite, first_index, function, number


class Elementwise(Protocol):
    """What backpropagation asks of an activation function: a value and a derivative, element by element."""

    __name__: str
    derivative: Callable[..., Any]

    def __call__(self, z: Any, *parameters: float, **named: float) -> Any: ...


class Rowwise(Protocol):
    """A function that mixes the elements of a row, with its vector-Jacobian product."""

    __name__: str
    vjp: Callable[..., Any]

    def __call__(self, z: Any, *parameters: int, **named: int) -> Any: ...


def elementwise(derivative):
    """Put `derivative` beside a formula, and let both take anything that holds real numbers."""
    function(derivative, "elementwise's derivative")

    def attach(formula) -> Elementwise:
        name = formula.__name__

        @functools.wraps(formula)
        def value(z, *parameters, **named):
            return formula(as_float(z, name), *parameters, **named)

        @functools.wraps(derivative)
        def slope(z, *parameters, **named):
            return derivative(as_float(z, name), *parameters, **named)

        slope.__name__ = slope.__qualname__ = f"{name}.derivative"
        slope.__doc__ = f"The derivative of {name} at z, elementwise: the shape and the dtype of z."
        value.derivative = slope  # type: ignore[attr-defined]
        return cast(Elementwise, value)

    return attach


def rowwise(vjp):
    """Put the vector-Jacobian product `vjp` beside a function."""
    function(vjp, "rowwise's vjp")

    def attach(f) -> Rowwise:
        vjp.__name__ = vjp.__qualname__ = f"{f.__name__}.vjp"
        f.vjp = vjp
        return cast(Rowwise, f)

    return attach


@elementwise(derivative=lambda z: np.ones_like(z))
def identity(z):
    """z itself; derivative 1. The output layer of a regression, and of a classifier that gives logits.

    >>> identity([-2.0, 3.0]).tolist()
    [-2.0, 3.0]
    """
    return +z  # a new array: changing the result never changes the input


@elementwise(derivative=lambda z: np.zeros_like(z))
def step(z):
    """1 where z > 0, else 0: the perceptron's threshold (Rosenblatt 1958). Derivative 0 everywhere.

    >>> step([-1, 0, 1]).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.heaviside(z, 0)


@elementwise(derivative=lambda z: sigmoid(z) * sigmoid(-z))  # s (1 - s) without the cancellation in 1 - s
def sigmoid(z):
    """1 / (1 + exp(-z)), between 0 and 1; derivative sigmoid(z) (1 - sigmoid(z)), at most 1/4.

    >>> float(sigmoid(-6).round(4))
    0.0025
    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    >>> float(sigmoid.derivative(0))
    0.25
    """
    e = np.exp(-np.abs(z))  # at most 1: exp(-z) would overflow for z far below 0
    return np.where(z >= 0, 1, e) / (1 + e)


@elementwise(derivative=lambda z: (1 - np.tanh(z)) * (1 + np.tanh(z)))
def tanh(z):
    """The hyperbolic tangent, between -1 and 1: 2 sigmoid(2z) - 1; derivative 1 - tanh(z)^2.

    >>> tanh([0.0, 1.0]).round(4).tolist()
    [0.0, 0.7616]
    """
    return np.tanh(z)


@elementwise(derivative=lambda z: np.heaviside(z, 0))
def relu(z):
    """max(0, z); derivative 1 for z > 0, else 0 - also at the kink, as in torch (Nair, Hinton 2010).

    >>> relu([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 3.0]
    >>> relu.derivative([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.maximum(z, 0)


@elementwise(derivative=lambda z, slope=0.01: np.where(z > 0, z.dtype.type(1), number(slope, "leaky_relu's slope")))
def leaky_relu(z, slope=0.01):
    """z for z > 0, else slope * z; derivative 1 or slope, slope at 0 (Maas, Hannun, Ng 2013).

    >>> leaky_relu([-2.0, 3.0]).tolist()
    [-0.02, 3.0]
    """
    return np.where(z > 0, z, number(slope, "leaky_relu's slope") * z)


@elementwise(
    derivative=lambda z, alpha=1.0: np.where(z > 0, 1, number(alpha, "elu's alpha", above=0) * np.exp(np.minimum(z, 0)))
)
def elu(z, alpha=1.0):
    """z for z > 0, else alpha (exp(z) - 1); derivative 1 or alpha exp(z) (Clevert, Unterthiner, Hochreiter 2016).

    >>> elu([-1.0, 2.0]).round(4).tolist()
    [-0.6321, 2.0]
    """
    return np.where(z > 0, z, number(alpha, "elu's alpha", above=0) * np.expm1(np.minimum(z, 0)))


def _peak(z, axis, name):
    """The largest element along `axis`, kept as an axis of length 1; an error where it is not a finite number."""
    if not -z.ndim <= count(axis, f"{name}'s axis", at_least=-np.inf) < z.ndim:
        raise ValueError(f"{name} expects an array that has axis {axis}, got shape {z.shape}")
    if z.shape[axis] == 0:
        raise ValueError(f"{name} expects at least one element along axis {axis}, got shape {z.shape}")
    peak = z.max(axis=axis, keepdims=True)
    if not np.isfinite(peak).all():
        finite(z, name)
    return peak


def _same_shape(upstream, expected, name, dtype):
    upstream = as_float(upstream, name, integers_to=dtype)
    if upstream.shape != expected:
        raise ValueError(f"{name} expects upstream {expected}, got {upstream.shape}")
    return finite(upstream, f"{name}'s upstream")


def _softmax_vjp(z, upstream, axis=-1):
    """p (upstream - sum(upstream p)): the gradient by z, with z's shape."""
    z = as_float(z, "softmax.vjp")
    upstream = _same_shape(upstream, z.shape, "softmax.vjp", z.dtype)
    p = softmax(z, axis)
    return p * (upstream - (upstream * p).sum(axis=axis, keepdims=True))


@rowwise(vjp=_softmax_vjp)
def softmax(z, axis=-1):
    """exp(z_i) / sum_j exp(z_j) along `axis`: positive numbers that add up to 1, in the shape of z.

    -inf is allowed beside a finite number and gets the probability 0; NaN, +inf and an empty axis are a ValueError.

    >>> softmax([[0.0, 1.0, 2.0]]).round(3).tolist()
    [[0.09, 0.245, 0.665]]
    >>> softmax([1e4, 0.0]).tolist()
    [1.0, 0.0]
    """
    z = as_float(z, "softmax")
    e = np.exp(z - _peak(z, axis, "softmax"))  # the same quotient, and no exp can overflow
    return e / e.sum(axis=axis, keepdims=True)


def _log_softmax_vjp(z, upstream, axis=-1):
    """upstream - p sum(upstream): the gradient by z, with z's shape."""
    z = as_float(z, "log_softmax.vjp")
    upstream = _same_shape(upstream, z.shape, "log_softmax.vjp", z.dtype)
    return upstream - softmax(z, axis) * upstream.sum(axis=axis, keepdims=True)


@rowwise(vjp=_log_softmax_vjp)
def log_softmax(z, axis=-1):
    """z_i - log sum_j exp(z_j) along `axis`: the logarithm of softmax where softmax itself would underflow to 0.

    >>> log_softmax([1e4, 0.0]).tolist()
    [0.0, -10000.0]
    """
    z = as_float(z, "log_softmax")
    shifted = z - _peak(z, axis, "log_softmax")
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _numbers(z, name):
    z = as_float(z, name)
    if np.isnan(z).any():
        raise ValueError(f"{name} expects numbers, got nan at index {first_index(np.isnan(z))}")
    return z


def _maxout_vjp(z, upstream):
    """`upstream` (batch, units) at the piece that won - the first of equals - and 0 elsewhere: z's shape."""
    z = _numbers(z, "maxout.vjp")
    upstream = as_float(upstream, "maxout.vjp", integers_to=z.dtype)
    fits = z.ndim == upstream.ndim == 2 and len(z) == len(upstream) and upstream.shape[1] > 0
    if not fits or z.shape[1] == 0 or z.shape[1] % upstream.shape[1]:
        raise ValueError(
            f"maxout.vjp expects z (batch, units * pieces) and upstream (batch, units), "
            f"got {z.shape} and {upstream.shape}"
        )
    finite(upstream, "maxout.vjp's upstream")
    pieces = z.reshape(*upstream.shape, z.shape[1] // upstream.shape[1])
    gradient = np.zeros(pieces.shape, np.result_type(z, upstream))
    np.put_along_axis(gradient, pieces.argmax(axis=2, keepdims=True), upstream[:, :, None], axis=2)
    return gradient.reshape(z.shape)


@rowwise(vjp=_maxout_vjp)
def maxout(z, pieces):
    """The largest of each unit's pieces (Goodfellow et al. 2013): (batch, units * pieces) -> (batch, units).

    A unit's pieces stand side by side. NaN is a ValueError, since the largest of a NaN and a number is neither.

    >>> maxout([[1.0, 3.0, -2.0, -5.0]], pieces=2).tolist()
    [[3.0, -2.0]]
    """
    z, pieces = _numbers(z, "maxout"), count(pieces, "maxout's pieces")
    if z.ndim != 2 or z.shape[1] % pieces:
        raise ValueError(f"maxout expects z (batch, units * {pieces}), got {z.shape}")
    return z.reshape(len(z), z.shape[1] // pieces, pieces).max(axis=2)
