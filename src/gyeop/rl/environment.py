"""What the three worlds share: Gymnasium's `reset` and `step` (Towers et al. 2024), without Gymnasium.

    observation, info = env.reset(seed=0)
    observation, reward, terminated, truncated, info = env.step(action)

An episode is over when it is terminated (an end of the world itself: fallen, arrived) or truncated (`max_steps` are
done, though the world could go on). A learner must tell them apart: only after the first is nothing left to gain.
"""

import numpy as np

from .._checks import count, generator


class Environment:
    """A world in which an agent acts: `n_actions` actions, numbered from 0. `max_steps` truncates an episode.

    A child says how an episode starts (`_start`), what a state asked for by name is (`_place`), what happens in a step
    (`_advance`: reward, terminated) and what is seen (`_observe`). All randomness comes from `self._rng`.
    """

    n_actions: int

    def __init__(self, max_steps):
        self.max_steps = count(max_steps, f"{type(self).__name__}'s max_steps")
        self._rng = np.random.default_rng()
        self._steps, self._over = 0, True

    def reset(self, *, seed=None, options=None):
        """Begin an episode: (observation, info). A `seed` makes this episode and all after it repeatable; without one
        the numbers go on where they were. `options={"state": ...}` sets where to begin, else it is the world's choice.
        """
        name = f"{type(self).__name__}.reset"
        if seed is not None:
            self._rng = np.random.default_rng(count(seed, f"{name}'s seed", at_least=0))
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"{name} expects options to be a dict or None, got {type(options).__name__}")
        if unknown := [key for key in options or {} if key != "state"]:
            raise ValueError(f"{name} knows the option 'state', got {unknown[0]!r}")
        if options:
            self._place(options["state"], f"{name}'s state")
        else:
            self._start()
        self._steps, self._over = 0, False
        return self._observe(), {}

    def step(self, action):
        """Take `action`, a whole number from 0 to n_actions - 1: (observation, reward, terminated, truncated, info)."""
        name = f"{type(self).__name__}.step"
        if isinstance(action, np.ndarray) and action.ndim == 0:
            action = action[()]
        if (action := count(action, f"{name}'s action", at_least=0)) >= self.n_actions:
            raise ValueError(f"{name} expects an action from 0 to {self.n_actions - 1}, got {action}")
        if self._over:
            raise ValueError(f"{name} expects an episode under way: call reset() first")
        reward, terminated = self._advance(action)
        self._steps += 1
        truncated = not terminated and self._steps >= self.max_steps
        self._over = terminated or truncated
        return self._observe(), reward, terminated, truncated, {}

    def _start(self):
        raise NotImplementedError

    def _place(self, state, name):
        raise NotImplementedError

    def _advance(self, action):
        raise NotImplementedError

    def _observe(self):
        raise NotImplementedError


def an_environment(env, name):
    if isinstance(env, type) or not all(callable(getattr(env, method, None)) for method in ("reset", "step")):
        raise TypeError(f"{name} expects an environment with reset and step, got {type(env).__name__}")
    return env


def first_seed(rng):
    """A seed for an environment's first reset, from what the house takes for randomness."""
    return int(generator(rng).integers(2**32))


def play(env, policy, episodes=1, rng=None):
    """Act by `policy` for some episodes; returns the return of each, the sum of its rewards: (episodes,).

    `policy(observation)` gives the action: a learner's `act`, or any function. `rng` decides how the episodes begin.

    >>> from gyeop.rl import GridWorld
    >>> play(GridWorld(slip=0.0), lambda cell: 0 if cell > 3 else 1).round(2).tolist()
    [0.8]
    """
    an_environment(env, "play")
    if not callable(policy):
        raise TypeError(f"play expects a policy that can be called, got {type(policy).__name__}")
    returns = np.zeros(count(episodes, "play's episodes"))
    seed = first_seed(rng)
    for i in range(len(returns)):
        observation, _ = env.reset(seed=seed if i == 0 else None)
        over = False
        while not over:
            observation, reward, terminated, truncated, _ = env.step(policy(observation))
            returns[i] += reward
            over = terminated or truncated
    return returns
