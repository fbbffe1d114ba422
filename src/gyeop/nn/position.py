"""Positions as waves: A. Vaswani et al., Attention is all you need (2017), section 3.5. torch.nn has no such layer."""

import numpy as np

from gyeop._checks import count, flag, generator, number
from gyeop.autograd import Tensor
from gyeop.nn.dropout import Dropout
from gyeop.nn.module import Module


class PositionalEncoding(Module):
    """x + p, so that what comes after can tell positions apart, then dropout. Feature i of position t is

        p[t, i] = sin(t / 10000^(i / d_model))            for even i
        p[t, i] = cos(t / 10000^((i - 1) / d_model))      for odd i

    Waves of many lengths, from 2 pi to 10000 x 2 pi: near positions have similar p, and p[t + k] is the same turn of
    p[t] for each t. x is (time, batch, d_model), with batch_first=True (batch, time, d_model), or (time, d_model), at
    most max_len long; the result has its shape and dtype. Nothing is learned, and there is no state; `table`
    (max_len, d_model) is p. The paper multiplies embeddings by sqrt(d_model) first: that is the caller's.
    Another shape, a longer sequence and a bad argument are a ValueError or a TypeError.

    >>> PositionalEncoding(4, dropout=0.0)(np.zeros((3, 4))).data.round(2)
    array([[ 0.  ,  1.  ,  0.  ,  1.  ],
           [ 0.84,  0.54,  0.01,  1.  ],
           [ 0.91, -0.42,  0.02,  1.  ]])
    """

    def __init__(self, d_model, dropout=0.1, max_len=5000, batch_first=False, rng=None):
        super().__init__()
        self.d_model = count(d_model, "PositionalEncoding's d_model")
        self.max_len = count(max_len, "PositionalEncoding's max_len")
        self.batch_first = flag(batch_first, "PositionalEncoding's batch_first")
        p = number(dropout, "PositionalEncoding's dropout", at_least=0, at_most=1)
        self.dropout = Dropout(p, generator(rng))
        feature = np.arange(self.d_model)
        angle = np.arange(self.max_len)[:, None] / 10000 ** ((feature - feature % 2) / self.d_model)
        self.table = np.where(feature % 2, np.cos(angle), np.sin(angle))

    def forward(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        n, m = ("batch", "time") if self.batch_first else ("time", "batch")
        if x.ndim not in (2, 3) or x.shape[-1] != self.d_model:
            expected = f"({n}, {m}, {self.d_model}) or (time, {self.d_model})"
            raise ValueError(f"PositionalEncoding({self.describe()}) expects {expected}, got {x.shape}")
        time = x.shape[1 if self.batch_first and x.ndim == 3 else 0]
        if time > self.max_len:
            raise ValueError(
                f"PositionalEncoding({self.describe()}) expects at most {self.max_len} steps, got {x.shape}"
            )
        positions = self.table[:time].astype(x.dtype)
        return self.dropout(x + (positions if self.batch_first or x.ndim == 2 else positions[:, None]))

    def describe(self):
        return f"{self.d_model}, max_len={self.max_len}"
