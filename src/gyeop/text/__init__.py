"""Text: split into tokens, turned into numbers and back, and continued by counting.

Tokens are strings or whole numbers; a string counts as the sequence of its characters.
"""

from .hangul import from_jamo, to_jamo
from .ngram import NGram
from .tokenizers import UNKNOWN, Characters, Jamo, Words, next_token_pairs

__all__ = ["UNKNOWN", "Characters", "Jamo", "NGram", "Words", "from_jamo", "next_token_pairs", "to_jamo"]
