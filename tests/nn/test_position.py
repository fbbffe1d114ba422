"""PositionalEncoding: the formula of the paper, what it brings about, and its limits."""

import math

import numpy as np
import pytest

from gyeop.autograd import Tensor
from gyeop.bridge import to_torch
from gyeop.nn import MultiheadAttention, PositionalEncoding

from .attending import with_other_parameters
from .twins import numbers


@pytest.mark.parametrize("d", [1, 2, 5, 8])
def test_the_formula_number_by_number(d):
    table = PositionalEncoding(d, max_len=60).table
    assert table.shape == (60, d)
    for t in range(60):
        for i in range(0, d, 2):
            angle = t / 10000 ** (i / d)
            assert table[t, i] == pytest.approx(math.sin(angle), abs=1e-14)
            if i + 1 < d:
                assert table[t, i + 1] == pytest.approx(math.cos(angle), abs=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_first", [True, False])
def test_it_is_added_along_time_in_the_dtype_of_the_input(batch_first, dtype):
    layer = PositionalEncoding(6, dropout=0.0, max_len=9, batch_first=batch_first)
    x = Tensor(numbers((3, 9, 6) if batch_first else (9, 3, 6), dtype), requires_grad=True)
    y = layer(x)
    added = layer.table if batch_first else layer.table[:, None]
    assert y.dtype == dtype
    assert np.array_equal(y.data, x.data + added.astype(dtype))
    y.sum().backward()
    assert (x.grad == 1).all()
    single = numbers((4, 6), dtype)
    assert np.array_equal(layer(single).data, single + layer.table[:4].astype(dtype))
    assert layer(np.zeros((0, 9, 6) if batch_first else (9, 0, 6))).size == 0


def test_a_step_further_is_the_same_turn_everywhere():
    p = PositionalEncoding(8, max_len=100).table.reshape(100, 4, 2)  # (sin, cos) of each wave
    for k in (1, 7):
        angle = k / 10000 ** (np.arange(0, 8, 2) / 8)
        turned = p[..., 0] * np.cos(angle) + p[..., 1] * np.sin(angle)
        np.testing.assert_allclose(p[k:, :, 0], turned[:-k], atol=1e-12)


def test_with_it_attention_tells_positions_apart():
    attention = with_other_parameters(MultiheadAttention(6, 2, dtype=np.float64))
    x = np.tile(numbers((1, 6)), (5, 1))  # five times the same
    y, _ = attention(x, x, x)
    np.testing.assert_allclose(y.data, np.tile(y.data[0], (5, 1)), rtol=1e-12)
    z = PositionalEncoding(6, dropout=0.0)(x)
    y, _ = attention(z, z, z)
    assert (np.abs(np.diff(y.data, axis=0)) > 1e-3).any(axis=1).all()


def test_dropout_acts_in_training_alone():
    layer = PositionalEncoding(50, dropout=0.3, max_len=200, rng=0)
    x = np.full((200, 10, 50), 5.0)
    y = layer(x).data
    full = x + layer.table[:, None]
    kept = y != 0
    assert kept.mean() == pytest.approx(0.7, abs=0.01)
    np.testing.assert_allclose(y[kept], full[kept] / 0.7, rtol=1e-12)
    assert np.array_equal(layer.eval()(x).data, full)
    again = PositionalEncoding(50, dropout=0.3, max_len=200, rng=0)
    assert np.array_equal(again(x).data, y)
    assert PositionalEncoding(2).dropout.p == 0.1


def test_nothing_is_learned_and_nothing_kept():
    layer = PositionalEncoding(4)
    assert layer.parameters() == []
    assert layer.state_dict() == {}
    assert layer.table.shape == (5000, 4)
    with pytest.raises(TypeError, match="to_torch knows no torch layer for PositionalEncoding"):
        to_torch(layer)


@pytest.mark.parametrize("shape", [(3, 2, 5), (4,), (1, 3, 2, 4)])
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(shape):
    message = r"^PositionalEncoding\(4, max_len=9\) expects \(time, batch, 4\) or \(time, 4\), got \("
    with pytest.raises(ValueError, match=message) as error:
        PositionalEncoding(4, max_len=9)(np.zeros(shape))
    assert str(error.value).endswith(str(shape))


@pytest.mark.parametrize(("shape", "batch_first"), [((10, 4), False), ((10, 2, 4), False), ((2, 10, 4), True)])
def test_a_longer_sequence_is_refused(shape, batch_first):
    layer = PositionalEncoding(4, max_len=9, batch_first=batch_first)
    with pytest.raises(ValueError, match=r"PositionalEncoding\(4, max_len=9\) expects at most 9 steps, got \("):
        layer(np.zeros(shape))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"d_model": 0}, ValueError),
        ({"d_model": 4.0}, TypeError),
        ({"d_model": 4, "max_len": 0}, ValueError),
        ({"d_model": 4, "dropout": -0.1}, ValueError),
        ({"d_model": 4, "batch_first": 1}, TypeError),
    ],
)
def test_bad_arguments(options, error):
    with pytest.raises(error, match=f"PositionalEncoding's {list(options)[-1]} expects"):
        PositionalEncoding(**options)
