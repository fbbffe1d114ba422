"""MLP.fit, 784-128-64-10 in batches of 64, in float32: beside torch and scikit-learn, on the same digits.

All learn by plain SGD at a rate of 0.1 for the same number of epochs, in a new random order each; data and network are
there before the clock starts. Everyone has all the threads that it takes by itself, torch also a single one.

torch runs twice: as its tutorials write the loop, with a DataLoader; and in its fastest form that is still the same
training, without one: each epoch's order is drawn and gathered at once, and SGD is its fused one. (torch.compile brings
nothing for layers as small as these, and takes a minute to compile them.)

The matrix products of a step alone - three forward, three for the weights, two back - set the rate that no training can
pass. The memory is the peak that tracemalloc sees from building the optimizer to the end of the training, plus the
weights, against what weights, gradients and a batch's activations come to.
"""

import tracemalloc
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from torch.utils.data import DataLoader, TensorDataset

from bench.timing import Spread, fastest, interleaved, rate, ratios, table, verdict
from gyeop import MLP
from gyeop.data import load_mnist

SIZES, BATCH, LR = (784, 128, 64, 10), 64, 0.1
OURS, PRODUCTS = "gyeop", "the matrix products alone"


def ours(x, y, epochs):
    net = MLP(SIZES, rng=0)
    return rate(epochs * len(x), lambda: net.fit(x, y, epochs, BATCH, rng=0))


def torch_network():
    layers = [
        layer for n, m in zip(SIZES, SIZES[1:], strict=False) for layer in (torch.nn.Linear(n, m), torch.nn.ReLU())
    ]
    return torch.nn.Sequential(*layers[:-1])


def torch_tutorial(x, y, epochs):
    model, loader = torch_network(), DataLoader(TensorDataset(x, y), batch_size=BATCH, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)

    def train():
        for _ in range(epochs):
            for images, labels in loader:
                loss = F.cross_entropy(model(images), labels)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()

    return rate(epochs * len(x), train)


def torch_fastest(x, y, epochs, threads):
    model = torch_network()
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, fused=True)

    def train():
        for _ in range(epochs):
            order = torch.randperm(len(x))
            for images, labels in zip(x[order].split(BATCH), y[order].split(BATCH), strict=True):
                F.cross_entropy(model(images), labels).backward()
                optimizer.step()
                optimizer.zero_grad()

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return rate(epochs * len(x), train)
    finally:
        torch.set_num_threads(before)


def scikit_learn(x, y, epochs):
    model = MLPClassifier(
        SIZES[1:-1], solver="sgd", alpha=0, batch_size=BATCH, learning_rate_init=LR, momentum=0, max_iter=epochs
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so few epochs are meant
        return rate(epochs * len(x), lambda: model.fit(x, y))


def products(samples, epochs):
    """What the machine's GEMM alone takes, into arrays that are there."""
    rng = np.random.default_rng(0)
    weights = [rng.random((m, n), dtype=np.float32) for n, m in zip(SIZES, SIZES[1:], strict=False)]
    activations = [rng.random((BATCH, n), dtype=np.float32) for n in SIZES]
    deltas, gradients = [a.copy() for a in activations], [W.copy() for W in weights]

    def train():
        for _ in range(epochs * samples // BATCH):
            for l, W in enumerate(weights):
                np.matmul(activations[l], W.T, out=deltas[l + 1])
            for l in reversed(range(len(weights))):
                np.matmul(deltas[l + 1].T, activations[l], out=gradients[l])
                if l:
                    np.matmul(deltas[l + 1], weights[l], out=deltas[l])

    return rate(epochs * samples // BATCH * BATCH, train)


def memory(x, y):
    """(peak of a training, what it needs), in bytes."""
    MLP(SIZES, rng=0).fit(x, y, 1, BATCH, rng=0)  # what is imported or made once is not the training's
    net = MLP(SIZES, rng=0)
    weights = sum(w.nbytes for w in net.parameters)
    activations = BATCH * sum(SIZES) * net.dtype.itemsize
    tracemalloc.start()
    try:
        net.fit(x, y, 1, BATCH, rng=0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return weights + peak, 2 * weights + activations


def run(rounds=30, epochs=1, samples=4000):
    """Measure, and say what was found."""
    x, y = (array[:samples] for array in load_mnist()[:2])
    x_torch, y_torch = torch.tensor(x), torch.tensor(y)
    threads = torch.get_num_threads()
    torchs = {f"torch, fastest form, {n} threads": n for n in sorted({1, threads})}
    rates = interleaved(
        {
            OURS: lambda: ours(x, y, epochs),
            "torch, as in its tutorials": lambda: torch_tutorial(x_torch, y_torch, epochs),
            **{name: lambda n=n: torch_fastest(x_torch, y_torch, epochs, n) for name, n in torchs.items()},
            "scikit-learn's MLPClassifier": lambda: scikit_learn(x, y, epochs),
            PRODUCTS: lambda: products(len(x), epochs),
        },
        rounds,
    )
    peers = {name: measured for name, measured in rates.items() if name not in (OURS, PRODUCTS)}
    first = fastest(peers)
    lead, share = ratios(rates[OURS], peers[first]), ratios(rates[OURS], rates[PRODUCTS])
    peak, needed = memory(x, y)
    size = peak / needed
    return "\n".join(
        [
            f"MLP {'-'.join(map(str, SIZES))}, batches of {BATCH}, float32: {len(rates[OURS])} rounds of {epochs} x "
            f"{len(x):,} digits, {threads} threads",
            "",
            table(rates, OURS),
            "",
            verdict(f"against the fastest peer ({first})", lead, "at least 1.5", lead.median >= 1.5),
            verdict("share of the matrix products' rate", share, "at least 0.4", share.median >= 0.4),
            verdict(
                f"memory, {peak / 1e6:.2f} MB where {needed / 1e6:.2f} MB are needed",
                Spread(size, size, size),
                "at most 1.3",
                size <= 1.3,
            ),
        ]
    )
