# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""masterchain inside players and on live streams: playbin's audio-filter (gapless, seeks, pauses), behind uridecodebin3,
a live source, RTP over loopback, HLS from a local server. Every run has GST_TRACERS=leaks and G_DEBUG=fatal-warnings: a
warning or a lost object ends it.

Usage: PROGRAM PLAYER [NAME...]
"""
import functools
import http.server
import os
import re
import socket
import subprocess
import sys
import threading

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "tool")]

import toolkit as kit  # noqa: E402

PLAYER = kit.TOOL
RATE = 48000
CHAIN = "masterchain name=chain"


def need_elements(*names):
    for name in names:
        if subprocess.run(["gst-inspect-1.0", "--exists", name], check=False).returncode:
            raise kit.Skip(f"the GStreamer element {name} is not installed")


def play(*arguments, code=0, env=None):
    """Frames at the sink and breaks in their timestamps; the whole text too."""
    process = subprocess.run([PLAYER, *map(str, arguments)], capture_output=True, timeout=90, check=False,
                             env={**os.environ, "GST_TRACERS": "leaks", "G_DEBUG": "fatal-warnings", **(env or {})})
    text = process.stdout.decode() + process.stderr.decode()
    kit.check((process.returncode == 0) == (code == 0), f"exit {process.returncode}: {text}")
    found = re.search(r"frames (\d+) gaps (\d+)", text)
    return (int(found[1]), int(found[2]), text) if found else (0, 0, text)


def uri(path):
    return "file://" + os.path.abspath(path)


def tone_file(name, frames, seed=1):
    return uri(kit.write_wav(name, kit.song(frames / RATE + 0.01, RATE, seed=seed)[:frames], RATE))


def test_gapless_playback_loses_no_frame():
    lengths = (70001, 33333, 48000)
    uris = [tone_file(f"{i}.wav", n, i) for i, n in enumerate(lengths)]
    frames, gaps, text = play("gapless", *uris)
    kit.check((frames, gaps) == (sum(lengths), 0), f"{sum(lengths)} frames in: {text}")


def test_seeks_pauses_and_stops():
    frames, gaps, text = play("pokes", tone_file("a.wav", 4 * RATE))
    kit.check((frames, gaps) == (RATE, 0), f"after a seek to 3 s of 4 s: {text}")


def test_sound_stays_with_the_picture():
    """Ticks on whole seconds, with a picture beside them: how late they come is the offset of sound against picture."""
    need_elements("matroskamux", "theoraenc")
    x = np.zeros((4 * RATE, 2))
    for second in range(1, 4):
        x[second * RATE : second * RATE + 200] = 0.5 * np.cos(np.arange(200) * 2 * np.pi * 3000 / RATE)[:, None]
    kit.write_wav("ticks.wav", x, RATE)
    subprocess.run("gst-launch-1.0 -q filesrc location=ticks.wav ! wavparse ! mux. videotestsrc num-buffers=100 ! "
                   "video/x-raw,width=64,height=64,framerate=25/1 ! theoraenc ! matroskamux name=mux ! filesink location=av.mkv",
                   shell=True, check=True, timeout=60)
    _, _, text = play("offset", uri("av.mkv"))
    ticks, worst = re.search(r"ticks (\d+) worst ([\d.]+)", text).groups()
    # Matroska's timestamps are whole milliseconds.
    kit.check(int(ticks) == 3 and float(worst) <= 1.0, text)


def test_behind_uridecodebin3():
    need_elements("uridecodebin3")
    n = 2 * RATE + 123
    for element in ("uridecodebin3", "uridecodebin"):
        frames, gaps, text = play("line", 60, f"{element} uri={tone_file('a.wav', n)} ! audioconvert ! {CHAIN} "
                                  "profile=spotify ! fakesink name=sink")
        kit.check((frames, gaps) == (n, 0), f"{element}: {n} frames in: {text}")


def test_a_queue_inside_changes_nothing():
    n = 2 * RATE + 123
    frames, gaps, text = play("line", 60, f"uridecodebin uri={tone_file('a.wav', n)} ! audioconvert ! {CHAIN} "
                              "queue=true ! fakesink name=sink")
    kit.check((frames, gaps) == (n, 0), text)


def played(frames, gaps, text, seconds, latency):
    """A live stream of `seconds` in real time, of which the chain holds `latency` back: at least the half came."""
    kit.check(frames >= 0.5 * (seconds - latency) * RATE and gaps == 0, text)


# What of a live stream is not out yet: the look-ahead of the live leveller and of the limiters.
HELD_BACK = 3.3


def test_live_source():
    seconds = HELD_BACK + 2
    played(*play("line", seconds, f"audiotestsrc is-live=true wave=pink-noise ! audio/x-raw,rate={RATE},channels=2 ! "
                 f"audioconvert ! {CHAIN} ! fakesink name=sink sync=true"), seconds, HELD_BACK)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_rtp_over_loopback():
    need_elements("rtpL16pay", "rtpjitterbuffer", "udpsrc")
    port, seconds = free_port(), HELD_BACK + 3
    caps = f"application/x-rtp,media=audio,clock-rate={RATE},encoding-name=L16,channels=2,payload=96"
    sender = subprocess.Popen(["gst-launch-1.0", "-q"] + f"audiotestsrc is-live=true wave=pink-noise ! "
                              f"audio/x-raw,rate={RATE},channels=2 ! audioconvert ! rtpL16pay ! udpsink host=127.0.0.1 "
                              f"port={port}".split())
    try:
        played(*play("line", seconds, f"udpsrc port={port} caps={caps} ! rtpjitterbuffer latency=50 ! rtpL16depay ! "
                     f"audioconvert ! {CHAIN} ! fakesink name=sink sync=true"), seconds, HELD_BACK + 0.5)
    finally:
        sender.terminate()
        sender.wait(timeout=10)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_hls_from_a_server():
    need_elements("hlsdemux", "souphttpsrc", "avdec_aac", "tsdemux")
    n = 8 * RATE
    tone_file("a.wav", n)
    kit.ffmpeg("-i", "a.wav", "-c:a", "aac", "-f", "hls", "-hls_time", 2, "-hls_list_size", 0, "list.m3u8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=os.getcwd()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        frames, gaps, text = play("line", 60, f"uridecodebin uri=http://127.0.0.1:{server.server_port}/list.m3u8 ! "
                                  f"audioconvert ! {CHAIN} ! fakesink name=sink",
                                  env={"no_proxy": "127.0.0.1", "http_proxy": "", "GST_TRACERS": ""})
    finally:
        server.shutdown()
        server.server_close()
    # AAC adds a frame or two of its own; timestamps of a transport stream have 90 kHz.
    kit.check(abs(frames - n) <= 4096, f"{n} frames in: {text}")


def test_gst_play():
    """The whole file comes out of it, mastered: an appsink can not be asked for here, so it is written down."""
    kit.need("gst-play-1.0")
    kit.write_wav("song.wav", kit.song(4.0))
    done = subprocess.run(["gst-play-1.0", "--audiosink=masterchain profile=apple norm::mode=file ! audioconvert ! wavenc ! filesink location=out.wav",
                           "song.wav"], capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    kit.check(done.returncode == 0 and os.path.exists("out.wav"), done)
    samples, rate = kit.decode("out.wav")
    kit.check(rate == kit.RATE and len(samples) == 4 * kit.RATE, f"{len(samples)} frames: {done}")
    kit.near(kit.loudness(samples, rate), -16.0, kit.LOUDNESS_TOLERANCE_LU, "in gst-play-1.0")


def test_planted_faults_are_caught():
    a = tone_file("a.wav", RATE)
    play("gapless", a, uri("nothing.wav"), code=1)
    play("line", 10, f"uridecodebin uri={a} ! audioconvert ! masterchain profile=nobody ! fakesink name=sink", code=1)
    # norm's own warning on the bus: linear without a measurement
    play("line", 10, f"uridecodebin uri={a} ! audioconvert ! masterchain norm::mode=linear ! fakesink name=sink", code=1)
    frames, gaps, _ = play("line", 10, f"uridecodebin uri={a} ! identity drop-probability=0.2 ! audioconvert ! {CHAIN} ! fakesink name=sink")
    kit.check(frames < RATE, "lost buffers are not seen")


if __name__ == "__main__":
    kit.main()
