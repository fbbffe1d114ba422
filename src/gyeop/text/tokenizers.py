"""A text split into tokens, the tokens as numbers, and back; and what a language model learns from them."""

from collections import Counter
from collections.abc import Callable

import numpy as np

from .._checks import as_array, count, first_index
from ._checks import strings_of, text_of, tokens_of
from .hangul import from_jamo, to_jamo

UNKNOWN = "\ufffd"  # the Unicode replacement character, printed for what the vocabulary lacks


def next_token_pairs(tokens):
    """What a language model learns from: every prefix with the token that follows it, [(prefix, next), ...].

    The text itself gives the answers; nobody labels anything. n tokens make n - 1 pairs. A prefix is a list of tokens,
    or a string if `tokens` is one.

    >>> for prefix, token in next_token_pairs(["곰", "세", "마리가", "한", "집에", "있어"])[2:]:
    ...     print(" ".join(prefix), "->", token)
    곰 세 마리가 -> 한
    곰 세 마리가 한 -> 집에
    곰 세 마리가 한 집에 -> 있어
    >>> next_token_pairs("나비")
    [('나', '비')]
    """
    sequence = tokens_of(tokens, "next_token_pairs")
    prefixes = tokens if isinstance(tokens, str) else sequence
    return [(prefixes[:i], sequence[i]) for i in range(1, len(sequence))]


class _Tokenizer:
    """What the three share: a vocabulary, and numbers for its tokens. Each says how to `split` and to `join`."""

    split: Callable[[str], list[str]]
    join: Callable[[list[str]], str]

    def __init__(self, text, min_count=1):
        name = type(self).__name__
        counts, min_count = Counter(self.split(text_of(text, name))), count(min_count, f"{name}'s min_count")
        known = sorted(token for token, times in counts.items() if times >= min_count and token != UNKNOWN)
        self.vocabulary = [UNKNOWN, *known]
        self._numbers = {token: i for i, token in enumerate(self.vocabulary)}

    def __len__(self):
        return len(self.vocabulary)

    def __repr__(self):
        return f"{type(self).__name__} with a vocabulary of {len(self)}"

    def encode(self, text):
        """The numbers of the text's tokens, (tokens,) int64; 0 for a token that the vocabulary lacks."""
        tokens = self.split(text_of(text, f"{type(self).__name__}.encode"))
        return np.array([self._numbers.get(token, 0) for token in tokens], dtype=np.int64)

    def decode(self, numbers):
        """The text of the tokens with these numbers (tokens,), each from 0 to len - 1; 0 is printed as \ufffd."""
        name = f"{type(self).__name__}.decode"
        numbers = as_array(numbers, name)
        if numbers.ndim != 1:
            raise ValueError(f"{name} expects numbers (tokens,), got {numbers.shape}")
        if numbers.size and numbers.dtype.kind not in "iu":
            raise TypeError(f"{name} expects whole numbers, got dtype {numbers.dtype}")
        wrong = (numbers < 0) | (numbers >= len(self))
        if wrong.any():
            at = first_index(wrong)
            raise ValueError(f"{name} expects numbers from 0 to {len(self) - 1}, got {numbers[at]} at index {at}")
        return self.join([self.vocabulary[i] for i in numbers.tolist()])


class Characters(_Tokenizer):
    """One token a character; a Korean syllable is one. `vocabulary` is what `text` holds, in order, after `UNKNOWN`.

    Characters seen fewer than `min_count` times are unknown.

    >>> tokenizer = Characters("곰 세 마리")
    >>> len(tokenizer), tokenizer.encode("세 마").tolist(), tokenizer.decode(tokenizer.encode("네 마리"))
    (6, [5, 1, 4], '\ufffd 마리')
    """

    @staticmethod
    def split(text):
        """The tokens of a text, a list of strings."""
        return list(text_of(text, "Characters.split"))

    @staticmethod
    def join(tokens):
        """The text of these tokens."""
        return "".join(strings_of(tokens, "Characters.join"))


class Jamo(_Tokenizer):
    """One token a Hangul letter: `to_jamo`. There are 67 of them, so that hardly a syllable is ever unknown.

    Decoding puts letters together to syllables wherever they fit; any text in Unicode's NFC comes back as it was.

    >>> tokenizer = Jamo("나비야 이리 날아오너라")
    >>> tokenizer.decode(tokenizer.encode("노래"))  # of their letters only ᅢ is missing in the text
    '노ᄅ\ufffd'
    """

    @staticmethod
    def split(text):
        """The tokens of a text, a list of strings."""
        return list(to_jamo(text_of(text, "Jamo.split")))

    @staticmethod
    def join(tokens):
        """The text of these tokens."""
        return from_jamo("".join(strings_of(tokens, "Jamo.join")))


class Words(_Tokenizer):
    """One token a word: what stands between white space. Joined again, words have one space between them.

    >>> tokenizer = Words("곰 세 마리가 한 집에 있어 아빠 곰 엄마 곰", min_count=2)
    >>> tokenizer.vocabulary, tokenizer.decode(tokenizer.encode("아기 곰"))
    (['\ufffd', '곰'], '\ufffd 곰')
    """

    @staticmethod
    def split(text):
        """The tokens of a text, a list of strings."""
        return text_of(text, "Words.split").split()

    @staticmethod
    def join(tokens):
        """The text of these tokens."""
        return " ".join(strings_of(tokens, "Words.join"))
