# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""What the conformance tests share: a row of a table, its verdict, and the choice between --write
and comparing."""
import os
import sys
from collections import namedtuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import document  # noqa: E402

HEADER = ["case", "quantity", "standard", "tolerance", "exact", "our target", "measured", "verdict"]
KEYS = 6  # case ... our target: all but what was measured and the verdict
# Numbers are printed to 0.001 dB. The elements' results are the same on every machine; the
# expected values come from numpy, whose last bits are not: one step of the last printed digit.
PRINTED = 0.0011

# standard: the standard's expected value; low, high: its tolerance; exact: the same signal's
# value by closed form or by the float64 reference; target: how near to exact we want to be
# A table of a document. keys: cells that name a row; partial: rows not measured now stay; tolerance:
# of the numbers
Table = namedtuple("Table", "header rows keys partial tolerance", defaults=(False, PRINTED))
Row = namedtuple("Row", "case quantity standard low high exact target measured")


def number(value):
    text = f"{value:.3f}"
    return "0.000" if text == "-0.000" else text


def verdict(row):
    """ok | our target missed | MISS (the standard's tolerance is exceeded)."""
    slack = 1e-9
    if not row.low - slack <= row.measured - row.standard <= row.high + slack:
        return "MISS"
    return "ok" if abs(row.measured - row.exact) <= row.target + slack else "our target missed"


def cells(row):
    tolerance = f"±{row.high:g}" if row.high == -row.low else f"+{row.high:g}/{row.low:g}"
    return [
        row.case,
        row.quantity,
        f"{row.standard:g}",
        tolerance,
        number(row.exact),
        f"±{row.target:g}",
        number(row.measured),
        verdict(row),
    ]


def symmetric(case, quantity, standard, tolerance, exact, target, measured):
    return Row(
        case,
        quantity,
        float(standard),
        -tolerance,
        tolerance,
        float(exact),
        target,
        float(measured),
    )


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def need_element(name):
    try:
        import gstrun
    except (ImportError, ValueError) as error:
        skip(f"no GStreamer for Python ({error})")
    if not gstrun.have(name):
        # the build puts the plugin on the path: that it is missing is a failure, not a reason to
        # skip
        print(f"no element {name}: is GST_PLUGIN_PATH set to the build?")
        sys.exit(1)


def table(rows):
    """The Table of a list of Rows."""
    return Table(HEADER, [cells(row) for row in rows], KEYS)


def finish(tables, path):
    """tables: {mark: Table}. --write regenerates the document; then, always, compare. Returns the
    exit code: 1 on any drift, so a miss passes only when the document says that it is one.
    """
    path = os.path.join(document.DOCS, path)
    if "--write" in sys.argv:
        for mark, one in tables.items():
            old = document.read(path, mark) if one.partial else []
            document.write(path, mark, one.header, document.merge(old, one.rows, one.keys))
    failed = False
    for mark, one in tables.items():
        bad = [row for row in one.rows if row[-1] != "ok"]
        print(f"{mark}: {len(one.rows)} rows, {len(bad)} not ok")
        for row in bad:
            print("  ", " | ".join(row))
        try:
            old = document.read(path, mark)
            document.compare(old, one.rows, one.keys, one.tolerance, one.partial)
        except document.Drift as drift:
            print(drift)
            failed = True
    return 1 if failed else 0
