#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# aarch64.sh TEST_KERNELS TEST_DMATH TEST_CORE_BITS TEST_TONE: builds the core and these tests for
# AArch64 and runs them under qemu: NEON against the scalar version, bit for bit, and the CRCs of
# kernels, dmath, whole modules and tonal decisions against what this machine's tests print.
set -eu
native_kernels=$1 native_dmath=$2 native_core=$3 native_tone=$4
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
build() { # one object per source, as the real build does; folders may have files of the same name
  local object=${1#"$dsp"/}
  $cc $flags "$@" -o "$work/${object//\//-}.o" -c
}
for source in "$dsp"/kernels/vec_*.c; do build "$source" -DMDSP_ISA=neon -DMDSP_VN=4; done
for name in dispatch dmath kernels_c tables; do build "$dsp/kernels/$name.c"; done
for source in "$dsp"/filter/*.c "$dsp"/dynamics/*.c "$dsp"/measure/*.c "$dsp"/decide/*.c; do
  # Some modules need libraries that are not here for AArch64; the linker says if one is missed.
  build "$source" 2>/dev/null || echo "left out: ${source##*/}"
done
aarch64-linux-gnu-ar rcs "$work/libmdsp.a" "$work"/*.o
program() { # NAME SOURCES
  local name=$1
  shift
  $cc $flags -static "$@" "$work/libmdsp.a" -o "$work/$name" -pthread -lm
}
program kernels "$tests"/{kernel_cases,kernel_faults,test_kernels}.c
program dmath "$tests/test_dmath.c"
program core "$tests/test_core_bits.c"
program tone "$tests/test_tone.c"

"$qemu" "$work/kernels"
compare() {
  echo "AArch64 $1, this machine $2"
  [ "$1" = "$2" ] || { echo "FAIL: the machines differ"; exit 1; }
}
crc=$("$native_kernels" --crc)
compare "$("$qemu" "$work/kernels" --crc)" "$crc"
compare "$("$qemu" "$work/dmath" --crc)" "$("$native_dmath" --crc)"
compare "$("$qemu" "$work/core" --crc neon)" "$("$native_core" --crc)"
compare "$("$qemu" "$work/core" --crc c)" "$("$native_core" --crc)"
compare "$("$qemu" "$work/tone" --crc)" "$("$native_tone" --crc)"
[ "$crc" != "$("$native_kernels" --crc --seed 2)" ] || { echo "FAIL: the CRC is blind"; exit 1; }
