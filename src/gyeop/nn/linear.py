"""The dense layer, with torch.nn.Linear's arguments, initialization and state."""

import numpy as np

from gyeop.autograd import linear
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.module import Module, Parameter


class Linear(Module):
    """y = x W^T + b, from (..., in_features) to (..., out_features).

    `weight` is (out_features, in_features) and `bias` (out_features,), or None with bias=False. Both start uniform
    between -1/sqrt(in_features) and 1/sqrt(in_features), as in torch (He et al. 2015 with a = sqrt(5)); `rng` is a seed
    or a numpy.random.Generator. The input, a Tensor or an array, is cast to the layer's dtype. An input whose last axis
    is not in_features and a bad argument are a ValueError.

    >>> layer = Linear(3, 2, rng=0, dtype=np.float64)
    >>> layer.weight.data = np.array([[1.0, 0.0, -1.0], [0.5, 0.5, 0.5]])
    >>> layer.bias.data = np.array([0.0, 10.0])
    >>> layer(np.array([[1.0, 2.0, 3.0]])).data
    array([[-2., 13.]])
    """

    def __init__(self, in_features, out_features, bias=True, dtype=np.float32, rng=None):
        super().__init__()
        for name, n in (("in_features", in_features), ("out_features", out_features)):
            if not isinstance(n, int | np.integer) or n < 1:
                raise ValueError(f"Linear expects {name} to be a whole number of 1 or more, got {n!r}")
        self.in_features, self.out_features = int(in_features), int(out_features)
        rng, bound = np.random.default_rng(rng), 1 / np.sqrt(in_features)
        self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)).astype(dtype))
        self.bias = Parameter(rng.uniform(-bound, bound, out_features).astype(dtype)) if bias else None

    def forward(self, x):
        x = as_tensor(x, self.weight.dtype)
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ValueError(f"{self} expects (..., {self.in_features}), got {x.shape}")
        return linear(x, self.weight, self.bias)

    def describe(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
