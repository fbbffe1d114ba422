"""Tensor: dtypes, what stands beside it, and what it refuses. Its operations are in test_operations.py."""

import numpy as np
import pytest

from gyeop.autograd import Tensor


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(dtype):
    x, w = Tensor(np.ones((2, 3), dtype), requires_grad=True), Tensor(np.ones((3, 2), dtype), requires_grad=True)
    y = ((2 * x @ w + 1) / 3 - np.array([1, 2])).relu().sigmoid().tanh().exp().log() ** 2
    y = y * (y.data > 0)
    assert y.dtype == dtype
    z = y.mean(axis=0).max() + y[0, 0] + y.T.sum()
    assert z.dtype == dtype
    z.backward()
    assert x.grad.dtype == w.grad.dtype == dtype


def test_mixed_dtypes_meet_in_the_wider_and_gradients_return_in_their_own():
    a, b = Tensor(np.ones(3, np.float32), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    (a * b).sum().backward()
    assert ((a * b).dtype, a.grad.dtype, b.grad.dtype) == (np.float64, np.float32, np.float64)
    c = a.astype(np.float64)
    assert c.astype(np.float64) is c
    a.grad = None
    (c * 2).sum().backward()
    assert a.grad.dtype == np.float32


def test_integers_become_float64_and_the_caller_keeps_the_array():
    array = np.array([1, 2, 3])
    assert Tensor(array).dtype == np.float64
    array = np.array([1.0, 2.0])
    x = Tensor(array, requires_grad=True)
    (x * array).sum().backward()
    array[0] = 9.0
    assert array.flags.writeable
    assert x.data.tolist() == [1.0, 2.0]


def test_arrays_and_numbers_on_either_side():
    x = Tensor([1.0, 2.0], requires_grad=True)
    array = np.array([3.0, 4.0])
    for y in (array * x, x * array, array @ x, x @ array):
        assert isinstance(y, Tensor)
    assert (array - x).data.tolist() == [2.0, 2.0]
    assert (array / x).data.tolist() == [3.0, 2.0]
    assert (array**x).data.tolist() == [3.0, 16.0]
    assert (np.float64(3.0) - x).data.tolist() == [2.0, 1.0]
    assert sum([x, x, x]).data.tolist() == [3.0, 6.0]
    assert [float(v) for v in x] == [1.0, 2.0]
    assert (len(x), x[1].item(), bool(x[0] * 0)) == (2, 2.0, False)


def test_repr():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    x = Tensor(np.eye(2, dtype=np.float32), requires_grad=True)
    assert repr(x) == "Tensor([[1., 0.],\n        [0., 1.]], dtype=float32, requires_grad=True)"


@pytest.mark.parametrize("wrong", ["text", [None], [1j]])
def test_only_real_numbers(wrong):
    with pytest.raises(TypeError, match="Tensor expects real numbers, got dtype"):
        Tensor(wrong)


def test_refusals_say_what_came():
    x = Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="combines with tensors, arrays and numbers, got list"):
        x + [1.0, 2.0]
    with pytest.raises(TypeError, match="take its detach"):
        Tensor(x)
    with pytest.raises(TypeError, match=r"take its \.data"):
        np.asarray(x)
    with pytest.raises(ValueError, match=r"@ expects .* got \(2, 3\) and \(4, 5\)"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((4, 5)))
    with pytest.raises(ValueError, match=r"@ expects .* got \(\) and \(2,\)"):
        Tensor(1.0) @ x
    with pytest.raises(ValueError, match=r"\+ expects shapes that broadcast, got \(2,\) and \(3,\)"):
        x + np.ones(3)
