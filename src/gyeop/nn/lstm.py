"""Long short-term memory: S. Hochreiter, J. Schmidhuber, Long short-term memory (1997), with the forget gate of
F. Gers, J. Schmidhuber, F. Cummins, Learning to forget (2000); torch.nn.LSTM's arguments, initialization and state.

All steps' share of the input is one matrix product, and so is the gradient by each weight; only h goes step by step.
"""

import numpy as np

from gyeop.autograd.graph import operation, quiet
from gyeop.nn.recurrent import Recurrent, once, rows


class LSTM(Recurrent):
    """A memory c that is only added to and gated, over sequences (time, batch, input_size):

        i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)    what enters the memory
        f = sigmoid(W_if x + b_if + W_hf h + b_hf)    what stays in it
        g =    tanh(W_ig x + b_ig + W_hg h + b_hg)    what there is to enter
        o = sigmoid(W_io x + b_io + W_ho h + b_ho)    what of it is shown
        c <- f c + i g
        h <- o tanh(c)

    lstm(x, (h_0, c_0), lengths) gives (output, (h_n, c_n)): h of the last layer at each step, (time, batch,
    directions x hidden_size), and both states at the end, (num_layers x directions, batch, hidden_size), as are h_0 and
    c_0; without them both start at 0. With batch_first=True x and output are (batch, time, ...); a single sequence
    comes and goes without the batch axis. `lengths` (batch,) says how many steps of each sequence count: h_n and c_n
    are then those of its last step, the other direction starts there, and output is 0 beyond, as with torch's
    pack_padded_sequence and pad_packed_sequence.

    The weights of all gates stand one below the other in the order above: weight_ih_l0 (4 hidden_size, input_size),
    weight_hh_l0 (4 hidden_size, hidden_size), bias_ih_l0 and bias_hh_l0 (4 hidden_size,), and so on for l1 and, with
    bidirectional=True, l0_reverse; all start uniform between -1/sqrt(hidden_size) and 1/sqrt(hidden_size). With biases
    from gyeop.init.chrono it remembers for longer. In training the output of each layer but the last goes through
    dropout. `rng` is a seed or a numpy.random.Generator, for the weights and then for dropout. Input is cast to the
    layer's dtype. torch's proj_size is lacking. A wrong shape, a length out of range and a bad argument are a
    ValueError or a TypeError.

    >>> lstm = LSTM(3, 4, rng=0)
    >>> output, (h_n, c_n) = lstm(np.ones((7, 2, 3)))
    >>> output.shape, h_n.shape, c_n.shape
    ((7, 2, 4), (1, 2, 4), (1, 2, 4))
    >>> bool((output.data[-1] == h_n.data[0]).all())
    True
    """

    gates, states = 4, ("h_0", "c_0")

    def over(self, x, states, weights, ended):
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        h_0, c_0 = states
        h_and_c = _over(x, h_0, c_0, weight_ih, weight_hh, bias_ih + bias_hh if self.bias else None, ended)
        return h_and_c[:-1], h_and_c[-1]


@quiet
def _over(x, h_0, c_0, weight_ih, weight_hh, bias, ended):
    """The equations above, with i, f, g, o in this order along an axis of length 4: h of all steps, and the last c."""
    (steps, batch, _), (_, hidden) = x.shape, h_0.shape
    # sigmoid(a) = 1/2 + 1/2 tanh(a/2), so that one tanh does all four gates
    scale = np.array([[0.5], [0.5], [1.0], [0.5]], x.dtype)
    shift = 1 - scale

    def scaled(weight):
        return (weight.reshape(4, -1) * scale).reshape(weight.shape)

    inputs, W_ih, W_hh = rows(x.data), weight_ih.data, weight_hh.data  # as they are now, for the way back too
    gates = inputs @ scaled(W_ih).T
    if bias is not None:
        gates += scaled(bias.data)
    gates, U = gates.reshape(steps, batch, 4, hidden), np.ascontiguousarray(scaled(W_hh).T)
    h, c = np.empty((steps + 2, batch, hidden), x.dtype), np.empty((steps + 1, batch, hidden), x.dtype)
    h[0], c[0] = h_0.data, c_0.data
    product = np.empty((batch, 4 * hidden), x.dtype)
    for t in range(steps):
        a = gates[t]
        a += np.matmul(h[t], U, out=product).reshape(a.shape)
        np.tanh(a, out=a)
        a *= scale
        a += shift
        if ended is not None:
            a[ended[t]] = [[0], [1], [0], [0]]  # nothing enters c, all of it stays, and none is shown
        i, f, g, o = a.swapaxes(0, 1)
        np.multiply(f, c[t], out=c[t + 1])
        c[t + 1] += i * g
        np.tanh(c[t + 1], out=h[t + 1])
        h[t + 1] *= o
    h[-1] = c[-1]

    @once
    def back(upstream):
        """The gradients by the gates before sigmoid and tanh, in rows, by h_0 and by c_0."""
        da, dh, dc = np.empty_like(gates), np.zeros_like(h[0]), upstream[-1].copy()
        each = da.reshape(steps, batch, 4 * hidden)
        for t in reversed(range(steps)):
            i, f, g, o = gates[t].swapaxes(0, 1)
            tanh_c, slope = np.tanh(c[t + 1]), gates[t] * (1 - gates[t])
            slope[:, 2] = 1 - g * g
            dh += upstream[t]
            dc += dh * o * (1 - tanh_c * tanh_c)
            by_i, by_f, by_g, by_o = da[t].swapaxes(0, 1)
            np.multiply(dc, g, out=by_i)
            np.multiply(dc, c[t], out=by_f)
            np.multiply(dc, i, out=by_g)
            np.multiply(dh, tanh_c, out=by_o)
            da[t] *= slope
            np.matmul(each[t], W_hh, out=dh)
            dc *= f
        return rows(da), dh, dc

    edges = [
        (x, lambda g: (back(g)[0] @ W_ih).reshape(x.shape)),
        (h_0, lambda g: back(g)[1].copy()),
        (c_0, lambda g: back(g)[2].copy()),
        (weight_ih, lambda g: back(g)[0].T @ inputs),
        (weight_hh, lambda g: back(g)[0].T @ rows(h[:-2])),
    ]
    if bias is not None:
        edges.append((bias, lambda g: back(g)[0].sum(axis=0)))
    return operation("lstm", h[1:], *edges)
