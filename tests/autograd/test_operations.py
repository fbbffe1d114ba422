"""Every operation's value and gradient, against torch in float64 and by finite differences.

The operations are found by introspection, so a new one that is missing in the tables fails the suite.
"""

import importlib
import inspect
import pkgutil
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import gyeop.autograd
from gyeop.autograd import Tensor, concatenate, linear, maximum, stack, where

from .operations import EACH, KINKS, PAIRS, REDUCED, SHAPED, TIED, assert_equals_torch, cases, numbers


def stated_operations():
    """The functions of the package that record an operation, by file and name."""
    found = set()
    for file in pkgutil.iter_modules(gyeop.autograd.__path__):
        module = importlib.import_module(f"gyeop.autograd.{file.name}")
        classes = [c for _, c in inspect.getmembers(module, inspect.isclass) if c.__module__ == module.__name__]
        for holder in (module, *classes):
            for name, f in inspect.getmembers(holder, inspect.isfunction):
                if f.__module__ == module.__name__ and "operation" in inspect.unwrap(f).__code__.co_names:
                    found.add(f"{file.name}.{name}")
    return found


def test_every_operation_is_in_the_tables():
    found = stated_operations()
    assert len(found) > 30
    assert found == {*EACH, *PAIRS, *REDUCED, *SHAPED}


@pytest.mark.parametrize("f", cases(EACH))
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_elementwise_of_one(f, shape):
    assert_equals_torch(f, numbers(shape))


@pytest.mark.parametrize("f", cases(EACH))
def test_kinks_have_the_slope_of_torch(f):
    assert_equals_torch(f, KINKS, finite=False)


@pytest.mark.parametrize("f", cases(PAIRS))
@settings(max_examples=12, deadline=None, derandomize=True)
@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0))
def test_elementwise_of_two_with_broadcasting(f, shapes):
    assert_equals_torch(f, *[numbers(s, seed) for seed, s in enumerate(shapes.input_shapes)])


@pytest.mark.parametrize("f", cases({name: of for name, of in PAIRS.items() if name.startswith("joining")}))
def test_equals_share_the_gradient_as_in_torch(f):
    assert_equals_torch(f, TIED, TIED.T.copy(), finite=False)


@pytest.mark.parametrize("name", REDUCED)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(data=st.data())
def test_reductions_over_any_axes(name, data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=3))
    axes = data.draw(hnp.valid_tuple_axes(len(shape), min_size=1))
    axis = axes[0] if len(axes) == 1 and name not in ("reductions.max", "reductions.min") else axes
    keep = data.draw(st.booleans())
    assert_equals_torch(
        lambda a: REDUCED[name](a, axis, keep)[0],
        numbers(shape),
        torch_f=lambda t: REDUCED[name](Tensor(numbers(shape)), axis, keep)[1](t, axes),
    )


@pytest.mark.parametrize("case", cases(SHAPED))
def test_reductions_and_shapes(case):
    ours, theirs = case
    assert_equals_torch(ours, numbers((2, 3, 4)), torch_f=theirs)


@pytest.mark.parametrize("case", cases({name: SHAPED[name][:3] for name in ("reductions.max", "reductions.min")}))
@pytest.mark.parametrize("sign", [1, -1])
def test_ties_are_broken_as_in_torch(case, sign):
    ours, theirs = case
    for a in (TIED, TIED.T.copy(), np.zeros((3, 3))):
        assert_equals_torch(ours, sign * a, torch_f=theirs, finite=False)


@pytest.mark.parametrize("sign", [1, -1])
def test_ties_over_several_axes_are_shared_as_by_amax(sign):
    for axis in ((0, 1), (0,), (-1,)):
        for ours, theirs in ((Tensor.max, torch.amax), (Tensor.min, torch.amin)):
            assert_equals_torch(
                lambda a, f=ours, axis=axis: f(a, axis),
                sign * TIED,
                torch_f=lambda a, f=theirs, axis=axis: f(a, axis),
                finite=False,
            )


@pytest.mark.parametrize("case", cases({name: SHAPED[name][:2] for name in ("reductions.max", "reductions.min")}))
def test_the_largest_and_the_smallest_keep_nan(case):
    ours, theirs = case
    a = TIED.copy()
    a[1, 1] = np.nan
    assert np.array_equal(ours(Tensor(a)).data, theirs(torch.tensor(a)).numpy(), equal_nan=True)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_matmul_of_any_rank(data):
    batch = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=3, min_side=0)).input_shapes
    n, k, m = (data.draw(st.integers(0, 3)) for _ in range(3))
    a, b = (*batch[0], n, k), (*batch[1], k, m)
    a = (k,) if data.draw(st.booleans()) else a
    b = (k,) if data.draw(st.booleans()) else b
    assert_equals_torch(lambda a, b: a @ b, numbers(a), numbers(b, 1))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(batch=hnp.array_shapes(min_dims=0, max_dims=3, max_side=3, min_side=0), bias=st.booleans())
def test_linear_of_any_rank(batch, bias):
    arrays = [numbers((*batch, 3)), numbers((2, 3), 1), *([numbers(2, 2)] if bias else [])]
    assert_equals_torch(linear, *arrays, torch_f=torch.nn.functional.linear)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(shape=hnp.array_shapes(min_dims=1, max_dims=4, max_side=2), data=st.data())
def test_axes_of_length_one_come_and_go(shape, data):
    ones = tuple(i for i, n in enumerate(shape) if n == 1)
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    for ours, theirs in [
        (lambda a: a.squeeze(), lambda a: a.squeeze()),
        (lambda a: a.squeeze(ones), lambda a: a.squeeze(ones)),
        (lambda a: a.unsqueeze(axis), lambda a: a.unsqueeze(axis)),
    ]:
        assert_equals_torch(ours, numbers(shape), torch_f=theirs, finite=False)


def cases_of_one(*without):
    """All cases as functions of an array (2, 3, 4)."""
    shaped = {name: [ours for ours, _ in of] for name, of in SHAPED.items() if name not in without}
    pairs = {name: [lambda a, f=f: f(a, a[:1] * 0.5) for f in of] for name, of in PAIRS.items()}
    return cases(EACH) + cases(pairs) + cases(shaped)


@pytest.mark.parametrize("f", cases_of_one("tensor.astype"))
def test_float32_stays_float32(f):
    single, double = (Tensor(numbers((2, 3, 4)).astype(t), requires_grad=True) for t in (np.float32, np.float64))
    y, expected = f(single), f(double)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.data, expected.data, rtol=1e-4, atol=1e-5)
    y.sum().backward()
    expected.sum().backward()
    assert single.grad.dtype == np.float32
    np.testing.assert_allclose(single.grad, double.grad, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("base", "exponent"), [(0.0, 0.0), (0.0, 2.0), (0.0, 0.5), (2.0, 0.0), (-2.0, 2.0), (3.0, -1.0)]
)
def test_powers_at_the_edges(base, exponent):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # 0 ** -0.5 is infinite, the log of -2 no number: in torch too
        assert_equals_torch(lambda a, b: a**b, np.array(base), np.array(exponent), finite=False)
        assert_equals_torch(lambda a: a**exponent, np.array(base), finite=False)


def test_sigmoid_and_its_slope_far_out():
    a = np.array([-1000.0, -700.0, -40.0, 40.0, 1000.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = Tensor(a, requires_grad=True)
        x.sigmoid().sum().backward()
    assert x.grad[1] == pytest.approx(np.exp(-700.0), rel=1e-12)
    assert x.grad[[0, -1]].tolist() == [0.0, 0.0]
    assert x.grad[2] == x.grad[3] == pytest.approx(np.exp(-40.0), rel=1e-12)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3))
def test_where_broadcasts_its_condition(shapes):
    condition, a, b = (numbers(s, seed) for seed, s in enumerate(shapes.input_shapes))
    assert_equals_torch(
        lambda a, b: where(condition > 0, a, b),
        a,
        b,
        torch_f=lambda a, b: torch.where(torch.tensor(condition > 0), a, b),
    )


def test_what_is_not_taken_gives_nothing_not_even_a_nan():
    x = Tensor([0.0, 4.0], requires_grad=True)
    y = x.sqrt()
    where(x > 0, 0.0, y * 0).sum().backward()
    assert x.grad.tolist() != [0.0, 0.0]  # infinity times 0, as in torch: choose before the root, not after
    x.grad = None
    where(x > 0, x, 1.0).sqrt().sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]


def test_comparisons_give_arrays_of_bools():
    a, b = np.array([1.0, 2.0, np.nan]), np.array([2.0, 2.0, 2.0])
    x, y = Tensor(a, requires_grad=True), Tensor(b)
    for ours, plain in [(x < y, a < b), (x <= b, a <= b), (b < x, b < a), (x >= 2, a >= 2), (x > 1, a > 1)] + [
        (x == y, a == b),
        (x != b, a != b),
        (b == x, a == 2.0),
        (b != x, b != a),
        (x == x.data, a == a),
    ]:
        assert type(ours) is np.ndarray
        assert ours.dtype == bool
        assert np.array_equal(ours, plain)
    assert (x == None) is False  # noqa: E711
    assert (x != "text") is True
    with pytest.raises(TypeError, match="combines with tensors, arrays and numbers, got str"):
        _ = x < "text"
    assert len({x, y, x}) == 2


def test_refusals_of_operations():
    x = Tensor(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"var expects more than 1 elements along axis None, got shape \(1,\)"):
        Tensor([1.0]).var()
    with pytest.raises(ValueError, match="clip expects low, high or both"):
        x.clip()
    with pytest.raises(ValueError, match="pad expects whole numbers of at least 0 as width, got -1"):
        x.pad(-1)
    with pytest.raises(ValueError, match="pad expects whole numbers of at least 0 as width, got 1.5"):
        x.pad(1.5)
    with pytest.raises(TypeError, match="where expects an array of bools, got dtype float64"):
        where(x.data, x, x)
    for f, arguments in ((concatenate, [[np.ones(2)]]), (stack, [[]]), (maximum, [1.0, 2.0])):
        with pytest.raises(TypeError, match=f"{f.__name__} expects at least one Tensor, got"):
            f(*arguments)
    with pytest.raises(ValueError, match=r"linear expects x .* got \(2, 3\), \(2, 4\) and None"):
        linear(x, Tensor(np.ones((2, 4))))
    with pytest.raises(ValueError, match=r"linear expects x .* got \(2, 3\), \(2, 3\) and \(3,\)"):
        linear(x, x, Tensor(np.ones(3)))


@pytest.mark.parametrize("f", cases_of_one())
def test_another_array_in_place_of_the_old_changes_no_gradient(f):
    gradients = []
    for replaced in (False, True):
        x = Tensor(numbers((2, 3, 4)), requires_grad=True)
        y = f(x)
        loss = (y * y).sum()
        if replaced:
            x.data = numbers((2, 3, 4), seed=1)
        loss.backward()
        gradients.append(x.grad)
    assert np.array_equal(*gradients)
