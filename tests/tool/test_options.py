# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Option values that cannot be meant: exit 2 and a sentence with the legal range; never a default in their place."""
import toolkit as kit


def mix():
    return kit.write_wav("mix.wav", kit.song(4.0))


def refused(*options, words):
    before = kit.files_here()
    result = kit.run("master", *options, timeout=60)
    kit.check(result.code == 2, f"{options}: {result}")
    for word in words:
        kit.check(word in result.err, f"{options}: '{word}' is not in: {result.err}")
    kit.check(result.err.count("\n") == 1, f"more than a sentence: {result.err}")
    kit.check(kit.files_here() == before, f"left behind: {kit.files_here()}")


def test_empty_values():
    mix()
    for name in ("output", "for", "genre", "stereo", "dynamics", "amount", "format", "dither", "settings", "save-settings"):
        refused("mix.wav", "-n", f"--{name}=", words=(f"--{name} is empty",))
    for name in ("target", "ceiling", "rate", "limiter-budget", "psr-floor"):
        refused("mix.wav", "-n", f"--{name}=", words=(f"--{name} is a number", "not ''"))
    for name in ("stream", "jobs"):
        refused("mix.wav", "-n", f"--{name}=", words=(f"--{name}",))
    for value in (",", "spotify,"):
        refused("mix.wav", "-n", f"--for={value}", words=("no platform ''",))
    refused("mix.wav", "-n", "-o", "out/", "--format=flac,", words=("no format",))
    refused("", words=("name of a mix is empty",))
    result = kit.run("analyze", "")
    kit.check(result.code == 2 and "name of a file is empty" in result.err, result)


RANGES = {"target": "-70 to 0 LUFS", "ceiling": "-24 to 0 dBTP", "rate": "8000 to 384000 Hz",
          "limiter-budget": "above 0 to 60 dB", "psr-floor": "0 to 60 dB"}


def test_numbers_out_of_range():
    mix()
    for name, words in RANGES.items():
        for value in ("nan", "-nan", "inf", "-inf", "1e9", "-1e9", "x", "1x", "0x"):
            refused("mix.wav", "-n", f"--{name}={value}", words=(words, f"'{value}'"))
    refused("mix.wav", "-n", "--rate=0", words=(RANGES["rate"],))
    refused("mix.wav", "-n", "--rate=44100.5", words=("whole number",))
    refused("mix.wav", "-n", "--limiter-budget=0", words=(RANGES["limiter-budget"],))


def test_amounts_that_cannot_be_meant():
    mix()
    for value in ("-1", "101", "nan", "50%", "x", ",", "tone", "tone=", "tone=101", "tone=-1", "tone=nan", "Tone=5", "loud=5",
                  "50,60", "tone=50,", "tone=50;stereo=3", "=5"):
        refused("mix.wav", "-n", f"--amount={value}", words=("from 0 to 100", "tone=50,dynamics=80,stereo=30"))


def test_an_amount_is_said_once():
    mix()
    for value in ("tone=50,tone=60", "stereo=1,tone=2,stereo=1"):
        refused("mix.wav", "-n", f"--amount={value}", words=("twice", value.rsplit(",", 1)[1]))


def test_the_ends_of_the_ranges_are_legal():
    mix()
    for options in (("--ceiling", "0"), ("--rate", "8000"), ("--psr-floor", "0"), ("--limiter-budget", "60"),
                    ("--amount", "0"), ("--amount", "100"), ("--amount", "stereo=0,tone=100"), ("--amount", "dynamics=12.5")):
        result = kit.run("master", "-q", "mix.wav", "-n", *options)
        kit.check(result.code == 0, f"{options}: {result}")


def test_settings_take_no_second_decision():
    """A wish beside --settings would not be heard, and the report would name a miss that nobody decided."""
    mix()
    kit.check(kit.run("master", "-q", "mix.wav", "-n", "--save-settings", "song.ini").code == 0, "save")
    for name, value in (("target", "-9"), ("ceiling", "-3"), ("limiter-budget", "6"), ("psr-floor", "6"),
                        ("for", "apple"), ("genre", "rock"), ("amount", "50"), ("stereo", "wide"), ("dynamics", "off")):
        refused("mix.wav", "-n", "--settings", "song.ini", f"--{name}", value, words=("--settings", f"--{name}"))


def test_a_replay_tells_where_its_numbers_come_from():
    mix()
    kit.check(kit.run("master", "-q", "mix.wav", "-n", "--target", "-16", "--save-settings", "song.ini").code == 0, "save")
    report = kit.run("master", "mix.wav", "-n", "--settings", "song.ini")
    kit.check(report.code == 0 and "as you asked" not in report.out and "song.ini" in report.out, report)


if __name__ == "__main__":
    kit.main()
