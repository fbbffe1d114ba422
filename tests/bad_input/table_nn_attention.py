"""Attention, positions and the layers of a transformer."""

import numpy as np

from gyeop import nn
from gyeop.nn.transformer import TransformerLayer

from .arrays import Array
from .case import Case
from .kinds import Choice, Count, Dtype, Flag, Number, Rng
from .table_nn import SAME, both
from .variants import EITHER, Given, Optional, Variant, bad, nonsense

INNER = [TransformerLayer.feed_forward, TransformerLayer.add, TransformerLayer.sequence]


def mask(*shape):
    """None, or an array of bools of this shape: what is not looked at."""
    wrong = bad(a_string="text", a_number=3, integers=np.zeros(shape, int), of_strings=np.full(shape, "a"))
    wrong += bad(of_another_shape=np.zeros((9, 9, 9, 9), bool), complex_=np.zeros(shape) + 1j)
    kept = [Variant("of bools", lambda _: np.zeros(shape, bool), EITHER)]
    rest = [v for v in nonsense() if v.what != "None"]
    return Given(lambda: None, wrong, kept, rest)


LAYER = {
    "d_model": Count(4),
    "nhead": Count(2),
    "dim_feedforward": Count(3),
    "dropout": Number(0.1, at_least=0, at_most=1),
    "activation": Choice("relu", "gelu"),
    "layer_norm_eps": Number(1e-5, at_least=0),
    "batch_first": Flag(),
    "norm_first": Flag(),
    "bias": Flag(True),
    "dtype": Dtype(np.float32),
    "rng": Rng(),
}


def sequence(time):
    return Array(time, "n", 4, finite=False, also=[(time, 4)])


ATTENTION = Given(lambda: nn.MultiheadAttention(4, 2, rng=0))
ENCODER = Given(lambda: nn.TransformerEncoderLayer(4, 2, 3, rng=0))
DECODER = Given(lambda: nn.TransformerDecoderLayer(4, 2, 3, rng=0))
CASES = [
    Case(nn.MultiheadAttention, None).takes(
        embed_dim=Count(4),
        num_heads=Count(2),
        dropout=Number(0.0, at_least=0, at_most=1),
        bias=Flag(True),
        kdim=Optional(Count(3)),
        vdim=Optional(Count(3)),
        batch_first=Flag(),
        dtype=Dtype(np.float32),
        rng=Rng(),
    ),
    Case(nn.MultiheadAttention.forward, SAME, result=lambda y: (both(y[0]), y[1])).takes(
        self=ATTENTION,
        query=sequence("m"),
        key=sequence("k"),
        value=sequence("k"),
        key_padding_mask=mask(5, 4),
        need_weights=Flag(True),
        attn_mask=mask(6, 4),
        average_attn_weights=Flag(True),
        is_causal=Flag(),
    ),
    Case(nn.PositionalEncoding, None).takes(
        d_model=Count(4),
        dropout=Number(0.1, at_least=0, at_most=1),
        max_len=Count(9),
        batch_first=Flag(),
        rng=Rng(),
    ),
    Case(nn.PositionalEncoding.forward, changes=None).takes(
        self=Given(lambda: nn.PositionalEncoding(4, max_len=9, rng=0)),
        x=Array("m", "n", 4, finite=False, also=[("m", 4)]),
    ),
    Case(nn.PositionalEncoding.describe, None).takes(self=Given(lambda: nn.PositionalEncoding(4, max_len=9))),
    *(Case(layer, None).takes(**LAYER) for layer in (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)),
    Case(nn.TransformerEncoderLayer.forward, SAME, result=both).takes(
        self=ENCODER, src=sequence("m"), src_mask=mask(6, 6), src_key_padding_mask=mask(5, 6), is_causal=Flag()
    ),
    Case(nn.TransformerDecoderLayer.forward, SAME, result=both).takes(
        self=DECODER,
        tgt=sequence("m"),
        memory=sequence("k"),
        tgt_mask=mask(6, 6),
        memory_mask=mask(6, 4),
        tgt_key_padding_mask=mask(5, 6),
        memory_key_padding_mask=mask(5, 4),
        tgt_is_causal=Flag(),
        memory_is_causal=Flag(),
    ),
]
