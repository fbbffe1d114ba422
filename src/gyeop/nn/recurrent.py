"""What RNN, LSTM and GRU share: arguments, weights, layers, directions, lengths, and torch.nn's names for all of them.

One layer goes over one sequence in one direction as a single operation of the graph, which stands in the layer's own
file: its equations forward and back. Here such passes are put on top of each other and side by side.
"""

import math
import warnings

import numpy as np

from gyeop._checks import as_array, count, first_index, flag, float_type, generator, number
from gyeop.autograd import Tensor, concatenate, stack, where
from gyeop.autograd.graph import operation
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.dropout import Dropout
from gyeop.nn.module import Module, Parameter

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Recurrent(Module):
    """A layer that goes over sequences. A subclass says how many `gates` it has, names its `states`, and has `over`."""

    gates: int
    states: tuple[str, ...] = ("h_0",)
    weight_hh_l0: Parameter

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        dtype=np.float32,
        rng=None,
    ):
        super().__init__()
        layer = type(self).__name__
        self.input_size = count(input_size, f"{layer}'s input_size")
        self.hidden_size = count(hidden_size, f"{layer}'s hidden_size")
        self.num_layers = count(num_layers, f"{layer}'s num_layers")
        self.bias, self.batch_first = flag(bias, f"{layer}'s bias"), flag(batch_first, f"{layer}'s batch_first")
        self.dropout = number(dropout, f"{layer}'s dropout", at_least=0, at_most=1)
        self.bidirectional = flag(bidirectional, f"{layer}'s bidirectional")
        if self.dropout and self.num_layers == 1:
            warnings.warn(f"{layer}'s dropout={dropout} acts between layers, and num_layers is 1", stacklevel=2)
        dtype, self.rng = float_type(dtype, f"{layer}'s dtype"), generator(rng)
        directions, bound = 1 + self.bidirectional, 1 / math.sqrt(self.hidden_size)
        rows = self.gates * self.hidden_size
        for i in range(self.num_layers):
            inputs = self.hidden_size * directions if i else self.input_size
            shapes = [(rows, inputs), (rows, self.hidden_size), (rows,), (rows,)][: 4 if self.bias else 2]
            for suffix in self._suffixes(i):
                for name, shape in zip(NAMES, shapes, strict=False):
                    setattr(self, name + suffix, Parameter(self.rng.uniform(-bound, bound, shape).astype(dtype)))

    def over(self, x, states, weights, ended):
        """Once over x (time, batch, features): a tuple of h at each step (time, batch, hidden_size) and, of each other
        state, the last one (batch, hidden_size).

        `states` are those before the first step, `weights` those of NAMES, where both biases may be None. `ended` is
        None or bools (time, batch): where it holds, h is 0 and any other state stays as it is.
        """
        raise NotImplementedError(f"{type(self).__name__} has no over()")

    def forward(self, x, hx=None, lengths=None):
        x = as_tensor(x, self.weight_hh_l0.dtype)
        order = "batch, time" if self.batch_first else "time, batch"
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            expected = f"({order}, {self.input_size}) or (time, {self.input_size})"
            raise ValueError(f"{self} expects {expected}, got {x.shape}")
        came, batched = x.shape, x.ndim == 3
        if not batched:
            x = x.unsqueeze(1)
        elif self.batch_first:
            x = x.swapaxes(0, 1)
        if not len(x):
            raise ValueError(f"{self} expects at least one step in time, got {came}")
        states = self._states(hx, x.shape[1], batched)
        lengths = self._lengths(lengths, x.shape[:2], batched)
        x, states = self._through_layers(x, states, lengths)
        if not batched:
            x, states = x.squeeze(1), [state.squeeze(1) for state in states]
        elif self.batch_first:
            x = x.swapaxes(0, 1)
        return x, states[0] if len(states) == 1 else tuple(states)

    def _through_layers(self, x, states, lengths):
        """x and the results are (time, batch, features) and lists of (layers x directions, batch, hidden_size)."""
        steps, batch = x.shape[:2]
        time, ended, last = np.arange(steps)[:, None], None, np.full(batch, steps - 1)
        if lengths is not None:
            ended, last = time >= lengths, lengths - 1
            x = where(ended[:, :, None], 0.0, x)  # whatever stands there, NaN too, counts for nothing
        turned = _turned(time, last)
        ends: list = []
        for i in range(self.num_layers):
            if i and self.dropout and self.training:
                x = Dropout(self.dropout, self.rng)(x)
            outputs = []
            for suffix in self._suffixes(i):
                backwards = suffix.endswith("reverse")
                weights = [getattr(self, name + suffix, None) for name in NAMES]
                before = [state[len(ends)] for state in states]
                y, *others = self.over(turned(x) if backwards else x, before, weights, ended)
                ends.append([y[-1] if lengths is None else y[last, np.arange(batch)], *others])
                outputs.append(turned(y) if backwards else y)
            x = concatenate(outputs, axis=-1) if self.bidirectional else outputs[0]
            if ended is not None:
                x = where(ended[:, :, None], 0.0, x)  # 0 already, but the gradient has to end here
        return x, [stack(passes) for passes in zip(*ends, strict=True)]

    def _suffixes(self, i):
        return [f"_l{i}", f"_l{i}_reverse"] if self.bidirectional else [f"_l{i}"]

    def _states(self, hx, batch, batched):
        """The initial states as a list of tensors (layers x directions, batch, hidden_size); zeros if hx is None."""
        dtype, passes = self.weight_hh_l0.dtype, self.num_layers * (1 + self.bidirectional)
        if hx is None:
            return [Tensor(np.zeros((passes, batch, self.hidden_size), dtype))] * len(self.states)
        if len(self.states) == 1:
            hx = (hx,)
        elif not isinstance(hx, tuple | list) or len(hx) != len(self.states):
            came = f"{len(hx)} of them" if isinstance(hx, tuple | list) else type(hx).__name__
            raise ValueError(f"{self} expects hx = ({', '.join(self.states)}), got {came}")
        expected = (passes, batch, self.hidden_size) if batched else (passes, self.hidden_size)
        states = [as_tensor(state, dtype) for state in hx]
        for name, state in zip(self.states, states, strict=True):
            if state.shape != expected:
                raise ValueError(f"{self} expects {name} {expected}, got {state.shape}")
        return states if batched else [state.unsqueeze(1) for state in states]

    def _lengths(self, lengths, shape, batched):
        if lengths is None:
            return None
        if not batched:
            raise ValueError(f"{self} expects lengths with a batch of sequences, got lengths with a single one")
        steps, batch = shape
        lengths = np.array(as_array(lengths, f"{self}'s lengths"))
        if lengths.shape != (batch,) or lengths.dtype.kind not in "iu":
            got = f"shape {lengths.shape} of dtype {lengths.dtype}"
            raise ValueError(f"{self} expects lengths ({batch},) of whole numbers, got {got}")
        wrong = (lengths < 1) | (lengths > steps)
        if wrong.any():
            at = first_index(wrong)
            raise ValueError(f"{self} expects lengths from 1 to {steps}, got {lengths[at]} at index {at}")
        return lengths.astype(np.intp)

    def describe(self):
        """As torch: what has its default is left out."""
        parts = [f"{self.input_size}, {self.hidden_size}"]
        parts += [f"num_layers={self.num_layers}"] if self.num_layers != 1 else []
        parts += ["bias=False"] if not self.bias else []
        parts += ["batch_first=True"] if self.batch_first else []
        parts += [f"dropout={self.dropout}"] if self.dropout else []
        parts += ["bidirectional=True"] if self.bidirectional else []
        return ", ".join(parts)


def _turned(time, last):
    """A function that turns each sequence of (time, batch, ...) round up to its last step: done twice, it is undone."""
    at = np.where(time <= last, last - time, time), np.arange(len(last))
    return lambda x: operation("turn", x.data[at], (x, lambda g: g[at]))


def once(back):
    """`back`, but asked again about the same gradient it gives the same result: for edges that share one walk back."""
    asked, result = None, None

    def shared(g):
        nonlocal asked, result
        if asked is not g:
            asked, result = g, back(g)
        return result

    return shared


def rows(a):
    """(time, batch, ...) -> (time x batch, all the rest): one row for each step of each sequence."""
    return a.reshape(a.shape[0] * a.shape[1], math.prod(a.shape[2:]))
