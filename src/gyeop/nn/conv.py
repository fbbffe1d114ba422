"""Convolution of images, with torch.nn.Conv2d's arguments, initialization and state.

What deep learning calls convolution is cross-correlation: a filter is laid over each window of the image, not turned
round first. The pixels of all windows become the columns of a matrix, so that one matrix product does the work, and
gradients go back by the two other products (Chellapilla, Puri, Simard 2006, High performance convolutional neural
networks for document processing). This goes one image at a time, so that the columns never leave the cache.
"""

import math

import numpy as np

from gyeop._checks import count, flag, float_type, generator
from gyeop.autograd.graph import operation
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.module import Module, Parameter
from gyeop.nn.parallel import in_parts
from gyeop.nn.windows import Windows, pair

CACHE = 2**19  # bytes of columns at a time, about what a core's own cache holds beside the rest
OWN_THREADS = (
    2**18
)  # multiplications up to which BLAS computes a product on one thread; parts of a batch share the rest
WORTH_THREADS = 2**24  # multiplications from which starting threads costs less than it saves


class Conv2d(Module):
    """Filters over images: (batch, in_channels, height, width) -> (batch, out_channels, new height, new width).

        y[n, f, r, c] = b[f] + sum over k, i, j of W[f, k, i, j] x[n, k, stride r + dilation i, stride c + dilation j]

    with x padded by zeros on all sides, and the channels k those of f's group. Each new size is
    floor((size + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1. kernel_size, stride, padding and dilation
    are one whole number or two, (vertical, horizontal); padding="valid" is 0, and "same" keeps the image's size (with
    stride 1). A single image without the batch axis gives a single result.

    `weight` is (out_channels, in_channels / groups, kernel height, kernel width) and `bias` (out_channels,), or None
    with bias=False. Both start uniform between -1/sqrt(n) and 1/sqrt(n), n the number of inputs to a unit, as in torch;
    `rng` is a seed or a numpy.random.Generator. The input is cast to the layer's dtype. ValueError for images of the
    wrong shape or too small for one window; a bad argument is a ValueError or a TypeError.

    The same numbers come out to the last bit however many threads there are, as long as an image's product is small
    enough for BLAS to compute on one thread in pieces: gyeop.nn.parallel.

    >>> edges = Conv2d(1, 1, kernel_size=(1, 2), bias=False, dtype=np.float64)
    >>> edges.weight.data = np.array([[[[-1.0, 1.0]]]])
    >>> edges(np.array([[[0.0, 0.0, 1.0, 1.0, 0.0]]])).data
    array([[[ 0.,  1.,  0., -1.]]])
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        dtype=np.float32,
        rng=None,
    ):
        super().__init__()
        self.in_channels = count(in_channels, "Conv2d's in_channels")
        self.out_channels = count(out_channels, "Conv2d's out_channels")
        self.kernel_size = pair(kernel_size, "Conv2d's kernel_size", at_least=1)
        self.stride = pair(stride, "Conv2d's stride", at_least=1)
        self.dilation = pair(dilation, "Conv2d's dilation", at_least=1)
        self.groups = count(groups, "Conv2d's groups")
        if in_channels % groups or out_channels % groups:
            channels = f"{in_channels} in_channels and {out_channels} out_channels"
            raise ValueError(f"Conv2d expects channels that {groups} groups divide evenly, got {channels}")
        self.padding = padding if isinstance(padding, str) else pair(padding, "Conv2d's padding", at_least=0)
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise ValueError(f"Conv2d's padding expects whole numbers, 'same' or 'valid', got {padding!r}")
        if padding == "same" and self.stride != (1, 1):
            raise ValueError(f"Conv2d expects stride 1 with padding 'same', got {stride}")
        dtype, rng = float_type(dtype, "Conv2d's dtype"), generator(rng)
        bias = flag(bias, "Conv2d's bias")
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, shape).astype(dtype))
        self.bias = Parameter(rng.uniform(-bound, bound, out_channels).astype(dtype)) if bias else None

    def forward(self, x):
        x = as_tensor(x, self.weight.dtype)
        if x.ndim not in (3, 4) or x.shape[-3] != self.in_channels:
            expected = f"(batch, {self.in_channels}, height, width) or ({self.in_channels}, height, width)"
            raise ValueError(f"{self} expects {expected}, got {x.shape}")
        windows = Windows(x.shape[-2:], self.kernel_size, self.stride, self._padding(), self.dilation)
        if windows.height < 1 or windows.width < 1:
            raise ValueError(f"{self} expects images of at least {self._smallest()} pixels, got {x.shape}")
        if x.ndim == 4:
            return convolve(x, self.weight, self.bias, windows, self.groups)
        return convolve(x.reshape(1, *x.shape), self.weight, self.bias, windows, self.groups)[0]

    def _padding(self):
        """((top, bottom), (left, right)). What an even kernel needs more on one side stands below and to the right."""
        if self.padding == "valid":
            return (0, 0), (0, 0)
        if self.padding == "same":
            both = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
            return tuple((n // 2, n - n // 2) for n in both)
        return tuple((p, p) for p in self.padding)

    def _smallest(self):
        sizes = zip(self.kernel_size, self.dilation, self._padding(), strict=True)
        return " x ".join(str(max(d * (k - 1) + 1 - sum(p), 1)) for k, d, p in sizes)

    def describe(self):
        """As torch: what has its default is left out."""
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        parts += [f"padding={self.padding}"] if self.padding != (0, 0) else []
        parts += [f"dilation={self.dilation}"] if self.dilation != (1, 1) else []
        parts += [f"groups={self.groups}"] if self.groups != 1 else []
        parts += ["bias=False"] if self.bias is None else []
        return ", ".join(parts)


def convolve(x, weight, bias, windows, groups):
    """The formula of Conv2d on tensors: x (batch, channels, height, width), weight, bias or None."""
    a, w, products = x.data, weight.data, Products(x, weight, windows, groups)
    edges = [
        (x, lambda g: products.by_input(g, a.shape, w)),
        (weight, lambda g: products.by_weight(g, a).reshape(w.shape)),
    ]
    if bias is None:
        return operation("conv", products.forward(a, w, np.zeros((1, 1, 1), w.dtype)), *edges)
    value = products.forward(a, w, bias.data[:, None, None])
    return operation("conv", value, *edges, (bias, lambda g: g.sum(axis=(0, 2, 3))))


class Products:
    """A convolution as matrix products, group by group and for a few images at a time:

        units (filters, positions) = W (filters, taps) columns (taps, positions)

    A column is a window: its `taps` are channels x kernel height x kernel width pixels. With stride 1 a padded image,
    row after row, is one long line, and the windows' pixel (i, j) is that line from i width + j on. So columns are
    made in long runs, if windows that run over the end of a row are taken along; what comes of them is left out.
    """

    def __init__(self, x, weight, windows, groups):
        self.windows, self.groups, self.channels, self.dtype = windows, groups, x.shape[1], weight.dtype
        self.filters, self.taps = weight.shape[0], math.prod(weight.shape[1:])
        self.long = windows.stride == (1, 1)
        self.width = windows.frame[1] if self.long else windows.width
        positions = windows.height * self.width
        small = OWN_THREADS // (self.filters // groups * self.taps)
        self.tile = max((n for n in _divisors(positions) if 16 <= n <= small), default=positions)
        work = len(x) * self.filters * self.taps * positions
        self.shared = work >= WORTH_THREADS and self.tile <= small
        self.images = max(1, CACHE // (self.channels * math.prod(windows.kernel) * positions * self.dtype.itemsize))

    def scratch(self, part):
        """Arrays for a part of the batch: a canvas, the place of the images in it, its windows, and units."""
        n = min(self.images, part.stop - part.start)
        canvas, inside = self.windows.canvas((n, self.channels), self.dtype, spare_rows=1)
        view = self.windows.view(canvas, self.width)
        units = np.zeros((n, self.filters, self.windows.height, self.width), self.dtype)
        return canvas, inside, view, units

    def blocks(self, part):
        """(images, their places in the scratch arrays), both as slices, for as many images as go together."""
        for start in range(part.start, part.stop, self.images):
            stop = min(start + self.images, part.stop)
            yield slice(start, stop), slice(stop - start)

    def tiled(self, array):
        """Columns or units as (images, groups, tiles, taps or filters, positions in a tile): a view."""
        tiles = self.windows.height * self.width // self.tile
        return array.reshape(len(array), self.groups, -1, tiles, self.tile).swapaxes(2, 3)

    def forward(self, x, weight, bias):
        weight = weight.reshape(self.groups, 1, -1, self.taps)
        out = np.empty((len(x), self.filters, self.windows.height, self.windows.width), self.dtype)

        def do(part):
            _, inside, view, units = self.scratch(part)
            columns = np.empty(view.shape, self.dtype)
            for images, here in self.blocks(part):
                inside[here] = x[images]
                columns[here] = view[here]
                np.matmul(weight, self.tiled(columns[here]), out=self.tiled(units[here]))
                np.add(units[here, ..., : self.windows.width], bias, out=out[images])

        in_parts(do, len(x), self.shared)
        return out

    def by_weight(self, upstream, x):
        """(groups, filters, taps): units' gradients times the columns, transposed, added up over the images."""

        def do(part):
            _, inside, view, units = self.scratch(part)
            columns = np.empty(view.shape, self.dtype)
            total = np.zeros((self.groups, self.taps, self.filters // self.groups), self.dtype)
            for images, here in self.blocks(part):
                inside[here] = x[images]
                columns[here] = view[here]
                units[here, ..., : self.windows.width] = upstream[images]
                total += (self.tiled(columns[here]) @ self.tiled(units[here]).swapaxes(-1, -2)).sum(axis=(0, 2))
            return total

        parts = in_parts(do, len(x), self.shared)
        return sum(parts, np.zeros((self.groups, self.taps, self.filters // self.groups), self.dtype)).swapaxes(1, 2)

    def by_input(self, upstream, shape, weight):
        """The columns' gradient, W^T times that of the units, with each pixel's share in every window added up."""
        weight = weight.reshape(self.groups, 1, -1, self.taps).swapaxes(-1, -2)
        out = np.empty(shape, self.dtype)

        def do(part):
            canvas, inside, view, units = self.scratch(part)
            shares = np.zeros((*view.shape[:-2], canvas.shape[-2], self.width), self.dtype)
            columns, diagonals = shares[..., : self.windows.height, :], self.windows.diagonals(shares)
            for images, here in self.blocks(part):
                units[here, ..., : self.windows.width] = upstream[images]
                np.matmul(weight, self.tiled(units[here]), out=self.tiled(columns[here]))
                if self.long:
                    np.sum(diagonals[here], axis=(2, 3), out=canvas[here])
                else:
                    canvas[here] = 0
                    for i, j in np.ndindex(self.windows.kernel):
                        view[here, :, i, j] += columns[here, :, i, j]
                out[images] = inside[here]

        in_parts(do, len(upstream), self.shared)
        return out


def _divisors(n):
    """
    >>> sorted(_divisors(12))
    [1, 2, 3, 4, 6, 12]
    """
    return {d for low in range(1, math.isqrt(n) + 1) if n % low == 0 for d in (low, n // low)}
