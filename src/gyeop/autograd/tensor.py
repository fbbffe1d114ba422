"""An array that remembers how it was computed.

The operations stand in the files beside this one - arithmetic, products, elementwise, reductions, shapes and, of
several tensors, joining - each value beside its derivatives; the walk back through them in graph. Here is what they
work on.
"""

from numbers import Real

import numpy as np

from gyeop._checks import as_array, flag, float_type
from gyeop.autograd import arithmetic, elementwise, products, reductions, shapes
from gyeop.autograd.graph import operation, quiet, walk_back
from gyeop.autograd.reals import real


class Tensor:
    """An array in a computational graph, with torch's meaning and NumPy's broadcasting.

    `Tensor(array, requires_grad=False, name="")` copies `array`; float32 and float64 are kept, integers become float64.
    `data` is the array, `grad` None until backward() and then an array of the same shape and dtype, `op` the operation
    that made it ("" for a leaf) and `name` a label for drawings. Where torch keeps gradients of leaves alone, every
    tensor on the way has its `grad` here, as Value does.

    Operations: `+ - * / ** @` with tensors, arrays and numbers, broadcast as in NumPy; exp, log, sqrt, abs, tanh, relu,
    sigmoid, clip; sum, mean, var, max, min, softmax, log_softmax; reshape, transpose, swapaxes, squeeze, unsqueeze,
    broadcast_to, flip, pad, and any index that NumPy takes. Comparisons give arrays of bools. Functions of several
    tensors stand in gyeop.autograd: where, maximum, minimum, concatenate, stack, linear. Shapes that do not fit are a
    ValueError; what overflows is infinite and what has no real value NaN, without a warning, as in torch.

    The array of a result is read-only, and that of a leaf is so while a graph that needs it is alive: until backward()
    has gone through it or the last result is dropped. A change through another array in the same memory, such as a view
    that was taken before, is noticed by backward(), a RuntimeError. Assigning a new array to `data` is always possible.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> w = Tensor([0.5, -1.0], requires_grad=True)
    >>> loss = ((x @ w) ** 2).mean()
    >>> loss.backward()
    >>> loss.item(), w.grad
    (4.25, array([ -9., -13.]))
    """

    __slots__ = ("__weakref__", "data", "edges", "freed", "grad", "guard", "name", "op", "requires_grad")
    edges: tuple
    __array_ufunc__ = None  # so that array + tensor comes to Tensor.__radd__

    def __init__(self, data, requires_grad=False, name=""):
        self.data = _float_array(data).view()  # of an array that nobody else has: so the guard can count other views
        self.grad, self.requires_grad = None, flag(requires_grad, "Tensor's requires_grad")
        self.name, self.op, self.edges = name, "", ()
        self.guard, self.freed = None, False

    def backward(self, retain_graph=False):
        """Add d self / d t to `t.grad` for every tensor t with requires_grad that self was computed from.

        `self` has one element; ValueError otherwise. The graph is freed on the way, and a second call is then a
        RuntimeError; with `retain_graph=True` it stays, and a second call adds the same amounts once more.
        """
        if self.size != 1:
            raise ValueError(f"backward expects a scalar, got shape {self.shape}: take its sum() or mean() first")
        if not self.requires_grad:
            raise RuntimeError("backward expects a result of tensors with requires_grad=True, got one of none")
        walk_back(self, flag(retain_graph, "backward's retain_graph"))

    def free(self):
        """Forget how this tensor was computed, and let go of the arrays that its derivatives needed."""
        self.edges, self.freed = (), True
        if self.guard is not None:
            self.guard.release()

    def detach(self):
        """The same array as a leaf that requires no gradient."""
        return _wrap(self.data)

    @quiet
    def astype(self, dtype):
        """The tensor in another floating dtype; itself if it has that already. The gradient comes back in its own."""
        dtype = float_type(dtype, "astype")
        if self.dtype == dtype:
            return self
        return operation(f"to {dtype}", self.data.astype(dtype), (self, lambda g: g))

    __add__, __sub__, __mul__, __truediv__ = arithmetic.add, arithmetic.subtract, arithmetic.multiply, arithmetic.divide
    __pow__, __neg__, __matmul__, __abs__ = arithmetic.power, arithmetic.negative, products.matmul, elementwise.abs
    __lt__, __le__, __gt__, __ge__ = (
        arithmetic.less,
        arithmetic.less_equal,
        arithmetic.greater,
        arithmetic.greater_equal,
    )
    __eq__, __ne__, __hash__ = arithmetic.equal, arithmetic.not_equal, object.__hash__
    exp, log, sqrt, abs = elementwise.exp, elementwise.log, elementwise.sqrt, elementwise.abs
    tanh, relu, sigmoid, clip = elementwise.tanh, elementwise.relu, elementwise.sigmoid, elementwise.clip
    sum, mean, var = reductions.sum, reductions.mean, reductions.var
    max, min, softmax, log_softmax = reductions.max, reductions.min, reductions.softmax, reductions.log_softmax
    reshape, transpose, swapaxes, flip = shapes.reshape, shapes.transpose, shapes.swapaxes, shapes.flip
    squeeze, unsqueeze, broadcast_to = shapes.squeeze, shapes.unsqueeze, shapes.broadcast_to
    pad, __getitem__ = shapes.pad, shapes.pick

    T = property(transpose)
    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def item(self):
        """The one element as a Python float."""
        if self.size != 1:
            raise ValueError(f"item expects a tensor of one element, got shape {self.shape}")
        return self.data.item()

    def __len__(self):
        return len(self.data)

    def __bool__(self):
        return bool(self.data)

    def __float__(self):
        return float(self.data)

    def __array__(self, dtype=None, copy=None):
        raise TypeError("a Tensor is not an array, and NumPy would lose its graph: take its .data")

    def __radd__(self, other):
        return self.operand(other) + self

    def __rsub__(self, other):
        return self.operand(other) - self

    def __rmul__(self, other):
        return self.operand(other) * self

    def __rtruediv__(self, other):
        return self.operand(other) / self

    def __rpow__(self, other):
        return self.operand(other) ** self

    def __rmatmul__(self, other):
        return self.operand(other) @ self

    def operand(self, other):
        """What stands beside this tensor, as a tensor; what is not floating takes this tensor's dtype."""
        if isinstance(other, Tensor):
            return other
        if not self.combines_with(other):
            got = f"an array of dtype {other.dtype}" if isinstance(other, np.ndarray) else type(other).__name__
            raise TypeError(f"a Tensor combines with tensors, arrays and numbers, got {got}")
        if isinstance(other, int):
            other = real(other)  # infinite beyond the floats
        keeps_its_dtype = isinstance(other, np.ndarray) and other.dtype.kind == "f"
        return self.constant(np.array(other, dtype=other.dtype if keeps_its_dtype else self.dtype))

    @staticmethod
    def combines_with(other):
        """Whether an operator takes `other`: a tensor, a real number or an array of them."""
        if isinstance(other, (np.ndarray, np.generic)):
            return other.dtype.kind in "biuf"
        return isinstance(other, (float, int, Tensor, Real))

    @staticmethod
    def constant(array):
        """This very array, read-only from now on, as a leaf that requires no gradient."""
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            got = f"an array of dtype {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"Tensor.constant expects a floating-point array, got {got}")
        array.setflags(write=False)
        return _wrap(array)

    def __repr__(self):
        dtype = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        grad = ", requires_grad=True" if self.requires_grad else ""
        return f"Tensor({np.array2string(self.data, separator=', ', prefix='Tensor(')}{dtype}{grad})"


def as_tensor(x, dtype):
    """A Tensor or an array as a Tensor of this dtype: what a layer does first with its input."""
    return (x if isinstance(x, Tensor) else Tensor(x)).astype(dtype)


def _wrap(array):
    tensor = _new(Tensor)  # __init__, with its checks and its copy, is passed by
    tensor.data, tensor.grad, tensor.requires_grad = array, None, False
    tensor.name, tensor.op, tensor.edges = "", "", ()
    tensor.guard, tensor.freed = None, False
    return tensor


_new = object.__new__


def _float_array(data):
    if isinstance(data, Tensor):
        raise TypeError("Tensor expects an array, got a Tensor: take its detach()")
    array = np.array(as_array(data, "Tensor"))
    if array.dtype.kind not in "biuf":
        raise TypeError(f"Tensor expects real numbers, got dtype {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)
