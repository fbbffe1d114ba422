"""What a run writes down as it goes: tables that any program can read, and TensorBoard's curves if asked."""

import csv
import io
import os
from pathlib import Path

EPOCH = (
    *("epoch", "step", "train_loss", "validation_loss", "validation_accuracy", "learning_rate"),
    *("seconds", "samples_per_second"),
)
STEP = ("step", "epoch", "loss", "learning_rate")


class CsvLog:
    """A table in a .csv file that grows by a row at a time. Floats stand there with all their digits.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = CsvLog(Path(folder) / "log.csv", ("step", "loss"))
    ...     log.rewind("step", 0)
    ...     for step in (1, 2, 3):
    ...         log.write({"step": step, "loss": 1 / step})
    ...     log.rewind("step", 2)
    ...     log.path.read_text().split()
    ['step,loss', '1,1.0', '2,0.5']
    """

    def __init__(self, path, columns):
        self.path, self.columns = Path(path), columns

    def write(self, row):
        """Add a row; a column that `row` has not stays empty."""
        line = io.StringIO()
        csv.DictWriter(line, self.columns, restval="", lineterminator="\n").writerow(row)
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(line.getvalue())

    def sync(self):
        """Force the rows out to the disk."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())

    def rewind(self, column, last):
        """Leave the heading and the rows whose `column` is at most `last`: what came after a checkpoint comes again."""
        at, head = self.columns.index(column), ",".join(self.columns) + "\n"
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        whole = [line for line in text.splitlines(keepends=True)[1:] if line.endswith("\n")]
        rows = [line for line in whole if int(line.split(",")[at]) <= last]
        unfinished = self.path.with_name(self.path.name + ".unfinished")
        unfinished.write_text(head + "".join(rows), encoding="utf-8", newline="")
        os.replace(unfinished, self.path)


class Logs:
    """In `folder`: log.csv, a row an epoch; steps.csv, a row every `every` steps if that is given; tensorboard/.

    All of them go on after so many steps and epochs.
    """

    def __init__(self, folder, step=0, epoch=0, every=None, tensorboard=False):
        self.every = every
        self.epochs = CsvLog(Path(folder) / "log.csv", EPOCH)
        self.steps = CsvLog(Path(folder) / "steps.csv", STEP) if every else None
        self.epochs.rewind("epoch", epoch)  # not by the step: an epoch ends a moment after its last step
        if self.steps:
            self.steps.rewind("step", step)
        self.curves = _tensorboard(Path(folder) / "tensorboard", step) if tensorboard else None

    def epoch(self, row):
        self._note(self.epochs, row)

    def step(self, row):
        self._note(self.steps, row)

    def _note(self, table, row):
        table.write(row)
        if self.curves:
            for name in row.keys() - {"step", "epoch", "seconds"}:
                self.curves.add_scalar(name, row[name], row["step"])

    def sync(self):
        self.epochs.sync()
        if self.steps:
            self.steps.sync()
        if self.curves:
            self.curves.flush()

    def close(self):
        if self.curves:
            self.curves.close()


def _tensorboard(folder, step):
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ModuleNotFoundError as error:
        hint = "tensorboard=True needs TensorBoard: pip install 'gyeop[tensorboard]'"
        raise ModuleNotFoundError(hint, name=error.name) from error
    return SummaryWriter(str(folder), purge_step=step + 1)
