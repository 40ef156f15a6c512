/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a mix's dynamics need: the rules number by number, the simulation of the glue against the
 * processor itself, stability on programmes with and without a planted fault.
 */
#include "decide/dynamics.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATE    48000
#define SECONDS 30
#define N       (RATE * SECONDS)

static float x[2][N];
static MdspLevels levels;

static uint64_t seed = 3;

static double
noise (void)
{
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (double) (int64_t) seed * 0x1p-63;
}

static void
rules (void)
{
  static const struct {
    double need;
    MdspDynamicsStyle style;
    bool dense;
    double share, glue, clip;
  } cases[] = {
    { -5.0, MDSP_DYNAMICS_NORMAL, true, 1.0, 0.0, 0.0 },
    { 3.0, MDSP_DYNAMICS_NORMAL, true, 1.0, 0.0, 0.0 },
    { 4.0, MDSP_DYNAMICS_NORMAL, true, 1.0, 1.5, 0.0 },
    { 5.0, MDSP_DYNAMICS_NORMAL, true, 1.0, 2.0, 0.0 },
    { 6.0, MDSP_DYNAMICS_NORMAL, true, 1.0, 2.0, 0.75 },
    { 6.0, MDSP_DYNAMICS_NORMAL, false, 1.0, 2.0, 0.0 },
    { 12.0, MDSP_DYNAMICS_NORMAL, true, 1.0, 2.0, 1.5 },
    { 12.0, MDSP_DYNAMICS_NORMAL, true, 0.5, 1.0, 0.75 },
    { 12.0, MDSP_DYNAMICS_NORMAL, true, 0.0, 0.0, 0.0 },
    { 12.0, MDSP_DYNAMICS_GENTLE, true, 1.0, 1.0, 0.0 },
    { 4.0, MDSP_DYNAMICS_DENSE, false, 1.0, 1.5, 0.75 },
    { 12.0, MDSP_DYNAMICS_DENSE, false, 1.0, 2.0, 1.5 },
    { 12.0, MDSP_DYNAMICS_OFF, true, 1.0, 0.0, 0.0 },
  };

  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    /* peaks at 0 dBTP, 14 dB over the loudness; PLR of -9 LUFS under -1 dBTP is 8 */
    const MdspDynamicsParams p = { .loudness_in_lufs = -8.0 - cases[i].need - 6.0,
                                   .true_peak_in_dbtp = -6.0,
                                   .target_lufs = -9.0,
                                   .ceiling_dbtp = -1.0,
                                   .style = cases[i].style,
                                   .dense_genre = cases[i].dense,
                                   .share = cases[i].share };
    const MdspDynamicsWish w = mdsp_dynamics_wish (&p);

    CHECK (fabs (w.need_db - cases[i].need) < 1e-9, "need %g", w.need_db);
    CHECK (fabs (w.glue_db - cases[i].glue) < 1e-9, "case %zu: glue %g", i, w.glue_db);
    CHECK (fabs (w.clip_db - cases[i].clip) < 1e-9, "case %zu: clip %g", i, w.clip_db);
  }
  /* the knee of a clipper of 1 dB begins half a dB over what the gain lifts to the ceiling */
  CHECK (fabs (mdsp_dynamics_clip_level_db (1.0, 8.0, -1.0) - 1.0 - (-9.0 + 0.5)) < 1e-9, "%g",
         mdsp_dynamics_clip_level_db (1.0, 8.0, -1.0));
}

static void
verdicts (void)
{
  const MdspDynamicsOutcome stopped = { false, -11.0, 3.0, 8.0 }, landed = { true, -9.0, 3.0, 9.0 };
  static const struct {
    bool of_stopped;
    MdspDynamicsOutcome with;
    MdspDynamicsVerdict expected;
  } cases[] = {
    { true, { false, -10.7, 3.0, 8.0 }, MDSP_DYNAMICS_LOUDER },
    { true, { true, -9.0, 3.5, 8.0 }, MDSP_DYNAMICS_LOUDER },
    { true, { false, -10.9, 3.0, 8.0 }, MDSP_DYNAMICS_NO_USE },
    { true, { false, -11.0, 2.5, 8.0 }, MDSP_DYNAMICS_EASIER },
    { true, { false, -11.3, 1.0, 8.5 }, MDSP_DYNAMICS_NO_USE },
    { false, { true, -9.0, 2.7, 9.0 }, MDSP_DYNAMICS_EASIER },
    { false, { true, -9.0, 2.7, 8.7 }, MDSP_DYNAMICS_NO_USE },
    { false, { true, -9.0, 3.2, 9.5 }, MDSP_DYNAMICS_NO_USE },
  };

  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK (mdsp_dynamics_verdict (cases[i].of_stopped ? &stopped : &landed, &cases[i].with) ==
               cases[i].expected,
           "case %zu", i);
}

static void
measure (double seconds)
{
  const float *planes[2] = { x[0], x[1] };

  CHECK (mdsp_levels_init (&levels, RATE, 2, mdsp_kernels_get ()) == MDSP_OK, "init");
  mdsp_levels_process (&levels, planes, (size_t) (seconds * RATE));
  mdsp_levels_finish (&levels);
}

/* A programme with hits and a swell: noise of a falling spectrum, different in both channels. */
static void
make_music (void)
{
  double low[2] = { 0.0, 0.0 };

  for (size_t i = 0; i < N; i++) {
    const double t = (double) i / RATE, beat = fmod (t, 0.5);
    const double level = 0.15 * (1.0 + 0.5 * sin (0.4 * t)) * (1.0 + 4.0 * exp (-beat / 0.03)) *
                         (t < 15.0 ? 0.6 : 1.0);

    for (unsigned c = 0; c < 2; c++) {
      low[c] += 0.2 * (noise () - low[c]);
      x[c][i] = (float) (level * low[c]);
    }
  }
}

/* The mean of the larger half of what the processor really takes off, in intervals of 100 ms. */
static double
real_reduction (double threshold_db)
{
  static MdspReduction r;
  MdspMultibandParams p;
  MdspMultiband m;

  mdsp_reduction_reset (&r);
  mdsp_multiband_params_init (&p, RATE, 2);
  mdsp_dynamics_glue (&p, threshold_db);
  CHECK (mdsp_multiband_init (&m, &p, mdsp_kernels_get ()) == MDSP_OK, "init");
  for (size_t done = 0; done < N; done += 480) {
    float copy[2][512], *planes[2] = { copy[0], copy[1] };
    MdspMultibandReading reading;

    for (unsigned c = 0; c < 2; c++)
      memcpy (copy[c], x[c] + done, 480 * sizeof (float));
    mdsp_multiband_process (&m, planes, 480);
    if (done / 480 % 10 == 9) {
      mdsp_multiband_take (&m, &reading);
      mdsp_reduction_add (&r, reading.band[0].mean);
    }
  }
  mdsp_multiband_clear (&m);
  return mdsp_reduction_mean_above (&r, MDSP_DYNAMICS_LOUDER_HALF);
}

static void
glue_is_simulated (void)
{
  make_music ();
  measure (SECONDS);
  for (double wanted = 0.5; wanted <= 2.01; wanted += 0.5) {
    const double threshold = mdsp_dynamics_glue_threshold_db (levels.steps, levels.n_steps, wanted);
    const double real = real_reduction (threshold);

    printf ("glue of %.1f dB: threshold %.2f dB, the processor takes %.2f dB\n", wanted, threshold,
            real);
    /* steps of 10 ms for groups of 0.17: what a trial render corrects */
    CHECK (fabs (real - wanted) < 0.25, "%g dB", real);
  }
  /* the checker itself: a threshold 3 dB off is seen */
  const double off =
      real_reduction (mdsp_dynamics_glue_threshold_db (levels.steps, levels.n_steps, 1.5) - 3.0);
  CHECK (fabs (off - 1.5) > 0.25, "%g dB", off);
  mdsp_levels_clear (&levels);
}

/* Bass notes, a voice and a wash; each can be made uneven. */
static void
make_programme (double bass_jump_db, double voice_jump_db, double hat_level)
{
  for (size_t i = 0; i < N; i++) {
    const double t = (double) i / RATE;
    const unsigned note = (unsigned) (t * 2.0);
    const bool loud = note % 10 == 9;
    const double bass = 0.2 * pow (10.0, (loud ? bass_jump_db : 0.0) / 20.0);
    const double voice = 0.15 * pow (10.0, (loud ? voice_jump_db : 0.0) / 20.0);
    double y = bass * sin (2.0 * M_PI * (50.0 + 5.0 * (note % 4)) * t);

    y += 0.2 * sin (2.0 * M_PI * 300.0 * t) + voice * sin (2.0 * M_PI * 2000.0 * t);
    y += hat_level * (loud ? 1.0 : 0.01) * sin (2.0 * M_PI * 9000.0 * t);
    x[0][i] = (float) y;
    x[1][i] = (float) (0.9 * y);
  }
}

static MdspDynamicsStability
stability_of (double bass_jump_db, double voice_jump_db, double hat_level, double seconds)
{
  MdspDynamicsStability s;

  make_programme (bass_jump_db, voice_jump_db, hat_level);
  measure (seconds);
  CHECK (mdsp_dynamics_stability (levels.steps, levels.n_steps, &s), "memory");
  mdsp_levels_clear (&levels);
  return s;
}

static void
stability (void)
{
  MdspDynamicsStability s = stability_of (0.0, 0.0, 0.0, SECONDS);

  CHECK (!s.unstable && s.spread_db[0] < 1.0 && fabs (s.counted_s - SECONDS) < 1.0,
         "even: spread %g, %g s", s.spread_db[0], s.counted_s);
  CHECK (fabs (s.median_db[0] - 20.0 * log10 (0.2)) < 0.5, "bass at %g dB", s.median_db[0]);
  s = stability_of (5.0, 0.0, 0.0, SECONDS);
  CHECK (!s.unstable, "a livelier bass: %g dB over the whole", s.excess_db);
  s = stability_of (12.0, 0.0, 0.0, SECONDS);
  CHECK (s.unstable && s.band == 0, "booming notes: spread %g, whole %g", s.spread_db[0],
         s.rest_spread_db[s.band]);
  MdspMultibandParams p;
  mdsp_multiband_params_init (&p, RATE, 2);
  mdsp_dynamics_hold_band (&p, &s, 1.0);
  CHECK (p.n_bands == 2 && p.band[0].ratio == 2.0 && p.band[1].ratio == 1.0 &&
             p.crossover_hz[0] == 120.0 &&
             fabs (p.band[0].threshold_db - s.median_db[0] - 2.0) < 1e-9,
         "hold: %u bands", p.n_bands);
  s = stability_of (12.0, 0.0, 0.0, 8.0);
  CHECK (!s.unstable, "eight seconds are not enough");
  s = stability_of (0.0, 14.0, 0.0, SECONDS);
  CHECK (s.unstable && s.band == 2, "a voice that jumps: spread %g, whole %g", s.spread_db[2],
         s.rest_spread_db[s.band]);
  mdsp_dynamics_hold_band (&p, &s, 0.5);
  CHECK (p.n_bands == 3 && p.crossover_hz[0] == 1000.0 && p.crossover_hz[1] == 5000.0 &&
             p.band[1].ratio == 2.0 && p.band[1].range_db == 2.0,
         "hold: %u bands", p.n_bands);
  s = stability_of (0.0, 0.0, 0.1, SECONDS);
  CHECK (!s.unstable && s.spread_db[3] > 10.0, "hats that come and go: %g", s.spread_db[3]);
  CHECK (mdsp_dynamics_stability (NULL, 0, &s) && !s.unstable, "nothing");
}

int
main (void)
{
  rules ();
  verdicts ();
  glue_is_simulated ();
  stability ();
  printf ("ok\n");
  return check_failures == 0 ? 0 : 1;
}
