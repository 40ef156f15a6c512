#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The result counter of tests/run.sh: what it counts, and that it cannot be fooled into success."""
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

import count_results


class CountResults(unittest.TestCase):
    def write(self, rows):
        handle = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
        with handle as log:
            for row in rows:
                log.write(json.dumps(row) + "\n")
        self.addCleanup(os.unlink, handle.name)
        return handle.name

    def run_main(self, *paths):
        done = subprocess.run(
            [sys.executable, count_results.__file__, *paths], capture_output=True, text=True
        )
        return done.returncode, done.stdout.splitlines()

    def test_counts_and_reasons(self):
        path = self.write(
            [
                {"name": "a", "result": "OK", "stdout": ""},
                {"name": "b", "result": "SKIP", "stdout": "x\nskipped: no ffmpeg\nbye\n"},
                {"name": "c", "result": "EXPECTEDFAIL"},
            ]
        )
        code, lines = self.run_main(path)
        self.assertEqual(code, 0)
        self.assertIn("skipped: b: skipped: no ffmpeg", lines)
        self.assertEqual(lines[-1], "2 passed, 0 failed, 1 skipped")

    def test_every_bad_result_fails(self):
        for result in ("FAIL", "TIMEOUT", "ERROR", "INTERRUPT", "UNEXPECTEDPASS", "anything new"):
            path = self.write([{"name": "a", "result": "OK"}, {"name": "b", "result": result}])
            code, lines = self.run_main(path)
            self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed, 0 skipped"), result)

    def test_nothing_run_fails(self):
        self.assertEqual(self.run_main(self.write([]))[0], 1)
        self.assertEqual(self.run_main()[0], 1)
        self.assertEqual(self.run_main(self.write([{"name": "a", "result": "SKIP"}]))[0], 1)

    def test_missing_or_broken_log_fails(self):
        good = self.write([{"name": "a", "result": "OK"}])
        self.assertEqual(self.run_main(good, "/nonexistent.json")[0], 1)
        with open(good, "a", encoding="utf-8") as log:
            log.write('{"name": "b", "resu')
        self.assertEqual(count_results.count([good], io.StringIO()), (0, 1, 0))


if __name__ == "__main__":
    unittest.main()
