"""The four equations of backpropagation, one function each, for a batch whose samples are rows.

    BP1  delta^L = dC/da^L * f'(z^L)                   output_error
    BP2  delta^l = (delta^(l+1) W^(l+1)) * f'(z^l)     hidden_error
    BP3  dC/db^l = delta^l, added up over the rows     bias_gradient
    BP4  dC/dW^l = (delta^l)^T a^(l-1)                 weight_gradient

W^l is (out, in), b^l (out,), z^l and a^l are (batch, out). The loss's gradient is the derivative of the MEAN over the
batch, so delta carries the 1 / batch, and BP3 and BP4 add up. Activations are elementwise; softmax with cross-entropy
is output_activation=identity with the loss cross_entropy, which takes logits. The form of the equations is that of
M. Nielsen, Neural Networks and Deep Learning (2015), chapter 2.
"""

from ._checks import as_float, finite_float, function, rows


def _layers(weights, biases, name):
    """The weights (out, in) and the biases (out,) as lists of float arrays, each layer fitting the one before."""
    if isinstance(weights, (str, bytes)) or not hasattr(weights, "__len__") or not hasattr(biases, "__len__"):
        raise TypeError(f"{name} expects a list of weights and a list of biases, got {type(weights).__name__}")
    if len(weights) != len(biases) or len(weights) == 0:
        raise ValueError(f"{name} expects as many biases as weights, got {len(biases)} and {len(weights)}")
    weights = [finite_float(W, f"{name}'s weights") for W in weights]
    biases = [finite_float(b, f"{name}'s biases") for b in biases]
    width = weights[0].shape[1] if weights[0].ndim == 2 else None
    for l, (W, b) in enumerate(zip(weights, biases, strict=True)):
        if W.ndim != 2 or W.shape[1] != width or b.shape != W.shape[:1] or 0 in W.shape:
            inputs = "in" if width is None else width
            raise ValueError(
                f"{name} expects weights[{l}] (out, {inputs}) and biases[{l}] (out,), got {W.shape} and {b.shape}"
            )
        width = W.shape[0]
    return weights, biases


def _equal(name, **arrays):
    """Finite float arrays of one shape (batch, units)."""
    checked = [rows(array, f"{name}'s {argument}") for argument, array in arrays.items()]
    if any(array.shape != checked[0].shape for array in checked):
        got = " and ".join(f"{argument} {array.shape}" for argument, array in zip(arrays, checked, strict=True))
        raise ValueError(f"{name} expects equal shapes, got {got}")
    return checked


def _each(f, z, name):
    """f(z) for an elementwise f: an activation, or its derivative."""
    a = as_float(f(z), f"{name}, of what the activation gives,", integers_to=z.dtype)
    if a.shape != z.shape:
        raise ValueError(f"{name} expects an elementwise activation, got {a.shape} from it for z {z.shape}")
    return a


def feedforward(weights, biases, x, activation, output_activation):
    """z^l = a^(l-1) (W^l)^T + b^l and a^l = f(z^l), layer after layer; BP1-BP4 use every z and every a again.

    `x` (batch, in). Returns `zs`, one (batch, out) for each layer, and `activations`, which begins with x.

    >>> from gyeop.activations import identity, relu
    >>> zs, activations = feedforward([[[1.0, -1.0]], [[2.0]]], [[0.5], [0.0]], [[3.0, 1.0]], relu, identity)
    >>> [z.tolist() for z in zs], activations[-1].tolist()
    ([[[2.5]], [[5.0]]], [[5.0]])
    """
    weights, biases = _layers(weights, biases, "feedforward")
    function(activation, "feedforward's activation")
    function(output_activation, "feedforward's output_activation")
    a = rows(x, "feedforward's x", columns=weights[0].shape[1])
    zs, activations = [], [a]
    for l, (W, b) in enumerate(zip(weights, biases, strict=True)):
        z = a @ W.T + b
        a = _each(output_activation if l == len(weights) - 1 else activation, z, "feedforward")
        zs.append(z)
        activations.append(a)
    return zs, activations


def output_error(dC_da, z, activation):
    """BP1: dC/da * f'(z). `dC_da` and `z`, of the output layer, are (batch, out); so is the result, dC/dz.

    >>> from gyeop.activations import sigmoid
    >>> output_error([[2.0]], [[0.0]], sigmoid).tolist()
    [[0.5]]
    """
    dC_da, z = _equal("output_error", dC_da=dC_da, z=z)
    function(activation, "output_error's activation", beside="derivative")
    return dC_da * _each(activation.derivative, z, "output_error")


def hidden_error(next_weight, next_delta, z, activation):
    """BP2: (next_delta next_weight) * f'(z), the error one layer back.

    `next_weight` (next, units), `next_delta` (batch, next) and `z` (batch, units); the result is (batch, units).

    >>> from gyeop.activations import relu
    >>> hidden_error([[3.0, 4.0]], [[2.0]], [[1.0, -1.0]], relu).tolist()
    [[6.0, 0.0]]
    """
    W = rows(next_weight, "hidden_error's next_weight")
    delta = rows(next_delta, "hidden_error's next_delta", columns=W.shape[0])
    z = rows(z, "hidden_error's z", columns=W.shape[1])
    if len(z) != len(delta):
        raise ValueError(f"hidden_error expects one batch, got next_delta {delta.shape} and z {z.shape}")
    function(activation, "hidden_error's activation", beside="derivative")
    return (delta @ W) * _each(activation.derivative, z, "hidden_error")


def bias_gradient(delta):
    """BP3: delta (batch, out), added up over the rows: (out,).

    >>> bias_gradient([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [4.0, 6.0]
    """
    return rows(delta, "bias_gradient's delta").sum(axis=0)


def weight_gradient(delta, previous_activation):
    """BP4: delta^T a. delta (batch, out) and previous_activation (batch, in) give (out, in), added up over the rows.

    >>> weight_gradient([[1.0], [2.0]], [[3.0, 4.0], [5.0, 6.0]]).tolist()
    [[13.0, 16.0]]
    """
    delta = rows(delta, "weight_gradient's delta")
    a = rows(previous_activation, "weight_gradient's previous_activation")
    if len(delta) != len(a):
        raise ValueError(f"weight_gradient expects one batch, got delta {delta.shape} and activation {a.shape}")
    return delta.T @ a


def backprop(weights, biases, x, y, activation, output_activation, loss):
    """The gradient of the loss by every weight and every bias: one pass forward, one pass back.

    `x` (batch, in); `y` is what `loss` takes beside the network's output. Returns the lists `weight_gradients` and
    `bias_gradients`, in the shapes of `weights` and `biases`.

    >>> from gyeop.activations import identity, relu
    >>> from gyeop.losses import mse
    >>> W, b = [[[1.0, -1.0]], [[2.0]]], [[0.5], [0.0]]
    >>> weight_gradients, bias_gradients = backprop(W, b, [[3.0, 1.0]], [[4.0]], relu, identity, mse)
    >>> [g.tolist() for g in weight_gradients], [g.tolist() for g in bias_gradients]
    ([[[12.0, 4.0]], [[5.0]]], [[4.0], [2.0]])
    """
    function(loss, "backprop's loss", beside="gradient")
    zs, activations = feedforward(weights, biases, x, activation, output_activation)
    delta = output_error(loss.gradient(activations[-1], y), zs[-1], output_activation)
    weight_gradients, bias_gradients = [weight_gradient(delta, activations[-2])], [bias_gradient(delta)]
    for l in range(len(zs) - 2, -1, -1):
        delta = hidden_error(weights[l + 1], delta, zs[l], activation)
        weight_gradients.insert(0, weight_gradient(delta, activations[l]))
        bias_gradients.insert(0, bias_gradient(delta))
    return weight_gradients, bias_gradients
