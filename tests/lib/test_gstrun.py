#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The pipeline runner with GStreamer's own elements: samples, times, messages and errors come
through untouched."""
import sys
import unittest

import numpy as np

try:
    import gstrun
except (ImportError, ValueError) as error:
    print(f"skipped: no GStreamer for Python: {error}")
    sys.exit(77)


class GstRun(unittest.TestCase):
    def setUp(self):
        self.noise = np.random.default_rng(1).standard_normal((10000, 2)).astype(np.float32)

    def test_identity_is_bit_exact_for_all_block_sizes(self):
        for block in (1, 7, 4096, 20000, [1, 100, 3]):
            x = self.noise[:500] if block == 1 else self.noise
            done = gstrun.run(x, 44100, "identity", block=block)
            self.assertTrue(np.array_equal(done.samples.view(np.uint32), x.view(np.uint32)), block)
            self.assertEqual([b[3] for b in done.buffers][0], min(len(x), np.atleast_1d(block)[0]))

    def test_timestamps_are_gapless(self):
        done = gstrun.run(self.noise, 44100, "identity", block=441)
        for (pts, duration, offset, n), after in zip(done.buffers, done.buffers[1:]):
            self.assertEqual((pts + duration, offset + n), (after[0], after[2]))
        self.assertEqual(done.buffers[10][0], 100 * 10**6)

    def test_work_is_done(self):
        done = gstrun.run(self.noise, 48000, "volume volume=0.5")
        self.assertTrue(np.allclose(done.samples, 0.5 * self.noise, atol=1e-7))

    def test_messages(self):
        x = np.full((48000, 2), 0.5, np.float32)
        done = gstrun.run(x, 48000, "audioconvert ! level interval=100000000 ! audioconvert")
        levels = gstrun.of(done.messages, "level")
        self.assertIn(len(levels), (10, 11))  # level may post an empty last interval at EOS
        self.assertEqual(levels[3]["stream-time"], 300000000)
        with self.assertRaises(AssertionError):
            gstrun.final_message(done.messages, "level")

    def test_arrays(self):
        structure = gstrun.Gst.Structure.new_from_string(
            "m, a=(double)< 0.5, -inf >, final=(boolean)true;"
        )
        self.assertEqual(
            gstrun.fields(structure), {"name": "m", "a": [0.5, -np.inf], "final": True}
        )

    def test_piecewise(self):
        with gstrun.Pipeline("identity", 48000, 2) as pipeline:
            for _ in range(3):
                pipeline.push(self.noise[:5000], 1000)
                out, buffers = pipeline.pull(5000)
                self.assertEqual(len(out), 5000)
            self.assertEqual(buffers[0][2], 10000)

    def test_error_is_raised(self):
        with self.assertRaises(gstrun.PipelineError):
            gstrun.run(self.noise, 48000, "identity error-after=2")

    def test_planted_fault_lost_frame(self):
        done = gstrun.run(self.noise, 48000, "identity drop-buffer-flags=discont", block=1000)
        self.assertFalse(
            len(done.samples) == len(self.noise) and np.array_equal(done.samples, self.noise)
        )


if __name__ == "__main__":
    unittest.main()
