"""Matrix products. Source of the derivatives: Giles 2008, An extended collection of matrix derivative results for
forward and reverse mode algorithmic differentiation.
"""

from math import prod

from gyeop.autograd.graph import operation, quiet


@quiet
def matmul(x, other):
    """(..., n, k) @ (..., k, m) -> (..., n, m), as np.matmul; a vector on either side counts as a row or a column."""
    other = x.operand(other)
    if not x.ndim or not other.ndim or x.shape[-1] != other.shape[-2 if other.ndim > 1 else 0]:
        raise ValueError(f"@ expects (..., n, k) and (..., k, m), got {x.shape} and {other.shape}")
    if other.ndim == 2:  # one matrix for all of a batch
        a, b, shape = _rows(x.data), other.data, x.shape
        value = (a @ b).reshape(*shape[:-1], b.shape[1])
        return operation("@", value, (x, lambda g: (_rows(g) @ b.T).reshape(shape)), (other, lambda g: a.T @ _rows(g)))
    a = x.data if x.ndim > 1 else x.data[None, :]
    b = other.data if other.ndim > 1 else other.data[:, None]

    def full(g):  # with the axes that a vector lacks
        g = g if other.ndim > 1 else g[..., None]
        return g if x.ndim > 1 else g[..., None, :]

    def by_left(g):
        g = full(g) @ b.swapaxes(-1, -2)
        return g if x.ndim > 1 else g[..., 0, :]

    def by_right(g):
        g = a.swapaxes(-1, -2) @ full(g)
        return g if other.ndim > 1 else g[..., 0]

    return operation("@", x.data @ other.data, (x, by_left), (other, by_right))


@quiet
def linear(x, weight, bias=None):
    """x W^T + b, from (..., in) to (..., out): a dense layer as one operation. torch.nn.functional.linear.

    `weight` is (out, in) and `bias` (out,), all three tensors. Shapes that do not fit are a ValueError.

    >>> from gyeop.autograd import Tensor
    >>> x, W, b = Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]], requires_grad=True), Tensor([5.0], requires_grad=True)
    >>> y = linear(x, W, b)
    >>> y.sum().backward()
    >>> y.data, W.grad, b.grad
    (array([[16.]]), array([[1., 2.]]), array([1.]))
    """
    fits = weight.ndim == 2 and x.ndim and x.shape[-1] == weight.shape[1]
    if not fits or (bias is not None and bias.shape != weight.shape[:1]):
        got = f"{x.shape}, {weight.shape} and {None if bias is None else bias.shape}"
        raise ValueError(f"linear expects x (..., in), weight (out, in) and bias (out,) or None, got {got}")
    a, W, shape = _rows(x.data), weight.data, x.shape
    z = a @ W.T
    edges = [(x, lambda g: (_rows(g) @ W).reshape(shape)), (weight, lambda g: _rows(g).T @ a)]
    if bias is not None:
        z = z + bias.data
        edges.append((bias, lambda g: g))
    return operation("linear", z.reshape(*shape[:-1], len(W)), *edges)


def _rows(a):
    """All but the last axis as one: one product of matrices is faster than one for each in a batch."""
    return a if a.ndim == 2 else a.reshape(prod(a.shape[:-1]), a.shape[-1])
