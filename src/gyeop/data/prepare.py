"""What stands between data and a network: split it, scale it, hand it out in batches."""

import numpy as np

from .._checks import as_array, as_float, count, finite, generator, number, rows
from .split import Split


def _rows_and_targets(x, y, name):
    """x and y as arrays with one row, or element, for each sample."""
    x, y = finite(as_float(x, f"{name}'s x"), f"{name}'s x"), as_array(y, f"{name}'s y")
    if y.dtype.kind not in "iu":
        y = finite(as_float(y, f"{name}'s y"), f"{name}'s y")
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or len(x) == 0:
        raise ValueError(f"{name} expects one row of y for each row of x, got x {x.shape} and y {y.shape}")
    return x, y


def train_test_split(x, y, test_fraction=0.2, rng=None):
    """Shuffle the samples and hold out round(n test_fraction) of them, at least one; a `Split` of new arrays.

    x (n, ...) and y (n, ...). The order of the result is x_train, y_train, x_test, y_test, as from `load_mnist`.

    >>> x_train, y_train, x_test, y_test = train_test_split(np.arange(10).reshape(5, 2), np.arange(5), 0.4, rng=0)
    >>> x_train.shape, x_test.shape, bool((x_test[:, 0] == 2 * y_test).all())
    ((3, 2), (2, 2), True)
    """
    x, y = _rows_and_targets(x, y, "train_test_split")
    held_out = max(1, round(len(x) * number(test_fraction, "train_test_split's test_fraction", above=0, below=1)))
    if held_out >= len(x):
        raise ValueError(f"train_test_split expects samples left to train with, got {held_out} of {len(x)} held out")
    order = generator(rng).permutation(len(x))
    test, train = order[:held_out], order[held_out:]
    return Split(x[train], y[train], x[test], y[test])


def batches(x, y, batch_size, rng=None):
    """Go once through all samples in a random order: pairs of x (batch_size, ...) and y (batch_size, ...).

    The last batch is smaller if batch_size does not divide the number of samples. One call is one epoch.

    >>> [(len(xs), len(ys)) for xs, ys in batches(np.ones((5, 2)), np.arange(5), batch_size=2, rng=0)]
    [(2, 2), (2, 2), (1, 1)]
    """
    x, y = _rows_and_targets(x, y, "batches")
    batch_size = count(batch_size, "batches's batch_size")
    order = generator(rng).permutation(len(x))
    indices = (order[start : start + batch_size] for start in range(0, len(x), batch_size))
    return ((x[index], y[index]) for index in indices)


def _columns(x, reference, name):
    """x and reference as rows with a power of two taken out of each column; where reference is flat; the dtype of x.

    The largest number of a column of `reference` then lies between 1/2 and 1, by size: no difference and no square of
    it overflows or vanishes, and no digit is lost. A flat column stays as it is.
    """
    x = rows(x, f"{name}'s x")
    reference = x if reference is None else rows(reference, f"{name}'s reference", columns=x.shape[1])
    wide = np.result_type(x.dtype, reference.dtype, np.float32)
    flat = reference.max(axis=0) == reference.min(axis=0)
    exponents = np.where(flat, 0, np.frexp(np.abs(reference).max(axis=0))[1])
    return np.ldexp(x.astype(wide), -exponents), np.ldexp(reference.astype(wide), -exponents), flat, x.dtype


def standardize(x, reference=None):
    """(x - mean) / standard deviation, column by column: mean 0 and deviation 1. x (batch, features).

    Mean and deviation are those of `reference`, x itself if it is None. Test data are scaled by the training data's:
    `standardize(x_test, reference=x_train)`. A column without any spread is only shifted. A result beyond the numbers
    of its dtype is infinite.

    >>> standardize([[1.0, 7.0], [3.0, 7.0]]).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    with np.errstate(over="ignore"):
        x, reference, flat, dtype = _columns(x, reference, "standardize")
        mean, deviation = np.array(reference[0]), np.ones_like(reference[0])
        mean[~flat] = reference[:, ~flat].mean(axis=0)  # of a flat column, rounding could move it, and give a spread
        deviation[~flat] = reference[:, ~flat].std(axis=0)
        return ((x - mean) / deviation).astype(dtype)


def min_max_scale(x, reference=None):
    """(x - min) / (max - min), column by column: 0 to 1. x (batch, features).

    Minimum and maximum are those of `reference`, x itself if it is None, as in `standardize`; other data may then
    leave 0 to 1. A column without any spread is only shifted.

    >>> min_max_scale([[1.0, 7.0], [3.0, 7.0], [2.0, 7.0]]).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]]
    """
    with np.errstate(over="ignore"):
        x, reference, flat, dtype = _columns(x, reference, "min_max_scale")
        low, high = reference.min(axis=0), reference.max(axis=0)
        return ((x - low) / np.where(flat, x.dtype.type(1), high - low)).astype(dtype)
