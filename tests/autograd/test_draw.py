"""draw: the boxes of the graph, their numbers, their places, and what it refuses."""

import itertools
import random
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from gyeop.autograd import Tensor, Value, draw

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return [t.text for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def boxes(svg):
    return [
        [float(r.get(k)) for k in ("x", "y", "width", "height")] for r in ElementTree.fromstring(svg).iter(f"{SVG}rect")
    ]


def random_graph(seed, operations=20):
    rng = random.Random(seed)
    values = [Value(rng.uniform(-1, 1), name=f"w{i}") for i in range(8)]
    result = values[0]
    for i in range(operations):
        other = rng.choice(values)
        result = rng.choice([result + other, result * other, result.tanh()])
        values.append(result) if i % 3 == 0 else None
    return result


def test_a_value_its_operation_names_and_gradients():
    x, w = Value(2.0, name="x"), Value(-3.0, name="w<1>")
    y = x * w
    y.name = "y"
    y.backward()
    svg = draw(y)
    assert texts(svg) == ["x", "data 2", "grad -3", "w<1>", "data -3", "grad 2", "y = *", "data -6", "grad 1"]


def test_a_value_used_twice_is_one_box_with_two_arrows():
    x = Value(3.0)
    svg = draw(x * x)
    root = ElementTree.fromstring(svg)
    assert len(boxes(svg)) == 2
    lines = [p.get("d") for p in root.iter(f"{SVG}path") if p.get("fill") == "none"]
    assert len(set(lines)) == 2


def test_a_leaf_stands_beside_its_first_use():
    y = Value(1.0, name="x").tanh().tanh() + Value(2.0, name="b")
    _, _, second, b, _ = boxes(draw(y))
    assert b[0] + b[2] / 2 == pytest.approx(second[0] + second[2] / 2, abs=0.2)


def test_what_comes_of_one_leaf_stands_beside_its_first_use():
    w = Value(2.0, name="w").exp()
    y = Value(1.0, name="x").tanh().tanh().tanh() * w
    _, _, _, third, leaf, exp, _ = boxes(draw(y))
    assert exp[0] + exp[2] / 2 == pytest.approx(third[0] + third[2] / 2, abs=0.2)
    assert third[0] - 2 * (third[2] + 44) < leaf[0] < exp[0]


def test_a_tensor_before_and_after_backward():
    x = Tensor(np.ones((4, 3)), name="x")
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True, name="w")
    loss = (x @ w).sum()
    assert "grad None" in texts(draw(loss))
    loss.backward(retain_graph=True)
    assert texts(draw(loss)) == (
        ["x", "(4, 3)", "data norm 3.464", "w", "data [1 2 3]", "grad [4 4 4]"]
        + ["@", "data [6 6 6 6]", "grad [1 1 1 1]", "sum", "data 24", "grad 1"]
    )


def test_it_takes_the_colour_of_the_text_and_no_style_sheet():
    svg = draw(random_graph(0))
    colours = {e.get(k) for e in ElementTree.fromstring(svg).iter() for k in ("fill", "stroke")}
    assert colours <= {None, "none", "currentColor"}
    assert "<style" not in svg
    assert " id=" not in svg


def test_a_title_for_a_screen_reader():
    assert ElementTree.fromstring(draw(Value(1.0), title='계산 그래프 "y"')).get("aria-label") == '계산 그래프 "y"'
    assert ElementTree.fromstring(draw(Value(1.0))).get("aria-label") == "Computational graph of 1 nodes"
    assert draw(Value(1.0))._repr_svg_() == str(draw(Value(1.0)))


@pytest.mark.parametrize("seed", range(8))
def test_thirty_boxes_do_not_overlap_and_inputs_stand_left(seed):
    result = random_graph(seed)
    svg = draw(result)
    assert svg == draw(result)
    left, top, width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split())
    for (x, y, w, h), (x2, y2, w2, h2) in itertools.combinations(boxes(svg), 2):
        assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    for x, y, w, h in boxes(svg):
        assert x >= left
        assert y >= top
        assert x + w <= left + width
        assert y + h <= top + height
    for line in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        if line.get("fill") == "none":  # from left to right, never back
            numbers = [float(n) for n in line.get("d").replace("M", "").replace("C", "").split()]
            assert numbers[::2] == sorted(numbers[::2])


def test_refusals():
    with pytest.raises(TypeError, match="draw expects a Value or a Tensor, got float"):
        draw(1.0)
    y = Value(1.0)
    for _ in range(300):
        y = y + y
    with pytest.raises(ValueError, match="at most 300 nodes"):
        draw(y)
    loss = Tensor([1.0], requires_grad=True).sum()
    loss.backward()
    with pytest.raises(ValueError, match="retain_graph=True"):
        draw(loss)
