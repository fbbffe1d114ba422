"""A small training run with everything in it that can go out of step: dropout, batch norm, moments, shuffling, samples
that change at random, accumulation, a schedule, early stopping.

As a program, `python -m tests.train.example FOLDER`, it trains there and can be killed. Without a folder it reads names
of folders and starts such a process for each; where it can fork it imports torch, which takes longer than the run, once
for all. It writes the process's id, what that says, and its exit status.
"""

import os
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

from gyeop.regularization import EarlyStopping
from gyeop.schedules import cosine_decay
from gyeop.train import Trainer

FORKS = sys.platform == "linux"  # elsewhere a fork of a program as large as torch may not live
EPOCHS, STEPS = 4, 6  # steps an epoch: 46 samples in batches of 4, two batches a step


def blobs(n, seed):
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(3, (n,), generator=generator)
    return torch.randn(n, 5, generator=generator) + 2 * torch.nn.functional.one_hot(y, 5), y


class Noisy(Dataset):
    """Samples that are another each time they are looked at, by draws from all three global generators."""

    def __init__(self, n, slowness=0.0):
        self.x, self.y = blobs(n, seed=0)
        self.slowness = slowness

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        time.sleep(self.slowness)
        noise = 0.1 * torch.randn(5) + 0.1 * random.gauss(0, 1) + 0.1 * np.random.normal()
        return self.x[i] + noise.float(), self.y[i]


def network():
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Linear(5, 8),
        torch.nn.BatchNorm1d(8),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(8, 3),
    )


def trainer(**options):
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.1)
    options = {"device": "cpu", "accumulate": 2, "clip": 1.0, "seed": 3} | options
    return Trainer(model, torch.nn.functional.cross_entropy, optimizer, **options)


def loaders(slowness=0.0, workers=0):
    noisy, generator = Noisy(46, slowness), torch.Generator().manual_seed(7)
    processes = {"num_workers": workers, "multiprocessing_context": "fork"} if workers else {}
    loader = DataLoader(noisy, batch_size=4, shuffle=True, generator=generator, **processes)
    return loader, DataLoader(TensorDataset(*blobs(30, seed=5)), batch_size=10)


def run(folder, slowness=0.0, workers=0, **options):
    """Train in `folder`, from where it stands; returns the trainer and its history."""
    settings = {"epochs": EPOCHS, "save_every": 1, "keep": 2, "log_every": 1, "resume": True} | options
    one, (loader, validation) = trainer(), loaders(slowness, workers)
    return one, one.fit(
        loader,
        validation,
        schedule=lambda step: cosine_decay(
            1.0, step, EPOCHS * STEPS + 1
        ),  # so high that the best epoch is not the last
        early_stopping=EarlyStopping(patience=10),
        folder=folder,
        **settings,
    )


def train_there(folder):
    """What a process does that lives for one run: train, say how it ended, and end."""
    try:
        run(folder, slowness=0.004)
        how = "ended"
    except BaseException as error:
        how = f"{type(error).__name__}: {error}"
    print(how, flush=True)
    os._exit(0 if how == "ended" else 1)


if __name__ == "__main__":
    torch.set_num_threads(1)
    trainer().optimizer.zero_grad()  # this makes torch import the rest of it
    if sys.argv[1:]:
        train_there(Path(sys.argv[1]))
    for line in map(str.strip, sys.stdin):
        if FORKS:
            child = os.fork()
            if not child:
                train_there(Path(line))
        else:
            child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-m", "tests.train.example", line])
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
