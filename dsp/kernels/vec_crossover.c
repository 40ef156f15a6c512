/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The tree of Linkwitz-Riley bands: two lanes before the first split (a channel each), four behind
 * it (two channels below, two above). In step i stage s works on frame i - s, so that the five stages
 * of a step do not wait for each other: one frame through all of them would be a chain of 90 cycles,
 * and a core does not look far enough ahead to overlap several. Four frames at a time leave as planes:
 * 4 x 4 transpositions.
 */
#include "kernels/vec.h"

/* A section in every lane, as kernels_c.c states it: k = a, b, c; returns low2. */
#define SECTION(type)                                                                              \
  INLINE type svf_##type (const type k[3], type z[2], type x, type *all)                           \
  {                                                                                                \
    type u = k[0] * z[0] + k[1] * (x - z[1]), q = z[1] + k[2] * u, low2 = q + z[1];                \
    *all = x - u;                                                                                  \
    z[0] = u - z[0];                                                                               \
    z[1] = q;                                                                                      \
    return low2;                                                                                   \
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

INLINE void
load_state (State *z, double state[][2][4])
{
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 2; k++)
      z->front[s][k] = load2 (state[s][k]);
  for (unsigned s = 0; s < 3; s++)
    for (unsigned k = 0; k < 2; k++)
      z->back[s][k] = load4 (state[2 + s][k]);
}

INLINE void
save_state (const State *z, double state[][2][4])
{
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 2; k++)
      memcpy (state[s][k], &z->front[s][k], sizeof z->front[s][k]);
  for (unsigned s = 0; s < 3; s++)
    for (unsigned k = 0; k < 2; k++)
      memcpy (state[2 + s][k], &z->back[s][k], sizeof z->back[s][k]);
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

/* The coefficients of step i: those of frame i - s in stage s. */
INLINE Coef
coef_at (const Coef *base, const Coef *slope, double i)
{
  Coef c;
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 3; k++)
      c.front[s][k] = base->front[s][k] + slope->front[s][k] * (i - s);
  for (unsigned s = 0; s < 3; s++)
    for (unsigned k = 0; k < 3; k++)
      c.back[s][k] = base->back[s][k] + slope->back[s][k] * (i - (2 + s));
  return c;
}

INLINE v4f
narrow (v4d x)
{
  return __builtin_convertvector(x, v4f);
}

/* What the stages hand on: each value is of the frame that the next stage works on in the next step. */
typedef struct {
  v2d low0, all0; /* of stage 0 */
  v4d half;       /* below and above the first split, two channels each */
  v4d whole;      /* the same behind stage 2 */
  v4d low3, all3; /* of stage 3 */
} Between;

/* Stages [first, last] of a step, the last one first. Of the frame that comes out low = (L of the lower
 * half, L of the upper half), high = (H, H), two channels each. With two bands the halves themselves
 * are in low; with three, H of the lower half is its all. */
INLINE void
step (const Coef *k, State *z, Between *b, const unsigned n_bands, const unsigned first,
      const unsigned last, v2d x, v4f *low, v4f *high)
{
  if (last == 4 && n_bands == 2)
    *low = narrow (b->all3);
  if (last == 4 && n_bands > 2) {
    v4d unused, l = 0.25 * svf_v4d (k->back[2], z->back[2], b->low3, &unused);
    v4d h = b->all3 - l;
    if (n_bands == 3)
      h = __builtin_shufflevector (b->all3, h, 0, 1, 6, 7);
    *low = narrow (l);
    *high = narrow (h);
  }
  if (first <= 3 && last >= 3) {
    if (n_bands == 2)
      b->all3 = b->whole;
    else
      b->low3 = svf_v4d (k->back[1], z->back[1], b->whole, &b->all3);
  }
  if (first <= 2 && last >= 2) {
    if (n_bands == 4)
      svf_v4d (k->back[0], z->back[0], b->half, &b->whole);
    else
      b->whole = b->half;
  }
  if (first <= 1 && last >= 1) {
    v2d unused, below = 0.25 * svf_v2d (k->front[1], z->front[1], b->low0, &unused);
    b->half = __builtin_shufflevector (below, b->all0 - below, 0, 1, 2, 3);
  }
  if (first == 0)
    b->low0 = svf_v2d (k->front[0], z->front[0], x, &b->all0);
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
run (const MdspCrossoverCoef *coef, const MdspCrossoverCoef *per_frame, size_t from,
     double state[][2][4], const unsigned n_bands, const int ramps, const float *x0,
     const float *x1, float *const *bands, size_t n)
{
  const Coef base = load_coef (coef), slope = load_coef (ramps ? per_frame : coef);
  const size_t whole = n & ~(size_t) 3;
  State z;
  Between b;
  v4f low[4], high[4];
  memset (&b, 0, sizeof b);
  load_state (&z, state);
#define STEP(i, first, last, out)                                                                  \
  {                                                                                                \
    Coef now = base;                                                                               \
    v2d x = { 0.0, 0.0 };                                                                          \
    if (ramps)                                                                                     \
      now = coef_at (&base, &slope, (double) (from + (i)));                                        \
    if (first == 0)                                                                                \
      x = (v2d){ x0[i], x1[i] };                                                                   \
    step (&now, &z, &b, n_bands, first, last, x, &low[out], &high[out]);                           \
  }
  if (whole == 0)
    return 0;
  STEP (0, 0, 0, 0)
  STEP (1, 0, 1, 0)
  STEP (2, 0, 2, 0)
  STEP (3, 0, 3, 0)
  size_t i = 4;
  for (; i < whole; i += 4) {
    STEP (i, 0, 4, 0)
    STEP (i + 1, 0, 4, 1)
    STEP (i + 2, 0, 4, 2)
    STEP (i + 3, 0, 4, 3)
    store (bands, n_bands, i - 4, low, high);
  }
  STEP (i, 1, 4, 0)
  STEP (i + 1, 2, 4, 1)
  STEP (i + 2, 3, 4, 2)
  STEP (i + 3, 4, 4, 3)
  store (bands, n_bands, i - 4, low, high);
#undef STEP
  save_state (&z, state);
  return whole;
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
