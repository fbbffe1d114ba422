"""The book's spine: the same weights give the same numbers by hand, by our autograd and by torch, all gradients too."""

import numpy as np
import pytest
import torch

import gyeop
from gyeop import models, nn
from gyeop.autograd import Tensor
from gyeop.bridge import from_torch, to_torch

EXACT = {"rtol": 1e-9, "atol": 1e-12}


class ByHand(nn.Module):
    """A network of gyeop.nn with the parts and the weights of one of torch's: the parts have the same names."""

    def __init__(self, theirs, *parts):
        super().__init__()
        for name in parts:
            setattr(self, name, from_torch(getattr(theirs, name)))


def assert_same_gradients(ours, theirs):
    """Those of all parameters, by name."""
    expected = dict(theirs.named_parameters())
    paths = [path for path, _ in ours.named_parameters()]
    assert sorted(paths) == sorted(expected)
    for path, parameter in ours.named_parameters():
        np.testing.assert_allclose(parameter.grad, expected[path].grad.numpy(), **EXACT, err_msg=path)


def both_ways(ours, theirs, x, y):
    """Forward and back on both sides, from x: an array of floats, which gets a gradient, or of tokens."""
    floats = x.dtype.kind == "f"
    a = Tensor(x, requires_grad=True) if floats else x
    b = torch.tensor(x, requires_grad=floats)
    logits, expected = ours(a), theirs(b)
    np.testing.assert_allclose(logits.data, expected.detach().numpy(), **EXACT)
    classes = logits.shape[-1]
    nn.CrossEntropyLoss()(logits.reshape(-1, classes), y.reshape(-1)).backward()
    torch.nn.functional.cross_entropy(expected.reshape(-1, classes), torch.tensor(y).reshape(-1)).backward()
    if floats:
        np.testing.assert_allclose(a.grad, b.grad.numpy(), **EXACT)
    assert_same_gradients(ours, theirs)


@pytest.mark.parametrize("sizes", [[5, 3], [5, 7, 4, 3]])
def test_mlp_three_ways(rng, sizes):
    mlp = gyeop.MLP(sizes, activation=gyeop.activations.tanh, rng=0, dtype=np.float64)
    theirs = to_torch(mlp)
    ours = from_torch(theirs.layers)  # the network of gyeop.nn
    x, y = rng.normal(size=(6, 5)), rng.integers(3, size=6)
    np.testing.assert_allclose(mlp.forward(x), theirs(torch.tensor(x)).detach().numpy(), **EXACT)
    both_ways(ours, theirs.layers, x, y)
    for gradients, name in zip(mlp.gradients(x, y), ("weight", "bias"), strict=True):
        by_graph = [getattr(layer, name).grad for layer in vars(ours).values() if isinstance(layer, nn.Linear)]
        for by_equations, g in zip(gradients, by_graph, strict=True):
            np.testing.assert_allclose(by_equations, g, **EXACT)


class OurCNN(ByHand):
    def forward(self, x):
        return self.head(self.features(x))


@pytest.mark.parametrize("mode", [True, False])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_cnn(rng, mode, batch_norm):
    theirs = models.CNN(4, (3, 5), 2, (9, 6), torch.nn.Tanh, batch_norm, rng=0).double()
    x, y = rng.normal(size=(7, 2, 9, 6)), rng.integers(4, size=7)
    theirs(torch.tensor(x))  # batch norm's running statistics are no longer those it was made with
    ours = OurCNN(theirs.train(mode), "features", "head")
    both_ways(ours, theirs, x, y)
    for path, array in ours.state_dict().items():
        np.testing.assert_allclose(array, theirs.state_dict()[path].numpy(), **EXACT, err_msg=path)
    back = models.CNN(4, (3, 5), 2, (9, 6), torch.nn.Tanh, batch_norm).double()
    back.features, back.head = to_torch(ours.features), to_torch(ours.head)
    x = torch.tensor(x)
    np.testing.assert_allclose(back.train(mode)(x).detach(), theirs(x).detach(), **EXACT)


class OurLSTMClassifier(ByHand):
    def forward(self, x):
        x = self.embedding(x) if hasattr(self, "embedding") else x
        _, (h, _) = self.lstm(x)
        if self.lstm.bidirectional:
            return self.head(gyeop.autograd.concatenate([h[-2], h[-1]], axis=1))
        return self.head(h[-1])


@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (2, False), (2, True)])
@pytest.mark.parametrize("vocabulary", [None, 7])
def test_lstm_classifier(rng, layers, bidirectional, vocabulary):
    theirs = models.LSTMClassifier(3, 4, 5, layers, bidirectional, vocabulary=vocabulary, rng=0).double()
    parts = ("lstm", "head") if vocabulary is None else ("embedding", "lstm", "head")
    x = rng.normal(size=(6, 8, 3)) if vocabulary is None else rng.integers(7, size=(6, 8))
    both_ways(OurLSTMClassifier(theirs, *parts), theirs, x, rng.integers(4, size=6))


class OurStack(nn.Module):
    """TransformerEncoder or TransformerDecoder: layers and a norm."""

    def __init__(self, theirs):
        super().__init__()
        self.layers = nn.Sequential()
        for name, layer in theirs.layers.named_children():
            setattr(self.layers, name, from_torch(layer))
        self.norm = from_torch(theirs.norm)

    def forward(self, x, *inputs, **masks):
        for _, layer in self.layers.named_children():
            x = layer(x, *inputs, **masks)
        return self.norm(x)


def later(time):
    return np.triu(np.ones((time, time), dtype=bool), 1)


class OurGPT(ByHand):
    def __init__(self, theirs):
        super().__init__(theirs, "token", "position")
        self.blocks = OurStack(theirs.blocks)

    def forward(self, x):
        h = self.token(x) + self.position(np.arange(x.shape[1]))
        h = self.blocks(h, src_mask=later(x.shape[1]))
        return h @ self.token.weight.transpose()


def test_gpt(rng):
    theirs = models.GPT(11, context=9, width=8, heads=2, layers=2, rng=0).double()
    x, y = rng.integers(11, size=(2, 3, 9))
    both_ways(OurGPT(theirs), theirs, x, y)


class OurSeq2Seq(ByHand):
    def __init__(self, theirs):
        super().__init__(theirs, "source_embedding", "target_embedding", "head")
        self.encoder, self.decoder = OurStack(theirs.encoder), OurStack(theirs.decoder)
        self.position = nn.PositionalEncoding(theirs.width, dropout=0.0, batch_first=True)

    def forward(self, source, target):
        width, padding = self.position.d_model, source == 0
        source = self.position(self.source_embedding(source) * width**0.5)
        target = self.position(self.target_embedding(target) * width**0.5)
        memory = self.encoder(source, src_key_padding_mask=padding)
        mask = later(target.shape[1])
        return self.head(self.decoder(target, memory, tgt_mask=mask, memory_key_padding_mask=padding))


def test_seq2seq(rng):
    theirs = models.Seq2Seq(9, 7, width=8, heads=2, rng=0).double()
    source, target, y = (rng.integers(3, n, size=(3, t)) for n, t in ((9, 5), (7, 6), (7, 6)))
    source[1, 3:] = 0
    ours = OurSeq2Seq(theirs)

    class Given:
        """The target alone is what `both_ways` calls them on."""

        def __init__(self, network, source):
            self.network, self.source = network, source
            self.named_parameters = network.named_parameters

        def __call__(self, target):
            return self.network(self.source, target)

    both_ways(Given(ours, source), Given(theirs, torch.tensor(source)), target, y)
