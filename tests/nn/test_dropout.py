"""Dropout: how much is dropped, that the expectation stays, and that gradients pass where numbers did."""

import numpy as np
import pytest
import torch

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch
from gyeop.nn import Dropout, Linear, Sequential


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_share_is_dropped_and_the_rest_scaled(p, dtype):
    x = np.full((200, 500), 3.0, dtype)
    y = Dropout(p, rng=0)(x)
    kept = y.data != 0
    assert y.dtype == dtype
    assert kept.mean() == pytest.approx(1 - p, abs=0.005)
    assert y.data.mean() == pytest.approx(3.0 if p < 1 else 0.0, abs=0.1)
    if p < 1:
        np.testing.assert_allclose(y.data[kept], 3 / (1 - p), rtol=1e-6)


def test_gradients_pass_where_the_numbers_did():
    x = Tensor(np.full((30, 40), 2.0), requires_grad=True)
    y = Dropout(0.3, rng=1)(x)
    (y * np.arange(40.0)).sum().backward()
    np.testing.assert_allclose(x.grad, y.data / 2 * np.arange(40.0), rtol=1e-12)
    theirs = torch.nn.Dropout(0.3)
    t = torch.full((30, 40), 2.0, dtype=torch.float64, requires_grad=True)
    z = theirs(t)
    z.sum().backward()
    assert set(np.unique(t.grad.numpy())) == set(np.unique(y.data / 2))  # the same two factors


def test_in_evaluation_all_stay_and_torch_agrees():
    layer = Dropout(0.7, rng=0).eval()
    x = Tensor(np.arange(5.0), requires_grad=True)
    y = layer(x)
    y.sum().backward()
    assert y.data.tolist() == x.data.tolist() == to_torch(layer)(torch.tensor(x.data)).tolist()
    assert x.grad.tolist() == [1.0] * 5


def test_each_call_draws_anew_and_a_seed_settles_all_calls():
    def run(rng):
        layer = Dropout(0.5, rng=rng)
        return [layer(np.ones(50)).data.tolist() for _ in range(3)]

    first = run(0)
    assert first == run(0) == run(np.random.default_rng(0))
    assert first != run(1)
    assert first[0] != first[1] != first[2]
    state = np.random.get_state()[1].copy()
    Dropout()(np.ones(5))
    assert np.array_equal(state, np.random.get_state()[1])


def test_every_dtype_of_the_same_seed_drops_the_same():
    single, double = (Dropout(0.5, rng=3)(np.ones(99, dtype)).data for dtype in (np.float32, np.float64))
    assert np.array_equal(single, double)


def test_the_mode_of_a_network_reaches_it():
    net = Sequential(Linear(4, 50, rng=0), Dropout(0.5, rng=0))
    assert (net(np.ones((1, 4))).data == 0).any()
    assert not (net.eval()(np.ones((1, 4))).data == 0).any()


def test_there_and_back():
    layer = Dropout(0.25)
    twin = to_torch(layer)
    assert repr(twin) == repr(layer) == repr(from_torch(twin)) == "Dropout(p=0.25, inplace=False)"


def test_an_empty_batch_and_one_number():
    assert Dropout(rng=0)(np.zeros((0, 3))).shape == (0, 3)
    assert Dropout(rng=0)(np.float64(1.0)).shape == ()


@pytest.mark.parametrize(
    ("p", "error"), [(-0.1, ValueError), (1.5, ValueError), (np.nan, ValueError), ("half", TypeError)]
)
def test_p_is_a_probability(p, error):
    with pytest.raises(error, match="Dropout's p expects"):
        Dropout(p)
    with pytest.raises(TypeError, match="rng expects a whole number"):
        Dropout(rng=0.5)
