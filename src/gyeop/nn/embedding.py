"""A table of vectors, looked up by number, with torch.nn.Embedding's arguments, initialization and state."""

import numpy as np

from gyeop._checks import as_array, count, first_index, float_type, generator
from gyeop.autograd import Tensor
from gyeop.autograd.graph import operation
from gyeop.nn.module import Module, Parameter


class Embedding(Module):
    """y[...] = weight[index[...]]: an integer array of any shape -> (*shape, embedding_dim).

    `weight` is (num_embeddings, embedding_dim), drawn from N(0, 1). The gradient of a row is the sum over all places
    where it was looked up. The row `padding_idx`, counted from the end if negative, starts at 0 and gets no gradient.
    `rng` is a seed or a numpy.random.Generator. An index outside 0 to num_embeddings - 1 is a ValueError that names the
    first one, and an array of another kind a TypeError, as are bad arguments.

    >>> table = Embedding(3, 2, dtype=np.float64)
    >>> table.weight.data = np.array([[0.0, 0.1], [1.0, 1.1], [2.0, 2.1]])
    >>> y = table(np.array([2, 0, 2]))
    >>> y.data
    array([[2. , 2.1],
           [0. , 0.1],
           [2. , 2.1]])
    >>> y.sum().backward()
    >>> table.weight.grad
    array([[1., 1.],
           [0., 0.],
           [2., 2.]])
    """

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, dtype=np.float32, rng=None):
        super().__init__()
        self.num_embeddings = count(num_embeddings, "Embedding's num_embeddings")
        self.embedding_dim = count(embedding_dim, "Embedding's embedding_dim")
        if padding_idx is not None:
            row = count(padding_idx, "Embedding's padding_idx", at_least=-self.num_embeddings)
            if row >= self.num_embeddings:
                raise ValueError(f"Embedding expects padding_idx below {self.num_embeddings}, got {padding_idx}")
            padding_idx = row % self.num_embeddings
        self.padding_idx = padding_idx
        weight = generator(rng).normal(size=(self.num_embeddings, self.embedding_dim))
        if padding_idx is not None:
            weight[padding_idx] = 0
        self.weight = Parameter(weight.astype(float_type(dtype, "Embedding's dtype")))

    def forward(self, index):
        came = None if isinstance(index, Tensor) else as_array(index, str(self))
        if came is None or came.dtype.kind not in "iu":
            got = "a Tensor" if came is None else f"an array of dtype {came.dtype}"
            raise TypeError(f"{self} expects an integer array, got {got}")
        index = np.array(index, np.int64)  # a copy: nobody changes it before the backward pass
        outside = (index < 0) | (index >= self.num_embeddings)
        if outside.any():
            at = first_index(outside)
            raise ValueError(
                f"{self} expects indices from 0 to {self.num_embeddings - 1}, got {index[at]} at index {at}"
            )
        weight = self.weight.data
        return operation("embedding", weight[index], (self.weight, lambda g: self._by_weight(g, index, weight)))

    def _by_weight(self, g, index, weight):
        gradient = np.zeros_like(weight)
        places = index[..., None] * self.embedding_dim + np.arange(self.embedding_dim)
        np.add.at(gradient.reshape(-1), places.ravel(), g.ravel())  # one by one: faster than row by row
        if self.padding_idx is not None:
            gradient[self.padding_idx] = 0
        return gradient

    def describe(self):
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
