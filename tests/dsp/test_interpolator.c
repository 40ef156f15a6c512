/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The interpolator against closed forms: its pass-band, the peak of a sine on its grid; and the promise
 * that what may be skipped could not have counted. */
#include "check.h"
#include "filter/interpolator.h"
#include "kernels/dmath.h"

#include <math.h>
#include <string.h>

#define GROUPS 16
#define FRAMES (GROUPS * MDSP_GROUP)

typedef struct {
  unsigned oversampling, taps;
  double ripple_db; /* largest gain error over 0 .. 0.4535 fs */
} Design;

/* Least squares (up to 48 taps): the errors of the best fit at the band's edge, as numpy's lstsq gives them
 * on 2000 points, rounded up. Kaiser: the ripple of its formula for the length. */
static const Design designs[] = {
  { 4, 32, 0.11 },    { 4, 48, 0.01 },  { 8, 48, 0.01 },
  { 4, 112, 0.0001 }, { 4, 128, 1e-5 }, { 16, 64, 0.01 },
};

static void
pass_band_is_flat (void)
{
  for (size_t d = 0; d < sizeof designs / sizeof designs[0]; d++) {
    MdspInterpolator ip;
    double worst = 0.0;
    CHECK (mdsp_interpolator_design (&ip, designs[d].oversampling, designs[d].taps) == MDSP_OK,
           "design");
    for (unsigned p = 1; p < ip.oversampling; p++)
      for (double f = 0.0; f <= MDSP_INTERPOLATOR_PASSBAND; f += 0.0005)
        worst = fmax (worst, fabs (mdsp_db_from_lin (mdsp_interpolator_response (&ip, p, f))));
    CHECK (worst < designs[d].ripple_db, "%u x %u taps: %g dB", designs[d].oversampling,
           designs[d].taps, worst);
  }
}

/* x[0 .. FRAMES) with `half` samples on both sides and the pad behind. */
typedef struct {
  float all[MDSP_INTERPOLATOR_MAX_HALF + FRAMES + MDSP_INTERPOLATOR_MAX_HALF + MDSP_PAD];
} Signal;

static float *
start_of (Signal *s)
{
  return s->all + MDSP_INTERPOLATOR_MAX_HALF;
}

/* A tone of any phase reads its amplitude: the parabola leaves at most 0.05 dB of the grid's under-read
 * at 4x, 0.004 dB at 8x (dsp comments: 0.450 fs), and the filter its ripple. */
static void
sine_reads_its_amplitude (void)
{
  for (size_t d = 0; d < sizeof designs / sizeof designs[0]; d++) {
    MdspInterpolator ip;
    const double below = designs[d].oversampling == 4 ? 0.055 : 0.01;
    mdsp_interpolator_design (&ip, designs[d].oversampling, designs[d].taps);
    for (double f = 0.01; f <= 0.45; f += 0.0437)
      for (int phase = 0; phase < 7; phase++) {
        Signal s;
        float peaks[GROUPS], most = 0.0f;
        memset (&s, 0, sizeof s);
        for (size_t i = 0; i < sizeof s.all / sizeof (float); i++)
          s.all[i] = (float) (0.5 * sin (2.0 * MDSP_PI * f * (double) i + phase));
        mdsp_interpolator_peaks (&ip, mdsp_kernels_get (), start_of (&s), peaks, GROUPS, 0.0f);
        for (int g = 0; g < GROUPS; g++)
          most = peaks[g] > most ? peaks[g] : most;
        const double error = mdsp_db_from_lin (most / 0.5);
        CHECK (error > -below - designs[d].ripple_db && error < 0.01 + designs[d].ripple_db,
               "%u x %u at %g fs: %g dB", designs[d].oversampling, designs[d].taps, f, error);
      }
  }
}

/* Whatever reads r without skipping still reads r when all below r may be skipped. */
static void
check_skip (const MdspInterpolator *ip, Signal *s, const char *what)
{
  float all[GROUPS], skipped[GROUPS], most = 0.0f;
  mdsp_interpolator_peaks (ip, mdsp_kernels_get (), start_of (s), all, GROUPS, -1.0f); /* none */
  for (int g = 0; g < GROUPS; g++)
    most = all[g] > most ? all[g] : most;
  const float skip = most * (1.0f - 1e-6f);
  mdsp_interpolator_peaks (ip, mdsp_kernels_get (), start_of (s), skipped, GROUPS, skip);
  for (int g = 0; g < GROUPS; g++)
    CHECK (skipped[g] == all[g] || (all[g] <= skip && skipped[g] == 0.0f),
           "%s, %u x %u: group %d reads %g, with skipping %g", what, ip->oversampling, 2 * ip->half,
           g, (double) all[g], (double) skipped[g]);
}

/* The signs of a phase's taps: the loudest that full-scale samples can get there. */
static void
worst_case (const MdspInterpolator *ip, unsigned phase, float *x)
{
  for (unsigned i = 0; i < ip->half; i++) {
    const bool mid = 2 * phase == ip->oversampling;
    const float even = mid ? ip->mid[i] : ip->even[phase - 1][i];
    const float odd = mid ? 0.0f : ip->odd[phase - 1][i];
    x[-(int) i] = even + odd < 0.0f ? -1.0f : 1.0f;
    x[1 + (int) i] = even - odd < 0.0f ? -1.0f : 1.0f;
  }
}

/* What a phase makes of x around sample 0, and its taps. */
static double
tap (const MdspInterpolator *ip, unsigned phase, int at)
{
  const unsigned k = (unsigned) (at <= 0 ? -at : at - 1);
  const bool mid = 2 * phase == ip->oversampling;
  const double even = mid ? (double) ip->mid[k] : (double) ip->even[phase - 1][k];
  const double odd = mid ? 0.0 : (double) ip->odd[phase - 1][k];
  return at <= 0 ? even + odd : even - odd;
}

/* The taps less the straight line between the two samples are a double difference of g (two running sums):
 * a curve that bends by 1 everywhere, with the signs of g, is read sum |g| above the line. */
static double
worst_bends (const MdspInterpolator *ip, unsigned phase, float *x)
{
  const int half = (int) ip->half;
  const double frac = (double) phase / ip->oversampling;
  double bend[2 * MDSP_INTERPOLATOR_MAX_HALF + 2] = { 1.0, 1.0 }, once = 0.0, twice = 0.0,
                                               reading = 0.0;
  double y[2 * MDSP_INTERPOLATOR_MAX_HALF + 2] = { 0.0 };
  for (int at = -half + 1; at <= half; at++) {
    once += tap (ip, phase, at) - (at == 0 ? 1.0 - frac : at == 1 ? frac : 0.0);
    twice += once;
    bend[at + 1 + half] = twice < 0.0 ? -1.0 : 1.0;
  }
  for (int at = 1; at < half; at++)
    y[at + 1 + half] = 2.0 * y[at + half] - y[at - 1 + half] + bend[at + half];
  for (int at = 0; at > -half; at--)
    y[at - 1 + half] = 2.0 * y[at + half] - y[at + 1 + half] + bend[at + half];
  for (int at = -half; at <= half; at++)
    x[at] = (float) y[at + half];
  for (int at = -half + 1; at <= half; at++)
    reading += tap (ip, phase, at) * (double) x[at];
  return reading;
}

/* The bound holds, and at the middle phase it is no more than a tenth too high: the parabola has 7 %. */
static void
the_bound_on_bends_is_met (void)
{
  for (size_t d = 0; d < sizeof designs / sizeof designs[0]; d++) {
    MdspInterpolator ip;
    Signal s;
    float *x = start_of (&s);
    mdsp_interpolator_design (&ip, designs[d].oversampling, designs[d].taps);
    for (unsigned phase = 1; phase <= ip.oversampling / 2; phase++) {
      memset (&s, 0, sizeof s);
      const double reading = worst_bends (&ip, phase, x);
      const MdspKernels *k = mdsp_kernels_get ();
      CHECK (!mdsp_interpolator_stays_below (&ip, k, x, 1, (float) (reading * (1.0 - 1e-6))),
             "%u x %u, phase %u: %g is missed", ip.oversampling, 2 * ip.half, phase, reading);
      if (2 * phase == ip.oversampling) {
        const float above =
            (float) reading * 1.1f + ip.slack * k->peak_abs_f32 (x - ip.half, 2 * ip.half + 1);
        CHECK (mdsp_interpolator_stays_below (&ip, k, x, 1, above), "%u x %u: bound above %g",
               ip.oversampling, 2 * ip.half, (double) above);
      }
    }
  }
}

static void
what_is_skipped_could_not_count (void)
{
  uint64_t state = 11;
  for (size_t d = 0; d < sizeof designs / sizeof designs[0]; d++) {
    MdspInterpolator ip;
    Signal s;
    mdsp_interpolator_design (&ip, designs[d].oversampling, designs[d].taps);
    for (int round = 0; round < 60; round++) {
      memset (&s, 0, sizeof s);
      for (size_t i = 0; i < sizeof s.all / sizeof (float) - MDSP_PAD; i++)
        s.all[i] = check_random (&state) < 0.5 ? -1.0f : 1.0f;
      check_skip (&ip, &s, "random signs");
    }
    /* one sample anywhere, also among those before the first group and behind the last */
    for (int at = -(int) ip.half; at < FRAMES + (int) ip.half; at++) {
      memset (&s, 0, sizeof s);
      start_of (&s)[at] = 1.0f;
      check_skip (&ip, &s, "one sample");
    }
    for (unsigned phase = 1; phase <= ip.oversampling / 2; phase++)
      for (int at = 0; at < FRAMES; at += 5) {
        memset (&s, 0, sizeof s);
        worst_case (&ip, phase, start_of (&s) + at);
        check_skip (&ip, &s, "worst case");
      }
  }
}

static void
wrong_designs_are_refused (void)
{
  static const unsigned wrong[][2] = { { 3, 32 }, { 2, 32 }, { 32, 32 },
                                       { 4, 14 }, { 4, 33 }, { 4, 130 } };
  MdspInterpolator ip;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    CHECK (mdsp_interpolator_design (&ip, wrong[i][0], wrong[i][1]) == MDSP_ERROR_PARAM, "%u x %u",
           wrong[i][0], wrong[i][1]);
}

int
main (void)
{
  pass_band_is_flat ();
  sine_reads_its_amplitude ();
  what_is_skipped_could_not_count ();
  the_bound_on_bends_is_met ();
  wrong_designs_are_refused ();
  printf ("%d failed\n", check_failures);
  return check_failures != 0;
}
