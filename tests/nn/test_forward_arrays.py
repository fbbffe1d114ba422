"""A layer's gradients are those of the arrays that it saw in the forward pass, whatever `data` is set to later."""

import numpy as np
import pytest

from gyeop import nn
from gyeop.autograd import Tensor

LAYERS = {
    "Linear": (lambda: nn.Linear(3, 4, rng=0), (2, 3)),
    "Conv2d": (lambda: nn.Conv2d(2, 3, 3, rng=0), (2, 2, 6, 6)),
    "Conv2d groups": (lambda: nn.Conv2d(2, 4, 3, padding=1, groups=2, rng=0), (2, 2, 6, 6)),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), (2, 2, 6, 6)),
    "AvgPool2d": (lambda: nn.AvgPool2d(2), (2, 2, 6, 6)),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(3), (4, 3)),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(3), (4, 3, 2, 2)),
    "LayerNorm": (lambda: nn.LayerNorm(3), (4, 3)),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), (2, 4, 3)),
    "InstanceNorm2d": (lambda: nn.InstanceNorm2d(3, affine=True), (2, 3, 4, 4)),
    "RNN": (lambda: nn.RNN(3, 4, rng=0), (5, 2, 3)),
    "RNN relu": (lambda: nn.RNN(3, 4, nonlinearity="relu", rng=0), (5, 2, 3)),
    "LSTM": (lambda: nn.LSTM(3, 4, num_layers=2, bidirectional=True, rng=0), (5, 2, 3)),
    "GRU": (lambda: nn.GRU(3, 4, num_layers=2, rng=0), (5, 2, 3)),
    "GELU": (nn.GELU, (3, 4)),
    "Softmax": (lambda: nn.Softmax(dim=-1), (3, 4)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_arrays_set_before_backward_change_no_gradient(name):
    make, shape = LAYERS[name]
    gradients = []
    for replaced in (False, True):
        layer, x = make(), Tensor(np.random.default_rng(0).normal(size=shape), requires_grad=True)
        y = layer(x)
        y = y[0] if isinstance(y, tuple) else y
        loss = (y * y * y).sum()
        if replaced:
            for tensor in (x, *layer.parameters()):
                tensor.data = 3 * tensor.data + 1
        loss.backward()
        gradients.append([tensor.grad for tensor in (x, *layer.parameters())])
    for before, after in zip(*gradients, strict=True):
        assert np.array_equal(before, after)
