#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""master --codec-safe: decoded peaks hold at places of the encoder's frames that the search did not use, the loudness is
still met, and the settings replay it. The encodes are made by gst-launch-1.0 and decoded by decoders that are not ours, as
in test_headroom.py; the full table over the music is tests/music/headroom.py --safe."""
import os

import numpy as np
import toolkit as kit  # first: it knows where the others are
import gstrun
import music
import test_headroom as codecs

CODECS = ("aac:128", "mp3:128", "vorbis:96")
HOT = ("--target", -6, "--ceiling", -0.3, "--limiter-budget", 20, "--psr-floor", 0, "--no-eq")
DENSE = ("--target", -10, "--ceiling", -1, "--limiter-budget", 20, "--psr-floor", 0, "--no-eq")


def excerpts(n, seconds=20.0):
    """The loudest part of n songs."""
    files = music.files()[:n]
    if not files:
        raise kit.Skip("no music: install openttd-openmsx")
    for path in files:
        x, rate = gstrun.decode(path)
        x = x[: len(x) // rate * rate]
        per_second = np.sum(x.reshape(-1, rate * x.shape[1]) ** 2, axis=1)
        n_seconds = min(int(seconds), len(per_second))
        sums = np.convolve(per_second, np.ones(n_seconds), "valid")
        first = int(np.argmax(sums)) * rate
        yield os.path.basename(path), x[first : first + n_seconds * rate], rate


def test_unseen_alignments():
    """Three excerpts, three codecs, four places: none of 36 encodes over 0 dBTP (one in a thousand is borne), and the
    loudness that was asked for."""
    rng = np.random.default_rng(5)
    over, lowered = [], 0.0
    for name, x, rate in excerpts(3):
        kit.write_wav("mix.wav", x, rate, "f32")
        report = kit.master("mix.wav", "-o", "safe.wav", "--force", "--format", "wav32f", *DENSE, "--codec-safe",
                            ",".join(CODECS))
        safe, rate = kit.decode("safe.wav")
        kit.near(kit.loudness(safe, rate), -10.0, kit.LOUDNESS_TOLERANCE_LU, f"{name}: loudness")
        kit.check(kit.true_peak_db(safe) <= -1.0 + kit.PEAK_TOLERANCE_DB, name)
        lowered = max(lowered, report["codec-safe"]["deepest"])
        for codec in CODECS:
            for lead in rng.choice(1000, 4, replace=False) + 1:
                peak = kit.true_peak_db(codecs.decoded(codecs.encoded(safe, codec, int(lead), rate))[0])
                if peak > 0.0:
                    over.append((name, codec, int(lead), peak))
    kit.check(not over, over)
    kit.check(lowered > 0.1, f"nothing was lowered ({lowered} dB), so nothing was shown")


def test_without_it_peaks_go_over():
    """What the test above would have to say of a master that was not made safe."""
    kit.write_wav("mix.wav", codecs.hot(8.0, -6.0), kind="f32")
    kit.master("mix.wav", "-o", "plain.wav", "--format", "wav32f", *HOT)
    plain, rate = kit.decode("plain.wav")
    peaks = [kit.true_peak_db(codecs.decoded(codecs.encoded(plain, codec, 400, rate))[0]) for codec in CODECS]
    kit.check(max(peaks) > 0.3, peaks)


def test_settings_replay_it():
    kit.write_wav("mix.wav", codecs.hot(6.0, -6.0), kind="f32")
    kit.master("mix.wav", "-o", "a.wav", *HOT, "--codec-safe", "mp3:128", "--save-settings", "s.ini", "--dither", "none")
    with open("s.ini", encoding="utf-8") as file:
        kit.check("limit::ceiling=0:" in file.read(), "no curve was needed, so nothing is shown")
    kit.master("mix.wav", "-o", "b.wav", "--settings", "s.ini", "--dither", "none")
    with open("a.wav", "rb") as a, open("b.wav", "rb") as b:
        kit.check(a.read() == b.read(), "the replay has other bits")


def test_formats_share_one_search():
    """Two formats of one master: the second is rendered where the first landed, with the same bits, without a search;
    and what was found is told of the lossy one too."""
    kit.write_wav("mix.wav", codecs.hot(4.0, -6.0), kind="f32")
    both = kit.master("mix.wav", "-o", "all/", "--format", "flac,wav,mp3:320", *HOT, "--codec-safe", "mp3:128", "--dither", "none")
    first, second, lossy = (report["codec-safe"] for report in both)
    kit.check(first == second == lossy and first["rounds"] > 0, both)
    renders = [report["chain"]["renders"] for report in both]
    kit.check(renders[1] <= 2 < renders[0], renders)
    flac, _, wav = (kit.decode(os.path.join("all", name))[0] for name in sorted(os.listdir("all")))
    kit.check(np.array_equal(flac, wav), "other bits")


def test_how_it_is_asked_for():
    """Alone in front of the mix, with a list, by a platform; and what it says."""
    kit.write_wav("mix.wav", kit.song(4.0))
    for arguments, wanted in ((["--codec-safe", "mix.wav", "--for", "deezer"], ["mp3:128", "mp3:320"]),
                              (["mix.wav", "--codec-safe", "--for", "apple,deezer"], ["aac:256", "mp3:128", "mp3:320"]),
                              (["mix.wav", "--codec-safe=opus:96"], ["opus:96"]),
                              (["mix.wav", "--codec-safe", "lamemp3enc:320"], ["lamemp3enc:320"]),
                              (["mix.wav", "--codec-safe", "mp3:320", "--for", "vinyl"], ["mp3:320"]),
                              (["mix.wav", "--for", "apple-digital-masters"], ["aac:256"])):
        report = kit.master(*arguments, "-o", "out.wav", "--force")
        kit.check([c["codec"] for c in report["codec-safe"]["codecs"]] == wanted, f"{arguments}: {report['codec-safe']}")
        kit.check(all(c["true-peak"] <= 0.0 for c in report["codec-safe"]["codecs"]), report["codec-safe"])
    text = kit.run("master", "mix.wav", "-o", "out.wav", "--force", "--codec-safe", "aac:256")
    kit.check(text.code == 0 and "highest decoded peak is" in text.out and "AAC at 256 kbit/s" in text.out, text)
    kit.check("codec-safe" not in kit.master("mix.wav", "-o", "out.wav", "--force"), "nobody asked")


def test_bad_input():
    kit.write_wav("mix.wav", kit.song(1.0))
    kit.write_wav("surround.wav", np.tile(kit.song(1.0), (1, 3)))
    for arguments, said in ((["mix.wav", "--codec-safe="], "empty"), (["mix.wav", "--codec-safe=wav"], "keeps every sample"),
                            (["mix.wav", "--codec-safe", "aac:7"], "bit rate"),
                            (["mix.wav", "--codec-safe=midi"], "no format"), (["mix.wav", "--codec-safe", "foo:128"], "no format"),
                            (["mix.wav", "--codec-safe", "--settings", "s.ini"], "--codec-safe"),
                            (["mix.wav", "--codec-safe", "--for", "vinyl"], "nothing lossy is sent by vinyl"),
                            (["mix.wav", "--codec-safe", "--for", "vinyl,cd", "-o", "all/"], "name codecs"),
                            (["surround.wav", "--codec-safe"], "6 channels")):
        result = kit.run("master", *arguments, *([] if "-o" in arguments else ["-o", "out.wav"]))
        kit.check(result.code == 2 and said in result.err, f"{arguments}: {result}")
    from test_bad_input import without_plugin

    env = without_plugin("libgstlame.so")
    named = kit.run("master", "mix.wav", "-o", "out.wav", "--codec-safe", "mp3:128", env=env)
    kit.check(named.code == 2 and "gstreamer1.0-plugins-good" in named.err, named)
    kit.check("out.wav" not in kit.files_here(), kit.files_here())
    usual = kit.run("master", "mix.wav", "-o", "out.wav", "--codec-safe", "--for", "deezer,apple", env=env)
    kit.check(usual.code == 1 and "MP3 at 128 kbit/s was not tried" in usual.out, usual)


if __name__ == "__main__":
    kit.main()
