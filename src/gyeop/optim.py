"""Gradient descent and the optimizers, each written whole, simplest first.

`step(gradients)` changes the parameters in place; `gradients` pairs with `parameters`, shape for shape. Parameters that
carry their own gradient (autograd tensors) are stepped by `step()`: one without a gradient is left as it is, as in
torch. Step for step these are torch.optim's.
"""

from typing import NamedTuple

import numpy as np

from ._checks import as_float, count, finite, finite_float, number


class Path(NamedTuple):
    """Where a descent went: `points` (steps + 1, *start's shape), first the start; `converged` says how it ended."""

    points: np.ndarray
    converged: bool


def gradient_descent(gradient, start, lr=0.1, eps=1e-6, max_steps=10_000):
    """x <- x - lr gradient(x), until the gradient's norm is at most `eps` (converged) or `max_steps` are done.

    `gradient` takes a point and gives the gradient there, in the same shape; `start` is a number or an array. A rate
    that is too large makes the points run off: the descent ends, not converged, before a point would leave the finite
    numbers. A gradient that is not finite at the start is a ValueError.

    >>> path = gradient_descent(lambda x: 2 * x, start=[3.0, -4.0], lr=0.25)
    >>> path.converged, path.points[:3].tolist()
    (True, [[3.0, -4.0], [1.5, -2.0], [0.75, -1.0]])
    >>> gradient_descent(lambda x: 2 * x, start=1.0, lr=1.5, max_steps=4).points.tolist()
    [1.0, -2.0, 4.0, -8.0, 16.0]
    """
    x = finite_float(start, "gradient_descent's start")
    lr, eps = number(lr, "gradient_descent's lr", above=0), number(eps, "gradient_descent's eps", at_least=0)
    max_steps = count(max_steps, "gradient_descent's max_steps", at_least=0)

    def at(x):
        g = as_float(gradient(x[()].copy()), "gradient_descent's gradient", integers_to=x.dtype)
        if g.shape != x.shape:
            raise ValueError(f"gradient_descent expects a gradient in the point's shape {x.shape}, got {g.shape}")
        return g

    points = [np.array(x)]
    with np.errstate(over="ignore", invalid="ignore"):  # running off is an outcome here, not an accident
        g = finite(at(points[0]), "gradient_descent's gradient at the start")
        while np.linalg.norm(g) > eps and len(points) <= max_steps:
            x = np.asarray(points[-1] - lr * g, dtype=x.dtype)
            if not np.isfinite(x).all():
                break
            points.append(x)
            g = at(x)
        converged = bool(np.linalg.norm(g) <= eps)
    return Path(np.stack(points), converged)
