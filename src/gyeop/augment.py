"""Data augmentation: new training images from old ones, changed in ways that leave the label as it is.

Images are (batch, height, width) or (batch, channels, height, width); row 0 is the top, column 0 the left. Every image
of the batch is changed by its own random draw, all its channels alike. What comes in from outside the image is 0. Flat
rows, as from `load_mnist`, become images by `x.reshape(-1, 28, 28)`: a row does not know its height and width. The
result is a new array of the images' dtype; integers become float64.

Random crops and mirror images: A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet Classification with Deep Convolutional
Neural Networks (2012), section 4.1. Shifted and turned digits: P. Simard, D. Steinkraus, J. Platt, Best Practices for
Convolutional Neural Networks Applied to Visual Document Analysis (2003). Noise: C. Bishop, Training with Noise Is
Equivalent to Tikhonov Regularization (1995).
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._checks import as_float, count, finite, generator, not_empty, number
from ._sampling import bilinear


def _images(images, name):
    images = as_float(images, f"{name}'s images")
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{name} expects images (batch, height, width) or (batch, channels, height, width), got {images.shape}"
        )
    return finite(not_empty(images, f"{name}'s images"), f"{name}'s images")


def _framed(images, pixels):
    """The images with `pixels` zeros on every side."""
    *batch, height, width = images.shape
    framed = np.zeros((*batch, height + 2 * pixels, width + 2 * pixels), images.dtype)
    framed[..., pixels : pixels + height, pixels : pixels + width] = images
    return framed


def _windows(images, height, width, top, left):
    """One part (height, width) of each image: part i begins in row top[i], column left[i]."""
    views = sliding_window_view(images, (height, width), axis=(-2, -1))  # every part there is, and not one copied yet
    return views[np.arange(len(images)), ..., top, left, :, :]


def shift(images, pixels=2, rng=None):
    """Each image moved by whole pixels: (down, right) drawn from -pixels to pixels, both ends included.

    What leaves the image is lost, what comes in is 0. `pixels` is below the images' height and width. The draw is
    `rng.integers(-pixels, pixels + 1, (2, batch))`, down first, then right.

    >>> image = np.arange(1, 10).reshape(1, 3, 3)
    >>> shift(image, pixels=1, rng=4)[0]
    array([[0., 0., 0.],
           [0., 1., 2.],
           [0., 4., 5.]])
    """
    images, pixels = _images(images, "shift"), count(pixels, "shift's pixels", at_least=0)
    height, width = images.shape[-2:]
    if pixels >= min(height, width):
        raise ValueError(f"shift expects pixels below the images' height and width, got {pixels} for {images.shape}")
    down, right = generator(rng).integers(-pixels, pixels + 1, (2, len(images)))
    return _windows(_framed(images, pixels), height, width, top=pixels - down, left=pixels - right)


def rotate(images, degrees=15.0, rng=None):
    """Each image turned about its center, by an angle drawn from -degrees to degrees; positive is counterclockwise.

    The pixel at (y, x) from the center, x to the right and y down, takes the value found by turning back:

        y_from = y cos t + x sin t,   x_from = x cos t - y sin t

    and between four pixels the value is bilinear: their mean, weighted by nearness; outside the image it is 0. The draw
    is `rng.uniform(-degrees, degrees, batch)`.

    >>> image = np.zeros((1, 5, 5))
    >>> image[0, 2] = 1  # a line from left to right
    >>> rotate(image, degrees=45, rng=4)[0].round(1)
    array([[0. , 0. , 0. , 0.1, 0.1],
           [0. , 0. , 0.2, 0.9, 0.4],
           [0. , 0.4, 1. , 0.4, 0. ],
           [0.4, 0.9, 0.2, 0. , 0. ],
           [0.1, 0.1, 0. , 0. , 0. ]])
    """
    images, degrees = _images(images, "rotate"), number(degrees, "rotate's degrees", at_least=0)
    angles = np.deg2rad(generator(rng).uniform(-degrees, degrees, len(images)))
    turned = np.empty(images.shape, images.dtype)
    for start in range(0, len(images), 64):  # a few images at a time stay in the processor's cache
        part = slice(start, start + 64)
        turned[part] = _turned(images[part], angles[part, None, None])
    return turned


def _turned(images, t):
    height, width = images.shape[-2:]
    center_y, center_x = (height - 1) / 2, (width - 1) / 2
    y, x = np.arange(height)[:, None] - center_y, np.arange(width) - center_x
    y_from, x_from = y * np.cos(t) + x * np.sin(t), x * np.cos(t) - y * np.sin(t)  # (batch, height, width)
    return bilinear(images, y_from + center_y, x_from + center_x)


def flip(images, probability=0.5, rng=None):
    """Each image mirrored, left for right, with the given probability: where `rng.random(batch) < probability`.

    Right for photographs of things; a mirrored digit or letter is another one, or none.

    >>> flip([[[1, 2, 3]], [[4, 5, 6]]], rng=0).tolist()
    [[[1.0, 2.0, 3.0]], [[6.0, 5.0, 4.0]]]
    """
    images = _images(images, "flip")
    probability = number(probability, "flip's probability", at_least=0, at_most=1)
    flipped = images.copy()
    mirrored = generator(rng).random(len(images)) < probability
    flipped[mirrored] = images[mirrored][..., ::-1]
    return flipped


def crop(images, height, width, rng=None):
    """A part (height, width) of each image, cut out at a random place: (batch, height, width), channels kept.

    `height` and `width` are at most the images'. The draws are `rng.integers(0, rows_left + 1, batch)` for the top,
    then `rng.integers(0, columns_left + 1, batch)` for the left edge, with what is left over as rows and columns.

    >>> crop(np.arange(16).reshape(1, 4, 4), height=2, width=3, rng=0)[0]
    array([[ 9., 10., 11.],
           [13., 14., 15.]])
    """
    images = _images(images, "crop")
    height, width = count(height, "crop's height"), count(width, "crop's width")
    rows_left, columns_left = images.shape[-2] - height, images.shape[-1] - width
    if rows_left < 0 or columns_left < 0:
        raise ValueError(f"crop expects a part within the images, got {height} x {width} for {images.shape}")
    rng = generator(rng)
    top, left = (rng.integers(0, over + 1, len(images)) for over in (rows_left, columns_left))
    return _windows(images, height, width, top, left)


def noise(images, deviation=0.1, rng=None):
    """images + deviation * N(0, 1), every pixel with a draw of its own: `rng.standard_normal(images.shape)`.

    The sum is not clipped, so that its mean stays: pixels from 0 to 1 leave that range.

    >>> noise(np.ones((1, 1, 3)), deviation=0.1, rng=0).round(2).tolist()
    [[[1.01, 0.99, 1.06]]]
    """
    images, deviation = _images(images, "noise"), number(deviation, "noise's deviation", at_least=0)
    with np.errstate(over="ignore"):  # a sum too large for the dtype is named by `finite`
        noisy = images + (deviation * generator(rng).standard_normal(images.shape)).astype(images.dtype)
    return finite(noisy, f"noise's sum, as {images.dtype},")
