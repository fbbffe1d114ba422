"""A sequence read from left to right by an LSTM, and named at its end: S. Hochreiter, J. Schmidhuber (1997)."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from .._checks import count, flag
from ._checks import first_wrong, floats, share, tokens
from ._random import drawing_from


class LSTMClassifier(nn.Module):
    """Reads (batch, time, features) and gives logits (batch, classes), by a linear layer on the last hidden state.

    `layers` LSTMs stand on top of each other, each with `hidden` units. A `bidirectional` one reads from right to left
    as well; its last states of both directions go to the `head` side by side. `dropout` is the probability, while
    training, that an entry is dropped of what goes from layer to layer and to the head. With `vocabulary` the input is
    tokens (batch, time) instead, each looked up in `embedding` (vocabulary, features).

    Parameters: with d directions 4 hidden (n + hidden + 2) d for each layer, n = features in the first and d hidden in
    the others; (d hidden + 1) classes in the head; vocabulary * features in the embedding.

    >>> import torch
    >>> net = LSTMClassifier(features=3, classes=2, hidden=16, rng=0)
    >>> x = torch.randn(4, 10, 3)
    >>> net(x).shape
    torch.Size([4, 2])

    `lengths` (batch,) says where sequences of a padded batch end; what stands behind the end changes nothing.

    >>> bool((net(x, lengths=[10, 7, 2, 1])[3] - net(x[3:, :1])[0]).abs().max() < 1e-6)
    True
    """

    def __init__(
        self, features, classes, hidden=64, layers=1, bidirectional=False, dropout=0.0, vocabulary=None, rng=None
    ):
        super().__init__()
        self.inputs, hidden = count(features, "LSTMClassifier's features"), count(hidden, "LSTMClassifier's hidden")
        classes, layers = count(classes, "LSTMClassifier's classes"), count(layers, "LSTMClassifier's layers")
        bidirectional = flag(bidirectional, "LSTMClassifier's bidirectional")
        dropout = share(dropout, "LSTMClassifier's dropout")
        with drawing_from(rng):
            self.embedding = None
            if vocabulary is not None:
                self.embedding = nn.Embedding(count(vocabulary, "LSTMClassifier's vocabulary"), self.inputs)
            between = dropout if layers > 1 else 0.0  # torch warns of a dropout that has no place
            self.lstm = nn.LSTM(
                self.inputs, hidden, layers, batch_first=True, dropout=between, bidirectional=bidirectional
            )
            self.dropout = nn.Dropout(dropout)
            self.head = nn.Linear(hidden * (2 if bidirectional else 1), classes)

    def forward(self, x, lengths=None):
        """x (batch, time, features), or tokens (batch, time) with a vocabulary -> logits (batch, classes)."""
        if self.embedding is not None:
            x = self.embedding(tokens(x, "LSTMClassifier", self.embedding.num_embeddings))  # (batch, time, features)
        x = floats(x, "LSTMClassifier", "batch", "time", self.inputs, dtype=self.head.weight.dtype)
        if x.shape[1] == 0:
            raise ValueError(f"LSTMClassifier expects at least one step, got {tuple(x.shape)}")
        if lengths is not None:
            x = pack_padded_sequence(x, self._lengths(lengths, x), batch_first=True, enforce_sorted=False)
        _, (h, _) = self.lstm(x)  # (layers * directions, batch, hidden), the last layer last
        last = torch.cat([h[-2], h[-1]], dim=1) if self.lstm.bidirectional else h[-1]
        return self.head(self.dropout(last))  # (batch, classes)

    def _lengths(self, lengths, x):
        """On the CPU, where torch wants them."""
        lengths = torch.as_tensor(lengths).cpu()
        batch, time = x.shape[:2]
        if lengths.is_floating_point() or lengths.shape != (batch,):
            raise ValueError(
                f"LSTMClassifier expects lengths ({batch},) of whole numbers, got {tuple(lengths.shape)} of "
                f"{lengths.dtype}"
            )
        wrong = (lengths < 1) | (lengths > time)
        first_wrong(lengths, wrong, f"LSTMClassifier expects lengths from 1 to {time}")
        return lengths
