"""What the models ask of the tensors that they are given: shapes and kinds always, values where it costs no wait."""

import torch

from .._checks import number


def floats(x, name, *sizes, dtype):
    """x as `dtype`: a tensor of floats with these sizes, of which a word stands for any: "batch", 28."""
    _tensor(x, name)
    if not x.is_floating_point():
        raise TypeError(f"{name} expects floats, got {x.dtype}")
    fits = x.dim() == len(sizes) and all(isinstance(n, str) or n == m for n, m in zip(sizes, x.shape, strict=True))
    if not fits:
        raise ValueError(f"{name} expects shape ({', '.join(map(str, sizes))}), got {tuple(x.shape)}")
    return x.to(dtype)


def tokens(x, name, vocabulary):
    """Whole numbers (batch, time) from 0 to vocabulary - 1, as int64, with at least one column."""
    _tensor(x, name)
    if x.is_floating_point() or x.is_complex() or x.dtype == torch.bool:
        raise TypeError(f"{name} expects tokens, which are whole numbers, got {x.dtype}")
    if x.dim() != 2:
        raise ValueError(f"{name} expects tokens (batch, time), got {tuple(x.shape)}")
    if x.shape[1] == 0:
        raise ValueError(f"{name} expects at least one token, got {tuple(x.shape)}")
    if x.device.type == "cpu" and not torch.compiler.is_compiling():
        first_wrong(x, (x < 0) | (x >= vocabulary), f"{name} expects tokens from 0 to {vocabulary - 1}")
    return x.long()


def first_wrong(x, wrong, expected):
    """A ValueError that names the first value of x at which `wrong` holds, if it holds anywhere."""
    if wrong.any():
        at = tuple(wrong.nonzero()[0].tolist())
        raise ValueError(f"{expected}, got {x[at].item()} at index {at if len(at) > 1 else at[0]}")


def share(value, name):
    """A probability to drop something: from 0 to below 1."""
    return number(value, name, at_least=0, below=1)


def divides(heads, width, name):
    """Every head gets an equal part of the width."""
    if width % heads:
        raise ValueError(f"{name} expects a width that its heads divide, got width {width} and {heads} heads")


def _tensor(x, name):
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"{name} expects a tensor, got {type(x).__name__}")
