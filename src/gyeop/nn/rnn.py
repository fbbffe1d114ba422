"""The plain recurrent network: J. Elman, Finding structure in time (1990), with torch.nn.RNN's arguments,
initialization and state. Its gradients go back through time: P. Werbos, Backpropagation through time (1990).
"""

import numpy as np

from gyeop.autograd.graph import operation, quiet
from gyeop.nn.recurrent import Recurrent, once, rows


class RNN(Recurrent):
    """A state h that each step makes anew of the input and of itself; over (time, batch, input_size):

        h <- tanh(W_ih x + b_ih + W_hh h + b_hh)        or, with nonlinearity="relu", max(0, ...)

    rnn(x, h_0, lengths) gives (output, h_n): h of the last layer at each step, (time, batch, directions x hidden_size),
    and h at the end, (num_layers x directions, batch, hidden_size), as is h_0; without it h starts at 0. weight_ih_l0
    is (hidden_size, input_size), weight_hh_l0 (hidden_size, hidden_size), both biases are (hidden_size,). batch_first,
    lengths, layers, directions, dropout, initialization and errors are as in gyeop.nn.LSTM.

    >>> total = RNN(1, 1, nonlinearity="relu", bias=False, dtype=np.float64)
    >>> total.load_state_dict({"weight_ih_l0": [[1.0]], "weight_hh_l0": [[1.0]]})
    >>> output, h_n = total(np.array([[1.0], [2.0], [3.0]]))
    >>> output.data[:, 0], h_n.data
    (array([1., 3., 6.]), array([[6.]]))
    """

    gates = 1

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        nonlinearity="tanh",
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        dtype=np.float32,
        rng=None,
    ):
        if not isinstance(nonlinearity, str) or nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN expects nonlinearity 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, rng=rng
        )
        self.nonlinearity = nonlinearity

    def over(self, x, states, weights, ended):
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        bias = bias_ih + bias_hh if self.bias else None
        return (_over(x, states[0], weight_ih, weight_hh, bias, ended, self.nonlinearity),)


@quiet
def _over(x, h_0, weight_ih, weight_hh, bias, ended, nonlinearity):
    """The equation above."""
    (steps, batch, _), (_, hidden) = x.shape, h_0.shape
    inputs, W_ih, W_hh = rows(x.data), weight_ih.data, weight_hh.data  # as they are now, for the way back too
    a = inputs @ W_ih.T
    if bias is not None:
        a += bias.data
    a, U = a.reshape(steps, batch, hidden), np.ascontiguousarray(W_hh.T)
    h = np.empty((steps + 1, batch, hidden), x.dtype)
    h[0] = h_0.data
    for t in range(steps):
        a[t] += h[t] @ U
        if nonlinearity == "tanh":
            np.tanh(a[t], out=h[t + 1])
        else:
            np.maximum(a[t], 0, out=h[t + 1])
        if ended is not None:
            h[t + 1, ended[t]] = 0

    @once
    def back(upstream):
        """The gradients by what the nonlinearity gets, in rows, and by h_0."""
        da = 1 - h[1:] * h[1:] if nonlinearity == "tanh" else (h[1:] > 0).astype(x.dtype)  # at first the slopes
        dh = np.zeros_like(h[0])
        for t in reversed(range(steps)):
            dh += upstream[t]
            da[t] *= dh
            np.matmul(da[t], W_hh, out=dh)
        return rows(da), dh

    edges = [
        (x, lambda g: (back(g)[0] @ W_ih).reshape(x.shape)),
        (h_0, lambda g: back(g)[1].copy()),
        (weight_ih, lambda g: back(g)[0].T @ inputs),
        (weight_hh, lambda g: back(g)[0].T @ rows(h[:-1])),
    ]
    if bias is not None:
        edges.append((bias, lambda g: back(g)[0].sum(axis=0)))
    return operation("rnn", h[1:], *edges)
