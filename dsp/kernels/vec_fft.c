/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The two loops of the Fourier transform, and the products of spectra. A pass of radix 4 runs over the interleaved transforms
 * where there are enough of them, and over the butterflies in the first pass, which has one.
 */
#include "kernels/vec.h"

/* The butterfly of kernels.h for a vector type V, from inputs a_k and twiddles w_k. */
#define BUTTERFLY(V)                                                                               \
  const V er = a0r + a2r, ei = a0i + a2i, fr = a0r - a2r, fi = a0i - a2i;                          \
  const V gr = a1r + a3r, gi = a1i + a3i, hr = a1r - a3r, hi = a1i - a3i;                          \
  const V br = fr + hi, bi = fi - hr, cr = er - gr, ci = ei - gi, dr = fr - hi, di = fi + hr;      \
  const V y0r = er + gr, y0i = ei + gi;                                                            \
  const V y1r = br * w1r - bi * w1i, y1i = br * w1i + bi * w1r;                                    \
  const V y2r = cr * w2r - ci * w2i, y2i = cr * w2i + ci * w2r;                                    \
  const V y3r = dr * w3r - di * w3i, y3i = dr * w3i + di * w3r

#define LOAD(V, name, from)                                                                        \
  V name;                                                                                          \
  memcpy (&name, from, sizeof name)

/* One p, `s` a multiple of the vector's length. */
#define DEFINE_ALONG_Q(name, V, N)                                                                 \
  INLINE void name (float *yr, float *yi, const float *xr, const float *xi, size_t step,           \
                    const float *w, size_t stride, unsigned s)                                     \
  {                                                                                                \
    const float w1r = w[0], w1i = w[stride], w2r = w[2 * stride], w2i = w[3 * stride];             \
    const float w3r = w[4 * stride], w3i = w[5 * stride];                                          \
    for (unsigned q = 0; q < s; q += N) {                                                          \
      LOAD (V, a0r, xr + q);                                                                       \
      LOAD (V, a0i, xi + q);                                                                       \
      LOAD (V, a1r, xr + q + step);                                                                \
      LOAD (V, a1i, xi + q + step);                                                                \
      LOAD (V, a2r, xr + q + 2 * step);                                                            \
      LOAD (V, a2i, xi + q + 2 * step);                                                            \
      LOAD (V, a3r, xr + q + 3 * step);                                                            \
      LOAD (V, a3i, xi + q + 3 * step);                                                            \
      BUTTERFLY (V);                                                                               \
      memcpy (yr + q, &y0r, sizeof y0r);                                                           \
      memcpy (yi + q, &y0i, sizeof y0i);                                                           \
      memcpy (yr + q + s, &y1r, sizeof y1r);                                                       \
      memcpy (yi + q + s, &y1i, sizeof y1i);                                                       \
      memcpy (yr + q + 2 * s, &y2r, sizeof y2r);                                                   \
      memcpy (yi + q + 2 * s, &y2i, sizeof y2i);                                                   \
      memcpy (yr + q + 3 * s, &y3r, sizeof y3r);                                                   \
      memcpy (yi + q + 3 * s, &y3i, sizeof y3i);                                                   \
    }                                                                                              \
  }

DEFINE_ALONG_Q (along_q_wide, vf, VN)
#if VN > 4
DEFINE_ALONG_Q (along_q_four, v4f, 4)
#endif

/* Four rows into one: y[4 i + k] = v_k[i]. */
INLINE void
store_woven (float *y, vf v0, vf v1, vf v2, vf v3)
{
  const vf low02 = VZIP_LO (v0, v2), high02 = VZIP_HI (v0, v2);
  const vf low13 = VZIP_LO (v1, v3), high13 = VZIP_HI (v1, v3);
  vstore (y, VZIP_LO (low02, low13));
  vstore (y + VN, VZIP_HI (low02, low13));
  vstore (y + 2 * VN, VZIP_LO (high02, high13));
  vstore (y + 3 * VN, VZIP_HI (high02, high13));
}

/* s = 1; returns how many butterflies are done. */
INLINE size_t
along_p (float *yr, float *yi, const float *xr, const float *xi, size_t step, const float *w,
         size_t stride, size_t n)
{
  size_t p = 0;
  for (; p + VN <= n; p += VN) {
    const vf a0r = vload_once (xr + p), a0i = vload_once (xi + p);
    const vf a1r = vload_once (xr + p + step), a1i = vload_once (xi + p + step);
    const vf a2r = vload_once (xr + p + 2 * step), a2i = vload_once (xi + p + 2 * step);
    const vf a3r = vload_once (xr + p + 3 * step), a3i = vload_once (xi + p + 3 * step);
    const vf w1r = vload_once (w + p), w1i = vload_once (w + p + stride);
    const vf w2r = vload_once (w + p + 2 * stride), w2i = vload_once (w + p + 3 * stride);
    const vf w3r = vload_once (w + p + 4 * stride), w3i = vload_once (w + p + 5 * stride);
    BUTTERFLY (vf);
    store_woven (yr + 4 * p, y0r, y1r, y2r, y3r);
    store_woven (yi + 4 * p, y0i, y1i, y2i, y3i);
  }
  return p;
}

#if VN == 16
/* s = 4: a vector holds the four transforms of four butterflies that follow each other. Of four values each,
 * blocks, are their twiddles and what is stored. */
#define EACH_FOUR_TIMES(x)                                                                         \
  ((vf) _mm512_permutexvar_ps (_mm512_setr_epi32 (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3), \
                               _mm512_castps128_ps512 (_mm_loadu_ps (x))))
#define BLOCKS(a, b, i, j)                                                                         \
  __builtin_shufflevector (a, b, 4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3, 4 * j, 4 * j + 1,         \
                           4 * j + 2, 4 * j + 3, 4 * i + 16, 4 * i + 17, 4 * i + 18, 4 * i + 19,   \
                           4 * j + 16, 4 * j + 17, 4 * j + 18, 4 * j + 19)

INLINE void
store_blocks (float *y, vf v0, vf v1, vf v2, vf v3)
{
  const vf low01 = BLOCKS (v0, v1, 0, 1), high01 = BLOCKS (v0, v1, 2, 3);
  const vf low23 = BLOCKS (v2, v3, 0, 1), high23 = BLOCKS (v2, v3, 2, 3);
  vstore (y, BLOCKS (low01, low23, 0, 2));
  vstore (y + VN, BLOCKS (low01, low23, 1, 3));
  vstore (y + 2 * VN, BLOCKS (high01, high23, 0, 2));
  vstore (y + 3 * VN, BLOCKS (high01, high23, 1, 3));
}

/* Returns how many butterflies are done. */
INLINE size_t
along_blocks (float *yr, float *yi, const float *xr, const float *xi, size_t step, const float *w,
              size_t stride, size_t n)
{
  size_t p = 0;
  for (; p + 4 <= n; p += 4) {
    const float *r = xr + 4 * p, *i = xi + 4 * p;
    const vf a0r = vload_once (r), a0i = vload_once (i);
    const vf a1r = vload_once (r + step), a1i = vload_once (i + step);
    const vf a2r = vload_once (r + 2 * step), a2i = vload_once (i + 2 * step);
    const vf a3r = vload_once (r + 3 * step), a3i = vload_once (i + 3 * step);
    const vf w1r = EACH_FOUR_TIMES (w + p), w1i = EACH_FOUR_TIMES (w + p + stride);
    const vf w2r = EACH_FOUR_TIMES (w + p + 2 * stride), w2i = EACH_FOUR_TIMES (w + p + 3 * stride);
    const vf w3r = EACH_FOUR_TIMES (w + p + 4 * stride), w3i = EACH_FOUR_TIMES (w + p + 5 * stride);
    BUTTERFLY (vf);
    store_blocks (yr + 16 * p, y0r, y1r, y2r, y3r);
    store_blocks (yi + 16 * p, y0i, y1i, y2i, y3i);
  }
  return p;
}
#endif

void
MDSP_K (fft_radix4_f32) (float *yr, float *yi, const float *xr, const float *xi, size_t step,
                         const float *w, size_t stride, unsigned s, size_t n)
{
  size_t p = 0;
  if (s % VN == 0)
    for (; p < n; p++)
      along_q_wide (yr + 4 * s * p, yi + 4 * s * p, xr + s * p, xi + s * p, step, w + p, stride, s);
#if VN == 16
  else if (s == 4)
    p = along_blocks (yr, yi, xr, xi, step, w, stride, n);
#endif
  else if (s == 1)
    p = along_p (yr, yi, xr, xi, step, w, stride, n);
#if VN > 4
  if (s % 4 == 0 && s % VN != 0)
    for (; p < n; p++)
      along_q_four (yr + 4 * s * p, yi + 4 * s * p, xr + s * p, xi + s * p, step, w + p, stride, s);
#endif
  if (p < n)
    mdsp_k_fft_radix4_f32_c (yr + 4 * s * p, yi + 4 * s * p, xr + s * p, xi + s * p, step, w + p,
                             stride, s, n - p);
}

#if VN == 4
#define VREVERSE(a) __builtin_shufflevector (a, a, 3, 2, 1, 0)
#elif VN == 8
#define VREVERSE(a) __builtin_shufflevector (a, a, 7, 6, 5, 4, 3, 2, 1, 0)
#else
#define VREVERSE(a)                                                                                \
  __builtin_shufflevector (a, a, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#endif

void
MDSP_K (fft_split_f32) (float *yr, float *yi, const float *ar, const float *ai, const float *br,
                        const float *bi, const float *cosine, const float *sine, float sign,
                        float scale, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    const vf cr = vload_once (br - i - (VN - 1)), ci = vload_once (bi - i - (VN - 1));
    const vf mr = VREVERSE (cr), mi = VREVERSE (ci);
    const vf xr = vload_once (ar + i), xi = vload_once (ai + i);
    const vf er = xr + mr, ei = xi - mi, dr = xr - mr, di = xi + mi;
    const vf u = sign * vload (cosine + i), v = vload_once (sine + i);
    vstore (yr + i, scale * (er - (dr * v + di * u)));
    vstore (yi + i, scale * (ei + (dr * u - di * v)));
  }
  if (i < n)
    mdsp_k_fft_split_f32_c (yr + i, yi + i, ar + i, ai + i, br - i, bi - i, cosine + i, sine + i,
                            sign, scale, n - i);
}

void
MDSP_K (multiply_add_complex_f32) (float *yr, float *yi, const float *ar, const float *ai,
                                   const float *br, const float *bi, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    const vf xr = vload_once (ar + i), xi = vload_once (ai + i);
    const vf hr = vload_once (br + i), hi = vload_once (bi + i);
    vstore (yr + i, vload (yr + i) + (xr * hr - xi * hi));
    vstore (yi + i, vload (yi + i) + (xr * hi + xi * hr));
  }
  if (i < n)
    mdsp_k_multiply_add_complex_f32_c (yr + i, yi + i, ar + i, ai + i, br + i, bi + i, n - i);
}
