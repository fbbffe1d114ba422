"""How a Seq2Seq model writes: the likeliest token each time, or a search along several beginnings at once."""

import torch


def greedy(model, source, max_length):
    """Targets (batch, time) without the start: each token is the likeliest after those before it."""
    memory, padding = model.encode(source)
    target = torch.full((len(source), 1), model.START, device=memory.device)
    for _ in range(max_length):
        best = _log_probabilities(model, target, memory, padding).argmax(dim=-1)
        target = torch.cat([target, best[:, None]], dim=1)
        if _finished(model, target).all():
            break
    return target[:, 1:]


def beam_search(model, source, beam, max_length):
    """(targets (batch, time), their ln p (batch,)); `beam` beginnings of each are kept, (batch, beam, time)."""
    memory, padding = (part.repeat_interleave(beam, dim=0) for part in model.encode(source))
    target = torch.full((len(source), beam, 1), model.START, device=memory.device)
    score = torch.zeros(len(source), beam, dtype=memory.dtype, device=memory.device)
    score[:, 1:] = -torch.inf  # at first all beginnings are the same: one of them counts
    for _ in range(max_length):
        log_p = _log_probabilities(model, target.flatten(0, 1), memory, padding)  # (batch * beam, vocabulary)
        total = score[:, :, None] + log_p.unflatten(0, score.shape)  # (batch, beam, vocabulary)
        score, place = total.flatten(1).topk(beam)  # (batch, beam), best first
        beginning, token = place // log_p.shape[-1], place % log_p.shape[-1]
        target = target.gather(1, beginning[:, :, None].expand_as(target))
        target = torch.cat([target, token[:, :, None]], dim=2)
        if _finished(model, target[:, 0]).all():  # ln p only falls: what is best and finished stays the best
            break
    return target[:, 0, 1:], score[:, 0]


def _log_probabilities(model, target, memory, padding):
    """ln p of the next token (batch, vocabulary). A target is not padded or started; a finished one is only padded."""
    log_p = model.decode(target, memory, padding)[:, -1].log_softmax(dim=-1)
    log_p[:, [model.PAD, model.START]] = -torch.inf
    log_p[_finished(model, target)] = -torch.inf
    log_p[_finished(model, target), model.PAD] = 0.0
    return log_p


def _finished(model, target):
    return (target[..., -1] == model.END) | (target[..., -1] == model.PAD)
