# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The batch examples: a slice, restarts, workers that meet, failures, the table, GNU parallel.

Usage: PROGRAM TOOL [NAME...]
"""
import csv
import glob
import io
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = os.path.join(HERE, "..", "..", "examples", "batch")
sys.path[:0] = [os.path.join(HERE, "..", "tool"), BATCH]

import toolkit as kit  # noqa: E402
import master_slice  # noqa: E402

WORKER = [sys.executable, os.path.join(BATCH, "master_slice.py")]


def catalogue(n, seconds=1.0):
    """n songs in two folders, two of them with the same name, and the list."""
    paths = []
    for i in range(n):
        folder = f"album {i % 2}"
        os.makedirs(folder, exist_ok=True)
        paths.append(os.path.abspath(kit.write_wav(f"{folder}/{i // 2:02d} song.wav", kit.song(seconds, seed=i))))
    with open("list.txt", "w", encoding="utf-8") as file:
        file.write("# a catalogue\n\n" + "\n".join(paths) + "\n")
    return paths


def work(*arguments, **options):
    return subprocess.run([*WORKER, "list.txt", "out", "--tool", kit.TOOL, *arguments], capture_output=True, text=True,
                          timeout=120, check=False, **options)


def table(*arguments):
    result = subprocess.run([sys.executable, os.path.join(BATCH, "collect.py"), "out", *arguments], capture_output=True, text=True, check=False)
    return result.returncode, list(csv.DictReader(io.StringIO(result.stdout), delimiter="\t", quoting=csv.QUOTE_NONE))


def stamps():
    return {path: os.stat(path).st_mtime_ns for path in glob.glob("out/masters/*") + glob.glob("out/results/*")}


def test_slices_cover_the_list_once():
    paths = catalogue(7)
    seen = [p for i in range(3) for p in master_slice.read_list("list.txt")[i::3]]
    kit.check(sorted(seen) == sorted(paths), seen)
    kit.check(len({master_slice.key_of(p) for p in paths}) == 7, "two files have one key")


def test_a_slice_then_the_rest_then_nothing():
    paths = catalogue(4)
    first = work("--slice", "0/2")
    kit.check(first.returncode == 0 and "2 done, 0 skipped, 0 failed" in first.stdout, first)
    before = stamps()
    code, rows = table("list.txt")
    kit.check(code == 1 and sorted(r["status"] for r in rows) == ["missing", "missing", "ok", "ok"], rows)
    both = work()
    kit.check("2 done, 2 skipped, 0 failed" in both.stdout, both)
    kit.check(all(stamps()[path] == when for path, when in before.items()), "a finished file was done again")
    again = work()
    kit.check("0 done, 4 skipped, 0 failed" in again.stdout, again)
    code, rows = table("list.txt")
    kit.check(code == 0 and [r["input"] for r in rows] == sorted(paths), rows)
    for row in rows:
        x, rate = kit.decode(json.load(open(f"out/results/{master_slice.key_of(row['input'])}.json", encoding="utf-8"))["master"])
        kit.near(float(row["loudness"]), kit.loudness(x, rate), 0.05 + 0.005, row["input"])  # two decimals


def test_what_changed_is_done_again():
    paths = catalogue(2)
    work()
    kit.write_wav(paths[0], kit.song(1.5, seed=9))
    kit.check("1 done, 1 skipped" in work().stdout, "a changed file")
    os.remove(glob.glob("out/masters/*")[0])
    kit.check("1 done, 1 skipped" in work().stdout, "a lost master")


def test_workers_that_meet_share_the_work():
    catalogue(6)
    command = [*WORKER, "list.txt", "out", "--tool", kit.TOOL]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    lines = [line for worker in workers for line in worker.communicate(timeout=120)[0].splitlines()]
    done = [line for line in lines if line.startswith("done: ")]
    kit.check(len(done) == len(set(done)) == 6, lines)


def test_a_killed_worker_leaves_nothing_half():
    catalogue(3, seconds=20.0)
    process = subprocess.Popen([*WORKER, "list.txt", "out", "--tool", kit.TOOL], stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.time() + 60
    while not glob.glob("out/results/*.json") and time.time() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    n = len(glob.glob("out/results/*.json"))
    kit.check(1 <= n < 3, f"{n} results when it was killed")
    for path in glob.glob("out/results/*.json"):
        kit.check(master_slice.read_result(path)["exit"] == 0, path)
    kit.check(f"{3 - n} done, {n} skipped, 0 failed" in work().stdout, "restart")
    leftovers = glob.glob("out/masters/.*part*") + glob.glob("out/results/*part*")
    kit.check(not leftovers and len(glob.glob("out/masters/*.flac")) == 3, leftovers)


def test_failures_are_told_and_tried_again():
    paths = catalogue(2)
    with open(paths[0], "w", encoding="utf-8") as file:
        file.write("no audio")
    first = work()
    kit.check(first.returncode == 1 and "1 done, 0 skipped, 1 failed" in first.stdout, first)
    code, rows = table()
    bad = [r for r in rows if r["status"] == "failed"]
    kit.check(code == 1 and len(bad) == 1 and "not an audio file" in bad[0]["note"], rows)
    kit.write_wav(paths[0], kit.song(1.0))
    kit.check("1 done, 1 skipped, 0 failed" in work().stdout, "repaired")
    kit.check(table()[0] == 0, "the table still fails")


def test_options_reach_the_tool():
    catalogue(1, seconds=2.0)
    work("--", "--for", "apple")
    kit.near(float(table()[1][0]["loudness"]), -16.0, 0.05 + 0.005, "apple")
    for bad in ("2/2", "x", "-1/2"):
        kit.check(work(f"--slice={bad}").returncode == 2, bad)


def test_other_options_are_another_master():
    paths = catalogue(1, seconds=2.0)
    for options, lufs, extension in ((("--target", "-14"), -14, "flac"), (("--target", "-18"), -18, "flac"), (("--target=-16", "--format", "wav16"), -16, "wav")):
        for words in ("1 done, 0 skipped", "0 done, 1 skipped"):
            result = work("--", *options)
            kit.check(words in result.stdout, f"{options}: {result}")
        masters = glob.glob("out/masters/*")
        kit.check([path.rsplit(".", 1)[1] for path in masters] == [extension], masters)
        samples, rate = kit.decode(masters[0])
        kit.near(kit.loudness(samples, rate), lufs, 0.05, options)
        kit.check(master_slice.key_of(paths[0]) in masters[0], masters)


def test_the_extension_is_the_tools():
    """By what ffprobe calls the file: a name that does not fit its format is an error of the tool."""
    for format, codec in (("wav32f", "pcm_f32le"), ("flac16", "flac"), ("mp3:192", "mp3"), ("opus:96", "opus"), ("vorbis:128", "vorbis"), ("aac:128", "aac")):
        name = f"a.{master_slice.extension_of(['--target', '-14', '--format', format])}"
        kit.write_wav("mix.wav", kit.song(1.0), 48000)
        result = kit.run("master", "mix.wav", "-o", name, "--format", format, "--force", "--quiet")
        if result.code == 2 and "is missing" in result.err:
            continue  # no encoder here
        kit.check(result.code < 2 and kit.stream(name)["codec_name"] == codec, f"{format}: {result}")


def test_a_list_that_is_not_there_is_one_sentence():
    for command in ([sys.executable, "master_slice.py", "none.txt", "out"], [sys.executable, "collect.py", "out", "none.txt"], ["parallel.sh", "none.txt", "out"]):
        command = [os.path.join(BATCH, word) if "." in word and word != "none.txt" else word for word in command]
        if "parallel.sh" in command[0]:
            kit.need("parallel")
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        kit.check(result.returncode == 2 and result.stderr.count("\n") == 1 and "the list none.txt cannot be read" in result.stderr, f"{command}: {result}")
    kit.check(subprocess.run([sys.executable, os.path.join(BATCH, "collect.py")], capture_output=True, check=False).returncode == 2, "usage")


def test_gnu_parallel():
    kit.need("parallel")
    paths = catalogue(5)
    result = subprocess.run([os.path.join(BATCH, "parallel.sh"), "list.txt", "out", "--for", "apple"], capture_output=True, text=True,
                            env={**os.environ, "MASTER_TOOL": kit.TOOL, "JOBS": "2"}, timeout=240, check=False)
    rows = list(csv.DictReader(io.StringIO(result.stdout), delimiter="\t", quoting=csv.QUOTE_NONE))
    kit.check(result.returncode == 0 and sorted(r["input"] for r in rows) == sorted(paths), result)
    kit.check(all(abs(float(r["loudness"]) + 16) < 0.06 for r in rows), rows)


def test_the_slurm_script_takes_its_slice():
    """With the variables that Slurm sets (sbatch(1)); the real array is in test_slurm.py."""
    catalogue(3)
    env = {**os.environ, "MASTER_TOOL": kit.TOOL, "BATCH_DIR": BATCH, "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_MAX": "11"}
    for task, n in (("10", 2), ("11", 3)):
        subprocess.run([os.path.join(BATCH, "slurm.sh"), "list.txt", "out"], env={**env, "SLURM_ARRAY_TASK_ID": task}, check=True,
                       capture_output=True, timeout=120)
        kit.check(len(glob.glob("out/masters/*.flac")) == n, f"after task {task}")
    catalogue(5)
    env.update(SLURM_ARRAY_TASK_COUNT="3", SLURM_ARRAY_TASK_MIN="0", SLURM_ARRAY_TASK_MAX="4")  # --array=0,2,4
    for task, n in (("0", 3), ("2", 3), ("4", 4)):  # the first three are done
        subprocess.run([os.path.join(BATCH, "slurm.sh"), "list.txt", "out"], env={**env, "SLURM_ARRAY_TASK_ID": task}, check=True,
                       capture_output=True, timeout=120)
        kit.check(len(glob.glob("out/masters/*.flac")) == n, f"after task {task} of an array with holes")
    subprocess.run([os.path.join(BATCH, "slurm.sh"), "list.txt", "out"], check=True, capture_output=True, timeout=120,
                   env={**env, "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_MAX": "3", "SLICES": "5"})
    kit.check(len(glob.glob("out/masters/*.flac")) == 5, "one task again, by SLICES")
    env.pop("SLURM_ARRAY_TASK_ID", None)
    result = subprocess.run([os.path.join(BATCH, "slurm.sh"), "list.txt", "out"], env=env, capture_output=True, text=True, check=False)
    kit.check(result.returncode != 0 and "--array" in result.stderr, result)


if __name__ == "__main__":
    kit.main()
