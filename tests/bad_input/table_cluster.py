"""k-means."""

import numpy as np

from gyeop import cluster

from .arrays import Array, Labels
from .case import Case
from .kinds import Count, Rng
from .variants import Given

X = Array("n", 3)


def fitted():
    return cluster.KMeans(2, rng=0, restarts=2).fit(np.arange(15.0).reshape(5, 3))


def unfitted():
    return cluster.KMeans(2, rng=0, restarts=2)


CASES = [
    Case(cluster.assign, dtype=None).takes(x=Array("n", "d"), centers=Array("k", "d")),
    Case(cluster.recenter, dtype=None).takes(
        x=Array("n", "d"), nearest=Labels("n", classes=2), centers=Array(2, "d", also=[("k", "d")])
    ),
    Case(cluster.plus_plus).takes(x=Array("n", "d"), n_clusters=Count(2), rng=Rng()),
    Case(cluster.KMeans).takes(n_clusters=Count(2), rng=Rng(), restarts=Count(20), max_iter=Count(300)),
    Case(cluster.KMeans.fit).takes(self=Given(unfitted), x=Array("n", "d")),
    Case(cluster.KMeans.predict, dtype=None).takes(self=Given(fitted), x=X),
    Case(cluster.KMeans.fit_predict).takes(self=Given(unfitted), x=Array("n", "d")),
]
