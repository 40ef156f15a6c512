#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
#
# isa_purity.sh CC ISA=LIBRARY...: reads the machine code of the kernels.
# - No fused multiply-add anywhere: it rounds once where every other machine rounds twice.
# - Each library keeps to its registers: an instruction that the CPU lacks is a crash.
# - No libm function whose result is not fixed by IEEE 754 (glibc's depend on the CPU).
# - Each exports its own mdsp_k_*_ISA and nothing that the linker could merge with other code.
set -u
cc=$1
shift
for tool in objdump nm; do
  command -v $tool >/dev/null || { echo "SKIP: no $tool (Debian: binutils)"; exit 77; }
done
failed=0
fail() { echo "FAIL: $*"; failed=1; }

fused() { objdump -d --no-show-raw-insn "$1" | grep -cE '\bv?fn?m(add|sub|la|ls)[a-z0-9]*\b'; }
wide() { # ISA LIBRARY: uses of registers that the ISA does not have
  case $1 in
    avx512 | neon) echo 0 ;;
    avx2) objdump -d --no-show-raw-insn "$2" | grep -c '%zmm' ;;
    *) objdump -d --no-show-raw-insn "$2" | grep -cE '%[yz]mm' ;;
  esac
}
foreign() { # ISA LIBRARY: symbols that are visible to the linker and not kernels of that ISA
  nm "$2" | awk 'NF == 3 && $2 ~ /[A-TV-Z]/ { print $3 }' | grep -cvE "^mdsp_k_[a-z_0-9]+_$1\$"
}

inexact='a?(sin|cos|tan)h?|sincos|atan2|exp(2|10|m1)?|log(2|10|1p)?|pow|cbrt|hypot|[lt]gamma'
libm() { nm -u "$1" | grep -cE " ($inexact)[fl]?\$"; }

for pair; do
  isa=${pair%%=*} library=${pair#*=}
  # Meson's archives are thin: the members lie beside them and objdump follows.
  code=$(objdump -d "$library" | grep -c '^ ')
  [ "$code" -gt 100 ] || fail "$library: only $code instructions read"
  [ "$(fused "$library")" = 0 ] || fail "$library: fused multiply-add"
  [ "$(wide "$isa" "$library")" = 0 ] || fail "$library: registers beyond $isa"
  [ "$(libm "$library")" = 0 ] || fail "$library: inexact libm function"
  [ "$isa" = c ] || [ "$(foreign "$isa" "$library")" = 0 ] || fail "$library: foreign symbols"
  echo "$isa: $code instructions"
done

# Planted fault: contraction allowed, libm called, one exported helper, AVX-512 in an sse2 library.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/fault.c" <<'C'
#include <math.h>
void helper (float *restrict a, const float *restrict b, const float *restrict c);
void helper (float *restrict a, const float *restrict b, const float *restrict c)
{ for (int i = 0; i < 1024; i++) a[i] += b[i] * c[i]; a[0] = log10f (a[1]); }
C
if [ "$(uname -m)" = x86_64 ]; then
  $cc -O3 -march=x86-64-v4 -ffp-contract=fast -mprefer-vector-width=512 -c "$work/fault.c" \
    -o "$work/fault.o" || fail "cannot compile the planted fault"
  [ "$(fused "$work/fault.o")" -gt 0 ] || fail "planted fused multiply-add not seen"
  [ "$(libm "$work/fault.o")" -gt 0 ] || fail "planted libm call not seen"
  [ "$(wide sse2 "$work/fault.o")" -gt 0 ] || fail "planted wide registers not seen"
  [ "$(foreign sse2 "$work/fault.o")" -gt 0 ] || fail "planted foreign symbol not seen"
fi
exit $failed
