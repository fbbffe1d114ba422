"""Every operation's value and gradient, against torch in float64 and by finite differences.

The tables below are keyed by the function that states the operation. They are found by introspection, so a new one
that is missing in the tables fails the suite.
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
            lambda a: concatenate([a[..., :1], a * a, np.ones((2, 3, 2))], axis=-1),
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


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_index_gives_each_element_the_gradients_of_its_places(data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4))
    kinds = [
        hnp.basic_indices(shape, allow_newaxis=True),
        hnp.integer_array_indices(shape),
        hnp.arrays(bool, shape),
        st.integers(-shape[0], shape[0] - 1),
        st.lists(st.integers(-shape[0], shape[0] - 1)),
    ]
    index = data.draw(st.one_of(*kinds))
    x = Tensor(numbers(shape), requires_grad=True)
    places = np.arange(x.size).reshape(shape)[np.array(index, int) if isinstance(index, list) else index]
    y = x[index]
    assert np.array_equal(y.data, x.data.ravel()[places])
    weights = np.cos(np.arange(y.size)).reshape(y.shape)
    (y * weights).sum().backward()
    expected = np.bincount(places.ravel(), weights.ravel(), x.size).reshape(shape)
    np.testing.assert_allclose(x.grad, expected, rtol=1e-12, atol=1e-14)


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
