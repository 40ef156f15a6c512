/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "kernels/dmath.h"

#include <math.h> /* floor, rint, fabs only: exact in IEEE 754 */
#include <stdint.h>
#include <string.h>

#define LN2     0.693147180559945309417232121458
#define LOG2_E  1.442695040888963407359924681002
#define LOG2_10 3.321928094887362347870319429489
#define LG10_2  0.301029995663981195213738894724
#define SQRT2   1.41421356237309504880168872421
#define LN10    2.302585092994045684017991454684
/* 20 log10 (2) = high + low */
#define DB_OF_2_HIGH 0x1.8151824c758p+2
#define DB_OF_2_LOW  0x1.fabf59b5d80b8p-44

static uint64_t
bits_of (double x)
{
  uint64_t u;
  memcpy (&u, &x, sizeof u);
  return u;
}

static double
from_bits (uint64_t u)
{
  double x;
  memcpy (&x, &u, sizeof x);
  return x;
}

double
mdsp_log2 (double x)
{
  if (!(x > 0.0))
    return x == 0.0 ? -__builtin_inf () : __builtin_nan ("");
  if (x > 1.7976931348623157e308)
    return x;
  int exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent = -54;
  }
  uint64_t u = bits_of (x);
  exponent += (int) (u >> 52) - 1023;
  double m = from_bits ((u & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > SQRT2) {
    m *= 0.5;
    exponent++;
  }
  /* ln m = 2 artanh (s) = 2 (s + s^3/3 + s^5/5 + ...), |s| <= 0.1716: the first term left out is
   * below 2e-18 of the sum. */
  double s = (m - 1.0) / (m + 1.0), q = s * s, sum = 0.0;
  for (int k = 23; k >= 3; k -= 2)
    sum = (sum + 1.0 / k) * q;
  double ln = 2.0 * s + 2.0 * s * sum;
  return exponent + ln * LOG2_E;
}

/* e^t * 2^n for |t| <= 0.35, -1022 <= n <= 1024: Taylor series, t^14/14! is below 5e-18. */
static double
exp_scaled (double t, int n)
{
  double sum = 1.0;
  for (int k = 13; k >= 1; k--)
    sum = 1.0 + sum * t / k;
  /* two steps, so that 2^1024 * 0.7 does not overflow on the way */
  int half = n / 2;
  return sum * from_bits ((uint64_t) (1023 + half) << 52) *
         from_bits ((uint64_t) (1023 + n - half) << 52);
}

double
mdsp_exp2 (double x)
{
  if (x != x)
    return x;
  if (x >= 1024.0)
    return __builtin_inf ();
  if (x < -1022.0)
    return 0.0;
  double n = rint (x);
  return exp_scaled ((x - n) * LN2, (int) n);
}

/* sin and cos on [-pi/4, pi/4] by Taylor series; the terms left out are below 1e-18. */
static double
sin_small (double t)
{
  double q = t * t, sum = 0.0;
  for (int k = 18; k >= 2; k -= 2)
    sum = (1.0 + sum) * -q / (k * (k + 1));
  return t + t * sum;
}

static double
cos_small (double t)
{
  double q = t * t, sum = 0.0;
  for (int k = 19; k >= 1; k -= 2)
    sum = (1.0 + sum) * -q / (k * (k + 1));
  return 1.0 + sum;
}

void
mdsp_sincos (double x, double *sine, double *cosine)
{
  /* Cody-Waite: pi/2 in three parts of 33 bits, the products with n < 2^17 are exact. */
  double n = rint (x * (2.0 / MDSP_PI));
  double t = x - n * 0x1.921fb544p+0;
  t -= n * 0x1.0b4611a6p-34;
  t -= n * 0x1.3198a2e037073p-69;
  double s = sin_small (t), c = cos_small (t);
  switch ((int64_t) n & 3) {
    case 0:
      *sine = s;
      *cosine = c;
      break;
    case 1:
      *sine = c;
      *cosine = -s;
      break;
    case 2:
      *sine = -s;
      *cosine = -c;
      break;
    default:
      *sine = -c;
      *cosine = s;
      break;
  }
}

double
mdsp_tan (double x)
{
  double s, c;
  mdsp_sincos (x, &s, &c);
  return s / c;
}

double
mdsp_db_from_power (double power)
{
  return mdsp_log2 (power) * (10.0 * LG10_2);
}

double
mdsp_db_from_lin (double amplitude)
{
  return mdsp_log2 (amplitude) * (20.0 * LG10_2);
}

double
mdsp_lin_from_db (double db)
{
  if (db != db)
    return db;
  double x = db * (LOG2_10 / 20.0);
  if (x >= 1024.0)
    return __builtin_inf ();
  if (x < -1022.0)
    return 0.0;
  /* exp2 (x) would multiply the rounding of x by |x|. Instead Cody-Waite in dB: 20 log10 (2) in two
   * parts, the first of 42 bits, so that its product with n and the difference are exact. */
  double n = rint (x), rest = db - n * DB_OF_2_HIGH;
  rest -= n * DB_OF_2_LOW;
  return exp_scaled (rest * (LN10 / 20.0), (int) n);
}

double
mdsp_power_from_db (double db)
{
  return mdsp_lin_from_db (2.0 * db); /* 10^(db/10) */
}
