/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * measure/plateau.h against counting by hand: one sinusoid per window of 400 ms, whose peak and power
 * are known; clipped, turned down, with silence, in pieces of any size. */
#include "check.h"
#include "measure/plateau.h"

#include <math.h>
#include <string.h>

#define RATE 8000.0
enum { WINDOW = 3200, WINDOWS = 160 };

/* dB of each window's sinusoid; -inf is silence. */
static void
draw (double gain_db[WINDOWS], uint64_t seed, double spread_db)
{
  for (unsigned i = 0; i < WINDOWS; i++)
    gain_db[i] = i % 10 == 9 ? -HUGE_VAL : -spread_db * check_random (&seed);
}

/* 100 Hz in the left channel, half of it in the right one, no louder than clip. */
static void
play (MdspPlateau *p, const double gain_db[WINDOWS], double level, double clip, size_t piece)
{
  static float x[2][WINDOW];
  double cycle[80];
  for (unsigned i = 0; i < 80; i++)
    cycle[i] = sin (2.0 * M_PI * i / 80.0);
  mdsp_plateau_init (p, RATE, 2, mdsp_kernels_get ());
  for (unsigned w = 0; w < WINDOWS; w++) {
    const double a = pow (10.0, gain_db[w] / 20.0);
    for (unsigned i = 0; i < WINDOW; i++) {
      const double s = a * cycle[i % 80];
      x[0][i] = (float) (level * fmax (-clip, fmin (clip, s)));
      x[1][i] = 0.5f * x[0][i];
    }
    for (size_t done = 0, n; done < WINDOW; done += n) {
      const float *const planes[2] = { x[0] + done, x[1] + done };
      n = WINDOW - done < piece ? WINDOW - done : piece;
      mdsp_plateau_process (p, planes, n);
    }
  }
}

/* Mean square of a clipped sinusoid of 1, by the angle from which it is clipped. */
static double
power_of (double gain_db, double clip)
{
  const double a = pow (10.0, gain_db / 20.0), t = a > clip ? asin (clip / a) : 0.5 * M_PI;
  return 2.0 / M_PI *
         (a * a * (0.5 * t - 0.25 * sin (2.0 * t)) +
          fmin (a, clip) * fmin (a, clip) * (0.5 * M_PI - t));
}

/* The share with both thresholds moved by 0.12 dB, for the steps of 0.1 dB. */
static double
counted (const double gain_db[WINDOWS], double clip, double slack_db)
{
  double top = 0.0, mean = 0.0;
  unsigned held = 0, count = 0;
  for (unsigned i = 0; i < WINDOWS; i++) {
    top = fmax (top, fmin (clip, pow (10.0, gain_db[i] / 20.0)));
    mean += power_of (gain_db[i], clip) / WINDOWS;
  }
  for (unsigned i = 0; i < WINDOWS; i++) {
    const double peak = fmin (clip, pow (10.0, gain_db[i] / 20.0));
    held += 20.0 * log10 (peak / top) > -0.5 - slack_db;
    count += 10.0 * log10 (power_of (gain_db[i], clip) / mean) > -10.0 + slack_db;
  }
  return (double) held / count;
}

static void
check_share (const double gain_db[WINDOWS], double level, double clip)
{
  MdspPlateau p;
  play (&p, gain_db, level, clip, WINDOW);
  const double share = mdsp_plateau_share (&p);
  const double least = counted (gain_db, clip, -0.12), most = counted (gain_db, clip, 0.12);
  CHECK (share >= least - 1e-9 && share <= most + 1e-9, "level %g, clipped at %g: %g, not %g to %g",
         level, clip, share, least, most);
}

static void
shares_are_counted (void)
{
  double gain_db[WINDOWS];
  for (uint64_t seed = 1; seed <= 4; seed++) {
    draw (gain_db, seed, 4.0 * (double) seed);
    for (unsigned clipped = 0; clipped < 3; clipped++)
      for (double level = 1.0; level > 0.001; level *= 0.21) {
        const double clip = clipped == 0 ? 2.0 : clipped == 1 ? 0.7 : 0.4;
        check_share (gain_db, level, clip);
      }
  }
}

/* Planted: the same programme with and without a clipper 8 dB down, at one loudness. */
static void
a_clipper_is_noticed (void)
{
  double gain_db[WINDOWS];
  MdspPlateau open, clipped;
  draw (gain_db, 3, 16.0);
  play (&open, gain_db, 0.1, 2.0, WINDOW);
  play (&clipped, gain_db, 0.1, 0.4, WINDOW);
  CHECK (mdsp_plateau_share (&open) < 0.1 && mdsp_plateau_share (&clipped) > 0.4, "%g %g",
         mdsp_plateau_share (&open), mdsp_plateau_share (&clipped));
}

static void
little_says_nothing (void)
{
  static const float silence[1000];
  const float *const planes[2] = { silence, silence };
  double gain_db[WINDOWS];
  MdspPlateau p;
  mdsp_plateau_init (&p, RATE, 2, mdsp_kernels_get ());
  CHECK (mdsp_plateau_share (&p) == 0.0, "nothing");
  for (unsigned i = 0; i < 1000; i++)
    mdsp_plateau_process (&p, planes, 1000);
  CHECK (mdsp_plateau_share (&p) == 0.0, "silence");
  draw (gain_db, 1, 0.0);
  play (&p, gain_db, 1.0, 2.0, WINDOW);
  CHECK (mdsp_plateau_share (&p) == 1.0, "one level: %g", mdsp_plateau_share (&p));
  p.n_windows = 149; /* 59.6 s */
  CHECK (mdsp_plateau_share (&p) == 0.0, "short");
}

static void
pieces_do_not_matter (void)
{
  static const size_t pieces[] = { 1, 7, 64, 441, 1024 };
  double gain_db[WINDOWS];
  MdspPlateau whole, cut;
  draw (gain_db, 5, 9.0);
  play (&whole, gain_db, 0.5, 0.6, WINDOW);
  for (unsigned i = 0; i < 5; i++) {
    play (&cut, gain_db, 0.5, 0.6, pieces[i]);
    CHECK (memcmp (&whole, &cut, sizeof cut) == 0, "pieces of %zu", pieces[i]);
  }
}

int
main (void)
{
  shares_are_counted ();
  a_clipper_is_noticed ();
  little_says_nothing ();
  pieces_do_not_matter ();
  return check_failures == 0 ? 0 : 1;
}
