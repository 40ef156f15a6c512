#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""docs/defects.md names tests that exist: each entry is a test of `meson test` and a function in its program.

  test_defects.py BUILD_ROOT
"""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DOC = os.path.join(HERE, "..", "..", "docs", "defects.md")
ENTRY = re.compile(r"`([a-z0-9_-]+): ([a-z0-9_]+)`")


def sources_of(test):
    """The program of a test: its Python file, or the C file that its executable is named after."""
    for word in test["cmd"]:
        name = os.path.basename(word)
        if name.endswith(".py"):
            yield word
        for folder in ("dsp", "gst", "tool", "fuzz"):
            path = os.path.join(HERE, "..", folder, f"{name}.c")
            if os.path.exists(path):
                yield path


def functions(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = re.findall(r"^def ([a-z0-9_]+) ?\(", text, re.M) if path.endswith(".py") else []
    return set(found) | set(re.findall(r"^(?:GST_START_TEST \()?([a-z0-9_]+)(?: \(.*)?\)$", text, re.M))


def problems(text, tests):
    by_name = {test["name"]: test for test in tests}
    found = []
    for number, row in enumerate((r for r in text.splitlines() if re.match(r"\| \d", r)), 1):
        entries = ENTRY.findall(row)
        if not row.startswith(f"| {number} |") or not entries:
            found.append(f"row {number}: {row[:40]}")
        for name, function in entries:
            if name not in by_name:
                found.append(f"row {number}: there is no test {name}")
            elif not any(function in functions(path) for path in sources_of(by_name[name])):
                found.append(f"row {number}: {name} has no function {function}")
    return found


def main():
    with open(os.path.join(sys.argv[1], "meson-info", "intro-tests.json"), encoding="utf-8") as file:
        tests = json.load(file)
    with open(DOC, encoding="utf-8") as file:
        text = file.read()
    if not any(test["name"].startswith("gst-nan") for test in tests):
        print("skipped: the C tests are not built here")
        return 77
    found = problems(text, tests)
    rows = len(re.findall(r"^\| \d", text, re.M))
    # Planted: a function, a test and a row that are not there.
    for old, new in (("poison_is_silence", "poison_is_gold"), ("`gst-nan:", "`gst-nun:"), ("| 7 |", "| 8 |")):
        assert problems(text.replace(old, new, 1), tests) != found, new
    print("\n".join(found) if found else f"{rows} defects, {len(ENTRY.findall(text))} tests")
    return 1 if found or rows != 22 else 0


if __name__ == "__main__":
    sys.exit(main())
