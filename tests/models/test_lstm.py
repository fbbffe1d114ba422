"""The LSTM classifier: what it reads, and that it reads no padding."""

import pytest
import torch
from torch import nn

from gyeop.models import LSTMClassifier


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("time", [1, 7])
@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (2, True), (3, False)])
@pytest.mark.parametrize("vocabulary", [None, 11])
def test_shapes_and_number_of_parameters(batch, time, layers, bidirectional, vocabulary):
    net = LSTMClassifier(3, 4, 5, layers, bidirectional, vocabulary=vocabulary, rng=0)
    x = torch.zeros(batch, time, 3) if vocabulary is None else torch.full((batch, time), 10)
    assert net(x).shape == (batch, 4)
    d = 2 if bidirectional else 1
    lstm = sum(4 * 5 * (n + 5 + 2) * d for n in [3] + [d * 5] * (layers - 1))
    assert sum(w.numel() for w in net.parameters()) == lstm + (d * 5 + 1) * 4 + 3 * (vocabulary or 0)


@pytest.mark.parametrize("bidirectional", [True, False])
def test_padding_changes_nothing(bidirectional):
    net = LSTMClassifier(3, 4, 5, layers=2, bidirectional=bidirectional, rng=0).double()
    x = torch.randn(4, 6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    lengths = torch.tensor([6, 1, 3, 5])
    expected = torch.cat([net(x[i : i + 1, :n]) for i, n in enumerate(lengths)])
    for padding in (0.0, 1e3):
        for i, n in enumerate(lengths):
            x[i, n:] = padding
        torch.testing.assert_close(net(x, lengths), expected, rtol=1e-12, atol=1e-12)
    assert not torch.allclose(net(x), expected)


def test_both_directions_are_heard():
    net = LSTMClassifier(1, 2, 4, bidirectional=True, rng=0)
    x = torch.zeros(1, 20, 1)
    first, last = x.clone(), x.clone()
    first[0, 0], last[0, -1] = 5, 5
    assert (net(first) - net(x)).abs().max() > 1e-2
    assert (net(last) - net(x)).abs().max() > 1e-2


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_acts_in_training_alone(layers):
    net, x = LSTMClassifier(3, 4, 5, layers, dropout=0.5, rng=0), torch.ones(2, 4, 3)
    assert not torch.equal(net(x), net(x))
    assert torch.equal(net.eval()(x), net(x))
    assert net.lstm.dropout == (0.5 if layers == 2 else 0)


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, r"shape \(batch, time, 3\), got \(2, 5, 4\)", lambda net, _: net(torch.zeros(2, 5, 4))),
        (ValueError, r"at least one step, got \(2, 0, 3\)", lambda net, _: net(torch.zeros(2, 0, 3))),
        (ValueError, r"lengths \(2,\) of whole numbers, got \(3,\)", lambda net, _: net(torch.zeros(2, 5, 3), [1] * 3)),
        (ValueError, "of whole numbers, got .* torch.float32", lambda net, _: net(torch.zeros(1, 5, 3), [1.0])),
        (ValueError, "lengths from 1 to 5, got 6 at index 1", lambda net, _: net(torch.zeros(2, 5, 3), [1, 6])),
        (ValueError, "tokens from 0 to 6, got 7 at index", lambda _, words: words(torch.full((1, 2), 7))),
        (
            TypeError,
            "expects tokens, which are whole numbers, got torch.float32",
            lambda _, words: words(torch.ones(1, 2)),
        ),
    ],
)
def test_errors_name_what_is_expected_and_what_came(error, message, call):
    with pytest.raises(error, match=message):
        call(LSTMClassifier(3, 2), LSTMClassifier(3, 2, vocabulary=7))


@pytest.mark.parametrize("seed", range(3))
def test_what_came_first_is_remembered_over_noise(seed):
    rng = torch.Generator().manual_seed(seed)
    y = torch.arange(64) % 2
    x = torch.randn(64, 10, 2, generator=rng)
    x[:, :, 1] = 0
    x[:, 0, 1] = y * 2.0 - 1
    net = LSTMClassifier(2, 2, hidden=16, rng=seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    for _ in range(80):
        loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
