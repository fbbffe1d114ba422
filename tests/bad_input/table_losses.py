"""The losses, each with its gradient."""

from gyeop import losses

from .arrays import Array, Labels, bit, distribution, probability, sign
from .case import Case
from .kinds import Function, Number


def both(loss, dtype="kept", **kinds):
    """The case of a loss and that of its gradient, which take the same."""
    return [Case(f, dtype).takes(**kinds) for f in (loss, loss.gradient)]


ANY = {"prediction": Array("*s"), "target": Array("*s")}
CASES = [
    *both(losses.mse, **ANY),
    *both(losses.mae, **ANY),
    *both(losses.huber, **ANY, delta=Number(1.0, above=0)),
    *both(losses.hinge, score=Array("*s"), y=Array("*s", draw=sign, refuses=(0, 0.5, 2))),
    *both(
        losses.binary_cross_entropy,
        p=Array("*s", draw=probability, refuses=(-0.5, 1.5)),
        y=Array("*s", draw=bit, refuses=(-1, 2)),
    ),
    *both(losses.binary_cross_entropy_with_logits, z=Array("*s"), y=Array("*s", draw=bit, refuses=(-1, 2))),
    *both(losses.cross_entropy, logits=Array("n", 4, also=[("n", k) for k in range(1, 9)]), y=Labels("n", classes=4)),
    *both(losses.cross_entropy, logits=Array("n", "k"), y=Array("n", "k", draw=distribution, refuses=(-0.5, 1.5, 5))),
    Case(losses.with_gradient, changes=["gradient"], result=lambda attach: attach(lambda z: z).gradient(3.0)).takes(
        gradient=Function(lambda z: 2 * z)
    ),
]
