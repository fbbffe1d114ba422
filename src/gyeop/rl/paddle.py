"""A ball, a wall and a paddle: a small game to learn from its screen, in the manner of Pong (Atari 1972)."""

import numpy as np

from .._checks import as_float, count
from .environment import Environment

SPEEDS = (-2, -1, 1, 2)  # rows that the ball moves in a step


class Paddle(Environment):
    """Keep the ball in the game: actions 0 stay, 1 up, 2 down, by one row.

    The field has `height` rows and `width` columns. The paddle, `size` rows tall, stands in column 0. In a step the
    ball moves one column and one or two rows; it bounces off the upper and the lower border and off the last column.
    When it comes to column 1, the paddle is beside it after this step, which earns 1 and sends the ball back at a speed
    drawn anew, or it is not: -1, and the episode is terminated. Any other step earns 0. An episode begins with the ball
    in the last column, at a random row and speed, and the paddle at a random place; `max_steps` truncate it.

    With `pixels` an observation is the last `frames` screens, oldest first, float64 (frames, height, width): 1 where
    the ball or the paddle is, else 0. One frame does not tell where the ball is going; two do. Without `pixels` it is
    the whole state, float64 (5,): the ball's row and column and the paddle's upper row, each from 0 to 1, then the
    ball's rows and columns a step, from -1 to 1. `options={"state": [row, column, paddle, rows, columns]}` of `reset`
    takes the same five in whole cells.

    >>> env = Paddle(height=5, width=4, size=2, frames=1)
    >>> screens, info = env.reset(options={"state": [1, 3, 2, 1, -1]})
    >>> print("\\n".join("".join("-#"[int(pixel)] for pixel in row) for row in screens[0]))
    ----
    ---#
    #---
    #---
    ----
    >>> env.step(0)[1], env.step(0)[1]
    (0.0, 1.0)
    """

    n_actions = 3

    def __init__(self, height=6, width=6, size=3, pixels=True, frames=2, max_steps=100):
        super().__init__(max_steps)
        self.height = count(height, "Paddle's height", at_least=3)
        self.width = count(width, "Paddle's width", at_least=3)
        self.size = count(size, "Paddle's size")
        if self.size >= self.height:
            raise ValueError(f"Paddle expects a size below its height {self.height}, got {self.size}")
        if not isinstance(pixels, (bool, np.bool_)):
            raise TypeError(f"Paddle expects pixels to be True or False, got {type(pixels).__name__}")
        self.pixels = bool(pixels)
        self.frames = count(frames, "Paddle's frames")
        self._screens = []

    def _start(self):
        self._row, self._column = int(self._rng.integers(self.height)), self.width - 1
        self._top = int(self._rng.integers(self.height - self.size + 1))
        self._down, self._right = self._speed(), -1
        self._screens = []

    def _speed(self):
        return SPEEDS[self._rng.integers(len(SPEEDS))]

    def _place(self, state, name):
        state = as_float(state, name)
        if state.shape != (5,):
            raise ValueError(f"{name} expects row, column, paddle, rows a step, columns a step, got {state.shape}")
        for value, good, what in zip(
            state.tolist(),
            (range(self.height), range(1, self.width), range(self.height - self.size + 1), SPEEDS, (-1, 1)),
            ("row", "column", "paddle", "rows a step", "columns a step"),
            strict=True,
        ):
            if value not in good:
                raise ValueError(f"{name} expects {what} in {list(good)}, got {value:g}")
        if not 1 <= state[1] + state[4] < self.width:
            raise ValueError(f"{name} expects a ball on its way to columns 1 to {self.width - 1}, got {state.tolist()}")
        self._row, self._column, self._top, self._down, self._right = (int(value) for value in state)
        self._screens = []

    def _advance(self, action):
        self._top = min(max(self._top + (0, -1, 1)[action], 0), self.height - self.size)
        self._column += self._right
        self._row += self._down
        if not 0 <= self._row < self.height:
            self._row = -self._row if self._row < 0 else 2 * (self.height - 1) - self._row
            self._down = -self._down
        if self._column == self.width - 1:
            self._right = -1
        if self._column > 1:
            return 0.0, False
        if not self._top <= self._row < self._top + self.size:
            return -1.0, True
        self._right, self._down = 1, self._speed()
        return 1.0, False

    def _observe(self):
        if not self.pixels:
            places = (
                self._row / (self.height - 1),
                self._column / (self.width - 1),
                self._top / (self.height - self.size),
            )
            return np.array([*places, self._down / max(SPEEDS), self._right])
        screen = np.zeros((self.height, self.width))
        screen[self._row, self._column] = 1
        screen[self._top : self._top + self.size, 0] = 1
        self._screens = [*self._screens, screen][-self.frames :]
        return np.stack([self._screens[0]] * (self.frames - len(self._screens)) + self._screens)
