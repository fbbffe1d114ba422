import pytest
import torch

from gyeop.train import archive, load, save


def network(seed, width=4, dtype=torch.float32):
    torch.manual_seed(seed)
    layers = torch.nn.Linear(3, width), torch.nn.BatchNorm1d(width), torch.nn.ReLU(), torch.nn.Linear(width, 2)
    return torch.nn.Sequential(*layers).to(dtype)


class Tied(torch.nn.Module):
    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.embedding, self.head = torch.nn.Embedding(7, 4), torch.nn.Linear(4, 7, bias=False)
        self.head.weight = self.embedding.weight


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_a_loaded_network_gives_the_same_bits(tmp_path, dtype):
    one, other, x = network(0, dtype=dtype), network(1, dtype=dtype), torch.randn(6, 3, dtype=dtype)
    one(x)  # so that batch norm has seen something
    save(one, tmp_path / "net")
    assert load(other, tmp_path / "net") is other
    assert torch.equal(one.eval()(x), other.eval()(x))
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name])


def test_tied_weights_are_written_once_and_stay_tied(tmp_path):
    one, other = Tied(0), Tied(1)
    save(one, tmp_path / "net")
    assert list(archive.read(tmp_path / "net")[0]) == ["embedding.weight"]
    load(other, tmp_path / "net")
    assert other.head.weight is other.embedding.weight
    assert torch.equal(other.head.weight, one.head.weight)


def test_a_file_by_others_may_hold_tied_weights_twice(tmp_path):
    one, other = Tied(0), Tied(1)
    archive.write(tmp_path / "net", {name: t.clone() for name, t in one.state_dict().items()})
    load(other, tmp_path / "net")
    assert torch.equal(other.head.weight, one.head.weight)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (network(1, width=5), r"0\.weight expects .*\(5, 3\)\), got .*\(4, 3\)\)"),
        (network(1, dtype=torch.float64), r"0\.weight expects \(torch\.float64, .* got \(torch\.float32"),
        (torch.nn.Linear(3, 4), r"lacks bias, weight"),
        (torch.nn.Sequential(torch.nn.Linear(3, 4)), r"has 1\.bias, 1\.num_batches_tracked"),
    ],
)
def test_weights_that_do_not_fit_are_named_and_change_nothing(tmp_path, other, says):
    save(network(0), tmp_path / "net")
    before = {name: tensor.clone() for name, tensor in other.state_dict().items()}
    with pytest.raises(ValueError, match=f"net does not fit the model: .*{says}"):
        load(other, tmp_path / "net")
    assert all(torch.equal(tensor, before[name]) for name, tensor in other.state_dict().items())


def test_what_is_no_model(tmp_path):
    with pytest.raises(TypeError, match=r"expected a torch\.nn\.Module, got dict"):
        save({}, tmp_path / "net")
