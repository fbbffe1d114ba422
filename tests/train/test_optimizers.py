import json

import pytest
import torch

from gyeop.train.optimizers import put_together, take_apart

OPTIMIZERS = [
    lambda ws: torch.optim.SGD(ws, lr=0.1),
    lambda ws: torch.optim.SGD(ws, lr=0.1, momentum=0.9, nesterov=True),
    lambda ws: torch.optim.Adam(ws, lr=0.1, amsgrad=True),
    lambda ws: torch.optim.AdamW([{"params": ws[:1], "lr": 0.3}, {"params": ws[1:], "betas": (0.5, 0.9)}]),
    lambda ws: torch.optim.Adam(ws, lr=torch.tensor(0.1)),
    lambda ws: torch.optim.RMSprop(ws, lr=0.1, momentum=0.5, centered=True),
    lambda ws: torch.optim.Adagrad(ws, lr=0.1),
    lambda ws: torch.optim.Adadelta(ws),
    lambda ws: torch.optim.NAdam(ws),
    lambda ws: torch.optim.Adamax(ws),
    lambda ws: torch.optim.Adafactor(ws),
]


def parameters():
    generator = torch.Generator().manual_seed(0)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in ((3, 2), (3,))]


def steps(optimizer, ws, n, seed):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(n):
        for w in ws:
            w.grad = torch.randn(w.shape, generator=generator)
        optimizer.step()


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_state_put_together_goes_on_as_the_one_taken_apart(make):
    ws, others = parameters(), parameters()
    one, other = make(ws), make(others)
    one.param_groups[-1]["weight_decay"] = 0.02
    steps(one, ws, 3, seed=1)
    tensors, record = take_apart(one)
    put_together(other, {n: t.clone() for n, t in tensors.items()}, json.loads(json.dumps(record)))
    assert other.state_dict()["param_groups"] == one.state_dict()["param_groups"]
    with torch.no_grad():
        for w, v in zip(ws, others, strict=True):
            v.copy_(w)
    steps(one, ws, 3, seed=2)
    steps(other, others, 3, seed=2)
    assert all(torch.equal(w, v) for w, v in zip(ws, others, strict=True))


def test_another_optimizer_is_refused():
    ws = parameters()
    tensors, record = take_apart(torch.optim.Adam(ws))
    with pytest.raises(ValueError, match=r"expected the state of SGD on \[2\] parameters, got Adam's on \[2\]"):
        put_together(torch.optim.SGD(ws, lr=0.1), tensors, record)
    with pytest.raises(ValueError, match=r"of Adam on \[1\] parameters, got Adam's on \[2\]"):
        put_together(torch.optim.Adam(ws[:1]), tensors, record)


def test_a_state_that_is_neither_tensors_nor_numbers_is_refused():
    ws = parameters()
    one = torch.optim.SGD(ws, lr=0.1)
    one.state[ws[0]]["history"] = [1]
    with pytest.raises(TypeError, match="expected an optimizer whose state is tensors and numbers; SGD has a list"):
        take_apart(one)
