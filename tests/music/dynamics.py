#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Dynamics on the music: what help for the limiter is worth at -9 LUFS.

  dynamics.py TOOL [--seconds N] [--files N] [--write]
Every piece is mastered for -9 LUFS under -1 dBTP with --dynamics normal and dense, tone and stereo left alone. Where something
was kept, the piece is mastered once more by the limiter alone to the same loudness, with the constraints out of the way, and both
are compared: what the limiter takes, the least PSR, the loudness range (libebur128), and the noise-to-mask ratio against the mix
at equal loudness (tests/lib/nmr.py), as it is and against the mix with the level over 400 ms of what it is compared with: a slow
change of level, which is what glue is for, counts as noise in the former and not in the latter.
A row is a MISS when a master neither lands (0.05 LU by libebur128) nor names its constraint; when its least PSR is under the
floor of the tool (8 dB, or half a decibel less than the mix has); when what was kept does not give the limiter less to do at that
loudness, or costs more than 2 LU of range; when the true peak is over the ceiling.
--seconds takes that much from the middle of each piece (0: all of it); --write puts the table into docs/dynamics.md.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(HERE, "..", "lib")]

import numpy as np  # noqa: E402

import document  # noqa: E402
import ebur128  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import nmr  # noqa: E402
import toolkit as kit  # noqa: E402

TARGET, CEILING, FLOOR = -9.0, -1.0, 8.0
FREE = ("--psr-floor", "0", "--limiter-budget", "60")
MAX_RANGE_LOST_LU = 2.0
# what is printed: half a step of the reduction's 0.01 dB, and the PSR of a float file against that before it
PSR_TOLERANCE_DB = 0.02
HEADER = ["music", "style", "kept", "LUFS alone / with", "stopped by", "least PSR / floor", "limiter dB, alone / with",
          "PSR dB, alone / with", "range lost LU", "noise-to-mask dB, alone / with", "of equal level dB", "verdict"]


def master(name, target, *options):
    result = kit.run("master", "piece.wav", "-o", f"{name}.wav", "--format", "wav32f", "--dither", "none", "--force", "--json",
                     "--amount", "tone=0,stereo=0", "--target", target, "--ceiling", CEILING, *options)
    kit.check(result.code in (0, 1), result)
    report = kit.json.loads(result.out)
    return report, kit.decode(f"{name}.wav")[0], result.code


def words(report):
    d, chain = report["dynamics"], report["chain"]
    done = [] if not d["held"] else [f"{d['held']['band']} held"]
    done += [f"glue {d['glue']['wished']:.1f} dB"] if d["glue"]["result"] in ("louder", "easier") else []
    done += [f"clip {chain['clip-max']:.1f} dB"] if d["clip"]["result"] in ("louder", "easier") else []
    if done:
        return ", ".join(done)
    tried = [what for what in ("glue", "clip") if d[what]["result"] != "not-tried"]
    return f"nothing ({' and '.join(tried)} tried)" if tried else "nothing"


def tried_loudness(report, after):
    """By the limiter alone, and in the end; or with the first that was tried in vain."""
    d = report["dynamics"]
    alone = d["limiter-alone"]["loudness"] if "limiter-alone" in d else after
    vain = [d[what]["with"]["loudness"] for what in ("glue", "clip") if d[what]["result"] in ("no-use", "too-flat")]
    return alone, vain[0] if vain and words(report).startswith("nothing") else after


def with_level_of(samples, other, rate):
    """The mix with the other's level over 400 ms; it changes in straight lines from one 100 ms to the next."""
    hop = rate // 10

    def power(x):
        tenths = np.mean(x[: len(x) // hop * hop].reshape(-1, hop * x.shape[1]) ** 2, axis=1)
        return np.convolve(np.pad(tenths, (2, 1), mode="edge"), np.ones(4) / 4, mode="valid") + 1e-12
    gain = np.sqrt(power(other) / power(samples))
    at = np.arange(len(gain)) * hop + hop // 2
    return samples * np.interp(np.arange(len(samples)), at, gain)[:, None]


def compared(samples, rate, report, out, loudness):
    """[reduction, PSR, range, NMR] by the limiter alone at that loudness, and of the master; whether it pays."""
    alone, other, _ = master("alone", f"{loudness:.3f}", *FREE, "--dynamics", "off")
    kit.near(kit.loudness(other, rate), loudness, 0.05, "as loud")
    # the master's own loudness for both, so that neither is louder
    grades = [nmr.grade(samples, x, rate, lufs=loudness).mean_db for x in (other, out)]
    levelled = [nmr.grade(with_level_of(samples, x, rate), x, rate, lufs=loudness).mean_db for x in (other, out)]
    ranges = [ebur128.measure(x, rate, peaks=False).loudness_range for x in (other, out)]
    pairs = [(r["chain"]["gain-reduction-95"], r["after"]["psr-min"]) for r in (alone, report)]
    lost = ranges[0] - ranges[1]
    cells = [f"{pairs[0][0]:.1f} / {pairs[1][0]:.1f}", f"{pairs[0][1]:.1f} / {pairs[1][1]:.1f}", f"{lost:.1f}",
             f"{grades[0]:.1f} / {grades[1]:.1f}", f"{levelled[0]:.1f} / {levelled[1]:.1f}"]
    return cells, pairs[1][0] < pairs[0][0] and lost <= MAX_RANGE_LOST_LU


def row(name, samples, rate, style, known):
    """known: [(output, cells, whether it pays)] of the other style: the same is not measured twice."""
    report, out, code = master("master", TARGET, "--dynamics", style)
    loudness = kit.loudness(out, rate)
    stopped = report["chain"]["limited-by"]
    floor = min(FLOOR, report["before"]["psr-min"] - 0.5)
    ok = abs(loudness - TARGET) <= 0.05 if stopped == "none" else code == 1
    ok = ok and report["after"]["psr-min"] >= floor - PSR_TOLERANCE_DB and kit.true_peak_db(out) <= CEILING + kit.PEAK_TOLERANCE_DB
    alone, found = tried_loudness(report, loudness)
    cells = ["", "", "", "", ""]
    if not words(report).startswith("nothing"):
        same = [entry for entry in known if np.array_equal(entry[0], out)]
        cells, pays = same[0][1:] if same else compared(samples, rate, report, out, loudness)
        known.append((out, cells, pays))
        ok = ok and pays
    return [name, style, words(report), f"{alone:.1f} / {found:.1f}", stopped, f"{report['after']['psr-min']:.1f} / {floor:.1f}",
            *cells, "ok" if ok else "MISS"]


def prepare(path, seconds):
    samples, rate = gstrun.decode(path)
    if seconds and len(samples) > seconds * rate:
        begin = int(len(samples) - seconds * rate) // 2
        samples = samples[begin:begin + int(seconds * rate)]
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    kit.write_wav("piece.wav", samples, rate, "f32")
    return samples.astype(float), rate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--files", type=int, default=0, help="how many pieces (0: all)")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = []
    with kit.tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for path in music.files()[: args.files or None]:
            samples, rate = prepare(path, args.seconds)
            known = []
            for style in ("normal", "dense"):
                rows.append(row(os.path.basename(path), samples, rate, style, known))
                print(" | ".join(rows[-1]), flush=True)
        os.chdir("/")
    path = os.path.join(document.DOCS, "dynamics.md") if args.write else None
    return document.close(rows, "masters", path, "music", HEADER)


if __name__ == "__main__":
    sys.exit(main())
