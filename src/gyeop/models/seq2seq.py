"""From one text to another: the Transformer of A. Vaswani et al., Attention is all you need (2017).

The encoder reads the source, every place looking at every other. The decoder writes the target token by token, each
place looking at what is written and, through cross-attention, at the encoder's vectors. Norms stand before the blocks
(R. Xiong et al., On Layer Normalization in the Transformer Architecture, 2020), which trains without a warmup.
"""

import math

import torch
from torch import nn

from .._checks import count
from ._checks import divides, first_wrong, share, tokens
from ._evaluating import evaluating
from ._random import drawing_from
from .decoding import beam_search, greedy


class Seq2Seq(nn.Module):
    """Source and target tokens in; at every place of the target, logits for the target token that comes next.

    Three numbers mean the same in both vocabularies: 0 (PAD) fills a text up at its right, 1 (START) begins a target
    and 2 (END) ends it: [1, tokens, 2, 0, ...]. To learn from pairs, each place is asked for the next token:

        logits = model(source, target[:, :-1])                           # (batch, time - 1, target_vocabulary)
        loss = F.cross_entropy(logits.transpose(1, 2), target[:, 1:], ignore_index=0)

    Padding changes nothing at the other places. A token's vector is sqrt(width) * embedding + waves (section 3.5 of the
    paper, as in gyeop.nn.PositionalEncoding), so texts can have any length. Encoder and decoder have `layers` layers
    each, `heads` heads, 4 width hidden units, ReLU; `dropout` is the probability that an entry is dropped in training.

    Parameters, s and t the sizes of the vocabularies, w the width: s w + t w for the embeddings, layers (12 w^2 + 13 w)
    + 2 w for the encoder, layers (16 w^2 + 19 w) + 2 w for the decoder, t w + t for the head. First weights are
    Xavier's, those of the embeddings N(0, 1 / width).

    >>> import torch
    >>> model = Seq2Seq(source_vocabulary=20, target_vocabulary=13, rng=0)
    >>> source = torch.tensor([[5, 9, 3, 4], [7, 3, 0, 0]])
    >>> model(source, torch.tensor([[1, 4, 4], [1, 9, 2]])).shape
    torch.Size([2, 3, 13])
    >>> tokens, score = model.beam_search(source, beam=4, max_length=6)
    >>> tokens.shape[0], score.shape
    (2, torch.Size([2]))
    """

    PAD, START, END = 0, 1, 2

    def __init__(self, source_vocabulary, target_vocabulary, width=64, heads=4, layers=2, dropout=0.0, rng=None):
        super().__init__()
        self.source_vocabulary = count(source_vocabulary, "Seq2Seq's source_vocabulary", at_least=3)
        self.target_vocabulary = count(target_vocabulary, "Seq2Seq's target_vocabulary", at_least=3)
        self.width, heads = count(width, "Seq2Seq's width"), count(heads, "Seq2Seq's heads")
        layers, dropout = count(layers, "Seq2Seq's layers"), share(dropout, "Seq2Seq's dropout")
        divides(heads, self.width, "Seq2Seq")
        sizes = {"d_model": self.width, "nhead": heads, "dim_feedforward": 4 * self.width, "dropout": dropout}
        with drawing_from(rng):
            self.source_embedding = nn.Embedding(self.source_vocabulary, self.width)
            self.target_embedding = nn.Embedding(self.target_vocabulary, self.width)
            self.dropout = nn.Dropout(dropout)
            encoder = nn.TransformerEncoderLayer(**sizes, batch_first=True, norm_first=True)
            self.encoder = nn.TransformerEncoder(encoder, layers, nn.LayerNorm(width), enable_nested_tensor=False)
            decoder = nn.TransformerDecoderLayer(**sizes, batch_first=True, norm_first=True)
            self.decoder = nn.TransformerDecoder(decoder, layers, nn.LayerNorm(width))
            self.head = nn.Linear(self.width, self.target_vocabulary)
            for w in self.parameters():
                if w.dim() == 2:
                    nn.init.xavier_uniform_(w)
            for embedding in (self.source_embedding, self.target_embedding):
                nn.init.normal_(embedding.weight, std=1 / math.sqrt(self.width))

    def forward(self, source, target):
        """source (batch, source time), target (batch, time) -> logits (batch, time, target_vocabulary)."""
        return self.decode(target, *self.encode(source))

    def encode(self, source):
        """(memory, padding): a vector for each token (batch, source time, width), and where the source is padding."""
        source = tokens(source, "Seq2Seq's source", self.source_vocabulary)
        padding = source == self.PAD
        if source.device.type == "cpu" and not torch.compiler.is_compiling():
            first_wrong(
                source[:, 0], padding.all(dim=1), "Seq2Seq expects a token in every source, and not only padding"
            )
        memory = self.encoder(self._vectors(source, self.source_embedding), src_key_padding_mask=padding)
        return memory, padding

    def decode(self, target, memory, padding):
        """Logits (batch, time, target_vocabulary) from a target so far (batch, time) and what `encode` gave."""
        target = tokens(target, "Seq2Seq's target", self.target_vocabulary)
        if len(target) != len(memory):
            raise ValueError(f"Seq2Seq expects as many targets as sources, got {len(target)} and {len(memory)}")
        time = target.shape[1]
        later = torch.ones(time, time, dtype=torch.bool, device=target.device).triu(1)  # what a place must not see
        h = self.decoder(
            self._vectors(target, self.target_embedding),
            memory,
            tgt_mask=later,
            tgt_is_causal=True,
            memory_key_padding_mask=padding,
        )
        return self.head(h)

    def greedy(self, source, max_length=50):
        """The likeliest token, one after the other: see `beam_search`, of which this is the plain form."""
        with evaluating(self):
            return greedy(self, source, count(max_length, "Seq2Seq.greedy's max_length"))

    def beam_search(self, source, beam=4, max_length=50):
        """(target, score): for each source the best target that a search along `beam` of them finds.

        source (batch, source time); target (batch, time) without the start, with its end and padding behind it, or cut
        at `max_length` tokens; score (batch,) is ln p(target | source), the sum over its tokens and its end. At every
        step each of the `beam` likeliest beginnings is continued by every token, and the likeliest `beam` of those are
        kept (I. Sutskever, O. Vinyals, Q. Le, Sequence to Sequence Learning with Neural Networks, 2014, section 3.2).
        A beam of 1 is `greedy`, one as wide as there are targets finds the likeliest of all; in between a wider one
        mostly, not always, finds a better one.
        """
        beam = count(beam, "Seq2Seq.beam_search's beam")
        with evaluating(self):
            return beam_search(self, source, beam, count(max_length, "Seq2Seq.beam_search's max_length"))

    def attention(self, source, target):
        """The cross-attention behind forward(source, target): (layers, batch, heads, target time, source time).

        Each row adds up to 1: how much of each source token's vector went into that place of the target.
        """
        maps: list[torch.Tensor] = []

        def ask(_, inputs, options):
            return inputs, options | {"need_weights": True, "average_attn_weights": False}

        def keep(_, inputs, output):
            maps.append(output[1])

        looks = [layer.multihead_attn for layer in self.decoder.layers]
        hooks = [look.register_forward_pre_hook(ask, with_kwargs=True) for look in looks]
        hooks += [look.register_forward_hook(keep) for look in looks]
        try:
            with evaluating(self):
                self(source, target)
        finally:
            for hook in hooks:
                hook.remove()
        return torch.stack(maps)

    def _vectors(self, numbers, embedding):
        h = embedding(numbers) * math.sqrt(self.width)  # (batch, time, width)
        return self.dropout(h + _waves(h.shape[1], self.width).to(h))


def _waves(time, width):
    """(time, width): sin(t / 10000^(i / width)) for even i, beside it the cos of the same angle."""
    feature = torch.arange(width, dtype=torch.float64)
    angle = torch.arange(time, dtype=torch.float64)[:, None] / 10000 ** ((feature - feature % 2) / width)
    return torch.where(feature % 2 == 1, angle.cos(), angle.sin())
