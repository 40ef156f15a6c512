# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Every output format: what is in the file, its length, its loudness and peak as another decoder sees them."""
import os

import numpy as np
import toolkit as kit

LOSSLESS = {"wav": ("pcm_s24le", "out.wav"), "wav16": ("pcm_s16le", "out.wav"), "wav32f": ("pcm_f32le", "out.wav"),
            "flac": ("flac", "out.flac"), "flac16": ("flac", "out.flac")}
# The delay of the encoder as ffmpeg's decoder shows it; where a file says its delay ffmpeg takes it off.
LOSSY = {"mp3:192": ("mp3", "out.mp3"), "aac:192": ("aac", "out.m4a"), "opus:160": ("opus", "out.opus"),
         "vorbis:256": ("vorbis", "out.ogg")}
MOVES = {"mp3:192": "(1105 samples) late", "aac:192": "(1024 samples) late", "opus:160": "keeps the start and the length",
         "vorbis:256": "keeps the start and the length"}


def mix():
    return kit.write_wav("mix.wav", kit.song(10.0))


def made(name, output, *options, code=0):
    result = kit.run("master", "--json", "--force", "mix.wav", "-o", output, "--format", name, *options)
    if "is not installed" in result.err:
        raise kit.Skip(result.err.strip())
    kit.check(result.code == code, f"{name}: {result}")
    return kit.json.loads(result.out)


def lossless(name):
    codec, output = LOSSLESS[name]
    mix()
    report = made(name, output)
    samples, rate = kit.decode(output)
    info = kit.stream(output)
    kit.check(info["codec_name"] == codec and rate == kit.RATE, info)
    if codec == "flac":
        kit.check(int(info["bits_per_raw_sample"]) == (16 if name.endswith("16") else 24), info)
    kit.check(len(samples) == 10 * kit.RATE == report["output"]["frames"], f"{len(samples)} frames")
    kit.near(kit.loudness(samples, rate), -14.0, kit.LOUDNESS_TOLERANCE_LU, "loudness")
    kit.check(kit.true_peak_db(samples) <= -1 + kit.PEAK_TOLERANCE_DB, "the ceiling")
    return samples


def test_wav():
    lossless("wav")


def test_wav16():
    lossless("wav16")


def test_wav32f():
    lossless("wav32f")


def test_flac():
    lossless("flac")


def test_flac16():
    lossless("flac16")


def test_the_lossless_formats_carry_the_same_samples():
    """FLAC and WAV of one depth are the same to the bit; against float the 24 bits differ by at most the dither's 1.5
    LSB, which also says that nothing else was done."""
    files = {name: lossless(name) for name in LOSSLESS}
    kit.check(np.array_equal(files["wav"], files["flac"]), "24 bit")
    kit.check(np.array_equal(files["wav16"], files["flac16"]), "16 bit")
    for name, bits in (("wav", 24), ("wav16", 16)):
        error = (files[name] - files["wav32f"]) * 2.0 ** (bits - 1)
        kit.check(np.max(np.abs(error)) <= 1.5 * 1.001, f"{name}: {np.max(np.abs(error))} LSB")


def test_dither_is_tpdf_once():
    """TPDF dither of +-1 LSB and the rounding: variance 1/6 + 1/12 LSB^2 = (0.5 LSB)^2, mean 0, and no correlation
    with the signal. Shaped and none differ. N = 882000 values: the variance is known to 0.5 % (5 sigma)."""
    float_file = lossless("wav32f")
    for name, bits in (("wav", 24), ("wav16", 16)):
        error = (lossless(name) - float_file) * 2.0 ** (bits - 1)
        if bits == 24:  # a float32 near full scale has itself steps of up to half an LSB of 24 bit
            kit.near(np.mean(error), 0.0, 0.01, "mean of the 24-bit error")
            kit.check(0.4 < np.std(error) < 0.6, f"24 bit: {np.std(error)} LSB")
            continue
        kit.near(np.mean(error), 0.0, 0.005, "mean of the error")
        kit.near(np.std(error), 0.5, 0.0025, "standard deviation of the error")
    mix()
    for option, low, high in (("none", 0.28, 0.30), ("shaped", 0.7, 5.0)):
        made("wav16", f"{option}.wav", "--dither", option)
        error = (kit.decode(f"{option}.wav")[0] - float_file) * 2.0**15
        # none: rounding alone, 1 / sqrt 12 = 0.2887
        kit.check(low < np.std(error) < high, f"{option}: {np.std(error)} LSB")


def test_shaped_dither_is_flat_at_other_rates():
    """Curves are made for the ear at 44.1 and 48 kHz; at 96 kHz they would land elsewhere. Flat: the standard deviation of
    TPDF dither and rounding, 0.5 LSB, and as much of it below a quarter of the rate as above."""
    kit.write_wav("mix.wav", kit.song(6.0, rate=96000), 96000)
    for name, dither in (("float.wav", "none"), ("shaped.wav", "shaped")):
        kit.master("mix.wav", "-o", name, "--format", "wav32f" if name == "float.wav" else "wav16", "--dither", dither)
    error = (kit.decode("shaped.wav")[0] - kit.decode("float.wav")[0])[:, 0] * 2.0**15
    # 576000 values: the deviation is known to 0.5 % (5 sigma), the halves of the spectrum to 2 %
    kit.near(np.std(error), 0.5, 0.0025, "standard deviation of the error")
    power = np.abs(np.fft.rfft(error)) ** 2
    kit.near(np.sum(power[:len(power) // 2]) / np.sum(power), 0.5, 0.01, "share below 24 kHz")


def lossy(name):
    codec, output = LOSSY[name]
    mix()
    report = made(name, output, "--target", "-18", "--ceiling", "-4")  # room: these encoders raise peaks
    samples, rate = kit.decode(output)
    kit.check(kit.stream(output)["codec_name"] == codec, kit.stream(output))
    # Another decoder may trim the encoder's delay, which takes at most 60 ms: silence or a few ms of 10 s.
    kit.near(kit.loudness(samples, rate), report["verified"]["loudness"], 0.05, "loudness by another decoder")
    kit.near(kit.loudness(samples, rate), -18.0, 0.08, "loudness")
    kit.near(kit.true_peak_db(samples), report["verified"]["true-peak-16x"], 0.1, "peak by another decoder")
    kit.near(len(samples) / rate, 10.0, 0.06, "seconds")
    kit.check(any(MOVES[name] in note for note in report["notes"]), report["notes"])
    return report, samples, rate


def test_mp3():
    lossy("mp3:192")


def test_aac():
    lossy("aac:192")


def test_opus():
    _, _, rate = lossy("opus:160")
    kit.check(rate == 48000, rate)


def test_vorbis():
    lossy("vorbis:256")


def test_decoded_peaks_over_full_scale_are_exit_1():
    """Noise bursts without headroom: an encoder raises their peaks."""
    kit.write_wav("mix.wav", kit.signals.noise_bursts(kit.RATE, 6.0))
    report = made("aac:128", "out.m4a", "--ceiling", "0", "--target", "-14", "--limiter-budget", "30", "--psr-floor",
                  "0", code=1)
    kit.check(report["verified"]["true-peak-16x"] > 0.0, report["verified"])
    kit.check(any("over full scale" in problem for problem in report["problems"]), report["problems"])


def test_the_bit_rate_is_the_one_asked_for():
    mix()
    for rate in (128, 320):
        made(f"mp3:{rate}", f"{rate}.mp3", "--ceiling", "-4", "--target", "-18")
        kit.near(int(kit.stream(f"{rate}.mp3")["bit_rate"]) / 1000.0, rate, rate * 0.02, "kbit/s")


def test_too_many_channels_for_a_format():
    kit.write_wav("wide.wav", kit.song(3.0, channels=6))
    result = kit.run("master", "wide.wav", "-o", "out.mp3")
    kit.check(result.code == 2 and ("at most 2 channels" in result.err or "not installed" in result.err), result)


def kept_and_decoded(name, output, *options):
    """What master writes with a folder to keep the decoded sound in, and without."""
    outputs = []
    for folder in (os.getcwd(), "/nowhere"):
        result = kit.run("master", name, "-o", output, "--force", *options, env={"TMPDIR": folder})
        kit.check(result.code in (0, 1), f"{name} {options}: {result}")
        with open(output, "rb") as file:
            outputs.append(file.read())
    return outputs


def test_sound_that_was_kept_is_sound_that_was_decoded():
    """Without a folder to keep it in the mix is decoded for every pass: a decoder with a delay, another rate, an end that is no
    whole buffer, a gap in the timestamps (where elements begin anew), and what is no number in front of a resampler."""
    samples = kit.song(6.0)[:-777]
    kit.write_wav("mix.wav", samples)
    kit.ffmpeg("-i", "mix.wav", "-b:a", "192k", "mix.mp3")
    kit.ffmpeg("-i", "mix.wav", "-af", "asetpts=PTS+if(gte(T\\,3)\\,0.5/TB\\,0)", "-c:a", "pcm_s24le", "gap.mkv")
    samples[1000, 0], samples[90000, 1] = np.nan, 1e13
    kit.write_wav("nan.wav", samples, kit.RATE, "f32")
    other = "48000" if kit.RATE == 44100 else "44100"
    for name, rate in (("mix.mp3", str(kit.RATE)), ("mix.mp3", other), ("gap.mkv", str(kit.RATE)), ("nan.wav", other)):
        kept, decoded = kept_and_decoded(name, "out.wav", "--format", "wav32f", "--rate", rate, "--target", "-9")
        kit.check(kept == decoded, f"{name} at {rate} Hz: other bits")


def test_the_last_frame_of_an_encoder_with_a_delay():
    """A decoder whose segment has an end (Ogg) must not cost the frame that the encoder's delay moves behind it."""
    kit.write_wav("mix.wav", kit.song(6.0)[:-777])
    kit.ffmpeg("-i", "mix.wav", "-c:a", "libvorbis", "-b:a", "192k", "mix.ogg")
    if "is not installed" in kit.run("master", "mix.ogg", "-o", "out.m4a", "--format", "aac:192", "--dry-run").err:
        raise kit.Skip("no AAC encoder")
    n = len(kit.decode("mix.ogg")[0])
    for _ in kept_and_decoded("mix.ogg", "out.m4a", "--format", "aac:192"):
        pass
    decoded = len(kit.decode("out.m4a")[0])  # of the run without a folder; ffmpeg takes no delay off
    kit.check(decoded >= n + 1024, f"{decoded} samples of {n} and a delay of 1024")


def test_96_khz_becomes_48_khz_in_mp3():
    kit.write_wav("mix.wav", kit.song(5.0, rate=96000), 96000)
    made("mp3:192", "out.mp3")
    kit.check(kit.decode("out.mp3")[1] == 48000, "rate")


def test_rf64_in_and_out():
    """RF64 is read by its 64-bit size, and written when a file would pass 4 GB (the boundary is tested on the header's
    arithmetic only: a 4 GB file is for the slow suite)."""
    mix()
    kit.ffmpeg("-i", "mix.wav", "-rf64", "always", "-c:a", "pcm_s24le", "mix64.wav")
    kit.master("mix64.wav", "-o", "a.flac")
    kit.master("mix.wav", "-o", "b.flac")
    kit.check(np.array_equal(kit.decode("a.flac")[0], kit.decode("b.flac")[0]), "RF64 and WAV of one song differ")


if __name__ == "__main__":
    kit.main()
