"""The shipped data are what their sources say, and what prepares data keeps rows and targets together."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits as sklearn_digits
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import gyeop.data
from gyeop import data

HERE = Path(gyeop.data.__file__).parent


def test_digits_are_those_of_scikit_learn():
    x, y = data.load_digits()
    source = sklearn_digits()
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(x * 16, source.data)
    np.testing.assert_array_equal(y, source.target)


def test_mnist_is_balanced_and_split_without_overlap():
    split = data.load_mnist()
    assert (split.x_train.shape, split.x_test.shape) == ((4000, 784), (1000, 784))
    assert (split.x_train.dtype, split.y_train.dtype) == (np.float32, np.int64)
    assert np.bincount(split.y_train).tolist() == [400] * 10
    assert np.bincount(split.y_test).tolist() == [100] * 10
    assert (split.x_train.min(), split.x_train.max()) == (0, 1)
    assert not {row.tobytes() for row in split.x_train} & {row.tobytes() for row in split.x_test}


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("digits.npz", "f10b077e7e3037d11006b85b6b71a63e15b2bf746d91c4e4122e42d304e5e54b"),
        ("mnist.npz", "29d778ca11c2acf053d30062f3d9de1b13471c901da12633f090f1aeedcc65bd"),
    ],
)
def test_the_shipped_bytes(name, digest):
    assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == digest
    assert (HERE / name).stat().st_size < 1_000_000


@pytest.mark.parametrize("load", [data.load_digits, data.load_mnist])
def test_each_call_gives_arrays_of_its_own(load):
    load()[0][:] = 7
    assert load()[0].max() == 1


@pytest.mark.parametrize("load", [data.load_digits, data.load_mnist])
def test_source_and_licence_are_named(load):
    assert "Source:" in load.__doc__
    assert "Licence: CC BY" in load.__doc__
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for file in HERE.glob("*.npz"):
        assert f"`{file.name}`" in readme


@pytest.mark.parametrize("make", [data.make_moons, data.make_xor, data.make_spirals])
def test_generated_data(make):
    x, y = make(101, noise=0.2, rng=3)
    again, _ = make(101, noise=0.2, rng=np.random.default_rng(3))
    assert (x.shape, y.shape, x.dtype, y.dtype) == ((101, 2), (101,), np.float64, np.int64)
    np.testing.assert_array_equal(x, again)
    counts = np.bincount(y)
    assert counts.max() - counts.min() <= 1
    for bad in ({"n": 0}, {"n": 2.5}, {"noise": -1}, {"noise": "x"}, {"rng": "x"}):
        with pytest.raises((TypeError, ValueError), match=rf"{make.__name__}|rng"):
            make(**bad)


def test_generated_shapes_are_the_described_ones():
    x, y = data.make_moons(500, noise=0, rng=0)
    np.testing.assert_allclose(np.hypot(*x[y == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*(x[y == 1] - [1, 0.5]).T), 1)
    x, y = data.make_spirals(500, classes=4, noise=0, rng=0)
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    turns = (angle / (2 * np.pi) - y / 4 - radius) % 1
    np.testing.assert_allclose(np.minimum(turns, 1 - turns), 0, atol=1e-12)
    with pytest.raises(ValueError, match="classes"):
        data.make_spirals(classes=0)


def test_split_keeps_rows_with_their_targets():
    x = np.arange(40).reshape(20, 2)
    before = x.copy()
    split = data.train_test_split(x, x[:, 0] * 10, test_fraction=0.25, rng=1)
    assert (len(split.x_train), len(split.x_test)) == (15, 5)
    for rows, targets in ((split.x_train, split.y_train), (split.x_test, split.y_test)):
        np.testing.assert_array_equal(rows[:, 0] * 10, targets)
    assert sorted([*split.y_train, *split.y_test]) == sorted(x[:, 0] * 10)
    np.testing.assert_array_equal(x, before)
    assert split.y_train.dtype == np.int64
    np.testing.assert_array_equal(split.x_test, data.train_test_split(x, x[:, 0] * 10, 0.25, rng=1).x_test)


def test_batches_are_one_epoch_in_a_random_order():
    x = np.arange(22, dtype=np.float32).reshape(11, 2)
    got = list(data.batches(x, x[:, 0].astype(int), batch_size=4, rng=0))
    assert [len(y) for _, y in got] == [4, 4, 3]
    order = np.concatenate([y for _, y in got])
    assert sorted(order) == sorted(x[:, 0])
    assert order.tolist() != x[:, 0].tolist()
    for rows, targets in got:
        np.testing.assert_array_equal(rows[:, 0], targets)
        assert rows.dtype == np.float32
    assert [len(y) for _, y in data.batches(x, x, batch_size=100)] == [11]
    generator = np.random.default_rng(0)
    first, second = (np.concatenate([y for _, y in data.batches(x, x[:, 0], 4, generator)]) for _ in range(2))
    assert first.tolist() != second.tolist()


@pytest.mark.parametrize(("ours", "theirs"), [(data.standardize, StandardScaler), (data.min_max_scale, MinMaxScaler)])
def test_scaling_equals_scikit_learn(ours, theirs, rng):
    x, test = rng.normal(5, 3, size=(50, 4)), rng.normal(size=(7, 4))
    x[:, 2] = 0.1  # an all-equal column, whose mean does not come out as exactly 0.1
    scaler = theirs().fit(x)
    np.testing.assert_allclose(ours(x), scaler.transform(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours(test, reference=x), scaler.transform(test), rtol=1e-10, atol=1e-12)
    assert not ours(x)[:, 2].any()
    assert ours(x.astype(np.float32)).dtype == np.float32
    assert ours([[3]]).tolist() == [[0]]


@pytest.mark.parametrize("scale", [data.standardize, data.min_max_scale])
def test_scaling_at_the_edges_of_the_numbers(scale):
    """The same result for a column of any size, and no warning on the way."""
    wanted = scale([[-1.0], [0.0], [2.0]])
    for dtype in (np.float16, np.float32, np.float64):
        largest, smallest = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
        for unit in (largest / dtype(2), smallest, dtype(1)):
            column = np.array([[-1], [0], [2]], dtype) * unit
            got = scale(column)
            assert got.dtype == dtype
            np.testing.assert_allclose(got, wanted, rtol=4 * np.finfo(dtype).eps)
    assert scale([[7.0, 1e308]]).tolist() == [[0, 0]]  # a single sample
    assert scale([[9.0], [7.0]], reference=[[7.0], [7.0], [7.0]]).tolist() == [[2], [0]]  # only shifted
    assert scale([[1e308]], reference=[[1e-300], [2e-300]]).tolist() == [[np.inf]]
    assert scale([[1e308]], reference=[[1e-300], [1e-300]]).tolist() == [[1e308]]
    same = np.full((3, 1), 0.1)
    assert not scale(same).any()


X = np.ones((4, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.train_test_split(X, np.ones(3)), r"x \(4, 2\) and y \(3,\)"),
        (lambda: data.train_test_split(np.ones((0, 2)), np.ones(0)), r"\(0, 2\)"),
        (lambda: data.train_test_split(X, np.ones(4), 0), "test_fraction expects a finite number > 0 and < 1, got 0"),
        (lambda: data.train_test_split(X, np.ones(4), 1.5), "got 1.5"),
        (lambda: data.train_test_split(X, np.ones(4), 0.95), "4 of 4 held out"),
        (lambda: data.train_test_split(X[:1], np.ones(1)), "1 of 1 held out"),
        (lambda: data.train_test_split(3, 3), r"x \(\) and y \(\)"),
        (lambda: data.batches(X, np.ones(3), 2), r"x \(4, 2\) and y \(3,\)"),  # at the call, not at the first batch
        (lambda: data.batches(X, np.ones(4), 0), "batch_size expects a whole number of at least 1, got 0"),
        (lambda: data.batches(X * np.nan, np.ones(4), 2), r"nan at index \(0, 0\)"),
        (lambda: data.batches(X, ["a"] * 4, 2), "real numbers"),
        (lambda: data.standardize(np.ones(3)), r"\(batch, features\), got \(3,\)"),
        (lambda: data.standardize(X, reference=np.ones((2, 3))), r"\(batch, 2\), got \(2, 3\)"),
        (lambda: data.min_max_scale(np.ones((0, 3))), "at least one value"),
        (lambda: data.min_max_scale([[np.inf]]), r"inf at index \(0, 0\)"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
