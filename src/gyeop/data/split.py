"""Data in two parts: one to learn from, one to be judged by."""

from typing import NamedTuple

import numpy as np


class Split(NamedTuple):
    """`x_train, y_train, x_test, y_test = ...`, or by name. Row i of x belongs to element i of y."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
