"""A call that takes several sequences and masks, of a layer here and of its twin in torch: the same results, the same
gradients.
"""

import numpy as np
import torch

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch

from .twins import EXACT, assert_same_state, assert_slopes, numbers


def listed(results):
    return [r for r in (results if isinstance(results, tuple) else (results,)) if r is not None]


def assert_call_equals_torch(layer, arrays, call, call_twin=None):
    """The results of call(layer, **arrays) and the gradients of a random sum of them all, by each array and weight.

    Arrays of floats are tensors that require a gradient, those of bools are masks. `call_twin` is the call in torch
    where it is another.
    """
    twin, dtype = to_torch(layer), layer.parameters()[0].dtype
    tolerance = EXACT[dtype.type]
    ours = {name: Tensor(a, requires_grad=True) if a.dtype.kind == "f" else a for name, a in arrays.items()}
    theirs = {name: torch.tensor(a, requires_grad=a.dtype.kind == "f") for name, a in arrays.items()}
    results, expected = listed(call(layer, **ours)), listed((call_twin or call)(twin, **theirs))
    total, expected_total = Tensor(np.zeros((), dtype)), 0.0
    for i, (result, other) in enumerate(zip(results, expected, strict=True)):
        assert (result.shape, result.dtype) == (tuple(other.shape), dtype)
        np.testing.assert_allclose(result.data, other.detach().numpy(), **tolerance)
        weights = numbers(result.shape, dtype, seed=10 + i)
        total = total + (result * weights).sum()
        expected_total = expected_total + (other * torch.tensor(weights)).sum()
    total.backward()
    expected_total.backward()
    for name, array in arrays.items():
        if array.dtype.kind == "f":
            np.testing.assert_allclose(ours[name].grad, theirs[name].grad.numpy(), **tolerance, err_msg=name)
    named, others = layer.named_parameters(), list(twin.named_parameters())
    assert [path for path, _ in named] == [path for path, _ in others]
    for (path, parameter), (_, other) in zip(named, others, strict=True):
        np.testing.assert_allclose(parameter.grad, other.grad.numpy(), **tolerance, err_msg=path)
        parameter.grad = None
    assert_there_and_back(layer, twin)


def assert_there_and_back(layer, twin=None):
    """The names, the state and all settings are carried to torch and back."""
    twin = twin or to_torch(layer)
    back = from_torch(twin)
    assert repr(back) == repr(layer)
    assert vars(back).keys() == vars(layer).keys()
    assert_same_state(layer, twin, {"rtol": 0, "atol": 0})
    assert_same_state(back, twin, {"rtol": 0, "atol": 0})


def assert_call_equals_differences(layer, arrays, call):
    """The gradients by each array and every parameter against central differences, in float64."""
    inputs = {name: Tensor(a, requires_grad=True) for name, a in arrays.items()}

    def loss():
        return sum((r * numbers(r.shape, seed=i)).sum() for i, r in enumerate(listed(call(layer, **inputs))))

    layer.zero_grad()
    assert_slopes(loss, {**inputs, **dict(layer.named_parameters())})


def with_other_parameters(layer, seed=5):
    """Every parameter random, so that no bias is 0 and no scale is 1."""
    rng = np.random.default_rng(seed)
    for parameter in layer.parameters():
        parameter.data = (rng.normal(size=parameter.shape) * 0.6).astype(parameter.dtype)
    return layer


def hidden_later(mask, queries, keys):
    """The mask, of torch or None, and all keys after a query's own place hidden from it."""
    later = torch.ones(queries, keys, dtype=torch.bool).triu(1)
    if mask is None:
        return later
    return mask | later if mask.dtype == torch.bool else mask.masked_fill(later, -torch.inf)


def random_mask(shape, kind, dtype, seed):
    """Bools, or floats of which some are minus infinity; the first key is never hidden."""
    rng = np.random.default_rng(seed)
    hidden = rng.random(shape) < 0.4
    hidden[..., :1] = False
    return hidden if kind == "bools" else np.where(hidden, -np.inf, rng.normal(size=shape)).astype(dtype)
