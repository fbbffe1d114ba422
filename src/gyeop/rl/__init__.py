"""Reinforcement learning: three worlds to act in, planning where the world is known, learning where it is not.

`GridWorld`, `Balance` and `Paddle` have Gymnasium's `reset` and `step`, and need NumPy alone. `value_iteration` plans,
`QLearning` learns values, `Reinforce` a policy; `play` puts any policy to work.
"""

from .balance import Balance
from .environment import play
from .grid import GridWorld
from .paddle import Paddle
from .planning import value_iteration
from .qlearning import QLearning
from .reinforce import Reinforce

__all__ = ["Balance", "GridWorld", "Paddle", "QLearning", "Reinforce", "play", "value_iteration"]
