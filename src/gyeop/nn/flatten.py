"""From images to rows, with torch.nn.Flatten's arguments."""

import math

from gyeop._checks import count
from gyeop.autograd import Tensor
from gyeop.nn.module import Module


class Flatten(Module):
    """The axes start_dim to end_dim as one: (batch, channels, height, width) -> (batch, channels * height * width).

    An axis that the input lacks is a ValueError.

    >>> import numpy as np
    >>> Flatten()(Tensor(np.zeros((5, 1, 8, 8)))).shape
    (5, 64)
    """

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = count(start_dim, "Flatten's start_dim", at_least=-math.inf)
        self.end_dim = count(end_dim, "Flatten's end_dim", at_least=-math.inf)

    def forward(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        axes = max(x.ndim, 1)
        start, end = (dim + axes if dim < 0 else dim for dim in (self.start_dim, self.end_dim))
        if not 0 <= start <= end < axes:
            raise ValueError(f"{self} expects an input with these axes in this order, got {x.shape}")
        if not x.ndim:
            return x.reshape(1)
        size = 1
        for n in x.shape[start : end + 1]:
            size *= n
        return x.reshape(*x.shape[:start], size, *x.shape[end + 1 :])

    def describe(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
