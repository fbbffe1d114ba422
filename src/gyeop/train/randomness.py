"""The generators that training draws from - torch's, Python's, NumPy's global ones - as tensors that can be kept.

Dropout draws from torch's, a shuffling DataLoader too, and what a data set does to its samples may draw from any.
"""

import contextlib
import random

import numpy as np
import torch


def get_states(device):
    """The state of every generator as a tensor, by name: of torch on the CPU and on `device`, of Python, of NumPy.

    >>> states = get_states(torch.device("cpu"))
    >>> before = torch.rand(2), random.random()
    >>> set_states(states, torch.device("cpu"))
    >>> torch.equal(torch.rand(2), before[0]), random.random() == before[1]
    (True, True)
    """
    _, python, python_normal = random.getstate()
    legacy = np.random.get_state(legacy=False)
    states = {
        "torch": torch.get_rng_state(),
        "python": torch.tensor(python),
        "python_normal": torch.tensor([] if python_normal is None else [python_normal], dtype=torch.float64),
        "numpy": torch.tensor([*legacy["state"]["key"].tolist(), legacy["state"]["pos"]]),
        "numpy_normal": torch.tensor([legacy["gauss"]] if legacy["has_gauss"] else [], dtype=torch.float64),
    }
    if device.type == "cuda":
        states["device"] = torch.cuda.get_rng_state(device)
    if device.type == "mps":
        states["device"] = torch.mps.get_rng_state()
    return states


def set_states(states, device):
    """Put every generator back into the state in which `get_states` found it; on another device only the CPU's."""
    torch.set_rng_state(states["torch"])
    random.setstate((3, tuple(states["python"].tolist()), (states["python_normal"].tolist() or [None])[0]))
    *keys, position = states["numpy"].tolist()
    normal = states["numpy_normal"].tolist()
    np.random.set_state(("MT19937", np.array(keys, np.uint32), position, len(normal), (normal or [0.0])[0]))
    if "device" in states and device.type == "cuda":
        torch.cuda.set_rng_state(states["device"], device)
    if "device" in states and device.type == "mps":
        torch.mps.set_rng_state(states["device"])


@contextlib.contextmanager
def kept(device):
    """Whatever is drawn within it, afterwards the generators stand where they stood."""
    states = get_states(device)
    try:
        yield
    finally:
        set_states(states, device)


def seed_all(seed):
    """Start every generator from `seed`, a whole number of at least 0."""
    torch.manual_seed(seed)  # on all devices
    random.seed(seed)
    np.random.seed(seed % 2**32)
