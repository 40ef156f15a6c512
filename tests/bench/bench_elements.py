#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Elements against their peers: CPU time (user + system) per frame on one core, paired in one run.

Every contender reads the same raw F32 stereo file from memory. Start-up cancels, because each is
run on a short and on a long file and the difference is what counts. Ours runs in gst-launch-1.0,
the peers in ffmpeg or, GStreamer's own, beside ours; `net` is without the cost of an empty pipeline
of the same program, so it compares the processing alone, `gross` compares what a user pays.
Contenders of one comparison take turns; ratios are medians over the rounds.

Usage: bench_elements.py [--audio FILE] [--rounds N] [--long S] [--only WORD]
"""
import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

RATE = 48000
DPL = r"lv2=p=http\\://gareus.org/oss/lv2/dpl#stereo:c=threshold=-1|truepeak=1"
GAIN_DB = 6  # what the limiters are driven with, as in mastering
# four bands with our crossovers, each a soft 2:1 compressor from -30 dB on; without messages, as mcompand tells nothing
MCOMPAND = "mcompand='" + " | ".join(
    f"{attack},{release} 6 -70/-70,-30/-30,0/-15 {top}" for attack, release, top in (
        (0.04, 0.2, 120), (0.02, 0.15, 1000), (0.015, 0.1, 5000), (0.007, 0.08, 22000))) + "'"
MASTERDYN = "masterdyn num-bands=4 post-messages=false" + "".join(
    f" band{i}::threshold=-30 band{i}::ratio=2 band{i}::attack={attack} band{i}::release={release}"
    for i, (attack, release) in enumerate(((40, 200), (20, 150), (15, 100), (7, 80))))

LOUDNORM = "loudnorm=I=-14:TP=-1:LRA=11"
STEREOTOOLS = "stereotools=slev=1.2:balance_out=0.1"
# Eight bells an octave apart; ten bands of GStreamer's own, which compares per band.
BELLS = [(60 * 2 ** i, (2, -2)[i % 2]) for i in range(8)]
TEN_BANDS = "equalizer-10bands " + " ".join(f"band{i}={(2, -2)[i % 2]}" for i in range(10))


def mastereq(prefix=""):
    return " ".join(f"{prefix}band{i}::enabled=true {prefix}band{i}::frequency={frequency} "
                    f"{prefix}band{i}::gain={gain}" for i, (frequency, gain) in enumerate(BELLS))


def masterchain():
    """What the peer's chain does: the eight bells, the four bands, live loudness, limiter, meter; and who
    tells of it: the meter every 100 ms, the others nothing."""
    dyn = " ".join(f"dyn::{word}" for word in MASTERDYN.split()[1:])
    return (f"masterchain post-messages=false meter::post-messages=true {mastereq('eq::')} {dyn} "
            "norm::mode=live loudness-target=-14 ceiling=-1")


FFMPEG_CHAIN = ",".join([*(f"equalizer=f={frequency}:t=q:w=1:g={gain}" for frequency, gain in BELLS),
                         MCOMPAND, LOUDNORM, "alimiter=limit=-1dB:level=false", "ebur128=peak=true"])

# comparison -> (our element, {peer: ffmpeg filter, or an element of GStreamer behind "gst:"}),
# with the number of bands of either side where the cost of one band is compared
COMPARISONS = {
    "meter": ("loudnessmeter", {"ebur128=peak=true": "ebur128=peak=true"}),
    "equaliser, per band": (f"mastereq post-messages=false {mastereq()}",
                            {"equalizer-10bands": f"gst:{TEN_BANDS}"}, (8, 10)),
    "limiter": (f"truepeaklimit ceiling=-1 input-gain={GAIN_DB} safe=false", {
        "dpl true-peak": f"volume={GAIN_DB}dB,{DPL}",
        "alimiter": f"volume={GAIN_DB}dB,alimiter=limit=-1dB:level=false",
    }),
    "limiter, safe": (f"truepeaklimit ceiling=-1 input-gain={GAIN_DB} safe=true", {
        "dpl true-peak": f"volume={GAIN_DB}dB,{DPL}",
    }),
    "dynamics, 4 bands": (MASTERDYN, {"mcompand": MCOMPAND}),
    # one-band width and balance, as stereotools does them; then what it has no match for: a guard, bands
    "stereo, one band": ("masterstereo post-messages=false guard=-1 width-low=1.2 width-mid=1.2 "
                         "width-high=1.2 balance=1", {"stereotools": STEREOTOOLS}),
    "stereo, one band, guarded": ("masterstereo post-messages=false width-low=1.2 width-mid=1.2 "
                                  "width-high=1.2 balance=1", {"stereotools": STEREOTOOLS}),
    "stereo, three bands": ("masterstereo post-messages=false width-low=0.8 width-mid=1.1 "
                            "width-high=1.3 balance=1", {"stereotools": STEREOTOOLS}),
    "loudnorm, live": ("loudnorm mode=live", {"loudnorm": LOUDNORM}),
    "loudnorm, linear": (
        "loudnorm mode=linear measured-loudness=-20 loudness-target=-14 max-true-peak=-1",
        {"loudnorm": LOUDNORM}),
    "whole chain": (masterchain(), {"8 x equalizer, mcompand, loudnorm, alimiter, ebur128": FFMPEG_CHAIN}),
}


def gst_command(path, element):
    middle = f"! {element} " if element else ""
    return ["gst-launch-1.0", "-q", *(
        f"filesrc location={path} blocksize=32768 ! rawaudioparse use-sink-caps=false format=pcm "
        f"pcm-format=f32le sample-rate={RATE} num-channels=2 {middle}"
        "! fakesink sync=false").split()]


def ffmpeg_command(path, chain):
    return ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-f", "f32le", "-ar", str(RATE),
            "-ac", "2", "-i", path, "-af", chain, "-f", "null", "-"]


def peer_command(path, chain):
    """A peer's, chain None for an empty pipeline of ffmpeg."""
    if chain and chain.startswith("gst:"):
        return gst_command(path, chain[len("gst:"):])
    return ffmpeg_command(path, chain or "anull")


def cpu_seconds(command):
    """User + system time of one run on the core that this process is pinned to."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stderr.decode(errors='replace')}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def has_element(description):
    """Whether this build has the element, with these properties."""
    line = f"audiotestsrc num-buffers=1 ! audioconvert ! {description} ! fakesink"
    return subprocess.run(["gst-launch-1.0", "-q", *line.split()], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def has_peer(chain):
    """Whether it can be built here (an LV2 plug-in may be missing)."""
    if chain.startswith("gst:"):
        return has_element(chain[len("gst:"):])
    command = ["ffmpeg", "-nostdin", "-v", "quiet", "-f", "lavfi", "-i",
               f"anullsrc=r={RATE}:d=0.1,aformat=flt:channel_layouts=stereo", "-af", chain, "-f",
               "null", "-"]
    return subprocess.run(command, check=False).returncode == 0


def synthetic(seconds):
    """Filtered noise in bursts, half correlated, RMS near -20 dBFS with peaks near full scale."""
    import numpy as np
    rng = np.random.default_rng(1)
    n = RATE * seconds
    common, side = rng.standard_normal((2, n + 4)), rng.standard_normal((2, n + 4))
    x = common[0] + 0.7 * np.stack([side[0], side[1]])
    for _ in range(3):  # a gentle slope down, as music has
        x = 0.6 * x[:, :-1] + 0.4 * x[:, 1:]
    x = x[:, :n] * (0.15 + 0.85 * (np.arange(n) // (RATE // 4) % 4 == 0))
    return (0.5 * x / np.abs(x).max(axis=1, keepdims=True) * 1.9).clip(-1, 1).T.astype("<f4")


def decoded(path, seconds):
    """The file as stereo at RATE, repeated until it is long enough."""
    import numpy as np
    raw = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-ar", str(RATE), "-ac",
                          "2", "-f", "f32le", "-"], stdout=subprocess.PIPE, check=True).stdout
    x = np.frombuffer(raw, "<f4").reshape(-1, 2)
    repeats = -(-RATE * seconds // len(x))
    return np.tile(x, (repeats, 1))[:RATE * seconds]


def first_music():
    folder = os.environ.get("MASTERING_TEST_AUDIO", "")
    files = sorted(f for f in os.listdir(folder) if f.endswith((".flac", ".wav", ".ogg"))) \
        if os.path.isdir(folder) else []
    return os.path.join(folder, files[0]) if files else None


class Bench:
    def __init__(self, short, long, frames, rounds):
        self.short, self.long, self.frames, self.rounds = short, long, frames, rounds

    def ns_per_frame(self, command):
        """command: a function of the file."""
        once = cpu_seconds(command(self.long)) - cpu_seconds(command(self.short))
        return once * 1e9 / self.frames

    def compare(self, element, peers, units=(1, 1)):
        """[(gross ours, gross theirs, net ours, net theirs)] per round and peer, a unit of either."""
        runs = {name: [] for name in peers}
        for _ in range(self.rounds):
            empty_gst = self.ns_per_frame(lambda f: gst_command(f, None))
            ours = self.ns_per_frame(lambda f: gst_command(f, element))
            empty_ffmpeg = self.ns_per_frame(lambda f: peer_command(f, None))
            for name, chain in peers.items():
                theirs = self.ns_per_frame(lambda f, c=chain: peer_command(f, c))
                empty = empty_gst if chain.startswith("gst:") else empty_ffmpeg
                # Below 0.1 ns per frame the clock decides, not the element.
                row = (ours, theirs, max(ours - empty_gst, 0.1), max(theirs - empty, 0.1))
                runs[name].append([cost / units[i % 2] for i, cost in enumerate(row)])
        return runs


def report(title, runs):
    for peer, rows in runs.items():
        ours, theirs, net_ours, net_theirs = (statistics.median(c) for c in zip(*rows))
        gross = statistics.median(t / o for o, t, _, _ in rows)
        net = statistics.median(t / o for _, _, o, t in rows)
        print(f"| {title} | {peer} | {ours:.1f} | {theirs:.1f} | {gross:.1f} | {net_ours:.1f} | "
              f"{net_theirs:.1f} | {net:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--audio", default=first_music(),
                        help="music to use (default: the first file of $MASTERING_TEST_AUDIO, "
                             "without it bursts of noise)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", type=int, default=180, help="seconds of the long file")
    parser.add_argument("--only", default="", help="only comparisons whose name contains this")
    args = parser.parse_args()
    for tool in ("gst-launch-1.0", "ffmpeg"):
        if not shutil.which(tool):
            print(f"SKIP: no {tool}")
            sys.exit(77)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # children inherit the one core
    audio = decoded(args.audio, args.long) if args.audio else synthetic(args.long)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    short_s = max(1, args.long // 10)
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        paths = [os.path.join(folder, name) for name in ("short.f32", "long.f32")]
        audio[:RATE * short_s].tofile(paths[0])
        audio.tofile(paths[1])
        bench = Bench(*paths, RATE * (args.long - short_s), args.rounds)
        print("| element | peer | ours, ns/frame | peer, ns/frame | gross ratio | ours net | peer "
              "net | net ratio |\n|---|---|---|---|---|---|---|---|", flush=True)
        for title, (element, peers, *units) in COMPARISONS.items():
            if args.only not in title:
                continue
            if not has_element(element):
                print(f"| {title} | - | not in this build | | | | | |")
                continue
            known = {name: chain for name, chain in peers.items() if has_peer(chain)}
            for name in peers.keys() - known.keys():
                print(f"| {title} | {name} | | not here | | | | |")
            report(title, bench.compare(element, known, *units))


if __name__ == "__main__":
    main()
