# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""What the tool's tests share: run the tool, make files with numpy, sox and ffmpeg, and measure what comes out with code
that is not ours: ffmpeg decodes, libebur128 reads the loudness, the 64-times reference reads the true peak.

A test program is a list of functions test_*; main() runs them, each in an empty folder of its own. Usage: PROGRAM TOOL
[NAME...].
"""
import inspect
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import bs1770  # noqa: E402
import ebur128  # noqa: E402
import signals  # noqa: E402
import truepeak_reference  # noqa: E402

os.environ.setdefault("GST_MASTERING_PROFILE_PATH", os.path.join(HERE, "..", "..", "gst", "profiles"))
os.environ["LC_ALL"] = "C.UTF-8"

TOOL = sys.argv[1] if len(sys.argv) > 1 else "gst-master-1.0"
if os.path.exists(TOOL):
    TOOL = os.path.abspath(TOOL)  # the tests change their folder
RATE = 44100

# The promise is 0.05 dB on a grid of 16 points per sample; between its points a band-limited signal can be higher by
# 1 / cos (pi / 32), which is 0.042 dB.
PEAK_TOLERANCE_DB = 0.05 + 0.042
LOUDNESS_TOLERANCE_LU = 0.05


class Skip(Exception):
    """This test cannot run here, and why."""


class Result:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout.decode("utf-8", "replace")
        self.raw = process.stdout
        self.err = process.stderr.decode("utf-8", "replace")

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}"


def run(*arguments, env=None, stdin=None, before=None, timeout=300):
    """The tool with these arguments; env adds to the environment."""
    return Result(subprocess.run([TOOL, *map(str, arguments)], input=stdin, capture_output=True, timeout=timeout,
                                 env={**os.environ, **(env or {})}, preexec_fn=before, check=False))


def master(*arguments, code=0, **options):
    """Runs master --json, wants this exit code, gives the report."""
    result = run("master", "--json", *arguments, **options)
    check(result.code == code, f"exit {result.code}, not {code}: {result}")
    return json.loads(result.out) if code < 2 else result


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def near(value, expected, tolerance, what):
    check(value is not None and abs(value - expected) <= tolerance, f"{what}: {value}, not {expected} +- {tolerance}")


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")


def ffmpeg(*arguments):
    need("ffmpeg")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


def probe(path, entries):
    """ffprobe's view: a dict of JSON."""
    need("ffprobe")
    text = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_entries", entries, path], check=True,
                          capture_output=True).stdout
    return json.loads(text)


def stream(path, index=0):
    return probe(path, "stream")["streams"][index]


def tags(path):
    """All tags of a file, of the container and the audio, with lower-case keys."""
    found = probe(path, "format_tags:stream_tags")
    both = dict(found.get("format", {}).get("tags", {}))
    for one in found.get("streams", []):
        both.update(one.get("tags", {}))
    return {key.lower(): value for key, value in both.items()}


def decode(path, channels=None):
    """samples[frames, channels] as float64, by ffmpeg; and the rate."""
    need("ffmpeg")
    info = stream(path)
    n = channels or int(info["channels"])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:a:0", "-f", "f32le", "-c:a",
                          "pcm_f32le", "-"], check=True, capture_output=True).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, n).astype(float), int(info["sample_rate"])


def loudness(samples, rate):
    """Integrated loudness; mono counts as dual mono. At 44.1 and 48 kHz by libebur128. At other rates its filter leaves
    the bilinear transform of the standard's (0.2 LU at 8 kHz, -0.04 LU at 384 kHz on wide-band sound), so there by the
    float64 reference that is written from the standard's text."""
    if not ebur128.available():
        raise Skip("libebur128 is not there for ctypes")
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    if rate not in (44100, 48000):
        return bs1770.integrated(samples, rate)
    return ebur128.measure(samples, rate, peaks=False).integrated


def true_peak_db(samples):
    return truepeak_reference.true_peak_db(samples)


def write_wav(path, samples, rate=RATE, kind="s24"):
    """kind: s16 s24 s32 f32."""
    x = np.atleast_2d(np.asarray(samples, float).T).T
    if kind == "f32":
        data, code, bits = x.astype("<f4").tobytes(), 3, 32
    else:
        bits, code = int(kind[1:]), 1
        full = 2.0 ** (bits - 1)
        whole = np.clip(np.rint(x * full), -full, full - 1).astype("<i8")
        data = whole.astype("<i4").tobytes() if bits != 24 else b""
        if bits == 16:
            data = whole.astype("<i2").tobytes()
        elif bits == 24:
            data = whole.astype("<i4").view("u1").reshape(-1, 4)[:, :3].tobytes()
    n = x.shape[1]
    head = struct.pack("<IHHIIHH", 16, code, n, rate, rate * n * bits // 8, n * bits // 8, bits)
    body = b"WAVEfmt " + head + b"data" + struct.pack("<I", len(data)) + data
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def song(seconds=8.0, rate=RATE, channels=2, peak_db=-6.0, seed=1):
    """A drum loop over a chord: dynamic enough that a limiter has work, its peak where a mix has it. Band-limited as
    music is: the promise of 0.05 dB is for content up to 20 kHz or 0.43 fs."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    chord = sum(np.sin(2 * np.pi * f * t) for f in (110.0, 165.0, 220.0, 277.2, 440.0)) * 0.08
    beat = t % 0.5
    hit = np.exp(-beat * 30.0) * np.sin(2 * np.pi * 60.0 * beat)
    snare = np.exp(-((t + 0.25) % 0.5) * 60.0) * rng.standard_normal(len(t)) * 0.25
    both = np.stack([chord + hit * 0.8 + snare * (1.0 - 0.3 * c) for c in range(channels)], axis=1)
    both = signals.band_limit(both, rate, signals.audio_band(rate))
    return both / np.max(np.abs(both)) * 10 ** (peak_db / 20)


def files_here():
    return sorted(os.listdir("."))


def main():
    module = inspect.getmodule(inspect.stack()[1][0])
    names = sys.argv[2:] or [name for name in dir(module) if name.startswith("test_")]
    failed = skipped = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                getattr(module, name)()
                print(f"ok: {name}")
            except Skip as reason:
                skipped += 1
                print(f"skip: {name}: {reason}")
            except Exception:  # noqa: BLE001 - a test that dies is a failure, whatever it died of
                failed += 1
                print(f"FAILED: {name}")
                traceback.print_exc(file=sys.stdout)
            os.chdir("/")
    print(f"{len(names) - failed - skipped} ok, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 77 if skipped == len(names) else 0)
