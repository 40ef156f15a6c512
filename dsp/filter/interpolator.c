/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/interpolator.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, sqrt */
#include <stdlib.h>
#include <string.h>

#define MAX_TAPS  (2 * MDSP_INTERPOLATOR_MAX_HALF)
#define LS_TAPS   48
#define ROW       (MDSP_MAX_BLOCK + 1 + 2 * MDSP_PAD)
#define RUN_CHUNK 8 /* groups that are skipped, filtered or refined together */

/* sin (w t) / t with its limit. */
static double
sinc_w (double w, double t)
{
  double s, c;
  if (fabs (t) < 1e-12)
    return w;
  mdsp_sincos (w * t, &s, &c);
  return s / t;
}

/* Solves the symmetric positive definite n x n system in place by Cholesky. */
static void
solve_spd (double *r, double *v, unsigned n)
{
  for (unsigned j = 0; j < n; j++) {
    for (unsigned i = j; i < n; i++) {
      double s = r[i * n + j];
      for (unsigned k = 0; k < j; k++)
        s -= r[i * n + k] * r[j * n + k];
      r[i * n + j] = i == j ? sqrt (s) : s / r[j * n + j];
    }
  }
  for (unsigned i = 0; i < n; i++) {
    for (unsigned k = 0; k < i; k++)
      v[i] -= r[i * n + k] * v[k];
    v[i] /= r[i * n + i];
  }
  for (unsigned i = n; i-- > 0;) {
    for (unsigned k = i + 1; k < n; k++)
      v[i] -= r[k * n + i] * v[k];
    v[i] /= r[i * n + i];
  }
}

/* Least squares of sum_m h[m] e^{-jw t_m} against e^{-jw frac} over 0 <= w <= w_pass, the taps at
 * t_m = m - (half - 1): normal equations with R[m,n] = sin ((m-n) w) / (m-n) and
 * r[n] = sin ((t_n - frac) w) / (t_n - frac); the ridge keeps R positive definite. */
static MdspStatus
design_least_squares (double *h, unsigned taps, double frac)
{
  const double w = 2.0 * MDSP_PI * MDSP_INTERPOLATOR_PASSBAND;
  double *r = malloc (taps * taps * sizeof (double));
  if (r == NULL)
    return MDSP_ERROR_MEMORY;
  for (unsigned m = 0; m < taps; m++) {
    for (unsigned n = 0; n < taps; n++)
      r[m * taps + n] = sinc_w (w, (double) m - (double) n) + (m == n ? 1e-12 : 0.0);
    h[m] = sinc_w (w, (double) m - (double) (taps / 2 - 1) - frac);
  }
  solve_spd (r, h, taps);
  free (r);
  return MDSP_OK;
}

/* Modified Bessel function I0 by its power series; enough terms for |x| <= 20. */
static double
bessel_i0 (double x)
{
  double sum = 1.0, term = 1.0;
  for (int k = 1; k < 64; k++) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

/* Kaiser-windowed sinc. beta from Kaiser's formulas for the transition 2 (0.5 - 0.4535) fs. */
static void
design_kaiser (double *h, unsigned taps, double frac)
{
  const double transition = 2.0 * (0.5 - MDSP_INTERPOLATOR_PASSBAND);
  double attenuation_db = 14.36 * transition * taps + 7.95;
  double beta = 0.1102 * (attenuation_db - 8.7);
  beta = beta > 14.0 ? 14.0 : beta;
  for (unsigned m = 0; m < taps; m++) {
    double t = (double) m - (double) (taps / 2 - 1) - frac, u = t / (taps / 2.0);
    double window = fabs (u) < 1.0 ? bessel_i0 (beta * sqrt (1.0 - u * u)) / bessel_i0 (beta) : 0.0;
    h[m] = sinc_w (MDSP_PI, t) / MDSP_PI * window;
  }
}

/* x[k - i] is tap m = half - 1 - i, x[k + 1 + i] is tap m = half + i. */
static void
store_phase (MdspInterpolator *ip, unsigned phase, const double *h)
{
  const unsigned half = ip->half;
  for (unsigned i = 0; i < half; i++) {
    double before = h[half - 1 - i], after = h[half + i];
    if (2 * phase == ip->oversampling) {
      ip->mid[i] = (float) (0.5 * (before + after));
    } else {
      ip->even[phase - 1][i] = (float) (0.5 * (before + after));
      ip->odd[phase - 1][i] = (float) (0.5 * (before - after));
    }
  }
}

/* What phase 0 .. L takes of x[k - (half - 1) + m]. */
static double
tap (const MdspInterpolator *ip, unsigned phase, unsigned m)
{
  const unsigned half = ip->half, l = ip->oversampling;
  const bool before = m < half;
  const bool mirrored = 2 * phase > l;
  const unsigned i = before ? half - 1 - m : m - half, p = mirrored ? l - phase : phase;
  if (p == 0)
    return m == half - 1 + phase / l ? 1.0 : 0.0;
  if (2 * p == l)
    return ip->mid[i];
  return before != mirrored ? (double) ip->even[p - 1][i] + ip->odd[p - 1][i]
                            : (double) ip->even[p - 1][i] - ip->odd[p - 1][i];
}

/* --- what no reading exceeds ----------------------------------------------------------------- */

/* A reading is a sum w of neighbouring samples. Taken off the straight line between the two samples around
 * it, what is left has a sum and a first moment near 0, and with those two put right exactly (by weights
 * on the two samples, which go into the slack) it is a double difference: w = line + rest + g * (1, -2, 1),
 * so |reading| <= max |x| of the two + |rest| max |x| + sum |g| max |second difference|. Music has little
 * of the last. At a peak the parabola adds at most an eighth of the second difference of the curve, which
 * is a double difference, too. */

#define BOUND_TAPS                                                                                 \
  (MAX_TAPS + 4) /* and a sample more on either side, for a neighbour's neighbour */

/* Adds `weight` times the point p/L after sample 0 to w, whose entry `half + 1` is sample 0;
 * -1 <= p <= L + 1. */
static void
add_point (const MdspInterpolator *ip, int p, double weight, double *w)
{
  const int l = (int) ip->oversampling, shift = p < 0 ? -1 : p > l ? 1 : 0;
  for (unsigned m = 0; m < 2 * ip->half; m++)
    w[2 + shift + (int) m] += weight * tap (ip, (unsigned) (p - shift * l), m);
}

/* Makes w, which has next to no sum and first moment, a double difference: returns sum |g| and adds to
 * *rest what had to be put right. */
static double
double_difference (const MdspInterpolator *ip, double *w, double *rest)
{
  const unsigned n = 2 * ip->half + 3, zero = ip->half + 1;
  double sum = 0.0, moment = 0.0, total = 0.0, once = 0.0, twice = 0.0;
  for (unsigned i = 0; i < n; i++) {
    sum += w[i];
    moment += w[i] * ((double) i - (double) zero);
  }
  w[zero] -= sum - moment;
  w[zero + 1] -= moment;
  *rest += fabs (sum - moment) + fabs (moment);
  for (unsigned i = 0; i < n; i++) {
    once += w[i];
    twice += once;
    total += fabs (twice);
  }
  return total;
}

static void
find_bound (MdspInterpolator *ip)
{
  const int l = (int) ip->oversampling;
  const double roundings = 4.0 * ip->half + 32.0;
  double bend = 0.0, rest = 0.0, sum_abs = 0.0;
  for (int p = 0; p <= l; p++) {
    double off[BOUND_TAPS] = { 0.0 }, second[BOUND_TAPS] = { 0.0 }, here = 0.0, abs = 0.0;
    add_point (ip, p, 1.0, off);
    for (unsigned i = 0; i < BOUND_TAPS; i++)
      abs += fabs (off[i]);
    add_point (ip, 0, -(double) (l - p) / l, off);
    add_point (ip, l, -(double) p / l, off);
    for (int q = -1; q <= 1; q++)
      add_point (ip, p + q, q == 0 ? -2.0 : 1.0, second);
    const double g =
        double_difference (ip, off, &here) + double_difference (ip, second, &here) / 8.0;
    bend = g > bend ? g : bend;
    rest = here > rest ? here : rest;
    sum_abs = abs > sum_abs ? abs : sum_abs;
  }
  /* Rounding, in units of 2^-24 sum |h| max |x|. A product of a reading is rounded half + 2 times on its way (its
   * s or t, itself, half - 1 additions, E + O), and the products of a pair of samples come to no more than
   * theirs with h: |even s| + |odd t| <= max (|even|, |odd|) (|s| + |t|) <= (|h_before| + |h_after|) max |x|.
   * So a reading is off by half + 2; an eighth of the second difference of three of them by half of that again;
   * the parabola's own operations come to 5, those of the bound to less than 10. Of these 1.5 half + 18 there
   * is more than twice as much. */
  ip->slack = (float) (rest + roundings * sum_abs * 0x1p-24);
  ip->bend = (float) (bend * (1.0 + 1e-6));
}

/* A position between two quarters differs from the straight line between them by sum_m e[m] x[m], which
 * is at most sum |e| max|x|; and the parabola adds at most an eighth of a step to a neighbour, which is
 * at most sum |h_p - h_{p-1}| max|x|. */
static void
bound_between_quarters (MdspInterpolator *ip)
{
  const unsigned quarter = ip->oversampling / 4;
  double most_off = 0.0, most_step = 0.0;
  for (unsigned p = 1; p <= ip->oversampling; p++) {
    const unsigned low = p / quarter * quarter;
    const double w = (double) (p - low) / quarter;
    double off = 0.0, step = 0.0;
    for (unsigned m = 0; m < 2 * ip->half; m++) {
      const double h = tap (ip, p, m);
      off += fabs (h - (1.0 - w) * tap (ip, low, m) -
                   (w > 0.0 ? w * tap (ip, low + quarter, m) : 0.0));
      step += fabs (h - tap (ip, p - 1, m));
    }
    most_off = off > most_off ? off : most_off;
    most_step = step > most_step ? step : most_step;
  }
  /* sums of up to 128 products in float: 128 x 2^-24 sum |h|, twice */
  ip->between = (float) (most_off + most_step / 8.0 + 1e-4);
}

MdspStatus
mdsp_interpolator_design (MdspInterpolator *ip, unsigned oversampling, unsigned taps)
{
  double h[MAX_TAPS];
  if ((oversampling != 4 && oversampling != 8 && oversampling != 16) || taps < 16 ||
      taps > MAX_TAPS || taps % 2 != 0)
    return MDSP_ERROR_PARAM;
  memset (ip, 0, sizeof *ip);
  ip->oversampling = oversampling;
  ip->half = taps / 2;
  for (unsigned p = 1; p <= oversampling / 2; p++) {
    double frac = (double) p / oversampling;
    if (taps <= LS_TAPS) {
      MdspStatus status = design_least_squares (h, taps, frac);
      if (status != MDSP_OK)
        return status;
    } else {
      design_kaiser (h, taps, frac);
    }
    store_phase (ip, p, h);
  }
  find_bound (ip);
  bound_between_quarters (ip);
  return MDSP_OK;
}

double
mdsp_interpolator_response (const MdspInterpolator *ip, unsigned phase, double f_over_fs)
{
  const unsigned mirrored = phase > ip->oversampling / 2;
  const unsigned p = mirrored ? ip->oversampling - phase : phase;
  double re = 0.0, im = 0.0, s, c;
  for (unsigned i = 0; i < ip->half; i++) {
    double e, o;
    if (2 * p == ip->oversampling) {
      e = ip->mid[i];
      o = 0.0;
    } else {
      e = ip->even[p - 1][i];
      o = mirrored ? -ip->odd[p - 1][i] : ip->odd[p - 1][i];
    }
    mdsp_sincos (2.0 * MDSP_PI * f_over_fs * (double) i, &s, &c);
    re += (e + o) * c;
    im -= (e + o) * s;
    mdsp_sincos (2.0 * MDSP_PI * f_over_fs * (double) (i + 1), &s, &c);
    re += (e - o) * c;
    im += (e - o) * s;
  }
  return sqrt (re * re + im * im);
}

/* The rows p/L after samples -1 .. n-1: p = L/4, L/2, 3L/4, and the others. */
static void
interpolate_quarters (const MdspInterpolator *ip, const MdspKernels *k, const float *x,
                      float row[][ROW], size_t n)
{
  const unsigned l = ip->oversampling, p = l / 4;
  k->interp_pair_mid_f32 (row[p], row[l / 2], row[l - p], x - 1, n + 1, ip->even[p - 1],
                          ip->odd[p - 1], ip->mid, ip->half);
}

static void
interpolate_others (const MdspInterpolator *ip, const MdspKernels *k, const float *x,
                    float row[][ROW], size_t at, size_t n)
{
  const unsigned l = ip->oversampling;
  for (unsigned p = 1; p < l / 2; p++)
    if (p != l / 4)
      k->interp_pair_f32 (row[p] + at, row[l - p] + at, x + at - 1, n + 1, ip->even[p - 1],
                          ip->odd[p - 1], ip->half);
}

/* Whether no refined peak of samples [at, at + n) exceeds `limit`: the parabola adds at most an
 * eighth. */
static bool
rows_stay_below (const MdspKernels *k, const float *x, float row[][ROW], unsigned l, size_t at,
                 size_t n, float limit)
{
  bool below = k->peak_abs_f32 (x + at, n) * 1.1251f <= limit;
  for (unsigned p = 1; below && p < l; p++)
    below = k->peak_abs_f32 (row[p] + 1 + at, n) * 1.1251f <= limit;
  return below;
}

/* The same of the quarters alone. */
static bool
quarters_stay_below (const MdspInterpolator *ip, const MdspKernels *k, const float *x,
                     float row[][ROW], size_t at, size_t n, float limit)
{
  const unsigned quarter = ip->oversampling / 4;
  const float near = k->peak_abs_f32 (x + at - ip->half, n + 2 * ip->half);
  const float most = limit - near * ip->between;
  bool below = k->peak_abs_f32 (x + at, n + 1) <= most;
  for (unsigned p = quarter; below && p < 4 * quarter; p += quarter)
    below = k->peak_abs_f32 (row[p] + 1 + at, n) <= most;
  return below;
}

/* The groups of samples [at, at + n) from all rows, the parabolas only where they matter. */
static void
refine (const MdspKernels *k, const float *x, float row[][ROW], unsigned l, size_t at, size_t n,
        float *peaks, float skip_below)
{
  float q[RUN_CHUNK * MDSP_GROUP + MDSP_PAD];
  if (rows_stay_below (k, x, row, l, at, n, skip_below)) {
    memset (peaks, 0, n / MDSP_GROUP * sizeof (float));
    return;
  }
  memset (q, 0, n * sizeof (float));
  k->refine_max_f32 (q, row[l - 1] + at, x + at, row[1] + 1 + at, n);
  for (unsigned p = 1; p < l; p++) {
    const float *before = p == 1 ? x + at : row[p - 1] + 1 + at;
    const float *after = p == l - 1 ? x + 1 + at : row[p + 1] + 1 + at;
    k->refine_max_f32 (q, before, row[p] + 1 + at, after, n);
  }
  k->group_max_f32 (peaks, q, n / MDSP_GROUP);
}

/* All groups of x[0 .. 8 n_groups) through the filter: the quarters first, which at 16 times are a fifth of
 * the work and mostly say enough. */
static void
run_peaks (const MdspInterpolator *ip, const MdspKernels *k, const float *x, float *peaks,
           size_t n_groups, float skip_below)
{
  const unsigned l = ip->oversampling;
  float row[16][ROW];

  interpolate_quarters (ip, k, x, row, n_groups * MDSP_GROUP);
  for (size_t g = 0; g < n_groups; g += RUN_CHUNK) {
    const size_t chunk = n_groups - g < RUN_CHUNK ? n_groups - g : RUN_CHUNK;
    const size_t n = chunk * MDSP_GROUP, at = g * MDSP_GROUP;
    if (l > 4 && quarters_stay_below (ip, k, x, row, at, n, skip_below)) {
      memset (peaks + g, 0, chunk * sizeof (float));
      continue;
    }
    interpolate_others (ip, k, x, row, at, n);
    refine (k, x, row, l, at, n, peaks + g, skip_below);
  }
}

bool
mdsp_interpolator_stays_below (const MdspInterpolator *ip, const MdspKernels *k, const float *x,
                               size_t n, float limit)
{
  float peak, bend;
  k->peak_bend_f32 (x - ip->half, n + 2 * ip->half, &peak, &bend);
  const float more = peak * ip->slack + bend * ip->bend;
  return peak + more <= limit || k->peak_abs_f32 (x, n + 1) + more <= limit;
}

void
mdsp_interpolator_peaks (const MdspInterpolator *ip, const MdspKernels *k, const float *x,
                         float *peaks, size_t n_groups, float skip_below)
{
  size_t start = 0, g = 0; /* [start, g) is the run of groups that need the filter */
  if (mdsp_interpolator_stays_below (ip, k, x, n_groups * MDSP_GROUP, skip_below)) {
    memset (peaks, 0, n_groups * sizeof (float));
    return;
  }
  while (g < n_groups) {
    const size_t chunk = n_groups - g < RUN_CHUNK ? n_groups - g : RUN_CHUNK;
    const float *at = x + g * MDSP_GROUP;
    const size_t n = chunk * MDSP_GROUP;
    if (k->peak_abs_f32 (at, n) <= skip_below &&
        mdsp_interpolator_stays_below (ip, k, at, n, skip_below)) {
      if (g > start)
        run_peaks (ip, k, x + start * MDSP_GROUP, peaks + start, g - start, skip_below);
      memset (peaks + g, 0, chunk * sizeof (float));
      start = g + chunk;
    }
    g += chunk;
  }
  if (n_groups > start)
    run_peaks (ip, k, x + start * MDSP_GROUP, peaks + start, n_groups - start, skip_below);
}
