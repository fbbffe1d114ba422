"""LSTM, GRU and RNN, forward and backward: beside torch on the CPU, on the same sequences and weights.

32 sequences of 50 steps, 32 features, 64 units, float32; the gradients of the sum of the outputs by input and weights.
Everyone has all the threads that it takes by itself. Both must give the same gradients before the clock starts.
"""

import numpy as np
import torch

from bench.timing import interleaved, rate, ratios, table, verdict
from gyeop import nn
from gyeop.autograd import Tensor
from gyeop.bridge import to_torch

BATCH, STEPS, FEATURES, UNITS = 32, 50, 32, 64


def ours(sequences, layer):
    def step():
        layer.zero_grad()
        x = Tensor(sequences, requires_grad=True)
        output, _ = layer(x)
        output.sum().backward()
        return x.grad, *(p.grad for p in layer.parameters())

    return step


def in_torch(sequences, layer):
    twin, sequences = to_torch(layer), torch.tensor(sequences)

    def step():
        twin.zero_grad()
        x = sequences.clone().requires_grad_()
        output, _ = twin(x)
        output.sum().backward()
        return x.grad.numpy(), *(p.grad.numpy() for p in twin.parameters())

    return step


def beside_torch(kind, rounds, repeats):
    """(a table of rates, how many times as fast as torch)."""
    sequences = np.random.default_rng(0).normal(size=(STEPS, BATCH, FEATURES)).astype(np.float32)
    layer, name = kind(FEATURES, UNITS, rng=0), kind.__name__
    steps = {f"{name}, gyeop": ours(sequences, layer), f"{name}, torch": in_torch(sequences, layer)}
    for gradient, other in zip(*(step() for step in steps.values()), strict=True):
        if not np.allclose(gradient, other, rtol=1e-3, atol=1e-4 * np.abs(other).max()):
            raise ValueError(f"{name} does not give the gradients of torch")

    def repeated(step):
        return rate(repeats * BATCH, lambda: [step() for _ in range(repeats)])

    rates = interleaved({who: lambda step=step: repeated(step) for who, step in steps.items()}, rounds, seconds=20)
    mine, theirs = rates
    return table(rates, mine), ratios(rates[mine], rates[theirs])


def run(rounds=15, repeats=10):
    """Measure, and say what was found."""
    found = {kind: beside_torch(kind, rounds, repeats) for kind in (nn.LSTM, nn.GRU, nn.RNN)}
    share = found[nn.LSTM][1]
    sizes = f"{BATCH} sequences of {STEPS} steps, {FEATURES} -> {UNITS}"
    return "\n\n".join(
        [
            f"LSTM, GRU and RNN, {sizes}, forward and backward, float32: {rounds} rounds of {repeats} batches",
            *(rates for rates, _ in found.values()),
            verdict("LSTM's share of torch's rate", share, "at least 0.5", share.median >= 0.5),
        ]
    )
