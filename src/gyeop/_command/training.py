"""`gyeop train`: the trainer with sensible defaults, and a summary at the end."""

import csv
import math
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from ..regularization import EarlyStopping
from ..schedules import cosine_decay, warmup
from ..train import Trainer
from . import tasks


def train(chosen):
    """Train as the options say, then print how it went."""
    draw = _drawer(chosen.picture)
    task = tasks.make(chosen.data, chosen.model, chosen.shift, chosen.seed)
    name = chosen.model or ("gpt" if chosen.data == "constitution" else "cnn")
    folder = Path(chosen.folder or f"runs/{chosen.data}-{name}")
    if not chosen.resume and (folder / "checkpoints").is_dir() and any((folder / "checkpoints").iterdir()):
        raise ValueError(f"{folder} holds a run already: --resume goes on with it, --folder names another place")
    optimizer = torch.optim.AdamW(task.model.parameters(), lr=chosen.lr, weight_decay=chosen.weight_decay)
    trainer = Trainer(
        task.model,
        task.loss,
        optimizer,
        device=chosen.device,
        precision=chosen.precision,
        compile=chosen.compile,
        accumulate=chosen.accumulate,
        clip=chosen.clip,
        seed=chosen.seed,
    )
    loader = DataLoader(task.train, chosen.batch_size, shuffle=True)
    held_out = DataLoader(task.held_out, max(chosen.batch_size, 256))
    steps = chosen.epochs * math.ceil(len(loader) / chosen.accumulate)
    print(f"{trainer}, {len(task.train):,} {task.unit}, {len(task.held_out):,} held out, {steps:,} steps", flush=True)
    history = trainer.fit(
        loader,
        held_out,
        epochs=chosen.epochs,
        schedule=lambda step: warmup(cosine_decay(chosen.lr, step, steps), step, max(1, steps // 20)),
        early_stopping=None if chosen.patience is None else EarlyStopping(chosen.patience),
        folder=folder,
        save_every=chosen.save_every,
        keep=chosen.keep,
        resume=chosen.resume,
        tensorboard=chosen.tensorboard,
        progress=not chosen.quiet,
    )
    summarize(trainer, trainer.evaluate(held_out), task, folder)
    if draw:
        draw(history, chosen.picture)
        print(f"picture      {chosen.picture}")


def summarize(trainer, found, task, folder):
    loss = f"loss {found.loss:.4f}"
    if found.accuracy is not None:
        print(f"accuracy     {found.accuracy:.2%} of {len(task.held_out):,} held-out {task.unit}, {loss}")
    else:
        print(f"held out     {loss} on {len(task.held_out):,} {task.unit}; {task.baseline}")
    print(
        f"throughput   {throughput(folder / 'log.csv'):,.0f} samples a second on {trainer.device}, {trainer.precision}"
    )
    print(f"weights      {folder / 'model.safetensors'}")
    print(f"checkpoint   {sorted((folder / 'checkpoints').glob('step-*.safetensors'))[-1]}")
    print(f"log          {folder / 'log.csv'}")


def throughput(log):
    """Samples a second over all epochs in a log.csv."""
    with log.open(encoding="utf-8", newline="") as file:
        rows = [(float(row["samples_per_second"]), float(row["seconds"])) for row in csv.DictReader(file)]
    return sum(rate * seconds for rate, seconds in rows) / sum(seconds for _, seconds in rows)


def _drawer(path):
    """The function that draws, found before the work begins; None if there is nothing to draw."""
    if path is None:
        return None
    if Path(path).suffix not in (".svg", ".png", ".pdf"):
        raise ValueError(f"--picture expects a file that ends in .svg, .png or .pdf, got {path}")
    if not Path(path).absolute().parent.is_dir():
        raise ValueError(f"--picture expects a file in a folder that is there, got {path}")
    try:
        from .picture import draw
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"--picture needs {error.name}: pip install {error.name}", name=error.name) from error
    return draw
