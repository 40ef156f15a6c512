#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# aarch64_kernels.sh TEST_KERNELS TEST_DMATH: builds the kernels, dmath and their tests for AArch64,
# runs them under qemu (NEON against the scalar version, bit for bit), and compares the CRC of the
# scalar results and of dmath with what this machine's two tests print.
set -eu
native_kernels=$1 native_dmath=$2
tests=$(cd "$(dirname "$0")" && pwd)
dsp=${DSP_DIR:-$tests/../../dsp}
cc=aarch64-linux-gnu-gcc
qemu=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)

skip() { echo "SKIP: $*"; exit 77; }
command -v $cc >/dev/null || skip "no $cc (Debian: gcc-aarch64-linux-gnu, libc6-dev-arm64-cross)"
[ -n "$qemu" ] || skip "no qemu-aarch64 (Debian: qemu-user)"
echo '#include <stdlib.h>' | $cc -E - -o /dev/null 2>/dev/null ||
  skip "no C library for AArch64 (Debian: libc6-dev-arm64-cross)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=gnu11 -O3 -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers
  -Wno-sign-compare -Wno-psabi -ffp-contract=off -fno-math-errno -fno-trapping-math
  -fno-strict-aliasing -I$dsp -DMDSP_HAVE_NEON"
build() { # one object per source, as the real build does
  $cc $flags "$@" -o "$work/$(basename "$1" .c).o" -c
}
for source in "$dsp"/kernels/vec_*.c; do build "$source" -DMDSP_ISA=neon -DMDSP_VN=4; done
for name in dispatch tables kernels_c; do build "$dsp/kernels/$name.c"; done
for name in kernel_cases kernel_faults test_kernels; do build "$tests/$name.c"; done
$cc -static "$work"/*.o -o "$work/kernels" -pthread
$cc $flags -static "$tests/test_dmath.c" "$dsp/kernels/dmath.c" -o "$work/dmath" -lm

"$qemu" "$work/kernels"
compare() {
  echo "AArch64 $1, this machine $2"
  [ "$1" = "$2" ] || { echo "FAIL: the machines differ"; exit 1; }
}
crc=$("$native_kernels" --crc)
compare "$("$qemu" "$work/kernels" --crc)" "$crc"
compare "$("$qemu" "$work/dmath" --crc)" "$("$native_dmath" --crc)"
[ "$crc" != "$("$native_kernels" --crc --seed 2)" ] || { echo "FAIL: the CRC is blind"; exit 1; }
