"""Conv2d: torch's outputs, gradients, initialization and messages; the same bits however many threads there are."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch
from gyeop.nn import Conv2d, parallel

from .twins import EXACT, assert_equals_differences, assert_equals_torch, numbers

# torch's warning that it copies an input for padding="same" on one side
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def two(least, most):
    number = st.integers(least, most)
    return st.one_of(number, st.tuples(number, number))


@st.composite
def layers(draw):
    groups = draw(st.integers(1, 3))
    ins, outs = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
    kernel, dilation = draw(two(1, 3)), draw(two(1, 2))
    stride, padding = draw(st.one_of(st.tuples(two(1, 3), two(0, 2)), st.just((1, "same")), st.just((2, "valid"))))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.float64]))
    bias = draw(st.booleans())
    return Conv2d(ins, outs, kernel, stride, padding, dilation, groups, bias, dtype=dtype, rng=draw(st.integers(0, 9)))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(layer=layers(), batch=st.integers(0, 19) | st.none(), height=st.integers(5, 9), width=st.integers(5, 9))
def test_any_configuration_equals_torch(layer, batch, height, width):
    shape = (layer.in_channels, height, width) if batch is None else (batch, layer.in_channels, height, width)
    assert_equals_torch(layer, numbers(shape, layer.weight.dtype))


@pytest.mark.parametrize(
    ("channels", "image"),
    [((3, 40), (17, 13)), ((80, 70), (9, 9)), ((16, 32), (28, 28))],
    ids=["tiles", "large", "study"],
)
def test_products_in_tiles_and_products_left_to_blas(channels, image):
    layer = Conv2d(*channels, 3, padding=1, dtype=np.float64, rng=0)
    assert_equals_torch(layer, numbers((9, channels[0], *image)))


def test_gradients_equal_differences():
    layer = Conv2d(4, 2, (2, 3), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2, dtype=np.float64, rng=0)
    assert_equals_differences(layer, numbers((2, 4, 4, 3)))


THREADS = """
import hashlib
import numpy as np
from gyeop.autograd import Tensor
from gyeop.nn import Conv2d
x = np.random.default_rng(0).normal(size=(40, 16, 20, 20)).astype(np.float32)
bits = hashlib.sha256()
for layer in (Conv2d(16, 32, 3, padding=1, rng=0), Conv2d(16, 32, 3, stride=2, padding=1, rng=1)):
    image = Tensor(x, requires_grad=True)
    y = layer(image)
    (y * y).sum().backward()
    for array in (y.data, image.grad, layer.weight.grad, layer.bias.grad):
        bits.update(array.tobytes())
print(bits.hexdigest())
"""


def test_the_same_bits_on_any_number_of_threads():
    def run(threads):
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        done = subprocess.run(
            [sys.executable, "-c", THREADS], env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run(1) == run(2) == run(5)


def test_several_threads_share_the_parts(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert parallel.threads() == 3
    seen = set()

    def part(images):
        seen.add(threading.get_ident())
        threading.Event().wait(0.01)
        return images.start

    assert parallel.in_parts(part, 16, shared=True) == list(range(0, 16, 2))
    assert len(seen) > 1
    seen.clear()
    assert parallel.in_parts(part, 3, shared=False) == [0, 1, 2]
    assert len(seen) == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "two")
    assert 1 <= parallel.threads() <= parallel.PARTS
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.setattr(sys, "platform", "emscripten")  # a browser, which starts no threads
    assert parallel.threads() == 1


@pytest.mark.parametrize("shared", [True, False])
def test_infinity_is_a_result_and_no_warning_in_any_thread(monkeypatch, shared):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    large = np.full(4, 1e30, np.float32)
    assert np.isinf(parallel.in_parts(lambda part: large[part] * large[part], 4, shared)).all()


def test_initialization_is_uniform_within_torchs_bound():
    layer = Conv2d(40, 60, 3, groups=2, rng=0)
    torch.manual_seed(0)
    theirs = torch.nn.Conv2d(40, 60, 3, groups=2)
    for ours, other in ((layer.weight.data, theirs.weight), (layer.bias.data, theirs.bias)):
        other = other.detach().numpy()
        assert (ours.shape, ours.dtype) == (other.shape, other.dtype)
        assert np.abs(ours).max() <= 1 / np.sqrt(20 * 9)
        assert np.abs(ours).max() == pytest.approx(np.abs(other).max(), rel=0.1)
    assert layer.weight.data.std() == pytest.approx(theirs.weight.detach().numpy().std(), rel=0.05)
    assert np.array_equal(Conv2d(2, 2, 3, rng=7).weight.data, Conv2d(2, 2, 3, rng=7).weight.data)


def test_input_is_cast_to_the_dtype_of_the_layer():
    layer = Conv2d(1, 1, 2, rng=0)
    x = Tensor(np.ones((1, 3, 3)), requires_grad=True)
    y = layer(x)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float64
    assert layer(np.ones((1, 3, 3), int)).dtype == np.float32


def test_the_view_of_another_array_is_as_good_as_its_copy():
    layer, whole = Conv2d(2, 3, 3, dtype=np.float64, rng=0), numbers((5, 6, 7, 2))
    view = Tensor(whole).transpose(0, 3, 2, 1)
    np.testing.assert_allclose(layer(view).data, layer(view.data.copy()).data, **EXACT[np.float64])


def test_only_what_requires_a_gradient_gets_one():
    layer = Conv2d(1, 2, 3, rng=0)
    layer.weight.requires_grad = False
    layer(np.ones((1, 1, 4, 4))).sum().backward()
    assert layer.weight.grad is None
    assert layer.bias.grad.tolist() == [4.0, 4.0]


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (3, 8, 8), (8, 8), (1, 2, 2, 8, 8)])
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(shape):
    expected = (
        r"Conv2d\(2, 4, kernel_size=\(3, 3\), .*\) expects \(batch, 2, height, width\) or \(2, height, width\), got"
    )
    with pytest.raises(ValueError, match=expected) as error:
        Conv2d(2, 4, 3, rng=0)(np.ones(shape))
    assert str(error.value).endswith(str(shape))


def test_an_image_without_room_for_a_window():
    with pytest.raises(ValueError, match=r"expects images of at least 3 x 1 pixels, got \(1, 2, 5\)"):
        Conv2d(1, 1, 3, padding=(1, 2), dilation=(2, 1))(np.ones((1, 2, 5)))
    assert Conv2d(1, 1, 3, padding=(1, 2), dilation=(2, 1))(np.ones((1, 3, 1))).shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"in_channels": 0}, ValueError, "in_channels expects a whole number of at least 1, got 0"),
        ({"out_channels": 2.5}, TypeError, "out_channels expects a whole number, got float"),
        ({"kernel_size": (3, 3, 3)}, ValueError, r"kernel_size expects one whole number or two, got \(3, 3, 3\)"),
        ({"kernel_size": 0}, ValueError, "kernel_size expects a whole number of at least 1"),
        ({"stride": (1, 0)}, ValueError, "stride expects a whole number of at least 1, got 0"),
        ({"padding": -1}, ValueError, "padding expects a whole number of at least 0, got -1"),
        ({"padding": "full"}, ValueError, "'same' or 'valid', got 'full'"),
        ({"padding": "same", "stride": 2}, ValueError, "stride 1 with padding 'same', got 2"),
        ({"dilation": 0}, ValueError, "dilation expects"),
        ({"groups": 3}, ValueError, "3 groups divide evenly, got 4 in_channels and 6 out_channels"),
        ({"dtype": int}, TypeError, "dtype expects a floating-point dtype, got int64"),
        ({"rng": "seed"}, TypeError, "rng expects a whole number"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        Conv2d(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3, **arguments})


def test_a_padding_that_is_lacking_here_is_not_left_out():
    with pytest.raises(ValueError, match="from_torch expects Conv2d with padding_mode='zeros', got 'reflect'"):
        from_torch(torch.nn.Conv2d(1, 1, 3, padding_mode="reflect"))
