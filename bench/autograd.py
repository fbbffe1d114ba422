"""Automatic differentiation: Value beside micrograd, and a network of Tensors beside MLP.

Value and micrograd compute the same graph: the loss of a network 2-16-16-1 over 20 points and its gradients, the
example that micrograd comes with; a sample is one weighted input. Every operation leaves several objects, so Python's
garbage collector counts: both run once more while a million lists stand in memory that it has to look through.

The network of Tensors is 784-128-64-10 in batches of 64 and float32, its loop as torch's tutorials write it; MLP has
its gradients derived by hand. Both learn by plain SGD at a rate of 0.1, on the same digits.
"""

import math
import random

import numpy as np
from micrograd.engine import Value as Micrograd

from bench.timing import interleaved, rate, ratios, table, verdict
from gyeop import MLP, nn
from gyeop.autograd import Value
from gyeop.data import batches, load_mnist
from gyeop.optim import SGD

POINTS, WIDTHS = 20, (2, 16, 16, 1)
PRODUCTS = POINTS * sum(n * m for n, m in zip(WIDTHS, WIDTHS[1:], strict=False))
SIZES, BATCH, LR = (784, 128, 64, 10), 64, 0.1


def scalar_network(value):
    """A function that computes the loss anew, of values of the type `value`, and all its gradients."""
    rng = random.Random(0)
    layers = [
        [([value(rng.uniform(-1, 1)) for _ in range(n)], value(0.0)) for _ in range(m)]
        for n, m in zip(WIDTHS, WIDTHS[1:], strict=False)
    ]
    points = [([rng.uniform(-1, 1), rng.uniform(-1, 1)], rng.choice([-1.0, 1.0])) for _ in range(POINTS)]

    def score(x):
        for layer in layers:
            x = [sum((w * a for w, a in zip(weights, x, strict=True)), bias) for weights, bias in layer]
            x = x if layer is layers[-1] else [z.relu() for z in x]
        return x[0]

    def loss():
        total = sum((1 + -y * score(x)).relu() for x, y in points) * (1 / POINTS)
        total.backward()
        return total.data

    return loss


def scalars(rounds):
    contestants = {"Value": scalar_network(Value), "micrograd": scalar_network(Micrograd)}
    ours, theirs = (loss() for loss in contestants.values())
    if not math.isclose(ours, theirs, rel_tol=1e-12):
        raise ValueError(f"the two graphs are not the same: {ours} and {theirs}")
    rates = {name: lambda loss=loss: rate(PRODUCTS, loss) for name, loss in contestants.items()}
    lines = []
    for place, lists in {"in memory as it is": 0, "with a million lists in memory": 1_000_000}.items():
        heap = [[i] for i in range(lists)]
        found = interleaved(rates, rounds)
        del heap
        lead = ratios(found["Value"], found["micrograd"])
        lines += [f"Value beside micrograd, {place}: {rounds} rounds", "", table(found, "Value"), ""]
        lines += [verdict("against micrograd", lead, "at least 1.5", lead.median >= 1.5), ""]
    return lines


def of_tensors(x, y, epochs):
    layers = [layer for n, m in zip(SIZES, SIZES[1:], strict=False) for layer in (nn.Linear(n, m, rng=0), nn.ReLU())]
    model, loss = nn.Sequential(*layers[:-1]), nn.CrossEntropyLoss()
    optimizer, rng = SGD(model.parameters(), lr=LR), np.random.default_rng(0)

    def train():
        for _ in range(epochs):
            for images, labels in batches(x, y, BATCH, rng=rng):
                model.zero_grad()
                loss(model(images), labels).backward()
                optimizer.step()

    return rate(epochs * len(x), train)


def by_hand(x, y, epochs):
    net = MLP(SIZES, rng=0)
    return rate(epochs * len(x), lambda: net.fit(x, y, epochs, BATCH, rng=0))


def tensors(rounds, epochs=2, samples=4000):
    x, y = (array[:samples] for array in load_mnist()[:2])
    rates = interleaved({"Tensor": lambda: of_tensors(x, y, epochs), "MLP": lambda: by_hand(x, y, epochs)}, rounds)
    share = ratios(rates["Tensor"], rates["MLP"])
    return [
        f"Tensors {'-'.join(map(str, SIZES))}, batches of {BATCH}, float32: {rounds} rounds of {epochs} epochs "
        f"of {len(x):,} digits",
        "",
        table(rates, "Tensor"),
        "",
        verdict("share of MLP's rate", share, "at least 0.6", share.median >= 0.6),
    ]


def run(rounds=15):
    """Measure, and say what was found."""
    return "\n".join([*scalars(rounds), *tensors(rounds)])
