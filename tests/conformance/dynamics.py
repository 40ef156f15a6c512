#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""masterdyn through the public element: flat at rest, its curves and times, ripple and distortion, the clipper, make-up.

  dynamics.py [--write]
Expected values are closed forms: the bilinear all-pass, the curves of Giannoulis, Massberg and Reiss (JAES 60(6), 2012),
1 - 1/e of the way for times. GStreamer's audiodynamic stands beside ours.
"""
import sys

import numpy as np

import conformance

conformance.need_element("masterdyn")

import bs1770  # noqa: E402
import gstrun  # noqa: E402
import signals  # noqa: E402

RATE = 48000
HEADER = ["what", "setting", "promised", "measured", "verdict"]
CROSSOVERS = ((120, 1000, 5000), (200, 600, 2000), (40, 80, 160), (900, 1000, 1100), (20, 7000, 20000))
LOOKAHEAD = 7.99 / RATE * 1000  # rounded up to a group of 8: gain and signal meet
AES17_DB = 10 * np.log10(2)  # full-scale power over that of a sine, which reads 0 dB


def process(x, settings, rate=RATE):
    x = np.asarray(x, dtype=np.float32)
    done = gstrun.run(x, rate, f"masterdyn {settings}", block=1000)
    if done.samples.shape != x.reshape(len(x), -1).shape:
        raise AssertionError(f"{len(x)} frames in, {len(done.samples)} out")
    return done.samples.astype(float)


def allpass(frequency_hz, splits, rate):
    """Closed form of what bands that are compensated add up to, as the bilinear transform has it."""
    response = np.ones(len(frequency_hz), complex)
    for f0 in splits:
        f0 = min(f0, 0.45 * rate)
        s = 1j * np.tan(np.pi * frequency_hz / rate) / np.tan(np.pi * f0 / rate)
        response *= (s * s - np.sqrt(2) * s + 1) / (s * s + np.sqrt(2) * s + 1)
    return response


def deviation(measured, expected):
    """(dB, degrees): the worst of both."""
    ratio = measured / expected
    return np.abs(20 * np.log10(np.abs(ratio))).max(), np.abs(np.angle(ratio, deg=True)).max()


def flatness(bands, rate):
    """The worst over all crossover settings, from 10 Hz to 0.45 of the rate."""
    worst = np.zeros(2)
    n = 1 << 18
    for splits in CROSSOVERS:
        splits = splits[: bands - 1]
        x = np.zeros(n, np.float32)
        x[0] = 1.0
        names = " ".join(f"crossover{i + 1}={f}" for i, f in enumerate(splits))
        y = process(x, f"num-bands={bands} {names}", rate)[:, 0]
        f = np.arange(1, n // 2) * rate / n
        inside = (f >= 10) & (f <= 0.45 * rate)
        spectrum = np.fft.rfft(y)[1 : n // 2]
        worst = np.maximum(worst, deviation(spectrum[inside], allpass(f[inside], splits, rate)))
    return worst


def row(what, setting, promised, limit, measured, form):
    ok = np.isfinite(measured) and measured <= limit
    return [what, setting, promised, form.format(measured), "ok" if ok else "MISS"]


def rest_rows():
    rows = []
    for rate in (44100, 48000, 192000):
        for bands in (2, 3, 4):
            db, degrees = flatness(bands, rate)
            setting = f"{bands} bands, {rate / 1000:g} kHz"
            rows.append(row("flat at rest, dB", setting, "0.001", 0.001, db, "{:.4f}"))
            # 0.01 degrees: what rounding the impulse response to float leaves
            rows.append(row("its phase against the all-pass, degrees", setting, "0.01", 0.01, degrees, "{:.4f}"))
    x = signals.music_like(RATE, 3.0).astype(np.float32)
    for setting in ("", "mid-side=true", "lookahead=5 auto-makeup=true clip=3 clip-level=4", "band0::ratio=20 band0::threshold=0 band0::knee=0"):
        differ = int(np.sum(process(x, setting).astype(np.float32).view(np.uint32) != x.view(np.uint32)))
        rows.append(row("one band at rest, samples that differ", setting or "defaults", "0", 0, differ, "{:d}"))
    rows.append(row("mix=0 against the all-passed dry signal, dB", "4 bands, 24 dB of reduction", "-120", -120.0, mix_zero_db(x), "{:.0f}"))
    return rows


def mix_zero_db(x):
    """Residual power over the signal's. The dry signal goes through the all-pass in the frequency domain."""
    n = 1 << 19
    f = np.arange(n // 2 + 1) * RATE / n
    f[-1] -= 1e-6  # the tangent at half the rate
    dry = np.fft.irfft(np.fft.rfft(x[:, 0], n) * allpass(f, CROSSOVERS[0], RATE), n)[: len(x)]
    bands = " ".join(f"band{b}::ratio=20 band{b}::threshold=-60 band{b}::range=24 band{b}::makeup=12" for b in range(4))
    y = process(x, f"num-bands=4 mix=0 {bands}")[:, 0]
    return 10 * np.log10(np.sum((y - dry) ** 2) / np.sum(dry**2))


def curve_db(mode, threshold, ratio, knee, level):
    """Gain of the static curve, closed form."""
    past = level - threshold if mode == "downward" else threshold - level
    e = 0.0 if 2 * past <= -knee else past if 2 * past >= knee else (past + knee / 2) ** 2 / (2 * knee)
    slope = ratio - 1 if mode == "expand" else 1 - 1 / ratio
    gain = min(slope * e, 24.0)
    if mode == "upward":  # fades out 40 to 50 dB below the threshold
        return gain * np.clip((level - threshold + 50) / 10, 0, 1)
    return -gain


def steady_gain_db(x, y):
    """Of the last tenth, by power: there it no longer moves."""
    tail = slice(-len(x) // 10, None)
    return 10 * np.log10(np.sum(y[tail] ** 2) / np.sum(x[tail] ** 2))


def curve_error(mode, detector):
    """Worst distance from the closed form. Each level is one channel, not linked; a square wave, whose power and peak are
    constant, so that nothing ripples."""
    levels = np.arange(-78, -3.1, 3.0)
    wave = np.where(np.arange(2 * RATE) // 24 % 2, -1.0, 1.0)
    amplitude = 10 ** ((levels - (AES17_DB if detector == "rms" else 0.0)) / 20)
    x = (wave[:, None] * amplitude[None, :]).astype(np.float32)
    worst = 0.0
    for threshold, ratio, knee in ((-20, 4, 6), (-30, 1.5, 0), (-12, 20, 24)):
        y = process(x, f"link=0 detector={detector} band0::mode={mode} band0::threshold={threshold} band0::ratio={ratio} "
                    f"band0::knee={knee} band0::range=24 band0::attack=5 band0::release=40")
        for c, level in enumerate(levels):
            worst = max(worst, abs(steady_gain_db(x[:, c], y[:, c]) - curve_db(mode, threshold, ratio, knee, level)))
    return worst


def time_error(attack, release):
    """Percent by which attack and release miss their definition, one sample of doubt taken off."""
    up, down, end = 9 * RATE // 2, 13 * RATE // 2, 10 * RATE
    n = np.arange(end)
    level = np.where((n >= up) & (n < down), 0.5, 0.005)
    x = (level * np.where(n // 24 % 2, -1.0, 1.0)).astype(np.float32)
    y = process(x, f"detector=peak lookahead={LOOKAHEAD:.9f} band0::threshold=-50 band0::ratio=1.5 band0::knee=0 band0::range=24 "
                f"band0::attack={attack} band0::release={release}")[:, 0]
    gain = 20 * np.log10(np.abs(y) / level)
    worst = 0.0
    for at, until, set_ms in ((up, down, attack), (down, end, release)):
        before, after = gain[at - 10], gain[until - 10]
        way = (gain[at:until] - before) / (after - before)
        took = np.argmax(way >= 1 - np.exp(-1)) / RATE * 1000
        worst = max(worst, max(0.0, abs(took - set_ms) - 1000 / RATE) / set_ms)
    return 100 * worst


def thd_db(y, frequency):
    """Power of harmonics 2 to 9 over the fundamental's, over whole periods."""
    n = np.arange(len(y))
    amplitude = [np.abs(np.sum(y * np.exp(-2j * np.pi * h * frequency * n / RATE))) for h in range(1, 10)]
    return 10 * np.log10(np.sum(np.square(amplitude[1:])) / amplitude[0] ** 2)


def tone(frequency, level, seconds=4.0):
    return 10 ** (level / 20) * np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)


def compressed_tone(frequency, detector):
    """A tone 12 dB over the threshold at 2:1 with the default times: 6 dB of reduction. Its last second."""
    x = tone(frequency, -6.0)
    y = process(x, f"detector={detector} band0::threshold=-18 band0::ratio=2")[:, 0]
    return x[-RATE:], y[-RATE:]


def ripple_db(x, y):
    """Peak to peak of the gain where the signal is large enough to tell."""
    loud = np.abs(x) > 0.3 * np.abs(x).max()
    gain = 20 * np.log10(np.abs(y[loud] / x[loud]))
    return gain.max() - gain.min()


def audiodynamic_thd():
    """GStreamer's compressor at 6 dB of reduction of the same tone, by bisection of its ratio."""
    x = tone(100, -6.0, 2.0)
    low, high = 0.0, 1.0
    for _ in range(20):
        ratio = (low + high) / 2
        y = gstrun.run(x.astype(np.float32), RATE, f"audiodynamic mode=compressor characteristics=soft-knee threshold=0.126 ratio={ratio}").samples[:, 0]
        y = y[-RATE:].astype(float)
        fundamental = 2 / RATE * np.abs(np.sum(y * np.exp(-2j * np.pi * 100 * np.arange(RATE) / RATE)))
        low, high = (low, ratio) if 20 * np.log10(fundamental) > -12.0 else (ratio, high)
    return thd_db(y, 100)


def tone_rows():
    rows = []
    for detector in ("rms", "peak"):
        for frequency in (50, 100, 1000):
            x, y = compressed_tone(frequency, detector)
            setting = f"{frequency} Hz, {detector}, 6 dB"
            steady = detector == "rms" and frequency >= 1000
            limit = 0.001 if steady else 0.1 if frequency >= 100 else np.inf
            rows.append(row("gain ripple, dB", setting, f"{limit:g}" if limit < np.inf else "none", limit, ripple_db(x, y), "{:.4f}"))
            if frequency == 1000:
                error = abs(steady_gain_db(x, y) + 6.0)
                rows.append(row("reduction of a tone, dB off", setting, "0.05", 0.05, error, "{:.3f}"))
            limit = -60.0 if frequency >= 100 else np.inf
            rows.append(row("THD, dB", setting, "-60" if frequency >= 100 else "none", limit, thd_db(y, frequency), "{:.1f}"))
    rows.append(row("THD of GStreamer's audiodynamic, dB", "100 Hz, soft knee, 6 dB", "none", np.inf, audiodynamic_thd(), "{:.1f}"))
    return rows


def clip_rows():
    """What is below the bend passes bit for bit; a tone far over it loses exactly what it may; aliases of 7 kHz."""
    rows = []
    for clip in (1.0, 3.0):
        x = tone(997, 3.0, 1.0)
        y = process(x, f"clip={clip} clip-level=-3")[:, 0]
        lost = 20 * np.log10(np.abs(x).max() / np.abs(y).max())
        rows.append(row("soft clip takes more than it may, dB", f"clip={clip:g}, 6 dB over", "0.02", 0.02, lost - clip, "{:.3f}"))
        x = tone(997, -3.05 - clip, 1.0).astype(np.float32)
        differ = int(np.sum(process(x, f"clip={clip} clip-level=-3")[:, 0].astype(np.float32) != x))
        rows.append(row("below its bend, samples that differ", f"clip={clip:g}", "0", 0, differ, "{:d}"))
    y = process(tone(7000, -1.0, 2.0), "clip=2 clip-level=-3")[-RATE:, 0]
    spectrum = np.abs(np.fft.rfft(y)) ** 2
    alias = 10 * np.log10(spectrum[13000] / spectrum[7000])  # the fifth harmonic, 35 kHz, folds there
    rows.append(row("soft clip, what folds back, dB", "7 kHz, clip=2, 2 dB over", "-80", -80.0, alias, "{:.0f}"))
    return rows


def makeup_row():
    """Loudness of the second half, which the slow make-up has had time to reach."""
    x = 0.5 * np.tile(signals.music_like(RATE, 6.0), (5, 1))
    y = process(x, "auto-makeup=true band0::threshold=-40 band0::ratio=3")
    half = len(x) // 2
    off = abs(bs1770.integrated(y[half:], RATE) - bs1770.integrated(x[half:].astype(np.float32).astype(float), RATE))
    return row("auto-makeup, change of loudness, LU", "3:1 from -40 dB on music", "0.2", 0.2, off, "{:.2f}")


def curve_rows():
    rows = [row("static curve, dB off the closed form", f"{mode}, {detector}", "0.02", 0.02, curve_error(mode, detector), "{:.4f}")
            for mode in ("downward", "upward", "expand") for detector in ("rms", "peak")]
    return rows + [row("attack and release, % off", f"{attack:g} / {release:g} ms", "2", 2.0, time_error(attack, release), "{:.2f}")
                   for attack, release in ((20, 250), (1, 50), (30, 30), (100, 400))]


def check_planted_faults():
    f = np.arange(20, 20000, 10.0)
    s = 1j * np.tan(np.pi * f / RATE) / np.tan(np.pi * np.array([[200.0], [600.0], [2000.0]]) / RATE)
    low, high = 1 / (s * s + np.sqrt(2) * s + 1) ** 2, s**4 / (s * s + np.sqrt(2) * s + 1) ** 2
    naive = low[0] + high[0] * (low[1] + high[1] * (low[2] + high[2]))  # no all-pass for the lower bands
    db, _ = deviation(naive, allpass(f, (200, 600, 2000), RATE))
    assert db > 1.0, db
    assert row("x", "y", "0.001", 0.001, 0.0011, "{:.4f}")[-1] == "MISS" and row("x", "y", "1", 1.0, np.nan, "{}")[-1] == "MISS"
    x = tone(100, -6.0)[-RATE:]
    assert abs(thd_db(x + 1e-3 * tone(300, -6.0)[-RATE:], 100) + 60.0) < 0.01
    wobbling = x * 10 ** (0.01 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE) / 20)
    assert abs(ripple_db(x, wobbling) - 0.02) < 0.002
    assert abs(curve_db("downward", -20, 4, 6, -8) + 9.0) < 1e-12 and abs(curve_db("expand", -20, 2, 0, -30) + 10) < 1e-12


def main():
    check_planted_faults()
    rows = rest_rows() + curve_rows() + tone_rows() + clip_rows() + [makeup_row()]
    # numbers far below what is promised are sums of roundings
    code = conformance.finish({"laws": conformance.Table(HEADER, rows, 3, tolerance=1.0)}, "dynamics.md")
    return code or int(any(r[-1] != "ok" for r in rows))


if __name__ == "__main__":
    sys.exit(main())
