#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The comparison of documents with measurements must see every kind of drift."""
import os
import tempfile
import unittest

import document

ROWS = [["1", "I", "-23.00", "ok"], ["2", "S", "-33.01", "MISS"]]


class Document(unittest.TestCase):
    def setUp(self):
        handle, self.path = tempfile.mkstemp(suffix=".md")
        self.addCleanup(os.unlink, self.path)
        places = b"<!-- begin a -->\n<!-- end a -->\nprose\n<!-- begin b -->\nold\n<!-- end b -->\n"
        os.write(handle, b"# T\n" + places)
        os.close(handle)

    def test_round_trip_keeps_prose(self):
        document.write(self.path, "a", ["case", "q", "value", "verdict"], ROWS)
        self.assertEqual(document.read(self.path, "a"), ROWS)
        with open(self.path, encoding="utf-8") as file:
            self.assertIn("prose\n<!-- begin b -->\nold", file.read())
        with self.assertRaises(ValueError):
            document.write(self.path, "c", ["x"], [])

    def test_agreement(self):
        document.compare(ROWS, [["2", "S", "-33.012", "MISS"], ROWS[0]], 2, 0.005)
        document.compare(ROWS, ROWS[:1], 2, 0.0, partial=True)
        document.compare([["1", "-inf"]], [["1", "-inf"]], 1, 0.0)

    def test_planted_drifts(self):
        for drift in (
            ROWS[:1],
            ROWS + [["3", "S", "0", "ok"]],
            [["1", "I", "-23.02", "ok"], ROWS[1]],
            [["1", "I", "-23.00", "MISS"], ROWS[1]],
            [["1", "I", "-inf", "ok"], ROWS[1]],
            [["1", "I", "-23.00"], ROWS[1]],
            [["1", "I", "nan", "ok"], ROWS[1]],
        ):
            with self.assertRaises(document.Drift):
                document.compare(ROWS, drift, 2, 0.005)
        with self.assertRaises(document.Drift):
            document.compare([], ROWS, 2, 0.005, partial=True)


if __name__ == "__main__":
    unittest.main()
