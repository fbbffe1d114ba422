"""Layers that hold parameters and other layers, with torch.nn's names.

A module's parameters and children are simply its attributes, found when they are asked for: nothing is registered.
"""

from collections.abc import Mapping

import numpy as np

from gyeop._checks import as_array, count, flag
from gyeop.autograd import Tensor


class Parameter(Tensor):
    """A leaf tensor that requires a gradient: what a module trains.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data, name=""):
        super().__init__(data, requires_grad=True, name=name)


class Module:
    """A part of a network: it has `forward`, and is called as a function.

    Attributes that are a Parameter or a Module count as its own, in the order in which they were set. Arrays that are
    part of the state without being trained are named in `buffers`. A name in state_dict() is the path of attributes to
    it, such as "0.weight", and is the name in torch.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = Parameter([2.0])
    ...
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> scale = Scale()
    >>> scale(Tensor([3.0])).data, scale.state_dict()
    (array([6.]), {'factor': array([2.])})
    """

    buffers: tuple[str, ...] = ()

    def __init__(self):
        self.training = True

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def __call__(self, *inputs, **options):
        return self.forward(*inputs, **options)

    def named_children(self):
        """(attribute, module) for each module directly inside this one."""
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Module)]

    def named_parameters(self):
        """(path, parameter) for each parameter, this module's own first; one that is shared appears once."""
        found: dict = {}
        for path, owner, name in self._state():
            value = getattr(owner, name)
            if isinstance(value, Parameter):
                found.setdefault(id(value), (path, value))
        return list(found.values())

    def parameters(self):
        """The parameters, in the order of named_parameters(): what an optimizer takes."""
        return [parameter for _, parameter in self.named_parameters()]

    def train(self, mode=True):
        """Set `training` here and in every module inside; returns the module."""
        self.training = flag(mode, "train's mode")
        for _, child in self.named_children():
            child.train(mode)
        return self

    def eval(self):
        """train(False)."""
        return self.train(False)

    def zero_grad(self):
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def state_dict(self):
        """{path: a copy of the array} of all parameters and buffers."""
        return {path: np.array(_array(getattr(owner, name))) for path, owner, name in self._state()}

    def load_state_dict(self, state):
        """Take over copies of the arrays of `state`, and their dtype. Names and shapes must be those of state_dict().

        ValueError otherwise, with every name that is missing, unexpected or of another shape; nothing is changed then.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict expects a dict of arrays, got {type(state).__name__}")
        state = {path: as_array(array, path) for path, array in state.items()}
        places = {path: (owner, name) for path, owner, name in self._state()}
        problems = [f"{path} is missing" for path in places if path not in state]
        problems += [f"{path} is unexpected" for path in state if path not in places]
        for path, (owner, name) in places.items():
            expected = _array(getattr(owner, name)).shape
            if path in state and np.shape(state[path]) != expected:
                problems.append(f"{path} expects shape {expected}, got {np.shape(state[path])}")
        problems += [
            f"{path} expects real numbers, got {a.dtype}" for path, a in state.items() if a.dtype.kind not in "biuf"
        ]
        if problems:
            raise ValueError(f"{type(self).__name__}.load_state_dict: " + "; ".join(problems))
        for path, (owner, name) in places.items():
            if isinstance(getattr(owner, name), Parameter):
                getattr(owner, name).data = Tensor(state[path]).data
            else:
                setattr(owner, name, np.array(state[path]))

    def _state(self, prefix=""):
        """(path, owner, attribute) of every parameter and buffer, in torch's order: own parameters, buffers, children.

        None in place of a parameter or a buffer, such as the bias of a layer without one, is left out.
        """
        names = [name for name, value in vars(self).items() if isinstance(value, Parameter)]
        names += [name for name in self.buffers if getattr(self, name) is not None]
        places = [(prefix + name, self, name) for name in names]
        for name, child in self.named_children():
            places += child._state(f"{prefix}{name}.")
        return places

    def describe(self):
        """The arguments as torch prints them; a layer with arguments has its own."""
        return ""

    def __repr__(self):
        children = [f"  ({name}): " + repr(child).replace("\n", "\n  ") for name, child in self.named_children()]
        inside = "\n" + "\n".join(children) + "\n" if children else self.describe()
        return f"{type(self).__name__}({inside})"


class Sequential(Module):
    """Layers one after the other: Sequential(f, g)(x) = g(f(x)).

    >>> from gyeop.nn import Linear, ReLU
    >>> Sequential(Linear(4, 3), ReLU())
    Sequential(
      (0): Linear(in_features=4, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *layers):
        super().__init__()
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(f"Sequential expects modules, got {type(layer).__name__} at position {i}")
            setattr(self, str(i), layer)

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x

    def __iter__(self):
        return iter([layer for _, layer in self.named_children()])

    def __len__(self):
        return len(self.named_children())

    def __getitem__(self, index):
        """The layer at `index`, or for a slice a Sequential of the same layers."""
        if not isinstance(index, slice):
            index = count(index, "Sequential's index", at_least=-np.inf)
        layers = list(self)[index]
        return Sequential(*layers) if isinstance(index, slice) else layers


def _array(value):
    return value.data if isinstance(value, Parameter) else value
