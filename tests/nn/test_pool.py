"""MaxPool2d and AvgPool2d: torch's outputs and gradients for any configuration, and what they refuse."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gyeop.autograd import Tensor
from gyeop.bridge import from_torch
from gyeop.nn import AvgPool2d, MaxPool2d

from .twins import assert_equals_differences, assert_equals_torch, numbers


def two(least, most):
    number = st.integers(least, most)
    return st.one_of(number, st.tuples(number, number))


@st.composite
def pools(draw):
    kernel, stride = draw(two(1, 3)), draw(st.none() | two(1, 4))
    largest = min(kernel if isinstance(kernel, tuple) else (kernel,)) // 2
    padding, ceil_mode = draw(two(0, largest)), draw(st.booleans())
    if draw(st.booleans()):
        return MaxPool2d(kernel, stride, padding, draw(two(1, 2)), ceil_mode=ceil_mode)
    return AvgPool2d(kernel, stride, padding, ceil_mode, draw(st.booleans()), draw(st.none() | st.integers(1, 5)))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    layer=pools(),
    batch=st.integers(0, 3) | st.none(),
    image=st.tuples(st.integers(1, 3), st.integers(5, 9), st.integers(5, 9)),
    few=st.booleans(),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_any_configuration_equals_torch(layer, batch, image, few, dtype):
    array = numbers(image if batch is None else (batch, *image), dtype)
    if few:  # few different values: many ties
        array = np.round(array)
    assert_equals_torch(layer, array)


def test_of_equals_the_first_takes_the_gradient():
    x = Tensor(np.zeros((1, 4, 4)), requires_grad=True)
    MaxPool2d(3, 1)(x).sum().backward()
    assert x.grad[0].tolist() == [[1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], [0.0] * 4, [0.0] * 4]


def test_what_is_padded_is_never_the_largest():
    assert MaxPool2d(2, padding=1)(np.full((1, 2, 2), -5.0)).data.tolist() == [[[-5.0, -5.0], [-5.0, -5.0]]]


def test_no_number_and_infinity_come_through_as_in_torch():
    array = np.array([[[1.0, np.nan, 2.0, 3.0], [4.0, 5.0, -np.inf, np.inf]]])
    for ours, theirs in ((MaxPool2d(2), torch.nn.MaxPool2d(2)), (AvgPool2d(2), torch.nn.AvgPool2d(2))):
        x, expected = Tensor(array, requires_grad=True), theirs(torch.tensor(array)).numpy()
        with np.errstate(invalid="ignore"):  # the mean of both infinities is no number
            y = ours(x)
        assert np.array_equal(y.data, expected, equal_nan=True)


@pytest.mark.parametrize("layer", [MaxPool2d((2, 3), (1, 2), 1), AvgPool2d((2, 3), (1, 2), 1, count_include_pad=False)])
def test_gradients_equal_differences(layer):
    assert_equals_differences(layer, numbers((2, 2, 4, 5)))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_is_that_of_the_input(dtype):
    for layer in (MaxPool2d(2), AvgPool2d(2)):
        x = Tensor(np.ones((1, 4, 4), dtype), requires_grad=True)
        y = layer(x)
        y.sum().backward()
        assert y.dtype == x.grad.dtype == dtype
        assert layer(np.ones((1, 4, 4), int)).dtype == np.float64


@pytest.mark.parametrize("shape", [(4, 4), (2, 0, 4, 4), (1, 1, 1, 4, 4)])
def test_a_wrong_shape_names_the_layer_what_it_expects_and_what_came(shape):
    for layer in (MaxPool2d(2), AvgPool2d(2)):
        expected = (
            r"Pool2d\(kernel_size=2, .*\) expects \(batch, channels, height, width\) or \(channels, height, width\)"
        )
        with pytest.raises(ValueError, match=expected) as error:
            layer(np.ones(shape))
        assert str(error.value).endswith(str(shape))


def test_an_image_without_room_for_a_window():
    with pytest.raises(ValueError, match=r"MaxPool2d.* expects images of at least 5 x 3 pixels, got \(1, 4, 9\)"):
        MaxPool2d(3, padding=(0, 1), dilation=2)(np.ones((1, 4, 9)))
    with pytest.raises(ValueError, match=r"AvgPool2d.* expects images of at least 3 x 3 pixels, got \(1, 9, 2\)"):
        AvgPool2d(3)(np.ones((1, 9, 2)))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"kernel_size": 0}, ValueError, "kernel_size expects a whole number of at least 1, got 0"),
        ({"kernel_size": 2.0}, TypeError, "kernel_size expects a whole number, got float"),
        ({"stride": 0}, ValueError, "stride expects a whole number of at least 1, got 0"),
        ({"padding": (1, 2)}, ValueError, r"padding of at most half of kernel_size \(2, 2\), got \(1, 2\)"),
        ({"padding": (0, 0, 0)}, ValueError, "padding expects one whole number or two"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    for layer in (MaxPool2d, AvgPool2d):
        with pytest.raises(error, match=f"{layer.__name__}.* {message}|{layer.__name__}'s {message}"):
            layer(**{"kernel_size": 2, **arguments})


def test_arguments_of_one_kind_of_pool_alone():
    with pytest.raises(ValueError, match="MaxPool2d's dilation expects a whole number of at least 1, got 0"):
        MaxPool2d(2, dilation=0)
    with pytest.raises(ValueError, match="AvgPool2d's divisor_override expects a whole number of at least 1, got 0"):
        AvgPool2d(2, divisor_override=0)
    with pytest.raises(ValueError, match="from_torch expects MaxPool2d with return_indices=False, got True"):
        from_torch(torch.nn.MaxPool2d(2, return_indices=True))
