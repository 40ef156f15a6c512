# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Test signals, synthesized from the text of the standards and from closed forms.

Every signal is a float64 array of shape (frames, channels), full scale 1.0. "dBFS" of a sine is
its peak level, as in EBU Tech 3341. Random signals take a seed; the same call always gives the
same samples.
"""
import numpy as np
from scipy import signal as sps

PASS_BAND = 0.4535  # of the sampling rate: the band for which true peak is defined here
AUDIO_BAND_HZ = 20000.0


def lin(db):
    """Amplitude ratio of a level in dB."""
    return 10.0 ** (np.asarray(db, dtype=float) / 20.0)


def frames(seconds, rate):
    return int(round(seconds * rate))


def audio_band(rate):
    """min (20 kHz, 0.43 fs): the band of ordinary programme, in Hz."""
    return min(AUDIO_BAND_HZ, 0.43 * rate)


# --- building blocks ------------------------------------------------------------------------------


def stepped_sine(steps, rate, frequency=1000.0, channels=2):
    """A sine of continuous phase whose peak level follows steps = [(seconds, dBFS or -inf),
    ...]."""
    lengths = np.diff(np.round(np.cumsum([0.0] + [s for s, _ in steps]) * rate).astype(int))
    amplitude = np.concatenate(
        [np.full(n, 0.0 if db == -np.inf else lin(db)) for n, (_, db) in zip(lengths, steps)]
    )
    tone = np.sin(2.0 * np.pi * frequency * np.arange(len(amplitude)) / rate)
    return np.repeat((amplitude * tone)[:, None], channels, axis=1)


def fade(x, seconds, rate):
    """Raised-cosine fade in and out."""
    n = min(frames(seconds, rate), len(x) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
    y = np.array(x, dtype=float)
    y[:n] *= ramp[:, None]
    y[len(y) - n :] *= ramp[::-1, None]
    return y


def band_limit(x, rate, edge_hz, attenuation_db=120.0):
    """Linear-phase Kaiser low-pass, zero delay: nothing above edge_hz (attenuation_db down
    there)."""
    width = max(0.02, min(0.04, 0.5 - edge_hz / rate + 0.02))  # of the sampling rate
    taps, beta = sps.kaiserord(attenuation_db, 2.0 * width)
    taps |= 1
    h = sps.firwin(taps, 2.0 * (edge_hz / rate - width / 2.0), window=("kaiser", beta))
    return sps.oaconvolve(x, h[:, None], mode="same", axes=0)


# --- EBU Tech 3341 (version 4, 2023), Table 1 -----------------------------------------------------


def tech3341_loudness(case, rate=48000):
    """Cases 1-6, 9 and 12, one array each. Case 6 has the channels L R C Ls Rs."""
    if case == 6:
        levels = lin([-28.0, -28.0, -24.0, -30.0, -30.0])
        return stepped_sine([(20.0, 0.0)], rate, channels=5) * levels
    steps = {
        1: [(20, -23)],
        2: [(20, -33)],
        3: [(10, -36), (60, -23), (10, -36)],
        4: [(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)],
        5: [(20, -26), (20.1, -20), (20, -26)],
        9: [(1.34, -20), (1.66, -30)] * 5,
        12: [(0.18, -20), (0.22, -30)] * 25,
    }
    return stepped_sine([(float(s), float(db)) for s, db in steps[case]], rate)


def tech3341_files(case, rate=48000):
    """Cases 10 and 13 (file meters): twenty arrays."""
    step, tone = {10: (0.150, 3.0), 13: (0.020, 0.4)}[case]
    return [
        stepped_sine([(i * step, -np.inf), (tone, -23.0), (1.0, -np.inf)], rate) for i in range(20)
    ]


def tech3341_live(case, rate=48000):
    """Cases 11 and 14 (live meters): list of (array, expected maximum in LUFS), played one after
    the other."""
    step, tone = {11: (0.150, 3.0), 14: (0.020, 0.4)}[case]
    return [
        (
            stepped_sine(
                [(i * step, -np.inf), (tone, -38.0 + i), (tone - i * step, -np.inf)], rate
            ),
            -38.0 + i,
        )
        for i in range(20)
    ]


def tech3341_true_peak(case, rate=48000, seconds=1.0):
    """Cases 15-23, stereo. 15-19 are plain tones; 20-23 hide one louder period between the
    samples."""
    plain = {
        15: (4, 0.50, 0.0),
        16: (4, 0.50, 45.0),
        17: (6, 0.50, 60.0),
        18: (8, 0.50, 67.5),
        19: (4, 1.41, 45.0),
    }
    if case in plain:
        divisor, amplitude, phase = plain[case]
        n = np.arange(frames(seconds, rate))
        # the phase is n * 360 / divisor degrees: reduced exactly, so that the level does not
        # depend on the time
        tone = amplitude * np.sin(2.0 * np.pi * (n % divisor) / divisor + np.deg2rad(phase))
        return fade(np.repeat(tone[:, None], 2, axis=1), 0.010, rate)
    over = 4
    # at 4 fs: fs/6 has 24 samples a period, fs/4 has 16; whole periods keep the phase continuous
    slow = 0.50 * np.sin(2.0 * np.pi * np.arange(24) / 24)
    loud = 1.00 * np.sin(2.0 * np.pi * np.arange(16) / 16)
    half = np.tile(slow, frames(seconds / 2.0, rate) * over // 24)
    dense = np.concatenate([half, loud, half])
    low_pass = sps.firwin(401, 1.0 / over, window=("kaiser", 8.0))
    dense = sps.oaconvolve(dense, low_pass, mode="same")
    tone = dense[case - 20 :: over]
    return fade(np.repeat(tone[:, None], 2, axis=1), 0.010, rate)


# --- EBU Tech 3342, Table 1 -----------------------------------------------------------------------


def tech3342(case, rate=48000):
    levels = {1: [-20, -30], 2: [-20, -15], 3: [-40, -20], 4: [-50, -35, -20, -35, -50]}[case]
    return stepped_sine([(20.0, float(db)) for db in levels], rate)


# --- signals for the limiter ----------------------------------------------------------------------


def music_like(rate, seconds=3.0, seed=1):
    """A synthetic dense mix, peak 1.0, inside the audio band: bass, chords, drums, cymbals;
    different left and right."""
    rng = np.random.default_rng(seed)
    n = frames(seconds, rate)
    t = np.arange(n) / rate
    mix = np.zeros((n, 2))
    for k, root in enumerate([55.0, 65.41, 73.42, 49.0]):  # a bar of bass and chord per root
        a, b = k * n // 4, (k + 1) * n // 4
        gate = fade(np.ones((b - a, 1)), 0.01, rate)
        for ratio, level in [(1, 0.5), (4, 0.16), (5, 0.15), (6, 0.15), (8, 0.1)]:
            for harmonic in range(1, 40):
                f = root * ratio * harmonic * (1 + 1e-4 * rng.standard_normal())
                if f < 0.9 * audio_band(rate):
                    pan = 0.5 if ratio == 1 else rng.uniform(0.2, 0.8)
                    tone = np.sin(2 * np.pi * (f * t[a:b, None] + rng.random())) * gate
                    mix[a:b] += tone * (level / harmonic * np.sqrt([1 - pan, pan]))

    def hit(at, length, shape):
        a, b = frames(at, rate), min(n, frames(at + length, rate))
        if b > a:
            mix[a:b] += shape(np.arange(b - a) / rate)

    for beat in np.arange(0.05, seconds, 0.5):
        hit(
            beat,
            0.3,
            lambda u: (
                1.6 * np.sin(2 * np.pi * (50 * u + 3 * (1 - np.exp(-u / 0.02)))) * np.exp(-u / 0.08)
            )[:, None]
            * [1, 1],
        )
        hit(
            beat + 0.25,
            0.2,
            lambda u: rng.standard_normal((len(u), 2)) * 0.5 * np.exp(-u / 0.05)[:, None],
        )
    for beat in np.arange(0.05, seconds, 0.125):
        hit(
            beat,
            0.08,
            lambda u: np.diff(rng.standard_normal((len(u) + 1, 2)), axis=0)
            * 0.25
            * np.exp(-u / 0.015)[:, None],
        )
    mix = fade(band_limit(mix, rate, audio_band(rate)), 0.02, rate)
    return mix / np.abs(mix).max()


def white_noise(rate, seconds=2.0, seed=2):
    x = np.random.default_rng(seed).standard_normal((frames(seconds, rate), 2))
    return x / np.abs(x).max()


def random_sequence(rate, seconds=2.0, seed=3):
    """Random samples of +1 and -1: the hardest ordinary signal for an inter-sample peak meter."""
    return np.random.default_rng(seed).choice([-1.0, 1.0], size=(frames(seconds, rate), 2))


def noise_bursts(rate, seconds=2.0, seed=4):
    """Band-limited noise, 5 ms bursts with soft edges every 60 ms, silence between."""
    x = band_limit(white_noise(rate, seconds, seed), rate, audio_band(rate))
    t = np.arange(len(x)) / rate % 0.060
    gate = np.where(t < 0.005, np.sin(np.pi * t / 0.005) ** 2, 0.0)
    y = x * gate[:, None]
    return y / np.abs(y).max()


def gated_bursts(rate, seconds=2.0, seed=5):
    """Bursts of noise and of a 1 kHz tone, switched on and off from one sample to the next (full
    band)."""
    x = white_noise(rate, seconds, seed)
    t = np.arange(len(x)) / rate
    tone = np.cos(2 * np.pi * 997.0 * t)
    slot = (t / 0.050).astype(int)
    source = np.where((slot % 2 == 0)[:, None], x / 2, tone[:, None])
    return source * (t % 0.050 < 0.010)[:, None]


def tone_ladder(rate, fractions, seconds=0.25, seed=6):
    """Soft-edged tones at the given fractions of the sampling rate, each at several phases."""
    rng = np.random.default_rng(seed)
    n = np.arange(frames(seconds, rate))
    parts = []
    for fraction in fractions:
        phases = 2 * np.pi * rng.random(2)
        tone = np.stack([np.sin(2 * np.pi * fraction * n + p) for p in phases], axis=1)
        parts.append(fade(tone, seconds / 5, rate))
    return np.concatenate(parts)


def loud_edges(rate, seconds=0.5, seed=7):
    """In-band noise and tone at full level in the very first and the very last sample."""
    x = band_limit(white_noise(rate, seconds + 0.2, seed), rate, audio_band(rate))
    x = x[frames(0.1, rate) :][: frames(seconds, rate)]
    x = x / np.abs(x).max()
    t = np.arange(len(x)) / rate
    x[:, 1] = np.cos(2 * np.pi * 997.0 * t)
    quiet = np.abs(t - seconds / 2) < seconds / 4
    x[quiet] *= 0.05
    x[0], x[-1] = [1.0, 1.0], [-1.0, -1.0]
    return x


def limiter_signals(rate):
    """Name -> (samples of peak about 1, class). Classes: audio = to min (20 kHz, 0.43 fs), pass =
    to 0.4535 fs, full = full-band noise, edge = anything else that reaches half the sampling
    rate."""
    edge = audio_band(rate)
    tones = np.array([0.02, 0.1, 0.2, 0.25, 1 / 3, 0.4, 0.43, 0.44, 0.45])
    audio_tones = np.append(tones[tones < edge / rate], edge / rate)
    music = music_like(rate)
    clipped = band_limit(np.clip(4.0 * music, -1.0, 1.0), rate, edge)
    noise = band_limit(white_noise(rate), rate, edge)
    sequence = band_limit(random_sequence(rate), rate, edge)
    pass_edge = PASS_BAND * rate
    table = {
        "music": (music, "audio"),
        "clipped music": (clipped, "audio"),
        "white noise": (noise, "audio"),
        "random +-1 sequence": (sequence, "audio"),
        "noise bursts": (noise_bursts(rate), "audio"),
        "gated bursts, band-limited": (band_limit(gated_bursts(rate), rate, edge), "audio"),
        "tones to 20 kHz": (tone_ladder(rate, audio_tones), "audio"),
        "tones to 0.45 fs": (tone_ladder(rate, tones[tones > edge / rate]), "pass"),
        "white noise to 0.4535 fs": (band_limit(white_noise(rate), rate, pass_edge), "pass"),
        "random +-1 to 0.4535 fs": (band_limit(random_sequence(rate), rate, pass_edge), "pass"),
        "white noise, full band": (white_noise(rate, 6.0), "full"),
        "random +-1, full band": (random_sequence(rate), "edge"),
        "gated bursts, full band": (gated_bursts(rate), "edge"),
        "loud first and last sample": (loud_edges(rate), "edge"),
    }
    return {name: (x / np.abs(x).max(), kind) for name, (x, kind) in table.items()}


def sine(rate, frequency, level_dbfs, seconds, channels=2, phase=0.0):
    n = np.arange(frames(seconds, rate))
    return np.repeat(
        (lin(level_dbfs) * np.sin(2 * np.pi * frequency * n / rate + phase))[:, None],
        channels,
        axis=1,
    )


def smpte_imd(rate, level_dbfs, seconds, channels=2):
    """SMPTE RP 120: 60 Hz and 7 kHz, amplitudes 4:1; level_dbfs is the peak of the sum."""
    x = 0.8 * sine(rate, 60.0, 0.0, seconds, channels) + 0.2 * sine(
        rate, 7000.0, 0.0, seconds, channels
    )
    return lin(level_dbfs) * x
