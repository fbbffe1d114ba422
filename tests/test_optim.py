"""Gradient descent, and the optimizers held to torch.optim step for step."""

import numpy as np
import pytest

from gyeop.optim import Path, gradient_descent


def test_gradient_descent_follows_the_formula():
    path = gradient_descent(lambda x: 2 * x, start=[1.0, -3.0], lr=0.1)
    assert isinstance(path, Path)
    assert path.converged
    np.testing.assert_allclose(path.points, np.outer(0.8 ** np.arange(len(path.points)), [1.0, -3.0]), rtol=1e-9)
    assert np.linalg.norm(2 * path.points[-1]) <= 1e-6 < np.linalg.norm(2 * path.points[-2])


def test_a_start_at_the_minimum_is_the_whole_path():
    assert gradient_descent(lambda x: 2 * x, 0.0) == Path(np.array([0.0]), True)


def test_numbers_shapes_and_dtypes():
    assert gradient_descent(lambda x: x, 3).points.dtype == np.float64
    assert gradient_descent(lambda x: x, np.float32(3)).points.dtype == np.float32
    assert gradient_descent(lambda x: x, np.ones((2, 3)), max_steps=5).points.shape == (6, 2, 3)
    start = np.ones(2)
    start.flags.writeable = False
    gradient_descent(lambda x: np.multiply(x, 2, out=x), start, max_steps=3)
    assert start.tolist() == [1, 1]


def test_it_says_when_it_did_not_arrive():
    short = gradient_descent(lambda x: 2 * x, 1.0, lr=0.01, max_steps=10)
    assert (short.converged, len(short.points)) == (False, 11)
    assert gradient_descent(lambda x: 2 * x, 1.0, max_steps=0).points.tolist() == [1.0]


@pytest.mark.parametrize("gradient", [lambda x: 2 * x, lambda x: 4 * x**3 - 2 * x])
def test_running_off_ends_before_infinity_and_without_a_warning(gradient):
    path = gradient_descent(gradient, 3.0, lr=1.5)
    assert not path.converged
    assert np.isfinite(path.points).all()
    assert abs(path.points[-1]) > 1e100


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: gradient_descent(lambda x: x, [np.nan]),
            ValueError,
            "start expects finite numbers, got nan at index 0",
        ),
        (lambda: gradient_descent(lambda x: x, "a"), TypeError, "real numbers"),
        (lambda: gradient_descent(lambda x: x[:, None], [1.0, 2.0]), ValueError, r"shape \(2,\), got \(2, 1\)"),
        (lambda: gradient_descent(lambda x: x * np.nan, [1.0]), ValueError, "gradient at the start"),
        (lambda: gradient_descent(lambda x: x, 1.0, lr=-0.1), ValueError, "lr expects a finite number > 0, got -0.1"),
        (lambda: gradient_descent(lambda x: x, 1.0, eps=-1), ValueError, "eps expects"),
        (lambda: gradient_descent(lambda x: x, 1.0, max_steps=-1), ValueError, "at least 0, got -1"),
        (lambda: gradient_descent(lambda x: x, 1.0, max_steps=1.5), TypeError, "whole number"),
    ],
)
def test_gradient_descent_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call()
