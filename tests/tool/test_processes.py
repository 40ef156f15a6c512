# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The tool as a process among others: signals that are ignored, standard streams that are closed, jobs that are killed or
stopped."""
import os
import signal
import subprocess
import time

import numpy as np

import toolkit as kit


def long_mix(name="long.wav", seconds=300):
    kit.write_wav(name, np.tile(kit.song(20.0), (seconds // 20, 1)))


def start(*arguments, before=None):
    return subprocess.Popen([kit.TOOL, "master", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            preexec_fn=before)


def wait_for(what, condition, seconds=60):
    deadline = time.time() + seconds
    while not condition():
        kit.check(time.time() < deadline, f"no {what} within {seconds} s")
        time.sleep(0.005)


def parts():
    return [name for name in kit.files_here() if ".part-" in name]


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def test_ignored_signals_stay_ignored():
    """nohup ignores SIGHUP, a shell without job control ignores SIGINT of what it starts with &."""
    long_mix(seconds=120)
    for number in (signal.SIGHUP, signal.SIGINT):
        process = start("long.wav", "-o", f"{number}.flac", before=lambda n=number: signal.signal(n, signal.SIG_IGN))
        wait_for("part file", parts)
        process.send_signal(number)
        _, err = process.communicate(timeout=120)
        kit.check(process.returncode == 0 and err == b"", f"{number}: {process.returncode} {err}")
    # and not those that nobody ignored (the test itself may run under nohup)
    process = start("long.wav", "-o", "no.flac", before=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
    wait_for("part file", parts)
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=60)
    kit.check(process.returncode == -signal.SIGHUP and b"nothing was written" in err, f"{process.returncode} {err}")


def opened_files(pid):
    """The numbers under which the process has part files open."""
    found = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            if ".part-" in os.readlink(f"/proc/{pid}/fd/{fd}"):
                found.append(int(fd))
        except FileNotFoundError:
            pass
    return found


def test_closed_streams_are_no_place_for_a_master():
    long_mix(seconds=120)
    for closed in (0, 1, 2):
        process = start("long.wav", "-o", "out.flac", "-f", before=lambda fd=closed: os.close(fd))
        wait_for("part file", parts)
        numbers = opened_files(process.pid)
        kit.check(numbers and min(numbers) > 2, f"the master is open as {numbers} with {closed} closed")
        process.communicate(timeout=120)
        # a report that nobody gets is a failure, a question that nobody asks is none
        kit.check(process.returncode == (1 if closed == 1 else 0), f"exit {process.returncode} with {closed} closed")
        kit.check(len(kit.decode("out.flac")[0]) == 120 * kit.RATE, "the master")


def test_a_killed_job_is_named_and_costs_no_other():
    long_mix("a.wav")
    kit.write_wav("b.wav", kit.song(4.0))
    process = start("a.wav", "b.wav", "-o", "out/", "--jobs", "2")
    wait_for("part file", lambda: os.path.isdir("out") and any(".a.master.flac.part-" in n for n in os.listdir("out")))
    os.kill(children_of(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    kit.check(process.returncode == 2, f"exit {process.returncode}: {err}")
    kit.check(b"a.wav: its process was killed" in err and b"b.wav" not in err, err)
    kit.check("b.master.flac" in os.listdir("out") and "a.master.flac" not in os.listdir("out"), os.listdir("out"))


def test_stopped_jobs_leave_nothing():
    for name in ("a.wav", "b.wav", "c.wav"):
        long_mix(name, 120)
    process = start("a.wav", "b.wav", "c.wav", "-o", "out/", "--jobs", "2")
    wait_for("two part files", lambda: os.path.isdir("out") and len(os.listdir("out")) == 2)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    kit.check(process.returncode == -signal.SIGTERM, f"{process.returncode} {err}")
    kit.check(err.count(b"stopped by") == 2 and b"killed" not in err, err)
    kit.check(kit.files_here() in (["a.wav", "b.wav", "c.wav"], ["a.wav", "b.wav", "c.wav", "out"]), kit.files_here())
    kit.check(not os.path.isdir("out") or os.listdir("out") == [], "left behind")


def test_settings_that_cannot_be_saved_after_all():
    """The master is done by then: exit 1 and a sentence, not "nothing was written"."""
    long_mix(seconds=60)
    process = start("-q", "long.wav", "-o", "out.flac", "--save-settings", "song.ini")
    wait_for("part file", parts)
    with open("song.ini", "w", encoding="ascii") as file:
        file.write("precious")
    _, err = process.communicate(timeout=120)
    kit.check(process.returncode == 1 and b"the master is done" in err.lower() and b"exists already" in err, err)
    with open("song.ini", encoding="ascii") as file:
        kit.check(file.read() == "precious", "the file that came meanwhile")
    kit.check(kit.files_here() == ["long.wav", "out.flac", "song.ini"], kit.files_here())


if __name__ == "__main__":
    kit.main()
