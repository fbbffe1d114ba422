"""Data: small real sets that ship with the library, generated sets, and what turns data into batches.

Every source and licence stands in the docstring of its function and in README.md beside this file.
"""

from .generated import make_moons, make_spirals, make_xor
from .prepare import batches, min_max_scale, standardize, train_test_split
from .real import FASHION_MNIST_CLASSES, load_digits, load_fashion_mnist, load_mnist
from .split import Split
from .text import load_constitution

__all__ = [
    "FASHION_MNIST_CLASSES",
    "Split",
    "batches",
    "load_constitution",
    "load_digits",
    "load_fashion_mnist",
    "load_mnist",
    "make_moons",
    "make_spirals",
    "make_xor",
    "min_max_scale",
    "standardize",
    "train_test_split",
]
