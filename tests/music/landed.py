#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""loudnorm mode=file on all the music, by one gst-launch line.

  landed.py [--target LUFS]... [--write]
The finished FLAC is decoded by ffmpeg; libebur128 reads its loudness, the 64x reference its true peak. A row is ok when
the target is met within 0.05 LU or the element's final message named a constraint, the true peak is at most 0.05 dB over
the ceiling (and 0.042 dB for the grid of 16, see toolkit.py; 0.4 dB for sound that is full to Nyquist), and the length is that of the plain decoded mix.
--write puts the table into docs/loudnorm.md.
"""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tool"))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import numpy as np  # noqa: E402

import document  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import toolkit as kit  # noqa: E402

CEILING = -1.0
LINE = ('gst-launch-1.0 -m filesrc location="{mix}" ! decodebin ! audioconvert ! loudnorm mode=file '
        "loudness-target={target} max-true-peak={ceiling} ! audioconvert dithering-threshold=24 ! flacenc ! "
        'filesink location="{master}"')
HEADER = ["music", "mix LUFS", "asked LUFS", "got LUFS", "ceiling", "true peak", "gain dB", "limiter at most dB",
          "limited-by", "verdict"]


def peak_tolerance(samples):
    """0.05 dB on the grid of 16 for content to 0.4535 fs, where the project's true peak is defined; sound that is full to
    Nyquist (a tracker's aliases) may read 0.4 dB over where the reference, which reaches further up, looks."""
    n = 1 << 15
    frames = samples[: len(samples) // n * n, 0].reshape(-1, n) * np.hanning(n)
    power = np.sum(np.abs(np.fft.rfft(frames)) ** 2, axis=0)
    above = power[int(0.4535 * n) :].sum()
    return 0.4 if above > 1e-3 * power.sum() else kit.PEAK_TOLERANCE_DB


def field(text, name):
    found = re.search(rf"{name}=\((?:double|string)\)([^,;]+)", text)
    return found.group(1).strip() if found else "?"


def row(path, target, folder):
    output = os.path.join(folder, "master.flac")
    mix, mix_rate = gstrun.decode(path)
    source = path
    if path.lower().endswith(gstrun.MODULES):  # decoded here: openmptdec 1.22 ends in unwritten memory
        source = kit.write_wav(os.path.join(folder, "mix.wav"), mix, mix_rate, "f32")
    # GStreamer clips a Vorbis stream to its end rounded up, ffmpeg to the sample; MIDI only GStreamer renders
    length = len(mix) if path.endswith(".mid") else len(kit.decode(source)[0])
    line = LINE.format(mix=source, target=target, ceiling=CEILING, master=output)
    done = subprocess.run(line, shell=True, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{line}\n{done.stderr}")
    messages = [m for m in done.stdout.splitlines() if ": loudnorm, " in m or " loudnorm, " in m]
    final = [m for m in messages if "final=(boolean)true" in m][-1]
    deepest = float(field(final, "total-gain-reduction-max"))
    samples, rate = kit.decode(output)
    before, after = kit.ebur128.measure(mix, mix_rate, peaks=False).integrated, kit.loudness(samples, rate)
    peak, limited_by = kit.true_peak_db(samples), field(final, "limited-by")
    if samples.shape[1] == 1:  # kit reads mono as it sounds on two loudspeakers; BS.1770 counts its one channel
        after -= 3.01
    ok = ((abs(after - target) <= 0.05 or limited_by == "true-peak") and peak <= CEILING + peak_tolerance(mix)
          and len(samples) == length and rate == mix_rate)
    return [os.path.basename(path), f"{before:.1f}", f"{target:g}", f"{after:.2f}", f"{CEILING:g}", f"{peak:.2f}",
            f"{float(field(final, 'gain')):+.2f}", f"{deepest:.1f}", limited_by, "ok" if ok else "MISS"]


def main():
    targets = [float(sys.argv[i + 1]) for i, word in enumerate(sys.argv) if word == "--target"] or [-14.0, -9.0]
    rows = []
    with kit.tempfile.TemporaryDirectory() as folder:
        for path in music.files():
            for target in targets:
                rows.append(row(path, target, folder))
                print(" | ".join(rows[-1]), flush=True)
    path = os.path.join(document.DOCS, "loudnorm.md") if "--write" in sys.argv else None
    return document.close(rows, "masters", path, "file", HEADER)


if __name__ == "__main__":
    sys.exit(main())
