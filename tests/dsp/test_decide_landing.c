/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The search for the gain against limiters whose curves are known in closed form.
 */
#include "decide/landing.h"

#include "check.h"

#include <math.h>
#include <stdio.h>

#define LOUDNESS_IN -22.0
#define PEAK_IN     -6.0
#define CEILING     -1.0
#define TOLERANCE   0.03

/* A limiter: over the idle gain x the loss is loss * x^power, the reduction share * (x - start),
 * and the PSR falls by psr_slope per dB. */
typedef struct {
  double loss, power, share, start, psr_in, psr_slope;
} Limiter;

static MdspLandingSample
run (const Limiter *m, double gain)
{
  double x = gain - (CEILING - PEAK_IN);
  MdspLandingSample s = { gain, LOUDNESS_IN + gain, 0.0, m->psr_in };

  if (x > 0.0) {
    s.loudness_lufs -= m->loss * pow (x, m->power);
    s.reduction_db = x > m->start ? m->share * (x - m->start) : 0.0;
    s.psr_min_db -= m->psr_slope * x;
  }
  return s;
}

static MdspLandingParams
params_for (const Limiter *m, double target, double budget, double floor_db)
{
  MdspLandingParams p = { .loudness_in_lufs = LOUDNESS_IN,
                          .true_peak_in_dbtp = PEAK_IN,
                          .psr_min_in_db = m->psr_in,
                          .target_lufs = target,
                          .ceiling_dbtp = CEILING,
                          .tolerance_lu = TOLERANCE,
                          .reduction_budget_db = budget,
                          .psr_floor_db = floor_db,
                          .max_renders = 10 };

  return p;
}

static MdspLandingVerdict
search (MdspLanding *l, const Limiter *m, const MdspLandingParams *p)
{
  MdspLandingVerdict verdict = MDSP_LANDING_RENDER;

  CHECK (mdsp_landing_init (l, p) == MDSP_OK, "init");
  while (verdict == MDSP_LANDING_RENDER) {
    MdspLandingSample s = run (m, mdsp_landing_gain (l));

    CHECK (isfinite (s.gain_db), "gain %f", s.gain_db);
    verdict = mdsp_landing_add (l, &s);
  }
  return verdict;
}

/* The largest gain that keeps the constraints, by bisection of the model itself. */
static double
loudest_allowed (const Limiter *m, double budget, double floor_db)
{
  double lo = 0.0, hi = 60.0;

  for (int i = 0; i < 60; i++) {
    double mid = 0.5 * (lo + hi);
    MdspLandingSample s = run (m, mid);

    if (s.reduction_db <= budget && s.psr_min_db >= floor_db)
      lo = mid;
    else
      hi = mid;
  }
  return lo;
}

static void
test_without_limiting_one_render_is_enough (void)
{
  Limiter m = { 0.02, 2.5, 0.8, 1.0, 14.0, 0.5 };
  MdspLandingParams p = params_for (&m, -18.0, 4.0, 8.0);
  MdspLanding l;

  CHECK (search (&l, &m, &p) == MDSP_LANDING_ON_TARGET, "verdict");
  CHECK (l.n_renders == 1 && l.last.gain_db == 4.0, "%u renders, gain %f", l.n_renders,
         l.last.gain_db);
}

/* Over limiters of other shapes and many targets: on target, or stopped exactly at the constraint.
 */
static void
test_grid (void)
{
  unsigned n = 0, renders = 0;

  for (double power = 1.5; power <= 3.5; power += 0.5)
    for (double loss = 0.001; loss <= 0.02; loss *= 1.6)
      for (double target = -19.0; target <= -7.0; target += 0.7)
        for (int punchy = 0; punchy < 2; punchy++) {
          Limiter m = { loss, power, 0.8, 1.0, punchy ? 16.0 : 9.5, 0.3 };
          MdspLandingParams p = params_for (&m, target, 4.0, 8.0);
          double limit = loudest_allowed (&m, 4.0, 8.0);
          MdspLandingVerdict verdict;
          MdspLandingSample best;
          MdspLanding l;

          verdict = search (&l, &m, &p);
          best = verdict == MDSP_LANDING_ON_TARGET ? l.last : mdsp_landing_best (&l);
          CHECK (verdict != MDSP_LANDING_EXHAUSTED, "loss %g power %g target %g", loss, power,
                 target);
          CHECK (mdsp_landing_violation (&l, &best, NULL) == MDSP_CONSTRAINT_NONE, "crushed");
          if (verdict == MDSP_LANDING_ON_TARGET)
            CHECK (fabs (best.loudness_lufs - target) <= TOLERANCE, "%f", best.loudness_lufs);
          else if (mdsp_landing_stalls (&l)) /* past the top of this limiter's loudness */
            CHECK (best.gain_db < limit &&
                       best.loudness_lufs >= run (&m, limit).loudness_lufs - 0.01,
                   "%f at %f", best.loudness_lufs, best.gain_db);
          else /* within the slack of 0.1 dB of either constraint: 0.1 / 0.3 dB of gain at most */
            CHECK (best.gain_db > limit - 0.1 / 0.3 - 0.05 &&
                       run (&m, limit).loudness_lufs < target - TOLERANCE + 0.35,
                   "gain %f of %f", best.gain_db, limit);
          n++;
          renders += l.n_renders;
        }
  printf ("%u searches, %.2f renders each\n", n, (double) renders / n);
  CHECK (renders < 3 * n, "more than three renders on average: %u for %u", renders, n);
}

static void
test_constraints_are_named (void)
{
  Limiter hard = { 0.01, 2.5, 1.0, 0.0, 20.0, 0.1 }, dense = { 0.01, 2.5, 0.1, 0.0, 10.0, 0.8 };
  MdspLandingParams p = params_for (&hard, -8.0, 4.0, 8.0);
  MdspLandingSample loud = run (&hard, 14.0);
  double excess;
  MdspLanding l;

  CHECK (search (&l, &hard, &p) == MDSP_LANDING_CONSTRAINED, "hard");
  CHECK (mdsp_landing_violation (&l, &loud, &excess) == MDSP_CONSTRAINT_REDUCTION, "hard");
  CHECK (fabs (excess - 5.0) < 1e-9, "9 dB of reduction over a budget of 4: %f", excess);
  p = params_for (&dense, -8.0, 4.0, 8.0);
  loud = run (&dense, 14.0);
  CHECK (search (&l, &dense, &p) == MDSP_LANDING_CONSTRAINED, "dense");
  CHECK (mdsp_landing_violation (&l, &loud, NULL) == MDSP_CONSTRAINT_PSR, "dense");
}

/* A mix below the floor from the start is limited a little, by half a dB of PSR. */
static void
test_dense_input (void)
{
  Limiter m = { 0.01, 2.5, 0.5, 0.0, 6.0, 0.5 };
  MdspLandingParams p = params_for (&m, -8.0, 4.0, 8.0);
  MdspLanding l;

  CHECK (search (&l, &m, &p) == MDSP_LANDING_CONSTRAINED, "verdict");
  CHECK (mdsp_landing_best (&l).psr_min_db >= 5.5 && mdsp_landing_best (&l).psr_min_db <= 5.6,
         "PSR %f", mdsp_landing_best (&l).psr_min_db);
}

/* A stage in front took punch: the floor stays that of the music before it, 8 dB, though half a dB
 * less than what comes in would be 7.7; and 7 dB for music of 7.5. */
static void
test_punch_that_a_stage_took (void)
{
  Limiter m = { 0.01, 2.5, 0.1, 0.0, 8.2, 0.5 };
  MdspLandingParams p = params_for (&m, -8.0, 4.0, 8.0);
  MdspLanding l;

  CHECK (mdsp_landing_init (&l, &p) == MDSP_OK && fabs (mdsp_landing_psr_floor (&l) - 7.7) < 1e-9,
         "%f without a stage", mdsp_landing_psr_floor (&l));
  p.psr_untouched_db = 10.0;
  CHECK (search (&l, &m, &p) == MDSP_LANDING_CONSTRAINED, "verdict");
  CHECK (mdsp_landing_best (&l).psr_min_db >= 8.0 && mdsp_landing_best (&l).psr_min_db <= 8.1,
         "PSR %f", mdsp_landing_best (&l).psr_min_db);
  p.psr_min_in_db = 7.2;
  p.psr_untouched_db = 7.5;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_OK && fabs (mdsp_landing_psr_floor (&l) - 7.0) < 1e-9,
         "%f", mdsp_landing_psr_floor (&l));
  /* a stage that gave punch does not raise what has to be kept */
  p.psr_min_in_db = 9.0;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_OK && fabs (mdsp_landing_psr_floor (&l) - 7.0) < 1e-9,
         "%f", mdsp_landing_psr_floor (&l));
}

static void
test_saturation_ends (void)
{
  MdspLandingVerdict verdict = MDSP_LANDING_RENDER;
  MdspLanding l;
  Limiter m = { 0.0, 1.0, 0.0, 0.0, 99.0, 0.0 };
  MdspLandingParams p = params_for (&m, -5.0, 1000.0, 0.0);

  CHECK (mdsp_landing_init (&l, &p) == MDSP_OK, "init");
  while (verdict == MDSP_LANDING_RENDER) { /* a limiter that never gives more than -9 LUFS */
    double g = mdsp_landing_gain (&l);
    MdspLandingSample s = { g, -9.0 - 4.0 / (1.0 + (g > 0.0 ? g : 0.0)), g, 99.0 };

    verdict = mdsp_landing_add (&l, &s);
  }
  CHECK (verdict == MDSP_LANDING_EXHAUSTED && l.n_renders == 10, "%d after %u", verdict,
         l.n_renders);
}

/* Loudness that falls while the gain rises, as the gate makes it: the loudest of what was seen. */
static void
test_loudness_that_falls (void)
{
  MdspLandingVerdict verdict = MDSP_LANDING_RENDER;
  Limiter m = { 0.0, 1.0, 0.0, 0.0, 99.0, 0.0 };
  MdspLandingParams p = params_for (&m, -10.0, 1000.0, 0.0);
  double loudest = LOUDNESS_IN + (CEILING - PEAK_IN);
  MdspLanding l;

  CHECK (mdsp_landing_init (&l, &p) == MDSP_OK, "init");
  CHECK (!mdsp_landing_stalls (&l), "nothing was tried");
  while (verdict == MDSP_LANDING_RENDER) {
    double g = mdsp_landing_gain (&l);
    MdspLandingSample s = { g, -15.0 - 0.3 * g, g, 99.0 };

    loudest = fmax (loudest, s.loudness_lufs);
    verdict = mdsp_landing_add (&l, &s);
  }
  CHECK (mdsp_landing_stalls (&l), "stalls");
  CHECK (mdsp_landing_best (&l).loudness_lufs == loudest, "%f, not %f",
         mdsp_landing_best (&l).loudness_lufs, loudest);
}

/* Flat and then steep, where false position alone crawls: halving ends it. No step outside of what was seen
 * is larger than 6 dB. */
static void
test_a_bent_curve_lands (void)
{
  for (double power = 4.0; power <= 16.0; power += 4.0) {
    MdspLandingVerdict verdict = MDSP_LANDING_RENDER;
    Limiter m = { 0.0, 1.0, 0.0, 0.0, 99.0, 0.0 };
    MdspLandingParams p = params_for (&m, -11.0, 1000.0, 0.0);
    double highest = -HUGE_VAL;
    MdspLanding l;

    p.max_renders = 14;
    CHECK (mdsp_landing_init (&l, &p) == MDSP_OK, "init");
    while (verdict == MDSP_LANDING_RENDER) {
      double g = mdsp_landing_gain (&l);
      MdspLandingSample s = { g, -20.0 + 10.0 * pow (fmax (g, 0.0) / 25.0, power), 0.0, 99.0 };

      CHECK (l.n_renders == 0 || g <= highest + 6.0 + 1e-9, "power %g: a step of %g dB", power,
             g - highest);
      highest = fmax (highest, g);
      verdict = mdsp_landing_add (&l, &s);
    }
    CHECK (verdict == MDSP_LANDING_ON_TARGET, "power %g: %d after %u", power, verdict, l.n_renders);
  }
}

/* A limiter that leaps over the target: of what is left the quieter side, never louder than asked for. */
static void
test_a_leap_ends_below_the_target (void)
{
  MdspLandingVerdict verdict = MDSP_LANDING_RENDER;
  Limiter m = { 0.0, 1.0, 0.0, 0.0, 99.0, 0.0 };
  MdspLandingParams p = params_for (&m, -14.0, 1000.0, 0.0);
  MdspLanding l;

  CHECK (mdsp_landing_init (&l, &p) == MDSP_OK, "init");
  while (verdict == MDSP_LANDING_RENDER) {
    double g = mdsp_landing_gain (&l);
    MdspLandingSample s = { g, g < 7.5 ? -14.5 + 0.01 * g : -13.0 + 0.01 * g, 0.0, 99.0 };

    verdict = mdsp_landing_add (&l, &s);
  }
  CHECK (verdict == MDSP_LANDING_EXHAUSTED, "%d", verdict);
  CHECK (mdsp_landing_best (&l).loudness_lufs <= -14.0 + TOLERANCE, "%f",
         mdsp_landing_best (&l).loudness_lufs);
  CHECK (mdsp_landing_best (&l).gain_db < 7.5, "%f", mdsp_landing_best (&l).gain_db);
}

static void
test_bad_parameters (void)
{
  Limiter m = { 0.01, 2.5, 0.5, 0.0, 6.0, 0.5 };
  MdspLandingParams good = params_for (&m, -14.0, 4.0, 8.0), p;
  MdspLanding l;

  p = good, p.loudness_in_lufs = -HUGE_VAL; /* "no measurement" never becomes a gain */
  CHECK (mdsp_landing_init (&l, &p) == MDSP_ERROR_PARAM, "-inf");
  p = good, p.target_lufs = NAN;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_ERROR_PARAM, "NaN");
  p = good, p.ceiling_dbtp = 0.5;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_ERROR_PARAM, "ceiling");
  p = good, p.max_renders = 0;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_ERROR_PARAM, "renders");
  p = good, p.max_renders = MDSP_LANDING_MAX_RENDERS + 1;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_ERROR_PARAM, "renders");
  p = good, p.reduction_budget_db = 0.0;
  CHECK (mdsp_landing_init (&l, &p) == MDSP_ERROR_PARAM, "budget");
}

int
main (void)
{
  test_without_limiting_one_render_is_enough ();
  test_grid ();
  test_constraints_are_named ();
  test_dense_input ();
  test_punch_that_a_stage_took ();
  test_saturation_ends ();
  test_loudness_that_falls ();
  test_a_bent_curve_lands ();
  test_a_leap_ends_below_the_target ();
  test_bad_parameters ();
  printf ("ok\n");
  return check_failures == 0 ? 0 : 1;
}
