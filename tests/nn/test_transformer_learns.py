"""An encoder-decoder Transformer learns to reverse sequences that it has not seen."""

import time

import numpy as np
import pytest

from gyeop.autograd import no_grad
from gyeop.nn import (
    CrossEntropyLoss,
    Embedding,
    LayerNorm,
    Linear,
    Module,
    PositionalEncoding,
    TransformerDecoderLayer,
    TransformerEncoderLayer,
)
from gyeop.optim import Adam

PAD, START, END, FIRST = range(4)  # and from FIRST on 10 symbols
TOKENS, LONGEST = FIRST + 10, 10


class Transformer(Module):
    """Tokens (batch, time) in, tokens as far as they are known in, logits (batch, time, TOKENS) of the next out."""

    def __init__(self, d_model, rng):
        super().__init__()
        layer = {"nhead": 4, "dim_feedforward": 2 * d_model, "dropout": 0.0, "batch_first": True, "norm_first": True}
        self.embedding = Embedding(TOKENS, d_model, rng=rng)
        self.positions = PositionalEncoding(d_model, dropout=0.0, max_len=LONGEST + 2, batch_first=True)
        self.encoder = TransformerEncoderLayer(d_model, **layer, rng=rng)
        self.decoder = TransformerDecoderLayer(d_model, **layer, rng=rng)
        self.norm = LayerNorm(d_model)
        self.output = Linear(d_model, TOKENS, rng=rng)

    def encode(self, source):
        return self.encoder(self.positions(self.embedding(source)), src_key_padding_mask=source == PAD)

    def decode(self, known, memory, source):
        x = self.positions(self.embedding(known))
        x = self.decoder(x, memory, tgt_is_causal=True, memory_key_padding_mask=source == PAD)
        return self.output(self.norm(x))

    def forward(self, source, known):
        return self.decode(known, self.encode(source), source)


def sequences(n, rng):
    """Random sequences of 1 to LONGEST symbols, padded, and the same reversed between START and END."""
    lengths = rng.integers(1, LONGEST + 1, n)
    source = np.where(np.arange(LONGEST) < lengths[:, None], rng.integers(FIRST, TOKENS, (n, LONGEST)), PAD)
    target = np.full((n, LONGEST + 2), PAD)
    for row, symbols, length in zip(target, source, lengths, strict=True):
        row[: length + 2] = [START, *symbols[:length][::-1], END]
    return source, target


def train(net, steps, lr=2e-3):
    """(losses, all sequences seen)"""
    optimizer, loss_of, rng = (
        Adam(net.parameters(), lr=lr),
        CrossEntropyLoss(ignore_index=PAD),
        np.random.default_rng(1),
    )
    losses, seen = [], set()
    for step in range(steps):
        source, target = sequences(64, rng)
        seen.update(map(bytes, source))
        loss = loss_of(net(source, target[:, :-1]).swapaxes(1, 2), target[:, 1:])
        net.zero_grad()
        loss.backward()
        optimizer.lr = lr * min(1, (step + 1) / 100, 0.1 + 3 * (1 - (step + 1) / steps))  # up, along, and down
        optimizer.step()
        losses.append(loss.item())
    return losses, seen


def exact_matches(net, n, seen):
    """The share of n sequences never seen that come out reversed, each token chosen after those chosen before."""
    source, target = sequences(2 * n, np.random.default_rng(2))
    new = np.array([bytes(row) not in seen for row in source])
    source, target = source[new][:n], target[new][:n]
    assert len(source) == n
    tokens = np.full((n, 1), START)
    with no_grad():
        memory = net.encode(source)
        while tokens.shape[1] < target.shape[1]:
            chosen = net.decode(tokens, memory, source).data[:, -1].argmax(axis=-1)
            tokens = np.column_stack([tokens, chosen])
    return ((tokens == target) | (target == PAD)).all(axis=1).mean()


def test_a_few_steps_lower_the_loss():
    net = Transformer(32, np.random.default_rng(0))
    losses, seen = train(net, 200)
    assert np.mean(losses[:3]) > 2.3  # about log(TOKENS - 3): nothing but guesses
    assert np.mean(losses[-5:]) < 1.0
    assert exact_matches(net, 200, seen) > 0.03


@pytest.mark.slow
def test_99_percent_of_sequences_never_seen_within_2_minutes_of_one_core():
    started, net = time.process_time(), Transformer(64, np.random.default_rng(0))
    _, seen = train(net, 1200)
    assert exact_matches(net, 1000, seen) >= 0.99
    assert time.process_time() - started < 120
