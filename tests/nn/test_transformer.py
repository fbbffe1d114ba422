"""The layers of a Transformer: torch's outputs and gradients in any configuration, state, dropout and messages."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch
from gyeop.nn import Dropout, LayerNorm, Sequential, TransformerDecoderLayer, TransformerEncoderLayer

from .attending import (
    assert_call_equals_differences,
    assert_call_equals_torch,
    assert_there_and_back,
    hidden_later,
    random_mask,
    with_other_parameters,
)
from .twins import assert_same_state, numbers

pytestmark = pytest.mark.filterwarnings(
    "ignore:Support for mismatched"
)  # torch, on a mask of bools beside one of floats
KINDS = pytest.mark.parametrize("kind", [TransformerEncoderLayer, TransformerDecoderLayer])


@st.composite
def cases(draw, kind):
    """(layer, arrays by the names of its arguments, whether the first, and the second attention, are causal)"""
    heads, dtype = draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([np.float64, np.float64, np.float32]))
    layer = kind(
        d_model=heads * draw(st.integers(1, 3)),
        nhead=heads,
        dim_feedforward=draw(st.integers(1, 7)),
        dropout=draw(st.sampled_from([0.0, 0.3])),
        activation=draw(st.sampled_from(["relu", "gelu"])),
        layer_norm_eps=draw(st.sampled_from([1e-5, 1e-2])),
        batch_first=draw(st.booleans()),
        norm_first=draw(st.booleans()),
        bias=draw(st.booleans()),
        dtype=dtype,
    )
    with_other_parameters(layer).train(layer.dropout.p == 0)
    if (
        layer.linear1.in_features == 1
    ):  # a norm of one number is its bias: the size of the differences is rounding alone
        layer.norm1.eps = layer.norm2.eps = 1e-2
    batch, seed = draw(st.sampled_from([None, 1, 2, 3])), draw(st.integers(0, 99))
    first = "src" if kind is TransformerEncoderLayer else "tgt"
    time = {first: draw(st.integers(1, 4))} | ({} if first == "src" else {"memory": draw(st.integers(1, 4))})
    arrays = {}
    for name, steps in time.items():
        shape = (steps,) if batch is None else (batch, steps) if layer.self_attn.batch_first else (steps, batch)
        arrays[name] = numbers((*shape, layer.linear1.in_features), dtype, seed + steps)
    for name, steps in time.items():
        if kind_of := draw(st.sampled_from([None, "bools", "floats"])):
            each = [(time[first], steps), ((batch or 1) * heads, time[first], steps)]
            arrays[f"{name}_mask"] = random_mask(draw(st.sampled_from(each)), kind_of, dtype, seed)
        if kind_of := draw(st.sampled_from([None, "bools", "floats"])):
            shape = (steps,) if batch is None else (batch, steps)
            arrays[f"{name}_key_padding_mask"] = random_mask(shape, kind_of, dtype, seed + 1)
    prefixes = [""] if first == "src" else ["tgt_", "memory_"]
    return layer, arrays, {f"{prefix}is_causal": draw(st.booleans()) for prefix in prefixes}


def assert_layer_equals_torch(layer, arrays, causal):
    def theirs(layer, **x):
        for name, is_causal in causal.items():
            asked = name.removesuffix("is_causal").rstrip("_") or "src"
            if is_causal:
                axis = -2 if layer.self_attn.batch_first or x[asked].ndim == 2 else 0
                shape = [next(iter(x.values())).shape[axis], x[asked].shape[axis]]
                x = {**x, f"{asked}_mask": hidden_later(x.get(f"{asked}_mask"), *shape)}
        return layer(**x)

    assert_call_equals_torch(layer, arrays, lambda layer, **x: layer(**x, **causal), theirs)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases(TransformerEncoderLayer))
def test_any_encoder_layer_equals_torch(case):
    assert_layer_equals_torch(*case)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases(TransformerDecoderLayer))
def test_any_decoder_layer_equals_torch(case):
    assert_layer_equals_torch(*case)


def inputs(kind, shape=(3, 2, 4), memory=(5, 2, 4), dtype=np.float64):
    if kind is TransformerEncoderLayer:
        return {"src": numbers(shape, dtype)}
    return {"tgt": numbers(shape, dtype), "memory": numbers(memory, dtype, seed=1)}


def small(kind, **options):
    options = {"d_model": 4, "nhead": 2, "dim_feedforward": 6, "dropout": 0.0, "dtype": np.float64, **options}
    return with_other_parameters(kind(**options))


@KINDS
@pytest.mark.parametrize("norm_first", [True, False])
def test_gradients_equal_differences(kind, norm_first):
    layer = small(kind, norm_first=norm_first, activation="gelu")
    assert_call_equals_differences(layer, inputs(kind), lambda layer, **x: layer(**x))


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers_of_the_usual_size_equal_torch(kind, dtype):
    layer = kind(32, 4, dim_feedforward=64, dropout=0.0, batch_first=True, dtype=dtype, rng=0)
    arrays = inputs(kind, (2, 20, 32), (2, 30, 32), dtype)
    assert_call_equals_torch(layer, arrays, lambda layer, **x: layer(**x))


@KINDS
def test_an_empty_batch_is_as_in_torch(kind):
    assert_call_equals_torch(small(kind), inputs(kind, (3, 0, 4), (5, 0, 4)), lambda layer, **x: layer(**x))


@KINDS
def test_a_position_that_sees_nothing_is_as_in_torch(kind):
    layer, arrays = small(kind), inputs(kind)
    first = next(iter(arrays))
    arrays[f"{first}_mask"] = np.array([[False, True, True], [True, True, True], [True, False, False]])
    assert_call_equals_torch(layer, arrays, lambda layer, **x: layer(**x))
    assert np.isfinite(layer(**arrays).data).all()


@KINDS
def test_norm_first_is_where_the_norm_stands(kind):
    arrays = inputs(kind)
    before, after = small(kind, norm_first=True), small(kind)
    x, last = next(iter(arrays.values())), after.norm3 if "memory" in arrays else after.norm2
    assert not np.array_equal(before(**arrays).data, after(**arrays).data)
    y = (after(**arrays).data - last.bias.data) / last.weight.data
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    for parameter in (
        p for path, p in before.named_parameters() if path.startswith(("linear2", "self_attn.out", "mul"))
    ):
        parameter.data = np.zeros(parameter.shape)
    assert np.array_equal(before(**arrays).data, x)  # blocks that add nothing leave the sum as it is


def test_later_positions_change_no_earlier_one():
    encoder, decoder = small(TransformerEncoderLayer), small(TransformerDecoderLayer)
    memory = numbers((4, 2, 4))
    for call in (lambda x: encoder(x, is_causal=True), lambda x: decoder(x, memory, tgt_is_causal=True)):
        x = Tensor(numbers((6, 2, 4)), requires_grad=True)
        y = call(x)
        (y[2] ** 2).sum().backward()
        assert not x.grad[3:].any()
        assert x.grad[:3].any(axis=-1).all()
        other = x.data.copy()
        other[3:] += 1
        assert np.array_equal(call(other).data[:3], y.data[:3])
        assert (call(other).data[3:] != y.data[3:]).any(axis=-1).all()


def test_the_order_counts_for_nothing_without_positions():
    layer, x, order = small(TransformerEncoderLayer), numbers((7, 2, 4)), np.random.default_rng(0).permutation(7)
    np.testing.assert_allclose(layer(x[order]).data, layer(x).data[order], rtol=1e-11)
    decoder = small(TransformerDecoderLayer)
    np.testing.assert_allclose(decoder(x, x[order]).data, decoder(x, x).data, rtol=1e-11)


@KINDS
def test_training_with_dropout_draws_anew_and_evaluation_does_not(kind):
    layer, arrays = small(kind, dropout=0.5, rng=0), inputs(kind)
    assert not np.array_equal(layer(**arrays).data, layer(**arrays).data)
    layer.eval()
    assert np.array_equal(layer(**arrays).data, layer(**arrays).data)
    plain = kind(4, 2, dim_feedforward=6, dropout=0.0, dtype=np.float64)
    plain.load_state_dict(layer.state_dict())
    assert np.array_equal(layer(**arrays).data, plain(**arrays).data)


@KINDS
def test_dropout_stands_where_it_stands_in_torch(kind):
    """Each alone, at p = 1: what it drops is gone in both."""
    arrays = inputs(kind)
    twin = to_torch(small(kind))
    names = [name for name, module in twin.named_modules() if isinstance(module, torch.nn.Dropout)]
    assert names == ["dropout", "dropout1", "dropout2", *(["dropout3"] if "memory" in arrays else [])]
    plain = small(kind)(**arrays).data
    for name in names:
        layer = small(kind)
        setattr(layer, name, Dropout(1.0))
        assert not np.allclose(layer(**arrays).data, plain)
        assert_call_equals_torch(layer, arrays, lambda layer, **x: layer(**x))
    for name in ("self_attn", "multihead_attn")[: len(arrays)]:
        layer = small(kind)
        getattr(layer, name).dropout = 1.0
        assert not np.allclose(layer(**arrays).data, plain)
        assert_call_equals_torch(layer, arrays, lambda layer, **x: layer(**x))


@KINDS
def test_a_share_of_the_units_is_dropped(kind):
    layer = small(kind, d_model=40, dim_feedforward=300, dropout=0.3, rng=0)
    x, dropped = numbers((50, 2, 40)), []
    for dropout in (layer.dropout, layer.dropout1, layer.dropout2):
        dropout.forward = lambda y, f=dropout.forward: dropped.append(y := f(y)) or y
    layer(**({"src": x} if kind is TransformerEncoderLayer else {"tgt": x, "memory": x}))
    assert sorted(y.shape[-1] for y in dropped) == [40, 40, 300]
    for y in dropped:
        zero_already = 0.5 if y.shape[-1] == 300 else 0.0  # by relu
        assert (y.data == 0).mean() == pytest.approx(1 - 0.7 * (1 - zero_already), abs=0.03)


@KINDS
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"dtype": np.float64, "norm_first": True}])
def test_names_shapes_and_defaults_of_the_state_are_those_of_torch(kind, options):
    layer = kind(4, 2, dim_feedforward=6, rng=0, **options)
    options = {k: torch.float64 if k == "dtype" else v for k, v in options.items()}
    twin = getattr(torch.nn, kind.__name__)(4, 2, dim_feedforward=6, **options)
    ours, theirs = layer.state_dict(), twin.state_dict()
    assert [(path, a.shape, a.dtype) for path, a in ours.items()] == [
        (path, tuple(a.shape), a.numpy().dtype) for path, a in theirs.items()
    ]
    layer.load_state_dict({path: a.numpy() for path, a in theirs.items()})
    assert_same_state(layer, twin, {"rtol": 0, "atol": 0})
    defaults, other = kind(4, 2), getattr(torch.nn, kind.__name__)(4, 2)
    assert repr(from_torch(other)) == repr(defaults)
    for attribute in ("norm_first", "linear1.out_features", "dropout1.p", "self_attn.dropout", "self_attn.batch_first"):
        values = [defaults, other]
        for name in attribute.split("."):
            values = [getattr(value, name) for value in values]
        assert values[0] == values[1], attribute


@KINDS
def test_initialization_is_that_of_torch(kind):
    torch.manual_seed(0)
    layer, twin = kind(128, 4, dim_feedforward=256, rng=0), getattr(torch.nn, kind.__name__)(128, 4, 256)
    for path, array in layer.state_dict().items():
        other = twin.state_dict()[path].numpy()
        assert np.abs(array).max() == pytest.approx(np.abs(other).max(), rel=0.05), path
        assert array.std() == pytest.approx(other.std(), rel=0.08), path


@KINDS
def test_the_bridge_carries_each_part_as_it_is(kind):
    layer = small(kind, dropout=0.2, activation="gelu", norm_first=True, batch_first=True, layer_norm_eps=1e-3)
    layer.dropout2.p, layer.self_attn.dropout, layer.norm1.eps = 0.7, 0.6, 1e-4
    layer.linear1.weight.requires_grad = layer.self_attn.in_proj_bias.requires_grad = False
    layer.eval().dropout1.train()
    twin = to_torch(Sequential(layer))[0]
    back = from_torch(twin)
    for other in (twin, back):
        assert (other.dropout.p, other.dropout2.p, other.self_attn.dropout) == (0.2, 0.7, 0.6)
        assert (other.norm1.eps, other.norm2.eps) == (1e-4, 1e-3)
        assert (other.norm_first, other.self_attn.batch_first) == (True, True)
        assert (other.training, other.dropout1.training, other.dropout2.training) == (False, True, False)
        assert not other.linear1.weight.requires_grad
        assert not other.self_attn.in_proj_bias.requires_grad
        assert other.linear2.weight.requires_grad
    assert back.activation == "gelu"
    assert twin.activation is torch.nn.functional.gelu
    assert_there_and_back(layer)


@KINDS
def test_the_bridge_knows_torchs_activations_and_names_others(kind):
    theirs = getattr(torch.nn, kind.__name__)
    functional = torch.nn.functional
    for activation, name in (
        *[(functional.relu, "relu"), (torch.relu, "relu"), (torch.nn.ReLU(), "relu")],
        *[(functional.gelu, "gelu"), (torch.nn.GELU(), "gelu")],
    ):
        layer = from_torch(theirs(4, 2, 6, activation=activation))
        assert layer.activation == name
        assert_there_and_back(layer)
    for activation in (torch.tanh, torch.nn.GELU("tanh")):
        with pytest.raises(ValueError, match=f"from_torch expects {kind.__name__} with activation relu or gelu, got "):
            from_torch(theirs(4, 2, 6, activation=activation))


class Louder(LayerNorm):
    pass


@KINDS
def test_a_part_without_a_twin_is_named(kind):
    layer = small(kind)
    layer.norm1 = Louder(4)
    with pytest.raises(TypeError, match="to_torch knows no torch layer for Louder"):
        to_torch(layer)


def test_layers_on_top_of_each_other():
    stack = Sequential(*(small(TransformerEncoderLayer, batch_first=True, norm_first=True) for _ in range(3)))
    stack[1].eval()
    x = numbers((2, 5, 4))
    expected = to_torch(stack)(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(stack(x).data, expected, rtol=1e-10, atol=1e-12)


@KINDS
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(kind):
    name = next(iter(inputs(kind)))
    for first, order in ((True, "batch, time"), (False, "time, batch")):
        layer = small(kind, batch_first=first, norm_first=True)
        for shape in ((3, 2, 5), (4,), (1, 1, 1, 4)):
            message = rf"^{kind.__name__}\(d_model=4, nhead=2\) expects {name} \({order}, 4\) or \(time, 4\), got \("
            with pytest.raises(ValueError, match=message) as error:
                layer(**{**inputs(kind), name: np.ones(shape)})
            assert str(error.value).endswith(str(shape))
    with pytest.raises(ValueError, match=r"expects attn_mask \(3, 3\) or \(4, 3, 3\), got \(2, 3\)"):
        small(kind)(**inputs(kind), **{f"{name}_mask": np.zeros((2, 3))})


@pytest.mark.parametrize(("shape", "batch_first"), [((5, 3, 4), False), ((2, 5, 4), True), ((5, 4), False)])
def test_a_memory_of_another_batch_is_refused(shape, batch_first):
    layer = small(TransformerDecoderLayer, batch_first=batch_first)
    message = r"^TransformerDecoderLayer\(d_model=4, nhead=2\) expects memory of one batch with \(3, 2, 4\), got \("
    with pytest.raises(ValueError, match=message):
        layer(np.ones((3, 2, 4)), np.ones(shape))
    with pytest.raises(ValueError, match=r"expects memory \(batch, time, 4\) or \(time, 4\), got \(2, 5, 3\)"):
        small(TransformerDecoderLayer, batch_first=True)(np.ones((2, 3, 4)), np.ones((2, 5, 3)))


@KINDS
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"nhead": 3}, ValueError, "expects d_model that 3 heads divide evenly, got 4"),
        ({"d_model": 4.0}, TypeError, "'s d_model expects a whole number"),
        ({"dim_feedforward": 0}, ValueError, "'s dim_feedforward expects a whole number of at least 1, got 0"),
        ({"dropout": 2}, ValueError, "'s dropout expects a finite number >= 0 and <= 1, got 2"),
        ({"activation": "tanh"}, ValueError, " expects activation 'relu' or 'gelu', got 'tanh'"),
        ({"activation": np.tanh}, ValueError, " expects activation 'relu' or 'gelu', got <ufunc"),
        ({"layer_norm_eps": -1}, ValueError, "'s layer_norm_eps expects a finite number >= 0, got -1"),
        ({"norm_first": "yes"}, TypeError, "'s norm_first expects True or False, got 'yes'"),
        ({"batch_first": 1}, TypeError, "'s batch_first expects True or False, got 1"),
        ({"dtype": "int32"}, TypeError, "'s dtype expects a floating-point dtype, got int32"),
        ({"rng": 0.5}, TypeError, "rng expects a whole number"),
    ],
)
def test_bad_arguments(kind, options, error, message):
    with pytest.raises(error, match=message):
        kind(**{"d_model": 4, "nhead": 2, **options})
