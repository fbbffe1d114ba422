"""k-means against scikit-learn, closed forms, and at its edges."""

import numpy as np
import pytest
from sklearn.cluster import KMeans as SklearnKMeans
from sklearn.datasets import load_iris, load_wine, make_blobs

from gyeop.cluster import KMeans, assign, plus_plus, recenter
from gyeop.data import load_digits, make_moons, make_spirals

SETS = {
    "digits": lambda: (load_digits()[0], 10),
    "digits, 30 groups": lambda: (load_digits()[0], 30),
    "iris": lambda: (load_iris().data, 3),
    "wine, not scaled": lambda: (load_wine().data, 3),
    "blobs": lambda: (make_blobs(1000, centers=25, cluster_std=0.5, random_state=0)[0], 25),
    "spirals": lambda: (make_spirals(500, rng=0)[0], 8),
    "one feature": lambda: (make_moons(300, rng=0)[0][:, :1], 5),
}


@pytest.mark.parametrize("name", SETS)
def test_inertia_is_at_most_1_percent_above_the_best_of_10_starts_of_scikit_learn(name):
    x, groups = SETS[name]()
    theirs = SklearnKMeans(groups, n_init=10, random_state=0).fit(x).inertia_
    for seed in range(3):
        ours = KMeans(groups, rng=seed).fit(x)
        assert ours.inertia_ <= 1.01 * theirs
        assert ours.inertia_ == pytest.approx(((x - ours.cluster_centers_[ours.labels_]) ** 2).sum(), rel=1e-5)
        assert set(ours.labels_) == set(range(groups))


def test_the_moves_equal_those_of_scikit_learn(rng):
    """From the same first centers, with tol=0, both go through the same rounds to the same end."""
    x = rng.normal(size=(200, 3)) + 1000
    start = x[:6]
    theirs = SklearnKMeans(6, init=start, n_init=1, tol=0, algorithm="lloyd").fit(x)
    centers, before, inertias = start, None, []
    while before is None or (before != centers).any():
        before, nearest = centers, assign(x, centers)
        centers = recenter(x, nearest, centers)
        inertias.append(((x - centers[nearest]) ** 2).sum())
    np.testing.assert_allclose(centers, theirs.cluster_centers_, rtol=1e-12)
    assert nearest.tolist() == theirs.labels_.tolist()
    assert inertias == sorted(inertias, reverse=True)


def test_closed_forms(rng):
    x = rng.normal(5, 3, size=(40, 3))
    one = KMeans(1, rng=0).fit(x)
    np.testing.assert_allclose(one.cluster_centers_, [x.mean(axis=0)], rtol=1e-12)
    assert one.inertia_ == pytest.approx(40 * x.var(axis=0).sum(), rel=1e-12)
    every = KMeans(40, rng=0).fit(x)
    assert every.inertia_ == pytest.approx(0, abs=1e-25)
    assert sorted(every.labels_) == list(range(40))
    corners = np.array([[0.0, 0], [0, 1], [10, 0], [10, 1], [0, 50], [0, 51]])
    three = KMeans(3, rng=0).fit(corners)
    assert sorted(three.cluster_centers_.tolist()) == [[0, 0.5], [0, 50.5], [10, 0.5]]
    assert three.inertia_ == 1.5
    single = KMeans(1, rng=0).fit([[7]])
    assert (single.cluster_centers_.tolist(), single.inertia_, single.labels_.tolist()) == ([[7.0]], 0.0, [0])


def test_an_emptied_cluster_takes_over_the_farthest_sample():
    x = np.array([[0.0], [1.0], [2.0], [10.0]])
    centers = np.array([[1.0], [100.0], [200.0]])  # all samples are nearest to the first
    nearest = assign(x, centers)
    assert nearest.tolist() == [0, 0, 0, 0]
    assert recenter(x, nearest, centers).tolist() == [[1.5], [10.0], [0.0]]
    # 10 lies farthest from its center, but it is all that cluster 1 has: cluster 2 takes another one
    assert recenter(x, [0, 0, 0, 1], [[1.0], [30.0], [99.0]]).tolist() == [[1.5], [10.0], [0.0]]


def test_no_cluster_is_lost_from_any_start(rng):
    for _ in range(20):
        x, centers = rng.normal(size=(30, 2)), rng.normal(20, 1, size=(8, 2))  # most centers are nobody's nearest
        inertias = []
        for _ in range(40):
            nearest = assign(x, centers)
            inertias.append(((x - centers[nearest]) ** 2).sum())
            centers = recenter(x, nearest, centers)
        assert sorted(set(nearest)) == list(range(8))
        np.testing.assert_array_less(np.diff(inertias), 1e-12)


def test_fewer_different_samples_than_clusters():
    x = np.repeat([[0.0, 1.0], [4.0, 1.0]], 5, axis=0)
    found = KMeans(4, rng=0).fit(x)
    assert found.inertia_ == 0
    assert {tuple(center) for center in found.cluster_centers_} == {(0, 1), (4, 1)}
    assert found.labels_.tolist() == found.predict(x).tolist()
    same = KMeans(3, rng=0).fit(np.full((5, 2), 0.1))
    np.testing.assert_array_equal(same.cluster_centers_, np.full((3, 2), 0.1))
    assert (same.inertia_, same.labels_.tolist()) == (0, [0] * 5)


def test_plus_plus_starts_far_apart(rng):
    x = np.concatenate([rng.normal(c, 0.1, size=(50, 2)) for c in (0, 10, 20, 30)])
    for seed in range(20):
        centers = plus_plus(x, 4, rng=seed)
        assert sorted((centers[:, 0] / 10).round().tolist()) == [0, 1, 2, 3]
        assert all(any((center == row).all() for row in x) for center in centers)
    assert len({tuple(plus_plus(x, 1, rng=seed)[0]) for seed in range(20)}) > 10  # the first is any sample


def test_a_draw_of_plus_plus_is_in_proportion_to_the_squared_distance(monkeypatch):
    monkeypatch.setattr("gyeop.cluster.math.log", lambda n: -1)  # one draw for each center: the plain form
    rng, x = np.random.default_rng(0), np.array([[0.0], [1.0], [3.0]])
    pairs = [tuple(plus_plus(x, 2, rng)[:, 0]) for _ in range(6000)]
    after_0 = [second for first, second in pairs if first == 0]
    assert after_0.count(3.0) / len(after_0) == pytest.approx(9 / 10, abs=0.03)
    after_1 = [second for first, second in pairs if first == 1]
    assert after_1.count(3.0) / len(after_1) == pytest.approx(4 / 5, abs=0.03)


def test_seeds_and_rounds():
    x = load_digits()[0]
    a, b = KMeans(10, rng=3, restarts=2).fit(x), KMeans(10, rng=3, restarts=2)
    assert b.fit_predict(x).tolist() == b.fit(x).labels_.tolist() == a.labels_.tolist()
    assert 1 < a.n_iter_ < 300
    stopped = KMeans(10, rng=3, restarts=1, max_iter=2).fit(x)
    assert stopped.n_iter_ == 2
    assert stopped.inertia_ > a.inertia_
    assert stopped.labels_.tolist() == stopped.predict(x).tolist()
    many = KMeans(10, rng=np.random.default_rng(0), restarts=8).fit(x).inertia_
    assert many <= KMeans(10, rng=np.random.default_rng(0), restarts=1).fit(x).inertia_


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.uint8, bool])
def test_dtypes_and_the_callers_arrays(dtype):
    x = np.asfortranarray(np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 3)).astype(dtype)[::-1]
    before = x.copy()
    x.flags.writeable = False
    found = KMeans(4, rng=0).fit(x)
    kept = dtype if np.dtype(dtype).kind == "f" else np.float64
    assert (found.cluster_centers_.dtype, found.labels_.dtype.kind) == (kept, "i")
    assert recenter(x, assign(x, x[:3]), x[:3]).dtype == plus_plus(x, 2, rng=0).dtype == kept
    assert found.inertia_ == 0
    np.testing.assert_array_equal(x, before)


def test_a_large_offset_costs_no_digits(rng):
    x = rng.normal(size=(60, 2))
    near, far = KMeans(4, rng=0).fit(x), KMeans(4, rng=0).fit(x + 1e8)
    assert far.inertia_ == pytest.approx(near.inertia_, rel=1e-6)
    assert assign(x + 1e8, near.cluster_centers_ + 1e8).tolist() == near.labels_.tolist()


X = np.ones((3, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: KMeans(0), "n_clusters expects a whole number of at least 1, got 0"),
        (lambda: KMeans(2.0), "whole number, got float 2.0"),
        (lambda: KMeans(2, restarts=0), "restarts expects a whole number of at least 1"),
        (lambda: KMeans(2, max_iter=0), "max_iter expects a whole number of at least 1"),
        (lambda: KMeans(2, rng=-1), "rng expects a whole number of at least 0"),
        (lambda: KMeans(4).fit(X), r"at least as many samples as clusters, got x \(3, 2\) and 4"),
        (lambda: KMeans(1).fit(np.ones(3)), r"\(batch, features\), got \(3,\)"),
        (lambda: KMeans(1).fit([[np.nan]]), r"nan at index \(0, 0\)"),
        (lambda: KMeans(1).fit([["a"]]), "real numbers"),
        (
            lambda: KMeans(1).fit([[1e200]]),
            r"KMeans.fit's x expects numbers of at most .* got 1e\+200 at index \(0, 0\)",
        ),
        (lambda: KMeans(1).predict(X), "expects fit before it"),
        (lambda: KMeans(1).fit(X).predict(np.ones((2, 3))), r"\(batch, 2\), got \(2, 3\)"),
        (lambda: assign(X, np.ones((2, 3))), r"centers expects shape \(batch, 2\), got \(2, 3\)"),
        (lambda: recenter(X, [0, 1, 2], X[:2]), "labels from 0 to 1, got 2 at index 2"),
        (lambda: recenter(X, [[0], [1], [1]], X[:2]), r"labels of shape \(3,\), got \(3, 1\)"),
        (lambda: recenter(X[:1], [0], X), "at least as many samples as clusters"),
        (lambda: plus_plus(X, 4), "at least as many samples as clusters"),
        (lambda: plus_plus(X, 0), "at least 1, got 0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
