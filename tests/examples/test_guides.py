# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The guides keep their word: every program and command line in them runs.

A fenced block of sh, c or python runs when a comment in front of it says how:
  <!-- run: COMMAND | expect: TEXT | exit: N -->
COMMAND is `program ARGUMENTS` for python, `./program ARGUMENTS` for C, and is left out for sh, which is run line by line as
it stands. A block without a comment is a failure: nothing in a guide is there unchecked.

Usage: PROGRAM TOOL [NAME...]
"""
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(HERE, "..", "lib")]

import toolkit as kit  # noqa: E402

DOCS = os.path.join(HERE, "..", "..", "docs")
BLOCK = re.compile(r"^(?:<!-- run(?P<how>[^\n]*?) ?-->\n)?```(?P<kind>sh|c|python)\n(?P<text>.*?)^```$", re.M | re.S)


def blocks(name):
    with open(os.path.join(DOCS, name), encoding="utf-8") as file:
        found = list(BLOCK.finditer(file.read()))
    kit.check(found, f"{name} has no examples")
    return found


def options(how):
    parts = [part.split(":", 1) for part in how.lstrip(":").split("|")]
    wanted = {key.strip(): value.strip() for key, value in parts[1:]}
    return ":".join(parts[0]).strip(), wanted.get("expect", ""), int(wanted.get("exit", "0"))


def compiled(text):
    kit.need("cc", "pkg-config")
    with open("program.c", "w", encoding="utf-8") as file:
        file.write(text)
    packages = re.search(r"pkg-config --cflags --libs ([^)]*)\)", text).group(1).split()
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *packages], check=True, capture_output=True, text=True)
    subprocess.run(["cc", "-Wall", "-Werror", "-o", "program", "program.c", *flags.stdout.split(), "-lm"], check=True)


def command_of(kind, text, how):
    if kind == "sh":
        return ["bash", "-eu", "-o", "pipefail", "-c", text.replace("autoaudiosink", "fakesink")]
    if kind == "c":
        compiled(text)
        return shlex.split(how)
    with open("program.py", "w", encoding="utf-8") as file:
        file.write(text)
    return ["/usr/bin/python3", "program.py", *shlex.split(how)[1:]]


def run_block(name, block):
    kit.check(block["how"] is not None, f"{name}: nothing says how to run: {block['text'][:200]}")
    how, expected, code = options(block["how"])
    environment = {**os.environ, "PATH": os.path.dirname(os.path.abspath(kit.TOOL)) + os.pathsep + os.environ["PATH"]}
    done = subprocess.run(command_of(block["kind"], block["text"], how), check=False, capture_output=True, text=True,
                          timeout=300, env=environment, stdin=subprocess.DEVNULL)
    said = done.stdout + done.stderr
    kit.check(done.returncode == code, f"{name}: exit {done.returncode}, not {code}:\n{block['text']}\n{said}")
    kit.check(expected in said, f"{name}: '{expected}' is not in:\n{said}")
    kit.check("WARNING" not in said and "CRITICAL" not in said, f"{name}: {said}")


def run_guide(name):
    """Its blocks in their order in one folder, which holds what the guide speaks of."""
    kit.write_wav("mix.wav", kit.song(12.0))
    for block in blocks(name):
        run_block(name, block)


def test_developers():
    run_guide("developers.md")
    a, b = kit.decode("song.flac")[0], kit.decode("replayed.flac")[0]
    # the same bits before the dither of each, which is at most 1.5 LSB of 24 bits
    kit.check(len(a) == len(b) and abs(a - b).max() <= 3.0 / 2**23 * 1.001, "the replay is another master")


def test_guide():
    run_guide("guide.md")


def test_recipes():
    kit.write_wav("sound.wav", kit.song(3.0))
    kit.ffmpeg("-f", "lavfi", "-i", "testsrc=duration=3:size=64x64:rate=10", "-i", "sound.wav", "-c:v", "mpeg4",
               "-c:a", "pcm_s16le", "film.mkv")
    run_guide("recipes.md")
    for name, target, ceiling in (("master.flac", -14, -1), ("glued.flac", -14, -1), ("cd.wav", -11, -0.5),
                                  ("vinyl.wav", -18, -3), ("apple.flac", -16, -1)):
        samples, rate = kit.decode(name)
        kit.near(kit.loudness(samples, rate), target, kit.LOUDNESS_TOLERANCE_LU, name)
        kit.check(kit.true_peak_db(samples) <= ceiling + kit.PEAK_TOLERANCE_DB, name)
    kit.check(len(kit.probe("mastered.mkv", "stream")["streams"]) == 2, "the film lost a stream")


def test_headroom():
    """Encode, decode and meter in one line each; what it prints is what headroom says of that encode."""
    run_guide("headroom.md")


def test_planted_faults_are_caught():
    kit.write_wav("mix.wav", kit.song(1.0))
    for text in ("<!-- run -->\n```sh\nfalse\n```\n", "<!-- run | expect: yes -->\n```sh\necho no\n```\n",
                 "```sh\ntrue\n```\n", "<!-- run | exit: 1 -->\n```sh\ntrue\n```\n",
                 "<!-- run: program -->\n```python\nraise SystemExit(3)\n```\n",
                 "<!-- run -->\n```sh\necho WARNING: something\n```\n"):
        block = BLOCK.search(text)
        try:
            run_block("planted", block)
        except AssertionError:
            continue
        raise AssertionError(f"not caught: {text}")


if __name__ == "__main__":
    kit.main()
