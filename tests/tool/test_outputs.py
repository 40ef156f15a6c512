# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Where a master and its settings may go: never over a mix, never over what is no ordinary file; a dry run says so too."""
import os
import socket
import stat
import subprocess

import toolkit as kit


def mix(name="mix.wav"):
    kit.write_wav(name, kit.song(4.0))
    with open(name, "rb") as file:
        return file.read()


def refused(*options, words):
    before = kit.files_here()
    result = kit.run("master", "-f", *options, timeout=60)
    kit.check(result.code == 2 and words in result.err and result.err.count("\n") == 1, f"{options}: {result}")
    kit.check(kit.files_here() == before, f"left behind: {kit.files_here()}")


def test_no_output_replaces_a_mix():
    before = mix()
    other = mix("mix.master.flac")  # a WAV, whatever its name says
    os.link("mix.wav", "hard.wav")
    os.symlink("mix.wav", "soft.wav")
    for dry in ([], ["-n"]):
        for name in ("mix.wav", "./mix.wav", "hard.wav", "soft.wav"):
            refused("mix.wav", *dry, "-o", name, words="replace the mix itself")
            refused("mix.wav", *dry, "--save-settings", name, words="replace the mix itself")
    # the master of the first would be the second
    result = kit.run("master", "-q", "-f", "mix.wav", "mix.master.flac")
    kit.check(result.code == 2 and "replace the mix itself" in result.err, result)
    with open("mix.wav", "rb") as a, open("mix.master.flac", "rb") as b:
        kit.check(a.read() == before and b.read() == other, "a mix was changed")


def test_master_and_settings_are_two_files():
    mix()
    for path, settings in (("out.wav", "out.wav"), ("out.wav", "./out.wav"), ("./out.wav", os.path.abspath("out.wav"))):
        refused("mix.wav", "-o", path, "--save-settings", settings, words="one file")
    refused("mix.wav", "--save-settings", "mix.master.flac", words="one file")
    refused("mix.wav", "-o", "out/", "--for", "apple,spotify", "--save-settings", "s.ini", words="one master")
    kit.check(kit.run("master", "-q", "mix.wav", "-n", "--save-settings", "s.ini").code == 0, "save")
    refused("mix.wav", "-o", "s.ini", "--format", "flac", "--settings", "s.ini", words="replace the settings")


def special_files():
    os.mkfifo("fifo.wav")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.wav")
    names = ["fifo.wav", "socket.wav"]
    try:  # a device of our own, with the numbers of the null device: needs root
        os.mknod("device.wav", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        names.append("device.wav")
    except PermissionError:
        pass
    os.symlink("fifo.wav", "link.wav")
    return names + ["link.wav"]


def test_special_files_stay():
    mix()
    names = special_files()
    before = {name: os.lstat(name)[:3] for name in names}
    for name in names:
        for dry in ([], ["-n"]):
            refused("mix.wav", *dry, "-o", name, words="no ordinary file")
            refused("mix.wav", *dry, "--save-settings", name, words="no ordinary file")
    kit.check({name: os.lstat(name)[:3] for name in names} == before, "a special file was replaced")


def test_a_link_is_followed():
    mix()
    os.mkdir("there")
    for name in ("there/real.wav", "there/real.ini"):
        with open(name, "w", encoding="ascii") as file:
            file.write("old")
    os.symlink("there/real.wav", "out.wav")
    os.symlink("there/real.ini", "out.ini")
    result = kit.run("master", "mix.wav", "-o", "out.wav")
    kit.check(result.code == 2 and "exists already" in result.err, result)
    result = kit.run("master", "-q", "-f", "mix.wav", "-o", "out.wav", "--save-settings", "out.ini")
    kit.check(result.code == 0, result)
    kit.check(os.readlink("out.wav") == "there/real.wav" and os.readlink("out.ini") == "there/real.ini", "the links")
    kit.check(len(kit.decode("there/real.wav")[0]) == 4 * kit.RATE, "the master is where the link points")
    with open("there/real.ini", encoding="utf-8") as file:
        kit.check("[decisions]" in file.read(), "the settings are where the link points")
    kit.check(sorted(os.listdir("there")) == ["real.ini", "real.wav"], os.listdir("there"))
    os.symlink("nowhere/x.wav", "lost.wav")
    refused("mix.wav", "-o", "lost.wav", words="leads nowhere")


def test_a_dry_run_checks_the_place():
    mix()
    os.mkdir("adir")
    refused("mix.wav", "-n", "-o", "no/such/x.flac", words="does not exist")
    refused("mix.wav", "-n", "--save-settings", "no/such/x.ini", words="does not exist")
    refused("mix.wav", "-n", "--save-settings", "adir", words="--save-settings needs the name of a file")
    with open("old.flac", "w", encoding="ascii") as file:
        file.write("precious")
    # to know without writing: what is there is no obstacle, as nothing is replaced
    kit.check(kit.run("master", "-q", "-n", "mix.wav", "-o", "old.flac").code == 0, "an existing file")
    with open("old.flac", encoding="ascii") as file:
        kit.check(file.read() == "precious", "the old file was touched")
    result = kit.run("master", "-n", "mix.wav", "--save-settings", "old.flac")
    kit.check(result.code == 2 and "exists already" in result.err, result)


def test_settings_may_go_into_a_new_folder():
    mix()
    kit.check(kit.run("master", "-q", "-n", "mix.wav", "--save-settings", "new/song.ini").code == 0, "save")
    kit.check(os.listdir("new") == ["song.ini"], "the settings")


WATCH = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void note (const char *what, const char *path)
{
  FILE *f = fopen (getenv ("WATCH_LOG"), "a");
  fprintf (f, "%s %s\n", what, strrchr (path, '/') ? strrchr (path, '/') + 1 : path);
  fclose (f);
}
int fsync (int fd)
{
  char link[64], path[4096] = "";
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink (link, path, sizeof path - 1) > 0)
    note ("fsync", path);
  return ((int (*) (int)) dlsym (RTLD_NEXT, "fsync")) (fd);
}
int renameat2 (int a, const char *from, int b, const char *to, unsigned flags)
{
  note ("rename", to);
  return ((int (*) (int, const char *, int, const char *, unsigned)) dlsym (RTLD_NEXT, "renameat2")) (a, from, b, to, flags);
}
int rename (const char *from, const char *to)
{
  note ("rename", to);
  return ((int (*) (const char *, const char *)) dlsym (RTLD_NEXT, "rename")) (from, to);
}
"""


def test_a_master_is_on_the_disk_before_it_has_its_name():
    """After a power cut a file of that name must not be empty: it is synced, renamed, and the folder is synced."""
    kit.need("cc")
    mix()
    os.mkdir("out")
    with open("watch.c", "w", encoding="ascii") as file:
        file.write(WATCH)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "watch.so", "watch.c", "-ldl"], check=True)
    for name, force in (("a.flac", []), ("a.flac", ["-f"]), ("b.wav", [])):
        env = {"LD_PRELOAD": os.path.abspath("watch.so"), "WATCH_LOG": os.path.abspath("log")}
        kit.check(kit.run("master", "-q", *force, "mix.wav", "-o", f"out/{name}", env=env).code == 0, name)
        with open("log", encoding="utf-8") as file:
            log = [line.split() for line in file if line.split()[1].endswith((name, "out")) or f".{name}.part-" in line]
        os.unlink("log")
        kit.check([what for what, _ in log] == ["fsync", "rename", "fsync"], log)
        kit.check(f".{name}.part-" in log[0][1] and log[1][1] == name and log[2][1] == "out", log)


def test_the_longest_names():
    """A file system's longest name is a legal name for a master, though that of its part file is longer."""
    mix()
    longest = os.pathconf(".", "PC_NAME_MAX")
    for stem, size in (("n", 1), ("é", 2)):
        name = stem * ((longest - 4) // size) + ".wav"
        kit.check(kit.run("master", "-q", "mix.wav", "-o", name).code == 0, name)
        kit.check(kit.files_here() == sorted(["mix.wav", name]), kit.files_here())
        os.unlink(name)
    refused("mix.wav", "-o", "n" * (longest - 3) + ".wav", words="give another name")


if __name__ == "__main__":
    kit.main()
