"""Linear: torch's outputs, gradients and initialization, input of any rank, and its messages."""

import numpy as np
import pytest
import torch

from gyeop.autograd import Tensor
from gyeop.nn import Linear


@pytest.mark.parametrize("shape", [(4,), (5, 4), (0, 4), (2, 3, 4), (2, 0, 3, 4)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_and_gradients_equal_torch(shape, bias, dtype):
    ours = Linear(4, 3, bias=bias, dtype=dtype, rng=0)
    theirs = torch.nn.Linear(4, 3, bias=bias)
    theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()}, assign=True)
    array = np.random.default_rng(1).normal(size=shape).astype(dtype)
    x, t = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    y, expected = ours(x), theirs(t)
    assert y.shape == tuple(expected.shape)
    assert y.dtype == dtype
    (y**2).sum().backward()
    (expected**2).sum().backward()
    tolerance = {"rtol": 1e-10, "atol": 1e-14} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-5}
    np.testing.assert_allclose(y.data, expected.detach().numpy(), **tolerance)
    np.testing.assert_allclose(x.grad, t.grad.numpy(), **tolerance)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), **tolerance)


def test_initialization_is_uniform_within_torchs_bound():
    layer = Linear(100, 400, rng=0)
    assert (layer.weight.shape, layer.bias.shape) == ((400, 100), (400,))
    assert layer.weight.dtype == layer.bias.dtype == np.float32
    torch.manual_seed(0)
    theirs = torch.nn.Linear(100, 400)
    for ours, other in ((layer.weight.data, theirs.weight), (layer.bias.data, theirs.bias)):
        other = other.detach().numpy()
        assert np.abs(ours).max() <= 0.1
        assert np.abs(ours).max() == pytest.approx(np.abs(other).max(), rel=0.01)
        assert ours.std() == pytest.approx(other.std(), rel=0.06)


def test_a_seed_settles_the_weights():
    assert np.array_equal(Linear(3, 2, rng=7).weight.data, Linear(3, 2, rng=7).weight.data)
    rng = np.random.default_rng(7)
    assert not np.array_equal(Linear(3, 2, rng=rng).weight.data, Linear(3, 2, rng=rng).weight.data)
    state = np.random.get_state()[1].copy()
    Linear(3, 2)
    assert np.array_equal(state, np.random.get_state()[1])


def test_input_is_cast_to_the_dtype_of_the_layer():
    layer = Linear(3, 2, rng=0)
    x = Tensor(np.ones((1, 3)), requires_grad=True)
    y = layer(x)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float64
    assert layer(np.ones((1, 3), dtype=int)).dtype == np.float32
    assert Linear(3, 2, dtype=np.float64)(np.ones((1, 3), np.float32)).dtype == np.float64


@pytest.mark.parametrize("shape", [(4, 5), (3,), ()])
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(shape):
    with pytest.raises(ValueError, match=r"Linear\(in_features=4, .*\) expects \(\.\.\., 4\), got \(") as error:
        Linear(4, 2)(np.ones(shape))
    assert str(error.value).endswith(str(shape))


@pytest.mark.parametrize("arguments", [(0, 2), (2, -1), (2.5, 2), ("3", 2)])
def test_sizes_are_whole_and_positive(arguments):
    with pytest.raises((ValueError, TypeError), match="expects a whole number"):
        Linear(*arguments)
