"""Seq2Seq: what its decoder may see, that padding is nothing, and what its searches find."""

import itertools
import math

import pytest
import torch
from torch import nn

from gyeop.models import Seq2Seq


def tokens(*shape, below=9, seed=0):
    return torch.randint(3, below, shape, generator=torch.Generator().manual_seed(seed))


def model(layers=2, target_vocabulary=7, rng=0, sharper=1.0, **options):
    made = Seq2Seq(9, target_vocabulary, width=12, heads=3, layers=layers, rng=rng, **options).double()
    with torch.no_grad():
        made.head.weight *= sharper
        made.head.bias[Seq2Seq.END] -= 2  # lest it ends at once
    return made


@pytest.mark.parametrize(("batch", "source_time", "target_time"), [(1, 1, 1), (1, 5, 3), (3, 4, 7)])
@pytest.mark.parametrize("layers", [1, 3])
def test_shapes_and_number_of_parameters(batch, source_time, target_time, layers):
    net = model(layers)
    assert net(tokens(batch, source_time), tokens(batch, target_time, below=7)).shape == (batch, target_time, 7)
    encoder, decoder = layers * (12 * 12**2 + 13 * 12) + 2 * 12, layers * (16 * 12**2 + 19 * 12) + 2 * 12
    assert sum(w.numel() for w in net.parameters()) == (9 + 7) * 12 + encoder + decoder + 7 * 12 + 7


@pytest.mark.parametrize("mode", [True, False])
def test_a_later_target_token_changes_no_earlier_logit(mode):
    net, source, x = model().train(mode), tokens(1, 4), tokens(1, 6, below=7)
    with torch.set_grad_enabled(mode):  # without a graph torch takes another way through the layers
        before = net(source, x)
        for t in range(6):
            other = x.clone()
            other[0, t] = (x[0, t] + 1) % 7
            after = net(source, other)
            torch.testing.assert_close(after[:, :t], before[:, :t], rtol=0, atol=1e-12)
            assert ((after - before)[0, t:].abs().amax(dim=1) > 1e-6).all()  # and it is seen from there on


def test_layers_are_those_of_the_docstring():
    net = model(layers=3)
    for layer in (*net.encoder.layers, *net.decoder.layers):
        assert layer.norm_first
        assert layer.activation is nn.functional.relu
        assert layer.linear1.weight.shape == (4 * 12, 12)
        assert abs(layer.linear1.weight).max() <= (6 / (12 + 48)) ** 0.5  # Xavier's bound
    first, second, _ = (layer.linear1.weight for layer in net.decoder.layers)
    assert not torch.equal(first, second)
    assert abs(net.source_embedding.weight.std() * 12**0.5 - 1) < 0.2


def test_every_source_token_is_seen_from_every_place_and_so_is_its_position():
    net, source, x = model(), tokens(1, 4), tokens(1, 6, below=7)
    before = net(source, x)
    for s in range(4):
        other = source.clone()
        other[0, s] = 3 + (source[0, s] - 2) % 6
        assert ((net(other, x) - before)[0].abs().amax(dim=1) > 1e-6).all()
    assert ((net(source.flip(1), x) - before)[0].abs().amax(dim=1) > 1e-6).all()


@pytest.mark.parametrize("mode", [True, False])
def test_padding_changes_nothing(mode):
    net = model().train(mode)
    lengths, times = (5, 1, 3), (2, 6, 4)
    source, target = tokens(3, 5), tokens(3, 6, below=7)
    for i, (n, t) in enumerate(zip(lengths, times, strict=True)):
        source[i, n:], target[i, t:] = net.PAD, net.PAD
    with torch.set_grad_enabled(mode):
        logits = net(source, target)
        for i, (n, t) in enumerate(zip(lengths, times, strict=True)):
            alone = net(source[i : i + 1, :n], target[i : i + 1, :t])[0]
            torch.testing.assert_close(logits[i, :t], alone, rtol=0, atol=1e-12)


def test_decoding_does_not_depend_on_the_padding_and_the_neighbors():
    net, source = model(sharper=4), tokens(4, 5)
    for i, n in enumerate((5, 1, 3, 2)):
        source[i, n:] = net.PAD
    together, scores = net.beam_search(source, beam=3, max_length=6)
    for i, n in enumerate((5, 1, 3, 2)):
        alone, score = net.beam_search(source[i : i + 1, :n], beam=3, max_length=6)
        length = alone.shape[1]
        assert torch.equal(together[i, :length], alone[0])
        assert (together[i, length:] == net.PAD).all()
        assert abs(scores[i] - score[0]) < 1e-10


def log_probability(net, source, target):
    """ln p(target | source), token by token, from the definition; `target` without its start."""
    written, total = [net.START], 0.0
    for token in target:
        total += net(source, torch.tensor([written]))[0, -1].log_softmax(dim=0)[token].item()
        written.append(token)
    return total


@torch.no_grad()
def best_of_all(net, source, max_length):
    """The likeliest of all targets: ended within max_length tokens, or cut there."""
    words = range(3, net.target_vocabulary)
    targets = [(*body, net.END) for n in range(max_length) for body in itertools.product(words, repeat=n)]
    targets += itertools.product(words, repeat=max_length)
    return max((log_probability(net, source, target), target) for target in targets)


@pytest.mark.parametrize("seed", range(6))
def test_a_beam_as_wide_as_there_are_targets_finds_the_best_of_all(seed):
    net, source = model(target_vocabulary=6, rng=seed, sharper=3).eval(), tokens(1, 3, seed=seed)
    best, expected = best_of_all(net, source, max_length=3)  # of 40 targets
    scores = []
    for beam in (1, 2, 3, 5, 10, 40):
        target, score = net.beam_search(source, beam=beam, max_length=3)
        found = [token for token in target[0].tolist() if token != net.PAD]
        assert abs(score.item() - log_probability(net, source, found)) < 1e-10  # the score is that of what it found
        scores.append(score.item())
    assert tuple(found) == expected
    assert abs(scores[-1] - best) < 1e-10
    assert max(scores) <= best + 1e-10  # a narrower one never scores higher


@torch.no_grad()
def plain_beam_search(net, source, beam, max_length):
    """One source, one list of beginnings: (score, tokens)."""
    kept = [(0.0, [net.START])]
    for _ in range(max_length):
        longer = []
        for score, written in kept:
            if written[-1] == net.END:
                longer.append((score, written))
                continue
            log_p = net(source, torch.tensor([written]))[0, -1].log_softmax(dim=0).tolist()
            longer += [(score + log_p[token], [*written, token]) for token in range(net.END, net.target_vocabulary)]
        kept = sorted(longer, reverse=True)[:beam]
    return kept[0]


@pytest.mark.parametrize("beam", [2, 3])
def test_beam_search_is_the_plain_one(beam):
    for seed in range(8):
        net, source = model(rng=seed, sharper=2).eval(), tokens(3, 4, seed=seed)
        with torch.no_grad():
            net.head.bias[net.END] += 2  # some end at once
        found, scores = net.beam_search(source, beam, max_length=5)
        for i in range(3):
            score, written = plain_beam_search(net, source[i : i + 1], beam, max_length=5)
            assert abs(scores[i] - score) < 1e-10
            assert [token for token in found[i].tolist() if token != net.PAD] == written[1:]


def test_a_wider_beam_finds_more_on_the_whole():
    found = torch.zeros(3)
    for seed in range(20):
        net, source = model(rng=seed, sharper=3), tokens(10, 4, seed=seed)
        found += torch.stack([net.beam_search(source, beam, max_length=5)[1].mean() for beam in (1, 2, 8)])
    assert found[0] + 0.1 < found[1]
    assert found[1] + 0.1 < found[2]


@pytest.mark.parametrize("seed", range(3))
def test_a_beam_of_one_is_greedy(seed):
    net, source = model(rng=seed, sharper=4), tokens(20, 4, seed=seed)
    target, score = net.beam_search(source, beam=1, max_length=6)
    assert torch.equal(target, net.greedy(source, max_length=6))
    assert score.shape == (20,)


@torch.no_grad()
def test_greedy_takes_the_likeliest_token_and_stops_at_the_end():
    targets, lengths = set(), set()
    for seed in range(4):
        net, source = model(rng=seed, sharper=4).eval(), tokens(8, 4, seed=seed)
        target = net.greedy(source, max_length=6)
        for i, row in enumerate(target.tolist()):
            written = [net.START]
            while len(written) < 7 and written[-1] != net.END:
                logits = net(source[i : i + 1], torch.tensor([written]))[0, -1]
                logits[[net.PAD, net.START]] = -torch.inf
                written.append(logits.argmax().item())
            assert row == (written[1:] + [net.PAD] * 6)[: target.shape[1]]
            targets.add(tuple(written))
            lengths.add(len(written))
    assert len(targets) > 5
    assert len(lengths) > 2


def test_decoding_uses_no_dropout_and_leaves_the_mode():
    net, source = model(dropout=0.5, sharper=4).train(), tokens(5, 4)
    assert torch.equal(net.greedy(source, 6), net.greedy(source, 6))
    assert torch.equal(net.beam_search(source, 2, 6)[1], net.beam_search(source, 2, 6)[1])
    assert all(part.training for part in net.modules())
    net.eval().dropout.train()  # that of the embeddings alone
    assert not torch.equal(net(source, source % 7), net(source, source % 7))


def test_attention_is_that_of_the_forward_pass():
    net, source, target = model(layers=2), tokens(2, 5), tokens(2, 3, below=7)
    source[1, 3:] = net.PAD
    maps = net.attention(source, target)
    assert maps.shape == (2, 2, 3, 3, 5)
    torch.testing.assert_close(maps.sum(dim=-1), torch.ones(2, 2, 3, 3, dtype=torch.float64))
    assert (maps[:, 1, :, :, 3:] == 0).all()
    assert (maps[:, 0] > 0).all()
    # by hand, for the first layer: softmax(q k / sqrt(size))
    net.eval()
    layer, (memory, padding) = net.decoder.layers[0], net.encode(source)
    h = net.target_embedding(target) * math.sqrt(12)
    position, feature = torch.arange(3)[:, None].double(), torch.arange(12).double()
    angle = position / 10000 ** ((feature - feature % 2) / 12)
    h = h + torch.where(feature % 2 == 0, angle.sin(), angle.cos())
    later = torch.ones(3, 3, dtype=torch.bool).triu(1)
    y = layer.norm1(h)
    h = h + layer.self_attn(y, y, y, attn_mask=later)[0]
    w, b = layer.multihead_attn.in_proj_weight, layer.multihead_attn.in_proj_bias
    q = (layer.norm2(h) @ w[:12].T + b[:12]).unflatten(2, (3, 4)).transpose(1, 2)
    k = (memory @ w[12:24].T + b[12:24]).unflatten(2, (3, 4)).transpose(1, 2)
    scores = (q @ k.transpose(2, 3) / 2).masked_fill(padding[:, None, None, :], -torch.inf)
    torch.testing.assert_close(maps[0], scores.softmax(dim=-1), rtol=0, atol=1e-12)
    assert not any(layer.multihead_attn._forward_hooks for layer in net.decoder.layers)


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, "heads divide, got width 10 and 4 heads", lambda net: Seq2Seq(9, 9, width=10)),
        (ValueError, "source_vocabulary expects a whole number of at least 3, got 2", lambda net: Seq2Seq(2, 9)),
        (ValueError, "source expects tokens from 0 to 8, got 9", lambda net: net(tokens(1, 2) * 0 + 9, tokens(1, 2))),
        (ValueError, "target expects tokens from 0 to 6, got 7", lambda net: net(tokens(1, 2), tokens(1, 2) * 0 + 7)),
        (TypeError, "source expects tokens, which are", lambda net: net(torch.ones(1, 2), tokens(1, 2))),
        (ValueError, "as many targets as sources, got 2 and 1", lambda net: net(tokens(1, 2), tokens(2, 2, below=7))),
        (ValueError, "a token in every source, .*, got 0 at index 1", lambda net: net.greedy(torch.tensor([[3], [0]]))),
        (ValueError, "beam expects a whole number of at least 1, got 0", lambda net: net.beam_search(tokens(1, 2), 0)),
        (ValueError, "max_length expects a whole number of at least 1", lambda net: net.greedy(tokens(1, 2), 0)),
    ],
)
def test_errors_name_what_is_expected_and_what_came(error, message, call):
    with pytest.raises(error, match=message):
        call(model())


@pytest.mark.parametrize("seed", range(2))
def test_turning_a_word_around_is_learned(seed):
    words = tokens(220, 4, seed=seed)
    start, end = torch.full((220, 1), 1), torch.full((220, 1), 2)
    target = torch.cat([start, words.flip(1), end], dim=1)
    net = Seq2Seq(9, 9, width=32, heads=4, layers=1, rng=seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(70):
        logits = net(words[:200], target[:200, :-1])
        loss = nn.functional.cross_entropy(logits.transpose(1, 2), target[:200, 1:], ignore_index=net.PAD)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    assert (net.greedy(words[200:], 5) == target[200:, 1:]).all(dim=1).float().mean() >= 0.8
