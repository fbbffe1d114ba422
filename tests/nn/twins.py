"""One layer here and in torch: the same output, the same gradients, the same state afterwards."""

import numpy as np
import torch

from gyeop.autograd import Tensor, no_grad
from gyeop.bridge import from_torch, to_torch

EXACT = {np.float32: {"rtol": 2e-4, "atol": 2e-5}, np.float64: {"rtol": 1e-10, "atol": 1e-12}}


def assert_equals_torch(layer, array, calls=1):
    """Call both `calls` times and compare all that comes of it; returns torch's layer."""
    twin = to_torch(layer)
    assert repr(twin) == repr(layer)
    tolerance = EXACT[array.dtype.type]
    for call in range(calls):
        array = (array + call).astype(array.dtype)
        x, t = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
        y, expected = layer(x), twin(t)
        assert (y.shape, y.dtype) == (tuple(expected.shape), expected.detach().numpy().dtype)
        np.testing.assert_allclose(y.data, expected.detach().numpy(), **tolerance)
        weights = np.random.default_rng(call).normal(size=y.shape).astype(y.dtype)
        (y * weights).sum().backward()
        (expected * torch.tensor(weights)).sum().backward()
        assert (x.grad.shape, x.grad.dtype) == (x.shape, x.dtype)
        np.testing.assert_allclose(x.grad, t.grad.numpy(), **tolerance)
    assert [path for path, _ in layer.named_parameters()] == [path for path, _ in twin.named_parameters()]
    for (path, ours), theirs in zip(layer.named_parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), **tolerance, err_msg=path)
        ours.grad = None
    assert_same_state(layer, twin, tolerance)
    back = from_torch(twin)
    assert repr(back) == repr(layer)
    assert back.training == layer.training
    assert_same_state(back, twin, {"rtol": 0, "atol": 0})
    return twin


def assert_same_state(ours, theirs, tolerance):
    ours, theirs = ours.state_dict(), theirs.state_dict()
    assert list(ours) == list(theirs)
    for path, array in ours.items():
        assert (array.shape, array.dtype) == (tuple(theirs[path].shape), theirs[path].numpy().dtype)
        np.testing.assert_allclose(array, theirs[path].numpy(), **tolerance, err_msg=path)


def assert_slopes(loss, tensors, h=1e-5):
    """The gradient of `loss()` by every one of {name: tensor} against central differences, in float64."""
    loss().backward()
    for name, tensor in tensors.items():
        slopes, start = np.zeros(tensor.shape), tensor.data.copy()
        for i in np.ndindex(tensor.shape):
            ends = []
            for step in (h, -h):
                tensor.data = start.copy()
                tensor.data[i] += step
                with no_grad():
                    ends.append(loss().item())
            slopes[i] = (ends[0] - ends[1]) / (2 * h)
        tensor.data = start
        np.testing.assert_allclose(tensor.grad, slopes, rtol=1e-6, atol=1e-8, err_msg=name)


def assert_equals_differences(layer, array):
    """The gradients of a layer by its input and by every parameter against central differences."""
    layer.zero_grad()
    x = Tensor(array, requires_grad=True)
    weights = np.random.default_rng(1).normal(size=layer(x).shape)
    assert_slopes(lambda: (layer(x) * weights).sum(), {"x": x, **dict(layer.named_parameters())})


def numbers(shape, dtype=np.float64, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)
