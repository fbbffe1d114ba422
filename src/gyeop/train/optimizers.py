"""The state of a torch optimizer - its moments, its counts of steps - as tensors and a record, and back."""

import torch


def take_apart(optimizer):
    """Named tensors, and a record that JSON can hold, of `optimizer.state_dict()`.

    >>> w = torch.nn.Parameter(torch.ones(2))
    >>> adam = torch.optim.Adam([w], lr=0.1)
    >>> w.sum().backward()
    >>> adam.step()
    >>> tensors, record = take_apart(adam)
    >>> sorted(tensors), record["groups"][0]["lr"]
    (['0.exp_avg', '0.exp_avg_sq', '0.step'], 0.1)
    >>> another = torch.optim.Adam([w], lr=0.3)
    >>> put_together(another, tensors, record)
    >>> torch.equal(another.state[w]["exp_avg"], adam.state[w]["exp_avg"]), another.param_groups[0]["lr"]
    (True, 0.1)
    """
    state = optimizer.state_dict()
    tensors, plain = {}, {}
    for index, values in state["state"].items():
        for name, value in values.items():
            if isinstance(value, torch.Tensor):
                tensors[f"{index}.{name}"] = value
            elif value is None or isinstance(value, (bool, int, float)):
                plain[f"{index}.{name}"] = value
            else:
                kind = f"{type(optimizer).__name__} has a {type(value).__name__}, {name}"
                raise TypeError(f"expected an optimizer whose state is tensors and numbers; {kind}")
    groups = [{name: _plain(value) for name, value in group.items()} for group in state["param_groups"]]
    return tensors, {"kind": type(optimizer).__name__, "values": plain, "groups": groups}


def put_together(optimizer, tensors, record):
    """Give `optimizer`, built like the one that was taken apart, that one's state."""
    groups = optimizer.state_dict()["param_groups"]
    sizes, came = [len(group["params"]) for group in groups], [len(group["params"]) for group in record["groups"]]
    if (record["kind"], came) != (type(optimizer).__name__, sizes):
        raise ValueError(
            f"expected the state of {type(optimizer).__name__} on {sizes} parameters, got {record['kind']}'s on {came}"
        )
    state: dict[int, dict] = {}
    for key, value in (record["values"] | tensors).items():
        index, _, name = key.partition(".")
        state.setdefault(int(index), {})[name] = value
    for group, values in zip(groups, record["groups"], strict=True):
        group |= {name: _like(group.get(name), value) for name, value in values.items()}
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _plain(value):
    return value.item() if isinstance(value, torch.Tensor) else value


def _like(here, value):
    """JSON knows neither tuples nor tensors: the optimizer that is there says what was one."""
    if isinstance(here, tuple):
        return tuple(value)
    return torch.tensor(value, dtype=here.dtype, device=here.device) if isinstance(here, torch.Tensor) else value
