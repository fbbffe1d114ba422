"""What there is to be called in the rooms that need no torch, found by looking, so that nothing new is forgotten."""

import importlib
import inspect
import pkgutil

import gyeop

NOT_INPUT = {"__init__", "__new__", "__eq__", "__array__", "__init_subclass__"}  # __init__ is the class's own case


def rooms(below=gyeop):
    """The modules that need no torch."""
    names = [m.name for m in pkgutil.iter_modules(below.__path__) if not m.name.startswith("_")]
    return [importlib.import_module(f"gyeop.{name}") for name in names if name not in gyeop._TORCH_ROOMS]


def public(room):
    """{name: function or class} of all that `room` makes public: what it defines, with methods and with functions
    attached to functions, such as mse.gradient. A package makes public what its __init__ names. Errors, protocols and
    named tuples, which hold what they are given, are left out."""
    found = {}
    for name, thing in vars(room).items():
        if name.startswith("_") or not callable(thing) or not _is_from(room, thing):
            continue
        if inspect.isclass(thing):
            if not issubclass(thing, BaseException | tuple) and not getattr(thing, "_is_protocol", False):
                found |= {f"{room.__name__}.{name}": thing, **_methods(room, thing)}
            continue
        attached = {k: f for k, f in vars(thing).items() if callable(f) and not k.startswith("_")}
        found |= {f"{room.__name__}.{name}": thing} | {f"{room.__name__}.{name}.{k}": f for k, f in attached.items()}
    return found


def _is_from(room, thing):
    return f"{getattr(thing, '__module__', '')}.".startswith(f"{room.__name__}.")


def _methods(room, cls):
    found = {}
    for owner in cls.__mro__:
        if not f"{owner.__module__}.".startswith("gyeop."):
            continue
        for name, attribute in vars(owner).items():
            method = getattr(attribute, "__func__", attribute)
            special = name.startswith("_")
            if not inspect.isfunction(method) or name in NOT_INPUT or (special and not name.startswith("__")):
                continue
            if not special or len(inspect.signature(method).parameters) > 1:
                found.setdefault(f"{room.__name__}.{owner.__name__}.{name}", method)
    return found


def missing(found, cases, inner=()):
    """What to add to the tables: public callables without a case, and arguments that a case says nothing about. The
    functions in `inner` need none: they are called by others of the library alone, which have theirs."""
    told = {id(c.function) for c in cases} | {id(f) for f in inner}
    names = {name: thing for name, thing in found.items() if id(thing) not in told}
    table = "add Case(...).takes(...) to tests/bad_input/table_{}.py, one kind for each argument"
    problems = [f"{name} has no case: {table.format(name.split('.')[1])}" for name in names]
    functions = {id(thing) for thing in found.values()}
    for c in [c for c in cases if id(c.function) in functions]:
        wanted = set(inspect.signature(c.target).parameters)
        if wanted != set(c.kinds):
            problems.append(f"the case of {c} names {sorted(c.kinds)}, and the signature {sorted(wanted)}")
    return problems
