#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# The C tests of the suite "valgrind" under memcheck: wrong reads and writes, values that were never set, and what is lost.
#   valgrind.sh SOURCE BUILD_FOLDER
set -u
source=$1 build=$2

if ! command -v valgrind >/dev/null; then
  echo "skipped: valgrind is not installed"
  exit 77
fi
memcheck="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite"
[ -e /usr/share/glib-2.0/valgrind/glib.supp ] &&
  memcheck="$memcheck --suppressions=/usr/share/glib-2.0/valgrind/glib.supp"
memcheck="$memcheck --suppressions=$source/tests/lib/valgrind.supp"

# Planted: a write behind a block, and a block that is lost.
for fault in 'p[3 + c] = 1' 'p = 0'; do
  printf '#include <stdlib.h>\nint main(int c,char**v){char*volatile p=malloc(4);%s;return 0;}\n' "$fault" |
    cc -g -x c - -o "$build/planted-memcheck" || exit 1
  $memcheck "$build/planted-memcheck" 2>/dev/null
  if [ $? -ne 99 ]; then
    echo "a planted fault was not caught: $fault"
    exit 1
  fi
done

# The registry is scanned in a process of its own, so that only our plugin is checked.
export CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 G_SLICE=always-malloc
meson test -C "$build" --no-rebuild --print-errorlogs --suite valgrind --timeout-multiplier 50 \
  --num-processes 2 --logbase memcheck --wrapper "$memcheck"
