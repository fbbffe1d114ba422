"""A number that remembers how it was computed, so that one backward pass gives every derivative.

Reverse-mode automatic differentiation (Linnainmaa 1970; Griewank and Walther, Evaluating Derivatives, 2008, chapter 3)
in the manner of Karpathy's micrograd (https://github.com/karpathy/micrograd). Each operation below stands on one line:
its value, what it was computed from, and its local derivative by each of those.
"""

import math

from gyeop.autograd.reals import power, power_by_base, power_by_exponent, real, within_floats


class Value:
    """One number in a computational graph.

    `data` is the number and `grad` the derivative that backward() has gathered for it. A result also has `op`, the sign
    of its operation, `inputs`, the values it was computed from, and `local`, its derivative by each input. `name` is
    for the reader of a drawn graph.

    Operations: `+ - * / **` with another Value or a plain number on either side, exp, log, tanh, relu (slope 0 at 0)
    and sigmoid. Anything that is not a real number is a TypeError; a division by 0, the log of what is not positive,
    0 to a negative power and a negative number to a broken power are a ValueError. What is too large for a float is
    infinite, as in torch.

    >>> x, w = Value(2.0), Value(-3.0)
    >>> y = x * w + x**2
    >>> y.backward()
    >>> y.data, x.grad, w.grad
    (-2.0, 1.0, 2.0)
    """

    __slots__ = ("data", "grad", "inputs", "local", "name", "op")

    def __init__(self, data, name=""):
        self.data = data if type(data) is float else real(data)
        self.grad = 0.0
        self.name, self.op, self.inputs, self.local = name, "", (), ()

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return _result("+", self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return _result("-", self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return _result("*", self.data * other.data, (self, other), (other.data, self.data))

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        a, b = self.data, other.data
        if b == 0.0:
            raise ValueError(f"/ expects a divisor other than 0, got {a} / {b}")
        return _result("/", a / b, (self, other), (1.0 / b, -a / b / b))

    def __pow__(self, other):
        if isinstance(other, Value):
            a, n = self.data, other.data
            return _result("**", power(a, n), (self, other), (power_by_base(a, n), power_by_exponent(a, n)))
        a, n = self.data, real(other)
        return _result(f"**{n:g}", power(a, n), (self,), (power_by_base(a, n),))

    def __neg__(self):
        return _result("neg", -self.data, (self,), (-1.0,))

    def exp(self):
        y = within_floats(math.exp, self.data)
        return _result("exp", y, (self,), (y,))

    def log(self):
        if self.data <= 0.0:
            raise ValueError(f"log expects a positive number, got {self.data}")
        return _result("log", math.log(self.data), (self,), (1.0 / self.data,))

    def tanh(self):
        y = math.tanh(self.data)
        return _result("tanh", y, (self,), (1.0 - y * y,))

    def relu(self):
        return _result("relu", max(self.data, 0.0), (self,), (1.0 if self.data > 0.0 else 0.0,))

    def sigmoid(self):
        e = math.exp(-abs(self.data))  # never above 1, so it cannot overflow
        y = (1.0 if self.data >= 0.0 else e) / (1.0 + e)
        return _result("sigmoid", y, (self,), (e / (1.0 + e) ** 2,))

    def backward(self):
        """Add d self / d v to `v.grad` for every v that self was computed from, self included.

        Downstream = upstream x local, from the result back to the leaves; where a value was used twice its
        contributions add. A second call adds the same amounts once more, as in torch: set `grad` to 0 for a new start.
        """
        order, earlier = self._ancestry()
        self.grad = 1.0
        for v in reversed(order):
            upstream = v.grad
            if len(v.inputs) == 2:
                (a, b), (by_a, by_b) = v.inputs, v.local
                a.grad += upstream * by_a
                b.grad += upstream * by_b
            else:
                (a,), (by_a,) = v.inputs, v.local
                a.grad += upstream * by_a
        for v, grad in earlier:
            v.grad += grad

    def _ancestry(self):
        """All results, each after its inputs, and (value, grad) of an earlier call, where `grad` starts anew from 0.

        The values to look at wait on a list, since recursion would end at a depth of 1000.
        """
        order: list[Value] = []
        earlier: list[tuple[Value, float]] = []
        seen: set[Value] = set()
        waiting: list = [self]
        while waiting:
            v = waiting.pop()
            if v is None:  # a mark: the inputs of the value below it are done
                order.append(waiting.pop())
            elif v not in seen:
                seen.add(v)
                if v.grad:
                    earlier.append((v, v.grad))
                    v.grad = 0.0
                if v.inputs:
                    waiting.append(v)
                    waiting.append(None)
                    waiting.extend(v.inputs)
        return order, earlier

    def __radd__(self, other):
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self

    def __rmul__(self, other):
        return Value(other) * self

    def __rtruediv__(self, other):
        return Value(other) / self

    def __rpow__(self, other):
        return Value(other) ** self

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"


def _result(op, data, inputs, local):
    """The Value that an operation gives. It is a float already, so __init__ with its checks is passed by."""
    v = _new(Value)
    v.data, v.grad = data, 0.0
    v.name, v.op = "", op
    v.inputs, v.local = inputs, local
    return v


_new = object.__new__
