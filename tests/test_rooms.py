"""The rooms of the library stand in an order, and a room imports only rooms before it."""

import ast
from pathlib import Path

import gyeop

SOURCE = Path(gyeop.__file__).parent
ORDER = (
    *("activations", "perceptron", "losses", "gradients", "init", "backprop", "optim", "schedules", "regularization"),
    *("mlp", "autograd", "nn", "cluster", "decomposition", "rl", "text", "augment", "data", "stages"),
    *("models", "bridge", "train"),
)


def imported(path: Path, package: tuple[str, ...]) -> set[str]:
    """The first names below gyeop that a file of `package` imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ("gyeop", *package)[: len(package) + 2 - node.level] if node.level else ()
            dotted = [".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in dotted if name.startswith("gyeop.")}
    return found


def test_a_room_imports_only_rooms_before_it():
    places = {room: place for place, room in enumerate(ORDER)}
    seen, wrong = set(), []
    for path in SOURCE.rglob("*.py"):
        *package, name = path.relative_to(SOURCE).with_suffix("").parts
        room = package[0] if package else name
        if room in places:
            seen.add(room)
            later = {other for other in imported(path, tuple(package)) if places.get(other, -1) > places[room]}
            wrong += [f"{path.relative_to(SOURCE)} imports {other}" for other in sorted(later)]
    assert wrong == []
    rooms = {p.stem for p in SOURCE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert {room for room in rooms if not room.startswith("_")} == seen <= places.keys()


def test_an_import_is_seen_in_every_form(tmp_path):
    file = tmp_path / "one.py"
    lines = ["import gyeop.nn", "from gyeop import rl", "from gyeop.text import NGram", "from . import ngram"]
    lines += ["from .. import optim", "from ..mlp import MLP", "from .._checks import count", "import numpy as np"]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert imported(file, ("text",)) == {"nn", "rl", "text", "optim", "mlp", "_checks"}
