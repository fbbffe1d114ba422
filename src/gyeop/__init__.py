"""Gyeop (겹): the companion library of a deep-learning book whose every snippet runs.

Every room is a module: `gyeop.losses`, `gyeop.autograd`, ... after `import gyeop`, which needs NumPy alone. The rooms
that need torch are imported when they are first asked for.
"""

import importlib

from . import activations, gradients, losses, optim, perceptron

__version__ = "0.1.0"
__all__ = ["activations", "gradients", "losses", "optim", "perceptron"]

_LATER = ("autograd", "nn", "bridge")


def __getattr__(name):
    if name in _LATER:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_LATER])
