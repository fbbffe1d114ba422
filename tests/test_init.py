"""Initial weights: fans as torch counts them, and the distributions themselves."""

import numpy as np
import pytest
import torch

from gyeop import init

ALL = [init.zeros, init.normal, init.xavier_uniform, init.xavier_normal, init.he_uniform, init.he_normal]
TORCH = {
    init.xavier_uniform: torch.nn.init.xavier_uniform_,
    init.xavier_normal: torch.nn.init.xavier_normal_,
    init.he_uniform: lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    init.he_normal: lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
}


@pytest.mark.parametrize("f", TORCH, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(300, 120), (64, 40, 5, 3)])
def test_same_distribution_as_torch(f, shape):
    torch.manual_seed(0)
    ours, theirs = f(shape, rng=0), TORCH[f](torch.empty(shape, dtype=torch.float64)).numpy()
    assert ours.shape == shape
    # about 36,000 draws: 2 % is over five standard errors of a standard deviation
    np.testing.assert_allclose(ours.std(), theirs.std(), rtol=0.02)
    assert abs(ours.mean()) < 0.02 * ours.std()
    if "uniform" in f.__name__:  # the largest of so many draws lies just below the bound
        np.testing.assert_allclose(np.abs(ours).max(), np.abs(theirs).max(), rtol=0.002)
    else:
        assert np.abs(ours).max() > 3.5 * ours.std()


def test_closed_forms():
    assert not init.zeros((3, 2)).any()
    np.testing.assert_allclose(init.normal((200, 200), rng=1).std(), 0.01, rtol=0.02)
    np.testing.assert_allclose(init.normal((200, 200), rng=1, std=2.0).std(), 2, rtol=0.02)
    np.testing.assert_allclose(init.he_normal((200, 50), rng=1).std(), (2 / 50) ** 0.5, rtol=0.03)
    np.testing.assert_allclose(init.xavier_normal((200, 50), rng=1).std(), (2 / 250) ** 0.5, rtol=0.03)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (1, 1, 1, 1), (2, 3, 5, 7)], ids=str)
def test_fans_of_a_single_feature_a_single_unit_and_a_window(shape):
    """Each draw is the draw of a plain generator, scaled by the formula."""
    inputs, outputs = np.prod(shape[1:]), shape[0] * np.prod(shape[2:])
    gauss, flat = np.random.default_rng(3).normal(size=shape), np.random.default_rng(3).uniform(-1, 1, shape)
    for f, expected in (
        (init.he_normal, gauss * np.sqrt(2 / inputs)),
        (init.he_uniform, flat * np.sqrt(6 / inputs)),
        (init.xavier_normal, gauss * np.sqrt(2 / (inputs + outputs))),
        (init.xavier_uniform, flat * np.sqrt(6 / (inputs + outputs))),
    ):
        np.testing.assert_allclose(f(shape, rng=3), expected, rtol=1e-10)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
def test_seeds_generators_and_dtypes(f):
    before = np.random.get_state()[1].copy()
    a, b = f((4, 3), rng=7), f([4, 3], rng=np.random.default_rng(7))
    np.testing.assert_array_equal(a, b)
    single = f((4, 3), rng=7, dtype=np.float32)
    assert (a.dtype, single.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(single, a, rtol=1e-6)
    generator = np.random.default_rng(7)
    f((4, 3), rng=generator)
    assert f is init.zeros or not np.array_equal(f((4, 3), rng=generator), a)  # a generator moves on
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"shape": 3}, TypeError),
        ({"shape": "32"}, TypeError),
        ({"shape": (3, 0)}, ValueError),
        ({"shape": (3, -1)}, ValueError),
        ({"shape": (3, 2.0)}, TypeError),
        ({"shape": ()}, ValueError),
        ({"shape": (3, 2), "dtype": int}, TypeError),
    ],
)
def test_refusals(f, arguments, error):
    with pytest.raises(error, match=rf"{f.__name__}|dtype"):
        f(**arguments)


def test_fans_need_two_axes_and_seeds_are_whole():
    with pytest.raises(ValueError, match=r"at least 2 numbers, got \(3,\)"):
        init.he_normal((3,))
    for bad in (-1, 0.5, "seed"):
        with pytest.raises((TypeError, ValueError), match="rng"):
            init.normal((2, 2), rng=bad)
    with pytest.raises(ValueError, match="std"):
        init.normal((2, 2), std=-1)


def test_chrono_spreads_the_spans_of_an_lstms_units_evenly():
    i, f, g, o = init.chrono((40000,), rng=0, longest=50).reshape(4, -1)
    assert np.array_equal(i, -f)
    assert not g.any()
    assert not o.any()
    spans = 1 / (1 - 1 / (1 + np.exp(-f)))  # of sigmoid(f), to the power of the span, 1/e is left
    assert spans.min() >= 2
    assert spans.max() <= 50
    np.testing.assert_allclose(np.quantile(spans, [0.01, 0.25, 0.5, 0.75, 0.99]), [2.48, 14, 26, 38, 49.52], atol=1)
    single = init.chrono([8], rng=7, dtype=np.float32, longest=50)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, init.chrono((8,), rng=np.random.default_rng(7), longest=50), rtol=1e-6)
    for shape in ((6,), (4, 2)):
        with pytest.raises(ValueError, match=r"chrono expects shape \(4 units,\), got \("):
            init.chrono(shape)
    with pytest.raises(ValueError, match="longest expects a finite number > 2, got 2"):
        init.chrono((4,), longest=2)
