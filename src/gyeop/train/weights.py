"""A trained network on disk: its weights in a safetensors file, which other programs can read too."""

import torch

from . import archive


def save(model, path):
    """Write the weights of `model`, a torch.nn.Module on any device, to `path`; whole or not at all.

    The file holds `model.state_dict()` in its dtypes; a tensor that two layers share is there once. Its SHA-256 stands
    in its header, and no pickle is in it. What is no module or no path is a TypeError, a path that cannot be written an
    OSError.

    >>> import tempfile, pathlib
    >>> one, other = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(one, pathlib.Path(folder) / "linear.safetensors")
    ...     other = load(other, pathlib.Path(folder) / "linear.safetensors")
    >>> torch.equal(one.weight, other.weight), torch.equal(one.bias, other.bias)
    (True, True)
    """
    archive.write(path, named_tensors(model))


def load(model, path):
    """Put the weights in `path` into `model`, a network of the same layers, in place; returns it.

    They go to the model's device and take its dtypes' place: a weight of another dtype than the model's is a
    ValueError, as are names or shapes that do not fit, which are named. Then nothing is changed. So is a file cut
    short, changed after it was written, or of another kind.
    """
    put(model, archive.read(path)[0], path)
    return model


def named_tensors(model):
    """{name: tensor} of the state_dict, where a tensor with several names, as tied weights have, is under its first."""
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got {type(model).__name__}")
    first, seen = {}, set()
    for name, tensor in model.state_dict().items():
        if not isinstance(tensor, torch.Tensor):  # what a module's get_extra_state gives
            raise TypeError(f"expected a model whose state_dict holds tensors, got {type(tensor).__name__} at {name}")
        place = tensor.data_ptr(), tensor.dtype, tensor.shape, tensor.stride()
        if place not in seen or not tensor.numel():
            first[name] = tensor
        seen.add(place)
    return first


def put(model, tensors, source):
    """Copy `tensors`, named as `named_tensors` names them, into `model`; `source` is where they come from."""
    places = named_tensors(model)
    extra = model.state_dict().keys() - places.keys()  # second names: a file by others may hold them as well
    for kind, names in (("lacks", places.keys() - tensors.keys()), ("has", tensors.keys() - places.keys() - extra)):
        if names:
            raise ValueError(f"{source} does not fit the model: it {kind} {', '.join(sorted(names))}")
    for name, place in places.items():
        expected, got = (place.dtype, tuple(place.shape)), (tensors[name].dtype, tuple(tensors[name].shape))
        if expected != got:
            raise ValueError(f"{source} does not fit the model: {name} expects {expected}, got {got}")
    with torch.no_grad():
        for name, place in places.items():
            place.copy_(tensors[name])
