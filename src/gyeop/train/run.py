"""One call of `Trainer.fit`: epochs, steps, and what is noted, watched and saved between them."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .._checks import count, flag, function, number
from ..regularization import EarlyStopping
from .checkpoints import Checkpoints
from .logs import Logs
from .order import epoch_groups, length
from .progress import Bar
from .standing import Standing, pack, unpack
from .weights import named_tensors, put, save


@dataclass
class Kept:
    """What a run leaves in its folder."""

    folder: Path
    checkpoints: Checkpoints
    logs: Logs
    save_every: int | None


class Run:
    """The loop, for a trainer that knows how to make a step. What its arguments mean, `Trainer.fit` says."""

    def __init__(self, trainer, loader, validation, epochs, schedule, early_stopping, progress, interrupts):
        self.trainer, self.interrupts = trainer, interrupts
        self.loader = _loader(loader, "loader")
        self.validation = None if validation is None else _loader(validation, "validation")
        self.epochs, self.progress = count(epochs, "Trainer.fit's epochs"), flag(progress, "Trainer.fit's progress")
        self.schedule = None if schedule is None else function(schedule, "Trainer.fit's schedule")
        if early_stopping is not None:
            if not isinstance(early_stopping, EarlyStopping):
                raise TypeError(f"Trainer.fit expects an EarlyStopping, got {early_stopping!r}")
            if validation is None:
                raise ValueError("Trainer.fit expects validation data with early_stopping, got None")
            early_stopping.reset()
        self.early_stopping = early_stopping
        self.at = Standing(torch.zeros((), dtype=trainer.sum_dtype, device=trainer.device))
        self.kept: Kept | None = None
        self.clock = time.perf_counter()

    def keep_in(self, folder, save_every, keep, resume, log_every, tensorboard):
        """Keep the run in a folder; with `resume`, first go to where the one that is there has come to."""
        save_every = None if save_every is None else count(save_every, "Trainer.fit's save_every")
        log_every = None if log_every is None else count(log_every, "Trainer.fit's log_every")
        resume, tensorboard = flag(resume, "Trainer.fit's resume"), flag(tensorboard, "Trainer.fit's tensorboard")
        if getattr(self.loader, "persistent_workers", False):
            raise ValueError("Trainer.fit expects a loader with persistent_workers=False to resume exactly, got True")
        folder = Path(folder)
        checkpoints = Checkpoints(folder / "checkpoints", count(keep, "Trainer.fit's keep"))
        if not resume and checkpoints.paths():
            raise ValueError(f"Trainer.fit expects resume=True or a folder without a run, got {folder}, which has one")
        if resume and (found := checkpoints.newest()):
            tensors, record = found
            self.at = unpack(tensors, record, self.trainer, self.loader, self.early_stopping)
        logs = Logs(folder, self.at.step, self.at.epoch, log_every, tensorboard)
        self.kept = Kept(folder, checkpoints, logs, save_every)

    def go(self):
        """Learn until all epochs have passed or early stopping says so; returns the history."""
        try:
            while self.at.epoch < self.epochs and not self.at.stopped:
                self.epoch()
                if self.interrupts and self.at.epoch < self.epochs and not self.at.stopped:
                    self.stop()
            if self.at.best:
                put(self.trainer.model, self.at.best, "the best epoch")
            self.trainer.model.eval()
            if self.kept:
                save(self.trainer.model, self.kept.folder / "model.safetensors")
        finally:
            if self.kept:
                self.kept.logs.close()
        if self.interrupts:
            raise KeyboardInterrupt(f"the run had come to its end, at step {self.at.step}")
        return self.at.history

    def epoch(self):
        at, trainer = self.at, self.trainer
        self.clock = time.perf_counter()
        trainer.model.train()
        groups, at.start = epoch_groups(
            self.loader, trainer.accumulate, at.epoch, trainer.device, taken=at.taken, start=at.start
        )
        samples = length(getattr(self.loader, "sampler", None))
        bar = Bar(f"epoch {at.epoch + 1}/{self.epochs}", samples, at.samples, self.progress)
        try:
            for group in groups:
                self.step(group, bar)
            if not at.samples:
                raise ValueError("Trainer.fit expects a loader with at least one sample, got none")
            bar.end(self.end_epoch())
        finally:
            bar.close()

    def step(self, group, bar):
        at, trainer = self.at, self.trainer
        if self.schedule is not None:
            trainer.rate = number(self.schedule(at.step), "Trainer.fit's schedule", at_least=0)
        total, samples = trainer.step(group)
        at.total += total
        at.samples, at.taken, at.step = at.samples + samples, at.taken + 1, at.step + 1
        bar.step(samples, self.mean_loss, trainer.rate)
        if self.kept and self.kept.logs.every and at.step % self.kept.logs.every == 0:
            loss = _finite(total.item() / samples, at.epoch)
            self.kept.logs.step({"step": at.step, "epoch": at.epoch + 1, "loss": loss, "learning_rate": trainer.rate})
        if self.interrupts:
            self.stop()
        if self.kept and self.kept.save_every and at.step % self.kept.save_every == 0:
            self.save(self.kept)

    def mean_loss(self):
        """The mean over the epoch's samples so far, each as its batch was learned."""
        return _finite(self.at.total.item() / self.at.samples, self.at.epoch)

    def end_epoch(self):
        """Note the epoch, look at the validation data, save; returns what the bar shall say."""
        at, trainer = self.at, self.trainer
        noted = {"train_loss": self.mean_loss(), "learning_rate": trainer.rate}
        self.tick()
        times = {"seconds": at.seconds, "samples_per_second": at.samples / at.seconds}
        if self.validation is not None:
            found = trainer.evaluate(self.validation)
            noted["validation_loss"] = _finite(found.loss, at.epoch)
            if found.accuracy is not None:
                noted["validation_accuracy"] = found.accuracy
        for name, value in noted.items():
            getattr(at.history, name).append(value)
        if self.early_stopping is not None:  # the rule is its own, the weights, which may be on a GPU, are kept here
            at.stopped = self.early_stopping.update(found.loss, [np.array([found.loss])])
            if self.early_stopping.best_epoch == at.epoch:
                at.best = {name: tensor.clone() for name, tensor in named_tensors(trainer.model).items()}
        at.epoch, at.taken, at.samples, at.seconds, at.start = at.epoch + 1, 0, 0, 0.0, {}
        at.total.zero_()
        if self.kept:
            self.kept.logs.epoch({"epoch": at.epoch, "step": at.step} | noted | times)
            self.save(self.kept)
        return ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in noted.items())

    def save(self, kept):
        """Write a checkpoint of where the run stands; returns its path."""
        if self.at.samples:
            self.mean_loss()  # nothing is saved from numbers that ran off
        self.tick()
        kept.logs.sync()
        path = kept.checkpoints.save(self.at.step, *pack(self.at, self.trainer, self.loader, self.early_stopping))
        self.clock = time.perf_counter()
        return path

    def stop(self):
        """What Ctrl-C asked for."""
        path = self.save(self.kept)
        raise KeyboardInterrupt(f"stopped at step {self.at.step}, saved in {path}; resume goes on from there")

    def tick(self):
        """Add the time since the last look at the clock, or the last save, to the epoch's seconds."""
        now = time.perf_counter()
        self.at.seconds, self.clock = self.at.seconds + now - self.clock, now


def _loader(loader, name):
    once = hasattr(loader, "__next__")  # as a generator, which the second epoch would find empty
    if isinstance(loader, torch.Tensor) or not hasattr(loader, "__iter__") or once:
        kind = type(loader).__name__
        raise TypeError(f"Trainer.fit expects {name} to be a DataLoader or a list of batches, got {kind}")
    return loader


def _finite(loss, epoch):
    if not math.isfinite(loss):
        where = f"Trainer.fit left the finite numbers in epoch {epoch + 1} (the loss is {loss})"
        raise FloatingPointError(f"{where}; try a lower learning rate")
    return loss
