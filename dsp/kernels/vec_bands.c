/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Bands in lanes: a vector of bands goes through the whole block before the next one starts, so
 * that its coefficients and states stay in registers; the two channels are independent chains.
 */
#include "kernels/vec.h"

INLINE vd
every (double x)
{
#if VN == 16
  return (vd){ x, x, x, x, x, x, x, x };
#elif VN == 8
  return (vd){ x, x, x, x };
#else
  return (vd){ x, x };
#endif
}

INLINE vd
section (const vd c[4], vd w[2], vd x)
{
  const vd y = x + (c[0] * w[0] + c[1] * w[1]);
  const vd next = (x - c[3] * w[1]) - c[2] * w[0];
  w[1] = w[0];
  w[0] = next;
  return y;
}

/* The bands from `at` on, as many as fit a register. */
INLINE void
some_bands (const MdspBandCoef *coef, MdspBandState *s, unsigned at, const float *x0,
            const float *x1, size_t n)
{
  vd c[2][4], w[2][2][2], sum[3];
  for (unsigned stage = 0; stage < 2; stage++)
    for (unsigned k = 0; k < 4; k++) {
      c[stage][k] = dload (&coef->c[stage][k][at]);
      w[stage][k / 2][k % 2] = dload (&s->w[stage][k / 2][k % 2][at]);
    }
  for (unsigned k = 0; k < 3; k++)
    sum[k] = dload (&s->sums[k][at]);
  for (size_t i = 0; i < n; i++) {
    const vd l = every (x0[i]), r = every (x1[i]);
    const vd y0 = section (c[1], w[1][0], section (c[0], w[0][0], l));
    const vd y1 = section (c[1], w[1][1], section (c[0], w[0][1], r));
    sum[0] += y0 * y0;
    sum[1] += y1 * y1;
    sum[2] += y0 * y1;
  }
  for (unsigned stage = 0; stage < 2; stage++)
    for (unsigned k = 0; k < 4; k++)
      dstore (&s->w[stage][k / 2][k % 2][at], w[stage][k / 2][k % 2]);
  for (unsigned k = 0; k < 3; k++)
    dstore (&s->sums[k][at], sum[k]);
}

void
MDSP_K (band_products_f64) (const MdspBandCoef *coef, MdspBandState *s, const float *x0,
                            const float *x1, size_t n)
{
  for (unsigned at = 0; at < MDSP_BAND_LANES; at += DN)
    some_bands (coef, s, at, x0, x1, n);
}
