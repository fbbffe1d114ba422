"""Every schedule against torch.optim.lr_scheduler at every step, alone and in company, and in `MLP.fit`."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from gyeop import MLP, data
from gyeop.optim import SGD
from gyeop.schedules import cosine_decay, exponential_decay, step_decay, warmup

STEPS = 300


def by_torch(lr, *schedulers):
    """The rates of STEPS steps under torch's scheduler; each of `schedulers` takes the optimizer, the last may join."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    *parts, last = schedulers
    scheduler = last(optimizer, [part(optimizer) for part in parts]) if parts else last(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        with warnings.catch_warnings():  # SequentialLR calls its parts in a way that torch itself has deprecated
            warnings.simplefilter("ignore", UserWarning)
            scheduler.step()
    return rates


rates = st.floats(1e-4, 10)
factors = st.floats(0.9, 1)  # 0.9^300 is 2e-14: small, and still far from underflow
counts = st.integers(1, 2 * STEPS)


@st.composite
def schedules(draw):
    """A rate, our schedule at that rate, and torch's constructor with the same options."""
    lr, factor, n = draw(rates), draw(factors), draw(counts)
    lowest, start = draw(st.floats(0, 1)), draw(st.floats(0.01, 1))
    return draw(
        st.sampled_from(
            [
                (lr, lambda t: step_decay(lr, t, n, factor), lambda o: lr_scheduler.StepLR(o, n, factor)),
                (lr, lambda t: exponential_decay(lr, t, factor), lambda o: lr_scheduler.ExponentialLR(o, factor)),
                (lr, lambda t: cosine_decay(lr, t, n, lowest), lambda o: lr_scheduler.CosineAnnealingLR(o, n, lowest)),
                (lr, lambda t: warmup(lr, t, n, start), lambda o: lr_scheduler.LinearLR(o, start, 1.0, n)),
            ]
        )
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(schedules())
def test_equal_to_torch_at_every_step(schedule):
    lr, ours, theirs = schedule
    one_by_one = [ours(step) for step in range(STEPS)]
    # atol: torch reaches a cosine's lowest point by 300 products, of which the last has lost its digits
    np.testing.assert_allclose(one_by_one, by_torch(lr, theirs), rtol=1e-10, atol=1e-13)
    array = ours(np.arange(STEPS).reshape(20, 15))
    np.testing.assert_allclose(array.ravel(), one_by_one, rtol=1e-14)  # NumPy's power of an array may round otherwise
    assert (array.shape, array.dtype, type(ours(0))) == ((20, 15), np.float64, float)


def test_warmup_then_cosine_is_sequential_lr():
    def ours(step):
        return warmup(0.3, step, 40, start_factor=0.1) if step < 40 else cosine_decay(0.3, step - 40, 260, lowest=0.01)

    theirs = by_torch(
        0.3,
        lambda o: lr_scheduler.LinearLR(o, start_factor=0.1, total_iters=40),
        lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=260, eta_min=0.01),
        lambda o, parts: lr_scheduler.SequentialLR(o, parts, milestones=[40]),
    )
    np.testing.assert_allclose([ours(step) for step in range(STEPS)], theirs, rtol=1e-10)


def test_warmup_of_a_falling_rate_is_chained_scheduler():
    steps = np.arange(STEPS)
    theirs = by_torch(
        0.3,
        lambda o: lr_scheduler.LinearLR(o, start_factor=0.2, total_iters=50),
        lambda o: lr_scheduler.StepLR(o, 70, 0.3),
        lambda o, parts: lr_scheduler.ChainedScheduler(parts, o),
    )
    ours = [warmup(step_decay(0.3, step, 70, 0.3), step, 50, start_factor=0.2) for step in range(STEPS)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    np.testing.assert_allclose(warmup(step_decay(0.3, steps, 70, 0.3), steps, 50, start_factor=0.2), ours, rtol=1e-14)


def test_by_hand():
    assert [step_decay(8.0, step, 3, 0.5) for step in range(8)] == [8, 8, 8, 4, 4, 4, 2, 2]
    assert [exponential_decay(8.0, step, 0.5) for step in range(4)] == [8, 4, 2, 1]
    assert [cosine_decay(8.0, step, 2, lowest=2.0) for step in range(5)] == pytest.approx([8, 5, 2, 5, 8], rel=1e-15)
    assert cosine_decay(0.1, 1000, 1000) == 0
    assert [warmup(8.0, step, 4, start_factor=0.5) for step in range(6)] == [4, 5, 6, 7, 8, 8]
    assert warmup(8.0, 0, 4, start_factor=0) == 0
    assert warmup(8.0, 0, 1) == 0.08


def test_far_out():
    assert exponential_decay(0.1, 10**9, 0.99) == 0  # underflows to 0, quietly
    assert exponential_decay(0.1, 10**9, 1.0) == 0.1
    assert step_decay(0.1, 2**53 - 1, 2**52, 0.5) == 0.05
    assert warmup(0.1, 10**15, 3) == 0.1


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_integers_of_every_size_and_the_callers_arrays(dtype):
    steps, lr = np.arange(0, 120, 7, dtype=dtype), np.full(18, 0.5, np.float16)
    steps.flags.writeable = lr.flags.writeable = False
    for f in (
        lambda lr, t: step_decay(lr, t, 10, 0.7),
        lambda lr, t: exponential_decay(lr, t, 0.7),
        lambda lr, t: cosine_decay(lr, t, 1000),
        lambda lr, t: warmup(lr, t, 1000),
    ):
        expected = [f(0.5, int(t)) for t in steps]
        np.testing.assert_allclose(f(0.5, steps), expected, rtol=1e-14)
        np.testing.assert_allclose(f(lr, steps[::-1]), expected[::-1], rtol=1e-14)
        assert f(0.5, dtype(7)) == f(np.float32(0.5), np.array(7)) == expected[1]
        assert f(0.5, steps[:0]).shape == (0,)


def test_a_network_trains_by_a_schedule_as_in_torch(rng):
    x, y = rng.normal(size=(12, 3)), rng.integers(0, 2, 12)
    net = MLP([3, 2], rng=0, dtype=np.float64)
    model = torch.nn.Linear(3, 2).double()
    with torch.no_grad():
        model.weight.copy_(torch.tensor(net.weights[0]))
        model.bias.copy_(torch.tensor(net.biases[0]))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.5)
    for _ in range(20):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(y)).backward()
        optimizer.step()
        scheduler.step()
    history = net.fit(x, y, epochs=20, batch_size=12, schedule=lambda step: step_decay(0.5, step, 4, 0.5), rng=0)
    np.testing.assert_allclose(net.weights[0], model.weight.detach().numpy(), rtol=1e-10)
    assert history.learning_rate == [0.5 * 0.5 ** (epoch // 4) for epoch in range(20)]


@pytest.mark.parametrize(
    "schedule",
    [
        lambda step: step_decay(0.5, step, 40, 0.5),
        lambda step: exponential_decay(0.5, step, 0.99),
        lambda step: cosine_decay(0.5, step, 160),
        lambda step: warmup(0.5, step, 20),
    ],
    ids=["step", "exponential", "cosine", "warmup"],
)
def test_a_network_learns_under_every_schedule(schedule):
    x, y = data.make_moons(80, rng=0)
    net = MLP([2, 16, 2], rng=0)
    optimizer = SGD(net.parameters, lr=99.0)  # which the schedule overrules from the first step on
    history = net.fit(x, y, epochs=40, batch_size=20, optimizer=optimizer, schedule=schedule, rng=0)
    assert history.learning_rate == [schedule(4 * epoch + 3) for epoch in range(40)]
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]


CALLS = [
    lambda lr, step: step_decay(lr, step, 10, 0.5),
    lambda lr, step: exponential_decay(lr, step, 0.5),
    lambda lr, step: cosine_decay(lr, step, 10),
    lambda lr, step: warmup(lr, step, 10),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("lr", "step", "error", "message"),
    [
        (0.1, -1, ValueError, r"_?\w+'s step expects numbers of at least 0, got -1$"),
        (0.1, [[0, -2]], ValueError, r"step .* got -2 at index \(0, 1\)"),
        (0.1, 1.0, TypeError, "step to be whole numbers, got dtype float64"),
        (0.1, True, TypeError, "whole numbers, got dtype bool"),
        (0.1, None, TypeError, "whole numbers, got dtype object"),
        (0.1, "1", TypeError, "whole numbers, got dtype <U1"),
        (0.1, 10**30, TypeError, "whole numbers, got dtype object"),
        (0.1, [[0], [1, 2]], ValueError, "step expects an array of numbers"),
        (-0.1, 0, ValueError, "lr expects a finite number >= 0, got -0.1"),
        (np.nan, 0, ValueError, "lr expects a finite number"),
        ("0.1", 0, TypeError, "lr expects one number, got str"),
        (None, 0, TypeError, "lr expects one number, got NoneType"),
        ([0.1, 0.2], 0, ValueError, r"one for each step \(\), got \(2,\)"),
        (np.ones(3), np.ones((3, 1), int), ValueError, r"one for each step \(3, 1\), got \(3,\)"),
        ([0.1, np.inf], [0, 1], ValueError, "lr expects finite numbers, got inf at index 1"),
        ([0.1, -0.2], [0, 1], ValueError, "lr expects numbers of at least 0, got -0.2 at index 1"),
        ([0.1, "a"], [0, 1], TypeError, "lr expects real numbers"),
    ],
)
def test_refusals(call, lr, step, error, message):
    with pytest.raises(error, match=message):
        call(lr, step)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: step_decay(0.1, 0, 0, 0.5), ValueError, "step_decay's every expects a whole number of at least 1"),
        (lambda: step_decay(0.1, 0, 1.5, 0.5), TypeError, "every expects a whole number"),
        (
            lambda: step_decay(0.1, 0, 1, 0),
            ValueError,
            "step_decay's factor expects a finite number > 0 and <= 1, got 0",
        ),
        (lambda: exponential_decay(0.1, 0, 1.1), ValueError, "exponential_decay's factor .* got 1.1"),
        (lambda: exponential_decay(0.1, 0, -0.5), ValueError, "exponential_decay's factor .* got -0.5"),
        (lambda: cosine_decay(0.1, 0, 0), ValueError, "cosine_decay's steps expects a whole number of at least 1"),
        (lambda: cosine_decay(0.1, 0, 1, lowest=-1), ValueError, "cosine_decay's lowest"),
        (lambda: warmup(0.1, 0, 0), ValueError, "warmup's steps expects a whole number of at least 1"),
        (lambda: warmup(0.1, 0, 1, start_factor=2), ValueError, "warmup's start_factor .* >= 0 and <= 1, got 2"),
    ],
)
def test_options_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
