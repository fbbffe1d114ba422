"""Activation layers, with torch.nn's names and arguments."""

import numpy as np

from gyeop._checks import count
from gyeop.autograd import Tensor
from gyeop.autograd.graph import operation, quiet
from gyeop.nn.erf import erf
from gyeop.nn.module import Module


class ReLU(Module):
    """max(0, x), elementwise, with slope 0 at 0.

    >>> ReLU()(Tensor([-1.0, 2.0])).data
    array([0., 2.])
    """

    def forward(self, x):
        return _tensor(x).relu()


class Tanh(Module):
    """tanh(x), elementwise.

    >>> Tanh()(Tensor([0.0, 0.5])).data.round(4)
    array([0.    , 0.4621])
    """

    def forward(self, x):
        return _tensor(x).tanh()


class Sigmoid(Module):
    """1 / (1 + exp(-x)), elementwise.

    >>> Sigmoid()(Tensor([0.0, 2.0])).data.round(4)
    array([0.5   , 0.8808])
    """

    def forward(self, x):
        return _tensor(x).sigmoid()


class GELU(Module):
    """x Phi(x), elementwise, Phi the normal distribution function (Hendrycks and Gimpel 2016).

    approximate="none" is exact, Phi(x) = (1 + erf(x / sqrt 2)) / 2; approximate="tanh" is the paper's formula
    0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). Anything else is a ValueError.

    >>> GELU()(Tensor([-1.0, 0.0, 1.0])).data.round(4)
    array([-0.1587,  0.    ,  0.8413])
    """

    def __init__(self, approximate="none"):
        super().__init__()
        if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
            raise ValueError(f"GELU expects approximate to be 'none' or 'tanh', got {approximate!r}")
        self.approximate = approximate

    @quiet
    def forward(self, x):
        x = _tensor(x)
        a = x.data
        if self.approximate == "tanh":
            c = float(np.sqrt(2 / np.pi))
            t = np.tanh(c * (a + 0.044715 * a**3))
            slope = 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * c * (1 + 3 * 0.044715 * a**2)
            return operation("gelu", 0.5 * a * (1 + t), (x, lambda g: g * slope))
        phi = 0.5 * (1 + erf(a * float(np.sqrt(0.5))))
        density = np.exp(-0.5 * a * a) * float(1 / np.sqrt(2 * np.pi))
        return operation("gelu", a * phi, (x, lambda g: g * (phi + a * density)))

    def describe(self):
        return f"approximate={self.approximate!r}"


class Softmax(Module):
    """exp(x_i) / sum_j exp(x_j) along the axis `dim`: positive numbers that add up to 1.

    dim=None is torch's old rule: axis 0 of an input with 0, 1 or 3 axes, else axis 1.

    >>> Softmax(dim=-1)(Tensor([[0.0, 0.0], [1.0, 3.0]])).data.round(4)
    array([[0.5   , 0.5   ],
           [0.1192, 0.8808]])
    """

    def __init__(self, dim=None):
        super().__init__()
        self.dim = None if dim is None else count(dim, "Softmax's dim", at_least=-np.inf)

    @quiet
    def forward(self, x):
        x = _tensor(x)
        dim = self.dim if self.dim is not None else (0 if x.ndim in (0, 1, 3) else 1)
        if not -max(x.ndim, 1) <= dim < max(x.ndim, 1):
            raise ValueError(f"{self} expects an input with axis {dim}, got {x.shape}")
        if not x.ndim:
            return operation("softmax", np.ones_like(x.data), (x, np.zeros_like))
        e = np.exp(
            x.data - x.data.max(axis=dim, keepdims=True, initial=-np.inf)
        )  # the largest exponent is 0: no overflow
        y = e / e.sum(axis=dim, keepdims=True)
        return operation("softmax", y, (x, lambda g: y * (g - (g * y).sum(axis=dim, keepdims=True))))

    def describe(self):
        return f"dim={self.dim}"


def _tensor(x):
    return x if isinstance(x, Tensor) else Tensor(x)
