# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Tonal balance by code that is not ours: third-octave spectra with numpy's FFT, the target read from its data file,
programmes of a known spectrum, and faults planted by sox.

  level        31 values in dB, the mean power of the frames within 10 LU of the mean loudness, sum of the channels;
               NaN where the rate has no band
  deviation    level minus target, aligned at the median over the judged bands
  distance     root mean square of a difference about its mean
"""
import configparser
import os
import subprocess

import numpy as np
import scipy.signal

import bs1770

BANDS = 31
CENTRES = 1000.0 * 10.0 ** ((np.arange(BANDS) - 17) / 10)
EDGES = 1000.0 * 10.0 ** ((np.arange(BANDS + 1) - 17.5) / 10)
PROFILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "gst", "profiles")


def _profile(name):
    file = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    file.read(os.path.join(PROFILES, name + ".profile"), encoding="utf-8")
    return file


def _numbers(group, key):
    return np.array([float(x) for x in group[key].split(";")])


def band_of(hz):
    return int(round(10 * np.log10(hz / 1000.0))) + 17


def target(genre=None):
    """level[31], tolerance[31] and a mask of the judged bands, of released music or a genre."""
    own = _profile(genre) if genre else None
    base = own if own is not None and own.has_section("tone-target") else _profile("music")
    group = base["tone-target"]
    level, tolerance = np.full(BANDS, np.nan), np.zeros(BANDS)
    where = [band_of(hz) for hz in _numbers(group, "frequency")]
    level[where], tolerance[where] = _numbers(group, "level"), _numbers(group, "tolerance")
    judged = np.zeros(BANDS, bool)
    judged[band_of(float(group["judged-from"])):band_of(float(group["judged-to"])) + 1] = True
    if own is not None and own.has_section("tone-modifier"):
        group = own["tone-modifier"]
        level += np.interp(np.log(CENTRES), np.log(_numbers(group, "frequency")), _numbers(group, "level"))
    if own is not None and own.has_section("tone-tolerance"):
        tolerance *= float(own["tone-tolerance"]["value"])
    return level, tolerance, judged


def _band_matrix(size, rate):
    """Share of each bin in each band: a bin is as wide as its distance to the next."""
    low = (np.arange(size // 2 + 1) - 0.5) * rate / size
    high = low + rate / size
    share = np.minimum(high, EDGES[1:, None]) - np.maximum(low, EDGES[:-1, None])
    return np.clip(share * size / rate, 0.0, 1.0)


def level(samples, rate):
    """samples[frames, channels] -> 31 levels in dB."""
    size = 2 ** int(np.ceil(np.log2(0.25 * rate)))
    window, matrix = scipy.signal.get_window("hann", size), _band_matrix(size, rate)
    k = 10 ** (np.array([bs1770.k_response_db(min(f, 0.49 * rate), rate) for f in CENTRES]) / 10)
    k[EDGES[1:] > 0.45 * rate] = 0.0
    power = []
    for start in range(0, len(samples) - size + 1, size // 2):
        x = np.fft.rfft(samples[start:start + size] * window[:, None], axis=0)
        power.append(matrix @ (np.abs(x) ** 2).sum(axis=1) * 2.0 / (size * np.sum(window ** 2)))
    power = np.array(power)
    loudness = bs1770.loudness(power @ k)
    kept = loudness > -70.0
    kept &= loudness > bs1770.loudness(np.mean(power[kept] @ k)) - 10.0
    with np.errstate(divide="ignore"):
        result = 10 * np.log10(power[kept].mean(axis=0))
    result[EDGES[1:] > 0.45 * rate] = np.nan
    return result


def deviation(levels, wanted, judged):
    known = judged & np.isfinite(levels) & np.isfinite(wanted)
    difference = levels - wanted
    return difference - np.median(difference[known])


def distance(a, b, use):
    difference = (a - b)[use & np.isfinite(a - b)]
    return float(np.std(difference))


def noise(level_db, seconds, rate, channels=2, seed=1, peak_db=-6.0):
    """A programme with this third-octave spectrum, louder and softer as music is, the same in every part."""
    rng = np.random.default_rng(seed)
    n = int(seconds * rate)
    hz = np.fft.rfftfreq(n, 1.0 / rate)
    density = np.where(np.isfinite(level_db), level_db, -60.0) - 10 * np.log10(EDGES[1:] - EDGES[:-1])
    shape = 10 ** (np.interp(np.log(np.maximum(hz, 1.0)), np.log(CENTRES), density) / 20)
    shape[(hz < EDGES[0]) | (hz > min(EDGES[-1], 0.49 * rate))] = 0.0
    both = rng.standard_normal(n)
    t = np.arange(n) / rate
    rows = []
    for _ in range(channels):
        x = np.fft.irfft(np.fft.rfft(both + 0.5 * rng.standard_normal(n)) * shape, n)
        rows.append(x * (1.0 + 0.3 * np.sin(2 * np.pi * 0.4 * t)))
    out = np.stack(rows, axis=1)
    return out / np.max(np.abs(out)) * 10 ** (peak_db / 20)


def matched(samples, rate, wanted, judged):
    """The same music with the spectrum of the target, as far as it goes by 15 dB: a linear-phase filter."""
    have = level(samples, rate)
    move = np.where(np.isfinite(have), np.clip(-deviation(have, wanted, judged), -15.0, 15.0), 0.0)
    taps = 2 ** 15 - 1
    hz = np.concatenate([[0.0], CENTRES[CENTRES < 0.5 * rate], [0.5 * rate]])
    gain = np.interp(np.log(np.maximum(hz, 1.0)), np.log(CENTRES), move)
    fir = scipy.signal.firwin2(taps, hz, 10 ** (gain / 20), fs=rate)
    out = scipy.signal.fftconvolve(samples, fir[:, None], axes=0)[taps // 2:taps // 2 + len(samples)]
    return out / np.max(np.abs(out)) * 0.5


def plant(source, destination, *effects):
    """sox SOURCE DESTINATION EFFECTS, 6 dB down first so that nothing clips."""
    subprocess.run(["sox", "-V1", source, "-b", "24", destination, "gain", "-9", *map(str, effects)], check=True)


def equaliser(bands):
    """The bands of a report as gst-launch would have them."""
    line = "mastereq"
    for i, band in enumerate(bands):
        line += f" band{i}::enabled=true band{i}::type={band['type']} band{i}::frequency={band['frequency']!r}"
        line += f" band{i}::gain={band['gain']!r} band{i}::slope={band['slope']}"
        line += f" band{i}::q={band['q']!r}" if "q" in band else ""
    return line


FAULTS = {  # name: sox effects, the word for it, its direction, the bands that hear most of it
    "+6 dB at 300 Hz": (("equalizer", 300, "1q", 6), {"mud", "boxy"}, +1, range(11, 14)),
    "-8 dB above 6 kHz": (("treble", -8, 6000, "0.7q"), {"dull"}, -1, range(26, 29)),
    "+9 dB at 60 Hz": (("equalizer", 60, "0.7q", 9), {"boom"}, +1, range(5, 7)),
}
