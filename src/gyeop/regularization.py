"""What keeps a network from fitting its training data too well: penalties on the weights, and stopping early.

The penalties are written beside their gradients, which are added to the loss's. Formulas: Goodfellow, Bengio,
Courville, Deep Learning (2016), chapters 7.1 (penalties) and 7.8 (early stopping).
"""

import math

import numpy as np

from ._checks import count, finite_float, held, number, writable
from .losses import with_gradient


def _each(function, weights, name):
    """[function(W) for each W] if `weights` is a list of arrays, function(weights) if it is one array."""
    if isinstance(weights, (list, tuple)) and all(isinstance(W, np.ndarray) for W in weights):
        return [function(finite_float(W, f"{name}'s weights[{i}]")) for i, W in enumerate(weights)]
    return function(finite_float(weights, f"{name}'s weights"))


def _l1_gradient(weights, strength):
    """strength sign(w), in the shape of `weights`; 0 at 0."""
    strength = number(strength, "l1_penalty's strength", at_least=0)
    return _each(lambda W: strength * np.sign(W), weights, "l1_penalty")


@with_gradient(_l1_gradient)
def l1_penalty(weights, strength):
    """strength * sum |w| over an array or a list of arrays. It pulls every weight with one force: many end at 0.

    >>> round(l1_penalty([1.0, -2.0], strength=0.1), 4)
    0.3
    >>> l1_penalty.gradient([1.0, -2.0], strength=0.1).tolist()
    [0.1, -0.1]
    """
    strength = number(strength, "l1_penalty's strength", at_least=0)
    return strength * float(np.sum(_each(lambda W: np.abs(W).sum(), weights, "l1_penalty")))


def _l2_gradient(weights, strength):
    """strength w, in the shape of `weights`."""
    strength = number(strength, "l2_penalty's strength", at_least=0)
    return _each(lambda W: strength * W, weights, "l2_penalty")


@with_gradient(_l2_gradient)
def l2_penalty(weights, strength):
    """strength / 2 * sum w^2 over an array or a list of arrays. It pulls large weights hardest.

    The 1/2 makes the gradient strength * w: under plain SGD the same as weight decay at that strength.

    >>> round(l2_penalty([1.0, -2.0], strength=0.1), 4)
    0.25
    >>> l2_penalty.gradient([1.0, -2.0], strength=0.1).tolist()
    [0.1, -0.2]
    """
    strength = number(strength, "l2_penalty's strength", at_least=0)
    with np.errstate(over="ignore"):
        return strength / 2 * float(np.sum(_each(lambda W: np.square(W).sum(), weights, "l2_penalty")))


class EarlyStopping:
    """Stop when the validation loss has not fallen for `patience` epochs, and go back to the best weights.

    A loss counts as fallen if it is more than `min_delta` below the best so far. `best_loss` and `best_epoch` (counted
    from 0) say where the best was; the best parameters are kept as copies.

    >>> stopping, w = EarlyStopping(patience=2), np.array([0.0])
    >>> for loss in [3.0, 2.0, 2.5, 2.2, 1.0]:
    ...     w += 1
    ...     if stopping.update(loss, [w]):
    ...         break
    >>> loss, stopping.best_epoch, stopping.best_loss
    (2.2, 1, 2.0)
    >>> stopping.restore([w])
    >>> w.tolist()
    [2.0]
    """

    def __init__(self, patience=10, min_delta=0.0):
        self.patience = count(patience, "EarlyStopping's patience")
        self.min_delta = number(min_delta, "EarlyStopping's min_delta", at_least=0)
        self.reset()

    def reset(self):
        """Forget all epochs: what a new training begins with."""
        self.epochs, self.best_loss, self.best_epoch, self._best = 0, math.inf, 0, None

    def update(self, loss, parameters):
        """Note one epoch's validation loss, and copy the arrays in `parameters` if it is the best. True means: stop."""
        loss = number(loss, "EarlyStopping.update's loss")
        arrays = [held(w) for w in writable(parameters, "EarlyStopping.update")]
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, self.epochs
            self._best = [w.copy() for w in arrays]
        self.epochs += 1
        return self.epochs - 1 - self.best_epoch >= self.patience

    def restore(self, parameters):
        """Put the best values back into the arrays in `parameters`, in place."""
        if self._best is None:
            raise ValueError("EarlyStopping.restore expects at least one update before it, got none")
        arrays = [held(w) for w in writable(parameters, "EarlyStopping.restore")]
        for what in ("shape", "dtype"):
            came, kept = [getattr(w, what) for w in arrays], [getattr(w, what) for w in self._best]
            if came != kept:
                raise ValueError(f"EarlyStopping.restore expects parameters of {what}s {kept}, got {came}")
        for w, best in zip(arrays, self._best, strict=True):
            w[...] = best
