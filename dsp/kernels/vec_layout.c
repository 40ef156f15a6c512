/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Interleaved to planar and back. Stereo by whole registers, more channels by 4 x 4 transposes, the
 * one to three channels that remain by scalar loops.
 */
#include "kernels/vec.h"

INLINE v4f
load4 (const float *p)
{
  v4f v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE void
store4 (float *p, v4f v)
{
  memcpy (p, &v, sizeof v);
}

INLINE void
transpose4 (v4f r[4])
{
  v4f a = __builtin_shufflevector (r[0], r[1], 0, 4, 1, 5);
  v4f b = __builtin_shufflevector (r[0], r[1], 2, 6, 3, 7);
  v4f c = __builtin_shufflevector (r[2], r[3], 0, 4, 1, 5);
  v4f d = __builtin_shufflevector (r[2], r[3], 2, 6, 3, 7);
  r[0] = __builtin_shufflevector (a, c, 0, 1, 4, 5);
  r[1] = __builtin_shufflevector (a, c, 2, 3, 6, 7);
  r[2] = __builtin_shufflevector (b, d, 0, 1, 4, 5);
  r[3] = __builtin_shufflevector (b, d, 2, 3, 6, 7);
}

static void
deinterleave_stereo (float *const *dst, const float *src, size_t n)
{
  float *left = dst[0], *right = dst[1];
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    vf a = vload (src + 2 * i), b = vload (src + 2 * i + VN);
    vstore (left + i, VEVEN (a, b));
    vstore (right + i, VODD (a, b));
  }
  for (; i < n; i++) {
    left[i] = src[2 * i];
    right[i] = src[2 * i + 1];
  }
}

static void
interleave_stereo (float *dst, const float *const *src, size_t n)
{
  const float *left = src[0], *right = src[1];
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    vf l = vload (left + i), r = vload (right + i);
    vstore (dst + 2 * i, VZIP_LO (l, r));
    vstore (dst + 2 * i + VN, VZIP_HI (l, r));
  }
  for (; i < n; i++) {
    dst[2 * i] = left[i];
    dst[2 * i + 1] = right[i];
  }
}

void
MDSP_K (deinterleave_f32) (float *const *dst, const float *src, unsigned n_channels, size_t n)
{
  if (n_channels == 2) {
    deinterleave_stereo (dst, src, n);
    return;
  }
  unsigned c = 0;
  for (; c + 4 <= n_channels; c += 4) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
      v4f r[4];
      for (unsigned k = 0; k < 4; k++)
        r[k] = load4 (src + (i + k) * n_channels + c);
      transpose4 (r);
      for (unsigned k = 0; k < 4; k++)
        store4 (dst[c + k] + i, r[k]);
    }
    for (; i < n; i++)
      for (unsigned k = 0; k < 4; k++)
        dst[c + k][i] = src[i * n_channels + c + k];
  }
  for (; c < n_channels; c++)
    for (size_t i = 0; i < n; i++)
      dst[c][i] = src[i * n_channels + c];
}

/* Stereo in one go, as many frames as whole registers take. */
size_t
MDSP_K (deinterleave_clean_f32) (float *const *dst, const float *src, unsigned n_channels, size_t n)
{
  const size_t max_vectors = 1u << 24; /* so that no 32-bit lane of the count overflows */
  size_t i = 0, sum = 0;
  if (n_channels == 2 && n < max_vectors) {
    vi count = { 0 };
    for (; i + VN <= n; i += VN) {
      const vf a = vload (src + 2 * i), b = vload (src + 2 * i + VN);
      vstore_bits (dst[0] + i, vclean ((vi) VEVEN (a, b), &count));
      vstore_bits (dst[1] + i, vclean ((vi) VODD (a, b), &count));
    }
    sum = vcounted (count);
    float *const rest[2] = { dst[0] + i, dst[1] + i };
    return i < n ? sum + mdsp_k_deinterleave_clean_f32_c (rest, src + 2 * i, 2, n - i) : sum;
  }
  MDSP_K (deinterleave_f32) (dst, src, n_channels, n);
  for (unsigned c = 0; c < n_channels; c++)
    sum += MDSP_K (sanitize_f32) (dst[c], n);
  return sum;
}

void
MDSP_K (interleave_f32) (float *dst, const float *const *src, unsigned n_channels, size_t n)
{
  if (n_channels == 2) {
    interleave_stereo (dst, src, n);
    return;
  }
  unsigned c = 0;
  for (; c + 4 <= n_channels; c += 4) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
      v4f r[4];
      for (unsigned k = 0; k < 4; k++)
        r[k] = load4 (src[c + k] + i);
      transpose4 (r);
      for (unsigned k = 0; k < 4; k++)
        store4 (dst + (i + k) * n_channels + c, r[k]);
    }
    for (; i < n; i++)
      for (unsigned k = 0; k < 4; k++)
        dst[i * n_channels + c + k] = src[c + k][i];
  }
  for (; c < n_channels; c++)
    for (size_t i = 0; i < n; i++)
      dst[i * n_channels + c] = src[c][i];
}
