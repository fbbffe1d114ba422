"""Worlds of cells. The default is the 4 x 3 world of Russell and Norvig, Artificial Intelligence, chapter 17.1."""

import numpy as np

from .._checks import count, number
from .environment import Environment

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left: (rows, columns)


class GridWorld(Environment):
    """Walk from cell to cell, to a good end and past a bad one: actions 0 up, 1 right, 2 down, 3 left.

    `cells` is a map, one string a row: `.` floor, `#` wall, `S` start (several: one is drawn; none: any floor), `+` an
    end worth +1, `-` an end worth -1. Every step costs: its reward is `step_reward`, and the end's worth on top where
    it arrives. With probability `slip` the step goes to one side instead, half each; who walks against a wall or the
    border stays. An observation is the number of the cell, row * columns + column, an int from 0 to n_states - 1.

    The whole world is open for planning: `transitions` (states, actions, states) are the probabilities of arriving,
    `rewards` (states, actions) the expected rewards. In an end, and in a wall, nothing moves and nothing is gained.

    >>> env = GridWorld(("S.+",), step_reward=0.0)
    >>> env.reset(seed=0)
    (0, {})
    >>> env.step(1), env.step(1)
    ((1, 0.0, False, False, {}), (2, 1.0, True, False, {}))
    """

    n_actions = 4

    def __init__(self, cells=("...+", ".#.-", "S..."), slip=0.0, step_reward=-0.04, max_steps=100):
        super().__init__(max_steps)
        self.cells = _map(cells)
        self.slip = number(slip, "GridWorld's slip", at_least=0, at_most=1)
        self.step_reward = number(step_reward, "GridWorld's step_reward")
        self.shape = (len(self.cells), len(self.cells[0]))
        self.n_states = self.shape[0] * self.shape[1]
        flat = "".join(self.cells)
        self._worth = {cell: 1.0 if mark == "+" else -1.0 for cell, mark in enumerate(flat) if mark in "+-"}
        self._floor = [cell for cell, mark in enumerate(flat) if mark in ".S"]
        self._starts = [cell for cell, mark in enumerate(flat) if mark == "S"] or self._floor
        self.transitions, self.rewards = self._tables()
        self._cell = self._starts[0]

    def _tables(self):
        transitions = np.zeros((self.n_states, self.n_actions, self.n_states))
        rewards = np.zeros((self.n_states, self.n_actions))
        for cell in range(self.n_states):
            if cell not in self._floor:
                transitions[cell, :, cell] = 1
                continue
            for action in range(self.n_actions):
                for turn, p in ((0, 1 - self.slip), (1, self.slip / 2), (-1, self.slip / 2)):
                    arrival = self._neighbor(cell, (action + turn) % 4)
                    transitions[cell, action, arrival] += p
                    rewards[cell, action] += p * self._reward(arrival)
        return transitions, rewards

    def _neighbor(self, cell, direction):
        (rows, columns), (down, right) = self.shape, MOVES[direction]
        row, column = cell // columns + down, cell % columns + right
        if not (0 <= row < rows and 0 <= column < columns) or self.cells[row][column] == "#":
            return cell
        return row * columns + column

    def _reward(self, arrival):
        return self.step_reward + self._worth.get(arrival, 0.0)

    def _start(self):
        self._cell = self._starts[self._rng.integers(len(self._starts))]

    def _place(self, state, name):
        self._cell = count(state, name, at_least=0)
        if self._cell not in self._floor:
            raise ValueError(f"{name} expects a cell of the floor, one of {self._floor}, got {state}")

    def _advance(self, action):
        u = self._rng.random()
        turn = 0 if u >= self.slip else 1 if u < self.slip / 2 else -1
        self._cell = self._neighbor(self._cell, (action + turn) % 4)
        return self._reward(self._cell), self._cell in self._worth

    def _observe(self):
        return self._cell


def _map(cells):
    if isinstance(cells, str) or not hasattr(cells, "__iter__"):
        raise TypeError(f"GridWorld expects a list of strings, one a row, got {type(cells).__name__}")
    cells = tuple(cells)
    if wrong := [row for row in cells if not isinstance(row, str)]:
        raise TypeError(f"GridWorld expects a list of strings, one a row, got a row of type {type(wrong[0]).__name__}")
    if not cells or not cells[0] or any(len(row) != len(cells[0]) for row in cells):
        raise ValueError(f"GridWorld expects rows of one length, got {[len(row) for row in cells]}")
    if unknown := set("".join(cells)) - set(".#S+-"):
        raise ValueError(f"GridWorld expects the cells . # S + and -, got {min(unknown)!r}")
    if not set("".join(cells)) & set(".S"):
        raise ValueError("GridWorld expects a cell of floor to stand on, got none")
    return cells
