"""Every activation against torch, against finite differences, and at its edges."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from gyeop import activations as act
from gyeop.gradients import jacobian, numerical_gradient

ELEMENTWISE = {
    act.identity: lambda z: z * 1,
    act.sigmoid: torch.sigmoid,
    act.tanh: torch.tanh,
    act.relu: torch.relu,
    act.leaky_relu: F.leaky_relu,
    act.elu: F.elu,
}
ALL = [*ELEMENTWISE, act.step]
EDGES = [0.0, -0.0, 1e-9, -1e-9, 5e-324, 1000.0, -1000.0, 1e4, -1e4]
Z = np.concatenate([np.linspace(-30, 30, 241), EDGES]).reshape(5, 50)


def by_torch(function, z):
    z = torch.tensor(z, requires_grad=True)
    value = function(z)
    value.sum().backward()
    return value.detach().numpy(), z.grad.numpy()


@pytest.mark.parametrize("f", ELEMENTWISE, ids=lambda f: f.__name__)
def test_value_and_derivative_equal_torch(f):
    value, slope = by_torch(ELEMENTWISE[f], Z)
    np.testing.assert_allclose(f(Z), value, rtol=1e-10, atol=0)
    # atol: far from 0 torch works out 1 - s and 1 - t^2, and cancels; ours keeps those digits (next test)
    np.testing.assert_allclose(f.derivative(Z), slope, rtol=1e-10, atol=1e-15)


def test_derivative_of_sigmoid_keeps_its_digits_far_out():
    z = np.array([30.0, 40.0, 300.0])
    np.testing.assert_allclose(act.sigmoid.derivative(z), np.exp(-z), rtol=1e-12)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
def test_derivative_is_the_finite_difference_away_from_kinks(f):
    z = np.linspace(-4, 4, 33)
    z = z[z != 0]
    np.testing.assert_allclose(f.derivative(z), numerical_gradient(lambda z: f(z).sum(), z), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("f", "option", "reference"),
    [
        (act.leaky_relu, {"slope": 0.2}, lambda z: F.leaky_relu(z, 0.2)),
        (act.elu, {"alpha": 1.7}, lambda z: F.elu(z, 1.7)),
    ],
    ids=["leaky_relu", "elu"],
)
def test_parameters(f, option, reference):
    value, slope = by_torch(reference, Z)
    np.testing.assert_allclose(f(Z, **option), value, rtol=1e-10)
    np.testing.assert_allclose(f.derivative(Z, **option), slope, rtol=1e-10)
    z = np.linspace(-4, 4, 33)
    z = z[z != 0]  # where the slope jumps
    numerical = numerical_gradient(lambda z: f(z, **option).sum(), z)
    np.testing.assert_allclose(f.derivative(z, **option), numerical, rtol=1e-6, atol=1e-8)


def test_kinks():
    assert act.relu.derivative(0.0) == 0
    assert act.leaky_relu.derivative(0.0) == 0.01
    assert act.elu.derivative(0.0, alpha=2.0) == 2
    assert act.step(0.0) == 0
    assert not act.step.derivative(Z).any()


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
def test_extremes_give_limits_and_no_warning(f):
    z = np.array([-1e300, -1000.0, 1000.0, 1e300, np.inf, -np.inf])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = f(z), f.derivative(z)
        assert np.isfinite(slope).all()
        assert not np.isnan(value).any()
        assert np.isnan(f(np.nan))
    if f in (act.sigmoid, act.step):
        assert value.tolist() == [0, 0, 1, 1, 1, 0]


@pytest.mark.parametrize("f", [*ALL, act.softmax, act.log_softmax], ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, bool])
def test_dtypes_shapes_and_the_callers_array(f, dtype):
    z = np.asfortranarray(np.array([[-1, 0, 1], [2, -3, 1]]).astype(dtype))
    before = z.copy()
    z.flags.writeable = False
    expected = dtype if np.dtype(dtype).kind == "f" else np.float64
    results = [f(z), f.derivative(z)] if f in ALL else [f(z), f.vjp(z, z)]
    for result in results:
        assert result.dtype == expected
        assert result.shape == z.shape
        assert not np.shares_memory(result, z)
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
def test_numbers_and_empty_arrays(f):
    assert np.shape(f(2)) == np.shape(f.derivative(2)) == ()
    assert f(np.zeros((0, 3))).shape == f.derivative(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("f", [*ALL, act.softmax, act.log_softmax], ids=lambda f: f.__name__)
@pytest.mark.parametrize("bad", ["text", None, [1j], [[1, 2], [3]], [len]], ids=str)
def test_what_is_not_numbers_is_named(f, bad):
    with pytest.raises((TypeError, ValueError), match=f.__name__):
        f(bad)


@pytest.mark.parametrize(("f", "reference"), [(act.softmax, torch.softmax), (act.log_softmax, torch.log_softmax)])
@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_softmax_and_log_softmax_equal_torch(f, reference, axis, rng):
    z, upstream = rng.normal(size=(4, 5, 3)) * 10, rng.normal(size=(4, 5, 3))
    t = torch.tensor(z, requires_grad=True)
    value = reference(t, axis)
    value.backward(torch.tensor(upstream))
    np.testing.assert_allclose(f(z, axis=axis), value.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(f.vjp(z, upstream, axis=axis), t.grad.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("f", "reference"), [(act.softmax, torch.softmax), (act.log_softmax, torch.log_softmax)])
@pytest.mark.parametrize("shape", [(6, 4), (1, 4), (6, 1), (1, 1)], ids=str)
def test_huge_logits_a_batch_of_one_and_a_single_class_equal_torch(f, reference, shape, rng):
    z, upstream = rng.choice([-1e4, -800.0, 0.0, 1.0, 1e4], size=shape), rng.normal(size=shape)
    t = torch.tensor(z, requires_grad=True)
    value = reference(t, 1)
    value.backward(torch.tensor(upstream))
    np.testing.assert_allclose(f(z), value.detach().numpy(), rtol=1e-10, atol=1e-300)  # below it, digits run out
    np.testing.assert_allclose(f.vjp(z, upstream), t.grad.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("f", [act.softmax, act.log_softmax])
def test_vjp_is_upstream_times_the_jacobian(f, rng):
    z, upstream = rng.normal(size=5), rng.normal(size=5)
    np.testing.assert_allclose(f.vjp(z, upstream), upstream @ jacobian(f, z), rtol=1e-6, atol=1e-9)


def test_softmax_at_the_edges():
    assert act.softmax([[1e4, -1e4], [-1e4, -1e4]]).tolist() == [[1, 0], [0.5, 0.5]]
    assert act.log_softmax([1e4, -1e4]).tolist() == [0, -2e4]
    assert act.log_softmax(np.array([0.0, -800.0])).tolist() == [0, -800]  # softmax itself underflows to 0 here
    assert act.softmax([[3.0], [4.0]]).tolist() == [[1], [1]]  # a single class
    assert act.softmax([0.0, -np.inf]).tolist() == [1, 0]
    assert act.softmax(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    ("z", "axis", "message"),
    [
        ([[0, 1], [np.nan, 1]], -1, r"nan at index \(1, 0\)"),
        ([0, np.inf], -1, "inf at index 1"),
        ([-np.inf, -np.inf], -1, "-inf at index 0"),
        (1.0, -1, r"axis -1, got shape \(\)"),
        ([1.0], 1, r"axis 1, got shape \(1,\)"),
        (np.zeros((2, 0)), -1, r"at least one element .* \(2, 0\)"),
    ],
)
@pytest.mark.parametrize("f", [act.softmax, act.log_softmax])
def test_softmax_refuses(f, z, axis, message):
    with pytest.raises(ValueError, match=message):
        f(z, axis=axis)
    with pytest.raises(ValueError, match="upstream"):
        f.vjp([[1.0, 2.0]], [1.0, 2.0])


def test_maxout_equals_torch(rng):
    z, upstream = rng.normal(size=(6, 12)), rng.normal(size=(6, 4))
    t = torch.tensor(z, requires_grad=True)
    value = t.reshape(6, 4, 3).max(dim=2).values
    value.backward(torch.tensor(upstream))
    np.testing.assert_array_equal(act.maxout(z, 3), value.detach().numpy())
    np.testing.assert_array_equal(act.maxout.vjp(z, upstream), t.grad.numpy())
    matrix = jacobian(lambda z: act.maxout(z, 3), z)  # no two pieces of a unit lie within a step of each other
    np.testing.assert_allclose(act.maxout.vjp(z, upstream).ravel(), upstream.ravel() @ matrix, rtol=1e-6, atol=1e-9)
    assert act.maxout.vjp([[1.0, 1.0]], [[5.0]]).tolist() == [[5, 0]]  # a tie goes to the first
    assert act.maxout([[7.0]], 1).tolist() == [[7]]  # a batch of one, a single unit of a single piece
    assert act.maxout(np.zeros((2, 4), np.float32), 2).dtype == np.float32
    assert act.maxout(np.zeros((0, 4)), 2).shape == (0, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: act.maxout([[1.0, 2.0, 3.0]], 2), r"units \* 2\), got \(1, 3\)"),
        (lambda: act.maxout([1.0, 2.0], 2), r"got \(2,\)"),
        (lambda: act.maxout([[1.0, 2.0]], 0), "at least 1, got 0"),
        (lambda: act.maxout([[1.0, 2.0]], 1.0), "whole number"),
        (lambda: act.maxout([[1.0, np.nan]], 2), r"nan at index \(0, 1\)"),
        (lambda: act.maxout.vjp([[1.0, 2.0, 3.0]], [[1.0, 2.0]]), r"\(1, 3\) and \(1, 2\)"),
        (lambda: act.maxout.vjp([[1.0, 2.0]], [[1.0], [2.0]]), r"\(1, 2\) and \(2, 1\)"),
        (lambda: act.maxout.vjp([[1.0, 2.0]], [1.0]), r"\(1, 2\) and \(1,\)"),
        (lambda: act.leaky_relu(1.0, np.nan), "slope"),
        (lambda: act.elu(1.0, -1.0), "alpha expects a finite number > 0, got -1"),
        (lambda: act.elu.derivative(1.0, "a"), "alpha expects one number, got str"),
    ],
)
def test_bad_parameters(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
