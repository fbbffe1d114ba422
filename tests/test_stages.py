"""Rules, hand-made features, a network: what each measures and knows, and how many digits each gets right."""

from itertools import groupby

import numpy as np
import pytest
from scipy import ndimage
from sklearn.linear_model import LogisticRegression

from gyeop import stages
from gyeop.augment import shift
from gyeop.data import load_digits, load_mnist, standardize, train_test_split
from gyeop.stages import FEATURES, HandFeatures, Network, Rules, hand_features

ALL = [Rules, HandFeatures, Network]


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def small():
    return train_test_split(*load_digits(), test_fraction=0.3, rng=0)


# ---------------------------------------------------------------- what is measured


def strokes(line):
    return sum(ink for ink, _ in groupby(line))


def paper_before_ink(line):
    return next((i for i, ink in enumerate(line) if ink), len(line)) / len(line)


def by_hand(ink):
    """The ten measures of an upright digit (20, 20) that fills its frame, pixel by pixel; holes by scipy."""
    hole_rows = (ndimage.binary_fill_holes(ink) & ~ink).any(axis=1)
    return {
        "holes": strokes(hole_rows),
        "hole_height": hole_rows.mean(),
        "open_upper_left": np.mean([paper_before_ink(ink[i]) for i in range(4, 9)]),
        "open_upper_right": np.mean([paper_before_ink(ink[i][::-1]) for i in range(4, 9)]),
        "open_lower_left": np.mean([paper_before_ink(ink[i]) for i in range(12, 17)]),
        "ink_top": ink[:4].mean(),
        "ink_bottom": ink[16:].mean(),
        "strokes_upper": np.mean([strokes(ink[i]) for i in range(4, 9)]),
        "strokes_lower": np.mean([strokes(ink[i]) for i in range(12, 17)]),
        "strokes_down": np.mean([strokes(ink[:, j]) for j in range(8, 12)]),
    }


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.9])
def test_measures_are_those_counted_pixel_by_pixel(rng, share):
    half = rng.random((60, 20, 10)) < share
    ink = np.concatenate([half, half[:, :, ::-1]], axis=2)  # like its mirror image: it leans neither way
    ink[:, [0, 0, -1, -1], [0, -1, 0, -1]] = True  # and fills the frame
    got = hand_features(ink.reshape(60, 400))
    expected = [[by_hand(image)[name] for name in FEATURES] for image in ink]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12)
    assert (got.std(axis=0) > 0).sum() >= 8  # the images differ in what is measured


def glyph(*lines):
    return np.array([[c == "#" for c in line] for line in lines], dtype=float).ravel()


RING = glyph(" ## ", "#  #", "#  #", " ## ")
EIGHT = glyph(" ### ", " # # ", " ### ", " # # ", " ### ")
BAR = glyph("  #  ", "  #  ", "  #  ", "  #  ", "  #  ")
LEANING = glyph("    #", "   # ", "  #  ", " #   ", "#    ")


def test_simple_glyphs():
    ring, eight, bar, leaning = (
        dict(zip(FEATURES, hand_features([x])[0], strict=True)) for x in (RING, EIGHT, BAR, LEANING)
    )
    assert [f["holes"] for f in (ring, eight, bar)] == [1, 2, 0]
    assert ring["hole_height"] > 0.45
    assert (bar["strokes_upper"], bar["strokes_lower"], bar["open_upper_left"]) == (1, 1, 0)
    assert (leaning["strokes_upper"], leaning["holes"]) == (1, 0)
    predicted = [Rules().predict([x])[0] for x in (RING, EIGHT, BAR, LEANING)]
    assert predicted == [0, 8, 1, 1]


def test_measures_do_not_change_with_place_and_brightness(mnist):
    x = mnist.x_test[:200]
    inside = np.ones((28, 28), dtype=bool)
    inside[2:-2, 2:-2] = False
    x = x[~x[:, inside.ravel()].any(axis=1)]  # digits with room to move
    assert len(x) > 150
    moved = shift(x.reshape(-1, 28, 28), 2, rng=0).reshape(len(x), -1)
    assert (moved != x).any()
    np.testing.assert_allclose(hand_features(moved), hand_features(x), atol=0.11)  # pixels that lie at exactly half
    assert (np.abs(hand_features(moved) - hand_features(x)) < 1e-9).mean() > 0.99
    np.testing.assert_allclose(hand_features(x / 4), hand_features(x), atol=1e-12)


def test_images_without_ink_or_with_ink_alone():
    blank, full, dot, row = np.zeros(36), np.ones(36), np.eye(1, 36)[0], np.zeros(36)
    row[6:12] = 1
    measures = hand_features([blank, full, dot, row])
    assert np.isfinite(measures).all()
    opened = [name.startswith("open") for name in FEATURES]
    assert measures[0].tolist() == [float(o) for o in opened]
    np.testing.assert_array_equal(measures[1:, opened], 0)
    assert Rules().predict([blank, full, dot, row]).dtype == np.int64
    assert hand_features([[5.0, 0, 0, 0]]).shape == (1, 10)
    np.testing.assert_array_equal(hand_features([full * -1]), measures[:1])


def test_a_single_row_of_gray_does_not_lean(rng):
    images = np.zeros((50, 9, 9))
    images[:, 7] = rng.random((50, 9)) * 0.3 + 0.7
    measures = dict(zip(FEATURES, hand_features(images.reshape(50, 81)).T, strict=True))
    np.testing.assert_array_equal(measures["ink_top"], 1)
    np.testing.assert_array_equal(measures["strokes_down"], 1)


# ---------------------------------------------------------------- what is known


def test_the_order_of_the_stages_on_real_digits(mnist):
    x, y, x_test, y_test = mnist
    rules = Rules().fit(x, y).score(x_test, y_test)
    measured = HandFeatures(rng=0).fit(x, y).score(x_test, y_test)
    learned = Network(epochs=12, rng=0).fit(x, y).score(x_test, y_test)
    assert 0.77 < rules < 0.83
    assert 0.92 < measured < 0.95
    assert 0.94 < learned < 0.98
    assert rules < measured < learned


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_stages_with_each_seed(mnist, seed):
    x, y, x_test, y_test = mnist
    rules = Rules().fit(x, y).score(x_test, y_test)
    measured = HandFeatures(rng=seed).fit(x, y).score(x_test, y_test)
    learned = Network(rng=seed).fit(x, y).score(x_test, y_test)
    assert 0.77 < rules < 0.83
    assert 0.925 < measured < 0.95
    assert 0.95 < learned < 0.98
    assert learned - measured > 0.005


@pytest.mark.slow
def test_where_labels_are_few_a_persons_measures_beat_pixels_alone(mnist):
    x, y, x_test, y_test = mnist
    thousand = [HandFeatures(rng=r).fit(x[:1000], y[:1000]).score(x_test, y_test) for r in range(3)]
    assert 0.9 < min(thousand) <= max(thousand) < 0.935
    few = [HandFeatures(rng=r).fit(x[:300], y[:300]).score(x_test, y_test) for r in range(3)]
    pixels = [Network(move=0, rng=r).fit(x[:300], y[:300]).score(x_test, y_test) for r in range(3)]
    assert min(few) > 0.85
    assert max(pixels) < 0.85
    still = [Network(move=0, rng=r).fit(x, y).score(x_test, y_test) for r in range(3)]
    assert 0.93 < min(still) <= max(still) < 0.95  # without a move no better than the measures, with 4,000 labels


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_stages_on_the_small_digits(small, seed):
    x, y, x_test, y_test = small
    rules = Rules().fit(x, y).score(x_test, y_test)
    measured = HandFeatures(rng=seed).fit(x, y).score(x_test, y_test)
    learned = Network(rng=seed).fit(x, y).score(x_test, y_test)
    assert 0.55 < rules < 0.65
    assert 0.87 < measured < 0.94
    assert 0.95 < learned <= 1


def test_what_is_learned_from_the_measures_equals_scikit_learn(mnist):
    x, y, x_test, y_test = mnist.x_train[:1500], mnist.y_train[:1500], mnist.x_test, mnist.y_test
    train, test = hand_features(x), hand_features(x_test)
    judge = LogisticRegression(max_iter=500).fit(standardize(train), y)
    theirs = judge.score(standardize(test, reference=train), y_test)
    assert abs(HandFeatures(rng=0).fit(x, y).score(x_test, y_test) - theirs) < 0.015


def test_rules_use_no_label_and_the_others_nothing_else(small, rng):
    x, y, x_test, y_test = small
    wrong = rng.permutation(y)
    np.testing.assert_array_equal(Rules().fit(x, wrong).predict(x_test), Rules().predict(x_test))
    for stage in (HandFeatures(rng=0), Network(epochs=5, rng=0)):
        assert stage.fit(x, wrong).score(x_test, y_test) < 0.25
        renamed = (9 - y).astype(np.uint8)
        assert stage.fit(x, renamed).score(x_test, 9 - y_test) > 0.8


def test_a_network_alone_sees_what_is_not_measured(small):
    x, y, *_ = small
    marked = np.tile(x[:1], (200, 1))
    marked[::2] *= 0.5  # the same measures, another brightness
    label = np.arange(200) % 2
    assert HandFeatures(rng=0).fit(marked, label).score(marked, label) == 0.5
    assert Network(rng=0).fit(marked, label).score(marked, label) == 1


# ---------------------------------------------------------------- how they are used


@pytest.mark.parametrize("make", [Rules, lambda: HandFeatures(2, rng=4), lambda: Network([8], 2, rng=4)])
def test_seeds_dtypes_and_the_callers_arrays(make, small):
    x, y = small.x_train[:300], small.y_train[:300]
    x.flags.writeable = y.flags.writeable = False
    before = x.copy()
    stage = make()
    assert stage.fit(x, y) is stage
    predicted = stage.predict(x)
    assert (predicted.shape, predicted.dtype) == ((300,), np.int64)
    assert isinstance(stage.score(x, y), float)
    assert stage.score(x, y) == np.mean(predicted == y)
    np.testing.assert_array_equal(make().fit(x, y).predict(x), predicted)
    np.testing.assert_array_equal(stage.fit(x, y).predict(x), predicted)  # from the start again
    for same in (x.astype(np.float64), np.asfortranarray(x), np.repeat(x, 2, axis=0)[::2], x.tolist()):
        np.testing.assert_array_equal(make().fit(same, y.tolist()).predict(same), predicted)
    assert stage.predict(x[:1]).tolist() == predicted[:1].tolist()
    assert make().fit(x[:1], y[:1]).predict(x[:1]).shape == (1,)
    np.testing.assert_array_equal(x, before)
    assert type(stage).__name__ in repr(stage)


def test_seeds_and_moves_matter(small):
    x, y = small.x_train[:300], small.y_train[:300]
    for model in (HandFeatures, Network):
        one, other = (model(epochs=1, rng=seed).fit(x, y).net_.weights[0] for seed in (0, 1))
        assert (one != other).any()
    still, moved = (Network(epochs=1, move=m, rng=0).fit(x, y).net_.weights[0] for m in (0, 1))
    assert (still != moved).any()
    np.testing.assert_array_equal(still, Network(epochs=1, rng=0).fit(x, y).net_.weights[0])  # 8 x 8 images stay


X, Y = np.eye(4, 16), np.arange(4)


@pytest.mark.parametrize("stage", ALL)
@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((4, 15)), Y, r"square images as rows \(batch, side \* side\), got \(4, 15\)"),
        (np.ones((4, 1)), Y, r"square images as rows \(batch, side \* side\), got \(4, 1\)"),
        (np.ones(16), Y, r"\(batch, features\), got \(16,\)"),
        (np.ones((0, 16)), Y, "at least one value"),
        (X * np.nan, Y, r"got nan at index \(0, 0\)"),
        ([["a"] * 16] * 4, Y, "real numbers"),
        (X, Y[:3], r"labels of shape \(4,\), got \(3,\)"),
        (X, Y[:, None], r"got \(4, 1\)"),
        (X, Y + 7, "labels from 0 to 9, got 10 at index 3"),
        (X, Y - 1, "got -1 at index 0"),
        (X, Y * 1.0, "integer labels, got dtype float64"),
    ],
)
def test_refused_data(stage, x, y, message):
    with pytest.raises((TypeError, ValueError), match=rf"{stage.__name__}\.fit's [xy] expects .*{message}"):
        stage().fit(x, y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: HandFeatures().predict(X), "HandFeatures.predict expects fit before it"),
        (lambda: Network().score(X, Y), "Network.predict expects fit before it"),
        (lambda: Rules().score(X, Y[:2]), r"Rules.score's y expects labels of shape \(4,\)"),
        (lambda: Rules().predict(np.ones((2, 5))), r"Rules.predict's x expects square images"),
        (lambda: hand_features(np.ones((2, 5))), "hand_features expects square images"),
        (lambda: Network([4], 1).fit(X, Y).predict(np.ones((2, 25))), r"\(batch, 16\), got \(2, 25\)"),
        (lambda: Network(move=4).fit(X, Y), "below the images' height and width"),
        (lambda: Network(move=-1), "move expects a whole number of at least 0"),
        (lambda: Network(hidden=5), "expects a list of sizes as hidden, got int"),
        (lambda: Network(hidden={}), "expects a list of sizes as hidden, got dict"),
        (lambda: Network(hidden=[0]), "hidden expects a whole number of at least 1"),
        (lambda: Network(epochs=0), "epochs expects a whole number of at least 1"),
        (lambda: HandFeatures(epochs=1.5), "epochs expects a whole number"),
        (lambda: HandFeatures(rng="x"), "rng expects a whole number"),
        (lambda: Network(rng=-1), "rng expects a whole number of at least 0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_the_room_names_its_features():
    assert len(set(stages.FEATURES)) == len(stages.FEATURES) == 10
    for name in FEATURES:
        assert f"`{name}`" in hand_features.__doc__
