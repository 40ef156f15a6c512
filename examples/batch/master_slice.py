#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Masters one slice of a list of files: the worker of every batch, on one machine or on many.

  master_slice.py LIST OUT [--slice I/N] [--tool TOOL] [-- MASTER_OPTIONS...]

LIST has one path per line (empty lines and lines that begin with # are left out). Slice I of N (0 <= I < N) takes the
lines I, I + N, I + 2 N ... In the folder OUT, which all workers may share:

  OUT/masters/KEY.flac   the masters (with --format its extension); KEY is the file's name and a hash of its path, so that
                         no two files meet
  OUT/results/KEY.json   what happened to each file: gst-master-1.0's own report, or its error
  OUT/locks/KEY          held while a worker has the file

It can be stopped at any moment and started again, with any number of workers: a file with a result is not done again,
unless it changed since, failed, or the MASTER_OPTIONS are others; a file that another worker has is left to that one. Results are written under another
name and renamed, so that there is never half of one. Exit 0: the slice is done; 1: some files failed (their results say
why); 2: bad usage.
"""
import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time


# Of the tool's formats, where it is not the format's name.
EXTENSIONS = {"aac": "m4a", "vorbis": "ogg"}


def read_list(path):
    """The paths of a list; a list that cannot be read ends the program."""
    try:
        return paths_of(path)
    except OSError as error:
        stop(f"the list {path} cannot be read: {error.strerror}. It is a text file with one path per line.")


def stop(text):
    print(f"{os.path.basename(sys.argv[0])}: {text}", file=sys.stderr)
    sys.exit(2)


def extension_of(master_options):
    """Of the file that the tool is to write: wav16 is a .wav, aac:256 an .m4a."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--format", default="flac")
    name = re.match("[a-z]*3?", parser.parse_known_args(master_options)[0].format.lower()).group()
    return EXTENSIONS.get(name, name or "flac")


def paths_of(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        lines = [line.strip() for line in file]
    return [os.path.abspath(line) for line in lines if line and not line.startswith("#")]


def key_of(path):
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
    return f"{os.path.splitext(os.path.basename(path))[0]}-{digest}"


def stamp_of(path):
    """What tells that a file changed."""
    try:
        info = os.stat(path)
    except OSError:
        return None
    return [info.st_size, info.st_mtime_ns]


def read_result(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def is_done(result, source, master, options):
    return (bool(result) and result["exit"] in (0, 1) and result["stamp"] == stamp_of(source) and result.get("options") == options
            and result["master"] == master and os.path.exists(master))


def write_result(path, result):
    part = f"{path}.part-{socket.gethostname()}-{os.getpid()}"
    with open(part, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def run_master(tool, source, master, options):
    """The result of one file."""
    started, stamp = time.time(), stamp_of(source)
    command = [tool, "master", source, "-o", master, "--json", "--force", *options]
    process = subprocess.run(command, capture_output=True, check=False)
    result = {"input": source, "master": master, "stamp": stamp, "options": options, "exit": process.returncode,
              "host": socket.gethostname(), "seconds": round(time.time() - started, 2)}
    try:
        result["report"] = json.loads(process.stdout)
    except ValueError:
        result["error"] = process.stderr.decode(errors="replace").strip() or f"exit status {process.returncode}"
        result["exit"] = process.returncode or 2
    return result


def do_file(options, source):
    """'done' now, 'skipped' (it is done, or another worker has it) or 'failed'."""
    key = key_of(source)
    master, result_path, lock_path = (os.path.join(options.out, *parts) for parts in
                                      (("masters", f"{key}.{extension_of(options.master_options)}"), ("results", key + ".json"), ("locks", key)))
    with open(lock_path, "w", encoding="utf-8") as lock:  # freed by the system when a worker dies
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return "skipped"
        before = read_result(result_path)
        if is_done(before, source, master, options.master_options):
            return "skipped"
        result = run_master(options.tool, source, master, options.master_options)
        write_result(result_path, result)
        if before and before["master"] != master and result["exit"] in (0, 1):  # of another format
            with contextlib.suppress(OSError):
                os.remove(before["master"])
        return "done" if result["exit"] in (0, 1) else "failed"


def parse(arguments):
    if "--" in arguments:
        at = arguments.index("--")
        arguments, master_options = arguments[:at], arguments[at + 1 :]
    else:
        master_options = []
    parser = argparse.ArgumentParser(description="Masters one slice of a list of files.",
                                     usage="%(prog)s LIST OUT [--slice I/N] [--tool TOOL] [-- MASTER_OPTIONS...]")
    parser.add_argument("list")
    parser.add_argument("out")
    parser.add_argument("--slice", default="0/1", metavar="I/N")
    parser.add_argument("--tool", default="gst-master-1.0")
    options = parser.parse_args(arguments)
    try:
        options.index, options.count = map(int, options.slice.split("/"))
    except ValueError:
        parser.error(f"--slice {options.slice}: it needs two numbers, as in 0/4")
    if not 0 <= options.index < options.count:
        parser.error(f"--slice {options.slice}: the first number must be from 0 to {options.count - 1}")
    options.master_options = master_options
    return options


def main():
    options = parse(sys.argv[1:])
    sources = read_list(options.list)[options.index :: options.count]
    try:
        for folder in ("masters", "results", "locks"):
            os.makedirs(os.path.join(options.out, folder), exist_ok=True)
    except OSError as error:
        stop(f"the folder {options.out} cannot be made: {error.strerror}.")
    counts = {"done": 0, "skipped": 0, "failed": 0}
    for source in sources:
        what = do_file(options, source)
        counts[what] += 1
        print(f"{what}: {source}", flush=True)
    print(f"slice {options.slice}: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
