#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""One table of what master_slice.py did.

  collect.py OUT [LIST]     tab-separated on standard output, sorted by path

With LIST, files that have no result yet are rows too ("missing"). Exit 0: every file has a master; 1: some failed or are
missing; 2: bad usage.
"""
import glob
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import master_slice  # noqa: E402

COLUMNS = ("input", "status", "loudness-before", "loudness", "true-peak", "gain", "limited-by", "seconds", "host", "note")


def row_of(result):
    report = result.get("report") or {}
    before, after, chain = (report.get(part) or {} for part in ("before", "after", "chain"))
    status = {0: "ok", 1: "constrained"}.get(result["exit"], "failed")
    note = result.get("error") or " ".join(report.get("problems") or [])
    return {"input": result["input"], "status": status, "loudness-before": before.get("loudness"), "loudness": after.get("loudness"),
            "true-peak": after.get("true-peak"), "gain": chain.get("gain"), "limited-by": chain.get("limited-by"),
            "seconds": result["seconds"], "host": result["host"], "note": note}


def text_of(value):
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value).replace("\t", " ").replace("\n", " ")


def rows(out, list_path):
    found = {}
    for path in glob.glob(os.path.join(glob.escape(out), "results", "*.json")):
        result = master_slice.read_result(path)
        if result:
            found[result["input"]] = row_of(result)
    for source in master_slice.read_list(list_path) if list_path else ():
        found.setdefault(source, {"input": source, "status": "missing"})
    return [found[source] for source in sorted(found)]


def main():
    if not 2 <= len(sys.argv) <= 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    table = rows(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    print("\t".join(COLUMNS))
    for row in table:
        print("\t".join(text_of(row.get(column)) for column in COLUMNS))
    sys.exit(1 if any(row["status"] in ("failed", "missing") for row in table) else 0)


if __name__ == "__main__":
    main()
