# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Measured tables that live in docs/*.md between <!-- begin NAME --> and <!-- end NAME -->.

A test measures, then either writes the table or compares it: a document that no longer says what
is measured fails.
"""
import os
import re

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")


class Drift(AssertionError):
    """The document and the measurement differ."""


def _marks(name):
    return f"<!-- begin {name} -->", f"<!-- end {name} -->"


def render(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def parse(text):
    """Rows (lists of str) of a rendered table, without its header."""
    lines = [line for line in text.strip().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[2:]]


def read(path, name):
    """The rows of a table; [] when there is none yet."""
    begin, end = _marks(name)
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    match = re.search(re.escape(begin) + "(.*?)" + re.escape(end), text, re.S)
    return parse(match.group(1)) if match else []


def write(path, name, header, rows):
    """Replace the table between its marks; the marks must be there (prose is written by people)."""
    begin, end = _marks(name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if begin not in text or end not in text:
        raise ValueError(f"{path} has no place marked {begin}")
    table = f"{begin}\n{render(header, rows)}\n{end}"
    text = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: table, text, flags=re.S)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def close(rows, what, path=None, name=None, header=None):
    """The end of a measurement whose rows say "ok" in their last cell: writes the table when there is a path, counts what was
    missed; the exit status. No rows: there was no music."""
    if not rows:
        print("SKIP: no music: install openttd-openmsx or set MASTERING_TEST_AUDIO")
        return 77
    if path:
        write(path, name, header, rows)
    missed = sum(row[-1] != "ok" for row in rows)
    print(f"{len(rows)} {what}, {missed} missed")
    return 1 if missed else 0


def _number(text):
    try:
        return float(text.replace("−", "-"))
    except ValueError:
        return None


def same_cell(a, b, tolerance):
    x, y = _number(a), _number(b)
    if x is not None and y is not None:
        return x == y or abs(x - y) <= tolerance
    return a == b


def compare(documented, measured, keys, tolerance, partial=False):
    """Raise Drift unless both tables agree. keys: number of leading cells that name a row.
    Numbers may differ by tolerance, everything else must be equal. partial: rows that were not
    measured now may stay in the document.
    """
    by_key = {tuple(row[:keys]): row for row in documented}
    problems = []
    for row in measured:
        old = by_key.pop(tuple(row[:keys]), None)
        if old is None:
            problems.append(f"not in the document: {row}")
        elif len(old) != len(row) or not all(same_cell(a, b, tolerance) for a, b in zip(old, row)):
            problems.append(f"document says {old[keys:]}, measured {row[keys:]}: {row[:keys]}")
    if not partial:
        problems += [f"in the document only: {row}" for row in by_key.values()]
    if problems:
        raise Drift("\n".join(problems))


def merge(documented, measured, keys):
    """Measured rows, with rows that only the document has kept at their place at the end."""
    new = {tuple(row[:keys]) for row in measured}
    return measured + [row for row in documented if tuple(row[:keys]) not in new]
