"""Gyeop (겹): the companion library of a deep-learning book whose every snippet runs.

Every room is a module of its own - `gyeop.losses`, `gyeop.autograd`, ... - there after `import gyeop`, which needs
NumPy alone. The rooms that need torch are imported when they are first asked for.
"""

import importlib

from . import (
    activations,
    augment,
    autograd,
    backprop,
    cluster,
    data,
    decomposition,
    gradients,
    init,
    losses,
    mlp,
    nn,
    optim,
    perceptron,
    regularization,
    rl,
    schedules,
    stages,
    text,
)
from .mlp import MLP

__version__ = "0.1.0"
__all__ = [
    "MLP",
    "activations",
    "augment",
    "autograd",
    "backprop",
    "cluster",
    "data",
    "decomposition",
    "gradients",
    "init",
    "losses",
    "mlp",
    "nn",
    "optim",
    "perceptron",
    "regularization",
    "rl",
    "schedules",
    "stages",
    "text",
]

_TORCH_ROOMS = ("bridge", "models", "train")


def __getattr__(name):
    if name in _TORCH_ROOMS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_TORCH_ROOMS])
