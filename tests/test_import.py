"""`import gyeop` and its NumPy rooms need NumPy alone: in the browser, and on a machine without torch."""

import subprocess
import sys
import textwrap

import pytest

NUMPY_ROOMS = [
    "activations",
    "augment",
    "autograd",
    "backprop",
    "cluster",
    "data",
    "decomposition",
    "gradients",
    "init",
    "losses",
    "mlp",
    "nn",
    "optim",
    "perceptron",
    "regularization",
    "rl",
    "schedules",
    "stages",
    "text",
]
TORCH_ROOMS = ["bridge", "models", "train"]

BLOCKED = """
import sys

BLOCKED = "torch matplotlib scipy sklearn safetensors tqdm gymnasium pooch".split()

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
"""


def run(code):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCKED + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("room", NUMPY_ROOMS)
def test_a_room_needs_numpy_alone(room):
    done = run(f"import gyeop\nassert gyeop.{room}.__name__ == 'gyeop.{room}'\nassert '{room}' in dir(gyeop)")
    assert done.returncode == 0, done.stderr


def test_the_network_learns_without_torch():
    done = run("""
        import gyeop
        x, y = gyeop.data.make_xor(4, noise=0)
        net = gyeop.MLP([2, 8, 2], rng=0)
        net.fit(x, y, epochs=200, batch_size=4, rng=0)
        assert net.predict(x).tolist() == y.tolist()
        assert not {"torch", "matplotlib"} & set(sys.modules)
    """)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("room", TORCH_ROOMS)
def test_the_block_blocks_and_a_torch_room_says_what_it_lacks(room):
    assert "torch is blocked" in run("import torch").stderr
    assert "torch" in run(f"import gyeop\ngyeop.{room}").stderr.splitlines()[-1]


@pytest.mark.parametrize("room", TORCH_ROOMS)
def test_importing_gyeop_does_not_import_torch_where_there_is_one(room):
    lean = "assert not {'torch', 'matplotlib'} & set(sys.modules)"
    code = f"import sys, gyeop; {lean}; assert '{room}' in dir(gyeop); gyeop.{room}; assert 'torch' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_room_that_does_not_exist():
    import gyeop

    with pytest.raises(AttributeError, match="no attribute 'attic'"):
        _ = gyeop.attic
