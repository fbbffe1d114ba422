"""The perceptron - a weighted sum, a bias, a threshold - and the logic gates that it can and cannot be.

F. Rosenblatt, The Perceptron (1958). That the rule ends on separable data: A. Novikoff, On Convergence Proofs on
Perceptrons (1962). That one unit cannot be XOR: M. Minsky, S. Papert, Perceptrons (1969).
"""

import numpy as np

from ._checks import as_float, count, finite, finite_float, first_index, not_empty, number, rows
from .activations import step


class Perceptron:
    """activation(w . x + b): one unit. With `step` it answers 0 or 1; with `sigmoid` it is a sigmoid neuron.

    `weights` (features,), `bias` a number. Call it on (features,) for one number, or on (batch, features) for (batch,).
    After `fit`, `converged_` says whether the last pass over the data made no mistake, and `mistakes_` counts the
    mistakes of each pass.

    >>> from gyeop.activations import sigmoid
    >>> unit = Perceptron([3, -2], bias=1, activation=sigmoid)
    >>> float(unit.weighted_sum([-1, 2])), float(unit([-1, 2]).round(4))
    (-6.0, 0.0025)
    """

    def __init__(self, weights, bias=0.0, activation=step):
        weights = np.array(as_float(weights, "Perceptron's weights"))  # a copy: fit changes it
        if weights.ndim != 1:
            raise ValueError(f"Perceptron expects weights (features,), got {weights.shape}")
        if not callable(activation):
            raise TypeError(f"Perceptron expects an activation function, got {type(activation).__name__}")
        self.weights = finite(not_empty(weights, "Perceptron's weights"), "Perceptron's weights")
        self.bias = number(bias, "Perceptron's bias")
        self.activation = activation

    def __repr__(self):
        return f"Perceptron({self.weights.tolist()}, bias={self.bias:g}, activation={self.activation.__name__})"

    def weighted_sum(self, x):
        """z = w . x + b, before the activation: a number for (features,), else (batch,)."""
        x = finite_float(x, "Perceptron")
        if x.ndim not in (1, 2) or x.shape[-1] != len(self.weights):
            n = len(self.weights)
            raise ValueError(f"Perceptron expects x ({n},) or (batch, {n}), got {x.shape}")
        with np.errstate(over="ignore", invalid="ignore"):  # named by `finite`
            return finite(np.asarray(x @ self.weights + self.bias), "Perceptron's weighted sum")[()]

    def __call__(self, x):
        return self.activation(self.weighted_sum(x))

    def fit(self, X, y, lr=1.0, epochs=100):
        """The perceptron rule, sample by sample: w <- w + lr (y - output) x,   b <- b + lr (y - output).

        X (batch, features), y (batch,) of 0 and 1. It starts from the present weights and stops after the first pass
        without a mistake, or after `epochs` passes: read `converged_`. Data that no line separates, such as XOR, never
        converge. Returns the perceptron.

        >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> Perceptron([0, 0]).fit(X, [0, 0, 0, 1]).converged_
        True
        >>> Perceptron([0, 0]).fit(X, [0, 1, 1, 0]).converged_
        False
        """
        if self.activation is not step:
            raise ValueError(f"Perceptron.fit expects the activation step, got {self.activation.__name__}")
        X = rows(X, "Perceptron.fit's X", columns=len(self.weights))
        y = finite_float(y, "Perceptron.fit's y")
        if y.shape != (len(X),):
            raise ValueError(f"Perceptron.fit expects y ({len(X)},) for X {X.shape}, got {y.shape}")
        _binary(y, "Perceptron.fit's y")
        lr, epochs = number(lr, "Perceptron.fit's lr", above=0), count(epochs, "Perceptron.fit's epochs")

        w, b, passes = self.weights, self.bias, []
        with np.errstate(over="ignore", invalid="ignore"):  # what leaves the finite numbers ends in NaN weights
            for _ in range(epochs):
                mistakes = 0
                for x, wanted in zip(X, y, strict=True):
                    error = wanted - step(w @ x + b)
                    if error != 0:
                        w = w + lr * error * x
                        b = b + lr * float(error)
                        mistakes += 1
                passes.append(mistakes)
                if mistakes == 0:
                    break
        finite(np.append(w, b), "Perceptron.fit's weights and bias, in the end,")
        self.weights, self.bias, self.mistakes_, self.converged_ = w, b, passes, mistakes == 0
        return self


def _binary(array, name):
    wrong = (array != 0) & (array != 1)
    if wrong.any():
        at = first_index(wrong) if array.ndim else "()"
        raise ValueError(f"{name} expects 0 or 1, got {array[wrong][0]:g} at index {at}")
    return array


def _bits(a, b, name):
    """Two 0/1 arrays of one shape."""
    a, b = _binary(as_float(a, name), name), _binary(as_float(b, name), name)
    if a.shape != b.shape:
        raise ValueError(f"{name} expects equal shapes, got {a.shape} and {b.shape}")
    return a, b


def _gate(unit, a, b, name):
    """Ask `unit` about every pair of a and b: an int for two numbers, else an integer array in their shape."""
    a, b = _bits(a, b, name)
    out = unit(np.stack([a.ravel(), b.ravel()], axis=1)).reshape(a.shape).astype(int)
    return out if out.ndim else int(out)


def AND(a, b):
    """1 if both are 1, for two 0/1 numbers, or element by element for arrays of one shape.

    >>> AND(1, 1), AND([0, 1], [1, 1]).tolist()
    (1, [0, 1])
    """
    return _gate(Perceptron([1, 1], bias=-1.5), a, b, "AND")


def OR(a, b):
    """1 if either is 1.

    >>> OR(0, 1)
    1
    """
    return _gate(Perceptron([1, 1], bias=-0.5), a, b, "OR")


def NAND(a, b):
    """0 if both are 1: AND with its signs turned. Every other gate can be built from NANDs.

    >>> NAND(1, 1)
    0
    """
    return _gate(Perceptron([-1, -1], bias=1.5), a, b, "NAND")


def NOR(a, b):
    """1 if neither is 1.

    >>> NOR(0, 0)
    1
    """
    return _gate(Perceptron([-1, -1], bias=0.5), a, b, "NOR")


def XOR(a, b):
    """1 if exactly one is 1. No single perceptron can do it; two layers can.

    >>> XOR([0, 0, 1, 1], [0, 1, 0, 1]).tolist()
    [0, 1, 1, 0]
    """
    a, b = _bits(a, b, "XOR")
    return AND(OR(a, b), NAND(a, b))
