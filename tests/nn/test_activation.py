"""Activation layers and Flatten against torch.nn; erf against the C library."""

import math
import warnings

import numpy as np
import pytest
import torch

from gyeop import nn
from gyeop.autograd import Tensor
from gyeop.nn.erf import erf

PAIRS = [
    (nn.ReLU(), torch.nn.ReLU()),
    (nn.Tanh(), torch.nn.Tanh()),
    (nn.Sigmoid(), torch.nn.Sigmoid()),
    (nn.GELU(), torch.nn.GELU()),
    (nn.GELU(approximate="tanh"), torch.nn.GELU(approximate="tanh")),
    (nn.Softmax(dim=-1), torch.nn.Softmax(dim=-1)),
    (nn.Softmax(dim=0), torch.nn.Softmax(dim=0)),
    (nn.Softmax(), torch.nn.Softmax()),
]
pytestmark = pytest.mark.filterwarnings("ignore:Implicit dimension choice")


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda layer: repr(layer))
@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (2, 3, 4), (0, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_equal_torch(ours, theirs, shape, dtype):
    array = (3 * np.random.default_rng(0).normal(size=shape)).astype(dtype)
    x, t = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y, expected = ours(x), theirs(t)
    weights = np.cos(np.arange(y.size)).reshape(shape).astype(dtype)
    (y * weights).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    assert y.dtype == x.grad.dtype == dtype
    tolerance = {"rtol": 1e-10, "atol": 1e-15} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-6}
    np.testing.assert_allclose(y.data, expected.detach().numpy(), **tolerance)
    np.testing.assert_allclose(x.grad, t.grad.numpy(), **tolerance)
    assert np.array_equal(ours(array).data, y.data)


def test_far_out_nothing_overflows():
    x = np.array([[-1e4, 0.0, 1e4], [1e4, 1e4, 1e4]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for layer in (nn.Softmax(-1), nn.Sigmoid(), nn.GELU(), nn.Tanh()):
            assert np.isfinite(layer(x).data).all()
    assert nn.Softmax(-1)(x).data[0].tolist() == [0.0, 0.0, 1.0]


def test_erf_equals_the_c_library():
    x = np.concatenate([np.linspace(-9, 9, 2001), np.logspace(-300, 0, 300), [np.inf, -np.inf, 0.0]])
    expected = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(erf(x), expected, rtol=1e-15)
    assert np.isnan(erf(np.nan))


@pytest.mark.parametrize("arguments", [(), (0,), (2, 3), (-2, -1), (1, 1)])
def test_flatten_equals_torch(arguments):
    array = np.arange(120.0).reshape(2, 3, 4, 5)
    x = Tensor(array, requires_grad=True)
    y = nn.Flatten(*arguments)(x)
    expected = torch.nn.Flatten(*arguments)(torch.tensor(array)).numpy()
    assert np.array_equal(y.data, expected)
    (y * expected).sum().backward()
    assert np.array_equal(x.grad, array)


def test_flatten_of_an_empty_batch_and_of_one_number():
    assert nn.Flatten()(np.zeros((0, 2, 3))).shape == (0, 6)
    assert nn.Flatten(0)(np.zeros(())).shape == tuple(torch.nn.Flatten(0)(torch.zeros(())).shape)


def test_refusals_name_the_layer():
    with pytest.raises(ValueError, match=r"Flatten\(start_dim=1, end_dim=-1\) expects .* got \(3,\)"):
        nn.Flatten()(np.zeros(3))
    with pytest.raises(ValueError, match=r"Softmax\(dim=2\) expects an input with axis 2, got \(3, 4\)"):
        nn.Softmax(2)(np.zeros((3, 4)))
    with pytest.raises(ValueError, match="GELU expects approximate to be 'none' or 'tanh', got 'erf'"):
        nn.GELU("erf")
