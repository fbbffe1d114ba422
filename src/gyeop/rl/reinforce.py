"""REINFORCE: change the policy itself, by the gradient of the return that it brings.

Williams, Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning, Machine Learning 8
(1992); Sutton and Barto, Reinforcement Learning (2018), 13.3 and 13.4.
"""

import numpy as np

from .._checks import as_array, as_float, count, finite, generator, labels, number
from ..activations import identity, log_softmax, softmax, tanh
from ..backprop import backprop
from ..losses import with_gradient
from ..mlp import MLP
from ..optim import Adam
from .environment import an_environment, first_seed


def _taken_gradient(logits, taken):
    """advantage (softmax(logits) - one-hot of the action) / steps: that of cross-entropy, row by row weighted."""
    actions, advantages = taken
    g = softmax(logits)
    g[np.arange(len(g)), actions] -= 1
    return g * advantages[:, None] / len(g)


@with_gradient(_taken_gradient)
def _taken(logits, taken):
    """-mean over the steps of advantage * ln softmax(logits)[action], with taken = (actions, advantages)."""
    actions, advantages = taken
    return float(-np.mean(advantages * log_softmax(logits)[np.arange(len(logits)), actions]))


class Reinforce:
    """A network whose softmax is the policy: actions that did better than usual become more probable.

        theta <- theta + lr * mean over all steps of (G_t - b_t) grad ln pi(a_t | s_t)

    G_t is the return from step t on, the sum of discount^k r_(t+k). The baseline b_t is what the OTHER episodes of the
    batch had at their step t on the mean, 0 where they were over: it says what is usual, makes the gradient less noisy,
    and leaves its mean as it is, since it does not depend on what this episode does. With a discount of 1 the sum over
    an episode's steps has the gradient of the expected return as its mean, and the mean over all steps is that at
    another scale. Below 1 rewards far ahead count less, which is less noisy too; late steps still weigh as much as
    early ones, as is usual (Nota, Thomas, Is the Policy Gradient a Gradient?, 2020).

    `sizes` are the widths of the network, from the numbers in an observation to the actions, with tanh in between:
    [4, 2] is linear. Observations are flattened; a whole number, as from `GridWorld`, becomes a one-hot row. Adam takes
    the steps. `rng` draws the weights, the actions, and how the episodes begin. On one machine a seed repeats all of
    it; from machine to machine the last digits of a sine differ, and on `Balance` such a difference grows.

    With [4, 16, 2], 400 episodes of Balance() lead to a mean return of 475 or more, of 500; with [72, 32, 3] and a
    discount of 0.9, 2000 episodes of Paddle() in batches of 20 to 11 or more, of 13: each on every one of 5 seeds.

    >>> from gyeop.rl import GridWorld, play
    >>> agent = Reinforce([12, 4], lr=0.1, rng=0)
    >>> returns = agent.fit(GridWorld(), episodes=300)
    >>> play(GridWorld(), agent.act).round(2).tolist()
    [0.8]
    """

    def __init__(self, sizes, lr=0.02, discount=0.99, rng=None):
        self.rng = generator(rng)
        self.network = MLP(sizes, activation=tanh, rng=self.rng, dtype=np.float64)
        self.lr = number(lr, "Reinforce's lr", above=0)
        self.discount = number(discount, "Reinforce's discount", at_least=0, at_most=1)
        self.n_inputs, self.n_actions = self.network.sizes[0], self.network.sizes[-1]
        self.network.weights[-1][:] = 0  # at first all actions are equally probable
        self._optimizer = Adam(self.network.parameters, lr=self.lr)

    def probabilities(self, observation):
        """What the policy would do: the probability of each action (n_actions,)."""
        return softmax(self._logits(self._row(observation)))

    def act(self, observation):
        """The most probable action, an int: how a learned policy is put to work."""
        return int(self._logits(self._row(observation)).argmax())

    def explore(self, observation):
        """An action drawn with the policy's probabilities, an int: how it learns."""
        return self._draw(self._row(observation))

    def gradients(self, observations, actions, advantages):
        """The gradients of -mean(advantage ln pi(action | observation)): two lists, as from `MLP.gradients`.

        `observations` (steps, ...), `actions` (steps,) whole numbers, `advantages` (steps,).
        """
        name = "Reinforce.gradients"
        observations = as_array(observations, f"{name}'s observations")
        if observations.ndim == 0 or len(observations) == 0:
            raise ValueError(f"{name} expects observations (steps, ...), got shape {observations.shape}")
        if observations.dtype.kind == "f":
            finite(observations, f"{name}'s observations")
        x = np.stack([self._row(observation) for observation in observations])
        actions = labels(actions, f"{name}'s actions", len(x), self.n_actions)
        advantages = finite(as_float(advantages, f"{name}'s advantages"), f"{name}'s advantages")
        if advantages.shape != (len(x),):
            raise ValueError(f"{name} expects advantages of shape ({len(x)},), got {advantages.shape}")
        return self._gradients(x, actions, advantages)

    def fit(self, env, episodes, batch_size=10):
        """Learn from `episodes` in `env`, with one step of Adam for each batch of `batch_size` episodes; returns the
        return of each episode, not discounted, with the actions that were drawn: (episodes,).
        """
        returns = np.zeros(count(episodes, "Reinforce.fit's episodes"))
        batch_size = count(batch_size, "Reinforce.fit's batch_size")
        an_environment(env, "Reinforce.fit")
        seed = first_seed(self.rng)
        for first in range(0, len(returns), batch_size):
            rows: list[np.ndarray] = []
            actions: list[int] = []
            rewards: list[list[float]] = []
            for i in range(first, min(first + batch_size, len(returns))):
                earned = self._episode(env, seed if i == 0 else None, rows, actions)
                returns[i] = sum(earned)
                rewards.append(earned)
            gradients = self._gradients(np.array(rows), np.array(actions), self._advantages(rewards))
            self._optimizer.step([*gradients[0], *gradients[1]])
        return returns

    def _episode(self, env, seed, rows, actions):
        """Play one episode; its steps are appended to `rows` and `actions`, its rewards returned."""
        observation, _ = env.reset(seed=seed)
        rewards, over = [], False
        while not over:
            rows.append(self._row(observation))
            actions.append(self._draw(rows[-1]))
            observation, reward, terminated, truncated, _ = env.step(actions[-1])
            rewards.append(float(reward))
            over = terminated or truncated
        return rewards

    def _advantages(self, rewards):
        """G_t - b_t for every step of every episode, one after the other (steps,)."""
        G = np.zeros((len(rewards), max(map(len, rewards)) + 1))  # (episodes, steps), 0 from an episode's end on
        for i, earned in enumerate(rewards):
            for t in range(len(earned) - 1, -1, -1):
                G[i, t] = earned[t] + self.discount * G[i, t + 1]
        others = (G.sum(axis=0) - G) / max(len(G) - 1, 1)
        return np.concatenate([(G - others)[i, : len(earned)] for i, earned in enumerate(rewards)])

    def _gradients(self, x, actions, advantages):
        network = self.network
        return backprop(network.weights, network.biases, x, (actions, advantages), tanh, identity, _taken)

    def _logits(self, row):
        *hidden, (W, b) = zip(self.network.weights, self.network.biases, strict=True)
        for V, c in hidden:
            row = np.tanh(V @ row + c)
        return W @ row + b

    def _draw(self, row):
        logits = self._logits(row)
        steps = np.exp(logits - logits.max()).cumsum()
        return min(int(np.searchsorted(steps, self.rng.random() * steps[-1], side="right")), self.n_actions - 1)

    def _row(self, observation):
        """An observation as the network sees it: (n_inputs,)."""
        if isinstance(observation, (int, np.integer)) and not isinstance(observation, bool):
            if not 0 <= observation < self.n_inputs:
                raise ValueError(f"Reinforce expects a state from 0 to {self.n_inputs - 1}, got {observation}")
            row = np.zeros(self.n_inputs)
            row[observation] = 1
            return row
        row = as_float(observation, "Reinforce").ravel()
        if row.shape != (self.n_inputs,):
            raise ValueError(f"Reinforce expects observations of {self.n_inputs} numbers, got {np.shape(observation)}")
        return finite(row.astype(np.float64, copy=False), "Reinforce's observation")
