"""Conv2d, forward and backward: beside torch on the CPU and DeZero, on the same images and filters.

64 images of 16 channels and 28 x 28 pixels, 32 filters of 3 x 3, padding 1, float32; the gradients of the sum by
images, filters and bias. Everyone has all the threads that it takes by itself. All three must give the same gradients
before the clock starts.
"""

import warnings

import numpy as np
import torch

from bench.timing import interleaved, rate, ratios, table, verdict
from gyeop import nn
from gyeop.autograd import Tensor
from gyeop.bridge import to_torch

IMAGES, FILTERS, KERNEL = (64, 16, 28, 28), 32, 3
OURS, TORCH, DEZERO = "gyeop", "torch", "DeZero"


def ours(images, layer):
    def step():
        layer.zero_grad()
        x = Tensor(images, requires_grad=True)
        layer(x).sum().backward()
        return x.grad, layer.weight.grad, layer.bias.grad

    return step


def in_torch(images, layer):
    twin, images = to_torch(layer), torch.tensor(images)

    def step():
        twin.zero_grad()
        x = images.clone().requires_grad_()
        twin(x).sum().backward()
        return x.grad.numpy(), twin.weight.grad.numpy(), twin.bias.grad.numpy()

    return step


def in_dezero(images, layer):
    np.int = int  # type: ignore[attr-defined]  # a name that NumPy has given up and DeZero asks for when imported
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from dezero import Parameter, Variable
            from dezero.functions import conv2d
            from dezero.functions import sum as total
    finally:
        del np.int  # type: ignore[attr-defined]
    weight, bias = Parameter(layer.weight.data.copy()), Parameter(layer.bias.data.copy())

    def step():
        weight.cleargrad()
        bias.cleargrad()
        x = Variable(images.copy())
        total(conv2d(x, weight, bias, stride=1, pad=KERNEL // 2)).backward()
        return x.grad.data, weight.grad.data, bias.grad.data

    return step


def run(rounds=15, repeats=3):
    """Measure, and say what was found."""
    images = np.random.default_rng(0).normal(size=IMAGES).astype(np.float32)
    layer = nn.Conv2d(IMAGES[1], FILTERS, KERNEL, padding=KERNEL // 2, rng=0)
    steps = {OURS: ours(images, layer), TORCH: in_torch(images, layer), DEZERO: in_dezero(images, layer)}
    expected = steps[TORCH]()
    for name, step in steps.items():
        for gradient, other in zip(step(), expected, strict=True):
            if not np.allclose(gradient, other, rtol=1e-3, atol=1e-3 * np.abs(other).max()):
                raise ValueError(f"{name} does not give the gradients of torch")

    def repeated(step):
        return rate(repeats * len(images), lambda: [step() for _ in range(repeats)])

    rates = interleaved({name: lambda step=step: repeated(step) for name, step in steps.items()}, rounds)
    share, lead = ratios(rates[OURS], rates[TORCH]), ratios(rates[OURS], rates[DEZERO])
    filters = f"{FILTERS} filters {KERNEL} x {KERNEL}"
    return "\n".join(
        [
            f"Conv2d, images {IMAGES}, {filters}, forward and backward, float32: {rounds} rounds of {repeats} batches",
            "",
            table(rates, OURS),
            "",
            verdict("share of torch's rate", share, "at least 0.4", share.median >= 0.4),
            verdict("against DeZero", lead, "at least 3", lead.median >= 3),
        ]
    )
