/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * K-weighting of two channels, a lane each. Every sample waits for a1*w and the subtraction of the
 * sample before: that chain of two operations is the speed limit of any exact version. The two
 * sections are two such chains; an out-of-order core runs the second one sample behind the first by
 * itself.
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
