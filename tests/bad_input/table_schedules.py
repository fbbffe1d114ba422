"""Learning-rate schedules."""

import numpy as np

from gyeop import schedules

from .arrays import Array
from .case import Case
from .kinds import Count, Number
from .variants import Variant

FACTOR = Number(0.5, above=0, at_most=1)


class Steps(Count):
    """One step, or an array of them."""

    def __init__(self):
        super().__init__(3, at_least=0)
        arrays = [Variant("an array of steps", lambda _: np.arange(4), "either way")]
        self.listed = [v for v in self.listed if v.what not in ("an array", "a list")] + arrays


class Rate(Number):
    """One rate, or an array of one for each step."""

    def __init__(self):
        super().__init__(0.1, at_least=0)


ONE = {"lr": Rate(), "step": Steps()}
EACH = {"lr": Array("*s", draw=lambda rng, shape: rng.uniform(0.1, 1, shape), refuses=(-1,))}
CASES = [
    Case(schedules.step_decay).takes(**ONE, every=Count(2), factor=FACTOR),
    Case(schedules.exponential_decay).takes(**ONE, factor=FACTOR),
    Case(schedules.cosine_decay).takes(**ONE, steps=Count(10), lowest=Number(0.01, at_least=0)),
    Case(schedules.warmup).takes(**ONE, steps=Count(10), start_factor=Number(0.1, at_least=0, at_most=1)),
]
