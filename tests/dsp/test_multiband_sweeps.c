/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Settings of the dynamics that never rest: each of them, and all at once, is swept through its range
 * by a new value every 80 frames, as a controller would, against the same processor in doubles that is
 * designed for every step. (Crossover frequencies: dsp-crossover.) */
#include "check.h"
#include "dynamics/ballistics.h"
#include "dynamics/multiband.h"

#include <math.h>
#include <string.h>

#define RATE     48000.0
#define N        48000
#define GROUP    8
#define BLOCK    80
#define GLIDE    120 /* groups in 20 ms */
#define PI       3.14159265358979323846
#define LIMIT_DB -80.0

enum { THRESHOLD, RATIO, KNEE, RANGE, MAKEUP, MIX, ATTACK, RELEASE, N_SETTINGS };

/* Where each is swept between, and where it is at rest; ratio and times by their logarithm. */
static const struct {
  const char *name;
  double rest, from, to;
  int logarithmic;
} settings[N_SETTINGS] = {
  { "threshold", -30.0, -60.0, 0.0, 0 }, { "ratio", 3.0, 1.0, 20.0, 1 },
  { "knee", 6.0, 0.0, 24.0, 0 },         { "range", 24.0, 0.0, 24.0, 0 },
  { "makeup", 0.0, -24.0, 24.0, 0 },     { "mix", 1.0, 0.0, 1.0, 0 },
  { "attack", 10.0, 0.1, 500.0, 1 },     { "release", 100.0, 5.0, 5000.0, 1 },
};

static float x[N], y[N];

/* A value of the sweep at that frame; each setting at a pace of its own. */
static double
value_at (unsigned s, int swept, size_t frame)
{
  const double t = (double) frame / RATE;
  const double way = 0.5 - 0.5 * cos (2.0 * PI * (1.3 + 0.37 * s) * t);
  if (!swept)
    return settings[s].rest;
  if (settings[s].logarithmic)
    return settings[s].from * pow (settings[s].to / settings[s].from, way);
  return settings[s].from + (settings[s].to - settings[s].from) * way;
}

static void
put (MdspMultibandParams *p, const double v[N_SETTINGS])
{
  MdspBandParams *b = &p->band[0];
  b->threshold_db = v[THRESHOLD];
  b->ratio = v[RATIO];
  b->knee_db = v[KNEE];
  b->range_db = v[RANGE];
  b->makeup_db = v[MAKEUP];
  b->attack_ms = v[ATTACK];
  b->release_ms = v[RELEASE];
  p->mix = v[MIX];
}

/* Giannoulis, Massberg and Reiss (2012), section 2.2, and its mirrors; gain in dB. */
static double
curve (MdspCurveMode mode, const double v[N_SETTINGS], double level_db)
{
  const double past = level_db - v[THRESHOLD], half = 0.5 * v[KNEE];
  const double d = mode == MDSP_CURVE_DOWNWARD ? past : -past;
  const double e = d <= -half ? 0.0 : d < half ? (d + half) * (d + half) / (2.0 * v[KNEE]) : d;
  const double moved = fmin (v[RATIO] * e, v[RANGE]); /* the slope here: see reference () */
  if (mode == MDSP_CURVE_UPWARD)                      /* noise 50 dB below stays, over 10 dB */
    return moved * fmin (1.0, fmax (0.0, (past + 50.0) / 10.0));
  return -moved;
}

typedef struct {
  double now[N_SETTINGS], target[N_SETTINGS], step[N_SETTINGS];
  unsigned left;
} Glide;

/* What glides: all but the times, which take effect at once, and the slope in the place of the ratio. */
static void
aim (Glide *g, MdspCurveMode mode, const double v[N_SETTINGS])
{
  double target[N_SETTINGS];
  memcpy (target, v, sizeof target);
  target[RATIO] = mode == MDSP_CURVE_EXPAND ? v[RATIO] - 1.0 : 1.0 - 1.0 / v[RATIO];
  if (memcmp (target, g->target, MIX * sizeof *target + sizeof *target) != 0) {
    for (unsigned s = 0; s <= MIX; s++)
      g->step[s] = (target[s] - g->now[s]) / GLIDE;
    g->left = GLIDE;
  }
  memcpy (g->target, target, sizeof target);
}

static void
advance (Glide *g)
{
  for (unsigned s = 0; g->left > 0 && s <= MIX; s++)
    g->now[s] = g->left == 1 ? g->target[s] : g->now[s] + g->step[s];
  g->left -= g->left > 0;
}

/* Level of a group in dB: of its peak, or of the power over 10 ms, where a sine reads its peak. */
static double
group_level_db (MdspDetector detector, size_t group, double *rms)
{
  double mean = 0.0, peak = 0.0;
  for (size_t i = GROUP * group; i < GROUP * (group + 1); i++) {
    mean += (double) x[i] * x[i] / GROUP;
    peak = fmax (peak, (double) x[i] * x[i]);
  }
  *rms += (1.0 - exp (-GROUP / (0.01 * RATE))) * (mean - *rms);
  return 10.0 * log10 (fmax (detector == MDSP_DETECTOR_RMS ? 2.0 * *rms : peak, 1e-20));
}

/* Residual of y in dB against the reference; late_groups plants an error of the settings' time. */
static double
residual_db (MdspCurveMode mode, MdspDetector detector, unsigned swept, size_t late_groups)
{
  const double sign = mode == MDSP_CURVE_EXPAND ? 1.0 : -1.0;
  static double node[N / GROUP + 2];
  double v[N_SETTINGS], rms = 0.0, hold = 0.0, smooth = 0.0, residual = 0.0, energy = 0.0;
  Glide g = { .left = 0 };
  for (unsigned s = 0; s < N_SETTINGS; s++)
    v[s] = value_at (s, swept == s || swept == N_SETTINGS, 0);
  aim (&g, mode, v);
  memcpy (g.now, g.target, sizeof g.now);
  g.left = 0;
  node[0] = node[1] = 1.0 + v[MIX] * (pow (10.0, v[MAKEUP] / 20.0) - 1.0);
  for (size_t j = 0; j < N / GROUP; j++) {
    if (j % (BLOCK / GROUP) == late_groups) {
      for (unsigned s = 0; s < N_SETTINGS; s++)
        v[s] = value_at (s, swept == s || swept == N_SETTINGS, GROUP * (j - late_groups));
      aim (&g, mode, v);
    }
    advance (&g);
    double attack, release;
    mdsp_ballistics_weights (v[ATTACK], v[RELEASE], RATE / GROUP, &attack, &release);
    const double u = sign * curve (mode, g.now, group_level_db (detector, j, &rms));
    hold = fmax (u, hold + release * (u - hold));
    smooth += attack * (hold - smooth);
    node[j + 2] = 1.0 + g.now[MIX] * (pow (10.0, (g.now[MAKEUP] + sign * smooth) / 20.0) - 1.0);
  }
  for (size_t i = 0; i < N; i++) {
    const double *n = node + i / GROUP;
    const double wanted = x[i] * (n[0] + (n[1] - n[0]) * (double) (i % GROUP) / GROUP);
    residual += (y[i] - wanted) * (y[i] - wanted);
    energy += wanted * wanted;
  }
  return 10.0 * log10 (residual / energy);
}

static void
run (MdspCurveMode mode, MdspDetector detector, unsigned swept)
{
  MdspMultibandParams p;
  MdspMultiband m;
  double v[N_SETTINGS];
  memcpy (y, x, sizeof y);
  mdsp_multiband_params_init (&p, RATE, 1);
  p.detector = detector;
  p.band[0].mode = mode;
  for (size_t done = 0; done < N; done += BLOCK) {
    float *planes[1] = { y + done };
    for (unsigned s = 0; s < N_SETTINGS; s++)
      v[s] = value_at (s, swept == s || swept == N_SETTINGS, done);
    put (&p, v);
    if (done == 0)
      CHECK (mdsp_multiband_init (&m, &p, mdsp_kernels_get ()) == MDSP_OK, "init");
    else
      mdsp_multiband_set (&m, &p);
    mdsp_multiband_process (&m, planes, BLOCK);
  }
  mdsp_multiband_clear (&m);
}

static void
make_music (void)
{
  uint64_t rng = 5;
  for (size_t i = 0; i < N; i++) {
    const double t = (double) i / RATE;
    const double level = 0.3 * (1.1 + sin (33.6 * t)) * exp (-4.0 * fmod (t, 0.4));
    x[i] = (float) (level * (check_random (&rng) - 0.5 + 0.7 * sin (2.0 * PI * 110.0 * t)));
  }
}

int
main (void)
{
  static const char *const modes[] = { "downward", "upward", "expand" };
  double worst = -HUGE_VAL;
  make_music ();
  for (unsigned mode = 0; mode < 3; mode++)
    for (unsigned detector = 0; detector < 2; detector++)
      for (unsigned swept = 0; swept <= N_SETTINGS; swept++) {
        run ((MdspCurveMode) mode, (MdspDetector) detector, swept);
        const double db = residual_db ((MdspCurveMode) mode, (MdspDetector) detector, swept, 0);
        const char *name = swept < N_SETTINGS ? settings[swept].name : "all of them";
        printf ("%s, %s: %s swept: residual %.1f dB\n", modes[mode],
                detector == MDSP_DETECTOR_RMS ? "rms" : "peak", name, db);
        CHECK (db < LIMIT_DB, "%s, %s: %g dB", modes[mode], name, db);
        worst = fmax (worst, db);
      }
  /* the checker: settings that come 8 frames late are seen */
  run (MDSP_CURVE_DOWNWARD, MDSP_DETECTOR_RMS, THRESHOLD);
  CHECK (residual_db (MDSP_CURVE_DOWNWARD, MDSP_DETECTOR_RMS, THRESHOLD, 1) > LIMIT_DB, "blind");
  printf ("%s; at most %.1f dB\n", check_failures ? "FAILED" : "passed", worst);
  return check_failures > 0;
}
