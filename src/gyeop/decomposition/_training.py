"""What both autoencoders are trained by: BP1-BP4 through a network that is part of a larger one, batch after batch."""

import math

import numpy as np

from .._checks import count, finite, flag, generator, rows
from ..backprop import bias_gradient, feedforward, hidden_error, output_error, weight_gradient
from ..optim import Adam


def cast_rows(x, name, columns, dtype):
    """x (batch, columns) in the model's dtype, finite in it too."""
    with np.errstate(over="ignore"):
        return finite(rows(x, name, columns).astype(dtype, copy=False), f"{name}, as {dtype},")


def forward(net, x):
    """Every z and every a of `net`, an MLP, as `feedforward` gives them."""
    return feedforward(net.weights, net.biases, x, net.activation, net.output_activation)


def answer(net, x, name):
    """The output of `net` for x; numbers on the way that are too large for its dtype are a ValueError."""
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(net.forward(x), f"{name}, in {net.dtype},")


def backward(net, zs, activations, upstream):
    """From `upstream`, the gradient of the loss by the output of `net`, an MLP, back to its input, by BP1-BP4.

    `zs` and `activations` are those of the forward pass. Returns the gradients in the order of net.parameters, and the
    gradient by the input: where the network before this one goes on.
    """
    delta = output_error(upstream, zs[-1], net.output_activation)
    weight_gradients, bias_gradients = [weight_gradient(delta, activations[-2])], [bias_gradient(delta)]
    for l in range(len(zs) - 2, -1, -1):
        delta = hidden_error(net.weights[l + 1], delta, zs[l], net.activation)
        weight_gradients.insert(0, weight_gradient(delta, activations[l]))
        bias_gradients.insert(0, bias_gradient(delta))
    return [*weight_gradients, *bias_gradients], delta @ net.weights[0]


def train(model, samples, learn, epochs, batch_size, optimizer, rng, progress):
    """Go through 0 ... samples - 1 in shuffled batches, `epochs` times; returns the mean loss of each epoch.

    `learn(indices, rng)` gives the loss of a batch and its gradients in the order of model.parameters.
    """
    name = f"{type(model).__name__}.fit"
    epochs, batch_size = count(epochs, f"{name}'s epochs"), count(batch_size, f"{name}'s batch_size")
    rng, progress = generator(rng), flag(progress, f"{name}'s progress")
    optimizer = Adam(model.parameters) if optimizer is None else optimizer
    if not callable(getattr(optimizer, "step", None)):
        raise TypeError(f"{name} expects an optimizer such as Adam(model.parameters), got {optimizer!r}")
    if [id(w) for w in getattr(optimizer, "parameters", ())] != [id(w) for w in model.parameters]:
        raise ValueError(f"{name} expects an optimizer built on this model's parameters, got one on other arrays")

    losses = []
    for epoch in range(epochs):
        total, order = 0.0, rng.permutation(samples)
        for start in range(0, samples, batch_size):
            batch = order[start : start + batch_size]
            try:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    loss, gradients = learn(batch, rng)
                    if not math.isfinite(loss):
                        raise ValueError(f"the loss is {loss}")
                    optimizer.step(gradients)
            except ValueError as error:  # the data were checked, so only numbers that ran off can be wrong here
                raise FloatingPointError(
                    f"{name} left the finite numbers in epoch {epoch + 1} ({error}); "
                    f"try a lower learning rate, or more bits than {model.dtype}"
                ) from error
            total += len(batch) * loss
        losses.append(total / samples)
        if progress:
            print(f"epoch {epoch + 1}:  train loss {losses[-1]:.4g}")
    return losses
