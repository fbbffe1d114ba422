"""The network against torch for random architectures, what fit does against the plain form, and what it promises."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop import MLP, activations, data, init, losses
from gyeop._training import forward_and_back
from gyeop.backprop import feedforward
from gyeop.gradients import check_gradient
from gyeop.mlp import History
from gyeop.optim import SGD, Adam
from gyeop.regularization import EarlyStopping

ACTIVATIONS = {
    activations.identity: lambda z: z,
    activations.sigmoid: torch.sigmoid,
    activations.tanh: torch.tanh,
    activations.relu: torch.relu,
    activations.leaky_relu: F.leaky_relu,
    activations.elu: F.elu,
    activations.step: lambda z: 0 * z + (z > 0),
}
LOSSES = {
    losses.mse: F.mse_loss,
    losses.mae: F.l1_loss,
    losses.huber: F.huber_loss,
    losses.hinge: lambda score, y: torch.relu(1 - y * score).mean(),
    losses.binary_cross_entropy: F.binary_cross_entropy,
    losses.binary_cross_entropy_with_logits: F.binary_cross_entropy_with_logits,
    losses.cross_entropy: F.cross_entropy,
}
KINKED = (activations.relu, activations.leaky_relu, activations.step)
MARGIN = 1e-3  # from a kink; a finite difference moves a weight by 1e-6, and z by that times the activations on the way


def target(loss, out, rng):
    """Something for `out` (batch, units) to be compared with, and no element within MARGIN of the loss's kink."""
    if loss is losses.cross_entropy:
        batch, classes = out.shape
        return rng.integers(0, classes, batch) if rng.random() < 0.5 else rng.dirichlet(np.ones(classes), batch)
    if loss is losses.hinge:  # whose kink is where y out = 1
        y = rng.choice([-1.0, 1.0], out.shape)
        return np.where(np.abs(y * out - 1) < MARGIN, -y, y)
    if loss in (losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits):
        return rng.integers(0, 2, out.shape).astype(float)
    return out + rng.choice([-1, 1], out.shape) * rng.uniform(0.1, 3, out.shape)


@st.composite
def problems(draw):
    """A network of 1 to 5 layers with any activation and any loss that fits, and a batch for it, off every kink."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    loss, hidden = draw(st.sampled_from(list(LOSSES))), draw(st.sampled_from(list(ACTIVATIONS)))
    squash = loss is losses.binary_cross_entropy  # it takes probabilities
    output = activations.sigmoid if squash else draw(st.sampled_from(list(ACTIVATIONS)))
    net = MLP(sizes, hidden, output, loss, init=init.xavier_normal, rng=rng, dtype=np.float64)
    batch = draw(st.integers(1, 5))
    for _ in range(1000):
        x = rng.normal(size=(batch, sizes[0]))
        for b in net.biases:
            b[:] = rng.normal(size=b.shape)
        zs, a = feedforward(net.weights, net.biases, x, hidden, output)
        kinked = [z for l, z in enumerate(zs) if (output if l == len(zs) - 1 else hidden) in KINKED]
        near_a_kink = any(np.abs(z).min() < MARGIN for z in kinked)
        if not near_a_kink and not (squash and np.abs(zs[-1]).max() > 8):  # there 1 - p has lost four digits
            return net, x, target(loss, a[-1], rng)
    raise AssertionError("1000 batches, and each of them has a number at a kink")


def gradients_by_torch(net, x, y):
    """The network's output and the gradients of its loss by weights and biases, worked out by torch."""
    W = [torch.tensor(w, requires_grad=True) for w in net.weights]
    b = [torch.tensor(v, requires_grad=True) for v in net.biases]
    a = torch.tensor(x)
    for l in range(len(W)):
        a = ACTIVATIONS[net.activation if l < len(W) - 1 else net.output_activation](a @ W[l].T + b[l])
    LOSSES[net.loss](a, torch.tensor(y)).backward()
    return a.detach().numpy(), [t.grad.numpy() for t in W + b]


def equal_to_torch_and_finite_differences(net, x, y):
    weight_gradients, bias_gradients = net.gradients(x, y)
    out, by_torch = gradients_by_torch(net, x, y)
    np.testing.assert_allclose(net.forward(x), out, rtol=1e-10, atol=1e-14)
    for parameter, ours, theirs in zip(net.parameters, weight_gradients + bias_gradients, by_torch, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)
        kept = parameter.copy()

        def loss_at(value, parameter=parameter, kept=kept):
            parameter[...] = value
            result = net.loss(net.forward(x), y)
            parameter[...] = kept
            return result

        check_gradient(loss_at, ours, kept)


@pytest.mark.parametrize("examples", [300, pytest.param(3000, marks=pytest.mark.slow)])
def test_gradients_of_random_networks_equal_torch_and_finite_differences(examples):
    """At least 200 architectures, the same in every run, and many fresh ones at night."""
    seen = set()

    @settings(max_examples=examples, deadline=None, derandomize=examples == 300)
    @given(problems())
    def judge(problem):
        net, x, y = problem
        equal_to_torch_and_finite_differences(net, x, y)
        seen.add((net.sizes, net.activation, net.output_activation, net.loss))

    judge()
    sizes, hidden, outputs, used = zip(*seen, strict=True)
    assert len(seen) >= 200
    assert {len(widths) - 1 for widths in sizes} == {1, 2, 3, 4, 5}
    assert set(hidden) == set(outputs) == set(ACTIVATIONS)
    assert set(used) == set(LOSSES)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda f: f.__name__)
def test_units_exactly_at_the_kink_learn_as_in_torch(activation):
    net = MLP([2, 3, 1], activation, loss=losses.mse, rng=0, dtype=np.float64)
    net.weights[0][...] = [[1, -1], [2, 1], [-1, -1]]  # with x, z is 0 twice
    x, y = np.array([[1.0, 1.0], [-1.0, 2.0]]), np.array([[1.0], [-2.0]])
    assert (x @ net.weights[0].T == 0).tolist() == [[True, False, False], [False, True, False]]
    _, by_torch = gradients_by_torch(net, x, y)
    weight_gradients, bias_gradients = net.gradients(x, y)
    for ours, theirs in zip(weight_gradients + bias_gradients, by_torch, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_one_sample_of_one_feature_and_one_output(loss):
    output = activations.sigmoid if loss is losses.binary_cross_entropy else activations.identity
    net = MLP([1, 1, 1], activations.tanh, output, loss, rng=0, dtype=np.float64)
    x, y = np.array([[0.5]]), np.array([0]) if loss is losses.cross_entropy else np.array([[1.0]])
    equal_to_torch_and_finite_differences(net, x, y)
    history = net.fit(x, y, epochs=20, batch_size=3, rng=0)
    if loss is losses.cross_entropy:  # the only class is certain, and there is nothing to learn
        assert history.train_loss == [0] * 20
        assert net.predict(x).tolist() == [0]
    else:
        assert history.train_loss[-1] < history.train_loss[0]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problems())
def test_what_fit_uses_equals_gradients(problem):
    net, x, y = problem
    loss, weight_gradients, bias_gradients = forward_and_back(net, x, y, dropout=0.0, rng=None)
    plain_weights, plain_biases = net.gradients(x, y)
    assert loss == net.loss(net.forward(x), y)
    for ours, plain in zip(weight_gradients + bias_gradients, plain_weights + plain_biases, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_epoch_of_fit_equals_plain_steps(dtype):
    x_train, y_train, *_ = data.load_mnist()
    x, y = x_train[:300].astype(dtype), y_train[:300]
    fast, plain = (MLP([784, 128, 64, 10], rng=0, dtype=dtype) for _ in range(2))
    history = fast.fit(x, y, epochs=1, batch_size=64, rng=1)
    losses, order = [], np.random.default_rng(1).permutation(300)
    for start in range(0, 300, 64):
        batch = order[start : start + 64]
        losses.append(plain.loss(plain.forward(x[batch]), y[batch]) * len(batch))
        weight_gradients, bias_gradients = plain.gradients(x[batch], y[batch])
        for w, g in zip(plain.parameters, weight_gradients + bias_gradients, strict=True):
            w -= 0.1 * g
    rounding = {np.float32: 1e-5, np.float64: 1e-13}[dtype]
    assert history.train_loss == pytest.approx([sum(losses) / 300], rel=rounding)
    for a, b in zip(fast.parameters, plain.parameters, strict=True):
        np.testing.assert_allclose(a, b, rtol=rounding, atol=rounding)


def test_one_step_of_fit_is_the_formula(rng):
    x, y = rng.normal(size=(6, 3)), rng.integers(0, 2, 6)
    net = MLP([3, 4, 2], rng=0, dtype=np.float64)
    before = [w.copy() for w in net.parameters]
    weight_gradients, bias_gradients = net.gradients(x, y)
    history = net.fit(x, y, epochs=1, batch_size=6, optimizer=SGD(net.parameters, lr=0.5), weight_decay=0.1, rng=0)
    for l, (W, b) in enumerate(zip(net.weights, net.biases, strict=True)):
        np.testing.assert_allclose(W, before[l] - 0.5 * (weight_gradients[l] + 0.1 * before[l]), rtol=1e-12)
        np.testing.assert_allclose(b, before[2 + l] - 0.5 * bias_gradients[l], rtol=1e-12, atol=1e-15)
    assert len(history.train_loss) == 1


def test_a_whole_training_equals_torch(rng):
    """Full batches, so that the order cannot matter: 50 epochs of Adam, every loss of the history."""
    x, y = rng.normal(size=(20, 5)), rng.integers(0, 3, 20)
    net = MLP([5, 8, 3], activation=activations.tanh, rng=0, dtype=np.float64)
    model = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).double()
    with torch.no_grad():
        for layer, W, b in zip((model[0], model[2]), net.weights, net.biases, strict=True):
            layer.weight.copy_(torch.tensor(W))
            layer.bias.copy_(torch.tensor(b))
    optimizer, theirs = torch.optim.Adam(model.parameters(), lr=0.01), []
    for _ in range(50):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    ours = net.fit(x, y, epochs=50, batch_size=20, optimizer=Adam(net.parameters, lr=0.01), rng=1).train_loss
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)  # rounding adds up over 50 steps


@pytest.mark.parametrize("seed", range(5))
def test_xor_is_learned(seed):
    x, y = data.make_xor(4, noise=0)
    net = MLP([2, 16, 2], rng=seed)
    net.fit(x, y, epochs=300, batch_size=4, rng=seed)
    assert net.predict(x).tolist() == [0, 1, 1, 0]


def test_mnist_is_learned():
    x_train, y_train, x_test, y_test = data.load_mnist()
    net = MLP([784, 128, 64, 10], rng=0)
    history = net.fit(x_train, y_train, epochs=10, batch_size=64, validation=(x_test, y_test), rng=0)
    assert (net.predict(x_test) == y_test).mean() > 0.90
    assert history.validation_accuracy[-1] == pytest.approx((net.predict(x_test) == y_test).mean())
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]
    assert net.weights[0].dtype == np.float32


def test_history_has_one_value_an_epoch(capsys):
    x, y = data.make_moons(40, rng=0)
    net = MLP([2, 4, 2], rng=0)
    history = net.fit(x, y, epochs=3, batch_size=7, validation=(x, y), rng=0, progress=True)
    assert isinstance(history, History)
    assert {len(values) for values in vars(history).values()} == {3}
    assert history.learning_rate == [0.1] * 3
    assert history.validation_loss[-1] == net.loss(net.forward(x), y)
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 3
    assert printed[2].startswith("epoch 3:  train loss 0.")
    plain = MLP([2, 4, 2], rng=0).fit(x, y, epochs=3, batch_size=7, rng=0)
    assert plain.train_loss == history.train_loss
    assert plain.validation_loss == plain.validation_accuracy == []


def test_train_loss_is_the_mean_over_samples_also_with_an_uneven_last_batch():
    x, y = data.make_moons(10, rng=0)
    net = MLP([2, 4, 2], rng=0, dtype=np.float64)
    history = net.fit(x, y, epochs=1, batch_size=7, optimizer=SGD(net.parameters, lr=0.0), rng=0)
    np.testing.assert_allclose(history.train_loss[0], net.loss(net.forward(x), y), rtol=1e-12)


def test_schedule_is_asked_at_every_step():
    x, y = data.make_moons(20, rng=0)
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.1 / (1 + step)

    net = MLP([2, 4, 2], rng=0)
    history = net.fit(x, y, epochs=2, batch_size=8, schedule=schedule, rng=0)
    assert asked == [0, 1, 2, 3, 4, 5]
    assert history.learning_rate == [0.1 / 3, 0.1 / 6]


def test_early_stopping_leaves_the_best_weights():
    x, y = data.make_moons(30, noise=0.4, rng=0)
    x_held, y_held = data.make_moons(200, noise=0.4, rng=1)
    net, stopping = MLP([2, 64, 64, 2], rng=0), EarlyStopping(patience=5)
    history = net.fit(x, y, epochs=500, batch_size=5, validation=(x_held, y_held), early_stopping=stopping, rng=0)
    assert len(history.validation_loss) == stopping.best_epoch + 6 < 500
    assert net.loss(net.forward(x_held), y_held) == min(history.validation_loss) == stopping.best_loss
    other = MLP([2, 3, 2], rng=0)  # the same object serves a second network
    other.fit(x, y, epochs=2, batch_size=5, validation=(x_held, y_held), early_stopping=stopping, rng=0)


def test_dropout_masks_and_scales_the_hidden_units_only(rng):
    net = MLP([3, 1000, 2], activation=activations.identity, rng=0, dtype=np.float64)
    x, y = rng.normal(size=(1, 3)), np.array([0])
    _, weight_gradients, bias_gradients = forward_and_back(net, x, y, dropout=0.25, rng=np.random.default_rng(0))
    hidden = x @ net.weights[0].T
    mask = weight_gradients[1][0] / (bias_gradients[1][0] * hidden[0])  # BP4 turned round
    kept = mask != 0
    assert 0.70 < kept.mean() < 0.80
    np.testing.assert_allclose(mask[kept], 1 / 0.75, rtol=1e-10)  # the mean of a unit over many masks is unchanged
    assert not weight_gradients[0][~kept].any()  # what was switched off learns nothing either
    single = MLP([3, 2], rng=0, dtype=np.float64)  # no hidden units, nothing to drop
    assert forward_and_back(single, x, y, 0.9, rng)[0] == single.loss(single.forward(x), y)


def test_dropout_trains_and_prediction_needs_none():
    x, y = data.make_moons(100, rng=0)
    net = MLP([2, 32, 2], rng=0)
    net.fit(x, y, epochs=60, batch_size=10, dropout=0.2, rng=0)
    assert (net.predict(x) == y).mean() > 0.85
    np.testing.assert_array_equal(net.forward(x), net.forward(x))


def test_predictions_by_loss():
    x = np.random.default_rng(0).normal(size=(6, 3))
    net = MLP([3, 4, 2], rng=0)
    np.testing.assert_array_equal(net.predict(x), net.forward(x).argmax(axis=1))
    np.testing.assert_allclose(net.predict_proba(x), activations.softmax(net.forward(x)))
    net = MLP([3, 4, 1], loss=losses.binary_cross_entropy_with_logits, rng=0)
    assert net.predict(x).shape == (6, 1)
    np.testing.assert_array_equal(net.predict(x), net.predict_proba(x) > 0.5)
    net = MLP([3, 4, 1], output_activation=activations.sigmoid, loss=losses.binary_cross_entropy, rng=0)
    np.testing.assert_array_equal(net.predict(x), net.forward(x) > 0.5)
    np.testing.assert_array_equal(net.predict_proba(x), net.forward(x))
    net = MLP([3, 1], loss=losses.hinge, rng=0)
    assert set(net.predict(x).ravel()) == {-1, 1}
    net = MLP([3, 1], loss=losses.mse, rng=0)
    np.testing.assert_array_equal(net.predict(x), net.forward(x))
    with pytest.raises(ValueError, match="cross-entropy loss, got mse"):
        net.predict_proba(x)


@pytest.mark.parametrize(
    ("loss", "output_activation", "encode"),
    [
        (losses.binary_cross_entropy_with_logits, activations.identity, lambda y: y[:, None]),
        (losses.binary_cross_entropy, activations.sigmoid, lambda y: y[:, None]),
        (losses.hinge, activations.identity, lambda y: 2 * y[:, None] - 1),
        (losses.cross_entropy, activations.identity, lambda y: np.eye(2)[y]),
        (losses.mse, activations.sigmoid, lambda y: np.eye(2, dtype=np.float32)[y]),
    ],
)
def test_every_kind_of_target_trains(loss, output_activation, encode):
    x, y = data.make_moons(60, rng=0)
    y = encode(y)
    out = 1 if y.shape[1] == 1 else 2
    net = MLP([2, 16, out], output_activation=output_activation, loss=loss, rng=0)
    history = net.fit(x, y, epochs=50, batch_size=10, validation=(x, y), rng=0)
    assert history.train_loss[-1] < 0.7 * history.train_loss[0]
    if loss is losses.mse:
        assert history.validation_accuracy == []
    else:
        assert history.validation_accuracy[-1] > 0.8
    assert {w.dtype for w in net.parameters} == {np.dtype(np.float32)}


def test_seeds_repeat_and_the_callers_arrays_stay():
    x, y = data.make_moons(30, rng=0)
    x.flags.writeable = y.flags.writeable = False
    before, results = np.random.get_state()[1].copy(), []
    for _ in range(2):
        net = MLP([2, 4, 2], rng=3)
        net.fit(x, y, epochs=2, batch_size=8, dropout=0.1, rng=4)
        results.append(net.forward(x))
    np.testing.assert_array_equal(*results)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    for other in (x.astype(np.float32), np.asfortranarray(x)):
        np.testing.assert_array_equal(net.forward(other), results[1])
    assert MLP([2, 2], rng=0).forward(np.ones((3, 2), dtype=np.uint8)).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_save_and_load(tmp_path, dtype):
    x, y = data.make_moons(30, rng=0)
    net = MLP([2, 5, 4, 2], activations.tanh, activations.sigmoid, losses.mse, rng=0, dtype=dtype)
    net.fit(x, np.eye(2)[y], epochs=2, batch_size=8, rng=0)
    path = tmp_path / "a network"  # the name is taken as it is
    net.save(path)
    assert [p.name for p in tmp_path.iterdir()] == ["a network"]
    again = MLP.load(str(path))
    assert repr(again) == repr(net)
    for a, b in zip(again.parameters, net.parameters, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == dtype
    again.fit(x, np.eye(2)[y], epochs=1, batch_size=8, rng=0)  # what was loaded can be changed


@pytest.mark.parametrize("keep", [0, 1, 10, 100, -200, -1])
def test_a_file_cut_short_is_named(tmp_path, keep):
    path = tmp_path / "cut.npz"
    MLP([2, 3, 2], rng=0).save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"cut\.npz"):
        MLP.load(path)


def test_a_damaged_byte_is_noticed(tmp_path):
    path = tmp_path / "net.npz"
    net = MLP([2, 3, 2], rng=0)
    net.save(path)
    whole = path.read_bytes()
    at = whole.index(net.weights[0].tobytes())
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(ValueError, match=r"net\.npz"):
        MLP.load(path)


def foreign(path, **changes):
    MLP([2, 3, 2], rng=0).save(path)
    with np.load(path) as archive:
        arrays = dict(archive)
    for name, value in changes.items():
        name = name.replace("_0", ".0").replace("_1", ".1")
        if value is None:
            del arrays[name]
        else:
            arrays[name] = np.asarray(value)
    with open(path, "wb") as file:
        np.savez(file, **arrays)


@pytest.mark.parametrize(
    "changes",
    [
        {"weights_0": None},
        {"weights_0": None, "weights_1": None},
        {"biases_1": None},
        {"activation": None},
        {"activation": "np"},
        {"activation": "no such function"},
        {"loss": "softmax"},
        {"weights_1": np.zeros((2, 4), np.float32)},
        {"weights_1": np.zeros((2, 3))},
        {"biases_0": np.zeros((3, 1), np.float32)},
        {"weights_0": np.full((3, 2), np.nan, np.float32)},
        {"weights_0": np.array([["a", "b"]])},
        {"weights_0": np.array([[None]])},
    ],
    ids=str,
)
def test_a_foreign_file_is_named(tmp_path, changes):
    path = tmp_path / "foreign.npz"
    foreign(path, **changes)
    with pytest.raises(ValueError, match=r"foreign\.npz"):
        MLP.load(path)


class Intruder:
    """Its pickle makes a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_loading_never_runs_what_a_file_brings(tmp_path):
    path = tmp_path / "foreign.npz"
    foreign(path, weights_0=np.array([[Intruder(tmp_path / "ran")]], dtype=object))
    with pytest.raises(ValueError, match=r"foreign\.npz"):
        MLP.load(path)
    assert not (tmp_path / "ran").exists()


def test_other_foreign_files(tmp_path):
    np.save(tmp_path / "array.npy", np.ones(3))
    (tmp_path / "text.npz").write_text("not an archive", encoding="utf-8")
    for name in ("array.npy", "text.npz"):
        with pytest.raises(ValueError, match=name):
            MLP.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        MLP.load(tmp_path / "nowhere.npz")

    def cube(z):
        return z**3

    cube.derivative = lambda z: 3 * z**2
    with pytest.raises(ValueError, match="activation to be one of gyeop's, got cube"):
        MLP([2, 2, 2], activation=cube).save(tmp_path / "own.npz")
    assert not (tmp_path / "own.npz").exists()


def test_numbers_that_run_off_are_named_by_epoch():
    x, y = data.make_moons(40, rng=0)
    for loss, rate in ((losses.mse, 1e6), (losses.cross_entropy, 1e30)):
        net = MLP([2, 16, 2], loss=loss, rng=0)
        targets = y if loss is losses.cross_entropy else np.eye(2)[y]
        with pytest.raises(FloatingPointError, match=r"epoch \d.*lower learning rate"):
            net.fit(x, targets, epochs=50, batch_size=8, optimizer=SGD(net.parameters, lr=rate), rng=0)


NET, X, Y = MLP([2, 3, 2], rng=0), np.ones((4, 2)), np.array([0, 1, 0, 1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MLP(3), TypeError, "list of sizes, got int"),
        (lambda: MLP("23"), TypeError, "list of sizes, got str"),
        (lambda: MLP([3]), ValueError, r"input and an output size, got \(3,\)"),
        (lambda: MLP([3, 0]), ValueError, "at least 1, got 0"),
        (lambda: MLP([3, 2.0]), TypeError, "whole number"),
        (
            lambda: MLP([3, 2], activation=np.tanh),
            TypeError,
            "activation expects a function with a derivative, got tanh",
        ),
        (
            lambda: MLP([3, 2], output_activation=activations.softmax),
            TypeError,
            "output_activation expects a function with a derivative, got softmax",
        ),
        (lambda: MLP([3, 2], loss=np.mean), TypeError, "loss expects a function with a gradient, got mean"),
        (lambda: MLP([3, 2], dtype=int), TypeError, "floating-point dtype, got int64"),
        (lambda: MLP([3, 2], rng="seed"), TypeError, "rng"),
        (lambda: NET.forward(np.ones(2)), ValueError, r"MLP.forward's x expects shape \(batch, 2\), got \(2,\)"),
        (lambda: NET.predict(np.ones((4, 3))), ValueError, r"got \(4, 3\)"),
        (lambda: NET.predict_proba([[1, np.nan]]), ValueError, r"nan at index \(0, 1\)"),
        (
            lambda: NET.forward([[1, 1e300]]),
            ValueError,
            r"as float32, expects finite numbers, got inf at index \(0, 1\)",
        ),
        (lambda: NET.forward("x"), TypeError, "real numbers"),
        (lambda: NET.gradients(X, Y[:3]), ValueError, r"shape \(4,\), got \(3,\)"),
        (lambda: NET.fit(X, Y[:3], 1, 2), ValueError, r"shape \(4,\), got \(3,\)"),
        (lambda: NET.fit(X, Y[:, None], 1, 2), ValueError, r"\(4, 2\) and y \(4, 1\)"),
        (lambda: NET.fit(X, Y + 1, 1, 2), ValueError, "labels from 0 to 1, got 2 at index 1"),
        (lambda: NET.fit(X, Y * 1.0, 1, 2), TypeError, "integer labels, got dtype float64"),
        (lambda: NET.fit(X, [], 1, 2), ValueError, "at least one value"),
        (lambda: NET.fit(X, ["a"] * 4, 1, 2), TypeError, "integer labels, got dtype <U1"),
        (lambda: NET.fit(X, Y, 0, 2), ValueError, "epochs expects a whole number of at least 1, got 0"),
        (lambda: NET.fit(X, Y, 1, 0), ValueError, "batch_size expects a whole number of at least 1, got 0"),
        (lambda: NET.fit(X, Y, 1, 2, dropout=1.0), ValueError, "dropout expects a finite number >= 0 and < 1, got 1"),
        (lambda: NET.fit(X, Y, 1, 2, weight_decay=-1), ValueError, "weight_decay"),
        (lambda: NET.fit(X, Y, 1, 2, validation=X), TypeError, r"pair \(x, y\), got ndarray"),
        (lambda: NET.fit(X, Y, 1, 2, validation=(X, Y[:2])), ValueError, r"shape \(4,\), got \(2,\)"),
        (
            lambda: NET.fit(X, Y, 1, 2, early_stopping=EarlyStopping()),
            ValueError,
            "validation data with early_stopping",
        ),
        (lambda: NET.fit(X, Y, 1, 2, schedule=lambda step: -1), ValueError, "schedule expects a finite number >= 0"),
        (lambda: NET.fit(X, Y, 1, 2, optimizer=SGD([np.ones(2)], lr=1)), ValueError, "this network's parameters"),
        (lambda: NET.fit(X, Y, 1, 2, optimizer="adam"), TypeError, "optimizer"),
    ],
)
def test_refusals(call, error, message):
    before = [w.copy() for w in NET.parameters]
    with pytest.raises(error, match=message):
        call()
    for w, old in zip(NET.parameters, before, strict=True):
        np.testing.assert_array_equal(w, old)
