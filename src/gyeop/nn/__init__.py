"""Layers and losses on gyeop.autograd, with torch.nn's names, arguments, defaults and state_dict keys."""

from gyeop.nn.activation import GELU, ReLU, Sigmoid, Softmax, Tanh
from gyeop.nn.attention import MultiheadAttention
from gyeop.nn.conv import Conv2d
from gyeop.nn.dropout import Dropout
from gyeop.nn.embedding import Embedding
from gyeop.nn.flatten import Flatten
from gyeop.nn.gru import GRU
from gyeop.nn.linear import Linear
from gyeop.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss
from gyeop.nn.lstm import LSTM
from gyeop.nn.module import Module, Parameter, Sequential
from gyeop.nn.normalization import GroupNorm, LayerNorm
from gyeop.nn.pool import AvgPool2d, MaxPool2d
from gyeop.nn.position import PositionalEncoding
from gyeop.nn.rnn import RNN
from gyeop.nn.running import BatchNorm1d, BatchNorm2d, InstanceNorm2d
from gyeop.nn.transformer import TransformerDecoderLayer, TransformerEncoderLayer

__all__ = [
    "AvgPool2d",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "GELU",
    "GRU",
    "GroupNorm",
    "HuberLoss",
    "InstanceNorm2d",
    "L1Loss",
    "LSTM",
    "LayerNorm",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "MultiheadAttention",
    "Parameter",
    "PositionalEncoding",
    "RNN",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
]
