"""Value iteration against Bellman's linear system, against every policy there is, and against a printed table."""

import itertools

import numpy as np
import pytest

from gyeop.rl import GridWorld, play, value_iteration


def random_world(rng, states, actions):
    return rng.dirichlet(np.ones(states), size=(states, actions)), rng.normal(size=(states, actions))


def worth(P, R, policy, discount):
    """The values of a policy: v = r + discount P v, solved at once."""
    states = np.arange(len(R))
    return np.linalg.solve(np.eye(len(R)) - discount * P[states, policy], R[states, policy])


@pytest.mark.parametrize("discount", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("seed", range(5))
def test_the_values_are_the_linear_solve_under_the_policy(seed, discount):
    P, R = random_world(np.random.default_rng(seed), states=7, actions=3)
    plan = value_iteration(P, R, discount, tolerance=1e-10)
    assert plan.converged
    v = worth(P, R, plan.policy, discount)
    np.testing.assert_allclose(plan.values, v, rtol=0, atol=1e-10)
    assert (R + discount * P @ v <= v[:, None] + 1e-9).all()  # and no action promises more


def test_no_policy_of_a_tiny_world_is_better():
    for seed in range(5):
        P, R = random_world(np.random.default_rng(seed), states=4, actions=3)
        every = [worth(P, R, np.array(policy), 0.9) for policy in itertools.product(range(3), repeat=4)]
        np.testing.assert_allclose(value_iteration(P, R).values, np.max(every, axis=0), atol=1e-7)


def test_tolerance_bounds_the_error():
    P, R = random_world(np.random.default_rng(0), states=6, actions=2)
    best = value_iteration(P, R, 0.95, tolerance=1e-12).values
    sweeps = []
    for tolerance in (1.0, 1e-2, 1e-4):
        plan = value_iteration(P, R, 0.95, tolerance)
        assert np.abs(plan.values - best).max() <= tolerance
        sweeps.append(plan.sweeps)
    assert sweeps == sorted(set(sweeps))
    assert value_iteration(P, R, 0.95, max_sweeps=3)[2:] == (3, False)


def test_the_4_x_3_world_has_the_utilities_that_russell_and_norvig_print():
    world = GridWorld(slip=0.2)
    plan = value_iteration(world.transitions, world.rewards, discount=1)
    assert plan.converged
    printed = [[0.812, 0.868, 0.918, 0], [0.762, 0, 0.660, 0], [0.705, 0.655, 0.611, 0.388]]
    np.testing.assert_allclose(plan.values.reshape(3, 4), printed, atol=5.1e-4)
    arrows = "".join("↑→↓←"[action] for action in plan.policy)
    assert [arrows[:3], arrows[4], arrows[6], arrows[8:]] == ["→→→", "↑", "↑", "↑←←←"]


def test_the_value_of_the_start_is_the_mean_return():
    world = GridWorld(slip=0.2, max_steps=1000)
    plan = value_iteration(world.transitions, world.rewards, discount=1)
    returns = play(world, lambda cell: plan.policy[cell], episodes=4000, rng=0)
    assert abs(returns.mean() - plan.values[8]) < 4 * returns.std() / np.sqrt(4000)


def test_without_a_discount_and_without_an_end_it_stops_and_says_so():
    plan = value_iteration(np.ones((1, 1, 1)), [[1.0]], discount=1, max_sweeps=50)
    assert (plan.values.tolist(), plan.converged) == ([50.0], False)


def test_inputs_stay_as_they_were_and_integers_do():
    P, R = np.array([[[0, 1]], [[0, 1]]]), np.array([[2], [0]])
    kept = P.copy(), R.copy()
    assert value_iteration(P, R).values.tolist() == [2.0, 0.0]
    np.testing.assert_array_equal(P, kept[0])
    np.testing.assert_array_equal(R, kept[1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"transitions": np.ones((2, 1, 3)) / 3}, "expects transitions"),
        ({"transitions": np.ones((2, 2)) / 2}, "expects transitions"),
        ({"rewards": np.ones(2)}, r"got \(2, 1, 2\) and \(2,\)"),
        ({"transitions": np.ones((2, 1, 2))}, "add up to 1, got 2 at"),
        ({"transitions": [[[2.0, -1.0]], [[0.5, 0.5]]]}, r"got -1.0 at index \(0, 0, 1\)"),
        ({"rewards": [[0.0], [np.nan]]}, r"nan at index \(1, 0\)"),
        ({"discount": 1.1}, "discount expects"),
        ({"discount": -0.1}, "discount expects"),
        ({"tolerance": 0}, "tolerance expects"),
        ({"max_sweeps": 0}, "max_sweeps expects"),
    ],
)
def test_a_world_that_is_none(change, message):
    with pytest.raises(ValueError, match=message):
        value_iteration(**{"transitions": np.ones((2, 1, 2)) / 2, "rewards": np.ones((2, 1)), **change})
