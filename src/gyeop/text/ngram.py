"""The n-gram language model: count what came next, and continue.

n-grams and perplexity: D. Jurafsky, J. Martin, Speech and Language Processing (3rd edition draft), chapter 3. The
smoothing: D. MacKay, L. Bauman Peto, A Hierarchical Dirichlet Language Model (1995), carried on to longer contexts.
"""

import math
from collections import Counter, defaultdict

import numpy as np

from .._checks import count, generator, number
from ..activations import softmax
from ._checks import tokens_of


class NGram:
    """A language model that looks back n - 1 tokens and has counted what came next.

    With c(h) how often the context h was followed by anything, c(h w) how often by w, and k = `smoothing`:

        p(w | h) = (c(h w) + k p(w | h')) / (c(h) + k)

    h' is h without its first token; below the empty context stands 1 / V, V the number of tokens in `vocabulary`. So
    k is the number of observations that the shorter context's opinion counts for: with k > 0 no token is impossible,
    and where there are no counts the shorter context decides. k = 0 gives the plain relative frequencies.

    >>> model = NGram(2, smoothing=0).fit("나비야 나비야 이리 날아오너라")
    >>> model.probability("나", "비"), model.probability("야", " "), model.probability(" ", "이")
    (1.0, 1.0, 0.3333333333333333)
    >>> "".join(model.sample(8, prefix="이", rng=0))
    '리 나비야 날아'
    """

    def __init__(self, n=2, smoothing=1.0):
        self.n = count(n, "NGram's n")
        self.smoothing = number(smoothing, "NGram's smoothing", at_least=0)

    def __repr__(self):
        return f"NGram({self.n}, smoothing={self.smoothing:g})"

    def fit(self, tokens, vocabulary=None):
        """Count a text's tokens, each after its contexts of 0 to n - 1 tokens. Returns the model.

        `vocabulary` is everything that can come, the text's own tokens if None: two models that are to be compared
        share one. The first tokens of a text have shorter contexts. Counts of an earlier fit are dropped.
        """
        tokens = tokens_of(tokens, "NGram.fit")
        if not tokens:
            raise ValueError("NGram.fit expects at least one token, got none")
        known = tokens if vocabulary is None else tokens_of(vocabulary, "NGram.fit's vocabulary")
        vocabulary = set(known)
        _among(tokens, vocabulary, "NGram.fit")
        self.vocabulary = sorted(vocabulary, key=lambda token: (isinstance(token, str), token))
        self._vocabulary = vocabulary
        counts: defaultdict[tuple, Counter] = defaultdict(Counter)
        for i, token in enumerate(tokens):
            for length in range(min(i, self.n - 1) + 1):
                counts[tuple(tokens[i - length : i])][token] += 1
        self.counts = dict(counts)
        self._totals = {context: counts.total() for context, counts in self.counts.items()}
        return self

    def probability(self, prefix, token):
        """p(token | the last n - 1 tokens of prefix), a float. An empty prefix is the start of a text."""
        prefix = self._known_tokens(prefix, "NGram.probability's prefix")
        (token,) = self._known_tokens([token], "NGram.probability's token")
        return self._probability(self._context(prefix), token)

    def probabilities(self, prefix):
        """p(token | prefix) for every token of `vocabulary`: (V,), which add up to 1."""
        context = self._context(self._known_tokens(prefix, "NGram.probabilities's prefix"))
        return np.array([self._probability(context, token) for token in self.vocabulary])

    def log_probability(self, tokens):
        """ln p of a whole text: the sum over its tokens of ln p(token | what came before). -inf if one is impossible.

        >>> round(NGram(1).fit("가나").log_probability("가가가"), 4), round(3 * math.log(1 / 2), 4)
        (-2.0794, -2.0794)
        """
        tokens = self._known_tokens(tokens, "NGram.log_probability")
        contexts = (tokens[max(0, i - self.n + 1) : i] for i in range(len(tokens)))
        each = [self._probability(tuple(h), token) for h, token in zip(contexts, tokens, strict=True)]
        return sum(math.log(p) for p in each) if all(each) else -math.inf

    def perplexity(self, tokens):
        """exp(-ln p / number of tokens): among how many equally likely tokens the model seems to choose each time.

        1 is certainty, V is what guessing gets, more than V is worse than guessing, inf is a token held impossible.

        >>> NGram(3).fit("abcd").perplexity("d"), NGram(1).fit("abcd").perplexity("dada")
        (4.0, 4.0)
        """
        tokens = self._known_tokens(tokens, "NGram.perplexity")
        if not tokens:
            raise ValueError("NGram.perplexity expects at least one token, got none")
        with np.errstate(over="ignore"):  # a token of probability 1e-310 is as good as impossible
            return float(np.exp(-self.log_probability(tokens) / len(tokens)))

    def sample(self, length, prefix=(), temperature=1.0, rng=None):
        """`length` tokens that go on from `prefix`, a list: each drawn from p^(1 / temperature), made to add up to 1.

        A temperature of 1 draws from the model itself, less prefers what is likely, 0 takes the likeliest token (the
        first one, of equals), more comes near to drawing any possible token alike.
        """
        length = count(length, "NGram.sample's length", at_least=0)
        temperature, rng = number(temperature, "NGram.sample's temperature", at_least=0), generator(rng)
        text = self._known_tokens(prefix, "NGram.sample's prefix")
        start = len(text)
        for _ in range(length):
            context = self._context(text)
            p = np.array([self._probability(context, token) for token in self.vocabulary])
            if temperature == 0:
                index = p.argmax()
            else:
                with np.errstate(divide="ignore", over="ignore"):  # ln 0 = -inf, and so is ln p / 1e-300
                    index = rng.choice(len(p), p=softmax(np.log(p / p.max()) / temperature))
            text.append(self.vocabulary[index])
        return text[start:]

    def _context(self, prefix):
        return tuple(prefix[max(0, len(prefix) - self.n + 1) :])

    def _probability(self, context, token):
        p = 1 / len(self.vocabulary)
        for start in range(len(context), -1, -1):  # the empty context first, the longest last
            total = self._totals.get(context[start:], 0)
            if total:
                p = (self.counts[context[start:]][token] + self.smoothing * p) / (total + self.smoothing)
        return p

    def _known_tokens(self, tokens, name):
        """A list of the tokens, all of them of the vocabulary."""
        if not hasattr(self, "vocabulary"):
            raise ValueError(f"{name} expects fit before it, got an NGram without counts")
        return _among(tokens_of(tokens, name), self._vocabulary, name)


def _among(tokens, vocabulary, name):
    for i, token in enumerate(tokens):
        if token not in vocabulary:
            raise ValueError(f"{name} expects tokens of the vocabulary, got {token!r} at index {i}")
    return tokens
