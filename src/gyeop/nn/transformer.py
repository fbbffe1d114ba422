"""The layers of a Transformer: A. Vaswani et al., Attention is all you need (2017); torch.nn's arguments and state.

A layer is two or three blocks, attention and a small network that each position goes through alone. Each block is
added to what it got, and normalized: after the sum as in the paper, or before the block, so that the sum goes straight
through all layers and deep stacks train without warmup (norm_first; R. Xiong et al., On layer normalization in the
Transformer architecture, 2020).
"""

import numpy as np

from gyeop._checks import count, flag, float_type, generator, number
from gyeop.autograd.tensor import as_tensor
from gyeop.nn.activation import GELU, ReLU
from gyeop.nn.attention import MultiheadAttention
from gyeop.nn.dropout import Dropout
from gyeop.nn.linear import Linear
from gyeop.nn.module import Module
from gyeop.nn.normalization import LayerNorm

ACTIVATIONS = {"relu": ReLU(), "gelu": GELU()}


class TransformerLayer(Module):
    """What both layers share: arguments, the network for each position, and how a block is added.

    Children are named and ordered as in torch, for the state_dict: attentions, network, norms, dropouts.
    """

    attentions: tuple[str, ...]
    self_attn: MultiheadAttention
    norm1: LayerNorm
    norm2: LayerNorm
    dropout1: Dropout
    dropout2: Dropout

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        layer_norm_eps=1e-5,
        batch_first=False,
        norm_first=False,
        bias=True,
        dtype=np.float32,
        rng=None,
    ):
        super().__init__()
        layer = type(self).__name__
        d, h = count(d_model, f"{layer}'s d_model"), count(nhead, f"{layer}'s nhead")
        if d % h:
            raise ValueError(f"{layer} expects d_model that {h} heads divide evenly, got {d}")
        width = count(dim_feedforward, f"{layer}'s dim_feedforward")
        p = number(dropout, f"{layer}'s dropout", at_least=0, at_most=1)
        if not isinstance(activation, str) or activation not in ACTIVATIONS:
            raise ValueError(f"{layer} expects activation 'relu' or 'gelu', got {activation!r}")
        eps = number(layer_norm_eps, f"{layer}'s layer_norm_eps", at_least=0)
        batch_first, bias = flag(batch_first, f"{layer}'s batch_first"), flag(bias, f"{layer}'s bias")
        self.norm_first, self.activation = flag(norm_first, f"{layer}'s norm_first"), activation
        dtype, rng = float_type(dtype, f"{layer}'s dtype"), generator(rng)
        for name in self.attentions:
            setattr(self, name, MultiheadAttention(d, h, p, bias, batch_first=batch_first, dtype=dtype, rng=rng))
        self.linear1 = Linear(d, width, bias, dtype, rng)
        self.dropout = Dropout(p, rng)
        self.linear2 = Linear(width, d, bias, dtype, rng)
        blocks = range(1, len(self.attentions) + 2)
        for i in blocks:
            setattr(self, f"norm{i}", LayerNorm(d, eps, bias=bias, dtype=dtype))
        for i in blocks:
            setattr(self, f"dropout{i}", Dropout(p, rng))

    def feed_forward(self, x):
        """W_2 f(W_1 x + b_1) + b_2, with f the activation: the same for each position, and for each alone."""
        return self.linear2(self.dropout(ACTIVATIONS[self.activation](self.linear1(x))))

    def add(self, x, block, norm):
        """x + block(norm(x)) with norm_first, else norm(x + block(x))."""
        return x + block(norm(x)) if self.norm_first else norm(x + block(x))

    def sequence(self, x, name, beside=None):
        """The input `name` as a tensor in the layer's dtype, with as many sequences as the tensor `beside`."""
        x, d = as_tensor(x, self.linear1.weight.dtype), self.linear1.in_features
        first = self.self_attn.batch_first
        if x.ndim not in (2, 3) or x.shape[-1] != d:
            order = "batch, time" if first else "time, batch"
            raise ValueError(f"{self._name()} expects {name} ({order}, {d}) or (time, {d}), got {x.shape}")
        if beside is not None and _batch(x, first) != _batch(beside, first):
            raise ValueError(f"{self._name()} expects {name} of one batch with {beside.shape}, got {x.shape}")
        return x

    def _name(self):
        d, h = self.self_attn.embed_dim, self.self_attn.num_heads
        return f"{type(self).__name__}(d_model={d}, nhead={h})"


def _batch(x, batch_first):
    return x.shape[0 if batch_first else 1] if x.ndim == 3 else None


class TransformerEncoderLayer(TransformerLayer):
    """Each position takes over something from all others, then thinks it through alone; the shape stays:

        x <- norm1(x + self_attn(x, x, x))      or with norm_first=True      x <- x + self_attn(y, y, y), y = norm1(x)
        x <- norm2(x + feed_forward(x))                                      x <- x + feed_forward(norm2(x))

    src is (time, batch, d_model), or (batch, time, d_model) with batch_first=True, or (time, d_model). feed_forward is
    linear1 to dim_feedforward units, the activation, "relu" or "gelu", and linear2 back. In training dropout acts on
    the weights of attention, on what the activation gives, and on what is added. src_mask, src_key_padding_mask and
    is_causal are attn_mask, key_padding_mask and is_causal of gyeop.nn.MultiheadAttention; a position that sees nothing
    takes over nothing. `rng` is a seed or a numpy.random.Generator, for the weights and then for dropout.
    Wrong shapes and bad arguments are a ValueError or a TypeError.

    >>> layer = TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, rng=0)
    >>> layer(np.ones((5, 3, 8))).shape
    (5, 3, 8)
    """

    attentions = ("self_attn",)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        def look_around(y):
            seen, _ = self.self_attn(
                *(y, y, y), src_key_padding_mask, need_weights=False, attn_mask=src_mask, is_causal=is_causal
            )
            return self.dropout1(seen)

        x = self.sequence(src, "src")
        x = self.add(x, look_around, self.norm1)
        return self.add(x, lambda y: self.dropout2(self.feed_forward(y)), self.norm2)


class TransformerDecoderLayer(TransformerLayer):
    """As the encoder's layer, and between its two blocks each position of tgt takes over something from `memory`:

        x <- norm1(x + self_attn(x, x, x))
        x <- norm2(x + multihead_attn(x, memory, memory))
        x <- norm3(x + feed_forward(x))

    or with norm_first=True each block gets its norm of x, and x + that block is the next x. tgt is (time, batch,
    d_model) or as in the encoder's layer, memory, what an encoder made, has a time of its own. To make a sequence step
    by step, tgt_is_causal=True: no step sees a later one. Each mask is for the attention that it is named after.
    Errors are as in the encoder's layer; so is a memory of another batch than tgt.

    >>> layer = TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True, rng=0)
    >>> layer(np.ones((3, 4, 8)), np.ones((3, 5, 8)), tgt_is_causal=True).shape
    (3, 4, 8)
    """

    attentions = ("self_attn", "multihead_attn")
    multihead_attn: MultiheadAttention
    norm3: LayerNorm
    dropout3: Dropout

    def forward(
        self,
        tgt,
        memory,
        tgt_mask=None,
        memory_mask=None,
        tgt_key_padding_mask=None,
        memory_key_padding_mask=None,
        tgt_is_causal=False,
        memory_is_causal=False,
    ):
        def look_around(y):
            seen, _ = self.self_attn(
                *(y, y, y), tgt_key_padding_mask, need_weights=False, attn_mask=tgt_mask, is_causal=tgt_is_causal
            )
            return self.dropout1(seen)

        def look_up(y):
            seen, _ = self.multihead_attn(
                *(y, memory, memory),
                memory_key_padding_mask,
                need_weights=False,
                attn_mask=memory_mask,
                is_causal=memory_is_causal,
            )
            return self.dropout2(seen)

        x = self.sequence(tgt, "tgt")
        memory = self.sequence(memory, "memory", beside=x)
        x = self.add(x, look_around, self.norm1)
        x = self.add(x, look_up, self.norm2)
        return self.add(x, lambda y: self.dropout3(self.feed_forward(y)), self.norm3)
