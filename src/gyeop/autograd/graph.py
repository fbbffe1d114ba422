"""What stands behind every Tensor: recording an operation, the walk back, and the guard on arrays.

The walk is reverse-mode automatic differentiation (Griewank and Walther, Evaluating Derivatives, 2008, chapter 3): a
tensor hands its gradient on once everything that used it has handed in its share. It keeps a list of its own instead
of recursing, so a graph may be any number of operations deep.
"""

import sys
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

_recording = ContextVar("recording", default=True)

quiet = np.errstate(all="ignore")  # as in torch, an overflow is infinite and log(-1) is NaN, without a warning


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

    An edge is (input tensor, vjp), where vjp takes the gradient of the result to the gradient of that input: a new
    array, or the one that it got or a view of it, not one that it keeps; it may be left broadcast. A vjp is called only
    where the input requires a gradient. It works on arrays taken in the forward pass: an input's `data` may be another
    array by then.
    """
    result = edges[0][0].constant(value if type(value) is np.ndarray else np.asarray(value))
    if _recording.get():
        for source, _ in edges:
            if source.requires_grad:
                result.requires_grad, result.op, result.edges = True, op, edges
                leaves = [source.data for source, _ in edges if not source.edges and _may_change(source.data)]
                if leaves:
                    result.guard = Guard(leaves, result.data)
                break
    return result


class Guard:
    """Keeps arrays as they are for as long as a graph needs them: until backward frees it, or it is dropped.

    Changing `w.data` in place between the forward and the backward pass would make the gradient silently wrong. So the
    guard makes the array read-only, and NumPy refuses the change itself ("assignment destination is read-only").
    Several graphs may hold one array, so holders are counted. A view that somebody took before stays writable, and so
    may be what a read-only array is itself a view of: where others share the memory, the guard keeps a copy, and
    backward refuses to go on if the array is no longer equal to it.
    """

    __slots__ = ("arrays", "copies")
    holders: dict[int, int] = {}  # id of a held array -> number of guards on it
    exposed: set[int] = set()  # ids of those of which there may be a writable view

    def __init__(self, arrays, result):
        self.arrays, self.copies = [], []
        for a in arrays:
            holders = Guard.holders.get(id(a), 0)
            exposed = id(a) in Guard.exposed if holders else _references(a, result) > _ALONE
            if exposed:
                self.copies.append((a, a.copy()))
            if holders or a.flags.writeable:  # not read-only for good, as the array of a result is
                self.arrays.append(a)
                Guard.holders[id(a)] = holders + 1
                a.setflags(write=False)
                if exposed:
                    Guard.exposed.add(id(a))

    def check(self):
        for a, copy in self.copies:
            if not np.array_equal(a, copy, equal_nan=True):
                raise RuntimeError(
                    f"backward needs an array of shape {a.shape} that was changed in place after the forward pass, "
                    "through another array in the same memory: change it after backward, or compute the result anew"
                )

    def release(self):
        for a in self.arrays:
            Guard.holders[id(a)] -= 1
            if not Guard.holders[id(a)]:
                del Guard.holders[id(a)]
                Guard.exposed.discard(id(a))
                a.setflags(write=True)
        self.arrays, self.copies = [], []

    __del__ = release


def _may_change(array):
    """Whether the array can be written to, now or once other guards let it go, or what it is a view of can be."""
    memory = array.base
    shared = type(memory) is np.ndarray and memory.flags.writeable
    return shared or array.flags.writeable or id(array) in Guard.holders


def _references(array, result):
    """How many hold the memory behind `array`, `result` not counted; too many if that cannot be told.

    The array of a Tensor is itself a view, of an array that nobody else knows, and a view of a view refers to what is
    behind both.
    """
    memory = array.base
    return sys.getrefcount(memory) - (result.base is memory) if type(memory) is np.ndarray else sys.maxsize


_ALONE = _references(np.empty(1).view(), np.empty(1))


def unbroadcast(gradient, shape):
    """Sum `gradient` over the axes along which an array of `shape` was broadcast: each copy has handed in its share.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    if gradient.ndim > len(shape):
        gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and gradient.shape[i] != 1)
    return gradient.sum(axis=stretched, keepdims=True) if stretched else gradient


@quiet
def walk_back(result, retain_graph):
    """Add d result / d t to `t.grad` for every tensor t below `result` that requires a gradient."""
    uses = _count_uses(result)
    gradients, ready = {result: np.ones_like(result.data)}, [result]
    while ready:
        tensor = ready.pop()
        upstream = gradients.pop(tensor)
        tensor.grad = upstream if tensor.grad is None else np.asarray(tensor.grad + upstream)
        for source, vjp in tensor.edges:
            if not source.requires_grad:
                continue
            share = vjp(upstream)
            if type(share) is not np.ndarray or share.shape != source.shape or share.dtype != source.dtype:
                share = np.asarray(unbroadcast(np.asarray(share), source.shape), dtype=source.dtype)
            if source.edges:  # its gradient is only read, so it may be an array that others have too
                gradients[source] = np.asarray(gradients[source] + share) if source in gradients else share
            elif source in gradients:
                gradients[source] += share
            else:  # a leaf's gradient is the caller's to change in place
                gradients[source] = share.copy() if share is upstream or share.base is not None else share
            uses[source] -= 1
            if not uses[source]:
                del uses[source]
                ready.append(source)
        if tensor.edges and not retain_graph:
            tensor.free()


def _count_uses(result):
    """How often each tensor below `result` is an input of another one there. Refuses a graph freed or tampered with."""
    uses: dict = {}
    stack = [result]
    while stack:
        tensor = stack.pop()
        if tensor.freed:
            raise RuntimeError(
                "backward a second time through a graph that the first time has freed: "
                "compute it anew, or call backward(retain_graph=True) the first time"
            )
        if tensor.guard is not None:
            tensor.guard.check()
        for source, _ in tensor.edges:
            if source in uses:
                uses[source] += 1
            elif source.requires_grad:
                uses[source] = 1
                stack.append(source)
    return uses
