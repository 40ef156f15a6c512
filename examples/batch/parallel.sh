#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# Masters a catalogue on one machine, as many files at a time as there are cores (GNU parallel), and prints the table.
# Start it again after an interruption: it goes on where it was.
#
#   parallel.sh LIST OUT [MASTER_OPTIONS...]
#
# JOBS (environment): how many at a time. MASTER_TOOL: gst-master-1.0 when it is not on PATH.
set -u

if [ $# -lt 2 ]; then
  sed -n '5,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
command -v parallel >/dev/null || { echo "parallel.sh: GNU parallel is not installed (package parallel)" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 2
list=$1 out=$2
shift 2
[ -r "$list" ] || { echo "parallel.sh: the list $list cannot be read. It is a text file with one path per line." >&2; exit 2; }
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}

# Every worker takes a slice; there are more slices than cores, so that no core waits long for the last one.
slices=$((jobs * 4))
seq 0 $((slices - 1)) | parallel --jobs "$jobs" --will-cite --halt never -q \
  python3 "$here/master_slice.py" "$list" "$out" --slice "{}/$slices" --tool "${MASTER_TOOL:-gst-master-1.0}" -- "$@" >&2
python3 "$here/collect.py" "$out" "$list"
