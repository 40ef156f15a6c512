/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The dynamics processor against closed forms: static curve, attack and release times, automatic release, ripple, what
 * is at rest, link, make-up, the soft clipper, and settings on the move against a naive double
 * precision processor. */
#include "check.h"
#include "dynamics/ballistics.h"
#include "dynamics/multiband.h"
#include "kernels/dmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000.0
#define PI   3.14159265358979323846

static const MdspKernels *kernels;

static MdspMultibandParams
compressor (double threshold_db, double ratio, double knee_db)
{
  MdspMultibandParams p;
  mdsp_multiband_params_init (&p, RATE, 1);
  p.band[0].threshold_db = threshold_db;
  p.band[0].ratio = ratio;
  p.band[0].knee_db = knee_db;
  p.band[0].range_db = 24.0;
  return p;
}

static void
process (MdspMultiband *m, float *const *x, size_t n, uint64_t *rng)
{
  for (size_t done = 0; done < n;) {
    float *at[8];
    size_t piece = 1 + (size_t) (check_random (rng) * MDSP_MAX_BLOCK);
    piece = piece < n - done ? piece : n - done;
    for (unsigned c = 0; c < m->params.n_channels; c++)
      at[c] = x[c] + done;
    mdsp_multiband_process (m, at, piece);
    done += piece;
  }
}

static void
run (const MdspMultibandParams *p, float *const *x, size_t n)
{
  uint64_t rng = 3;
  MdspMultiband m;
  CHECK (mdsp_multiband_init (&m, p, kernels) == MDSP_OK, "init");
  process (&m, x, n, &rng);
  mdsp_multiband_clear (&m);
}

static void
tone (float *x, size_t n, double hz, double db)
{
  for (size_t i = 0; i < n; i++)
    x[i] = (float) (pow (10.0, db / 20.0) * sin (2.0 * PI * hz * (double) i / RATE));
}

/* A constant level (a square wave has |x| = const) at many levels; the closed form as the paper has
 * it. Limit: the logarithm's and exponential's 3e-5 dB and the last of the approach, e^-24. */
static void
static_curve (void)
{
  enum { N = 24000 };
  static float x[N];
  float *planes[1] = { x };
  double worst = 0.0;
  static const struct {
    MdspCurveMode mode;
    double threshold, ratio, knee;
  } cases[] = {
    { MDSP_CURVE_DOWNWARD, -20.0, 4.0, 6.0 },   { MDSP_CURVE_DOWNWARD, -30.0, 1.5, 0.0 },
    { MDSP_CURVE_DOWNWARD, -12.0, 20.0, 24.0 }, { MDSP_CURVE_UPWARD, -20.0, 2.0, 6.0 },
    { MDSP_CURVE_EXPAND, -20.0, 2.0, 6.0 },     { MDSP_CURVE_EXPAND, -30.0, 1.5, 0.0 }
  };
  for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++)
    for (double level = -84.0; level <= 0.0; level += 3.7) {
      MdspMultibandParams p = compressor (cases[k].threshold, cases[k].ratio, cases[k].knee);
      p.detector = MDSP_DETECTOR_PEAK;
      p.band[0].mode = cases[k].mode;
      p.band[0].attack_ms = 5.0;
      p.band[0].release_ms = 20.0;
      const double amplitude = pow (10.0, level / 20.0);
      for (size_t i = 0; i < N; i++)
        x[i] = (float) (i / 24 % 2 ? -amplitude : amplitude);
      run (&p, planes, N);
      /* Giannoulis et al., equation 4, and its mirror images */
      const double T = cases[k].threshold, R = cases[k].ratio, W = cases[k].knee, d = level - T;
      double y = level;
      if (cases[k].mode == MDSP_CURVE_DOWNWARD)
        y = 2 * d < -W  ? level
            : 2 * d > W ? T + d / R
                        : level + (1 / R - 1) * (d + W / 2) * (d + W / 2) / (2 * W);
      else if (cases[k].mode == MDSP_CURVE_UPWARD)
        y = 2 * d > W    ? level
            : 2 * d < -W ? T + d / R
                         : level + (1 - 1 / R) * (d - W / 2) * (d - W / 2) / (2 * W);
      else
        y = 2 * d > W    ? level
            : 2 * d < -W ? T + d * R
                         : level + (1 - R) * (d - W / 2) * (d - W / 2) / (2 * W);
      double gain = fmax (-24.0, fmin (24.0, y - level));
      if (cases[k].mode == MDSP_CURVE_UPWARD) /* fades out 40 to 50 dB below */
        gain *= fmax (0.0, fmin (1.0, (d + 50.0) / 10.0));
      const double measured = 20.0 * log10 (fabs ((double) x[N - 1]) / amplitude);
      worst = fmax (worst, fabs (measured - gain));
      const MdspGainCurveParams closed = { cases[k].mode, T,
                                           mdsp_gain_curve_slope (cases[k].mode, R), W, 24.0 };
      CHECK (fabs (mdsp_gain_curve_db (&closed, level) - gain) < 1e-9, "curve at %g", level);
    }
  printf ("static curve: within %.5f dB of the closed form\n", worst);
  CHECK (worst < 0.001, "%g dB", worst);
}

/* Levels jump up and down; the gain in dB has covered 1 - 1/e of the way after the set time, "attack"
 * when the level rises, in every mode. */
static void
attack_and_release (void)
{
  enum { N = 432000, UP = 216000, DOWN = 312000 }; /* 9 release times before the jump */
  static float x[N];
  float *planes[1] = { x };
  static const double times[][2] = { { 20, 250 }, { 1, 50 }, { 100, 120 }, { 30, 30 }, { 5, 500 } };
  double worst = 0.0;
  for (unsigned k = 0; k < 15; k++) {
    const double *set = times[k / 3], levels[2] = { 0.005, 0.5 };
    MdspMultibandParams p = compressor (k % 3 ? -3.0 : -50.0, 1.5, 0.0);
    double steady[2], took[2] = { 0.0, 0.0 };
    p.detector = MDSP_DETECTOR_PEAK;
    p.lookahead_ms = 8.0 / RATE * 1e3; /* gain and signal meet */
    p.band[0].mode = (MdspCurveMode) (k % 3);
    p.band[0].attack_ms = set[0];
    p.band[0].release_ms = set[1];
    for (size_t i = 0; i < N; i++)
      x[i] = (float) (levels[i >= UP && i < DOWN] * (i / 24 % 2 ? -1.0 : 1.0));
    run (&p, planes, N);
    for (unsigned j = 0; j < 2; j++) {
      const MdspGainCurveParams curve = { p.band[0].mode, p.band[0].threshold_db,
                                          mdsp_gain_curve_slope (p.band[0].mode, 1.5), 0.0, 24.0 };
      steady[j] = mdsp_gain_curve_db (&curve, 20.0 * log10 (levels[j]));
    }
    for (size_t i = UP; i < N - 8; i++) {
      const unsigned falls = i >= DOWN;
      const double gain = 20.0 * log10 (fabs ((double) x[i + 8]) / levels[!falls]);
      const double way = (gain - steady[falls]) / (steady[!falls] - steady[falls]);
      if (took[falls] == 0.0 && way >= 1.0 - exp (-1.0))
        took[falls] = (double) (i - (falls ? DOWN : UP)) / RATE * 1e3;
    }
    for (unsigned j = 0; j < 2; j++) {
      /* and one sample */
      const double off = fabs (took[j] - set[j]), allowed = 0.02 * set[j] + 0.021;
      worst = fmax (worst, off / set[j]);
      CHECK (off < allowed, "mode %u: %s of %g ms took %g ms", k % 3, j ? "release" : "attack",
             set[j], took[j]);
    }
  }
  printf ("attack and release: within %.2f %% of their definition\n", worst * 100.0);
}

/* Weights from crest factors as the paper's equations have them, and through the processor: a steady
 * tone (C^2 = 2) falls back in the set time, clicks of the same level much faster. */
static void
automatic_release (void)
{
  const float peak[4] = { 1.0f, 1.0f, 1.0f, 0.0f }, rms[4] = { 0.5f, 0.125f, 1e-6f, 0.0f };
  const double shape[4] = { 1.0, 0.25, 0.02, 1.0 };
  float attack[4], release[4];
  mdsp_ballistics_auto (20.0, 200.0, 6000.0, peak, rms, attack, release, 4);
  for (unsigned i = 0; i < 4; i++) {
    const double a = 120.0 * shape[i], r = 1200.0 * shape[i] - a;
    CHECK (fabs (attack[i] * (1.0 + a) - 1.0) < 1e-6, "attack weight %g", attack[i]);
    CHECK (fabs (release[i] * (1.0 + r) - 1.0) < 1e-6, "release weight %g", release[i]);
  }
  enum { N = 240000, DOWN = 120000 };
  static float x[N];
  float *planes[1] = { x };
  double took[2] = { 0.0, 0.0 };
  for (unsigned k = 0; k < 2; k++) {
    MdspMultibandParams p = compressor (-30.0, 4.0, 0.0);
    p.detector = MDSP_DETECTOR_PEAK;
    p.lookahead_ms = 8.0 / RATE * 1e3;
    p.band[0].auto_release = true;
    p.band[0].attack_ms = 2.0;
    for (size_t i = 0; i < N; i++)
      x[i] = k && i < DOWN ? (i % 4800 < 48 ? 0.5f : 0.0f)
                           : (float) ((i < DOWN ? 0.5 : 0.005) * (i / 24 % 2 ? -1.0 : 1.0));
    if (k == 0) /* steady until then: a square wave's C^2 of 1 counts as a tone's 2 */
      tone (x, DOWN, 1000.0, -6.0206);
    run (&p, planes, N);
    const double held = 20.0 * log10 (0.005 / fabs ((double) x[DOWN + 16]));
    for (size_t i = DOWN; i < N - 8 && took[k] == 0.0; i++)
      if (20.0 * log10 (0.005 / fabs ((double) x[i + 8])) <= held * exp (-1.0))
        took[k] = (double) (i - DOWN) / RATE * 1e3;
  }
  printf ("automatic release of 250 ms: %.0f ms after a tone, %.0f ms after clicks\n", took[0],
          took[1]);
  CHECK (fabs (took[0] - 250.0) < 0.1 * 250.0, "after a tone: %g ms", took[0]);
  CHECK (took[1] > 0.0 && took[1] < 0.25 * took[0], "after clicks: %g ms", took[1]);
}

static double
harmonics_db (const float *x, size_t n, double hz)
{
  double power[10];
  for (unsigned h = 1; h < 10; h++) {
    double re = 0.0, im = 0.0;
    for (size_t i = 0; i < n; i++) {
      const double w = 2.0 * PI * hz * h * (double) i / RATE;
      re += x[i] * cos (w);
      im += x[i] * sin (w);
    }
    power[h] = re * re + im * im;
  }
  double rest = 0.0;
  for (unsigned h = 2; h < 10; h++)
    rest += power[h];
  return 10.0 * log10 (rest / power[1]);
}

/* 6 dB of reduction on low tones with the default times. */
static void
low_tones_stay_clean (void)
{
  enum { N = 192000, TAIL = 48000 };
  static float x[N];
  float *planes[1] = { x };
  for (unsigned detector = 0; detector < 2; detector++)
    for (unsigned k = 0; k < 2; k++) {
      const double hz = k ? 1000.0 : 100.0;
      MdspMultibandParams p = compressor (-18.0, 2.0, 6.0);
      p.detector = detector ? MDSP_DETECTOR_RMS : MDSP_DETECTOR_PEAK;
      tone (x, N, hz, -6.0);
      run (&p, planes, N);
      double peak = 0.0;
      for (size_t i = N - TAIL; i < N; i++)
        peak = fmax (peak, fabs ((double) x[i]));
      const double thd = harmonics_db (x + N - TAIL, TAIL, hz), gr = -6.0 - 20.0 * log10 (peak);
      printf ("%g Hz at %.2f dB reduction, %s: THD %.1f dB\n", hz, gr, detector ? "RMS" : "peak",
              thd);
      CHECK (fabs (gr - 6.0) < 0.3, "%g dB reduction", gr);
      CHECK (thd < (k ? -100.0 : -60.0), "THD %g dB", thd);
      /* a full-scale sine reads 0 dB with either detector; ripple makes the peak detector hold more */
      if (detector == 1 && k == 1)
        CHECK (fabs (gr - 6.0) < 0.02, "%g dB reduction", gr);
    }
}

static void
noise (float *x, size_t n, uint64_t seed)
{
  for (size_t i = 0; i < n; i++)
    x[i] = (float) (check_random (&seed) - 0.5);
}

/* Ratio 1: one band is its input; four bands, mix 0 with everything at work, are its all-pass. */
static void
at_rest (void)
{
  enum { N = 20000 };
  static float x[2][N], y[2][N], z[2][N];
  float *in[2] = { y[0], y[1] }, *dry[2] = { z[0], z[1] };
  uint64_t rng = 11;
  noise (x[0], N, 1);
  noise (x[1], N, 2);
  MdspMultibandParams p;
  mdsp_multiband_params_init (&p, RATE, 2);
  memcpy (y, x, sizeof y);
  run (&p, in, N);
  CHECK (memcmp (x, y, sizeof x) == 0, "one band at rest");
  p.lookahead_ms = 2.0;
  memcpy (y, x, sizeof y);
  run (&p, in, N);
  CHECK (memcmp (x[0], y[0] + 96, (N - 96) * sizeof (float)) == 0, "one band at rest, delayed");
  p.mid_side = p.auto_makeup = true; /* in look-ahead, too */
  memcpy (y, x, sizeof y);
  run (&p, in, N);
  for (unsigned c = 0; c < 2; c++)
    CHECK (memcmp (x[c], y[c] + 96, (N - 96) * sizeof (float)) == 0, "mid and side at rest");
  p.mid_side = p.auto_makeup = false;

  p.lookahead_ms = 0.0;
  p.n_bands = 4;
  memcpy (z, x, sizeof z);
  run (&p, dry, N);
  p.mix = 0.0;
  p.link = 0.3;
  for (unsigned b = 0; b < 4; b++) {
    p.band[b].ratio = 4.0;
    p.band[b].threshold_db = -40.0;
    p.band[b].makeup_db = 6.0;
  }
  memcpy (y, x, sizeof y);
  run (&p, in, N);
  CHECK (memcmp (z, y, sizeof z) == 0, "mix 0 is the bands at rest");
  MdspCrossover c;
  const MdspCrossoverParams crossover = { RATE, 2, 4, { 120.0, 1000.0, 5000.0 } };
  double off = 0.0;
  CHECK (mdsp_crossover_init (&c, &crossover, kernels) == MDSP_OK, "init");
  memcpy (z, x, sizeof z);
  for (size_t done = 0; done < N; done += 500) {
    float *at[2] = { z[0] + done, z[1] + done };
    mdsp_crossover_allpass (&c, at, 500);
  }
  for (size_t i = 0; i < N; i++)
    off = fmax (off, fabs ((double) z[0][i] - y[0][i]));
  CHECK (off < 3e-7, "%g from the all-passed input", off);
  mdsp_crossover_clear (&c);

  /* After music the gain comes back to exactly one. */
  MdspMultiband m;
  p = compressor (-30.0, 4.0, 6.0);
  p.band[0].release_ms = 50.0;
  float *mono[1] = { y[0] };
  CHECK (mdsp_multiband_init (&m, &p, kernels) == MDSP_OK, "init");
  memcpy (y[0], x[0], sizeof y[0]);
  process (&m, mono, N, &rng);
  for (unsigned k = 0; k < 6; k++) {
    for (size_t i = 0; i < N; i++)
      y[0][i] = 1e-3f * x[0][i];
    process (&m, mono, N, &rng);
  }
  for (size_t i = N - 1000; i < N; i++)
    off += y[0][i] != 1e-3f * x[0][i];
  CHECK (off < 1.0, "%g samples not at unity after the release", off);
  mdsp_multiband_clear (&m);
}

/* One channel loud: with link 1 both get its gain, with 0 the other none, between in dB. */
static void
link_and_mid_side (void)
{
  enum { N = 48000 };
  static float x[2][N];
  float *planes[2] = { x[0], x[1] };
  const double quiet = -60.0, gr[3] = { 0.0, 5.0, 10.0 };
  for (unsigned k = 0; k < 3; k++) {
    MdspMultibandParams p = compressor (-20.0, 2.0, 0.0);
    p.n_channels = 2;
    p.link = 0.5 * k;
    p.band[0].threshold_db = k == 1 ? -40.0 : -20.0;
    tone (x[0], N, 1000.0, 0.0);
    tone (x[1], N, 1000.0, k == 1 ? -40.0 : quiet);
    run (&p, planes, N);
    double peak = 0.0;
    for (size_t i = N - 4800; i < N; i++)
      peak = fmax (peak, fabs ((double) x[1][i]));
    const double reduction = (k == 1 ? -40.0 : quiet) - 20.0 * log10 (peak);
    /* k = 1: own level at the threshold, loudest 40 dB above: half way in dB is 20 over */
    const double expected = k == 1 ? 10.0 : gr[k];
    CHECK (fabs (reduction - expected) < 0.03, "link %g: %g dB", 0.5 * k, reduction);
  }
  /* a side signal over the threshold leaves the mid alone */
  MdspMultibandParams p = compressor (-20.0, 2.0, 0.0);
  p.n_channels = 2;
  p.mid_side = true;
  p.link = 0.0;
  for (size_t i = 0; i < N; i++) {
    const double w = 2.0 * PI * (double) i / RATE;
    const double mid = 0.01 * sin (1000.0 * w), side = 0.5 * sin (3000.0 * w);
    x[0][i] = (float) (mid + side);
    x[1][i] = (float) (mid - side);
  }
  run (&p, planes, N);
  double mid = 0.0, side = 0.0;
  for (size_t i = N - 4800; i < N; i++) {
    mid = fmax (mid, fabs (0.5 * ((double) x[0][i] + x[1][i])));
    side = fmax (side, fabs (0.5 * ((double) x[0][i] - x[1][i])));
  }
  CHECK (fabs (mid - 0.01) < 1e-6, "mid %g", mid);
  const double expected = -6.0206 - 0.5 * (20.0 - 6.0206); /* dB */
  CHECK (fabs (20.0 * log10 (side) - expected) < 0.03, "side %g dB", 20.0 * log10 (side));
}

/* Low notes under a side-chain high-pass an octave and more above leave the gain alone. */
static void
sidechain_highpass (void)
{
  enum { N = 48000 };
  static float x[N];
  float *planes[1] = { x };
  MdspMultibandParams p = compressor (-30.0, 4.0, 0.0);
  p.sidechain_highpass_hz = 150.0;
  for (unsigned k = 0; k < 2; k++) {
    tone (x, N, k ? 2000.0 : 30.0, -10.0);
    run (&p, planes, N);
    double peak = 0.0;
    for (size_t i = N - 4800; i < N; i++)
      peak = fmax (peak, fabs ((double) x[i]));
    const double reduction = -10.0 - 20.0 * log10 (peak);
    CHECK (fabs (reduction - (k ? 15.0 : 0.0)) < 0.03, "%g dB", reduction);
  }
}

/* K-weighted loudness before and after within 0.1 LU once the make-up has had its time. */
static void
makeup_is_loudness_neutral (void)
{
  enum { N = 48000 * 20 };
  static float x[N];
  float *planes[1] = { x };
  MdspMultibandParams p = compressor (-30.0, 4.0, 6.0);
  p.auto_makeup = true;
  noise (x, N, 3);
  double in = 0.0, out = 0.0;
  for (size_t i = N - 96000; i < N; i++)
    in += (double) x[i] * x[i];
  run (&p, planes, N);
  for (size_t i = N - 96000; i < N; i++)
    out += (double) x[i] * x[i];
  CHECK (fabs (10.0 * log10 (out / in)) < 0.1, "%g LU", 10.0 * log10 (out / in));
}

/* The soft clip: a tone 2 dB over the level loses 2 dB, one 3 dB below passes bit for bit, and what
 * folds back of a 7 kHz tone (its 5th harmonic would land at 13 kHz) stays under -80 dB. */
static void
soft_clip (void)
{
  enum { N = 48000 };
  static float x[N], y[N];
  float *planes[1] = { y };
  MdspMultibandParams p;
  mdsp_multiband_params_init (&p, RATE, 1);
  p.clip_db = 2.0;
  p.clip_level_db = -6.0;
  tone (x, N, 200.0, -8.1);
  memcpy (y, x, sizeof y);
  run (&p, planes, N);
  CHECK (memcmp (x, y + MDSP_SOFT_CLIP_DELAY, (N - MDSP_SOFT_CLIP_DELAY) * sizeof (float)) == 0,
         "below the knee");
  tone (y, N, 200.0, -4.0);
  run (&p, planes, N);
  double peak = 0.0;
  for (size_t i = N / 2; i < N; i++)
    peak = fmax (peak, fabs ((double) y[i]));
  CHECK (fabs (20.0 * log10 (peak) + 6.0) < 0.02, "peak %g dB", 20.0 * log10 (peak));
  tone (y, N, 7000.0, -4.0);
  run (&p, planes, N);
  double re = 0.0, im = 0.0, base[2] = { 0.0, 0.0 };
  for (size_t i = N / 2; i < N; i++) {
    const double w = 2.0 * PI * (double) i / RATE;
    re += y[i] * cos (13000.0 * w);
    im += y[i] * sin (13000.0 * w);
    base[0] += y[i] * cos (7000.0 * w);
    base[1] += y[i] * sin (7000.0 * w);
  }
  const double alias = 10.0 * log10 ((re * re + im * im) / (base[0] * base[0] + base[1] * base[1]));
  printf ("soft clip by 2 dB: what folds back of 7 kHz at %.1f dB\n", alias);
  CHECK (alias < -80.0, "alias %g dB", alias);
}

/* The same processor in doubles, one number after the other, curves from the closed form. Settings
 * jump twice; each moves for 20 ms from where it is. */
static void
moving_settings (void)
{
  enum { N = 48000, GROUPS = N / 8, FIRST = 8000, SECOND = 8400 };
  static float x[N], y[N];
  static double node[GROUPS + 2];
  float *planes[1] = { y };
  MdspMultibandParams p = compressor (-20.0, 2.0, 6.0);
  p.band[0].attack_ms = 10.0;
  p.band[0].release_ms = 100.0;
  noise (x, N, 5);
  for (size_t i = 0; i < N; i++)
    x[i] *= (float) (1.0 + sin ((double) i * 0.0007));
  memcpy (y, x, sizeof y);
  MdspMultiband m;
  CHECK (mdsp_multiband_init (&m, &p, kernels) == MDSP_OK, "init");
  for (size_t done = 0; done < N; done += 80) {
    if (done == FIRST || done == SECOND) {
      p.band[0].threshold_db = done == FIRST ? -32.0 : -15.0;
      p.band[0].ratio = done == FIRST ? 4.0 : 1.5;
      p.band[0].makeup_db = done == FIRST ? 6.0 : 2.0;
      mdsp_multiband_set (&m, &p);
    }
    planes[0] = y + done;
    mdsp_multiband_process (&m, planes, 80);
  }
  mdsp_multiband_clear (&m);

  double attack, release, rms_weight = 1.0 - exp (-8.0 / (0.01 * RATE)), rms = 0.0;
  mdsp_ballistics_weights (10.0, 100.0, RATE / 8.0, &attack, &release);
  CHECK (fabs (attack - (1.0 - exp (-8.0 / (0.01 * RATE)))) < 1e-12, "attack weight");
  double now[3] = { -20.0, 0.5, 0.0 }, step[3] = { 0.0 }, target[3] = { -20.0, 0.5, 0.0 };
  double hold = 0.0, smooth = 0.0, residual = 0.0, energy = 0.0;
  unsigned left = 0;
  node[0] = node[1] = 1.0;
  for (size_t j = 0; j < GROUPS; j++) {
    if (j == FIRST / 8 || j == SECOND / 8) {
      target[0] = j == FIRST / 8 ? -32.0 : -15.0;
      target[1] = j == FIRST / 8 ? 0.75 : 1.0 - 1.0 / 1.5;
      target[2] = j == FIRST / 8 ? 6.0 : 2.0;
      left = 120; /* 20 ms of groups */
      for (unsigned k = 0; k < 3; k++)
        step[k] = (target[k] - now[k]) / 120.0;
    }
    for (unsigned k = 0; left > 0 && k < 3; k++)
      now[k] = left == 1 ? target[k] : now[k] + step[k];
    left -= left > 0;
    double mean = 0.0;
    for (unsigned i = 0; i < 8; i++)
      mean += (double) x[8 * j + i] * x[8 * j + i] / 8.0;
    rms += rms_weight * (mean - rms);
    const double d = 10.0 * log10 (2.0 * rms) - now[0];
    const double e = d <= -3.0 ? 0.0 : d < 3.0 ? (d + 3.0) * (d + 3.0) / 12.0 : d;
    const double v = now[1] * e;
    hold = fmax (v, hold + release * (v - hold));
    smooth += attack * (hold - smooth);
    node[j + 2] = pow (10.0, (now[2] - smooth) / 20.0);
  }
  for (size_t i = 0; i < N; i++) {
    const double g = node[i / 8] + (node[i / 8 + 1] - node[i / 8]) * (double) (i % 8) / 8.0;
    residual += (y[i] - g * x[i]) * (y[i] - g * x[i]);
    energy += (double) x[i] * x[i];
  }
  const double db = 10.0 * log10 (residual / energy);
  printf ("moving settings: residual %.1f dB against a processor in doubles\n", db);
  CHECK (db < -80.0, "%g dB", db);
}

int
main (void)
{
  kernels = mdsp_kernels_get ();
  static_curve ();
  attack_and_release ();
  automatic_release ();
  low_tones_stay_clean ();
  at_rest ();
  link_and_mid_side ();
  sidechain_highpass ();
  makeup_is_loudness_neutral ();
  soft_clip ();
  moving_settings ();
  printf ("%s\n", check_failures ? "FAILED" : "passed");
  return check_failures > 0;
}
