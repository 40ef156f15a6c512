/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Mid, side and the products of two channels, also at lags.
 */
#include "kernels/vec.h"

void
MDSP_K (ms_encode_f32) (float *mid, float *side, const float *left, const float *right, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    const vf l = vload (left + i), r = vload (right + i);
    vstore (mid + i, 0.5f * (l + r));
    vstore (side + i, 0.5f * (l - r));
  }
  if (i < n)
    mdsp_k_ms_encode_f32_c (mid + i, side + i, left + i, right + i, n - i);
}

void
MDSP_K (ms_decode_f32) (float *left, float *right, const float *mid, const float *side, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    const vf m = vload (mid + i), s = vload (side + i);
    vstore (left + i, m + s);
    vstore (right + i, m - s);
  }
  if (i < n)
    mdsp_k_ms_decode_f32_c (left + i, right + i, mid + i, side + i, n - i);
}

void
MDSP_K (spread_f32) (float *left, float *right, const float *to, const float *from, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    const vf d = vload (to + i) - vload (from + i);
    vstore (left + i, vload (left + i) + d);
    vstore (right + i, vload (right + i) - d);
  }
  if (i < n)
    mdsp_k_spread_f32_c (left + i, right + i, to + i, from + i, n - i);
}

void
MDSP_K (add_f32) (float *dst, const float *src, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN)
    vstore (dst + i, vload (dst + i) + vload (src + i));
  if (i < n)
    mdsp_k_add_f32_c (dst + i, src + i, n - i);
}

/* Eight partial sums: one register of doubles, two or four. */
#define N_PARTS (8 / DN)
typedef float vh __attribute__ ((vector_size (4 * DN)));

INLINE vd
widen (const float *p)
{
  vh v;
  memcpy (&v, p, sizeof v);
  return __builtin_convertvector(v, vd);
}

void
MDSP_K (products_f64) (const float *a, const float *b, size_t n_groups, double parts[3][8])
{
  vd sum[3][N_PARTS];
  memcpy (sum, parts, sizeof sum);
  for (size_t g = 0; g < n_groups; g++)
    for (unsigned k = 0; k < N_PARTS; k++) {
      const vd x = widen (a + 8 * g + DN * k), y = widen (b + 8 * g + DN * k);
      sum[0][k] += x * x;
      sum[1][k] += y * y;
      sum[2][k] += x * y;
    }
  memcpy (parts, sum, sizeof sum);
}

/* Vectors of lags that share each sample of x. */
#if VN == 16
#define LAG_VECTORS 8
#else
#define LAG_VECTORS 4
#endif

INLINE void
lag_products (float *sums, const float *x, size_t n_x, const float *y, const unsigned n_vectors)
{
  vf sum[LAG_VECTORS] = { { 0.0f } };
  for (size_t i = 0; i < n_x; i++)
    for (unsigned v = 0; v < n_vectors; v++)
      sum[v] += x[i] * vload (y + i + v * VN);
  for (unsigned v = 0; v < n_vectors; v++)
    vstore (sums + v * VN, sum[v]);
}

/* A rest that fills no vector is the end of one that overlaps the lags before. */
void
MDSP_K (lag_products_f32) (float *sums, const float *x, size_t n_x, const float *y, size_t n)
{
  size_t l = 0;
  if (n < VN) {
    mdsp_k_lag_products_f32_c (sums, x, n_x, y, n);
    return;
  }
  for (; l + LAG_VECTORS * VN <= n; l += LAG_VECTORS * VN)
    lag_products (sums + l, x, n_x, y + l, LAG_VECTORS);
  for (; l + 4 * VN <= n; l += 4 * VN)
    lag_products (sums + l, x, n_x, y + l, 4);
  for (; l + 2 * VN <= n; l += 2 * VN)
    lag_products (sums + l, x, n_x, y + l, 2);
  for (; l < n; l += VN) {
    l = l + VN <= n ? l : n - VN;
    lag_products (sums + l, x, n_x, y + l, 1);
  }
}
