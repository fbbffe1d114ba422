"""Dropout, with torch.nn.Dropout's argument."""

from gyeop._checks import generator, number
from gyeop.autograd import Tensor
from gyeop.autograd.graph import operation, quiet
from gyeop.nn.module import Module


class Dropout(Module):
    """In training each number becomes 0 with probability p, else x / (1 - p); in evaluation all stay as they are.

    The division keeps the expectation (inverted dropout; Srivastava, Hinton et al. 2014). Each call draws anew from
    `rng`, a seed or a numpy.random.Generator. p outside 0 to 1 is a ValueError.

    >>> import numpy as np
    >>> layer = Dropout(0.5, rng=0)
    >>> layer(np.ones(8)).data
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    >>> layer.eval()(np.ones(4)).data
    array([1., 1., 1., 1.])
    """

    def __init__(self, p=0.5, rng=None):
        super().__init__()
        self.p, self.rng = number(p, "Dropout's p", at_least=0, at_most=1), generator(rng)

    @quiet
    def forward(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        if not self.training or not self.p:
            return x
        kept = self.rng.random(x.shape) >= self.p  # random() is below 1, so p = 1 drops all
        mask = kept.astype(x.dtype) / (1 - self.p if self.p < 1 else 1)
        return operation("dropout", x.data * mask, (x, lambda g: g * mask))

    def describe(self):
        return f"p={self.p}, inplace=False"
