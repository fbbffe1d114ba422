"""Arrays in an .npz file, without pickle: what is loaded can be wrong, but it cannot run code."""

import os
from pathlib import Path

import numpy as np


def _path(path):
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):  # open(3) would be a file that is open already
        raise TypeError(f"expected the path of a file, got {path!r}")
    return Path(path)


def write_arrays(path, arrays):
    """Write named arrays to `path`, whole or not at all: a run that is cut short leaves the old file."""
    path = _path(path)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_arrays(path):
    """The named arrays in `path`. A file cut short, damaged or of another kind is a ValueError that names it."""
    with _path(path).open("rb") as file:  # a path that is not there keeps its own error
        try:
            archive = np.load(file, allow_pickle=False)
            return {name: archive[name] for name in archive.files}
        except Exception as error:  # zipfile, zlib and numpy each fail in their own ways on a foreign file
            raise ValueError(f"{path} is not a complete .npz file of arrays: {error}") from error
