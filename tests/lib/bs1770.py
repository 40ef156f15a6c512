# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""A reference loudness meter in float64: ITU-R BS.1770-5 (2023), EBU Tech 3341 (2023), EBU Tech
3342 (2023).

Written for clarity, from the standards' text only. The 48 kHz coefficients are the tables of
BS.1770-5 Annex 1; other rates use the same analogue prototype, found from those tables by the
inverse bilinear transform, which bends at low ones: use at_48k() there.
"""
import numpy as np
from scipy import signal as sps

ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
# BS.1770-5 Annex 1, Tables 1 and 2: (b, a) at 48 kHz
SHELF_48K = (
    [1.53512485958697, -2.69169618940638, 1.19839281085285],
    [1.0, -1.69065929318241, 0.73248077421585],
)
HIGH_PASS_48K = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])


def _substitute(coefficients, numerator, denominator):
    """The quadratic c0 z^2 + c1 z + c2 with z = numerator / denominator, times denominator^2."""
    c0, c1, c2 = coefficients
    return np.polyadd(
        np.polyadd(c0 * np.polymul(numerator, numerator), c1 * np.polymul(numerator, denominator)),
        c2 * np.polymul(denominator, denominator),
    )


def _at_rate(section, rate):
    """The section at another rate: z -> s = (z-1)/(z+1), scale so that its corner stays, back to
    z."""
    b, a = section
    if rate == 48000:
        return np.array(b), np.array(a)
    # z = (1 + s) / (1 - s): polynomials in s, highest power first
    bs, as_ = _substitute(b, [1, 1], [-1, 1]), _substitute(a, [1, 1], [-1, 1])
    corner = np.sqrt(as_[2] / as_[0])  # = tan (pi f0 / 48000)
    f0 = 48000.0 / np.pi * np.arctan(corner)
    scale = (
        np.tan(np.pi * f0 / rate) / corner
    )  # the same corner frequency at the new rate: s -> s / scale
    powers = scale ** np.array([-2.0, -1.0, 0.0])
    bs, as_ = bs * powers, as_ * powers
    bz, az = _substitute(bs, [1, -1], [1, 1]), _substitute(as_, [1, -1], [1, 1])
    return bz / az[0], az / az[0]


def at_48k(samples, rate):
    """What repeats itself after samples[frames, channels], whole periods of it, at 48 kHz: exact."""
    return sps.resample(samples, len(samples) * 48000 // rate, axis=0)


def k_weight(samples, rate):
    """K-weighted samples[frames, channels]."""
    y = np.asarray(samples, dtype=float)
    for section in (SHELF_48K, HIGH_PASS_48K):
        b, a = _at_rate(section, rate)
        y = sps.lfilter(b, a, y, axis=0)
    return y


def k_response_db(frequency, rate):
    """Gain of the K-weighting at one frequency."""
    z = np.exp(2j * np.pi * np.asarray(frequency) / rate)
    h = 1.0
    for section in (SHELF_48K, HIGH_PASS_48K):
        b, a = _at_rate(section, rate)
        h = h * np.polyval(b, z) / np.polyval(a, z)
    return 20 * np.log10(np.abs(h))


def loudness(power):
    """BS.1770-5 equation (2): weighted mean-square power to LKFS; -inf for none."""
    with np.errstate(divide="ignore"):
        return -0.691 + 10.0 * np.log10(power)


class Meter:
    """All readings of one finished signal. weights: per channel (BS.1770-5 Table 4), default 1.0
    each."""

    def __init__(self, samples, rate, weights=None):
        samples = np.asarray(samples, dtype=float)
        if samples.ndim == 1:
            samples = samples[:, None]
        weights = np.ones(samples.shape[1]) if weights is None else np.asarray(weights, dtype=float)
        self.rate, self.n = rate, len(samples)
        power = (k_weight(samples, rate) ** 2) @ weights
        self._sum = np.concatenate([[0.0], np.cumsum(power)])

    def windows(self, window_s, hop_s):
        """Mean power of every whole window; window k ends at round (window + k hop), to the
        nearest sample."""
        length = int(round(window_s * self.rate))
        count = (
            int(np.floor((self.n - length) / (hop_s * self.rate) + 1e-9)) + 1
            if self.n >= length
            else 0
        )
        ends = np.round(length + np.arange(max(count, 0)) * hop_s * self.rate).astype(int)
        ends = ends[ends <= self.n]
        return np.maximum(self._sum[ends] - self._sum[ends - length], 0.0) / length

    def momentary(self, hop_s=0.01):
        return loudness(self.windows(0.4, hop_s))

    def shortterm(self, hop_s=0.01):
        return loudness(self.windows(3.0, hop_s))

    def max_momentary(self, hop_s=0.01):
        return float(np.max(self.momentary(hop_s), initial=-np.inf))

    def max_shortterm(self, hop_s=0.01):
        return float(np.max(self.shortterm(hop_s), initial=-np.inf))

    def relative_threshold(self):
        power = self.windows(0.4, 0.1)
        power = power[loudness(power) > ABSOLUTE_GATE]
        return float(loudness(power.mean()) + RELATIVE_GATE) if len(power) else -np.inf

    def integrated(self):
        """BS.1770-5 Annex 1, equations (4)-(7)."""
        power = self.windows(0.4, 0.1)
        power = power[
            (loudness(power) > ABSOLUTE_GATE) & (loudness(power) > self.relative_threshold())
        ]
        return float(loudness(power.mean())) if len(power) else -np.inf

    def loudness_range(self, hop_s=0.1):
        """EBU Tech 3342: gates -70 LUFS and -20 LU, then the 10th to 95th percentile of
        short-term loudness."""
        power = self.windows(3.0, hop_s)
        power = power[loudness(power) >= ABSOLUTE_GATE]
        if not len(power):
            return 0.0
        levels = loudness(power)
        levels = np.sort(levels[levels >= loudness(power.mean()) - 20.0])
        index = [int(np.floor((len(levels) - 1) * p / 100.0 + 0.5)) for p in (10, 95)]
        return float(levels[index[1]] - levels[index[0]])


def integrated(samples, rate, weights=None):
    return Meter(samples, rate, weights).integrated()
