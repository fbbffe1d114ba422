"""Checkpoints: the last few moments of a run on disk, of which the newest that is whole is taken up."""

import warnings
from pathlib import Path

from . import archive


class Checkpoints:
    """The files step-00000012.safetensors, ... in `folder`: the newest `keep` of them are kept.

    >>> import tempfile, torch
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpoints = Checkpoints(folder, keep=2)
    ...     for step in (10, 20, 30):
    ...         _ = checkpoints.save(step, {"w": torch.tensor([step])}, {"step": step})
    ...     [path.name for path in checkpoints.paths()], checkpoints.newest()
    (['step-00000020.safetensors', 'step-00000030.safetensors'], ({'w': tensor([30])}, {'step': 30}))
    """

    def __init__(self, folder, keep=3):
        self.folder, self.keep = Path(folder), keep
        self.folder.mkdir(parents=True, exist_ok=True)
        for unfinished in self.folder.glob("step-*.unfinished"):  # of a process that ended while it wrote
            unfinished.unlink()

    def paths(self):
        """The checkpoints that are there, oldest first."""
        return sorted(self.folder.glob("step-*.safetensors"), key=lambda path: int(path.stem.removeprefix("step-")))

    def save(self, step, tensors, record):
        """Write the checkpoint of a step, then remove what is more than `keep`; returns its path."""
        path = self.folder / f"step-{step:08d}.safetensors"
        archive.write(path, tensors, record)
        for old in self.paths()[: -self.keep]:
            old.unlink()
        return path

    def newest(self):
        """The tensors and the record of the newest checkpoint that is whole, or None if there never was one.

        A damaged one is named in a warning and set aside, its name ending in .damaged, and the one before is taken. If
        none is whole, that is a ValueError: a run is not begun anew by mistake.
        """
        damaged = []
        for path in reversed(self.paths()):
            try:
                found = archive.read(path, ours=True)
            except ValueError as error:
                damaged.append(path)
                warnings.warn(f"passing over a damaged checkpoint: {error}", stacklevel=2)
                continue
            for broken in damaged:
                broken.rename(f"{broken}.damaged")
            return found
        if damaged:
            raise ValueError(f"expected a whole checkpoint in {self.folder}, got only damaged ones: {len(damaged)}")
        return None
