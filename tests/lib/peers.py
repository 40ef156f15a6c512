# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Other people's limiters, run on arrays through ffmpeg (raw float in, raw float out)."""
import os
import shutil
import subprocess

import numpy as np

DPL = "http\\\\://gareus.org/oss/lv2/dpl#stereo"


def have_ffmpeg():
    return shutil.which("ffmpeg") is not None


def have_dpl():
    return have_ffmpeg() and any(
        os.path.isdir(os.path.join(d, "dpl.lv2")) for d in ("/usr/lib/lv2", "/usr/lib64/lv2")
    )


def ffmpeg_filter(samples, rate, audio_filter):
    """samples[frames, channels] through one -af chain, float32 in and out, at the same rate."""
    samples = np.ascontiguousarray(samples, dtype="<f4")
    raw = ["-f", "f32le", "-ar", str(int(rate)), "-ac", str(samples.shape[1])]
    command = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        *raw,
        "-i",
        "pipe:0",
        "-af",
        audio_filter,
        *raw,
        "pipe:1",
    ]
    done = subprocess.run(
        command,
        input=samples.tobytes(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace").strip())
    return np.frombuffer(done.stdout, dtype="<f4").reshape(-1, samples.shape[1]).astype(np.float64)


def dpl(samples, rate, gain_db, ceiling_db=-1.0, release_ms=10.0, true_peak=True):
    """x42 dpl: digital peak limiter, its true-peak mode."""
    controls = f"gain={gain_db:.6f}|threshold={ceiling_db}|release={release_ms / 1000.0}"
    controls += f"|truepeak={int(true_peak)}"
    return ffmpeg_filter(samples, rate, f"lv2=p={DPL}:c={controls}")


def alimiter(samples, rate, gain_db, ceiling_db=-1.0, release_ms=50.0, attack_ms=5.0):
    """ffmpeg's alimiter without its automatic level."""
    gain = f"volume={10 ** (gain_db / 20):.9f}:precision=double"
    limit = f"limit={10 ** (ceiling_db / 20):.9f}:level=disabled"
    limit += f":attack={attack_ms}:release={release_ms}"
    return ffmpeg_filter(samples, rate, f"{gain},alimiter={limit}")
