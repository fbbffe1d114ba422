"""The operators of Tensor, element by element: + - * / **, the sign, and the comparisons.

Each operation, here and in the files beside this one, states its value and, beside each tensor that it was computed
from, the vector-Jacobian product by it: the function that takes the gradient of the result to the gradient of that
input. Elementwise that is upstream x local. Broadcasting is undone in one place, gyeop.autograd.graph, so an operation
states its derivative as if there were none. Source: Griewank and Walther, Evaluating Derivatives, 2008.
"""

from numbers import Real

import numpy as np

from gyeop.autograd.graph import operation, quiet
from gyeop.autograd.reals import real


def beside(x, other, op):
    """`other` as a tensor whose shape broadcasts with that of x."""
    other = x.operand(other)
    a, b = x.shape, other.shape
    if a != b and not all(m == n or m == 1 or n == 1 for m, n in zip(a[::-1], b[::-1], strict=False)):
        raise ValueError(f"{op} expects shapes that broadcast, got {a} and {b}")
    return other


@quiet
def add(x, other):
    other = beside(x, other, "+")
    return operation("+", x.data + other.data, (x, lambda g: g), (other, lambda g: g))


@quiet
def subtract(x, other):
    other = beside(x, other, "-")
    return operation("-", x.data - other.data, (x, lambda g: g), (other, lambda g: -g))


@quiet
def multiply(x, other):
    other = beside(x, other, "*")
    a, b = x.data, other.data
    return operation("*", a * b, (x, lambda g: g * b), (other, lambda g: g * a))


@quiet
def divide(x, other):
    other = beside(x, other, "/")
    a, b = x.data, other.data
    return operation("/", a / b, (x, lambda g: g / b), (other, lambda g: -g * (a / b) / b))


@quiet
def power(x, other):
    """x ** other. By the base: n a^(n-1), and 0 for n = 0; by the exponent: a^n log a, and 0 for a = 0, as in torch."""
    if isinstance(other, (float, int, Real)):
        a, n = x.data, real(other)
        return operation(f"**{n:g}", a**n, (x, lambda g: g * n * a ** (n - 1) if n else 0.0 * g))
    other = beside(x, other, "**")
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


# A comparison is a step: its derivative is 0 wherever it has one. So it gives a plain array of bools, which picks
# elements (x[x > 0]), chooses between tensors (where) and multiplies as 0 and 1.


def less(x, other):
    return x.data < beside(x, other, "<").data


def less_equal(x, other):
    return x.data <= beside(x, other, "<=").data


def greater(x, other):
    return x.data > beside(x, other, ">").data


def greater_equal(x, other):
    return x.data >= beside(x, other, ">=").data


def equal(x, other):
    return x.data == beside(x, other, "==").data if x.combines_with(other) else NotImplemented


def not_equal(x, other):
    return x.data != beside(x, other, "!=").data if x.combines_with(other) else NotImplemented
