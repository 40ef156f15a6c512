# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Noise-to-mask ratio of a processed signal against its reference, at equal loudness.

What a listener can hear of a limiter is the part of (processed - reference) that the reference
does not mask. Both signals are brought to the same K-weighted integrated loudness and aligned in
time; then, as in the FFT ear model of ITU-R BS.1387-1 (2001) Annex 2, but in ERB bands (Glasberg
and Moore 1990):

  2048-point Hann frames, hop 1024, 48 kHz          BS.1387 2.1.3 (full scale sine = 92 dB SPL)
  outer and middle ear weighting                    equation (7)
  half-ERB bands, 50 Hz ... 18 kHz                  ERB-rate scale 21.4 log10 (1 + 0.00437 f)
  internal noise                                    equation (13)
  spreading over bands, level dependent             (14)-(20): 27 dB/Bark down, 24 + 230/f - 0.2 L up
  forward masking                                   equations (21)-(24)
  mask = excitation - 3 dB, above 12 Bark - 0.25 z  equation (25)

The noise is the spectrum of the difference signal (not the difference of magnitudes), so that
phase errors count and independent noise of known power gives a known ratio.
"""
from collections import namedtuple

import numpy as np
from scipy import signal as sps

import bs1770

RATE, SIZE, HOP = 48000, 2048, 1024
FULL_SCALE_SPL = 92.0
BANDS_PER_ERB = 2
LOW_HZ, HIGH_HZ = 50.0, 18000.0
# total: 10 log10 of the mean ratio; mean, p95: of the frames' ratios in dB; frames: those ratios;
# gain_db: the match
Nmr = namedtuple("Nmr", "total_db mean_db p95_db frames gain_db lag")


def erb_rate(f):
    return 21.4 * np.log10(1.0 + 0.00437 * np.asarray(f, dtype=float))


def erb_rate_to_hz(e):
    return (10.0 ** (np.asarray(e, dtype=float) / 21.4) - 1.0) / 0.00437


def bark(f):
    """BS.1387-1 equation (9)."""
    return 7.0 * np.arcsinh(np.asarray(f, dtype=float) / 650.0)


def ear_weight_db(f):
    """Outer and middle ear, BS.1387-1 equation (7)."""
    k = np.maximum(np.asarray(f, dtype=float), 1.0) / 1000.0
    return -0.6 * 3.64 * k**-0.8 + 6.5 * np.exp(-0.6 * (k - 3.3) ** 2) - 1e-3 * k**3.6


def internal_noise_db(f):
    """BS.1387-1 equation (13)."""
    return 0.4 * 3.64 * (np.asarray(f, dtype=float) / 1000.0) ** -0.8


class EarModel:
    """Bands, weights and spreading for one calibration."""

    def __init__(self, full_scale_spl=FULL_SCALE_SPL):
        self.window = np.hanning(SIZE + 1)[:SIZE]
        # a full-scale sine has spectral power (sum w / 2)^2 at its peak, sum over its main lobe
        # 1.5 times that (Hann)
        self.gain = 10.0 ** (full_scale_spl / 10.0) / (1.5 * (self.window.sum() / 2.0) ** 2)
        edges = np.arange(erb_rate(LOW_HZ), erb_rate(HIGH_HZ), 1.0 / BANDS_PER_ERB)
        self.edges_hz = erb_rate_to_hz(edges)
        self.centre_hz = erb_rate_to_hz(0.5 * (edges[1:] + edges[:-1]))
        self.z = bark(self.centre_hz)
        self.grouping = self._grouping()
        self.noise = 10.0 ** (internal_noise_db(self.centre_hz) / 10.0)
        self.mask_offset_db = np.where(self.z <= 12.0, 3.0, 0.25 * self.z)
        tau = 0.008 + 100.0 / self.centre_hz * (0.030 - 0.008)
        self.decay = np.exp(-HOP / (RATE * tau))
        self._norm = 1.0
        self._norm = self.spread(np.ones((1, len(self.z))))[0]

    def _grouping(self):
        """bins x bands: the share of each bin (width fs / SIZE) that lies in each band, times the
        ear's weight."""
        f = np.arange(SIZE // 2 + 1) * RATE / SIZE
        half = 0.5 * RATE / SIZE
        low = np.maximum(f[:, None] - half, self.edges_hz[None, :-1])
        high = np.minimum(f[:, None] + half, self.edges_hz[None, 1:])
        share = np.maximum(0.0, high - low) / (2.0 * half)
        return share * 10.0 ** (ear_weight_db(f)[:, None] / 10.0)

    def spread(self, energy):
        """Spread excitation of energy[frames, bands]; powers add with exponent 0.4, normalised
        for flat unit input."""
        level = 10.0 * np.log10(np.maximum(energy, 1e-12))
        dz = self.z[None, :] - self.z[:, None]  # from band (row) to band (column)
        out = np.zeros_like(energy)
        for j in range(len(self.z)):  # the masker's band
            up = 24.0 + 230.0 / self.centre_hz[j] - 0.2 * level[:, j]
            slope = np.where(dz[j][None, :] < 0.0, 27.0, -np.maximum(up, 4.0)[:, None])
            reach = 10.0 ** (slope * dz[j][None, :] / 10.0)
            reach /= reach.sum(axis=1, keepdims=True)  # the masker's energy is kept
            out += (energy[:, j : j + 1] * reach) ** 0.4
        return out**2.5 / self._norm

    def bands(self, x):
        """Energy[frames, bands] of a mono signal at 48 kHz."""
        frames = sps.stft(x, RATE, self.window, SIZE, SIZE - HOP, boundary=None, padded=False)[2].T
        power = np.abs(frames * self.window.sum()) ** 2 * self.gain
        return power @ self.grouping

    def mask(self, energy):
        """The masked threshold of band energies: internal noise, spreading, forward masking,
        offset."""
        excitation = self.spread(energy + self.noise)
        held = np.empty_like(excitation)
        state = np.zeros(excitation.shape[1])
        for i, row in enumerate(excitation):
            state = self.decay * state + (1.0 - self.decay) * row
            held[i] = np.maximum(row, state)
        return held * 10.0 ** (-self.mask_offset_db / 10.0)


_MODELS = {}


def _model(full_scale_spl):
    return _MODELS.setdefault(full_scale_spl, EarModel(full_scale_spl))


def to_48k(x, rate):
    if rate == RATE:
        return np.asarray(x, dtype=float)
    divisor = np.gcd(int(rate), RATE)
    return sps.resample_poly(
        np.asarray(x, dtype=float), RATE // divisor, int(rate) // divisor, axis=0
    )


def find_lag(reference, processed, limit=4800):
    """Samples by which processed is late, by cross-correlation of the channel sums (|lag| <=
    limit)."""
    a, b = np.sum(reference, axis=1), np.sum(processed, axis=1)
    size = 1 << int(np.ceil(np.log2(len(a) + len(b))))
    correlation = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)))
    lags = np.concatenate([np.arange(0, limit + 1), np.arange(-limit, 0)])
    return int(lags[np.argmax(correlation[lags])])


def align(reference, processed, lag):
    """Both cut to their common part."""
    if lag > 0:
        processed = processed[lag:]
    elif lag < 0:
        reference = reference[-lag:]
    n = min(len(reference), len(processed))
    return reference[:n], processed[:n]


def grade(
    reference, processed, rate, lufs=None, full_scale_spl=FULL_SCALE_SPL, match=True, lag=None
):
    """Nmr of processed against reference (float arrays [frames, channels], same rate).

    Both are played at the loudness lufs (default: that of processed). Frames in which the
    reference lies below the threshold in quiet are left out. Channels and frames are averaged as
    ratios for total_db.
    """
    lag = find_lag(reference, processed) if lag is None else lag
    reference, processed = align(np.asarray(reference, float), np.asarray(processed, float), lag)
    loud_ref, loud_out = (bs1770.integrated(x, rate) for x in (reference, processed))
    if not np.isfinite(loud_ref) or not np.isfinite(loud_out):
        raise ValueError("silence cannot be graded")
    lufs = loud_out if lufs is None else lufs
    gain_ref = 10.0 ** ((lufs - loud_ref) / 20.0)
    gain_out = 10.0 ** ((lufs - loud_out) / 20.0) if match else gain_ref
    model = _model(full_scale_spl)
    reference = to_48k(reference * gain_ref, rate)
    processed = to_48k(processed * gain_out, rate)
    ratios = []
    for channel in range(reference.shape[1]):
        energy = model.bands(reference[:, channel])
        noise = model.bands(processed[:, channel] - reference[:, channel])
        ratio = noise / model.mask(energy)
        audible = energy.sum(axis=1) > model.noise.sum()
        ratios.append(np.where(audible, ratio.mean(axis=1), np.nan))
    ratios = np.array(ratios)
    frames = np.nanmean(ratios[:, ~np.all(np.isnan(ratios), axis=0)], axis=0)
    frames_db = 10.0 * np.log10(np.maximum(frames, 1e-12))
    return Nmr(
        float(10.0 * np.log10(max(frames.mean(), 1e-12))),
        float(frames_db.mean()),
        float(np.percentile(frames_db, 95.0)),
        frames_db,
        float(loud_out - loud_ref),
        lag,
    )
