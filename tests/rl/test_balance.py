"""The cart and the pole against the mechanics told another way: Lagrange's equations, energy, Gymnasium's CartPole."""

import math

import numpy as np
import pytest
from gymnasium.envs.classic_control.cartpole import CartPoleEnv
from scipy.integrate import solve_ivp

from gyeop.rl import Balance

WIDE = {"angle_limit": 1e3, "position_limit": 1e3}


def lagrange(env, force):
    """d/dt of (x, x', theta, theta'), from the kinetic and the potential energy: a linear system for x'', theta''.

    T = M x'^2 / 2 + m ((x' + l cos theta')^2 + (l sin theta')^2) / 2 + (m (2 l)^2 / 12) theta'^2 / 2,  V = m g l cos
    """
    M, m, l = env.cart_mass, env.pole_mass, env.length / 2

    def motion(_, state):
        _, v, a, w = state
        inertia = m * (2 * l) ** 2 / 12 + m * l**2
        masses = [[M + m, m * l * math.cos(a)], [m * l * math.cos(a), inertia]]
        forces = [
            force + m * l * w**2 * math.sin(a) - env.cart_friction * np.sign(v),
            m * env.gravity * l * math.sin(a) - env.pole_friction * w,
        ]
        acceleration, turning = np.linalg.solve(masses, forces)
        return [v, acceleration, w, turning]

    return motion


@pytest.mark.parametrize("seed", range(8))
def test_the_motion_is_that_of_lagrange(seed):
    rng = np.random.default_rng(seed)
    names = ("cart_mass", "pole_mass", "length", "force", "gravity", "pole_friction")
    parameters = dict(zip(names, rng.uniform((0.5, 0.05, 0.5, 2, 1, 0), (2, 1, 3, 12, 20, 0.05)), strict=True))
    env = Balance(**parameters, cart_friction=0.3, **WIDE)
    start = [0.1, 30.0, rng.uniform(-0.6, 0.6), rng.uniform(-1, 1)]  # fast to the right, so that friction has one sign
    env.reset(options={"state": start})
    for action in rng.integers(2, size=20):
        judge = solve_ivp(lagrange(env, (-1, 1)[action] * env.force), (0, 0.02), start, rtol=1e-11, atol=1e-11)
        seen, *_ = env.step(action)
        np.testing.assert_allclose(seen, judge.y[:, -1], rtol=1e-6, atol=1e-6)
        start = seen


def test_a_finer_step_of_time_changes_next_to_nothing():
    ends = []
    for parts in (1, 2, 16):
        env = Balance(time_step=0.02 / parts)
        env.reset(options={"state": [0, 0.3, -0.1, 0.5]})
        ends.append([env.step(int(step % 5 < 3))[0] for step in range(10) for _ in range(parts)][-1])
    errors = np.abs(np.array(ends[:2]) - ends[2]).max(axis=1)
    assert errors[0] < 1e-6
    assert errors[1] < errors[0] / 10  # fourth order: half the step, a sixteenth of the error


def test_without_force_and_friction_energy_is_kept():
    env = Balance(force=0, pole_mass=0.5, max_steps=100, **WIDE)
    m, l = env.pole_mass, env.length / 2

    def energy(state):
        _, v, a, w = state
        kinetic = env.cart_mass * v**2 / 2 + m * (v**2 + 2 * v * l * w * math.cos(a) + 4 / 3 * (l * w) ** 2) / 2
        return kinetic + m * env.gravity * l * math.cos(a)

    seen, _ = env.reset(options={"state": [0, 0.2, 0.5, 0]})
    before, angles = energy(seen), []
    for _ in range(100):
        seen, *_ = env.step(0)
        angles.append(seen[2])
        assert abs(energy(seen) - before) < 2e-4
    assert max(angles) > 5  # it fell to one side and swung up on the other


def test_friction_takes_energy():
    for friction in ({"cart_friction": 0.5}, {"pole_friction": 0.05}):
        env, free = Balance(force=0, **friction, **WIDE), Balance(force=0, **WIDE)
        for world in (env, free):
            world.reset(options={"state": [0, 1, 0.3, 1]})
        for _ in range(10):
            (slowed, *_), (smooth, *_) = env.step(0), free.step(0)
        assert slowed[1] < smooth[1] if "cart_friction" in friction else slowed[3] < smooth[3]


@pytest.mark.parametrize("action", [0, 1])
def test_accelerations_are_those_of_cartpole(action, rng):
    theirs, ours = CartPoleEnv(), Balance(time_step=1e-6)
    theirs.reset(seed=0)
    for state in rng.uniform(-0.2, 0.2, size=(20, 4)):
        theirs.state = state
        after = theirs.step(action)[0]  # Euler's method: v + 0.02 times the acceleration, in float32
        ours.reset(options={"state": state})
        change = (ours.step(action)[0] - state) / 1e-6
        np.testing.assert_allclose(change[[1, 3]], (after.astype(float) - state)[[1, 3]] / 0.02, rtol=1e-4, atol=1e-4)
    limits = theirs.theta_threshold_radians, theirs.x_threshold
    assert (ours.angle_limit, ours.position_limit) == pytest.approx(limits, rel=1e-15)


def test_it_ends_where_the_limits_say():
    for state in ([2.39, 3, 0, 0], [-2.39, -3, 0, 0], [0, 0, 0.2, 3], [0, 0, -0.2, -3]):
        env = Balance()
        env.reset(options={"state": state})
        assert env.step(1)[1:4] == (1.0, True, False)
    assert np.abs([Balance(start=0.2).reset(seed=seed)[0] for seed in range(50)]).max() > 0.15
    assert np.abs([Balance().reset(seed=seed)[0] for seed in range(50)]).max() <= 0.05


def test_noise_is_in_what_is_seen_and_not_in_the_motion():
    noisy, clear = Balance(noise=[0.1, 0, 0.2, 0], max_steps=2000, **WIDE), Balance(max_steps=2000, **WIDE)
    for env in (noisy, clear):
        env.reset(seed=0)
        env.reset(options={"state": [0, 0, 0, 0]})
    errors = np.array([noisy.step(step % 2)[0] - clear.step(step % 2)[0] for step in range(2000)])
    np.testing.assert_allclose(errors.std(axis=0), [0.1, 0, 0.2, 0], rtol=0.05)
    np.testing.assert_allclose(errors.mean(axis=0), 0, atol=0.02)
    assert Balance(noise=0.3).noise.tolist() == [0.3] * 4


@pytest.mark.parametrize(
    "name",
    ["cart_mass", "pole_mass", "length", "time_step", "angle_limit", "position_limit", "force", "gravity"]
    + ["cart_friction", "pole_friction", "start", "noise"],
)
def test_parameters_that_are_none(name):
    wrong = [-1, np.nan, np.inf, *([0] if name in ("cart_mass", "pole_mass", "length", "time_step") else [])]
    for value in wrong:
        with pytest.raises(ValueError, match=f"Balance's {name} expects"):
            Balance(**{name: value})
    with pytest.raises(TypeError, match=f"Balance's {name} expects"):
        Balance(**{name: "1"})


def test_noise_and_state_have_four_numbers_and_the_state_is_within_the_limits():
    with pytest.raises(ValueError, match=r"noise expects one number or shape \(4,\), got \(3,\)"):
        Balance(noise=[1, 2, 3])
    for state in ([0, 0, 0], 0.0, [0, 0, 0.5, 0], [3, 0, 0, 0], [0, np.nan, 0, 0]):
        with pytest.raises(ValueError, match="state expects"):
            Balance().reset(options={"state": state})


def test_what_no_float_can_hold_is_named():
    env = Balance()
    env.reset(options={"state": [0, 0, 0, 1e300]})
    with pytest.raises(FloatingPointError, match="left the finite numbers"):
        env.step(0)
