"""What one page sets for the whole process - NumPy's print options, torch's default dtype, a seed - ends with the page.

`begin` and `end` stand around the blocks of each page, so that a page means the same alone and after any other.
"""

import contextlib
import os
import random
import sys
from collections.abc import Iterator

_open: list[contextlib.ExitStack] = []


def begin(namespace: dict) -> None:
    stack = contextlib.ExitStack()
    for kept in (_process, _numpy, _torch):
        stack.enter_context(kept())
    _open.append(stack)


def end(namespace: dict) -> None:
    _open.pop().close()
    namespace.clear()  # the arrays and models of a page do not outlive it


@contextlib.contextmanager
def _process() -> Iterator[None]:
    folder, environment, path, state = os.getcwd(), dict(os.environ), list(sys.path), random.getstate()
    os.environ.setdefault("MPLBACKEND", "svg")  # a figure opens no window on a machine that has a screen
    yield
    os.chdir(folder)
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)
    sys.path[:] = path
    random.setstate(state)


@contextlib.contextmanager
def _numpy() -> Iterator[None]:
    import numpy as np

    state = np.random.get_state()
    with np.printoptions(), np.errstate():
        yield
    np.random.set_state(state)


@contextlib.contextmanager
def _torch() -> Iterator[None]:
    """torch is imported by a page, or not at all; what is restored is torch as it is after its import."""
    yield
    torch = sys.modules.get("torch")
    if torch is None:
        return
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.use_deterministic_algorithms(False)
    torch.set_printoptions(profile="default")
    torch.set_default_device(None)
