"""Layers and losses on gyeop.autograd, with torch.nn's names, arguments, defaults and state_dict keys."""

from gyeop.nn.activation import GELU, ReLU, Sigmoid, Softmax, Tanh
from gyeop.nn.conv import Conv2d
from gyeop.nn.flatten import Flatten
from gyeop.nn.linear import Linear
from gyeop.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss
from gyeop.nn.module import Module, Parameter, Sequential

__all__ = [
    "BCEWithLogitsLoss",
    "Conv2d",
    "CrossEntropyLoss",
    "Flatten",
    "GELU",
    "HuberLoss",
    "L1Loss",
    "Linear",
    "MSELoss",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
]
