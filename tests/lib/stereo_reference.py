# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The stereo field by scipy and libebur128, and faults to plant in it: nothing here is our code.

Samples are float64 [frames, 2]. Octaves are Butterworth band-passes of order 4 (bilinear transform), a band's reading
follows from <L L>, <R R> and <L R> over the whole of it.
"""
import numpy as np
import scipy.signal

import ebur128

OCTAVES = [31.25 * 2**k for k in range(10)]


def products(x):
    left, right = x[:, 0], x[:, 1]
    return float(left @ left), float(right @ right), float(left @ right)


def reading(x):
    """correlation, side over mid in dB, change in mono in dB, right over left in dB."""
    ll, rr, lr = products(x)
    tiny = 1e-30
    mid, side = ll + rr + 2 * lr, ll + rr - 2 * lr
    return {
        "correlation": lr / np.sqrt(ll * rr) if ll * rr > 0 else 0.0,
        "side-mid": 10 * np.log10(max(side, tiny) / max(mid, tiny)),
        "mono-change": 10 * np.log10(max(mid, tiny) / max(2 * (ll + rr), tiny)),
        "balance": 10 * np.log10(max(rr, tiny) / max(ll, tiny)),
    }


def lower_step(rate):
    """The power of two by which a rate becomes one of 11 to 22 kHz."""
    return 2 ** max(0, int(np.floor(np.log2(rate / 11000.0))))


def octave(x, rate, centre):
    """The octave around `centre`; the highest one ends at 0.46 fs. Those to 250 Hz are band-passes at a lower rate, as in
    docs/stereo.md: what reaches an octave over its skirts is not that of another rate (0.06 dB of a side at -62 dB)."""
    step = lower_step(rate) if centre < 354.0 else 1
    if step > 1:
        x, rate = scipy.signal.resample_poly(x, 1, step, axis=0), rate / step
    edges = [centre / np.sqrt(2), min(centre * np.sqrt(2), 0.46 * rate)]
    return scipy.signal.sosfilt(scipy.signal.butter(2, edges, "bandpass", fs=rate, output="sos"), x, axis=0)


def linkwitz_riley(x, rate, low=0.0, high=0.0):
    """What lies above `low` and below `high` (0: no edge), 24 dB an octave at each."""
    for edge, kind in ((low, "highpass"), (high, "lowpass")):
        if edge:
            sos = scipy.signal.butter(2, edge, kind, fs=rate, output="sos")
            x = scipy.signal.sosfilt(sos, scipy.signal.sosfilt(sos, x, axis=0), axis=0)
    return x


def fold(x):
    return np.repeat(x.mean(axis=1, keepdims=True), 2, axis=1)


def fold_change(x, rate):
    """Integrated loudness of (L + R) / 2 in both channels less that of the stereo, each measured by libebur128."""
    return ebur128.measure(fold(x), rate, peaks=False).integrated - ebur128.measure(x, rate, peaks=False).integrated


# --- faults; each takes and gives samples, from `start` to `end` seconds ------------------------------------------------


def _span(x, rate, start, end):
    return slice(int(start * rate), len(x) if end is None else int(end * rate))


def inverted(x, rate, start=0.0, end=None):
    y = x.copy()
    y[_span(x, rate, start, end), 1] *= -1.0
    return y


def anti_phase(x, rate, start=0.0, end=None):
    y = x.copy()
    span = _span(x, rate, start, end)
    y[span, 1] = -y[span, 0]
    return y


def silent(x, rate, start=0.0, end=None):
    y = x.copy()
    y[_span(x, rate, start, end), 1] = 0.0
    return y


def late(x, rate, ms, start=0.0, end=None, gain=1.0):
    """The right channel `ms` late, to the nearest sample, times a gain."""
    y = x.copy()
    lag = int(round(ms * rate / 1000))
    span = _span(x, rate, start, end)
    y[span, 1] = gain * np.concatenate([np.zeros(lag), x[:, 1]])[span]
    return y


def late_inverted(x, rate, ms, start=0.0, end=None):
    return late(x, rate, ms, start, end, gain=-1.0)


def bass_inverted(x, rate, below=120.0, start=0.0, end=None):
    """The right channel upside down below a frequency (-6 dB there), without any other change of phase."""
    sos = scipy.signal.butter(4, below, "lowpass", fs=rate, output="sos")
    y = x.copy()
    span = _span(x, rate, start, end)
    y[span, 1] -= 2.0 * scipy.signal.sosfiltfilt(sos, x[:, 1])[span]
    return y
