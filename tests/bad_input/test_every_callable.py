"""Bad input, and good input in an unusual form, to every public function and method of the NumPy rooms."""

import importlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .callables import missing, public, rooms
from .engine import Ending, problems
from .variants import BAD, Tied, anything

HERE = Path(__file__).parent
TABLES = [importlib.import_module(f"{__package__}.{path.stem}") for path in sorted(HERE.glob("table_*.py"))]
CASES = [case for table in TABLES for case in table.CASES]
INNER = [function for table in TABLES for function in getattr(table, "INNER", [])]


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.__name__)
def test_nothing_public_is_left_out(room):
    left_out = missing(public(room), CASES, INNER)
    assert not left_out, "\n".join(left_out)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_every_variant_ends_well(case):
    found = problems(case)
    assert not found, f"{len(found)} variants end badly\n" + "\n".join(found)


def end_well(case, data):
    """Any values of up to three arguments together, in any sizes: a result without a fault, or a refusal."""
    sizes = {letter: data.draw(shape) for letter, shape in case.letters().items()}
    arguments, variants = case.arguments(sizes), case.variants(sizes)
    names = data.draw(st.lists(st.sampled_from(sorted(case.kinds)), max_size=3, unique=True)) if case.kinds else []
    refused = False
    for name in names:
        kind = case.kinds[name]
        arguments[name], ends = data.draw(anything(kind, arguments[name], variants[name]), label=name)
        refused = refused or (ends == BAD and not isinstance(kind, Tied))
    arguments = case.on_self(arguments)
    fits = not refused and case.fitting(arguments)
    ending = Ending(case, arguments)
    assert ending.fault is None, ending.fault
    assert ending.error or fits, f"accepted, and {ending}"


@pytest.mark.parametrize("case", CASES, ids=repr)
@settings(max_examples=5, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_input_ends_well(case, data):
    end_well(case, data)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=repr)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_input_ends_well_in_many_examples(case, data):
    end_well(case, data)
