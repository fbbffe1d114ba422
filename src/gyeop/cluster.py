"""k-means: groups without labels.

The two moves - assign every sample to its nearest center, put every center at the mean of its samples - stand as
functions, `assign` and `recenter`; `KMeans` starts them well and repeats them, with scikit-learn's names.

S. Lloyd, Least squares quantization in PCM (1982). The start: D. Arthur, S. Vassilvitskii, k-means++: The Advantages of
Careful Seeding (2007), in its greedy form.
"""

import math

import numpy as np

from ._checks import count, generator, labels, rows, squarable


def _nearest(x, centers):
    """The index of the nearest center for each row; the first one of equally near ones. Best about the origin."""
    return ((centers**2).sum(axis=1) - 2 * (x @ centers.T)).argmin(axis=1)  # |x|^2 is the same for every center


def _nearest_anywhere(x, centers):
    middle = centers.mean(axis=0)  # distances from the middle are small numbers: less is lost in their difference
    return _nearest(x - middle, centers - middle)


def _squared_distances(x, points):
    """|x_i - points_i|^2 for each row of x; `points` has as many rows as x, or one."""
    return ((x - points) ** 2).sum(axis=1)


def _means(x, nearest, centers):
    """The mean of every cluster, empty ones filled as in `recenter`."""
    sizes = np.bincount(nearest, minlength=len(centers))
    if not sizes.all():
        nearest, distances = nearest.copy(), _squared_distances(x, centers[nearest])
        for empty in np.flatnonzero(sizes == 0):
            far = np.where(sizes[nearest] > 1, distances, -1).argmax()  # never the only sample of another cluster
            sizes[nearest[far]] -= 1
            sizes[empty], nearest[far], distances[far] = 1, empty, 0
    members = (nearest == np.arange(len(centers))[:, None]).astype(x.dtype)
    return members @ x / sizes[:, None]


def assign(x, centers):
    """The index of the nearest center for each sample: x (batch, features), centers (clusters, features) -> (batch,).

    Nearest in |x - center|^2; of equally near ones the first.

    >>> assign([[0.0], [1.0], [9.0]], centers=[[0.0], [10.0]]).tolist()
    [0, 0, 1]
    """
    x = squarable(rows(x, "assign's x"), "assign's x")
    centers = squarable(rows(centers, "assign's centers", columns=x.shape[1]), "assign's centers")
    return _nearest_anywhere(_wide(x), _wide(centers))


def recenter(x, nearest, centers):
    """New centers (clusters, features): the mean of the samples that `nearest` (batch,) gives to each cluster.

    A cluster without samples takes over the sample that lies farthest from its own one of `centers`, as in
    scikit-learn; so no cluster is ever lost, and the sum of squared distances still falls. There must be as many
    samples as clusters.

    >>> recenter([[0.0], [1.0], [9.0]], [0, 0, 1], centers=[[0.0], [10.0]]).tolist()
    [[0.5], [9.0]]
    >>> recenter([[0.0], [1.0], [9.0]], [0, 0, 0], centers=[[0.0], [99.0]]).tolist()  # cluster 1 is empty
    [[0.5], [9.0]]
    """
    x = squarable(rows(x, "recenter's x"), "recenter's x")
    centers = squarable(rows(centers, "recenter's centers", columns=x.shape[1]), "recenter's centers")
    _enough(x, len(centers), "recenter")
    nearest = labels(nearest, "recenter's nearest", len(x), len(centers))
    return _means(_wide(x), nearest, _wide(centers)).astype(x.dtype)


def plus_plus(x, n_clusters, rng=None):
    """First centers (n_clusters, features), samples of x (batch, features) that lie far apart: k-means++.

    The first is any sample; each next one is drawn with a probability in proportion to its squared distance from the
    nearest center so far. Of 2 + ln n_clusters draws the one is taken that leaves the smallest sum of squared
    distances (the greedy form). Where every sample is a center already, any sample is taken again.

    >>> sorted(plus_plus([[0.0], [0.1], [10.0], [10.1]], 2, rng=0)[:, 0].round().tolist())
    [0.0, 10.0]
    """
    x = squarable(rows(x, "plus_plus's x"), "plus_plus's x")
    n_clusters = _enough(x, n_clusters, "plus_plus")
    chosen = _start(_wide(x) - _wide(x).mean(axis=0), n_clusters, generator(rng))
    return x[chosen].astype(x.dtype)


def _start(x, n_clusters, rng):
    """The indices of the first centers. Best about the origin."""
    lengths, chosen = (x**2).sum(axis=1), [rng.integers(len(x))]

    def distances(i):
        found = np.maximum(lengths - 2 * (x[i] @ x.T) + lengths[i, None], 0)
        found[np.arange(len(i)), i] = 0
        return found

    nearest = distances(np.array(chosen))[0]
    while len(chosen) < n_clusters:
        total = nearest.sum()
        draws = rng.choice(len(x), size=2 + int(math.log(n_clusters)), p=nearest / total if total > 0 else None)
        left = np.minimum(nearest, distances(draws))
        best = left.sum(axis=1).argmin()
        chosen.append(draws[best])
        nearest = left[best]
    return chosen


class KMeans:
    """`n_clusters` centers, each the mean of the samples nearest to it: a local minimum of the inertia.

    The inertia is the sum over the samples of the squared distance to the nearest center. `fit` starts `restarts` times
    by `plus_plus`, repeats `assign` and `recenter` until no sample changes its cluster, at most `max_iter` times, and
    keeps the start that ends with the smallest inertia. An emptied cluster is filled as `recenter` says. If x has fewer
    DIFFERENT samples than clusters, some centers coincide and the later ones of them have no samples: inertia 0.

    After fit: `cluster_centers_` (n_clusters, features), `labels_` (batch,) integers, `inertia_` a float, `n_iter_` the
    rounds of the best start; n_iter_ == max_iter says that it was stopped. Sums are taken in float64; the centers have
    the dtype of x (float64 for integers). With a seed as `rng`, every fit is the same.

    >>> x = np.array([[0.0, 0.0], [0.0, 2.0], [9.0, 0.0], [9.0, 2.0]])
    >>> groups = KMeans(2, rng=0).fit(x)
    >>> sorted(groups.cluster_centers_.tolist()), groups.inertia_
    ([[0.0, 1.0], [9.0, 1.0]], 4.0)
    >>> bool(groups.predict([[8.0, 8.0]])[0] == groups.labels_[2])
    True
    """

    cluster_centers_: np.ndarray | None = None
    labels_: np.ndarray | None = None
    inertia_: float | None = None
    n_iter_: int | None = None

    def __init__(self, n_clusters, rng=None, restarts=20, max_iter=300):
        self.n_clusters, self.restarts = count(n_clusters, "KMeans's n_clusters"), count(restarts, "KMeans's restarts")
        self.max_iter = count(max_iter, "KMeans's max_iter")
        generator(rng)  # a wrong one is named here, not at the first fit
        self.rng = rng

    def __repr__(self):
        return f"KMeans({self.n_clusters}, restarts={self.restarts}, max_iter={self.max_iter})"

    def fit(self, x):
        """Find the centers for x (batch, features), a batch of at least n_clusters; returns the KMeans."""
        x = squarable(rows(x, "KMeans.fit's x"), "KMeans.fit's x")
        _enough(x, self.n_clusters, "KMeans.fit")
        rng, middle = generator(self.rng), _wide(x).mean(axis=0)
        centered = _wide(x) - middle
        best = min((self._descend(centered, rng) for _ in range(self.restarts)), key=lambda found: found[0])
        self.cluster_centers_, self.n_iter_ = (best[1] + middle).astype(x.dtype), best[2]
        self.labels_ = self.predict(x)
        self.inertia_ = float(_squared_distances(_wide(x), _wide(self.cluster_centers_)[self.labels_]).sum())
        return self

    def _descend(self, x, rng):
        """One start, down to its local minimum: (inertia, centers, rounds)."""
        centers, before, rounds = x[_start(x, self.n_clusters, rng)], None, 0
        while rounds < self.max_iter:
            nearest = _nearest(x, centers)
            centers, rounds = _means(x, nearest, centers), rounds + 1
            if before is not None and (nearest == before).all():
                break
            before = nearest
        return float(_squared_distances(x, centers[_nearest(x, centers)]).sum()), centers, rounds

    def predict(self, x):
        """The nearest center of each sample: x (batch, features) -> (batch,), as in `assign`."""
        if self.cluster_centers_ is None:
            raise ValueError("KMeans.predict expects fit before it, got a KMeans without centers")
        x = squarable(rows(x, "KMeans.predict's x", columns=self.cluster_centers_.shape[1]), "KMeans.predict's x")
        return _nearest_anywhere(_wide(x), _wide(self.cluster_centers_))

    def fit_predict(self, x):
        """fit(x).labels_"""
        return self.fit(x).labels_


def _enough(x, n_clusters, name):
    n_clusters = count(n_clusters, f"{name}'s n_clusters")
    if len(x) < n_clusters:
        raise ValueError(f"{name} expects at least as many samples as clusters, got x {x.shape} and {n_clusters}")
    return n_clusters


def _wide(x):
    return x.astype(np.result_type(x.dtype, np.float64), copy=False)
