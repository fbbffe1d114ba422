"""The command as one who types it meets it: what it says, where, and its exit status."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import gyeop
from gyeop import _command
from gyeop._command import info, tasks

SMALL = ["train", "--device", "cpu", "--data", "digits", "--model", "mlp", "--quiet"]


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def status(*arguments):
    """The exit status, however it comes."""
    try:
        return _command.main(list(arguments))
    except SystemExit as end:
        return end.code


def refused(capsys, *arguments):
    """The one line with which it refuses, and its status."""
    code = status(*arguments)
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    return said.err, code


def test_training_ends_with_a_summary_and_leaves_weights_log_and_picture(capsys, tmp_path):
    assert status(*SMALL, "--epochs", "4", "--picture", "curves.svg") == 0
    said = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[1:])
    assert list(said) == ["accuracy", "throughput", "weights", "checkpoint", "log", "picture"]
    task = tasks.make("digits", "mlp", None, seed=1)
    gyeop.train.load(task.model, tmp_path / said["weights"])
    x, y = task.held_out.tensors
    share = (task.model(x).argmax(1) == y).double().mean().item()
    assert said["accuracy"].startswith(f"{share:.2%} of 359 held-out images, loss 0.")
    assert share > 0.85
    assert "samples a second on " in said["throughput"]
    assert (tmp_path / said["log"]).read_text().count("\n") == 5
    assert (tmp_path / said["checkpoint"]).exists()
    assert (tmp_path / "curves.svg").read_text().count("<svg") == 1


def test_the_same_seed_gives_the_same_run_and_resume_makes_it_longer(capsys, tmp_path):
    for folder in ("one", "two"):
        assert status(*SMALL, "--epochs", "2", "--folder", folder) == 0
    weights = [(tmp_path / folder / "model.safetensors").read_bytes() for folder in ("one", "two")]
    assert weights[0] == weights[1]
    assert status(*SMALL, "--epochs", "3", "--folder", "one", "--resume") == 0
    assert (tmp_path / "one/log.csv").read_text().count("\n") == 4


def test_a_folder_with_a_run_is_not_overwritten(capsys):
    assert status(*SMALL, "--epochs", "1") == 0
    capsys.readouterr()
    said, code = refused(capsys, *SMALL, "--epochs", "1")
    assert said.startswith(f"gyeop train: {Path('runs/digits-mlp')} holds a run already: --resume goes on with it")
    assert code == 1


def test_text_is_judged_beside_counting(capsys, monkeypatch):
    monkeypatch.setattr(tasks, "STRIDE", 64)  # a few windows will do
    assert status("train", "--data", "constitution", "--epochs", "1", "--quiet", "--device", "cpu") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Trainer(GPT, ")
    assert lines[1].startswith("held out     loss ")
    assert "; a model that counts groups of 3 letters has " in lines[1]


def test_the_bars_are_on_the_error_stream(capsys):
    assert status(*SMALL[:-1], "--epochs", "1") == 0
    said = capsys.readouterr()
    assert "epoch 1/1: 100%" in said.err
    assert "epoch" not in said.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "--epochs", "0"], "gyeop train: argument --epochs: expected a whole number of at least 1, got '0'"),
        (["train", "--epochs", "1.5"], "argument --epochs: expected a whole number of at least 1, got '1.5'"),
        (["train", "--lr", "nan"], "argument --lr: expected a number above 0, got 'nan'"),
        (["train", "--lr", "-1"], "argument --lr: expected a number above 0, got '-1'"),
        (["train", "--data", "cats"], "argument --data: invalid choice: 'cats'"),
        (["train", "--model", "cnnn"], "argument --model: invalid choice: 'cnnn'"),
        (["train", "--cheap"], "unrecognized arguments: --cheap"),
        ([], "gyeop: the following arguments are required: COMMAND; gyeop --help says more"),
        (["fly"], "invalid choice: 'fly'"),
    ],
)
def test_wrong_arguments_get_one_line_and_status_2(capsys, arguments, says):
    said, code = refused(capsys, *arguments)
    assert says in said
    assert code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--model", "gpt"], "--model gpt does not fit --data digits: gpt is for texts"),
        (["--data", "constitution"], "--model mlp does not fit --data constitution"),
        (["--data", "constitution", "--model", "gpt", "--shift", "1"], "--shift 1 does not fit --data constitution"),
        (["--shift", "8"], "--shift 8 does not fit images of 8 x 8 pixels"),
        (["--device", "abacus"], "expected a device that torch has here, got 'abacus'"),
        (["--picture", "curves.doc"], "--picture expects a file that ends in .svg, .png or .pdf, got curves.doc"),
        (["--picture", "no/where.svg"], "--picture expects a file in a folder that is there, got no/where.svg"),
        (["--folder", "taken"], "taken"),
    ],
)
def test_what_cannot_be_done_gets_one_line_and_status_1(capsys, tmp_path, arguments, says):
    (tmp_path / "taken").write_text("a file, and no folder")
    said, code = refused(capsys, *SMALL, *arguments)
    assert says in said
    assert said.startswith("gyeop train: ")
    assert code == 1


def test_missing_data_get_one_line(capsys, monkeypatch):
    def none(full=False):
        raise OSError("mnist.npz could not be fetched.\nBring it by other means")

    monkeypatch.setattr(tasks.data, "load_mnist", none)
    said, code = refused(capsys, "train", "--data", "mnist-full")
    assert (said, code) == ("gyeop train: mnist.npz could not be fetched. Bring it by other means\n", 1)


@pytest.mark.parametrize("package", ["torch", "safetensors"])
def test_without_torch_it_says_what_to_install(capsys, monkeypatch, package):
    for name in [name for name in sys.modules if name.startswith(("gyeop._command.tr", "gyeop.train"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    said, code = refused(capsys, *SMALL)
    assert (said, code) == (f"gyeop train: it needs {package}: pip install 'gyeop[torch]'\n", 1)


def test_ctrl_c_says_how_to_go_on(capsys, monkeypatch):
    step = gyeop.train.Trainer.step

    def interrupted(self, group):
        import signal

        signal.raise_signal(signal.SIGINT)
        return step(self, group)

    with monkeypatch.context() as patch:
        patch.setattr(gyeop.train.Trainer, "step", interrupted)
        assert status(*SMALL, "--epochs", "1", "--folder", "my run") == 130
    said = capsys.readouterr().err.split("\n")
    saved = Path("my run/checkpoints/step-00000001.safetensors")
    assert said[1] == f"gyeop train: stopped at step 1, saved in {saved}; resume goes on from there"
    options = "--device cpu --data digits --model mlp --quiet --epochs 1 --folder 'my run'"
    assert said[2] == f"  gyeop train {options} --resume"
    assert status(*SMALL, "--epochs", "1", "--folder", "my run", "--resume") == 0


def test_help_teaches(capsys):
    assert status("--help") == 0
    assert "train" in capsys.readouterr().out
    assert status("train", "--help") == 0
    said = capsys.readouterr().out
    for word in ("backpropagation", "examples:", "--resume", "learning rate", "gyeop train --data mnist --model cnn"):
        assert word in said
    assert status("--version") == 0
    assert capsys.readouterr().out == f"gyeop {gyeop.__version__}\n"


def test_info_says_versions_devices_and_data(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GYEOP_DATA", str(tmp_path))
    (tmp_path / "fashion-t10k-labels-idx1-ubyte.gz").touch()
    assert status("info") == 0
    said = [line.split("  ") for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    said = {words[1]: words[-1].strip() for words in said}
    assert said["torch"] == torch.__version__
    assert "cores" in said["cpu"]
    assert said["mnist.npz"].endswith("comes with the library")
    assert said["fashion-t10k-labels-idx1-ubyte.gz"] == str(tmp_path / "fashion-t10k-labels-idx1-ubyte.gz")
    assert (
        said["full mnist.npz"] == said["fashion-train-images-idx3-ubyte.gz"] == "not here; fetched when it is asked for"
    )


def test_info_names_gpus(monkeypatch):
    class Gpu:
        name, total_memory = "Tesla", 3 * 2**30

    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda i: Gpu)
    assert ("cuda:0", "Tesla, 3 GiB") in list(info.devices())


def test_it_is_the_same_as_a_program_and_as_a_module():
    (script,) = importlib.metadata.distribution("gyeop").entry_points
    assert (script.name, script.load()) == ("gyeop", _command.main)
    done = subprocess.run([sys.executable, "-W", "error", "-m", "gyeop", "fly"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("gyeop: argument COMMAND: invalid choice: 'fly'")


def test_shifted_images_are_those_of_augment_shift():
    x, y = torch.arange(1.0, 10.0).reshape(1, 1, 3, 3), torch.tensor([5])
    data = tasks.Shifted(x, y, pixels=1)
    torch.manual_seed(0)
    seen = {tuple(data[0][0].reshape(-1).tolist()) for _ in range(300)}
    possible = {tuple(gyeop.augment.shift(x.numpy(), 1, rng).reshape(-1).tolist()) for rng in range(300)}
    assert seen == possible
    assert len(seen) == 9
    assert data[0][1] == 5
