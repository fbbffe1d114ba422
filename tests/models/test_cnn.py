"""The CNN: its shapes, its layers to look at, its features that can be kept."""

import pytest
import torch
from torch import nn

from gyeop.models import CNN


@pytest.mark.parametrize("batch", [0, 1, 3])
@pytest.mark.parametrize(
    ("channels", "image_size", "left"),
    [((16, 32, 64), (28, 28), (3, 3)), ((3,), (5, 9), (2, 4)), ((2, 5), (7, 4), (1, 1)), ((1, 2, 3), (8, 31), (1, 3))],
)
@pytest.mark.parametrize("batch_norm", [True, False])
def test_shapes_and_number_of_parameters(batch, channels, image_size, left, batch_norm):
    cnn = CNN(4, channels, in_channels=2, image_size=image_size, batch_norm=batch_norm, rng=0).eval()
    assert cnn(torch.zeros(batch, 2, *image_size)).shape == (batch, 4)
    blocks = sum(9 * c * d + (2 if batch_norm else 1) * d for c, d in zip((2, *channels), channels, strict=False))
    head = (channels[-1] * left[0] * left[1] + 1) * 4
    assert sum(w.numel() for w in cnn.parameters()) == blocks + head


def test_feature_maps_are_what_each_layer_makes():
    cnn = CNN(channels=(4, 6), activation=nn.Tanh, dropout=0.5, rng=0).eval()
    x = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    maps = cnn.feature_maps(x)
    blocks = [f"{part}{i}" for i in (1, 2) for part in ("conv", "norm", "activation", "pool")]
    assert list(maps) == [*blocks, "flatten", "dropout"]
    assert torch.equal(maps["conv1"], nn.functional.conv2d(x, cnn.features.conv1.weight, padding=1))
    assert torch.equal(maps["activation1"], maps["norm1"].tanh())
    assert maps["pool2"].shape == (2, 6, 7, 7)
    assert torch.equal(cnn.head(maps["dropout"]), cnn(x))


def test_dropout_acts_in_training_alone():
    cnn, x = CNN(batch_norm=False, dropout=0.9, rng=0), torch.ones(1, 1, 28, 28)
    assert torch.equal(cnn.eval()(x), cnn(x))
    assert (cnn.feature_maps(x)["dropout"] == cnn.feature_maps(x)["flatten"]).all()
    assert 0.8 < (cnn.train().feature_maps(x)["dropout"] == 0).float().mean() < 1


def test_frozen_features_rest_while_a_new_head_learns():
    cnn = CNN(classes=8, dropout=0.5, rng=0)
    cnn.features.requires_grad_(False)
    cnn.head = nn.Linear(cnn.head.in_features, 2)
    before = {name: value.clone() for name, value in cnn.features.state_dict().items()}
    head = cnn.head.weight.detach().clone()
    optimizer = torch.optim.SGD([w for w in cnn.train().parameters() if w.requires_grad], lr=0.1)
    x, y = torch.rand(6, 1, 28, 28), torch.tensor([0, 1, 0, 1, 0, 1])
    for _ in range(3):
        nn.functional.cross_entropy(cnn(x), y).backward()
        optimizer.step()
    assert all(torch.equal(before[name], value) for name, value in cnn.features.state_dict().items())
    assert not torch.equal(head, cnn.head.weight)
    assert cnn.head.training
    assert not cnn.features.training
    cnn.features.conv1.requires_grad_(True)
    assert cnn.train().features.training


@pytest.mark.parametrize(
    ("error", "message", "make"),
    [
        (ValueError, "at least 8 x 8 for 3 blocks, got 7 x 28", lambda: CNN(image_size=(7, 28))),
        (ValueError, "a block or more", lambda: CNN(channels=())),
        (ValueError, "classes expects a whole number of at least 1, got 0", lambda: CNN(0)),
        (ValueError, "dropout expects a finite number >= 0 and < 1, got 1", lambda: CNN(dropout=1)),
        (TypeError, "batch_norm expects True or False, got 'no'", lambda: CNN(batch_norm="no")),
        (
            ValueError,
            r"CNN expects shape \(batch, 1, 28, 28\), got \(3, 28, 28\)",
            lambda: CNN()(torch.zeros(3, 28, 28)),
        ),
        (ValueError, r"got \(2, 1, 28, 27\)", lambda: CNN()(torch.zeros(2, 1, 28, 27))),
        (ValueError, r"CNN.feature_maps expects", lambda: CNN().feature_maps(torch.zeros(2, 784))),
        (TypeError, "CNN expects floats, got torch.uint8", lambda: CNN()(torch.zeros(1, 1, 28, 28).byte())),
    ],
)
def test_errors_name_what_is_expected_and_what_came(error, message, make):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("seed", range(3))
def test_a_bar_is_told_from_its_direction_anywhere(seed):
    rng = torch.Generator().manual_seed(seed)
    x, y = torch.zeros(200, 1, 8, 8), torch.arange(200) % 2
    for image, upright, place in zip(x, y, torch.randint(8, (200,), generator=rng), strict=True):
        image[0, :, place] = upright.float()
        image[0, place, :] += 1 - upright.float()
    cnn = CNN(2, channels=(8,), image_size=(8, 8), rng=seed)
    optimizer = torch.optim.Adam(cnn.parameters(), lr=0.01)
    for _ in range(30):
        loss = nn.functional.cross_entropy(cnn(x[:100]), y[:100])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    assert (cnn.eval()(x[100:]).argmax(1) == y[100:]).float().mean() >= 0.99
