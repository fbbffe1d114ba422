"""An array that remembers how it was computed.

Each operation states its value and, beside each tensor that it was computed from, the vector-Jacobian product by it:
the function that takes the gradient of the result to the gradient of that input (Griewank and Walther, Evaluating
Derivatives, 2008; for matrices Giles 2008, An extended collection of matrix derivative results). Broadcasting is undone
in one place, gyeop.autograd.graph, so an operation states its derivative as if it did not exist.
"""

from numbers import Real

import numpy as np

from gyeop.autograd.graph import Guard, is_recording, walk_back


class Tensor:
    """An array in a computational graph, with torch's meaning and NumPy's broadcasting.

    `Tensor(array, requires_grad=False, name="")` copies `array`; float32 and float64 are kept, integers become float64.
    `data` is the array, `grad` None until backward() and then an array of the same shape and dtype, `op` the operation
    that made it ("" for a leaf) and `name` a label for drawings. Where torch keeps gradients of leaves alone, every
    tensor on the way has its `grad` here, as Value does.

    The array of a result is read-only, and that of a leaf is so while a graph that needs it is alive: until backward()
    has gone through it or the last result is dropped. Assigning a new array to `data` is always possible.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> w = Tensor([0.5, -1.0], requires_grad=True)
    >>> loss = ((x @ w) ** 2).mean()
    >>> loss.backward()
    >>> loss.item(), w.grad
    (4.25, array([ -9., -13.]))
    """

    __slots__ = ("__weakref__", "_guard", "data", "edges", "freed", "grad", "name", "op", "requires_grad")
    __array_ufunc__ = None  # so that array + tensor comes to Tensor.__radd__

    def __init__(self, data, requires_grad=False, name=""):
        self._set(_float_array(data), requires_grad, name)

    def _set(self, data, requires_grad=False, name="", op="", edges=()):
        self.data, self.grad, self.requires_grad = data, None, requires_grad
        self.name, self.op, self.edges, self._guard, self.freed = name, op, edges, None, False

    def backward(self, retain_graph=False):
        """Add d self / d t to `t.grad` for every tensor t with requires_grad that self was computed from.

        `self` has one element; ValueError otherwise. The graph is freed on the way, and a second call is then a
        RuntimeError; with `retain_graph=True` it stays, and a second call adds the same amounts once more.
        """
        if self.size != 1:
            raise ValueError(f"backward expects a scalar, got shape {self.shape}: take its sum() or mean() first")
        if not self.requires_grad:
            raise RuntimeError("backward expects a result of tensors with requires_grad=True, got one of none")
        walk_back(self, retain_graph)

    def free(self):
        """Forget how this tensor was computed, and let go of the arrays that its derivatives needed."""
        self.edges, self.freed = (), True
        if self._guard is not None:
            self._guard.release()

    def detach(self):
        """The same array as a leaf that requires no gradient."""
        return _wrap(self.data)

    def astype(self, dtype):
        """The tensor in another floating dtype; itself if it has that already. The gradient comes back in its own."""
        if self.dtype == np.dtype(dtype):
            return self
        return operation(f"to {np.dtype(dtype)}", self.data.astype(dtype), (self, lambda g: g))

    # ------------------------------------------------------------------------------------------ elementwise
    def __add__(self, other):
        other = self._operand(other)
        return operation("+", self.data + other.data, (self, lambda g: g), (other, lambda g: g))

    def __sub__(self, other):
        other = self._operand(other)
        return operation("-", self.data - other.data, (self, lambda g: g), (other, lambda g: -g))

    def __mul__(self, other):
        other = self._operand(other)
        a, b = self.data, other.data
        return operation("*", a * b, (self, lambda g: g * b), (other, lambda g: g * a))

    def __truediv__(self, other):
        other = self._operand(other)
        a, b = self.data, other.data
        return operation("/", a / b, (self, lambda g: g / b), (other, lambda g: -g * a / (b * b)))

    def __pow__(self, other):
        if isinstance(other, Real):
            a, n = self.data, other
            return operation(f"**{n:g}", a**n, (self, lambda g: g * n * a ** (n - 1) if n else 0.0 * g))
        other = self._operand(other)
        a, n = self.data, other.data
        y = a**n
        by_base = lambda g: g * n * np.power(a, np.where(n == 0, 1, n - 1), dtype=y.dtype)  # noqa: E731
        by_exponent = lambda g: g * y * np.log(np.where((a == 0) & (n >= 0), 1, a), dtype=y.dtype)  # noqa: E731
        return operation("**", y, (self, by_base), (other, by_exponent))

    def __neg__(self):
        return operation("neg", -self.data, (self, lambda g: -g))

    def exp(self):
        y = np.exp(self.data)
        return operation("exp", y, (self, lambda g: g * y))

    def log(self):
        a = self.data
        return operation("log", np.log(a), (self, lambda g: g / a))

    def tanh(self):
        y = np.tanh(self.data)
        return operation("tanh", y, (self, lambda g: g * (1 - y * y)))

    def relu(self):
        """max(0, z), elementwise; slope 0 at 0."""
        a = self.data
        return operation("relu", np.maximum(a, 0), (self, lambda g: g * (a > 0)))

    def sigmoid(self):
        e = np.exp(-np.abs(self.data))  # never above 1, so it cannot overflow
        y = np.where(self.data >= 0, 1, e) / (1 + e)
        return operation("sigmoid", y, (self, lambda g: g * e / (1 + e) ** 2))

    # ------------------------------------------------------------------------------------------ matrix product
    def __matmul__(self, other):
        """np.matmul: (..., n, k) @ (..., k, m) -> (..., n, m); a vector on either side counts as a row or a column."""
        other = self._operand(other)
        if not self.ndim or not other.ndim or self.shape[-1] != other.shape[-2 if other.ndim > 1 else 0]:
            raise ValueError(f"@ expects (..., n, k) and (..., k, m), got {self.shape} and {other.shape}")
        a = self.data if self.ndim > 1 else self.data[None, :]
        b = other.data if other.ndim > 1 else other.data[:, None]

        def full(g):  # with the axes that a vector lacks
            g = g if other.ndim > 1 else g[..., None]
            return g if self.ndim > 1 else g[..., None, :]

        def by_left(g):
            g = full(g) @ b.swapaxes(-1, -2)
            return g if self.ndim > 1 else g[..., 0, :]

        def by_right(g):
            g = full(g)
            if b.ndim == 2:  # one matrix for the whole batch: one product instead of a sum of many
                rows = list(range(a.ndim - 1))
                g = np.tensordot(a, g, (rows, rows))
            else:
                g = a.swapaxes(-1, -2) @ g
            return g if other.ndim > 1 else g[..., 0]

        return operation("@", self.data @ other.data, (self, by_left), (other, by_right))

    # ------------------------------------------------------------------------------------------ reductions
    def sum(self, axis=None, keepdims=False):
        shape = self.shape
        back = lambda g: np.broadcast_to(_expand(g, axis, keepdims), shape)  # noqa: E731
        return operation("sum", self.data.sum(axis=axis, keepdims=keepdims), (self, back))

    def mean(self, axis=None, keepdims=False):
        value = self.data.mean(axis=axis, keepdims=keepdims)
        shape, count = self.shape, self.size // max(value.size, 1)
        back = lambda g: np.broadcast_to(_expand(g / count, axis, keepdims), shape)  # noqa: E731
        return operation("mean", value, (self, back))

    def max(self, axis=None, keepdims=False):
        """The largest, over all, one axis or several.

        Of equals, along one axis the first takes the whole gradient; over all or several axes they share it evenly.
        So it is in torch: max with a dim; max without, and amax.
        """
        a = self.data
        value = a.max(axis=axis, keepdims=keepdims)

        def back(g):
            g, top = _expand(g, axis, keepdims), _expand(value, axis, keepdims)
            if isinstance(axis, int | np.integer):
                first = np.zeros_like(a)
                np.put_along_axis(first, a.argmax(axis=axis, keepdims=True), 1, axis)
                return g * first
            ties = (a == top) | (np.isnan(a) & np.isnan(top))
            return g * (ties / ties.sum(axis=axis, keepdims=True))

        return operation("max", value, (self, back))

    # ------------------------------------------------------------------------------------------ shape
    def reshape(self, *shape):
        """The same elements in another shape, given as numbers or as one tuple; -1 stands for what is left."""
        shape = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        before = self.shape
        return operation("reshape", self.data.reshape(shape), (self, lambda g: g.reshape(before)))

    def transpose(self, *axes):
        """No axes: reversed. Two: swapped, as torch's transpose. All of three or more: that order, torch's permute."""
        if len(axes) == 2:
            return operation("transpose", self.data.swapaxes(*axes), (self, lambda g: g.swapaxes(*axes)))
        order = axes or tuple(reversed(range(self.ndim)))
        inverse = np.argsort([axis % max(self.ndim, 1) for axis in order])
        return operation("transpose", self.data.transpose(order), (self, lambda g: g.transpose(inverse)))

    def __getitem__(self, index):
        """NumPy's indexing. An element picked twice gets both gradients."""
        a, index = self.data, _frozen(index)
        basic = all(i is None or i is Ellipsis or isinstance(i, int | np.integer | slice) for i in _tuple(index))

        def back(g):
            gradient = np.zeros_like(a)
            if basic:
                gradient[index] = g
            else:
                np.add.at(gradient, index, g)
            return gradient

        return operation("[]", a[index], (self, back))

    # ------------------------------------------------------------------------------------------ around the array
    T = property(transpose)
    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    size = property(lambda self: self.data.size)
    dtype = property(lambda self: self.data.dtype)

    def item(self):
        """The one element as a Python float."""
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
        return self._operand(other) + self

    def __rsub__(self, other):
        return self._operand(other) - self

    def __rmul__(self, other):
        return self._operand(other) * self

    def __rtruediv__(self, other):
        return self._operand(other) / self

    def __rpow__(self, other):
        return self._operand(other) ** self

    def __rmatmul__(self, other):
        return self._operand(other) @ self

    def _operand(self, other):
        """A number or an array beside this tensor; whatever is not floating takes this tensor's dtype."""
        if isinstance(other, Tensor):
            return other
        if isinstance(other, Real):
            return _wrap(np.array(other, dtype=self.dtype), read_only=True)
        if isinstance(other, np.ndarray) and other.dtype.kind in "biuf":
            dtype = other.dtype if other.dtype.kind == "f" else self.dtype
            return _wrap(np.array(other, dtype=dtype), read_only=True)
        raise TypeError(f"a Tensor combines with tensors, arrays and numbers, got {type(other).__name__}")

    def __repr__(self):
        dtype = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        grad = ", requires_grad=True" if self.requires_grad else ""
        return f"Tensor({np.array2string(self.data, separator=', ', prefix='Tensor(')}{dtype}{grad})"


def operation(op, value, *edges):
    """The result `value` of an operation named `op` as a Tensor: how every operation, and every layer, is recorded.

    An edge is (input tensor, vjp), where vjp takes the gradient of the result to the gradient of that input, and may
    leave it broadcast. A vjp is called only where the input requires a gradient.
    """
    result = _wrap(np.asarray(value), read_only=True)
    if is_recording() and any(source.requires_grad for source, _ in edges):
        result.requires_grad, result.op, result.edges = True, op, edges
        leaves = [source.data for source, _ in edges if not source.edges]
        if leaves:
            result._guard = Guard(leaves)
    return result


def as_tensor(x, dtype):
    """A Tensor or an array as a Tensor of this dtype: what a layer does first with its input."""
    return (x if isinstance(x, Tensor) else Tensor(x)).astype(dtype)


def _wrap(array, read_only=False):
    tensor = Tensor.__new__(Tensor)
    tensor._set(array)
    if read_only:
        array.flags.writeable = False
    return tensor


def _float_array(data):
    if isinstance(data, Tensor):
        raise TypeError("Tensor expects an array, got a Tensor: take its detach()")
    array = np.array(data)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"Tensor expects real numbers, got dtype {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _expand(g, axis, keepdims):
    return g if axis is None or keepdims else np.expand_dims(g, axis)


def _tuple(index):
    return index if isinstance(index, tuple) else (index,)


def _frozen(index):
    """The index with its arrays and lists copied, so that nobody changes them before the backward pass."""
    if isinstance(index, tuple):
        return tuple(_frozen(i) for i in index)
    return np.array(index) if isinstance(index, np.ndarray | list) else index
