"""Arithmetic of floats as torch has it: too large is infinite; what has no real result is refused with its numbers."""

import math
from numbers import Real


def real(data):
    """`data`, one real number of Python's or NumPy's, as a float."""
    if getattr(data, "shape", None) == ():  # a NumPy number, or an array of no axes
        data = data.item()
    if not isinstance(data, Real):
        raise TypeError(f"Value expects a real number, got {type(data).__name__}")
    return within_floats(float, data)


def within_floats(f, *numbers):
    """f(*numbers), infinite where Python would end in an OverflowError: with the sign that the result has.

    >>> within_floats(math.exp, 1000.0), within_floats(pow, -10.0, 333.0)
    (inf, -inf)
    """
    try:
        return f(*numbers)
    except OverflowError:
        a, n = numbers[0], numbers[-1]
        return -math.inf if a < 0 and (len(numbers) == 1 or n % 2 == 1) else math.inf


def power(a, n):
    """a**n"""
    if a < 0.0 and not n.is_integer():
        raise ValueError(f"** expects a whole exponent for a negative base, got {a} ** {n}")
    if a == 0.0 and n < 0.0:
        raise ValueError(f"** expects a base other than 0 for a negative exponent, got {a} ** {n}")
    return within_floats(pow, a, n)


def power_by_base(a, n):
    """d/da a**n = n a**(n - 1): 0 for n = 0, infinite where a root starts at 0."""
    if n == 0.0:
        return 0.0
    return n * within_floats(pow, a, n - 1.0) if a != 0.0 or n >= 1.0 else math.inf


def power_by_exponent(a, n):
    """d/dn a**n = a**n log a: 0 at base 0, and no number for a negative base, as in torch."""
    if a > 0.0:
        return within_floats(pow, a, n) * math.log(a)
    return 0.0 if a == 0.0 else math.nan
