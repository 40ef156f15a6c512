/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the vector kernels (vec_*.c) are written in: GCC/clang vector types of the ISA's own width.
 *
 * The build compiles every vec_*.c once per ISA with that ISA's flags and
 *   -DMDSP_ISA=avx2   the suffix: MDSP_K (gain_f32) is mdsp_k_gain_f32_avx2
 *   -DMDSP_VN=8       floats in a register: 4 (SSE2, NEON), 8 (AVX2), 16 (AVX-512).
 * Static inlines only: an inline with external linkage compiled for AVX could be the copy that the
 * linker keeps for everyone.
 */
#ifndef MDSP_VEC_H
#define MDSP_VEC_H

#include "kernels/kernels.h"
#include "kernels/tables.h"

#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h> /* max, min, and float <-> double */
#endif

#define MDSP_JOIN_(name, isa) mdsp_k_##name##_##isa
#define MDSP_JOIN(name, isa)  MDSP_JOIN_ (name, isa)
#define MDSP_K(name)          MDSP_JOIN (name, MDSP_ISA)

#define VN     MDSP_VN
#define DN     (VN / 2) /* doubles in a register */
#define INLINE static inline __attribute__ ((always_inline))

typedef float vf __attribute__ ((vector_size (4 * VN)));
typedef int32_t vi __attribute__ ((vector_size (4 * VN)));
typedef double vd __attribute__ ((vector_size (8 * DN)));
/* Fixed widths, for what is naturally four or eight wide on every ISA. */
typedef float v4f __attribute__ ((vector_size (16)));
typedef float v8f __attribute__ ((vector_size (32)));
typedef double v2d __attribute__ ((vector_size (16)));
typedef double v4d __attribute__ ((vector_size (32)));
typedef int32_t v4i __attribute__ ((vector_size (16)));

INLINE vf
vload (const float *p)
{
  vf v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE vd
dload (const double *p)
{
  vd v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE void
dstore (double *p, vd v)
{
  memcpy (p, &v, sizeof v);
}

/* As vload, for a value that is used more than once: gcc 12 would rather load it again for every
 * use, and unaligned loads are what the interpolator has least of. The empty asm makes it a
 * register. */
INLINE vf
vload_once (const float *p)
{
  vf v = vload (p);
#if defined(__SSE2__)
  __asm__ ("" : "+v"(v));
#elif defined(__aarch64__)
  __asm__ ("" : "+w"(v));
#endif
  return v;
}

INLINE void
vstore (float *p, vf v)
{
  memcpy (p, &v, sizeof v);
}

INLINE vi
vload_bits (const float *p)
{
  vi v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE void
vstore_bits (float *p, vi v)
{
  memcpy (p, &v, sizeof v);
}

/* mask ? a : b; C has no vector ?: in gcc 12. */
INLINE vf
vselect (vi mask, vf a, vf b)
{
  return (vf) ((mask & (vi) a) | (~mask & (vi) b));
}

/* a > b ? a : b, lane by lane: for equal zeros of either sign and for NaN it is b, which is what
 * the x86 instruction does; the NEON one differs there, so it is not used. */
INLINE vf
vmax (vf a, vf b)
{
#if VN == 16
  return (vf) _mm512_max_ps ((__m512) a, (__m512) b);
#elif VN == 8
  return (vf) _mm256_max_ps ((__m256) a, (__m256) b);
#elif defined(__SSE2__)
  return (vf) _mm_max_ps ((__m128) a, (__m128) b);
#else
  return vselect (a > b, a, b);
#endif
}

/* a < b ? a : b, lane by lane, with the same care. */
INLINE vf
vmin (vf a, vf b)
{
#if VN == 16
  return (vf) _mm512_min_ps ((__m512) a, (__m512) b);
#elif VN == 8
  return (vf) _mm256_min_ps ((__m256) a, (__m256) b);
#elif defined(__SSE2__)
  return (vf) _mm_min_ps ((__m128) a, (__m128) b);
#else
  return vselect (a < b, a, b);
#endif
}

/* x as sanitize_f32 has it; counts what is huge, a lane each, downwards. */
INLINE vi
vclean (vi u, vi *count)
{
  const vi magnitude = u & 0x7fffffff, huge = magnitude >= MDSP_HUGE_BITS;
  *count += huge;
  return u & (~(huge | (magnitude < MDSP_TINY_BITS)) | INT32_MIN);
}

/* Of what vclean has counted. */
INLINE size_t
vcounted (vi count)
{
  size_t sum = 0;
  for (unsigned l = 0; l < VN; l++)
    sum += (size_t) -count[l];
  return sum;
}

INLINE vf
vabs (vf x)
{
  return (vf) ((vi) x & 0x7fffffff);
}

/* gcc 12 converts four as twice two. */
INLINE v4d
vwiden (v4f x)
{
#if defined(__AVX__)
  return (v4d) _mm256_cvtps_pd ((__m128) x);
#else
  return __builtin_convertvector(x, v4d);
#endif
}

INLINE v4f
vnarrow (v4d x)
{
#if defined(__AVX__)
  return (v4f) _mm256_cvtpd_ps ((__m256d) x);
#else
  return __builtin_convertvector(x, v4f);
#endif
}

/* The even and the odd elements of a followed by b; zip is the way back. */
#if VN == 4
#define VEVEN(a, b)   __builtin_shufflevector (a, b, 0, 2, 4, 6)
#define VODD(a, b)    __builtin_shufflevector (a, b, 1, 3, 5, 7)
#define VZIP_LO(a, b) __builtin_shufflevector (a, b, 0, 4, 1, 5)
#define VZIP_HI(a, b) __builtin_shufflevector (a, b, 2, 6, 3, 7)
#elif VN == 8
#define VEVEN(a, b)   __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define VODD(a, b)    __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define VZIP_LO(a, b) __builtin_shufflevector (a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define VZIP_HI(a, b) __builtin_shufflevector (a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define VEVEN(a, b)                                                                                \
  __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define VODD(a, b)                                                                                 \
  __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define VZIP_LO(a, b)                                                                              \
  __builtin_shufflevector (a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define VZIP_HI(a, b)                                                                              \
  __builtin_shufflevector (a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#endif

/* The largest lane of v >= 0. */
INLINE float
vlargest (vf v)
{
  for (unsigned lanes = VN; lanes > 1; lanes /= 2)
    v = vmax (VEVEN (v, v), VODD (v, v));
  return v[0];
}

#endif
