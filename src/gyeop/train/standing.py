"""Where a run stands after a step: all that has to be kept so that it can go on as if it had never stopped."""

from dataclasses import dataclass, field

import torch

from .._training import History
from .optimizers import put_together, take_apart
from .order import length, order_states, set_order_states
from .weights import named_tensors, put


@dataclass
class Standing:
    """How far it is. `start` holds the generators' states at the beginning of the epoch, `best` the best weights."""

    total: torch.Tensor  # the losses of this epoch's samples, added up where they were computed
    samples: int = 0  # of this epoch
    taken: int = 0  # steps of this epoch
    seconds: float = 0.0  # of this epoch
    step: int = 0  # of the run
    epoch: int = 0  # epochs that have ended
    stopped: bool = False  # by early stopping
    history: History = field(default_factory=History)
    start: dict[str, torch.Tensor] = field(default_factory=dict)
    best: dict[str, torch.Tensor] = field(default_factory=dict)


COUNTS = ("samples", "taken", "seconds", "step", "epoch", "stopped")
WATCHED = ("epochs", "best_loss", "best_epoch")  # what an EarlyStopping goes by


def pack(at, trainer, loader, early_stopping):
    """The tensors, by name, and the record of a checkpoint."""
    moments, optimizer = take_apart(trainer.optimizer)
    parts = {
        "model": named_tensors(trainer.model),
        "optimizer": moments,
        "random": order_states(loader, trainer.device),
        "start": at.start,
        "best": at.best,
    }
    tensors = {f"{part}.{name}": tensor for part, named in parts.items() for name, tensor in named.items()}
    record = {name: getattr(at, name) for name in COUNTS} | {
        "history": vars(at.history),
        "optimizer": optimizer,
        "call": _call(trainer, loader),
        "early_stopping": early_stopping and {n: getattr(early_stopping, n) for n in WATCHED},
    }
    return tensors | {"total": at.total}, record


def unpack(tensors, record, trainer, loader, early_stopping):
    """Put everything back where `pack` took it from; returns the `Standing`.

    Another order of the samples than the run began with, by another loader, seed or accumulation, is a ValueError.
    """
    if record.get("call") != _call(trainer, loader):
        raise ValueError(f"expected the run to go on as it began, {record.get('call')}, got {_call(trainer, loader)}")
    if (early_stopping is None) != (record["early_stopping"] is None):
        raise ValueError(f"expected early_stopping as the run began, {record['early_stopping']}, got {early_stopping}")
    put(trainer.model, _part(tensors, "model"), "the checkpoint")
    put_together(trainer.optimizer, _part(tensors, "optimizer"), record["optimizer"])
    set_order_states(loader, _part(tensors, "random"), trainer.device)
    if early_stopping is not None:
        vars(early_stopping).update(record["early_stopping"])
    return Standing(
        total=tensors["total"].to(trainer.device),
        history=History(**record["history"]),
        start=_part(tensors, "start"),
        best=_part(tensors, "best"),
        **{name: record[name] for name in COUNTS},
    )


def _part(tensors, part):
    return {name.removeprefix(f"{part}."): t for name, t in tensors.items() if name.startswith(f"{part}.")}


def _call(trainer, loader):
    """What decides which samples a step gets."""
    return {"seed": trainer.seed, "accumulate": trainer.accumulate, "batches": length(loader)}
