# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Unusual but legal input: mastered as documented, or refused with a reason."""
import json
import os
import subprocess

import numpy as np
import toolkit as kit


def measured(path):
    samples, rate = kit.decode(path)
    return kit.loudness(samples, rate), kit.true_peak_db(samples), samples, rate


def lands(path, output="out.flac", *options, target=-14.0, ceiling=-1.0):
    report = kit.master(path, "-o", output, *options)
    loudness, peak, samples, rate = measured(output)
    kit.near(loudness, target, kit.LOUDNESS_TOLERANCE_LU, f"loudness of {path}")
    kit.check(peak <= ceiling + kit.PEAK_TOLERANCE_DB, f"{path}: {peak} dBTP")
    kit.check(report["input"]["frames"] == len(samples), f"{path}: length {len(samples)}")
    return report, samples, rate


def test_shorter_than_400_ms_keeps_its_level():
    x = kit.write_wav("short.wav", kit.song(0.3, peak_db=-6))
    report = kit.master(x, "-o", "out.wav", code=1)
    kit.check(report["chain"]["limited-by"] == "too-short", report["chain"])
    kit.check(report["before"]["loudness"] is None, "no measurement must be null")
    before, after = kit.decode("short.wav")[0], kit.decode("out.wav")[0]
    # 24-bit TPDF dither: at most 1.5 LSB from the input
    kit.check(np.max(np.abs(before - after)) <= 1.5 / 2**23 * 1.001, "the level changed")


def test_a_few_samples_are_kept_without_a_warning():
    for n in (1, 2, 44, 441, 4095, 4096, 4608, 4609, 5000):
        x = kit.song(0.3)[:n]
        kit.write_wav("tiny.wav", x)
        result = kit.run("master", "-q", "tiny.wav", "-o", "tiny.flac", "--force", "--dither", "none")
        kit.check(result.code == 1 and "WARNING" not in result.err, f"{n}: {result}")
        got = kit.decode("tiny.flac")[0]
        kit.check(got.shape == x.shape and np.max(np.abs(got - x)) <= 2.0**-23, f"{n} became {got.shape}")
        kit.check(int(kit.stream("tiny.flac")["duration_ts"]) == n, f"{n}: {kit.stream('tiny.flac')}")


def test_short_and_hot_is_limited():
    kit.write_wav("short.wav", kit.song(0.3, peak_db=6), kind="f32")
    kit.master("short.wav", "-o", "out.wav", code=1)
    kit.check(kit.true_peak_db(kit.decode("out.wav")[0]) <= -1 + kit.PEAK_TOLERANCE_DB, "the ceiling")


def test_silence_is_refused():
    kit.write_wav("silent.wav", np.zeros((kit.RATE * 3, 2)))
    result = kit.master("silent.wav", "-o", "out.flac", code=2)
    kit.check("silent" in result.err and kit.files_here() == ["silent.wav"], result)


def test_below_the_gate_is_refused():
    kit.write_wav("quiet.wav", kit.song(3) * 1e-5, kind="f32")
    result = kit.master("quiet.wav", "-o", "out.flac", code=2)
    kit.check("-70 LUFS" in result.err, result)


def test_leading_and_trailing_silence():
    x = np.concatenate([np.zeros((kit.RATE * 5, 2)), kit.song(5), np.zeros((kit.RATE * 5, 2))])
    kit.write_wav("gaps.wav", x)
    lands("gaps.wav")


def test_hot_float_input():
    kit.write_wav("hot.wav", kit.song(6, peak_db=8), kind="f32")
    report, _, _ = lands("hot.wav")
    kit.check(any("over full scale" in note for note in report["notes"]), report["notes"])


def test_lossy_input_keeps_its_peaks_over_full_scale():
    """A clipped mix decodes higher than it was: a decoder of 16 bits would cut that off before anything is measured. ffmpeg's
    decoders of float are the reference; two decoders of one stream differ by less than 0.1 dB."""
    x = np.clip(kit.song(6.0, peak_db=9.0), -1.0, 1.0)
    kit.write_wav("clipped.wav", x)
    for name in ("clipped.mp3", "clipped.m4a", "clipped.opus", "clipped.ogg"):
        kit.ffmpeg("-i", "clipped.wav", "-b:a", "96k", name)
        samples, _ = kit.decode(name)
        expected = 20 * np.log10(np.max(np.abs(samples)))
        kit.check(expected > 0.5, f"{name}: nothing over full scale, {expected}")
        report = kit.json.loads(kit.run("analyze", "--json", name).out)
        kit.near(report["measured"]["sample-peak"], expected, 0.1, f"{name}: sample peak")


def test_loudness_above_0_lufs():
    rng = np.random.default_rng(3)
    kit.write_wav("hot.wav", rng.standard_normal((kit.RATE * 4, 2)) * 2.0, kind="f32")
    report, _, _ = lands("hot.wav", "out.flac", "--target", "-20", target=-20.0)
    kit.check(report["before"]["loudness"] > 0, report["before"])


def test_mono_stays_mono_and_counts_as_two_loudspeakers():
    kit.write_wav("mono.wav", kit.song(6, channels=1))
    report, samples, _ = lands("mono.wav")
    kit.check(samples.shape[1] == 1, "channels")
    kit.check(any("one channel" in note and "-17.0" in note for note in report["notes"]), report["notes"])


def test_dual_mono():
    kit.write_wav("dual.wav", np.repeat(kit.song(6, channels=1), 2, axis=1))
    _, samples, _ = lands("dual.wav")
    kit.check(samples.shape[1] == 2, "channels")


def surround(layout, channels):
    kit.write_wav("flat.wav", kit.song(6, channels=channels) * np.linspace(1.0, 0.4, channels))
    kit.ffmpeg("-i", "flat.wav", "-af", f"aformat=channel_layouts={layout}", "-c:a", "pcm_s24le", "in.wav")
    report = kit.master("in.wav", "-o", "out.wav")
    samples, rate = kit.decode("out.wav")
    names = ["L", "R", "C", "unused", "Ls", "Rs", "M+090", "M-090"]
    if channels == 8:  # BS.1770-5 Table 4: 135 degrees weighs 1.0, 90 degrees 1.41
        names[4:6] = ["M+135", "M-135"]
    loudness = kit.ebur128.measure(samples, rate, names[:channels], peaks=False).integrated
    kit.near(loudness, -14.0, kit.LOUDNESS_TOLERANCE_LU, f"loudness of {layout}")
    kit.check(kit.true_peak_db(samples) <= -1 + kit.PEAK_TOLERANCE_DB, "the ceiling")
    kit.check(kit.stream("out.wav")["channel_layout"] == layout, kit.stream("out.wav"))
    kit.check(any("channels" in note for note in report["notes"]), report["notes"])


def test_surround_5_1():
    surround("5.1", 6)


def test_surround_7_1():
    surround("7.1", 8)


def test_rates_from_8_to_384_khz():
    for rate in (8000, 22050, 88200, 192000, 384000):
        kit.write_wav(f"r{rate}.wav", kit.song(3, rate=rate), rate)
        _, samples, got = lands(f"r{rate}.wav", f"r{rate}.flac")
        kit.check(got == rate, f"{rate} became {got}")


def test_32_bit_integer_says_that_it_rounds():
    kit.write_wav("s32.wav", kit.song(5), kind="s32")
    report, _, _ = lands("s32.wav")
    kit.check(any("32-bit" in note for note in report["notes"]), report["notes"])


def test_one_nan_is_named_and_silenced():
    x = kit.song(5)
    x[40000, 1] = np.nan
    kit.write_wav("nan.wav", x, kind="f32")
    report, samples, _ = lands("nan.wav")
    kit.check(report["before"]["nan-count"] == 1, report["before"])
    kit.check(np.all(np.isfinite(samples)), "NaN in the output")
    kit.check(any("not a number" in note for note in report["notes"]), report["notes"])


def test_rate_conversion_on_request():
    kit.write_wav("in.wav", kit.song(5))
    kit.master("in.wav", "-o", "out.wav", "--rate", "48000")
    samples, rate = kit.decode("out.wav")
    # audioresample ends with the last sample that lies before the last one of the input
    kit.check(rate == 48000 and 5 * 48000 - 1 <= len(samples) <= 5 * 48000, f"{rate} {len(samples)}")
    kit.near(kit.loudness(samples, rate), -14.0, kit.LOUDNESS_TOLERANCE_LU, "loudness")
    kit.check(kit.true_peak_db(samples) <= -1 + kit.PEAK_TOLERANCE_DB, "the ceiling")


def test_a_few_peaks_carry_the_loudness():
    """One click and quiet noise: the gate of BS.1770 makes loudness fall where gain rises. No moment loses more than the
    budget and 8 dB, and no sentence says what is not so."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal((kit.RATE * 30, 2)) * 1e-3
    for start in range(0, len(x), kit.RATE * 10):
        x[start:start + 441] += 0.8 * np.sin(2 * np.pi * 1000 * np.arange(441) / kit.RATE)[:, None]
    kit.write_wav("clicks.wav", x)
    one = np.zeros((kit.RATE * 10, 2))
    one[kit.RATE * 5] = 0.99
    kit.write_wav("impulse.wav", one)
    for name in ("clicks.wav", "impulse.wav"):
        report = kit.master(name, "-o", name + ".flac", code=1)
        text = kit.run("master", "--dry-run", name).out
        kit.check("Pushing this mix harder does not make it louder" in text, text)
        kit.check("come down" not in text and "search" not in text, text)
        before, after = kit.decode(name)[0], kit.decode(name + ".flac")[0]
        quiet = slice(kit.RATE * 3, kit.RATE * 4)
        gain = 20 * np.log10(np.std(after[quiet]) / np.std(before[quiet])) if name == "clicks.wav" else 0.0
        kit.check(gain + kit.true_peak_db(before) - -1.0 <= 12.1, f"{name}: {gain} dB: {report['chain']}")


def test_video_gives_its_audio():
    kit.write_wav("in.wav", kit.song(5))
    kit.write_wav("other.wav", kit.song(5, seed=9) * 0.25)
    kit.ffmpeg("-f", "lavfi", "-i", "testsrc=d=5:s=64x64", "-i", "in.wav", "-i", "other.wav", "-map", "0:v", "-map",
               "1:a", "-map", "2:a", "-c:v", "mjpeg", "-c:a", "pcm_s16le", "in.mkv")
    first = kit.master("in.mkv", "-o", "1.flac")
    second = kit.master("in.mkv", "-o", "2.flac", "--stream", "2")
    # The second stream is 12.04 dB lower.
    kit.near(first["before"]["loudness"] - second["before"]["loudness"], 12.04, 0.3, "which stream")
    kit.check(first["input"]["audio-streams"] == 2, first["input"])
    result = kit.master("in.mkv", "-o", "3.flac", "--stream", "3", code=2)
    kit.check("--stream 1 to 2" in result.err, result)


def test_shorter_than_a_block_of_the_encoder():
    """No complaint of GStreamer on standard error, and every sample is there."""
    for frames in (1, 44, 441, 5001):
        kit.write_wav("mix.wav", np.full((frames, 2), 0.25))
        result = kit.run("master", "-f", "mix.wav", "-o", "out.flac")
        kit.check(result.code == 1 and "WARNING" not in result.err and "CRITICAL" not in result.err, result)
        kit.check(len(kit.decode("out.flac")[0]) == frames, f"{frames} frames")


def test_an_odd_number_of_bytes():
    """24-bit mono of an odd number of samples: RIFF pads it with a byte, which no sample may be lost to."""
    x = kit.song(3.0, channels=1)[:3 * kit.RATE - 1]
    kit.write_wav("plain.wav", x)
    kit.ffmpeg("-i", "plain.wav", "-c:a", "pcm_s24le", "padded.wav")  # with its pad byte
    for name in ("plain.wav", "padded.wav"):
        for output in ("out.wav", "out.flac"):
            kit.master(name, "-f", "-o", output)
            kit.check(len(kit.decode(output)[0]) == len(x), f"{name}: {len(kit.decode(output)[0])} frames")
    kit.check(np.array_equal(kit.decode("out.wav")[0], kit.decode("out.flac")[0]), "other samples")


def test_containers_of_other_workstations():
    """AIFF (big and little end first, 24 bit and float), Wave64 and CAF give the master that the same samples in a WAV give;
    each a few times, as aiffparse 1.22 under decodebin loses a race in most runs."""
    kit.write_wav("mix.wav", kit.song(3.0))
    kit.master("mix.wav", "-o", "wav.flac")
    expected = kit.decode("wav.flac")[0]
    for name, codec in (("a.aiff", "pcm_s24be"), ("b.aiff", "pcm_f32be"), ("c.w64", "pcm_s24le"), ("d.caf", "pcm_s24be")):
        kit.ffmpeg("-i", "mix.wav", "-c:a", codec, name)
        for _ in range(3):
            kit.check(kit.run("master", "-q", "-f", name, "-o", "out.flac", timeout=60).code == 0, name)
            kit.check(np.array_equal(kit.decode("out.flac")[0], expected), f"{name}: other samples")
    for name in ("a.aiff", "c.w64", "d.caf"):
        with open(name, "rb") as file:
            whole = file.read()
        with open("cut-" + name, "wb") as file:
            file.write(whole[:len(whole) // 2])
        result = kit.run("master", "cut-" + name, "-o", "no.flac")
        kit.check(result.code == 2 and "cut short" in result.err and "--accept-damaged" in result.err, result)
        kit.check(kit.run("master", "-f", "cut-" + name, "-o", "cut.flac", "--accept-damaged").code < 2, "half of it")
        kit.check(abs(len(kit.decode("cut.flac")[0]) - len(expected) / 2) < 100, f"{name}: the length of half of it")
        with open("cut-" + name, "wb") as file:
            file.write(whole[:48])
        result = kit.run("master", "cut-" + name, "-o", "no.flac", "--accept-damaged")
        kit.check(result.code == 2 and not os.path.exists("no.flac"), result)


def test_a_streamed_container_has_no_length_to_miss():
    """Written to a pipe, their headers promise 0, -1 or 2^63 - 1 bytes: whole as they are."""
    kit.write_wav("mix.wav", kit.song(2.0))
    for kind in ("w64", "caf"):
        with open("streamed." + kind, "wb") as file:
            subprocess.run(["ffmpeg", "-v", "error", "-i", "mix.wav", "-c:a", "pcm_s16le", "-f", kind, "-"], stdout=file,
                           check=True)
        result = kit.run("analyze", "--json", "streamed." + kind)
        kit.check(result.code == 0, result)
        kit.near(json.loads(result.out)["input"]["seconds"], 2.0, 0.001, kind)


def test_a_tracker_module_ends_where_its_sound_ends():
    """openmptdec 1.22 pushes its last buffer whole, unwritten memory included (which MALLOC_PERTURB_ fills with
    5e23). The expected length is that of ffmpeg's own decoder."""
    module = "/usr/share/games/heroes/mod/intro.xm"
    if not os.path.exists(module):
        raise kit.Skip("heroes-sound-tracks is not installed")
    report = kit.master(module, "-o", "out.wav", env={"MALLOC_PERTURB_": "25"})
    samples, expected = kit.decode("out.wav")[0], kit.decode(module)[0]
    kit.check(len(samples) == len(expected), f"{len(samples)} frames, not {len(expected)}")
    kit.check(report["before"]["true-peak"] < 6.0, report["before"])
    kit.check(kit.true_peak_db(samples) <= -1 + kit.PEAK_TOLERANCE_DB, "the ceiling")


if __name__ == "__main__":
    kit.main()
