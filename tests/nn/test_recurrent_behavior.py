"""RNN, LSTM and GRU: dropout between layers, padding, initialization, state, and what a pass leaves behind."""

import gc
import weakref

import numpy as np
import pytest
import torch

from gyeop.autograd import Tensor, no_grad
from gyeop.bridge import from_torch, to_torch
from gyeop.nn import GRU, LSTM, RNN

from .twins import numbers

KINDS = pytest.mark.parametrize("kind", [RNN, LSTM, GRU])


def both(hx):
    """The states as a tuple, of whatever the layer takes or gives."""
    return hx if isinstance(hx, tuple) else (hx,)


@KINDS
def test_dropout_between_layers_drops_its_share_and_scales_the_rest(kind):
    """What the second layer sees is the first one's output / (1 - p), or 0."""
    layer = kind(1, 50, num_layers=2, dropout=0.3, bias=False, dtype=np.float64, rng=0)
    seen, over = [], layer.over
    layer.over = lambda x, *rest: (seen.append(x.data), over(x, *rest))[1]
    x = numbers((20, 30, 1))
    output, _ = layer(x)
    kept = seen[1] != 0
    assert kept.mean() == pytest.approx(0.7, abs=0.01)
    plain, _ = layer.eval()(x)
    whole = seen[3]
    np.testing.assert_allclose(seen[1][kept], whole[kept] / 0.7, rtol=1e-12)
    assert (whole != 0).all()
    assert (output.data != 0).all()  # what the last layer gives is not dropped
    assert not np.allclose(output.data, plain.data)


@KINDS
def test_dropout_draws_anew_each_time_and_from_its_own_generator(kind):
    x = numbers((4, 3, 2), np.float32)
    layers = [kind(2, 5, num_layers=2, dropout=0.5, rng=7) for _ in range(2)]
    first, second = (layer(x)[0].data for layer in layers)
    assert np.array_equal(first, second)
    assert not np.array_equal(first, layers[0](x)[0].data)
    with pytest.warns(UserWarning, match=f"{kind.__name__}'s dropout=0.5 acts between layers, and num_layers is 1"):
        kind(2, 5, dropout=0.5)
    everything = kind(2, 5, num_layers=2, dropout=1, bias=False, rng=0)
    assert not everything(x)[0].data.any()


@KINDS
def test_padding_counts_for_nothing_whatever_stands_there(kind):
    layer, lengths = kind(3, 4, num_layers=2, bidirectional=True, dtype=np.float64, rng=0), np.array([2, 5])
    clean = numbers((5, 2, 3))
    clean[2:, 0] = 0
    dirty = clean.copy()
    dirty[2:, 0] = [np.nan, np.inf, 1e300]
    results = []
    for array in (clean, dirty):
        x = Tensor(array, requires_grad=True)
        y, hx = layer(x, lengths=lengths)
        assert not y.data[2:, 0].any()
        (y.sum() + sum(s.sum() for s in both(hx))).backward()
        assert not x.grad[2:, 0].any()
        results.append([y.data, x.grad, *(p.grad for p in layer.parameters())])
        layer.zero_grad()
    for a, b in zip(*results, strict=True):
        assert np.array_equal(a, b)


def test_a_rectified_state_does_not_run_away_over_padding():
    layer = RNN(1, 1, nonlinearity="relu", rng=0)
    layer.load_state_dict({path: np.float32([[3.0]]) if a.ndim == 2 else a for path, a in layer.state_dict().items()})
    y, h_n = layer(np.ones((200, 2, 1)), lengths=[5, 1])  # 3^200 is beyond float32
    (y.sum() + h_n.sum()).backward()
    assert all(np.isfinite(p.grad).all() for p in layer.parameters())


@KINDS
def test_padding_cut_off_changes_nothing(kind):
    layer = kind(3, 4, batch_first=True, bidirectional=True, dtype=np.float64, rng=0)
    x = numbers((3, 6, 3))
    y, hx = layer(x, lengths=[6, 2, 4])
    for i, length in enumerate([6, 2, 4]):
        alone, hx_alone = layer(x[i, :length])
        np.testing.assert_allclose(y.data[i, :length], alone.data, rtol=1e-12)
        for a, b in zip(both(hx), both(hx_alone), strict=True):
            np.testing.assert_allclose(a.data[:, i], b.data, rtol=1e-12)


@KINDS
def test_an_end_state_continues_where_it_stopped(kind):
    layer = kind(3, 4, num_layers=2, dtype=np.float64, rng=0)
    x = numbers((7, 2, 3))
    whole, end = layer(x)
    first, hx = layer(x[:3])
    second, last = layer(x[3:], hx)
    np.testing.assert_allclose(np.concatenate([first.data, second.data]), whole.data, rtol=1e-12)
    for a, b in zip(both(end), both(last), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12)


@KINDS
def test_initialization_is_uniform_within_torchs_bound(kind):
    layer = kind(30, 100, num_layers=2, bidirectional=True, rng=0)
    torch.manual_seed(0)
    theirs = getattr(torch.nn, kind.__name__)(30, 100, num_layers=2, bidirectional=True)
    assert list(layer.state_dict()) == list(theirs.state_dict())
    for (path, ours), other in zip(layer.named_parameters(), theirs.parameters(), strict=True):
        other = other.detach().numpy()
        assert (ours.shape, ours.dtype) == (other.shape, other.dtype), path
        assert 0.9 * 0.1 < np.abs(ours.data).max() <= 0.1
        assert ours.data.std() == pytest.approx(other.std(), rel=0.2 if other.ndim == 1 else 0.03)
    assert np.array_equal(kind(2, 3, rng=7).weight_hh_l0.data, kind(2, 3, rng=7).weight_hh_l0.data)


@KINDS
def test_state_goes_out_and_in(kind):
    ours = kind(2, 3, num_layers=2, bidirectional=True, rng=0)
    other = kind(2, 3, num_layers=2, bidirectional=True, rng=1)
    x = numbers((4, 2, 2), np.float32)
    assert not np.array_equal(ours(x)[0].data, other(x)[0].data)
    other.load_state_dict(ours.state_dict())
    assert np.array_equal(ours(x)[0].data, other(x)[0].data)
    double = {path: array.astype(np.float64) for path, array in ours.state_dict().items()}
    other.load_state_dict(double)
    y, hx = other(x)
    assert y.dtype == np.float64
    assert both(hx)[0].dtype == np.float64
    with pytest.raises(ValueError, match="bias_hh_l1_reverse is missing"):
        other.load_state_dict({path: a for path, a in double.items() if path != "bias_hh_l1_reverse"})


@KINDS
def test_input_and_states_are_cast_to_the_dtype_of_the_layer(kind):
    layer = kind(2, 3, rng=0)
    x, h = Tensor(np.ones((4, 1, 2)), requires_grad=True), Tensor(np.ones((1, 1, 3)), requires_grad=True)
    y, _ = layer(x, (h, h) if kind is LSTM else h)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == h.grad.dtype == np.float64
    assert layer(np.ones((4, 1, 2), int))[0].dtype == np.float32


@KINDS
def test_a_second_walk_back_through_the_same_graph(kind):
    layer, x = kind(2, 3, rng=0), numbers((4, 2, 2), np.float32)
    y, _ = layer(x)
    (y * y).sum().backward(retain_graph=True)
    (y.sum() * 5.0).backward()
    both_at_once = [p.grad for p in layer.parameters()]
    layer.zero_grad()
    y, _ = layer(x)
    (y * y + y * 5.0).sum().backward()
    for p, g in zip(layer.parameters(), both_at_once, strict=True):
        np.testing.assert_allclose(p.grad, g, rtol=1e-5, atol=1e-6)


@KINDS
def test_where_a_sequence_has_ended_nothing_moves(kind):
    layer, ended = kind(2, 3, rng=0), np.array([[False, False], [False, True], [True, True]])
    seen, over = [], layer.over
    layer.over = lambda *given: seen.append(over(*given)) or seen[-1]
    x = numbers((3, 2, 2), np.float32)
    layer(x, lengths=[2, 1])
    h, *others = seen[0]
    assert (h.data != 0).any(axis=2).tolist() == (~ended).tolist()
    if others:
        np.testing.assert_array_equal(others[0].data[0], layer(x[:2, 0])[1][1].data[0])


@KINDS
def test_numbers_too_large_end_as_in_torch_without_a_warning(kind):
    layer = kind(2, 3, rng=0)
    layer.load_state_dict({path: 10 * np.abs(array) for path, array in layer.state_dict().items()})
    x = np.full((3, 1, 2), 3e38, np.float32)  # all products are infinite then
    y, _ = layer(x)
    expected, _ = to_torch(layer)(torch.tensor(x))
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-6)


@KINDS
def test_only_what_requires_a_gradient_gets_one(kind):
    layer = kind(2, 3, rng=0)
    layer.weight_hh_l0.requires_grad = False
    layer(np.ones((4, 1, 2)))[0].sum().backward()
    assert layer.weight_hh_l0.grad is None
    assert layer.weight_ih_l0.grad.any()
    twin = to_torch(layer)
    assert [p.requires_grad for p in twin.parameters()] == [True, False, True, True]
    assert not from_torch(twin).weight_hh_l0.requires_grad


@KINDS
def test_nothing_is_recorded_without_need_and_nothing_stays_after_backward(kind):
    layer, x = kind(2, 3, rng=0), Tensor(np.ones((4, 1, 2)), requires_grad=True)
    with no_grad():
        y, _ = layer(x)
    assert not y.requires_grad
    assert y.edges == ()
    gc.disable()  # no cycle may hold the arrays of a pass
    try:
        y, hx = layer(x)
        y.sum().backward()
        kept = weakref.ref(y)
        del y, hx
        assert kept() is None
    finally:
        gc.enable()
    layer.weight_hh_l0.data[...] = 0  # free to be changed again


@KINDS
def test_what_is_given_stays_as_it_was(kind):
    layer = kind(2, 3, bidirectional=True, rng=0)
    x, lengths = numbers((4, 2, 2), np.float32), np.array([4, 1])
    h = numbers((2, 2, 3), np.float32)
    before = x.copy(), lengths.copy(), h.copy()
    y, _ = layer(x, (h, h) if kind is LSTM else h, lengths)
    lengths[:] = 2  # too late to count
    y.sum().backward()
    lengths[:] = before[1]
    for a, b in zip(before, (x, lengths, h), strict=True):
        assert np.array_equal(a, b)
