"""Augmentation against padding and slicing, scipy's rotation, torch's grid_sample, and what each change must keep."""

import time

import numpy as np
import pytest
import torch
from scipy import ndimage

from gyeop import augment
from gyeop.data import load_mnist

CHANGES = [
    (augment.shift, {"pixels": 2}),
    (augment.rotate, {"degrees": 30}),
    (augment.flip, {"probability": 0.5}),
    (augment.crop, {"height": 4, "width": 3}),
    (augment.noise, {"deviation": 0.5}),
]


@pytest.fixture
def images(rng):
    return rng.normal(size=(40, 6, 5))


def moved(image, down, right):
    """The plain form: pad with zeros and cut."""
    height, width = image.shape[-2:]
    edge = max(abs(down), abs(right), 1)
    padded = np.pad(image, [(0, 0)] * (image.ndim - 2) + [(edge, edge)] * 2)
    return padded[..., edge - down : edge - down + height, edge - right : edge - right + width]


@pytest.mark.parametrize("pixels", [1, 2, 4])
def test_shift_is_padding_and_cutting(images, pixels):
    got = augment.shift(images, pixels, rng=5)
    draws = np.random.default_rng(5).integers(-pixels, pixels + 1, (2, 40)).T
    for image, result, (down, right) in zip(images, got, draws, strict=True):
        np.testing.assert_array_equal(result, moved(image, down, right))


def test_shift_of_digits_inside_their_frame_is_a_roll():
    x = load_mnist().x_train[:500].reshape(-1, 28, 28)
    got = augment.shift(x, 2, rng=1)
    draws = np.random.default_rng(1).integers(-2, 3, (2, 500)).T
    frame = np.ones((28, 28), dtype=bool)
    frame[2:-2, 2:-2] = False
    inside = ~x[:, frame].any(axis=1)
    assert 400 < inside.sum() < 500
    for i in np.flatnonzero(inside):
        np.testing.assert_array_equal(got[i], np.roll(x[i], draws[i], axis=(0, 1)))
    assert (got.sum(axis=(1, 2)) <= x.sum(axis=(1, 2)) * 1.0001).all()  # ink is lost at the edge, never made


def test_every_offset_is_as_likely():
    dot = np.zeros((25_000, 5, 5))
    dot[:, 2, 2] = 1
    count = augment.shift(dot, 2, rng=0).sum(axis=0)
    assert count.sum() == 25_000
    np.testing.assert_allclose(count, 1000, atol=5 * np.sqrt(1000))


@pytest.mark.parametrize("shape", [(6, 5), (5, 6), (7, 7), (8, 8), (1, 9), (1, 1)])
@pytest.mark.parametrize("degrees", [20, 180])
def test_rotation_equals_scipy(rng, shape, degrees):
    images = rng.normal(size=(70, *shape))  # more than one part of 64
    got = augment.rotate(images, degrees, rng=8)
    angles = np.random.default_rng(8).uniform(-degrees, degrees, 70)
    for image, result, angle in zip(images, got, angles, strict=True):
        expected = ndimage.rotate(image, angle, reshape=False, order=1, mode="grid-constant")
        np.testing.assert_allclose(result, expected, rtol=1e-9, atol=1e-9)


def test_rotation_of_channels_equals_torch(rng):
    images = rng.normal(size=(9, 3, 8, 6))
    got = augment.rotate(images, 90, rng=3)
    t = torch.tensor(np.deg2rad(np.random.default_rng(3).uniform(-90, 90, 9)))
    cos, sin, zero = torch.cos(t), torch.sin(t), torch.zeros(9, dtype=torch.float64)
    matrix = torch.stack([cos, -sin * 8 / 6, zero, sin * 6 / 8, cos, zero], dim=1).reshape(9, 2, 3)  # x, y from -1 to 1
    grid = torch.nn.functional.affine_grid(matrix, [9, 3, 8, 6], align_corners=False)
    expected = torch.nn.functional.grid_sample(torch.tensor(images), grid, align_corners=False)
    np.testing.assert_allclose(got, expected.numpy(), rtol=1e-10, atol=1e-10)


class Always(np.random.Generator):
    """Draws one angle, always."""

    def __init__(self, angle):
        super().__init__(np.random.PCG64(0))
        self.angle = angle

    def uniform(self, low, high, size):
        return np.full(size, float(self.angle))


@pytest.mark.parametrize(("angle", "quarters"), [(90, 1), (-90, 3), (180, 2), (0, 0), (360, 0)])
def test_quarter_turns(rng, angle, quarters):
    images = rng.normal(size=(3, 2, 6, 6))
    expected = np.rot90(images, quarters, axes=(-2, -1))  # counterclockwise
    np.testing.assert_allclose(augment.rotate(images, 90, rng=Always(angle)), expected, rtol=1e-12, atol=1e-12)


def test_a_turn_keeps_what_lies_inside():
    y, x = np.mgrid[:41, :41] - 20
    blob = np.exp(-((x - 4) ** 2 + (y + 3) ** 2) / 18.0)[None]
    turned = augment.rotate(np.repeat(blob, 20, axis=0), 180, rng=0)
    np.testing.assert_allclose(turned.sum(axis=(1, 2)), blob.sum(), rtol=2e-3)  # the ink stays
    distance = np.hypot((turned * x).sum(axis=(1, 2)), (turned * y).sum(axis=(1, 2))) / blob.sum()
    np.testing.assert_allclose(distance, 5, rtol=5e-3)  # and its center goes round at the same distance: 3, 4, 5
    assert (turned >= 0).all()
    assert (turned <= blob.max()).all()  # a weighted mean


def test_flip(images):
    got = augment.flip(images, 0.3, rng=2)
    mirrored = np.random.default_rng(2).random(40) < 0.3
    assert 0 < mirrored.sum() < 40
    np.testing.assert_array_equal(got[mirrored], np.flip(images[mirrored], axis=-1))
    np.testing.assert_array_equal(got[~mirrored], images[~mirrored])
    once = augment.flip(images, 1.0)
    np.testing.assert_array_equal(once, images[:, :, ::-1])
    np.testing.assert_array_equal(augment.flip(once, 1.0), images)


def test_crop_is_a_slice_and_every_place_is_as_likely(images):
    got = augment.crop(images, 4, 2, rng=6)
    draws = np.random.default_rng(6)
    top, left = draws.integers(0, 3, 40), draws.integers(0, 4, 40)
    assert got.shape == (40, 4, 2)
    for image, part, i, j in zip(images, got, top, left, strict=True):
        np.testing.assert_array_equal(part, image[i : i + 4, j : j + 2])
    places = augment.crop(np.tile(np.arange(12.0).reshape(1, 3, 4), (12_000, 1, 1)), 1, 1, rng=0)
    np.testing.assert_allclose(np.bincount(places.astype(int).ravel()), 1000, atol=5 * np.sqrt(1000))


def test_noise_has_the_deviation_and_no_mean():
    clean = np.full((50, 40, 40), 3.0)
    added = augment.noise(clean, deviation=0.2, rng=0) - clean
    assert abs(added.mean()) < 5 * 0.2 / np.sqrt(added.size)
    assert abs(added.std() - 0.2) < 5 * 0.2 / np.sqrt(2 * added.size)
    assert abs(np.corrcoef(added[:, 0, 0], added[:, 0, 1])[0, 1]) < 5 / np.sqrt(50)


@pytest.mark.parametrize("shape", [(4, 6, 5), (4, 2, 6, 5), (1, 1, 1, 1)])
def test_the_change_that_changes_nothing(rng, shape):
    images = rng.normal(size=shape)
    unchanged = [
        augment.shift(images, 0),
        augment.rotate(images, 0),
        augment.flip(images, 0),
        augment.crop(images, *shape[-2:]),
        augment.noise(images, 0),
    ]
    for result in unchanged:
        np.testing.assert_array_equal(result, images)
        assert not np.shares_memory(result, images)


@pytest.mark.parametrize(("change", "amount"), CHANGES[:-1])  # with noise, every pixel has a draw of its own
def test_channels_change_together(change, amount, images):
    alone = change(images, **amount, rng=4)
    both = change(np.stack([images, 10 * images], axis=1), **amount, rng=4)
    np.testing.assert_array_equal(both[:, 0], alone)
    np.testing.assert_allclose(both[:, 1], 10 * alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, np.uint8, bool])
@pytest.mark.parametrize(("change", "amount"), CHANGES)
def test_dtype_layout_and_the_callers_array(change, amount, dtype, images):
    images = (images > 0).astype(dtype)
    images.flags.writeable = False
    before = images.copy()
    result = change(images, **amount, rng=1)
    assert result.dtype == (dtype if np.dtype(dtype).kind == "f" else np.float64)
    assert result.flags.writeable
    assert not np.shares_memory(result, images)
    np.testing.assert_array_equal(images, before)
    result[:] = 7  # the result is the caller's own
    np.testing.assert_array_equal(images, before)
    for layout in (np.asfortranarray(images), np.repeat(images, 2, axis=2)[:, :, ::2]):
        np.testing.assert_array_equal(change(layout, **amount, rng=1), change(images, **amount, rng=1))


@pytest.mark.parametrize(("change", "amount"), CHANGES)
def test_one_seed_one_result(change, amount, images):
    np.testing.assert_array_equal(change(images, **amount, rng=9), change(images, **amount, rng=9))
    generator = np.random.default_rng(9)
    np.testing.assert_array_equal(change(images, **amount, rng=generator), change(images, **amount, rng=9))
    assert (change(images, **amount, rng=generator) != change(images, **amount, rng=9)).any()


@pytest.mark.parametrize("layout", [(4000, 28, 28), (1000, 1, 28, 28)])
def test_shifting_the_digits_takes_milliseconds(layout):
    x = np.ones(layout, np.float32)
    seconds = []
    for seed in range(5):
        start = time.perf_counter()
        augment.shift(x, 2, rng=seed)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05  # 7 ms where it was written; a Python loop over pixels takes seconds


X = np.ones((3, 6, 5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: augment.shift(np.ones((3, 784))), r"\(batch, height, width\) or .*got \(3, 784\)"),
        (lambda: augment.flip(np.ones((1, 1, 1, 2, 2))), r"got \(1, 1, 1, 2, 2\)"),
        (lambda: augment.rotate(3.0), r"got \(\)"),
        (lambda: augment.noise(np.ones((0, 6, 5))), r"at least one value, got shape \(0, 6, 5\)"),
        (lambda: augment.shift([[["a"]]]), "real numbers"),
        (
            lambda: augment.rotate(np.where(np.arange(90).reshape(3, 6, 5) == 31, np.nan, 1)),
            r"nan at index \(1, 0, 1\)",
        ),
        (lambda: augment.shift(X, 5), r"below the images' height and width, got 5 for \(3, 6, 5\)"),
        (lambda: augment.shift(X, -1), "pixels expects a whole number of at least 0, got -1"),
        (lambda: augment.shift(X, 1.5), "pixels expects a whole number, got float"),
        (lambda: augment.rotate(X, -3), "degrees expects a finite number >= 0, got -3"),
        (lambda: augment.rotate(X, np.inf), "degrees expects a finite number"),
        (lambda: augment.flip(X, 1.5), "probability expects a finite number >= 0 and <= 1, got 1.5"),
        (lambda: augment.crop(X, 7, 5), r"within the images, got 7 x 5 for \(3, 6, 5\)"),
        (lambda: augment.crop(X, 6, 0), "width expects a whole number of at least 1"),
        (lambda: augment.noise(X, -0.1), "deviation expects a finite number >= 0"),
        (lambda: augment.noise(X.astype(np.float16), 1e6, rng=0), "as float16, expects finite numbers"),
        (lambda: augment.noise(X, rng="x"), "rng expects a whole number"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
