"""The four equations of backpropagation."""

from gyeop import backprop, losses
from gyeop.activations import relu, sigmoid

from .arrays import Array, Arrays, Labels
from .case import Case
from .kinds import Function

NO_DERIVATIVE = {"without_a_derivative": lambda z: z}
LAYERS = {"weights": Arrays(Array(4, 3), Array(2, 4)), "biases": Arrays(Array(4), Array(2))}
CASES = [
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
