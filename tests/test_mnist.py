"""What a network of the library reaches on real digits: learned from the 4,000 that ship, judged on the other 1,000."""

import time

import numpy as np
import pytest

from gyeop import MLP, data
from gyeop.augment import shift
from gyeop.optim import SGD, Adam
from gyeop.schedules import cosine_decay

STEPS = 63  # in an epoch: 4,000 / 64


def learned(seed, epochs=30):
    """784-128-64-10 from He's weights, by Adam under a cosine; the share of right answers, and the seconds of work."""
    x, y, x_test, y_test = data.load_mnist()
    begun = time.process_time()
    net = MLP([784, 128, 64, 10], rng=seed)
    optimizer = Adam(net.parameters)
    net.fit(x, y, epochs, 64, optimizer, schedule=lambda step: cosine_decay(3e-3, step, epochs * STEPS), rng=seed)
    return np.mean(net.predict(x_test) == y_test), time.process_time() - begun


def learned_from_shifted_digits(seed, epochs=80):
    """The same network by SGD with momentum and a little weight decay; each epoch sees the digits anew, elsewhere."""
    x, y, x_test, y_test = data.load_mnist()
    begun, rng = time.process_time(), np.random.default_rng(seed)
    net = MLP([784, 128, 64, 10], rng=rng)
    optimizer = SGD(net.parameters, lr=0.05, momentum=0.9)
    for epoch in range(epochs):

        def schedule(step, done=epoch * STEPS):
            return cosine_decay(0.05, done + step, epochs * STEPS)

        moved = shift(x.reshape(-1, 28, 28), pixels=2, rng=rng).reshape(x.shape)
        net.fit(moved, y, 1, 64, optimizer, schedule=schedule, weight_decay=5e-4, rng=rng)
    return np.mean(net.predict(x_test) == y_test), time.process_time() - begun


def test_a_short_training():
    assert learned(seed=0, epochs=10)[0] > 0.92
    assert learned_from_shifted_digits(seed=0, epochs=10)[0] > 0.92


@pytest.mark.slow
@pytest.mark.parametrize(("train", "least"), [(learned, 0.94), (learned_from_shifted_digits, 0.97)])
def test_the_mean_of_five_seeds(train, least):
    right, seconds = zip(*(train(seed) for seed in range(5)), strict=True)
    assert np.mean(right) >= least
    assert max(seconds) < 15
