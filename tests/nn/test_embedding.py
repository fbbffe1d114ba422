"""Embedding: torch's rows, gradients that add up, and its messages."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch
from gyeop.nn import Embedding

from .twins import EXACT, numbers


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows=st.integers(1, 7),
    features=st.integers(1, 4),
    shape=array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5),
    padding=st.integers(-3, 3) | st.none(),
    kind=st.sampled_from([np.int64, np.int32, np.uint8]),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_rows_and_gradients_equal_torch(rows, features, shape, padding, kind, dtype):
    padding = None if padding is None or not -rows <= padding < rows else padding
    layer = Embedding(rows, features, padding, dtype=dtype, rng=0)
    twin = to_torch(layer)
    assert repr(twin) == repr(layer) == repr(from_torch(twin))
    index = np.random.default_rng(1).integers(0, rows, shape).astype(kind)
    y, expected = layer(index), twin(torch.tensor(index.astype(np.int64)))
    assert (y.shape, y.dtype) == (tuple(expected.shape), dtype)
    assert np.array_equal(y.data, expected.detach().numpy())
    weights = numbers(y.shape, dtype)
    (y * weights).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(layer.weight.grad, twin.weight.grad.numpy(), **EXACT[dtype])


def test_a_row_looked_up_twice_gets_both_gradients():
    layer = Embedding(3, 1, dtype=np.float64, rng=0)
    (layer(np.array([1, 1, 2])) * np.array([[1.0], [10.0], [100.0]])).sum().backward()
    assert layer.weight.grad.tolist() == [[0.0], [11.0], [100.0]]


def test_the_padding_row_is_zero_and_stays():
    layer = Embedding(3, 2, padding_idx=-1, rng=0)
    assert layer.padding_idx == 2
    assert layer.weight.data[2].tolist() == [0.0, 0.0]
    layer(np.array([2, 0])).sum().backward()
    assert layer.weight.grad.tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]


def test_initialization_is_normal():
    weight = Embedding(500, 40, rng=0).weight
    assert (weight.shape, weight.dtype) == ((500, 40), np.float32)
    assert weight.data.mean() == pytest.approx(0, abs=0.03)
    assert weight.data.std() == pytest.approx(1, abs=0.02)
    assert np.array_equal(weight.data, Embedding(500, 40, rng=0).weight.data)


def test_a_change_of_the_index_array_comes_too_late():
    layer, index = Embedding(3, 1, dtype=np.float64, rng=0), np.array([0, 1])
    y = layer(index)
    index[:] = 2
    y.sum().backward()
    assert layer.weight.grad.tolist() == [[1.0], [1.0], [0.0]]


@pytest.mark.parametrize(("index", "came"), [([0, 3], r"got 3 at index 1"), ([[0], [-1]], r"got -1 at index \(1, 0\)")])
def test_an_index_outside_the_table(index, came):
    with pytest.raises(ValueError, match=rf"Embedding\(3, 2\) expects indices from 0 to 2, {came}"):
        Embedding(3, 2)(np.array(index))


@pytest.mark.parametrize("index", [np.array([1.0]), np.array([True]), ["a"], Tensor([1.0])])
def test_only_an_integer_array(index):
    with pytest.raises(TypeError, match=r"Embedding\(3, 2\) expects an integer array, got a"):
        Embedding(3, 2)(index)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 2), ValueError, "num_embeddings expects a whole number of at least 1, got 0"),
        ((3, 2.0), TypeError, "embedding_dim expects a whole number, got float"),
        ((3, 2, 3), ValueError, "padding_idx below 3, got 3"),
        ((3, 2, -4), ValueError, "padding_idx expects a whole number of at least -3, got -4"),
        ((3, 2, None, int), TypeError, "dtype expects a floating-point dtype, got int64"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        Embedding(*arguments)


def test_arguments_that_are_lacking_here_are_not_left_out():
    with pytest.raises(ValueError, match=r"from_torch expects Embedding with max_norm=None, got 1\.0"):
        from_torch(torch.nn.Embedding(3, 2, max_norm=1.0))
