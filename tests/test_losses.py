"""Every loss against torch, against finite differences, and at its edges."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop import losses
from gyeop.gradients import check_gradient, numerical_gradient


def torch_hinge(score, y):
    return torch.relu(1 - y * score).mean()


def pairs(rng):
    """loss, torch's, prediction, target: many shapes, kinks included."""
    p, t = rng.normal(size=(7, 3)) * 2, rng.normal(size=(7, 3))
    t[0], t[1] = p[0], p[1] + 1.0  # exactly equal, and exactly at huber's delta
    probability, soft = rng.uniform(0.001, 0.999, size=(4, 5)), rng.uniform(size=(4, 5))
    sign = np.where(rng.uniform(size=9) < 0.5, -1.0, 1.0)
    rows = rng.dirichlet(np.ones(4), size=6)
    return [
        (losses.mse, F.mse_loss, p, t),
        (losses.mse, F.mse_loss, p[:, 0], t[:, 0]),
        (losses.mae, F.l1_loss, p, t),
        (losses.huber, F.huber_loss, p, t),
        (losses.hinge, torch_hinge, np.append(rng.normal(size=8) * 2, sign[-1]), sign),  # the last is exactly at margin
        (losses.binary_cross_entropy, F.binary_cross_entropy, probability, soft),
        (
            losses.binary_cross_entropy_with_logits,
            F.binary_cross_entropy_with_logits,
            p * 20,
            np.round(soft[0, 0] + 0 * p),
        ),
        (losses.cross_entropy, F.cross_entropy, rng.normal(size=(6, 4)) * 5, rng.integers(0, 4, 6)),
        (losses.cross_entropy, F.cross_entropy, rng.normal(size=(6, 4)) * 5, rows),
        (losses.cross_entropy, F.cross_entropy, rng.normal(size=(1, 4)), np.array([2])),
        (losses.cross_entropy, F.cross_entropy, rng.normal(size=(5, 1)), np.zeros(5, dtype=int)),
    ]


@pytest.mark.parametrize("case", range(11))
def test_value_and_gradient_equal_torch(case, rng):
    loss, reference, prediction, target = pairs(rng)[case]
    tensor = torch.tensor(prediction, requires_grad=True)
    value = reference(tensor, torch.tensor(target))
    value.backward()
    assert isinstance(loss(prediction, target), float)
    np.testing.assert_allclose(loss(prediction, target), value.item(), rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(loss.gradient(prediction, target), tensor.grad.numpy(), rtol=1e-10, atol=1e-17)


@pytest.mark.parametrize("case", [0, 1, 5, 6, 7, 8, 9, 10])  # those without a kink
def test_gradient_is_the_finite_difference(case, rng):
    loss, _, prediction, target = pairs(rng)[case]
    numerical = numerical_gradient(lambda p: loss(p, target), prediction)
    np.testing.assert_allclose(loss.gradient(prediction, target), numerical, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("shape", [(7, 3), (1, 3), (7, 1), (1, 1), (5,)], ids=str)
@pytest.mark.parametrize("delta", [0.5, 1.0, 3.0])
def test_gradient_is_the_finite_difference_beside_every_kink(shape, delta, rng):
    """The points lie at least 0.1 from a kink, and a finite difference steps 1e-6 to either side."""
    target = rng.normal(size=shape)
    sign = rng.choice([-1.0, 1.0], shape)
    prediction = target + sign * rng.uniform(0.1, 4, shape)
    check_gradient(lambda p: losses.mae(p, target), losses.mae.gradient(prediction, target), prediction)
    for p in (target + sign * delta * rng.uniform(0.1, 0.9, shape), target + sign * delta * rng.uniform(1.1, 4, shape)):
        check_gradient(lambda p: losses.huber(p, target, delta), losses.huber.gradient(p, target, delta), p)
    score = sign * np.where(rng.uniform(size=shape) < 0.5, rng.uniform(-3, 0.9, shape), rng.uniform(1.1, 4, shape))
    check_gradient(lambda score: losses.hinge(score, sign), losses.hinge.gradient(score, sign), score)


TORCH = {
    losses.mse: F.mse_loss,
    losses.mae: F.l1_loss,
    losses.huber: F.huber_loss,
    losses.hinge: torch_hinge,
    losses.binary_cross_entropy: F.binary_cross_entropy,
    losses.binary_cross_entropy_with_logits: F.binary_cross_entropy_with_logits,
    losses.cross_entropy: F.cross_entropy,
}


@st.composite
def batches(draw):
    """A loss and a batch for it: from one sample of one class to 5 of 4, near 0 or far out, on kinks and off them."""
    loss = draw(st.sampled_from(list(TORCH)))
    shape = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    scale = draw(st.sampled_from([1e-3, 1.0, 30.0, 1e4]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    prediction = rng.choice([-1.0, 0.0, 1.0, *rng.normal(size=4)], shape) * scale
    if loss in (losses.mse, losses.mae, losses.huber):
        return loss, prediction, prediction + rng.choice([-1.0, 0.0, 1.0, *rng.normal(size=4) * scale], shape)
    if loss is losses.hinge:
        return loss, prediction, rng.choice([-1.0, 1.0], shape)
    if loss is losses.cross_entropy:
        one_label_a_row = draw(st.booleans())
        y = rng.integers(0, shape[1], shape[0]) if one_label_a_row else rng.dirichlet(np.ones(shape[1]), shape[0])
        return loss, prediction, y
    if loss is losses.binary_cross_entropy:
        prediction = rng.uniform(1e-6, 1 - 1e-6, shape)
    return loss, prediction, rng.choice([0.0, 1.0, rng.uniform()], shape)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(batches())
def test_every_loss_equals_torch_for_any_batch(batch):
    loss, prediction, target = batch
    tensor = torch.tensor(prediction, requires_grad=True)
    value = TORCH[loss](tensor, torch.tensor(target))
    value.backward()
    # atol: a logarithm of almost 1, and a probability less a label of 1, have lost the digits below 1e-16
    np.testing.assert_allclose(loss(prediction, target), value.item(), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(loss.gradient(prediction, target), tensor.grad.numpy(), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("delta", [0.5, 1.0, 3.0])
def test_huber_at_exactly_delta(delta):
    assert losses.huber([delta], [0.0], delta=delta) == delta**2 / 2
    assert losses.huber.gradient([delta, -delta], [0, 0], delta).tolist() == [delta / 2, -delta / 2]
    p, target = np.array([delta, -delta, 0.0, 2 * delta, -0.9 * delta]), np.zeros(5)
    tensor = torch.tensor(p, requires_grad=True)
    value = F.huber_loss(tensor, torch.tensor(target), delta=delta)
    value.backward()
    np.testing.assert_allclose(losses.huber(p, target, delta), value.item(), rtol=1e-10)
    np.testing.assert_allclose(losses.huber.gradient(p, target, delta), tensor.grad.numpy(), rtol=1e-10)


def test_binary_cross_entropy_at_exactly_0_and_1():
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    tensor = torch.tensor(p, requires_grad=True)
    value = F.binary_cross_entropy(tensor, torch.tensor(y))
    value.backward()
    assert losses.binary_cross_entropy(p, y) == value.item() == 50
    np.testing.assert_allclose(
        losses.binary_cross_entropy.gradient(p, y), tensor.grad.numpy(), rtol=1e-8
    )  # torch's 1e-12 is a float32
    tiny = np.nextafter(0, 1)  # its logarithm is finite, -744, and below torch's bound of -100
    assert losses.binary_cross_entropy([tiny], [1]) == 100


def test_the_logarithm_of_a_probability_that_underflows():
    """softmax gives exp(-800) = 0 and sigmoid the same; the losses on logits still know that it was -800."""
    assert losses.cross_entropy([[0.0, -800.0]], [1]) == 800
    assert losses.cross_entropy([[0.0, -800.0]], [[0.0, 1.0]]) == 800
    assert losses.cross_entropy.gradient([[0.0, -800.0]], [1]).tolist() == [[1, -1]]
    assert losses.binary_cross_entropy_with_logits([-800.0], [1]) == 800
    assert losses.binary_cross_entropy_with_logits.gradient([-800.0], [1]).tolist() == [-1]


def test_a_single_class_is_certain():
    logits = np.array([[-1e4], [0.0], [1e4]])
    for y in ([0, 0, 0], np.ones((3, 1))):
        assert losses.cross_entropy(logits, y) == 0
        assert not losses.cross_entropy.gradient(logits, y).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("scale", [1, 1e4])
def test_extreme_logits(dtype, scale):
    z = np.array([[scale, 0.0, -scale], [0.0, scale, -scale]], dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for y in ([2, 1], np.eye(3)[[2, 1]]):
            assert np.isfinite(losses.cross_entropy(z, y))
            assert np.isfinite(losses.cross_entropy.gradient(z, y)).all()
        y = (z > 0).astype(int)
        assert np.isfinite(losses.binary_cross_entropy_with_logits(z, 1 - y))
        gradient = losses.binary_cross_entropy_with_logits.gradient(z, y)
    assert gradient.dtype == dtype
    if scale == 1e4:
        assert losses.cross_entropy(np.float64(z), [2, 1]) == 1e4
        assert losses.cross_entropy.gradient(np.float64(z), [2, 1]).tolist() == [[0.5, 0, -0.5], [0, 0, 0]]


REGRESSION = [losses.mse, losses.mae, losses.huber]
PAIRED = [*REGRESSION, losses.hinge, losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits]


@pytest.mark.parametrize("loss", PAIRED, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int32, bool])
def test_dtype_shape_and_the_callers_arrays(loss, dtype):
    prediction = np.array([[1, 0, 1]]).astype(dtype)[:, ::-1]
    target = np.ones((1, 3), dtype=int)
    before = prediction.copy()
    prediction.flags.writeable = target.flags.writeable = False
    gradient = loss.gradient(prediction, target)
    assert gradient.shape == (1, 3)
    assert gradient.dtype == (dtype if np.dtype(dtype).kind == "f" else np.float64)
    assert isinstance(loss(prediction, target), float)
    np.testing.assert_array_equal(prediction, before)


@pytest.mark.parametrize("loss", PAIRED, ids=lambda f: f.__name__)
@pytest.mark.parametrize("call", ["value", "gradient"])
def test_shapes_are_never_broadcast(loss, call):
    f = loss if call == "value" else loss.gradient
    with pytest.raises(ValueError, match=rf"{loss.__name__} expects equal shapes, got \w+ \(3,\) and \w+ \(3, 1\)"):
        f(np.ones(3), np.ones((3, 1)))
    with pytest.raises(ValueError, match=r"\(3,\) and \w+ \(1,\)"):
        f(np.ones(3), np.ones(1))
    with pytest.raises(ValueError, match="at least one value"):
        f(np.ones(0), np.ones(0))
    with pytest.raises(ValueError, match=r"nan at index 1"):
        f(np.array([1.0, np.nan]), np.ones(2))
    with pytest.raises(ValueError, match=r"inf at index \(0, 1\)"):
        f(np.ones((1, 2)), np.array([[1.0, np.inf]]))
    with pytest.raises(TypeError, match="real numbers"):
        f(["a"], [1.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda f: f(np.zeros((2, 3)), [0, 3]), ValueError, "labels from 0 to 2, got 3 at index 1"),
        (lambda f: f(np.zeros((2, 3)), [-1, 0]), ValueError, "got -1 at index 0"),
        (lambda f: f(np.zeros((2, 3)), [0.0, 1.0]), TypeError, "integer labels, got dtype float64"),
        (lambda f: f(np.zeros((2, 3)), [True, False]), TypeError, "integer labels, got dtype bool"),
        (lambda f: f(np.zeros((2, 3)), [0]), ValueError, r"shape \(2,\), got \(1,\)"),
        (lambda f: f(np.zeros((2, 3)), [[0], [1]]), ValueError, r"logits \(2, 3\) and y \(2, 1\)"),
        (lambda f: f(np.zeros(3), [0]), ValueError, r"logits \(batch, classes\), got \(3,\)"),
        (lambda f: f(np.zeros((0, 3)), []), ValueError, r"got \(0, 3\)"),
        (lambda f: f([[0.0, np.nan]], [0]), ValueError, r"nan at index \(0, 1\)"),
        (lambda f: f(np.zeros((2, 2)), [[0.5, 0.5], [0.5, 0.6]]), ValueError, "add up to 1, got 1.1 in row 1"),
        (lambda f: f(np.zeros((1, 2)), [[-0.5, 1.5]]), ValueError, r"from 0 to 1, got -0.5 at index \(0, 0\)"),
        (lambda f: f("ab", [0]), TypeError, "real numbers"),
        (lambda f: f(np.zeros((2, 2)), [[0], [0, 1]]), ValueError, "an array of numbers, got list"),
    ],
)
def test_cross_entropy_refuses(call, error, message):
    for f in (losses.cross_entropy, losses.cross_entropy.gradient):
        with pytest.raises(error, match=message):
            call(f)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: losses.hinge([1.0, 1.0], [1, 0]), r"-1 or \+1, got 0.0 at index 1"),
        (lambda: losses.binary_cross_entropy([1.5], [1]), "p expects numbers from 0 to 1, got 1.5 at index 0"),
        (lambda: losses.binary_cross_entropy([0.5], [2]), "y expects numbers from 0 to 1, got 2.0"),
        (lambda: losses.binary_cross_entropy_with_logits([0.5], [-1]), "got -1.0 at index 0"),
        (lambda: losses.huber([0.5], [1], delta=0), "delta expects a finite number > 0, got 0"),
        (lambda: losses.huber.gradient([0.5], [1], delta=-1), "got -1"),
    ],
)
def test_values_out_of_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_loss_beyond_its_dtype_is_inf_without_a_warning():
    assert losses.mse([1e200], [-1e200]) == np.inf
    assert losses.huber([1e200], [0.0]) == 1e200
