"""Normalization of channels with running statistics: batch norm and instance norm, with torch.nn's arguments and state.

In training the mean and the variance are those of the batch (Ioffe and Szegedy 2015) or of each image (Ulyanov et al.
2016, Instance normalization: the missing ingredient for fast stylization); in evaluation they are running means of what
training has seen, if those are tracked. The normalizing step itself is in gyeop.nn.normalization.
"""

import math
from typing import Any

import numpy as np

from gyeop._checks import count, flag, number
from gyeop.autograd.graph import operation, quiet
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.normalization import Normalization, standardize


class RunningNorm(Normalization):
    """What batch and instance norm share: running statistics, and when they stand in for those of the input."""

    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(self, num_features, eps, momentum, affine, track_running_stats, bias, dtype):
        super().__init__()
        layer = type(self).__name__
        self.num_features = count(num_features, f"{layer}'s num_features")
        self.momentum = None if momentum is None else number(momentum, f"{layer}'s momentum", at_least=0, at_most=1)
        self.affine = flag(affine, f"{layer}'s affine")
        self.track_running_stats = flag(track_running_stats, f"{layer}'s track_running_stats")
        self.start(eps, self.num_features, affine, bias, dtype)
        tracks = self.track_running_stats
        self.running_mean: Any = np.zeros(self.num_features, dtype) if tracks else None
        self.running_var: Any = np.ones(self.num_features, dtype) if tracks else None
        self.num_batches_tracked: Any = np.array(0) if tracks else None

    def checked(self, x, shapes):
        """The input as a tensor, if it has as many axes as one of `shapes` and num_features channels in theirs."""
        x = self.tensor(x) if self.running_mean is None else as_tensor(x, self.running_mean.dtype)
        if not any(x.ndim == len(s) and x.shape[s.index("channels")] == self.num_features for s in shapes):
            names = [", ".join(s).replace("channels", str(self.num_features)) for s in shapes]
            raise ValueError(f"{self} expects {' or '.join(f'({n})' for n in names)}, got {x.shape}")
        return x

    @quiet
    def normalized(self, x, axes):
        """x normalized over `axes`, then scaled. In training the running statistics move along."""
        channels = (-1, *[1] * (x.ndim - 2))
        if self.track_running_stats and not self.training:
            scale = (1 / np.sqrt(self.running_var + self.eps)).reshape(channels)
            y = (x.data - self.running_mean.reshape(channels)) * scale
            return self.scaled(operation("standardize", y, (x, lambda g: g * scale)), channels)
        n = math.prod(x.shape[axis] for axis in axes)
        if n == 1:
            raise ValueError(f"{self} expects more than one value to a mean in training, got {x.shape}")
        y, mean, variance = standardize(x, axes, self.eps)
        if self.track_running_stats:
            share = self.new_share()
            self.running_mean = _moved(self.running_mean, mean, share)
            unbiased = variance * (n / (n - 1))  # an estimate of the variance of all data, not of this batch
            self.running_var = _moved(self.running_var, unbiased, share)
        return self.scaled(y, channels)

    def new_share(self):
        """The share of this batch in the running statistics, called once for each batch."""
        return self.momentum or 0.0

    def describe(self):
        affine = f"affine={self.affine}, bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, {affine}"


def _moved(running, statistic, momentum):
    """(1 - momentum) running + momentum statistic, the latter averaged over the batch where each image has its own."""
    if not statistic.size:  # of an empty batch
        return running
    batch = statistic.reshape(-1, len(running)).mean(axis=0)
    return ((1 - momentum) * running + momentum * batch).astype(running.dtype)


class BatchNorm(RunningNorm):
    """What BatchNorm1d and BatchNorm2d share: all but the shapes that they take."""

    shapes: tuple[tuple[str, ...], ...] = ()

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        dtype=np.float32,
        *,
        bias=True,
    ):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x):
        x = self.checked(x, self.shapes)
        return self.normalized(x, (0, *range(2, x.ndim)))

    def new_share(self):
        self.num_batches_tracked = self.num_batches_tracked + 1
        return 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum


class BatchNorm1d(BatchNorm):
    """Each feature normalized over the batch: (batch, num_features), or (batch, num_features, length) over both others.

        y = (x - mean) / sqrt(variance + eps) * weight + bias

    In training mean and variance are those of the batch; running_mean and running_var, which stand in for them in
    evaluation, move towards the batch's mean and unbiased variance, r <- (1 - momentum) r + momentum s, or with
    momentum=None are the plain means over all batches. With track_running_stats=False there are none, and the batch's
    own always serve. `weight` (ones at first) and `bias` (zeros) are (num_features,); with affine=False there are none.
    One value per feature in training, another shape and a bad argument are a ValueError or a TypeError.

    >>> layer = BatchNorm1d(2, dtype=np.float64)
    >>> layer(np.array([[1.0, 10.0], [3.0, 30.0]])).data.round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> layer.running_mean, layer.running_var
    (array([0.2, 2. ]), array([ 1.1, 20.9]))
    """

    shapes = ("batch", "channels"), ("batch", "channels", "length")


class BatchNorm2d(BatchNorm):
    """Each channel normalized over batch, height and width, (batch, num_features, height, width); else as BatchNorm1d.

    >>> x = np.arange(8.0).reshape(2, 1, 2, 2)
    >>> BatchNorm2d(1, dtype=np.float64)(x).data.round(2)[1]
    array([[[0.22, 0.65],
            [1.09, 1.53]]])
    """

    shapes = (("batch", "channels", "height", "width"),)


class InstanceNorm2d(RunningNorm):
    """Each channel of each image normalized over its own pixels: (batch, num_features, height, width), or one image.

    An image's own brightness and contrast go: those of two photographs of one scene become equal. By default nothing is
    learned and nothing tracked. With track_running_stats, evaluation uses running means over all images instead, as in
    BatchNorm1d (momentum=None leaves them as they are); with affine=True there are a weight and a bias per channel.
    A single pixel in training, another shape and a bad argument are a ValueError or a TypeError.

    >>> x = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    >>> layer = InstanceNorm2d(1)
    >>> np.allclose(layer(x).data, layer(10 * x + 100).data, atol=1e-4)
    True
    """

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=False,
        track_running_stats=False,
        dtype=np.float32,
        *,
        bias=True,
    ):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x):
        x = self.checked(x, (("batch", "channels", "height", "width"), ("channels", "height", "width")))
        images = x if x.ndim == 4 else x.reshape(1, *x.shape)
        y = self.normalized(images, (2, 3))
        return y if x.ndim == 4 else y.reshape(x.shape)
