"""What stands behind every Tensor: recording an operation, the walk back, and the guard on arrays.

The walk is reverse-mode automatic differentiation (Griewank and Walther, Evaluating Derivatives, 2008, chapter 3): a
tensor hands its gradient on once everything that used it has handed in its share. It keeps a list of its own instead
of recursing, so a graph may be any number of operations deep.
"""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

_recording = ContextVar("recording", default=True)

quiet = np.errstate(all="ignore")  # as in torch an overflow is infinite and log(-1) is NaN, without a warning


@contextmanager
def no_grad():
    """Record nothing inside: for evaluation and for updates. A context manager and a decorator, as in torch.

    >>> from gyeop.autograd import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = (w * 3.0).sum()
    >>> y.requires_grad
    False
    """
    before = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(before)


def operation(op, value, *edges):
    """The result `value` of an operation named `op` as a Tensor: how every operation, and every layer, is recorded.

    An edge is (input tensor, vjp), where vjp takes the gradient of the result to the gradient of that input, and may
    leave it broadcast. A vjp is called only where the input requires a gradient.
    """
    result = edges[0][0].constant(np.asarray(value))
    if _recording.get() and any(source.requires_grad for source, _ in edges):
        result.requires_grad, result.op, result.edges = True, op, edges
        leaves = [source.data for source, _ in edges if not source.edges]
        if leaves:
            result._guard = Guard(leaves)
    return result


class Guard:
    """Keeps arrays read-only for as long as a graph needs them: until backward frees it, or it is dropped.

    Changing `w.data` in place between the forward and the backward pass would make the gradient silently wrong. With
    the guard NumPy refuses the change itself ("assignment destination is read-only"). Several graphs may hold one
    array, so holders are counted. A view taken from the array before it was held is out of the guard's reach.
    """

    __slots__ = ("arrays",)
    holders: dict[int, int] = {}  # id of a held array -> number of guards on it

    def __init__(self, arrays):
        self.arrays = [a for a in arrays if a.flags.writeable or id(a) in Guard.holders]
        for a in self.arrays:
            Guard.holders[id(a)] = Guard.holders.get(id(a), 0) + 1
            a.flags.writeable = False

    def release(self):
        for a in self.arrays:
            Guard.holders[id(a)] -= 1
            if not Guard.holders[id(a)]:
                del Guard.holders[id(a)]
                a.flags.writeable = True
        self.arrays = []

    __del__ = release


def unbroadcast(gradient, shape):
    """Sum `gradient` over the axes along which an array of `shape` was broadcast: each copy has handed in its share.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    if gradient.shape == shape:
        return gradient
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and gradient.shape[i] != 1)
    return np.asarray(gradient.sum(axis=stretched, keepdims=True))


@quiet
def walk_back(result, retain_graph):
    """Add d result / d t to `t.grad` for every tensor t below `result` that requires a gradient."""
    uses = _count_uses(result)
    gradients, ready = {result: np.ones_like(result.data)}, [result]
    while ready:
        tensor = ready.pop()
        upstream = gradients.pop(tensor)
        _add_gradient(tensor, upstream)
        for source, vjp in tensor.edges:
            if not source.requires_grad:
                continue
            share = unbroadcast(np.asarray(vjp(upstream)), source.shape).astype(source.dtype, copy=False)
            gradients[source] = np.asarray(gradients[source] + share) if source in gradients else share
            uses[source] -= 1
            if not uses[source]:
                del uses[source]
                ready.append(source)
        if tensor.edges and not retain_graph:
            tensor.free()


def _count_uses(result):
    """How often each tensor below `result` is an input of another one there. Refuses a graph that has been freed."""
    uses: dict = {}
    stack = [result]
    while stack:
        tensor = stack.pop()
        if tensor.freed:
            raise RuntimeError(
                "backward a second time through a graph that the first time has freed: "
                "compute it anew, or call backward(retain_graph=True) the first time"
            )
        for source, _ in tensor.edges:
            if source in uses:
                uses[source] += 1
            elif source.requires_grad:
                uses[source] = 1
                stack.append(source)
    return uses


def _add_gradient(tensor, gradient):
    if tensor.grad is not None:
        tensor.grad = np.asarray(tensor.grad + gradient)
    else:  # a leaf's is the caller's to change in place, so it may not be an array that another tensor shares
        tensor.grad = gradient if tensor.edges else gradient.copy()
