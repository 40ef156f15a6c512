#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Which limiter settings harm real music least? Drives mixes to one loudness under one ceiling
and grades the harm.

  limiter_choice.py [--grid] [--write] [--seconds N] [SETTINGS ...]
Every limiter gets, per mix, the gain that makes its output read -10 LUFS with a ceiling of -1
dBTP; the result is graded by the noise-to-mask ratio (tests/lib/nmr.py) against the unlimited mix
at equal loudness. Peers: x42 dpl in true-peak mode (10 and 50 ms release) and ffmpeg's alimiter,
in the same run. The default settings must beat all of them in mean and 95th percentile. SETTINGS
are extra property lists, e.g. "hold=5 release=30"; --grid walks around the defaults.
"""
import argparse
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "conformance"))

import conformance  # noqa: E402

conformance.need_element("truepeaklimit")

import bs1770  # noqa: E402
import document  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import nmr  # noqa: E402
import peers  # noqa: E402
import truepeak_reference  # noqa: E402

TARGET_LUFS, CEILING = -10.0, -1.0
NEAR_LU = 0.03
QUIET_LUFS = -28.0
HEADER = [
    "limiter",
    "mean NMR dB",
    "95th percentile dB",
    "total NMR dB",
    "true peak - ceiling dB",
    "drive dB",
]
GRID = {
    "lookahead": (0.5, 1.0, 1.5, 3.0, 5.0),
    "hold": (0, 3, 5, 10, 15),
    "release": (10, 20, 40, 60, 100, 200),
    "link": (0, 0.5, 0.75, 1),
    "safe": ("true", "false"),
    "auto-release": ("true", "false"),
}


def ours(settings):
    def run(x, rate, gain):
        description = f"truepeaklimit ceiling={CEILING} input-gain={gain:.6f} {settings}"
        return gstrun.run(x, rate, description, block=8192).samples.astype(float)

    return run


PEERS = {
    "x42 dpl, release 10 ms": lambda x, rate, gain: peers.dpl(x, rate, gain, CEILING, 10.0),
    "x42 dpl, release 50 ms": lambda x, rate, gain: peers.dpl(x, rate, gain, CEILING, 50.0),
    "ffmpeg alimiter": lambda x, rate, gain: peers.alimiter(x, rate, gain, CEILING),
}


def land(run, x, rate, guess):
    """(output, gain in dB) whose loudness is TARGET_LUFS within NEAR_LU; secant steps, the
    loudness rises with gain."""
    gain, previous = guess, None
    for _ in range(10):
        y = run(x, rate, gain)
        error = TARGET_LUFS - bs1770.integrated(y, rate)
        if abs(error) <= NEAR_LU:
            return y, gain
        slope = 0.7
        if previous is not None and gain != previous[0]:
            slope = float(np.clip((previous[1] - error) / (gain - previous[0]), 0.15, 1.0))
        previous = (gain, error)
        gain = float(np.clip(gain + error / slope, 0.0, 24.0))
    return y, gain


def grade(run, mixes, guesses):
    """Per mix: (mean, p95, total, overshoot, gain, landed?)."""
    rows = []
    for i, (_, x, rate) in enumerate(mixes):
        y, gain = land(run, x, rate, guesses[i])
        guesses[i] = gain
        result = nmr.grade(x, y, rate)
        rows.append(
            (
                result.mean_db,
                result.p95_db,
                result.total_db,
                truepeak_reference.true_peak_db(y) - CEILING,
                gain,
                bs1770.integrated(y, rate),
            )
        )
    return np.array(rows)


def table_row(label, rows):
    return [label] + [
        f"{v:.2f}"
        for v in (
            rows[:, 0].mean(),
            rows[:, 1].mean(),
            rows[:, 2].mean(),
            rows[:, 3].max(),
            rows[:, 4].mean(),
        )
    ]


def load(seconds):
    """Unlimited mixes: m*.flac of $MASTERING_TEST_AUDIO, else what the small packages give. A
    stretch from the middle."""
    files = [
        f for f in music.folder_files() if os.path.basename(f).startswith("m")
    ] or music.package_files()
    mixes = []
    for path in files:
        try:
            x, rate = gstrun.decode(path, seconds, start=30.0)
        except gstrun.PipelineError as error:
            print(f"not decoded here: {error}")
            continue
        if len(x) < 5 * rate or x.shape[1] != 2:
            continue
        x = x.astype(float)
        loudness = bs1770.integrated(x, rate)
        if loudness < QUIET_LUFS:
            x *= 10 ** ((QUIET_LUFS - loudness) / 20)  # input-gain ends at 24 dB
        if (
            truepeak_reference.true_peak_db(x) > 0.0
            or loudness > TARGET_LUFS - 4.0
        ):
            continue  # a finished master: nothing left to drive
        mixes.append((os.path.basename(path), x, rate))
    return mixes


def checker_catches_planted_faults():
    """The same limiting with an added fault must get a worse grade, at the same loudness."""
    import signals

    rate, ceiling = 48000, 10 ** (CEILING / 20)
    x = 0.25 * signals.music_like(rate, 6.0)
    noise = 1e-2 * np.random.default_rng(8).standard_normal(x.shape)

    def clip(y, _, gain):
        return np.clip(y * 10 ** (gain / 20), -ceiling, ceiling)

    def noisy(y, _, gain):
        return clip(y, _, gain) + noise

    def stepping(y, _, gain):
        """The gain of a limiter without any smoothing, constant for 256 frames."""
        driven = y * 10 ** (gain / 20)
        peaks = np.abs(driven).reshape(-1, 256, 2).max(axis=(1, 2))
        return driven * np.repeat(np.minimum(1.0, ceiling / peaks), 256)[:, None]

    def swapped(y, _, gain):
        return clip(y, _, gain)[:, ::-1]

    x = x[: len(x) // 256 * 256]
    good = grade(clip, [("x", x, rate)], [10.0])
    for fault in (noisy, stepping, swapped):
        bad = grade(fault, [("x", x, rate)], [10.0])
        assert abs(bad[0, 5] - TARGET_LUFS) <= 2 * NEAR_LU, (fault.__name__, bad)
        assert np.all(bad[0, :3] > good[0, :3] + 1.0), (fault.__name__, bad, good)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("settings", nargs="*")
    options = parser.parse_args()
    if not peers.have_dpl():
        conformance.skip("the peers are missing: ffmpeg and x42-plugins")
    mixes = load(options.seconds)
    if not mixes:
        conformance.skip("no unlimited mix: set MASTERING_TEST_AUDIO or install openttd-openmsx")
    print("mixes:", ", ".join(name for name, _, _ in mixes))
    checker_catches_planted_faults()
    runs = {"truepeaklimit (default)": ours(""), **PEERS}
    for settings in options.settings:
        runs[settings] = ours(settings)
    if options.grid:
        for name, values in GRID.items():
            runs.update({f"{name}={v}": ours(f"{name}={v}") for v in values})
    guesses = [TARGET_LUFS + 1.0 - bs1770.integrated(x, rate) for _, x, rate in mixes]
    results, rows = {}, []
    for label, run in runs.items():
        results[label] = grade(run, mixes, guesses)
        rows.append(table_row(label, results[label]))
        print(" | ".join(rows[-1]), flush=True)
    failed = []
    mine = results["truepeaklimit (default)"]
    for label in PEERS:
        for column, what in ((0, "mean"), (1, "95th percentile")):
            if not mine[:, column].mean() < results[label][:, column].mean():
                failed.append(f"{label} is better in {what}")
    if not mine[:, 3].max() <= 0.1:
        failed.append(f"the ceiling is exceeded by {mine[:, 3].max():.2f} dB")
    if not np.all(np.abs(mine[:, 5] - TARGET_LUFS) <= 2 * NEAR_LU):
        failed.append("the default settings do not reach the loudness")
    print("\n".join(failed))
    if options.write:
        document.write(os.path.join(document.DOCS, "limiter-quality.md"), "choice", HEADER, rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
