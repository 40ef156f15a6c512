/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Inside of biquad*.c: polynomials in 1/z by their power. The magnitude of a section at frequency f
 * is linear in three numbers per polynomial:
 *
 *   |c0 + c1/z + c2/z^2|^2 = C0 p0 + C1 p1 + C2 p2,   p1 = sin^2 (pi f / rate), p0 = 1 - p1,
 *                                                     p2 = 4 p0 p1
 *   C0 = (c0 + c1 + c2)^2, C1 = (c0 - c1 + c2)^2, C2 = -4 c0 c2     (Vicanek 2016, eq. 15-18)
 *
 * So with the poles given, matching a prototype is a linear problem in the numerator's C.
 */
#ifndef MDSP_BIQUAD_POWER_H
#define MDSP_BIQUAD_POWER_H

#include "filter/biquad.h"
#include "kernels/dmath.h"

#include <math.h> /* sqrt, fabs */

#define LOG2_E 1.4426950408889634

typedef struct {
  double p0, p1, p2;
} Phi;

/* |polynomial|^2 in the basis above. */
typedef struct {
  double c0, c1, c2;
} Power;

static inline Phi
phi_of (double p1)
{
  return (Phi){ 1.0 - p1, p1, 4.0 * (1.0 - p1) * p1 };
}

static inline Phi
phi_at (double frequency_hz, double rate_hz)
{
  double s, c;
  mdsp_sincos (MDSP_PI * frequency_hz / rate_hz, &s, &c);
  return phi_of (s * s);
}

static inline double
power_at (const Power *p, const Phi *phi)
{
  return p->c0 * phi->p0 + p->c1 * phi->p1 + p->c2 * phi->p2;
}

static inline double
square (double x)
{
  return x * x;
}

static inline Power
power_of (double c0, double c1, double c2)
{
  return (Power){ square (c0 + c1 + c2), square (c0 - c1 + c2), -4.0 * c0 * c2 };
}

static inline double
at_least_0 (double x)
{
  return x > 0.0 ? x : 0.0;
}

static inline double
corner (double frequency_hz, double rate_hz)
{
  double top = MDSP_BIQUAD_TOP * rate_hz;
  return frequency_hz < top ? frequency_hz : top;
}

/* Poles of 1 / (s^2 + s/q + 1), carried over by z = exp (s w0). */
static inline Power
set_poles (MdspBiquad *f, double frequency_hz, double q, double rate_hz)
{
  double w0 = 2.0 * MDSP_PI * frequency_hz / rate_hz, d = 0.5 / q, s, c;
  if (d <= 1.0) {
    mdsp_sincos (w0 * sqrt (1.0 - d * d), &s, &c);
    f->a[0] = -2.0 * mdsp_exp2 (-d * w0 * LOG2_E) * c;
  } else {
    /* 2 exp (-d w0) cosh (w0 r) as two decays, so that neither overflows */
    double r = sqrt (d * d - 1.0);
    f->a[0] = -(mdsp_exp2 ((r - d) * w0 * LOG2_E) + mdsp_exp2 (-(r + d) * w0 * LOG2_E));
  }
  f->a[1] = mdsp_exp2 (-2.0 * d * w0 * LOG2_E);
  return power_of (1.0, f->a[0], f->a[1]);
}

/* The minimum-phase polynomial with that power (eq. 19-21). */
static inline void
factor (double c[3], const Power *p)
{
  double r0 = sqrt (at_least_0 (p->c0)), r1 = sqrt (at_least_0 (p->c1)), w = 0.5 * (r0 + r1);
  c[0] = 0.5 * (w + sqrt (at_least_0 (w * w + p->c2)));
  c[1] = 0.5 * (r0 - r1);
  c[2] = -p->c2 / (4.0 * c[0]);
}

/* Where fits look: at sin^2 (pi u), u = (j + 0.5) / 12 of 0.4535 (of the rate), which is 20 kHz at
 * 44.1 kHz. */
#define MDSP_FIT_POINTS 12
#define MDSP_FIT_TOP    0.4535
static const double mdsp_fit_p1[MDSP_FIT_POINTS] = {
  0.0035198295932152173, 0.0313818232561557, 0.08554222207005704, 0.1629615961070354,
  0.25929524393210746,   0.3691370131041175, 0.48632268829480924, 0.6042759211741472,
  0.7163772888066395,    0.81633576935344,   0.8985417882181038,  0.9583820220230106
};

#endif
