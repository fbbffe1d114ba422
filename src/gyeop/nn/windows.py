"""Windows that slide over padded images: the geometry that convolution and pooling share.

Along one axis n pixels, padded by p before and q after, hold

    floor((n + p + q - dilation (k - 1) - 1) / stride) + 1

windows of k pixels (Dumoulin and Visin 2016, A guide to convolution arithmetic for deep learning). No pixel is copied
to form them: a view with strides of its own names every pixel of every window.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from gyeop._checks import count


def pair(value, name, at_least):
    """(vertical, horizontal) from one whole number for both, or from two."""
    values = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(values) != 2:
        raise ValueError(f"{name} expects one whole number or two, got {value!r}")
    return tuple(count(v, name, at_least) for v in values)


class Windows:
    """Where the windows of a layer lie over images of `image` = (height, width).

    kernel, stride and dilation are (vertical, horizontal), padding ((top, bottom), (left, right)). `ceil_mode` allows a
    last window that reaches beyond the padding, if it starts in the image or in the padding before it. `height` and
    `width` count the windows, 0 or less where not even one fits.

    >>> windows = Windows((4, 4), (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1))
    >>> windows.height, windows.width
    (4, 4)
    """

    def __init__(self, image, kernel, stride, padding, dilation, ceil_mode=False):
        self.image, self.kernel, self.stride, self.dilation = image, kernel, stride, dilation
        self.padding, counts, frame = padding, [], []
        for n, k, s, (before, after), d in zip(image, kernel, stride, padding, dilation, strict=True):
            reach = d * (k - 1) + 1  # from the first to the last pixel of a window
            room = n + before + after - reach
            windows = (-(-room // s) if ceil_mode else room // s) + 1
            if ceil_mode and (windows - 1) * s >= n + before:
                windows -= 1
            counts.append(windows)
            frame.append(max(n + before + after, (windows - 1) * s + reach))
        (self.height, self.width), self.frame = counts, tuple(frame)

    def canvas(self, axes, dtype, fill=0, spare_rows=0):
        """(canvas, inside): an array (*axes, padded height + spare_rows, padded width) of `fill`, and the view on it
        where images (*axes, height, width) belong.
        """
        canvas = np.full((*axes, self.frame[0] + spare_rows, self.frame[1]), fill, dtype)
        (top, _), (left, _) = self.padding
        return canvas, canvas[..., top : top + self.image[0], left : left + self.image[1]]

    def view(self, canvas, width=None):
        """(..., kernel height, kernel width, height, width): pixel (i, j) of each window, for each i and j.

        A view on `canvas`, a padded array, in which pixels appear as often as windows share them. `width` counts the
        windows in a row if it is not to be self.width.
        """
        *before, vertical, horizontal = canvas.strides
        (down, right), (across, along) = self.dilation, self.stride
        return as_strided(
            canvas,
            (*canvas.shape[:-2], *self.kernel, self.height, self.width if width is None else width),
            (*before, down * vertical, right * horizontal, across * vertical, along * horizontal),
        )

    def diagonals(self, shares):
        """The way back from `view` with stride 1: what each pixel of a canvas gets as pixel (i, j) of a window.

        `shares` (..., kernel height, kernel width, rows, columns) holds in [..., i, j, r, c] what the window that
        starts in row r, column c of the canvas has for its pixel (i, j), and 0 where no window starts. That pixel is in
        row r + dilation i and column c + dilation j, so the result is `shares` with each (i, j) moved on by so much, as
        a view. What is moved out at the end of one (i, j), zeros, comes in at the start of the next. The sum over i and
        j is then the gradient by the canvas.
        """
        *before, vertical, horizontal, row, column = shares.strides
        down, right = self.dilation
        moved = vertical - down * row, horizontal - right * column
        return as_strided(shares, shares.shape, (*before, *moved, row, column))
