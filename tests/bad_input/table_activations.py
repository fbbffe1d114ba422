"""The activation functions and their derivatives, the perceptron and the gates, and the four equations."""

from gyeop import activations, backprop, losses, perceptron
from gyeop.activations import relu, sigmoid, step

from .engine import Case
from .kinds import Array, Arrays, Count, Function, Given, Labels, Number, bad, bit, nonsense

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


def unit():
    return perceptron.Perceptron([1.0, -2.0, 0.5])


POINTS = Array("n", 3, also=[(3,)])
CASES += [
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

NO_DERIVATIVE = {"without_a_derivative": lambda z: z}
LAYERS = {"weights": Arrays(Array(4, 3), Array(2, 4)), "biases": Arrays(Array(4), Array(2))}
CASES += [
    Case(backprop.feedforward, "each").takes(
        **LAYERS,
        x=Array("n", 3),
        activation=Function(relu, numbers=True),
        output_activation=Function(sigmoid, numbers=True),
    ),
    Case(backprop.output_error).takes(
        dC_da=Array("n", "k"), z=Array("n", "k"), activation=Function(sigmoid, **NO_DERIVATIVE)
    ),
    Case(backprop.hidden_error).takes(
        next_weight=Array("k", "h"),
        next_delta=Array("n", "k"),
        z=Array("n", "h"),
        activation=Function(sigmoid, **NO_DERIVATIVE),
    ),
    Case(backprop.bias_gradient).takes(delta=Array("n", "k")),
    Case(backprop.weight_gradient).takes(delta=Array("n", "k"), previous_activation=Array("n", "d")),
]
for loss, y in ((losses.mse, Array("n", 2)), (losses.cross_entropy, Labels("n", classes=2))):
    CASES.append(
        Case(backprop.backprop).takes(
            **LAYERS,
            x=Array("n", 3),
            y=y,
            activation=Function(relu, numbers=True, **NO_DERIVATIVE),
            output_activation=Function(sigmoid, numbers=True, **NO_DERIVATIVE),
            loss=Function(loss, **NO_DERIVATIVE),
        )
    )
