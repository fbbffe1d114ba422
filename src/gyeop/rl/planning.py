"""Planning: the best policy of a world that is known, by Bellman's equation.

Bellman, Dynamic Programming (1957); the notation is that of Sutton and Barto, Reinforcement Learning (2018), 4.4.
"""

from typing import NamedTuple

import numpy as np

from .._checks import count, finite, finite_float, first_index, number


class Plan(NamedTuple):
    """`values` and `policy`, an action for each state, are (states,); `converged` says how the `sweeps` ended."""

    values: np.ndarray
    policy: np.ndarray
    sweeps: int
    converged: bool


def value_iteration(transitions, rewards, discount=0.9, tolerance=1e-8, max_sweeps=10_000):
    """Improve every state's value by its neighbors', sweep after sweep, until the values stand:

        v(s) <- max over a of  rewards[s, a] + discount * sum over s' of transitions[s, a, s'] v(s')

    The value of a state is the discounted sum of all rewards still to come, if one acts as well as can be. The `policy`
    takes the action that gives the maximum; the first, where several do. `transitions` (states, actions, states) holds
    probabilities, `rewards` (states, actions) expected rewards.

    With a discount below 1 every value is within `tolerance` of the true one when the iteration has converged, which
    it always does; then the largest change in a sweep was at most tolerance (1 - discount) / discount. A discount of 1
    is meant for worlds in which every policy that is any good arrives at an end: it stops when no value changes by more
    than `tolerance`. After `max_sweeps` it stops in any case, not converged.

    >>> from gyeop.rl import GridWorld
    >>> env = GridWorld(("S..+",), step_reward=0.0)
    >>> plan = value_iteration(env.transitions, env.rewards, discount=0.5)
    >>> plan.values.tolist(), plan.policy[:3].tolist()
    ([0.25, 0.5, 1.0, 0.0], [1, 1, 1])
    """
    P, R = _world(transitions, rewards)
    discount = number(discount, "value_iteration's discount", at_least=0, at_most=1)
    tolerance = number(tolerance, "value_iteration's tolerance", above=0)
    max_sweeps = count(max_sweeps, "value_iteration's max_sweeps")
    enough = tolerance if discount in (0, 1) else tolerance * (1 - discount) / discount

    values, change, sweeps = np.zeros(len(R)), np.inf, 0
    while change > enough and sweeps < max_sweeps:
        before, values = values, (R + discount * (P @ values)).max(axis=1)
        change = np.abs(values - before).max()
        sweeps += 1
    return Plan(values, (R + discount * (P @ values)).argmax(axis=1), sweeps, bool(change <= enough))


def _world(transitions, rewards):
    P = finite(np.asarray(finite_float(transitions, "value_iteration's transitions"), np.float64), "transitions")
    R = np.asarray(finite_float(rewards, "value_iteration's rewards"), np.float64)
    if P.ndim != 3 or 0 in P.shape or P.shape[2] != P.shape[0] or R.shape != P.shape[:2]:
        raise ValueError(
            "value_iteration expects transitions (states, actions, states) and rewards (states, actions), "
            f"got {P.shape} and {R.shape}"
        )
    if (P < 0).any():
        at = first_index(P < 0)
        raise ValueError(f"value_iteration expects probabilities, got {P[at]} at index {at} of transitions")
    off = np.abs(P.sum(axis=2) - 1) > 1e-6
    if off.any():
        at = first_index(off)
        raise ValueError(f"value_iteration expects transitions[s, a] to add up to 1, got {P[at].sum():g} at {at}")
    return P, R
