# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The man page and the bash completion know the options that the tool has, and no others."""
import os
import re
import shlex
import subprocess

import toolkit as kit

SOURCE = os.path.join(kit.HERE, "..", "..", "gst", "tool")


def options(command):
    return set(re.findall(r"--[a-z][a-z-]+", kit.run(command, "--help").out)) - {"--help"}


COMMANDS = re.findall(r"^  ([a-z]+) ", kit.run("--help").out, re.MULTILINE)


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def test_the_man_page_has_every_option():
    page = read("gst-master-1.0.1").replace("\\-", "-")
    named = set(re.findall(r"--[a-z][a-z-]+", page))
    known = set().union(*(options(command) for command in COMMANDS))
    kit.check(named == known, named ^ known)


def test_the_man_page_is_clean():
    kit.need("man")
    result = subprocess.run(["man", "-l", "--warnings", "-E", "UTF-8", os.path.join(SOURCE, "gst-master-1.0.1")],
                            capture_output=True, check=False, env={**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80"})
    kit.check(result.returncode == 0 and not result.stderr, result.stderr)


def complete(*words):
    kit.need("bash")
    script = (f"PATH={shlex.quote(os.path.dirname(kit.TOOL))}:$PATH; . {shlex.quote(SOURCE)}/gst-master-1.0.bash; COMP_WORDS=(\"$@\"); "
              "COMP_CWORD=$(($# - 1)); _gst_master_1_0 2>/dev/null; printf '%s\n' \"${COMPREPLY[@]}\"")
    result = subprocess.run(["bash", "-c", script, "bash", "gst-master-1.0", *words], capture_output=True, text=True,
                            check=True)
    return result.stdout.split()


def test_completion():
    kit.check(complete("") == [*COMMANDS, "--help", "--version"], complete(""))
    for command in COMMANDS:
        offered = {word.rstrip("=") for word in complete(command, "--")} - {"--help"}
        kit.check(offered == options(command), f"{command}: {offered ^ options(command)}")
    kit.check(complete("master", "--genre", "ja") == ["jazz"], complete("master", "--genre", "ja"))
    kit.check(complete("master", "--for", "=", "apple,spotify-") == ["apple,spotify-loud"], "lists")
    kit.check(complete("translate", "--for", "ph") == ["phone"], complete("translate", "--for", "ph"))
    kit.check(complete("master", "--dither", "=") == ["tpdf", "none", "shaped"], complete("master", "--dither", "="))


if __name__ == "__main__":
    kit.main()
