"""A pole that stands on a cart: the task of Barto, Sutton and Anderson.

Barto, Sutton, Anderson, Neuronlike Adaptive Elements That Can Solve Difficult Learning Control Problems, IEEE
Transactions on Systems, Man, and Cybernetics 13 (1983). The equations of motion are those of its appendix, for a
uniform pole of mass m and half length l on a cart of mass M, with F the force on the cart, theta the pole's angle to
the right of upright, mu_c the friction of the cart on its track and mu_p that of the pole on its hinge:

    theta'' = (g sin(theta) - cos(theta) (F + m l theta'^2 sin(theta) - mu_c sign(x')) / (M + m) - mu_p theta' / (m l))
              / (l (4/3 - m cos(theta)^2 / (M + m)))
    x''     = (F + m l (theta'^2 sin(theta) - theta'' cos(theta)) - mu_c sign(x')) / (M + m)

A step of time is one of the classical Runge-Kutta method, of fourth order.
"""

import math

import numpy as np

from .._checks import finite, finite_float, number
from .environment import Environment

TWELVE_DEGREES = math.radians(12)


class Balance(Environment):
    """Keep the pole up by pushing the cart: actions 0 push to the left, 1 push to the right, with all the `force`.

    An observation is float64 (4,): the cart's position x and velocity x', the pole's angle theta and its velocity
    theta', in meters, radians and seconds. `noise` is the standard deviation of a normal error in what is seen, one
    number or one for each of the four; the motion itself has none. Every step earns 1. The episode is terminated when
    the pole leans by more than `angle_limit` or the cart is more than `position_limit` from the middle, and truncated
    after `max_steps`; it begins with all four numbers drawn from -`start` to `start`.

    Masses are in kg, `length` is that of the whole pole in m, `force` in N, `time_step` in s. The defaults are those
    of the paper without its small friction (0.0005 and 0.000002), as in Gymnasium's CartPole-v1.

    >>> env = Balance()
    >>> observation, info = env.reset(options={"state": [0, 0, 0.1, 0]})
    >>> observation, reward, terminated, truncated, info = env.step(1)
    >>> observation.round(3).tolist(), reward
    ([0.002, 0.194, 0.097, -0.26], 1.0)
    """

    n_actions = 2

    def __init__(
        self,
        cart_mass=1.0,
        pole_mass=0.1,
        length=1.0,
        force=10.0,
        gravity=9.8,
        cart_friction=0.0,
        pole_friction=0.0,
        noise=0.0,
        time_step=0.02,
        angle_limit=TWELVE_DEGREES,
        position_limit=2.4,
        start=0.05,
        max_steps=500,
    ):
        super().__init__(max_steps)
        self.cart_mass = number(cart_mass, "Balance's cart_mass", above=0)
        self.pole_mass = number(pole_mass, "Balance's pole_mass", above=0)
        self.length = number(length, "Balance's length", above=0)
        self.force = number(force, "Balance's force", at_least=0)
        self.gravity = number(gravity, "Balance's gravity", at_least=0)
        self.cart_friction = number(cart_friction, "Balance's cart_friction", at_least=0)
        self.pole_friction = number(pole_friction, "Balance's pole_friction", at_least=0)
        self.noise = _four(noise, "Balance's noise")
        if (self.noise < 0).any() or (self.noise > 1e6).any():
            raise ValueError(f"Balance's noise expects standard deviations from 0 to 1e6, got {noise}")
        self.time_step = number(time_step, "Balance's time_step", above=0)
        self.angle_limit = number(angle_limit, "Balance's angle_limit", above=0)
        self.position_limit = number(position_limit, "Balance's position_limit", above=0)
        self.start = number(start, "Balance's start", at_least=0)
        self._state = (0.0, 0.0, 0.0, 0.0)

    def _motion(self, velocity, angle, turn, force):
        """The time derivatives of (x, x', theta, theta')."""
        m, l, mass = self.pole_mass, self.length / 2, self.cart_mass + self.pole_mass
        sine, cosine = math.sin(angle), math.cos(angle)
        push = force + m * l * turn * turn * sine
        if self.cart_friction and velocity:
            push -= math.copysign(self.cart_friction, velocity)
        turning = (self.gravity * sine - cosine * push / mass - self.pole_friction * turn / (m * l)) / (
            l * (4 / 3 - m * cosine * cosine / mass)
        )
        return velocity, (push - m * l * turning * cosine) / mass, turn, turning

    def _start(self):
        self._state = tuple(self._rng.uniform(-self.start, self.start, size=4).tolist())

    def _place(self, state, name):
        state = _four(state, name, alike=False)
        if abs(state[0]) > self.position_limit or abs(state[2]) > self.angle_limit:
            raise ValueError(f"{name} expects a cart and a pole within their limits, got {state.tolist()}")
        self._state = tuple(state.tolist())

    def _advance(self, action):
        try:
            self._state = self._next(self.force if action else -self.force)
            x, _, angle, _ = self._state
            return 1.0, abs(x) > self.position_limit or abs(angle) > self.angle_limit
        except (ValueError, OverflowError, ZeroDivisionError):  # the sine of infinity, and the like
            raise FloatingPointError(f"Balance left the finite numbers behind {self._state}") from None

    def _next(self, force):
        """The state after one step of time, by the Runge-Kutta method."""
        h, (x, v, a, w) = self.time_step, self._state
        x1, v1, a1, w1 = self._motion(v, a, w, force)
        x2, v2, a2, w2 = self._motion(v + h / 2 * v1, a + h / 2 * a1, w + h / 2 * w1, force)
        x3, v3, a3, w3 = self._motion(v + h / 2 * v2, a + h / 2 * a2, w + h / 2 * w2, force)
        x4, v4, a4, w4 = self._motion(v + h * v3, a + h * a3, w + h * w3, force)
        after = (
            x + h / 6 * (x1 + 2 * (x2 + x3) + x4),
            v + h / 6 * (v1 + 2 * (v2 + v3) + v4),
            a + h / 6 * (a1 + 2 * (a2 + a3) + a4),
            w + h / 6 * (w1 + 2 * (w2 + w3) + w4),
        )
        if not all(map(math.isfinite, after)):
            raise OverflowError
        return after

    def _observe(self):
        seen = np.array(self._state)
        return seen + self.noise * self._rng.normal(size=4) if self.noise.any() else seen


def _four(values, name, alike=True):
    """Four finite numbers, or one for all four of them."""
    array = np.array(finite(finite_float(values, name), name), dtype=np.float64)
    if alike and array.shape == ():
        return np.full(4, array)
    if array.shape != (4,):
        raise ValueError(f"{name} expects {'one number or ' * alike}shape (4,), got {array.shape}")
    return array
