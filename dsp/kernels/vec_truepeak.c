/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The true-peak detector: polyphase interpolation, parabolic refinement, maximum per group.
 */
#include "kernels/vec.h"

/* Vectors of outputs that share one load of the coefficients. The loop is bound by its five
 * additions per tap; two vectors give enough independent sums to hide their latency and still fit
 * into 16 registers. */
#define MANY 2

/* with_mid and n_vectors are constants at every call: this is a template. */
INLINE void
interp_step (float *ya, float *ym, float *yb, const float *x, const float *even, const float *odd,
             const float *mid, unsigned half, const int with_mid, const int n_vectors)
{
  vf e[MANY] = { { 0 } }, o[MANY] = { { 0 } }, m[MANY] = { { 0 } };
  for (ptrdiff_t i = (ptrdiff_t) half - 1; i >= 0; i--) {
    const float ce = even[i], co = odd[i], cm = with_mid ? mid[i] : 0.0f;
    for (int v = 0; v < n_vectors; v++) {
      vf before = vload_once (x + v * VN - i), after = vload_once (x + v * VN + 1 + i);
      vf s = before + after, t = before - after;
      e[v] += ce * s;
      o[v] += co * t;
      if (with_mid)
        m[v] += cm * s;
    }
  }
  for (int v = 0; v < n_vectors; v++) {
    vstore (ya + v * VN, e[v] + o[v]);
    vstore (yb + v * VN, e[v] - o[v]);
    if (with_mid)
      vstore (ym + v * VN, m[v]);
  }
}

/* The last step may run up to VN - 1 <= MDSP_PAD - 1 outputs past n, as the contract allows. */
void
MDSP_K (interp_pair_f32) (float *ya, float *yb, const float *x, size_t n, const float *even,
                          const float *odd, unsigned half)
{
  size_t k = 0;
  for (; k + (MANY - 1) * VN < n; k += MANY * VN)
    interp_step (ya + k, NULL, yb + k, x + k, even, odd, NULL, half, 0, MANY);
  for (; k < n; k += VN)
    interp_step (ya + k, NULL, yb + k, x + k, even, odd, NULL, half, 0, 1);
}

void
MDSP_K (interp_pair_mid_f32) (float *ya, float *ym, float *yb, const float *x, size_t n,
                              const float *even, const float *odd, const float *mid,
                              unsigned half)
{
  size_t k = 0;
  for (; k + (MANY - 1) * VN < n; k += MANY * VN)
    interp_step (ya + k, ym + k, yb + k, x + k, even, odd, mid, half, 1, MANY);
  for (; k < n; k += VN)
    interp_step (ya + k, ym + k, yb + k, x + k, even, odd, mid, half, 1, 1);
}

INLINE vf
bend_at (const float *x, vf here)
{
  return vabs ((vload (x - 1) + vload (x + 1)) - (here + here));
}

/* The largest of finite magnitudes does not depend on the order of comparisons, nor on how often one is
 * looked at: the last vector overlaps the one before it. */
void
MDSP_K (peak_bend_f32) (const float *x, size_t n, float *peak, float *bend)
{
  vf p[2] = { { 0 } }, b[2] = { { 0 } };
  if (n < VN + 2) {
    mdsp_k_peak_bend_f32_c (x, n, peak, bend);
    return;
  }
  const size_t end = n - 1; /* the last has no neighbour behind it */
  size_t i = 1;
  for (; i + 2 * VN <= end; i += 2 * VN)
    for (unsigned k = 0; k < 2; k++) {
      const vf here = vload (x + i + k * VN);
      p[k] = vmax (vabs (here), p[k]);
      b[k] = vmax (bend_at (x + i + k * VN, here), b[k]);
    }
  for (; i < end; i += VN) {
    i = i + VN <= end ? i : end - VN;
    const vf here = vload (x + i);
    p[0] = vmax (vabs (here), p[0]);
    b[0] = vmax (bend_at (x + i, here), b[0]);
  }
  /* and the first and the last */
  p[0] = vmax (vmax (vabs (vload (x)), vabs (vload (x + n - VN))), p[0]);
  *peak = vlargest (vmax (p[0], p[1]));
  *bend = vlargest (vmax (b[0], b[1]));
}

void
MDSP_K (refine_max_f32) (float *q, const float *prev, const float *cur, const float *next,
                         size_t n)
{
  const vf zero = { 0 };
  size_t k = 0;
  for (; k + VN <= n; k += VN) {
    vf m = vabs (vload (prev + k)), c = vabs (vload (cur + k)), p = vabs (vload (next + k));
    vf a = m - c, b = p - c, d = a + b;
    vi is_peak = (a <= zero) & (b <= zero) & (d < zero - 0x1p-40f);
    /* The other lanes divide too, perhaps by zero; the mask makes that +0, and c - 0 = c. */
    vi rise = (vi) (((p - m) * (p - m)) / (8.0f * d)) & is_peak;
    vstore (q + k, vmax (c - (vf) rise, vload (q + k)));
  }
  if (k < n)
    mdsp_k_refine_max_f32_c (q + k, prev + k, cur + k, next + k, n - k);
}

/* Neighbours are compared pairwise, later with earlier, so that the first of equal ones stays. */
void
MDSP_K (group_max_f32) (float *g, const float *x, size_t n_groups)
{
  size_t j = 0;
  for (; j + VN <= n_groups; j += VN) {
    vf pair[4], four[2];
    for (unsigned k = 0; k < 4; k++) {
      const float *p = x + j * MDSP_GROUP + 2 * k * VN;
      vf a = vload (p), b = vload (p + VN);
      pair[k] = vmax (VODD (a, b), VEVEN (a, b));
    }
    for (unsigned k = 0; k < 2; k++)
      four[k] = vmax (VODD (pair[2 * k], pair[2 * k + 1]), VEVEN (pair[2 * k], pair[2 * k + 1]));
    vstore (g + j, vmax (VODD (four[0], four[1]), VEVEN (four[0], four[1])));
  }
  if (j < n_groups)
    mdsp_k_group_max_f32_c (g + j, x + j * MDSP_GROUP, n_groups - j);
}
