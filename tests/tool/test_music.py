# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""On the music: master lands within 0.05 LU of the target or names its constraint, holds the ceiling, keeps length and
start, and gives the same bits twice."""
import hashlib
import os

import numpy as np
import toolkit as kit

import gstrun
import music
import tone_reference

CONSTRAINTS = {"limiter-budget", "psr-floor"}


def limit(files):
    """Long folders stay quick: MASTERING_TEST_QUICK=N takes the first N files."""
    n = int(os.environ.get("MASTERING_TEST_QUICK", "0"))
    return files[:n] if n else files


def check_promises(report, output, path, target=-14.0, ceiling=-1.0):
    samples, rate = kit.decode(output)
    measured = kit.loudness(samples, rate)
    peak = kit.true_peak_db(samples)
    limited_by = report["chain"]["limited-by"]
    kit.check(peak <= ceiling + kit.PEAK_TOLERANCE_DB, f"{path}: {peak:.3f} dBTP over {ceiling}")
    kit.near(report["verified"]["loudness"], measured, 0.05, f"{path}: the report and libebur128")
    if limited_by == "none":
        kit.near(measured, target, kit.LOUDNESS_TOLERANCE_LU, f"{path}: loudness")
    else:
        kit.check(limited_by in CONSTRAINTS, f"{path}: limited by {limited_by}")
        kit.check(report["problems"] and measured < target, f"{path}: {report['problems']}, {measured}")
    return samples


def check_start(before, after, path):
    """The first 0.2 s correlate best at lag 0: no sample was moved. A limiter changes level, not time. The equaliser
    turns phases, so the mix goes through it first."""
    loud = np.flatnonzero(np.max(np.abs(before), axis=1) > 0.01)
    at = max(int(loud[0]) - 64, 64) if len(loud) else 64
    a, b = before[at:at + 8820].mean(axis=1), after[at - 64:at + 8820 + 64].mean(axis=1)
    scores = [np.dot(a, b[k:k + len(a)]) for k in range(129) if len(b[k:k + len(a)]) == len(a)]
    kit.check(int(np.argmax(scores)) == 64, f"{path}: moved by {int(np.argmax(scores)) - 64} samples")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def decodes_the_same_twice(path):
    """GStreamer's openmptdec (1.22) leaves the end of its last buffer as it found the memory; MALLOC_PERTURB_ shows it."""
    return not path.lower().endswith((".xm", ".mod", ".it", ".s3m"))


def one(path):
    result = kit.run("master", "--json", path, "-o", "a.flac")
    kit.check(result.code in (0, 1), f"{path}: {result}")
    report = kit.json.loads(result.out)
    kit.check(result.code == (0 if not report["problems"] else 1), f"{path}: {result.code} {report['problems']}")
    after = check_promises(report, "a.flac", path)
    kit.check(report["output"]["frames"] == report["input"]["frames"] == len(after), f"{path}: length")
    if path.lower().endswith((".flac", ".wav")):
        before, rate = kit.decode(path)
        kit.check(len(before) == len(after), f"{path}: {len(after)} frames, not {len(before)}")
        if report["tone"]["bands"]:
            before = gstrun.run(before.astype(np.float32), rate, tone_reference.equaliser(report["tone"]["bands"])).samples
        check_start(before, after, path)
    kit.run("master", "-q", path, "-o", "b.flac")
    kit.check(digest("a.flac") == digest("b.flac") or not decodes_the_same_twice(path), f"{path}: the second run gave other bits")
    print(f"  {os.path.basename(path):36} {report['before']['loudness']:7.2f} -> {report['verified']['loudness']:7.2f} "
          f"LUFS {report['verified']['true-peak-16x']:6.2f} dBTP, {report['chain']['renders']} renders, "
          f"limited by {report['chain']['limited-by']}", flush=True)
    os.remove("a.flac")
    os.remove("b.flac")


def test_all_music_lands():
    files = limit(music.files())
    if not files:
        raise kit.Skip("no music: install openttd-openmsx or set MASTERING_TEST_AUDIO")
    for path in files:
        one(path)


def test_loud_targets_name_their_constraint():
    files = limit(music.files())
    if not files:
        raise kit.Skip("no music: install openttd-openmsx or set MASTERING_TEST_AUDIO")
    for path in files[:3]:
        report = kit.json.loads(kit.run("master", "--json", path, "-o", "loud.wav", "--target", "-6", "--force").out)
        kit.check(report["chain"]["limited-by"] in CONSTRAINTS, f"{path}: -6 LUFS was not refused: {report['chain']}")
        kit.check(report["chain"]["gain-reduction-95"] <= 4.0 + 1e-9, f"{path}: over the budget {report['chain']}")
        kit.check(report["chain"]["louder-would-cost"]["loudness"] > report["after"]["loudness"], "cost of louder")
        check_promises(report, "loud.wav", path, target=-6.0, ceiling=report["target"]["ceiling"])


if __name__ == "__main__":
    kit.main()
