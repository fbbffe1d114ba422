"""Gradient descent and the optimizers, each written whole, simplest first.

`step(gradients)` changes the parameters in place; `gradients` pairs with `parameters`, shape for shape. Parameters that
carry their own gradient (autograd tensors) are stepped by `step()`: one without a gradient is left as it is, as in
torch. Step for step these are torch.optim's.
"""

from typing import NamedTuple

import numpy as np

from ._checks import as_float, count, finite, finite_float, flag, function, held, listed, number, writable


class Path(NamedTuple):
    """Where a descent went: `points` (steps + 1, *start's shape), first the start; `converged` says how it ended."""

    points: np.ndarray
    converged: bool


def gradient_descent(gradient, start, lr=0.1, eps=1e-6, max_steps=10_000):
    """x <- x - lr gradient(x), until the gradient's norm is at most `eps` (converged) or `max_steps` are done.

    `gradient` takes a point and gives the gradient there, in the same shape; `start` is a number or an array. A rate
    that is too large makes the points run off: the descent ends, not converged, before a point would leave the finite
    numbers. A gradient that is not finite at the start is a ValueError.

    >>> path = gradient_descent(lambda x: 2 * x, start=[3.0, -4.0], lr=0.25)
    >>> path.converged, path.points[:3].tolist()
    (True, [[3.0, -4.0], [1.5, -2.0], [0.75, -1.0]])
    >>> gradient_descent(lambda x: 2 * x, start=1.0, lr=1.5, max_steps=4).points.tolist()
    [1.0, -2.0, 4.0, -8.0, 16.0]
    """
    x = finite_float(start, "gradient_descent's start")
    function(gradient, "gradient_descent's gradient")
    lr, eps = number(lr, "gradient_descent's lr", above=0), number(eps, "gradient_descent's eps", at_least=0)
    max_steps = count(max_steps, "gradient_descent's max_steps", at_least=0)

    def at(x):
        g = as_float(gradient(x[()].copy()), "gradient_descent's gradient", integers_to=x.dtype)
        if g.shape != x.shape:
            raise ValueError(f"gradient_descent expects a gradient in the point's shape {x.shape}, got {g.shape}")
        return g

    points = [np.array(x)]
    with np.errstate(over="ignore", invalid="ignore"):  # running off is an outcome here, not an accident
        g = finite(at(points[0]), "gradient_descent's gradient at the start")
        while np.linalg.norm(g) > eps and len(points) <= max_steps:
            x = np.asarray(points[-1] - lr * g, dtype=x.dtype)
            if not np.isfinite(x).all():
                break
            points.append(x)
            g = at(x)
        converged = bool(np.linalg.norm(g) <= eps)
    return Path(np.stack(points), converged)


def _matched(parameters, gradients, name):
    """(array, gradient) for each parameter, all checked before the first one is changed."""
    if gradients is None:
        if not all(hasattr(parameter, "grad") for parameter in parameters):
            raise TypeError(f"{name}.step expects gradients, since arrays carry none of their own, and got None")
        gradients = [parameter.grad for parameter in parameters]
    else:
        gradients = listed(gradients, f"{name}.step")
    if len(gradients) != len(parameters):
        raise ValueError(f"{name}.step expects {len(parameters)} gradients, got {len(gradients)}")
    pairs = []
    for i, (parameter, g) in enumerate(zip(parameters, gradients, strict=True)):
        w = held(parameter)
        if not w.flags.writeable:
            hint = ": a graph still needs it; call backward() on its result, drop it, or compute it under no_grad()"
            raise ValueError(
                f"{name}.step expects arrays that can be changed, got a read-only one at index {i}"
                f"{hint if hasattr(parameter, 'grad') else ''}"
            )
        if g is not None or not hasattr(parameter, "grad"):
            g = finite_float(g, f"{name}.step's gradient {i}")
            if g.shape != w.shape:
                raise ValueError(f"{name}.step expects gradient {i} of shape {w.shape}, got {g.shape}")
        pairs.append((w, g))
    return pairs


def _parts(w, *others):
    """`w` and arrays of its shape, some rows at a time: what is worked out of them stays in the processor's cache."""
    if w.size <= 32768:
        return [(w, *others)]
    rows = max(1, 32768 * len(w) // w.size)
    return [tuple(a[start : start + rows] for a in (w, *others)) for start in range(0, len(w), rows)]


class SGD:
    """Stochastic gradient descent with momentum (Polyak 1964), in torch.optim.SGD's convention.

        g <- g + weight_decay w
        v <- momentum v + g
        w <- w - lr v           or, with nesterov (Sutskever et al. 2013),   w <- w - lr (g + momentum v)

    `lr` may be changed between steps.

    >>> w = np.array([1.0, -2.0])
    >>> optimizer = SGD([w], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.step([2 * w])
    >>> w.round(2).tolist()
    [0.46, -0.92]
    """

    def __init__(self, parameters, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.parameters = writable(parameters, "SGD")
        self.lr = number(lr, "SGD's lr", at_least=0)
        self.momentum = number(momentum, "SGD's momentum", at_least=0)
        self.weight_decay = number(weight_decay, "SGD's weight_decay", at_least=0)
        self.nesterov = flag(nesterov, "SGD's nesterov")
        if self.nesterov and not self.momentum:
            raise ValueError("SGD expects momentum above 0 with nesterov, got 0")
        self.velocity = [np.zeros_like(held(w)) for w in self.parameters] if self.momentum else []

    def step(self, gradients=None):
        """Change every parameter in place. `gradients` pairs with `parameters`, shape for shape."""
        for i, (w, g) in enumerate(_matched(self.parameters, gradients, "SGD")):
            if g is not None:
                for part in _parts(w, g, *self.velocity[i : i + 1]):
                    self._update(*part)

    def _update(self, w, g, v=None):
        if self.weight_decay:
            g = g + self.weight_decay * w
        if self.momentum:
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        w -= self.lr * g


class Adam:
    """Steps scaled by running means of the gradient and of its square (Kingma, Ba 2015), as torch.optim.Adam.

        g <- g + weight_decay w
        m <- beta1 m + (1 - beta1) g,      v <- beta2 v + (1 - beta2) g^2
        w <- w - lr m^ / (sqrt(v^) + eps)  with  m^ = m / (1 - beta1^t),  v^ = v / (1 - beta2^t)

    The penalty's gradient, weight_decay w, is scaled like the rest of g: this is L2 regularization, not the decay that
    AdamW applies.

    >>> w = np.array([1.0, -200.0])
    >>> Adam([w], lr=0.1).step([2 * w])  # the first step is lr in every direction, however steep
    >>> w.round(4).tolist()
    [0.9, -199.9]
    """

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.parameters = writable(parameters, "Adam")
        self.lr = number(lr, "Adam's lr", at_least=0)
        self.betas = _betas(betas, "Adam")
        self.eps = _eps(eps, self.parameters, "Adam")
        self.weight_decay = number(weight_decay, "Adam's weight_decay", at_least=0)
        self.m = [np.zeros_like(held(w)) for w in self.parameters]
        self.v = [np.zeros_like(held(w)) for w in self.parameters]
        self.t = [0] * len(self.parameters)

    def step(self, gradients=None):
        """Change every parameter in place. `gradients` pairs with `parameters`, shape for shape."""
        for i, (w, g) in enumerate(_matched(self.parameters, gradients, "Adam")):
            if g is not None:
                self.t[i] += 1
                for rows, slopes, m, v in _parts(w, g, self.m[i], self.v[i]):
                    self._update(rows, slopes, m, v, self.t[i])

    def _update(self, w, g, m, v, t):
        beta1, beta2 = self.betas
        if self.weight_decay:
            g = g + self.weight_decay * w
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        w -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW:
    """Adam with weight decay apart from the gradient (Loshchilov, Hutter 2019), as torch.optim.AdamW.

        w <- w - lr weight_decay w
        m <- beta1 m + (1 - beta1) g,      v <- beta2 v + (1 - beta2) g^2
        w <- w - lr m^ / (sqrt(v^) + eps)  with  m^ = m / (1 - beta1^t),  v^ = v / (1 - beta2^t)

    >>> w = np.array([1.0, -200.0])
    >>> AdamW([w], lr=0.1, weight_decay=0.5).step([2 * w])
    >>> w.round(4).tolist()
    [0.85, -189.9]
    """

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.parameters = writable(parameters, "AdamW")
        self.lr = number(lr, "AdamW's lr", at_least=0)
        self.betas = _betas(betas, "AdamW")
        self.eps = _eps(eps, self.parameters, "AdamW")
        self.weight_decay = number(weight_decay, "AdamW's weight_decay", at_least=0)
        self.m = [np.zeros_like(held(w)) for w in self.parameters]
        self.v = [np.zeros_like(held(w)) for w in self.parameters]
        self.t = [0] * len(self.parameters)

    def step(self, gradients=None):
        """Change every parameter in place. `gradients` pairs with `parameters`, shape for shape."""
        for i, (w, g) in enumerate(_matched(self.parameters, gradients, "AdamW")):
            if g is not None:
                self.t[i] += 1
                for rows, slopes, m, v in _parts(w, g, self.m[i], self.v[i]):
                    self._update(rows, slopes, m, v, self.t[i])

    def _update(self, w, g, m, v, t):
        beta1, beta2 = self.betas
        w *= 1 - self.lr * self.weight_decay
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        w -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def _betas(betas, name):
    if not isinstance(betas, (tuple, list)) or len(betas) != 2:
        raise ValueError(f"{name} expects two betas, got {betas!r}")
    return tuple(number(beta, f"{name}'s betas", at_least=0, below=1) for beta in betas)


def _eps(eps, parameters, name):
    """A number that no parameter's dtype rounds to 0: where a gradient is 0, so is all else that is divided by."""
    eps = number(eps, f"{name}'s eps", at_least=0)
    for dtype in {held(w).dtype for w in parameters}:
        if eps and not dtype.type(eps):
            raise ValueError(f"{name} expects an eps of at least {np.finfo(dtype).tiny:g} for {dtype}, got {eps:g}")
    return eps


def clip_gradients(gradients, max_norm):
    """The gradients, scaled down together if their joint norm is above `max_norm` (Pascanu, Mikolov, Bengio 2013).

    The joint norm is that of all elements of all arrays. Returns a list of new arrays, each times
    min(1, max_norm / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_; the direction stays the same.

    >>> [g.round(3).tolist() for g in clip_gradients([[3.0], [4.0, 0.0]], max_norm=1.0)]
    [[0.6], [0.8, 0.0]]
    """
    max_norm = number(max_norm, "clip_gradients's max_norm", at_least=0)
    gradients = listed(gradients, "clip_gradients")
    gradients = [finite_float(g, f"clip_gradients's gradient {i}") for i, g in enumerate(gradients)]
    peak = max((float(np.abs(g).max()) for g in gradients if g.size), default=0.0)
    if peak == 0:
        return [g.copy() for g in gradients]
    norm = peak * float(np.sqrt(sum(np.sum((g / peak) ** 2) for g in gradients)))  # no square can overflow
    scale = min(1.0, max_norm / (norm + 1e-6))
    return [g * scale for g in gradients]
