"""Module and Sequential: parameters, state, modes, and what loading refuses."""

import numpy as np
import pytest
import torch

from gyeop.autograd import Tensor
from gyeop.nn import Flatten, Linear, Module, Parameter, ReLU, Sequential, Tanh


class Twice(Module):
    """Own parameters before and after a child, a buffer, a child used twice, and an absent bias."""

    buffers = ("count", "absent")

    def __init__(self):
        super().__init__()
        self.first = Parameter([1.0])
        self.inner = Sequential(Linear(2, 2, rng=0, dtype=np.float64), Tanh())
        self.same = self.inner
        self.bias = None
        self.count = np.array(3)
        self.absent = None
        self.last = Parameter([2.0])

    def forward(self, x, scale=1.0):
        return self.inner(x) * self.first + self.last * scale


class TwiceInTorch(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Parameter(torch.ones(1))
        self.inner = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh())
        self.same = self.inner
        self.register_parameter("bias", None)
        self.register_buffer("count", torch.tensor(3))
        self.register_buffer("absent", None)
        self.last = torch.nn.Parameter(torch.ones(1))


def test_names_and_order_are_those_of_torch():
    ours, theirs = Twice(), TwiceInTorch()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    assert len(ours.parameters()) == 4


def test_a_module_is_called_with_its_forward():
    module, x = Twice(), Tensor([[0.0, 0.0]])
    assert module(x, scale=0.0).shape == (1, 2)
    with pytest.raises(NotImplementedError, match=r"Module has no forward\(\)"):
        Module()(x)


def test_train_and_eval_reach_every_module():
    module = Twice()
    assert module.training
    assert module.eval() is module
    assert not module.training
    assert not module.inner[1].training
    assert module.train().inner[0].training


def test_zero_grad_forgets():
    module = Twice()
    module(np.ones((3, 2))).sum().backward()
    assert all(p.grad is not None for p in module.parameters())
    module.zero_grad()
    assert all(p.grad is None for p in module.parameters())


def test_state_there_and_back_takes_copies_and_their_dtype():
    module, other = Twice(), Twice()
    state = module.state_dict()
    state["inner.0.weight"] = state["same.0.weight"] = np.full((2, 2), 7.0, np.float32)
    state["count"] = np.array(5)
    other.load_state_dict(state)
    assert other.inner[0].weight.dtype == np.float32
    assert other.inner[0].weight.data.tolist() == [[7.0, 7.0], [7.0, 7.0]]
    assert (other.count, other.count.dtype) == (5, np.int64)
    state["inner.0.weight"][:] = 0.0
    assert other.inner[0].weight.data[0, 0] == 7.0
    other.state_dict()["first"][:] = 0.0
    assert other.first.data.tolist() == [1.0]


def test_loading_names_all_that_is_wrong_and_changes_nothing():
    module = Linear(3, 2, rng=0)
    before = module.state_dict()
    with pytest.raises(
        ValueError, match=r"Linear\.load_state_dict: bias is missing; scale is unexpected; weight expects"
    ):
        module.load_state_dict({"weight": np.zeros((3, 2)), "scale": np.zeros(1)})
    with pytest.raises(ValueError, match=r"bias expects shape \(2,\), got \(3,\)"):
        module.load_state_dict({"weight": np.zeros((2, 3)), "bias": np.zeros(3)})
    for name, array in module.state_dict().items():
        assert np.array_equal(array, before[name])


def test_a_frozen_parameter_stays_a_parameter():
    layer = Linear(2, 2, rng=0)
    layer.weight.requires_grad = False
    layer(np.ones((1, 2))).sum().backward()
    assert layer.weight.grad is None
    assert layer.bias.grad.tolist() == [1.0, 1.0]
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]


def test_sequential_is_a_list_of_layers():
    layers = Linear(4, 3), ReLU(), Linear(3, 2)
    net = Sequential(*layers)
    assert (len(net), list(net), net[0], net[-1]) == (3, list(layers), layers[0], layers[2])
    assert list(net[1:]) == list(layers[1:])
    assert Sequential()(5) == 5
    with pytest.raises(TypeError, match="Sequential expects modules, got function at position 1"):
        Sequential(ReLU(), lambda x: x)


def test_repr_is_that_of_torch():
    ours = Sequential(Flatten(), Sequential(Linear(4, 3, bias=False), Tanh()), ReLU())
    nn = torch.nn
    assert repr(ours) == repr(
        nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(4, 3, bias=False), nn.Tanh()), nn.ReLU())
    )


def test_a_network_learns_xor():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    net = Sequential(Linear(2, 8, rng=0), Tanh(), Linear(8, 1, rng=1))
    for _ in range(500):
        loss = ((net(x) - y) ** 2).mean()
        net.zero_grad()
        loss.backward()
        for parameter in net.parameters():
            parameter.data -= 0.3 * parameter.grad
    assert loss.item() < 1e-3
