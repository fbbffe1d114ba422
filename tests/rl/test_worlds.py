"""The three worlds: Gymnasium's own check, and the rules of each against a second telling of them."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env

from gyeop.rl import Balance, GridWorld, Paddle, play

WORLDS = [GridWorld(), GridWorld(slip=0.2), Balance(), Balance(noise=0.01), Paddle(), Paddle(pixels=False)]


class Adapter(gymnasium.Env):
    def __init__(self, world):
        self.world, (seen, _) = world, world.reset()
        self.action_space = spaces.Discrete(world.n_actions)
        box = spaces.Box(*((-np.inf, np.inf) if isinstance(world, Balance) else (-1, 1)), np.shape(seen), np.float64)
        self.observation_space = spaces.Discrete(world.n_states) if isinstance(seen, int) else box

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.world.reset(seed=seed, options=options)

    def step(self, action):
        return self.world.step(action)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: type(world).__name__)
def test_gymnasium_finds_no_fault(world):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*infinity")  # the speeds of Balance have no bound to name
        warnings.filterwarnings("ignore", message=".*`spec`")  # the worlds are not entered in Gymnasium's registry
        check_env(Adapter(world), skip_render_check=True)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: type(world).__name__)
def test_a_seed_repeats_everything_and_touches_no_global_generator(world):
    def episodes():
        seen, actions = [], np.random.default_rng(7)
        for seed in (3, None):  # the second episode goes on with the numbers of the first
            seen.append(world.reset(seed=seed)[0])
            over = False
            while not over:
                *step, terminated, truncated, _ = world.step(actions.integers(world.n_actions))
                seen += step
                over = terminated or truncated
        return np.concatenate([np.ravel(value) for value in seen])

    before = np.random.get_state()[1].copy()
    np.testing.assert_array_equal(episodes(), episodes())
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: type(world).__name__)
def test_an_episode_is_begun_and_ends(world):
    fresh = type(world)(max_steps=1)
    with pytest.raises(ValueError, match=r"call reset\(\) first"):
        fresh.step(0)
    fresh.reset(seed=0)
    assert fresh.step(0)[2:4] == (False, True)  # truncated, not terminated
    with pytest.raises(ValueError, match=r"call reset\(\) first"):
        fresh.step(0)
    fresh.reset()
    for action, error in ((fresh.n_actions, ValueError), (-1, ValueError), (0.0, TypeError), ("up", TypeError)):
        with pytest.raises(error, match="action"):
            fresh.step(action)
    for wrong, error in (
        ({"seed": -1}, ValueError),
        ({"seed": 0.5}, TypeError),
        ({"options": [1]}, TypeError),
        ({"options": {"start": 1}}, ValueError),
        ({"options": {"state": [0, 1]}}, (ValueError, TypeError)),
    ):
        with pytest.raises(error, match="reset"):
            fresh.reset(**wrong)


def test_an_end_in_the_last_step_is_an_end():
    world = GridWorld(("S.+",), max_steps=2)
    world.reset()
    assert [world.step(1)[2:4], world.step(1)[2:4]] == [(False, False), (True, False)]


def test_what_was_observed_stays_as_it_was():
    for world in (Balance(), Paddle(), Paddle(pixels=False)):
        first, _ = world.reset(seed=0)
        kept = first.copy()
        second, *_ = world.step(1)
        np.testing.assert_array_equal(first, kept)
        second[:] = 9
        assert np.abs(world.step(1)[0]).max() < 9


def test_play_adds_up_the_rewards():
    assert play(GridWorld(("S..+",), step_reward=-0.25), lambda cell: 1, episodes=2).tolist() == [0.25, 0.25]
    assert play(Balance(max_steps=7), lambda seen: 0, episodes=3, rng=0).tolist() == [7, 7, 7]
    returns = [play(Balance(), lambda seen: 0, episodes=4, rng=seed) for seed in (1, 1, 2)]
    assert returns[0].tolist() == returns[1].tolist() != returns[2].tolist()
    with pytest.raises(TypeError, match="policy that can be called"):
        play(Balance(), 0)
    with pytest.raises(TypeError, match="environment with reset and step"):
        play(7, lambda seen: 0)


# ---------------------------------------------------------------- GridWorld


def test_steps_come_out_as_often_as_the_table_says():
    world = GridWorld(slip=0.3)
    for cell, action in ((0, 1), (6, 0), (8, 3), (2, 2)):
        arrivals, total = np.zeros(world.n_states), 0.0
        world.reset(seed=cell)
        for _ in range(4000):
            world.reset(options={"state": cell})
            arrival, reward, terminated, _, _ = world.step(action)
            arrivals[arrival] += 1
            total += reward
            assert terminated == (arrival in (3, 7))
        np.testing.assert_allclose(arrivals / 4000, world.transitions[cell, action], atol=0.03)
        np.testing.assert_allclose(total / 4000, world.rewards[cell, action], atol=0.06)


def test_walls_borders_and_ends():
    world = GridWorld(("S#+", "..-"))
    np.testing.assert_array_equal(world.transitions.sum(axis=2), 1)
    assert [world.transitions[0, action].argmax() for action in range(4)] == [0, 0, 3, 0]
    assert [world.transitions[4, action].argmax() for action in range(4)] == [4, 5, 4, 3]
    assert world.rewards[4].tolist() == [-0.04, -1.04, -0.04, -0.04]
    assert world.transitions[2, :, 2].tolist() == [1] * 4
    assert world.rewards[[1, 2, 5]].tolist() == [[0] * 4] * 3
    starts = GridWorld(("S+S",))
    assert {starts.reset(seed=seed)[0] for seed in range(20)} == {0, 2}
    with pytest.raises(ValueError, match="a cell of the floor"):
        world.reset(options={"state": 1})


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ("S+", TypeError),
        (5, TypeError),
        ([1], TypeError),
        ([], ValueError),
        ([""], ValueError),
        (["S", "+-"], ValueError),
    ]
    + [(["S?"], ValueError), (["+-"], ValueError)],
)
def test_a_map_that_is_none(cells, error):
    with pytest.raises(error, match="GridWorld expects"):
        GridWorld(cells)


# ---------------------------------------------------------------- Paddle


def whole(seen, world):
    """Ball's row and column, paddle's upper row, the ball's rows and columns a step, in cells."""
    scale = (world.height - 1, world.width - 1, world.height - world.size, 2, 1)
    return [round(share * cells) for share, cells in zip(seen, scale, strict=True)]


def foresight(seen, world):
    """Go where the ball will arrive at column 1; to the middle while it flies away."""
    row, column, top, down, right = whole(seen, world)
    goal = row if right < 0 else world.height // 2
    if right < 0:
        goal += down * (column - 1)
        period = 2 * (world.height - 1)
        goal = min(goal % period, period - goal % period)  # a path that bounces is a straight one, folded
    middle = top + world.size // 2
    return 0 if middle == goal else 1 if goal < middle else 2


def chase(seen, world):
    """Go where the ball is now."""
    row, _, top, _, _ = whole(seen, world)
    middle = top + world.size // 2
    return 0 if middle == row else 1 if row < middle else 2


@pytest.mark.parametrize("height", [6, 8, 9])
def test_a_player_who_sees_ahead_never_misses_and_one_who_follows_the_ball_does(height):
    world = Paddle(height=height, width=height, pixels=False, max_steps=200)
    best = play(world, lambda seen: foresight(seen, world), episodes=50, rng=0)
    assert (best >= 200 // (2 * height - 4)).all()
    assert play(world, lambda seen: chase(seen, world), episodes=50, rng=0).mean() < best.mean() / 2
    assert play(world, lambda seen: 0, episodes=50, rng=0).mean() < 1


def test_the_screens_show_the_state_and_those_before():
    screen, state = Paddle(frames=3), Paddle(pixels=False)
    for seed in range(20):
        pictures, _ = screen.reset(seed=seed)
        numbers, _ = state.reset(seed=seed)
        np.testing.assert_array_equal(pictures[0], pictures[2])
        over = False
        while not over:
            row, column, top, _, _ = whole(numbers, state)
            expected = np.zeros((6, 6))
            expected[row, column] = expected[top : top + 3, 0] = 1
            np.testing.assert_array_equal(pictures[-1], expected)
            before, action = pictures, foresight(numbers, state)
            numbers, reward, terminated, truncated, _ = state.step(action)
            pictures, *same = screen.step(action)
            assert same[:3] == [reward, terminated, truncated]
            np.testing.assert_array_equal(pictures[:2], before[1:])
            over = terminated or truncated


def test_one_frame_does_not_tell_where_the_ball_goes_and_two_do():
    for frames, equal in ((1, True), (2, False)):
        ways = []
        for row, down in ((1, 1), (3, -1)):
            world = Paddle(frames=frames)
            world.reset(options={"state": [row, 4, 2, down, -1]})
            ways.append(world.step(0)[0])
        assert np.array_equal(*ways) == equal


@pytest.mark.parametrize(
    "state",
    [[6, 4, 2, 1, -1], [1, 0, 2, 1, 1], [1, 4, 4, 1, 1], [1, 4, 2, 0, 1], [1, 4, 2, 1, 2], [1, 1, 2, 1, -1]]
    + [[1, 5, 2, 1, 1], [np.nan, 4, 2, 1, 1], [1.5, 4, 2, 1, 1]],
)
def test_a_state_that_is_none(state):
    with pytest.raises(ValueError, match="Paddle.reset's state expects"):
        Paddle().reset(options={"state": state})


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"height": 2}, ValueError), ({"width": 2}, ValueError), ({"size": 6}, ValueError), ({"size": 0}, ValueError)]
    + [({"frames": 0}, ValueError), ({"pixels": 1}, TypeError), ({"height": 6.0}, TypeError)],
)
def test_a_field_that_is_none(wrong, error):
    with pytest.raises(error, match="Paddle"):
        Paddle(**wrong)
