"""Whole networks in torch, each readable in one sitting: torch's own layers, put together.

`MLP` and `CNN` for rows and images, `LSTMClassifier` for sequences, `GPT` for text, `Seq2Seq` from one text to another.
Every model is a torch.nn.Module without surprises: it trains in a plain loop, and its layers are attributes to look at.
Its layers have twins in `gyeop.nn`, and `gyeop.bridge` carries the weights over: the same numbers on both sides.

What is common to all: `rng` is an int seed or a Generator of NumPy or torch, from which the first weights are drawn
while torch's own generator is left alone; with None it is torch's own, as in any torch layer. Floats that come in are
cast to the model's dtype. What has the wrong shape or kind is a ValueError or TypeError that says what was expected and
what came; tokens out of range are named too where looking at them costs no wait, which is on the CPU.
"""

from .cnn import CNN
from .gpt import GPT
from .lstm import LSTMClassifier
from .mlp import MLP
from .seq2seq import Seq2Seq

__all__ = ["CNN", "GPT", "MLP", "LSTMClassifier", "Seq2Seq"]
