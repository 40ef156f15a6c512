# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The stereo image in the tool: what is measured against scipy and libebur128; planted faults, named with band and time
and left as they are; bass to mono and width only where they are asked for, within their caps, and told as measured."""
import json
import os
import re
import sys

import numpy as np
import scipy.signal
import toolkit as kit

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import gstrun  # noqa: E402
import music  # noqa: E402
import stereo_reference as ref  # noqa: E402

SECONDS = 12.0


def mix(bass_side=0.0, side_db=-9.0, top_db=0.0, seconds=SECONDS, rate=kit.RATE, seed=3):
    """A song in the middle; noise of pink slope in the sides, `side_db` under it above 300 Hz, `top_db` more above 6 kHz;
    `bass_side`: how much of a bass in the sides below 130 Hz."""
    rng = np.random.default_rng(seed)
    mid = kit.song(seconds, rate, channels=1, seed=seed)[:, 0]
    mid = mid + 0.2 * np.std(mid) * pink(rng, len(mid))
    side = ref.linkwitz_riley(pink(rng, len(mid)), rate, low=300.0)
    above = pink(rng, len(mid))
    middle = np.std(ref.linkwitz_riley(mid, rate, low=300.0))
    side *= middle / np.std(side) * 10 ** (side_db / 20)
    if top_db > 0:
        top = ref.linkwitz_riley(above, rate, low=6000.0)
        side += top * middle / np.std(above) * 10 ** ((side_db + top_db) / 20)
    low = ref.linkwitz_riley(rng.standard_normal(len(mid)), rate, low=40.0, high=130.0)
    side += bass_side * low * np.std(ref.linkwitz_riley(mid, rate, high=130.0)) / np.std(low)
    both = np.stack([mid + side, mid - side], axis=1)
    return both / np.max(np.abs(both)) * 0.5


def pink(rng, n):
    x = np.fft.rfft(rng.standard_normal(n))
    x[1:] /= np.sqrt(np.arange(1, len(x)))
    y = np.fft.irfft(x, n)
    return y / np.std(y)


def written(samples, rate=kit.RATE, name="mix.wav"):
    """Through a float file, so that what is measured is what was made."""
    return kit.write_wav(name, samples, rate, "f32")


def analyzed(path):
    result = kit.run("analyze", "--json", path)
    kit.check(result.code == 0, result)
    return json.loads(result.out)


def moves(report):
    """The decisions about the stereo image: [(move, reason)]."""
    return [(d["move"], d["reason"]) for d in report["decisions"] if d["stage"] == "stereo"]


def problems(report):
    return {p["id"]: p for p in report["mix-problems"]}


def alone(percent=100):
    """Nothing but the stereo image."""
    return "--amount", f"tone=0,dynamics=0,stereo={percent}"


def tried(samples, *options, rate=kit.RATE):
    """A dry run; whether the loudness was reached does not matter here."""
    result = kit.run("master", written(samples, rate), "-n", "--json", *alone(), *options)
    kit.check(result.code in (0, 1), result)
    return json.loads(result.out)


# --- measured ---------------------------------------------------------------------------------------------------------


def check_field(name, samples, rate):
    report = analyzed(written(samples, rate))
    field = report["stereo"]
    for entry in field["octaves"]:
        want = ref.reading(ref.octave(samples, rate, entry["frequency"]))
        # what the tool leaves out: blocks of 100 ms under -70 LUFS
        kit.near(entry["correlation"], want["correlation"], 0.002, f"{name}: {entry['frequency']} Hz")
        for what in ("side-mid", "mono-change", "balance"):
            kit.near(entry[what], want[what], 0.03, f"{name}: {entry['frequency']} Hz, {what}")
    low = ref.reading(ref.linkwitz_riley(samples, rate, high=150.0))
    kit.near(field["below-150"]["correlation"], low["correlation"], 0.002, f"{name}: bass")
    kit.near(report["measured"]["mono-change-gated"], ref.fold_change(samples, rate), 0.02, f"{name}: in mono")


def test_the_field_is_what_scipy_and_libebur128_measure():
    check_field("mix", mix(), kit.RATE)
    check_field("wide", mix(bass_side=1.0, side_db=-2.0), kit.RATE)
    check_field("48 kHz", mix(side_db=-15.0, seconds=8.0, rate=48000), 48000)


def test_music_is_what_scipy_and_libebur128_measure():
    found = music.folder_files()[:2] or [path for path in music.package_files() if path.endswith(".ogg")]
    if not found:
        raise kit.Skip("no music is installed")
    for path in found:
        kit.ffmpeg("-ss", "20", "-t", "15", "-i", path, "-ac", "2", "-c:a", "pcm_f32le", "piece.wav")
        check_field(path, *kit.decode("piece.wav"))


# --- planted faults ---------------------------------------------------------------------------------------------------

# fault -> (id, what it is made of, words of band, seconds that the edges may be off)
# Windows of 3 s are looked at from their middle; a fault is seen when about a half to two thirds of one have it.
FAULTS = {
    "right inverted": ("polarity", ref.inverted, "all frequencies", 1.5),
    "anti-phase": ("polarity", ref.anti_phase, "all frequencies", 1.5),
    "bass out of phase": ("bass-phase", lambda *a: ref.bass_inverted(a[0], a[1], 120.0, *a[2:]), r"(22|44)-(88|180) Hz", 1.5),
    "0.6 ms late": ("late-channel", lambda *a: ref.late(a[0], a[1], 0.6, *a[2:]), r"from 8[0-9]0 Hz up", 2.5),
    "1 ms late and inverted": ("late-inverted-channel", lambda *a: ref.late_inverted(a[0], a[1], 1.0, *a[2:]),
                               "all frequencies", 2.5),
    "15 ms late": ("late-channel", lambda *a: ref.late(a[0], a[1], 15.0, *a[2:]), "from 33 Hz up", 2.5),
    "one silent": ("silent-channel", ref.silent, "all frequencies", 1.5),
}


def seconds_of(where):
    return [60 * int(m) + int(s) for m, s in re.findall(r"(\d+):(\d\d)", where)]


def check_fault(name, samples, start, end):
    ident, plant, band, off = FAULTS[name]
    arguments = (start, end) if end else ()
    found = problems(tried(plant(samples, kit.RATE, *arguments), "--stereo", "wide"))
    kit.check(ident in found, f"{name}: {found}")
    where = found[ident]["where"]
    kit.check(re.search(band, where), f"{name}: {where}")
    if not end:
        kit.check("from start to end" in where, f"{name}: {where}")
        return
    times = seconds_of(where)
    kit.check(len(times) == 2 and abs(times[0] - start) <= off + 0.5 and abs(times[1] - end) <= off + 0.5, f"{name}: {where}")


def test_planted_faults_are_named_with_band_and_time():
    samples = mix(seconds=24.0)
    for name in FAULTS:
        check_fault(name, samples, 8.0, 18.0)


def test_a_haas_delay_is_called_a_delay_of_so_many_ms():
    """The cause alone, with its milliseconds; not the octaves that cancel for it, and no advice that is meant for a bass
    with one side upside down. What cancels first is half a period late."""
    samples = mix(seconds=8.0)
    for ms in (0.6, 3.0, 8.0, 15.0, 25.0):
        frames = round(ms * kit.RATE / 1000)
        exact = 1000.0 * frames / kit.RATE
        found = problems(tried(ref.late(samples, kit.RATE, ms), "--stereo", "wide"))
        kit.check(set(found) & {i for i, *_ in FAULTS.values()} == {"late-channel"} and "phase-cancellation" not in found, found)
        text, where = found["late-channel"]["text"], found["late-channel"]["where"]
        said = float(re.search(r"right channel .* ([0-9.]+) ms late", text).group(1))
        kit.near(said, exact, 0.03 + (0.05 if ms > 2 else 0.0), f"{ms} ms: {text}")
        first = float(re.search(r"from ([0-9]+) Hz up", where).group(1))
        kit.near(first, 500.0 / exact, 0.06 * 500.0 / exact, f"{ms} ms: {where}")


def test_a_channel_that_is_late_and_inverted_is_called_both():
    """One sentence, whose nulls and loss in mono are those of |sin (pi f d)|."""
    samples = mix(seconds=8.0)
    for ms in (0.3, 15.0):
        exact = round(ms * kit.RATE / 1000) / kit.RATE
        found = problems(tried(ref.late_inverted(samples, kit.RATE, ms), "--stereo", "wide"))
        kit.check(set(found) & {i for i, *_ in FAULTS.values()} == {"late-inverted-channel"}, found)
        text = found["late-inverted-channel"]["text"]
        said = float(re.search(r"right channel .* ([0-9.]+) ms late and upside down", text).group(1))
        kit.near(said, 1000 * exact, 0.05, f"{ms} ms: {text}")
        first, every = (float(x) for x in re.search(r"cancels at ([0-9]+) Hz and every ([0-9]+) Hz", text).groups())
        for null in (first, every):
            kit.check(abs(np.sin(np.pi * null * exact)) < 0.15, f"{ms} ms: no null at {null} Hz")
        loss = re.search(r"loses more than 6 dB up to ([0-9]+) Hz", text)
        kit.check(bool(loss) == (ms < 5), text)
        if loss:
            kit.near(20 * np.log10(np.sin(np.pi * float(loss.group(1)) * exact)), -6.02, 0.5, f"{ms} ms: {text}")


def test_a_channel_that_drops_out_is_named_with_its_time():
    samples = mix(seconds=90.0)  # of which four seconds are less than a twentieth
    found = problems(tried(ref.silent(samples, kit.RATE, 40.0, 44.0), "--stereo", "wide"))
    kit.check("silent-channel" in found and "right channel drops out" in found["silent-channel"]["text"], found)
    times = seconds_of(found["silent-channel"]["where"])
    kit.check(len(times) == 2 and abs(times[0] - 40) <= 1 and abs(times[1] - 44) <= 1, found)
    # a side that rests for a second is no fault
    found = problems(tried(ref.silent(samples, kit.RATE, 40.0, 41.0), "--stereo", "wide"))
    kit.check("silent-channel" not in found, found)


def test_faults_from_start_to_end():
    samples = mix(seconds=6.0)
    for name in FAULTS:
        check_fault(name, samples, 0.0, None)


def test_nothing_is_named_where_there_is_nothing():
    for samples in (mix(), mix(side_db=-4.0), mix(side_db=-30.0), kit.song(8.0)):
        ids = {ident for ident, *_ in FAULTS.values()} | {"phase-cancellation", "balance"}
        found = ids & set(problems(tried(samples, "--stereo", "wide")))
        kit.check(not found, found)


def test_faults_are_left_as_they_are():
    samples = mix(seconds=6.0)
    for name, (_, plant, _, _) in FAULTS.items():
        broken = written(plant(samples, kit.RATE))
        for mode in ("wide", "off"):
            report = kit.master(broken, "-o", f"{mode}.wav", "--force", "--stereo", mode, "--dither", "none", "--format",
                                "wav32f", "--target", "-23", "--save-settings", f"{mode}.ini", *alone())
            kit.check([m for m, _ in moves(report)] == ["nothing"], moves(report))
        for name_of_format in ("vinyl", "dj"):
            report = tried(plant(samples, kit.RATE), "--for", name_of_format)
            if name != "bass out of phase":  # of which only the bass is for the mix to mend
                kit.check([m for m, _ in moves(report)] == ["nothing"] and "mended in the mix" in moves(report)[0][1],
                          f"{name}, {name_of_format}: {moves(report)}")
        with open("wide.ini", encoding="utf-8") as file:
            kit.check("[stereo]" not in file.read(), f"{name}: something was done")
        wide, off = (kit.decode(f"{mode}.wav")[0] for mode in ("wide", "off"))
        kit.check(np.array_equal(wide, off), f"{name}: changed")


# --- what a format asks for -------------------------------------------------------------------------------------------


def said(reason):
    """The two numbers of "was A ... is B": before and after."""
    numbers = re.search(r"was ([-+0-9.]+).* is ([-+0-9.]+)", reason)
    kit.check(numbers, reason)
    return float(numbers.group(1)), float(numbers.group(2))


def delivered(samples, *options, percent=100, rate=kit.RATE, code=0):
    """A master that is only turned down: the limiter has nothing to do, so that it is the stage alone."""
    report = kit.master(written(samples, rate), "-o", "out.wav", "--format", "wav32f", "--dither", "none", "--target", "-30",
                        "--force", *alone(percent), *options, code=code)
    out, _ = kit.decode("out.wav")
    kit.check(report["chain"]["gain-reduction-max"] == 0.0, report["chain"])
    return report, out / 10 ** (report["chain"]["gain"] / 20)


def check_mono(name, before, after, rate):
    """The mono sum keeps its magnitude within 0.001 dB (where there is any), 1 s of tail given."""
    a, b = (np.abs(np.fft.rfft(x.mean(axis=1), 2 ** 21)) for x in (before, after))
    there = a > 1e-3 * a.max()
    # the end is cut off where the all-pass still rings: compare what is 20 dB over that
    worst = np.max(np.abs(20 * np.log10(b[there] / a[there])))
    kit.check(worst < 0.001, f"{name}: the mono sum is off by {worst:.4f} dB")


def faded(samples, rate=kit.RATE):
    """With a second of silence behind it, so that what rings is in the file."""
    return np.concatenate([samples, np.zeros((rate, 2))])


def test_vinyl_and_clubs_get_a_mono_bass():
    samples = faded(mix(bass_side=0.7))
    for name, edge in (("vinyl", 150.0), ("dj", 120.0)):
        report, out = delivered(samples, "--for", name)
        before, after = (ref.reading(ref.linkwitz_riley(x, kit.RATE, high=150.0))["correlation"] for x in (samples, out))
        move = [m for m in moves(report) if m[0] == f"bass to mono below {edge:g} Hz"]
        kit.check(len(move) == 1, moves(report))
        kit.near(said(move[0][1])[0], before, 0.006, "before, as told")
        kit.near(said(move[0][1])[1], after, 0.006, "after, as told")
        kit.check(before < 0.7 < after, f"{before} to {after}")
        deep = ref.reading(ref.linkwitz_riley(out, kit.RATE, high=edge / 2))
        kit.check(deep["side-mid"] < -25.0, f"below {edge / 2} Hz: {deep}")
        if name == "dj":
            check_mono(name, samples, out, kit.RATE)
    report, out = delivered(samples, "--for", "streaming")
    kit.check([m for m, _ in moves(report)] == ["nothing"] and np.max(np.abs(out - samples)) < 1e-6, moves(report))


def test_a_bass_that_is_in_the_middle_stays():
    report, out = delivered(mix(), "--for", "vinyl")
    kit.check([m for m, _ in moves(report)] == ["nothing"], moves(report))
    kit.check("in the middle" in moves(report)[0][1], moves(report))
    kit.check(np.max(np.abs(out - mix())) < 1e-6, "it was changed")


def test_a_bass_that_would_vanish_is_left_and_named():
    report = tried(ref.bass_inverted(mix(seconds=10.0), kit.RATE), "--for", "dj")
    kit.check([m for m, _ in moves(report)] == ["nothing"] and "mix to mend" in moves(report)[0][1], moves(report))
    kit.check("bass-phase" in problems(report), report["mix-problems"])


def test_vinyl_mends_what_leaves_the_groove():
    rng = np.random.default_rng(8)
    samples = mix(top_db=12.0)
    band = ref.linkwitz_riley(pink(rng, len(samples)), kit.RATE, low=180.0, high=350.0)
    band *= 1.5 * np.std(ref.octave(samples, kit.RATE, 250.0)) / np.std(band)
    samples = samples + np.stack([band, -band], axis=1)  # out of phase around 250 Hz
    samples *= 0.5 / np.max(np.abs(samples))
    report, out = delivered(faded(samples), "--for", "vinyl")
    told = dict(moves(report))
    kit.check("less side below 300 Hz, 6 dB per octave" in told, told)
    kit.check("side above 10 kHz held 6 dB under the middle" in told, told)
    before, after = said(told["less side below 300 Hz, 6 dB per octave"])
    want = [ref.reading(ref.octave(x, kit.RATE, 250.0))["correlation"] for x in (samples, out)]
    kit.check(abs(before - want[0]) < 0.01 and abs(after - want[1]) < 0.01 and after > before, f"{told}, measured {want}")
    top = ref.reading(ref.linkwitz_riley(out, kit.RATE, low=10000.0))["side-mid"]
    # 6 dB as measured over 20 ms and 1 s; half an octave above its crossover the band is whole within 0.3 dB
    kit.check(top < -5.7, f"above 10 kHz: {top} dB")


# --- width ------------------------------------------------------------------------------------------------------------

BANDS = {"mid": (354.0, 5657.0), "high": (5657.0, 0.0)}


def side_gain_db(before, after, band, rate=kit.RATE):
    low, high = BANDS[band]
    a, b = (ref.linkwitz_riley(x[:, 0] - x[:, 1], rate, low=low, high=high) for x in (before, after))
    return 20 * np.log10(np.std(b) / np.std(a))


def test_width_stays_inside_its_caps():
    for side_db in (-26.0, -16.0):
        samples = faded(mix(side_db=side_db, bass_side=0.3))
        report, out = delivered(samples, "--stereo", "wide")
        told = dict(moves(report))
        gains = {band: side_gain_db(samples, out, band) for band in BANDS}
        # the skirt of the high band, 3 dB wider, is 3 % of a mid of four octaves of pink noise: 20 log10 (1 + 0.03 x 0.19)
        kit.check(0.2 < gains["mid"] <= 1.5 + 0.05 and gains["mid"] < gains["high"] <= 3.0, f"{side_db}: {gains}")
        kit.check(len(told) == 2 and all("more side" in move for move in told), told)
        for band, (low, high) in BANDS.items():
            before, after = (ref.reading(ref.linkwitz_riley(x, kit.RATE, low=low, high=high)) for x in (samples, out))
            kit.check(after["correlation"] >= min(0.0, before["correlation"]), f"{band}: {after}")
        low = [ref.linkwitz_riley(x[:, 0] - x[:, 1], kit.RATE, high=120.0) for x in (samples, out)]
        kit.check(np.std(low[1]) <= np.std(low[0]) * 1.01, f"the bass got wider: {np.std(low[1]) / np.std(low[0])}")
        check_mono(f"{side_db}", samples, out, kit.RATE)


def unrelated():
    rng = np.random.default_rng(5)
    return np.stack([pink(rng, 8 * kit.RATE), pink(rng, 8 * kit.RATE)], axis=1) * 0.1


def test_wide_music_stays():
    for samples, words in ((unrelated(), "wide already"), (mix(side_db=-6.0), "as wide as most music"),
                           (np.repeat(kit.song(8.0, channels=1), 2, axis=1), "the same")):
        report = tried(samples, "--stereo", "wide")
        kit.check([m for m, _ in moves(report)] == ["nothing"] and words in moves(report)[0][1], moves(report))


def test_amount_and_off():
    samples = faded(mix(side_db=-20.0))
    _, full = delivered(samples, "--stereo", "wide")
    _, half = delivered(samples, "--stereo", "wide", percent=50)
    for band in BANDS:
        # the guard lets a band come in slowly at the start, which is the same share of both
        kit.near(side_gain_db(samples, half, band), side_gain_db(samples, full, band) / 2, 0.1, f"half of it, {band}")
    wide_bass = mix(bass_side=0.7, seconds=8.0)
    for options, percent, words in (((), 0, "--amount"), (("--stereo", "off"), 100, "--stereo off")):
        report, out = delivered(wide_bass, "--for", "vinyl", *options, percent=percent)
        kit.check([m for m, _ in moves(report)] == ["nothing"] and words in moves(report)[0][1], moves(report))
        kit.check(np.max(np.abs(out - wide_bass)) < 1e-6, "it was changed")


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_replay_gives_the_same_bits():
    for name, options in (("vinyl", ("--for", "vinyl")), ("wide", ("--stereo", "wide", "--target", "-12"))):
        path = kit.write_wav("mix.wav", mix(bass_side=0.7, side_db=-20.0, seconds=8.0))
        kit.master(path, "-o", "a.wav", "--format", "wav32f", "--dither", "none", "--save-settings", f"{name}.ini", "--force",
                   *options)
        kit.master(path, "-o", "b.wav", "--format", "wav32f", "--dither", "none", "--settings", f"{name}.ini", "--force")
        a, b = (kit.decode(f"{x}.wav")[0].astype(np.float32) for x in "ab")
        with open(f"{name}.ini", encoding="utf-8") as file:
            kit.check("[stereo]" in file.read(), "the stage is not in the settings")
        kit.check(np.array_equal(a, b), f"{name}: the replay differs")
        mixed = kit.decode(path)[0].astype(np.float32)
        for size in (7, 1024, 65536):
            got = gstrun.run(mixed, kit.RATE, f"masterchain settings={name}.ini", block=size).samples
            kit.check(np.array_equal(got, a), f"{name}: masterchain differs with buffers of {size}")
        kit.check(not np.array_equal(a, np.roll(a, 1, axis=0)), "the comparison sees nothing")


def test_mono_and_more_channels_are_not_touched():
    for channels, words in ((1, "the mix is mono"), (6, "the mix has 6 channels")):
        report = tried(kit.song(4.0, channels=channels), "--stereo", "wide", "--for", "vinyl")
        kit.check([m for m, _ in moves(report)] == ["nothing"] and words in moves(report)[0][1], moves(report))
        kit.check(report["stereo-before"] is None, report["stereo-before"])


def test_other_rates_and_short_files():
    for rate in (8000, 16000, 32000, 96000, 384000):
        seconds = 3.0 if rate < 100000 else 1.0
        report = tried(mix(bass_side=0.7, side_db=-20.0, seconds=seconds, rate=rate), "--stereo", "wide", rate=rate)
        kit.check(moves(report) and "nothing" not in dict(moves(report)), f"{rate}: {moves(report)}")
    report = tried(mix(seconds=0.3), "--stereo", "wide")
    kit.check(moves(report), report)


def test_the_master_reports_before_and_after():
    report = kit.master(written(mix(bass_side=0.7)), "-o", "out.wav", "--for", "dj", "--target", "-20", *alone())
    before, after = report["stereo-before"], report["stereo-after"]
    kit.check(before["below-150"]["correlation"] < 0.7 < after["below-150"]["correlation"], f"{before} {after}")
    kit.check(before["mono-change"] < after["mono-change"] < 0.0, f"{before} {after}")


def test_analyze_says_it_in_words():
    for samples, words in ((mix(side_db=-9.0), "in mono it"), (mix(bass_side=0.9), "Its bass is not in the middle"),
                           (np.repeat(kit.song(8.0, channels=1), 2, axis=1), "mono in a stereo file"),
                           (mix() * [1.0, 0.8], "Its left side is 1.9 dB louder"),
                           (mix() * [1.0, 0.5], "The left side is 6.0 dB louder"),
                           (ref.inverted(mix(), kit.RATE), "upside down")):
        result = kit.run("analyze", written(samples))
        text = " ".join(result.out.split())
        kit.check(words in text, f"{words}: {result.out}")
    kit.check("left and right become one and cancel" not in text, "the same is said twice")
    kit.check("250 Hz" in kit.run("analyze", "--technical", "mix.wav").out, "no octaves")


def test_mistakes():
    written(mix(seconds=1.0))
    result = kit.run("master", "mix.wav", "--stereo", "wider")
    kit.check(result.code == 2 and "off, safe or wide" in result.err, result)


if __name__ == "__main__":
    kit.main()
