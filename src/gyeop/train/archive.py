"""Tensors and a record on disk: one safetensors file, written whole or not at all, and never believed unchecked.

A safetensors file is a JSON header - names, dtypes, shapes, places, and strings of ours - before the plain bytes of the
tensors: reading it cannot run code, as unpickling can. The string that we put there, "gyeop", is the SHA-256 of all
that matters in the file, a blank, and a record as JSON.
"""

import hashlib
import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save


def write(path, tensors, record=None):
    """Write named tensors, and a record of what JSON can hold, to `path`: at every moment the old file or the new one.

    The new one is written beside it, forced out to the disk, and only then takes the name, in one step that the
    operating system makes as a whole.
    """
    path = _path(path)
    tensors = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    text = json.dumps(record or {})
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(save(tensors, {"gyeop": f"{_digest(tensors, text)} {text}"}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    if hasattr(os, "O_DIRECTORY"):  # where folders can be forced out too: the new name is in there
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(path, ours=False):
    """The tensors, on the CPU, and the record in `path`.

    A file that was cut short, changed, or is of another kind is a ValueError that names it. A safetensors file by
    others, which has no hash of ours, is read as it is and has an empty record, or is refused if it must be `ours`.
    """
    with _path(path).open("rb"):  # a path that is not there keeps its own error
        pass
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (no dictionary)
    except (SafetensorError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path} is not a complete safetensors file: {error}") from None
    if "gyeop" not in metadata:
        if ours:
            raise ValueError(f"{path} is a safetensors file, but not one of this library: it has no SHA-256")
        return tensors, {}
    digest, _, text = metadata["gyeop"].partition(" ")
    if _digest(tensors, text) != digest:
        raise ValueError(f"{path} was changed after it was written: its content is not that of its SHA-256")
    return tensors, json.loads(text)


def _digest(tensors, text):
    """The SHA-256, in hexadecimal, over the record and every tensor's name, dtype, shape and bytes."""
    digest = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\0{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


def _path(path):
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise TypeError(f"expected the path of a file, got {path!r}")
    return Path(path)
