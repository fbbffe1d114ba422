"""Losses on tensors: torch's values and gradients, with every argument, and what they refuse."""

import warnings

import numpy as np
import pytest
import torch

import gyeop
from gyeop import nn
from gyeop.autograd import Tensor

REDUCTIONS = ["mean", "sum", "none"]
RNG = np.random.default_rng(0)
PAIRED = {
    "MSELoss": [{}],
    "L1Loss": [{}],
    "HuberLoss": [{}, {"delta": 0.3}],
    "BCEWithLogitsLoss": [{}, {"weight": RNG.random(4), "pos_weight": RNG.random(4)}],
}


def in_torch(name, **options):
    options = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    return getattr(torch.nn, name)(**options)


def assert_equal_torch(name, prediction, target, **options):
    x, t = Tensor(prediction, requires_grad=True), torch.tensor(prediction, requires_grad=True)
    soft = np.asarray(target).dtype.kind == "f"
    y = Tensor(target, requires_grad=True) if soft else target
    u = torch.tensor(target, requires_grad=soft)
    ours, theirs = getattr(nn, name)(**options)(x, y), in_torch(name, **options)(t, u)
    assert ours.shape == tuple(theirs.shape)
    assert ours.dtype == prediction.dtype
    tolerance = {"rtol": 1e-10, "atol": 1e-14} if ours.dtype == np.float64 else {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), **tolerance)
    weights = np.cos(np.arange(ours.size)).reshape(ours.shape).astype(ours.dtype)
    (ours * weights).sum().backward()
    (theirs * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(x.grad, t.grad.numpy(), **tolerance)
    if soft:
        np.testing.assert_allclose(y.grad, u.grad.numpy(), **tolerance)


@pytest.mark.parametrize(("name", "options"), [(name, o) for name, all_ in PAIRED.items() for o in all_])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4)])
def test_paired_losses(name, options, reduction, shape):
    rng = np.random.default_rng(1)
    prediction, target = 2 * rng.normal(size=shape), rng.random(shape)
    prediction[..., 0] = target[..., 0]  # no error at all
    assert_equal_torch(name, prediction, target, reduction=reduction, **options)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(5,), (3, 5), (3, 5, 2), (2, 5, 2, 3), (1, 5)])
@pytest.mark.parametrize("kind", ["labels", "ignored", "probabilities"])
def test_cross_entropy(reduction, smoothing, weighted, shape, kind):
    rng = np.random.default_rng(2)
    logits = 3 * rng.normal(size=shape)
    samples = shape[:1] + shape[2:] if len(shape) > 1 else ()
    target = rng.integers(0, 5, samples)
    if kind == "ignored" and target.size > 1:
        target.flat[0] = 3
        target[target == 2] = 3
        target.flat[1] = 4
    if kind == "probabilities":
        target = rng.random(shape)
    options = {"weight": rng.random(5)} if weighted else {}
    options |= {"ignore_index": 3} if kind == "ignored" and target.size > 1 else {}
    assert_equal_torch("CrossEntropyLoss", logits, target, reduction=reduction, label_smoothing=smoothing, **options)


@pytest.mark.parametrize("labels", [[3, 3], []])
def test_cross_entropy_of_no_sample_that_counts(labels):
    assert_equal_torch("CrossEntropyLoss", np.ones((len(labels), 5)), np.array(labels, int), ignore_index=3)


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "HuberLoss", "BCEWithLogitsLoss", "CrossEntropyLoss"])
def test_float32_is_kept(name):
    rng = np.random.default_rng(3)
    assert_equal_torch(name, rng.normal(size=(4, 3)).astype(np.float32), rng.random((4, 3)).astype(np.float32))


@pytest.mark.parametrize("size", [1e4, 1e3, 40.0])
def test_logits_far_out(size):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_equal_torch("CrossEntropyLoss", np.array([[size, -size], [size, -size]]), np.array([0, 1]))
        assert_equal_torch("BCEWithLogitsLoss", np.array([size, -size, size]), np.array([1.0, 1.0, 0.0]))


def test_the_array_losses_give_the_same():
    rng = np.random.default_rng(4)
    a, b, labels = rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), rng.integers(0, 3, 6)
    pairs = [("MSELoss", "mse", b), ("L1Loss", "mae", b), ("HuberLoss", "huber", b)]
    for name, other, target in [*pairs, ("CrossEntropyLoss", "cross_entropy", labels)]:
        x = Tensor(a, requires_grad=True)
        loss = getattr(nn, name)()(x, target)
        loss.backward()
        assert loss.item() == pytest.approx(getattr(gyeop.losses, other)(a, target), rel=1e-12)
        np.testing.assert_allclose(x.grad, getattr(gyeop.losses, other).gradient(a, target), rtol=1e-10, atol=1e-15)


def test_refusals():
    with pytest.raises(ValueError, match=r"MSELoss expects equal shapes, got prediction \(3,\) and target \(3, 1\)"):
        nn.MSELoss()(Tensor(np.ones(3)), np.ones((3, 1)))
    with pytest.raises(ValueError, match="L1Loss expects reduction 'mean', 'sum' or 'none', got 'average'"):
        nn.L1Loss(reduction="average")
    with pytest.raises(ValueError, match="delta expects a finite number > 0, got 0"):
        nn.HuberLoss(delta=0)
    with pytest.raises(ValueError, match="label_smoothing expects a finite number >= 0 and <= 1, got 2"):
        nn.CrossEntropyLoss(label_smoothing=2)
    logits = Tensor(np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"expects labels from 0 to 3, got 4 at index 1"):
        nn.CrossEntropyLoss()(logits, np.array([0, 4, 9]))
    with pytest.raises(
        ValueError, match=r"expects labels \(3,\) or probabilities \(3, 4\), got shape \(2,\) of dtype int64"
    ):
        nn.CrossEntropyLoss()(logits, np.array([0, 1]))
    with pytest.raises(ValueError, match=r"expects probabilities of shape \(3, 4\), got \(3,\)"):
        nn.CrossEntropyLoss()(logits, np.ones(3))
    with pytest.raises(ValueError, match=r"expects weight \(4,\), got \(3,\)"):
        nn.CrossEntropyLoss(weight=np.ones(3))(logits, np.array([0, 1, 2]))
