"""A convolutional network for small images, with features to look at and a head to exchange.

The form is that of Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-Based Learning Applied to Document Recognition
(1998), with 3 x 3 filters (K. Simonyan, A. Zisserman, 2014), batch norm (S. Ioffe, C. Szegedy, 2015) and ReLU.
"""

from torch import nn

from .._checks import count, flag, function
from ._checks import floats, share
from ._random import drawing_from


class CNN(nn.Module):
    """Blocks of convolution, batch norm, activation and pooling; then one linear layer: logits for `classes` classes.

    Each of `channels` makes a block: 3 x 3 filters that keep height and width, batch norm if `batch_norm`, the
    `activation` (a class of layers, such as nn.ReLU), and max pooling, which halves height and width, rounding down.
    What the last block leaves is flattened, and an entry of it dropped with probability `dropout` while training.
    `in_channels` and `image_size` (height, width) say what comes in. First weights are torch's own choice.

    `features` and `head` are its two parts, and the layers of the first have names: `features.conv1.weight` holds the
    first filters (channels[0], in_channels, 3, 3). A block from c to d channels has 9 c d + 2 d parameters (with batch
    norm instead of a bias; 9 c d + d without), the head (d h w + 1) classes, with h, w the height and width left over.

    To learn other classes on features that stay as they are, freeze them and set a new head:

    >>> import torch
    >>> cnn = CNN(classes=8, rng=0)
    >>> frozen = cnn.features.requires_grad_(False)
    >>> cnn.head = nn.Linear(cnn.head.in_features, 2)
    >>> cnn.train().features.training  # batch norm's running means would follow the new images, so they rest too
    False
    >>> cnn(torch.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 2])
    """

    def __init__(
        self,
        classes=10,
        channels=(16, 32, 64),
        in_channels=1,
        image_size=(28, 28),
        activation=nn.ReLU,
        batch_norm=True,
        dropout=0.0,
        rng=None,
    ):
        super().__init__()
        channels = [count(n, "CNN's channels") for n in channels]
        height, width = (count(n, "CNN's image_size") for n in image_size)
        smallest = 2 ** len(channels)
        if not channels or min(height, width) < smallest:
            raise ValueError(
                f"CNN expects a block or more, and images of at least {smallest} x {smallest} for {len(channels)} "
                f"blocks, got {height} x {width}"
            )
        self.in_channels, self.image_size = count(in_channels, "CNN's in_channels"), (height, width)
        batch_norm, dropout = flag(batch_norm, "CNN's batch_norm"), share(dropout, "CNN's dropout")
        self.features = nn.Sequential()
        with drawing_from(rng):
            for i, (inputs, outputs) in enumerate(zip([self.in_channels, *channels], channels, strict=False), start=1):
                conv = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=not batch_norm)
                self.features.add_module(f"conv{i}", conv)
                if batch_norm:  # its own bias makes the convolution's superfluous
                    self.features.add_module(f"norm{i}", nn.BatchNorm2d(outputs))
                self.features.add_module(f"activation{i}", function(activation, "CNN's activation")())
                self.features.add_module(f"pool{i}", nn.MaxPool2d(2))
            self.features.add_module("flatten", nn.Flatten())
            self.features.add_module("dropout", nn.Dropout(dropout))
            left = channels[-1] * (height // smallest) * (width // smallest)
            self.head = nn.Linear(left, count(classes, "CNN's classes"))

    def forward(self, x):
        """x (batch, in_channels, height, width) -> logits (batch, classes)."""
        return self.head(self.features(self._images(x, "CNN")))

    def feature_maps(self, x):
        """What every layer of `features` makes of the images x: {"conv1": (batch, channels, height, width), ...}.

        In the order of the layers; each is what the network computes in the mode in which it is, so call eval() first.

        >>> import torch
        >>> maps = CNN(channels=(4, 8), rng=0).eval().feature_maps(torch.zeros(2, 1, 28, 28))
        >>> {name: tuple(z.shape) for name, z in maps.items() if "pool" in name or name == "flatten"}
        {'pool1': (2, 4, 14, 14), 'pool2': (2, 8, 7, 7), 'flatten': (2, 392)}
        """
        x, maps = self._images(x, "CNN.feature_maps"), {}
        for name, layer in self.features.named_children():
            x = maps[name] = layer(x)
        return maps

    def train(self, mode=True):
        """As in torch; but features that are frozen, all their requires_grad being False, stay in eval mode."""
        super().train(mode)
        if not any(w.requires_grad for w in self.features.parameters()):
            self.features.eval()
        return self

    def _images(self, x, name):
        return floats(x, name, "batch", self.in_channels, *self.image_size, dtype=next(self.parameters()).dtype)
