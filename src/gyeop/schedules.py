"""Learning-rate schedules: the rate at a step, as a pure function of that step.

`lr` is the rate that the schedule starts from or leads to, `step` counts from 0: `MLP.fit(schedule=lambda step: ...)`
asks before every step what the rate shall be. Nothing is remembered, so a rate can be looked up, drawn, or taken up
again in the middle. For a schedule that counts epochs give it the epoch, `step // steps_in_an_epoch`.

`step` is a whole number, which gives a float, or an array of them, which gives a float64 array of its shape. `lr` is a
number, or one for each step: so that one schedule can take another's rate. Negative, fractional or missing numbers are
a ValueError or a TypeError. At every step these are torch.optim.lr_scheduler's StepLR, ExponentialLR,
CosineAnnealingLR and LinearLR, whose recursions they solve.
"""

import numpy as np

from ._checks import as_array, count, finite_float, first_index, number


def _not_negative(array, name):
    if (array < 0).any():
        at = first_index(array < 0)
        raise ValueError(
            f"{name} expects numbers of at least 0, got {array[at]}{f' at index {at}' if array.ndim else ''}"
        )
    return array.astype(np.float64)  # in which whole numbers up to 2^53 are exact


def _at(lr, step, name):
    """The rate, a float or an array in the shape of the steps, and the steps."""
    step = as_array(step, f"{name}'s step")
    if step.dtype.kind not in "iu":
        raise TypeError(f"{name} expects step to be whole numbers, got dtype {step.dtype}")
    step = _not_negative(step, f"{name}'s step")
    if as_array(lr, f"{name}'s lr").ndim == 0:
        return number(lr, f"{name}'s lr", at_least=0), step
    rates = finite_float(lr, f"{name}'s lr")
    if rates.shape != step.shape:
        raise ValueError(f"{name} expects one lr, or one for each step {step.shape}, got {rates.shape}")
    return _not_negative(rates, f"{name}'s lr"), step


def _like_step(rate):
    return rate if np.ndim(rate) else float(rate)


def step_decay(lr, step, every, factor):
    """lr * factor^floor(step / every): the rate is multiplied by `factor` after each `every` steps, as by StepLR.

    `every` is a whole number of at least 1, `factor` lies above 0 and is at most 1.

    >>> [step_decay(0.5, step, every=10, factor=0.1) for step in (0, 9, 10)]
    [0.5, 0.5, 0.05]
    """
    lr, step = _at(lr, step, "step_decay")
    every = count(every, "step_decay's every")
    factor = number(factor, "step_decay's factor", above=0, at_most=1)
    return _like_step(lr * factor ** (step // every))


def exponential_decay(lr, step, factor):
    """lr * factor^step: the rate is multiplied by `factor`, above 0 and at most 1, at every step, as by ExponentialLR.

    >>> exponential_decay(0.8, np.arange(4), factor=0.5).tolist()
    [0.8, 0.4, 0.2, 0.1]
    """
    lr, step = _at(lr, step, "exponential_decay")
    factor = number(factor, "exponential_decay's factor", above=0, at_most=1)
    return _like_step(lr * factor**step)


def cosine_decay(lr, step, steps, lowest=0.0):
    """lowest + (lr - lowest) (1 + cos(pi step / steps)) / 2: from lr to `lowest` (>= 0) in `steps` (>= 1) steps.

    Slow at both ends, fast in between (Loshchilov, Hutter, SGDR, 2017), as CosineAnnealingLR. As there, the rate rises
    again after `steps`: let training end with the schedule.

    >>> [round(cosine_decay(0.1, step, steps=100), 4) for step in (0, 25, 50, 75, 100)]
    [0.1, 0.0854, 0.05, 0.0146, 0.0]
    """
    lr, step = _at(lr, step, "cosine_decay")
    steps, lowest = count(steps, "cosine_decay's steps"), number(lowest, "cosine_decay's lowest", at_least=0)
    return _like_step(lowest + (lr - lowest) * (1 + np.cos(np.pi * step / steps)) / 2)


def warmup(lr, step, steps, start_factor=0.01):
    """lr * (start_factor + (1 - start_factor) min(step / steps, 1)): up to lr in `steps` (>= 1) even steps, then lr.

    While a network still changes fast, a large rate does harm, above all in large batches (Goyal et al., Accurate,
    Large Minibatch SGD, 2017). `start_factor`, from 0 to 1, is the share of lr at step 0. As LinearLR.

    A decay comes after the warmup, as by SequentialLR, or is multiplied with it, as by ChainedScheduler:

    >>> warmup(0.1, np.arange(5), steps=4, start_factor=0.2).round(4).tolist()
    [0.02, 0.04, 0.06, 0.08, 0.1]
    >>> schedule = lambda step: warmup(0.1, step, 4) if step < 4 else cosine_decay(0.1, step - 4, 20)
    >>> [round(schedule(step), 4) for step in (0, 2, 4, 14, 24)]
    [0.001, 0.0505, 0.1, 0.05, 0.0]
    >>> schedule = lambda step: warmup(exponential_decay(0.1, step, 0.9), step, 4)
    >>> [round(schedule(step), 4) for step in (0, 2, 4, 5)]
    [0.001, 0.0409, 0.0656, 0.059]
    """
    lr, step = _at(lr, step, "warmup")
    steps = count(steps, "warmup's steps")
    start_factor = number(start_factor, "warmup's start_factor", at_least=0, at_most=1)
    return _like_step(lr * (start_factor + (1 - start_factor) * np.minimum(step / steps, 1)))
