#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Tonal balance on the music: what is moved, what planted faults do, what references do.

  tone.py TOOL [--write] [--seconds N] [--few] [mixes] [again] [faults] [references]

mixes       every file as it is: the distance from the target and what of it is outside the tolerance, before and after.
            MISS when it grows, when a move is over its cap (1 dB for released masters), or when the measured response of
            the equaliser is more than 0.3 dB RMS from the computed one.
again       every file is mastered, and its master again. MISS when that moves anything, or when a mix has held peaks in 10 %
            of its windows or more (numpy), so that it would count as mastered.
faults      every file is brought to the target by a linear-phase filter (scipy), then sox plants a fault. MISS when it is
            not named, or not reduced, or moved by more than 2 dB.
references  every mix toward every released master. MISS when with default caps the distance does not go down or a move is
            over 3 dB; when with --amount 100 --max-move 12 more than 40 % of it is left, the measured response of the
            equaliser is more than 0.3 dB RMS from the computed one, or the delivered file is over the ceiling (64 times
            oversampled; tolerances of toolkit.py and docs/limiter-quality.md).

Distances are measured by numpy (tone_reference.py) behind the equaliser. --seconds takes that much from the middle of
each file, --few two mixes and a released master; --write puts the tables into docs/tone.md.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(HERE, "..", "lib")]

import numpy as np  # noqa: E402

import document  # noqa: E402
import gstrun  # noqa: E402
import music  # noqa: E402
import toolkit as kit  # noqa: E402
import tone_reference as tone  # noqa: E402

DOCUMENT = os.path.join(document.DOCS, "tone.md")
LEVEL, TOLERANCE, JUDGED = tone.target()
REFERENCE_USE = (np.arange(tone.BANDS) >= tone.band_of(40.0)) & (np.arange(tone.BANDS) <= tone.band_of(12500.0))
RELEASED = ("r01_", "r02_", "r03_", "r04_", "danslatristesse2")  # the others are mixes
MAX_MISS_DB = 0.3
WAY = ("-n", "--target", "-20")


def option(name, otherwise):
    return float(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else otherwise


def is_released(path):
    return os.path.basename(path).startswith(RELEASED)


def prepare(path, folder):
    """A float WAV of it, or of its middle; and its samples."""
    wav = os.path.join(folder, os.path.basename(path).split(".")[0] + ".wav")
    samples, rate = gstrun.decode(path)
    samples = samples.astype(float)
    seconds = option("--seconds", 0.0)
    if seconds and len(samples) > seconds * rate:
        begin = int(len(samples) - seconds * rate) // 2
        samples = samples[begin:begin + int(seconds * rate)]
    kit.write_wav(wav, samples, rate, "f32")
    return wav, samples, rate


def master(*arguments):
    result = kit.run("master", "--json", *arguments)
    if result.code not in (0, 1):
        raise AssertionError(f"{arguments}: {result}")
    return kit.json.loads(result.out)


def moves(report):
    return [band for band in report["tone"]["bands"] if not band["level-only"]]


def largest_move(report):
    return max([abs(band["gain"]) for band in moves(report)], default=0.0)


def describe(report):
    where = {"high-shelf": "above", "low-shelf": "below", "bell": "at"}
    words = [f"{band['gain']:+.1f} dB {where[band['type']]} {round(band['frequency'])} Hz" for band in moves(report)]
    return ", ".join(words) or "nothing"


def behind_equaliser(samples, rate, report):
    if not report["tone"]["bands"]:
        return samples
    line = tone.equaliser(report["tone"]["bands"])
    return gstrun.run(samples.astype(np.float32), rate, line).samples.astype(float)


def miss(report, before, after):
    """The measured response from the computed one over the judged bands, in dB RMS."""
    if not report["tone"]["bands"]:
        return 0.0
    judged = np.array(report["tone"]["judged"]) & np.isfinite(before)
    response = np.array(report["tone"]["response-predicted"], float)
    return float(np.sqrt(np.mean((after - before - response)[judged] ** 2)))


def distances(report, spectra, wanted, use):
    """Of each spectrum from the wanted one, over the bands that are used and not empty."""
    known = use & np.array(report["tone"]["judged"])
    return [tone.distance(spectrum, wanted, known) for spectrum in spectra]


def mix_row(name, samples, rate, wav, released):
    report = master(wav, "-n")
    after = behind_equaliser(samples, rate, report)
    spectra = tone.level(samples, rate), tone.level(after, rate)
    far = distances(report, spectra, LEVEL, JUDGED)
    outside = [report["tone"][key]["outside-rms"] if key in report["tone"] else report["tone"]["before"]["outside-rms"]
               for key in ("before", "achieved")]
    cap = 1.0 if released else 2.0
    change = kit.loudness(after, rate) - kit.loudness(samples, rate)
    ok = ((outside[1] < outside[0] and far[1] < far[0]) if moves(report) else True)
    ok = ok and largest_move(report) <= cap and miss(report, *spectra) <= MAX_MISS_DB and abs(change) <= 0.1
    return [name, describe(report), f"{far[0]:.2f} / {far[1]:.2f}", f"{outside[0]:.2f} / {outside[1]:.2f}",
            f"{miss(report, *spectra):.2f}", f"{change:+.2f}",
            ", ".join(p["id"] for p in report["tone"]["problems"]) or "-", "ok" if ok else "MISS"]


def held_peaks(samples, rate):
    """The share of windows of 400 ms, of those within 10 dB of the mean power, whose peak is within 0.5 dB of the highest."""
    size = int(0.4 * rate + 0.5)
    windows = samples[:len(samples) // size * size].reshape(-1, size * samples.shape[1])
    power, peak = np.mean(windows ** 2, axis=1), np.max(np.abs(windows), axis=1)
    return float(np.sum(peak > np.max(peak) * 10 ** (-0.5 / 20)) / np.sum(power > 0.1 * np.mean(power)))


def again_row(name, samples, rate, wav, released, folder):
    output, loud = (os.path.join(folder, x) for x in ("once.flac", "loud.flac"))
    first = master(wav, "-o", output, "--force")
    again = master(output, "-n")
    master(wav, "-o", loud, "--force", "--target", "-10")
    shares = [held_peaks(x, r) for x, r in ((samples, rate), kit.decode(output), kit.decode(loud))]
    ok = not moves(again) and (released or shares[0] < 0.1 or len(samples) < 60 * rate)
    return [name, describe(first), describe(again), *(f"{100 * share:.1f}" for share in shares), "ok" if ok else "MISS"]


def beside_an_edge(report, at):
    """Whether the next octave has nothing in it, as above the low-pass filter of an encoder."""
    there = [x is not None for x in report["tone"]["before"]["deviation"]]
    return not all(all(there[band - 3:band + 4]) for band in at if band + 3 < 30)


def fault_rows(name, samples, rate, folder):
    matched, faulty = (os.path.join(folder, x) for x in ("matched.wav", "faulty.wav"))
    kit.write_wav(matched, tone.matched(samples, rate, LEVEL, JUDGED), rate, "f32")
    for fault, (effects, names, direction, where) in tone.FAULTS.items():
        tone.plant(matched, faulty, *effects)
        report = master(faulty, *WAY)
        with_fault, _ = kit.decode(faulty)
        spectra = tone.level(with_fault, rate), tone.level(behind_equaliser(with_fault, rate, report), rate)
        at = [band for band in where if report["tone"]["judged"][band]]
        far = [float(np.mean(tone.deviation(spectrum, LEVEL, np.array(report["tone"]["judged"]))[at])) if at else np.nan
               for spectrum in spectra]
        found = names & {p["id"] for p in report["tone"]["problems"]}
        if not at or far[0] * direction < np.mean(TOLERANCE[at]):  # the filter could not bring this music to the target
            verdict = "not a fault here"
        elif direction < 0 and beside_an_edge(report, at):
            verdict = "ok: the foot of an edge is left alone" if not found else "MISS"
        else:
            ok = found and abs(far[1]) < abs(far[0]) and largest_move(report) <= 2.0 and miss(report, *spectra) <= MAX_MISS_DB
            verdict = "ok" if ok else "MISS"
        yield [name, fault, ", ".join(sorted(found)) or "-", describe(report), f"{far[0]:+.1f} / {far[1]:+.1f}", verdict]


def peak_tolerance(samples, rate):
    """What docs/limiter-quality.md states: 0.4 dB where there is sound up to half the rate (here: more than a millionth
    of the power), which no interpolation filter passes as a whole."""
    power = np.abs(np.fft.rfft(samples, axis=0)) ** 2
    top = power[int(0.4535 * 2 * len(power)):].sum() / power.sum()
    return 0.4 if top > 1e-6 else kit.PEAK_TOLERANCE_DB


def reference_row(mix, reference, folder):
    """mix and reference: name, samples, rate, path, spectrum."""
    name, samples, rate, wav, before = mix
    report = master(wav, *WAY, "--reference", reference[3])
    after = tone.level(behind_equaliser(samples, rate, report), rate)
    usual = distances(report, (before, after), reference[4], REFERENCE_USE)
    ok = usual[1] < usual[0] and largest_move(report) <= 3.0 and miss(report, before, after) <= MAX_MISS_DB
    output = os.path.join(folder, "delivered.flac")
    asked = master(wav, "-o", output, "--force", "--reference", reference[3], "--amount", "100", "--max-move", "12")
    spectrum = tone.level(behind_equaliser(samples, rate, asked), rate)
    all_of_it = distances(asked, (before, spectrum), reference[4], REFERENCE_USE)
    left = all_of_it[1] / all_of_it[0]
    delivered, out_rate = kit.decode(output)
    peak = kit.true_peak_db(delivered)
    ok = ok and left <= 0.4 and miss(asked, before, spectrum) <= MAX_MISS_DB and peak <= -1.0 + peak_tolerance(delivered, out_rate) and largest_move(asked) <= 12.0
    return [name, reference[0], f"{usual[0]:.2f} / {usual[1]:.2f}", f"{largest_move(report):.1f}", f"{miss(report, before, after):.2f}",
            f"{100 * left:.0f} %", f"{largest_move(asked):.1f}", f"{miss(asked, before, spectrum):.2f}", f"{peak:.2f}", "ok" if ok else "MISS"]


HEADERS = {
    "mixes": ["music", "moves", "distance dB, before / after", "outside dB, before / after", "computed - measured dB", "loudness LU",
              "named", "verdict"],
    "again": ["music", "moves", "moves of the master again", "held peaks %: mix", "its master", "its master to -10 LUFS", "verdict"],
    "faults": ["music", "planted", "named", "moves", "deviation dB, before / after", "verdict"],
    "references": ["mix", "reference", "distance dB, before / after", "largest move dB", "computed - measured dB", "asked for all: left",
                   "largest move dB", "computed - measured dB", "true peak dBTP", "verdict"],
}


def chosen():
    paths = music.files()
    if "--few" not in sys.argv:
        return paths
    return [p for p in paths if not is_released(p)][-2:] + [p for p in paths if is_released(p)][-1:]


def rows_of(topic, folder):
    songs = [(os.path.basename(path), is_released(path), *prepare(path, folder)) for path in chosen()]
    if topic == "references":
        known = [(name, samples, rate, wav, tone.level(samples, rate), released) for name, released, wav, samples, rate in songs]
        references = [song[:5] for song in known if song[5]]
        if len(references) > 1:  # r03 is the same song
            references = [song for song in references if not song[0].startswith("danslatristesse2")]
        for mix in known:
            for reference in references if not mix[5] else ():
                yield reference_row(mix[:5], reference, folder)
        return
    for name, released, wav, samples, rate in songs:
        if topic == "mixes":
            yield mix_row(name, samples, rate, wav, released)
        elif topic == "again":
            yield again_row(name, samples, rate, wav, released, folder)
        else:
            yield from fault_rows(name, samples, rate, folder)


def main():
    if not music.files():
        print("no music: install openttd-openmsx or set MASTERING_TEST_AUDIO")
        return 77
    missed = 0
    for topic in [t for t in HEADERS if t in sys.argv] or HEADERS:
        rows = []
        with kit.tempfile.TemporaryDirectory() as folder:
            for row in rows_of(topic, folder):
                rows.append(row)
                print(" | ".join(row), flush=True)
        missed += sum(row[-1] == "MISS" for row in rows)
        if "--write" in sys.argv:
            document.write(DOCUMENT, topic, HEADERS[topic], rows)
    print(f"{missed} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
