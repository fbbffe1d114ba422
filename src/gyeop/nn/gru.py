"""Gated recurrent units: K. Cho et al., Learning phrase representations using RNN encoder-decoder for statistical
machine translation (2014), in the form of torch.nn.GRU, whose arguments, initialization and state it has.

The reset gate there acts on h before the product with W_hn, here after it: so one product does all three.
"""

import numpy as np

from gyeop.autograd.graph import operation, quiet
from gyeop.nn.recurrent import Recurrent, once, rows


class GRU(Recurrent):
    """A state h that is a mean, weighted by a gate, of what it was and what is new; over (time, batch, input_size):

        r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)       how much of h the new part sees
        z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)       how much of h stays
        n =    tanh(W_in x + b_in + r (W_hn h + b_hn))   the new part
        h <- (1 - z) n + z h

    gru(x, h_0, lengths) gives (output, h_n): h of the last layer at each step, (time, batch, directions x hidden_size),
    and h at the end, (num_layers x directions, batch, hidden_size), as is h_0; without it h starts at 0. The gates'
    weights stand one below the other in the order above: weight_ih_l0 is (3 hidden_size, input_size) and so on.
    batch_first, lengths, layers, directions, dropout, initialization and errors are as in gyeop.nn.LSTM.

    With a bias b_iz of 3, say, h stays for some 20 steps at first, since 1 - sigmoid(3) is about 1/20.

    >>> gru = GRU(3, 4, bidirectional=True, rng=0)
    >>> output, h_n = gru(np.ones((7, 2, 3)), lengths=[7, 5])
    >>> output.shape, h_n.shape
    ((7, 2, 8), (2, 2, 4))
    >>> bool((output.data[4, 1, :4] == h_n.data[0, 1]).all()), bool(output.data[5:, 1].any())
    (True, False)
    """

    gates = 3

    def over(self, x, states, weights, ended):
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        return (_over(x, states[0], weight_ih, weight_hh, bias_ih, bias_hh, ended),)


@quiet
def _over(x, h_0, weight_ih, weight_hh, bias_ih, bias_hh, ended):
    """The equations above, with r, z, n in this order along an axis of length 3."""
    (steps, batch, _), (_, hidden) = x.shape, h_0.shape
    inputs, W_ih, W_hh = rows(x.data), weight_ih.data, weight_hh.data  # as they are now, for the way back too
    gates = inputs @ W_ih.T
    if bias_ih is not None:
        gates += bias_ih.data
    gates, U = gates.reshape(steps, batch, 3, hidden), np.ascontiguousarray(W_hh.T)
    h = np.empty((steps + 1, batch, hidden), x.dtype)
    h[0] = h_0.data
    inner, product = np.empty_like(h[1:]), np.empty((batch, 3 * hidden), x.dtype)  # inner: W_hn h + b_hn
    for t in range(steps):
        np.matmul(h[t], U, out=product)
        if bias_hh is not None:
            product += bias_hh.data
        by_h = product.reshape(batch, 3, hidden)
        inner[t] = by_h[:, 2]
        rz, n = gates[t, :, :2], gates[t, :, 2]
        rz += by_h[:, :2]
        rz *= 0.5
        np.tanh(rz, out=rz)  # sigmoid(a) = 1/2 + 1/2 tanh(a/2)
        rz *= 0.5
        rz += 0.5
        n += rz[:, 0] * inner[t]
        np.tanh(n, out=n)
        np.subtract(h[t], n, out=h[t + 1])
        h[t + 1] *= rz[:, 1]
        h[t + 1] += n  # n + z (h - n)
        if ended is not None:
            h[t + 1, ended[t]] = 0

    @once
    def back(upstream):
        """The gradients by the gates before sigmoid and tanh and by W h + b_h, both in rows, and by h_0."""
        r, z, n = np.moveaxis(gates, 2, 0)
        by_n = (1 - z) * (1 - n * n)  # the slopes of h by n before tanh
        da = np.empty_like(gates)
        da[:, :, 0] = by_n * inner * r * (1 - r)  # and by r and z before sigmoid
        da[:, :, 1] = (h[:-1] - n) * z * (1 - z)
        da[:, :, 2] = by_n * r  # and by W_hn h + b_hn
        dh, dn, each = np.zeros_like(h[0]), np.empty_like(by_n), da.reshape(steps, batch, 3 * hidden)
        for t in reversed(range(steps)):
            dh += upstream[t]
            da[t] *= dh[:, None]
            np.multiply(dh, by_n[t], out=dn[t])
            dh *= z[t]
            dh += each[t] @ W_hh
        by_input = da.copy()
        by_input[:, :, 2] = dn
        return rows(by_input), rows(da), dh

    edges = [
        (x, lambda g: (back(g)[0] @ W_ih).reshape(x.shape)),
        (h_0, lambda g: back(g)[2].copy()),
        (weight_ih, lambda g: back(g)[0].T @ inputs),
        (weight_hh, lambda g: back(g)[1].T @ rows(h[:-1])),
    ]
    if bias_ih is not None:
        edges += [(bias_ih, lambda g: back(g)[0].sum(axis=0)), (bias_hh, lambda g: back(g)[1].sum(axis=0))]
    return operation("gru", h[1:], *edges)
