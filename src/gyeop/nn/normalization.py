"""Normalization within a sample: LayerNorm and GroupNorm, and the step that all of these layers share.

That step subtracts the mean and divides by the standard deviation, and the layers differ only in the axes over which
both are taken: of (N, C, H, W), batch norm takes N, H, W (in gyeop.nn.running), instance norm H, W (there too), layer
norm C, H, W and group norm H, W and the channels of a group. After it each channel or feature gets a scale and a shift
of its own that are learned.

Ioffe and Szegedy 2015 (batch), Ba, Kiros and Hinton 2016 (layer), Ulyanov et al. 2016 (instance), Wu and He 2018
(group). The variance here is the mean square, divided by n and not by n - 1.
"""

import math

import numpy as np

from gyeop._checks import count, flag, float_type, number
from gyeop.autograd import Tensor
from gyeop.autograd.graph import operation, quiet
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.module import Module, Parameter


@quiet
def standardize(x, axes, eps):
    """((x - mean) / sqrt(variance + eps), mean, variance), both over `axes`, which stay as axes of length 1.

    With n numbers to a mean, y the result and g the gradient by it, the gradient by x is
    (g - mean(g) - y mean(g y)) / sqrt(variance + eps): moving all of them, or all away from the mean, changes nothing.

    >>> y, mean, variance = standardize(Tensor([[1.0, 3.0], [4.0, 4.0]]), -1, 0.0001)
    >>> y.data.round(3).tolist(), mean.tolist(), variance.tolist()
    ([[-1.0, 1.0], [0.0, 0.0]], [[2.0], [4.0]], [[1.0], [0.0]])
    """
    if not x.size:  # an empty batch has no mean, and none is missed
        nothing = np.zeros_like(x.data)
        return operation("standardize", nothing, (x, lambda g: g)), nothing, nothing
    mean = x.data.mean(axis=axes, keepdims=True)
    centered = x.data - mean
    variance = (centered * centered).mean(axis=axes, keepdims=True)
    scale = 1 / np.sqrt(variance + eps)
    y = centered * scale

    def back(g):
        along = (g * y).mean(axis=axes, keepdims=True)
        return scale * (g - g.mean(axis=axes, keepdims=True) - y * along)

    return operation("standardize", y, (x, back)), mean, variance


class Normalization(Module):
    """What all of these layers share: the parameters and the last step, y * weight + bias."""

    def start(self, eps, shape, affine, bias, dtype):
        layer, dtype = type(self).__name__, float_type(dtype, f"{type(self).__name__}'s dtype")
        self.eps = number(eps, f"{layer}'s eps", at_least=0)
        affine, bias = flag(affine, f"{layer}'s affine"), flag(bias, f"{layer}'s bias")
        self.weight = Parameter(np.ones(shape, dtype)) if affine else None
        self.bias = Parameter(np.zeros(shape, dtype)) if affine and bias else None

    def scaled(self, y, shape):
        """Each channel or feature by its weight, plus its bias; `shape` lays both along the axes of y."""
        if self.weight is not None:
            y = y * self.weight.reshape(shape)
        return y if self.bias is None else y + self.bias.reshape(shape)

    def tensor(self, x):
        """The input in the dtype of the layer, or in its own where the layer holds no arrays."""
        if self.weight is not None:
            return as_tensor(x, self.weight.dtype)
        return x if isinstance(x, Tensor) else Tensor(x)


class LayerNorm(Normalization):
    """Each sample normalized over its last axes, (..., *normalized_shape), then y * weight + bias.

    `normalized_shape` is one whole number or several; `weight` (ones at first) and `bias` (zeros) have that shape, and
    with elementwise_affine=False there are none. A batch may be as small as one: no sample knows of another.
    An input of another shape and a bad argument are a ValueError or a TypeError.

    >>> LayerNorm(4, dtype=np.float64)(np.array([[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]])).data.round(2)
    array([[-1.34, -0.45,  0.45,  1.34],
           [-1.34, -0.45,  0.45,  1.34]])
    """

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, dtype=np.float32):
        super().__init__()
        shape = tuple(normalized_shape) if isinstance(normalized_shape, tuple | list) else (normalized_shape,)
        self.normalized_shape = tuple(count(n, "LayerNorm's normalized_shape") for n in shape)
        if not shape:
            raise ValueError("LayerNorm expects normalized_shape of at least one number, got ()")
        self.elementwise_affine = flag(elementwise_affine, "LayerNorm's elementwise_affine")
        self.start(eps, self.normalized_shape, elementwise_affine, bias, dtype)

    def forward(self, x):
        x, shape = self.tensor(x), self.normalized_shape
        if x.shape[-len(shape) :] != shape:
            raise ValueError(f"{self} expects (..., {', '.join(map(str, shape))}), got {x.shape}")
        y, _, _ = standardize(x, tuple(range(-len(shape), 0)), self.eps)
        return self.scaled(y, shape)

    def describe(self):
        affine = f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        return f"{self.normalized_shape}, eps={self.eps}, {affine}"


class GroupNorm(Normalization):
    """Each sample normalized over each of `num_groups` groups of channels, (batch, num_channels, ...), then scaled.

    One group is layer norm over all axes but the batch, as many groups as channels are instance norm. `weight` (ones at
    first) and `bias` (zeros) are (num_channels,), and with affine=False there are none. An input of another shape,
    groups of unequal size and a bad argument are a ValueError or a TypeError; so is a batch of one sample with one
    number to a group, which would always become 0.

    >>> GroupNorm(2, 4, dtype=np.float64)(np.array([[1.0, 3.0, 50.0, 10.0]])).data.round(2)
    array([[-1.,  1.,  1., -1.]])
    """

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, dtype=np.float32, *, bias=True):
        super().__init__()
        self.num_groups = count(num_groups, "GroupNorm's num_groups")
        self.num_channels = count(num_channels, "GroupNorm's num_channels")
        if num_channels % num_groups:
            groups = f"num_channels that {num_groups} groups divide evenly"
            raise ValueError(f"GroupNorm expects {groups}, got {num_channels}")
        self.affine = flag(affine, "GroupNorm's affine")
        self.start(eps, self.num_channels, affine, bias, dtype)

    def forward(self, x):
        x = self.tensor(x)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(f"{self} expects (batch, {self.num_channels}, ...), got {x.shape}")
        if x.size == self.num_groups:
            raise ValueError(f"{self} expects more than one number to a group, got {x.shape}")
        inside = math.prod(x.shape[1:]) // self.num_groups
        y, _, _ = standardize(x.reshape(len(x), self.num_groups, inside), -1, self.eps)
        return self.scaled(y.reshape(x.shape), (-1, *[1] * (x.ndim - 2)))

    def describe(self):
        affine = f"affine={self.affine}, bias={self.bias is not None}"
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, {affine}"
