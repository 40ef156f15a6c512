# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Tonal balance in the tool: what is moved and what is not, faults with a name, references, and the settings of it. Spectra
are measured by numpy (tone_reference), faults are planted by sox, loudness is read by libebur128."""
import configparser
import os

import numpy as np

import toolkit as kit
import gstrun
import tone_reference as tone

RATE = 48000
LEVEL, TOLERANCE, JUDGED = tone.target()
WAY = ("--target", "-20", "-n")  # nothing for a limiter to do, nothing to write


def programme(name="mix.wav", level=None, seconds=24.0, rate=RATE, **options):
    kit.write_wav(name, tone.noise(LEVEL if level is None else level, seconds, rate, **options), rate)
    return name


def planted(fault, name="fault.wav", source="mix.wav"):
    kit.need("sox")
    tone.plant(source, name, *tone.FAULTS[fault][0])
    return name


def bands(report):
    """The moves, without what only makes up for the loudness."""
    return [band for band in report["tone"]["bands"] if not band["level-only"]]


def equalised(path, report):
    """The file through mastereq with the reported bands; samples before and after, and the rate."""
    samples, rate = kit.decode(path)
    after = gstrun.run(samples.astype(np.float32), rate, tone.equaliser(report["tone"]["bands"])).samples
    return samples, after.astype(float), rate


def check_moves(report, most, what):
    moves = [band["gain"] for band in bands(report)]
    kit.check(all(abs(gain) <= most + 1e-9 for gain in moves), f"{what}: {moves} over {most} dB")
    # the whole of them in any third octave, beside the level
    level = sum(band["gain"] for band in report["tone"]["bands"] if band["level-only"])
    if moves:
        response = np.array(report["tone"]["response-predicted"])[3:29] - level
        kit.check(np.max(np.abs(response)) <= most * 1.02, f"{what}: {np.round(response, 2)}")


def settings_of(*arguments):
    kit.master(*arguments, "--save-settings", "song.ini", "--force")
    settings = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    settings.optionxform = str
    settings.read("song.ini", encoding="utf-8")
    return settings


def test_what_is_right_is_left_alone():
    """In 60 s, because a note of 1 dB in the lowest bands is the chance of noise there: 2.3 s^-1/2 dB at 63 Hz."""
    programme(seconds=60.0)
    report = kit.master("mix.wav", *WAY)
    kit.check(report["tone"]["bands"] == [] and report["tone"]["problems"] == [], report["tone"]["bands"])
    kit.check(report["tone"]["before"]["outside-rms"] == 0.0, report["tone"]["before"])
    moves = [d for d in report["decisions"] if d["stage"] == "tone"]
    kit.check(len(moves) == 1 and moves[0]["move"] == "nothing" and "range of released music" in moves[0]["reason"], moves)
    kit.check("eq" not in settings_of("mix.wav", *WAY), "a group [eq] for nothing")
    text = kit.run("master", "mix.wav", *WAY).out
    kit.check("tone: nothing" in text and "tonal balance" in text, text)


def test_analyze_measures_what_numpy_measures():
    for rate, channels in ((44100, 2), (96000, 1)):
        programme(rate=rate, channels=channels, seconds=8.0)
        report = kit.json.loads(kit.run("analyze", "--json", "mix.wav").out)["tone"]
        samples, _ = kit.decode("mix.wav")
        got, expected = np.array(report["before"]["level"], float), tone.level(samples, rate)
        known = np.isfinite(expected)
        kit.check(np.array_equal(known, np.isfinite(got)), f"{got}")
        # the Hann window of a frame sees a band's edge 2 bins wide: 0.1 dB on noise
        kit.check(np.max(np.abs(got - expected)[known]) < 0.1, f"{rate}: {got - expected}")
        away = tone.deviation(expected, LEVEL, JUDGED)
        kit.check(np.max(np.abs(np.array(report["before"]["deviation"], float) - away)[known]) < 0.1, f"{rate}")


def test_planted_faults():
    programme()
    for fault, (_, names, direction, where) in tone.FAULTS.items():
        report = kit.master(planted(fault), *WAY)
        result, at = report["tone"], list(where)
        kit.check(names & {p["id"] for p in report["mix-problems"]}, f"{fault}: {report['mix-problems']}")
        check_moves(report, 2.0, fault)
        samples, after, rate = equalised("fault.wav", report)
        before, then = tone.level(samples, rate), tone.level(after, rate)
        # measured by numpy: it moves toward the target where the fault is, as the tool says
        moved = np.mean((then - before)[at])
        kit.check(moved * direction < -0.3, f"{fault}: moved by {moved:.2f} dB")
        away = [np.mean(tone.deviation(x, LEVEL, JUDGED)[at]) for x in (before, then)]
        kit.check(abs(away[1]) < abs(away[0]) - 0.3, f"{fault}: {away}")
        for key, expected in (("before", away[0]), ("achieved", away[1])):
            told = np.array(report["tone"][key]["deviation"], float)[at]
            kit.near(float(np.mean(told)), float(expected), 0.1, f"{fault}: {key}")
        miss = np.sqrt(np.mean((then - before - np.array(result["response-predicted"], float))[JUDGED] ** 2))
        kit.check(miss < 0.3 and result["miss-rms"] < 0.3, f"{fault}: {miss} and {result['miss-rms']} dB from the prediction")
        # louder is not better: libebur128 before and after
        change = kit.loudness(after, rate) - kit.loudness(samples, rate)
        kit.check(abs(change) < 0.1, f"{fault}: {change} LU louder")
        # planted: without the band that makes up for the loudness this would be seen
        level = [band for band in result["bands"] if band["level-only"]]
        kit.check(not level or abs(change - level[0]["gain"]) > 0.1 or abs(level[0]["gain"]) < 0.2, f"{fault}: {change}, {level}")


def test_the_report_says_it_in_words():
    programme()
    text = " ".join(kit.run("master", planted("+6 dB at 300 Hz"), *WAY).out.split())
    kit.check("What was done: tone: -" in text and "Hz" in text and "more than released music" in text, text)
    kit.check("(measured)" in text and "It is muddy there; the rest is for the mix" in text, text)
    text = " ".join(kit.run("analyze", "fault.wav").out.split())
    kit.check("more low mids" in text and "It is muddy" in text and "low mids, 200 to 500 Hz" in text, text)


def test_amount_and_caps():
    programme()
    planted("-8 dB above 6 kHz")
    kit.check(bands(kit.master("fault.wav", *WAY, "--amount", "0")) == [], "amount 0")
    kit.check(bands(kit.master("fault.wav", *WAY, "--amount", "tone=0,stereo=100")) == [], "tone=0")
    kit.check(bands(kit.master("fault.wav", *WAY, "--max-move", "0")) == [], "max-move 0")
    largest = []
    for amount, most in ((20, 2.0), (50, 2.0), (100, 2.0), (100, 5.0)):
        report = kit.master("fault.wav", *WAY, "--amount", amount, "--max-move", most)
        check_moves(report, most, f"{amount} %")
        largest.append(max(abs(x) for x in report["tone"]["response-predicted"][25:29]))
    kit.check(largest == sorted(largest) and largest[0] < 1.0 < largest[1] < 2.05 < largest[3], largest)
    report = kit.master("fault.wav", *WAY, "--no-eq")
    kit.check(report["decisions"][0]["reason"] == "as you asked with --no-eq", report["decisions"])
    kit.check("eq" not in settings_of("fault.wav", *WAY, "--no-eq"), "--no-eq")
    kit.check("dull" in {p["id"] for p in report["mix-problems"]}, "the fault has a name all the same")


def test_genres():
    programme(seconds=30.0)
    for genre in ("rock", "jazz", "speech", "trap"):
        level, tolerance, judged = tone.target(genre)
        report = kit.master("mix.wav", *WAY, "--genre", genre)
        samples, _ = kit.decode("mix.wav")
        away = tone.deviation(tone.level(samples, RATE), level, judged)
        told = np.array(report["tone"]["before"]["deviation"], float)
        known = np.isfinite(away) & np.isfinite(told)
        kit.check(np.sum(known) >= 15 and np.max(np.abs(away - told)[known]) < 0.1, f"{genre}: {away - told}")
        kit.check(np.allclose(np.array(report["tone"]["tolerance"])[known], tolerance[known]), f"{genre}: tolerance")
        kit.check(list(judged & known) == report["tone"]["judged"], f"{genre}: judged bands")
    planted("+9 dB at 60 Hz")
    report = kit.master("fault.wav", *WAY, "--genre", "classical")
    kit.check(bands(report) == [] and "0 %" in report["decisions"][0]["reason"], report["decisions"])
    kit.check(bands(kit.master("fault.wav", *WAY, "--genre", "classical", "--amount", "tone=100")) != [], "asked for")
    told = np.array(kit.json.loads(kit.run("analyze", "--json", "--genre", "classical", "fault.wav").out)["tone"]["tolerance"])
    kit.check(np.allclose(told, 2.0 * TOLERANCE), "the tolerance of classical music")


def test_an_edge_is_not_dull():
    """Nothing above 6 kHz, as in a dark synthesiser or a file of few kilobits, and nothing below 100 Hz: not lifted."""
    for low, high in ((0.0, 6000.0), (100.0, 6000.0), (0.0, 9000.0)):
        level = LEVEL.copy()
        level[tone.EDGES[:-1] > high] -= 60.0
        level[tone.EDGES[1:] < low] -= 60.0
        programme(level=level, seconds=30.0)
        report = kit.master("mix.wav", *WAY, "--amount", "100")
        kit.check(not {"dull", "thin"} & {p["id"] for p in report["tone"]["problems"]}, report["tone"]["problems"])
        if report["tone"]["bands"]:
            response = np.array(report["tone"]["response-measured"], float)
            gone = (tone.EDGES[:-1] > high) | (tone.EDGES[1:] < low)
            kit.check(np.nanmax(response[gone & np.isfinite(response)]) < 0.3, f"{low} {high}: {response}")


def test_a_master_is_hardly_touched():
    programme(seconds=30.0)
    samples, _ = kit.decode(planted("-8 dB above 6 kHz"))
    loud = np.tanh(samples / np.std(samples) * 0.35)  # about -10 LUFS, its peaks at full scale
    kit.write_wav("loud.wav", loud / np.max(np.abs(loud)) * 0.98, RATE)
    report = kit.master("loud.wav", "-n")
    kit.check(report["before"]["loudness"] > -14.5, report["before"])
    check_moves(report, 1.0, "a master")
    kit.check(bands(report) and any("counts as mastered" in note for note in report["notes"]), report["notes"])
    report = kit.master("loud.wav", "-n", "--max-move", "2", "--amount", "100")
    kit.check(max(abs(band["gain"]) for band in bands(report)) > 1.0, "asked for")
    kit.check(not any("counts as mastered" in note for note in report["notes"]), report["notes"])


def told(report):
    """Why the tone was moved, or was not."""
    return [d["reason"] for d in report["decisions"] if d["stage"] == "tone"][0]


def test_a_master_of_ours_is_left_alone():
    """Whatever its format and level; once its tag is gone it is a file like any other."""
    programme(seconds=24.0)
    planted("-8 dB above 6 kHz")
    for output in ("out.flac", "out.wav", "out.mp3", "out.m4a", "out.opus", "out.ogg"):
        result = kit.run("master", "--json", "fault.wav", "-o", output, "--target", "-20")
        if "is not installed" in result.err:
            continue
        kit.check(bands(kit.json.loads(result.out)) != [], "the first time something is moved")
        again = kit.master(output, *WAY)
        kit.check(bands(again) == [] and "a master already" in told(again), f"{output}: {told(again)}")
    asked = kit.master("out.flac", *WAY, "--max-move", "2", "--amount", "100")
    kit.check(bands(asked) != [], "asked for")
    kit.ffmpeg("-i", "out.flac", "-map_metadata", "-1", "-bitexact", "-c:a", "flac", "bare.flac")
    bare = kit.master("bare.flac", *WAY)
    kit.check(bands(bare) != [] and "a master already" not in told(bare), told(bare))
    third = kit.master("out.flac", "-o", "third.flac", "--target", "-22")
    kit.check(bands(third) == [] and kit.tags("third.flac").get("gst_mastering"), kit.tags("third.flac"))


def test_a_limited_song_is_known_at_any_level():
    programme(seconds=64.0)
    samples, _ = kit.decode(planted("-8 dB above 6 kHz"))
    limited = np.tanh(samples / np.std(samples) * 0.8)
    for peak, of_a_limiter in ((0.98, False), (0.25, True), (0.03, True)):
        kit.write_wav("loud.wav", limited / np.max(np.abs(limited)) * peak, RATE)
        report = kit.master("loud.wav", "-n", "--target", "-24", "--amount", "100")
        check_moves(report, 1.0, f"limited, peaks at {peak}")
        kit.check(any("counts as mastered" in note and ("limiter" in note) == of_a_limiter for note in report["notes"]),
                  report["notes"])
    kit.write_wav("short.wav", limited[:30 * RATE] / np.max(np.abs(limited)) * 0.25, RATE)
    report = kit.master("short.wav", "-n", "--target", "-24")
    kit.check(not any("counts as mastered" in note for note in report["notes"]), "30 s say nothing")
    kit.write_wav("quiet.wav", samples / np.max(np.abs(samples)) * 0.25, RATE)
    report = kit.master("quiet.wav", "-n", "--target", "-24", "--amount", "100")
    kit.check(max(abs(band["gain"]) for band in bands(report)) > 1.0, "planted: not limited, and not taken for it")
    kit.check(not any("counts as mastered" in note for note in report["notes"]), report["notes"])


def test_a_loop_is_not_taken_for_limited():
    """A kick on every beat, as exactly the same each time as a sequencer makes it: nine windows of ten have the same peak."""
    n, beat = 64 * RATE, int(RATE * 60 / 126)
    t = np.arange(int(0.3 * RATE)) / RATE
    kick = np.exp(-15 * t) * np.sin(2 * np.pi * (50 * t + 3 * (1 - np.exp(-40 * t))))
    mono = 0.03 * np.random.default_rng(1).standard_normal(n)
    for at in range(0, n - len(kick), beat):
        mono[at:at + len(kick)] += kick
    kit.write_wav("loop.wav", np.repeat(0.3 * mono[:, None], 2, axis=1), RATE)
    report = kit.master("loop.wav", "-n", "--target", "-24")
    kit.check(not any("counts as mastered" in note for note in report["notes"]), report["notes"])


def test_a_range_is_told_once():
    """A fault that a band works on is told with the band, and one that nothing is done about by itself."""
    programme(seconds=24.0)
    planted("+6 dB at 300 Hz")
    text = kit.run("master", "fault.wav", *WAY).out
    kit.check(text.count("the rest is for the mix") == 1 and "It is muddy there" in text and "In the mix, 200 to" not in text, text)
    kit.check("cut around" in text, text)
    report = kit.master("fault.wav", *WAY)
    kit.check({"mud", "boxy"} & {p["id"] for p in report["mix-problems"]}, report["mix-problems"])
    text = kit.run("master", "fault.wav", *WAY, "--no-eq").out
    kit.check("In the mix, 200 to" in text and "the rest is for the mix" not in text, text)


def test_little_is_known_of_short_files():
    programme(seconds=40.0)
    samples, _ = kit.decode(planted("-8 dB above 6 kHz"))
    for seconds, most in ((2.0, 0.0), (6.0, 1.0), (16.0, 1.6), (40.0, 2.0)):
        kit.write_wav("short.wav", samples[:int(seconds * RATE)], RATE)
        report = kit.master("short.wav", *WAY, "--amount", "100")
        check_moves(report, most, f"{seconds} s")
        kit.check((most > 0) == bool(bands(report)), f"{seconds} s: {bands(report)}")
        kit.near(report["tone"]["max-move"], most, 0.1, f"{seconds} s")
    kit.write_wav("short.wav", samples[:int(2.0 * RATE)], RATE)
    report = kit.master("short.wav", *WAY)
    kit.check("loud enough to be judged" in report["decisions"][0]["reason"], report["decisions"])
    kit.write_wav("short.wav", samples[:int(0.2 * RATE)], RATE)
    report = kit.master("short.wav", "-n", code=1)
    kit.check(bands(report) == [], "0.2 s")
    # nor anything of one without a loudness: no word, no table
    kit.write_wav("click.wav", kit.song(0.01))
    result = kit.run("analyze", "--technical", "click.wav")
    kit.check(result.code == 0 and "tonal balance" not in result.out, result)


def test_channels_and_rates():
    for rate in (8000, 22050, 96000, 384000):
        level = LEVEL.copy()
        level[9:15] += 7.0
        programme(level=level, rate=rate, channels=1, seconds=12.0)
        report = kit.master("mix.wav", *WAY)
        kit.check(any(band["gain"] < -0.3 and 100 < band["frequency"] < 700 for band in bands(report)), f"{rate}: {bands(report)}")
        kit.check(report["tone"]["miss-rms"] < 0.3, f"{rate}: {report['tone']['miss-rms']}")
        known = [x is not None for x in report["tone"]["before"]["level"]]
        kit.check(known == list(tone.EDGES[1:] < 0.45 * rate), f"{rate}: {known}")
    report = kit.master("mix.wav", *WAY, "--rate", "44100")  # of 384 kHz
    kit.check(report["tone"]["miss-rms"] < 0.3 and bands(report), "converted")
    kit.write_wav("six.wav", kit.song(6.0, channels=6))
    report = kit.master("six.wav", "-n")
    kit.check(report["tone"] is None and "6 channels" in report["decisions"][0]["reason"], report["decisions"])
    result = kit.run("analyze", "six.wav")
    kit.check(result.code == 0 and "tonal balance" not in result.out, result)


def test_a_replay_has_the_same_bits():
    programme()
    planted("+6 dB at 300 Hz")
    way = ("--target", "-20", "--format", "wav32f", "--dither", "none")
    settings = settings_of("fault.wav", "-o", "a.wav", *way)
    kit.check(settings["eq"]["band0::enabled"] == "true", dict(settings["eq"]))
    kit.master("fault.wav", "-o", "b.wav", "--settings", "song.ini", *way[2:])
    first, rate = kit.decode("a.wav")
    kit.check(np.array_equal(first, kit.decode("b.wav")[0]), "the tool's replay differs")
    mix = kit.decode("fault.wav")[0].astype(np.float32)
    replay = gstrun.run(mix, rate, "masterchain settings=song.ini", block=777).samples
    kit.check(np.array_equal(replay, first.astype(np.float32)), "masterchain's replay differs")
    without = gstrun.run(mix, rate, "masterchain settings=song.ini eq::band0::gain=0", block=777).samples
    kit.check(not np.array_equal(without, replay), "planted: the equaliser is not in it")


def difference(frequency, gain, source="mix.wav", name="reference.wav", width="1o"):
    kit.need("sox")
    tone.plant(source, name, "equalizer", frequency, width, gain)
    return name


def measured_distance(path, reference, use):
    a, b = (tone.level(*kit.decode(p)) for p in (path, reference))
    return tone.distance(a, b, use)


def after_the_equaliser(path, report, name="equalised.wav"):
    _, after, rate = equalised(path, report)
    return kit.write_wav(name, after, rate, "f32")


REFERENCE_BANDS = np.arange(tone.BANDS)[3:29]  # 40 Hz to 12.5 kHz
USE = np.isin(np.arange(tone.BANDS), REFERENCE_BANDS)


def test_a_planted_difference_is_matched():
    programme()
    for frequency, gain in ((100, 3), (300, -3), (1000, 2), (2500, 3), (6000, -2)):
        difference(frequency, gain)
        report = kit.master("mix.wav", *WAY, "--reference", "reference.wav", "--amount", "100")
        check_moves(report, 3.0, f"{frequency} Hz")
        far = measured_distance("mix.wav", "reference.wav", USE)
        left = measured_distance(after_the_equaliser("mix.wav", report), "reference.wav", USE)
        kit.check(far > 0.3 and left < far / 3.0, f"{frequency} Hz {gain} dB: {far:.3f} became {left:.3f} dB")
        kit.near(report["tone"]["distance-before"], far, 0.05, "distance before")
        kit.near(report["tone"]["distance-measured"], left, 0.05, "distance after")
        half = kit.master("mix.wav", *WAY, "--reference", "reference.wav")
        kit.check(0.35 * far < half["tone"]["distance-measured"] < 0.7 * far, f"half: {half['tone']['distance-measured']} of {far}")


def test_references():
    programme()
    report = kit.master("mix.wav", *WAY, "--reference", "mix.wav", "--amount", "100")
    kit.check(bands(report) == [] and "too little to be heard" in report["decisions"][0]["reason"], report["decisions"])
    difference(300, 8, name="a.wav")
    difference(300, -8, name="b.wav")
    responses = []
    for arguments in (("a.wav",), ("a.wav", "b.wav"), ("a.wav", "b.wav", "3,1")):
        options = [x for path in arguments[:2] for x in ("--reference", path)]
        options += ["--reference-weights", arguments[2]] if len(arguments) > 2 else []
        report = kit.master("mix.wav", *WAY, "--amount", "100", "--max-move", "12", *options)
        level = sum(band["gain"] for band in report["tone"]["bands"] if band["level-only"])
        responses.append(report["tone"]["response-predicted"][12] - level if report["tone"]["bands"] else 0.0)
        # the target is the mean of the powers, by numpy
        spectra = [tone.level(*kit.decode(path)) for path in arguments[:2]]
        spectra = [x - np.median(x[5:29]) for x in spectra]
        weights = [3, 1] if len(arguments) > 2 else [1] * len(spectra)
        mean = 10 * np.log10(sum(w * 10 ** (x / 10) for w, x in zip(weights, spectra)) / sum(weights))
        expected = tone.deviation(tone.level(*kit.decode("mix.wav")), mean, USE)
        told = np.array(report["tone"]["before"]["deviation"], float)
        kit.check(np.max(np.abs(told - expected)[USE]) < 0.1, f"{arguments}: {told - expected}")
    kit.check(responses[0] > responses[2] > responses[1] > 0.5, f"{responses}: powers, not decibels, are averaged")


def test_reference_mistakes_are_named():
    programme(seconds=4.0)
    kit.write_wav("short.wav", kit.song(1.0))
    kit.write_wav("six.wav", kit.song(6.0, channels=6))
    kit.write_wav("silent.wav", np.zeros((RATE * 4, 2)))
    for options, words in (
            (("--reference", "none.wav"), ("none.wav",)), (("--reference", "short.wav"), ("short.wav", "seconds")),
            (("--reference", "six.wav"), ("six.wav", "6 channels")), (("--reference", "silent.wav"), ("silent.wav",)),
            (("--reference", ""), ("--reference is empty",)), (("--reference", "-"), ("not standard input",)), (("--reference-weights", "1"), ("at least one --reference",)),
            (("--reference", "mix.wav", "--reference-weights", "1,2"), ("one number above 0", "'1,2' for 1")),
            (("--reference", "mix.wav", "--reference-weights", "0"), ("above 0",)),
            (("--reference", "mix.wav", "--reference-weights", "nan"), ("above 0",)),
            (("--reference", "mix.wav", "--reference-weights", "x"), ("above 0",)),
            (("--reference", "mix.wav", "--no-eq"), ("--no-eq",)), (("--max-move", "13"), ("0 to 12 dB",)),
            (("--max-move", "-1"), ("0 to 12 dB",)), (("--max-move", "3", "--no-eq"), ("--no-eq",))):
        before = kit.files_here()
        result = kit.run("master", "mix.wav", *options)
        kit.check(result.code == 2 and all(word in result.err for word in words), f"{options}: {result}")
        kit.check(kit.files_here() == before, f"{options} left {kit.files_here()}")
    kit.check(kit.run("master", "mix.wav", "-n", "--save-settings", "song.ini").code in (0, 1), "save")
    for option in (("--reference", "mix.wav"), ("--max-move", "1"), ("--no-eq",)):
        result = kit.run("master", "mix.wav", "-n", "--settings", "song.ini", *option)
        kit.check(result.code == 2 and option[0] in result.err, result)


def test_profiles_of_ones_own():
    programme(seconds=24.0)
    os.mkdir("mine")
    env = {"GST_MASTERING_PROFILE_PATH": "mine:" + os.environ["GST_MASTERING_PROFILE_PATH"]}
    head = "[profile]\nid=own\nkind=genre\nname=Own\nsummary=Own\n"

    def run(text):
        with open("mine/own.profile", "w", encoding="utf-8") as file:
            file.write(head + text)
        return kit.run("master", "--json", "mix.wav", *WAY, "--genre", "own", env=env)

    report = kit.json.loads(run("[tone-modifier]\nfrequency=1000;4000\nlevel=0;8\n").out)
    kit.check(report["tone"]["before"]["deviation"][27] < -6.0 and bands(report), report["tone"]["before"])
    for text in ("[tone-modifier]\nfrequency=1000;4000\nlevel=0\n", "[tone-modifier]\nfrequency=4000;1000\nlevel=0;8\n",
                 "[tone-modifier]\nfrequency=x\nlevel=0\n", "[tone-target]\nfrequency=1000\nlevel=0\n",
                 "[tone-target]\nfrequency=1000\nlevel=0\ntolerance=-1\n",
                 "[tone-target]\nfrequency=100;1000\nlevel=0;0\ntolerance=1;1\njudged-from=1000\njudged-to=100\n"):
        result = run(text)
        kit.check(result.code == 2 and "own.profile makes no tonal target" in result.err, f"{text}: {result}")
    shown = kit.run("profiles", "music").out
    kit.check("1000 Hz    -1.5 dB +- 2.5" in shown and "Elowsson" in shown, shown)


if __name__ == "__main__":
    kit.main()
