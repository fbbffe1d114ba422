"""Gradient descent, and the optimizers held to torch.optim step for step."""

import numpy as np
import pytest
import torch

from gyeop import nn
from gyeop.autograd import Tensor
from gyeop.optim import SGD, Adam, AdamW, Path, clip_gradients, gradient_descent


def test_gradient_descent_follows_the_formula():
    path = gradient_descent(lambda x: 2 * x, start=[1.0, -3.0], lr=0.1)
    assert isinstance(path, Path)
    assert path.converged
    np.testing.assert_allclose(path.points, np.outer(0.8 ** np.arange(len(path.points)), [1.0, -3.0]), rtol=1e-9)
    assert np.linalg.norm(2 * path.points[-1]) <= 1e-6 < np.linalg.norm(2 * path.points[-2])


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)], ids=str)
def test_gradient_descent_takes_torchs_steps(shape, rng):
    start = rng.normal(size=shape)
    x = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.05)
    path = gradient_descent(lambda x: x**3 - np.cos(x), start, lr=0.05, eps=0, max_steps=100)
    for point in path.points:
        np.testing.assert_allclose(point, x.detach().numpy(), rtol=1e-10)
        optimizer.zero_grad()
        (x**4 / 4 - torch.sin(x)).sum().backward()
        optimizer.step()
    assert len(path.points) == 101


def test_a_start_at_the_minimum_is_the_whole_path():
    assert gradient_descent(lambda x: 2 * x, 0.0) == Path(np.array([0.0]), True)


def test_numbers_shapes_and_dtypes():
    assert gradient_descent(lambda x: x, 3).points.dtype == np.float64
    assert gradient_descent(lambda x: x, np.float32(3)).points.dtype == np.float32
    assert gradient_descent(lambda x: x, np.ones((2, 3)), max_steps=5).points.shape == (6, 2, 3)
    start = np.ones(2)
    start.flags.writeable = False
    gradient_descent(lambda x: np.multiply(x, 2, out=x), start, max_steps=3)
    assert start.tolist() == [1, 1]


def test_it_says_when_it_did_not_arrive():
    short = gradient_descent(lambda x: 2 * x, 1.0, lr=0.01, max_steps=10)
    assert (short.converged, len(short.points)) == (False, 11)
    assert gradient_descent(lambda x: 2 * x, 1.0, max_steps=0).points.tolist() == [1.0]


@pytest.mark.parametrize("gradient", [lambda x: 2 * x, lambda x: 4 * x**3 - 2 * x])
def test_running_off_ends_before_infinity_and_without_a_warning(gradient):
    path = gradient_descent(gradient, 3.0, lr=1.5)
    assert not path.converged
    assert np.isfinite(path.points).all()
    assert abs(path.points[-1]) > 1e100


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: gradient_descent(lambda x: x, [np.nan]),
            ValueError,
            "start expects finite numbers, got nan at index 0",
        ),
        (lambda: gradient_descent(lambda x: x, "a"), TypeError, "real numbers"),
        (lambda: gradient_descent(lambda x: x[:, None], [1.0, 2.0]), ValueError, r"shape \(2,\), got \(2, 1\)"),
        (lambda: gradient_descent(lambda x: x * np.nan, [1.0]), ValueError, "gradient at the start"),
        (lambda: gradient_descent(lambda x: x, 1.0, lr=-0.1), ValueError, "lr expects a finite number > 0, got -0.1"),
        (lambda: gradient_descent(lambda x: x, 1.0, eps=-1), ValueError, "eps expects"),
        (lambda: gradient_descent(lambda x: x, 1.0, lr=10**400), ValueError, "> 0, got inf"),
        (lambda: gradient_descent(lambda x: x, 1.0, max_steps=-1), ValueError, "at least 0, got -1"),
        (lambda: gradient_descent(lambda x: x, 1.0, max_steps=1.5), TypeError, "whole number"),
    ],
)
def test_gradient_descent_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call()


OPTIMIZERS = [
    (SGD, torch.optim.SGD, {"lr": 0.01}),
    (SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    (SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    (SGD, torch.optim.SGD, {"lr": 0.01, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
    (SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1}),
    (Adam, torch.optim.Adam, {}),
    (Adam, torch.optim.Adam, {"weight_decay": 0.1}),
    (Adam, torch.optim.Adam, {"lr": 0.05, "betas": (0.7, 0.9), "eps": 1e-4, "weight_decay": 0.1}),
    (AdamW, torch.optim.AdamW, {}),
    (AdamW, torch.optim.AdamW, {"weight_decay": 0.0}),
    (AdamW, torch.optim.AdamW, {"lr": 0.05, "betas": (0.0, 0.99), "eps": 1e-6, "weight_decay": 0.3}),
]


every_optimizer = pytest.mark.parametrize(
    ("ours", "theirs", "options"), OPTIMIZERS, ids=lambda v: getattr(v, "__name__", str(v))
)


@every_optimizer
def test_equal_to_torch_step_for_step(ours, theirs, options, rng):
    start = [rng.normal(size=(3, 4)), rng.normal(size=5)]
    w, t = [a.copy() for a in start], [torch.tensor(a, requires_grad=True) for a in start]
    mine, reference = ours(w, **options), theirs(t, **options)
    for step in range(100):
        if step == 50:  # a schedule changes the rate between steps
            mine.lr = reference.param_groups[0]["lr"] = mine.lr / 3
        gradients = [2 * a + rng.normal(size=a.shape) for a in w]
        for tensor, g in zip(t, gradients, strict=True):
            tensor.grad = torch.tensor(g)
        mine.step(gradients)
        reference.step()
        for a, tensor in zip(w, t, strict=True):
            np.testing.assert_allclose(a, tensor.detach().numpy(), rtol=1e-10, atol=1e-14)
    assert not np.allclose(w[0], start[0])


@every_optimizer
def test_equal_to_torch_step_for_step_in_float32(ours, theirs, options, rng):
    """Weights of size 1 lose up to 6e-8 to rounding in every step: after 100, 1e-5 is what can be asked for."""
    w = rng.uniform(-1, 1, 200).astype(np.float32)
    t = torch.tensor(w, requires_grad=True)
    mine, reference = ours([w], **options), theirs([t], **options)
    for _ in range(100):
        g = (2 * w + rng.normal(size=200)).astype(np.float32)
        t.grad = torch.tensor(g)
        mine.step([g])
        reference.step()
        np.testing.assert_allclose(w, t.detach().numpy(), rtol=0, atol=1e-5)
    assert w.dtype == np.float32


@every_optimizer
@pytest.mark.parametrize("order", ["C", "F"])
def test_large_arrays_which_are_stepped_in_parts_equal_torch(ours, theirs, options, order, rng):
    w = [np.array(rng.normal(size=shape), order=order) for shape in ((321, 210), (70_001,), (1, 40_000), (3, 2))]
    t = [torch.tensor(a, requires_grad=True) for a in w]
    mine, reference = ours(w, **options), theirs(t, **options)
    for _ in range(3):
        gradients = [2 * a + rng.normal(size=a.shape) for a in w]
        for tensor, g in zip(t, gradients, strict=True):
            tensor.grad = torch.tensor(g)
        mine.step(gradients)
        reference.step()
    for a, tensor in zip(w, t, strict=True):
        np.testing.assert_allclose(a, tensor.detach().numpy(), rtol=1e-10, atol=1e-14)


@every_optimizer
def test_tensors_learn_step_for_step_as_in_torch(ours, theirs, options, rng):
    """torch is handed the gradients that backward() left: with its own, rounding would come back magnified."""
    x, y = Tensor(rng.normal(size=(8, 3))), Tensor(rng.normal(size=(8, 2)))
    layer = nn.Linear(3, 2, dtype=np.float64, rng=0)
    parameters = layer.parameters()
    t = [torch.tensor(p.data, requires_grad=True) for p in parameters]
    mine, reference = ours(parameters, **options), theirs(t, **options)
    first = None
    for _ in range(100):
        for p in parameters:
            p.grad = None
        loss = ((layer(x) - y) ** 2).mean()
        first = first or loss.item()
        loss.backward()
        for p, tensor in zip(parameters, t, strict=True):
            tensor.grad = torch.tensor(p.grad)
        mine.step()
        reference.step()
        for p, tensor in zip(parameters, t, strict=True):
            np.testing.assert_allclose(p.data, tensor.detach().numpy(), rtol=1e-10, atol=1e-14)
    assert loss.item() < first


class Carrier:
    """What an autograd tensor is to an optimizer: an array and its gradient."""

    def __init__(self, data):
        self.data, self.grad = data, None


@every_optimizer
def test_tensors_bring_their_own_gradients_and_none_is_left_alone(ours, theirs, options):
    a, b = Carrier(np.array([1.0, 2.0])), Carrier(np.array([3.0]))
    t = [torch.tensor(c.data, requires_grad=True) for c in (a, b)]
    mine, reference = ours([a, b], **options), theirs(t, **options)
    for step in range(6):
        a.grad = np.array([0.5, -1.0])
        b.grad = np.array([1.0]) if step % 2 else None
        for c, tensor in zip((a, b), t, strict=True):
            tensor.grad = None if c.grad is None else torch.tensor(c.grad)
        mine.step()
        reference.step()
    np.testing.assert_allclose(np.append(a.data, b.data), torch.cat(t).detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("ours", [SGD, Adam, AdamW])
def test_in_place_in_the_parameters_dtype_and_the_gradients_stay(ours):
    w = np.ones(3, np.float32)
    g = np.array([1.0, -2.0, 3.0])
    g.flags.writeable = False
    optimizer = ours([w], lr=0.1)
    optimizer.step([g])
    optimizer.step([g])
    assert w.dtype == np.float32
    assert (w != 1).all()
    assert g.tolist() == [1, -2, 3]


@pytest.mark.parametrize("ours", [SGD, Adam, AdamW])
@pytest.mark.parametrize(
    ("gradients", "error", "message"),
    [
        ([np.ones(3)], ValueError, "2 gradients, got 1"),
        ([np.ones(3), np.ones((2, 1))], ValueError, r"gradient 1 of shape \(2,\), got \(2, 1\)"),
        ([np.ones(3), np.ones(1)], ValueError, r"gradient 1 of shape \(2,\), got \(1,\)"),
        ([np.ones(3), [np.nan, 1]], ValueError, "gradient 1 expects finite numbers, got nan at index 0"),
        ([np.ones(3), ["a", "b"]], TypeError, "real numbers"),
        (None, TypeError, "expects gradients"),
    ],
)
def test_a_bad_gradient_changes_nothing(ours, gradients, error, message):
    w = [np.ones(3), np.ones(2)]
    with pytest.raises(error, match=message):
        ours(w, lr=0.1).step(gradients)
    assert [a.tolist() for a in w] == [[1, 1, 1], [1, 1]]


READ_ONLY = np.ones(2)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize("ours", [SGD, Adam, AdamW])
@pytest.mark.parametrize(
    ("parameters", "options", "message"),
    [
        (np.ones(3), {}, "list of arrays, got ndarray"),
        (3, {}, "list of arrays, got int"),
        ([], {}, "at least one parameter"),
        ([[1.0]], {}, "list'> at index 0"),
        ([np.ones(2), np.arange(3)], {}, "got int64 array at index 1"),
        ([READ_ONLY], {}, "read-only array at index 0"),
        ([np.ones(2)], {"lr": -1}, "lr expects a finite number >= 0, got -1"),
        ([np.ones(2)], {"lr": np.nan}, "lr"),
        ([np.ones(2)], {"weight_decay": -0.1}, "weight_decay"),
    ],
)
def test_optimizers_refuse(ours, parameters, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        ours(parameters, **{"lr": 0.1, **options})


def test_options_of_one_optimizer_refused():
    w = [np.ones(2)]
    with pytest.raises(ValueError, match="momentum above 0 with nesterov"):
        SGD(w, lr=0.1, nesterov=True)
    for betas in ((0.9,), 0.9, (0.9, 1.0), (-0.1, 0.9)):
        for ours in (Adam, AdamW):
            with pytest.raises(ValueError, match="betas"):
                ours(w, betas=betas)


@pytest.mark.parametrize("max_norm", [0.0, 0.5, 3.0, 1e3])
def test_clip_gradients_equals_torch(max_norm, rng):
    gradients = [rng.normal(size=(3, 4)), rng.normal(size=5)]
    before = [g.copy() for g in gradients]
    tensors = [torch.zeros(g.shape, dtype=torch.float64) for g in gradients]
    for tensor, g in zip(tensors, gradients, strict=True):
        tensor.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_(tensors, max_norm)
    for ours, tensor, g, old in zip(clip_gradients(gradients, max_norm), tensors, gradients, before, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-10)
        np.testing.assert_array_equal(g, old)
        assert not np.shares_memory(ours, g)


def test_clip_gradients_at_the_edges():
    assert clip_gradients([], 1.0) == []
    assert clip_gradients([np.zeros(2)], 1.0)[0].tolist() == [0, 0]
    assert clip_gradients([np.zeros((0, 2))], 1.0)[0].shape == (0, 2)
    np.testing.assert_allclose(clip_gradients([[3e200, 4e200]], 1.0)[0], [0.6, 0.8])
    assert clip_gradients([np.ones(2, np.float32)], 1.0)[0].dtype == np.float32
    for call in (
        lambda: clip_gradients(np.ones(2), 1.0),
        lambda: clip_gradients([np.ones(2)], -1.0),
        lambda: clip_gradients([[1.0, np.inf]], 1.0),
    ):
        with pytest.raises((TypeError, ValueError), match="clip_gradients"):
            call()


@pytest.mark.parametrize("optimizer", [Adam, AdamW])
def test_an_eps_that_the_parameters_round_to_zero_is_refused(optimizer):
    """1e-8 is 0 in float16, and then a gradient of 0 would be divided by 0."""
    w = np.ones(2, np.float16)
    with pytest.raises(ValueError, match=f"{optimizer.__name__} expects an eps of at least .* for float16, got 1e-08"):
        optimizer([w])
    optimizer([w], lr=0.1, eps=1e-4).step([np.array([0.0, 1.0], np.float16)])
    assert np.isfinite(w).all()
    assert w[1] < 1
