#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The synthesized signals have the lengths, levels and bandwidths that their standards and names
promise."""
import unittest

import numpy as np

import signals


def band_level_db(x, rate, low, high):
    """Power in a band relative to all, dB (Blackman-Harris periodogram)."""
    from scipy.signal import get_window

    spectrum = np.abs(np.fft.rfft(x * get_window("blackmanharris", len(x)))) ** 2
    f = np.fft.rfftfreq(len(x), 1.0 / rate)
    return 10 * np.log10(spectrum[(f >= low) & (f <= high)].sum() / spectrum.sum() + 1e-30)


class Tech3341(unittest.TestCase):
    def test_lengths(self):
        seconds = {1: 20, 2: 20, 3: 80, 4: 100, 5: 60.1, 6: 20, 9: 15, 12: 10}
        for rate in (44100, 48000):
            for case, expected in seconds.items():
                self.assertEqual(
                    len(signals.tech3341_loudness(case, rate)), round(expected * rate), (case, rate)
                )
        self.assertEqual(
            [len(x) for x in signals.tech3341_files(10)][::19], [4 * 48000, int(6.85 * 48000)]
        )
        self.assertEqual({len(x) for x, _ in signals.tech3341_live(11)}, {6 * 48000})
        self.assertEqual({len(x) for x, _ in signals.tech3341_live(14)}, {int(0.8 * 48000)})

    def test_levels_are_peak_dbfs(self):
        x = signals.tech3341_loudness(3)
        for second, level in ((5, -36), (40, -23), (75, -36)):
            part = x[second * 48000 : (second + 1) * 48000]
            self.assertAlmostEqual(20 * np.log10(np.abs(part).max()), level, delta=1e-9)
            self.assertTrue(np.array_equal(part[:, 0], part[:, 1]))
        x = signals.tech3341_loudness(6)
        self.assertTrue(
            np.allclose(20 * np.log10(np.abs(x).max(axis=0)), [-28, -28, -24, -30, -30])
        )
        self.assertEqual(
            [e for _, e in signals.tech3341_live(14)], [float(e) for e in range(-38, -18)]
        )

    def test_true_peak_tones_sample_values(self):
        # fs/4 at 45 degrees only ever samples at 0.7071 of its crest; fs/4 at 0 degrees samples 0
        # and the crest.
        self.assertAlmostEqual(
            np.abs(signals.tech3341_true_peak(16)).max(), 0.5 * np.sqrt(0.5), delta=1e-12
        )
        self.assertAlmostEqual(np.abs(signals.tech3341_true_peak(15)).max(), 0.5, delta=1e-12)
        self.assertAlmostEqual(
            np.abs(signals.tech3341_true_peak(17)).max(), 0.5 * np.sin(np.pi / 3), delta=1e-12
        )
        self.assertAlmostEqual(
            np.abs(signals.tech3341_true_peak(18)).max(),
            0.5 * np.sin(np.deg2rad(67.5)),
            delta=1e-12,
        )

    def test_tech3342(self):
        x = signals.tech3342(4)
        self.assertEqual(len(x), 100 * 48000)
        self.assertAlmostEqual(
            20 * np.log10(np.abs(x[50 * 48000 : 51 * 48000]).max()), -20, delta=1e-9
        )


class LimiterSignals(unittest.TestCase):
    def test_bandwidths(self):
        for rate in (44100, 96000):
            for name, (x, kind) in signals.limiter_signals(rate).items():
                self.assertAlmostEqual(np.abs(x).max(), 1.0, delta=1e-12)
                if kind in ("audio", "pass"):
                    edge = signals.audio_band(rate) if kind == "audio" else signals.PASS_BAND * rate
                    # 250 Hz: what the window of the periodogram and the 10 ms edges of the tones
                    # spread
                    self.assertLess(
                        band_level_db(x[:, 0], rate, edge + 250, rate / 2), -75.0, (name, rate)
                    )
                elif kind == "full":
                    self.assertGreater(
                        band_level_db(x[:, 0], rate, 0.46 * rate, rate / 2), -13.0, (name, rate)
                    )

    def test_repeatable(self):
        again = signals.limiter_signals(44100)
        for name, (x, _) in signals.limiter_signals(44100).items():
            self.assertTrue(np.array_equal(x, again[name][0]), name)

    def test_edges_are_loud(self):
        x, _ = signals.limiter_signals(48000)["loud first and last sample"]
        self.assertEqual([x[0, 0], x[-1, 1]], [1.0, -1.0])

    def test_planted_fault_unlimited_noise(self):
        x = signals.white_noise(48000)
        self.assertGreater(band_level_db(x[:, 0], 48000, 20250, 24000), -75.0)

    def test_smpte_ratio(self):
        x = signals.smpte_imd(48000, 0.0, 1.0)[:, 0]
        spectrum = np.abs(np.fft.rfft(x))
        self.assertAlmostEqual(spectrum[60] / spectrum[7000], 4.0, delta=1e-9)


if __name__ == "__main__":
    unittest.main()
