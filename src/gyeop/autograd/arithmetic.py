"""What Tensor does element by element, and the matrix product.

Each operation states its value and, beside each tensor that it was computed from, the vector-Jacobian product by it:
the function that takes the gradient of the result to the gradient of that input. Elementwise that is upstream x local.
Broadcasting is undone in one place, gyeop.autograd.graph, so an operation states its derivative as if there were none.
Sources: Griewank and Walther, Evaluating Derivatives, 2008; for the matrix product Giles 2008, An extended collection
of matrix derivative results for forward and reverse mode algorithmic differentiation.
"""

from numbers import Real

import numpy as np

from gyeop.autograd.graph import operation


def add(x, other):
    other = x.operand(other)
    return operation("+", x.data + other.data, (x, lambda g: g), (other, lambda g: g))


def subtract(x, other):
    other = x.operand(other)
    return operation("-", x.data - other.data, (x, lambda g: g), (other, lambda g: -g))


def multiply(x, other):
    other = x.operand(other)
    a, b = x.data, other.data
    return operation("*", a * b, (x, lambda g: g * b), (other, lambda g: g * a))


def divide(x, other):
    other = x.operand(other)
    a, b = x.data, other.data
    return operation("/", a / b, (x, lambda g: g / b), (other, lambda g: -g * a / (b * b)))


def power(x, other):
    """x ** other. By the base: n a^(n-1), and 0 for n = 0; by the exponent: a^n log a, and 0 for a = 0, as in torch."""
    if isinstance(other, Real):
        a, n = x.data, other
        return operation(f"**{n:g}", a**n, (x, lambda g: g * n * a ** (n - 1) if n else 0.0 * g))
    other = x.operand(other)
    a, n = x.data, other.data
    y = a**n
    return operation(
        "**",
        y,
        (x, lambda g: g * n * a ** np.where(n == 0, np.ones_like(n), n - 1)),
        (other, lambda g: g * y * np.log(np.where((a == 0) & (n >= 0), np.ones_like(a), a))),
    )


def negative(x):
    return operation("neg", -x.data, (x, lambda g: -g))


def exp(x):
    y = np.exp(x.data)
    return operation("exp", y, (x, lambda g: g * y))


def log(x):
    a = x.data
    return operation("log", np.log(a), (x, lambda g: g / a))


def tanh(x):
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


def matmul(x, other):
    """(..., n, k) @ (..., k, m) -> (..., n, m), as np.matmul; a vector on either side counts as a row or a column."""
    other = x.operand(other)
    if not x.ndim or not other.ndim or x.shape[-1] != other.shape[-2 if other.ndim > 1 else 0]:
        raise ValueError(f"@ expects (..., n, k) and (..., k, m), got {x.shape} and {other.shape}")
    a = x.data if x.ndim > 1 else x.data[None, :]
    b = other.data if other.ndim > 1 else other.data[:, None]

    def full(g):  # with the axes that a vector lacks
        g = g if other.ndim > 1 else g[..., None]
        return g if x.ndim > 1 else g[..., None, :]

    def by_left(g):
        g = full(g) @ b.swapaxes(-1, -2)
        return g if x.ndim > 1 else g[..., 0, :]

    def by_right(g):
        g = full(g)
        if b.ndim == 2:  # one matrix for the whole batch: one product instead of a sum of many
            rows = list(range(a.ndim - 1))
            g = np.tensordot(a, g, (rows, rows))
        else:
            g = a.swapaxes(-1, -2) @ g
        return g if other.ndim > 1 else g[..., 0]

    return operation("@", x.data @ other.data, (x, by_left), (other, by_right))
