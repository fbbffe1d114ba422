"""Value: every operation against torch and finite differences, deep graphs, and what it refuses."""

import math

import pytest
import torch

from gyeop.autograd import Value

UNARY = {
    "neg": (lambda a: -a, [-1.3, 0.0, 2.0]),
    "exp": (lambda a: a.exp(), [-30.0, -1.3, 0.0, 2.0]),
    "log": (lambda a: a.log(), [1e-9, 0.5, 3.0]),
    "tanh": (lambda a: a.tanh(), [-20.0, -0.4, 0.0, 1.7]),
    "relu": (lambda a: a.relu(), [-1.0, 0.0, 2.5]),
    "sigmoid": (lambda a: a.sigmoid(), [-700.0, -6.0, 0.0, 3.0, 700.0]),
    "square": (lambda a: a**2, [-3.0, 0.0, 1.5]),
    "root": (lambda a: a**0.5, [0.25, 9.0]),
    "inverse": (lambda a: a**-1, [-4.0, 0.3]),
    "power 0": (lambda a: a**0, [-4.0, 0.0, 0.3]),
    "number +": (lambda a: 3 + a, [2.0]),
    "+ number": (lambda a: a + 3, [2.0]),
    "number -": (lambda a: 3 - a, [2.0]),
    "- number": (lambda a: a - 3, [2.0]),
    "number *": (lambda a: 3 * a, [2.0]),
    "* number": (lambda a: a * 3, [2.0]),
    "number /": (lambda a: 3 / a, [2.0]),
    "/ number": (lambda a: a / 3, [2.0]),
    "number **": (lambda a: 3**a, [-1.5, 0.0, 2.0]),
}
BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "used twice": lambda a, b: (a * b + a) * (b - a * a),
}


@pytest.mark.parametrize(("name", "at"), [(name, at) for name, (_, points) in UNARY.items() for at in points])
def test_one_input_equals_torch(name, at):
    f = UNARY[name][0]
    ours, theirs = Value(at), torch.tensor(at, dtype=torch.float64, requires_grad=True)
    y, expected = f(ours), f(theirs)
    y.backward()
    expected.backward()
    assert y.data == pytest.approx(expected.item(), rel=1e-12, abs=1e-300)
    assert ours.grad == pytest.approx(theirs.grad.item(), rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize(("a", "b"), [(1.5, -2.0), (0.3, 2.5), (2.0, 2.0), (0.0, 3.0)])
def test_two_inputs_equal_torch_and_finite_differences(name, a, b):
    f = BINARY[name]
    ours = Value(a), Value(b)
    theirs = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (a, b)]
    y, expected = f(*ours), f(*theirs)
    y.backward()
    expected.backward()
    assert y.data == pytest.approx(expected.item(), rel=1e-12)
    assert [v.grad for v in ours] == pytest.approx([v.grad.item() for v in theirs], rel=1e-10)
    if a > 0:
        h = 1e-6
        slopes = [(f(a + h, b) - f(a - h, b)) / (2 * h), (f(a, b + h) - f(a, b - h)) / (2 * h)]
        assert [v.grad for v in ours] == pytest.approx(slopes, rel=1e-6, abs=1e-8)


def test_the_slope_of_a_root_at_zero_is_infinite_as_in_torch():
    x = Value(0.0)
    (x**0.5).backward()
    assert x.grad == math.inf


def test_a_result_shows_its_operation_inputs_and_local_derivatives():
    a, b = Value(2.0, name="a"), Value(5.0, name="b")
    y = a * b
    assert (y.op, y.inputs, y.local) == ("*", (a, b), (5.0, 2.0))
    assert (a.name, y.name, repr(y)) == ("a", "", "Value(data=10.0, grad=0.0)")


def test_every_value_on_the_way_has_its_gradient():
    x = Value(3.0)
    z = x * x
    y = z + x
    y.backward()
    assert (y.grad, z.grad, x.grad) == (1.0, 1.0, 7.0)


def test_a_second_backward_adds_the_same_amount_once_more():
    x = Value(3.0)
    y = (x * x).tanh() * x + x.exp()
    y.backward()
    first = x.grad
    y.backward()
    assert x.grad == 2 * first
    y.backward()
    assert x.grad == pytest.approx(3 * first, rel=1e-15)


def test_two_results_of_one_value_add_up_in_it():
    x = Value(3.0)
    (x * 2).backward()
    (x * x).backward()
    assert x.grad == 8.0


def test_backward_of_a_leaf_is_one_a_call():
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


@pytest.mark.parametrize("depth", [100_000])
def test_a_deep_chain(depth):
    x = Value(1.0)
    y = x
    for _ in range(depth):
        y = y + x
    y.backward()
    assert x.grad == depth + 1
    del y  # taking the chain down must not recurse either


def test_a_wide_sum_of_shared_values():
    xs = [Value(float(i)) for i in range(1000)]
    total = sum(x * x for x in xs)
    total.backward()
    assert [x.grad for x in xs] == [2.0 * i for i in range(1000)]


@pytest.mark.parametrize("wrong", ["3", None, [1.0], 1j])
def test_only_real_numbers(wrong):
    with pytest.raises(TypeError, match=f"real number, got {type(wrong).__name__}"):
        Value(wrong)
    with pytest.raises(TypeError, match="real number"):
        Value(1.0) + wrong


def test_domain_errors_name_the_number():
    with pytest.raises(ValueError, match=r"log expects a positive number, got -1\.0"):
        Value(-1.0).log()
    with pytest.raises(ValueError, match=r"whole exponent for a negative base, got -8\.0 \*\* 0\.5"):
        Value(-8.0) ** 0.5
    with pytest.raises(ValueError, match=r"divisor other than 0, got 1\.0 / 0\.0"):
        Value(1.0) / Value(0.0)
    with pytest.raises(ValueError, match=r"base other than 0 for a negative exponent, got 0\.0 \*\* -1\.0"):
        Value(0.0) ** -1


def test_what_is_too_large_for_a_float_is_infinite_as_in_torch():
    assert Value(1000.0).exp().data == (Value(10.0) ** 400).data == math.inf
    assert (Value(-10.0) ** 401).data == -math.inf
    tiny = Value(1e-200)  # its square is 0
    (1 / tiny).backward()
    assert tiny.grad == -math.inf
