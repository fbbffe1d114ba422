"""The four equations against torch and against finite differences."""

import numpy as np
import pytest
import torch

from gyeop import backprop as bp
from gyeop.activations import elu, identity, leaky_relu, relu, sigmoid, tanh
from gyeop.gradients import check_gradient
from gyeop.losses import cross_entropy, mse

TORCH = {
    identity: lambda z: z,
    sigmoid: torch.sigmoid,
    tanh: torch.tanh,
    relu: torch.relu,
    leaky_relu: torch.nn.functional.leaky_relu,
    elu: torch.nn.functional.elu,
}


def network(rng, sizes=(4, 6, 5, 3), batch=7):
    weights = [rng.normal(size=(o, i)) for i, o in zip(sizes[:-1], sizes[1:], strict=True)]
    biases = [rng.normal(size=o) for o in sizes[1:]]
    return weights, biases, rng.normal(size=(batch, sizes[0]))


def by_torch(weights, biases, x, y, activation, output_activation, loss):
    W = [torch.tensor(w, requires_grad=True) for w in weights]
    b = [torch.tensor(v, requires_grad=True) for v in biases]
    a = torch.tensor(x)
    for l in range(len(W)):
        a = TORCH[output_activation if l == len(W) - 1 else activation](a @ W[l].T + b[l])
    loss(a, torch.tensor(y)).backward()
    return a.detach().numpy(), [w.grad.numpy() for w in W], [v.grad.numpy() for v in b]


@pytest.mark.parametrize("activation", TORCH, ids=lambda f: f.__name__)
@pytest.mark.parametrize("output_activation", [identity, sigmoid, tanh], ids=lambda f: f.__name__)
@pytest.mark.parametrize("batch", [1, 7])
def test_backprop_equals_torch(activation, output_activation, batch, rng):
    weights, biases, x = network(rng, batch=batch)
    for loss, reference, y in (
        (mse, torch.nn.functional.mse_loss, rng.normal(size=(batch, 3))),
        (cross_entropy, torch.nn.functional.cross_entropy, rng.integers(0, 3, batch)),
    ):
        out, W_expected, b_expected = by_torch(weights, biases, x, y, activation, output_activation, reference)
        zs, activations = bp.feedforward(weights, biases, x, activation, output_activation)
        assert [z.shape for z in zs] == [(batch, 6), (batch, 5), (batch, 3)]
        assert len(activations) == 4
        np.testing.assert_allclose(activations[-1], out, rtol=1e-10)
        W_ours, b_ours = bp.backprop(weights, biases, x, y, activation, output_activation, loss)
        for ours, expected in zip(W_ours + b_ours, W_expected + b_expected, strict=True):
            assert ours.shape == expected.shape
            np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-14)


def test_backprop_equals_finite_differences(rng):
    weights, biases, x = network(rng)
    y = rng.normal(size=(7, 3))

    def loss_with(l, W=None, b=None):
        changed_W = [W if i == l and W is not None else w for i, w in enumerate(weights)]
        changed_b = [b if i == l and b is not None else v for i, v in enumerate(biases)]
        return mse(bp.feedforward(changed_W, changed_b, x, tanh, sigmoid)[1][-1], y)

    W_gradients, b_gradients = bp.backprop(weights, biases, x, y, tanh, sigmoid, mse)
    for l in range(3):
        check_gradient(lambda W, l=l: loss_with(l, W=W), W_gradients[l], weights[l])
        check_gradient(lambda b, l=l: loss_with(l, b=b), b_gradients[l], biases[l])


def test_the_four_equations_are_what_backprop_uses(rng):
    weights, biases, x = network(rng, sizes=(4, 6, 3))
    y = rng.integers(0, 3, 7)
    zs, activations = bp.feedforward(weights, biases, x, relu, identity)
    last = bp.output_error(cross_entropy.gradient(activations[-1], y), zs[-1], identity)
    hidden = bp.hidden_error(weights[1], last, zs[0], relu)
    W_gradients, b_gradients = bp.backprop(weights, biases, x, y, relu, identity, cross_entropy)
    np.testing.assert_array_equal(W_gradients[1], bp.weight_gradient(last, activations[1]))
    np.testing.assert_array_equal(W_gradients[0], bp.weight_gradient(hidden, x))
    np.testing.assert_array_equal(b_gradients[0], bp.bias_gradient(hidden))


@pytest.mark.parametrize("activation", TORCH, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("sizes", "batch"), [((4, 6, 3), 7), ((4, 6, 3), 1), ((1, 1, 1), 1)], ids=str)
def test_each_equation_is_the_derivative_that_torch_finds(activation, sizes, batch, rng):
    """BP1 and BP2 by z, BP3 by b, BP4 by W."""
    weights, biases, x = network(rng, sizes, batch)
    y = rng.normal(size=(batch, sizes[-1]))
    W, b = [[torch.tensor(p, requires_grad=True) for p in parameters] for parameters in (weights, biases)]
    z1 = torch.tensor(x) @ W[0].T + b[0]
    z2 = TORCH[activation](z1) @ W[1].T + b[1]
    a2 = TORCH[activation](z2)
    for tensor in (z1, z2, a2):
        tensor.retain_grad()
    torch.nn.functional.mse_loss(a2, torch.tensor(y)).backward()
    zs, a = bp.feedforward(weights, biases, x, activation, activation)
    last = bp.output_error(mse.gradient(a[2], y), zs[1], activation)
    hidden = bp.hidden_error(weights[1], last, zs[0], activation)
    for ours, theirs in (
        (mse.gradient(a[2], y), a2),
        (last, z2),
        (hidden, z1),
        (bp.bias_gradient(last), b[1]),
        (bp.bias_gradient(hidden), b[0]),
        (bp.weight_gradient(last, a[1]), W[1]),
        (bp.weight_gradient(hidden, x), W[0]),
    ):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_gradients_add_up_over_the_rows(rng):
    delta, a = rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    one_by_one = sum(np.outer(d, row) for d, row in zip(delta, a, strict=True))
    np.testing.assert_allclose(bp.weight_gradient(delta, a), one_by_one, rtol=1e-12)
    np.testing.assert_allclose(bp.bias_gradient(delta), sum(delta), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_the_callers_arrays(dtype, rng):
    weights, biases, x = network(rng)
    arrays = [a.astype(dtype) for a in (*weights, *biases, x)]
    for array in arrays:
        array.flags.writeable = False
    W_gradients, b_gradients = bp.backprop(arrays[:3], arrays[3:6], arrays[6], [0] * 7, relu, identity, cross_entropy)
    assert {g.dtype for g in W_gradients + b_gradients} == {np.dtype(dtype)}


W, B, X = [np.ones((2, 3)), np.ones((1, 2))], [np.ones(2), np.ones(1)], np.ones((4, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: bp.feedforward(W, B, np.ones((4, 2)), relu, relu),
            ValueError,
            r"x expects shape \(batch, 3\), got \(4, 2\)",
        ),
        (lambda: bp.feedforward(W, B, np.ones(3), relu, relu), ValueError, r"got \(3,\)"),
        (lambda: bp.feedforward(W, B, X * np.nan, relu, relu), ValueError, r"nan at index \(0, 0\)"),
        (lambda: bp.feedforward(W, B[:1], X, relu, relu), ValueError, "as many biases as weights, got 1 and 2"),
        (lambda: bp.feedforward([], [], X, relu, relu), ValueError, "got 0 and 0"),
        (lambda: bp.feedforward(3, B, X, relu, relu), TypeError, "list of weights"),
        (lambda: bp.feedforward(W[::-1], B, X, relu, relu), ValueError, r"got \(1, 2\) and \(2,\)"),
        (lambda: bp.feedforward([W[0], W[0]], [B[0], B[0]], X, relu, relu), ValueError, r"weights\[1\] \(out, 2\)"),
        (lambda: bp.feedforward(W, [B[0][:, None], B[1]], X, relu, relu), ValueError, r"got \(2, 3\) and \(2, 1\)"),
        (
            lambda: bp.output_error(np.ones(3), np.ones((3, 1)), relu),
            ValueError,
            r"dC_da expects shape \(batch, features\)",
        ),
        (lambda: bp.output_error(np.ones((3, 2)), np.ones((3, 1)), relu), ValueError, r"dC_da \(3, 2\) and z \(3, 1\)"),
        (
            lambda: bp.hidden_error(W[1], np.ones((4, 2)), X[:, :2], relu),
            ValueError,
            r"next_delta expects shape \(batch, 1\)",
        ),
        (
            lambda: bp.hidden_error(W[1], np.ones((4, 1)), X, relu),
            ValueError,
            r"z expects shape \(batch, 2\), got \(4, 3\)",
        ),
        (lambda: bp.hidden_error(W[1], np.ones((3, 1)), X[:, :2], relu), ValueError, "one batch"),
        (lambda: bp.bias_gradient(np.ones(3)), ValueError, r"got \(3,\)"),
        (lambda: bp.bias_gradient([["a"]]), TypeError, "real numbers"),
        (
            lambda: bp.weight_gradient(np.ones((3, 1)), np.ones((4, 1))),
            ValueError,
            r"delta \(3, 1\) and activation \(4, 1\)",
        ),
        (lambda: bp.backprop(W, B, X, np.ones(4), relu, identity, mse), ValueError, r"\(4, 1\) and target \(4,\)"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
