/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Elementary functions in double from + - x / only, so that designs and ramps are the same bits on
 * every machine (libm's differ between CPUs). Relative error against the exact value <= 2e-15 over
 * the stated domains; the table is in docs/numerics.md, the test is tests/dsp/test_dmath.c.
 */
#ifndef MDSP_DMATH_H
#define MDSP_DMATH_H

#define MDSP_PI 3.14159265358979323846
#define MDSP_SILENCE_DB (-__builtin_inf ())

/* log2 (x), x > 0 and finite; 0 gives -inf, negative or NaN gives NaN. */
double mdsp_log2 (double x);
/* 2^x; overflows to inf above 1024, underflows to 0 below -1022 (no subnormals). */
double mdsp_exp2 (double x);
/* sine and cosine of x radians, |x| <= 1e5. */
void mdsp_sincos (double x, double *sine, double *cosine);
/* tan (x), |x| <= 1e5, relative error as long as x is 1e-8 away from a pole. */
double mdsp_tan (double x);

/* 10 log10 (power) and 20 log10 (amplitude) in dB; -inf for 0. */
double mdsp_db_from_power (double power);
double mdsp_db_from_lin (double amplitude);
/* 10^(db/20) and 10^(db/10); 0 for -inf. */
double mdsp_lin_from_db (double db);
double mdsp_power_from_db (double db);

/* x^n by n multiplications. */
static inline double
mdsp_to_the (double x, unsigned n)
{
  double y = 1.0;
  for (; n > 0; n--)
    y *= x;
  return y;
}

#endif
