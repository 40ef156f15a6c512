#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Count the results in meson's machine-readable logs (meson-logs/*.json, one JSON object per line).

Prints the reason of every skip and the name of every failure, then, alone on the last line,
"N passed, N failed, N skipped". Exit 0 only when something passed and nothing failed. A log that is
missing or broken counts as one failure: a test runner that died must not look like success.
"""
import json
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
# exit code 77; everything else (FAIL, ERROR, TIMEOUT, INTERRUPT, UNEXPECTEDPASS) is a failure
SKIPPED = {"SKIP"}


def skip_reason(result):
    """The last line the test printed that speaks of skipping, else its last line at all."""
    lines = [
        line.strip()
        for line in (result.get("stdout", "") + "\n" + result.get("stderr", "")).splitlines()
    ]
    lines = [line for line in lines if line]
    spoken = [line for line in lines if "skip" in line.lower()]
    return (spoken or lines or ["no reason given"])[-1]


def read_log(path):
    """List of (name, meson result, test object); raises OSError or ValueError."""
    with open(path, encoding="utf-8") as log:
        rows = [json.loads(line) for line in log if line.strip()]
    return [(row["name"], row["result"], row) for row in rows]


def count(paths, out=sys.stdout):
    """Print the summary of all logs; return (passed, failed, skipped)."""
    passed = failed = skipped = 0
    for path in paths:
        try:
            rows = read_log(path)
        except (OSError, ValueError, KeyError) as error:
            print(f"failed: no usable log {path}: {error}", file=out)
            failed += 1
            continue
        for name, result, row in rows:
            if result in PASSED:
                passed += 1
            elif result in SKIPPED:
                skipped += 1
                print(f"skipped: {name}: {skip_reason(row)}", file=out)
            else:
                failed += 1
                print(f"failed: {name}: {result}", file=out)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", file=out)
    return passed, failed, skipped


def main():
    passed, failed, _ = count(sys.argv[1:])
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
