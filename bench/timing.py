"""Contestants in interleaved rounds: what disturbs the machine for a while disturbs all of them alike.

A contestant is a function that trains once and returns its rate in samples a second. In a round each runs once, in
reverse order in every other round; the first round warms up and is not counted. Two contestants are compared round by
round: the ratio of rates measured a moment apart, and of these ratios the median.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """Where measured numbers lie."""

    least: float
    median: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), statistics.median(values), max(values))


def rate(samples: int, train: Callable[[], object]) -> float:
    """Samples a second of one training."""
    begun = time.perf_counter()
    train()
    return samples / (time.perf_counter() - begun)


def interleaved(
    contestants: Mapping[str, Callable[[], float]], rounds: int, seconds: float = 80
) -> dict[str, list[float]]:
    """The rates of each contestant, one a round; on a busy machine fewer rounds, but three, once `seconds` are over."""
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    begun = time.perf_counter()
    for turn in range(rounds + 1):
        if turn > 3 and time.perf_counter() - begun > seconds:
            break
        for name in reversed(contestants) if turn % 2 else contestants:
            measured = contestants[name]()
            if turn:
                rates[name].append(measured)
    return rates


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """How many times as fast ours is: round by round, and then the least, the median and the most."""
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def fastest(rates: Mapping[str, Sequence[float]]) -> str:
    """The name of the contestant whose median rate is the highest."""
    return max(rates, key=lambda name: statistics.median(rates[name]))


def table(rates: Mapping[str, Sequence[float]], ours: str) -> str:
    """A line for each contestant: its rate in thousands of samples a second, and how many times as fast `ours` is."""
    lines = [f"{'':32} {'1,000 samples/s':^23}   {ours + ' / it':^20}"]
    lines.append(f"{'':32} {'min':>7} {'median':>7} {'max':>7}   {'min':>6} {'median':>6} {'max':>6}")
    for name, measured in rates.items():
        line = f"{name:32} " + " ".join(f"{value / 1000:7.1f}" for value in spread(measured))
        if name != ours:
            line += "   " + " ".join(f"{value:6.2f}" for value in ratios(rates[ours], measured))
        lines.append(line)
    return "\n".join(lines)


def verdict(what: str, found: Spread, wanted: str, reached: bool) -> str:
    """One line: what was looked at, the median and its spread, and whether it is what is wanted."""
    return (
        f"{what}: {found.median:.2f} ({found.least:.2f} to {found.most:.2f}), "
        f"wanted {wanted}: {'reached' if reached else 'MISSED'}"
    )
