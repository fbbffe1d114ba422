"""RNN, LSTM and GRU: the messages for what does not fit."""

import re

import numpy as np
import pytest
import torch

from gyeop.bridge import from_torch
from gyeop.nn import GRU, LSTM, RNN

KINDS = pytest.mark.parametrize("kind", [RNN, LSTM, GRU])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: f(np.ones((5, 2, 4))), "bidirectional=True) expects (time, batch, 3) or (time, 3), got (5, 2, 4)"),
        (lambda f: f(np.ones(3)), "expects (time, batch, 3) or (time, 3), got (3,)"),
        (lambda f: f(np.ones((1, 5, 2, 3))), "expects (time, batch, 3) or (time, 3), got (1, 5, 2, 3)"),
        (lambda f: f(np.ones((0, 2, 3))), "expects at least one step in time, got (0, 2, 3)"),
        (lambda f: f(np.ones((5, 2, 3)), np.ones((4, 2, 6))), "expects hx = (h_0, c_0), got ndarray"),
        (lambda f: f(np.ones((5, 2, 3)), (np.ones((4, 2, 6)),)), "expects hx = (h_0, c_0), got 1 of them"),
        (lambda f: f(np.ones((5, 2, 3)), (np.ones((4, 2, 6)), np.ones((4, 6)))), "expects c_0 (4, 2, 6), got (4, 6)"),
        (lambda f: f(np.ones((5, 3)), (np.ones((4, 1, 6)), np.ones((4, 6)))), "expects h_0 (4, 6), got (4, 1, 6)"),
        (lambda f: f(np.ones((5, 2, 3)), lengths=[5]), "expects lengths (2,) of whole numbers, got shape (1,)"),
        (lambda f: f(np.ones((5, 2, 3)), lengths=[5.0, 2.0]), "of whole numbers, got shape (2,) of dtype float64"),
        (lambda f: f(np.ones((5, 2, 3)), lengths=[5, 0]), "expects lengths from 1 to 5, got 0 at index 1"),
        (lambda f: f(np.ones((5, 2, 3)), lengths=[6, 1]), "expects lengths from 1 to 5, got 6 at index 0"),
        (lambda f: f(np.ones((5, 3)), lengths=[5]), "expects lengths with a batch of sequences"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_the_layer_what_it_expects_and_what_came(call, message):
    layer = LSTM(3, 6, num_layers=2, bidirectional=True)
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        call(layer)
    assert str(error.value).startswith(repr(layer))


@KINDS
def test_the_batch_comes_first_in_messages_where_it_does_in_the_input(kind):
    with pytest.raises(ValueError, match=re.escape("batch_first=True) expects (batch, time, 3) or (time, 3), got (2,")):
        kind(3, 4, batch_first=True)(np.ones((2, 5, 4)))
    with pytest.raises(ValueError, match=re.escape("got (2, 0, 3)")):
        kind(3, 4, batch_first=True)(np.ones((2, 0, 3)))


@KINDS
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"input_size": 0}, ValueError, "input_size expects a whole number of at least 1, got 0"),
        ({"hidden_size": 2.5}, TypeError, "hidden_size expects a whole number, got float"),
        ({"num_layers": 0}, ValueError, "num_layers expects a whole number of at least 1"),
        ({"bias": "no"}, TypeError, "bias expects True or False, got 'no'"),
        ({"batch_first": 1}, TypeError, "batch_first expects True or False"),
        ({"dropout": 1.5}, ValueError, "dropout expects a finite number >= 0 and <= 1, got 1.5"),
        ({"bidirectional": None}, TypeError, "bidirectional expects True or False"),
        ({"dtype": int}, TypeError, "dtype expects a floating-point dtype, got int64"),
        ({"rng": "seed"}, TypeError, "rng expects a whole number"),
    ],
)
def test_bad_arguments_are_named(kind, arguments, error, message):
    with pytest.raises(error, match=message):
        kind(**{"input_size": 4, "hidden_size": 6, **arguments})


def test_arguments_that_one_layer_has():
    with pytest.raises(ValueError, match="RNN expects nonlinearity 'tanh' or 'relu', got 'sin'"):
        RNN(2, 3, nonlinearity="sin")
    with pytest.raises(ValueError, match="from_torch expects LSTM with proj_size=0, got 2"):
        from_torch(torch.nn.LSTM(3, 4, proj_size=2))
    assert from_torch(torch.nn.RNN(2, 3, nonlinearity="relu")).nonlinearity == "relu"
