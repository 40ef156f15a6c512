#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# After `meson install` into a prefix that GStreamer does not search: says what to set.
# $1 = plugin folder below the prefix. Meson keeps a script's output to itself, so it is written to
# the standard output of meson.
prefix=${MESON_INSTALL_PREFIX:-/usr/local}
[ "$prefix" = /usr ] && exit 0
say() {
  echo
  echo "GStreamer does not look in $prefix by itself. Set this before using the elements:"
  echo "  export GST_PLUGIN_PATH=$prefix/$1 GST_PRESET_PATH=$prefix/share/gstreamer-1.0/presets"
}
{ say "$1" > "/proc/$PPID/fd/1"; } 2> /dev/null || say "$1"
