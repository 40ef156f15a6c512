/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * dmath.h against libm in long double: relative error <= 2e-15 over the domains that the header
 * states. Prints the table of docs/numerics.md.
 *
 *   test_dmath         the table; fails when a limit is exceeded or the planted fault is not
 *   test_dmath --crc   CRC of the results: the same number on every machine
 */
#include "kernels/dmath.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LIMIT    2e-15
#define N_DENSE  200000
#define N_RANDOM 400000

typedef long double Exact; /* 64 bits of precision on x86-64, 113 on AArch64 */

typedef struct {
  const char *name;
  double low, high;
  bool logarithmic; /* arguments spread evenly in log */
  double (*ours) (double x);
  Exact (*exact) (Exact x);
  const double *edges; /* ends with a NaN */
} Function;

static double
ours_sin (double x)
{
  double s, c;
  mdsp_sincos (x, &s, &c);
  return s;
}

static double
ours_cos (double x)
{
  double s, c;
  mdsp_sincos (x, &s, &c);
  return c;
}

static Exact
exact_db_from_power (Exact x)
{
  return 10.0L * log10l (x);
}

static Exact
exact_db_from_lin (Exact x)
{
  return 20.0L * log10l (x);
}

static Exact
exact_lin_from_db (Exact x)
{
  return powl (10.0L, x / 20.0L);
}

static Exact
exact_power_from_db (Exact x)
{
  return powl (10.0L, x / 10.0L);
}

#define END   __builtin_nan ("")
#define SQRT2 1.4142135623730951 /* where log2 changes its exponent */
static const double log_edges[] = { 1.0,
                                    0x1.fffffffffffffp-1,
                                    0x1.0000000000001p+0,
                                    0x1.fffffep-1,
                                    SQRT2,
                                    0x1.6a09e667f3bccp+0,
                                    0x1.6a09e667f3bcep+0,
                                    0.5 * SQRT2,
                                    2.0,
                                    0.5,
                                    0x1p-1022,
                                    0x1p-1074,
                                    0x1.fffffffffffffp-1023,
                                    0x1.fffffffffffffp+1023,
                                    1e-100,
                                    1e100,
                                    END };
static const double exp_edges[] = { 0.0,
                                    -0.0,
                                    0.5,
                                    -0.5,
                                    0x1.fffffffffffffp-2,
                                    1.5,
                                    1e-300,
                                    -1e-17,
                                    1023.999999999999,
                                    -1021.9999999999,
                                    -1022.0,
                                    1023.0,
                                    1.0,
                                    -1.0,
                                    END };
/* Multiples of pi/2 and pi/4 as doubles, where the reduction cancels most. */
static const double sin_edges[] = { 1e-300,
                                    1e-8,
                                    0.78539816339744828,
                                    0.78539816339744839,
                                    1.5707963267948966,
                                    3.1415926535897931,
                                    6.2831853071795862,
                                    355.0,
                                    710.0,
                                    22.0,
                                    103993.0 / 2,
                                    99999.9999,
                                    -1.5707963267948966,
                                    -3.1415926535897931,
                                    -99999.5,
                                    END };
static const double tan_edges[] = { 1e-300,
                                    1e-8,
                                    0.78539816339744828,
                                    1.5707,
                                    1.570796,
                                    3.1415926,
                                    3.1415926535897931,
                                    355.0,
                                    22.0,
                                    11.0,
                                    99999.0,
                                    -0.5,
                                    END };
static const double db_edges[] = {
  0.0,    -0.0,   1.0,     -1.0,  6.020599913279624, -6.0205999132796242, 20.0, -20.0, 120.0,
  -120.0, 3000.0, -3000.0, 1e-12, -1e-300,           3.0102999566398121,  END
};

static const Function functions[] = {
  { "mdsp_log2", 0x1p-1022, 0x1.fp+1023, true, mdsp_log2, log2l, log_edges },
  { "mdsp_log2, near 1", 0.5, 2.0, false, mdsp_log2, log2l, log_edges },
  { "mdsp_exp2", -1022.0, 1023.999, false, mdsp_exp2, exp2l, exp_edges },
  { "mdsp_exp2, small", -1.0, 1.0, false, mdsp_exp2, exp2l, exp_edges },
  { "mdsp_sincos, sine", -1e5, 1e5, false, ours_sin, sinl, sin_edges },
  { "mdsp_sincos, sine, first turn", -6.3, 6.3, false, ours_sin, sinl, sin_edges },
  { "mdsp_sincos, cosine", -1e5, 1e5, false, ours_cos, cosl, sin_edges },
  { "mdsp_sincos, cosine, first turn", -6.3, 6.3, false, ours_cos, cosl, sin_edges },
  { "mdsp_tan", -1e5, 1e5, false, mdsp_tan, tanl, tan_edges },
  { "mdsp_tan, below pi/2", 1e-8, 1.5707963, true, mdsp_tan, tanl, tan_edges },
  { "mdsp_db_from_power", 1e-30, 1e30, true, mdsp_db_from_power, exact_db_from_power, log_edges },
  { "mdsp_db_from_lin", 1e-30, 1e30, true, mdsp_db_from_lin, exact_db_from_lin, log_edges },
  { "mdsp_lin_from_db", -2000.0, 2000.0, false, mdsp_lin_from_db, exact_lin_from_db, db_edges },
  { "mdsp_power_from_db", -1000.0, 1000.0, false, mdsp_power_from_db, exact_power_from_db,
    db_edges },
};
#define N_FUNCTIONS (sizeof functions / sizeof functions[0])

typedef struct {
  double worst, at;
  uint32_t crc;
} Error;

static uint64_t rng;

/* splitmix64, to [0, 1) in 53 bits */
static double
uniform (void)
{
  uint64_t z = (rng += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double) ((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void
add_crc (Error *e, double value)
{
  uint8_t bytes[8];
  memcpy (bytes, &value, 8);
  for (unsigned i = 0; i < 8; i++) {
    e->crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      e->crc = e->crc >> 1 ^ (e->crc & 1 ? 0xedb88320u : 0);
  }
}

static void
try_one (const Function *f, double (*ours) (double), double x, Error *e, bool only_crc)
{
  const double y = ours (x);
  if (only_crc) {
    add_crc (e, y);
    return;
  }
  const Exact exact = f->exact ((Exact) x);
  const double error = exact == 0.0L ? fabs (y) : (double) fabsl (((Exact) y - exact) / exact);
  if (!(error <= e->worst)) { /* a NaN counts as the worst */
    e->worst = error;
    e->at = x;
  }
}

/* Spreads t in [0, 1] over the domain with + - x and ldexp only, so that --crc sees the same
 * arguments everywhere: in log by exponent and mantissa. */
static double
argument (const Function *f, double t)
{
  if (!f->logarithmic)
    return f->low + (f->high - f->low) * t;
  int low, high;
  frexp (f->low, &low);
  frexp (f->high, &high);
  const double exponent = low + (high - low) * t, whole = floor (exponent);
  const double x = ldexp (0.5 + 0.5 * (exponent - whole), (int) whole);
  return x < f->low ? f->low : x > f->high ? f->high : x;
}

static Error
errors_of (const Function *f, double (*ours) (double), bool only_crc)
{
  Error e = { 0.0, 0.0, 0xffffffffu };
  rng = 1;
  for (unsigned i = 0; i <= N_DENSE; i += only_crc ? 50 : 1)
    try_one (f, ours, argument (f, (double) i / N_DENSE), &e, only_crc);
  for (unsigned i = 0; i < (only_crc ? N_RANDOM / 50 : N_RANDOM); i++)
    try_one (f, ours, argument (f, uniform ()), &e, only_crc);
  for (const double *x = f->edges; *x == *x; x++)
    try_one (f, ours, *x, &e, only_crc);
  return e;
}

static unsigned failed;

static void
expect (bool good, const char *what)
{
  if (!good)
    printf ("FAIL: %s\n", what);
  failed += !good;
}

static void
special_values (void)
{
  const double inf = __builtin_inf (), nan = __builtin_nan ("");
  double s, c;
  expect (mdsp_log2 (0.0) == -inf && mdsp_log2 (-0.0) == -inf, "log2 (0) is -inf");
  expect (mdsp_log2 (inf) == inf && isnan (mdsp_log2 (-1.0)) && isnan (mdsp_log2 (nan)),
          "log2 of inf, negative, NaN");
  for (int n = -1074; n < 1024; n++)
    expect (mdsp_log2 (ldexp (1.0, n)) == n, "log2 of a power of two is exact");
  for (int n = -1022; n < 1024; n++)
    expect (mdsp_exp2 (n) == ldexp (1.0, n), "exp2 of an integer is exact");
  expect (mdsp_exp2 (1024.0) == inf && mdsp_exp2 (inf) == inf, "exp2 overflows to inf");
  expect (mdsp_exp2 (-1022.5) == 0.0 && mdsp_exp2 (-inf) == 0.0, "exp2 underflows to 0");
  expect (isnan (mdsp_exp2 (nan)), "exp2 of NaN");
  mdsp_sincos (0.0, &s, &c);
  expect (s == 0.0 && c == 1.0, "sin (0), cos (0)");
  expect (mdsp_db_from_power (0.0) == MDSP_SILENCE_DB && mdsp_db_from_lin (0.0) == MDSP_SILENCE_DB,
          "the level of silence is -inf");
  expect (mdsp_lin_from_db (MDSP_SILENCE_DB) == 0.0 && mdsp_power_from_db (MDSP_SILENCE_DB) == 0.0,
          "the amplitude of -inf dB is 0");
  expect (mdsp_lin_from_db (inf) == inf && mdsp_power_from_db (inf) == inf, "+inf dB is inf");
  expect (isnan (mdsp_lin_from_db (nan)) && isnan (mdsp_power_from_db (nan)), "NaN dB is NaN");
  expect (mdsp_lin_from_db (1e6) == inf && mdsp_lin_from_db (-1e6) == 0.0, "dB out of range");
  expect (mdsp_lin_from_db (0.0) == 1.0 && mdsp_power_from_db (0.0) == 1.0, "0 dB is exactly 1");
}

/* Planted fault: a few units in the last place must be seen. */
static double
poor_log2 (double x)
{
  return mdsp_log2 (x) * (1.0 + 0x1p-48);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--crc") == 0) {
    uint32_t crc = 0;
    for (unsigned i = 0; i < N_FUNCTIONS; i++)
      crc = crc * 31 + errors_of (&functions[i], functions[i].ours, true).crc;
    printf ("dmath crc %08x\n", crc);
    return 0;
  }
  printf ("| function | arguments | worst relative error | at |\n|---|---|---|---|\n");
  for (unsigned i = 0; i < N_FUNCTIONS; i++) {
    const Function *f = &functions[i];
    const Error e = errors_of (f, f->ours, false);
    printf ("| %s | %g to %g | %.2e | %.17g |\n", f->name, f->low, f->high, e.worst, e.at);
    expect (e.worst <= LIMIT, f->name);
  }
  special_values ();
  expect (errors_of (&functions[0], poor_log2, false).worst > LIMIT, "the planted fault is caught");
  printf ("%u failed (limit %g)\n", failed, LIMIT);
  return failed > 0;
}
