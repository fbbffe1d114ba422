"""Automatic differentiation: `Value` for one number, `Tensor` for arrays, `draw` for the graph behind either."""

from gyeop.autograd.scalar import Value

__all__ = ["Value"]
