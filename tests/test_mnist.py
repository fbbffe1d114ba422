"""What the network of the book reaches on real digits: learned from the 4,000 that ship, judged on the other 1,000.

The recipes, which `load_mnist` tells, were chosen without the 1,000: among some thirty, of optimizer, rate, batch,
dropout, weight decay, scaling, activation and size of the shifts, by five folds of the 4,000.
"""

import time

import numpy as np
import pytest

from gyeop import MLP, data
from gyeop.augment import shift
from gyeop.optim import SGD, Adam
from gyeop.schedules import cosine_decay

STEPS = 63  # in an epoch: 4,000 / 64


def learned(seed, epochs=50):
    """784-128-64-10 by SGD with momentum under a cosine, with dropout; the share of right answers, and the seconds."""
    x, y, x_test, y_test = data.load_mnist()
    begun = time.process_time()
    net = MLP([784, 128, 64, 10], rng=seed)
    optimizer = SGD(net.parameters, lr=0.1, momentum=0.9)

    def schedule(step):
        return cosine_decay(0.1, step, epochs * STEPS)

    net.fit(x, y, epochs, 64, optimizer, schedule=schedule, dropout=0.2, rng=seed)
    return np.mean(net.predict(x_test) == y_test), time.process_time() - begun


def learned_from_shifted_digits(seed, epochs=100):
    """The same with a little weight decay for the dropout, and every epoch sees each digit elsewhere."""
    x, y, x_test, y_test = data.load_mnist()
    begun, rng = time.process_time(), np.random.default_rng(seed)
    net = MLP([784, 128, 64, 10], rng=rng)
    optimizer = SGD(net.parameters, lr=0.1, momentum=0.9)
    for epoch in range(epochs):

        def schedule(step, done=epoch * STEPS):
            return cosine_decay(0.1, done + step, epochs * STEPS)

        moved = shift(x.reshape(-1, 28, 28), pixels=2, rng=rng).reshape(x.shape)
        net.fit(moved, y, 1, 64, optimizer, schedule=schedule, weight_decay=5e-4, rng=rng)
    return np.mean(net.predict(x_test) == y_test), time.process_time() - begun


def test_one_seed():
    assert learned(seed=0)[0] >= 0.935  # one seed strays from the mean of five by up to 0.005
    assert learned_from_shifted_digits(seed=0, epochs=20)[0] >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("train", "least"), [(learned, 0.94), (learned_from_shifted_digits, 0.97)])
def test_the_mean_of_five_seeds(train, least):
    right, seconds = zip(*(train(seed) for seed in range(5)), strict=True)
    assert np.mean(right) >= least, right
    assert max(seconds) < 15


@pytest.mark.slow
def test_the_full_set():
    try:
        x, y, x_test, y_test = data.load_mnist(full=True)
    except (OSError, ModuleNotFoundError) as error:
        pytest.skip(f"the full set cannot be had here: {error}")
    assert (x.shape, x_test.shape) == ((60000, 784), (10000, 784))
    net, epochs = MLP([784, 128, 64, 10], rng=0), 20
    steps = epochs * -(-len(x) // 64)
    net.fit(x, y, epochs, 64, Adam(net.parameters), schedule=lambda step: cosine_decay(1e-3, step, steps), rng=0)
    assert np.mean(net.predict(x_test) == y_test) >= 0.98
