"""Tensor: the value and the gradient of every operation, against torch in float64 and by finite differences."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from gyeop.autograd import Tensor

BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: abs_of(a) ** b,
}
UNARY = {
    "neg": lambda a: -a,
    "exp": lambda a: a.exp(),
    "log": lambda a: (a * a + 0.5).log(),
    "tanh": lambda a: a.tanh(),
    "relu": lambda a: a.relu(),
    "sigmoid": lambda a: a.sigmoid(),
    "**2": lambda a: a**2,
    "**3": lambda a: a**3,
    "**0": lambda a: a**0,
    "**-1.5": lambda a: (a * a + 0.5) ** -1.5,
    "2**": lambda a: 2**a,
    "3+": lambda a: 3 + a,
    "+3": lambda a: a + 3,
    "3-": lambda a: 3 - a,
    "-3": lambda a: a - 3,
    "3*": lambda a: 3 * a,
    "*3": lambda a: a * 3,
    "3/": lambda a: 3 / (a * a + 0.5),
    "/3": lambda a: a / 3,
}
SHAPED = {
    "sum": (lambda a: a.sum(), lambda a: a.sum()),
    "sum 0": (lambda a: a.sum(0), lambda a: a.sum(0)),
    "sum -1 kept": (lambda a: a.sum(axis=-1, keepdims=True), lambda a: a.sum(-1, keepdim=True)),
    "sum (0, 2)": (lambda a: a.sum(axis=(0, 2)), lambda a: a.sum((0, 2))),
    "sum all kept": (lambda a: a.sum(keepdims=True), lambda a: a.sum((0, 1, 2), keepdim=True)),
    "mean": (lambda a: a.mean(), lambda a: a.mean()),
    "mean 1": (lambda a: a.mean(1), lambda a: a.mean(1)),
    "mean (1, 2) kept": (lambda a: a.mean((1, 2), keepdims=True), lambda a: a.mean((1, 2), keepdim=True)),
    "max": (lambda a: a.max(), lambda a: a.max()),
    "max 0": (lambda a: a.max(0), lambda a: a.max(0).values),
    "max -1 kept": (lambda a: a.max(axis=-1, keepdims=True), lambda a: a.max(-1, keepdim=True).values),
    "max (0, 1)": (lambda a: a.max((0, 1)), lambda a: a.amax((0, 1))),
    "reshape": (lambda a: a.reshape(6, -1), lambda a: a.reshape(6, -1)),
    "reshape tuple": (lambda a: a.reshape((4, 6)), lambda a: a.reshape((4, 6))),
    "T": (lambda a: a.T, lambda a: a.permute(2, 1, 0)),
    "transpose two": (lambda a: a.transpose(0, -1), lambda a: a.transpose(0, -1)),
    "transpose all": (lambda a: a.transpose(1, -1, 0), lambda a: a.permute(1, -1, 0)),
    "an element": (lambda a: a[1, 2, 3], lambda a: a[1, 2, 3]),
    "a row": (lambda a: a[1], lambda a: a[1]),
    "slices": (lambda a: a[:, ::2, 1:3], lambda a: a[:, ::2, 1:3]),
    "ellipsis and new axis": (lambda a: a[..., None, 0], lambda a: a[..., None, 0]),
    "rows picked twice": (lambda a: a[[0, 1, 0]], lambda a: a[[0, 1, 0]]),
    "arrays": (lambda a: a[np.array([0, 0]), :, np.array([3, 3])], lambda a: a[[0, 0], :, [3, 3]]),
    "a mask": (lambda a: a[a.data > 0], lambda a: a[a > 0]),
}


def abs_of(a):
    return (a * a + 0.1) ** 0.5


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
        np.testing.assert_allclose(x.grad, t.grad.numpy(), rtol=1e-10, atol=1e-14)
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


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_elementwise_of_one(name, shape):
    assert_equals_torch(UNARY[name], numbers(shape))


@pytest.mark.parametrize("name", BINARY)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0))
def test_elementwise_of_two_with_broadcasting(name, shapes):
    assert_equals_torch(BINARY[name], *[numbers(s, seed) for seed, s in enumerate(shapes.input_shapes)])


@pytest.mark.parametrize("name", SHAPED)
def test_reductions_and_shapes(name):
    ours, theirs = SHAPED[name]
    assert_equals_torch(ours, numbers((2, 3, 4)), torch_f=theirs)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_matmul_of_any_rank(data):
    batch = data.draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=3, min_side=0)).input_shapes
    n, k, m = (data.draw(st.integers(0, 3)) for _ in range(3))
    a, b = (*batch[0], n, k), (*batch[1], k, m)
    a = (k,) if data.draw(st.booleans()) else a
    b = (k,) if data.draw(st.booleans()) else b
    assert_equals_torch(lambda a, b: a @ b, numbers(a), numbers(b, 1))


def test_relu_has_slope_zero_at_zero_as_in_torch():
    assert_equals_torch(UNARY["relu"], np.array([-1.0, 0.0, 2.0]), finite=False)


TIES = np.array([[1.0, 3.0, 3.0], [3.0, 0.0, 1.0], [-2.0, -2.0, -2.0]])


@pytest.mark.parametrize("name", ["max", "max 0", "max -1 kept", "max (0, 1)"])
def test_max_breaks_ties_as_torch_does(name):
    ours, theirs = SHAPED[name]
    for a in (TIES, TIES.T.copy(), np.zeros((3, 3))):
        assert_equals_torch(ours, a, torch_f=theirs, finite=False)


@pytest.mark.parametrize("name", ["max", "max 0"])
def test_max_keeps_nan(name):
    a = TIES.copy()
    a[1, 1] = np.nan
    ours, theirs = SHAPED[name]
    assert np.array_equal(ours(Tensor(a)).data, theirs(torch.tensor(a)).numpy(), equal_nan=True)


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


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(dtype):
    x, w = Tensor(np.ones((2, 3), dtype), requires_grad=True), Tensor(np.ones((3, 2), dtype), requires_grad=True)
    y = ((2 * x @ w + 1) / 3 - np.array([1, 2])).relu().sigmoid().tanh().exp().log() ** 2
    y = y * (y.data > 0)
    assert y.dtype == dtype
    z = y.mean(axis=0).max() + y[0, 0] + y.T.sum()
    assert z.dtype == dtype
    z.backward()
    assert x.grad.dtype == w.grad.dtype == dtype


def test_mixed_dtypes_meet_in_the_wider_and_gradients_return_in_their_own():
    a, b = Tensor(np.ones(3, np.float32), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    (a * b).sum().backward()
    assert ((a * b).dtype, a.grad.dtype, b.grad.dtype) == (np.float64, np.float32, np.float64)
    c = a.astype(np.float64)
    assert c.astype(np.float64) is c
    a.grad = None
    (c * 2).sum().backward()
    assert a.grad.dtype == np.float32


def test_integers_become_float64_and_the_caller_keeps_the_array():
    array = np.array([1, 2, 3])
    assert Tensor(array).dtype == np.float64
    array = np.array([1.0, 2.0])
    x = Tensor(array, requires_grad=True)
    (x * array).sum().backward()
    array[0] = 9.0
    assert array.flags.writeable
    assert x.data.tolist() == [1.0, 2.0]


def test_arrays_and_numbers_on_either_side():
    x = Tensor([1.0, 2.0], requires_grad=True)
    array = np.array([3.0, 4.0])
    for y in (array * x, x * array, array @ x, x @ array):
        assert isinstance(y, Tensor)
    assert (array - x).data.tolist() == [2.0, 2.0]
    assert (array / x).data.tolist() == [3.0, 2.0]
    assert (array**x).data.tolist() == [3.0, 16.0]
    assert (np.float64(3.0) - x).data.tolist() == [2.0, 1.0]
    assert sum([x, x, x]).data.tolist() == [3.0, 6.0]
    assert [float(v) for v in x] == [1.0, 2.0]
    assert (len(x), x[1].item(), bool(x[0] * 0)) == (2, 2.0, False)


def test_repr():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    x = Tensor(np.eye(2, dtype=np.float32), requires_grad=True)
    assert repr(x) == "Tensor([[1., 0.],\n        [0., 1.]], dtype=float32, requires_grad=True)"


@pytest.mark.parametrize("wrong", ["text", [None], [1j]])
def test_only_real_numbers(wrong):
    with pytest.raises(TypeError, match="Tensor expects real numbers, got dtype"):
        Tensor(wrong)


def test_refusals_say_what_came():
    x = Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="combines with tensors, arrays and numbers, got list"):
        x + [1.0, 2.0]
    with pytest.raises(TypeError, match="take its detach"):
        Tensor(x)
    with pytest.raises(TypeError, match=r"take its \.data"):
        np.asarray(x)
    with pytest.raises(ValueError, match=r"@ expects .* got \(2, 3\) and \(4, 5\)"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((4, 5)))
    with pytest.raises(ValueError, match=r"@ expects .* got \(\) and \(2,\)"):
        Tensor(1.0) @ x
    with pytest.raises(ValueError, match=r"\(2,\) \(3,\)"):
        x + np.ones(3)
