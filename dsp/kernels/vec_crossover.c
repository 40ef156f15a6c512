/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The tree of Linkwitz-Riley bands: two lanes before the first split (a channel each), four behind
 * it (two channels below, two above). Four frames at a time, because the lanes leave as planes:
 * 4 x 4 transpositions. The recurrences of the five stages overlap in an out-of-order core; what
 * bounds the loop is the number of operations.
 */
#include "kernels/vec.h"

/* A section in every lane, as kernels_c.c states it: k = a, b, c. */
#define SECTION(type)                                                                              \
  INLINE type svf_##type (const type k[3], type z[2], type x, type *all)                           \
  {                                                                                                \
    type v = x - z[1], p = k[0] * z[0] + k[1] * v, q = (z[1] + k[1] * z[0]) + k[2] * v;            \
    type low = 0.5 * (q + z[1]);                                                                   \
    *all = x - MDSP_SQRT2 * (p + z[0]);                                                            \
    z[0] = p;                                                                                      \
    z[1] = q;                                                                                      \
    return low;                                                                                    \
  }
SECTION (v2d)
SECTION (v4d)

typedef struct {
  v2d front[2][3]; /* stages 0 and 1: a, b, c */
  v4d back[3][3];  /* stages 2 to 4 */
} Coef;

typedef struct {
  v2d front[2][2];
  v4d back[3][2];
} State;

INLINE v2d
load2 (const double *p)
{
  v2d v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE v4d
load4 (const double *p)
{
  v4d v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE Coef
load_coef (const MdspCrossoverCoef *k)
{
  Coef c;
  for (unsigned s = 0; s < 2; s++) {
    c.front[s][0] = load2 (k->a[s]);
    c.front[s][1] = load2 (k->b[s]);
    c.front[s][2] = load2 (k->c[s]);
  }
  for (unsigned s = 0; s < 3; s++) {
    c.back[s][0] = load4 (k->a[2 + s]);
    c.back[s][1] = load4 (k->b[2 + s]);
    c.back[s][2] = load4 (k->c[2 + s]);
  }
  return c;
}

INLINE Coef
coef_at (const Coef *base, const Coef *step, double i)
{
  Coef c;
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 3; k++)
      c.front[s][k] = base->front[s][k] + step->front[s][k] * i;
  for (unsigned s = 0; s < 3; s++)
    for (unsigned k = 0; k < 3; k++)
      c.back[s][k] = base->back[s][k] + step->back[s][k] * i;
  return c;
}

INLINE v4f
narrow (v4d x)
{
  return __builtin_convertvector(x, v4f);
}

/* One frame: low = (L of the lower half, L of the upper half), high = (H, H), two channels each.
 * With two bands the halves themselves are in low; with three, H of the lower half is its all. */
INLINE void
frame (const Coef *k, State *z, const unsigned n_bands, v2d x, v4f *low, v4f *high)
{
  v2d all, unused2, below = svf_v2d (k->front[0], z->front[0], x, &all);
  below = svf_v2d (k->front[1], z->front[1], below, &unused2);
  v2d above = all - below;
  v4d half = __builtin_shufflevector (below, above, 0, 1, 2, 3);
  if (n_bands == 2) {
    *low = narrow (half);
    return;
  }
  v4d all4, unused4;
  if (n_bands == 4)
    svf_v4d (k->back[0], z->back[0], half, &half);
  v4d l = svf_v4d (k->back[1], z->back[1], half, &all4);
  l = svf_v4d (k->back[2], z->back[2], l, &unused4);
  v4d h = all4 - l;
  if (n_bands == 3)
    h = __builtin_shufflevector (all4, h, 0, 1, 6, 7);
  *low = narrow (l);
  *high = narrow (h);
}

/* Lane `lane` of four frames, in order; tiny values become 0. */
INLINE void
put (float *dst, v4f a, v4f b, v4f c, v4f d, const unsigned lane)
{
  v4f ab = __builtin_shufflevector (a, b, 0, 4, 1, 5),
      cd = __builtin_shufflevector (c, d, 0, 4, 1, 5);
  if (lane >= 2) {
    ab = __builtin_shufflevector (a, b, 2, 6, 3, 7);
    cd = __builtin_shufflevector (c, d, 2, 6, 3, 7);
  }
  v4f y = lane % 2 == 0 ? __builtin_shufflevector (ab, cd, 0, 1, 4, 5)
                        : __builtin_shufflevector (ab, cd, 2, 3, 6, 7);
  v4f magnitude = (v4f) ((v4i) y & 0x7fffffff);
  v4i kept = (v4i) y & (magnitude >= MDSP_TINY);
  memcpy (dst, &kept, sizeof kept);
}

INLINE void
store (float *const *bands, const unsigned n_bands, size_t i, const v4f low[4], const v4f high[4])
{
#define PUT(plane, from, lane) put (bands[plane] + i, from[0], from[1], from[2], from[3], lane)
  if (n_bands == 2) {
    PUT (0, low, 0);
    PUT (1, low, 1);
    PUT (2, low, 2);
    PUT (3, low, 3);
  } else if (n_bands == 3) {
    PUT (0, high, 0);
    PUT (1, high, 1);
    PUT (2, low, 2);
    PUT (3, low, 3);
    PUT (4, high, 2);
    PUT (5, high, 3);
  } else {
    PUT (0, low, 0);
    PUT (1, low, 1);
    PUT (2, high, 0);
    PUT (3, high, 1);
    PUT (4, low, 2);
    PUT (5, low, 3);
    PUT (6, high, 2);
    PUT (7, high, 3);
  }
#undef PUT
}

/* The whole fours; returns how many frames that was. */
INLINE size_t
run (const MdspCrossoverCoef *coef, const MdspCrossoverCoef *step, size_t from,
     double state[][2][4], const unsigned n_bands, const int ramps, const float *x0,
     const float *x1, float *const *bands, size_t n)
{
  const Coef base = load_coef (coef), slope = load_coef (ramps ? step : coef);
  State z;
  v4f low[4], high[4];
  size_t i = 0;
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 2; k++)
      z.front[s][k] = load2 (state[s][k]);
  for (unsigned s = 0; s < 3; s++)
    for (unsigned k = 0; k < 2; k++)
      z.back[s][k] = load4 (state[2 + s][k]);
  for (; i + 4 <= n; i += 4) {
    for (unsigned j = 0; j < 4; j++) {
      v2d x = { x0[i + j], x1[i + j] };
      if (ramps) {
        Coef now = coef_at (&base, &slope, (double) (from + i + j));
        frame (&now, &z, n_bands, x, &low[j], &high[j]);
      } else {
        frame (&base, &z, n_bands, x, &low[j], &high[j]);
      }
    }
    store (bands, n_bands, i, low, high);
  }
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 2; k++)
      memcpy (state[s][k], &z.front[s][k], sizeof z.front[s][k]);
  for (unsigned s = 0; s < 3; s++)
    for (unsigned k = 0; k < 2; k++)
      memcpy (state[2 + s][k], &z.back[s][k], sizeof z.back[s][k]);
  return i;
}

void
MDSP_K (crossover_f64) (const MdspCrossoverCoef *coef, const MdspCrossoverCoef *step, size_t from,
                        double state[MDSP_CROSSOVER_STAGES][2][4], unsigned n_bands,
                        const float *x0, const float *x1, float *const *bands, size_t n)
{
  float *rest[8];
  size_t i;
#define RUN(b, r) run (coef, step, from, state, b, r, x0, x1, bands, n)
  if (step != NULL)
    i = n_bands == 2 ? RUN (2, 1) : n_bands == 3 ? RUN (3, 1) : RUN (4, 1);
  else
    i = n_bands == 2 ? RUN (2, 0) : n_bands == 3 ? RUN (3, 0) : RUN (4, 0);
#undef RUN
  if (i == n)
    return;
  for (unsigned b = 0; b < 2 * n_bands; b++)
    rest[b] = bands[b] + i;
  mdsp_k_crossover_f64_c (coef, step, from + i, state, n_bands, x0 + i, x1 + i, rest, n - i);
}
