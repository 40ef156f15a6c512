#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The noise-to-mask ratio on closed forms, and faults that it must notice."""
import unittest

import numpy as np

import nmr
import signals

RATE = 48000


def noise(seed, seconds=4.0, level=0.1):
    return level * np.random.default_rng(seed).standard_normal((int(RATE * seconds), 2))


class EarModel(unittest.TestCase):
    def test_full_scale_sine_is_92_db(self):
        model = nmr.EarModel()
        x = signals.sine(RATE, 1000, 0, 1, 1)[:, 0]
        level = 10 * np.log10(model.bands(x).sum(axis=1))
        self.assertTrue(np.all(np.abs(level - 92.0 - nmr.ear_weight_db(1000.0)) < 0.1), level)

    def test_erb_scale(self):
        # Glasberg and Moore (1990): the ERB at 1 kHz is 24.7 (4.37 + 1) = 132.6 Hz wide.
        e = nmr.erb_rate(1000.0)
        self.assertAlmostEqual(
            nmr.erb_rate_to_hz(e + 0.5) - nmr.erb_rate_to_hz(e - 0.5), 132.6, delta=0.8
        )

    def test_slopes_of_a_masker(self):
        # One band at 70 dB, z apart: 27 dB per Bark downwards, 24 + 230/f - 0.2 L upwards.
        model = nmr.EarModel()
        j = int(np.argmin(np.abs(model.centre_hz - 1000)))
        energy = np.full((1, len(model.z)), 1e-12)
        energy[0, j] = 1e7
        level = 10 * np.log10(model.spread(energy)[0] * model._norm)
        down, up = j - 8, j + 8
        self.assertAlmostEqual(
            (level[j] - level[down]) / (model.z[j] - model.z[down]), 27.0, delta=0.1
        )
        self.assertAlmostEqual(
            (level[j] - level[up]) / (model.z[up] - model.z[j]),
            24 + 230 / model.centre_hz[j] - 14.0,
            delta=0.1,
        )

    def test_spreading_keeps_a_flat_spectrum(self):
        model = nmr.EarModel()
        self.assertTrue(np.allclose(model.spread(np.ones((3, len(model.z)))), 1.0))


class Grade(unittest.TestCase):
    def test_identical_is_the_floor(self):
        x = noise(1)
        self.assertEqual(nmr.grade(x, x, RATE).total_db, -120.0)
        # a gain alone is matched away: what is left is rounding (1e-15 of the signal)
        self.assertLess(nmr.grade(x, 0.3 * x, RATE).total_db, -110.0)

    def test_white_noise_under_white_noise(self):
        # Noise of the same spectrum at -SNR: in every band noise / excitation = 1 / (SNR spread),
        # and the mask lies offset(z) below: NMR = -SNR + mean over bands of (offset - spreading
        # gain), as ratios.
        model = nmr.EarModel()
        x = noise(1, 8.0)
        energy = np.mean(model.bands(x[:, 0]), axis=0, keepdims=True)
        gain = model.spread(energy + model.noise) / energy
        base = 10 * np.log10(np.mean(10 ** (model.mask_offset_db / 10) / gain[0]))
        for snr in (10.0, 30.0, 50.0):
            y = x + 10 ** (-snr / 20) * noise(2, 8.0)
            done = nmr.grade(x, y, RATE, lag=0, match=False, lufs=None)
            # a frame's energy in a narrow band is exponentially spread: the mean of ratios lies
            # above the ratio of means
            self.assertGreater(done.total_db, base - snr - 0.5, snr)
            self.assertLess(done.total_db, base - snr + 3.0, snr)

    def test_monotone(self):
        x = signals.music_like(RATE, 3.0)
        grades = [
            nmr.grade(x, x + 10 ** (-snr / 20) * noise(3, 3.0), RATE)
            for snr in (60, 50, 40, 30, 20)
        ]
        for better, worse in zip(grades, grades[1:]):
            self.assertAlmostEqual(worse.total_db - better.total_db, 10.0, delta=1.0)
            self.assertGreater(worse.p95_db, better.p95_db)
            self.assertGreater(worse.mean_db, better.mean_db)

    def test_masked_noise_counts_less(self):
        # The same noise power beside the tone and two octaves above it.
        n = int(4 * RATE)
        x = signals.sine(RATE, 1000, -20, 4)
        rng = np.random.default_rng(5)

        def narrow(f):
            from scipy.signal import butter, sosfilt

            y = sosfilt(
                butter(4, [f * 0.95, f * 1.05], "band", fs=RATE, output="sos"),
                rng.standard_normal((n, 2)),
                axis=0,
            )
            return 1e-3 * y / np.sqrt(np.mean(y**2))

        near = nmr.grade(x, x + narrow(1050), RATE, lag=0).total_db
        far = nmr.grade(x, x + narrow(5000), RATE, lag=0).total_db
        self.assertGreater(far - near, 15.0)

    def test_delay_is_found(self):
        x = signals.music_like(RATE, 3.0)
        late = np.concatenate([np.zeros((58, 2)), x])
        done = nmr.grade(x, late, RATE)
        self.assertEqual((done.lag, nmr.grade(late, x, RATE).lag), (58, -58))
        self.assertLess(done.total_db, -100.0)

    def test_other_rates(self):
        for rate in (44100, 96000):
            x = signals.music_like(rate, 3.0)
            y = x + 1e-3 * np.random.default_rng(6).standard_normal(x.shape)
            self.assertLess(nmr.grade(x, x, rate).total_db, -119.0)
            self.assertGreater(nmr.grade(x, y, rate).total_db, -40.0)

    def test_planted_faults(self):
        x = signals.music_like(RATE, 4.0)
        clean = nmr.grade(x, x * 0.5, RATE).total_db
        clicks = x.copy()
        clicks[::12000] += 0.2
        one_ms_gap = x.copy()
        one_ms_gap[60000:60048] = 0.0
        late_by_one = np.concatenate([np.zeros((1, 2)), x])[: len(x)]
        for fault, lag in (
            (np.clip(x, -0.5, 0.5), None),
            (clicks, None),
            (one_ms_gap, None),
            (late_by_one, 0),
            (np.round(x * 128) / 128, None),
            (x[:, ::-1], 0),
        ):
            self.assertGreater(nmr.grade(x, fault, RATE, lag=lag).total_db, clean + 40.0)
        with self.assertRaises(ValueError):
            nmr.grade(np.zeros((RATE, 2)), x, RATE)


if __name__ == "__main__":
    unittest.main()
