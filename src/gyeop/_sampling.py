"""Images read between their pixels."""

import numpy as np


def bilinear(images, y, x):
    """The images' values at rows y and columns x, which need not be whole: weighted by nearness; 0 outside.

    images (batch, height, width) or (batch, channels, height, width), y and x (batch, rows, columns) for each image;
    returns (batch, rows, columns) or (batch, channels, rows, columns) in the images' dtype.
    """
    *batch, height, width = images.shape
    framed = np.zeros((*batch, height + 3, width + 3), images.dtype)  # a row of zeros above the image, two below it
    framed[..., 1 : height + 1, 1 : width + 1] = images
    y, x = np.clip(y, -1, height), np.clip(x, -1, width)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    below, beside = (y - top).astype(images.dtype), (x - left).astype(images.dtype)
    if images.ndim == 4:  # channels last while pixels are looked up, so that one index serves all of them
        framed, below, beside = np.moveaxis(framed, 1, -1), below[..., None], beside[..., None]
    which = np.arange(len(images))[:, None, None]
    upper = framed[which, top + 1, left + 1] * (1 - beside) + framed[which, top + 1, left + 2] * beside
    lower = framed[which, top + 2, left + 1] * (1 - beside) + framed[which, top + 2, left + 2] * beside
    values = upper * (1 - below) + lower * below
    return np.moveaxis(values, -1, 1) if images.ndim == 4 else values
