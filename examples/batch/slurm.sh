#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# Masters a catalogue on a cluster: a Slurm job array, each task one slice of the list. OUT must be on a file system that
# all nodes share. Submit it again after an interruption: what is done is not done again.
#
#   sbatch --array=0-63 examples/batch/slurm.sh LIST OUT [MASTER_OPTIONS...]
#   python3 examples/batch/collect.py OUT LIST > table.tsv       # when it is done
#
# The tasks from the lowest to the highest number share the list; an array with holes (--array=0,2,4) leaves the slices of the
# holes to another submission. SLICES (environment) says how many slices there are from task 0 on: SLICES=64 repeats some
# tasks of --array=0-63 with --array=3,17.
#
# MASTER_TOOL (environment): gst-master-1.0 when it is not on PATH. BATCH_DIR: the folder of this file, where it is not
# the one sbatch was called with (Slurm runs a copy of the script).
#
#SBATCH --job-name=mastering
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=08:00:00
set -u

if [ $# -lt 2 ]; then
  echo "usage: sbatch --array=0-N slurm.sh LIST OUT [MASTER_OPTIONS...]" >&2
  exit 2
fi
: "${SLURM_ARRAY_TASK_ID:?it runs as a job array: sbatch --array=0-N}"
here=${BATCH_DIR:-$(scontrol show job "${SLURM_JOB_ID:-}" 2>/dev/null | sed -n 's/^ *Command=\([^ ]*\).*/\1/p' | head -n 1 | xargs -r dirname)}
list=$1 out=$2
shift 2
if [ -n "${SLICES:-}" ]; then
  first=0 count=$SLICES
else
  first=${SLURM_ARRAY_TASK_MIN:-0}
  count=$((${SLURM_ARRAY_TASK_MAX:-$SLURM_ARRAY_TASK_ID} - first + 1))
fi

exec python3 "$here/master_slice.py" "$list" "$out" --slice "$((SLURM_ARRAY_TASK_ID - first))/$count" \
  --tool "${MASTER_TOOL:-gst-master-1.0}" -- "$@"
