"""Which samples a step gets: batches in groups, in an order that can be taken up again in the middle of an epoch."""

import itertools

import torch

from .randomness import get_states, kept, set_states


def groups(batches, size):
    """Lists of `size` batches, each for one step of the optimizer; the last one of an epoch may be shorter.

    >>> list(groups(iter("abcde"), 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    while group := list(itertools.islice(batches, size)):
        yield group


def length(things):
    """len(things), or None where that is not known before, as of a DataLoader over a stream."""
    try:
        return len(things)
    except TypeError:
        return None


def generators(loader):
    """The torch generators that a DataLoader and its samplers hold of their own, each once."""
    batch_sampler = getattr(loader, "batch_sampler", None)
    holders = [loader, getattr(loader, "sampler", None), batch_sampler, getattr(batch_sampler, "sampler", None)]
    found = {id(g): g for holder in holders if isinstance(g := getattr(holder, "generator", None), torch.Generator)}
    return list(found.values())


def order_states(loader, device):
    """The states, as tensors by name, from which the loader's next epoch follows."""
    own = {f"loader.{i}": generator.get_state() for i, generator in enumerate(generators(loader))}
    return get_states(device) | own


def set_order_states(loader, states, device):
    """Put the generators back into what `order_states` gave."""
    set_states(states, device)
    for i, generator in enumerate(generators(loader)):
        generator.set_state(states[f"loader.{i}"])


def epoch_groups(loader, size, epoch, device, taken=0, start=None):
    """The groups of an epoch of which `taken` have been learned already, and the states that the epoch began with.

    A sampler with torch's `set_epoch` is told the epoch, as DistributedSampler asks. For an epoch that was left in the
    middle, `start` is what this gave at its beginning: the loader begins it again, so what it has shuffled and what its
    samples went through comes again, and the first groups are passed over. The other draws go on undisturbed.
    """
    if set_epoch := getattr(getattr(loader, "sampler", None), "set_epoch", None):
        set_epoch(epoch)
    if not taken:
        start = order_states(loader, device)
        return groups(iter(loader), size), start
    with kept(device):
        set_order_states(loader, start, device)
        remaining = groups(iter(loader), size)
        passed = sum(1 for _ in itertools.islice(remaining, taken))
    if passed < taken:
        raise ValueError(f"expected the loader that the run began with, got one that ends before step {taken}")
    return remaining, start
