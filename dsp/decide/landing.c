/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Root finding for landing.h: secant steps inside a bracket, a cubic model of the limiter's
 * loss for the first step, bisection when the steps stall.
 */
#include "decide/landing.h"

#include <math.h>
#include <string.h>

/* A stop this close to a constraint counts as reaching it: half of the 0.1 dB that is printed. */
#define MARGIN_SLACK_DB 0.1
/* A bracket this narrow cannot move the loudness by more than the default tolerance. */
#define BRACKET_MIN_DB 0.05
/* Two renders this close are equally loud; the lower gain then does less harm. */
#define EQUALLY_LOUD_LU 0.01
/* A mix that is below the floor before anything was done may lose this much more: its stray peaks
 * may be caught, and no more punch is taken than half a decibel. */
#define PSR_ALLOWANCE_DB 0.5

static bool
params_valid (const MdspLandingParams *p)
{
  return isfinite (p->loudness_in_lufs) && !isnan (p->true_peak_in_dbtp) &&
         isfinite (p->target_lufs) && p->ceiling_dbtp <= 0.0 && p->tolerance_lu > 0.0 &&
         p->reduction_budget_db > 0.0 && !isnan (p->psr_min_in_db) && !isnan (p->psr_floor_db) &&
         p->max_renders >= 1 && p->max_renders <= MDSP_LANDING_MAX_RENDERS;
}

static void
insert_sample (MdspLanding *l, const MdspLandingSample *s)
{
  unsigned at = l->n_samples;

  while (at > 0 && l->samples[at - 1].gain_db > s->gain_db) {
    l->samples[at] = l->samples[at - 1];
    at--;
  }
  l->samples[at] = *s;
  l->n_samples++;
}

MdspStatus
mdsp_landing_init (MdspLanding *l, const MdspLandingParams *p)
{
  memset (l, 0, sizeof *l);
  if (!params_valid (p))
    return MDSP_ERROR_PARAM;

  l->params = *p;
  l->gain_db = p->has_start ? p->start_gain_db : p->target_lufs - p->loudness_in_lufs;
  l->verdict = MDSP_LANDING_RENDER;
  if (isfinite (p->true_peak_in_dbtp)) {
    /* Up to here the limiter is idle, so the result is known without a render: it is the input,
     * moved. It brackets the search from below. */
    MdspLandingSample idle = { 0 };

    idle.gain_db = p->ceiling_dbtp - p->true_peak_in_dbtp;
    idle.loudness_lufs = p->loudness_in_lufs + idle.gain_db;
    idle.psr_min_db = p->psr_min_in_db;
    insert_sample (l, &idle);
    l->has_known = true;
  }
  return MDSP_OK;
}

double
mdsp_landing_gain (const MdspLanding *l)
{
  return l->gain_db;
}

double
mdsp_landing_psr_floor (const MdspLanding *l)
{
  const double untouched = l->params.psr_untouched_db;
  const double own = (untouched > 0.0 ? untouched : l->params.psr_min_in_db) - PSR_ALLOWANCE_DB;

  return own < l->params.psr_floor_db ? own : l->params.psr_floor_db;
}

static double
margin (const MdspLanding *l, const MdspLandingSample *s)
{
  double budget = l->params.reduction_budget_db - s->reduction_db;
  double punch = s->psr_min_db - mdsp_landing_psr_floor (l);

  return budget < punch ? budget : punch;
}

MdspConstraint
mdsp_landing_binding (const MdspLanding *l, const MdspLandingSample *s)
{
  double budget = l->params.reduction_budget_db - s->reduction_db;

  return budget <= margin (l, s) ? MDSP_CONSTRAINT_REDUCTION : MDSP_CONSTRAINT_PSR;
}

MdspConstraint
mdsp_landing_violation (const MdspLanding *l, const MdspLandingSample *s, double *excess_db)
{
  double m = margin (l, s);

  if (excess_db)
    *excess_db = m < 0.0 ? -m : 0.0;
  return m >= 0.0 ? MDSP_CONSTRAINT_NONE : mdsp_landing_binding (l, s);
}

MdspLandingSample
mdsp_landing_best (const MdspLanding *l)
{
  MdspLandingSample none = { 0 };
  const MdspLandingSample *best = NULL;
  double limit = l->params.target_lufs + l->params.tolerance_lu;

  for (unsigned i = 0; i < l->n_samples; i++) {
    const MdspLandingSample *s = &l->samples[i];

    if (margin (l, s) >= 0.0 && s->loudness_lufs <= limit &&
        (!best || s->loudness_lufs > best->loudness_lufs + EQUALLY_LOUD_LU))
      best = s;
  }
  if (best)
    return *best;

  /* Nothing allowed was seen: without limiting, and not over the target. */
  none.gain_db = l->params.target_lufs - l->params.loudness_in_lufs;
  if (l->has_known && l->params.ceiling_dbtp - l->params.true_peak_in_dbtp < none.gain_db)
    none.gain_db = l->params.ceiling_dbtp - l->params.true_peak_in_dbtp;
  none.loudness_lufs = l->params.loudness_in_lufs + none.gain_db;
  none.psr_min_db = l->params.psr_min_in_db;
  return none;
}

bool
mdsp_landing_stalls (const MdspLanding *l)
{
  MdspLandingSample best = mdsp_landing_best (l);

  for (unsigned i = 0; i < l->n_samples; i++)
    if (margin (l, &l->samples[i]) >= 0.0 && l->samples[i].gain_db > best.gain_db &&
        l->samples[i].loudness_lufs <= best.loudness_lufs + EQUALLY_LOUD_LU)
      return true;
  return false;
}

/* What is followed: each is its own smooth curve, so each has its own root. */
typedef enum { CURVE_LOUDNESS, CURVE_REDUCTION, CURVE_PSR, N_CURVES } Curve;

/* Zero where the curve meets its limit (for the constraints: half the slack before it), rising. */
static double
curve (const MdspLanding *l, const MdspLandingSample *s, Curve which)
{
  switch (which) {
    case CURVE_REDUCTION:
      return s->reduction_db - (l->params.reduction_budget_db - MARGIN_SLACK_DB * 0.5);
    case CURVE_PSR:
      return mdsp_landing_psr_floor (l) + MARGIN_SLACK_DB * 0.5 - s->psr_min_db;
    default:
      return s->loudness_lufs - l->params.target_lufs;
  }
}

/* A true-peak limiter's loss of loudness grows with the third power of how far it is driven over
 * the first peak, near enough for one step (peaks are the rarer the higher they are): loss = a x^3.
 * Newton's method for x - a x^3 = wanted. */
static double
cubic_step (const MdspLandingSample *idle, const MdspLandingSample *s, double target)
{
  double x = s->gain_db - idle->gain_db;
  double loss = idle->loudness_lufs + x - s->loudness_lufs;
  double wanted = target - idle->loudness_lufs;
  double a = loss / (x * x * x);

  if (!(x > 0.0) || !(a > 0.0))
    return s->gain_db + (target - s->loudness_lufs);
  for (int i = 0; i < 8; i++) {
    double slope = 1.0 - 3.0 * a * x * x;

    if (slope < 0.2) /* past the top of the model: as far as extrapolate () would go */
      return s->gain_db + (target - s->loudness_lufs) / 0.2;
    x -= (x - a * x * x * x - wanted) / slope;
  }
  return idle->gain_db + x;
}

/* Beyond the outermost sample: the slope of the last two, kept between a fifth and one and a half
 * so that a flat or noisy pair cannot throw the search away; steps are at most 6 dB. */
static double
extrapolate (double g1, double f1, double g2, double f2, double from_g, double from_f)
{
  double slope = g2 > g1 ? (f2 - f1) / (g2 - g1) : 1.0;
  double step;

  if (!(slope > 0.2))
    slope = 0.2;
  if (slope > 1.5)
    slope = 1.5;
  step = -from_f / slope;
  if (step > 6.0)
    step = 6.0;
  if (step < -6.0)
    step = -6.0;
  return from_g + step;
}

/* HUGE_VAL where the curve is known never to reach zero. */
static double
root_estimate (const MdspLanding *l, Curve which)
{
  const MdspLandingSample *s = l->samples;
  unsigned n = l->n_samples, hi = 0;
  double f_lo, f_hi, at;

  while (hi < n && curve (l, &s[hi], which) < 0.0)
    hi++;

  if (hi == 0) { /* all are over: go down with slope 1, which a limiter never exceeds by much */
    f_hi = curve (l, &s[0], which);
    return extrapolate (0.0, 0.0, 0.0, 0.0, s[0].gain_db, f_hi);
  }
  if (hi == n) {
    if (isinf (curve (l, &s[n - 1], which)))
      return HUGE_VAL;
    if (which == CURVE_LOUDNESS && n == 2 && l->has_known)
      return cubic_step (&s[0], &s[1], l->params.target_lufs);
    f_hi = curve (l, &s[n - 1], which);
    f_lo = n > 1 ? curve (l, &s[n - 2], which) : 0.0;
    return n > 1 ? extrapolate (s[n - 2].gain_db, f_lo, s[n - 1].gain_db, f_hi, s[n - 1].gain_db,
                                f_hi)
                 : extrapolate (0.0, 0.0, 0.0, 0.0, s[0].gain_db, f_hi);
  }

  f_lo = curve (l, &s[hi - 1], which);
  f_hi = curve (l, &s[hi], which);
  if (isinf (f_lo) || isinf (f_hi) || l->n_renders >= 6) /* stalled: halve */
    at = 0.5;
  else
    at = -f_lo / (f_hi - f_lo);
  if (at < 0.02)
    at = 0.02;
  if (at > 0.98)
    at = 0.98;
  return s[hi - 1].gain_db + at * (s[hi].gain_db - s[hi - 1].gain_db);
}

/* The narrowest gap between a gain that keeps the constraints and one that does not. */
static double
margin_bracket (const MdspLanding *l)
{
  for (unsigned i = 1; i < l->n_samples; i++)
    if (margin (l, &l->samples[i - 1]) >= 0.0 && margin (l, &l->samples[i]) < 0.0)
      return l->samples[i].gain_db - l->samples[i - 1].gain_db;
  return HUGE_VAL;
}

MdspLandingVerdict
mdsp_landing_add (MdspLanding *l, const MdspLandingSample *s)
{
  double err = s->loudness_lufs - l->params.target_lufs;
  double m = margin (l, s);

  if (l->verdict != MDSP_LANDING_RENDER || l->n_renders >= l->params.max_renders)
    return l->verdict;
  l->last = *s;
  l->n_renders++;
  insert_sample (l, s);

  if (m >= 0.0 && fabs (err) <= l->params.tolerance_lu)
    return l->verdict = MDSP_LANDING_ON_TARGET;
  if (m >= 0.0 && m <= MARGIN_SLACK_DB && err < 0.0)
    return l->verdict = MDSP_LANDING_CONSTRAINED;
  if (margin_bracket (l) <= BRACKET_MIN_DB &&
      mdsp_landing_best (l).loudness_lufs < l->params.target_lufs - l->params.tolerance_lu &&
      m < 0.0)
    return l->verdict = MDSP_LANDING_CONSTRAINED;
  if (l->n_renders >= l->params.max_renders)
    return l->verdict = MDSP_LANDING_EXHAUSTED;

  l->gain_db = HUGE_VAL;
  for (Curve which = CURVE_LOUDNESS; which < N_CURVES; which++) {
    double root = root_estimate (l, which);

    if (root < l->gain_db)
      l->gain_db = root;
  }
  return l->verdict;
}
