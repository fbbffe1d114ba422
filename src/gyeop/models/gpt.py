"""A small language model that sees only what came before: a Transformer's encoder with a causal mask.

A. Radford, K. Narasimhan, T. Salimans, I. Sutskever, Improving Language Understanding by Generative Pre-Training
(2018); norms before the blocks and scaled first weights as in their GPT-2 (2019). Sampling among the k likeliest:
A. Fan, M. Lewis, Y. Dauphin, Hierarchical Neural Story Generation (2018).
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .._checks import count, number
from ._checks import divides, floats, share, tokens
from ._evaluating import evaluating
from ._random import drawing_from, torch_generator


class GPT(nn.Module):
    """Tokens (batch, time) in, and at every place logits (batch, time, vocabulary) for the token that comes next.

        h = token[x] + position[0 .. time - 1]
        h = h + attention(norm(h));  h = h + W_2 gelu(W_1 norm(h))      `layers` times, W_1 to 4 width and W_2 back
        logits = norm(h) token^T                                       (weights tied)

    The logits at place t depend on the tokens 0 .. t alone. It looks back over at most `context` tokens; `width` is
    the length of a token's vector, cut into `heads` equal parts for attention. `dropout` is the probability that an
    entry is dropped while training.

    The weights are tied: the table `token` (vocabulary, width), which turns a token into a vector, also scores the
    vectors at the end (O. Press, L. Wolf, Using the Output Embedding to Improve Language Models, 2017), so there is no
    second matrix. First weights are N(0, 0.02^2), divided by sqrt(2 layers) where they lead into the sum; biases 0.

    Parameters: (vocabulary + context) width + layers (12 width^2 + 13 width) + 2 width.

    >>> import torch
    >>> gpt = GPT(vocabulary=50, context=16, rng=0)
    >>> gpt(torch.zeros(2, 16, dtype=torch.long)).shape
    torch.Size([2, 16, 50])
    >>> gpt.generate([[1, 2, 3]], length=5, rng=0).shape
    torch.Size([1, 8])
    """

    def __init__(self, vocabulary, context=64, width=64, heads=4, layers=2, dropout=0.0, rng=None):
        super().__init__()
        self.vocabulary, self.context = count(vocabulary, "GPT's vocabulary"), count(context, "GPT's context")
        self.width, heads = count(width, "GPT's width"), count(heads, "GPT's heads")
        layers, dropout = count(layers, "GPT's layers"), share(dropout, "GPT's dropout")
        divides(heads, self.width, "GPT")
        with drawing_from(rng):
            self.token = nn.Embedding(self.vocabulary, self.width)
            self.position = nn.Embedding(self.context, self.width)
            self.dropout = nn.Dropout(dropout)
            block = nn.TransformerEncoderLayer(
                self.width, heads, 4 * self.width, dropout, activation=F.gelu, batch_first=True, norm_first=True
            )
            self.blocks = nn.TransformerEncoder(block, layers, nn.LayerNorm(self.width), enable_nested_tensor=False)
            for name, w in self.named_parameters():
                if w.dim() == 2:
                    into_sum = name.endswith(("out_proj.weight", "linear2.weight"))
                    nn.init.normal_(w, std=0.02 / math.sqrt(2 * layers) if into_sum else 0.02)
                elif name.endswith("bias"):
                    nn.init.zeros_(w)

    def forward(self, x):
        """Tokens x (batch, time), time at most `context` -> logits (batch, time, vocabulary)."""
        return F.linear(self.hidden(x), self.token.weight)

    def hidden(self, x):
        """What the model makes of each place before it scores tokens: (batch, time, width).

        These are its features: a linear layer on those of the last place turns a language model into a classifier.
        x is tokens (batch, time), or vectors (batch, time, width) that take the place of the tokens' own, for a task
        whose input is numbers.
        """
        if isinstance(x, torch.Tensor) and x.is_floating_point():
            vectors = floats(x, "GPT", "batch", "time", self.width, dtype=self.token.weight.dtype)
        else:
            vectors = self.token(tokens(x, "GPT", self.vocabulary))  # (batch, time, width)
        time = vectors.shape[1]
        if not 0 < time <= self.context:
            raise ValueError(f"GPT expects from 1 to {self.context} places, its context, got {tuple(x.shape)}")
        h = self.dropout(vectors + self.position.weight[:time])
        later = torch.ones(time, time, dtype=torch.bool, device=h.device).triu(1)  # what a place must not see
        return self.blocks(h, mask=later, is_causal=True)

    def generate(self, x, length, temperature=1.0, top_k=None, rng=None):
        """Go on from tokens x (batch, time) or (time,), as a tensor, an array or a list: x with `length` more columns.

        Each token is drawn from softmax(logits / temperature), among the `top_k` likeliest if that is given. A low
        temperature prefers what is likely; 0 takes the likeliest token each time, and so does top_k=1 (the first one,
        of equals). The same `rng`, an int seed, gives the same text. Only the last `context` tokens are looked at,
        and all of them anew for each token: the plain form, fast enough for a model of this size.
        """
        start = torch.as_tensor(x, device=self.token.weight.device)
        length = count(length, "GPT.generate's length", at_least=0)
        temperature = number(temperature, "GPT.generate's temperature", at_least=0)
        top_k = None if top_k is None else count(top_k, "GPT.generate's top_k")
        rng = torch_generator(rng)
        text = tokens(start[None] if start.dim() == 1 else start, "GPT.generate", self.vocabulary)
        with evaluating(self):
            for _ in range(length):
                logits = self(text[:, -self.context :])[:, -1]  # (batch, vocabulary)
                text = torch.cat([text, _draw(logits, temperature, top_k, rng).to(text.device)], dim=1)
        return text[0] if start.dim() == 1 else text


def _draw(logits, temperature, top_k, generator):
    """One token a row, (batch, 1), on the CPU: the same seed gives the same text on every device."""
    logits, order = logits.cpu().double().sort(dim=-1, descending=True, stable=True)
    if temperature == 0 or top_k == 1:
        return order[:, :1]
    logits = (logits - logits[:, :1])[:, :top_k] / temperature  # at most 0: exp() cannot overflow
    return order.gather(1, torch.multinomial(logits.softmax(dim=-1), 1, generator=generator))
