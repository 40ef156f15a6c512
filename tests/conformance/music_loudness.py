#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""loudnessmeter against libebur128 (integrated loudness) and against the 64x reference (true
peak), on real music.

Music: small packages and every file under $MASTERING_TEST_AUDIO. The document keeps the rows of
files that are not there now. Renderings of MIDI files differ between machines, so the document
holds the differences, not the levels.
"""
import os
import sys

import numpy as np

import conformance

conformance.need_element("loudnessmeter")

import document  # noqa: E402
import ebur128  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import truepeak_reference  # noqa: E402
from ebu_meter import measure  # noqa: E402

LOUDNESS_LIMIT = 0.02  # LU
PEAK_LIMIT = 0.05  # dB
SECONDS = 150.0  # of each file: enough for every one of the stages, and bounded in time
HEADER = ["music", "|I - libebur128| <= 0.02 LU", "|TP - 64x reference| <= 0.05 dB", "verdict"]


def differences(samples, rate):
    """(loudness difference in LU, true peak difference in dB)."""
    final, _ = measure(samples, rate)
    theirs = ebur128.measure(samples, rate, peaks=False)
    peak = truepeak_reference.true_peak_db(samples)
    return final["global-loudness"] - theirs.integrated, final["true-peak-db"] - peak


def row(name, loudness, peak):
    ok = abs(loudness) <= LOUDNESS_LIMIT and abs(peak) <= PEAK_LIMIT  # NaN is not ok
    return [
        name,
        "yes" if abs(loudness) <= LOUDNESS_LIMIT else f"no: {loudness:+.3f}",
        "yes" if abs(peak) <= PEAK_LIMIT else f"no: {peak:+.3f}",
        "ok" if ok else "MISS",
    ]


def main():
    # planted faults: differences just past the limits, and no number at all
    assert row("x", 0.0, 0.0)[-1] == "ok"
    assert [row("x", *d)[-1] for d in ((0.03, 0), (0, -0.06), (np.nan, 0), (0, np.nan))] == [
        "MISS"
    ] * 4
    if not ebur128.available():
        conformance.skip("libebur128.so.1 is not there")
    files = music.files()
    if not files:
        conformance.skip(
            "no music: install openttd-openmsx or csmash-demosong, or set MASTERING_TEST_AUDIO"
        )
    rows = []
    for path in files:
        try:
            samples, rate = gstrun.decode(path, SECONDS)
        except gstrun.PipelineError as error:
            print(f"not decoded here: {error}")
            continue
        loudness, peak = differences(samples, rate)
        print(f"{os.path.basename(path)}: I {loudness:+.4f} LU, TP {peak:+.4f} dB")
        rows.append(row(os.path.basename(path), loudness, peak))
    if not rows:
        conformance.skip("no music could be decoded")
    if "--write" not in sys.argv:
        # Anyone may point the variable at music that the document has never heard of.
        path = os.path.join(document.DOCS, "conformance.md")
        known = {r[0] for r in document.read(path, "music")}
        strangers = [r for r in rows if r[0] not in known]
        rows = [r for r in rows if r[0] in known]
        if any(r[-1] != "ok" for r in strangers):
            print("\n".join(" | ".join(r) for r in strangers))
            return 1
    table = conformance.Table(HEADER, rows, 1, partial=True)
    return conformance.finish({"music": table}, "conformance.md")


if __name__ == "__main__":
    sys.exit(main())
