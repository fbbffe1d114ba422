"""Q-learning against planning, the policy gradient against the exact return and torch, both against their promise."""

import itertools

import numpy as np
import pytest
import torch

from gyeop.gradients import numerical_gradient
from gyeop.rl import Balance, GridWorld, Paddle, QLearning, Reinforce, play, value_iteration

# ---------------------------------------------------------------- Q-learning


def test_one_update_is_the_formula():
    agent = QLearning(3, 2, lr=0.5, discount=0.8, rng=0)
    agent.q[:] = [[1, 2], [3, 4], [5, 6]]
    assert agent.update(0, 1, 1.0, 2, False) == pytest.approx(1 + 0.8 * 6 - 2)
    assert agent.q[0].tolist() == [1, pytest.approx(2 + 0.5 * 3.8)]
    assert agent.update(1, 0, -1.0, 2, True) == -4  # terminated: nothing behind
    assert agent.q.tolist() == [[1, pytest.approx(3.9)], [1, 4], [5, 6]]
    assert agent.values.tolist() == [pytest.approx(3.9), 4, 6]
    assert agent.policy.tolist() == [1, 1, 1] == [agent.act(state) for state in range(3)]


def test_where_nothing_is_left_to_chance_the_table_becomes_the_plan():
    world = GridWorld()
    world_table = value_iteration(world.transitions, world.rewards, discount=0.9, tolerance=1e-12)
    expected = world.rewards + 0.9 * world.transitions @ world_table.values
    agent = QLearning(12, 4, lr=1.0, discount=0.9, epsilon=1.0, rng=0)
    agent.fit(world, episodes=400)
    floor = [0, 1, 2, 4, 6, 8, 9, 10, 11]
    np.testing.assert_allclose(agent.q[floor], expected[floor], atol=1e-9)


def test_a_truncated_episode_is_not_an_end():
    world = GridWorld(("S..",), step_reward=1.0, max_steps=5)  # no end at all: every value is 1 / (1 - discount)
    agent = QLearning(3, 4, lr=1.0, discount=0.5, epsilon=1.0, rng=0)
    agent.fit(world, episodes=100)
    np.testing.assert_allclose(agent.q, 2, atol=1e-6)


def test_it_explores_as_often_as_it_says_and_evenly_among_equals():
    agent = QLearning(1, 4, epsilon=0.4, rng=0)
    agent.q[0] = [0, 1, 1, 0]
    shares = np.bincount([agent.explore(0) for _ in range(4000)], minlength=4) / 4000
    np.testing.assert_allclose(shares, [0.1, 0.4, 0.4, 0.1], atol=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_q_learning_finds_the_best_path(seed):
    agent = QLearning(12, 4, rng=seed)
    returns = agent.fit(GridWorld(), episodes=500)
    assert play(GridWorld(), agent.act) == pytest.approx(0.8)  # 5 steps: 1 - 5 * 0.04, what planning finds
    assert returns[-100:].mean() > returns[:20].mean()


# ---------------------------------------------------------------- the policy gradient

TINY = {"cells": ("-S.+",), "slip": 0.3, "step_reward": -0.2}


def put(agent, theta):
    """Write a flat vector of parameters into the network."""
    for w in agent.network.parameters:
        w[...] = theta[: w.size].reshape(w.shape)
        theta = theta[w.size :]


def expected_return(agent, world, theta, steps):
    """Exactly, by going back from the last step: v(s) = sum_a pi(a|s) (r(s, a) + sum_s' P(s'|s, a) v(s'))."""
    put(agent, theta)
    pi = np.array([agent.probabilities(state) for state in range(world.n_states)])
    v = np.zeros(world.n_states)
    for _ in range(steps):
        v = (pi * (world.rewards + world.transitions @ v)).sum(axis=1)
    return v[1]


def trajectories(agent, world, steps):
    """Every episode that can happen, from cell 1: its probability, states, actions, rewards."""
    ends, found = (0, 3), []

    def go(p, states, actions, rewards):
        if states[-1] in ends or len(actions) == steps:
            found.append((p, states[:-1], actions, rewards))
            return
        for action, chosen in enumerate(agent.probabilities(states[-1])):
            for arrival in np.flatnonzero(world.transitions[states[-1], action]):
                reward = -0.2 + {0: -1, 3: 1}.get(int(arrival), 0)
                arrives = world.transitions[states[-1], action, arrival]
                go(p * chosen * arrives, [*states, int(arrival)], [*actions, action], [*rewards, reward])

    go(1.0, [1], [], [])
    return found


def flat(gradients):
    return np.concatenate([g.ravel() for g in (*gradients[0], *gradients[1])])


@pytest.mark.parametrize("sizes", [[4, 4], [4, 3, 4]])
def test_the_mean_of_the_estimate_is_the_gradient_of_the_expected_return(sizes):
    world, agent = GridWorld(**TINY), Reinforce(sizes, discount=1.0, rng=0)
    theta = np.random.default_rng(1).normal(size=sum(w.size for w in agent.network.parameters))
    judge = numerical_gradient(lambda theta: expected_return(agent, world, theta, steps=3), theta)
    put(agent, theta)
    every = trajectories(agent, world, steps=3)
    assert sum(p for p, *_ in every) == pytest.approx(1)
    mean = 0.0
    for p, states, actions, rewards in every:
        still_to_come = np.cumsum(rewards[::-1])[::-1]
        mean += p * len(states) * -flat(agent.gradients(np.array(states), np.array(actions), still_to_come))
    np.testing.assert_allclose(mean, judge, rtol=1e-6, atol=1e-9)


def test_the_baseline_leaves_the_mean_as_it_is_and_makes_the_estimate_less_noisy():
    world, agent = GridWorld(**TINY | {"slip": 0.0}), Reinforce([4, 4], discount=1.0, rng=0)
    theta = np.random.default_rng(1).normal(size=20)
    judge = numerical_gradient(lambda theta: expected_return(agent, world, theta, steps=2), theta)
    put(agent, theta)
    every = trajectories(agent, world, steps=2)
    means, squares = {}, {}
    for baseline in (False, True):
        total, square = 0.0, 0.0
        for (p, *one), (q, *other) in itertools.product(every, repeat=2):  # every batch of two episodes
            states, actions = np.array([*one[0], *other[0]]), np.array([*one[1], *other[1]])
            both = one[2], other[2]
            still = np.concatenate([np.cumsum(r[::-1])[::-1] for r in both])
            advantages = agent._advantages(both) if baseline else still
            estimate = len(states) / 2 * -flat(agent.gradients(states, actions, advantages))
            total, square = total + p * q * estimate, square + p * q * estimate @ estimate
        means[baseline], squares[baseline] = total, square
    np.testing.assert_allclose(means[False], judge, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(means[True], judge, rtol=1e-6, atol=1e-9)
    assert squares[True] < squares[False]


@pytest.mark.parametrize("sizes", [[5, 3], [5, 4, 3], [5, 6, 4, 3]])
def test_the_gradient_of_the_log_probabilities_is_torchs(sizes, rng):
    agent = Reinforce(sizes, rng=0)
    for w in agent.network.parameters:
        w[...] = rng.normal(size=w.shape)
    x, actions, advantages = rng.normal(size=(7, 5)), rng.integers(0, 3, 7), rng.normal(size=7) * 10
    weights, biases = (
        [torch.tensor(w, requires_grad=True) for w in ws] for ws in (agent.network.weights, agent.network.biases)
    )
    a = torch.tensor(x)
    for W, b in zip(weights, biases, strict=True):
        z = a @ W.T + b
        a = torch.tanh(z)
    log_p = torch.log_softmax(z, dim=1)[torch.arange(7), torch.tensor(actions)]
    (-(torch.tensor(advantages) * log_p).mean()).backward()
    ours = agent.gradients(x, actions, advantages)
    for g, w in zip([*ours[0], *ours[1]], [*weights, *biases], strict=True):
        np.testing.assert_allclose(g, w.grad.numpy(), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(np.log(agent.probabilities(x[0])[actions[0]]), log_p[0].item(), rtol=1e-10)


def test_advantages_are_returns_still_to_come_less_those_of_the_other_episodes():
    agent = Reinforce([1, 2], discount=0.5, rng=0)
    one, other = [1.0, 2.0, 4.0], [8.0]
    np.testing.assert_allclose(agent._advantages([one, other]), [3 - 8, 4 - 0, 4 - 0, 8 - 3])
    np.testing.assert_allclose(agent._advantages([one]), [3, 4, 4])  # nobody to compare with
    three = agent._advantages([[1.0], [2.0], [6.0]])
    np.testing.assert_allclose(three, [1 - 4, 2 - 3.5, 6 - 1.5])


def test_explore_draws_with_the_probabilities_and_act_takes_the_greatest(rng):
    agent = Reinforce([3, 4], rng=0)
    np.testing.assert_allclose(agent.probabilities([1.0, -2.0, 3.0]), 0.25)  # before anything was seen
    agent.network.biases[-1][:] = [0.0, 1.0, -1.0, 2.0]
    p = agent.probabilities(np.zeros((3, 1)))
    shares = np.bincount([agent.explore(np.zeros(3)) for _ in range(6000)], minlength=4) / 6000
    np.testing.assert_allclose(shares, p, atol=0.02)
    assert agent.act(np.zeros(3)) == 3 == p.argmax()


def test_reinforce_learns_to_balance_in_a_moment():
    world, agent = Balance(start=0.1), Reinforce([4, 2], lr=0.2, discount=0.98, rng=3)
    assert play(world, agent.act, episodes=20, rng=0).max() < 50
    for _ in range(
        20
    ):  # how many it takes hangs on the machine's last digits, which a falling pole makes large: 2 to 8
        agent.fit(world, episodes=50, batch_size=5)
        if play(world, agent.act, episodes=20, rng=0).min() == 500:
            break
    assert play(Balance(), agent.act, episodes=20, rng=100).mean() >= 475


def test_reinforce_learns_from_the_screen_in_a_moment():
    agent = Reinforce([72, 32, 3], discount=0.9, rng=0)
    returns = agent.fit(Paddle(), episodes=1000, batch_size=20)
    assert returns[:100].mean() < 0.5
    assert returns[-100:].mean() > 2


@pytest.mark.parametrize("seed", range(5))
def test_reinforce_finds_the_best_path(seed):
    agent = Reinforce([12, 4], lr=0.1, rng=seed)
    agent.fit(GridWorld(), episodes=300)
    assert play(GridWorld(), agent.act) == pytest.approx(0.8)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_reinforce_balances_on_every_seed(seed):
    agent = Reinforce([4, 16, 2], rng=seed)
    agent.fit(Balance(), episodes=400)
    assert play(Balance(), agent.act, episodes=100, rng=100).mean() >= 475


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_reinforce_plays_from_the_screen_on_every_seed(seed):
    agent = Reinforce([72, 32, 3], discount=0.9, rng=seed)
    agent.fit(Paddle(), episodes=2000, batch_size=20)
    assert play(Paddle(), agent.act, episodes=100, rng=100).mean() >= 11


# ---------------------------------------------------------------- both


@pytest.mark.parametrize("make", [lambda rng: QLearning(12, 4, rng=rng), lambda rng: Reinforce([12, 4], rng=rng)])
def test_a_seed_repeats_the_learning(make):
    def learn(rng):
        agent = make(rng)
        returns = agent.fit(GridWorld(slip=0.2), episodes=20)
        return returns, (agent.q if isinstance(agent, QLearning) else agent.network.weights[0])

    world = GridWorld(slip=0.2)
    world.reset(seed=99)  # what an environment did before has no part in it
    first, again, other = learn(3), learn(np.random.default_rng(3)), learn(4)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[1], other[1])


def test_an_environment_that_does_not_fit():
    with pytest.raises(TypeError, match="reset and step"):
        QLearning(2, 2).fit(3, 1)
    with pytest.raises(TypeError, match="reset and step"):
        Reinforce([2, 2]).fit(3, 1)
    with pytest.raises(ValueError, match="a state from 0 to 2, got 8"):
        QLearning(3, 4).fit(GridWorld(), 1)
    with pytest.raises(TypeError, match="a whole number, got ndarray"):
        QLearning(3, 4).fit(Balance(), 1)
    with pytest.raises(ValueError, match=r"observations of 3 numbers, got \(4,\)"):
        Reinforce([3, 2]).fit(Balance(), 1)
    with pytest.raises(ValueError, match="a state from 0 to 2, got 8"):
        Reinforce([3, 4]).fit(GridWorld(), 1)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: QLearning(0, 2), ValueError),
        (lambda: QLearning(2, 2.0), TypeError),
        (lambda: QLearning(2, 2, lr=0), ValueError),
        (lambda: QLearning(2, 2, lr=1.1), ValueError),
        (lambda: QLearning(2, 2, discount=1.1), ValueError),
        (lambda: QLearning(2, 2, epsilon=-0.1), ValueError),
        (lambda: QLearning(2, 2, rng="a"), TypeError),
        (lambda: QLearning(2, 2).act(2), ValueError),
        (lambda: QLearning(2, 2).explore(0.0), TypeError),
        (lambda: QLearning(2, 2).update(0, 2, 0.0, 0, False), ValueError),
        (lambda: QLearning(2, 2).update(0, 0, np.nan, 0, False), ValueError),
        (lambda: QLearning(2, 2).update(0, 0, 0.0, 0, 1), TypeError),
        (lambda: QLearning(12, 4).fit(GridWorld(), 0), ValueError),
        (lambda: Reinforce([4]), ValueError),
        (lambda: Reinforce([4, 2], lr=0), ValueError),
        (lambda: Reinforce([4, 2], discount=2), ValueError),
        (lambda: Reinforce([4, 2]).act([1.0, 2.0]), ValueError),
        (lambda: Reinforce([4, 2]).act([1.0, 2.0, np.nan, 0.0]), ValueError),
        (lambda: Reinforce([4, 2]).act("left"), TypeError),
        (lambda: Reinforce([4, 2]).act(True), ValueError),
        (lambda: Reinforce([4, 2]).gradients(np.ones((3, 4)), [0, 1], [1.0, 1.0, 1.0]), ValueError),
        (lambda: Reinforce([4, 2]).gradients(np.ones((3, 4)), [0, 1, 2], [1.0, 1.0, 1.0]), ValueError),
        (lambda: Reinforce([4, 2]).gradients(np.ones((3, 4)), [0, 1, 0], [1.0, 1.0]), ValueError),
        (lambda: Reinforce([4, 2]).gradients(np.ones((3, 4)), [0, 1, 0], [[1.0]] * 3), ValueError),
        (lambda: Reinforce([4, 2]).gradients(np.ones((0, 4)), np.ones(0, int), np.ones(0)), ValueError),
        (lambda: Reinforce([4, 2]).gradients(3, np.ones(1, int), np.ones(1)), ValueError),
        (lambda: Reinforce([4, 2]).fit(Balance(), 2, batch_size=0), ValueError),
    ],
)
def test_arguments_that_are_none(call, error):
    with pytest.raises(error, match="expects"):
        call()
