"""The dense layer, with torch.nn.Linear's arguments, initialization and state."""

import numpy as np

from gyeop._checks import count, flag, float_type, generator
from gyeop.autograd import linear
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.module import Module, Parameter


class Linear(Module):
    """y = x W^T + b, from (..., in_features) to (..., out_features).

    `weight` is (out_features, in_features) and `bias` (out_features,), or None with bias=False. Both start uniform
    between -1/sqrt(in_features) and 1/sqrt(in_features), as in torch (He et al. 2015 with a = sqrt(5)); `rng` is a seed
    or a numpy.random.Generator. The input, a Tensor or an array, is cast to the layer's dtype. An input whose last axis
    is not in_features and a bad argument are a ValueError or a TypeError.

    >>> layer = Linear(3, 2, rng=0, dtype=np.float64)
    >>> layer.weight.data = np.array([[1.0, 0.0, -1.0], [0.5, 0.5, 0.5]])
    >>> layer.bias.data = np.array([0.0, 10.0])
    >>> layer(np.array([[1.0, 2.0, 3.0]])).data
    array([[-2., 13.]])
    """

    def __init__(self, in_features, out_features, bias=True, dtype=np.float32, rng=None):
        super().__init__()
        self.in_features = count(in_features, "Linear's in_features")
        self.out_features = count(out_features, "Linear's out_features")
        bias, dtype = flag(bias, "Linear's bias"), float_type(dtype, "Linear's dtype")
        rng, bound = generator(rng), 1 / np.sqrt(self.in_features)
        self.weight = Parameter(rng.uniform(-bound, bound, (self.out_features, self.in_features)).astype(dtype))
        self.bias = Parameter(rng.uniform(-bound, bound, self.out_features).astype(dtype)) if bias else None

    def forward(self, x):
        x = as_tensor(x, self.weight.dtype)
        if not x.ndim or x.shape[-1] != self.in_features:
            raise ValueError(f"{self} expects (..., {self.in_features}), got {x.shape}")
        return linear(x, self.weight, self.bias)

    def describe(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
