"""Q-learning: learn what every action is worth in every state, and nothing else (Watkins, Dayan 1992)."""

import numpy as np

from .._checks import count, generator, number
from .environment import an_environment, first_seed


class QLearning:
    """A table of the worth of every action in every state, moved by each step towards what the step showed:

        Q(s, a) <- Q(s, a) + lr (r + discount max over a' of Q(s', a') - Q(s, a))

    with nothing behind r where the episode was terminated. While it learns, it tries a random action with probability
    `epsilon`. The states are whole numbers from 0 to n_states - 1, as in `GridWorld`. `q` is (n_states, n_actions),
    float64, and starts at 0. `rng` draws what is tried, and how the episodes begin.

    On GridWorld() 500 episodes at the defaults lead to the best path, a return of 0.8, on every one of 5 seeds.

    >>> from gyeop.rl import GridWorld, play
    >>> agent = QLearning(n_states=12, n_actions=4, rng=0)
    >>> returns = agent.fit(GridWorld(), episodes=500)
    >>> len(returns), play(GridWorld(), agent.act).round(2).tolist()
    (500, [0.8])
    """

    def __init__(self, n_states, n_actions, lr=0.2, discount=0.99, epsilon=0.1, rng=None):
        self.n_states = count(n_states, "QLearning's n_states")
        self.n_actions = count(n_actions, "QLearning's n_actions")
        self.lr = number(lr, "QLearning's lr", above=0, at_most=1)
        self.discount = number(discount, "QLearning's discount", at_least=0, at_most=1)
        self.epsilon = number(epsilon, "QLearning's epsilon", at_least=0, at_most=1)
        self.rng = generator(rng)
        self.q = np.zeros((self.n_states, self.n_actions))

    @property
    def values(self):
        """The value of each state (n_states,): that of its best action."""
        return self.q.max(axis=1)

    @property
    def policy(self):
        """The best action of each state (n_states,); the first, where several are best."""
        return self.q.argmax(axis=1)

    def act(self, state):
        """The best action in `state`, an int."""
        return int(self.q[self._state(state, "act")].argmax())

    def explore(self, state):
        """The action to try in `state`: a random one with probability epsilon, else one of the best, drawn evenly."""
        state = self._state(state, "explore")
        if self.rng.random() < self.epsilon:
            return int(self.rng.integers(self.n_actions))
        return int(self.rng.choice(np.flatnonzero(self.q[state] == self.q[state].max())))

    def update(self, state, action, reward, next_state, terminated):
        """Learn from one step; returns the error, what was seen less what was expected."""
        state, next_state = self._state(state, "update"), self._state(next_state, "update")
        if (action := count(action, "QLearning.update's action", at_least=0)) >= self.n_actions:
            raise ValueError(f"QLearning.update expects an action from 0 to {self.n_actions - 1}, got {action}")
        if not isinstance(terminated, (bool, np.bool_)):
            raise TypeError(f"QLearning.update expects terminated to be True or False, got {type(terminated).__name__}")
        seen = number(reward, "QLearning.update's reward")
        if not terminated:
            seen += self.discount * self.q[next_state].max()
        error = float(seen - self.q[state, action])
        self.q[state, action] += self.lr * error
        return error

    def fit(self, env, episodes):
        """Learn from `episodes` in `env`, step by step; returns the return of each, trials and all: (episodes,)."""
        returns = np.zeros(count(episodes, "QLearning.fit's episodes"))
        an_environment(env, "QLearning.fit")
        for i in range(len(returns)):
            state, _ = env.reset(seed=first_seed(self.rng) if i == 0 else None)
            over = False
            while not over:
                action = self.explore(state)
                next_state, reward, terminated, truncated, _ = env.step(action)
                self.update(state, action, reward, next_state, terminated)
                returns[i] += reward
                state, over = next_state, terminated or truncated
        return returns

    def _state(self, state, name):
        if (state := count(state, f"QLearning.{name}'s state", at_least=0)) >= self.n_states:
            raise ValueError(f"QLearning.{name} expects a state from 0 to {self.n_states - 1}, got {state}")
        return state
