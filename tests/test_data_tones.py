"""Made voices: pitch, vowels, and that what is said about a sound can be learned, but not by a rule of one line."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge, RidgeClassifier

from gyeop import data
from gyeop.data import tones
from gyeop.data.tones import SAMPLE_RATE, VOWELS


def say(word="ai", pitch=120.0, scale=1.0, emotion=0, age=25.0, samples=4000):
    return tones._say(word, tones._Speaker(pitch, scale, 0.5), emotion, age, samples, np.random.default_rng(0))


def pitch_of(sound):
    """The pitch in Hz, from where the sound is most like itself a little later."""
    sound = sound - sound.mean()
    like = np.correlate(sound, sound, "full")[len(sound) :]
    peaks = np.flatnonzero((like[1:-1] > like[:-2]) & (like[1:-1] > like[2:])) + 1
    peaks = peaks[peaks >= SAMPLE_RATE // 400]
    return SAMPLE_RATE / (peaks[like[peaks] > 0.8 * like[peaks].max()][0] + 1)  # two periods later is as like


def test_arrays_and_seeds():
    made, again = data.make_tones(70, rng=3), data.make_tones(70, rng=np.random.default_rng(3))
    for one, other in zip(made, again, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (made.x.shape, made.x.dtype, np.abs(made.x).max() <= 1) == ((70, 2000), np.float32, True)
    assert np.abs(made.x).max(axis=1).min() > 0.35  # none is silent
    assert {a.dtype for a in made[1:4]} == {np.dtype(np.int64)}
    assert np.bincount(made.digit).tolist() == [7] * 10
    assert sorted(np.bincount(made.speaker)) == [11, 11, 12, 12, 12, 12]
    assert sorted(np.bincount(made.emotion)) == [23, 23, 24]
    assert (made.age.min() >= 8, made.age.max() <= 80, made.age.dtype) == (True, True, np.float64)
    assert (made.x != data.make_tones(70, rng=4).x).mean() > 0.9
    quiet = data.make_tones(1, noise=0, rng=0).x
    assert (data.make_tones(1, noise=0.05, rng=0).x - quiet).std() == pytest.approx(0.05, rel=0.1)
    assert data.make_tones(1, samples=500, rng=0).x.shape == (1, 500)
    assert (len(data.GLIDES), len(set(data.GLIDES)), len(data.EMOTIONS)) == (10, 10, 3)


@pytest.mark.parametrize("pitch", [100, 150, 200])
def test_the_pitch_is_that_of_the_speaker(pitch):
    assert pitch_of(say(pitch=pitch)[1000:3000]) == pytest.approx(pitch, rel=0.07)  # it varies by 5 % a sound
    assert pitch_of(say(pitch=pitch, age=8)[1000:3000]) > 1.3 * pitch  # a child


def test_emotion_moves_the_pitch():
    start, end = slice(400, 1400), slice(2600, 3600)
    calm, glad, sad = (pitch_of(s[end]) / pitch_of(s[start]) for s in (say(emotion=e) for e in (0, 1, 2)))
    assert calm == pytest.approx(1, abs=0.08)  # the vowel changes on the way, and with it where the peak is
    assert glad > 1.15
    assert sad < 0.9


@pytest.mark.parametrize("vowel", VOWELS)
@pytest.mark.parametrize("scale", [0.9, 1.1])
def test_the_formants_are_those_of_the_vowels(vowel, scale):
    """The loudest harmonic of each half lies at the first formant of its vowel, within a pitch and a width."""
    other = "i" if vowel != "i" else "a"
    sound = say(vowel + other, pitch=100, scale=scale)
    for word, half in ((vowel, sound[300:1500]), (other, sound[2500:3700])):
        spectrum = np.abs(np.fft.rfft(half * np.hanning(len(half))))
        loudest = spectrum.argmax() * SAMPLE_RATE / len(half)
        assert loudest == pytest.approx(scale * VOWELS[word][0], abs=110)


def test_age_brings_breath_and_a_tremble():
    young, old = (np.abs(np.fft.rfft(say(age=age)))[1800:].mean() for age in (25.0, 80.0))  # above all harmonics
    assert old > 10 * young


def spectrogram(x, width=256, hop=218):
    frames = np.stack([x[:, i : i + width] for i in range(0, x.shape[1] - width + 1, hop)], axis=1)
    return np.log(0.01 + np.abs(np.fft.rfft(frames * np.hanning(width)))).reshape(len(x), -1)


def test_what_a_voice_tells_is_learned_from_its_spectrogram_and_not_from_its_samples():
    """By linear models on 300 sounds after training with 900; guessing is right in 1/10, 1/6 and 1/3."""
    made = data.make_tones(1200, rng=0)
    views = {"samples": made.x.astype(np.float64), "spectrogram": spectrogram(made.x)}
    scores, errors = {}, {}
    for view, x in views.items():
        train, test = data.standardize(x[:900]), data.standardize(x[900:], reference=x[:900])
        for name in ("digit", "speaker", "emotion"):
            y = getattr(made, name)
            model = RidgeClassifier(1000).fit(train, y[:900])
            scores[view, name] = model.score(test, y[900:])
        age = Ridge(1000).fit(train, made.age[:900]).predict(test)
        errors[view] = np.abs(age - made.age[900:]).mean()
    assert scores["spectrogram", "digit"] > 0.85 > 0.3 > scores["samples", "digit"]  # 0.91 to 0.95 seen, and 0.18
    assert scores["spectrogram", "speaker"] > 0.7 > 0.5 > scores["samples", "speaker"]  # 0.77 to 0.88, and 0.32
    assert scores["spectrogram", "emotion"] > 0.7 > 0.5 > scores["samples", "emotion"]  # 0.83, and 0.41
    assert errors["spectrogram"] < 8 < 14 < errors["samples"]  # years: 5 and 18


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.make_tones(0), "n expects a whole number of at least 1, got 0"),
        (lambda: data.make_tones(2.0), "n expects a whole number, got float"),
        (lambda: data.make_tones(5, speakers=0), "speakers expects a whole number of at least 1, got 0"),
        (lambda: data.make_tones(5, samples=10), "samples expects a whole number of at least 400, got 10"),
        (lambda: data.make_tones(5, noise=-1), "noise expects a finite number >= 0 and <= 1, got -1"),
        (lambda: data.make_tones(5, rng=-1), "rng expects a whole number of at least 0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
