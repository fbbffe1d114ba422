"""The perceptron and the gates."""

from gyeop import perceptron
from gyeop.activations import step

from .arrays import Array, bit
from .case import Case
from .kinds import Count, Function, Number
from .variants import Given


def unit():
    return perceptron.Perceptron([1.0, -2.0, 0.5])


POINTS = Array("n", 3, also=[(3,)])
CASES = [
    Case(perceptron.Perceptron).takes(weights=Array("d"), bias=Number(0.5), activation=Function(step)),
    Case(perceptron.Perceptron.weighted_sum, dtype=float).takes(self=Given(unit), x=POINTS),
    Case(perceptron.Perceptron.__call__, dtype=float).takes(self=Given(unit), x=POINTS),
    Case(perceptron.Perceptron.fit, dtype=float).takes(
        self=Given(unit),
        X=Array("n", 3),
        y=Array("n", draw=bit, refuses=(-1, 2, 0.5)),
        lr=Number(0.5, above=0),
        epochs=Count(3),
    ),
]
for gate in (perceptron.AND, perceptron.OR, perceptron.NAND, perceptron.NOR, perceptron.XOR):
    BITS = Array("*s", draw=bit, refuses=(-1, 2, 0.5))
    CASES.append(Case(gate).takes(a=BITS, b=BITS))
