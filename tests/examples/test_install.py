# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The ways to get it: `meson install`, and examples/quickstart.sh on a machine that has what it needs.

Usage: PROGRAM TOOL BUILD_ROOT SOURCE_ROOT
"""
import glob
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL, BUILD, SOURCE = (os.path.abspath(path) for path in sys.argv[1:4])
sys.argv[2:] = []
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(HERE, "..", "lib")]

import toolkit as kit  # noqa: E402


def run(*command, **env):
    return kit.Result(subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False,
                                     env={**os.environ, **env}))


def below(folder, *patterns):
    return {pattern: glob.glob(os.path.join(folder, "**", pattern), recursive=True) for pattern in patterns}


def test_install_puts_everything_in_its_place():
    kit.need("meson")
    result = run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", os.path.abspath("root"))
    kit.check(result.code == 0, result)
    found = below("root", "libgstmastering.so", "gst-master-1.0", "gst-master-1.0.1*", "*.prs", "*.profile")
    for pattern, paths in found.items():
        kit.check(paths, f"{pattern} is not installed")
    plugin, = found["libgstmastering.so"]
    kit.check(os.path.basename(os.path.dirname(plugin)) == "gstreamer-1.0", plugin)
    folders = {os.path.basename(os.path.dirname(path)) for path in found["gst-master-1.0"]}
    kit.check(folders == {"bin", "completions"}, f"tool and completion: {folders}")
    page, = found["gst-master-1.0.1*"]
    kit.check(os.path.basename(os.path.dirname(page)) == "man1", page)
    sources = glob.glob(os.path.join(SOURCE, "gst", "presets", "*.prs"))
    kit.check(len(found["*.prs"]) == len(sources) > 5, found["*.prs"])
    kit.check(all("/gstreamer-1.0/presets/" in path for path in found["*.prs"]), found["*.prs"])
    kit.check(len(found["*.profile"]) == len(glob.glob(os.path.join(SOURCE, "gst", "profiles", "*.profile"))), "profiles")
    # what is there works: the plugin by itself, the tool with it
    where = {"GST_PLUGIN_PATH_1_0": os.path.dirname(plugin), "GST_REGISTRY_1_0": os.path.abspath("registry"),
             "GST_MASTERING_PROFILE_PATH": os.path.dirname(found["*.profile"][0])}
    inspect = run("gst-inspect-1.0", "mastering", **where)
    kit.check(inspect.code == 0 and "truepeaklimit" in inspect.out, inspect)
    tool, = (path for path in found["gst-master-1.0"] if "/bin/" in path)
    kit.write_wav("mix.wav", kit.song(4.0))
    result = run(tool, "master", "-q", "mix.wav", **where)
    kit.check(result.code == 0 and os.path.exists("mix.master.flac"), result)


def test_the_line_to_set_is_printed():
    kit.need("meson")
    script = os.path.join(SOURCE, "gst", "print-plugin-path.sh")
    lines = run("sh", "-c", f'sh "{script}" lib/gstreamer-1.0; :', MESON_INSTALL_PREFIX="/opt/music").out
    kit.check("export GST_PLUGIN_PATH=/opt/music/lib/gstreamer-1.0" in lines, lines)
    kit.check(run("sh", "-c", f'sh "{script}" lib/gstreamer-1.0; :', MESON_INSTALL_PREFIX="/usr").out == "", "/usr needs none")


def quickstart(*arguments):
    return run("bash", os.path.join(SOURCE, "examples", "quickstart.sh"), *arguments, BUILD_DIR=BUILD)


def test_quickstart_masters_a_song():
    kit.need("ninja")
    kit.write_wav("my song.wav", kit.song(6.0))
    result = quickstart("my song.wav")
    kit.check(result.code == 0, result)
    kit.check("my song.master.flac" in result.out and "Your master:" in result.out and "LUFS" in result.out, result)
    samples, rate = kit.decode("my song.master.flac")
    kit.check(len(samples) == 6 * rate, "the master")
    kit.near(kit.loudness(samples, rate), -14.0, kit.LOUDNESS_TOLERANCE_LU, "loudness")
    before = os.stat("my song.master.flac").st_mtime_ns
    again = quickstart("my song.wav")
    kit.check(again.code == 2 and "left alone" in again.err, again)
    kit.check(os.stat("my song.master.flac").st_mtime_ns == before, "the master was replaced")


def test_quickstart_names_mistakes():
    for arguments, word in ((["nothing.wav"], "there is no file"), (["--loud"], "unknown option"), (["a", "b"], "Usage")):
        result = quickstart(*arguments)
        kit.check(result.code == 2 and word in result.err, f"{arguments}: {result}")


def test_what_is_missing_is_named():
    """Where nothing can be installed, Debian's names tell what to look for: here a machine without compiler and meson."""
    os.mkdir("bin")
    for name in ("bash", "sh", "dirname", "basename", "mktemp", "rm", "tail", "tr", "id", "cat", "env"):
        os.symlink(shutil.which(name), f"bin/{name}")
    for script, line in (("examples/quickstart.sh", "these are missing and could not be installed"),
                         ("tests/run.sh", "cannot build; please install")):
        result = run("bin/bash", os.path.join(SOURCE, script), PATH=os.path.abspath("bin"), BUILD_DIR=os.path.abspath("none"))
        kit.check(result.code != 0 and line in result.err, f"{script}: {result}")
        for package in ("gcc", "meson", "libgstreamer1.0-dev", "libebur128-dev"):
            kit.check(package in result.err, f"{script} does not name {package}: {result.err}")
        kit.check(not os.path.exists("none"), f"{script} made a build folder")
        kit.check("run.sh" not in script or result.out.endswith("0 passed, 1 failed, 0 skipped\n"), result)


if __name__ == "__main__":
    kit.main()
