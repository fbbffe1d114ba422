"""The training loop that everybody writes, once: forward, loss, backward, step, with what a long run needs.

A step is torch's own: autocast, backward, clip_grad_norm_, an optimizer of torch.optim. `run.py` has the loop over
steps and epochs.
"""

import torch

from .._checks import count, flag, function, number
from .device import always_the_same, autocast, choose_device, choose_precision
from .evaluation import Evaluation, count_right
from .interrupt import noted_interrupts
from .randomness import kept, seed_all
from .run import Run


class Trainer:
    """Trains `model`, a torch.nn.Module, by `optimizer`, built on its parameters, to lower `loss(output, target)`.

    A batch is a tuple (*inputs, target), and the output is `model(*inputs)`. `loss` gives one number, the mean over
    the batch. The model is moved to `device`: a device of torch, or "auto" for the best there is. `precision` is
    "float32" - the model's own dtype, to be exact -, "bf16" by autocast, or "auto": bf16 on a CUDA GPU that has it.
    `compile` lets torch.compile make faster code of the model.

    `accumulate` batches make one step, whose gradient is the mean over all their samples: as one batch of that size,
    in less memory. `clip` is the largest norm that the gradient may have (Pascanu, Mikolov, Bengio 2013). `seed` starts
    all generators at the beginning of `fit`, or with None they are left as they are; afterwards they are where they
    were. `deterministic` keeps to algorithms that give the same bits each time on a GPU too.

    >>> from torch.utils.data import DataLoader, TensorDataset
    >>> x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> data = TensorDataset(x, torch.tensor([0, 1, 1, 0]))
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 2))
    >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    >>> trainer = Trainer(model, torch.nn.functional.cross_entropy, optimizer, device="cpu")
    >>> trainer
    Trainer(Sequential, 82 parameters, Adam, cpu, float32)
    >>> history = trainer.fit(DataLoader(data, batch_size=2, shuffle=True), epochs=100)
    >>> history.train_loss[-1] < 0.1, trainer.evaluate(DataLoader(data, batch_size=4)).accuracy
    (True, 1.0)
    """

    def __init__(
        self,
        model,
        loss,
        optimizer,
        device="auto",
        precision="auto",
        compile=False,
        accumulate=1,
        clip=None,
        seed=0,
        deterministic=False,
    ):
        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"Trainer expects a torch.nn.Module, got {type(model).__name__}")
        if not isinstance(optimizer, torch.optim.Optimizer):
            raise TypeError(f"Trainer expects an optimizer of torch.optim, got {type(optimizer).__name__}")
        own = {id(w) for w in model.parameters()}
        if any(id(w) not in own for group in optimizer.param_groups for w in group["params"]):
            raise ValueError("Trainer expects an optimizer built on this model's parameters, got one on other tensors")
        self.loss, self.optimizer = function(loss, "Trainer's loss"), optimizer
        self.accumulate = count(accumulate, "Trainer's accumulate")
        self.clip = None if clip is None else number(clip, "Trainer's clip", above=0)
        self.seed = None if seed is None else count(seed, "Trainer's seed", at_least=0)
        self.deterministic = flag(deterministic, "Trainer's deterministic")
        self.device = choose_device(device)
        self.precision = choose_precision(precision, self.device)
        self.model = model.to(self.device)
        if isinstance(loss, torch.nn.Module):
            loss.to(self.device)  # it may hold weights of classes
        self._forward = torch.compile(model) if flag(compile, "Trainer's compile") else model

    def __repr__(self):
        size = sum(w.numel() for w in self.model.parameters())
        kinds = f"{type(self.model).__name__}, {size:,} parameters, {type(self.optimizer).__name__}"
        return f"Trainer({kinds}, {self.device}, {self.precision})"

    def fit(
        self,
        loader,
        validation=None,
        epochs=1,
        schedule=None,
        early_stopping=None,
        folder=None,
        save_every=None,
        keep=3,
        resume=False,
        log_every=None,
        tensorboard=False,
        progress=False,
    ):
        """Learn from `loader`, a DataLoader or a list of batches, `epochs` times; returns the `History`, as MLP.fit's.

        `validation` is another loader, looked at after each epoch. `schedule(step)` gives the learning rate of a step,
        counted from 0 over all epochs, as the functions of `gyeop.schedules` do; all groups of the optimizer get it.
        `early_stopping`, a `gyeop.regularization.EarlyStopping`, watches the validation loss; at the end, early or not,
        the model has its best weights. At the end the model is in eval mode. `progress` shows a bar.

        With a `folder` the run is kept there: log.csv with a row an epoch, steps.csv with a row every `log_every`
        steps, TensorBoard's curves if `tensorboard`, in checkpoints/ the newest `keep` checkpoints, of which one is
        made after each epoch and every `save_every` steps, and in the end model.safetensors. After the process was
        stopped or killed, the same call with `resume=True` goes on from the newest checkpoint, or begins if there is
        none. On the CPU everything then comes out bit for bit as without the stop, if the data sets draw at random only
        from the global generators of torch, Python or NumPy. The samples that the epoch had seen are loaded again and
        passed over. Ctrl-C finishes the step, saves, and is then raised as KeyboardInterrupt; a second one stops at
        once.

        Numbers that run off to infinity are a FloatingPointError that names the epoch, and no checkpoint.
        """
        with always_the_same(self.deterministic), kept(self.device), noted_interrupts(folder is not None) as interrupts:
            if self.seed is not None:
                seed_all(self.seed)
            run = Run(self, loader, validation, epochs, schedule, early_stopping, progress, interrupts)
            if folder is not None:
                run.keep_in(folder, save_every, keep, resume, log_every, tensorboard)
            elif resume or tensorboard or save_every or log_every:
                raise ValueError("Trainer.fit expects a folder to resume from, save or log to, got None")
            return run.go()

    def evaluate(self, loader):
        """The mean loss over all samples of `loader` and the share of right labels; the model is in eval mode for it.

        Nothing is drawn from the generators as far as they can tell, so looking does not change the training.
        """
        mode, total, samples, right, judged = self.model.training, 0.0, 0, 0, 0
        self.model.eval()
        with torch.no_grad(), kept(self.device):
            for batch in loader:
                *inputs, target = self.on_device(batch)
                output, loss = self.forward(inputs, target)
                total, samples = total + loss.to(self.sum_dtype) * len(target), samples + len(target)
                if (found := count_right(self.loss, output, target)) is not None:
                    right, judged = right + found[0], judged + found[1]
        self.model.train(mode)
        if not samples:
            raise ValueError("Trainer expects a loader with at least one sample, got none")
        return Evaluation(float(total) / samples, float(right) / int(judged) if judged else None)

    def step(self, group):
        """One step of the optimizer on a list of batches; returns their samples' losses, added up, and how many."""
        batches = [self.on_device(batch) for batch in group]
        samples = sum(len(target) for *_, target in batches)
        total = 0.0
        self.optimizer.zero_grad()
        for *inputs, target in batches:
            loss = self.forward(inputs, target)[1]
            (loss if len(target) == samples else loss * (len(target) / samples)).backward()
            total = total + loss.detach().to(self.sum_dtype) * len(target)
        if self.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        return total, samples

    def forward(self, inputs, target):
        """The model's output and its loss, computed in the chosen precision."""
        with autocast(self.precision, self.device):
            output = self._forward(*inputs)
            loss = self.loss(output, target)
        if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
            got = tuple(loss.shape) if isinstance(loss, torch.Tensor) else type(loss).__name__
            raise ValueError(f"Trainer expects the loss to give a tensor of one number, got {got}")
        return output, loss.reshape(()) if loss.ndim else loss

    def on_device(self, batch):
        """The tensors of a batch (*inputs, target), moved to the device."""
        if not isinstance(batch, (tuple, list)) or len(batch) < 2:
            raise TypeError(f"Trainer expects batches (*inputs, target), got {type(batch).__name__}")
        for part in batch:
            if not isinstance(part, torch.Tensor) or not part.ndim:
                raise TypeError(f"Trainer expects batches of tensors with samples, got {type(part).__name__} in one")
        return [part.to(self.device, non_blocking=True) for part in batch]

    @property
    def rate(self):
        """The optimizer's learning rate, that of its first group; set it, and all groups have it."""
        return float(self.optimizer.param_groups[0]["lr"])

    @rate.setter
    def rate(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    @property
    def sum_dtype(self):
        """The floats in which losses are added up: float64, which Apple's GPUs lack."""
        return torch.float32 if self.device.type == "mps" else torch.float64
