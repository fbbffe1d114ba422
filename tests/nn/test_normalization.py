"""The layers that normalize: torch's outputs, gradients, state and messages, in training and in evaluation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop.autograd import Tensor
from gyeop.bridge import to_torch
from gyeop.nn import BatchNorm1d, BatchNorm2d, GroupNorm, InstanceNorm2d, LayerNorm, Linear, Sequential

from .twins import EXACT, assert_equals_differences, assert_equals_torch, assert_same_state, numbers

DTYPES = st.sampled_from([np.float32, np.float64, np.float64])


def with_other_parameters(layer):
    """Weights and biases that are not ones and zeros, and running statistics that are not those of the start."""
    rng = np.random.default_rng(5)
    for parameter in layer.parameters():
        parameter.data = rng.normal(size=parameter.shape).astype(parameter.dtype)
    if getattr(layer, "running_mean", None) is not None:
        layer.running_mean = rng.normal(size=layer.running_mean.shape).astype(layer.running_mean.dtype)
        layer.running_var = rng.uniform(0.5, 2, layer.running_var.shape).astype(layer.running_var.dtype)
    return layer


@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_batch_and_instance_norm_equals_torch(data):
    draw = data.draw
    kind = draw(st.sampled_from([BatchNorm1d, BatchNorm2d, InstanceNorm2d]))
    dtype, features = draw(DTYPES), draw(st.integers(1, 4))
    layer = kind(
        features,
        eps=draw(st.sampled_from([1e-5, 0.1])),
        momentum=draw(st.sampled_from([0.1, 0.7, 0.0, 1.0, None])),
        affine=draw(st.booleans()),
        track_running_stats=draw(st.booleans()),
        dtype=dtype,
        bias=draw(st.booleans()),
    )
    axes = draw(st.integers(0, 1)) if kind is BatchNorm1d else 2
    batch, rest = draw(st.integers(2, 5)), tuple(draw(st.integers(2, 4)) for _ in range(axes))
    shape = (features, *rest) if kind is InstanceNorm2d and draw(st.booleans()) else (batch, features, *rest)
    with_other_parameters(layer).train(draw(st.booleans()))
    assert_equals_torch(layer, 3 * numbers(shape, dtype) + 1, calls=3)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_layer_and_group_norm_equals_torch(data):
    draw = data.draw
    dtype, affine, bias = draw(DTYPES), draw(st.booleans()), draw(st.booleans())
    if draw(st.booleans()):
        shape = tuple(draw(st.lists(st.integers(2, 4), min_size=1, max_size=3)))
        layer = LayerNorm(shape, 1e-3, affine, bias, dtype)
        before = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    else:
        groups = draw(st.integers(1, 3))
        channels = groups * draw(st.integers(1, 3))
        layer = GroupNorm(groups, channels, 1e-3, affine, dtype, bias=bias)
        before, shape = (draw(st.integers(0, 3)),), (channels, *draw(st.lists(st.integers(2, 3), max_size=2)))
        if np.prod((*before, *shape)) == groups:
            shape = (channels, 2)
    assert_equals_torch(with_other_parameters(layer), numbers((*before, *shape), dtype))


LAYERS = [
    (lambda **o: BatchNorm1d(3, **o), (4, 3)),
    (lambda **o: BatchNorm1d(3, **o), (2, 3, 3)),
    (lambda **o: BatchNorm2d(2, **o), (2, 2, 2, 3)),
    (lambda **o: InstanceNorm2d(2, affine=True, **o), (2, 2, 2, 3)),
    (lambda **o: LayerNorm((2, 3), **o), (3, 2, 3)),
    (lambda **o: GroupNorm(2, 4, **o), (2, 4, 2)),
]
IDS = ["batch 1d", "batch 1d with length", "batch 2d", "instance", "layer", "group"]


@pytest.mark.parametrize(("make", "shape"), LAYERS, ids=IDS)
def test_gradients_equal_differences(make, shape):
    layer = with_other_parameters(make(dtype=np.float64))
    assert_equals_differences(layer, numbers(shape))
    assert_equals_differences(layer.eval(), numbers(shape))


@pytest.mark.parametrize(("make", "shape"), LAYERS, ids=IDS)
def test_an_empty_batch_is_no_batch(make, shape):
    layer = make(dtype=np.float64)
    if isinstance(layer, InstanceNorm2d):  # torch stumbles over an empty batch with a weight
        layer = InstanceNorm2d(2)
    for _ in range(2):
        assert_equals_torch(layer, np.zeros((0, *shape[1:])))
        layer.eval()


@pytest.mark.parametrize(("make", "shape"), LAYERS, ids=IDS)
def test_the_result_has_mean_0_and_variance_1_where_it_is_normalized(make, shape):
    y = make(dtype=np.float64)(5 * numbers(shape) + 7).data
    rows = y.swapaxes(0, 1).reshape(shape[1], -1)  # as batch norm has it
    if len(shape) == 4 and shape[1:3] == (2, 2) and make is LAYERS[3][0]:
        rows = y.reshape(4, -1)
    if make in (LAYERS[4][0], LAYERS[5][0]):
        rows = y.reshape(3 if make is LAYERS[4][0] else 4, -1)
    np.testing.assert_allclose(rows.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(rows.var(axis=1), 1, rtol=1e-4)


def test_evaluation_changes_nothing_and_treats_each_sample_alone():
    layer = BatchNorm1d(3, dtype=np.float64)
    x = numbers((6, 3))
    layer(x)
    state = layer.state_dict()
    together = layer.eval()(x).data
    assert np.array_equal(together, np.concatenate([layer(row[None]).data for row in x]))
    for path, array in layer.state_dict().items():
        assert np.array_equal(array, state[path])
    assert state["num_batches_tracked"] == 1
    assert state["num_batches_tracked"].dtype == np.int64


def test_state_comes_in_from_torch_and_decides_the_dtype():
    ours = BatchNorm2d(2)
    theirs = to_torch(BatchNorm2d(2)).double()
    ours.load_state_dict({path: tensor.numpy() for path, tensor in theirs.state_dict().items()})
    assert_same_state(ours, theirs, EXACT[np.float64])
    assert ours(np.ones((2, 2, 3, 3), np.float32)).dtype == np.float64
    assert ours.running_mean.dtype == np.float64
    assert InstanceNorm2d(2)(np.ones((1, 2, 2, 2))).dtype == np.float64  # holds no arrays: the dtype of the input
    assert InstanceNorm2d(2)(np.ones((1, 2, 2, 2), np.float32)).dtype == np.float32


def test_a_network_keeps_its_statistics_in_its_state():
    net = Sequential(Linear(3, 4, rng=0), BatchNorm1d(4))
    names = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(net.state_dict()) == ["0.weight", "0.bias", *[f"1.{name}" for name in names]]
    assert [path for path, _ in net.named_parameters()] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    twin = to_torch(net)
    net(np.ones((5, 3)))
    assert twin[1].num_batches_tracked == 0
    assert net[1].num_batches_tracked == 1


def test_nothing_is_lost_where_the_mean_is_large():
    x = 1e4 + numbers((64, 3, 4, 4), np.float32)
    y = BatchNorm2d(3)(x).data
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-3)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (BatchNorm1d(3), (4, 2), r"BatchNorm1d\(3, .*\) expects \(batch, 3\) or \(batch, 3, length\)"),
        (BatchNorm1d(3), (3,), r"expects \(batch, 3\) or"),
        (BatchNorm2d(3), (3, 4, 4), r"BatchNorm2d\(3, .*\) expects \(batch, 3, height, width\)"),
        (InstanceNorm2d(3), (2, 4, 4, 4), r"expects \(batch, 3, height, width\) or \(3, height, width\)"),
        (LayerNorm((3, 4)), (5, 4, 3), r"LayerNorm\(\(3, 4\), .*\) expects \(\.\.\., 3, 4\)"),
        (LayerNorm(4), (), r"expects \(\.\.\., 4\)"),
        (GroupNorm(2, 4), (4,), r"GroupNorm\(2, 4, .*\) expects \(batch, 4, \.\.\.\)"),
        (GroupNorm(2, 4), (3, 6), r"expects \(batch, 4, \.\.\.\)"),
        (BatchNorm1d(3), (1, 3), "BatchNorm1d.* expects more than one value to a mean in training"),
        (BatchNorm2d(3, track_running_stats=False).eval(), (1, 3, 1, 1), "more than one value to a mean"),
        (InstanceNorm2d(3), (5, 3, 1, 1), "InstanceNorm2d.* expects more than one value to a mean"),
        (GroupNorm(4, 4), (1, 4), "GroupNorm.* expects more than one number to a group"),
    ],
    ids=str,
)
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(layer, shape, message):
    with pytest.raises(ValueError, match=message) as error:
        layer(np.ones(shape))
    assert str(error.value).endswith(str(shape))
    assert all(np.array_equal(array, start) for array, start in zip(*states(layer), strict=True))


def states(layer):
    arguments = {} if isinstance(layer, LayerNorm | GroupNorm) else {"track_running_stats": layer.track_running_stats}
    sizes = {LayerNorm: "normalized_shape", GroupNorm: "num_groups num_channels"}.get(type(layer), "num_features")
    fresh = type(layer)(*[getattr(layer, name) for name in sizes.split()], **arguments)
    return layer.state_dict().values(), fresh.state_dict().values()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BatchNorm1d(0), ValueError, "BatchNorm1d's num_features expects a whole number of at least 1, got 0"),
        (lambda: BatchNorm2d(2, eps=-1.0), ValueError, "BatchNorm2d's eps expects a finite number >= 0, got -1"),
        (lambda: BatchNorm2d(2, momentum=2), ValueError, "momentum expects a finite number >= 0 and <= 1, got 2"),
        (lambda: InstanceNorm2d("3"), TypeError, "InstanceNorm2d's num_features expects a whole number, got str"),
        (lambda: LayerNorm(()), ValueError, r"LayerNorm expects normalized_shape of at least one number, got \(\)"),
        (lambda: LayerNorm((3, 0)), ValueError, "LayerNorm's normalized_shape expects a whole number of at least 1"),
        (lambda: LayerNorm(3, dtype=int), TypeError, "LayerNorm's dtype expects a floating-point dtype, got int64"),
        (lambda: GroupNorm(3, 4), ValueError, "GroupNorm expects num_channels that 3 groups divide evenly, got 4"),
        (lambda: GroupNorm(0, 4), ValueError, "GroupNorm's num_groups expects a whole number of at least 1, got 0"),
    ],
)
def test_bad_arguments_are_named(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_the_caller_keeps_the_array():
    x = np.ones((4, 3)) * np.arange(4)[:, None]
    before = x.copy()
    t = Tensor(x, requires_grad=True)
    BatchNorm1d(3)(t).sum().backward()
    assert np.array_equal(x, before)
