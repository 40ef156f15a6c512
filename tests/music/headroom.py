#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Codecs on all the music: what headroom says of dense masters, and what --codec-safe makes of them, against encodes at
places of the frames that the tool did not use.

  headroom.py [--safe] [--seconds N] [--alignments N] [--target LUFS] [--codecs LIST] [--only NAME,...] [--raw FILE] [--write]
The loudest N seconds (15) of every song are mastered to -10 LUFS under -1 dBTP, whatever that costs; every codec of the
tool's default list encodes the master at N places of its frames (32), chosen at random, by plain pipelines; the decoded
float samples are read here, 32 times oversampled. Without --safe a row is a master and a codec: the worst case that
headroom names (what one encode in thirty comes to) must be within 0.3 dB of the highest of all these encodes, or above it. With --safe the masters are made by
--codec-safe: no decoded peak above 0 dBTP in 99 % of all encodes and none above +0.3 dB; the loudness lost is told.
--write puts the table into docs/headroom.md.
"""
import argparse
import functools
import json
import multiprocessing
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tool"))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
ARGUMENTS, sys.argv = sys.argv, sys.argv[:1]  # toolkit looks at them

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the encodes run side by side
import numpy as np  # noqa: E402

import document  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import toolkit as kit  # noqa: E402

FRAME = {"aac": 1024, "mp3": 1152, "opus": 960, "vorbis": 1024}
VORBIS = {"96": 0.2, "160": 0.5, "192": 0.6, "320": 0.9}
HEADER = {False: ["master", "codec", "its peak", "highest of 24", "headroom names", "32 others: lowest", "median", "highest", "missed by"],
          True: ["master", "LUFS without", "with", "lost LU", "ceiling down at most", "encodes", "over 0", "highest",
                 "by"]}


def line_of(codec):
    kind, rate = codec.split(":")
    return {"aac": "audioconvert dithering=tpdf ! audio/x-raw,format=S16LE ! "
                   f"voaacenc bitrate={rate}000 ! avdec_aac",
            "mp3": "audioconvert dithering=tpdf ! audio/x-raw,format=S16LE ! "
                   f"lamemp3enc target=bitrate cbr=true bitrate={rate} ! avdec_mp3float",
            "opus": "audioresample quality=10 ! audio/x-raw,rate=48000 ! audioconvert dithering=tpdf ! "
                    f"audio/x-raw,format=S16LE ! opusenc bitrate={rate}000 ! avdec_opus",
            "vorbis": f"vorbisenc quality={VORBIS.get(rate)} ! vorbisdec"}[kind]


_PHASES = 32
_TAPS = 64
_FILTERS = np.stack([np.sinc(np.arange(-_TAPS // 2 + 1, _TAPS // 2 + 1) - p / _PHASES) for p in range(_PHASES)], axis=1)
_FILTERS = (_FILTERS * np.kaiser(_TAPS, 8.0)[:, None]).astype("f4")


def true_peak_db(x):
    """Looked for where a sample is not far under the highest (0.75: a sine of up to fs/4 that falls worst between)."""
    highest = 0.0
    for c in range(x.shape[1]):
        y = np.concatenate([np.zeros(_TAPS), x[:, c], np.zeros(_TAPS)]).astype("f4")
        loud = np.abs(y) >= 0.75 * np.max(np.abs(y))
        starts = np.flatnonzero(loud[:-1] | loud[1:])
        starts = starts[(starts >= _TAPS // 2 - 1) & (starts < len(y) - _TAPS)] - (_TAPS // 2 - 1)
        for a in range(0, len(starts), 8192):
            rows = y[starts[a : a + 8192, None] + np.arange(_TAPS)]
            highest = max(highest, np.abs(rows @ _FILTERS).max())
    return 20 * np.log10(max(highest, 1e-9))


def play(line):
    """As gst-launch-1.0 does, without its start."""
    import gi

    gi.require_version("Gst", "1.0")
    from gi.repository import Gst

    Gst.init(None)
    pipeline = Gst.parse_launch(line)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(Gst.CLOCK_TIME_NONE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    kit.check(message.type == Gst.MessageType.EOS, line)


@functools.lru_cache(maxsize=1)
def samples_of(path, changed):
    return kit.decode(path)


def peak_of(job):
    """One encode: the highest decoded peak."""
    path, codec, lead = job
    x, rate = samples_of(path, os.stat(path).st_mtime_ns)
    with tempfile.TemporaryDirectory() as folder:
        shifted, out = os.path.join(folder, "in.wav"), os.path.join(folder, "out.raw")
        kit.write_wav(shifted, np.concatenate([np.zeros((lead, x.shape[1])), x]), rate, "f32")
        play(f"filesrc location={shifted} ! wavparse ! audioconvert ! {line_of(codec)} ! "
             f"audioconvert ! audio/x-raw,format=F32LE,layout=interleaved ! filesink location={out}")
        return true_peak_db(np.fromfile(out, "<f4").reshape(-1, x.shape[1]))


def excerpt(path, seconds, folder):
    """The loudest part, by its energy."""
    x, rate = gstrun.decode(path)
    n = int(seconds * rate)
    if len(x) > n:
        energy = np.concatenate([[0.0], np.cumsum(np.sum(x**2, axis=1))])
        first = int(np.argmax(energy[n:] - energy[:-n]))
        x = x[first : first + n]
    name = os.path.splitext(os.path.basename(path))[0]
    return kit.write_wav(os.path.join(folder, name + ".wav"), x, rate, "f32"), name


def mastered(mix, options, *more):
    out = mix.replace(".wav", ".flac")
    result = kit.run("master", mix, "-o", out, "--force", "--json", "--target", options.target, "--ceiling", -1,
                     "--limiter-budget", 20, "--psr-floor", 0, "--no-eq", *more, timeout=3600)
    kit.check(result.code in (0, 1), result)
    return out, json.loads(result.out)


def draws(rng, out, codecs, n):
    return [(out, codec, int(lead)) for codec in codecs
            for lead in rng.choice(FRAME[codec.split(":")[0]] - 1, n, replace=False) + 1]


def rows_of(name, out, codecs, options, pool, rng):
    """headroom against other draws: a row per codec."""
    said = json.loads(kit.run("headroom", out, "--json", "--codecs", ",".join(codecs), timeout=3600).out)["headroom"]
    jobs = draws(rng, out, codecs, options.alignments)
    peaks = np.array(pool.map(peak_of, jobs, 1)).reshape(len(codecs), -1)
    for row, found in zip(said["codecs"], peaks):
        if options.raw:
            with open(options.raw, "a", encoding="utf-8") as file:
                file.write(json.dumps({"name": name, "row": row, "peaks": list(found)}) + "\n")
        missed = max(found) - row["true-peak-1-in-30"]
        yield [name, row["codec"], f"{said['true-peak-16x']:.2f}", f"{row['true-peak']:+.2f}",
               f"{row['true-peak-1-in-30']:+.2f}", f"{min(found):+.2f}", f"{np.median(found):+.2f}", f"{max(found):+.2f}",
               f"{missed:+.2f}"]


def safe_row(name, mix, codecs, options, pool, rng):
    _, plain = mastered(mix, options)
    out, report = mastered(mix, options, "--codec-safe", ",".join(codecs))
    jobs = draws(rng, out, codecs, options.alignments)
    peaks = np.array(pool.map(peak_of, jobs, 1))
    if options.raw:
        with open(options.raw, "a", encoding="utf-8") as file:
            file.write(json.dumps({"name": name, "safe": report["codec-safe"],
                                   "peaks": [[j[1], j[2], p] for j, p in zip(jobs, peaks)]}) + "\n")
    before, after = plain["after"]["loudness"], report["after"]["loudness"]
    return [name, f"{before:.2f}", f"{after:.2f}", f"{before - after:.2f}",
            f"{report['codec-safe']['deepest']:.2f} dB", str(len(peaks)), str(int(np.sum(peaks > 0))),
            f"{max(peaks):+.2f}", jobs[int(np.argmax(peaks))][1]]


def verdict(rows, safe):
    if safe:
        n, over = sum(int(r[5]) for r in rows), sum(int(r[6]) for r in rows)
        lost = np.mean([float(r[3]) for r in rows])
        highest = max(float(r[7]) for r in rows)
        print(f"{n} encodes, {over} over 0 dBTP ({100 * over / n:.2f} %), the highest {highest:+.2f} dBTP, mean loudness lost "
              f"{lost:.2f} LU")
        return over <= 0.01 * n and highest <= 0.3 and lost <= 0.3
    missed = [r for r in rows if float(r[-1]) > 0.3]
    above = [r for r in rows if float(r[-1]) < -0.3]
    print(f"{len(rows)} rows, {len(missed)} more than 0.3 dB under the highest of the others, {len(above)} more than 0.3 dB over it")
    return not missed


def main():
    parser = argparse.ArgumentParser()
    for name, kind, usual in (("seconds", float, 15.0), ("alignments", int, 32), ("target", float, -10.0),
                              ("codecs", str, ""), ("only", str, ""), ("raw", str, "")):
        parser.add_argument("--" + name, type=kind, default=usual)
    parser.add_argument("--safe", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(ARGUMENTS[1:])
    usual = json.loads(kit.run("profiles", "--json", "streaming").out)[0]["codecs"]["value"]
    codecs, rng, rows = (options.codecs or usual).split(","), np.random.default_rng(20), []
    with tempfile.TemporaryDirectory() as folder, multiprocessing.Pool() as pool:
        for path in music.files():
            if not any(part in path for part in options.only.split(",")):
                continue
            mix, name = excerpt(path, options.seconds, folder)
            made = [safe_row(name, mix, codecs, options, pool, rng)] if options.safe else \
                rows_of(name, mastered(mix, options)[0], codecs, options, pool, rng)
            for row in made:
                rows.append(row)
                print(" | ".join(row), flush=True)
    if not rows:
        print("SKIP: no music: install openttd-openmsx or set MASTERING_TEST_AUDIO")
        return 77
    if options.write:
        document.write(os.path.join(document.DOCS, "headroom.md"), "safe" if options.safe else "worst",
                       HEADER[options.safe], rows)
    return 0 if verdict(rows, options.safe) else 1


if __name__ == "__main__":
    sys.exit(main())
