# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Settings: saved, read again, the same bits; a wrong key is named."""
import configparser
import hashlib

import toolkit as kit


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def saved(*options):
    kit.write_wav("mix.wav", kit.song(8.0))
    kit.master("mix.wav", "-o", "a.flac", "--save-settings", "song.ini", *options)
    settings = configparser.ConfigParser(interpolation=None, delimiters=("=",))  # a key may be band0::gain
    settings.optionxform = str
    settings.read("song.ini", encoding="utf-8")
    return settings


def test_replay_gives_the_same_bits():
    saved()
    report = kit.master("mix.wav", "-o", "b.flac", "--settings", "song.ini")
    kit.check(digest("a.flac") == digest("b.flac"), "the replay differs")
    kit.check(report["chain"]["renders"] == 1, report["chain"])


def test_replay_takes_format_and_rate():
    saved("--format", "flac16", "--rate", "48000")
    kit.master("mix.wav", "-o", "there/", "--settings", "song.ini")
    kit.check(digest("a.flac") == digest("there/mix.master.flac"), "the replay differs")


def test_what_is_in_the_file():
    s = saved()
    kit.check(s["gst-mastering"]["version"] == "1", "version")
    gain = float(s["norm"]["loudness-target"]) - float(s["norm"]["measured-loudness"]) + float(s["norm"]["offset"])
    kit.near(gain, float(s["decisions"]["gain"]), 1e-9, "gain")
    kit.check(s["norm"]["mode"] == "linear" and s["norm"]["limiter"] == "false", dict(s["norm"]))
    kit.check(float(s["limit"]["ceiling"]) == -1.0, dict(s["limit"]))
    kit.check(s["source"]["sha256"] == digest("mix.wav"), "hash")
    kit.check(int(s["source"]["rate"]) == kit.RATE and int(s["source"]["frames"]) == 8 * kit.RATE, dict(s["source"]))


def edit(old, new):
    with open("song.ini", encoding="utf-8") as file:
        text = file.read()
    kit.check(old in text, f"{old} is not in {text}")
    with open("bad.ini", "w", encoding="utf-8") as file:
        file.write(text.replace(old, new, 1))
    return kit.run("master", "mix.wav", "-o", "bad.flac", "--settings", "bad.ini")


def test_mistakes_are_named():
    saved()
    for old, new, words in (("offset=", "ofset=", ("'ofset'", "[norm]")), ("[limit]", "[limiter]", ("[limiter]",)),
                            ("ceiling=-1\n", "ceiling=7\n", ("'7'", "'ceiling'")), ("version=1", "version=9",
                            ("version",)), ("lookahead=", "lookahead=soon", ("'lookahead'",))):
        result = edit(old, new)
        kit.check(result.code == 2 and all(word in result.err for word in words), f"{new}: {result}")
        kit.check("bad.flac" not in kit.files_here(), "something was written")


def test_another_file_is_warned_about():
    saved()
    kit.write_wav("other.wav", kit.song(6.0, seed=4) * 0.5)
    result = kit.run("master", "other.wav", "-o", "o.flac", "--settings", "song.ini")
    kit.check("made for another file" in result.err and result.code == 1, result)


def test_settings_are_not_overwritten():
    saved()
    result = kit.run("master", "mix.wav", "-o", "b.flac", "--save-settings", "song.ini")
    kit.check(result.code == 2 and "exists already" in result.err and "b.flac" not in kit.files_here(), result)


if __name__ == "__main__":
    kit.main()
