"""Losses on tensors, with torch.nn's names, arguments and defaults; the same formulas on arrays are in gyeop.losses.

Each takes a prediction (Tensor) and a target (Tensor or array). `reduction` is "mean" or "sum" over all losses, or
"none" for all of them; anything else is a ValueError. Formulas: Goodfellow, Bengio, Courville, Deep Learning (2016),
chapter 6.2; Huber 1964; label smoothing from Szegedy et al. 2016.
"""

import numpy as np

from gyeop._checks import as_array, count, finite_float, first_index, number
from gyeop.autograd import Tensor
from gyeop.autograd.graph import operation, quiet
from gyeop.nn.module import Module


class Loss(Module):
    """What the losses share: `reduction`, and the check that prediction and target have equal shapes."""

    def __init__(self, reduction="mean"):
        super().__init__()
        if not isinstance(reduction, str) or reduction not in ("mean", "sum", "none"):
            raise ValueError(f"{type(self).__name__} expects reduction 'mean', 'sum' or 'none', got {reduction!r}")
        self.reduction = reduction

    def reduced(self, losses):
        if self.reduction == "none":
            return losses
        return losses.mean() if self.reduction == "mean" else losses.sum()

    def pair(self, prediction, target):
        """Both as tensors of one shape: (n,) against (n, 1) is a ValueError, never a broadcast."""
        prediction = prediction if isinstance(prediction, Tensor) else Tensor(prediction)
        target = prediction.operand(target if isinstance(target, Tensor) else as_array(target, type(self).__name__))
        if prediction.shape != target.shape:
            shapes = f"got prediction {prediction.shape} and target {target.shape}"
            raise ValueError(f"{type(self).__name__} expects equal shapes, {shapes}")
        return prediction, target


class MSELoss(Loss):
    """(prediction - target)^2.

    >>> MSELoss()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0])).item()
    2.0
    """

    def forward(self, prediction, target):
        prediction, target = self.pair(prediction, target)
        return self.reduced((prediction - target) ** 2)


class L1Loss(Loss):
    """|prediction - target|, with slope 0 at 0.

    >>> L1Loss()(Tensor([1.0, 2.0]), Tensor([1.0, 4.0])).item()
    1.0
    """

    def forward(self, prediction, target):
        prediction, target = self.pair(prediction, target)
        error = prediction - target
        sign = np.sign(error.data)
        return self.reduced(operation("abs", np.abs(error.data), (error, lambda g: g * sign)))


class HuberLoss(Loss):
    """e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2), with e = prediction - target. delta is above 0.

    >>> HuberLoss()(Tensor([0.5, 3.0]), Tensor([0.0, 0.0])).item()
    1.3125
    """

    def __init__(self, reduction="mean", delta=1.0):
        super().__init__(reduction)
        self.delta = number(delta, "HuberLoss's delta", above=0)

    @quiet
    def forward(self, prediction, target):
        prediction, target = self.pair(prediction, target)
        error = prediction - target
        near = np.clip(error.data, -self.delta, self.delta)  # also the derivative
        return self.reduced(operation("huber", near * (error.data - near / 2), (error, lambda g: g * near)))


class BCEWithLogitsLoss(Loss):
    """-p y log s - (1 - y) log(1 - s) with s = sigmoid(logits): cross-entropy of yes or no, from logits.

    `weight` multiplies the losses and `pos_weight` is p; both are arrays that broadcast to the target, or None for 1.
    log s is computed as min(z, 0) - log(1 + exp(-|z|)), which cannot overflow.

    >>> round(BCEWithLogitsLoss()(Tensor([0.0, 2.0]), Tensor([1.0, 1.0])).item(), 4)
    0.41
    """

    def __init__(self, weight=None, reduction="mean", pos_weight=None):
        super().__init__(reduction)
        self.weight = None if weight is None else finite_float(weight, "BCEWithLogitsLoss's weight")
        self.pos_weight = None if pos_weight is None else finite_float(pos_weight, "BCEWithLogitsLoss's pos_weight")

    @quiet
    def forward(self, prediction, target):
        logits, target = self.pair(prediction, target)
        z, y = logits.data, target.data
        p = 1 if self.pos_weight is None else np.asarray(self.pos_weight, dtype=z.dtype)
        weight = 1 if self.weight is None else np.asarray(self.weight, dtype=z.dtype)
        e = np.exp(-np.abs(z))
        log_yes, log_no = np.minimum(z, 0) - np.log1p(e), np.minimum(-z, 0) - np.log1p(e)
        yes, no = np.where(z >= 0, 1, e) / (1 + e), np.where(z >= 0, e, 1) / (1 + e)
        losses = operation(
            "bce",
            -weight * (p * y * log_yes + (1 - y) * log_no),
            (logits, lambda g: g * weight * ((1 - y) * yes - p * y * no)),
            (target, lambda g: g * weight * (log_no - p * log_yes)),
        )
        return self.reduced(losses)


class CrossEntropyLoss(Loss):
    """-sum_c q_c log softmax(logits)_c over the classes c, which are axis 1 (axis 0 of a single sample).

    `target` is labels, whole numbers from 0 in the shape of the logits without the class axis (q is then 1 at the
    label), or probabilities q in the shape of the logits. `label_smoothing` spreads that share of q evenly over all.
    `weight` (classes,) multiplies each class's term; samples labelled `ignore_index` count for nothing. The mean is
    over the samples; under labels each counts by its label's weight. A label out of range is a ValueError.

    >>> round(CrossEntropyLoss()(Tensor([[0.0, 0.0], [0.0, 2.0]]), np.array([0, 1])).item(), 4)
    0.41
    """

    def __init__(self, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
        super().__init__(reduction)
        self.label_smoothing = number(label_smoothing, "CrossEntropyLoss's label_smoothing", at_least=0, at_most=1)
        self.ignore_index = count(ignore_index, "CrossEntropyLoss's ignore_index", at_least=-np.inf)
        self.weight = None if weight is None else finite_float(weight, "CrossEntropyLoss's weight")

    @quiet
    def forward(self, prediction, target):
        logits = prediction if isinstance(prediction, Tensor) else Tensor(prediction)
        if not logits.ndim:
            raise ValueError("CrossEntropyLoss expects logits (batch, classes, ...) or (classes,), got shape ()")
        z, axis = logits.data, min(logits.ndim, 2) - 1
        weight = self._weight(z, axis)
        q, share = self._target(target, z, axis, weight)
        q = q * weight
        z = z - z.max(axis=axis, keepdims=True, initial=-np.inf)  # the largest exponent is 0: no overflow
        log_p = z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
        total = q.sum(axis=axis, keepdims=True)
        losses = -(q * log_p).sum(axis=axis)
        share = float(share) if self.reduction == "mean" else 1.0
        # The sum is part of the operation: two nodes less for what is computed in every step.
        value = losses if self.reduction == "none" else losses.sum() / share

        def of_each(g):  # the gradient by each sample's loss; of no samples the mean is NaN with slope 0, as in torch
            return np.expand_dims(g, axis) if self.reduction == "none" else g / (share or 1.0)

        edges = [(logits, lambda g: of_each(g) * (np.exp(log_p) * total - q))]
        if isinstance(target, Tensor):
            kept = 1 - self.label_smoothing
            edges.append((target, lambda g: of_each(g) * (-kept * weight * log_p)))
        return operation("cross entropy", value, *edges)

    def _weight(self, z, axis):
        """The class weights, ready to multiply the logits."""
        classes = z.shape[axis]
        weight = np.ones(classes, z.dtype) if self.weight is None else np.asarray(self.weight, dtype=z.dtype)
        if weight.shape != (classes,):
            raise ValueError(f"CrossEntropyLoss expects weight ({classes},), got {weight.shape}")
        return weight.reshape(-1, *[1] * (z.ndim - axis - 1))

    def _target(self, target, z, axis, weight):
        """(q in the shape of z, what the sum of the losses is divided by for the mean)."""
        y = target.data if isinstance(target, Tensor) else as_array(target, "CrossEntropyLoss")
        samples = z.shape[:axis] + z.shape[axis + 1 :]
        if y.dtype.kind == "f":
            if y.shape != z.shape:
                raise ValueError(f"CrossEntropyLoss expects probabilities of shape {z.shape}, got {y.shape}")
            return self._smooth(y, z.shape[axis]), np.prod(samples)
        if y.dtype.kind not in "iu" or y.shape != samples:
            expected = f"expects labels {samples} or probabilities {z.shape}"
            raise ValueError(f"CrossEntropyLoss {expected}, got shape {y.shape} of dtype {y.dtype}")
        counted = y != self.ignore_index
        wrong = counted & ((y < 0) | (y >= z.shape[axis]))
        if wrong.any():
            at = first_index(wrong)
            raise ValueError(
                f"CrossEntropyLoss expects labels from 0 to {z.shape[axis] - 1}, got {y[at]} at index {at}"
            )
        q = np.zeros_like(z)
        np.put_along_axis(q, np.expand_dims(np.where(counted, y, 0), axis), 1, axis)
        q = self._smooth(q, z.shape[axis]) * np.expand_dims(counted, axis)
        return q, counted.sum() if self.weight is None else weight.ravel()[y[counted]].sum()

    def _smooth(self, q, classes):
        return (1 - self.label_smoothing) * q + self.label_smoothing / classes if self.label_smoothing else q
