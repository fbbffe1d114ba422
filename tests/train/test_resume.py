"""A run that was interrupted, and what it would have been: every tensor, every number, every row but for the times."""

import contextlib
import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from gyeop.train import Trainer, archive, run
from gyeop.train.checkpoints import Checkpoints
from gyeop.train.interrupt import noted_interrupts

from . import example
from .example import EPOCHS, STEPS, blobs, loaders, trainer


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {k: v for k, v in row.items() if k not in ("seconds", "samples_per_second")} for row in csv.DictReader(file)
        ]


def outcome(folder):
    """All that a run left behind, but for the times."""
    tensors, record = archive.read(Checkpoints(folder / "checkpoints").paths()[-1])
    del record["seconds"]
    weights = {f"end.{name}": tensor for name, tensor in archive.read(folder / "model.safetensors")[0].items()}
    return tensors | weights, record, rows(folder / "log.csv"), rows(folder / "steps.csv")


def assert_equal(one, other):
    assert one[0].keys() == other[0].keys()
    for name, tensor in one[0].items():
        assert tensor.dtype == other[0][name].dtype, name
        assert torch.equal(tensor, other[0][name]), name
    assert one[1:] == other[1:]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What the run leaves that nothing interrupts."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("whole")
    example.run(folder)
    return outcome(folder)


def test_the_run_that_is_compared_has_everything_in_it(whole):
    tensors, record, epochs, steps = whole
    assert (record["step"], record["epoch"], len(epochs), len(steps)) == (
        EPOCHS * STEPS,
        EPOCHS,
        EPOCHS,
        EPOCHS * STEPS,
    )
    parts = {name.split(".")[0] for name in tensors}
    assert parts == {"model", "optimizer", "random", "best", "total", "end"}
    assert {"optimizer.0.exp_avg", "random.torch", "random.python", "random.numpy", "random.loader.0"} <= tensors.keys()
    assert record["early_stopping"]["best_epoch"] == 1
    assert all(torch.equal(tensors[f"best.{name}"], tensors[f"end.{name}"]) for name in example.network().state_dict())
    assert record["history"]["train_loss"] == [float(row["train_loss"]) for row in epochs]


class Stop(Exception):
    pass


def run_to(step, train, *arguments, **settings):
    """Train, and end in an error within the step after `step`, when the weights have been changed; True if it did."""
    learn, left = Trainer.step, iter(range(step))

    def until(self, group):
        result = learn(self, group)
        if next(left, None) is None:
            raise Stop
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "step", until)
        try:
            train(*arguments, **settings)
        except Stop:
            return True
    return False


@pytest.mark.parametrize("save_every", [1, 4, None])
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_interrupted_at_any_step_it_goes_on_exactly(tmp_path, whole, save_every, every):
    for step in range(0, EPOCHS * STEPS, every):
        folder = tmp_path / str(step)
        assert run_to(step, example.run, folder, save_every=save_every)
        example.run(folder, save_every=save_every)
        assert_equal(outcome(folder), whole)


def test_interrupted_again_and_again_it_goes_on_exactly(tmp_path, whole):
    times = 0
    while run_to(3, example.run, tmp_path):
        times += 1
    assert times == EPOCHS * STEPS // 3 - 1
    assert_equal(outcome(tmp_path), whole)


@pytest.mark.parametrize("save_every", [None, 1])
def test_interrupted_between_the_log_and_the_checkpoint(tmp_path, monkeypatch, whole, save_every):
    save = run.Run.save

    def until(self, kept):
        if self.at.epoch == 2:
            raise Stop
        return save(self, kept)

    with monkeypatch.context() as patch:
        patch.setattr(run.Run, "save", until)
        with pytest.raises(Stop):
            example.run(tmp_path, save_every=save_every)
    assert len(rows(tmp_path / "log.csv")) == 2
    with (tmp_path / "steps.csv").open("a") as file:
        file.write("13,3,0.5")  # a row cut short
    example.run(tmp_path)
    assert_equal(outcome(tmp_path), whole)


def test_a_damaged_checkpoint_is_passed_over_and_the_run_is_the_same(tmp_path, whole):
    assert run_to(10, example.run, tmp_path)
    newest = Checkpoints(tmp_path / "checkpoints").paths()[-1]
    assert newest.name == "step-00000010.safetensors"
    newest.write_bytes(newest.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="step-00000010"):
        example.run(tmp_path)
    assert_equal(outcome(tmp_path), whole)


def test_a_run_that_has_ended_is_given_again_and_can_be_made_longer(tmp_path, whole):
    example.run(tmp_path, epochs=2)
    one, history = example.run(tmp_path, epochs=2)
    assert len(history.train_loss) == 2
    assert not one.model.training
    example.run(tmp_path)
    assert_equal(outcome(tmp_path), whole)


@pytest.mark.skipif(not example.FORKS, reason="new processes would each import torch anew, which takes too long")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_with_worker_processes(tmp_path):
    example.run(tmp_path / "whole", workers=2, epochs=2)
    assert run_to(8, example.run, tmp_path / "cut", workers=2, epochs=2)
    example.run(tmp_path / "cut", workers=2, epochs=2)
    assert_equal(outcome(tmp_path / "cut"), outcome(tmp_path / "whole"))


def test_a_sampler_that_counts_epochs_is_told_them(tmp_path):
    def go(folder):
        one, (loader, _) = trainer(), loaders()
        sampler = torch.utils.data.DistributedSampler(loader.dataset, num_replicas=1, rank=0)
        seen = torch.utils.data.DataLoader(loader.dataset, batch_size=4, sampler=sampler)
        one.fit(seen, epochs=3, folder=folder, save_every=1, log_every=1, resume=True)
        return sampler.epoch

    assert go(tmp_path / "whole") == 2
    assert run_to(8, go, tmp_path / "cut")
    go(tmp_path / "cut")
    assert_equal(outcome(tmp_path / "cut"), outcome(tmp_path / "whole"))


@pytest.fixture(scope="module")
def nursery():
    """The example as a program, which starts processes that train."""
    if sys.platform == "win32":
        pytest.skip("needs signals, which Windows lacks")
    command = [sys.executable, "-W", "error", "-m", "tests.train.example"]
    one = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], env=one, **pipes) as program:
        yield program
        program.stdin.close()


def newest_step(folder):
    names = [path.stem for path in (folder / "checkpoints").glob("step-*.safetensors")]
    return max((int(name.removeprefix("step-")) for name in names), default=0)


def train_and_send(nursery, folder, number, seconds, at_work=True):
    """Let a process train in `folder`; some seconds after it has begun, or with `at_work` after its first step, send it
    a signal. What it said, and its exit status."""
    before = newest_step(folder)
    print(folder, file=nursery.stdin)
    process = int(nursery.stdout.readline())
    with contextlib.suppress(ProcessLookupError):  # it has ended already
        while at_work and newest_step(folder) == before:
            os.kill(process, 0)
            time.sleep(0.001)
        if number is not None:
            time.sleep(seconds)
            os.kill(process, number)
    said = nursery.stdout.readline().strip()
    return ("", int(said)) if said.lstrip("-").isdecimal() else (said, int(nursery.stdout.readline()))


def kill_and_resume(nursery, folder, whole, times):
    """Kill runs at random moments, `times` in all, each taken up by the next; hold what each comes to to the whole."""
    steps, ended, moments = [], 0, random.SystemRandom()
    while len(steps) < times or not ended:
        here = folder / str(ended)
        number = signal.SIGKILL if len(steps) < times else None
        at_work = moments.random() < 0.8  # the others are killed while they take up the run
        said, status = train_and_send(nursery, here, number, moments.uniform(0, 0.25), at_work)
        if status == 0:
            assert_equal(outcome(here), whole)
            ended += 1
        else:
            assert (said, status) == ("", -signal.SIGKILL)
            steps.append(newest_step(here))
    print(f"killed {len(steps)} times, the newest checkpoints then of steps {steps}; {ended} runs came to their end")


def test_killed_at_random_moments_it_goes_on_exactly(nursery, tmp_path, whole):
    kill_and_resume(nursery, tmp_path, whole, times=3)


@pytest.mark.slow
def test_killed_twenty_times_at_random_moments_it_goes_on_exactly(nursery, tmp_path, whole):
    kill_and_resume(nursery, tmp_path, whole, times=20)


def test_ctrl_c_saves_and_says_how_to_go_on(nursery, tmp_path, whole):
    said, status = train_and_send(nursery, tmp_path, signal.SIGINT, 0.1)
    newest, step = Checkpoints(tmp_path / "checkpoints").paths()[-1], newest_step(tmp_path)
    assert 0 < step < EPOCHS * STEPS
    how = f"stopped at step {step}, saved in {newest}; resume goes on from there"
    assert (said, status) == (f"KeyboardInterrupt: {how}", 1)
    example.run(tmp_path)
    assert_equal(outcome(tmp_path), whole)


def test_ctrl_c_finishes_the_step_it_comes_in(tmp_path, monkeypatch, whole):
    learn, steps = Trainer.step, iter(range(1, 100))

    def interrupted(self, group):
        if next(steps) == 3:
            signal.raise_signal(signal.SIGINT)
        return learn(self, group)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", interrupted)
        with pytest.raises(KeyboardInterrupt, match="stopped at step 3, saved in .*step-00000003"):
            example.run(tmp_path, save_every=None)
    example.run(tmp_path, save_every=None)
    assert_equal(outcome(tmp_path), whole)


def test_a_second_ctrl_c_stops_at_once():
    with noted_interrupts() as noted:
        signal.raise_signal(signal.SIGINT)
        assert len(noted) == 1
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("options", "settings", "says"),
    [
        ({"seed": 4}, {}, "expected the run to go on as it began, .*'seed': 3.* got .*'seed': 4"),
        ({"accumulate": 3}, {}, "'accumulate': 2.* got .*'accumulate': 3"),
        ({}, {"loader": [blobs(4, 0)]}, "'batches': 12.* got .*'batches': 1}"),
        ({}, {"early_stopping": None}, "expected early_stopping as the run began, .* got None"),
        ({}, {"resume": False}, "expects resume=True or a folder without a run, got .*which has one"),
    ],
)
def test_another_run_is_not_taken_up(tmp_path, options, settings, says):
    example.run(tmp_path, epochs=1)
    loader, validation = loaders()
    plain = {"loader": loader, "validation": validation, "resume": True, "early_stopping": example.EarlyStopping()}
    with pytest.raises(ValueError, match=says):
        trainer(**options).fit(epochs=2, folder=tmp_path, **plain | settings)


def test_persistent_workers_are_refused(tmp_path):
    data = loaders()[0].dataset
    loader = torch.utils.data.DataLoader(data, batch_size=4, num_workers=1, persistent_workers=True)
    with pytest.raises(ValueError, match="persistent_workers=False to resume exactly, got True"):
        trainer().fit(loader, folder=tmp_path)
