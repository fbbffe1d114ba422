"""The same network in torch, and back: layer for layer, weight for weight, bit for bit.

Layers carry torch's names, arguments and state_dict keys, so a layer is carried over by naming its twin and the
arguments to hand on. Nothing is computed on the way; float64 stays float64.
"""

from typing import Any

import numpy as np
import torch

from gyeop import activations, models, nn
from gyeop.mlp import MLP

RUNNING = ("num_features", "eps", "momentum", "affine", "track_running_stats", "bias")
RECURRENT = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional")
ATTENTION = ("embed_dim", "num_heads", "dropout", "kdim", "vdim", "batch_first")
LAYERS = (  # ours, torch's, the arguments that make one from the other
    (nn.Linear, torch.nn.Linear, ("in_features", "out_features", "bias")),
    (nn.Flatten, torch.nn.Flatten, ("start_dim", "end_dim")),
    (nn.ReLU, torch.nn.ReLU, ()),
    (nn.Tanh, torch.nn.Tanh, ()),
    (nn.Sigmoid, torch.nn.Sigmoid, ()),
    (nn.GELU, torch.nn.GELU, ("approximate",)),
    (nn.Softmax, torch.nn.Softmax, ("dim",)),
    (
        nn.Conv2d,
        torch.nn.Conv2d,
        ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"),
    ),
    (nn.MaxPool2d, torch.nn.MaxPool2d, ("kernel_size", "stride", "padding", "dilation", "ceil_mode")),
    (
        nn.AvgPool2d,
        torch.nn.AvgPool2d,
        ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"),
    ),
    (nn.Dropout, torch.nn.Dropout, ("p",)),
    (nn.BatchNorm1d, torch.nn.BatchNorm1d, RUNNING),
    (nn.BatchNorm2d, torch.nn.BatchNorm2d, RUNNING),
    (nn.InstanceNorm2d, torch.nn.InstanceNorm2d, RUNNING),
    (nn.LayerNorm, torch.nn.LayerNorm, ("normalized_shape", "eps", "elementwise_affine", "bias")),
    (nn.GroupNorm, torch.nn.GroupNorm, ("num_groups", "num_channels", "eps", "affine", "bias")),
    (nn.Embedding, torch.nn.Embedding, ("num_embeddings", "embedding_dim", "padding_idx")),
    (nn.RNN, torch.nn.RNN, (*RECURRENT, "nonlinearity")),
    (nn.LSTM, torch.nn.LSTM, RECURRENT),
    (nn.GRU, torch.nn.GRU, RECURRENT),
    (nn.MultiheadAttention, torch.nn.MultiheadAttention, ATTENTION),
)
COMPOSED = (  # ours, torch's: layers made of layers, which are carried over one by one, and with them all sizes
    (nn.TransformerEncoderLayer, torch.nn.TransformerEncoderLayer),
    (nn.TransformerDecoderLayer, torch.nn.TransformerDecoderLayer),
)
LACKING = (  # an argument that a layer has in torch alone, and the value that leaves the layer as it is here
    (torch.nn.Conv2d, "padding_mode", "zeros"),
    (torch.nn.MaxPool2d, "return_indices", False),
    (torch.nn.Embedding, "max_norm", None),
    (torch.nn.Embedding, "scale_grad_by_freq", False),
    (torch.nn.LSTM, "proj_size", 0),
    (torch.nn.MultiheadAttention, "bias_k", None),
    (torch.nn.MultiheadAttention, "add_zero_attn", False),
)
FUNCTIONS = (  # an activation of MLP, the torch layer that computes it, with its defaults
    (activations.identity, None),  # no layer
    (activations.relu, torch.nn.ReLU),
    (activations.tanh, torch.nn.Tanh),
    (activations.sigmoid, torch.nn.Sigmoid),
    (activations.leaky_relu, torch.nn.LeakyReLU),
    (activations.elu, torch.nn.ELU),
)


def to_torch(module):
    """A torch.nn module with copies of the weights of `module`: a gyeop.nn layer or Sequential, or a gyeop.MLP.

    Its dtypes, its mode (train or eval) and which of its parameters require a gradient are those of `module`. A
    gyeop.MLP becomes a gyeop.models.MLP, whose `layers` are a torch.nn.Sequential. A layer or an activation without a
    twin, or a subclass of a layer that has one, is a TypeError that names it. Torch's random state is left alone.

    >>> ours = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Tanh())
    >>> theirs = to_torch(ours)
    >>> theirs
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
      (1): Tanh()
    )
    >>> x = np.ones((4, 3), dtype=np.float32)
    >>> np.allclose(ours(x).data, theirs(torch.from_numpy(x)).detach().numpy())
    True
    """
    with torch.random.fork_rng(devices=[]):  # a new torch layer draws weights before it gets ours
        return _mlp_to_torch(module) if type(module) is MLP else _to_torch(module, {})


def from_torch(module):
    """A gyeop.nn module with copies of the weights of `module`, a torch.nn layer or Sequential on any device.

    Its dtypes, its mode (train or eval) and which of its parameters require a gradient are those of `module`. A
    gyeop.models.MLP becomes a gyeop.MLP with the default loss, for torch's has none; of other models the parts can be
    carried over, such as a CNN's `features` and `head`. A layer without a twin here, or a subclass of one that has it,
    is a TypeError that names it, and so is a dtype that NumPy lacks, such as bfloat16. An argument that changes what
    the layer computes and is lacking here is a ValueError.

    >>> from_torch(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()))
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
      (1): ReLU()
    )
    """
    return _mlp_from_torch(module) if type(module) is models.MLP else _from_torch(module, {})


def _to_torch(module, done):
    if id(module) in done:  # a layer that stands in two places stays one layer
        return done[id(module)]
    twin = _frame_to_torch(module)
    if twin is not None:
        for name, child in module.named_children():
            twin.add_module(name, _to_torch(child, done))
    else:
        for ours, theirs, names in LAYERS:
            if type(module) is ours:
                twin = theirs(**_arguments(module, names))
                break
        else:
            raise TypeError(f"to_torch knows no torch layer for {type(module).__name__}")
        state = {path: torch.from_numpy(array) for path, array in module.state_dict().items()}
        twin.load_state_dict(state, assign=True)  # assign: with our dtype, not the new layer's
        _same_requires_grad(module, twin)
        twin.train(module.training)
    done[id(module)] = twin
    twin.training = module.training
    return twin


def _frame_to_torch(module) -> Any:
    """For a layer made of layers torch's, in which those are still to be set; None for others."""
    if type(module) is nn.Sequential:
        return torch.nn.Sequential()
    for ours, theirs in COMPOSED:
        if type(module) is ours:
            return theirs(1, 1, 1, activation=module.activation, norm_first=module.norm_first)
    return None


def _mlp_to_torch(mlp):
    functions = (_activation_to_torch(f) for f in (mlp.activation, mlp.output_activation))
    twin = models.MLP(mlp.sizes, *functions)
    linears = [layer for layer in twin.layers if type(layer) is torch.nn.Linear]
    for linear, weight, bias in zip(linears, mlp.weights, mlp.biases, strict=True):
        linear.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)}, assign=True)
        linear.requires_grad_()
    return twin


def _activation_to_torch(function):
    for ours, theirs in FUNCTIONS:
        if function is ours:
            return theirs
    raise TypeError(f"to_torch knows no torch layer for the activation {getattr(function, '__name__', function)}")


def _mlp_from_torch(module):
    hidden, output = (_activation_to_ours(layer) for layer in (module.activation, module.output_activation))
    arrays = [_to_numpy(path, tensor) for path, tensor in module.state_dict().items()]
    mlp = MLP(module.sizes, hidden, output, dtype=arrays[0].dtype)
    if (expected := repr(to_torch(mlp))) != repr(module):
        raise ValueError(f"from_torch expects the layers that an MLP is made with, {expected}, got {module}")
    mlp.weights, mlp.biases = arrays[::2], arrays[1::2]
    return mlp


def _activation_to_ours(layer):
    for ours, theirs in FUNCTIONS:
        if layer is theirs:
            return ours
    raise TypeError(f"from_torch knows no activation for {getattr(layer, '__name__', layer)}")


def _from_torch(module, done):
    if id(module) in done:
        return done[id(module)]
    twin = _frame_from_torch(module)
    if twin is not None:
        for name, child in module._modules.items():  # named_children() leaves out a layer's second place
            if not isinstance(getattr(twin, name, None), str):  # an activation that is a layer there is a word here
                setattr(twin, name, _from_torch(child, done))
    else:
        for ours, theirs, names in LAYERS:
            if type(module) is theirs:
                _refuse_lacking(module)
                twin = ours(**_arguments(module, names))
                break
        else:
            raise TypeError(f"from_torch knows no gyeop.nn layer for {type(module).__name__}")
        twin.load_state_dict({path: _to_numpy(path, tensor) for path, tensor in module.state_dict().items()})
        _same_requires_grad(module, twin)
        twin.train(module.training)
    done[id(module)] = twin
    twin.training = module.training
    return twin


def _frame_from_torch(module) -> Any:
    if type(module) is torch.nn.Sequential:
        return nn.Sequential()
    for ours, theirs in COMPOSED:
        if type(module) is theirs:
            return ours(1, 1, 1, activation=_activation_from_torch(module), norm_first=module.norm_first)
    return None


def _activation_from_torch(module):
    f, functional = module.activation, torch.nn.functional
    if f is functional.relu or f is torch.relu or type(f) is torch.nn.ReLU:
        return "relu"
    if f is functional.gelu or (type(f) is torch.nn.GELU and f.approximate == "none"):
        return "gelu"
    raise ValueError(f"from_torch expects {type(module).__name__} with activation relu or gelu, got {f}")


def _arguments(module, names):
    """The arguments by name. A layer that keeps its `bias` array under that name needs bias=False where it lacks one
    beside a weight; True is the default, and not every torch knows the argument for every layer.
    """
    arguments = {name: getattr(module, name) for name in names}
    if "bias" in arguments and not isinstance(arguments["bias"], bool) and arguments.pop("bias") is None:
        arguments |= {"bias": False} if module.weight is not None else {}
    if isinstance(module, nn.MultiheadAttention | torch.nn.MultiheadAttention):
        arguments["bias"] = module.in_proj_bias is not None
    return arguments


def _refuse_lacking(module):
    for layer, name, neutral in LACKING:
        if type(module) is layer and getattr(module, name) != neutral:
            raise ValueError(
                f"from_torch expects {layer.__name__} with {name}={neutral!r}, got {getattr(module, name)!r}"
            )


def _same_requires_grad(module, twin):
    flags = {path: parameter.requires_grad for path, parameter in module.named_parameters()}
    for path, parameter in twin.named_parameters():
        parameter.requires_grad = flags[path]


def _to_numpy(path, tensor):
    try:
        return np.array(tensor.detach().cpu().numpy())
    except TypeError:
        raise TypeError(f"from_torch: NumPy has no dtype for {path}, which is {tensor.dtype}") from None
