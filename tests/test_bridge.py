"""The bridge: the same numbers on both sides, there and back, and refusals by name."""

import functools

import numpy as np
import pytest
import torch

import gyeop
from gyeop import nn
from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch

LAYERS = [
    nn.Linear(6, 5, rng=0),
    nn.Linear(6, 5, bias=False, rng=0, dtype=np.float64),
    nn.Flatten(0, 1),
    nn.ReLU(),
    nn.Tanh(),
    nn.Sigmoid(),
    nn.GELU(),
    nn.GELU("tanh"),
    nn.Softmax(dim=1),
    nn.Softmax(),
]


def network(dtype=np.float64):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(6, 8, rng=0, dtype=dtype),
        nn.GELU(),
        nn.Sequential(nn.Linear(8, 4, rng=1, bias=False, dtype=dtype), nn.Tanh()),
        nn.Linear(4, 3, rng=2, dtype=dtype),
        nn.Softmax(-1),
    )


def assert_same_state(ours, theirs):
    ours, theirs = ours.state_dict(), theirs.state_dict()
    assert list(ours) == list(theirs)
    for path, array in ours.items():
        other = theirs[path].numpy() if isinstance(theirs[path], torch.Tensor) else theirs[path]
        assert array.dtype == other.dtype
        assert np.array_equal(array, other)


@pytest.mark.filterwarnings("ignore:Implicit dimension choice")  # torch, on Softmax(dim=None)
@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_each_layer_gives_torchs_output_and_gradients(layer):
    dtype = layer.weight.dtype if isinstance(layer, nn.Linear) else np.float64
    x = np.random.default_rng(3).normal(size=(4, 6)).astype(dtype)
    twin = to_torch(layer)
    assert repr(twin) == repr(layer)
    ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, expected = layer(ours), twin(theirs)
    weights = np.random.default_rng(4).normal(size=y.shape).astype(dtype)
    (y * weights).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    rtol, atol = (1e-10, 1e-14) if dtype == np.float64 else (1e-5, 1e-6)
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=rtol, atol=atol)
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=rtol, atol=atol)
    for (path, ours), (other, theirs) in zip(layer.named_parameters(), twin.named_parameters(), strict=True):
        assert path == other
        np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=rtol, atol=atol)
        ours.grad = None
    back = from_torch(twin)
    assert repr(back) == repr(layer)
    assert_same_state(layer, back)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_nested_network_there_and_back(dtype):
    ours = network(dtype)
    theirs = to_torch(ours)
    assert_same_state(ours, theirs)
    back = from_torch(theirs)
    assert_same_state(ours, back)
    x = np.random.default_rng(0).normal(size=(7, 2, 3)).astype(dtype)
    assert np.array_equal(ours(x).data, back(x).data)
    tolerance = 1e-12 if dtype == np.float64 else 1e-6
    np.testing.assert_allclose(ours(x).data, theirs(torch.tensor(x)).detach().numpy(), rtol=0, atol=tolerance)


def test_weights_are_copies():
    ours = nn.Linear(2, 2, rng=0)
    theirs = to_torch(ours)
    back = from_torch(theirs)
    before = ours.weight.data.copy()
    with torch.no_grad():
        theirs.weight.zero_()
    assert np.array_equal(ours.weight.data, before)
    assert np.array_equal(back.weight.data, before)


def test_mode_frozen_parameters_and_shared_layers_are_kept():
    shared = nn.Linear(3, 3, rng=0)
    shared.bias.requires_grad = False
    ours = nn.Sequential(shared, nn.ReLU(), shared).eval()
    theirs = to_torch(ours)
    assert theirs[0] is theirs[2]
    assert not theirs.training
    assert not theirs[0].training
    assert [p.requires_grad for p in theirs.parameters()] == [True, False]
    back = from_torch(theirs)
    assert back[0] is back[2]
    assert not back[0].training
    assert [p.requires_grad for p in back.parameters()] == [True, False]


def test_names_given_in_torch_are_kept():
    theirs = torch.nn.Sequential()
    theirs.add_module("first", torch.nn.Linear(2, 3))
    theirs.add_module("then", torch.nn.ReLU())
    assert list(from_torch(theirs).state_dict()) == ["first.weight", "first.bias"]


def test_the_random_state_of_torch_is_left_alone():
    state = torch.random.get_rng_state()
    to_torch(network())
    assert torch.equal(state, torch.random.get_rng_state())


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "leaky_relu", "elu", "identity"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_mlp_gives_the_same_outputs_and_gradients(name, dtype):
    f = getattr(gyeop.activations, name)
    mlp = gyeop.MLP([6, 5, 4, 3], activation=f, output_activation=f, loss=gyeop.losses.mse, rng=0, dtype=dtype)
    x, y = np.random.default_rng(1).normal(size=(2, 7, 6)).astype(dtype)
    y = y[:, :3]
    theirs = to_torch(mlp)
    tolerance = {"rtol": 1e-10, "atol": 1e-14} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-6}
    out = theirs(torch.tensor(x))
    np.testing.assert_allclose(mlp.forward(x), out.detach().numpy(), **tolerance)
    torch.nn.functional.mse_loss(out, torch.tensor(y)).backward()
    weights, biases = mlp.gradients(x, y)
    gradients = [g for pair in zip(weights, biases, strict=True) for g in pair]
    for g, parameter in zip(gradients, theirs.parameters(), strict=True):
        assert parameter.detach().numpy().dtype == dtype
        np.testing.assert_allclose(g, parameter.grad.numpy(), **tolerance)
    back = from_torch(theirs)
    assert type(back) is gyeop.MLP
    assert (back.activation, back.output_activation, back.loss) == (f, f, gyeop.losses.cross_entropy)
    for a, b in zip(back.parameters, mlp.parameters, strict=True):
        assert a.dtype == b.dtype
        assert np.array_equal(a, b)
    assert np.array_equal(back.forward(x), mlp.forward(x))
    if name not in ("leaky_relu", "elu"):
        layers = from_torch(theirs.layers)
        assert type(layers) is nn.Sequential
        assert_same_state(layers, theirs.layers)
        np.testing.assert_allclose(layers(x).data, mlp.forward(x), **tolerance)


def test_an_mlp_of_one_layer_keeps_the_activation_that_it_does_not_use():
    mlp = gyeop.MLP([2, 1], activation=gyeop.activations.tanh, rng=0)
    assert repr(from_torch(to_torch(mlp))) == repr(mlp)


def test_a_changed_mlp_is_refused():
    theirs = to_torch(gyeop.MLP([2, 3, 1], rng=0))
    theirs.layers[1] = torch.nn.Tanh()
    with pytest.raises(ValueError, match=r"(?s)the layers that an MLP is made with, .*ReLU.*, got .*Tanh"):
        from_torch(theirs)
    theirs = gyeop.models.MLP([2, 3, 1], functools.partial(torch.nn.LeakyReLU, 0.1))
    with pytest.raises(TypeError, match="from_torch knows no activation for functools.partial"):
        from_torch(theirs)
    with pytest.raises(TypeError, match="from_torch knows no activation for GELU"):
        from_torch(gyeop.models.MLP([2, 3, 1], torch.nn.GELU))


def test_an_mlp_with_an_activation_that_torch_lacks():
    with pytest.raises(TypeError, match="to_torch knows no torch layer for the activation step"):
        to_torch(gyeop.MLP([2, 2, 1], activation=gyeop.activations.step))


class Doubled(nn.Linear):
    def forward(self, x):
        return super().forward(x) * 2


def test_unknown_layers_are_named():
    with pytest.raises(TypeError, match="to_torch knows no torch layer for Doubled"):
        to_torch(nn.Sequential(nn.ReLU(), Doubled(2, 2)))
    with pytest.raises(TypeError, match="from_torch knows no gyeop.nn layer for Bilinear"):
        from_torch(torch.nn.Sequential(torch.nn.Bilinear(2, 2, 2)))
    with pytest.raises(TypeError, match="ndarray"):
        to_torch(np.ones(3))
    with pytest.raises(TypeError, match="no dtype for weight, which is torch.bfloat16"):
        from_torch(torch.nn.Linear(2, 2, dtype=torch.bfloat16))
