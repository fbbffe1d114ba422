"""Functions of several tensors. Arrays and numbers may stand among them and take the dtype of the first tensor."""

import numpy as np

from gyeop._checks import as_array, count, listed
from gyeop.autograd.arithmetic import beside
from gyeop.autograd.graph import operation
from gyeop.autograd.tensor import Tensor


def where(condition, x, y):
    """x where `condition`, an array of bools, holds, else y; all three broadcast.

    What is not taken gets no gradient. A condition that is not of bools is a TypeError.

    >>> x = Tensor([-1.0, 2.0], requires_grad=True)
    >>> where(x > 0, x * 3.0, 0.0).sum().backward()
    >>> x.grad
    array([0., 3.])
    """
    condition = np.array(as_array(condition, "where's condition"))
    if condition.dtype != bool:
        raise TypeError(f"where expects an array of bools, got dtype {condition.dtype}")
    x, y = _tensors("where", x, y)
    beside(x, y, "where")
    try:
        np.broadcast_shapes(condition.shape, x.shape, y.shape)
    except ValueError:
        shapes = f"{condition.shape}, {x.shape} and {y.shape}"
        raise ValueError(f"where expects shapes that broadcast, got {shapes}") from None
    return operation(
        "where",
        np.where(condition, x.data, y.data),
        (x, lambda g: np.where(condition, g, 0)),
        (y, lambda g: np.where(condition, 0, g)),
    )


def maximum(x, y):
    """The larger of x and y, elementwise with broadcasting; equals share the gradient evenly, as in torch.

    >>> maximum(Tensor([1.0, 5.0]), 2.0).data
    array([2., 5.])
    """
    x, y = _tensors("maximum", x, y)
    beside(x, y, "maximum")
    a, b = x.data, y.data
    return operation(
        "maximum", np.maximum(a, b), (x, lambda g: _share(g, a < b, a, b)), (y, lambda g: _share(g, b < a, a, b))
    )


def minimum(x, y):
    """The smaller of x and y, elementwise with broadcasting; equals share the gradient evenly, as in torch.

    >>> minimum(Tensor([1.0, 5.0]), 2.0).data
    array([1., 2.])
    """
    x, y = _tensors("minimum", x, y)
    beside(x, y, "minimum")
    a, b = x.data, y.data
    return operation(
        "minimum", np.minimum(a, b), (x, lambda g: _share(g, a > b, a, b)), (y, lambda g: _share(g, b > a, a, b))
    )


def concatenate(tensors, axis=0):
    """Tensors one after the other along an axis that they have; the other axes must agree. torch.cat.

    >>> concatenate([Tensor([[1.0], [2.0]]), Tensor([[3.0], [4.0]])], axis=1).data
    array([[1., 3.],
           [2., 4.]])
    """
    tensors = _tensors("concatenate", *listed(tensors, "concatenate"))
    shapes = [x.shape for x in tensors]
    axis = _axis(axis, "concatenate", tensors[0].ndim, shapes)
    if any((*s[:axis], *s[axis + 1 :]) != (*shapes[0][:axis], *shapes[0][axis + 1 :]) for s in shapes):
        raise ValueError(f"concatenate expects shapes that differ along axis {axis} alone, got {shapes}")
    value = np.concatenate([x.data for x in tensors], axis=axis)
    before = (slice(None),) * (axis % value.ndim)
    ends = np.cumsum([x.shape[axis] for x in tensors]).tolist()
    edges = [(x, _part((*before, slice(end - x.shape[axis], end)))) for x, end in zip(tensors, ends, strict=True)]
    return operation("concatenate", value, *edges)


def stack(tensors, axis=0):
    """Tensors of one shape side by side along a new axis, at `axis` of the result.

    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], axis=1).data
    array([[1., 3.],
           [2., 4.]])
    """
    tensors = _tensors("stack", *listed(tensors, "stack"))
    shapes = [x.shape for x in tensors]
    axis = _axis(axis, "stack", tensors[0].ndim + 1, shapes)
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError(f"stack expects equal shapes, got {shapes}")
    value = np.stack([x.data for x in tensors], axis=axis)
    before = (slice(None),) * (axis % value.ndim)
    return operation("stack", value, *[(x, _part((*before, i))) for i, x in enumerate(tensors)])


def _axis(axis, name, ndim, shapes):
    if not -ndim <= count(axis, f"{name}'s axis", at_least=-np.inf) < ndim:
        raise ValueError(f"{name} expects an axis of the result, got {axis} for tensors of shapes {shapes}")
    return axis % ndim


def _part(index):
    return lambda g: g[index]


def _share(g, other_wins, a, b):
    """The gradient where this one was taken, half of it where both were; a NaN, which beats everything, gets it too."""
    return np.where(other_wins, 0, np.where(a == b, g / 2, g))


def _tensors(name, *inputs):
    first = next((x for x in inputs if isinstance(x, Tensor)), None)
    if first is None:
        raise TypeError(
            f"{name} expects at least one Tensor, got {', '.join(type(x).__name__ for x in inputs) or 'none'}"
        )
    return [first.operand(x) for x in inputs]
