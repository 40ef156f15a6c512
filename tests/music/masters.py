#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The tool on all the music: what was asked for, what was delivered, measured by code that is not ours.

  masters.py TOOL [--write]
Every file is mastered for two targets. The finished file is decoded by ffmpeg; libebur128 reads its loudness, the 64x
reference its true peak. A row is ok when the target is met within 0.05 LU or the tool named the constraint that stopped
it (exit status 1), the true peak is at most 0.05 dB over the ceiling (and 0.042 dB for the grid of 16, see toolkit.py) and the length is
the mix's. --write puts the table into docs/music.md.
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tool"))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import document  # noqa: E402
import music  # noqa: E402
import toolkit as kit  # noqa: E402

TARGETS = ((-14.0, -1.0), (-9.0, -1.0))
HEADER = [
    "music",
    "mix LUFS",
    "asked LUFS",
    "got LUFS",
    "ceiling",
    "true peak",
    "reduction 95 % / max dB",
    "stopped by",
    "renders",
    "time / song",
    "verdict",
]


def master(path, target, ceiling, folder):
    output = os.path.join(folder, "master.flac")
    began = time.monotonic()
    result = kit.run(
        "master", path, "-o", output, "--force", "--json", "--target", target, "--ceiling", ceiling
    )
    seconds = time.monotonic() - began
    if result.code not in (0, 1):
        raise AssertionError(f"{path}: {result}")
    return kit.json.loads(result.out), output, result.code, seconds


def row(path, target, ceiling, folder):
    report, output, code, seconds = master(path, target, ceiling, folder)
    samples, rate = kit.decode(output)
    loudness, peak = kit.loudness(samples, rate), kit.true_peak_db(samples)
    chain = report["chain"]
    stopped = chain["limited-by"]
    ok = (
        (abs(loudness - target) <= 0.05 if stopped == "none" else code == 1)
        and peak <= ceiling + kit.PEAK_TOLERANCE_DB
        and report["output"]["frames"] == report["input"]["frames"]
    )
    return [
        os.path.basename(path),
        f"{report['before']['loudness']:.1f}",
        f"{target:g}",
        f"{loudness:.2f}",
        f"{ceiling:g}",
        f"{peak:.2f}",
        f"{chain['gain-reduction-95']:.1f} / {chain['gain-reduction-max']:.1f}",
        stopped,
        str(chain["renders"]),
        f"{seconds / report['input']['seconds']:.3f}",
        "ok" if ok else "MISS",
    ]


def main():
    rows = []
    with kit.tempfile.TemporaryDirectory() as folder:
        for path in music.files():
            for target, ceiling in TARGETS:
                rows.append(row(path, target, ceiling, folder))
                print(" | ".join(rows[-1]), flush=True)
    path = os.path.join(document.DOCS, "music.md") if "--write" in sys.argv else None
    return document.close(rows, "masters", path, "masters", HEADER)


if __name__ == "__main__":
    sys.exit(main())
