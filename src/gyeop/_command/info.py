"""What is here: versions, devices, and the data that is on the disk already."""

import importlib.metadata
import os
import platform
from importlib.resources import files
from pathlib import Path

from .. import __version__
from ..data.fetch import SOURCES

BESIDE = ("numpy", "torch", "safetensors", "tqdm", "tensorboard", "matplotlib", "pooch")
SHIPPED = ("mnist.npz", "digits.npz", "constitution.ko.txt")


def show():
    """Print it."""
    print(f"gyeop {__version__}, Python {platform.python_version()}, {platform.platform()}")
    for title, lines in (("versions", versions()), ("devices", devices()), ("data", data())):
        print(f"\n{title}")
        for name, what in lines:
            print(f"  {name:38} {what}")


def versions():
    """(package, its version), of those that the library can make use of."""
    for name in BESIDE:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name, "not installed"


def devices():
    """(device, what it is), as torch sees them; the best one last."""
    yield "cpu", f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    try:
        import torch
    except ModuleNotFoundError:
        return
    if torch.backends.mps.is_available():
        yield "mps", "Apple GPU"
    for i in range(torch.cuda.device_count()):
        gpu = torch.cuda.get_device_properties(i)
        yield f"cuda:{i}", f"{gpu.name}, {gpu.total_memory / 2**30:.0f} GiB"


def data():
    """(file, where it is): what comes with the library, what was fetched, what can be."""
    for name in SHIPPED:
        yield name, f"{len((files('gyeop.data') / name).read_bytes()):,} bytes, comes with the library"
    folder = _folder()
    for name in SOURCES:
        path = folder / name if folder else None
        there = path is not None and path.exists()
        yield "full " * (name in SHIPPED) + name, f"{path}" if there else "not here; fetched when it is asked for"


def _folder():
    """Where fetched files are kept, None if nothing can have been fetched."""
    if os.environ.get("GYEOP_DATA"):
        return Path(os.environ["GYEOP_DATA"]).expanduser()
    try:
        import pooch
    except ModuleNotFoundError:
        return None
    return Path(pooch.os_cache("gyeop"))
