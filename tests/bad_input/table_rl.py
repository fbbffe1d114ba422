"""Worlds to act in, planning, and learning by reward."""

import numpy as np

from gyeop import rl

from .arrays import Array, Labels
from .case import Case
from .kinds import Count, Counts, Flag, Function, Number, Rng
from .variants import Given, Optional, Variant, bad


def started(make):
    def begin():
        env = make()
        env.reset(seed=0)
        return env

    return Given(begin)


SEED = Optional(Count(0, at_least=0))
WORLDS = {
    "grid": (rl.GridWorld, bad(a_wall=5, out_of_range=12, a_string="S", None_=None, a_float=0.0, negative=-1)),
    "balance": (
        rl.Balance,
        bad(too_short=[0.0] * 3, nan=[np.nan] * 4, a_string="up", None_=None, a_matrix=np.zeros((4, 1))),
    ),
    "paddle": (
        rl.Paddle,
        bad(a_string="left", None_=None, too_short=[0, 0], nan=[np.nan] * 5, far=[99] * 5),
    ),
}
CASES = []
for make, states in WORLDS.values():
    placed = [Variant(f"state {v}", lambda _, v=v: {"state": v.change(None)}) for v in states]
    options = Given(lambda: None, placed, bad(a_list=["state"], another={"place": 0}, a_number=3))
    CASES += [
        Case(make.reset, dtype=None, says="knows the option 'state', got").takes(
            self=Given(make), seed=SEED, options=options
        ),
        Case(make.step, dtype=None).takes(self=started(make), action=Count(1, 0, at_most=make().n_actions - 1)),
    ]
POSITIVE = Number(1.0, above=0)
FRICTION = Number(0.0, at_least=0)
NOISE = Given(
    lambda: [0.0] * 4, bad(three=[0.0] * 3, negative=-1, nan=np.nan, a_string="none", None_=None, complex_=1j)
)
CASES += [
    Case(rl.GridWorld, dtype=None).takes(
        cells=Given(
            lambda: ("S.+",),
            bad(a_string="S.+", nothing=(), empty_row=("",), ragged=("S.", "S"), a_number=3, None_=None),
            bad(of_numbers=(1, 2), no_floor=("##",), of_None=(None,), unknown=("Sx",)),
        ),
        slip=Number(0.1, at_least=0, at_most=1),
        step_reward=Number(-0.04),
        max_steps=Count(100),
    ),
    Case(rl.Balance, dtype=None).takes(
        cart_mass=POSITIVE,
        pole_mass=POSITIVE,
        length=POSITIVE,
        force=FRICTION,
        gravity=Number(9.8),
        cart_friction=FRICTION,
        pole_friction=FRICTION,
        noise=NOISE,
        time_step=Number(0.02, above=0),
        angle_limit=Number(0.2, above=0),
        position_limit=Number(2.4, above=0),
        start=Number(0.05, at_least=0),
        max_steps=Count(500),
    ),
    Case(rl.Paddle, dtype=None).takes(
        height=Count(6, at_least=3),
        width=Count(6, at_least=3),
        size=Count(3),
        pixels=Flag(True),
        frames=Count(2),
        max_steps=Count(100),
    ),
]


def chances(rng, shape):
    p = rng.uniform(0.1, 1, shape)
    return p / p.sum(axis=-1, keepdims=True) if p.ndim else p


WRONG_WORLD = bad(None_=None, a_class=rl.GridWorld, a_string="grid", a_number=3)
GRID = Given(lambda: rl.GridWorld(("S.+",)), WRONG_WORLD)
ACTION = Count(1, at_least=0, at_most=3)


def table():
    return rl.QLearning(3, 4, rng=0)


def policy():
    return rl.Reinforce([3, 4], rng=0)


STATE = Count(1, at_least=0, at_most=2)
SEEN = Array(3, also=[(3, 1), (1, 3)])  # a screen is flattened
CASES += [
    Case(rl.play, changes=["env"]).takes(
        env=GRID,
        policy=Function(lambda cell: 1, numbers=True, unknown_action=lambda cell: 9),
        episodes=Count(1),
        rng=Rng(),
    ),
    Case(rl.value_iteration, dtype=float).takes(
        transitions=Array("n", "k", "n", draw=chances, refuses=(-0.5,)),
        rewards=Array("n", "k"),
        discount=Number(0.5, at_least=0, at_most=1),
        tolerance=Number(1e-3, above=0),
        max_sweeps=Count(100),
    ),
    Case(rl.QLearning, dtype=None).takes(
        n_states=Count(3),
        n_actions=Count(4),
        lr=Number(0.2, above=0, at_most=1),
        discount=Number(0.9, at_least=0, at_most=1),
        epsilon=Number(0.1, at_least=0, at_most=1),
        rng=Rng(),
    ),
    Case(rl.QLearning.act).takes(self=Given(table), state=STATE),
    Case(rl.QLearning.explore).takes(self=Given(table), state=STATE),
    Case(rl.QLearning.update).takes(
        self=Given(table), state=STATE, action=ACTION, reward=Number(1.0), next_state=STATE, terminated=Flag()
    ),
    Case(rl.QLearning.fit, changes=["env"]).takes(self=Given(table), env=GRID, episodes=Count(2)),
    Case(rl.Reinforce, dtype=None).takes(
        sizes=Counts(3, 4, least=2), lr=Number(0.02, above=0), discount=Number(0.9, at_least=0, at_most=1), rng=Rng()
    ),
    Case(rl.Reinforce.probabilities, dtype=float).takes(self=Given(policy), observation=SEEN),
    Case(rl.Reinforce.act, dtype=float).takes(self=Given(policy), observation=SEEN),
    Case(rl.Reinforce.explore, dtype=float).takes(self=Given(policy), observation=SEEN),
    Case(rl.Reinforce.gradients, dtype=float).takes(
        self=Given(policy),
        observations=Array("n", 3, also=[("n", 3, 1)]),
        actions=Labels("n", classes=4),
        advantages=Array("n"),
    ),
    Case(rl.Reinforce.fit, dtype=float, changes=["env"]).takes(
        self=Given(policy), env=GRID, episodes=Count(2), batch_size=Count(2)
    ),
]
