#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""loudnorm mode=live on a programme: all the music one after the other, each piece at another level, with a pause of a
minute (room noise) in the middle and later a minute of noise only 18 LU under the piece before it.

  levelled.py [--seconds N] [--write]
What is asked: within each piece after its first 20 s at most 1 LU of its loudness range is lost; the gain moves by at
most 0.5 dB/s once the stream has started; it rests during pause and noise; the true peak stays under the ceiling; and a
piece that lasts for long enough (30 s to be known, then 0.3 to 0.45 dB/s) ends at the target within 3 LU. Loudness and
range are read by libebur128, true peaks by the 64x reference, the gain from the messages. --seconds takes that much of
each piece; --write puts the table into docs/loudnorm.md.
"""
import os
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import document  # noqa: E402
import ebur128  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import truepeak_reference  # noqa: E402

RATE = 48000
LOOKAHEAD_S = 3
TARGET, CEILING = -14.0, -1.0
# With what the pieces have themselves, steps of up to 33 LU up and 26 down from one to the next.
LEVELS_DB = [0.0, -8.0, 2.0, -6.0, 3.0, -16.0, -1.0, -10.0, 0.0, -5.0]
PAUSE_S, NOISE_DB, NOISE_UNDER_LU = 60, -65.0, 18.0
KNOWN_S, RISE_DB_PER_S, END_LU = 30.0, 0.3, 3.0
SETTLE_S = 20  # of each piece
START_S = 20  # of the stream: until then the gain may move faster
RANGE_LOST_LU, SLEW_DB_PER_S = 1.0, 0.5
# The promise is 0.05 dB; between the points of the 64x reference's grid nothing to speak of is left.
PEAK_TOLERANCE_DB = 0.05
HEADER = ["piece", "level in", "LUFS in", "LUFS out", "after 20 s: in", "out", "LRA in", "LRA out", "lost", "true peak",
          "fastest dB/s", "off at its end", "verdict"]


def decoded(path, seconds):
    """Stereo at RATE, by GStreamer's decoders and ffmpeg's resampler."""
    samples, rate = gstrun.decode(path, seconds)
    samples = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    if rate == RATE:
        return samples
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "f32le", "-ar", str(rate), "-ac", "2", "-i", "-",
                          "-ar", str(RATE), "-f", "f32le", "-"], input=samples.astype("<f4").tobytes(),
                         stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2)


def noise(level_db):
    return (np.random.default_rng(3).standard_normal((PAUSE_S * RATE, 2)) * 10 ** (level_db / 20)).astype("f4")


def noise_under(part):
    """As loud as the piece less NOISE_UNDER_LU."""
    loudness = ebur128.measure(part, RATE, peaks=False).integrated
    return noise(NOISE_DB + loudness - NOISE_UNDER_LU - ebur128.measure(noise(NOISE_DB), RATE, peaks=False).integrated)


def programme(seconds):
    """(samples, [(name, level, first frame, end)]); of a pause the level is None"""
    parts, marks, at = [], [], 0
    files = music.files()

    def add(name, level, part):
        nonlocal at
        parts.append(part)
        marks.append((name, level, at, at + len(part)))
        at += len(part)

    for i, path in enumerate(files):
        level = LEVELS_DB[i % len(LEVELS_DB)]
        part = decoded(path, seconds) * np.float32(10 ** (level / 20))
        if len(part) < (SETTLE_S + 10) * RATE:
            continue
        if i == (len(files) + 1) // 2:
            add(f"(pause, {PAUSE_S} s)", None, noise(NOISE_DB))
        if i == (3 * len(files) + 1) // 4:
            add(f"(noise, {PAUSE_S} s)", None, noise_under(parts[-1]))
        add(os.path.basename(path), level, part)
    return np.concatenate(parts).astype("f4"), marks


def gains(messages):
    """(seconds, dB) at the end of each span."""
    rows = [m for m in gstrun.of(messages, "loudnorm", final=False)]
    return (np.array([(m["timestamp"] + m["duration"]) / gstrun.SECOND for m in rows]),
            np.array([m["gain"] for m in rows]))


def fastest(times, gain, begin, end):
    """The steepest second between two times, dB/s."""
    inside = (times >= begin) & (times <= end)
    t, g = times[inside], gain[inside]
    if len(g) < 12:
        return 0.0
    return float(np.max(np.abs(g[10:] - g[:-10]) / (t[10:] - t[:-10])))


def off_at_end(late_in, fall, mark, times, gain):
    """LU that the piece is off the target by the gain of its last 5 s; None when it is too short to get there."""
    first, end = mark[2] / RATE, mark[3] / RATE
    if end - first < KNOWN_S + max(fall, 0.0) / RISE_DB_PER_S + SETTLE_S:
        return None
    return float(np.mean(gain[(times > end - 5) & (times <= end)])) + late_in - TARGET


def row(x, y, mark, times, gain, before):
    """before: loudness of the piece before it, None for the first one."""
    name, level, first, end = mark
    settled = first + SETTLE_S * RATE
    whole = [ebur128.measure(s[first:end], RATE, peaks=False) for s in (x, y)]
    late = [ebur128.measure(s[settled:end], RATE, peaks=False) for s in (x, y)]
    lost = late[0].loudness_range - late[1].loudness_range
    peak = truepeak_reference.true_peak_db(y[first:end])
    slew = fastest(times, gain, max(first / RATE, START_S), end / RATE)
    off = off_at_end(late[0].integrated, (before or -99.0) - late[0].integrated, mark, times, gain)
    ok = lost <= RANGE_LOST_LU and peak <= CEILING + PEAK_TOLERANCE_DB and slew <= SLEW_DB_PER_S + 0.005
    ok = ok and (off is None or abs(off) <= END_LU)
    return [name, f"{level:+g} dB", f"{whole[0].integrated:.1f}", f"{whole[1].integrated:.1f}",
            f"{late[0].integrated:.1f}", f"{late[1].integrated:.1f}", f"{late[0].loudness_range:.1f}", f"{late[1].loudness_range:.1f}",
            f"{lost:.1f}", f"{peak:.2f}", f"{slew:.2f}", "too short" if off is None else f"{off:+.1f}", "ok" if ok else "MISS"]


def pause_row(x, y, mark, times, gain):
    """The gain rests: nothing moves from 5 s on, which are the end of what was before, until the look-ahead sees what comes."""
    name, _, first, end = mark
    inside = (times >= first / RATE + 5) & (times <= end / RATE - LOOKAHEAD_S - 0.4)
    moved = float(np.ptp(gain[inside]))
    level = [20 * np.log10(np.sqrt(np.mean(s[first + 5 * RATE:end].astype(float) ** 2))) for s in (x, y)]
    return [name, f"{level[0]:.0f} dBFS", "", f"{level[1]:.1f} dBFS", "", "", "", "", "", "",
            f"{moved:.2f} dB in all", "", "ok" if moved == 0.0 else "MISS"]


def main():
    seconds = float(sys.argv[sys.argv.index("--seconds") + 1]) if "--seconds" in sys.argv else None
    x, marks = programme(seconds)
    if not marks:
        print("SKIP: no music: install openttd-openmsx or set MASTERING_TEST_AUDIO")
        return 77
    run = gstrun.run(x, RATE, f"loudnorm mode=live loudness-target={TARGET} max-true-peak={CEILING}", block=4096)
    assert run.samples.shape == x.shape, (run.samples.shape, x.shape)
    times, gain = gains(run.messages)
    rows, before = [], None
    for mark in marks:
        if mark[1] is None:
            rows.append(pause_row(x, run.samples, mark, times, gain))
        else:
            rows.append(row(x, run.samples, mark, times, gain, before))
            before = float(rows[-1][4])
        print(" | ".join(rows[-1]), flush=True)
    path = os.path.join(document.DOCS, "loudnorm.md") if "--write" in sys.argv else None
    return document.close(rows, "rows", path, "live", HEADER)


if __name__ == "__main__":
    sys.exit(main())
