"""RNN, LSTM and GRU: the outputs, states and gradients of torch in any configuration, lengths as packed sequences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch
from gyeop.nn import GRU, LSTM, RNN

from .twins import EXACT, assert_same_state, assert_slopes, numbers

KINDS = pytest.mark.parametrize("kind", [RNN, LSTM, GRU])


def both(hx):
    """The states as a tuple, of whatever the layer takes or gives."""
    return hx if isinstance(hx, tuple) else (hx,)


def given_states(layer, shape, seed=1):
    """Random initial states for input of this shape, as arrays."""
    passes = layer.num_layers * (1 + layer.bidirectional)
    batch = shape[:-2] if layer.batch_first else shape[1:-1]
    return [
        numbers((passes, *batch, layer.hidden_size), layer.weight_hh_l0.dtype, seed + i)
        for i, _ in enumerate(layer.states)
    ]


def of(states):
    """The hidden state argument: None, one state or a tuple of them."""
    return None if states is None else states[0] if len(states) == 1 else tuple(states)


def in_torch(twin, t, states, lengths):
    if lengths is None:
        return twin(t, of(states))
    first, steps = twin.batch_first, t.shape[1 if twin.batch_first else 0]
    packed = pack_padded_sequence(t, torch.tensor(lengths), batch_first=first, enforce_sorted=False)
    output, hx = twin(packed, of(states))
    return pad_packed_sequence(output, batch_first=first, total_length=steps)[0], hx


def assert_recurrent_equals_torch(layer, array, states=None, lengths=None):
    """Outputs, final states and the gradients of a random sum of both, by input, initial states and all weights."""
    twin, tolerance = to_torch(layer), EXACT[array.dtype.type]
    assert repr(twin) == repr(layer)
    inputs = [array, *(states or [])]
    ours = [Tensor(a, requires_grad=True) for a in inputs]
    theirs = [torch.tensor(a, requires_grad=True) for a in inputs]
    y, hx = layer(ours[0], of(ours[1:]) if states else None, lengths=lengths)
    expected, expected_hx = in_torch(twin, theirs[0], theirs[1:] if states else None, lengths)
    results, expected_results = [y, *both(hx)], [expected, *both(expected_hx)]
    total, expected_total = Tensor(0.0), 0.0
    for i, (result, other) in enumerate(zip(results, expected_results, strict=True)):
        assert (result.shape, result.dtype) == (tuple(other.shape), array.dtype)
        np.testing.assert_allclose(result.data, other.detach().numpy(), **tolerance)
        weights = numbers(result.shape, array.dtype, seed=10 + i)
        total = total + (result * weights).sum()
        expected_total = expected_total + (other * torch.tensor(weights)).sum()
    total.backward()
    expected_total.backward()
    for x, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, t.grad.numpy(), **tolerance)
    named, others = layer.named_parameters(), list(twin.named_parameters())
    assert [path for path, _ in named] == [path for path, _ in others]
    for (path, parameter), (_, other) in zip(named, others, strict=True):
        np.testing.assert_allclose(parameter.grad, other.grad.numpy(), **tolerance, err_msg=path)
        parameter.grad = None
    back = from_torch(twin)
    assert repr(back) == repr(layer)
    assert_same_state(back, twin, {"rtol": 0, "atol": 0})


@st.composite
def cases(draw):
    """(layer, input, initial states or None, lengths or None)"""
    kind, dtype = draw(st.sampled_from([RNN, LSTM, GRU])), draw(st.sampled_from([np.float64, np.float64, np.float32]))
    options = {"nonlinearity": draw(st.sampled_from(["tanh", "relu"]))} if kind is RNN else {}
    layer = kind(
        input_size=draw(st.integers(1, 4)),
        hidden_size=draw(st.integers(1, 5)),
        num_layers=draw(st.integers(1, 3)),
        bias=draw(st.booleans()),
        batch_first=draw(st.booleans()),
        bidirectional=draw(st.booleans()),
        dtype=dtype,
        rng=draw(st.integers(0, 9)),
        **options,
    )
    steps, batch = draw(st.integers(1, 6)), draw(st.none() | st.integers(0, 4))
    shape = (steps,) if batch is None else (batch, steps) if layer.batch_first else (steps, batch)
    array = numbers((*shape, layer.input_size), dtype, seed=draw(st.integers(0, 9)))
    states = given_states(layer, array.shape) if draw(st.booleans()) else None
    lengths = None
    if batch and draw(st.booleans()):
        lengths = draw(st.lists(st.integers(1, steps), min_size=batch, max_size=batch))
    return layer, array, states, lengths


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cases())
def test_any_configuration_equals_torch(case):
    assert_recurrent_equals_torch(*case)


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_sequence_equals_torch(kind, dtype):
    layer = kind(8, 16, num_layers=2, bidirectional=True, dtype=dtype, rng=0)
    x = numbers((60, 5, 8), dtype)
    assert_recurrent_equals_torch(layer, x, given_states(layer, x.shape), lengths=[60, 1, 33, 59, 2])


@KINDS
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_in_either_mode_without_dropout_and_in_evaluation_with_it(kind, mode):
    layer = kind(3, 4, num_layers=3, dropout=0.0 if mode == "train" else 0.5, dtype=np.float64, rng=0)
    assert_recurrent_equals_torch(layer.train(mode == "train"), numbers((5, 2, 3)))


def step_by_step(layer, x, states):
    """One layer, one direction, plainly by the equations of the docstrings, one Tensor operation after the other."""
    W, U, b, c = layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0
    n = layer.hidden_size
    parts = [slice(i * n, (i + 1) * n) for i in range(layer.gates)]

    def by_input(x, i):
        return x @ W[parts[i]].T + b[parts[i]]

    def by_state(h, i):
        return h @ U[parts[i]].T + c[parts[i]]

    h, memory, outputs = states[0], states[-1], []
    for t in range(len(x)):
        a = [by_input(x[t], k) for k in range(layer.gates)]
        v = [by_state(h, k) for k in range(layer.gates)]
        if isinstance(layer, RNN):
            h = (a[0] + v[0]).relu() if layer.nonlinearity == "relu" else (a[0] + v[0]).tanh()
        elif isinstance(layer, LSTM):
            i, f, o = [(a[k] + v[k]).sigmoid() for k in (0, 1, 3)]
            memory = f * memory + i * (a[2] + v[2]).tanh()
            h = o * memory.tanh()
        else:
            r, z = [(a[k] + v[k]).sigmoid() for k in (0, 1)]
            h = (1 - z) * (a[2] + r * v[2]).tanh() + z * h
        outputs.append(h)
    return outputs, (h, memory) if isinstance(layer, LSTM) else (h,)


@pytest.mark.parametrize(("kind", "options"), [(RNN, {}), (RNN, {"nonlinearity": "relu"}), (LSTM, {}), (GRU, {})])
def test_the_fused_operation_equals_the_plain_steps(kind, options):
    layer = kind(3, 4, dtype=np.float64, rng=0, **options)
    array, results = numbers((6, 2, 3)), []
    for fused in (True, False):
        x = Tensor(array, requires_grad=True)
        states = [Tensor(a, requires_grad=True) for a in given_states(layer, array.shape)]
        if fused:
            y, hx = layer(x, of(states))
            loss = (y * y).sum()
        else:
            y, hx = step_by_step(layer, x, [state[0] for state in states])
            loss = sum((h * h).sum() for h in y)
        loss = loss + sum((state * 3.0).sum() for state in both(hx))
        loss.backward()
        results.append([loss.data, *(t.grad for t in (x, *states, *layer.parameters()))])
        layer.zero_grad()
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("kind", "options"), [(RNN, {}), (RNN, {"nonlinearity": "relu"}), (LSTM, {}), (GRU, {})])
def test_gradients_equal_differences(kind, options):
    layer = kind(2, 2, bidirectional=True, dtype=np.float64, rng=0, **options)
    array, lengths = numbers((4, 2, 2)), [3, 4]
    x = Tensor(array, requires_grad=True)
    states = [Tensor(a, requires_grad=True) for a in given_states(layer, array.shape)]

    def loss():
        y, hx = layer(x, of(states), lengths)
        return sum((r * numbers(r.shape, seed=i)).sum() for i, r in enumerate([y, *both(hx)]))

    given = {"x": x, **{f"state {i}": state for i, state in enumerate(states)}}
    assert_slopes(loss, given | dict(layer.named_parameters()))
