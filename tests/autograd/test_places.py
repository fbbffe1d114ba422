"""Operations that move elements about, of any shape: where each element goes, its gradient comes from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gyeop.autograd import Tensor, concatenate, stack

from .operations import numbers


def any_index(data, shape):
    kinds = [
        hnp.basic_indices(shape, allow_newaxis=True),
        hnp.integer_array_indices(shape),
        hnp.arrays(bool, shape),
        st.integers(-shape[0], shape[0] - 1),
        st.lists(st.integers(-shape[0], shape[0] - 1)),
    ]
    index = data.draw(st.one_of(*kinds))
    return lambda a: a[np.array(index, int) if isinstance(index, list) and not isinstance(a, Tensor) else index]


def any_permutation(data, shape):
    axes = data.draw(st.permutations(range(len(shape))))
    return lambda a: a.swapaxes(*axes) if len(axes) == 2 else a.transpose(*axes)


def any_pair_of_axes(data, shape):
    axes = [data.draw(st.integers(-len(shape), len(shape) - 1)) for _ in range(2)]
    return lambda a: a.swapaxes(*axes)


def any_flip(data, shape):
    axes = data.draw(st.one_of(st.none(), hnp.valid_tuple_axes(len(shape))))
    return lambda a: a.flip(axes) if isinstance(a, Tensor) else np.flip(a, axes)


def any_padding(data, shape):
    width = data.draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=len(shape), max_size=len(shape))
    )
    return lambda a: a.pad(width, 0.5) if isinstance(a, Tensor) else np.pad(a, width, constant_values=-1)


def any_broadcast(data, shape):
    front = data.draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=3, min_side=0))
    wide = (*front, *(n if n != 1 else data.draw(st.integers(0, 3)) for n in shape))
    return lambda a: a.broadcast_to(wide) if isinstance(a, Tensor) else np.broadcast_to(a, wide)


def any_concatenation(data, shape):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    parts = [slice(data.draw(st.integers(0, 2)), None) for _ in range(data.draw(st.integers(1, 3)))]
    index = [(slice(None),) * (axis % len(shape)) + (part,) for part in parts]
    return lambda a: (concatenate if isinstance(a, Tensor) else np.concatenate)([a[i] for i in index], axis=axis)


def any_stack(data, shape):
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    copies = data.draw(st.integers(1, 3))
    return lambda a: (stack if isinstance(a, Tensor) else np.stack)([a] * copies, axis=axis)


@pytest.mark.parametrize(
    ("move", "examples"),
    [(any_index, 100)]
    + [(f, 20) for f in (any_permutation, any_pair_of_axes, any_flip, any_padding, any_broadcast)]
    + [(f, 20) for f in (any_concatenation, any_stack)],
)
def test_each_element_gets_the_gradients_of_all_its_places(move, examples):
    """Moving the numbers of the elements shows where each element goes."""

    @settings(max_examples=examples, deadline=None, derandomize=True)
    @given(data=st.data())
    def check(data):
        shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4))
        f = move(data, shape)
        x = Tensor(numbers(shape), requires_grad=True)
        places, y = f(np.arange(x.size).reshape(shape)), f(x)
        assert np.array_equal(y.data, np.where(places >= 0, x.data.ravel()[places], 0.5))
        weights = np.cos(np.arange(y.size)).reshape(y.shape)
        (y * weights).sum().backward()
        inside = places >= 0
        expected = np.bincount(places[inside], weights[inside], x.size).reshape(shape)
        np.testing.assert_allclose(x.grad, expected, rtol=1e-12, atol=1e-14)

    check()
