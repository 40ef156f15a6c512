/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * K-weighting of two channels, a lane each. Every sample waits for a1*w and the subtraction of the
 * sample before: that chain of two operations is the speed limit of any exact version. The two
 * sections are two such chains; an out-of-order core runs the second one sample behind the first by
 * itself. What it cannot fill is half of its time, in which a second signal goes along: then the second
 * section of each works in the upper lanes of the first one's registers, a sample behind.
 */
#include "kernels/vec.h"

typedef struct {
  v2d b0, c1, c2, a1, a2;
  v2d w1, w2;
} Section;

INLINE v2d
run (Section *s, v2d x)
{
  const v2d y = s->b0 * x + (s->c1 * s->w1 + s->c2 * s->w2);
  const v2d next = (x - s->a2 * s->w2) - s->a1 * s->w1;
  s->w2 = s->w1;
  s->w1 = next;
  return y;
}

INLINE v2d
both (double v)
{
  return (v2d){ v, v };
}

void
MDSP_K (kweight_f64) (const MdspKWeightCoef *coef, double state[2][2][2], const float *x0,
                      const float *x1, size_t n, double sums[3])
{
  Section stage[2];
  for (unsigned s = 0; s < 2; s++) {
    const double *b = coef->b[s], *a = coef->a[s];
    stage[s] = (Section){
      .b0 = both (b[0]),
      .c1 = both (b[1] - b[0] * a[0]),
      .c2 = both (b[2] - b[0] * a[1]),
      .a1 = both (a[0]),
      .a2 = both (a[1]),
      .w1 = { state[s][0][0], state[s][1][0] },
      .w2 = { state[s][0][1], state[s][1][1] },
    };
  }
  v2d squares = { sums[0], sums[1] };
  double product = sums[2];
  for (size_t i = 0; i < n; i++) {
    v2d x = { x0[i], x1[i] };
    v2d y = run (&stage[1], run (&stage[0], x));
    squares += y * y;
    product += y[0] * y[1];
  }
  for (unsigned s = 0; s < 2; s++)
    for (unsigned c = 0; c < 2; c++) {
      state[s][c][0] = stage[s].w1[c];
      state[s][c][1] = stage[s].w2[c];
    }
  sums[0] = squares[0];
  sums[1] = squares[1];
  sums[2] = product;
}

#if VN == 4

void
MDSP_K (kweight_two_f64) (const MdspKWeightCoef *coef, double (*const state[2])[2][2],
                          const float *const x[4], size_t n, double *const sums[2])
{
  for (unsigned k = 0; k < 2; k++)
    MDSP_K (kweight_f64) (coef, state[k], x[2 * k], x[2 * k + 1], n, sums[k]);
}

#else

typedef int64_t v4l __attribute__ ((vector_size (32)));

/* Of both sections: channels 0 and 1 of the first, channels 0 and 1 of the second. */
typedef struct {
  v4d b0, c1, c2, a1, a2;
} Coef;

typedef struct {
  v4d w1, w2, y;
} Signal;

INLINE v4d
per_section (double first, double second)
{
  return (v4d){ first, first, second, second };
}

/* The first section takes x, the second one what the first made of the frame before: the lanes from 4 on
 * of (x, y of then). */
INLINE void
advance (const Coef *k, Signal *s, v4d x)
{
  s->y = k->b0 * x + (k->c1 * s->w1 + k->c2 * s->w2);
  const v4d next = (x - k->a2 * s->w2) - k->a1 * s->w1;
  s->w2 = s->w1;
  s->w1 = next;
}

typedef struct {
  Signal signal[2];
  v4d squares, products; /* of channels 0 and 1 of either signal */
} Two;

INLINE void
step (const Coef *k, Two *t, v4d in)
{
  advance (k, &t->signal[0], __builtin_shufflevector (in, t->signal[0].y, 0, 1, 4, 5));
  advance (k, &t->signal[1], __builtin_shufflevector (in, t->signal[1].y, 2, 3, 4, 5));
}

INLINE void
add_up (Two *t)
{
  const v4d y = __builtin_shufflevector (t->signal[0].y, t->signal[1].y, 2, 3, 6, 7);
  t->squares += y * y;
  t->products += y * __builtin_shufflevector (y, y, 1, 0, 3, 2);
}

/* The section whose lanes `mask` has set is as it was. */
INLINE void
take_back (Two *t, const Two *before, v4l mask)
{
  for (unsigned k = 0; k < 2; k++) {
    Signal *s = &t->signal[k];
    s->w1 = (v4d) ((mask & (v4l) before->signal[k].w1) | (~mask & (v4l) s->w1));
    s->w2 = (v4d) ((mask & (v4l) before->signal[k].w2) | (~mask & (v4l) s->w2));
  }
}

void
MDSP_K (kweight_two_f64) (const MdspKWeightCoef *coef, double (*const state[2])[2][2],
                          const float *const x[4], size_t n, double *const sums[2])
{
  const double (*b)[3] = coef->b, (*a)[2] = coef->a;
  const Coef c = {
    .b0 = per_section (b[0][0], b[1][0]),
    .c1 = per_section (b[0][1] - b[0][0] * a[0][0], b[1][1] - b[1][0] * a[1][0]),
    .c2 = per_section (b[0][2] - b[0][0] * a[0][1], b[1][2] - b[1][0] * a[1][1]),
    .a1 = per_section (a[0][0], a[1][0]),
    .a2 = per_section (a[0][1], a[1][1]),
  };
  const float *const x0 = x[0], *const x1 = x[1], *const x2 = x[2], *const x3 = x[3];
#define FRAME(i) vwiden ((v4f){ x0[i], x1[i], x2[i], x3[i] })
  Two t = { .squares = { sums[0][0], sums[0][1], sums[1][0], sums[1][1] },
            .products = { sums[0][2], sums[0][2], sums[1][2], sums[1][2] } };
  for (unsigned k = 0; k < 2; k++)
    t.signal[k] = (Signal){
      .w1 = { state[k][0][0][0], state[k][0][1][0], state[k][1][0][0], state[k][1][1][0] },
      .w2 = { state[k][0][0][1], state[k][0][1][1], state[k][1][0][1], state[k][1][1][1] },
    };
  if (n == 0)
    return;
  Two before = t;
  step (&c, &t, FRAME (0));
  take_back (&t, &before, (v4l){ 0, 0, -1, -1 });
  for (size_t i = 1; i < n; i++) {
    step (&c, &t, FRAME (i));
    add_up (&t);
  }
  before = t;
  step (&c, &t, (v4d){ 0.0 });
  take_back (&t, &before, (v4l){ -1, -1, 0, 0 });
  add_up (&t);
#undef FRAME
  for (unsigned k = 0; k < 2; k++) {
    for (unsigned l = 0; l < 4; l++) {
      state[k][l / 2][l % 2][0] = t.signal[k].w1[l];
      state[k][l / 2][l % 2][1] = t.signal[k].w2[l];
    }
    sums[k][0] = t.squares[2 * k];
    sums[k][1] = t.squares[2 * k + 1];
    sums[k][2] = t.products[2 * k];
  }
}

#endif
