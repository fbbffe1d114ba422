"""Made voices: one sound for many questions - which digit, which speaker, how they feel, how old they are.

A voice is a source and a filter (G. Fant, Acoustic Theory of Speech Production, 1960): the harmonics of a pitch, made
louder near the resonances of the mouth, the formants. Those of the five vowels are the means of 33 men that G. E.
Peterson and H. L. Barney measured, Control Methods Used in a Study of the Vowels (1952).
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from .._checks import count, generator, number

SAMPLE_RATE = 8000  # samples a second
VOWELS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
}
GLIDES = tuple("".join(pair) for pair in combinations(VOWELS, 2))  # the word for digit d
EMOTIONS = ("calm", "glad", "sad")
_HIGHEST = 3400  # Hz
_WIDTHS, _STRENGTHS = (90, 110, 160), (1.0, 0.7, 0.4)  # of the three formants, in Hz and beside each other


class Tones(NamedTuple):
    """`x, digit, speaker, emotion, age = ...`, or by name. Element i of each belongs to sound i."""

    x: np.ndarray
    digit: np.ndarray
    speaker: np.ndarray
    emotion: np.ndarray
    age: np.ndarray


class _Speaker(NamedTuple):
    """What stays the same from sound to sound: the pitch in Hz, the formants' scale, how fast harmonics fade."""

    pitch: float
    scale: float
    fading: float


LOW, HIGH = _Speaker(95, 0.82, 0.3), _Speaker(210, 1.22, 0.9)


def _say(word, speaker, emotion, age, samples, rng):
    """One sound (samples,), its loudest moment 1."""
    child, old = np.clip((25 - age) / 20, 0, 1), np.clip((age - 25) / 55, 0, 1)
    t = np.linspace(0, 1, samples)
    pitch = speaker.pitch * (1 + 0.5 * child) * rng.uniform(0.95, 1.05)
    pitch = pitch * (1 + (0.0, 0.5, -0.35)[emotion] * rng.uniform(0.7, 1.2) * t)
    tremble = np.sin(2 * np.pi * (7 * samples / SAMPLE_RATE * t + rng.random()))
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.03 * old * tremble)) / SAMPLE_RATE

    order = np.arange(1, int(_HIGHEST / pitch.min()) + 1)[:, None]  # of the harmonics, beside the samples
    frequency = order * pitch
    second = 1 / (1 + np.exp(-14 * (t - rng.uniform(0.45, 0.55))))  # from the first vowel to the second
    resonance = np.zeros(frequency.shape)
    for first_vowel, second_vowel, width, strength in zip(
        *(VOWELS[vowel] for vowel in word), _WIDTHS, _STRENGTHS, strict=True
    ):
        formant = speaker.scale * (1 + 0.2 * child) * (first_vowel * (1 - second) + second_vowel * second)
        resonance += strength / (1 + ((frequency - formant) / width) ** 2)
    loudness = resonance * order**-speaker.fading * (frequency < _HIGHEST)

    voice = (loudness * np.sin(order * phase)).sum(axis=0)
    voice /= np.abs(voice).max()
    voice += 0.12 * old * rng.normal(size=samples)  # breath
    swell = np.minimum(1, np.minimum(t - rng.uniform(0, 0.08), rng.uniform(0.92, 1) - t) / 0.1)
    sound = voice * np.maximum(swell, 0) * (1 + 0.35 * old * tremble)
    return sound / np.abs(sound).max()


def make_tones(n=200, speakers=6, samples=2000, noise=0.01, rng=None):
    """Voices that say digits: a `Tones` of x, digit, speaker, emotion and age.

    x (n, samples) float32 in [-1, 1], at `SAMPLE_RATE` = 8,000 samples a second: a quarter of a second each by default.
    digit (n,) int64, 0 to 9 in turn: digit d is said as the two vowels `GLIDES[d]`, one after the other, so that no
    single vowel tells the digit. speaker (n,) int64 from 0 to speakers - 1, each as often as the others or once more,
    in a random order: a pitch, a length of the mouth and a sharpness, drawn too; those of another seed are other
    speakers. emotion (n,) int64, indices into `EMOTIONS`, as often and in a random order too: the pitch stays, rises or
    falls. age (n,) float64, uniform from 8 to 80: children have higher voices and formants, the old more breath and a
    tremble. Start, end, loudness and tempo vary; `noise` is the size of the normal noise on each number.

    >>> tones = make_tones(20, speakers=2, rng=0)
    >>> tones.x.shape, GLIDES[tones.digit[3]], EMOTIONS[1], np.bincount(tones.speaker).tolist()
    ((20, 2000), 'au', 'glad', [10, 10])
    """
    n, speakers = count(n, "make_tones's n"), count(speakers, "make_tones's speakers")
    samples = count(samples, "make_tones's samples", at_least=400)
    noise, rng = number(noise, "make_tones's noise", at_least=0, at_most=1), generator(rng)
    voices = [_Speaker(*rng.uniform(LOW, HIGH)) for _ in range(speakers)]
    digit = np.arange(n) % len(GLIDES)
    speaker = rng.permutation(np.arange(n) % speakers)
    emotion = rng.permutation(np.arange(n) % len(EMOTIONS))
    age, x = rng.uniform(8, 80, n), np.empty((n, samples), np.float32)
    for i in range(n):
        sound = _say(GLIDES[digit[i]], voices[speaker[i]], emotion[i], age[i], samples, rng)
        x[i] = np.clip(rng.uniform(0.4, 0.95) * sound + noise * rng.normal(size=samples), -1, 1)
    return Tones(x, digit, speaker, emotion, age)
