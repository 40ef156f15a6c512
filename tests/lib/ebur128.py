# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""libebur128 through ctypes: an implementation of BS.1770 and Tech 3342 that this project did not
write."""
import ctypes
from collections import namedtuple

import numpy as np
from scipy import signal as sps

# Its K-weighting is a bilinear transform, which bends at low rates (by 0.2 dB at 997 Hz and 8 kHz): it hears those at the
# multiple that is nearest to 48 kHz.
BEST_HZ = 48000
MODE_M, MODE_S, MODE_I = 1, 3, 5  # ebur128.h: enum mode
MODE_LRA, MODE_SAMPLE_PEAK, MODE_TRUE_PEAK = 11, 17, 49
# ebur128.h: enum channel
CHANNELS = {
    "unused": 0,
    "L": 1,
    "R": 2,
    "C": 3,
    "Ls": 4,
    "Rs": 5,
    "dual-mono": 6,
    "M+090": 11,
    "M-090": 12,
    "M+135": 13,
    "M-135": 14,
    "M180": 15,
}
Reading = namedtuple("Reading", "integrated loudness_range sample_peak true_peak")


def _load():
    try:
        library = ctypes.CDLL("libebur128.so.1")
    except OSError:
        return None
    library.ebur128_init.restype = ctypes.c_void_p
    library.ebur128_init.argtypes = [ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]
    library.ebur128_destroy.argtypes = [ctypes.POINTER(ctypes.c_void_p)]
    library.ebur128_set_channel.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
    library.ebur128_add_frames_double.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    for name in ("ebur128_loudness_global", "ebur128_loudness_range"):
        getattr(library, name).argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_double)]
    for name in ("ebur128_sample_peak", "ebur128_true_peak"):
        getattr(library, name).argtypes = [
            ctypes.c_void_p,
            ctypes.c_uint,
            ctypes.POINTER(ctypes.c_double),
        ]
    return library


_LIBRARY = _load()


def available():
    return _LIBRARY is not None


def measure(samples, rate, channel_map=None, peaks=True):
    """Reading of samples[frames, channels]. channel_map: names of CHANNELS, one per channel."""
    samples = np.ascontiguousarray(samples, dtype=np.float64)
    if samples.ndim == 1:
        samples = samples[:, None]
    factor = int(BEST_HZ / rate + 0.5)
    if factor > 1 and not peaks:
        samples, rate = np.ascontiguousarray(sps.resample_poly(samples, factor, 1, axis=0)), factor * rate
    n, channels = samples.shape
    mode = MODE_I | MODE_LRA | ((MODE_SAMPLE_PEAK | MODE_TRUE_PEAK) if peaks else 0)
    state = ctypes.c_void_p(_LIBRARY.ebur128_init(channels, int(rate), mode))
    if not state:
        raise ValueError("libebur128 refuses this rate or channel count")
    try:
        if channel_map is not None:
            for i, name in enumerate(channel_map):
                if _LIBRARY.ebur128_set_channel(state, i, CHANNELS[name]):
                    raise ValueError(f"channel {name}")
        step = 1 << 20
        for a in range(0, n, step):
            block = samples[a : a + step]
            if _LIBRARY.ebur128_add_frames_double(state, block.ctypes.data, len(block)):
                raise MemoryError("ebur128_add_frames_double")
        value = ctypes.c_double()

        def read(function, *arguments):
            if function(state, *arguments, ctypes.byref(value)):
                raise ValueError(function.__name__)
            return value.value

        integrated = read(_LIBRARY.ebur128_loudness_global)
        loudness_range = read(_LIBRARY.ebur128_loudness_range)
        sample_peak = (
            [read(_LIBRARY.ebur128_sample_peak, c) for c in range(channels)] if peaks else []
        )
        true_peak = [read(_LIBRARY.ebur128_true_peak, c) for c in range(channels)] if peaks else []
        return Reading(integrated, loudness_range, sample_peak, true_peak)
    finally:
        _LIBRARY.ebur128_destroy(ctypes.byref(state))
