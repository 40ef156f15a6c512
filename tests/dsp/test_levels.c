/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Levels from moment to moment: tones against the closed form of the crossover and the standard's
 * calibration, the grid, and any cutting of the stream. */
#include "check.h"
#include "measure/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846

static const MdspKernels *kernels;

/* amplitude of channel c: a / (1 + c) */
static void
tone (float *planes[], unsigned n_channels, size_t n, double hz, double a, double rate)
{
  for (unsigned c = 0; c < n_channels; c++)
    for (size_t i = 0; i < n; i++)
      planes[c][i] = (float) (a / (1 + c) * sin (2.0 * PI * hz * (double) i / rate));
}

static void
measure (MdspLevels *l, float *const planes[], unsigned n_channels, size_t n, double rate,
         size_t piece)
{
  CHECK (mdsp_levels_init (l, rate, n_channels, kernels) == MDSP_OK, "init");
  for (size_t done = 0, k; done < n; done += k) {
    const float *at[8];
    k = n - done < piece ? n - done : piece;
    for (unsigned c = 0; c < n_channels; c++)
      at[c] = planes[c] + done;
    mdsp_levels_process (l, at, k);
  }
  mdsp_levels_finish (l);
}

/* Linkwitz-Riley: |L| = 1 / (1 + w^4), |H| = w^4 / (1 + w^4) with w the ratio of the bilinear
 * tangents; the tree of four splits at 1 kHz first. */
static double
band_gain (unsigned band, double hz, double rate)
{
  double split[3];
  for (unsigned i = 0; i < 3; i++) {
    const double w = tan (PI * hz / rate) / tan (PI * mdsp_levels_crossover_hz[i] / rate);
    split[i] = 1.0 / (1.0 + w * w * w * w);
  }
  const double half = band < 2 ? split[1] : 1.0 - split[1];
  const double low = band < 2 ? split[0] : split[2];
  return half * (band % 2 == 0 ? low : 1.0 - low);
}

static void
tones (void)
{
  enum { N = 96000 };
  static float x[2][N];
  float *planes[2] = { x[0], x[1] };
  static const double hz[] = { 100.0, 500.0, 2000.0, 8000.0, 120.0 };
  double worst = 0.0;
  for (unsigned k = 0; k < 5; k++) {
    MdspLevels l;
    tone (planes, 2, N, hz[k], 0.5, 48000.0);
    measure (&l, planes, 2, N, 48000.0, 1000);
    CHECK (l.n_steps == 200, "%zu steps", l.n_steps);
    for (unsigned b = 0; b < MDSP_LEVELS_BANDS; b++) {
      /* a tenth of a second holds whole periods; the loudest channel counts */
      double power = 0.0;
      for (unsigned s = 150; s < 160; s++)
        power += l.steps[s].band[b] / 10.0;
      const double gain = band_gain (b, hz[k], 48000.0), expected = 0.125 * gain * gain;
      if (gain > 0.01)
        worst = fmax (worst, fabs (10.0 * log10 (power / expected)));
    }
    mdsp_levels_clear (&l);
  }
  printf ("tones: within %.4f dB of the closed form\n", worst);
  CHECK (worst < 0.01, "%g dB", worst);
}

/* BS.1770-5: a full-scale sine of 997 Hz in one channel reads -3.01 LUFS. */
static void
calibration (void)
{
  enum { N = 48000 };
  static float x[3][N];
  float *planes[3] = { x[0], x[1], x[2] };
  MdspLevels l;
  tone (planes, 1, N, 997.0, 1.0, 48000.0);
  measure (&l, planes, 3, N, 48000.0, 512);
  double power = 0.0;
  for (unsigned s = 50; s < 100; s++)
    power += l.steps[s].weighted / 50.0;
  const double lufs = -0.691 + 10.0 * log10 (power);
  CHECK (fabs (lufs + 3.01) < 0.01, "%g LUFS", lufs);
  mdsp_levels_clear (&l);
}

/* Ends of steps are the groups nearest to 10 ms; cutting does not matter; an hour is enough. */
static void
grid (void)
{
  enum { N = 44100 * 2 + 3 };
  static float x[3][N];
  float *planes[3] = { x[0], x[1], x[2] };
  uint64_t seed = 7;
  for (unsigned c = 0; c < 3; c++)
    for (size_t i = 0; i < N; i++)
      x[c][i] = (float) (check_random (&seed) - 0.5);
  x[1][1000] = NAN;
  MdspLevels whole;
  measure (&whole, planes, 3, N, 44100.0, N);
  CHECK (whole.n_steps == 200, "%zu steps", whole.n_steps);
  static const size_t pieces[] = { 1, 7, 441, 4096 };
  for (unsigned k = 0; k < 4; k++) {
    MdspLevels cut;
    measure (&cut, planes, 3, N, 44100.0, pieces[k]);
    CHECK (cut.n_steps == whole.n_steps &&
               memcmp (cut.steps, whole.steps, whole.n_steps * sizeof *whole.steps) == 0,
           "in pieces of %zu", pieces[k]);
    mdsp_levels_clear (&cut);
  }
  for (size_t s = 0; s < whole.n_steps; s++)
    CHECK (isfinite (whole.steps[s].weighted) && whole.steps[s].band[2] > 0.0f, "step %zu", s);
  mdsp_levels_clear (&whole);

  MdspLevels l;
  static float silence[8000];
  const float *quiet[1] = { silence };
  CHECK (mdsp_levels_init (&l, 8000.0, 1, kernels) == MDSP_OK, "init");
  for (unsigned s = 0; s < 3700; s++)
    mdsp_levels_process (&l, quiet, 8000);
  mdsp_levels_finish (&l);
  CHECK (l.n_steps == MDSP_LEVELS_MAX_STEPS, "%zu steps", l.n_steps);
  mdsp_levels_clear (&l);
}

int
main (void)
{
  kernels = mdsp_kernels_get ();
  tones ();
  calibration ();
  grid ();
  printf ("%s\n", check_failures ? "FAILED" : "passed");
  return check_failures > 0;
}
