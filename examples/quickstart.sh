#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# From nothing to a master: installs what is missing, builds, masters a song, says what it did.
set -u -o pipefail

usage() {
  cat <<'USAGE'
Usage: examples/quickstart.sh [SONG]
Masters SONG, or a song from a small package when none is given. The master is put beside SONG, or
into the folder masters/ of the build folder when the song is from a package.
Environment: BUILD_DIR  where to build (default: build/ in the checkout)
USAGE
}

case "${1-}" in
  -h | --help) usage; exit 0 ;;
  -*) echo "quickstart.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 2
build=${BUILD_DIR:-$top/build}
# shellcheck source=tests/lib/packages.sh
. "$top/tests/lib/packages.sh" || exit 2
song=${1-}
if [ -n "$song" ] && [ ! -r "$song" ]; then
  echo "quickstart.sh: there is no file $song that can be read; check the name and the folder." >&2
  exit 2
fi

if [ -n "$song" ]; then
  output=${song##*/}
  output="$(dirname -- "$song")/${output%.*}.master.flac"
  if [ -e "$output" ]; then
    echo "quickstart.sh: $output is there already and was left alone; move it away first." >&2
    exit 2
  fi
fi

# Debian package | how to see that it is there (works on any distribution)
needed='
gcc|command -v cc
libc6-dev|echo "#include <stdlib.h>" | cc -E - -o /dev/null
pkg-config|command -v pkg-config || command -v pkgconf
meson|command -v meson
ninja-build|command -v ninja
libgstreamer1.0-dev|pkg-config --exists "gstreamer-1.0 >= 1.22"
libgstreamer-plugins-base1.0-dev|pkg-config --exists gstreamer-audio-1.0 gstreamer-pbutils-1.0 gstreamer-app-1.0
libebur128-dev|pkg-config --exists libebur128
libsndfile1-dev|pkg-config --exists sndfile
libjson-glib-dev|pkg-config --exists json-glib-1.0
gstreamer1.0-tools|command -v gst-inspect-1.0
gstreamer1.0-plugins-base|gst-inspect-1.0 --exists audioconvert
gstreamer1.0-plugins-good|gst-inspect-1.0 --exists flacenc
'
# More kinds of files to read and write; the tool names what is missing when it is needed.
useful='
gstreamer1.0-plugins-ugly|gst-inspect-1.0 --exists asfdemux
gstreamer1.0-libav|gst-inspect-1.0 --exists avdec_aac
'
# Only for the song that comes with it.
music='
gstreamer1.0-plugins-bad|gst-inspect-1.0 --exists fluiddec
openttd-openmsx|test -d /usr/share/games/openttd/baseset/openmsx
'
other_music='
gstreamer1.0-plugins-bad|gst-inspect-1.0 --exists openmptdec
heroes-sound-tracks|test -d /usr/share/games/heroes/mod
'

# Quiet: a musician wants the song, not the package manager. What went wrong is in the log.
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

run_quietly() {
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    return 1
  fi
}

install_missing() { # table
  local missing
  missing=$(missing_of "$1" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  may_install || return 1
  echo "Installing: $missing"
  run_quietly apt update
  # shellcheck disable=SC2086 # a list of words on purpose
  run_quietly apt install -y --no-install-recommends $missing || return 1
  [ -z "$(missing_of "$1")" ]
}

if ! install_missing "$needed"; then
  echo "quickstart.sh: these are missing and could not be installed: $(missing_of "$needed" | tr '\n' ' ')" >&2
  echo "They are Debian's names; install what your distribution calls them, and run this again." >&2
  exit 2
fi

install_missing "$useful" || echo "Not there, so some formats can't be read or written: $(missing_of "$useful" | tr '\n' ' ')"

echo "Building (once; it takes a minute) ..."
if [ ! -f "$build/build.ninja" ]; then
  run_quietly meson setup "$build" "$top" || exit 2
fi
run_quietly ninja -C "$build" gst/libgstmastering.so gst/tool/gst-master-1.0 || exit 2

export GST_PLUGIN_PATH_1_0="$build/gst${GST_PLUGIN_PATH_1_0:+:$GST_PLUGIN_PATH_1_0}"
export GST_REGISTRY_1_0="$build/quickstart-registry.dat"
export GST_MASTERING_PROFILE_PATH="$top/gst/profiles"
tool="$build/gst/tool/gst-master-1.0"

if [ -z "$song" ]; then
  if install_missing "$music"; then
    song=/usr/share/games/openttd/baseset/openmsx/boogi_marabi_redfarn.mid
    echo "No song was given: here is a piece from the game OpenTTD (package openttd-openmsx)."
  elif install_missing "$other_music"; then
    song=/usr/share/games/heroes/mod/heroes05.xm
    echo "No song was given: here is a piece from the game Heroes (package heroes-sound-tracks)."
  else
    echo "quickstart.sh: no song was given and none could be installed (openttd-openmsx, heroes-sound-tracks)." >&2
    echo "Give one: examples/quickstart.sh SONG" >&2
    exit 2
  fi
  [ -r "$song" ] || { echo "quickstart.sh: $song is not there; give a song of your own." >&2; exit 2; }
  mkdir -p "$build/masters" || exit 2
  output="$build/masters/$(basename "${song%.*}").master.flac"
fi

replace=()
[ -e "$output" ] && replace=(--force) # our own, of an earlier run

echo "Mastering $song ..."
echo
"$tool" master "$song" -o "$output" "${replace[@]}"
code=$?
[ $code -le 1 ] || exit $code

cat <<WHAT

What happened: the song was listened to, brought to the loudness that streaming services play at, its
highest peaks were held so that nothing clips, and the finished file was read back and measured.
Your master:   $output
Next:          meson devenv -C $(printf %q "$build") gst-master-1.0 master YOUR_MIX.wav
More:          $top/docs/tool.md
WHAT
exit $code
