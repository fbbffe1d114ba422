"""Pooling: one number for each window of an image, with torch.nn's names and arguments.

Maximum: Zhou and Chellappa 1988; Riesenhuber and Poggio 1999. Average: the subsampling of LeCun et al. 1989.
"""

import numpy as np

from gyeop._checks import count, flag
from gyeop.autograd import Tensor
from gyeop.autograd.graph import operation, quiet
from gyeop.nn.module import Module
from gyeop.nn.windows import Windows, pair


class Pool(Module):
    """What both share: where the windows lie, and the checks. Sizes are kept as they came, for torch prints them so."""

    def __init__(self, kernel_size, stride, padding, dilation, ceil_mode):
        super().__init__()
        layer = type(self).__name__
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, flag(ceil_mode, f"{layer}'s ceil_mode")
        self._kernel = pair(self.kernel_size, f"{layer}'s kernel_size", at_least=1)
        self._stride = pair(self.stride, f"{layer}'s stride", at_least=1)
        self._padding = pair(self.padding, f"{layer}'s padding", at_least=0)
        self._dilation = pair(self.dilation, f"{layer}'s dilation", at_least=1)
        if any(p > k // 2 for p, k in zip(self._padding, self._kernel, strict=True)):
            half = f"padding of at most half of kernel_size {self._kernel}"
            raise ValueError(f"{layer} expects {half}, got {self._padding}")

    def slide(self, x):
        """The input as a tensor, and its windows."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        if x.ndim not in (3, 4) or 0 in x.shape[-3:]:
            raise ValueError(
                f"{self} expects (batch, channels, height, width) or (channels, height, width), got {x.shape}"
            )
        padding = tuple((p, p) for p in self._padding)
        windows = Windows(x.shape[-2:], self._kernel, self._stride, padding, self._dilation, self.ceil_mode)
        if windows.height < 1 or windows.width < 1:
            sizes = zip(self._kernel, self._dilation, self._padding, strict=True)
            smallest = " x ".join(str(d * (k - 1) + 1 - 2 * p) for k, d, p in sizes)
            raise ValueError(f"{self} expects images of at least {smallest} pixels, got {x.shape}")
        return x, windows


class MaxPool2d(Pool):
    """The largest pixel of each window: (batch, channels, height, width) -> (batch, channels, new height, new width).

    Each new size is floor((size + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1; `ceil_mode` rounds up, if
    the last window still starts in the image or in the padding before it. `stride` is kernel_size if it is None; sizes
    are one whole number or two, (vertical, horizontal). What is padded is never the largest. Of equals the first, row
    by row, takes the whole gradient. (channels, height, width) works too. A wrong shape, an image too small and a bad
    argument are a ValueError or a TypeError.

    >>> x = Tensor([[[1.0, 2.0, 0.0, 0.0], [4.0, 3.0, 0.0, 5.0]]], requires_grad=True)
    >>> y = MaxPool2d(2)(x)
    >>> y.data
    array([[[4., 5.]]])
    >>> y.sum().backward()
    >>> x.grad
    array([[[0., 0., 0., 0.],
            [1., 0., 0., 1.]]])
    """

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
        super().__init__(kernel_size, stride, padding, dilation, ceil_mode)

    @quiet
    def forward(self, x):
        x, windows = self.slide(x)
        canvas, inside = windows.canvas(x.shape[:-2], x.dtype, fill=-np.inf)
        inside[...] = x.data
        pixels = windows.view(canvas)  # (..., kernel height, kernel width, new height, new width)
        value = pixels[..., 0, 0, :, :].copy()
        for i, j in np.ndindex(windows.kernel):
            np.maximum(value, pixels[..., i, j, :, :], out=value)

        def back(g):
            gradient, inside = windows.canvas(x.shape[:-2], g.dtype)
            shares, waiting = windows.view(gradient), np.ones(value.shape, bool)
            for i, j in np.ndindex(windows.kernel):
                pixel = pixels[..., i, j, :, :]
                largest = waiting & ((pixel == value) | np.isnan(pixel))
                shares[..., i, j, :, :] += largest * g
                waiting ^= largest
            return inside

        return operation("max pool", value, (x, back))

    def describe(self):
        sizes = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{sizes}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class AvgPool2d(Pool):
    """The mean of each window: (batch, channels, height, width) -> (batch, channels, new height, new width).

    Sizes as in MaxPool2d, without dilation. With `count_include_pad` the zeros of the padding count as pixels; without,
    the sum is divided by the number of the image's own pixels; with `divisor_override` by that number.

    >>> AvgPool2d(2)(np.array([[[1.0, 2.0, 0.0, 0.0], [4.0, 3.0, 0.0, 4.0]]])).data
    array([[[2.5, 1. ]]])
    """

    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        super().__init__(kernel_size, stride, padding, 1, ceil_mode)
        if divisor_override is not None:
            divisor_override = count(divisor_override, "AvgPool2d's divisor_override")
        self.count_include_pad = flag(count_include_pad, "AvgPool2d's count_include_pad")
        self.divisor_override = divisor_override

    @quiet
    def forward(self, x):
        x, windows = self.slide(x)
        canvas, inside = windows.canvas(x.shape[:-2], x.dtype)
        inside[...] = x.data
        pixels, divisor = windows.view(canvas), self._divisor(windows).astype(x.dtype)
        value = np.zeros((*x.shape[:-2], windows.height, windows.width), x.dtype)
        for i, j in np.ndindex(windows.kernel):
            value += pixels[..., i, j, :, :]

        def back(g):
            gradient, inside = windows.canvas(x.shape[:-2], g.dtype)
            shares, each = windows.view(gradient), g / divisor
            for i, j in np.ndindex(windows.kernel):
                shares[..., i, j, :, :] += each
            return inside

        return operation("average pool", value / divisor, (x, back))

    def _divisor(self, windows):
        """What each window's sum is divided by: an array that broadcasts to (new height, new width)."""
        if self.divisor_override is not None:
            return np.full((1, 1), self.divisor_override)
        lengths = []
        for n, p, k, s, new in zip(
            windows.image, self._padding, self._kernel, self._stride, (windows.height, windows.width), strict=True
        ):
            start = np.arange(new) * s - p
            stop = np.minimum(start + k, n + p)
            lengths.append(stop - start if self.count_include_pad else np.minimum(stop, n) - np.maximum(start, 0))
        return lengths[0][:, None] * lengths[1]

    def describe(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
