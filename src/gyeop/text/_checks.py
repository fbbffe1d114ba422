"""What the files of this folder ask of their input."""

import numbers

import numpy as np


def text_of(text, name):
    if not isinstance(text, str):
        raise TypeError(f"{name} expects a string, got {type(text).__name__}")
    return text


def tokens_of(tokens, name):
    """A list of strings or whole numbers."""
    if isinstance(tokens, np.ndarray) and tokens.ndim == 1:
        tokens = tokens.tolist()
    if not isinstance(tokens, (str, list, tuple)):
        shape = f" of shape {tokens.shape}" if isinstance(tokens, np.ndarray) else ""
        raise TypeError(f"{name} expects a string or a list of tokens, got {type(tokens).__name__}{shape}")
    for i, token in enumerate(tokens):
        if not isinstance(token, (str, numbers.Integral)) or isinstance(token, bool):
            raise TypeError(f"{name} expects strings or whole numbers, got {type(token).__name__} at index {i}")
    return list(tokens)


def strings_of(tokens, name):
    tokens = tokens_of(tokens, name)
    for i, token in enumerate(tokens):
        if not isinstance(token, str):
            raise TypeError(f"{name} expects strings, got {type(token).__name__} at index {i}")
    return tokens
