"""The multi-layer perceptron of `gyeop.mlp`, in torch."""

from torch import nn

from .._checks import count, function
from ._checks import floats
from ._random import drawing_from


class MLP(nn.Module):
    """Fully connected layers, each but the last followed by `activation`: gyeop.MLP's twin, with its first weights.

    `sizes` are the widths from input to output. `activation` and `output_activation` are classes of layers, such as
    nn.Tanh, or None for none; the network gives logits if nothing follows the last layer. Weights are He's normal,
    N(0, 2 / inputs), and biases 0. `layers` holds it all, a Sequential: Linear, ReLU, Linear, ...

    A network of L layers has sum over l of (n_(l-1) + 1) n_l parameters.

    `bridge.to_torch(gyeop.MLP(...))` is an MLP of this kind with the same weights, and `bridge.from_torch` leads back.

    >>> import torch
    >>> net = MLP([784, 128, 64, 10], rng=0)
    >>> net(torch.zeros(32, 784)).shape
    torch.Size([32, 10])
    >>> sum(p.numel() for p in net.parameters()) == 785 * 128 + 129 * 64 + 65 * 10
    True
    """

    def __init__(self, sizes, activation=nn.ReLU, output_activation=None, rng=None):
        super().__init__()
        if isinstance(sizes, (str, bytes)) or not hasattr(sizes, "__len__"):
            raise TypeError(f"MLP expects a list of sizes, got {type(sizes).__name__}")
        self.sizes = tuple(count(n, "MLP's sizes") for n in sizes)
        if len(self.sizes) < 2:
            raise ValueError(f"MLP expects at least an input and an output size, got {self.sizes}")
        self.activation, self.output_activation = activation, output_activation
        self.layers = nn.Sequential()
        last = len(self.sizes) - 2
        with drawing_from(rng):
            for l, (inputs, outputs) in enumerate(zip(self.sizes[:-1], self.sizes[1:], strict=True)):
                linear = nn.Linear(inputs, outputs)
                nn.init.kaiming_normal_(linear.weight)
                nn.init.zeros_(linear.bias)
                self.layers.append(linear)
                follows = output_activation if l == last else activation
                if follows is not None:
                    self.layers.append(function(follows, "MLP's activation")())

    def forward(self, x):
        """x (batch, in) -> (batch, out)."""
        x = floats(x, "MLP", "batch", self.sizes[0], dtype=self.layers[0].weight.dtype)
        return self.layers(x)
