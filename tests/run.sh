#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# Installs what is missing, builds, runs the tests. The last line:
# "N passed, N failed, N skipped".
set -u -o pipefail

usage() {
  cat <<'USAGE'
Usage: tests/run.sh [--all] [--setup-only] [--help]
  (no option)   install what is missing, build, run the quick suites (under 20 minutes on two cores)
  --all         also the slow suite: the C tests under sanitizers and valgrind, both compilers with every warning an error,
                a long fuzz, ten hours of stream, a file of more than 4 GB, all the music, a cluster of one node; some hours,
                and 12 GB of space (what has no room or no package is skipped and counted, with the reason)
  --setup-only  only install what is missing
Environment:
  BUILD_DIR             where to build (default: build/ in the checkout)
  MASTERING_TEST_AUDIO  a folder of music; every test that works "on the music" uses it as well
  EBU_LOUDNESS_TEST_SET the unpacked EBU loudness test set v05 (programme material of cases 7 and 8)
USAGE
}

all=false setup_only=false
for arg in "$@"; do
  case "$arg" in
    --all) all=true ;;
    --setup-only) setup_only=true ;;
    -h | --help) usage; exit 0 ;;
    *) echo "run.sh: unknown option $arg" >&2; usage >&2; exit 2 ;;
  esac
done

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 2
build=${BUILD_DIR:-$top/build}
# shellcheck source=tests/lib/packages.sh
. "$top/tests/lib/packages.sh" || exit 2
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# What must be there: Debian package | how to see that it is there (works on any distribution)
required='
gcc|command -v cc
libc6-dev|echo "#include <stdlib.h>" | cc -E - -o /dev/null
pkg-config|command -v pkg-config || command -v pkgconf
meson|command -v meson
ninja-build|command -v ninja
libgstreamer1.0-dev|pkg-config --exists "gstreamer-1.0 >= 1.22" gstreamer-check-1.0
libgstreamer-plugins-base1.0-dev|pkg-config --exists gstreamer-audio-1.0 gstreamer-app-1.0
libebur128-dev|pkg-config --exists libebur128
libsndfile1-dev|pkg-config --exists sndfile
libjson-glib-dev|pkg-config --exists json-glib-1.0
gstreamer1.0-tools|command -v gst-launch-1.0
gstreamer1.0-plugins-base|gst-inspect-1.0 --exists audioconvert
gstreamer1.0-plugins-good|gst-inspect-1.0 --exists flacenc
'
# Without these some tests are skipped, each with its reason.
wanted='
liborc-0.4-dev|pkg-config --exists orc-0.4 && command -v orcc
man-db|command -v man
gstreamer1.0-plugins-bad|gst-inspect-1.0 --exists fluiddec
gstreamer1.0-plugins-ugly|gst-inspect-1.0 --exists x264enc || gst-inspect-1.0 --exists asfdemux
gstreamer1.0-libav|gst-inspect-1.0 --exists avdec_aac
python3|test -x /usr/bin/python3
python3-numpy|/usr/bin/python3 -c "import numpy"
python3-scipy|/usr/bin/python3 -c "import scipy.signal"
python3-gi|/usr/bin/python3 -c "import gi"
python3-gst-1.0|/usr/bin/python3 -c "from gi.repository import Gst; Gst.IntRange"
gir1.2-gst-plugins-base-1.0|/usr/bin/python3 -c "import gi; gi.require_version(\"GstApp\", \"1.0\")"
libebur128-1|/usr/bin/python3 -c "import ctypes; ctypes.CDLL(\"libebur128.so.1\")"
ffmpeg|command -v ffmpeg
x42-plugins|test -d /usr/lib/lv2/dpl.lv2 || test -d /usr/lib64/lv2/dpl.lv2
sox|command -v sox
sndfile-programs|command -v sndfile-info
flac|command -v flac
mpg123|command -v mpg123
faad|command -v faad
opus-tools|command -v opusdec
parallel|command -v parallel
gstreamer1.0-plugins-base-apps|command -v gst-play-1.0
openttd-openmsx|test -d /usr/share/games/openttd/baseset/openmsx
heroes-sound-tracks|test -d /usr/share/games/heroes || test -d /usr/share/doc/heroes-sound-tracks
csmash-demosong|ls /usr/share/games/csmash/*.ogg
qemu-user|command -v qemu-aarch64 || command -v qemu-aarch64-static
gcc-aarch64-linux-gnu|command -v aarch64-linux-gnu-gcc
libc6-dev-arm64-cross|test -e /usr/aarch64-linux-gnu/include/stdio.h
'
wanted_for_all='
valgrind|command -v valgrind
clang|command -v clang
slurm-wlm|command -v slurmctld
munge|command -v munged
'

setup() {
  local table=$wanted missing
  $all && table+=$wanted_for_all
  missing=$(missing_of "$required"; missing_of "$table")
  [ -n "$missing" ] || return 0
  if may_install; then
    echo "== installing:" $missing
    apt update
    # shellcheck disable=SC2086 # a list of words on purpose
    if ! apt install -y --no-install-recommends $missing; then
      # One package that this distribution lacks must not cost all the others.
      for package in $missing; do apt install -y --no-install-recommends "$package"; done
    fi
  fi
  missing=$(missing_of "$table")
  [ -z "$missing" ] || echo "== not there, the tests that need them are skipped:" $missing
  missing=$(missing_of "$required")
  if [ -n "$missing" ]; then
    echo "run.sh: cannot build; please install what Debian calls:" $missing >&2
    echo "0 passed, 1 failed, 0 skipped"
    return 1
  fi
}

configure_and_build() { # build-dir meson-options...
  local dir=$1
  shift
  if [ -f "$dir/build.ninja" ]; then
    echo "== using the build folder $dir"
  else
    meson setup "$dir" "$top" "$@" </dev/null || return 1
  fi
  ninja -C "$dir" -j "$jobs" </dev/null
}

logs=()
run_tests() { # build-dir logbase meson-test-arguments...
  local dir=$1 logbase=$2
  shift 2
  rm -f "$dir/meson-logs/$logbase"*.json
  meson test -C "$dir" --no-rebuild --print-errorlogs --logbase "$logbase" \
    --num-processes "$jobs" "$@" </dev/null
  # meson's own exit code is not used: the log is counted, and a missing log is a failure.
  logs+=("$dir/meson-logs/$logbase.json")
}

build_failed() {
  echo "run.sh: the build failed" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

setup || exit 1
$setup_only && exit 0
cd "$top" || exit 2

configure_and_build "$build" || build_failed
if $all; then
  run_tests "$build" testlog
else
  run_tests "$build" testlog --no-suite slow
fi
exec python3 "$top/tests/lib/count_results.py" "${logs[@]}"
