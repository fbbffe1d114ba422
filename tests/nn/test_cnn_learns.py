"""A convolutional network reads digits that it has not seen."""

import time

import numpy as np
import pytest

from gyeop.augment import shift
from gyeop.data import batches, load_mnist
from gyeop.nn import (
    BatchNorm2d,
    Conv2d,
    CrossEntropyLoss,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
)
from gyeop.optim import Adam
from gyeop.schedules import cosine_decay


def network():
    """Three convolutions, (batch, 1, 28, 28) -> (batch, 10)."""
    return Sequential(
        *(Conv2d(1, 8, 3, padding=1, rng=0), BatchNorm2d(8), ReLU(), MaxPool2d(2)),  # (8, 14, 14)
        *(Conv2d(8, 16, 3, padding=1, rng=1), BatchNorm2d(16), ReLU(), MaxPool2d(2)),  # (16, 7, 7)
        *(Conv2d(16, 32, 3, rng=2), BatchNorm2d(32), ReLU()),  # (32, 5, 5)
        *(Flatten(), Dropout(0.2, rng=3), Linear(32 * 5 * 5, 10, rng=4)),
    )


def train(net, x, y, epochs, lr=4e-3):
    """Losses of all steps, on images moved by up to two pixels."""
    optimizer, loss_of, losses = Adam(net.parameters(), lr=lr), CrossEntropyLoss(), []
    rng = np.random.default_rng(0)
    for epoch in range(epochs):
        optimizer.lr = cosine_decay(lr, epoch, epochs)
        for images, labels in batches(x, y, 50, rng=rng):
            loss = loss_of(net(shift(images, 2, rng=rng)), labels)
            net.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def accuracy(net, x, y):
    net.eval()
    return np.mean(net(x).data.argmax(axis=1) == y)


def test_a_few_steps_lower_the_loss():
    x, y, x_test, y_test = load_mnist()
    x, y = x[::4].reshape(-1, 1, 28, 28), y[::4]
    net = network()
    losses = train(net, x, y, epochs=3)
    assert np.mean(losses[-5:]) < 0.4 * losses[0]
    assert accuracy(net, x_test.reshape(-1, 1, 28, 28), y_test) > 0.85


@pytest.mark.slow
def test_97_percent_of_digits_never_seen_within_90_seconds():
    x, y, x_test, y_test = load_mnist()
    started, net = time.perf_counter(), network()
    train(net, x.reshape(-1, 1, 28, 28), y, epochs=10)
    share = accuracy(net, x_test.reshape(-1, 1, 28, 28), y_test)
    assert share >= 0.97
    assert time.perf_counter() - started < 90
