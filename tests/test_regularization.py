"""Penalties against torch and finite differences; early stopping epoch by epoch."""

import numpy as np
import pytest
import torch

from gyeop.gradients import check_gradient
from gyeop.optim import SGD
from gyeop.regularization import EarlyStopping, l1_penalty, l2_penalty


@pytest.mark.parametrize(
    ("penalty", "reference"),
    [(l1_penalty, lambda w: 0.3 * w.abs().sum()), (l2_penalty, lambda w: 0.15 * w.square().sum())],
    ids=["l1", "l2"],
)
def test_penalties_equal_torch(penalty, reference, rng):
    weights = [rng.normal(size=(3, 4)), rng.normal(size=2)]
    tensors = [torch.tensor(w, requires_grad=True) for w in weights]
    value = sum(reference(t) for t in tensors)
    value.backward()
    assert isinstance(penalty(weights, 0.3), float)
    np.testing.assert_allclose(penalty(weights, 0.3), value.item(), rtol=1e-10)
    for ours, tensor in zip(penalty.gradient(weights, 0.3), tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-10)
    check_gradient(lambda w: penalty(w, 0.3), penalty.gradient(weights[0], 0.3), weights[0])
    w = torch.tensor([0.0, -2.0], dtype=torch.float64, requires_grad=True)  # at exactly 0 too
    reference(w).backward()
    np.testing.assert_allclose(penalty.gradient([0.0, -2.0], 0.3), w.grad.numpy(), rtol=1e-10)


def test_the_l2_penalty_is_weight_decay_under_sgd(rng):
    a = rng.normal(size=4)
    b, g = a.copy(), rng.normal(size=4)
    SGD([a], lr=0.1, weight_decay=0.2).step([g])
    SGD([b], lr=0.1).step([g + l2_penalty.gradient(b, 0.2)])
    np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.parametrize("penalty", [l1_penalty, l2_penalty])
def test_penalties_at_the_edges(penalty):
    assert penalty([], 1.0) == penalty(np.zeros(3), 1.0) == penalty([1.0, -2.0], 0.0) == 0
    assert penalty.gradient(np.zeros(2, np.float32), 1.0).tolist() == [0, 0]
    assert penalty.gradient(np.ones(2, np.float32), 0.5).dtype == np.float32
    for f in (penalty, penalty.gradient):
        for bad in (([1.0], -1), ([np.nan], 1), ("a", 1), ([1.0], "a")):
            with pytest.raises((TypeError, ValueError), match=penalty.__name__):
                f(*bad)


def stopped_after(losses, **options):
    stopping = EarlyStopping(**options)
    for epoch, loss in enumerate(losses):
        if stopping.update(loss, [np.array([float(epoch)])]):
            return epoch, stopping
    return None, stopping


def test_early_stopping_counts_epochs_without_improvement():
    epoch, stopping = stopped_after([5, 4, 4, 4.5, 3, 9], patience=2)
    assert (epoch, stopping.best_epoch, stopping.best_loss) == (3, 1, 4)
    assert stopped_after([5, 4, 4.5, 3.9, 4, 4], patience=2)[0] == 5
    assert stopped_after([5, 4, 3, 2], patience=1)[0] is None
    assert stopped_after([5, 4.95, 4.9], patience=2, min_delta=0.2)[0] == 2


def test_restore_puts_copies_of_the_best_back_in_place():
    w = np.array([1.0, 2.0])
    stopping = EarlyStopping(patience=3)
    stopping.update(1.0, [w])
    w += 5
    stopping.update(2.0, [w])
    stopping.restore([w])
    assert w.tolist() == [1, 2]
    w += 1
    stopping.restore([w])
    assert w.tolist() == [1, 2]
    stopping.reset()
    with pytest.raises(ValueError, match="at least one update"):
        stopping.restore([w])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: EarlyStopping(patience=0), "patience expects a whole number of at least 1, got 0"),
        (lambda: EarlyStopping(patience=1.5), "patience"),
        (lambda: EarlyStopping(min_delta=-1), "min_delta"),
        (lambda: EarlyStopping().update(np.nan, []), "update's loss expects a finite number, got nan"),
        (lambda: stopped_after([1.0])[1].restore([np.zeros(2)]), r"shapes \[\(1,\)\], got \[\(2,\)\]"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
