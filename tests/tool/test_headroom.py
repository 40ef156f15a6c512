#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""headroom: what it measures behind a codec equals what decoders that are not ours give for the same bit stream
(mpg123, faad, opusdec, ffmpeg, all in float), read by the 64-times reference and by libebur128."""
import json
import os
import subprocess

import numpy as np
import toolkit as kit

PEAK_DB = 0.1  # what the issue asks for: two decoders of one stream, and 16 points a sample against 64
LOUDNESS_LU = 0.05

# The encoders as the tool's own files are made, and what packs the stream for the other decoder. What libav's AAC encoder
# writes as "noise here" each decoder makes up for itself, so its streams are decoded by ffmpeg (the same library by another
# way); faad decodes an encoder without that.
LINES = {
    "avenc_aac:128": ("avenc_aac bitrate=128000 ! aacparse ! audio/mpeg,stream-format=adts", "a.adts"),
    "aac:128": ("voaacenc bitrate=128000 ! aacparse ! audio/mpeg,stream-format=adts", "a.aac"),
    "mp3:128": ("lamemp3enc target=bitrate cbr=true bitrate=128", "a.mp3"),
    "opus:96": ("opusenc bitrate=96000 ! oggmux", "a.opus"),
    "vorbis:96": ("vorbisenc quality=0.2 ! oggmux", "a.ogg"),
}
INTEGERS = ("lamemp3enc", "opusenc", "voaacenc")  # the others take float


def hot(seconds=8.0, level_db=-0.3, seed=3):
    """Dense and under the ceiling at every sample, as a loud master is: clipped softly, then band-limited again."""
    x = kit.song(seconds, seed=seed)
    x = np.tanh(6.0 * x / np.max(np.abs(x)))
    x = kit.signals.band_limit(x, kit.RATE, kit.signals.audio_band(kit.RATE))
    return x * 10 ** ((level_db - kit.true_peak_db(x)) / 20)


def encoded(samples, codec, lead=0, sample_rate=kit.RATE):
    """The bit stream with `lead` frames of silence in front, as a file."""
    kit.need("gst-launch-1.0")
    line, path = LINES[codec]
    if subprocess.run(["gst-inspect-1.0", "--exists", line.split()[0]], check=False).returncode != 0:
        raise kit.Skip(f"{line.split()[0]} is not installed")
    padded = np.concatenate([np.zeros((lead, samples.shape[1])), samples])
    kit.write_wav("to-encode.wav", padded, sample_rate, "f32")
    rate = "audioresample quality=10 ! audio/x-raw,rate=48000 ! " if codec.startswith("opus") else ""
    kind = "S16LE" if line.startswith(INTEGERS) else "F32LE"
    subprocess.run(f"gst-launch-1.0 -q filesrc location=to-encode.wav ! wavparse ! audioconvert ! {rate} "
                   f"audioconvert dithering=tpdf ! audio/x-raw,format={kind} ! {line} ! filesink location={path}",
                   shell=True, check=True)
    return path


def decoded(path, channels=2):
    """By another decoder, in float: samples and rate."""
    raw = {"aac": f"faad -q -b 4 -f 2 -o out.raw {path}", "mp3": f"mpg123 -q -e f32 --no-gapless -w out.wav {path}",
           "opus": f"opusdec --quiet --float --rate 48000 {path} out.wav", "ogg": None, "adts": None}[path.rsplit(".", 1)[1]]
    if not raw:
        return kit.decode(path)
    kit.need(raw.split()[0])
    subprocess.run(raw, shell=True, check=True, capture_output=True)
    if "out.raw" in raw:
        return np.fromfile("out.raw", "<f4").reshape(-1, channels).astype(float), kit.RATE
    return kit.decode("out.wav")


def headroom(path, *options, code=None):
    result = kit.run("headroom", "--json", path, *options)
    kit.check(result.code in (0, 1) and code in (None, result.code), f"exit {result.code}, not {code}: {result}")
    report = json.loads(result.out)
    kit.check(report["exit"] == result.code and report["headroom"]["holds"] == (result.code == 0), report)
    return report["headroom"]


def compare(row, samples, rate, lead_peak):
    """What the tool says of one encode against the other decoder's samples."""
    kit.near(lead_peak, kit.true_peak_db(samples), PEAK_DB, f"{row['codec']}: true peak")
    if row["encodes"][0]["true-peak"] == lead_peak:
        kit.near(row["loudness"], kit.loudness(samples, rate), LOUDNESS_LU, f"{row['codec']}: loudness")


def whole_encodes(row):
    return sorted((e for e in row["encodes"] if e["whole"]), key=lambda e: e["lead"])


def test_other_decoders_agree():
    """Both encodes of the whole song, each at its place of the frames."""
    x = hot()
    kit.write_wav("master.wav", x, kind="f32")
    report = headroom("master.wav", "--codecs", ",".join(LINES))
    kit.near(report["true-peak-16x"], kit.true_peak_db(x), kit.PEAK_TOLERANCE_DB, "the master's own peak")
    for row in report["codecs"]:
        encodes = whole_encodes(row)
        kit.check(len(encodes) == 2 and len(row["encodes"]) >= 8, row)
        for e in encodes:
            lead = e["lead"] if not row["codec"].startswith("opus") else round(e["lead"] * kit.RATE / 48000)
            if row["codec"].startswith("opus") and e["lead"] > 0:
                continue  # its silence is counted at 48 kHz, which no whole number of ours is
            samples, rate = decoded(encoded(x, row["codec"], lead))
            row["encodes"] = encodes
            compare(row, samples, rate, e["true-peak"])


def test_planted_faults_are_caught():
    """What would go wrong in such a measurement must not pass for equal."""
    x = hot() * 2.0
    kit.write_wav("master.wav", x, kind="f32")
    row = headroom("master.wav", "--codecs", "vorbis:96", code=1)["codecs"][0]
    row["encodes"] = whole_encodes(row)
    samples, rate = decoded(encoded(x, "vorbis:96"))
    compare(row, samples, rate, row["encodes"][0]["true-peak"])
    faults = {
        "a decoder that clips": np.clip(samples, -1, 1),
        "a level that is off": samples * 1.02,
        "sample peaks instead of true peaks": None,
        "the encoder's input": x,
    }
    for what, wrong in faults.items():
        peak = row["encodes"][0]["true-peak"] if wrong is not None else 20 * np.log10(np.max(np.abs(samples)))
        wrong = samples if wrong is None else wrong
        try:
            compare({**row, "encodes": [{"true-peak": peak}]}, wrong, rate, peak)
        except AssertionError:
            continue
        raise AssertionError(f"not caught: {what}")


def test_where_it_happens():
    """One burst of noise under the ceiling, in the right channel, is where the peak comes back highest."""
    x = hot(6.0) * 0.4
    rng = np.random.default_rng(4)
    burst = kit.signals.band_limit(rng.standard_normal((4000, 2)), kit.RATE, 16000.0)
    burst[:, 0] *= 0.1
    x[3 * kit.RATE : 3 * kit.RATE + 4000] += burst / np.max(np.abs(burst)) * 0.75
    kit.write_wav("master.wav", x)
    for row in headroom("master.wav", "--codecs", ",".join(LINES))["codecs"]:
        worst = row["worst"]
        kit.check(3.0 - 0.03 <= worst["seconds"] <= 3.0 + 4000 / kit.RATE + 0.03, f"{row['codec']}: {worst}")
        kit.check(worst["channel"] == "right", f"{row['codec']}: {worst}")
        kit.check(worst["true-peak"] == row["true-peak"] >= worst["sample-peak"], worst)


def test_loudest_at_the_end():
    """Encoders that keep their last frames for themselves, and a song that is loudest in the last of them: a second of
    silence behind it changes hardly anything. (The delay of the codec is found around the loudest moment; one that is
    wrong makes all of the sound noise, and the overs expected a hundred times as many.)"""
    x = hot(4.0) * 0.5
    last = x[-kit.RATE // 50 :]
    last *= 0.94 / np.max(np.abs(last))
    kit.write_wav("end.wav", x)
    kit.write_wav("behind.wav", np.concatenate([x, np.zeros((kit.RATE, 2))]))
    end, behind = (headroom(f"{name}.wav", "--codecs", "aac:128", "--decoded-ceiling", 1)["codecs"][0]
                   for name in ("end", "behind"))
    kit.near(end["worst"]["seconds"], 4.0, 0.04, "where it is highest")
    kit.near(end["true-peak"], behind["true-peak"], 0.5, "how high it comes")
    kit.check(end["overs-expected"] < 2 * behind["overs-expected"] + 0.01, (end["overs-expected"], behind["overs-expected"]))


def test_periodic():
    """A tone is like itself at many delays; that of the codec is found without it, and next to no noise is heard."""
    t = np.arange(kit.RATE // 5) / kit.RATE
    kit.write_wav("tone.wav", np.tile(0.7 * np.sin(2 * np.pi * 441.0 * t)[:, None], (1, 2)))
    for row in headroom("tone.wav", "--codecs", "aac:128,mp3:128,opus:160,vorbis:160", "--quick", code=0)["codecs"]:
        kit.check(row["overs-expected"] < 1e-3 and row["true-peak-1-in-30"] < row["true-peak"] + 1.0, row)
    text = kit.run("headroom", "tone.wav", "--codecs", "mp3:128", "--quick")
    kit.check("nan" not in text.out and "too quiet for a loudness" in text.out, text)


def test_the_encoder_says_its_version():
    """As it is written in the bit stream; what cannot be known is told as unknown."""
    kit.write_wav("a.wav", hot(2.0) * 0.5)
    rows = headroom("a.wav", "--codecs", "mp3:128,opus:160,vorbis:160,aac:128", "--quick")["codecs"]
    versions = {row["codec"]: row["encoder-version"] for row in rows}
    with open(encoded(hot(2.0) * 0.5, "mp3:128"), "rb") as file:
        kit.check(b"LAME" + versions["mp3:128"].encode() in file.read(), versions)
    for codec in ("opus:160", "vorbis:160"):
        kit.check(versions[codec][0].isdigit() and "." in versions[codec], versions)
    kit.check(versions["aac:128"] == "unknown" and all(row["encoder"] for row in rows), rows)
    kit.check(f"library {versions['mp3:128']}" in rows[0]["encoder"] and "unknown version" in rows[3]["encoder"], rows)


def test_the_answer_holds():
    """A master that is made under the ceiling of the answer stays under 0 dBTP at places of the frames that were not
    tried; what is left is the draw of single encodes."""
    x = hot(10.0)
    kit.write_wav("mix.wav", x, kind="f32")
    answer = headroom("mix.wav", "--codecs", "aac:128,mp3:128", code=1)["ceiling-that-holds"]
    kit.check(answer < kit.true_peak_db(x) - 0.2, answer)
    subprocess.run(f"gst-launch-1.0 -q filesrc location=mix.wav ! wavparse ! audioconvert ! truepeaklimit ceiling={answer} "
                   "! audioconvert ! audio/x-raw,format=F32LE ! wavenc ! filesink location=low.wav", shell=True, check=True)
    low = kit.decode("low.wav")[0]
    kit.near(kit.true_peak_db(low), answer, 0.1, "the limiter")
    peaks = []
    for lead in (77, 333, 555, 801):
        for codec in ("aac:128", "mp3:128"):
            peaks.append(kit.true_peak_db(decoded(encoded(low, codec, lead))[0]))
    kit.check(max(peaks) <= 0.3, f"decoded peaks {peaks} under a ceiling of {answer}")


def test_it_holds_or_not():
    x = hot(4.0)
    kit.write_wav("loud.wav", x)
    kit.write_wav("quiet.wav", x * 0.5)
    quiet = headroom("quiet.wav", "--codecs", "aac:256", "--quick", code=0)
    kit.check(quiet["codecs"][0]["lower-by"] == 0 and not quiet["codecs"][0]["overs"], quiet)
    kit.near(quiet["ceiling-that-holds"], quiet["true-peak-16x"], 1e-9, "its own ceiling")
    lower = headroom("loud.wav", "--codecs", "aac:128", "--quick", "--decoded-ceiling", -3, code=1)
    kit.check(lower["codecs"][0]["lower-by"] > 2.0 and lower["codecs"][0]["overs"], lower)
    text = kit.run("headroom", "loud.wav", "--codecs", "aac:128,aac:256", "--quick", "--decoded-ceiling", -3)
    for part in ("AAC at 128 kbit/s: lower the ceiling by", "The highest ceiling", "voaacenc", "between samples"):
        kit.check(part in text.out or part == "between samples", text)
    silent = kit.run("headroom", "-q", "quiet.wav", "--codecs", "aac:256", "--quick")
    kit.check(silent.code == 0 and not silent.out and not silent.err, silent)


def test_other_inputs():
    """Mono, short, another rate, over full scale in float: all have an answer."""
    x = hot(3.0)
    kit.write_wav("mono.wav", x[:, :1])
    kit.write_wav("short.wav", x[:2000])
    kit.write_wav("over.wav", x * 1.5, kind="f32")
    kit.write_wav("96k.wav", kit.song(3.0, rate=96000, peak_db=-1.0), 96000)
    for name in ("mono", "short", "over", "96k"):
        report = headroom(f"{name}.wav", "--codecs", ",".join(LINES), "--quick")
        for row in report["codecs"]:
            kit.check(row["rate"] in (44100, 48000), row)
            lost = row["codec"] == "aac:128" and name == "short"  # it drops its last frames
            kit.check(lost or row["true-peak"] > report["true-peak-16x"] - 3.0, f"{name}: {row}")
    over = headroom("over.wav", "--codecs", "mp3:320", "--quick", code=1)
    kit.near(over["codecs"][0]["true-peak"], kit.true_peak_db(x * 1.5), 1.0, "what a 16-bit encoder would have clipped")


def test_what_is_no_number_is_silence():
    x = hot(3.0)
    x[1000, 0] = x[70000, 1] = 0.0
    kit.write_wav("clean.wav", x, kind="f32")
    x[1000, 0], x[70000, 1] = np.nan, np.inf
    kit.write_wav("nan.wav", x, kind="f32")
    clean, broken = (headroom(f"{name}.wav", "--codecs", "mp3:128", "--quick", code=1) for name in ("clean", "nan"))
    kit.check(clean["codecs"] == broken["codecs"] and clean["true-peak-16x"] == broken["true-peak-16x"], (clean, broken))
    said = kit.run("headroom", "nan.wav", "--codecs", "mp3:128", "--quick")
    kit.check("! 2 samples are not numbers" in said.out, said)
    kit.check("take inf" not in kit.run("check", "nan.wav", "--for", "spotify").out, "check")


def test_far_over_full_scale():
    """The answer is a ceiling that there is, however hot the file."""
    kit.write_wav("hot.wav", hot(3.0) * 10 ** (20 / 20), kind="f32")
    report = headroom("hot.wav", "--codecs", "mp3:320", "--quick", code=1)
    kit.check(report["ceiling-that-holds"] <= 0.0, report)


def test_what_a_service_sends():
    x = hot(3.0) * 0.5
    kit.write_wav("a.wav", x)
    report = headroom("a.wav", "--for", "apple,deezer", "--quick", code=0)
    kit.check([row["codec"] for row in report["codecs"]] == ["aac:256", "mp3:128", "mp3:320"], report)
    usual = headroom("a.wav", "--quick", "--decoded-ceiling", 6, code=0)["codecs"]
    kit.check({row["codec"].split(":")[0] for row in usual} == {"aac", "mp3", "opus", "vorbis"}, "the default list")


def test_bad_input():
    x = kit.song(1.0)
    kit.write_wav("a.wav", x)
    kit.write_wav("silent.wav", np.zeros((kit.RATE, 2)))
    kit.write_wav("surround.wav", np.tile(x, (1, 3)))
    for arguments, said in ((["a.wav", "--codecs", "wav"], "keeps every sample"),
                            (["a.wav", "--codecs", "aac:7"], "bit rate"),
                            (["a.wav", "--codecs", ""], "empty"), (["a.wav", "--codecs", "aac:128,,"], "empty"),
                            (["a.wav", "--codecs", "midi"], "no format"), (["a.wav", "--for", "nobody"], "nobody"),
                            (["a.wav", "--for", "cd"], "nothing lossy"),
                            (["a.wav", "--codecs", "mp3:100"], "96, 112"), (["a.wav", "--codecs", "mp3:32"], "higher bit rate"),
                            (["a.wav", "--for", "apple", "--codecs", "aac"], "--codecs and --for"),
                            (["a.wav", "--quick", "--thorough"], "do not go together"),
                            (["a.wav", "--decoded-ceiling", "99"], "-24 to 6"), ([], "name a master"),
                            (["none.wav"], "no such file"), (["silent.wav"], "silent"), (["surround.wav"], "6 channels"),
                            (["a.wav", "--stream", "2"], "stream")):
        result = kit.run("headroom", *arguments)
        kit.check(result.code == 2 and said in result.err and not result.out, f"{arguments}: {result}")
    kit.check(sorted(kit.files_here()) == ["a.wav", "silent.wav", "surround.wav"], kit.files_here())


def test_encoder_missing():
    """Asked for by name it is an error with the package; of the usual ones the others are tried."""
    from test_bad_input import without_plugin

    kit.write_wav("a.wav", hot(2.0) * 0.5)
    env = without_plugin("libgstlame.so")
    named = kit.run("headroom", "a.wav", "--codecs", "mp3:128", env=env)
    kit.check(named.code == 2 and "gstreamer1.0-plugins-good" in named.err, named)
    usual = kit.run("headroom", "a.wav", "--for", "apple,deezer", "--quick", env=env)
    kit.check(usual.code == 0 and "AAC at 256 kbit/s: holds" in usual.out, usual)
    kit.check(usual.out.count("gstreamer1.0-plugins-good") == 2, usual)


if __name__ == "__main__":
    kit.main()
