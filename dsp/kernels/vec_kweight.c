/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * K-weighting of two channels, a lane each. Every sample waits for y, a1*y and the subtraction of
 * the sample before: that chain of three operations is the speed limit of any exact version. The
 * two sections are two such chains; an out-of-order core runs the second one sample behind the
 * first by itself.
 */
#include "kernels/vec.h"

INLINE v2d
section (const v2d b[3], const v2d a[2], v2d z[2], v2d x)
{
  v2d y = b[0] * x + z[0];
  z[0] = (b[1] * x + z[1]) - a[0] * y;
  z[1] = b[2] * x - a[1] * y;
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
  v2d b[2][3], a[2][2], z[2][2];
  for (unsigned s = 0; s < 2; s++) {
    for (unsigned k = 0; k < 3; k++)
      b[s][k] = both (coef->b[s][k]);
    for (unsigned k = 0; k < 2; k++) {
      a[s][k] = both (coef->a[s][k]);
      z[s][k] = (v2d){ state[s][0][k], state[s][1][k] };
    }
  }
  v2d squares = { sums[0], sums[1] };
  double product = sums[2];
  for (size_t i = 0; i < n; i++) {
    v2d x = { x0[i], x1[i] };
    v2d y = section (b[1], a[1], z[1], section (b[0], a[0], z[0], x));
    squares += y * y;
    product += y[0] * y[1];
  }
  for (unsigned s = 0; s < 2; s++)
    for (unsigned k = 0; k < 2; k++) {
      state[s][0][k] = z[s][k][0];
      state[s][1][k] = z[s][k][1];
    }
  sums[0] = squares[0];
  sums[1] = squares[1];
  sums[2] = product;
}
