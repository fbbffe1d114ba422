"""A table of all operations, keyed by the function that states one, and the judge of a value and its gradients."""

import numpy as np
import pytest
import torch

from gyeop.autograd import Tensor, concatenate, linear, maximum, minimum, pad, stack, where


def positive(a):
    return a * a + 0.5


EACH = {  # elementwise functions of one array of any shape, the same for Tensor and torch
    "elementwise.exp": [lambda a: a.exp()],
    "elementwise.log": [lambda a: positive(a).log()],
    "elementwise.sqrt": [lambda a: positive(a).sqrt()],
    "elementwise.abs": [lambda a: a.abs(), lambda a: abs(a)],
    "elementwise.tanh": [lambda a: a.tanh()],
    "elementwise.relu": [lambda a: a.relu()],
    "elementwise.sigmoid": [lambda a: a.sigmoid()],
    "elementwise.clip": [lambda a: a.clip(-0.5, 0.8), lambda a: a.clip(0), lambda a: a.clip(None, 0.3)],
    "arithmetic.negative": [lambda a: -a],
    "arithmetic.add": [lambda a: 3 + a, lambda a: a + 3, lambda a: a + a],
    "arithmetic.subtract": [lambda a: 3 - a, lambda a: a - 3],
    "arithmetic.multiply": [lambda a: 3 * a, lambda a: a * 3, lambda a: a * a * a],
    "arithmetic.divide": [lambda a: a / 3, lambda a: 3 / positive(a)],
    "arithmetic.power": [
        *(lambda a: a**2, lambda a: a**3, lambda a: a**0, lambda a: a**1),
        *(lambda a: positive(a) ** -1.5, lambda a: positive(a) ** 0.5, lambda a: 2**a),
    ],
}
PAIRS = {  # elementwise functions of two arrays whose shapes broadcast
    "arithmetic.add": [lambda a, b: a + b],
    "arithmetic.subtract": [lambda a, b: a - b],
    "arithmetic.multiply": [lambda a, b: a * b],
    "arithmetic.divide": [lambda a, b: a / positive(b)],
    "arithmetic.power": [lambda a, b: positive(a) ** b],
    "joining.maximum": [lambda a, b: (maximum if isinstance(a, Tensor) else torch.maximum)(a, b)],
    "joining.minimum": [lambda a, b: (minimum if isinstance(a, Tensor) else torch.minimum)(a, b)],
    "joining.where": [
        lambda a, b: where(a.data > 0.2, a, b) if isinstance(a, Tensor) else torch.where(a > 0.2, a, b),
        lambda a, b: where(a > b, a, b) if isinstance(a, Tensor) else torch.where(a > b, a, b),
    ],
}
REDUCED = {  # (ours, torch's) over an axis, several or all
    "reductions.sum": lambda a, axis, keep: (a.sum(axis, keep), lambda t, d: t.sum(d, keepdim=keep)),
    "reductions.mean": lambda a, axis, keep: (a.mean(axis, keep), lambda t, d: t.mean(d, keepdim=keep)),
    "reductions.var": lambda a, axis, keep: (
        a.var(axis, correction=0, keepdims=keep),
        lambda t, d: t.var(d, correction=0, keepdim=keep),
    ),
    "reductions.max": lambda a, axis, keep: (a.max(axis, keep), lambda t, d: t.amax(d, keepdim=keep)),
    "reductions.min": lambda a, axis, keep: (a.min(axis, keep), lambda t, d: t.amin(d, keepdim=keep)),
}
SHAPED = {  # (ours, torch's) of an array (2, 3, 4)
    "reductions.sum": [(lambda a: a.sum(), lambda a: a.sum())],
    "reductions.mean": [(lambda a: a.mean(), lambda a: a.mean())],
    "reductions.var": [
        (lambda a: a.var(), lambda a: a.var()),
        (lambda a: a.var(axis=1), lambda a: a.var(1)),
        (lambda a: a.var((0, -1), keepdims=True), lambda a: a.var((0, -1), keepdim=True)),
        (lambda a: a.var(-1, correction=2), lambda a: a.var(-1, correction=2)),
    ],
    "reductions.max": [
        (lambda a: a.max(), lambda a: a.max()),
        (lambda a: a.max(0), lambda a: a.max(0).values),
        (lambda a: a.max(axis=-1, keepdims=True), lambda a: a.max(-1, keepdim=True).values),
        (lambda a: a.max((0, 1)), lambda a: a.amax((0, 1))),
        (lambda a: a.max((1,)), lambda a: a.amax((1,))),
    ],
    "reductions.min": [
        (lambda a: a.min(), lambda a: a.min()),
        (lambda a: a.min(0), lambda a: a.min(0).values),
        (lambda a: a.min(axis=-1, keepdims=True), lambda a: a.min(-1, keepdim=True).values),
        (lambda a: a.min((0, 1)), lambda a: a.amin((0, 1))),
        (lambda a: a.min((1,)), lambda a: a.amin((1,))),
    ],
    "reductions.softmax": [
        (lambda a: a.softmax(), lambda a: a.softmax(-1)),
        (lambda a: a.softmax(axis=1), lambda a: a.softmax(1)),
    ],
    "reductions.log_softmax": [
        (lambda a: a.log_softmax(), lambda a: a.log_softmax(-1)),
        (lambda a: a.log_softmax(axis=0), lambda a: a.log_softmax(0)),
    ],
    "shapes.reshape": [
        (lambda a: a.reshape(6, -1), lambda a: a.reshape(6, -1)),
        (lambda a: a.reshape((4, 6)), lambda a: a.reshape((4, 6))),
        (lambda a: a.T.reshape(-1), lambda a: a.permute(2, 1, 0).reshape(-1)),
    ],
    "shapes.transpose": [
        (lambda a: a.T, lambda a: a.permute(2, 1, 0)),
        (lambda a: a.transpose(0, -1), lambda a: a.transpose(0, -1)),
        (lambda a: a.transpose(1, -1, 0), lambda a: a.permute(1, -1, 0)),
    ],
    "shapes.swapaxes": [(lambda a: a.swapaxes(-1, 1), lambda a: a.transpose(-1, 1))],
    "shapes.squeeze": [
        (lambda a: a[:1, :, :1].squeeze(), lambda a: a[:1, :, :1].squeeze()),
        (lambda a: a[:1, :, :1].squeeze(-1), lambda a: a[:1, :, :1].squeeze(-1)),
        (lambda a: a[:1, :, :1].squeeze((0, 2)), lambda a: a[:1, :, :1].squeeze((0, 2))),
    ],
    "shapes.unsqueeze": [
        (lambda a: a.unsqueeze(1), lambda a: a.unsqueeze(1)),
        (lambda a: a.unsqueeze(-1), lambda a: a.unsqueeze(-1)),
        (lambda a: a.unsqueeze((0, -1)), lambda a: a[None, ..., None]),
    ],
    "shapes.broadcast_to": [
        (lambda a: a.broadcast_to((5, 2, 3, 4)), lambda a: a.expand(5, 2, 3, 4)),
        (lambda a: a[:, :1].broadcast_to((2, 3, 4)), lambda a: a[:, :1].expand(2, 3, 4)),
    ],
    "shapes.flip": [
        (lambda a: a.flip(), lambda a: a.flip((0, 1, 2))),
        (lambda a: a.flip(-1), lambda a: a.flip(-1)),
        (lambda a: a.flip((0, 1)), lambda a: a.flip((0, 1))),
    ],
    "shapes.pad": [
        (lambda a: a.pad(1), lambda a: torch.nn.functional.pad(a, (1,) * 6)),
        (lambda a: a.pad((1, 2), value=-1.5), lambda a: torch.nn.functional.pad(a, (1, 2) * 3, value=-1.5)),
        (lambda a: pad(a, [(0, 0), (2, 1), (0, 3)]), lambda a: torch.nn.functional.pad(a, (0, 3, 2, 1, 0, 0))),
    ],
    "shapes.pick": [
        (lambda a: a[1, 2, 3], lambda a: a[1, 2, 3]),
        (lambda a: a[1], lambda a: a[1]),
        (lambda a: a[-1, ..., -2], lambda a: a[-1, ..., -2]),
        (lambda a: a[:, ::2, 1:3], lambda a: a[:, ::2, 1:3]),
        (lambda a: a[..., None, 0], lambda a: a[..., None, 0]),
        (lambda a: a[[0, 1, 0]], lambda a: a[[0, 1, 0]]),
        (lambda a: a[:, [2, 2, 2]], lambda a: a[:, [2, 2, 2]]),
        (lambda a: a[np.array([0, 0]), :, np.array([3, 3])], lambda a: a[[0, 0], :, [3, 3]]),
        (lambda a: a[np.array([[0], [1]]), np.array([0, 2, 0])], lambda a: a[[[0], [1]], [0, 2, 0]]),
        (lambda a: a[[]], lambda a: a[[]]),
        (lambda a: a[a > 0], lambda a: a[a > 0]),
        (lambda a: a[a.data[..., 0] > 0], lambda a: a[a[..., 0] > 0]),
        (lambda a: a[[True, False], :, 1], lambda a: a[[True, False], :, 1]),
        (lambda a: a[(a > 0).nonzero()], lambda a: a[(a > 0).nonzero(as_tuple=True)]),
    ],
    "joining.concatenate": [
        (lambda a: concatenate([a, a[:1]]), lambda a: torch.cat([a, a[:1]])),
        (
            lambda a: concatenate([a[..., :1], a * a, np.ones((2, 3, 2), int)], axis=-1),
            lambda a: torch.cat([a[..., :1], a * a, torch.ones((2, 3, 2))], -1),
        ),
        (lambda a: concatenate((a[:, :0], a), axis=1), lambda a: torch.cat((a[:, :0], a), 1)),
    ],
    "joining.stack": [
        (lambda a: stack([a, a * a]), lambda a: torch.stack([a, a * a])),
        (lambda a: stack([a[0], a[1], a[0]], axis=1), lambda a: torch.stack([a[0], a[1], a[0]], 1)),
        (lambda a: stack((a, a.exp()), axis=-1), lambda a: torch.stack((a, a.exp()), -1)),
    ],
    "products.matmul": [(lambda a: a @ a.swapaxes(1, 2), lambda a: a @ a.transpose(1, 2))],
    "products.linear": [(lambda a: linear(a, a[0]), lambda a: torch.nn.functional.linear(a, a[0]))],
    "tensor.astype": [
        (lambda a: a.astype(np.float64), lambda a: a.double()),
        (lambda a: (a * a).astype(np.longdouble).astype(np.float64), lambda a: a * a),
    ],
}
TIED = np.array([[1.0, 3.0, 3.0], [3.0, 0.0, 1.0], [-2.0, -2.0, -2.0]])
KINKS = np.array([-0.5, 0.0, 0.3, 0.8])  # 0, and the bounds that the cases of clip have


def assert_equals_torch(f, *arrays, torch_f=None, finite=True):
    """Value and gradients of a weighted sum of f, against torch and against central differences."""
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, expected = f(*ours), (torch_f or f)(*theirs)
    assert isinstance(y.data, np.ndarray)
    assert y.shape == tuple(expected.shape)
    assert y.dtype == expected.detach().numpy().dtype
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-12, atol=1e-14)
    weights = np.cos(np.arange(y.size)).reshape(y.shape)
    (y * weights).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    for x, t in zip(ours, theirs, strict=True):
        assert isinstance(x.grad, np.ndarray)
        assert (x.grad.shape, x.grad.dtype) == (x.shape, x.dtype)
        np.testing.assert_allclose(x.grad, t.grad.numpy(), rtol=1e-10, atol=1e-13)
    if finite:
        for i, x in enumerate(ours):
            slopes = central_differences(lambda a, i=i: value(f, arrays, i, a, weights), arrays[i])
            np.testing.assert_allclose(x.grad, slopes, rtol=1e-5, atol=1e-6)


def value(f, arrays, i, a, weights):
    return (f(*[Tensor(a if j == i else other) for j, other in enumerate(arrays)]).data * weights).sum()


def central_differences(f, x, h=1e-5):
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        slopes[i] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes


def numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def cases(table):
    return [pytest.param(case, id=f"{name} {i}") for name, of in table.items() for i, case in enumerate(of)]
