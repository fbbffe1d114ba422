"""What `gyeop train` can learn: data to learn from and to be judged by, a network that fits them, its loss."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional
from torch.utils.data import Dataset, TensorDataset

from .. import data, models
from ..text import Characters, NGram

CONTEXT, STRIDE = 64, 8  # of the text's windows: characters in one, and from one's start to the next one's


class Shifted(Dataset):
    """Images (n, channels, height, width) that are moved by up to `pixels` each time they are looked at.

    As `augment.shift`, but with draws from torch's generator, so that a run that is resumed sees the same images.
    """

    def __init__(self, images, labels, pixels):
        self.framed, self.labels, self.pixels = functional.pad(images, [pixels] * 4), labels, pixels
        self.height, self.width = images.shape[2:]

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        down, right = torch.randint(2 * self.pixels + 1, (2,)).tolist()
        return self.framed[i, :, down : down + self.height, right : right + self.width], self.labels[i]


@dataclass
class Task:
    """`unit` says what a sample is, `baseline` what a simpler method reaches."""

    train: Shifted | TensorDataset
    held_out: TensorDataset
    model: torch.nn.Module
    loss: Callable
    unit: str
    baseline: str = ""


def make(name, model, shift, seed):
    """The task of that data set, with the model of that name, None for the one that suits the data."""
    if (name == "constitution") != (model == "gpt") and model is not None:
        raise ValueError(f"--model {model} does not fit --data {name}: gpt is for texts, cnn and mlp are for images")
    if name == "constitution":
        if shift:
            raise ValueError(f"--shift {shift} does not fit --data {name}, which has no images")
        return text_task(seed)
    return image_task(images(name), model or "cnn", shift, seed)


def images(name):
    """A `Split` of images (n, 1, height, width)."""
    if name == "digits":
        x, y = data.load_digits()
        split, size = data.train_test_split(x, y, rng=0), 8
    else:
        split, size = (
            data.load_fashion_mnist() if name == "fashion-mnist" else data.load_mnist(name == "mnist-full"),
            28,
        )
    x_train, y_train, x_test, y_test = map(torch.from_numpy, split)
    return x_train.reshape(-1, 1, size, size), y_train, x_test.reshape(-1, 1, size, size), y_test


def image_task(split, model, shift, seed):
    x_train, y_train, x_test, y_test = split
    size = x_train.shape[-1]
    shift = (2 if size == 28 else 0) if shift is None else shift
    if shift >= size:
        raise ValueError(f"--shift {shift} does not fit images of {size} x {size} pixels")
    network: torch.nn.Module
    if model == "cnn":
        network = models.CNN(channels=(16, 32, 64)[: 3 if size == 28 else 2], image_size=(size, size), rng=seed)
    else:
        network = torch.nn.Sequential(torch.nn.Flatten(), models.MLP([size * size, 128, 64, 10], rng=seed))
    train = Shifted(x_train, y_train, shift) if shift else TensorDataset(x_train, y_train)
    return Task(train, TensorDataset(x_test, y_test), network, functional.cross_entropy, "images")


def text_task(seed):
    """The letters of a text: of each window, from each letter, the one after it. The last tenth is held out."""
    text = data.load_constitution()
    end = len(text) * 9 // 10
    tokenizer = Characters(text[:end])
    train, held_out = (torch.from_numpy(tokenizer.encode(part)) for part in (text[:end], text[end:]))
    counted = NGram(3).fit(train.tolist(), vocabulary=list(range(len(tokenizer))))
    by_counting = torch.tensor(counted.perplexity(held_out.tolist())).log().item()
    return Task(
        windows(train, STRIDE),
        windows(held_out, CONTEXT),
        models.GPT(len(tokenizer), context=CONTEXT, dropout=0.1, rng=seed),
        next_token_loss,
        f"windows of {CONTEXT} letters",
        f"a model that counts groups of 3 letters has {by_counting:.3f}",
    )


def windows(tokens, stride):
    cut = tokens.unfold(0, CONTEXT + 1, stride)
    return TensorDataset(cut[:, :-1], cut[:, 1:])


def next_token_loss(logits, target):
    """Cross-entropy over all places: logits (batch, time, vocabulary), target (batch, time)."""
    return functional.cross_entropy(logits.flatten(0, 1), target.flatten())
