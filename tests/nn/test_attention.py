"""MultiheadAttention: torch's outputs, weights and gradients in any configuration, and what attention is."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop.autograd import Tensor, no_grad
from gyeop.bridge import from_torch, to_torch
from gyeop.nn import MultiheadAttention

from .attending import (
    assert_call_equals_differences,
    assert_call_equals_torch,
    assert_there_and_back,
    hidden_later,
    random_mask,
    with_other_parameters,
)
from .twins import numbers

pytestmark = pytest.mark.filterwarnings(
    "ignore:Support for mismatched"
)  # torch, on a mask of bools beside one of floats


PLACES = [["query"] * 3, ["query", "key", "key"], ["query", "key", "value"]]


@st.composite
def cases(draw):
    """(layer, arrays, which arrays are query, key and value, options, causal or not)"""
    heads, dtype = draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([np.float64, np.float64, np.float32]))
    places, own = draw(st.sampled_from(PLACES)), st.sampled_from([None, 1, 3, 4])
    kdim = None if places == PLACES[0] else draw(own)
    layer = MultiheadAttention(
        heads * draw(st.integers(1, 3)),
        heads,
        bias=draw(st.booleans()),
        kdim=kdim,
        vdim=draw(own) if places == PLACES[2] else kdim,
        batch_first=draw(st.booleans()),
        dtype=dtype,
    )
    with_other_parameters(layer)
    batch, seed = draw(st.sampled_from([None, 0, 2, 2, 3, 3])), draw(st.integers(0, 99))
    queries = draw(st.integers(1, 4))
    keys = queries if places == PLACES[0] else draw(st.integers(1, 4))
    sizes = {"query": (queries, layer.embed_dim), "key": (keys, layer.kdim), "value": (keys, layer.vdim)}
    arrays = {}
    for name in dict.fromkeys(places):
        time, features = sizes[name]
        shape = (time,) if batch is None else (batch, time) if layer.batch_first else (time, batch)
        arrays[name] = numbers((*shape, features), dtype, seed + len(arrays))
    kinds = st.sampled_from([None, "bools", "floats"])
    if kind := draw(kinds):
        each = [(queries, keys), ((1 if batch is None else batch) * heads, queries, keys)]
        arrays["attn_mask"] = random_mask(draw(st.sampled_from(each)), kind, dtype, seed)
    if kind := draw(kinds):
        arrays["key_padding_mask"] = random_mask((keys,) if batch is None else (batch, keys), kind, dtype, seed + 1)
    fails_in_torch = batch == 0 and len(arrays) > len(set(places))  # an empty batch with a mask, and without weights
    options = {"need_weights": fails_in_torch or draw(st.booleans()), "average_attn_weights": draw(st.booleans())}
    return layer, arrays, places, options, draw(st.booleans())


@settings(max_examples=120, deadline=None, derandomize=True)
@given(cases())
def test_any_configuration_equals_torch(case):
    layer, arrays, places, options, causal = case

    def ours(layer, **x):
        masks = {name: x.get(name) for name in ("attn_mask", "key_padding_mask")}
        return layer(*[x[place] for place in places], **masks, **options, is_causal=causal)

    def theirs(layer, **x):
        masks = {name: x.get(name) for name in ("attn_mask", "key_padding_mask")}
        if causal:
            time = -2 if layer.batch_first or x["query"].ndim == 2 else 0
            masks["attn_mask"] = hidden_later(masks["attn_mask"], *[x[place].shape[time] for place in places[:2]])
        return layer(*[x[place] for place in places], **masks, **options)

    assert_call_equals_torch(layer, arrays, ours, theirs)


def causal(layer, **x):
    return layer(x["query"], x["key"], x["value"], x["key_padding_mask"], attn_mask=x["attn_mask"], is_causal=True)


def test_gradients_equal_differences():
    layer = with_other_parameters(MultiheadAttention(4, 2, kdim=3, vdim=2, dtype=np.float64))
    arrays = {"query": numbers((3, 2, 4)), "key": numbers((4, 2, 3), seed=1), "value": numbers((4, 2, 2), seed=2)}
    arrays |= {"attn_mask": numbers((4, 3, 4), seed=3), "key_padding_mask": numbers((2, 4), seed=4)}
    assert_call_equals_differences(layer, arrays, causal)


def test_the_formula_of_the_paper_head_by_head():
    layer = with_other_parameters(MultiheadAttention(6, 2, batch_first=True, dtype=np.float64))
    x, y = numbers((5, 6)), numbers((7, 6), seed=1)
    output, weights = layer(x, y, y, average_attn_weights=False)
    W, b = layer.in_proj_weight.data.reshape(3, 2, 3, 6), layer.in_proj_bias.data.reshape(3, 2, 3)
    heads = []
    for h in range(2):
        Q, K, V = (a @ W[i, h].T + b[i, h] for i, a in enumerate((x, y, y)))
        e = np.exp(Q @ K.T / np.sqrt(3))
        heads.append(e / e.sum(axis=1, keepdims=True) @ V)
        np.testing.assert_allclose(weights.data[h], e / e.sum(axis=1, keepdims=True), rtol=1e-12)
    expected = np.hstack(heads) @ layer.out_proj.weight.data.T + layer.out_proj.bias.data
    np.testing.assert_allclose(output.data, expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_sequence_equals_torch(dtype):
    layer = MultiheadAttention(32, 4, batch_first=True, dtype=dtype, rng=0)
    arrays = {"query": numbers((3, 50, 32), dtype), "key": numbers((3, 70, 32), dtype, seed=1)}
    arrays["attn_mask"] = random_mask((12, 50, 70), "floats", dtype, 2)
    assert_call_equals_torch(layer, arrays, lambda f, query, key, attn_mask: f(query, key, key, attn_mask=attn_mask))


def test_a_query_that_sees_nothing_is_as_in_torch():
    layer = with_other_parameters(MultiheadAttention(4, 2, dtype=np.float64))
    hidden = np.array([[False, False, True], [True, True, True], [True, False, True]])
    x, t = Tensor(numbers((3, 2, 4)), requires_grad=True), torch.tensor(numbers((3, 2, 4)), requires_grad=True)
    output, weights = layer(x, x, x, attn_mask=hidden)
    expected, expected_weights = to_torch(layer)(t, t, t, attn_mask=torch.tensor(hidden))
    for ours, theirs in ((output, expected), (weights, expected_weights)):
        assert np.isnan(ours.data).any()
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-12)  # NaN at the same places
    arrays = {"x": numbers((3, 2, 4)), "mask": np.where(hidden, -np.inf, numbers((3, 3)))}
    assert_call_equals_torch(layer, arrays, lambda f, x, mask: f(x, x, x, attn_mask=mask, need_weights=False))
    output, weights = layer(x, x, x, attn_mask=hidden, need_weights=False)
    assert weights is None
    assert np.array_equal(output.data[1], np.tile(layer.out_proj.bias.data, (2, 1)))


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize(("queries", "keys", "batch"), [(0, 3, 2), (3, 0, 2), (0, 0, 2), (3, 3, 0)])
def test_nothing_to_ask_or_to_see_is_as_in_torch(queries, keys, batch, need_weights):
    layer = with_other_parameters(MultiheadAttention(4, 2, dtype=np.float64))
    arrays = {"query": numbers((queries, batch, 4)), "key": numbers((keys, batch, 4))}
    assert_call_equals_torch(layer, arrays, lambda f, query, key: f(query, key, key, need_weights=need_weights))


def test_the_order_of_the_positions_counts_for_nothing():
    layer = with_other_parameters(MultiheadAttention(6, 3, batch_first=True, dtype=np.float64))
    x, order = numbers((2, 8, 6)), np.random.default_rng(0).permutation(8)
    y, weights = layer(x, x, x)
    shuffled, shuffled_weights = layer(x[:, order], x[:, order], x[:, order])
    np.testing.assert_allclose(shuffled.data, y.data[:, order], rtol=1e-12)
    np.testing.assert_allclose(shuffled_weights.data, weights.data[:, order][:, :, order], rtol=1e-12)
    np.testing.assert_allclose(layer(x, x[:, order], x[:, order])[0].data, y.data, rtol=1e-12)


@pytest.mark.parametrize("need_weights", [True, False])
def test_a_later_position_changes_no_earlier_output(need_weights):
    layer = with_other_parameters(MultiheadAttention(6, 3, batch_first=True, dtype=np.float64))
    x = Tensor(numbers((1, 8, 6)), requires_grad=True)
    y, _ = layer(x, x, x, is_causal=True, need_weights=need_weights)
    y[:, 4].sum().backward()
    assert not x.grad[:, 5:].any()
    assert x.grad[:, :5].all()
    other = x.data.copy()
    other[:, 5:] += 1
    z, _ = layer(other, other, other, is_causal=True, need_weights=need_weights)
    assert np.array_equal(z.data[:, :5], y.data[:, :5])
    assert (z.data[:, 5:] != y.data[:, 5:]).all()


def test_what_is_padding_changes_nothing():
    layer = with_other_parameters(MultiheadAttention(6, 3, dtype=np.float64))
    x, padding = numbers((5, 2, 6)), np.array([[False] * 5, [False, False, True, True, True]])
    y, weights = layer(x, x, x, key_padding_mask=padding)
    alone, _ = layer(x[:2, 1], x[:2, 1], x[:2, 1])
    np.testing.assert_allclose(y.data[:2, 1], alone.data, rtol=1e-12)
    assert not weights.data[1, :, 2:].any()
    np.testing.assert_allclose(weights.data.sum(axis=-1), 1.0, rtol=1e-12)


@pytest.mark.parametrize("kind", ["bools", "floats"])
def test_a_mask_beside_causal_and_the_causal_mask_alone_are_one(kind):
    layer = with_other_parameters(MultiheadAttention(4, 2, dtype=np.float64))
    x, later = numbers((5, 4)), np.arange(5) > np.arange(5)[:, None]
    mask = later if kind == "bools" else np.where(later, -np.inf, 0.0)
    results = [layer(x, x, x, attn_mask=mask), layer(x, x, x, is_causal=True)]
    results.append(layer(x, x, x, attn_mask=mask, is_causal=True))
    for output, weights in results[1:]:
        assert np.array_equal(output.data, results[0][0].data)
        assert np.array_equal(weights.data, results[0][1].data)


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_dropout_drops_a_share_of_the_weights_and_scales_the_rest(p):
    layer = MultiheadAttention(4, 2, dropout=p, batch_first=True, dtype=np.float64, rng=0)
    x = numbers((20, 40, 4))
    full = layer.eval()(x, x, x, average_attn_weights=False)[1].data
    output, weights = layer.train()(x, x, x, average_attn_weights=False)
    kept = weights.data != 0
    assert kept.mean() == pytest.approx(1 - p, abs=0.01)
    np.testing.assert_allclose(weights.data[kept], full[kept] / (1 - p), rtol=1e-12)
    V = (x @ layer.in_proj_weight.data[8:].T).reshape(20, 40, 2, 2).swapaxes(1, 2)
    expected = (weights.data @ V).swapaxes(1, 2).reshape(20, 40, 4) @ layer.out_proj.weight.data.T
    np.testing.assert_allclose(output.data, expected, rtol=1e-10, atol=1e-12)
    assert not np.array_equal(layer(x, x, x)[1].data, weights.data.mean(axis=1))  # drawn anew
    assert np.array_equal(layer.eval()(x, x, x)[1].data, full.mean(axis=1))


def test_in_evaluation_dropout_is_off_as_in_torch():
    layer = MultiheadAttention(4, 2, dropout=0.5, dtype=np.float64, rng=0).eval()
    assert_call_equals_torch(layer, {"x": numbers((3, 2, 4))}, lambda f, x: f(x, x, x))


def test_initialization_is_that_of_torch():
    for options in ({}, {"kdim": 100, "vdim": 300}, {"bias": False}):
        torch.manual_seed(0)
        layer, twin = MultiheadAttention(200, 4, rng=0, **options), torch.nn.MultiheadAttention(200, 4, **options)
        theirs = twin.state_dict()
        assert list(layer.state_dict()) == list(theirs)
        for path, array in layer.state_dict().items():
            other = theirs[path].numpy()
            assert (array.shape, array.dtype) == (other.shape, other.dtype)
            assert np.abs(array).max() == pytest.approx(np.abs(other).max(), rel=0.01), path
            assert array.std() == pytest.approx(other.std(), rel=0.03), path


def test_a_seed_settles_weights_and_dropout():
    def run(rng):
        layer = MultiheadAttention(4, 2, dropout=0.5, rng=rng)
        return [layer.in_proj_weight.data.tolist(), layer(x, x, x)[0].data.tolist()]

    x, state = numbers((6, 4)), np.random.get_state()[1].copy()
    assert run(1) == run(1) != run(2)
    assert np.array_equal(state, np.random.get_state()[1])


def test_the_bridge_takes_what_torch_has_and_names_what_is_lacking():
    for options in (
        {"dropout": 0.3, "batch_first": True},
        {"bias": False, "vdim": 2},
        {"kdim": 3, "dtype": np.float64},
    ):
        layer = MultiheadAttention(4, 2, **options)
        layer.out_proj.weight.requires_grad = False
        twin = to_torch(layer.eval())
        assert (twin.dropout, twin.batch_first, twin.kdim, twin.vdim) == (
            *(layer.dropout, layer.batch_first, layer.kdim, layer.vdim),
        )
        assert not twin.out_proj.training
        assert not twin.out_proj.weight.requires_grad
        assert_there_and_back(layer)
    for option, lacking in (("add_bias_kv", "bias_k=None"), ("add_zero_attn", "add_zero_attn=False")):
        with pytest.raises(ValueError, match=f"from_torch expects MultiheadAttention with {lacking}, got"):
            from_torch(torch.nn.MultiheadAttention(4, 2, **{option: True}))


def test_no_graph_where_none_is_wanted():
    layer, x = MultiheadAttention(4, 2, rng=0), numbers((3, 4))
    with no_grad():
        assert not layer(x, x, x)[0].requires_grad
    assert layer(x, x, x)[0].dtype == np.float32


SEEN = {"query": (3, 2, 4), "key": (5, 2, 4), "value": (5, 2, 4)}


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("query", (3, 2, 5), r"expects query \(time, batch, 4\) or \(time, 4\), got \(3, 2, 5\)"),
        ("query", (4,), r"expects query \(time, batch, 4\) or \(time, 4\), got \(4,\)"),
        ("key", (5, 4), r"expects key \(time, 2, 4\) with query \(3, 2, 4\), got \(5, 4\)"),
        ("key", (5, 3, 4), r"expects key \(time, 2, 4\) with query \(3, 2, 4\), got \(5, 3, 4\)"),
        ("key", (5, 2, 3), r"expects key \(time, 2, 4\) with query \(3, 2, 4\), got \(5, 2, 3\)"),
        ("value", (4, 2, 4), r"expects value \(5, 2, 4\) with key \(5, 2, 4\), got \(4, 2, 4\)"),
        ("value", (5, 2, 1), r"expects value \(5, 2, 4\) with key \(5, 2, 4\), got \(5, 2, 1\)"),
        ("attn_mask", (5, 3), r"expects attn_mask \(3, 5\) or \(4, 3, 5\), got \(5, 3\)"),
        ("attn_mask", (2, 3, 5), r"expects attn_mask \(3, 5\) or \(4, 3, 5\), got \(2, 3, 5\)"),
        ("key_padding_mask", (5, 2), r"expects key_padding_mask \(2, 5\), got \(5, 2\)"),
        ("key_padding_mask", (5,), r"expects key_padding_mask \(2, 5\), got \(5,\)"),
    ],
)
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(name, shape, message):
    arrays = {place: np.ones(s) for place, s in SEEN.items()} | {name: np.ones(shape)}
    with pytest.raises(ValueError, match=r"^MultiheadAttention\(embed_dim=4, num_heads=2\) " + message):
        MultiheadAttention(4, 2)(**arrays)


def test_the_other_orders_of_axes_are_named():
    layer, x = MultiheadAttention(4, 2, batch_first=True), np.ones((2, 3, 4))
    with pytest.raises(ValueError, match=r"expects query \(batch, time, 4\) or \(time, 4\), got \(2, 3, 5\)"):
        layer(np.ones((2, 3, 5)), x, x)
    with pytest.raises(ValueError, match=r"expects key \(2, time, 4\) with query \(2, 3, 4\), got \(3, 3, 4\)"):
        layer(x, np.ones((3, 3, 4)), np.ones((3, 3, 4)))
    with pytest.raises(ValueError, match=r"expects key \(time, 4\) with query \(3, 4\), got \(2, 3, 4\)"):
        layer(x[0], x, x)
    with pytest.raises(ValueError, match=r"expects key_padding_mask \(3,\), got \(2, 3\)"):
        layer(x[0], x[0], x[0], np.ones((2, 3), bool))


def test_masks_are_of_bools_or_floats():
    layer, x = MultiheadAttention(4, 2), np.ones((3, 4))
    with pytest.raises(TypeError, match="expects attn_mask of bools or floats, got dtype int64"):
        layer(x, x, x, attn_mask=np.ones((3, 3), int))
    with pytest.raises(TypeError, match="MultiheadAttention's is_causal expects True or False, got 1"):
        layer(x, x, x, is_causal=1)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"embed_dim": 6, "num_heads": 4}, ValueError, "expects embed_dim that 4 num_heads divide evenly, got 6"),
        ({"embed_dim": 0, "num_heads": 1}, ValueError, "embed_dim expects a whole number of at least 1, got 0"),
        ({"embed_dim": 4, "num_heads": 2.0}, TypeError, "num_heads expects a whole number, got float 2.0"),
        ({"embed_dim": 4, "num_heads": 2, "dropout": 1.5}, ValueError, "dropout expects a finite number >= 0 and <= 1"),
        ({"embed_dim": 4, "num_heads": 2, "kdim": 0}, ValueError, "kdim expects a whole number of at least 1, got 0"),
        ({"embed_dim": 4, "num_heads": 2, "bias": "no"}, TypeError, "bias expects True or False, got 'no'"),
        ({"embed_dim": 4, "num_heads": 2, "dtype": int}, TypeError, "dtype expects a floating-point dtype, got int64"),
    ],
)
def test_bad_arguments(options, error, message):
    with pytest.raises(error, match="MultiheadAttention.*" + message):
        MultiheadAttention(**options)
