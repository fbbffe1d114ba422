"""Derivatives from the definition alone, by central differences: the judge that every other gradient answers to.

    df / dx_i  ~  (f(x + eps e_i) - f(x - eps e_i)) / (2 eps)

The error of the formula falls with eps^2, while the rounding of f grows as 1 / eps; 1e-6 lies near the best of both in
float64 (Press et al., Numerical Recipes, 3rd edition 2007, section 5.7). Everything here is therefore worked out in
float64, whatever the dtype of x: float32 has no digits left for a step of 1e-6.
"""

import numpy as np

from ._checks import as_float, finite, first_index, function, number


class GradientError(AssertionError):
    """A gradient differs from the finite differences by more than the tolerance."""


def _differences(f, x, eps):
    """f(x + eps e_i) - f(x - eps e_i), flattened and divided by 2 eps, for one i after another."""
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()  # a fresh array each: f may keep it, or change it
        up[index] += eps
        down[index] -= eps
        yield (_value(f, up) - _value(f, down)) / (2 * eps)


def _value(f, x):
    """f(x) as a finite float64 array; a plain number if x is one."""
    return finite(np.asarray(as_float(f(x[()]), "f(x)"), dtype=np.float64), "f(x)")


def _point(x, name):
    return np.array(finite(as_float(x, name), name), dtype=np.float64)


def numerical_gradient(f, x, eps=1e-6):
    """The gradient at x of f: array -> float. It has the shape of x, in float64; x is a number or an array.

    f is called twice for each element of x. A result of f that is not one finite number is a ValueError.

    >>> numerical_gradient(lambda x: (x ** 2).sum(), [1.0, -2.0]).round(6).tolist()
    [2.0, -4.0]
    >>> round(float(numerical_gradient(lambda x: x ** 3, 2.0)), 6)
    12.0
    """
    function(f, "numerical_gradient's f")
    x, eps = _point(x, "numerical_gradient's x"), number(eps, "numerical_gradient's eps", above=0)
    shape = _value(f, x.copy()).shape
    if shape != ():
        raise ValueError(f"numerical_gradient expects f to give one number, got shape {shape}")
    gradient = np.array([float(d) for d in _differences(f, x, eps)], dtype=np.float64)
    return gradient.reshape(x.shape)[()]


def jacobian(f, x, eps=1e-6):
    """The matrix of all partial derivatives of f: array -> array, (outputs, inputs) in float64.

    Row i is the i-th element of f(x), column j the j-th element of x, both counted in C order.

    >>> jacobian(lambda x: np.array([x[0] * x[1], x[0]]), [2.0, 3.0]).round(6).tolist()
    [[3.0, 2.0], [1.0, 0.0]]
    """
    function(f, "jacobian's f")
    x, eps = _point(x, "jacobian's x"), number(eps, "jacobian's eps", above=0)
    outputs = _value(f, x.copy()).size
    columns = np.empty((outputs, x.size))
    for j, column in enumerate(_differences(f, x, eps)):
        columns[:, j] = column.ravel()
    return columns


def check_gradient(f, gradient, x, rtol=1e-6):
    """Compare `gradient`, an array in the shape of x, with finite differences: the largest relative error.

    Raises GradientError if that is above `rtol`; it names the element. An element's error is its difference from the
    finite difference n over max(|gradient|, |n|). Where both are smaller than what the rounding of f hides - about
    ten units in the last place of f(x), over the step - that bound stands in for them, so that a true 0 passes.

    >>> check_gradient(lambda x: (x ** 2).sum(), [2.0, -4.0], [1.0, -2.0]) < 1e-8
    True
    >>> check_gradient(lambda x: (x ** 2).sum(), [2.0, 4.0], [1.0, -2.0])
    Traceback (most recent call last):
    gyeop.gradients.GradientError: at index 1 the gradient is 4, finite differences say -4 (relative error 2)
    """
    eps = 1e-6
    function(f, "check_gradient's f")
    x, rtol = _point(x, "check_gradient's x"), number(rtol, "check_gradient's rtol", above=0)
    gradient = finite(as_float(gradient, "check_gradient"), "check_gradient's gradient")
    if gradient.shape != x.shape:
        raise ValueError(f"check_gradient expects a gradient in x's shape {x.shape}, got {gradient.shape}")
    numerical = np.asarray(numerical_gradient(f, x, eps))
    noise = 10 * np.finfo(np.float64).eps * abs(float(_value(f, x.copy()))) / eps
    scale = np.maximum(np.maximum(np.abs(gradient), np.abs(numerical)), max(noise / rtol, np.finfo(np.float64).tiny))
    errors = np.abs(gradient - numerical) / scale
    if errors.size == 0:
        return 0.0
    worst = float(errors.max())
    if worst > rtol:
        at = first_index(errors == worst) if x.ndim else ()
        raise GradientError(
            f"at index {at} the gradient is {gradient[at]:.6g}, finite differences say {numerical[at]:.6g} "
            f"(relative error {worst:.3g})"
        )
    return worst
