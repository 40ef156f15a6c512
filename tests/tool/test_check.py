#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""check: each rule catches a planted breach and passes a file without it; what the services would do is the arithmetic
that they publish."""
import json

import numpy as np
import toolkit as kit


def checked(path, platform, code, *options):
    """The rules by name."""
    result = kit.run("check", "--json", path, "--for", platform, *options)
    kit.check(result.code == code, f"exit {result.code}, not {code}: {result}")
    report = json.loads(result.out)
    kit.check(report["checks"][0]["pass"] == (code == 0), report)
    return {rule["rule"]: rule for rule in report["checks"][0]["rules"]}, report


def at(samples, lufs, rate=kit.RATE):
    return samples * 10 ** ((lufs - kit.loudness(samples, rate)) / 20)


def master(lufs=-23.0, seconds=8.0, **options):
    """A song between two silences, at this loudness by libebur128."""
    x = kit.song(seconds, **options)
    rate = options.get("rate", kit.RATE)
    fade = int(0.02 * rate)
    x[:fade] *= np.linspace(0, 1, fade)[:, None]
    x[-fade:] *= np.linspace(1, 0, fade)[:, None]
    quiet = np.zeros((int(0.1 * rate), x.shape[1]))
    return at(np.concatenate([quiet, x, quiet]), lufs, rate)


def outcome(rules, name, wanted):
    kit.check(rules[name]["outcome"] == wanted, f"{name}: {rules[name]}")
    kit.check(rules[name]["source"] and (wanted == "pass") == (rules[name]["what"] is None), rules[name])


def test_a_file_in_spec_passes():
    kit.write_wav("a.wav", master(-23.0, rate=48000), 48000)
    rules, report = checked("a.wav", "ebu-r128", 0)
    for name in ("loudness", "true-peak", "format", "sample-rate", "bit-depth", "channels", "start", "end"):
        outcome(rules, name, "pass")
    kit.near(report["loudness"], -23.0, kit.LOUDNESS_TOLERANCE_LU, "loudness")
    kit.near(report["true-peak-16x"], kit.true_peak_db(master(-23.0, rate=48000)), kit.PEAK_TOLERANCE_DB, "true peak")


def test_loudness_that_is_rejected():
    for miss, wanted in ((0.15, "pass"), (0.3, "fail"), (-0.3, "fail")):
        kit.write_wav("a.wav", master(-23.0 + miss, rate=48000), 48000)
        rules, _ = checked("a.wav", "ebu-r128", 0 if wanted == "pass" else 1)
        outcome(rules, "loudness", wanted)


def test_peaks():
    x = master(-20.0)
    peak = kit.true_peak_db(x)
    for over, wanted in ((-0.1, "pass"), (0.2, "fail")):
        kit.write_wav("a.wav", x * 10 ** ((-1.0 + over - peak) / 20))
        rules, _ = checked("a.wav", "apple", 0 if wanted == "pass" else 1)
        outcome(rules, "true-peak", wanted)


def test_a_hot_master_needs_more_room():
    """Spotify: -2 dBTP when it is louder than -14 LUFS."""
    kit.write_wav("mix.wav", master(-18.0))
    for target, wanted in ((-14.2, "pass"), (-13.0, "fail")):
        kit.master("mix.wav", "-o", "a.wav", "--force", "--target", target, "--ceiling", -1, "--limiter-budget", 20,
                   "--psr-floor", 0)
        x, _ = kit.decode("a.wav")
        kit.check(-1.5 < kit.true_peak_db(x) < -0.9, f"the peak is at the ceiling: {kit.true_peak_db(x)}")
        rules, _ = checked("a.wav", "spotify", 0 if wanted == "pass" else 1)
        outcome(rules, "true-peak", wanted)


def test_format_rate_depth_channels():
    x = master(-20.0)
    kit.write_wav("a.wav", x)
    kit.ffmpeg("-i", "a.wav", "-b:a", "320k", "a.mp3")
    rules, _ = checked("a.mp3", "spotify", 1)
    outcome(rules, "format", "fail")
    rules, _ = checked("a.mp3", "apple-podcasts", 1)  # for its loudness
    outcome(rules, "loudness", "fail")
    outcome(rules, "format", "pass")
    kit.write_wav("low.wav", master(-20.0, rate=22050), 22050)
    rules, _ = checked("low.wav", "spotify", 1)
    outcome(rules, "sample-rate", "fail")
    rules, _ = checked("a.wav", "cd", 1)
    outcome(rules, "bit-depth", "fail")
    outcome(rules, "sample-rate", "pass")
    kit.write_wav("cd.wav", x, kind="s16")
    rules, _ = checked("cd.wav", "cd", 0)
    outcome(rules, "bit-depth", "pass")
    kit.write_wav("float.wav", x, kind="f32")
    rules, _ = checked("float.wav", "spotify", 1)
    outcome(rules, "bit-depth", "fail")
    kit.write_wav("mono.wav", x[:, :1])
    rules, _ = checked("mono.wav", "spotify", 1)
    outcome(rules, "channels", "fail")
    rules, _ = checked("mono.wav", "apple-podcasts", 1)
    outcome(rules, "channels", "pass")


def test_edges_and_tags():
    x = master(-20.0)
    silence = np.zeros((3 * kit.RATE, 2))
    kit.write_wav("late.wav", np.concatenate([silence, x]))
    rules, report = checked("late.wav", "spotify", 0)
    outcome(rules, "start", "note")
    kit.check(rules["start"]["found"].startswith("3.1"), rules["start"])
    outcome(rules, "tags", "note")
    kit.check(report["checks"][0]["pass"], report)
    checked("late.wav", "spotify", 1, "--strict")
    kit.write_wav("cut.wav", x[: len(x) // 2])
    rules, _ = checked("cut.wav", "spotify", 0)
    outcome(rules, "end", "note")
    outcome(rules, "start", "pass")
    loud = int(np.argmax(np.abs(x[:, 0])))
    kit.write_wav("click.wav", x[loud:])
    rules, _ = checked("click.wav", "spotify", 0)
    outcome(rules, "start", "note")
    kit.write_wav("a.wav", x)
    kit.ffmpeg("-i", "a.wav", "-metadata", "title=Song", "-metadata", "artist=Me", "a.flac")
    rules, _ = checked("a.flac", "spotify", 0)
    outcome(rules, "tags", "pass")
    kit.ffmpeg("-i", "a.flac", "-c", "copy", "-metadata", "REPLAYGAIN_TRACK_GAIN=-3 dB", "b.flac")
    rules, _ = checked("b.flac", "spotify", 0)
    outcome(rules, "tags", "note")


def test_what_the_services_do():
    """The arithmetic of Spotify's page and of the others' rules, on the measured loudness and peak."""
    for lufs in (-8.0, -14.0, -15.5, -25.0):
        x = master(lufs)
        x = x if lufs > -20 else x / np.max(np.abs(x)) * 0.5
        kit.write_wav("a.wav", np.clip(x, -1, 1), kind="f32")
        report = json.loads(kit.run("analyze", "--json", "a.wav").out)
        loudness, peak = report["measured"]["loudness"], report["measured"]["true-peak"]
        found = {p["id"]: p for p in report["platforms"]}
        spotify = -14 - loudness if loudness > -14 else max(0.0, min(-14 - loudness, -1 - peak))
        kit.near(found["spotify"]["gain"], spotify, 1e-9, f"Spotify at {lufs}")
        kit.near(found["spotify-loud"]["gain"], -11 - loudness, 1e-9, "Spotify, loud")
        kit.near(found["spotify-loud"]["limited"], max(0.0, peak - 11 - loudness + 1) if loudness < -11 else 0.0, 1e-9,
                 "its limiter")
        for name, level in (("youtube", -14), ("tidal", -14), ("amazon", -14), ("deezer", -15)):
            kit.near(found[name]["gain"], min(0.0, level - loudness), 1e-9, name)
            kit.near(found[name]["loudness"], min(loudness, level), 1e-9, name)
        apple = -16 - loudness if loudness > -16 else max(0.0, min(-16 - loudness, -peak))
        kit.near(found["apple"]["gain-if-raised"], apple, 1e-9, "Apple, if it raises")
        kit.near(found["bandcamp"]["gain"], 0.0, 0.0, "Bandcamp")
        # A master made for the level peaks at the ceiling of -1 dBTP there.
        kit.near(found["youtube"]["punch-lost"], max(0.0, -1 - (peak + min(0.0, -14 - loudness)))
                 if loudness > -14 else 0.0, 1e-9, "punch")


def test_decoded_peaks():
    """A rule where the platform asks for it, on request elsewhere; the peak itself is test_headroom's."""
    from test_headroom import hot

    kit.write_wav("loud.wav", hot(4.0, -0.05))
    rules, _ = checked("loud.wav", "apple-digital-masters", 1)
    outcome(rules, "decoded-peak", "fail")
    rules, _ = checked("loud.wav", "spotify", 1)
    kit.check("decoded-peak" not in rules, rules)
    rules, _ = checked("loud.wav", "spotify", 1, "--codecs")
    outcome(rules, "decoded-peak", "fail")
    kit.check("--ceiling" in rules["decoded-peak"]["what"], rules)
    kit.write_wav("quiet.wav", hot(4.0, -9.0))
    rules, _ = checked("quiet.wav", "apple-digital-masters", 0)
    outcome(rules, "decoded-peak", "pass")
    rules, _ = checked("quiet.wav", "cd", 1, "--codecs")
    outcome(rules, "decoded-peak", "note")  # nothing lossy is sent by a CD, and that is said where it was asked for
    kit.check(rules["decoded-peak"]["found"] == "not tried" and "name codecs" in rules["decoded-peak"]["what"], rules)
    rules, _ = checked("quiet.wav", "cd", 1)
    kit.check("decoded-peak" not in rules, "nobody asked")


def test_why_there_is_no_loudness():
    for seconds, level, words in ((0.3, 0.3, "shorter than the 0.4 seconds"), (3.0, 0.0, "it is silent")):
        kit.write_wav("none.wav", level * kit.song(seconds))
        rules, _ = checked("none.wav", "spotify", 1)
        outcome(rules, "loudness", "fail")
        kit.check(words in rules["loudness"]["what"], rules["loudness"])


def test_an_album():
    """The whole is the tracks in a row, by libebur128; one gain for it at Spotify, by the loudest track at TIDAL."""
    parts = [master(lufs, 6.0, seed=i) for i, lufs in enumerate((-12.0, -20.0, -16.0))]
    parts = [x / max(1.0, np.max(np.abs(x))) for x in parts]
    for i, x in enumerate(parts):
        kit.write_wav(f"{i}.wav", x, kind="f32")
    result = kit.run("analyze", "--json", "--album", "0.wav", "1.wav", "2.wav")
    report = json.loads(result.out)
    levels = [t["measured"]["loudness"] for t in report["tracks"]]
    whole = kit.loudness(np.concatenate(parts), kit.RATE)
    kit.near(report["album"]["loudness"], whole, kit.LOUDNESS_TOLERANCE_LU, "the whole")
    found = {p["id"]: p for p in report["album"]["platforms"]}
    peak = report["album"]["true-peak"]
    kit.near(peak, max(t["measured"]["true-peak"] for t in report["tracks"]), 0, "the highest peak")
    gain = -14 - whole if whole > -14 else max(0.0, min(-14 - whole, -1 - peak))
    for one in found["spotify"]["gains"]:
        kit.near(one, gain, kit.LOUDNESS_TOLERANCE_LU, "Spotify")
    for one in found["tidal"]["gains"]:
        kit.near(one, min(0.0, -14 - max(levels)), 1e-9, "TIDAL")
    for one, level in zip(found["youtube"]["gains"], levels):
        kit.near(one, min(0.0, -14 - level), 1e-9, "YouTube")
    jumps = [abs(b - a) for a, b in zip(levels, levels[1:])]
    kit.near(found["tidal"]["biggest-jump"], max(jumps), 1e-9, "jump")
    text = kit.run("analyze", "--album", "0.wav", "1.wav", "2.wav").out
    kit.check("As an album of 3 tracks" in text and "track 1 to 2" in text, text)
    kit.write_wav("3.wav", master(-16.0, 3.0, rate=48000), 48000)
    text = kit.run("analyze", "--album", "0.wav", "3.wav").out
    kit.check("differ in sample rate" in text, text)


def test_a_silent_track_costs_an_album_nothing():
    """The tracks beside it have the gains that they have without it (its own is null), in the same order."""
    for i, lufs in enumerate((-12.0, -20.0)):
        kit.write_wav(f"{i}.wav", master(lufs, 6.0, seed=i) * 0.5, kind="f32")
    kit.write_wav("silent.wav", np.zeros((kit.RATE * 3, 2)))
    without = json.loads(kit.run("analyze", "--json", "--album", "0.wav", "1.wav").out)["album"]["platforms"]
    found = json.loads(kit.run("analyze", "--json", "--album", "0.wav", "silent.wav", "1.wav").out)["album"]["platforms"]
    kit.check(len(without) > 5 and [p["id"] for p in found] == [p["id"] for p in without], found)
    for one, other in zip(found, without):
        # the blocks that reach over into the silence move the whole by hundredths
        kit.check(one["gains"][1] is None, one)
        for a, b in zip(one["gains"][::2], other["gains"]):
            kit.near(a, b, 0.1, one["id"])
        kit.near(one["biggest-jump"], other["biggest-jump"], 0.1, one["id"])
    text = kit.run("analyze", "--album", "0.wav", "silent.wav", "1.wav").out
    kit.check("track 1 to 3" in text and "Track 2 (silent.wav) has no loudness" in text, text)
    text = kit.run("analyze", "--album", "silent.wav", "silent.wav").out
    kit.check("the whole has no loudness" in text and "levelled by" not in text, text)


def test_the_text():
    kit.write_wav("a.wav", master(-9.2), kind="f32")
    result = kit.run("check", "a.wav", "--for", "youtube,cd")
    kit.check("for YouTube" in result.out and "for CD" in result.out and "turned down by 4.8 dB" in result.out, result)
    kit.check("source:" in result.out, result)
    result = kit.run("analyze", "a.wav")
    kit.check("What the services would do" in result.out and "Spotify" in result.out, result)


def test_bad_usage():
    kit.write_wav("a.wav", master(-16.0, 2.0))
    for arguments, words in (((), "name a file"), (("a.wav",), "--for"), (("a.wav", "--for", "nowhere"), "no platform"),
                             (("a.wav", "--for", ""), "--for"), (("none.wav", "--for", "cd"), "none.wav"),
                             (("", "--for", "cd"), "empty"), (("a.wav", "--for", "cd", "-j", "0"), "--jobs")):
        result = kit.run("check", *arguments)
        kit.check(result.code == 2 and words in result.err and not result.out, f"{arguments}: {result}")


def test_several_files():
    kit.write_wav("a.wav", master(-23.0, 3.0, rate=48000), 48000)
    kit.write_wav("b.wav", master(-20.0, 3.0, rate=48000), 48000)
    result = kit.run("check", "--json", "-j", "2", "a.wav", "b.wav", "--for", "ebu-r128")
    reports = json.loads(result.out)
    kit.check(result.code == 1 and [r["checks"][0]["pass"] for r in reports] == [True, False], result)


def test_silence_has_no_loudness():
    kit.write_wav("a.wav", np.zeros((kit.RATE, 2)))
    rules, _ = checked("a.wav", "spotify", 1)
    outcome(rules, "loudness", "fail")


if __name__ == "__main__":
    kit.main()
