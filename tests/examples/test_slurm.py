# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""The real job array of examples/batch/slurm.sh on a Slurm of one node that is started here (Debian's slurm-wlm and
munge), where root can.

Usage: PROGRAM TOOL [NAME...]
"""
import contextlib
import glob
import os
import shutil
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = os.path.abspath(os.path.join(HERE, "..", "..", "examples", "batch"))
sys.path[:0] = [os.path.join(HERE, "..", "tool"), HERE]

import toolkit as kit  # noqa: E402
import test_batch as batch  # noqa: E402

CONFIG = """ClusterName=test
SlurmctldHost={host}
SlurmctldPort={port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} CPUs=2 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as s:
        s.bind(("", 0))
        return s.getsockname()[1]


def start(processes, *command, **options):
    with open(f"{os.path.basename(command[0])}.out", "wb") as log:
        processes.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **options))


@contextlib.contextmanager
def cluster():
    """A Slurm of this machine in this folder; its environment."""
    kit.need("slurmctld", "slurmd", "sbatch", "munged")
    if os.geteuid() != 0:
        raise kit.Skip("only root can start slurmd")
    folder = os.getcwd()
    os.chmod(folder, 0o755)
    for name in ("munge", "state", "spool"):
        os.makedirs(name, mode=0o755, exist_ok=True)
    with open("munge/key", "wb") as file:
        file.write(os.urandom(128))
    os.chmod("munge/key", 0o400)
    with open("slurm.conf", "w", encoding="utf-8") as file:
        file.write(CONFIG.format(host=socket.gethostname().split(".")[0], port=free_port(), node_port=free_port(), folder=folder))
    env = {**os.environ, "SLURM_CONF": f"{folder}/slurm.conf"}
    processes = []
    try:
        start(processes, shutil.which("munged"), "--foreground", "--force", f"--key-file={folder}/munge/key", f"--socket={folder}/munge/socket",
              f"--pid-file={folder}/munge/pid", f"--log-file={folder}/munge/log", f"--seed-file={folder}/munge/seed")
        time.sleep(1)
        start(processes, shutil.which("slurmctld"), "-D", env=env)
        start(processes, shutil.which("slurmd"), "-D", env=env)
        wait_for_node(env)
        yield env
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for_node(env):
    deadline, text = time.time() + 40, ""
    while time.time() < deadline:
        text = subprocess.run(["sinfo", "-h", "-o", "%T"], env=env, capture_output=True, text=True, check=False).stdout
        if "idle" in text:
            return
        time.sleep(0.5)
    logs = "".join(open(path, encoding="utf-8", errors="replace").read()[-800:] for path in glob.glob("slurm*.log") + glob.glob("*.out"))
    raise kit.Skip(f"Slurm does not start here (node: {text.strip() or 'none'}): {logs[-400:]}")


def submit(env, *arguments):
    result = subprocess.run(["sbatch", "--parsable", "--wait", *arguments], env=env, capture_output=True, text=True, timeout=300, check=False)
    return result


def test_the_array_on_a_real_cluster():
    with cluster() as env:
        paths = batch.catalogue(5)
        env = {**env, "MASTER_TOOL": kit.TOOL}
        script = os.path.join(BATCH, "slurm.sh")
        first = submit(env, "--array=0-0", script, os.path.abspath("list.txt"), os.path.abspath("out"))
        outputs = "".join(open(path, encoding="utf-8").read() for path in glob.glob("slurm-*.out"))
        kit.check(first.returncode == 0 and len(glob.glob("out/masters/*.flac")) == 5, f"{first} {outputs}")
        before = batch.stamps()
        os.remove(glob.glob("out/results/*.json")[0])
        second = submit(env, "--array=0-2", script, os.path.abspath("list.txt"), os.path.abspath("out"))
        kit.check(second.returncode == 0, second)
        changed = [path for path, when in batch.stamps().items() if before[path] != when]
        kit.check(len(changed) == 2, f"one master and its result, not {changed}")
        code, rows = batch.table("list.txt")
        kit.check(code == 0 and [r["input"] for r in rows] == sorted(paths), rows)


if __name__ == "__main__":
    kit.main()
