"""Initial weights: arrays of the given shape, drawn so that signals neither die nor explode on their way through.

`shape` is (out, in), or (out, in, height, width) for a convolution. A unit's fan-in is the number of inputs it adds up,
in * height * width; its fan-out, the number of units it feeds, is out * height * width. Numbers are drawn in float64
and then take `dtype`, so that a seed gives the same weights in every dtype, up to rounding.

Xavier: X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks (2010).
He: K. He et al., Delving Deep into Rectifiers (2015). The same variances as torch.nn.init, at gain 1 and for relu.
"""

import math

import numpy as np

from ._checks import count, float_type, generator, number


def _shape(shape, name, least_axes=1):
    if isinstance(shape, (str, bytes)) or not hasattr(shape, "__len__"):
        raise TypeError(f"{name} expects a shape such as (out, in), got {shape!r}")
    shape = tuple(count(n, f"{name}'s shape") for n in shape)
    if len(shape) < least_axes:
        raise ValueError(f"{name} expects a shape of at least {least_axes} numbers, got {shape}")
    return shape


def _fans(shape, name):
    """(shape, fan-in, fan-out)."""
    shape = _shape(shape, name, least_axes=2)
    window = math.prod(shape[2:])
    return shape, shape[1] * window, shape[0] * window


def zeros(shape, rng=None, dtype=np.float64):
    """All 0: right for biases; as weights they keep all units of a layer equal for ever. `rng` is unused.

    >>> zeros((2, 3)).tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    generator(rng)  # looked at all the same: what is wrong elsewhere is wrong here
    return np.zeros(_shape(shape, "zeros"), float_type(dtype))


def normal(shape, rng=None, dtype=np.float64, std=0.01):
    """N(0, std^2), with no regard to the fans; 0.01 is what AlexNet used (Krizhevsky, Sutskever, Hinton 2012).

    >>> normal((2, 3), rng=0).shape
    (2, 3)
    """
    shape, std = _shape(shape, "normal"), number(std, "normal's std", at_least=0)
    return generator(rng).normal(0, std, shape).astype(float_type(dtype))


def xavier_uniform(shape, rng=None, dtype=np.float64):
    """U(-r, r) with r = sqrt(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out), for tanh and the like.

    >>> bool(abs(xavier_uniform((30, 20), rng=0)).max() <= (6 / 50) ** 0.5)
    True
    """
    shape, fan_in, fan_out = _fans(shape, "xavier_uniform")
    r = math.sqrt(6 / (fan_in + fan_out))
    return generator(rng).uniform(-r, r, shape).astype(float_type(dtype))


def xavier_normal(shape, rng=None, dtype=np.float64):
    """N(0, 2 / (fan_in + fan_out)), for tanh and the like.

    >>> round(float(xavier_normal((300, 200), rng=0).std() / (2 / 500) ** 0.5), 1)
    1.0
    """
    shape, fan_in, fan_out = _fans(shape, "xavier_normal")
    return generator(rng).normal(0, math.sqrt(2 / (fan_in + fan_out)), shape).astype(float_type(dtype))


def he_uniform(shape, rng=None, dtype=np.float64):
    """U(-r, r) with r = sqrt(6 / fan_in): variance 2 / fan_in, for relu, which silences half of its inputs.

    >>> bool(abs(he_uniform((30, 20), rng=0)).max() <= (6 / 20) ** 0.5)
    True
    """
    shape, fan_in, _ = _fans(shape, "he_uniform")
    r = math.sqrt(6 / fan_in)
    return generator(rng).uniform(-r, r, shape).astype(float_type(dtype))


def he_normal(shape, rng=None, dtype=np.float64):
    """N(0, 2 / fan_in), for relu.

    >>> round(float(he_normal((300, 200), rng=0).std() / (2 / 200) ** 0.5), 1)
    1.0
    """
    shape, fan_in, _ = _fans(shape, "he_normal")
    return generator(rng).normal(0, math.sqrt(2 / fan_in), shape).astype(float_type(dtype))


def chrono(shape, rng=None, dtype=np.float64, longest=100):
    """Biases with which an LSTM remembers over up to `longest` steps: b_f = log U(1, longest - 1), b_i = -b_f, else 0.

    A forget gate of sigmoid(b_f) leaves 1/e of a memory after about 1 + exp(b_f) steps, so the units' spans lie evenly
    between 2 and `longest`; what enters is scaled down likewise. `shape` is (4 units,), in the order i, f, g, o of
    gyeop.nn.LSTM, and `longest` is above 2. An LSTM adds up two biases: the other one is then to be 0. For the gate z
    of a GRU the same b_f serves. C. Tallec, Y. Ollivier, Can recurrent neural networks warp time? (2018).

    >>> i, f, g, o = chrono((12,), rng=0, longest=50).reshape(4, 3)
    >>> bool((np.exp(f) >= 1).all() and (np.exp(f) <= 49).all()), (i + f).tolist(), g.tolist(), o.tolist()
    (True, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0])
    """
    shape, longest = _shape(shape, "chrono"), number(longest, "chrono's longest", above=2)
    if len(shape) != 1 or shape[0] % 4:
        raise ValueError(f"chrono expects shape (4 units,), got {shape}")
    bias = np.zeros((4, shape[0] // 4))
    bias[1] = np.log(generator(rng).uniform(1, longest - 1, shape[0] // 4))
    bias[0] = -bias[1]
    return bias.reshape(shape).astype(float_type(dtype))
