#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The stereo image on music: what is measured, named and left alone, and what masterstereo keeps.

  stereo_field.py TOOL [--seconds N] [--files N] [--write]
Per piece: the tool's change in mono against libebur128 on the folded-down file (0.05 LU); nothing is named in the piece
as it is, nor in a stretch of it (but a side that is louder there); planted faults are named, and nothing is done to the
image of a file that has one, with --stereo wide;
masterstereo with the preset "gentle wide" keeps the spectrum of the mono sum (0.001 dB), and the correlation of its
bands, by scipy, ends at or above the smaller one of input and guard, over every second. --write puts the table into docs/stereo.md.
"""
import argparse
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(HERE, "..", "lib")]

import document  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import stereo_reference as ref  # noqa: E402
import toolkit as kit  # noqa: E402

FOLD_LU = 0.05
MONO_DB = 0.001
WIDE = "masterstereo width-mid=1.15 width-high=1.3 guard=0.2"  # the preset "gentle wide"
GUARD, EDGES = 0.2, (250.0, 4000.0)
WIDTHS = (1.0, 1.15, 1.3)  # of the bands of the preset
# The guard holds over every second (dsp/dynamics/width_guard.h), but on its grid of 5 ms, and seconds of a file begin
# between its points: of 188 steps one or two are others. Over longer spans, in which narrow music is widened more than
# a second before wide music comes, it does not hold: docs/stereo.md.
WHOLE, SECOND = 0.005, 0.003

FAULTS = {
    "inverted": ("polarity", ref.inverted),
    "bass": ("bass-phase", ref.bass_inverted),
    "0.6 ms": ("late-channel", lambda x, rate: ref.late(x, rate, 0.6)),
    "1 ms": ("late-channel", lambda x, rate: ref.late(x, rate, 1.0)),
    "15 ms": ("late-channel", lambda x, rate: ref.late(x, rate, 15.0)),
    "silent": ("silent-channel", ref.silent),
}
LATE_INVERTED = (15.0, 0.3, 1.5, 5.0)  # ms; of a stretch the first
IDS = {ident for ident, _ in FAULTS.values()} | {"late-inverted-channel", "phase-cancellation", "balance"}
HEADER = ["music", "correlation", "mono LU", "by libebur128", "bass", "unfaulted", *FAULTS, "late, inverted",
          "wide: mono dB", "band, whole", "band, second", "its own", "verdict"]


def tried(samples, rate):
    """What is named and done with --stereo wide."""
    path = kit.write_wav("piece.wav", samples, rate, "f32")
    result = kit.run("master", path, "-n", "--json", "--stereo", "wide", "--amount", "tone=0,dynamics=0,stereo=100",
                     "--target", "-30")
    kit.check(result.code in (0, 1), result)
    report = kit.json.loads(result.out)
    named = [p["id"] for p in report["mix-problems"] if p["id"] in IDS]
    moved = [d["move"] for d in report["decisions"] if d["stage"] == "stereo" and d["move"] != "nothing"]
    return report, named, moved


def expected(fault, samples, rate):
    """Whether there is something to hear: the channels have something in common that the fault turns into another."""
    low = ref.linkwitz_riley(samples, rate, high=120.0)
    bass_db = 10 * np.log10(np.mean(low**2) / np.mean(ref.linkwitz_riley(samples, rate, low=120.0) ** 2) + 1e-12)
    octaves = [ref.reading(ref.octave(samples, rate, f))["correlation"] for f in ref.OCTAVES[:9]]
    if fault == "bass":
        return bass_db > -15 and ref.reading(low)["correlation"] > 0.5
    if fault == "inverted":
        return np.mean(octaves) > 0.3
    return fault == "silent" or np.mean(octaves[4:]) > 0.15


def seconds_of(x, rate):
    n = len(x) // rate
    return np.reshape(x[: n * rate], (n, rate, 2))


def correlations(x):
    """Of every second [n, frames, 2], and its power."""
    left, right = x[..., 0], x[..., 1]
    power = np.sum(left * left, axis=1), np.sum(right * right, axis=1)
    return np.sum(left * right, axis=1) / np.sqrt(power[0] * power[1] + 1e-12), power[0] + power[1]


def shortfall(before, after):
    """By how much the correlation ends below min (before, guard); at most, over what is loud enough to matter."""
    loud = before[1] > 1e-3 * np.max(before[1])
    return float(np.max((np.minimum(before[0], GUARD) - after[0])[loud]))


def split(x, rate):
    """The three bands, which add up to an all-pass."""
    low, rest = (ref.linkwitz_riley(x, rate, **edge) for edge in ({"high": EDGES[0]}, {"low": EDGES[0]}))
    low = sum(ref.linkwitz_riley(low, rate, **edge) for edge in ({"high": EDGES[1]}, {"low": EDGES[1]}))
    return [low, *(ref.linkwitz_riley(rest, rate, **edge) for edge in ({"high": EDGES[1]}, {"low": EDGES[1]}))]


def with_skirts(bands, band):
    """The input of a band as it is when its neighbours have their full width: a filter that takes the band out of a
    file takes the skirts of the bands beside it as well, which are wider with them, and nothing that is done inside
    the band can change that."""
    mid, side = (sum(w * (x[:, :1] + sign * x[:, 1:]) / 2 for w, x in zip(widths, bands))
                 for sign, widths in ((1, (1, 1, 1)), (-1, [1 if i == band else w for i, w in enumerate(WIDTHS)])))
    return np.concatenate([mid + side, mid - side], axis=1)


def widened(samples, rate):
    """(mono sum moved by at most dB; band correlation short over the whole, in the worst second as it is measured, and
    with the skirts of its neighbours in what it is compared with)."""
    padded = np.concatenate([samples, np.zeros((rate, 2))]).astype(np.float32)
    out = gstrun.run(padded, rate, WIDE, block=4096).samples.astype(float)
    padded = padded.astype(float)
    a, b = (np.abs(np.fft.rfft(x.mean(axis=1))) for x in (padded, out))
    there = a > 1e-4 * np.max(a)
    mono_db = float(np.max(np.abs(20 * np.log10(b[there] / a[there]))))
    bands = split(padded, rate)
    whole, measured, second = -1.0, -1.0, -1.0
    for band, (low, high) in enumerate(((0.0, EDGES[0]), EDGES, (EDGES[1], 0.0))):
        before, skirts, after = (ref.linkwitz_riley(x, rate, low=low, high=high)
                                 for x in (padded, with_skirts(bands, band), out))
        seconds = [correlations(seconds_of(x, rate)) for x in (before, skirts, after)]
        measured, second = (max(worst, shortfall(x, seconds[2])) for worst, x in ((measured, seconds[0]), (second, seconds[1])))
        whole = max(whole, shortfall(*(correlations(x[None]) for x in (before, after))))
    return mono_db, whole, measured, second


def row(path, seconds):
    cut = ["-ss", "10", "-t", str(seconds)] if seconds else []
    kit.ffmpeg(*cut, "-i", path, "-ac", "2", "-c:a", "pcm_f32le", "source.wav")
    samples, rate = kit.decode("source.wav")
    if rate not in (44100, 48000):
        kit.ffmpeg(*cut, "-i", path, "-ac", "2", "-ar", "44100", "-c:a", "pcm_f32le", "source.wav")
        samples, rate = kit.decode("source.wav")
    report, named, _ = tried(samples, rate)
    change, folded = report["before"]["mono-change-gated"], ref.fold_change(samples, rate)
    ok = abs(change - folded) <= FOLD_LU and not (set(named) - ({"balance"} if seconds else set()))
    cells = []
    for fault, (ident, plant) in FAULTS.items():
        _, found, moved = tried(plant(samples, rate), rate)
        ok = ok and (ident in found or not expected(fault, samples, rate)) and not (found and moved)
        cells.append("named" if ident in found else f"{', '.join(found)}" if found else "-")
    tries = [tried(ref.late_inverted(samples, rate, ms), rate) for ms in LATE_INVERTED[: 1 if seconds else None]]
    hits = sum("late-inverted-channel" in found and not moved for _, found, moved in tries)
    ok = ok and (hits == len(tries) or not expected("late", samples, rate))
    cells.append(f"{hits} of {len(tries)}")
    mono_db, whole, measured, second = widened(samples, rate)
    ok = ok and mono_db <= MONO_DB and whole <= WHOLE and second <= SECOND
    field = report["stereo-before"]
    return [os.path.basename(path), f"{field['correlation']:.2f}", f"{change:.2f}", f"{folded:.2f}",
            f"{field['below-150']['correlation']:.2f}", ", ".join(named) or "nothing", *cells, f"{mono_db:.5f}",
            *(f"{max(x, 0.0):.3f}" for x in (whole, measured, second)), "ok" if ok else "MISS"]


def usable(path):
    return not path.lower().endswith((".mid", ".mod", ".xm", ".it", ".s3m"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--seconds", type=float, default=0.0, help="of each piece, from 0:10 on (0: all of it)")
    parser.add_argument("--files", type=int, default=0, help="how many pieces (0: all)")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = []
    paths = [path for path in music.files() if usable(path)]
    with kit.tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for path in paths[: args.files or None]:
            rows.append(row(path, args.seconds))
            print(" | ".join(rows[-1]), flush=True)
        os.chdir("/")
    path = os.path.join(document.DOCS, "stereo.md") if args.write else None
    return document.close(rows, "pieces", path, "stereo", HEADER)


if __name__ == "__main__":
    sys.exit(main())
