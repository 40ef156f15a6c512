# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# Sourced by tests/run.sh and examples/quickstart.sh: what is missing, and may it be installed? A table has a line a
# package: Debian's name | a command that succeeds when it is there (works on any distribution).

missing_of() { # prints the packages of table $1 whose probe fails
  local package probe
  while IFS='|' read -r package probe; do
    [ -n "$package" ] || continue
    bash -c "$probe" </dev/null >/dev/null 2>&1 || echo "$package"
  done <<<"$1"
}

may_install() { # by apt, as root or with a sudo that needs no password or has a terminal to ask on
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }
}

apt() {
  local sudo=()
  [ "$(id -u)" = 0 ] || { sudo=(sudo); [ -t 0 ] || sudo+=(-n); }
  # sudo asks on the terminal itself, so standard input may be closed.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null
}
