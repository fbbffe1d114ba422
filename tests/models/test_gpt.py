"""GPT: it sees nothing that comes later, and what it draws is what it was asked for."""

import numpy as np
import pytest
import torch
from torch import nn

from gyeop.models import GPT


def tokens(*shape, below=11, seed=0):
    return torch.randint(below, shape, generator=torch.Generator().manual_seed(seed))


def sharp(**options):
    """A model whose first weights are so large that its predictions differ."""
    gpt = GPT(11, context=8, width=12, heads=3, rng=0, **options)
    with torch.no_grad():
        gpt.token.weight *= 40
        gpt.position.weight *= 40
    return gpt


@pytest.mark.parametrize(("batch", "time"), [(1, 1), (1, 7), (3, 8), (2, 5)])
@pytest.mark.parametrize("layers", [1, 3])
def test_shapes_and_number_of_parameters(batch, time, layers):
    gpt = GPT(11, context=8, width=12, heads=3, layers=layers, rng=0)
    assert gpt(tokens(batch, time)).shape == (batch, time, 11)
    assert gpt.hidden(tokens(batch, time)).shape == (batch, time, 12)
    n = (11 + 8) * 12 + layers * (12 * 12**2 + 13 * 12) + 2 * 12
    assert sum(w.numel() for w in gpt.parameters()) == n


@pytest.mark.parametrize("mode", [True, False])
def test_a_later_token_changes_no_earlier_logit(mode):
    gpt, x = sharp(layers=3).double().train(mode), tokens(1, 8)
    with torch.set_grad_enabled(mode):  # without a graph torch takes another way through the layers
        before = gpt(x)
        for t in range(8):
            other = x.clone()
            other[0, t] = (x[0, t] + 1) % 11
            after = gpt(other)
            assert torch.equal(after[:, :t], before[:, :t])
            assert ((after - before)[0, t:].abs().amax(dim=1) > 1e-6).all()  # and it is seen from there on
            torch.testing.assert_close(gpt(x[:, : t + 1]), before[:, : t + 1], rtol=1e-10, atol=1e-10)


def test_a_block_is_what_the_docstring_says():
    gpt, x = sharp(layers=1).double(), tokens(2, 5)
    block, norm = gpt.blocks.layers[0], gpt.blocks.norm
    h = gpt.token.weight[x] + gpt.position.weight[:5]
    q, k, v = (block.norm1(h) @ block.self_attn.in_proj_weight.T + block.self_attn.in_proj_bias).chunk(3, dim=-1)
    q, k, v = (part.unflatten(2, (3, 4)).transpose(1, 2) for part in (q, k, v))  # (batch, heads, time, width / heads)
    scores = (q @ k.transpose(2, 3) / 2).masked_fill(torch.ones(5, 5).triu(1).bool(), -torch.inf)
    h = h + block.self_attn.out_proj((scores.softmax(dim=-1) @ v).transpose(1, 2).flatten(2))
    h = h + block.linear2(nn.functional.gelu(block.linear1(block.norm2(h))))
    torch.testing.assert_close(gpt.hidden(x), norm(h), rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(gpt(x), norm(h) @ gpt.token.weight.T, rtol=1e-10, atol=1e-10)


def test_weights_are_tied():
    gpt, x = sharp(), tokens(2, 5)
    assert torch.equal(gpt(x), gpt.hidden(x) @ gpt.token.weight.T)
    assert [name for name, w in gpt.named_parameters() if 11 in w.shape] == ["token.weight"]
    gpt(x[:1, :1]).sum().backward()
    unseen = [i for i in range(11) if i != x[0, 0]]
    assert (gpt.token.weight.grad[unseen].abs().sum(dim=1) > 0).all()  # from the scores at the end


def test_vectors_can_take_the_place_of_tokens():
    gpt, x = sharp(), tokens(2, 5)
    torch.testing.assert_close(gpt.hidden(gpt.token(x)), gpt.hidden(x))


def test_first_weights():
    gpt = GPT(500, width=128, layers=8, rng=0)
    block = gpt.blocks.layers[3]
    for w, std in [
        (gpt.token.weight, 0.02),
        (gpt.position.weight, 0.02),
        (block.self_attn.in_proj_weight, 0.02),
        (block.linear1.weight, 0.02),
        (block.self_attn.out_proj.weight, 0.005),
        (block.linear2.weight, 0.005),
    ]:
        assert abs(w.std().item() / std - 1) < 0.03
    assert not torch.equal(block.linear1.weight, gpt.blocks.layers[2].linear1.weight)
    assert (block.linear1.bias == 0).all()
    assert (block.norm1.weight == 1).all()
    loss = nn.functional.cross_entropy(gpt(tokens(4, 64, below=500)).flatten(0, 1), tokens(256, below=500, seed=1))
    assert abs(loss.item() - np.log(500)) < 0.1  # it begins by knowing nothing


# ---------------------------------------------------------------- generate


def test_generate_goes_on_from_what_it_is_given():
    gpt, start = sharp(), tokens(2, 3)
    text = gpt.generate(start, 20, rng=0)
    assert text.shape == (2, 23)
    assert text.dtype == torch.int64
    assert torch.equal(text[:, :3], start)
    assert torch.equal(gpt.generate(start, 0), start)
    assert gpt.generate(np.array([1, 2]), 3, rng=0).shape == (5,)
    assert gpt.generate([[1, 2], [3, 4]], 3, rng=0).shape == (2, 5)


def test_generate_looks_at_the_last_tokens_as_many_as_its_context():
    gpt, seen = sharp(), []
    gpt.register_forward_hook(lambda _, inputs, logits: seen.append((inputs[0], logits)))
    text = gpt.generate(tokens(2, 6), 5, rng=0)
    for (x, logits), t in zip(seen, range(6, 11), strict=True):
        assert torch.equal(x, text[:, max(0, t - 8) : t])
        assert not logits.requires_grad  # no graph is built


def test_generate_is_decided_by_its_seed():
    gpt, start = sharp(), tokens(2, 3)
    state = torch.get_rng_state()
    text = gpt.generate(start, 20, rng=5)
    assert torch.equal(text, gpt.generate(start, 20, rng=5))
    assert torch.equal(text, gpt.generate(start, 20, rng=torch.Generator().manual_seed(5)))
    assert not torch.equal(text, gpt.generate(start, 20, rng=6))
    assert torch.equal(state, torch.get_rng_state())
    assert not torch.equal(gpt.generate(start, 20), gpt.generate(start, 20))


def by_hand(gpt, start, length):
    text = start
    for _ in range(length):
        text = torch.cat([text, gpt(text[:, -8:])[:, -1].argmax(dim=-1, keepdim=True)], dim=1)
    return text


def test_no_temperature_little_temperature_and_one_token_are_greedy():
    gpt, start = sharp().eval(), tokens(5, 3)
    expected = by_hand(gpt, start, 20)
    for options in ({"temperature": 0}, {"temperature": 1e-6}, {"temperature": 1e-310}, {"top_k": 1}):
        assert torch.equal(gpt.generate(start, 20, rng=0, **options), expected)
    assert not torch.equal(gpt.generate(start, 20, rng=0), expected)


def test_of_equals_greedy_takes_the_first():
    gpt = GPT(11, context=8, width=12, heads=3, rng=0)
    with torch.no_grad():
        gpt.token.weight.zero_()  # all logits are 0
    for options in ({"temperature": 0}, {"top_k": 1}):
        assert gpt.generate([5], 3, **options).tolist() == [5, 0, 0, 0]


@pytest.mark.parametrize(
    ("temperature", "top_k"), [(1.0, None), (0.5, None), (3.0, None), (1.0, 3), (2.0, 4), (1.0, 99)]
)
def test_tokens_are_drawn_with_the_right_probabilities(temperature, top_k):
    gpt, start = sharp().eval(), tokens(1, 3)
    logits = gpt(start)[0, -1].detach().double() / temperature
    if top_k is not None:
        logits[logits.argsort(descending=True)[top_k:]] = -torch.inf
    expected, n = logits.softmax(dim=0).numpy(), 4000
    drawn = gpt.generate(start.repeat(n, 1), 1, temperature=temperature, top_k=top_k, rng=0)[:, -1]
    frequency = np.bincount(drawn, minlength=11) / n
    assert (frequency[expected == 0] == 0).all()
    assert (abs(frequency - expected) < 4.5 * np.sqrt(expected * (1 - expected) / n) + 1e-9).all()


def test_generate_uses_no_dropout_and_leaves_the_mode_and_no_graph():
    gpt = sharp(dropout=0.5).train()
    gpt.blocks.layers[0].eval()
    text = gpt.generate(tokens(1, 3), 20, temperature=0)
    assert torch.equal(text, gpt.generate(tokens(1, 3), 20, temperature=0))
    assert gpt.training
    assert not gpt.blocks.layers[0].training
    assert not torch.equal(gpt(tokens(1, 3)), gpt(tokens(1, 3)))
    gpt.eval().dropout.train()  # that of the embeddings alone
    assert not torch.equal(gpt(tokens(1, 3)), gpt(tokens(1, 3)))
    assert gpt.token.weight.grad is None


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, "heads divide, got width 10 and 4 heads", lambda gpt: GPT(5, width=10, heads=4)),
        (ValueError, "dropout expects a finite number >= 0 and < 1, got 1", lambda gpt: GPT(5, dropout=1)),
        (ValueError, r"from 1 to 8 places, its context, got \(1, 9\)", lambda gpt: gpt(tokens(1, 9))),
        (ValueError, "tokens from 0 to 10, got 11 at index \\(0, 1\\)", lambda gpt: gpt(torch.tensor([[10, 11]]))),
        (ValueError, "tokens from 0 to 10, got -1 at index", lambda gpt: gpt(torch.tensor([[-1]]))),
        (ValueError, r"tokens \(batch, time\), got \(3,\)", lambda gpt: gpt(tokens(3))),
        (ValueError, r"shape \(batch, time, 12\), got \(1, 3\)", lambda gpt: gpt(torch.ones(1, 3))),
        (
            ValueError,
            r"from 1 to 8 places, its context, got \(1, 0, 12\)",
            lambda gpt: gpt.hidden(torch.ones(1, 0, 12)),
        ),
        (TypeError, "whole numbers, got torch.bool", lambda gpt: gpt(torch.ones(1, 3, dtype=torch.bool))),
        (ValueError, r"at least one token, got \(1, 0\)", lambda gpt: gpt.generate(torch.zeros(1, 0).long(), 3)),
        (TypeError, "whole numbers, got torch.float32", lambda gpt: gpt.generate([0.5], 3)),
        (ValueError, "temperature expects a finite number >= 0, got -1", lambda gpt: gpt.generate([1], 3, -1)),
        (ValueError, "top_k expects a whole number of at least 1, got 0", lambda gpt: gpt.generate([1], 3, top_k=0)),
        (ValueError, "length expects a whole number of at least 0, got -1", lambda gpt: gpt.generate([1], -1)),
    ],
)
def test_errors_name_what_is_expected_and_what_came(error, message, call):
    with pytest.raises(error, match=message):
        call(sharp())


@pytest.mark.parametrize("seed", range(3))
def test_a_song_is_learned_by_heart(seed):
    song = "곰 세 마리가 한 집에 있어 아빠 곰 엄마 곰 애기 곰 "
    letters = sorted(set(song))
    x = torch.tensor([[letters.index(letter) for letter in song]])
    gpt = GPT(len(letters), context=len(song), width=32, heads=2, layers=1, rng=seed)
    optimizer = torch.optim.Adam(gpt.parameters(), lr=0.01)
    for _ in range(100):
        loss = nn.functional.cross_entropy(gpt(x[:, :-1]).transpose(1, 2), x[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05
    text = gpt.generate(x[0, :4], len(song) - 4, temperature=0)
    assert "".join(letters[i] for i in text) == song
