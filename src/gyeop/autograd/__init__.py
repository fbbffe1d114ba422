"""Automatic differentiation: `Value` for one number, `Tensor` for arrays, `draw` for the graph behind either."""

from gyeop.autograd.draw import draw
from gyeop.autograd.graph import no_grad
from gyeop.autograd.joining import concatenate, maximum, minimum, stack, where
from gyeop.autograd.products import linear
from gyeop.autograd.scalar import Value
from gyeop.autograd.shapes import pad
from gyeop.autograd.tensor import Tensor

__all__ = [
    "Tensor",
    "Value",
    "concatenate",
    "draw",
    "linear",
    "maximum",
    "minimum",
    "no_grad",
    "pad",
    "stack",
    "where",
]
