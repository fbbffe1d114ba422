"""The activation functions, each with its derivative or its vjp."""

from gyeop import activations

from .arrays import Array
from .case import Case
from .kinds import Count, Function, Number
from .variants import Given, bad, nonsense

Z = Array("*s", finite=False)  # a NaN stays a NaN


def both(f, **named):
    """The case of an activation function and that of its derivative, or of its vjp."""
    return [Case(g, name=g.__qualname__).takes(z=Z, **named) for g in (f, f.derivative)]


CASES = [
    *both(activations.identity),
    *both(activations.step),
    *both(activations.sigmoid),
    *both(activations.tanh),
    *both(activations.relu),
    *both(activations.leaky_relu, slope=Number(0.01)),
    *both(activations.elu, alpha=Number(1.0, above=0)),
]
for f in (activations.softmax, activations.log_softmax):
    axis = Given(lambda: -1, bad(out_of_range=7, below_the_range=-7, a_float=1.0, a_bool=True, a_list=[0]), nonsense())
    CASES += [
        Case(f, fits=lambda z: True).takes(z=Array("n", "d", finite=False), axis=axis),
        Case(f.vjp, fits=lambda z, upstream: z == upstream).takes(
            z=Array("n", "d", finite=False), upstream=Array("n", "d"), axis=axis
        ),
    ]
CASES += [
    Case(activations.maxout, fits=lambda z: len(z) == 2).takes(z=Array("n", 6, finite=False), pieces=Count(2)),
    Case(
        activations.maxout.vjp,
        fits=lambda z, upstream: (
            len(z) == len(upstream) == 2 and z[0] == upstream[0] and upstream[1] > 0 and not z[1] % upstream[1]
        ),
    ).takes(z=Array("n", 6, finite=False), upstream=Array("n", 3)),
    Case(activations.elementwise, result=lambda attach: attach(lambda z: z).derivative(3.0)).takes(
        derivative=Function(lambda z: 2 * z)
    ),
    Case(activations.rowwise, changes=["vjp"], result=lambda attach: attach(lambda z: z).vjp(3.0, 2.0)).takes(
        vjp=Function(lambda z, upstream: 2 * z)
    ),
]
