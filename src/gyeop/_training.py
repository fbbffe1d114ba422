"""What `MLP.fit` does with a batch - forward and back through BP1-BP4, then a step of the optimizer - and its history.

`fit` has checked its data in full, so the equations stand here without checks and keep only what is needed again. A
test holds them equal to `MLP.gradients`, the plain form.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from .activations import identity, relu
from .losses import cross_entropy


@dataclass
class History:
    """What `MLP.fit` saw, one value an epoch; lists of what was not asked for stay empty.

    `train_loss` is the mean over the epoch's samples, each as its batch was learned; `validation_loss` and
    `validation_accuracy`, the share of right labels, are taken at the end of the epoch (the latter from classifiers);
    `learning_rate` is that of the epoch's last step.

    >>> print(History(train_loss=[2.0, 0.5], learning_rate=[0.1, 0.1]))
    epoch 2:  train loss 0.5  learning rate 0.1
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)

    def __str__(self):
        return f"epoch {len(self.train_loss)}:  " + "  ".join(
            f"{name.replace('_', ' ')} {values[-1]:.4g}" for name, values in vars(self).items() if values
        )


def learn(net, x, y, optimizer, weight_decay, dropout, rng, epoch):
    """One step on one batch; returns its loss."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            loss, weight_gradients, bias_gradients = forward_and_back(net, x, y, dropout, rng)
            if weight_decay:
                for g, W in zip(weight_gradients, net.weights, strict=True):
                    g += weight_decay * W
            if not math.isfinite(loss):
                raise ValueError(f"the loss is {loss}")
            optimizer.step([*weight_gradients, *bias_gradients])
    except ValueError as error:  # the data were checked, so only numbers that ran off can be wrong here
        raise FloatingPointError(
            f"MLP.fit left the finite numbers in epoch {epoch + 1} ({error}); try a lower learning rate"
        ) from error
    return loss


def forward_and_back(net, x, y, dropout, rng):
    """Forward and back through BP1-BP4: the loss, the weights' gradients, the biases' gradients."""
    zs, activations, keep = [], [x], []
    for W, b in zip(net.weights, net.biases, strict=True):
        z = activations[-1] @ W.T
        z += b
        zs.append(z)
        if len(zs) == len(net.weights):
            activations.append(net.output_activation(z))
            break
        a = net.activation(z)
        if dropout:
            keep.append((rng.random(a.shape, dtype=np.float32) >= dropout) * net.dtype.type(1 / (1 - dropout)))
            a *= keep[-1]
        activations.append(a)

    loss, delta = loss_and_gradient(net.loss, activations[-1], y)
    if net.output_activation is not identity:
        delta = delta * net.output_activation.derivative(zs[-1])  # BP1
    weight_gradients, bias_gradients = [], []
    for l in range(len(zs) - 1, -1, -1):
        weight_gradients.append(delta.T @ activations[l])  # BP4
        bias_gradients.append(delta.sum(axis=0))  # BP3
        if l:
            delta = delta @ net.weights[l]  # BP2
            delta *= zs[l - 1] > 0 if net.activation is relu else net.activation.derivative(zs[l - 1])
            if dropout:
                delta *= keep[l - 1]
    return loss, weight_gradients[::-1], bias_gradients[::-1]


def loss_and_gradient(loss, out, y):
    """loss(out, y) and loss.gradient(out, y); for cross-entropy with labels by one softmax and without its checks."""
    if loss is not cross_entropy or y.ndim == 2:
        return loss(out, y), loss.gradient(out, y)
    samples = np.arange(len(y))
    shifted = out - out.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis=1, keepdims=True)
    value = float((np.log(total)[:, 0] - shifted[samples, y]).sum() / len(y))
    p /= total
    p[samples, y] -= 1
    p /= len(y)
    return value, p
