/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Loops without memory from sample to sample. What is left past the last whole vector is done by
 * the scalar specification itself.
 */
#include "kernels/vec.h"

void
MDSP_K (gain_f32) (float *dst, const float *src, float gain, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN)
    vstore (dst + i, vload (src + i) * gain);
  if (i < n)
    mdsp_k_gain_f32_c (dst + i, src + i, gain, n - i);
}

void
MDSP_K (mul_f32) (float *dst, const float *a, const float *b, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN)
    vstore (dst + i, vload (a + i) * vload (b + i));
  if (i < n)
    mdsp_k_mul_f32_c (dst + i, a + i, b + i, n - i);
}

void
MDSP_K (mix_f32) (float *dst, const float *a, const float *b, const float *w, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    vf from = vload (a + i);
    vstore (dst + i, from + (vload (b + i) - from) * vload (w + i));
  }
  if (i < n)
    mdsp_k_mix_f32_c (dst + i, a + i, b + i, w + i, n - i);
}

/* A segment is at least MDSP_GROUP = 8 long, so eight is the widest step that always fits. */
void
MDSP_K (ramp_f32) (float *dst, const float *nodes, size_t n_segments, unsigned segment)
{
  const float step = 1.0f / (float) segment;
  const v8f first = (v8f){ 0, 1, 2, 3, 4, 5, 6, 7 } * step;
  for (size_t j = 0; j < n_segments; j++) {
    const float start = nodes[j], d = nodes[j + 1] - nodes[j];
    for (unsigned i = 0; i < segment; i += 8) {
      /* (i + lane) * step is exact: step is a power of two */
      v8f line = start + d * (first + (float) i * step);
      memcpy (dst + j * segment + i, &line, sizeof line);
    }
  }
}

size_t
MDSP_K (sanitize_f32) (float *x, size_t n)
{
  const size_t max_vectors = 1u << 24; /* so that no 32-bit lane of the count overflows */
  size_t sum = 0, i = 0;
  while (i + VN <= n) {
    vi count = { 0 };
    for (size_t v = 0; v < max_vectors && i + VN <= n; v++, i += VN)
      vstore_bits (x + i, vclean (vload_bits (x + i), &count));
    sum += vcounted (count);
  }
  return i < n ? sum + mdsp_k_sanitize_f32_c (x + i, n - i) : sum;
}

/* The largest of finite magnitudes does not depend on the order of comparisons, nor on how often one is
 * looked at: the last vector overlaps the one before it. */
float
MDSP_K (peak_abs_f32) (const float *x, size_t n)
{
  vf m0 = { 0 }, m1 = { 0 }, m2 = { 0 }, m3 = { 0 };
  size_t i = 0;
  if (n < VN)
    return mdsp_k_peak_abs_f32_c (x, n);
  for (; i + 4 * VN <= n; i += 4 * VN) {
    m0 = vmax (vabs (vload (x + i)), m0);
    m1 = vmax (vabs (vload (x + i + VN)), m1);
    m2 = vmax (vabs (vload (x + i + 2 * VN)), m2);
    m3 = vmax (vabs (vload (x + i + 3 * VN)), m3);
  }
  for (; i + VN <= n; i += VN)
    m0 = vmax (vabs (vload (x + i)), m0);
  m1 = vmax (vabs (vload (x + n - VN)), m1);
  return vlargest (vmax (vmax (m0, m1), vmax (m2, m3)));
}
