"""Attention: A. Vaswani et al., Attention is all you need (2017), with torch.nn's arguments, initialization and state.

Each position asks (query) and is asked (key): how well the two go together says how much of what the other has to say
(value) is taken over. All of it is matrix products, the same for every position; so the order of the positions counts
for nothing, unless a mask or gyeop.nn.PositionalEncoding brings it in.
"""

import math

import numpy as np

from gyeop._checks import as_array, count, flag, float_type, generator, number
from gyeop.autograd import Tensor, linear, where
from gyeop.autograd.tensor import as_tensor
from gyeop.init import xavier_uniform
from gyeop.nn.dropout import Dropout
from gyeop.nn.linear import Linear
from gyeop.nn.module import Module, Parameter


class MultiheadAttention(Module):
    """num_heads times attention side by side, each with features of its own, d = embed_dim / num_heads of them:

        Q = query W_q^T + b_q    K = key W_k^T + b_k    V = value W_v^T + b_v
        weights = softmax(Q K^T / sqrt(d) + mask)
        output = [weights V of all heads, side by side] W_o^T + b_o

    attention(query, key, value) gives (output, weights). query is (queries, batch, embed_dim), key (keys, batch, kdim)
    and value (keys, batch, vdim); output has the shape of query. With batch_first=True the batch comes first in all;
    a single sequence comes and goes without it. kdim and vdim are embed_dim unless given.

    weights (batch, queries, keys) are the mean over the heads, or (batch, num_heads, queries, keys) with
    average_attn_weights=False, or None with need_weights=False. In training they go through dropout, and come back so.

    A mask says what is not to be seen: a key of the batch, `key_padding_mask` (batch, keys), or a key by a query,
    `attn_mask` (queries, keys) or (batch x num_heads, queries, keys), True where it is not. One of floats, array or
    Tensor, is added before softmax. is_causal=True hides from each query all keys after its own place; torch wants
    attn_mask beside it, here it stands alone or adds to one. A query that sees no key has NaN for weights and output,
    or with need_weights=False takes over nothing, output b_o: both as in torch.

    `in_proj_weight` (3 embed_dim, embed_dim) is W_q, W_k, W_v one below the other, in Glorot and Bengio's uniform
    distribution, or q_proj_weight, k_proj_weight and v_proj_weight are there if kdim or vdim differ; `in_proj_bias`
    (3 embed_dim,) and out_proj.bias start at 0, out_proj.weight as in gyeop.nn.Linear. `rng` is a seed or a
    numpy.random.Generator, for the weights and then for dropout. torch's add_bias_kv and add_zero_attn are lacking.
    Wrong shapes and bad arguments are a ValueError or a TypeError.

    >>> attention = MultiheadAttention(embed_dim=4, num_heads=2, batch_first=True, rng=0)
    >>> x = np.random.default_rng(0).normal(size=(1, 3, 4))
    >>> output, weights = attention(x, x, x, is_causal=True)
    >>> output.shape, weights.data.round(2)
    ((1, 3, 4), array([[[1.  , 0.  , 0.  ],
            [0.41, 0.59, 0.  ],
            [0.39, 0.23, 0.38]]], dtype=float32))
    """

    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        *,
        kdim=None,
        vdim=None,
        batch_first=False,
        dtype=np.float32,
        rng=None,
    ):
        super().__init__()
        self.embed_dim = count(embed_dim, "MultiheadAttention's embed_dim")
        self.num_heads = count(num_heads, "MultiheadAttention's num_heads")
        if self.embed_dim % self.num_heads:
            wanted = f"embed_dim that {num_heads} num_heads divide evenly"
            raise ValueError(f"MultiheadAttention expects {wanted}, got {embed_dim}")
        self.dropout = number(dropout, "MultiheadAttention's dropout", at_least=0, at_most=1)
        bias = flag(bias, "MultiheadAttention's bias")
        self.kdim = self.embed_dim if kdim is None else count(kdim, "MultiheadAttention's kdim")
        self.vdim = self.embed_dim if vdim is None else count(vdim, "MultiheadAttention's vdim")
        self.batch_first = flag(batch_first, "MultiheadAttention's batch_first")
        dtype, self.rng = float_type(dtype, "MultiheadAttention's dtype"), generator(rng)
        e = self.embed_dim
        if self.kdim == self.vdim == e:
            self.in_proj_weight = Parameter(xavier_uniform((3 * e, e), self.rng, dtype))
        else:
            self.q_proj_weight = Parameter(xavier_uniform((e, e), self.rng, dtype))
            self.k_proj_weight = Parameter(xavier_uniform((e, self.kdim), self.rng, dtype))
            self.v_proj_weight = Parameter(xavier_uniform((e, self.vdim), self.rng, dtype))
        self.in_proj_bias = Parameter(np.zeros(3 * e, dtype)) if bias else None
        self.out_proj = Linear(e, e, bias, dtype, self.rng)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data = np.zeros(e, dtype)

    def forward(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
    ):
        query, key, value = (as_tensor(x, self.out_proj.weight.dtype) for x in (query, key, value))
        need_weights = flag(need_weights, "MultiheadAttention's need_weights")
        average = flag(average_attn_weights, "MultiheadAttention's average_attn_weights")
        self._check_shapes(query, key, value)
        batched = query.ndim == 3
        query, key, value = (self._batch_first(x) for x in (query, key, value))  # (batch, time, features) from here on
        (batch, queries, _), keys = query.shape, key.shape[1]
        mask = self._mask(attn_mask, key_padding_mask, is_causal, (batch, queries, keys), batched)

        Q, K, V = self._projected(query, key, value)  # (batch, heads, time, features of a head)
        weights = attention_weights(Q, K, mask, nothing_is_zero=not need_weights)
        if self.training and self.dropout:
            weights = Dropout(self.dropout, self.rng)(weights)
        heads = (weights @ V).swapaxes(1, 2)  # (batch, queries, heads, features of a head)
        output = self.out_proj(heads.reshape(batch, queries, self.embed_dim))

        if not need_weights:
            weights = None
        elif average:
            weights = weights.mean(axis=1)
        if not batched:
            return output.squeeze(0), None if weights is None else weights.squeeze(0)
        return output if self.batch_first else output.swapaxes(0, 1), weights

    def _batch_first(self, x):
        if x.ndim == 2:
            return x.unsqueeze(0)
        return x if self.batch_first else x.swapaxes(0, 1)

    def _projected(self, query, key, value):
        e = self.embed_dim
        parts = slice(0, e), slice(e, 2 * e), slice(2 * e, 3 * e)
        if self.kdim == self.vdim == e:
            weights = [self.in_proj_weight[part] for part in parts]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        biases = [None] * 3 if self.in_proj_bias is None else [self.in_proj_bias[part] for part in parts]
        return [
            linear(x, weight, bias).reshape(*x.shape[:2], self.num_heads, e // self.num_heads).swapaxes(1, 2)
            for x, weight, bias in zip((query, key, value), weights, biases, strict=True)
        ]

    def _check_shapes(self, query, key, value):
        e, (n, m) = self.embed_dim, ("batch", "time") if self.batch_first else ("time", "batch")
        if query.ndim not in (2, 3) or query.shape[-1] != e:
            raise ValueError(f"{self._name()} expects query ({n}, {m}, {e}) or (time, {e}), got {query.shape}")
        if query.ndim == 2:
            fits, wanted = key.ndim == 2, f"(time, {self.kdim})"
        elif self.batch_first:
            fits, wanted = key.ndim == 3 and key.shape[0] == query.shape[0], f"({query.shape[0]}, time, {self.kdim})"
        else:
            fits, wanted = key.ndim == 3 and key.shape[1] == query.shape[1], f"(time, {query.shape[1]}, {self.kdim})"
        if not fits or key.shape[-1] != self.kdim:
            raise ValueError(f"{self._name()} expects key {wanted} with query {query.shape}, got {key.shape}")
        if value.shape != (*key.shape[:-1], self.vdim):
            wanted = f"{(*key.shape[:-1], self.vdim)} with key {key.shape}"
            raise ValueError(f"{self._name()} expects value {wanted}, got {value.shape}")

    def _mask(self, attn_mask, key_padding_mask, is_causal, shape, batched):
        """What is added before softmax, as a tensor that broadcasts to (batch, heads, queries, keys), or None."""
        (batch, queries, keys), masks = shape, []
        if attn_mask is not None:
            each = (batch * self.num_heads, queries, keys)
            mask = self._added(attn_mask, "attn_mask", (queries, keys), each)
            masks.append(mask if mask.ndim == 2 else mask.reshape(batch, self.num_heads, queries, keys))
        if key_padding_mask is not None:
            mask = self._added(key_padding_mask, "key_padding_mask", (batch, keys) if batched else (keys,))
            masks.append(mask.reshape(batch, 1, 1, keys))
        if flag(is_causal, "MultiheadAttention's is_causal"):
            later = np.arange(keys) > np.arange(queries)[:, None]
            masks.append(self._added(later, "is_causal", later.shape))
        return sum(masks[1:], masks[0]) if masks else None

    def _added(self, mask, name, *shapes):
        """The mask as a tensor: minus infinity where one of bools is True, else 0."""
        mask = mask if isinstance(mask, Tensor) else as_array(mask, f"{self._name()}'s {name}")
        if mask.dtype.kind not in "bf":
            raise TypeError(f"{self._name()} expects {name} of bools or floats, got dtype {mask.dtype}")
        if mask.shape not in shapes:
            raise ValueError(f"{self._name()} expects {name} {' or '.join(map(str, shapes))}, got {mask.shape}")
        if mask.dtype == bool:
            mask = np.where(mask, -np.inf, 0.0)
        return as_tensor(mask, self.out_proj.weight.dtype)

    def _name(self):
        return f"MultiheadAttention(embed_dim={self.embed_dim}, num_heads={self.num_heads})"


def attention_weights(query, key, mask=None, nothing_is_zero=False):
    """softmax(Q K^T / sqrt(d) + mask): (..., queries, d) and (..., keys, d) -> (..., queries, keys), all tensors.

    Each row adds up to 1. A row of the mask that is minus infinity all along gives NaN, or 0 with nothing_is_zero=True.

    >>> Q, K = Tensor([[2.0, 0.0]]), Tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    >>> attention_weights(Q, K).data.round(2), attention_weights(Q, K, Tensor([[0.0, 0.0, -np.inf]])).data.round(2)
    (array([[0.45, 0.11, 0.45]]), array([[0.8, 0.2, 0. ]]))
    """
    scores = (query * (1 / math.sqrt(query.shape[-1]))) @ key.swapaxes(-1, -2)
    if mask is None:
        return scores.softmax()
    if nothing_is_zero and (hidden := (mask.data == -np.inf).all(axis=-1, keepdims=True)).any():
        return where(hidden, 0.0, (scores + where(hidden, 0.0, mask)).softmax())
    return (scores + mask).softmax()
