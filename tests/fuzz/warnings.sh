#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# Builds everything with a compiler and every warning an error.  warnings.sh SOURCE BUILD_FOLDER CC
set -u
source=$1 build=$2 compiler=$3

if ! command -v "$compiler" >/dev/null; then
  echo "skipped: $compiler is not installed"
  exit 77
fi

# Planted: a warning must fail.
mkdir -p "$build-planted"
printf "project('planted', 'c', default_options: ['warning_level=2', 'werror=true'])\nexecutable('p', 'p.c')\n" \
  >"$build-planted/meson.build"
printf 'int main(void)\n{\n  int unused;\n  return 0;\n}\n' >"$build-planted/p.c"
rm -rf "$build-planted/b"
CC=$compiler meson setup "$build-planted/b" "$build-planted" >/dev/null || exit 1
if ninja -C "$build-planted/b" >/dev/null; then
  echo "a planted warning was not an error"
  exit 1
fi

[ -f "$build/build.ninja" ] || CC=$compiler meson setup "$build" "$source" -Dwerror=true || exit 1
ninja -C "$build"
