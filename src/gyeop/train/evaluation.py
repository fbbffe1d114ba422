"""How good a network is on data that it does not learn from."""

from typing import NamedTuple

import torch
from torch.nn import functional

CROSS_ENTROPIES = (torch.nn.CrossEntropyLoss, functional.cross_entropy)
BINARY_CROSS_ENTROPIES = (torch.nn.BCEWithLogitsLoss, functional.binary_cross_entropy_with_logits)


class Evaluation(NamedTuple):
    """The mean loss over the samples, and the share of right labels, None where the loss is not a classifier's."""

    loss: float
    accuracy: float | None


def count_right(loss, output, target):
    """How many labels are right and how many there are, as tensors; None unless `loss` is torch's cross-entropy.

    For CrossEntropyLoss or cross_entropy the guess is the largest logit along the classes, axis 1 as in torch; where a
    label is the loss's ignore_index there is none. Of the binary one it is whether the logit is above 0.

    >>> logits, labels = torch.tensor([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]]), torch.tensor([0, 1, 1])
    >>> count_right(functional.cross_entropy, logits, labels)
    (tensor(2), tensor(3))
    """
    if loss in CROSS_ENTROPIES or isinstance(loss, torch.nn.CrossEntropyLoss):
        classes = 1 if output.ndim > 1 else 0
        labels = target.argmax(classes) if target.is_floating_point() else target
        judged = labels != getattr(loss, "ignore_index", -100)
        return ((output.argmax(classes) == labels) & judged).sum(), judged.sum()
    if loss in BINARY_CROSS_ENTROPIES or isinstance(loss, torch.nn.BCEWithLogitsLoss):
        right = (output > 0) == (target > 0.5)
        return right.sum(), torch.tensor(right.numel(), device=right.device)
    return None
