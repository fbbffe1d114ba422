"""A network that learns to give back its input through a narrow middle: the code.

D. Rumelhart, G. Hinton, R. Williams, Learning Internal Representations by Error Propagation (1986); G. Hinton,
R. Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks (2006). That a linear one finds PCA's plane:
P. Baldi, K. Hornik, Neural networks and principal component analysis (1989).
"""

import numpy as np

from .._checks import generator
from ..activations import identity, relu, sigmoid
from ..losses import binary_cross_entropy_with_logits, mse
from ..mlp import MLP
from ._training import answer, backward, cast_rows, forward, train


class Autoencoder:
    """An encoder and a decoder, trained so that decoder(encoder(x)) is near x; encoder(x) is the code.

    `sizes` are the encoder's widths, from the features to the code: [64, 32, 2] encodes 64 numbers in 2, and the
    decoder goes back through 32 to 64. `activation` follows the hidden layers, `code_activation` the code and
    `output_activation` the output; all are elementwise. `loss` compares output and input: mse, mae, huber, or a binary
    cross-entropy for numbers from 0 to 1; under the one on logits, what comes out is the sigmoid of the last layer.
    With `identity` everywhere and mse it finds the plane of PCA, but not its axes.

    `encoder` and `decoder` are `gyeop.MLP`s, with their weights and biases; `init`, `rng` and `dtype` are those of MLP,
    and as there x is cast to `dtype`. After fit, `train_loss_` is the mean loss of each of its epochs.

    >>> x = np.repeat(np.eye(4), 8, axis=0)
    >>> model = Autoencoder([4, 8, 2], output_activation=sigmoid, rng=0).fit(x, epochs=300, batch_size=8, rng=0)
    >>> model.transform(x).shape, bool(abs(model.inverse_transform(model.transform(x)) - x).max() < 0.5)
    ((32, 2), True)
    """

    train_loss_: list[float] | None = None

    def __init__(
        self,
        sizes,
        activation=relu,
        code_activation=identity,
        output_activation=identity,
        loss=mse,
        init=None,
        rng=None,
        dtype=np.float32,
    ):
        rng = generator(rng)
        self.encoder = MLP(sizes, activation, code_activation, loss, init, rng, dtype)
        self.decoder = MLP(self.encoder.sizes[::-1], activation, output_activation, loss, init, rng, dtype)
        self.sizes, self.loss, self.dtype = self.encoder.sizes, loss, self.encoder.dtype

    def __repr__(self):
        return f"Autoencoder({list(self.sizes)}, loss={self.loss.__name__}, dtype={self.dtype})"

    @property
    def parameters(self):
        """All arrays that training changes, the encoder's and then the decoder's: what an optimizer takes."""
        return [*self.encoder.parameters, *self.decoder.parameters]

    def fit(self, x, epochs=100, batch_size=64, optimizer=None, rng=None, progress=False):
        """Learn from x (n, features) in shuffled batches, going on from the present weights; returns the Autoencoder.

        `optimizer` is built on this model's parameters, as SGD(model.parameters, lr=0.1); None is Adam at a rate of
        0.001. `rng` draws the order; `progress` prints a line an epoch. Numbers that run off to infinity are a
        FloatingPointError.
        """
        x = self._data(x, "Autoencoder.fit")
        self.train_loss_ = train(
            self, len(x), lambda batch, rng: self._learn(x[batch]), epochs, batch_size, optimizer, rng, progress
        )
        return self

    def transform(self, x):
        """The codes (batch, code) of x (batch, features)."""
        x = cast_rows(x, "Autoencoder.transform's x", self.sizes[0], self.dtype)
        return answer(self.encoder, x, "Autoencoder.transform")

    def fit_transform(self, x, epochs=100, batch_size=64, optimizer=None, rng=None, progress=False):
        """fit(x, ...).transform(x)"""
        return self.fit(x, epochs, batch_size, optimizer, rng, progress).transform(x)

    def inverse_transform(self, code):
        """What the decoder makes of the codes (batch, code): (batch, features)."""
        code = cast_rows(code, "Autoencoder.inverse_transform's code", self.sizes[-1], self.dtype)
        out = answer(self.decoder, code, "Autoencoder.inverse_transform")
        return sigmoid(out) if self.loss is binary_cross_entropy_with_logits else out

    def objective(self, x):
        """What fit makes small: the loss between decoder(encoder(x)) and x (batch, features), a float."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._learn(self._data(x, "Autoencoder.objective"))[0]

    def gradients(self, x):
        """The gradients of `objective(x)`: a list in the order and the shapes of `parameters`."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._learn(self._data(x, "Autoencoder.gradients"))[1]

    def _data(self, x, name):
        x = cast_rows(x, f"{name}'s x", self.sizes[0], self.dtype)
        self.loss(np.zeros_like(x), x)  # a loss that does not fit the data says so before anything is learned
        return x

    def _learn(self, x):
        """Forward, and back through the decoder and on through the encoder: the loss and the gradients."""
        zs, activations = forward(self.encoder, x)
        decoder_zs, decoder_activations = forward(self.decoder, activations[-1])
        out = decoder_activations[-1]
        by_out = self.loss.gradient(out, x)
        decoder_gradients, by_code = backward(self.decoder, decoder_zs, decoder_activations, by_out)
        encoder_gradients, _ = backward(self.encoder, zs, activations, by_code)
        return self.loss(out, x), [*encoder_gradients, *decoder_gradients]
