import pytest
import torch

from gyeop.train.checkpoints import Checkpoints


def write(folder, *steps, keep=3):
    checkpoints = Checkpoints(folder, keep)
    for step in steps:
        checkpoints.save(step, {"w": torch.full((4,), step)}, {"step": step})
    return checkpoints


def test_the_newest_are_kept(tmp_path):
    checkpoints = write(tmp_path, 1, 99_999_999, 100_000_000, keep=2)
    assert [path.name for path in checkpoints.paths()] == ["step-99999999.safetensors", "step-100000000.safetensors"]
    assert checkpoints.newest()[1] == {"step": 100_000_000}
    assert Checkpoints(tmp_path / "new").newest() is None


def cut(path):
    path.write_bytes(path.read_bytes()[:-5])


def tamper(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [cut, tamper, lambda path: path.write_bytes(b"")])
def test_a_damaged_one_is_named_set_aside_and_the_one_before_taken(tmp_path, harm):
    checkpoints = write(tmp_path, 10, 20, 30)
    harm(checkpoints.paths()[-1])
    with pytest.warns(UserWarning, match=r"passing over a damaged checkpoint: .*step-00000030\.safetensors"):
        tensors, record = checkpoints.newest()
    assert (record["step"], tensors["w"].tolist()) == (20, [20] * 4)
    assert (tmp_path / "step-00000030.safetensors.damaged").exists()
    assert checkpoints.newest()[1]["step"] == 20


def test_where_all_are_damaged_nothing_is_begun_anew(tmp_path):
    checkpoints = write(tmp_path, 10, 20)
    for path in checkpoints.paths():
        cut(path)
    with pytest.warns(UserWarning, match="step-"), pytest.raises(ValueError, match="got only damaged ones: 2"):
        checkpoints.newest()
    assert len(checkpoints.paths()) == 2


def test_what_an_ended_process_left_unfinished_is_removed(tmp_path):
    write(tmp_path, 10)
    (tmp_path / "step-00000020.safetensors.unfinished").write_bytes(b"half")
    assert Checkpoints(tmp_path).newest()[1]["step"] == 10
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000010.safetensors"]
