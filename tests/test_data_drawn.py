"""Drawn fruit, food and faces: what each array says, and that it can be learned, but not by a rule of one line."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from gyeop import MLP, data
from gyeop.data import _drawing, detection, faces
from gyeop.losses import mse
from gyeop.optim import Adam

MAKERS = [data.make_fruit, data.make_detection, data.make_faces]


def arrays(made):
    return [np.asarray(a) for a in made]


def halves(x, train):
    """Flat rows to train and to test with, standardized by the former."""
    x = x.reshape(len(x), -1).astype(np.float64)
    return data.standardize(x[:train]), data.standardize(x[train:], reference=x[:train])


def linear(x, y, train):
    """Accuracy of a linear classifier on what it was not trained with."""
    x_train, x_test = halves(x, train)
    return LogisticRegression(C=0.05, max_iter=300).fit(x_train, y[:train]).score(x_test, y[train:])


def network(x, y, train, epochs=20):
    """Accuracy of an MLP on what it was not trained with."""
    x_train, x_test = halves(x, train)
    net = MLP([x_train.shape[1], 64, int(y.max()) + 1], rng=0)
    net.fit(x_train, y[:train], epochs, 32, Adam(net.parameters), weight_decay=1e-3, rng=0)
    return float((net.predict(x_test) == y[train:]).mean())


# ---------------------------------------------------------------- all three


@pytest.mark.parametrize("make", MAKERS, ids=lambda f: f.__name__)
def test_pictures_and_seeds(make):
    made, again = arrays(make(13, rng=3)), arrays(make(13, rng=np.random.default_rng(3)))
    for one, other in zip(made, again, strict=True):
        np.testing.assert_array_equal(one, other)
        assert len(one) == 13
    x = made[0]
    assert (x.dtype, x.ndim, x.min() >= 0, x.max() <= 1) == (np.float32, 4, True, True)
    assert all(a.dtype in (np.int64, np.float64) for a in made[1:])
    assert (x != make(13, rng=4)[0]).mean() > 0.9
    assert np.abs(x - make(13, noise=0, rng=3)[0]).max() > 0.01
    assert make(1, size=33, rng=0)[0].shape[2:] == (33, 33)
    assert (make(13)[0] != make(13)[0]).any()  # without a seed, never the same


@pytest.mark.parametrize("make", MAKERS, ids=lambda f: f.__name__)
def test_the_noise_has_the_size_that_was_asked_for(make):
    clean, loud = (make(20, noise=noise, size=32, rng=np.random.default_rng(0))[0] for noise in (0.0, 0.1))
    first = (loud - clean)[0][(clean[0] > 0.35) & (clean[0] < 0.65)]  # of the first picture: later draws differ
    assert first.std() == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda make: make(0), "n expects a whole number of at least 1, got 0"),
        (lambda make: make(2.0), "n expects a whole number, got float"),
        (lambda make: make(5, size=4), "size expects a whole number of at least"),
        (lambda make: make(5, noise=-1), "noise expects a finite number >= 0 and <= 1, got -1"),
        (lambda make: make(5, noise="x"), "noise expects one number, got str"),
        (lambda make: make(5, rng="x"), "rng expects a whole number"),
        (lambda make: make(5, 0), "(kinds|objects|people) expects a whole number of at least 1, got 0"),
        (lambda make: make(5, True), "(kinds|objects|people) expects a whole number, got bool"),
    ],
)
@pytest.mark.parametrize("make", MAKERS, ids=lambda f: f.__name__)
def test_refusals(make, call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call(make)


def test_more_than_there_is():
    with pytest.raises(ValueError, match="make_fruit expects at most 6 kinds, got 7"):
        data.make_fruit(5, kinds=7)
    with pytest.raises(ValueError, match=r"make_detection expects at most \(size / 16\)\^2 = 9 objects, got 10"):
        data.make_detection(5, objects=10)


def test_the_light_the_shapes_and_the_box():
    place = _drawing.pixels(40)
    disc = _drawing.ellipse(place, (0.5, 0.5), (0.25, 0.25))
    assert disc.sum() / 40**2 == pytest.approx(np.pi * 0.25**2, rel=0.01)
    assert _drawing.box(disc) == (10, 10, 30, 30)
    oval = _drawing.ellipse(place, (0.5, 0.5), (0.4, 0.1))
    assert _drawing.box(oval) == (16, 4, 24, 36)  # left, top, right, bottom: along the rows
    assert _drawing.box(_drawing.ellipse(place, (0.5, 0.5), (0.4, 0.1), np.pi / 2)) == (4, 16, 36, 24)
    triangle = _drawing.polygon(place, [(0.1, 0.1), (0.1, 0.9), (0.9, 0.1)])
    assert triangle.sum() / 40**2 == pytest.approx(0.32, rel=0.02)
    line = _drawing.stroke(place, [(0.5, 0.2), (0.5, 0.8)], 0.1)
    assert line.sum() / 40**2 == pytest.approx(0.6 * 0.1 + np.pi * 0.05**2, rel=0.03)
    picture = np.zeros((3, 40, 40))
    _drawing.paint(picture, disc, (1.0, 0.5, 0.0))
    assert picture[:, 20, 20].tolist() == [1, 0.5, 0]
    assert not picture[:, 0, 0].any()


# ---------------------------------------------------------------- fruit


def hand_features(x):
    """What a person would look at: share of the picture, mean color and roundness of what is colorful in it."""
    features = []
    for picture in x:
        colorful = picture.max(axis=0) - picture.min(axis=0) > 0.22
        spread = np.linalg.eigvalsh(np.cov(np.nonzero(colorful)))
        features.append([colorful.mean(), *picture[:, colorful].mean(axis=1), np.sqrt(spread[0] / spread[1])])
    return np.array(features)


@pytest.fixture(scope="module")
def fruit():
    return data.make_fruit(1200, rng=0)


def test_fruit_is_what_it_is_called(fruit):
    x, y = fruit
    assert data.FRUITS == ("apple", "orange", "banana", "grape", "strawberry", "watermelon")
    assert np.bincount(y).tolist() == [200] * 6
    features = {name: hand_features(x[y == kind]).mean(axis=0) for kind, name in enumerate(data.FRUITS)}
    round_ = {name: f[4] for name, f in features.items()}
    assert round_["banana"] < 0.5 < min(value for name, value in round_.items() if name != "banana")
    red, green, blue = features["orange"][1:4]
    assert red > 1.5 * green > 2 * blue
    assert features["grape"][3] == max(f[3] for f in features.values())  # the bluest
    assert features["watermelon"][2] > features["watermelon"][1]
    assert np.bincount(data.make_fruit(10, kinds=4, rng=0)[1]).tolist() == [3, 3, 2, 2]


def test_four_fruits_are_told_by_hand_features_and_six_only_by_their_pixels(fruit):
    """On 300 fruits after training with 900."""
    x, y = fruit
    features = hand_features(x)
    color = x.mean(axis=(2, 3))
    four = y < 4
    train = four[:900].sum()
    assert linear(features[four], y[four], train) > 0.9  # 0.96 to 0.97 seen with two seeds
    assert linear(color, y, 900) < 0.7  # 0.57 to 0.60
    assert linear(features, y, 900) < 0.88  # 0.80 to 0.82
    assert network(x, y, 900) > 0.9  # 0.94 to 0.98


# ---------------------------------------------------------------- food


def test_boxes_hold_the_food_and_nothing_else(monkeypatch):
    monkeypatch.setattr("gyeop.data.detection.shaded", lambda place, rng, low, high: 1.0)
    x, boxes, labels = data.make_detection(60, objects=4, noise=0, rng=0)
    for picture, around, names in zip(x, boxes, labels, strict=True):
        corners = [picture[:, i, j] for i in (0, -1) for j in (0, -1)]
        table = np.median(corners, axis=0)  # at most one piece comes near a corner
        food = np.abs(picture - table[:, None, None]).max(axis=0) > 0.004
        stray = food.copy()
        for left, top, right, bottom in around[names >= 0]:
            inside = food[top:bottom, left:right]
            assert inside[[0, -1]].any(axis=1).all()  # no row or column too many
            assert inside[:, [0, -1]].any(axis=0).all()
            stray[max(top - 3, 0) : bottom + 3, max(left - 3, 0) : right + 3] = False  # with its soft edge and tips
        assert not stray.any()


def test_food_is_in_order_apart_and_balanced():
    x, boxes, labels = data.make_detection(600, objects=3, rng=0)
    assert (x.shape, boxes.shape, labels.shape) == ((600, 3, 48, 48), (600, 3, 4), (600, 3))
    assert (boxes.dtype, labels.dtype) == (np.int64, np.int64)
    there = labels >= 0
    assert there.sum(axis=1).tolist() == [1, 2, 3] * 200
    assert (np.sort(~there, axis=1) == ~there).all()  # what is missing comes last
    assert not boxes[~there].any()
    left, top, right, bottom = boxes[there].T
    assert (left >= 0).all()
    assert (top >= 0).all()
    assert max(right.max(), bottom.max()) <= 48
    assert min((right - left).min(), (bottom - top).min()) >= 5
    lefts = np.where(there, boxes[:, :, 0], 99)
    assert (np.diff(lefts, axis=1) >= 0).all()
    counts = np.bincount(labels[there])
    assert len(counts) == len(data.FOODS) == 4
    assert counts.min() > 0.8 * counts.max()


@pytest.mark.parametrize("objects", [1, 2, 5, 30])
def test_pieces_stand_apart_in_the_picture(objects, rng):
    for _ in range(20):
        centers, radii = detection._apart(objects, rng)
        gaps = np.hypot(*(centers[:, None] - centers).transpose(2, 0, 1)) - radii[:, None] - radii
        assert (gaps[~np.eye(objects, dtype=bool)] >= 0).all()
        assert (centers >= radii[:, None]).all()
        assert (centers <= 1 - radii[:, None]).all()


def test_food_and_its_box_are_learned_by_a_network_and_not_by_the_mean_color():
    x, boxes, labels = data.make_detection(1500, objects=1, size=24, rng=0)
    labels, boxes = labels[:, 0], boxes[:, 0]
    assert linear(x.mean(axis=(2, 3)), labels, 1200) < 0.5  # 0.36 to 0.37 seen; 1 in 4 by guessing
    assert network(x, labels, 1200) > 0.7  # 0.80 to 0.83
    x_train, x_test = halves(x, 1200)
    mean, deviation = boxes[:1200].mean(axis=0), boxes[:1200].std(axis=0)
    net = MLP([x_train.shape[1], 64, 4], loss=mse, rng=0)
    net.fit(x_train, (boxes[:1200] - mean) / deviation, 15, 32, Adam(net.parameters), weight_decay=1e-3, rng=0)
    found = net.predict(x_test) * deviation + mean
    error, guess = (np.abs(b - boxes[1200:]).mean() for b in (found, mean))
    assert error < 0.75 * guess  # 0.67 to 0.68: 2.1 pixels instead of 3.2


# ---------------------------------------------------------------- faces


@pytest.fixture(scope="module")
def people():
    return data.make_faces(1500, people=8, rng=0)


def test_faces_and_what_is_said_about_them(people):
    assert people.x.shape == (1500, 1, 32, 32)
    counts = np.bincount(people.identity)
    assert (len(counts), counts.max() - counts.min()) == (8, 1)
    assert (people.glasses.sum(), people.smiling.sum()) == (750, 750)
    together = np.bincount(2 * people.glasses + people.smiling)
    assert together.min() > 300  # one says nothing about the other
    assert (people.age.min() >= 5, people.age.max() <= 80) == (True, True)
    assert people.age.std() == pytest.approx(75 / 12**0.5, rel=0.05)
    assert np.abs(np.corrcoef(people.age, people.identity)[0, 1]) < 0.1
    left, top, right, bottom = people.boxes.T
    assert (min(left.min(), top.min()) >= 0, max(right.max(), bottom.max()) <= 32) == (True, True)
    assert ((bottom - top) > (right - left)).mean() > 0.95  # faces are taller than wide


def drawn(person, **changes):
    """One face on gray, without light and noise."""
    settings = {"age": 30.0, "glasses": 0, "smiling": 0, **changes}
    picture, place = np.full((1, 48, 48), 0.5), _drawing.pixels(48)
    oval = faces._draw(picture, place, person, (0.5, 0.5), 0.33, 0.0, 0.4, **settings)
    return picture[0], oval


def test_each_word_changes_its_part_of_the_face():
    person = faces._Person(*np.mean([faces.LOW, faces.HIGH], axis=0))
    plain, oval = drawn(person)
    rows = lambda other: np.flatnonzero(np.abs(other - plain).max(axis=1) > 0.05)  # noqa: E731
    eyes, mouth = rows(drawn(person, glasses=1)[0]), rows(drawn(person, smiling=1)[0])
    assert 15 < eyes.min() < eyes.max() < 29
    assert 29 <= mouth.min() < mouth.max() < 39
    left, top, right, bottom = _drawing.box(oval)
    assert (top, bottom) == (8, 40)
    assert right - left < bottom - top
    old, child = drawn(person, age=80.0)[0], drawn(person, age=5.0)[0]
    assert old[9:12, 22:26].mean() > plain[9:12, 22:26].mean() + 0.2  # gray hair
    assert (np.abs(child - plain) > 0.1).mean() > 0.05
    assert (drawn(person)[0] == plain).all()


def test_what_faces_tell_is_learned_and_not_from_their_brightness(people):
    """On 300 pictures after training with 1,200."""
    x, brightness = people.x, people.x.mean(axis=(2, 3))
    bounds = {
        "identity": (0.55, 0.25),  # 0.62 to 0.70 seen, 0.16 from brightness; 1 in 8 by guessing
        "glasses": (0.95, 0.6),  # 0.99 and 0.50
        "smiling": (0.75, 0.6),  # 0.81 to 0.89 and 0.50
    }
    for name, (least, most) in bounds.items():
        y = getattr(people, name)
        assert network(x, y, 1200) > least
        assert linear(brightness, y, 1200) < most
    x_train, x_test = halves(x, 1200)
    guess = np.abs(people.age[1200:] - people.age[:1200].mean()).mean()
    age = Ridge(1000).fit(x_train, people.age[:1200]).predict(x_test)
    assert np.abs(age - people.age[1200:]).mean() < 0.65 * guess  # 0.52 to 0.55: 10 years instead of 19
    spot = Ridge(1000).fit(x_train, people.boxes[:1200]).predict(x_test)
    middle = people.boxes[:1200].mean(axis=0)
    assert np.abs(spot - people.boxes[1200:]).mean() < 0.7 * np.abs(middle - people.boxes[1200:]).mean()  # 0.57


def test_people_of_another_seed_are_others():
    one, other = data.make_faces(4, people=4, noise=0, rng=0), data.make_faces(4, people=4, noise=0, rng=1)
    assert np.abs(one.x - other.x).mean() > 0.02
