"""Initial weights."""

from gyeop import init

from .case import Case
from .kinds import Counts, Dtype, Number, Rng

DRAWN = {"rng": Rng(), "dtype": Dtype()}
CASES = [
    Case(init.zeros, dtype=None).takes(shape=Counts(3, 2, least=1), **DRAWN),
    Case(init.normal, dtype=None).takes(shape=Counts(3, 2, least=1), **DRAWN, std=Number(0.01, at_least=0)),
    Case(init.chrono, dtype=None).takes(shape=Counts(8, least=1), **DRAWN, longest=Number(50, above=2)),
]
for f in (init.xavier_uniform, init.xavier_normal, init.he_uniform, init.he_normal):
    CASES += [Case(f, dtype=None).takes(shape=Counts(*shape, least=2), **DRAWN) for shape in ((3, 2), (3, 2, 5, 5))]
