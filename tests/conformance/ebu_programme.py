#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""EBU Tech 3341 cases 7, 8 and Tech 3342 cases 5, 6: authentic programme, which only the EBU's
own files hold.

Set EBU_LOUDNESS_TEST_SET to the unpacked ebu-loudness-test-setv05 (tech.ebu.ch) to run it.
"""
import glob
import os
import sys

import conformance

FOLDER = os.environ.get("EBU_LOUDNESS_TEST_SET", "")
if not os.path.isdir(FOLDER):
    conformance.skip(
        "3341-7, 3341-8, 3342-5, 3342-6 need the EBU's own files: set EBU_LOUDNESS_TEST_SET"
    )

conformance.need_element("loudnessmeter")

import gstrun  # noqa: E402
from ebu_meter import measure  # noqa: E402

CASES = [
    ("seq-3341-7*", "global-loudness", -23.0, 0.1),
    ("seq-3341-2011-8*", "global-loudness", -23.0, 0.1),
    ("seq-3341-7*", "loudness-range", 5.0, 1.0),
    ("seq-3341-2011-8*", "loudness-range", 15.0, 1.0),
]


def main():
    failed = 0
    for pattern, field, expected, tolerance in CASES:
        found = sorted(glob.glob(os.path.join(FOLDER, "**", pattern + ".wav"), recursive=True))
        if not found:
            print(f"no file {pattern}.wav below {FOLDER}")
            failed += 1
            continue
        samples, rate = gstrun.decode(found[0])
        value = measure(samples, rate)[0][field]
        ok = abs(value - expected) <= tolerance
        name, outcome = os.path.basename(found[0]), "ok" if ok else "MISS"
        print(f"{name} {field} {value:.3f}, expected {expected} ±{tolerance}: {outcome}")
        failed += not ok
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
