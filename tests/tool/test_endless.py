# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Input without an end fills no disk; a device is no input."""
import os
import stat
import subprocess

import toolkit as kit


def refused(result, word):
    kit.check(result.code == 2 and word in result.err and result.err.count("\n") == 1, result)
    kit.check("out.flac" not in kit.files_here(), kit.files_here())


def device():
    """A terminal of our own: a character device that gives nothing and never ends."""
    _, end = os.openpty()
    return end


def test_a_device_is_refused():
    for command in (["master", "-o", "out.flac"], ["analyze"]):
        refused(kit.run(*command, os.ttyname(device()), timeout=20), "device")
    done = subprocess.run([kit.TOOL, "master", "-", "-o", "out.flac"], stdin=device(), capture_output=True, timeout=20,
                          check=False)
    refused(kit.Result(done), "device")
    try:  # the numbers of the zero device, under a name of our own: needs root
        os.mknod("zero.wav", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError as error:
        raise kit.Skip("mknod needs root") from error
    refused(kit.run("master", "zero.wav", "-o", "out.flac", timeout=20), "device")


def on_small_disk(megabytes, write):
    """The tool reads from a pipe that `write` feeds, with its temporary folder on a disk of this size."""
    os.mkdir("disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", "disk"], capture_output=True,
                      check=False).returncode:
        raise kit.Skip("no tmpfs can be mounted here")
    try:
        process = subprocess.Popen([kit.TOOL, "master", "-", "-o", "out.flac"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**os.environ, "TMPDIR": os.path.abspath("disk")})
        written = write(process.stdin)
        out, err = process.communicate(timeout=120)
        kit.check(os.listdir("disk") == [], os.listdir("disk"))
        return kit.Result(subprocess.CompletedProcess([], process.returncode, out, err)), written
    finally:
        subprocess.run(["umount", "disk"], check=True)


def test_an_endless_pipe_stops_before_the_disk_is_full():
    megabytes = 128

    def endless(pipe):
        written = 0
        try:
            while written < 2 * megabytes << 20:
                written += pipe.write(bytes(1 << 16))
        except BrokenPipeError:
            pass
        return written

    result, written = on_small_disk(megabytes, endless)
    refused(result, "10 %")
    # nine tenths of the disk, one check of 4 MiB, and what the pipe and its writer hold (under 1 MiB)
    kit.check(written <= (0.9 * megabytes + 5) * (1 << 20), f"{written >> 20} MiB were taken")


def test_a_song_still_comes_through_a_small_disk():
    """A short song is read wherever it fits, though less than a tenth of the disk may be free then."""
    kit.write_wav("mix.wav", kit.song(3.0))  # 0.8 MB on a disk of 1 MB
    with open("mix.wav", "rb") as file:
        data = file.read()
    if os.geteuid() != 0:
        raise kit.Skip("mounting a small tmpfs needs root")

    result, _ = on_small_disk(1, lambda pipe: pipe.write(data))
    kit.check(result.code == 0, result)


if __name__ == "__main__":
    kit.main()
