"""Seeds for torch: torch's layers draw their weights from its one global generator, which is lent and given back."""

from contextlib import contextmanager

import numpy as np
import torch

from .._checks import count


def torch_generator(rng):
    """A torch.Generator on the CPU: from an int seed, from NumPy's Generator, as it is, or from None torch's own."""
    if rng is None:
        return torch.default_generator
    if isinstance(rng, torch.Generator):
        return rng
    seed = int(rng.integers(2**63)) if isinstance(rng, np.random.Generator) else count(rng, "rng", at_least=0)
    return torch.Generator().manual_seed(seed)


@contextmanager
def drawing_from(rng):
    """Inside, torch's global generator of the CPU draws what `rng` draws; afterwards it is where it was before.

    A torch.Generator goes on as if it had drawn itself. With None nothing is changed.
    """
    generator = torch_generator(rng)
    if generator is torch.default_generator:
        yield
        return
    before = torch.default_generator.get_state()
    torch.default_generator.set_state(generator.get_state())
    try:
        yield
    finally:
        generator.set_state(torch.default_generator.get_state())
        torch.default_generator.set_state(before)
