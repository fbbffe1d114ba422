"""Principal component analysis: the directions along which data vary most.

K. Pearson, On lines and planes of closest fit to systems of points in space (1901); H. Hotelling, Analysis of a complex
of statistical variables into principal components (1933). Computed by the singular value decomposition, in which fewer
digits are lost than in the covariance matrix; names and signs are scikit-learn's.
"""

import numpy as np

from .._checks import count, rows, squarable


class PCA:
    """The `n_components` orthogonal directions of largest variance: code = (x - mean) components^T.

    Of all linear codes of that length, this one is undone with the smallest squared error (Eckart, Young 1936).
    n_components is at most min(samples, features), as in scikit-learn; components beyond the rank of the data have
    variance 0. Each component's sign is such that its largest entry, by size, is positive.

    After fit: `mean_` (features,); `components_` (n_components, features), orthonormal rows, largest variance first;
    `explained_variance_` (n_components,), sum of squares / (samples - 1), and `explained_variance_ratio_`, its share of
    the variance of all features, 0 where data do not vary at all; both float64. The rest has the dtype of x (float64
    for integers), and what is computed from it that of its own input; sums are taken in float64.

    >>> pca = PCA(1).fit([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    >>> pca.components_.round(2).tolist(), pca.explained_variance_.round(2).tolist()
    ([[0.6, 0.8]], [25.0])
    >>> pca.transform([[3.0, 4.0], [6.0, 8.0]]).round(2).tolist()
    [[0.0], [5.0]]
    """

    mean_: np.ndarray | None = None
    components_: np.ndarray | None = None
    explained_variance_: np.ndarray | None = None
    explained_variance_ratio_: np.ndarray | None = None

    def __init__(self, n_components):
        self.n_components = count(n_components, "PCA's n_components")

    def __repr__(self):
        return f"PCA({self.n_components})"

    def fit(self, x):
        """Find the directions of x (batch, features), a batch of at least two: one has no variance. Returns the PCA."""
        x = squarable(rows(x, "PCA.fit's x"), "PCA.fit's x")
        if len(x) < 2:
            raise ValueError(f"PCA.fit expects at least two samples, got x {x.shape}")
        if self.n_components > min(x.shape):
            raise ValueError(
                f"PCA.fit expects n_components of at most min(samples, features), {min(x.shape)} here, "
                f"got {self.n_components} for x {x.shape}"
            )
        wide = x.astype(np.float64)
        flat = wide.max(axis=0) == wide.min(axis=0)  # the rounding of a mean can give such a feature a variance
        mean = np.where(flat, wide[0], wide.mean(axis=0))
        _, s, components = np.linalg.svd(wide - mean, full_matrices=False)
        largest = components[np.arange(len(components)), np.abs(components).argmax(axis=1)]
        components *= np.sign(largest)[:, None]

        variance = s**2 / (len(x) - 1)
        share = variance / variance.sum() if variance.any() else variance
        self.mean_, self.components_ = mean.astype(x.dtype), components[: self.n_components].astype(x.dtype)
        self.explained_variance_ = variance[: self.n_components]
        self.explained_variance_ratio_ = share[: self.n_components]
        return self

    def transform(self, x):
        """The codes (batch, n_components) of x (batch, features): (x - mean) components^T."""
        mean, components = self._fitted("PCA.transform")
        x = squarable(rows(x, "PCA.transform's x", columns=len(mean)), "PCA.transform's x")
        return _cast((x - mean) @ components.T, x.dtype)

    def fit_transform(self, x):
        """fit(x).transform(x)"""
        return self.fit(x).transform(x)

    def inverse_transform(self, code):
        """What has these codes (batch, n_components): code components + mean, of shape (batch, features)."""
        mean, components = self._fitted("PCA.inverse_transform")
        name = "PCA.inverse_transform's code"
        code = squarable(rows(code, name, columns=len(components)), name)
        return _cast(code @ components + mean, code.dtype)

    def _fitted(self, name):
        if self.mean_ is None or self.components_ is None:
            raise ValueError(f"{name} expects fit before it, got a PCA without components")
        return self.mean_.astype(np.float64), self.components_.astype(np.float64)


def _cast(array, dtype):
    with np.errstate(over="ignore"):  # a number too large for float16 is inf, and says so by being inf
        return array.astype(dtype)
