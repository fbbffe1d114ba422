"""The graph behind tensors: depth, second calls, freeing, no_grad, detach, and the guard on arrays."""

import gc
import weakref

import numpy as np
import pytest
import torch

from gyeop.autograd import Tensor, concatenate, no_grad, stack
from gyeop.autograd.graph import Guard
from gyeop.optim import SGD


def leaf(*numbers):
    return Tensor(np.array(numbers, dtype=float), requires_grad=True)


def test_grad_is_none_until_backward_and_on_every_tensor_after():
    x, constant = leaf(1.0, 2.0), Tensor([3.0, 4.0])
    hidden = x * constant
    loss = hidden.sum()
    assert x.grad is None
    loss.backward()
    assert x.grad.tolist() == [3.0, 4.0]
    assert hidden.grad.tolist() == [1.0, 1.0]
    assert constant.grad is None


def test_a_second_loss_adds_up():
    x = leaf(3.0)
    (x * 2).sum().backward()
    (x * x).sum().backward()
    assert x.grad.tolist() == [8.0]


@pytest.mark.parametrize("calls", [2, 3])
def test_retain_graph_as_in_torch(calls):
    ours, theirs = leaf(0.5, -1.0), torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    for x in (ours, theirs):
        hidden = (x * x).exp() + x
        loss = (hidden * hidden).sum()
        for _ in range(calls):
            loss.backward(retain_graph=True)
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-12)


def test_a_freed_graph_is_refused_and_nothing_is_added():
    x = leaf(1.0, 2.0)
    hidden = x * x
    first, second = hidden.sum(), (hidden * 2).sum()
    first.backward()
    before = x.grad.copy()
    for loss in (first, second):
        with pytest.raises(RuntimeError, match=r"second time.*retain_graph=True"):
            loss.backward()
    assert np.array_equal(x.grad, before)


def test_backward_frees_what_is_between():
    x = leaf(1.0, 2.0)
    hidden = x * x
    loss = hidden.exp().sum()
    gone = weakref.ref(hidden)
    del hidden
    loss.backward()
    assert gone() is None


def test_only_a_scalar_and_only_what_asks_for_a_gradient():
    x = leaf(1.0, 2.0, 3.0)
    with pytest.raises(ValueError, match=r"backward expects a scalar, got shape \(3,\): take its sum\(\) or mean\(\)"):
        (x * 2).backward()
    with pytest.raises(RuntimeError, match="requires_grad=True"):
        Tensor([1.0]).sum().backward()
    (x[:1] * 2).backward()  # one element in any shape will do, as in torch
    assert x.grad.tolist() == [2.0, 0.0, 0.0]


def test_a_deep_chain():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert x.grad.tolist() == [100_001.0]
    y = x
    for _ in range(50_000):
        y = y * y
    del y  # a graph that is dropped without backward must not recurse either
    assert x.data.flags.writeable


def test_values_used_many_times():
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y  # 2 ** 60 paths
    y.backward()
    assert x.grad.tolist() == [2.0**60]


def test_leaves_do_not_share_their_gradient():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (a + b).sum().backward()
    a.grad[0] = 9.0
    assert b.grad.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: (a + b).sum(),
        lambda a, b: (a.reshape(2, 1) * 1).sum() + b.sum(),
        lambda a, b: (a.T + b[:]).mean(),
        lambda a, b: a.sum() + a.sum() + b.sum(),
        lambda a, b: stack([a, b]).sum(),
        lambda a, b: concatenate([a, b]).sum(),
    ],
)
def test_a_gradient_can_be_changed_in_place_and_no_other_changes(f):
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    loss = f(a, b)
    loss.backward(retain_graph=True)
    before = b.grad.copy()
    a.grad *= 9.0
    assert np.array_equal(b.grad, before)
    b.grad[:] = 7.0
    a.grad = b.grad = None
    loss.backward()
    assert np.array_equal(b.grad, before)


def test_no_grad_as_context_and_decorator():
    x = leaf(1.0)

    @no_grad()
    def evaluate():
        return x * 2

    with no_grad():
        with no_grad():
            pass
        assert not (x * 2).requires_grad
    assert not evaluate().requires_grad
    assert not evaluate().requires_grad
    assert (x * 2).requires_grad
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (x * 2).requires_grad


def test_detach_cuts_the_graph():
    x = leaf(3.0)
    y = x * x
    (y * y.detach()).sum().backward()
    assert x.grad.tolist() == [54.0]  # 2 x * 9
    assert not y.detach().requires_grad
    assert y.detach().data is y.data


def test_a_change_in_place_is_refused_while_a_graph_needs_the_array():
    x, w = Tensor([1.0, 2.0]), leaf(3.0, 4.0)
    loss = (w * x).sum()
    for array in (w.data, x.data):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        w.data -= 1.0
    with pytest.raises(ValueError, match="read-only"):
        np.add(w.data, 1.0, out=w.data)
    loss.backward()
    w.data -= w.grad
    x.data[0] = 5.0
    assert w.data.tolist() == [2.0, 2.0]


VIEWS = {
    "slice": lambda a: a[:1],
    "row": lambda a: a[0],
    "transpose": lambda a: a.T,
    "ravel": lambda a: a.ravel(),
    "view of a view": lambda a: a.T[:, 1:].T,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("uses", [lambda w: w * w, lambda w: w.T @ w, lambda w: w.reshape(-1) ** 2, lambda w: w[1] + w])
def test_a_change_through_a_view_taken_before_is_noticed(view, uses):
    w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    kept = view(w.data)
    loss = uses(w).sum()
    other = (w * 2).sum()
    kept += 1.0
    with pytest.raises(RuntimeError, match=r"array of shape \(2, 2\) that was changed in place .* in the same memory"):
        loss.backward()
    assert w.grad is None
    del loss, other
    uses(w).sum().backward()  # with the numbers as they are now
    assert w.grad is not None


@pytest.mark.parametrize(
    "part",
    [
        lambda x: x[:1],
        lambda x: x.T.detach(),
        lambda x: x.detach().reshape(-1),
        lambda x: x[0].broadcast_to((3, 2)),
        lambda x: x.swapaxes(0, 1)[:, 1:],
    ],
)
def test_a_result_without_a_graph_that_is_a_view_of_a_leaf(part):
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    w = Tensor(np.ones(part(x).shape), requires_grad=True)
    y = part(x)
    assert not y.data.flags.writeable
    (y * w).sum().backward()
    assert not y.data.flags.writeable
    loss = (y * w).sum()
    x.data += 1.0
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()
    (y * w).sum().backward()  # with the numbers as they are now


def test_a_view_that_nobody_writes_to_is_in_nobodys_way():
    w = leaf(1.0, 2.0)
    kept = w.data[:1]
    for _ in range(3):
        (w * w).sum().backward()
        w.data -= 0.1 * w.grad
        w.grad = None
    assert kept.tolist() == [pytest.approx(0.512)]
    assert not Guard.holders
    assert not Guard.exposed


def test_no_copy_is_kept_of_an_array_without_other_views():
    w, x = leaf(1.0, 2.0), Tensor([[1.0, 2.0], [3.0, 4.0]])
    for y in (x * w, w + w, w.reshape(2, 1), w[1:], (x * 2.0) @ Tensor(np.eye(2), requires_grad=True)):
        assert y.guard.copies == []
    w.data = w.data - 1.0  # an array of the caller's, of which there may be views
    assert len((w * w).guard.copies) == 2


def test_an_array_that_the_caller_kept():
    array = np.array([3.0, 4.0])
    w = Tensor(array, requires_grad=True)
    w.data = array
    loss = (w * w).sum()
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5.0
    loss.backward()
    array[0] = 5.0
    assert w.data.tolist() == [5.0, 4.0]


def test_an_optimizer_steps_after_backward_and_not_before():
    v, w = leaf(5.0), leaf(1.0, 2.0)
    optimizer = SGD([v, w], lr=0.1)
    refusal = r"SGD\.step expects .* read-only one at index 1: a graph still needs it; call backward"
    for _ in range(3):
        loss = (w * w).sum()
        v.grad, w.grad = np.ones(1), np.ones(2)
        with pytest.raises(ValueError, match=refusal):
            optimizer.step()
        w.grad = None
        loss.backward(retain_graph=True)
        with pytest.raises(ValueError, match=refusal):
            optimizer.step()
        loss.backward()
        optimizer.step()
    assert v.data == pytest.approx(4.7)  # three steps: a refused one changes nothing
    assert not Guard.holders


def test_a_new_array_is_always_welcome_and_the_old_one_gives_the_gradient():
    w = leaf(3.0)
    loss = (w * w).sum()
    w.data = np.array([100.0])
    loss.backward()
    assert w.grad.tolist() == [6.0]


def test_results_are_read_only_views_included():
    x = leaf(1.0, 2.0)
    with no_grad():
        for y in (x * 2, x.reshape(2, 1), x[:1], x.T, x.sum()):
            assert not y.data.flags.writeable
    assert x.data.flags.writeable


def test_the_guard_counts_its_holders():
    w = leaf(1.0, 2.0)
    first, second = (w * w).sum(), (w + 1).sum()
    first.backward()
    assert not w.data.flags.writeable
    del second
    assert w.data.flags.writeable
    kept = (w * w).sum()
    kept.backward(retain_graph=True)
    assert not w.data.flags.writeable
    kept.backward()
    assert w.data.flags.writeable
    gc.collect()
    assert not Guard.holders


def test_an_index_changed_afterwards_does_not_matter():
    x, index = leaf(1.0, 2.0, 3.0), np.array([0, 2])
    y = x[index].sum()
    index[:] = 1
    y.backward()
    assert x.grad.tolist() == [1.0, 0.0, 1.0]


def test_training_step_by_step_equals_torch():
    rng = np.random.default_rng(0)
    x, t, w0 = rng.normal(size=(20, 3)), rng.normal(size=(20, 2)), rng.normal(size=(3, 2))
    w, v = Tensor(w0, requires_grad=True), torch.tensor(w0, requires_grad=True)
    for _ in range(30):
        loss = (((Tensor(x) @ w).tanh() - t) ** 2).mean()
        other = (((torch.tensor(x) @ v).tanh() - torch.tensor(t)) ** 2).mean()
        assert loss.item() == pytest.approx(other.item(), rel=1e-10)
        w.grad = v.grad = None
        loss.backward()
        other.backward()
        w.data -= 0.5 * w.grad
        with torch.no_grad():
            v -= 0.5 * v.grad
