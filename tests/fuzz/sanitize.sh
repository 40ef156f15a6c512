#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# The C tests, with a longer fuzz, in a build of everything under AddressSanitizer and UndefinedBehaviorSanitizer. (Python cannot
# load an instrumented plugin: the runtime must come first.)    sanitize.sh SOURCE BUILD_FOLDER
set -u
source=$1 build=$2

if ! echo 'int main(void){return 0;}' | cc -fsanitize=address,undefined -x c - -o /dev/null 2>/dev/null; then
  echo "skipped: this compiler has no AddressSanitizer runtime"
  exit 77
fi
[ -f "$build/build.ninja" ] ||
  meson setup "$build" "$source" -Db_sanitize=address,undefined -Db_lundef=false || exit 1
ninja -C "$build" || exit 1

# The scanner of the registry is not instrumented, so it cannot load an instrumented plugin. GLib and
# GStreamer keep things for the life of a process: leaks are the leaks tracer's and valgrind's matter.
export GST_REGISTRY_FORK=no ASAN_OPTIONS=detect_leaks=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# Planted: the instrumented build must notice an overflow at all.
printf '#include <stdlib.h>\nint main(int c,char**v){char*p=malloc(4);p[3+c]=1;return p[3+c];}\n' |
  cc -fsanitize=address -g -x c - -o "$build/planted" || exit 1
if "$build/planted" 2>/dev/null; then
  echo "a planted overflow was not caught"
  exit 1
fi

FUZZ_ROUNDS=${FUZZ_ROUNDS:-300} meson test -C "$build" --no-rebuild --print-errorlogs \
  --no-suite slow --no-suite python --timeout-multiplier 10 --num-processes 2
