"""A multi-layer perceptron that trains by the four equations of `gyeop.backprop`.

`MLP.gradients` is the plain form. `MLP.fit` checks its data once and then learns batch by batch with what stands in
`_training.py`: the same equations without the checks; a test holds the two equal.
"""

import numpy as np

from . import activations, losses
from ._archive import read_arrays, write_arrays
from ._checks import as_array, as_float, count, finite, flag, float_type, function, generator, not_empty, number, rows
from ._training import History, learn
from .activations import identity, relu, sigmoid, softmax
from .backprop import backprop, feedforward
from .init import he_normal, zeros
from .losses import binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy, hinge
from .optim import SGD
from .regularization import EarlyStopping


class MLP:
    """Fully connected layers, each followed by an activation: a = f(a W^T + b), layer after layer.

    `sizes` are the widths from input to output: [784, 128, 64, 10] has three layers. `activation` follows every layer
    but the last, `output_activation` the last; both are elementwise. The default is a classifier: logits out, softmax
    inside the loss `cross_entropy`. `init(shape, rng=..., dtype=...)` draws the weights, `he_normal` if None; biases
    start at 0. `weights` (out, in) and `biases` (out,) are lists of arrays of dtype `dtype`; x and y are cast to it.

    >>> from gyeop.data import make_xor
    >>> x, y = make_xor(4, noise=0)
    >>> net = MLP([2, 8, 2], rng=0)
    >>> weight_gradients, bias_gradients = net.gradients(x, y)
    >>> [g.shape for g in weight_gradients], [g.shape for g in bias_gradients]
    ([(8, 2), (2, 8)], [(8,), (2,)])
    >>> history = net.fit(x, y, epochs=500, batch_size=4, rng=0)
    >>> net.predict(x).tolist(), history.train_loss[-1] < 0.1
    ([0, 1, 1, 0], True)
    >>> net.forward(x).shape, net.predict_proba(x).sum(axis=1).round(4).tolist()
    ((4, 2), [1.0, 1.0, 1.0, 1.0])
    """

    def __init__(
        self,
        sizes,
        activation=relu,
        output_activation=identity,
        loss=cross_entropy,
        init=None,
        rng=None,
        dtype=np.float32,
    ):
        if isinstance(sizes, (str, bytes)) or not hasattr(sizes, "__len__"):
            raise TypeError(f"MLP expects a list of sizes, got {type(sizes).__name__}")
        self.sizes = tuple(count(n, "MLP's sizes") for n in sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"MLP expects at least an input and an output size, got {self.sizes}")
        self.activation = function(activation, "MLP's activation", beside="derivative")
        self.output_activation = function(output_activation, "MLP's output_activation", beside="derivative")
        self.loss = function(loss, "MLP's loss", beside="gradient")
        self.dtype, rng, init = float_type(dtype, "MLP's dtype"), generator(rng), he_normal if init is None else init
        function(init, "MLP's init")
        shapes = list(zip(self.sizes[1:], self.sizes[:-1], strict=True))
        self.weights = [init(shape, rng=rng, dtype=self.dtype) for shape in shapes]
        self.biases = [zeros(shape[:1], dtype=self.dtype) for shape in shapes]
        for W, shape in zip(self.weights, shapes, strict=True):
            if not isinstance(W, np.ndarray) or (W.dtype, W.shape) != (self.dtype, shape):
                got = f"{W.dtype} {W.shape}" if isinstance(W, np.ndarray) else type(W).__name__
                raise ValueError(f"MLP expects init to give an array {self.dtype} {shape}, got {got}")

    def __repr__(self):
        return (
            f"MLP({list(self.sizes)}, activation={self.activation.__name__}, "
            f"output_activation={self.output_activation.__name__}, loss={self.loss.__name__}, dtype={self.dtype})"
        )

    @property
    def parameters(self):
        """All weights, then all biases: the arrays themselves, as an optimizer takes them."""
        return [*self.weights, *self.biases]

    def forward(self, x):
        """The network's output for x (batch, in): (batch, out). Logits, unless `output_activation` makes them more."""
        x = self._input(x, "MLP.forward")
        return feedforward(self.weights, self.biases, x, self.activation, self.output_activation)[1][-1]

    def predict(self, x):
        """What y would be: labels (batch,) under cross_entropy, else (batch, out): 0/1, -1/+1 under hinge, numbers."""
        return self._decide(self.forward(x))

    def predict_proba(self, x):
        """Probabilities (batch, out): softmax of the logits, or their sigmoid under the binary loss on logits."""
        if self.loss is cross_entropy:
            return softmax(self.forward(x))
        if self.loss is binary_cross_entropy_with_logits:
            return sigmoid(self.forward(x))
        if self.loss is binary_cross_entropy:
            return self.forward(x)
        raise ValueError(f"MLP.predict_proba expects a cross-entropy loss, got {self.loss.__name__}")

    def gradients(self, x, y):
        """The gradients of the mean loss over the batch by `weights` and by `biases`: two lists in their shapes."""
        x, y = self._input(x, "MLP.gradients"), self._target(y, "MLP.gradients")
        return backprop(self.weights, self.biases, x, y, self.activation, self.output_activation, self.loss)

    def fit(
        self,
        x,
        y,
        epochs,
        batch_size,
        optimizer=None,
        validation=None,
        schedule=None,
        early_stopping=None,
        weight_decay=0.0,
        dropout=0.0,
        rng=None,
        progress=False,
    ):
        """Learn from x (n, in) and y, as the loss takes it, in shuffled batches of `batch_size`; returns the `History`.

        `optimizer` is built on this network's parameters, as Adam(net.parameters); None is SGD at a rate of 0.1.
        `validation` is a pair (x, y). `schedule(step)` gives the learning rate of a step, counted from 0 over all
        epochs. `early_stopping`, a `gyeop.regularization.EarlyStopping`, watches the validation loss; at the end, early
        or not, the network has its best weights. `weight_decay` adds weight_decay W to the gradient of the weights, not
        of the biases. `dropout` is the probability that a hidden activation is 0 in a step; the others are divided by
        1 - dropout, so that prediction needs no change (Srivastava et al. 2014). `rng` draws the order and the dropout.
        `progress` prints a line an epoch.

        Numbers that run off to infinity are a FloatingPointError that names the epoch: lower the learning rate.
        """
        x, y = self._data(x, y, "MLP.fit")
        if validation is not None:
            if not isinstance(validation, (tuple, list)) or len(validation) != 2:
                raise TypeError(f"MLP.fit expects validation to be a pair (x, y), got {type(validation).__name__}")
            x_held, y_held = self._data(validation[0], validation[1], "MLP.fit's validation")
        elif early_stopping is not None:
            raise ValueError("MLP.fit expects validation data with early_stopping, got None")
        epochs, batch_size = count(epochs, "MLP.fit's epochs"), count(batch_size, "MLP.fit's batch_size")
        weight_decay = number(weight_decay, "MLP.fit's weight_decay", at_least=0)
        dropout, rng = number(dropout, "MLP.fit's dropout", at_least=0, below=1), generator(rng)
        optimizer = SGD(self.parameters, lr=0.1) if optimizer is None else optimizer
        if not callable(getattr(optimizer, "step", None)):
            raise TypeError(f"MLP.fit expects an optimizer such as SGD(net.parameters, lr=0.1), got {optimizer!r}")
        if [id(w) for w in getattr(optimizer, "parameters", ())] != [id(w) for w in self.parameters]:
            raise ValueError("MLP.fit expects an optimizer built on this network's parameters, got one on other arrays")
        if schedule is not None:
            function(schedule, "MLP.fit's schedule")
        progress = flag(progress, "MLP.fit's progress")
        if early_stopping is not None:
            if not isinstance(early_stopping, EarlyStopping):
                raise TypeError(f"MLP.fit expects an EarlyStopping, got {early_stopping!r}")
            early_stopping.reset()
        self.gradients(np.zeros_like(x[:1]), y[:1])  # the checked form, once: activations and loss give what fits

        history, step = History(), 0
        for epoch in range(epochs):
            total, order = 0.0, rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                if schedule is not None:
                    optimizer.lr = number(schedule(step), "MLP.fit's schedule", at_least=0)
                batch = order[start : start + batch_size]
                total += len(batch) * learn(self, x[batch], y[batch], optimizer, weight_decay, dropout, rng, epoch)
                step += 1
            history.train_loss.append(total / len(x))
            history.learning_rate.append(optimizer.lr)
            if validation is not None:
                self._validate(x_held, y_held, history)
            if progress:
                print(history)
            if early_stopping is not None and early_stopping.update(history.validation_loss[-1], self.parameters):
                break
        if early_stopping is not None:
            early_stopping.restore(self.parameters)
        return history

    def save(self, path):
        """Write the network to `path`, an .npz file without pickle. Its activations and loss must be the library's.

        What is not a path is a TypeError; a path that cannot be written is an OSError, as from open().
        """
        names = {"activation": self.activation, "output_activation": self.output_activation, "loss": self.loss}
        for kind, f in names.items():
            if getattr(losses if kind == "loss" else activations, f.__name__, None) is not f:
                raise ValueError(f"MLP.save expects {kind} to be one of gyeop's, got {f.__name__}")
        layers = {f"weights.{l}": W for l, W in enumerate(self.weights)}
        layers |= {f"biases.{l}": b for l, b in enumerate(self.biases)}
        write_arrays(path, {kind: np.array(f.__name__) for kind, f in names.items()} | layers)

    @classmethod
    def load(cls, path):
        """The network that `save` wrote to `path`. A file cut short, damaged or foreign is a ValueError naming it."""
        arrays = read_arrays(path)
        try:
            depth = sum(name.startswith("weights.") for name in arrays)
            weights = [rows(arrays[f"weights.{l}"], f"weights.{l}") for l in range(depth)]
            biases = [finite(arrays[f"biases.{l}"], f"biases.{l}") for l in range(depth)]
            net = cls(
                [weights[0].shape[1], *(len(W) for W in weights)],
                activation=getattr(activations, str(arrays["activation"])),
                output_activation=getattr(activations, str(arrays["output_activation"])),
                loss=getattr(losses, str(arrays["loss"])),
                init=zeros,
                dtype=weights[0].dtype,
            )
            for here, there in zip(net.parameters, [*weights, *biases], strict=True):
                if (here.shape, here.dtype) != (there.shape, there.dtype):
                    raise ValueError(f"expected {here.dtype} {here.shape}, got {there.dtype} {there.shape}")
        except (KeyError, IndexError, AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"{path} does not hold an MLP: {error}") from error
        net.weights, net.biases = weights, biases
        return net

    def _validate(self, x, y, history):
        out = self.forward(x)
        history.validation_loss.append(self.loss(out, y))
        if self.loss in (cross_entropy, binary_cross_entropy, binary_cross_entropy_with_logits, hinge):
            labels = y.argmax(axis=1) if self.loss is cross_entropy and y.ndim == 2 else y
            history.validation_accuracy.append(float(np.mean(self._decide(out) == labels)))

    def _decide(self, out):
        if self.loss is cross_entropy:
            return out.argmax(axis=1)
        if self.loss is binary_cross_entropy:
            return (out > 0.5).astype(np.int64)
        if self.loss is binary_cross_entropy_with_logits:
            return (out > 0).astype(np.int64)
        if self.loss is hinge:
            return np.where(out > 0, 1, -1)
        return out

    def _input(self, x, name):
        return self._cast(rows(x, f"{name}'s x", columns=self.sizes[0]), f"{name}'s x")

    def _target(self, y, name):
        y = as_array(y, f"{name}'s y")
        if y.dtype.kind in "iu" or (self.loss is cross_entropy and y.ndim != 2):
            return y  # labels: the loss looks at them as they came
        return self._cast(as_float(y, f"{name}'s y"), f"{name}'s y")

    def _cast(self, array, name):
        with np.errstate(over="ignore"):
            return finite(array.astype(self.dtype, copy=False), f"{name}, as {self.dtype},")

    def _data(self, x, y, name):
        """x and y cast and checked in full: after this, every batch of them is right."""
        x, y = self._input(x, name), self._target(y, name)
        self.loss(np.zeros((len(x), self.sizes[-1]), self.dtype), not_empty(y, f"{name}'s y"))
        return x, y
