"""Data: small real sets that ship with the library, generated sets, and what turns data into batches.

Every source and licence stands in the docstring of its function and in README.md beside this file.
"""

from .detection import FOODS, Detection, make_detection
from .faces import Faces, make_faces
from .fruit import FRUITS, make_fruit
from .generated import make_moons, make_spirals, make_xor
from .prepare import batches, min_max_scale, standardize, train_test_split
from .real import FASHION_MNIST_CLASSES, load_digits, load_fashion_mnist, load_mnist
from .split import Split
from .text import load_constitution
from .tones import EMOTIONS, GLIDES, SAMPLE_RATE, Tones, make_tones

__all__ = [
    "EMOTIONS",
    "FASHION_MNIST_CLASSES",
    "FOODS",
    "FRUITS",
    "GLIDES",
    "SAMPLE_RATE",
    "Detection",
    "Faces",
    "Split",
    "Tones",
    "batches",
    "load_constitution",
    "load_digits",
    "load_fashion_mnist",
    "load_mnist",
    "make_detection",
    "make_faces",
    "make_fruit",
    "make_moons",
    "make_spirals",
    "make_tones",
    "make_xor",
    "min_max_scale",
    "standardize",
    "train_test_split",
]
