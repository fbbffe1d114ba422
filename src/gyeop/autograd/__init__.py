"""Automatic differentiation: `Value` for one number, `Tensor` for arrays, `draw` for the graph behind either."""

from gyeop.autograd.draw import draw
from gyeop.autograd.graph import no_grad
from gyeop.autograd.scalar import Value
from gyeop.autograd.tensor import Tensor

__all__ = ["Tensor", "Value", "draw", "no_grad"]
