"""The variational autoencoder: a code that can be drawn, so that a decoder can make new samples.

D. P. Kingma, M. Welling, Auto-Encoding Variational Bayes (2014); beta is that of I. Higgins et al., beta-VAE (2017),
the condition that of K. Sohn, H. Lee, X. Yan, Learning Structured Output Representation using Deep Conditional
Generative Models (2015).
"""

import numpy as np

from .._checks import count, finite_float, generator, not_empty, number
from ..activations import identity, relu, sigmoid
from ..losses import binary_cross_entropy_with_logits, with_gradient
from ..mlp import MLP
from ._training import answer, backward, cast_rows, forward, train


def _means_and_log_variances(mean, log_variance):
    mean = finite_float(mean, "gaussian_kl's mean")
    log_variance = finite_float(log_variance, "gaussian_kl's log_variance")
    if mean.ndim != 2 or mean.shape != log_variance.shape:
        raise ValueError(
            f"gaussian_kl expects mean and log_variance of one shape (batch, code), "
            f"got {mean.shape} and {log_variance.shape}"
        )
    return not_empty(mean, "gaussian_kl"), log_variance


def _gaussian_kl_gradient(mean, log_variance):
    """(mean, (exp(log_variance) - 1) / 2) / batch: the gradients by `mean` and by `log_variance`, in their shape."""
    mean, log_variance = _means_and_log_variances(mean, log_variance)
    with np.errstate(over="ignore"):
        return mean / len(mean), np.expm1(log_variance) / 2 / len(mean)


@with_gradient(_gaussian_kl_gradient)
def gaussian_kl(mean, log_variance):
    """The divergence KL(N(mean, variance) || N(0, 1)) of normal distributions, mean over the batch, sum over the code.

    mean and log_variance (batch, code):  sum_j (mean_j^2 + variance_j - 1 - log variance_j) / 2  for each row (Kingma,
    Welling 2014, appendix B). It is 0 where mean is 0 and variance 1, and above 0 elsewhere.

    >>> gaussian_kl([[0.0, 0.0]], [[0.0, 0.0]]), gaussian_kl([[1.0, -2.0]], [[0.0, 0.0]])
    (0.0, 2.5)
    >>> [g.tolist() for g in gaussian_kl.gradient([[1.0, -2.0]], [[0.0, 0.0]])]
    [[[1.0, -2.0]], [[0.0, 0.0]]]
    """
    mean, log_variance = _means_and_log_variances(mean, log_variance)
    with np.errstate(over="ignore"):  # a divergence too large for its dtype is inf, and says so by being inf
        return float((mean**2 + np.expm1(log_variance) - log_variance).sum(axis=1).mean() / 2)


class VAE:
    """An autoencoder whose code is a normal distribution, kept near N(0, 1): what is drawn from that can be decoded.

    The encoder gives a mean and a log variance for each number of the code; z = mean + exp(log variance / 2) noise with
    noise from N(0, 1) (the reparameterization: z is random, yet has a derivative by mean and variance); the decoder
    makes an output of z. Training lowers

        features * loss(output, x)  +  beta * gaussian_kl(mean, log variance)

    the mean over the batch of a sum over the features, and the divergence. With binary_cross_entropy_with_logits, for
    x from 0 to 1, and beta = 1 that is the negative evidence lower bound: -log p(x) is at most that, in nats. With mse
    the output is the mean of a normal distribution of variance 1/2, up to a constant.

    `sizes` are the encoder's widths, from the features to the code: [64, 128, 8]; the decoder goes back. With
    `conditions` above 0 encoder and decoder see `condition` (batch, conditions) beside their input, such as a one-hot
    label, and `sample` makes samples of what it asks for: p(x | condition). `activation` follows the hidden layers.
    `encoder` and `decoder` are `gyeop.MLP`s; `init`, `rng` and `dtype` are those of MLP. After fit, `train_loss_` is
    the mean objective of each of its epochs.

    >>> x = np.repeat([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]], 16, axis=0)
    >>> model = VAE([4, 16, 2], rng=0).fit(x, epochs=200, batch_size=8, rng=0)
    >>> model.transform(x).shape, model.sample(5, rng=0).shape
    ((32, 2), (5, 4))
    >>> made = model.sample(100, rng=0).round()
    >>> bool((made[:, 0] != made[:, 1]).mean() > 0.9)
    True
    """

    train_loss_: list[float] | None = None

    def __init__(
        self,
        sizes,
        activation=relu,
        loss=binary_cross_entropy_with_logits,
        beta=1.0,
        conditions=0,
        init=None,
        rng=None,
        dtype=np.float32,
    ):
        if isinstance(sizes, (str, bytes)) or not hasattr(sizes, "__len__"):
            raise TypeError(f"VAE expects a list of sizes, got {type(sizes).__name__}")
        self.sizes = tuple(count(n, "VAE's sizes") for n in sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"VAE expects at least the features and the code, got {self.sizes}")
        self.beta, self.conditions = number(beta, "VAE's beta", at_least=0), count(conditions, "VAE's conditions", 0)
        features, *hidden, code = self.sizes
        rng = generator(rng)
        self.encoder = MLP(
            [features + self.conditions, *hidden, 2 * code], activation, identity, loss, init, rng, dtype
        )
        self.decoder = MLP(
            [code + self.conditions, *hidden[::-1], features], activation, identity, loss, init, rng, dtype
        )
        self.loss, self.dtype = loss, self.encoder.dtype

    def __repr__(self):
        condition = f", conditions={self.conditions}" if self.conditions else ""
        return f"VAE({list(self.sizes)}, loss={self.loss.__name__}, beta={self.beta:g}{condition}, dtype={self.dtype})"

    @property
    def parameters(self):
        """All arrays that training changes, the encoder's and then the decoder's: what an optimizer takes."""
        return [*self.encoder.parameters, *self.decoder.parameters]

    def fit(self, x, epochs=100, batch_size=64, condition=None, optimizer=None, rng=None, progress=False):
        """Learn from x (n, features), and condition (n, conditions), in shuffled batches; returns the VAE.

        `optimizer` is built on this model's parameters, as Adam(model.parameters); None is Adam at a rate of 0.001.
        `rng` draws the order and the noise; `progress` prints a line an epoch. Numbers that run off to infinity are a
        FloatingPointError.
        """
        x, seen = self._data(x, condition, "VAE.fit")

        def learn(batch, rng):
            noise = rng.normal(size=(len(batch), self.sizes[-1])).astype(self.dtype)
            return self._learn(x[batch], noise, seen[batch])

        self.train_loss_ = train(self, len(x), learn, epochs, batch_size, optimizer, rng, progress)
        return self

    def encode(self, x, condition=None):
        """The distribution of the code of x (batch, features): (mean, log variance), both (batch, code)."""
        x = cast_rows(x, "VAE.encode's x", self.sizes[0], self.dtype)
        out = answer(self.encoder, np.hstack([x, self._condition(condition, len(x), "VAE.encode")]), "VAE.encode")
        return out[:, : self.sizes[-1]], out[:, self.sizes[-1] :]

    def transform(self, x, condition=None):
        """The codes (batch, code) of x (batch, features): the means, without noise."""
        return self.encode(x, condition)[0]

    def fit_transform(self, x, epochs=100, batch_size=64, condition=None, optimizer=None, rng=None, progress=False):
        """fit(x, ...).transform(x, condition)"""
        return self.fit(x, epochs, batch_size, condition, optimizer, rng, progress).transform(x, condition)

    def inverse_transform(self, code, condition=None):
        """What becomes of the codes (batch, code): (batch, features), probabilities under a loss on logits."""
        code = cast_rows(code, "VAE.inverse_transform's code", self.sizes[-1], self.dtype)
        condition = self._condition(condition, len(code), "VAE.inverse_transform")
        return self._decode(code, condition, "VAE.inverse_transform")

    def sample(self, n, rng=None, condition=None):
        """n new samples (n, features): codes drawn from N(0, 1), decoded; with `condition` (n, conditions) if any."""
        n, rng = count(n, "VAE.sample's n"), generator(rng)
        condition = self._condition(condition, n, "VAE.sample")
        return self._decode(rng.normal(size=(n, self.sizes[-1])).astype(self.dtype), condition, "VAE.sample")

    def _decode(self, code, condition, name):
        out = answer(self.decoder, np.hstack([code, condition]), name)
        return sigmoid(out) if self.loss is binary_cross_entropy_with_logits else out

    def objective(self, x, noise, condition=None):
        """What fit makes small, at this noise (batch, code) in place of a draw from N(0, 1): a float."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._learn(*self._given(x, noise, condition, "VAE.objective"))[0]

    def gradients(self, x, noise, condition=None):
        """The gradients of `objective(x, noise, condition)`: a list in the order and the shapes of `parameters`."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._learn(*self._given(x, noise, condition, "VAE.gradients"))[1]

    def _given(self, x, noise, condition, name):
        x, condition = self._data(x, condition, name)
        noise = cast_rows(noise, f"{name}'s noise", self.sizes[-1], self.dtype)
        if len(noise) != len(x):
            raise ValueError(f"{name} expects noise ({len(x)}, {self.sizes[-1]}) for x {x.shape}, got {noise.shape}")
        return x, noise, condition

    def _data(self, x, condition, name):
        x = cast_rows(x, f"{name}'s x", self.sizes[0], self.dtype)
        self.loss(np.zeros_like(x), x)  # a loss that does not fit the data says so before anything is learned
        return x, self._condition(condition, len(x), name)

    def _condition(self, condition, batch, name):
        """The condition as rows, (batch, 0) if there is none to be given."""
        if condition is None and self.conditions == 0:
            return np.empty((batch, 0), self.dtype)
        expected = f"condition ({batch}, {self.conditions})" if self.conditions else "no condition"
        if condition is None or self.conditions == 0:
            raise ValueError(f"{name} expects {expected}, got {np.shape(condition) if condition is not None else None}")
        condition = cast_rows(condition, f"{name}'s condition", self.conditions, self.dtype)
        if len(condition) != batch:
            raise ValueError(f"{name} expects {expected}, got {condition.shape}")
        return condition

    def _learn(self, x, noise, condition):
        """Forward, then back through decoder, reparameterization and encoder: the objective and its gradients."""
        features, code = self.sizes[0], self.sizes[-1]
        zs, activations = forward(self.encoder, np.hstack([x, condition]))
        mean, log_variance = activations[-1][:, :code], activations[-1][:, code:]
        deviation = np.exp(log_variance / 2)
        z = mean + deviation * noise
        decoder_zs, decoder_activations = forward(self.decoder, np.hstack([z, condition]))
        out = decoder_activations[-1]
        objective = features * self.loss(out, x) + self.beta * gaussian_kl(mean, log_variance)

        by_out = features * self.loss.gradient(out, x)
        decoder_gradients, by_input = backward(self.decoder, decoder_zs, decoder_activations, by_out)
        by_z = by_input[:, :code]
        kl_by_mean, kl_by_log_variance = gaussian_kl.gradient(mean, log_variance)
        by_mean = by_z + self.beta * kl_by_mean
        by_log_variance = by_z * noise * deviation / 2 + self.beta * kl_by_log_variance
        encoder_gradients, _ = backward(self.encoder, zs, activations, np.hstack([by_mean, by_log_variance]))
        return objective, [*encoder_gradients, *decoder_gradients]
