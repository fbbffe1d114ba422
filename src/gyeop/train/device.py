"""Where a network is trained, in which floats, and whether it always comes out the same."""

import contextlib
import os

import torch

PRECISIONS = ("auto", "float32", "bf16")


def choose_device(device="auto"):
    """The torch.device: for "auto" a CUDA GPU where there is one, else Apple's (mps), else the CPU.

    What is no device, or is none that torch sees here, is a ValueError.

    >>> choose_device("cpu")
    device(type='cpu')
    """
    if isinstance(device, str) and device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)
    except (RuntimeError, TypeError, AssertionError) as error:  # how torch says that it has none, by kind of device
        reason = str(error).splitlines()[0]
        raise ValueError(f"expected a device that torch has here, got {device!r}: {reason}") from None
    return chosen


def choose_precision(precision, device):
    """ "float32" or "bf16", for "auto" what the device is made for: bf16 on CUDA GPUs that have it, else float32.

    "float32" leaves everything in the model's own dtype. "bf16" is torch.autocast to bfloat16: products of matrices and
    convolutions in 16 bits, of which 8 are the exponent's as in float32, and sums, losses and weights in 32. So nothing
    need be scaled against underflow, as float16 would need it (Micikevicius et al., Mixed Precision Training, 2018;
    Kalamkar et al., A Study of BFLOAT16 for Deep Learning Training, 2019).

    >>> choose_precision("auto", torch.device("cpu")), choose_precision("bf16", torch.device("cpu"))
    ('float32', 'bf16')
    """
    if precision not in PRECISIONS:
        raise ValueError(f"expected precision to be one of {', '.join(PRECISIONS)}, got {precision!r}")
    if precision != "auto":
        return precision
    return "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False) else "float32"


def autocast(precision, device):
    """The context in which a forward pass and its loss are computed."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else contextlib.nullcontext()


@contextlib.contextmanager
def always_the_same(wanted):
    """Within it, if `wanted`, torch takes only algorithms that give the same bits each time, or says that it has none.

    The CPU is like that anyway as long as the number of threads does not change; on a GPU it costs speed.
    """
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark
    if wanted:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS asks for, before its first product
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False  # it would choose by measured time
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.benchmark = before[1]
