"""Bad input that no table makes: where a concept has a trap of its own."""

import numpy as np
import pytest

from gyeop import MLP, data, losses
from gyeop.activations import elementwise, relu
from gyeop.autograd import Tensor
from gyeop.gradients import jacobian, numerical_gradient
from gyeop.nn import MSELoss
from gyeop.optim import SGD, Adam, gradient_descent
from gyeop.perceptron import Perceptron
from gyeop.regularization import EarlyStopping


@pytest.fixture
def x(rng):
    return rng.normal(size=(6, 3))


@pytest.fixture
def regression():
    return MLP([3, 4, 1], loss=losses.mse, rng=0)


def test_a_column_of_outputs_is_not_compared_with_a_row_of_targets(x, regression):
    """The trap of them all: (6, 1) less (6,) is (6, 6), and the network would learn the mean."""
    y = x.sum(axis=1)
    with pytest.raises(ValueError, match=r"mse expects equal shapes, got prediction \(6, 1\) and target \(6,\)"):
        regression.fit(x, y, epochs=1, batch_size=3)
    with pytest.raises(ValueError, match=r"prediction \(6, 1\) and target \(6,\)"):
        regression.gradients(x, y)
    with pytest.raises(ValueError, match=r"prediction \(6,\) and target \(6, 1\)"):
        MSELoss()(Tensor(y), y[:, None])
    assert len(regression.fit(x, y[:, None], epochs=1, batch_size=3).train_loss) == 1


def test_a_column_of_labels_is_not_a_row_of_labels(x):
    with pytest.raises(ValueError, match=r"logits \(6, 2\) and y \(6, 1\)"):
        MLP([3, 4, 2]).fit(x, np.zeros((6, 1), int), epochs=1, batch_size=3)


def test_rows_that_are_no_distribution_are_named(x):
    y = np.full((6, 2), 0.5)
    y[4] = [0.5, 0.6]
    with pytest.raises(ValueError, match=r"rows of y that add up to 1, got 1.1 in row 4"):
        MLP([3, 4, 2]).fit(x, y, epochs=1, batch_size=3)


def test_labels_too_large_for_a_signed_integer(x):
    with pytest.raises(ValueError, match="labels from 0 to 1, got 18446744073709551615 at index 5"):
        losses.cross_entropy(np.zeros((6, 2)), np.array([0] * 5 + [2**64 - 1], np.uint64))


def test_batches_looks_at_its_input_when_called_not_when_asked_for_a_batch(x):
    with pytest.raises(TypeError, match="rng expects a whole number, got str 'seed'"):
        data.batches(x, np.zeros(6), 2, rng="seed")
    with pytest.raises(ValueError, match="batch_size expects a whole number of at least 1, got 0"):
        data.batches(x, np.zeros(6), 0)


def test_a_network_is_not_saved_over_a_folder(tmp_path, regression):
    folder = tmp_path / "net"
    folder.mkdir()
    with pytest.raises(OSError, match="net"):
        regression.save(folder)
    assert list(tmp_path.iterdir()) == [folder]  # and nothing half written stays behind
    with pytest.raises(TypeError, match="expected the path of a file, got 3"):
        regression.save(3)


def test_a_file_cut_short_anywhere_is_named(tmp_path, regression):
    path = tmp_path / "net.npz"
    regression.save(path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"net\.npz"):
            MLP.load(path)


def test_a_file_of_objects_is_refused_not_unpickled(tmp_path):
    path = tmp_path / "objects.npz"
    np.savez(path, weights=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"objects\.npz"):
        MLP.load(path)


def test_an_optimizer_of_another_network(x, regression):
    for other in (MLP([3, 4, 1], rng=0).parameters, [w.copy() for w in regression.parameters], regression.weights):
        with pytest.raises(ValueError, match="built on this network's parameters, got one on other arrays"):
            regression.fit(x, x[:, :1], 1, 3, optimizer=Adam(other))


@pytest.mark.parametrize(
    ("schedule", "error"),
    [
        (lambda step: np.nan, ValueError),
        (lambda step: np.inf, ValueError),
        (lambda step: "0.1", TypeError),
        (lambda step: None, TypeError),
        (lambda step: np.array([0.1]), TypeError),
    ],
)
def test_a_schedule_that_gives_no_rate(x, regression, schedule, error):
    before = [w.copy() for w in regression.parameters]
    with pytest.raises(error, match="MLP.fit's schedule expects"):
        regression.fit(x, x[:, :1], 1, 3, schedule=schedule)
    assert all((w == old).all() for w, old in zip(regression.parameters, before, strict=True))


def test_an_activation_that_changes_the_shape_is_seen_before_any_step(x):
    halved = elementwise(derivative=lambda z: z)(lambda z: z[:, ::2])
    with pytest.raises(ValueError, match=r"expects an elementwise activation, got \(1, 2\) from it for z \(1, 4\)"):
        MLP([3, 4, 1], activation=halved, loss=losses.mse).fit(x, x[:, :1], 1, 3)
    summed = elementwise(derivative=lambda z: z[:1, :1])(lambda z: z)
    with pytest.raises(ValueError, match=r"got \(1, 1\) from it for z \(1, 4\)"):
        MLP([3, 4, 1], activation=summed, loss=losses.mse).fit(x, x[:, :1], 1, 3)


def test_weights_drawn_in_another_dtype():
    with pytest.raises(ValueError, match=r"init to give an array float32 \(4, 3\), got float64 \(4, 3\)"):
        MLP([3, 4], init=lambda shape, rng, dtype: np.zeros(shape))


def test_early_stopping_takes_no_loss_that_is_none():
    stopping = EarlyStopping()
    with pytest.raises(ValueError, match="update's loss expects a finite number, got nan"):
        stopping.update(np.nan, [np.ones(2)])
    stopping.update(1.0, [np.ones(2)])
    with pytest.raises(ValueError, match=r"parameters of dtypes \[dtype\('float64'\)\], got \[dtype\('float16'\)\]"):
        stopping.restore([np.ones(2, np.float16)])  # the best weights would lose bits without a word


def test_a_function_of_the_reader_keeps_its_own_error():
    class Own(Exception):
        pass

    def fails(*_, **__):
        raise Own

    for call in (
        lambda: numerical_gradient(fails, 1.0),
        lambda: jacobian(fails, 1.0),
        lambda: gradient_descent(fails, 1.0),
        lambda: MLP([2, 2], init=fails),
    ):
        with pytest.raises(Own):
            call()


def test_the_callers_arrays_are_not_the_models():
    weights, x = np.array([0.0, 0.0]), np.array([[0.0, 0.0], [1.0, 1.0]])
    Perceptron(weights).fit(x, [0, 1])
    assert weights.tolist() == [0, 0]
    w, g = np.ones(2), np.ones(2)
    optimizer = SGD([w], lr=1.0, momentum=0.5)
    optimizer.step([g])
    optimizer.step([g])
    assert g.tolist() == [1, 1]
    assert w.tolist() == [-1.5, -1.5]  # the optimizer's parameters are there to be changed


def test_a_gradient_for_one_array_is_not_taken_for_a_list_of_two():
    w = [np.zeros(3), np.zeros(3)]
    with pytest.raises(TypeError, match="list of arrays, got ndarray"):
        SGD(w, lr=1.0).step(np.ones((2, 3)))
    assert not w[0].any()


def test_nothing_has_changed_after_a_step_that_was_refused():
    w = [np.zeros(3), np.zeros(2)]
    with pytest.raises(ValueError, match=r"gradient 1 of shape \(2,\), got \(2, 1\)"):
        Adam(w).step([np.ones(3), np.ones((2, 1))])
    assert not w[0].any()


def test_relu_of_a_ragged_list_names_what_it_expects():
    with pytest.raises(ValueError, match="relu expects an array of numbers, got list"):
        relu([[1.0], [2.0, 3.0]])
