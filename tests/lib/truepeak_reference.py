# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The true-peak reference: 64 times oversampling, 192 Kaiser-windowed taps per phase, float64.

The reconstruction filter is a sinc with its -6 dB point at fs/2 and beta 12 (about 118 dB): flat
to 0.469 fs, so a superset of the pass-band 0 ... 0.4535 fs in which this project defines true
peak. Phase 0 is the sample itself.

Only neighbourhoods of possible maxima are computed at 64x. That loses nothing: a function bounded
by M and band-limited to fs/2 satisfies |x(t0 + d)| >= M cos (pi d fs) around its maximum at t0
(Bernstein), so on a grid of L points a sample some point is at least M cos (pi / (2 L)).
"""
import numpy as np

TAPS = 192
OVERSAMPLING = 64
BETA = 12.0


def _phase_filter(offset):
    """Taps that evaluate the signal at n + offset samples, 0 <= offset < 1, from samples
    n-TAPS/2+1 ... n+TAPS/2."""
    k = np.arange(-TAPS // 2 + 1, TAPS // 2 + 1) - offset
    window = np.i0(BETA * np.sqrt(np.maximum(0.0, 1.0 - (k / (TAPS / 2)) ** 2))) / np.i0(BETA)
    return np.sinc(k) * window


def _filters(oversampling):
    return np.stack([_phase_filter(p / oversampling) for p in range(oversampling)], axis=1)


_FILTERS = {4: _filters(4), 16: _filters(16), 64: _filters(64)}
# the bound is for ideal reconstruction; the filter's own transition band may bend it slightly
SLACK = 0.995


def _candidates_4x(padded):
    """Per sample n: the largest magnitude on the 4x grid of [n, n+1)."""
    from scipy.signal import oaconvolve

    n = len(padded) - TAPS
    best = np.abs(padded[TAPS // 2 - 1 : TAPS // 2 - 1 + n + 1])
    for p in (1, 2, 3):
        y = oaconvolve(padded, _FILTERS[4][::-1, p], mode="valid")
        best = np.maximum(best, np.abs(y))
    return best


def _evaluate(padded, starts, oversampling):
    """Largest magnitude on the finer grid of [n, n+1) for each n in starts, in slabs that fit the
    cache."""
    out = np.empty(len(starts))
    offsets = np.arange(TAPS)
    for a in range(0, len(starts), 4096):
        rows = padded[starts[a : a + 4096, None] + offsets]
        out[a : a + 4096] = np.abs(rows @ _FILTERS[oversampling]).max(axis=1)
    return out


def true_peak_channel(x):
    """(true peak, position in samples) of one channel; the signal is zero outside. Empty or
    silent gives (0, 0)."""
    x = np.asarray(x, dtype=float)
    if len(x) == 0 or not np.any(x):
        return 0.0, 0.0
    if not np.all(np.isfinite(x)):
        raise ValueError("the signal is not finite")
    # row n of the filters reads padded[n : n + TAPS]; position n - pad is the sample it starts from
    pad = TAPS
    padded = np.concatenate([np.zeros(pad + TAPS // 2 - 1), x, np.zeros(pad + TAPS // 2)])
    best = _candidates_4x(padded)
    starts = np.arange(len(best))
    for grid, finer in ((4, 16), (16, 64)):
        keep = best >= best.max() * np.cos(np.pi / (2 * grid)) * SLACK
        starts = starts[keep]
        best = _evaluate(padded, starts, finer)
    at = int(np.argmax(best))
    fine = np.abs(padded[starts[at] : starts[at] + TAPS] @ _FILTERS[64])
    return float(best[at]), float(starts[at] - pad + np.argmax(fine) / OVERSAMPLING)


def true_peak(samples):
    """Largest true peak over the channels of samples[frames, channels] (or [frames]), linear."""
    samples = np.asarray(samples, dtype=float)
    if samples.ndim == 1:
        samples = samples[:, None]
    return max((true_peak_channel(samples[:, c])[0] for c in range(samples.shape[1])), default=0.0)


def true_peak_db(samples):
    """The same in dBTP; -inf for silence."""
    peak = true_peak(samples)
    return float(20.0 * np.log10(peak)) if peak > 0.0 else float("-inf")
