#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Loudness and true peak at every rate, channel weights in every layout: closed forms, through
the element."""
import sys

import numpy as np

import conformance
from conformance import Row, symmetric

conformance.need_element("loudnessmeter")

import bs1770  # noqa: E402
import gstrun  # noqa: E402
import signals  # noqa: E402
from ebu_meter import measure, worst  # noqa: E402

RATES = (
    8000,
    11025,
    16000,
    22050,
    32000,
    44100,
    48000,
    88200,
    96000,
    176400,
    192000,
    352800,
    384000,
)


def sine_loudness(level_dbfs, frequency, weight=1.0):
    """Closed form: mean square of a sine, BS.1770-5 weight and equation (2), K-weighting at 48
    kHz."""
    return (
        level_dbfs
        - 10 * np.log10(2)
        + 10 * np.log10(weight)
        - 0.691
        + float(bs1770.k_response_db(frequency, 48000))
    )


def band_noise(rate, seconds=3):
    """Noise of a pink slope from 20 Hz to 0.45 fs, but no more than 20 kHz, that repeats itself."""
    n = seconds * rate
    rng = np.random.default_rng(rate)
    f = np.fft.rfftfreq(n, 1 / rate)
    inside = (f >= 20) & (f <= min(0.45 * rate, 20000))
    spectrum = np.where(inside, rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f)), 0)
    x = np.fft.irfft(spectrum / np.sqrt(np.maximum(f, 1)), n)
    return (0.1 * x / np.std(x))[:, None]


def loudness_rows(rate):
    """The curve of 48 kHz is to hold at every rate: the same sound at 48 kHz, by the reference meter."""
    noise = band_noise(rate)
    cases = [
        ("997 Hz 0 dBFS mono", signals.sine(rate, 997, 0, 3, 1), -3.01, sine_loudness(0, 997)),
        ("noise to 0.45 fs", noise, None, bs1770.integrated(bs1770.at_48k(noise, rate), 48000)),
    ]
    engines = {"I": "loudnessmeter"}
    if rate < 36000:  # where libebur128's own curve bends, it hears four times the rate
        engines["I by libebur128"] = "loudnessmeter engine=libebur128"
    for name, x, standard, exact in cases:
        for quantity, description in engines.items():
            final, _ = measure(x, rate, description=description)
            standard_or_exact = round(exact, 2) if standard is None else standard
            yield symmetric(f"{rate} Hz", f"{quantity}, {name}", standard_or_exact, 0.1, exact, 0.02, final["global-loudness"])


def rate_rows():
    rows = []
    for rate in RATES:
        # BS.1770-5 Annex 1: a 0 dBFS sine of 997 Hz in one channel reads -3.01 LKFS, at every rate
        rows.extend(loudness_rows(rate))
        # true peak = amplitude; fs/4 and 0.45 fs, several phases, the worst of them
        for fraction in (0.25, 0.45):
            values = []
            n = np.arange(int(0.5 * rate))
            for phase in np.deg2rad([0, 22.5, 45, 67.5]):
                x = signals.fade(
                    0.5 * np.sin(2 * np.pi * fraction * n + phase)[:, None], 0.05, rate
                )
                values.append(measure(x, rate)[0]["true-peak-db"])
            level = 20 * np.log10(0.5)
            # EBU Tech 3341 allows +0.2/-0.4 dB on its tones
            rows.append(
                Row(
                    f"{rate} Hz",
                    f"TP, {fraction:g} fs",
                    round(level, 2),
                    -0.4,
                    0.2,
                    level,
                    0.05,
                    worst(values, level),
                )
            )
    return rows


def layout_rows():
    rows = []
    # channels in GStreamer's order of the mask; BS.1770-5 Table 4 and Annex 3: 1.41 for 60 <=
    # |azimuth| <= 120 degrees. 5.x rear is at 110 degrees; in 7.1 the sides are at 90 and the
    # rear at 135.
    layouts = {
        "5.0": "L R C rear-L rear-R",
        "5.1": "L R C LFE rear-L rear-R",
        "7.1": "L R C LFE rear-L rear-R side-L side-R",
        "stereo": "L R",
        "mono": "M",
    }
    for layout, names in layouts.items():
        channels, mask = gstrun.MASKS[layout]
        for i, name in enumerate(names.split()):
            x = np.zeros((3 * 48000, channels))
            x[:, i] = signals.sine(48000, 997, -20, 3, 1)[:, 0]
            final, _ = measure(x, mask=mask if channels > 1 else None)
            peak = 20 * np.log10(final["true-peak"][i])
            rows.append(symmetric(f"{layout} {name}", "TP", -20, 0.1, -20, 0.02, peak))
            if name == "LFE":
                if final["global-loudness"] != -np.inf:
                    raise AssertionError("the LFE channel counts")
                continue
            surround = name.startswith("side") or (name.startswith("rear") and layout != "7.1")
            exact = sine_loudness(-20, 997, 1.41 if surround else 1.0)
            rows.append(
                symmetric(
                    f"{layout} {name}",
                    "I",
                    round(exact, 2),
                    0.1,
                    exact,
                    0.02,
                    final["global-loudness"],
                )
            )
    x = signals.sine(48000, 997, -20, 3, 1)
    final, _ = measure(x, description="loudnessmeter dual-mono=true")
    exact = sine_loudness(-20, 997, 2.0)
    rows.append(
        symmetric("dual mono M", "I", round(exact, 2), 0.1, exact, 0.02, final["global-loudness"])
    )
    return rows


def main():
    tables = {
        "rates": conformance.table(rate_rows()),
        "layouts": conformance.table(layout_rows()),
    }
    return conformance.finish(tables, "conformance.md")


if __name__ == "__main__":
    sys.exit(main())
