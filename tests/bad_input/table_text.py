"""Text: jamo, tokenizers and n-gram models."""

import numpy as np

from gyeop import text

from .arrays import Labels
from .case import Case
from .kinds import Count, Number, Rng, Text
from .variants import EITHER, Given, Optional, Variant, bad, nonsense


class Tokens(Given):
    """A list of strings or of whole numbers, or one string."""

    def __init__(self, *tokens):
        wrong = bad(
            a_number=3, floats=[1.0], a_bool=[True], None_inside=["나", None], a_set={"나"}, matrix=np.ones((2, 2))
        )
        wrong += [v for v in nonsense() if v.what not in ("a string", "a list of strings")]
        same = Variant("a tuple", tuple, "as the plain value")
        super().__init__(lambda: list(tokens), wrong, same, Variant("nothing", lambda _: [], EITHER))


WORDS = Text("나비야 나비야 이리 날아오너라")
TOKENS = Tokens("나", "비", "야", "나", "비")


def model():
    return text.NGram(2).fit("나비야나비야")


CASES = [
    Case(text.to_jamo).takes(text=WORDS),
    Case(text.from_jamo).takes(text=Text("ㄴㅏ")),
    Case(text.next_token_pairs).takes(tokens=TOKENS),
    Case(text.NGram).takes(n=Count(2), smoothing=Number(1.0, at_least=0)),
    Case(text.NGram.fit).takes(self=Given(lambda: text.NGram(2)), tokens=TOKENS, vocabulary=Optional(TOKENS)),
    Case(text.NGram.probability).takes(
        self=Given(model),
        prefix=TOKENS,
        token=Given(lambda: "나", bad(unknown="곰", a_list=["나"], None_=None, a_float=1.0)),
    ),
    *(Case(f).takes(self=Given(model), tokens=TOKENS) for f in (text.NGram.log_probability, text.NGram.perplexity)),
    Case(text.NGram.probabilities).takes(self=Given(model), prefix=TOKENS),
    Case(text.NGram.sample).takes(
        self=Given(model), length=Count(3, at_least=0), prefix=TOKENS, temperature=Number(1.0, at_least=0), rng=Rng()
    ),
]
for tokenizer in (text.Characters, text.Jamo, text.Words):
    CASES += [
        Case(tokenizer).takes(text=WORDS, min_count=Count(1)),
        Case(tokenizer.split).takes(text=WORDS),
        Case(tokenizer.join).takes(
            tokens=Given(lambda: ["ㄴ", "ㅏ"], bad(numbers=[1], None_=None, a_number=3, None_inside=[None]))
        ),
    ]
ENCODER = Given(lambda: text.Characters("나비야 나비야"))
CASES += [
    Case(text.Characters.encode).takes(self=ENCODER, text=WORDS),
    Case(text.Characters.decode).takes(self=ENCODER, numbers=Labels("n", classes=5)),
]
