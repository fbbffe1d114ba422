import contextlib
import os
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from gyeop.train import archive


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some.safetensors"


TENSORS = {
    "floats": torch.arange(6.0).reshape(2, 3),
    "half": torch.ones(3, dtype=torch.bfloat16),
    "whole": torch.tensor([[1, 2]]),
    "flags": torch.tensor([True, False]),
    "number": torch.tensor(0.1, dtype=torch.float64),
    "none": torch.empty(0, 2),
}


def test_tensors_and_record_come_back_bit_for_bit(path):
    archive.write(path, TENSORS, {"rate": 0.1, "best": float("inf"), "list": [1, None, "겹"]})
    tensors, record = archive.read(path)
    assert record == {"rate": 0.1, "best": float("inf"), "list": [1, None, "겹"]}
    assert tensors.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert tensors[name].dtype == tensor.dtype
        assert torch.equal(tensors[name], tensor)
    assert torch.equal(load_file(path)["floats"], TENSORS["floats"]), "other programs can read it"


def test_views_and_shared_tensors_are_written_as_they_look(path):
    square = torch.arange(9.0).reshape(3, 3)
    archive.write(path, {"turned": square.T, "column": square[:, 1], "same": square})
    tensors, _ = archive.read(path)
    assert torch.equal(tensors["turned"], square.T)
    assert torch.equal(tensors["column"], square[:, 1])


def test_a_file_cut_short_anywhere_is_named(path):
    archive.write(path, TENSORS, {"step": 3})
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"some\.safetensors is not a complete"):
            archive.read(path)


def test_a_changed_byte_anywhere_is_found(path):
    archive.write(path, TENSORS, {"step": 3})
    content, (tensors, record) = path.read_bytes(), archive.read(path)
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        changed, its_record = tensors, record
        with contextlib.suppress(ValueError):
            changed, its_record = archive.read(path, ours=True)
        assert all(torch.equal(changed[name], tensor) for name, tensor in tensors.items())  # a blank in the header
        assert its_record == record


def test_a_pickle_is_not_opened(path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(path.parent / "sprung"),)

    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        archive.read(path)
    assert not (path.parent / "sprung").exists()


def test_a_file_by_others_is_read_without_a_record(path):
    save_file({"w": torch.ones(2)}, path, {"format": "pt"})
    tensors, record = archive.read(path)
    assert (tensors["w"].tolist(), record) == ([1.0, 1.0], {})
    with pytest.raises(ValueError, match=r"some\.safetensors is a safetensors file, but not one of this library"):
        archive.read(path, ours=True)


def test_the_same_content_makes_the_same_file(path):
    written = set()
    for _ in range(10):
        archive.write(path, TENSORS, {"step": 3})
        written.add(path.read_bytes())
    assert len(written) == 1


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file(path, monkeypatch, where):
    archive.write(path, {"w": torch.ones(2)})
    monkeypatch.setattr(os, where, lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        archive.write(path, {"w": torch.zeros(2)})
    monkeypatch.undo()
    assert archive.read(path)[0]["w"].tolist() == [1.0, 1.0]
    assert os.listdir(path.parent) == [path.name]


def test_the_file_is_on_the_disk_before_it_takes_the_name(path, monkeypatch):
    done = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda number: (done.append("fsync"), fsync(number)))
    monkeypatch.setattr(os, "replace", lambda old, new: (done.append("replace"), replace(old, new)))
    archive.write(path, {"w": torch.ones(2)})
    assert done[:2] == ["fsync", "replace"]


def test_what_is_no_path(path):
    for wrong in (3, "", None):
        with pytest.raises(TypeError, match="expected the path of a file, got"):
            archive.write(wrong, {})
    with pytest.raises(FileNotFoundError):
        archive.read(path)
    with pytest.raises(TypeError, match="JSON"):
        archive.write(path, {}, {"set": {1}})
    assert os.listdir(path.parent) == []
