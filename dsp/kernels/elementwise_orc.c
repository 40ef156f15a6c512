/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * gain, mul and mix through ORC's run-time compiler, for the "sse2" table: on a CPU without AVX,
 * ORC picks what its SSE back-end can use. docs/numerics.md has the measurement that keeps it out
 * of the wider tables.
 */
#include "kernels/elementwise_orc.h"
#include "orc_generated.h" /* from elementwise.orc, by the build */

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <xmmintrin.h>
#include <orc/orc.h>

/* Below this a call costs more than it saves: ORC sets and restores MXCSR. */
#define MIN_FRAMES 256

#define PROBE_FRAMES 67

static bool usable;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A JIT back-end exists, may run here, and computes what it should. Otherwise the vector kernel
 * runs: ORC's emulation and its C backup are slower than anything of ours. */
static void
compile (void)
{
  const OrcTarget *target;
  float a[PROBE_FRAMES], b[PROBE_FRAMES], w[PROBE_FRAMES], got[PROBE_FRAMES], want[PROBE_FRAMES];
  const uint32_t saved = _mm_getcsr ();
  orc_init ();
  target = orc_target_get_default ();
  if (!target || !target->executable)
    return;
  mdsp_orc_init ();
  for (int i = 0; i < PROBE_FRAMES; i++) {
    a[i] = 1.0f / (float) (i + 3);
    b[i] = (float) (i - 30) * 0.7f;
    w[i] = (float) i / PROBE_FRAMES;
  }
  mdsp_orc_gain_f32 (got, a, 0.3f, PROBE_FRAMES);
  mdsp_k_gain_f32_c (want, a, 0.3f, PROBE_FRAMES);
  usable = memcmp (got, want, sizeof got) == 0;
  mdsp_orc_mul_f32 (got, a, b, PROBE_FRAMES);
  mdsp_k_mul_f32_c (want, a, b, PROBE_FRAMES);
  usable = usable && memcmp (got, want, sizeof got) == 0;
  mdsp_orc_mix_f32 (got, a, b, w, PROBE_FRAMES);
  mdsp_k_mix_f32_c (want, a, b, w, PROBE_FRAMES);
  usable = usable && memcmp (got, want, sizeof got) == 0;
  _mm_setcsr (saved);
}

void
mdsp_kernels_compile_orc (void)
{
  pthread_once (&once, compile);
}

static bool
use_orc (size_t n)
{
  return usable && n >= MIN_FRAMES && n <= INT_MAX;
}

void
mdsp_k_gain_f32_orc (float *dst, const float *src, float gain, size_t n)
{
  if (!use_orc (n)) {
    mdsp_k_gain_f32_sse2 (dst, src, gain, n);
    return;
  }
  const uint32_t saved = _mm_getcsr ();
  mdsp_orc_gain_f32 (dst, src, gain, (int) n);
  _mm_setcsr (saved);
}

void
mdsp_k_mul_f32_orc (float *dst, const float *a, const float *b, size_t n)
{
  if (!use_orc (n)) {
    mdsp_k_mul_f32_sse2 (dst, a, b, n);
    return;
  }
  const uint32_t saved = _mm_getcsr ();
  mdsp_orc_mul_f32 (dst, a, b, (int) n);
  _mm_setcsr (saved);
}

void
mdsp_k_mix_f32_orc (float *dst, const float *a, const float *b, const float *w, size_t n)
{
  if (!use_orc (n)) {
    mdsp_k_mix_f32_sse2 (dst, a, b, w, n);
    return;
  }
  const uint32_t saved = _mm_getcsr ();
  mdsp_orc_mix_f32 (dst, a, b, w, (int) n);
  _mm_setcsr (saved);
}
