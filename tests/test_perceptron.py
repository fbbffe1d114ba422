"""The perceptron, its learning rule, and the gates."""

import itertools

import numpy as np
import pytest
import torch

from gyeop import activations
from gyeop.perceptron import AND, NAND, NOR, OR, XOR, Perceptron

TABLE = {AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], NAND: [1, 1, 1, 0], NOR: [1, 0, 0, 0], XOR: [0, 1, 1, 0]}
A, B = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
X = np.stack([A, B], axis=1)


@pytest.mark.parametrize("gate", TABLE, ids=lambda g: g.__name__)
def test_gates(gate):
    assert gate(A, B).tolist() == TABLE[gate]
    assert gate(A.reshape(2, 2), B.reshape(2, 2)).tolist() == np.reshape(TABLE[gate], (2, 2)).tolist()
    for a, b, expected in zip(A, B, TABLE[gate], strict=True):
        assert gate(int(a), int(b)) == gate(bool(a), bool(b)) == expected
        assert isinstance(gate(a, b), int)
    with pytest.raises(ValueError, match=r"equal shapes, got \(4,\) and \(4, 1\)"):
        gate(A, B[:, None])
    with pytest.raises(ValueError, match="0 or 1, got 2 at index 1"):
        gate([0, 2], [0, 1])
    with pytest.raises(ValueError, match="0 or 1, got 0.5"):
        gate(0.5, 1)
    with pytest.raises(TypeError, match="real numbers"):
        gate("1", "0")


def test_the_worked_example_of_the_book():
    unit = Perceptron([3, -2], bias=1, activation=activations.sigmoid)
    assert unit.weighted_sum([-1, 2]) == -6
    np.testing.assert_allclose(unit([-1, 2]), 0.0024726231566347743, rtol=1e-12)
    assert Perceptron([3, -2], bias=1)([-1, 2]) == 0
    assert Perceptron([3, -2], bias=1)([[-1, 2], [1, 1], [0, 0.5]]).tolist() == [0, 1, 0]  # on the line itself: 0


@pytest.mark.parametrize(
    ("activation", "reference"),
    [(activations.sigmoid, torch.sigmoid), (activations.tanh, torch.tanh), (activations.step, lambda z: (z > 0) * 1.0)],
)
@pytest.mark.parametrize("features", [1, 5])
@pytest.mark.parametrize("batch", [1, 7])
def test_a_unit_equals_torch(activation, reference, features, batch, rng):
    w, b, x = rng.normal(size=features), float(rng.normal()), rng.normal(size=(batch, features))
    unit = Perceptron(w, b, activation)
    expected = reference(torch.tensor(x) @ torch.tensor(w) + b)
    np.testing.assert_allclose(unit(x), expected.numpy(), rtol=1e-10)
    np.testing.assert_allclose([unit(row) for row in x], expected.numpy(), rtol=1e-10)


@pytest.mark.parametrize("outputs", list(itertools.product([0, 1], repeat=4)))
@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0), (1.0, -1.0, 0.5), (-3.0, 2.0, 5.0)], ids=str)
def test_fit_converges_exactly_where_a_line_separates(outputs, start):
    """14 of the 16 functions of two inputs; XOR and its opposite have no line, and fit says so."""
    unit = Perceptron(start[:2], bias=start[2]).fit(X, outputs)
    separable = list(outputs) not in ([0, 1, 1, 0], [1, 0, 0, 1])
    assert unit.converged_ is separable
    assert (unit.mistakes_[-1] == 0) is separable
    assert (unit(X).tolist() == list(outputs)) is separable


def test_fit_converges_on_separable_data_in_many_dimensions(rng):
    x = rng.normal(size=(200, 10))
    normal = rng.normal(size=10)
    x = x[np.abs(x @ normal) > 0.3]
    y = (x @ normal > 0).astype(int)
    unit = Perceptron(np.zeros(10)).fit(x, y, epochs=1000)
    assert unit.converged_
    np.testing.assert_array_equal(unit(x), y)
    again = list(unit.weights)
    assert unit.fit(x, y).mistakes_ == [0]  # it goes on from where it was, and there is nothing left to learn
    assert list(unit.weights) == again


def test_one_step_of_the_rule_by_hand():
    unit = Perceptron([1.0, -1.0], bias=0.5).fit([[2.0, 1.0]], [0], lr=0.1, epochs=1)
    np.testing.assert_allclose([*unit.weights, unit.bias], [0.8, -1.1, 0.4])
    assert (unit.converged_, unit.mistakes_) == (False, [1])


def test_the_callers_arrays_stay_as_they_were():
    weights, x, y = np.zeros(2), X.astype(float), np.array([0.0, 0, 0, 1])
    for array in (weights, x, y):
        array.flags.writeable = False
    assert Perceptron(weights).fit(x, y).converged_
    assert not weights.any()
    assert Perceptron(np.ones(2, np.float32))(np.ones(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Perceptron([[1.0]]), ValueError, r"\(features,\), got \(1, 1\)"),
        (lambda: Perceptron([]), ValueError, "at least one"),
        (lambda: Perceptron([np.nan]), ValueError, "nan at index 0"),
        (lambda: Perceptron([1], bias="x"), TypeError, "one number, got str"),
        (lambda: Perceptron([1], activation="step"), TypeError, "activation function, got str"),
        (lambda: Perceptron([1, 2])([1, 2, 3]), ValueError, r"\(2,\) or \(batch, 2\), got \(3,\)"),
        (lambda: Perceptron([1, 2])(3), ValueError, r"got \(\)"),
        (lambda: Perceptron([1, 2])([np.inf, 0]), ValueError, "inf at index 0"),
        (lambda: Perceptron([0, 0]).fit(X, [0, 1]), ValueError, r"y \(4,\) for X \(4, 2\), got \(2,\)"),
        (lambda: Perceptron([0, 0]).fit(X, [0, 0, 0, 2]), ValueError, "0 or 1, got 2 at index 3"),
        (lambda: Perceptron([0, 0, 0]).fit(X, [0, 0, 0, 1]), ValueError, r"\(batch, 3\), got \(4, 2\)"),
        (lambda: Perceptron([0, 0]).fit(X, [0, 0, 0, 1], lr=-1), ValueError, "lr expects a finite number > 0, got -1"),
        (lambda: Perceptron([0, 0]).fit(X, [0, 0, 0, 1], epochs=0), ValueError, "at least 1, got 0"),
        (lambda: Perceptron([0, 0], activation=activations.relu).fit(X, [0, 0, 0, 1]), ValueError, "step, got relu"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_repr_is_what_one_would_type():
    assert repr(Perceptron([1, 2], bias=-1.5)) == "Perceptron([1.0, 2.0], bias=-1.5, activation=step)"
