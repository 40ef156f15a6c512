/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The guard of the stereo image: on noise of known correlation, over every span of anything that comes,
 * with widths that a curve moves, and on what must be left alone. */
#include "imager_run.h"

#include <math.h>

/* Widened as far as the guard, no further, in any second after the first; noise of one level per
 * band, so the whole is judged. */
static void
guard_holds (void)
{
  const double guards[] = { -0.5, 0.0, 0.3, 0.6 };
  for (unsigned g = 0; g < 4; g++)
    for (double side = 0.1; side < 1.2; side += 0.2) {
      MdspImagerParams p = neutral ();
      p.width_low = p.width_mid = p.width_high = 2.0;
      p.guard = guards[g];
      make_noise (0.4, 0.4 * side);
      run (&p);
      for (size_t at = RATE; at + RATE <= FRAMES; at += RATE) {
        const double before = correlation (in[0], in[1], at, at + RATE);
        const double after = correlation (out[0], out[1], at, at + RATE);
        const double full = (1.0 - 4.0 * side * side) / (1.0 + 4.0 * side * side);
        CHECK (after > fmin (before, guards[g]) - 0.001, "guard %g, side %g: %g to %g", guards[g],
               side, before, after);
        CHECK (after < fmax (full, guards[g]) + 0.12 || after < before + 0.001,
               "guard %g, side %g: %g to %g, no need", guards[g], side, before, after);
      }
    }
}

/* Noise that is narrow, wide, out of phase, panned or nearly silent, in pieces of 5 ms to 1.3 s. */
static void
make_patchwork (uint64_t seed)
{
  for (size_t i = 0; i < FRAMES;) {
    const double pick = check_random (&seed), level = 0.4 * pow (10.0, -2.0 * check_random (&seed));
    const double side = pow (10.0, 2.0 * check_random (&seed) - 1.2);
    const double pan = pick < 0.2 ? 2.0 * check_random (&seed) - 1.0 : 0.0;
    const size_t n = (size_t) (RATE * (0.005 + pow (check_random (&seed), 2.0) * 1.3));
    for (size_t end = i + n < FRAMES ? i + n : FRAMES; i < end; i++) {
      const double m = level * (2.0 * check_random (&seed) - 1.0);
      const double own = side * level * (2.0 * check_random (&seed) - 1.0);
      const double quiet = pick > 0.9 ? 1e-5 : 1.0 / fmax (1.0, side), s = own + pan * m;
      in[0][i] = (float) (quiet * (m + s));
      in[1][i] = (float) (quiet * (m - s));
    }
  }
}

/* Running sums of the products, [3][FRAMES + 1]. */
static double *
running (float planes[2][FRAMES])
{
  double *sums = calloc (3 * (FRAMES + 1), sizeof (double));
  for (size_t i = 0; i < FRAMES; i++) {
    const double l = planes[0][i], r = planes[1][i], p[3] = { l * l, r * r, l * r };
    for (unsigned k = 0; k < 3; k++)
      sums[k * (FRAMES + 1) + i + 1] = sums[k * (FRAMES + 1) + i] + p[k];
  }
  return sums;
}

static double
correlation_of (const double *sums, size_t from, size_t n)
{
  double p[3];
  for (unsigned k = 0; k < 3; k++)
    p[k] = sums[k * (FRAMES + 1) + from + n] - sums[k * (FRAMES + 1) + from];
  return p[2] / sqrt (p[0] * p[1]);
}

/* By how much the correlation of a span ends below min (input, guard), at most. */
static double
shortfall (double guard, size_t span, size_t step)
{
  double *before = running (in), *after = running (out), worst = -1.0;
  for (size_t at = 0; at + span <= FRAMES; at += step) {
    const double least = fmin (correlation_of (before, at, span), guard);
    worst = fmax (worst, least - correlation_of (after, at, span));
  }
  free (before);
  free (after);
  return worst;
}

/* Over every span of the look-ahead that lies on the grid of 5 ms (256 frames), whatever comes: by
 * construction, so only the rounding to float is let by. Spans between the grid's points share all but
 * a 188th of their length with one on it. Without a look-ahead it does not hold, and is seen not to. */
static void
guard_holds_over_every_span (void)
{
  const double guards[] = { -0.3, 0.2, 0.5 };
  double past = 0.0, between = 0.0;
  for (unsigned g = 0; g < 3; g++)
    for (uint64_t seed = 1; seed < 5; seed++) {
      MdspImagerParams p = neutral ();
      p.width_low = p.width_mid = p.width_high = seed % 2 ? 2.0 : 1.3;
      p.guard = guards[g];
      p.lookahead_ms = seed > 2 ? 400.0 : 1000.0;
      const size_t span = 256 * (size_t) (p.lookahead_ms * 0.001 * RATE / 256.0 + 0.5);
      make_patchwork (seed);
      run (&p);
      CHECK (shortfall (p.guard, span, 256) < 1e-6, "guard %g, piece %u: below by %g", p.guard,
             (unsigned) seed, shortfall (p.guard, span, 256));
      between = fmax (between, shortfall (p.guard, span, 61));
      MdspImagerParams w = p;
      w.width_low = w.width_mid = w.width_high = 1.0;
      w.widen = 1.0; /* by the power of the mid, which its copy has some milliseconds later */
      run (&w);
      CHECK (shortfall (p.guard, span, 256) < 1e-3, "widen, guard %g, piece %u: below by %g",
             p.guard, (unsigned) seed, shortfall (p.guard, span, 256));
      p.lookahead_ms = 0.0;
      run (&p);
      past = fmax (past, shortfall (p.guard, span, 256));
    }
  CHECK (between < 0.01, "between the grid's points: below by %g", between);
  CHECK (past > 0.05, "without a look-ahead: below by no more than %g", past);
}

/* in -> out in steps of 10 ms with a width that a curve moves: between 1 and 2 and back every 1.7 s. */
static void
run_along_a_curve (MdspImagerParams p)
{
  MdspImager *im = calloc (1, sizeof *im);
  p.will_move = true;
  CHECK (mdsp_imager_init (im, &p, mdsp_kernels_get ()) == MDSP_OK, "init");
  const size_t late = mdsp_imager_latency (im), n_all = FRAMES + late;
  float *all[2];
  for (unsigned c = 0; c < 2; c++) {
    all[c] = calloc (n_all + 480, sizeof (float));
    memcpy (all[c], in[c], sizeof in[c]);
  }
  for (size_t i = 0; i < n_all; i += 480) {
    float *const planes[2] = { all[0] + i, all[1] + i };
    p.width_mid = 1.5 - 0.5 * cos (2.0 * M_PI * (double) i / (1.7 * RATE));
    p.width_low = p.width_high = p.width_mid;
    mdsp_imager_set (im, &p);
    mdsp_imager_process (im, planes, 480);
  }
  for (unsigned c = 0; c < 2; c++) {
    memcpy (out[c], all[c] + late, sizeof out[c]);
    free (all[c]);
  }
  mdsp_imager_clear (im);
  free (im);
}

/* A start with widths of 1 is no reason to be late for those that a curve will bring. */
static void
guard_is_ready_for_a_curve (void)
{
  MdspImagerParams p = neutral ();
  p.guard = 0.2;
  p.lookahead_ms = 400.0;
  for (uint64_t seed = 1; seed < 3; seed++) {
    make_patchwork (seed);
    run_along_a_curve (p);
    CHECK (shortfall (p.guard, 256 * 75, 256) < 1e-6, "piece %u: below by %g", (unsigned) seed,
           shortfall (p.guard, 256 * 75, 256));
  }
  CHECK (memcmp (in, out, sizeof in) != 0, "nothing was done");
}

/* Anti-phase, one silent channel, a channel a millisecond late: not one sample changes. */
static void
what_is_broken_is_left_alone (void)
{
  for (unsigned kind = 0; kind < 4; kind++)
    for (unsigned widen = 0; widen < 2; widen++) {
      MdspImagerParams p = neutral ();
      make_noise (0.4, kind == 3 ? 0.41 : 0.0);
      if (kind == 0)
        for (size_t i = 0; i < FRAMES; i++)
          in[1][i] = -in[0][i];
      if (kind == 1)
        memset (in[1], 0, sizeof in[1]);
      for (size_t i = FRAMES; i-- > 48 && kind == 2;)
        in[1][i] = in[1][i - 48];
      p.widen = widen;
      p.width_low = p.width_mid = p.width_high = widen ? 1.0 : 1.8;
      run (&p);
      double worst = 0.0, power = 0.0, change = 0.0;
      for (unsigned c = 0; c < 2; c++)
        for (size_t i = 0; i < FRAMES; i++) {
          const double d = (double) out[c][i] - in[c][i];
          worst = fmax (worst, fabs (d));
          change += d * d;
          power += (double) in[c][i] * in[c][i];
        }
      if (kind < 2)
        CHECK (worst == 0.0, "kind %u, widen %u: changed by %g", kind, widen, worst);
      else /* correlation about 0 by chance is over it now and then */
        CHECK (change < 1e-3 * power, "kind %u, widen %u: %g dB", kind, widen,
               10.0 * log10 (change / power));
    }
}

int
main (void)
{
  guard_holds ();
  guard_holds_over_every_span ();
  guard_is_ready_for_a_curve ();
  what_is_broken_is_left_alone ();
  printf ("%d failed\n", check_failures);
  return check_failures > 0;
}
