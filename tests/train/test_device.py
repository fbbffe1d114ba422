import contextlib

import pytest
import torch

from gyeop.train import device


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu"), (True, False, "cuda")],
)
def test_auto_takes_the_best_there_is(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert device.choose_device().type == expected


@pytest.mark.parametrize(
    ("kind", "has_bf16", "expected"),
    [("cuda", True, "bf16"), ("cuda", False, "float32"), ("mps", True, "float32"), ("cpu", True, "float32")],
)
def test_auto_is_bf16_on_gpus_made_for_it(monkeypatch, kind, has_bf16, expected):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: has_bf16)
    assert device.choose_precision("auto", torch.device(kind)) == expected
    assert device.choose_precision("bf16", torch.device(kind)) == "bf16"
    assert device.choose_precision("float32", torch.device(kind)) == "float32"


def test_what_is_refused():
    for wrong in ("abacus", "cuda:99", 3.5):
        with pytest.raises(ValueError, match="expected a device that torch has here, got"):
            device.choose_device(wrong)


def test_determinism_ends_with_its_block_even_in_an_error():
    with contextlib.suppress(ZeroDivisionError), device.always_the_same(True):
        assert torch.are_deterministic_algorithms_enabled()
        raise ZeroDivisionError
    assert not torch.are_deterministic_algorithms_enabled()
