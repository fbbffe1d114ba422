import csv
import sys

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from gyeop.train import logs

from . import example


def test_the_tables_say_what_the_history_says(tmp_path):
    _, history = example.run(tmp_path, log_every=5)
    with (tmp_path / "log.csv").open() as file:
        epochs = list(csv.DictReader(file))
    for name, values in vars(history).items():
        assert [float(row[name]) for row in epochs] == values
    assert [int(row["step"]) for row in epochs] == [6, 12, 18, 24]
    for row in epochs:
        assert float(row["samples_per_second"]) == pytest.approx(46 / float(row["seconds"]))
    with (tmp_path / "steps.csv").open() as file:
        steps = list(csv.DictReader(file))
    assert [(int(row["step"]), int(row["epoch"])) for row in steps] == [(5, 1), (10, 2), (15, 3), (20, 4)]


def test_tensorboard_shows_the_same_curves(tmp_path):
    _, history = example.run(tmp_path, tensorboard=True)
    shown = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    for name, values in vars(history).items():
        if name != "learning_rate":  # which has a point a step as well
            assert [point.value for point in shown.Scalars(name)] == pytest.approx(values, rel=1e-6)
            assert [point.step for point in shown.Scalars(name)] == [6, 12, 18, 24]
    assert len(shown.Scalars("loss")) == 24


def test_without_tensorboard_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ModuleNotFoundError, match=r"tensorboard=True needs TensorBoard: pip install 'gyeop\[tensorb"):
        example.run(tmp_path, tensorboard=True)


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loader, validation = example.loaders()
    example.trainer().fit(loader, validation, epochs=2)
    assert list(tmp_path.iterdir()) == []


def test_rewinding_drops_later_and_unfinished_rows(tmp_path):
    log = logs.CsvLog(tmp_path / "log.csv", ("step", "loss"))
    log.path.write_text("step,loss\n1,0.5\n2,0.25\n3,0.1\n2,0.1")
    log.rewind("step", 2)
    assert log.path.read_text() == "step,loss\n1,0.5\n2,0.25\n"
    assert list(tmp_path.iterdir()) == [log.path]
