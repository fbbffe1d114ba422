"""The bench compares rightly, and runs at a small size; how fast anything is belongs to a machine, and to no test."""

import re
import runpy
import sys

import pytest
import torch

from bench import mlp, timing
from gyeop.data import load_mnist


def test_contestants_take_turns_and_the_first_round_is_not_counted():
    ran = []

    def contestant(name):
        def run():
            ran.append(name)
            return float(len(ran))

        return run

    rates = timing.interleaved({name: contestant(name) for name in "abc"}, rounds=3)
    assert "".join(ran) == "abccbaabccba"
    assert rates == {"a": [6.0, 7.0, 12.0], "b": [5.0, 8.0, 11.0], "c": [4.0, 9.0, 10.0]}
    assert {len(r) for r in timing.interleaved({"a": contestant("a")}, rounds=9, seconds=0).values()} == {3}


def test_ratios_are_those_of_each_round():
    rates = {"ours": [100.0, 400.0, 90.0], "theirs": [50.0, 100.0, 90.0], "others": [60.0, 60.0, 60.0]}
    assert timing.ratios(rates["ours"], rates["theirs"]) == timing.Spread(least=1.0, median=2.0, most=4.0)
    assert timing.fastest({name: rates[name] for name in ("theirs", "others")}) == "theirs"
    ours, theirs, others = timing.table(rates, "ours").splitlines()[2:]
    assert ours.split() == ["ours", "0.1", "0.1", "0.4"]
    assert theirs.split()[-3:] == ["1.00", "2.00", "4.00"]
    assert others.split()[-3:] == ["1.50", "1.67", "6.67"]
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        timing.ratios([1.0, 2.0], [1.0])


def test_a_rate_is_samples_by_seconds(monkeypatch):
    clock = iter([10.0, 12.0])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    assert timing.rate(500, lambda: None) == 250.0


def test_the_networks_bench_runs_and_says_what_it_found():
    said = mlp.run(rounds=3, epochs=1, samples=256)
    for name in ("gyeop", "torch, as in its tutorials", "torch, fastest form", "scikit-learn", mlp.PRODUCTS):
        assert name in said
    for wanted in ("at least 1.5", "at least 0.4", "at most 1.3"):
        assert re.search(rf": \d+\.\d\d \(.*\), wanted {wanted}: (reached|MISSED)$", said, re.M)


def test_peers_train_the_same_network():
    x, y = load_mnist()[:2]
    ours = [w.shape for w in mlp.MLP(mlp.SIZES, rng=0).weights]
    theirs = [tuple(p.shape) for p in mlp.torch_network().parameters() if p.ndim == 2]
    assert ours == theirs
    before = torch.get_num_threads()
    assert mlp.torch_fastest(torch.tensor(x[:128]), torch.tensor(y[:128]), epochs=1, threads=1) > 0
    assert torch.get_num_threads() == before


def test_training_needs_little_more_memory_than_its_arrays():
    """A promise of the library, and no matter of the machine: bytes, as tracemalloc counts them."""
    peak, needed = mlp.memory(*load_mnist()[:2])
    weights = 4 * (784 * 128 + 128 * 64 + 64 * 10 + 128 + 64 + 10)
    assert needed == 2 * weights + 4 * 64 * (784 + 128 + 64 + 10)
    assert needed < peak <= 1.3 * needed


def test_subjects_are_chosen_by_name(monkeypatch, capsys):
    monkeypatch.setattr(mlp, "run", lambda: "the network's numbers")
    monkeypatch.setattr(sys, "argv", ["bench", "mlp"])
    runpy.run_module("bench", run_name="__main__")
    assert capsys.readouterr().out == "the network's numbers\n"
    monkeypatch.setattr(sys, "argv", ["bench", "cooking"])
    with pytest.raises(SystemExit):
        runpy.run_module("bench", run_name="__main__")
    assert "no such subject: cooking; there are " in capsys.readouterr().err
