"""The MLP in torch: gyeop.MLP's twin."""

import numpy as np
import pytest
import torch
from torch import nn

from gyeop.models import MLP


@pytest.mark.parametrize("sizes", [[3, 2], [1, 1, 1], [784, 128, 64, 10], [5, 7, 3, 9, 2]])
@pytest.mark.parametrize("batch", [0, 1, 5])
def test_shapes_and_number_of_parameters(sizes, batch):
    net = MLP(sizes, rng=0)
    assert net(torch.zeros(batch, sizes[0])).shape == (batch, sizes[-1])
    n = sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))
    assert sum(w.numel() for w in net.parameters()) == n


def test_activations_stand_where_they_are_asked_for():
    kinds = [type(layer) for layer in MLP([2, 3, 4, 1], nn.Tanh, nn.Sigmoid).layers]
    assert kinds == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear, nn.Sigmoid]
    assert [type(layer) for layer in MLP([2, 3, 1], None).layers] == [nn.Linear, nn.Linear]
    assert [type(layer) for layer in MLP([2, 3, 1]).layers] == [nn.Linear, nn.ReLU, nn.Linear]


def test_first_weights_are_he_normal_and_biases_zero():
    net = MLP([400, 300, 2], rng=0)
    assert abs(net.layers[0].weight.std().item() / (2 / 400) ** 0.5 - 1) < 0.02
    assert abs(net.layers[2].weight.std().item() / (2 / 300) ** 0.5 - 1) < 0.1
    assert all((layer.bias == 0).all() for layer in net.layers if isinstance(layer, nn.Linear))


@pytest.mark.parametrize("seed", [3, np.random.default_rng, torch.Generator])
def test_a_seed_decides_and_torchs_own_generator_rests(seed):
    def rng():
        if isinstance(seed, int):
            return seed
        return seed(3) if seed is np.random.default_rng else seed().manual_seed(3)

    state = torch.get_rng_state()
    first, again = MLP([4, 3, 2], rng=rng()), MLP([4, 3, 2], rng=rng())
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(first.layers[0].weight, again.layers[0].weight)
    assert not torch.equal(first.layers[0].weight, MLP([4, 3, 2], rng=4).layers[0].weight)


def test_a_generator_goes_on_and_none_is_torchs_own():
    rng = torch.Generator().manual_seed(0)
    one, two = MLP([4, 3], rng=rng), MLP([4, 3], rng=rng)
    assert not torch.equal(one.layers[0].weight, two.layers[0].weight)
    weights = []
    for _ in range(2):
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(0)
            weights.append(MLP([4, 3]).layers[0].weight)
    assert torch.equal(*weights)


def test_input_is_cast_to_the_models_dtype():
    net = MLP([3, 2], rng=0).double()
    assert net(torch.ones(1, 3)).dtype == torch.float64
    assert torch.equal(net(torch.ones(1, 3)), net(torch.ones(1, 3, dtype=torch.float64)))


@pytest.mark.parametrize(
    ("error", "message", "make"),
    [
        (ValueError, r"an input and an output size, got \(3,\)", lambda: MLP([3])),
        (TypeError, "a list of sizes, got int", lambda: MLP(3)),
        (ValueError, "sizes expects a whole number of at least 1, got 0", lambda: MLP([3, 0])),
        (TypeError, "activation expects a function, got 'relu'", lambda: MLP([3, 4, 2], activation="relu")),
        (TypeError, "rng expects a whole number, got str", lambda: MLP([3, 2], rng="0")),
        (ValueError, r"MLP expects shape \(batch, 3\), got \(1, 4\)", lambda: MLP([3, 2])(torch.zeros(1, 4))),
        (ValueError, r"MLP expects shape \(batch, 3\), got \(3,\)", lambda: MLP([3, 2])(torch.zeros(3))),
        (TypeError, "MLP expects floats, got torch.int64", lambda: MLP([3, 2])(torch.zeros(1, 3).long())),
        (TypeError, "MLP expects a tensor, got ndarray", lambda: MLP([3, 2])(np.zeros((1, 3)))),
    ],
)
def test_errors_name_what_is_expected_and_what_came(error, message, make):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("seed", range(3))
def test_xor_is_learned(seed):
    x, y = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), torch.tensor([0, 1, 1, 0])
    net = MLP([2, 16, 2], rng=seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    for _ in range(150):
        loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.01
