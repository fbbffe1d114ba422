import math

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

import gyeop
from gyeop import bridge, schedules
from gyeop.regularization import EarlyStopping
from gyeop.train import Trainer

from .example import blobs, loaders, network, trainer

cross_entropy = torch.nn.functional.cross_entropy


def plain(seed=0, dtype=torch.float64):
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).to(dtype)


def batches(sizes, dtype=torch.float64):
    x, y = blobs(sum(sizes), seed=2)
    return list(zip(x.to(dtype).split(sizes), y.split(sizes), strict=True))


def fitted(model, loader, loss=cross_entropy, lr=0.1, fit=None, **options):
    one = Trainer(model, loss, torch.optim.SGD(model.parameters(), lr=lr), device="cpu", **options)
    return one.fit(loader, **(fit or {}))


def same(one, other, tolerance=0.0):
    return all(
        torch.allclose(a, b, rtol=tolerance, atol=tolerance)
        for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    )


def test_it_does_what_a_loop_by_hand_does():
    model, by_hand, data = plain(), plain(), batches([4, 4, 3])
    history = fitted(model, data, fit={"epochs": 2})
    optimizer, losses = torch.optim.SGD(by_hand.parameters(), lr=0.1), []
    for _ in range(2):
        total = 0.0
        for x, y in data:
            optimizer.zero_grad()
            loss = cross_entropy(by_hand(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        losses.append(total / 11)
    assert same(model, by_hand)
    assert history.train_loss == pytest.approx(losses, rel=1e-12)


def test_it_gives_the_history_and_the_weights_of_the_mlp_by_the_four_equations():
    x, y = (part.numpy() for part in blobs(12, seed=2))
    net = gyeop.MLP([5, 8, 3], rng=0, dtype=np.float64)
    model, tensors = bridge.to_torch(net), (torch.from_numpy(x).double(), torch.from_numpy(y))
    schedule = lambda step: schedules.exponential_decay(0.1, step, 0.9)  # noqa: E731
    settings = {"epochs": 3, "schedule": schedule}
    ours = net.fit(x, y, batch_size=12, validation=(x, y), rng=0, **settings)
    theirs = fitted(model, [tensors], fit=settings | {"validation": [tensors]})
    assert type(theirs) is type(ours)
    for name, values in vars(ours).items():
        assert getattr(theirs, name) == pytest.approx(values, rel=1e-10), name
    for W, w in zip(net.parameters, [*list(model.parameters())[::2], *list(model.parameters())[1::2]], strict=True):
        np.testing.assert_allclose(W, w.detach(), rtol=1e-10)


def test_accumulated_batches_make_the_step_of_one_batch_even_where_sizes_differ():
    one, other, (x, y) = plain(), plain(), batches([11])[0]
    split = list(zip(x.split([4, 4, 3]), y.split([4, 4, 3]), strict=True))
    whole = fitted(one, [(x, y)], fit={"epochs": 3})
    parts = fitted(other, split, accumulate=3, fit={"epochs": 3})
    assert same(one, other, 1e-12)
    assert parts.train_loss == pytest.approx(whole.train_loss, rel=1e-12)
    third = plain()
    fitted(third, split, fit={"epochs": 3})
    assert not same(one, third, 1e-3)


def test_a_group_that_is_left_over_at_the_end_of_an_epoch_is_learned_too():
    one, other, data = plain(), plain(), batches([4, 4, 4])
    fitted(one, data, accumulate=2)
    x, y = (torch.cat(parts) for parts in zip(*data[:2], strict=True))
    fitted(other, [(x, y), data[2]])
    assert same(one, other, 1e-12)


def test_the_gradient_is_clipped():
    model, data = plain(), batches([8])
    before = [w.detach().clone() for w in model.parameters()]
    fitted(model, data, clip=0.01, lr=1.0)
    moved = math.sqrt(
        sum(float((w - b).detach().square().sum()) for w, b in zip(model.parameters(), before, strict=True))
    )
    assert moved == pytest.approx(0.01, rel=1e-4)


def test_the_schedule_sets_the_rate_of_every_step_and_group():
    model, seen = plain(), []
    groups = [{"params": model[0].parameters()}, {"params": model[2].parameters(), "lr": 5.0}]
    optimizer = torch.optim.SGD(groups, lr=1.0)
    optimizer.register_step_pre_hook(lambda *_: seen.append([group["lr"] for group in optimizer.param_groups]))
    one = Trainer(model, cross_entropy, optimizer, device="cpu")
    history = one.fit(batches([4, 4, 3]), epochs=2, schedule=lambda step: schedules.step_decay(0.8, step, 2, 0.5))
    assert seen == [[rate, rate] for rate in (0.8, 0.8, 0.4, 0.4, 0.2, 0.2)]
    assert history.learning_rate == [0.4, 0.2]


def test_early_stopping_ends_with_the_best_weights_and_running_means():
    model, kept = network(), []
    one = Trainer(model, cross_entropy, torch.optim.SGD(model.parameters(), lr=1.5), device="cpu")
    evaluate = one.evaluate

    def watched(loader):
        kept.append({name: tensor.clone() for name, tensor in model.state_dict().items()})
        return evaluate(loader)

    one.evaluate = watched
    loader, validation = loaders()
    stopping = EarlyStopping(patience=2)
    history = one.fit(loader, validation, epochs=50, early_stopping=stopping)
    best = int(np.argmin(history.validation_loss))
    assert len(history.validation_loss) == best + 3 < 50
    assert (stopping.best_epoch, stopping.best_loss) == (best, history.validation_loss[best])
    assert all(torch.equal(tensor, kept[best][name]) for name, tensor in model.state_dict().items())
    assert one.evaluate(validation).loss == history.validation_loss[best]


def test_the_seed_decides_and_the_generators_stay_where_they_were():
    def run(seed, draw):
        torch.manual_seed(draw)
        one = trainer(seed=seed)
        torch.manual_seed(draw)
        before = torch.get_rng_state(), np.random.get_state()[1].copy()
        loader = DataLoader(loaders()[0].dataset, batch_size=4, shuffle=True)
        history = one.fit(loader, epochs=2)
        assert torch.equal(torch.get_rng_state(), before[0])
        assert (np.random.get_state()[1] == before[1]).all()
        return history.train_loss

    assert run(seed=1, draw=0) == run(seed=1, draw=99)
    assert run(seed=1, draw=0) != run(seed=2, draw=0)


def test_looking_at_validation_data_changes_nothing():
    loader, validation = loaders()
    one, other = trainer(), trainer()
    one.fit(loader, DataLoader(validation.dataset, batch_size=10, shuffle=True), epochs=3)
    other.fit(loaders()[0], epochs=3)
    assert same(one.model, other.model)


def test_evaluate_means_over_samples_in_eval_mode_and_puts_the_mode_back():
    one, (x, y) = trainer(), blobs(11, seed=5)
    found = one.evaluate(list(zip(x.split(4), y.split(4), strict=True)))
    assert one.model.training
    one.model.eval()
    logits = one.model(x)
    assert found.loss == pytest.approx(cross_entropy(logits, y).item(), rel=1e-6)
    assert found.accuracy == pytest.approx((logits.argmax(1) == y).double().mean().item())
    assert all(w.grad is None for w in one.model.parameters())


def test_accuracy_is_what_the_loss_makes_of_it():
    x = blobs(11, seed=5)[0].double()
    y = plain()(x).argmax(1)
    y[:3] = (y[:3] + 1) % 3  # 3 of 11 are wrong

    def accuracy(loss, target):
        model = plain()
        return Trainer(model, loss, torch.optim.SGD(model.parameters(), lr=0.1), device="cpu").evaluate([(x, target)])[
            1
        ]

    rows = torch.nn.functional.one_hot(y, 3).double()
    for loss, target in ((cross_entropy, y), (torch.nn.CrossEntropyLoss(), y), (torch.nn.CrossEntropyLoss(), rows)):
        assert accuracy(loss, target) == pytest.approx(8 / 11)
    y[1:5] = 7  # of what is left, one is wrong
    assert accuracy(torch.nn.CrossEntropyLoss(ignore_index=7), y) == pytest.approx(6 / 7)
    signs = (plain()(x) > 0).double()
    signs[0] = 1 - signs[0]
    assert accuracy(torch.nn.BCEWithLogitsLoss(), signs) == pytest.approx(10 / 11)
    assert accuracy(torch.nn.MSELoss(), rows) is None


def test_several_inputs_go_to_the_model():
    model = torch.nn.Bilinear(2, 3, 1)
    data = [(torch.randn(4, 2), torch.randn(4, 3), torch.randn(4, 1))]
    history = fitted(model, data, loss=torch.nn.MSELoss(), fit={"epochs": 30, "validation": data})
    assert history.train_loss[-1] < history.train_loss[0]
    assert history.validation_accuracy == []
    assert not model.training


def test_bf16_runs_the_products_in_bf16_and_keeps_the_weights_in_float32():
    seen, model = [], plain(dtype=torch.float32)
    model[0].register_forward_hook(lambda layer, inputs, output: seen.append(output.dtype))
    history = fitted(model, batches([8, 8], torch.float32), precision="bf16", fit={"epochs": 20})
    assert set(seen) == {torch.bfloat16}
    assert all(w.dtype == torch.float32 for w in model.parameters())
    assert history.train_loss[-1] < 0.7 * history.train_loss[0]


def test_compile_uses_what_torch_compiles(monkeypatch):
    used = []

    def compiled(model):
        return lambda *inputs: used.append(1) or model(*inputs)

    monkeypatch.setattr(torch, "compile", compiled)
    model, other, data = plain(), plain(), batches([4, 4])
    fitted(model, data, compile=True)
    fitted(other, data)
    assert (len(used), same(model, other)) == (2, True)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # torch's own, from what it compiles with
def test_a_compiled_model_learns_what_the_plain_one_learns(tmp_path):
    model, other, data = plain(), plain(), batches([4, 4, 4])
    fitted(model, data, compile=True, fit={"epochs": 2, "validation": data, "folder": tmp_path})
    fitted(other, data, fit={"epochs": 2})
    assert same(model, other, 1e-9)
    gyeop.train.load(plain(3), tmp_path / "model.safetensors")


def test_deterministic_is_asked_for_within_fit_only():
    seen, model = [], plain()
    model[0].register_forward_hook(lambda *_: seen.append(torch.are_deterministic_algorithms_enabled()))
    fitted(model, batches([4]), deterministic=True)
    assert (seen, torch.are_deterministic_algorithms_enabled()) == ([True], False)


@pytest.mark.parametrize(("data", "save_every"), [("train", None), ("train", 1), ("validation", None)])
def test_numbers_that_run_off_are_named_and_not_saved(tmp_path, data, save_every):
    good, bad = (
        batches([4, 4]),
        [(torch.full((4, 5), torch.inf, dtype=torch.float64), torch.zeros(4, dtype=torch.long))],
    )
    fit = {"validation": bad if data == "validation" else good, "folder": tmp_path, "save_every": save_every}
    with pytest.raises(
        FloatingPointError, match=r"left the finite numbers in epoch 1 \(the loss is nan\); try a lower"
    ):
        fitted(plain(), bad if data == "train" else good, fit=fit)
    assert not list((tmp_path / "checkpoints").iterdir())


def test_a_generator_of_batches_is_refused_a_stream_is_not():
    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter(zip(*blobs(6, seed=2), strict=True))

    with pytest.raises(TypeError, match="loader to be a DataLoader or a list of batches, got generator"):
        fitted(plain(), (batch for batch in batches([4])))
    history = fitted(plain(dtype=torch.float32), DataLoader(Stream(), batch_size=4), fit={"epochs": 2})
    assert len(history.train_loss) == 2


model = plain()
sgd = torch.optim.SGD(model.parameters(), lr=0.1)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"model": 3}, TypeError, r"a torch\.nn\.Module, got int"),
        ({"loss": 3}, TypeError, "loss expects a function"),
        ({"optimizer": None}, TypeError, r"an optimizer of torch\.optim, got NoneType"),
        ({"model": plain()}, ValueError, "built on this model's parameters"),
        ({"device": "abacus"}, ValueError, "a device that torch has here, got 'abacus'"),
        ({"device": "cuda:77"}, ValueError, "a device that torch has here, got 'cuda:77'"),
        ({"precision": "float8"}, ValueError, "one of auto, float32, bf16, got 'float8'"),
        ({"accumulate": 0}, ValueError, "accumulate expects a whole number of at least 1, got 0"),
        ({"clip": 0.0}, ValueError, "clip expects a finite number > 0, got 0"),
        ({"compile": "yes"}, TypeError, "compile expects True or False"),
        ({"seed": -1}, ValueError, "seed expects a whole number of at least 0"),
        ({"deterministic": 1}, TypeError, "deterministic expects True or False"),
    ],
)
def test_what_the_trainer_refuses(options, error, says):
    with pytest.raises(error, match=says):
        Trainer(**{"model": model, "loss": cross_entropy, "optimizer": sgd, "device": "cpu"} | options)


@pytest.mark.parametrize(
    ("fit", "error", "says"),
    [
        ({"loader": torch.ones(4, 5)}, TypeError, "a DataLoader or a list of batches, got Tensor"),
        ({"loader": []}, ValueError, "at least one sample, got none"),
        ({"loader": [torch.ones(4, 5)]}, TypeError, r"batches \(\*inputs, target\), got Tensor"),
        ({"loader": [(np.ones((4, 5)), np.ones(4))]}, TypeError, "tensors with samples, got ndarray"),
        ({"epochs": 0}, ValueError, "epochs expects a whole number of at least 1, got 0"),
        ({"schedule": 0.1}, TypeError, "schedule expects a function, got 0.1"),
        ({"schedule": lambda step: -1.0}, ValueError, "schedule expects a finite number >= 0, got -1"),
        ({"early_stopping": 3}, TypeError, "expects an EarlyStopping, got 3"),
        ({"early_stopping": EarlyStopping()}, ValueError, "validation data with early_stopping, got None"),
        ({"validation": []}, ValueError, "at least one sample, got none"),
        ({"progress": "yes"}, TypeError, "progress expects True or False"),
        ({"resume": True}, ValueError, "expects a folder to resume from, save or log to, got None"),
    ],
)
def test_what_fit_refuses(fit, error, says):
    one = Trainer(model, cross_entropy, sgd, device="cpu")
    with pytest.raises(error, match=says):
        one.fit(**{"loader": batches([4])} | fit)


def test_a_loss_that_is_not_one_number_is_refused():
    with pytest.raises(ValueError, match=r"the loss to give a tensor of one number, got \(4,\)"):
        fitted(plain(), batches([4]), loss=torch.nn.CrossEntropyLoss(reduction="none"))
    with pytest.raises(ValueError, match="the loss to give a tensor of one number, got float"):
        fitted(plain(), batches([4]), loss=lambda output, target: 0.5)
