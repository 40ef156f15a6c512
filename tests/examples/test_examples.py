# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The examples do what they say: the two players, the live stream.

Usage: PROGRAM LIVE_METER [NAME...]
"""
import os
import pty
import re
import socket
import subprocess
import sys
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples")
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(HERE, "..", "lib")]

import toolkit as kit  # noqa: E402
import gstrun  # noqa: E402

PLAYERS = ([kit.TOOL], ["/usr/bin/python3", os.path.join(EXAMPLES, "live_meter.py")])
SINK = "audioconvert ! audioresample ! fakesink sync=true"


def have(*names):
    for name in names:
        if not gstrun.have(name):
            raise kit.Skip(f"the GStreamer element {name} is not installed")


def play(player, keys, seconds=5.0, target=None):
    """Its output while `keys` [(after seconds, key)] are pressed."""
    kit.write_wav("a.wav", kit.song(seconds))
    process = subprocess.Popen([*player, target or "a.wav", SINK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for wait, key in keys:
        time.sleep(wait)
        try:
            process.stdin.write(key.encode())
            process.stdin.flush()
        except BrokenPipeError:
            break
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode()


READING = re.compile(r"\[#* *\] M +([-\d.inf]+)  I +([-\d.inf]+) LUFS  peak +([-\d.inf]+) dBTP  gain +([-+\d.]+)")


def test_the_meter_shows_what_plays():
    for player in PLAYERS:
        code, out, err = play(player, [])
        readings = READING.findall(out)
        kit.check(code == 0 and len(readings) >= 45, f"{len(readings)} readings of 50: {code} {err} {out[-500:]}")
        kit.check(-30 < float(readings[-1][1]) < -5 and float(readings[-1][2]) <= -0.9, readings[-1])


def test_keys_change_the_chain_while_it_plays():
    keys = [(1.0, "u"), (0.1, "c"), (0.1, "b"), (0.1, "b"), (0.1, " "), (0.2, " "), (0.2, "q")]
    for player in PLAYERS:
        begin = time.time()
        code, out, err = play(player, keys, seconds=30.0)
        kit.check(code == 0 and time.time() - begin < 20, f"q did not end it: {code} {err}")
        for text in ("loudness-target -13.0", "ceiling -1.5", "bypass on", "bypass off"):
            kit.check(text in out, f"{text} is not in {out[-800:]}")


def test_on_a_terminal_it_draws_one_line():
    kit.write_wav("a.wav", kit.song(2.0))
    for player in PLAYERS:
        master, slave = pty.openpty()
        process = subprocess.Popen([*player, "a.wav", SINK], stdin=slave, stdout=slave, stderr=subprocess.DEVNULL)
        os.close(slave)
        text = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            if not part:
                break
            text += part
        kit.check(process.wait(timeout=30) == 0 and text.count(b"\r[") >= 15, text[-300:])
        kit.check(text.count(b"\n") <= 3, "it scrolls")
        os.close(master)


def test_mistakes_are_told():
    for player in PLAYERS:
        code, _, err = play(player, [], target="nothing.wav")
        kit.check(code == 1 and "live_meter" in err, (code, err))


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_a_live_stream_is_mastered_and_encoded_again():
    """A tone of -30 LUFS goes in by RTP; what comes out as Opus is near the target. 0.6 of the gain is a quarter second of
    slew; the leveller is 3 s late."""
    have("rtpL16pay", "opusenc", "rtpopuspay", "rtpopusdepay", "avdec_opus", "udpsrc")
    a, b = free_port(), free_port()
    quiet = subprocess.DEVNULL
    sender = subprocess.Popen(["gst-launch-1.0", "-q"] + ("audiotestsrc is-live=true wave=pink-noise volume=0.02 ! "
                              "audio/x-raw,rate=48000,channels=2 ! audioconvert ! rtpL16pay ! udpsink host=127.0.0.1 "
                              f"port={a}").split(), stdout=quiet, stderr=quiet)
    middle = subprocess.Popen([os.path.join(EXAMPLES, "live_stream.sh"), str(a), "127.0.0.1", str(b)], stderr=subprocess.PIPE)
    caps = "application/x-rtp,media=audio,clock-rate=48000,encoding-name=OPUS,payload=96"
    try:
        subprocess.run(["timeout", "-s", "INT", "11", "gst-launch-1.0", "-q", "-e"] +
                       f"udpsrc port={b} caps={caps} ! rtpjitterbuffer ! rtpopusdepay ! avdec_opus ! audioconvert ! "
                       "audio/x-raw,format=F32LE,rate=48000,channels=2 ! wavenc ! filesink location=out.wav".split(),
                       timeout=60, check=False)
    finally:
        for process in (sender, middle):
            process.terminate()
            process.wait(timeout=10)
    x, rate = kit.decode("out.wav")
    kit.check(len(x) > 3 * rate, f"{len(x) / rate:.1f} s came: {middle.stderr.read().decode()[-500:]}")
    loud = kit.loudness(x[-2 * rate :], rate)
    kit.check(abs(loud + 14) < 3.0, f"{loud:.1f} LUFS came")
    kit.check(np.max(np.abs(x)) < 1.0, "over full scale")


if __name__ == "__main__":
    kit.main()
