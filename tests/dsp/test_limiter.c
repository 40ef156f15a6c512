/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The limiter's parts against what their headers promise; expected values are closed forms or a
 * naive search. */
#include "check.h"
#include "dynamics/limiter.h"
#include "kernels/dmath.h"

#include <math.h>
#include <stdlib.h>

#define GROUP_RATE 6000.0
#define STEPS      4000

/* Node g[k] may not exceed any r of groups k - 2 .. k + 1 (envelope.h), whatever the settings. */
static void
envelope_never_exceeds_what_is_allowed (void)
{
  static double allowed[STEPS];
  static float nodes[STEPS];
  for (uint64_t seed = 1; seed <= 40; seed++) {
    uint64_t state = seed * 7919;
    MdspEnvelopeParams params = { .group_rate_hz = GROUP_RATE,
                                  .lookahead = 1 + (unsigned) (check_random (&state) * 30),
                                  .hold_ms = seed % 4 < 2 ? 0.0 : check_random (&state) * 5.0,
                                  .release_ms = 1.0 + check_random (&state) * 50.0,
                                  .auto_release = seed % 2 };
    const double often = check_random (&state);
    for (int i = 0; i < STEPS; i++)
      allowed[i] = check_random (&state) < often ? check_random (&state) : 1.0;
    MdspEnvelopeDesign design;
    MdspEnvelope envelope;
    mdsp_envelope_design (&design, &params);
    CHECK (mdsp_envelope_init (&envelope, GROUP_RATE, params.lookahead, 30.0) == MDSP_OK, "init");
    mdsp_envelope_reset (&envelope, &design);
    mdsp_envelope_process (&envelope, &design, allowed, nodes, STEPS);
    const int s = (int) params.lookahead;
    int over = 0;
    for (int i = s; i < STEPS; i++) /* nodes[i] is g[i - s] */
      for (int j = i - s - 2; j <= i - s + 1; j++)
        over += j >= 0 && nodes[i] > (float) allowed[j];
    CHECK (over == 0, "seed %d: %d times over", (int) seed, over);
    mdsp_envelope_clear (&envelope);
  }
}

/* A tone and its harmonics. */
typedef struct {
  double hz, amplitude[4], phase[4]; /* phases in radians */
} Note;

/* One peak above the ceiling in a period; three short ones, unevenly spaced. */
static const Note one_peak = { 50.0, { 1.067, 0.533, 0.356, 0.0 }, { 0.0, 1.0, 2.0, 0.0 } };
static const Note three_peaks = { 80.0,
                                  { 0.0745, 0.4946, 0.8548, 0.0475 },
                                  { 1.936, 4.205, 0.670, 4.806 } };

/* Largest over smallest gain of the limiter on the note, second half of the time, less 1. */
static double
gain_ripple (MdspLimiter *limiter, const MdspLimiterParams *params, const Note *note,
             double seconds)
{
  const unsigned latency = mdsp_limiter_latency (limiter);
  const size_t n = (size_t) (seconds * params->rate_hz);
  double lowest = 1e9, highest = 0.0, s, c;
  float x[8], *planes[1] = { x };
  float *past = calloc (latency + 8, sizeof (float));
  for (size_t i = 0; i < n; i += 8) {
    for (unsigned j = 0; j < 8; j++) {
      const double w = 2.0 * MDSP_PI * note->hz * (double) (i + j) / params->rate_hz;
      double sum = 0.0;
      for (unsigned h = 0; h < 4; h++) {
        mdsp_sincos (fmod ((h + 1) * w, 2.0 * MDSP_PI) + note->phase[h], &s, &c);
        sum += note->amplitude[h] * s;
      }
      x[j] = (float) sum;
      past[latency + j] = x[j];
    }
    mdsp_limiter_process (limiter, planes, 8);
    for (unsigned j = 0; j < 8; j++)
      if (i > n / 2 && fabsf (past[j]) > 0.2f) {
        const double gain = x[j] / past[j];
        lowest = gain < lowest ? gain : lowest;
        highest = gain > highest ? gain : highest;
      }
    for (unsigned j = 0; j < latency; j++)
      past[j] = past[j + 8];
  }
  free (past);
  return highest / lowest - 1.0;
}

/* A bass note with harmonics has short peaks; only their steady sequence tells that it is one. */
static void
automatic_release_holds_through (const char *what, const Note *note)
{
  MdspLimiterParams params;
  MdspLimiter limiter;
  mdsp_limiter_params_init (&params, 48000.0, 1);
  CHECK (mdsp_limiter_init (&limiter, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  const double held = gain_ripple (&limiter, &params, note, 1.0);
  CHECK (held < 1e-5, "%s: the gain moves by %g", what, held);
  params.auto_release = false;
  mdsp_limiter_set (&limiter, &params); /* a change while it runs counts */
  const double free_running = gain_ripple (&limiter, &params, note, 1.0);
  CHECK (free_running > 0.05, "%s: without it the gain moves by %g only", what, free_running);
  mdsp_limiter_clear (&limiter);
}

/* Full-band noise keeps both stages busy; silence afterwards has no reduction left to report. */
static void
readings_start_anew_after_each_take (void)
{
  MdspLimiterParams params;
  MdspLimiter limiter;
  MdspLimiterReading first, second;
  uint64_t state = 5;
  float x[MDSP_MAX_BLOCK], *planes[1] = { x };
  mdsp_limiter_params_init (&params, 48000.0, 1);
  CHECK (mdsp_limiter_init (&limiter, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  for (int block = 0; block < 80; block++) {
    for (size_t i = 0; i < MDSP_MAX_BLOCK; i++)
      x[i] = block < 40 ? (float) (check_random (&state) * 8.0 - 4.0) : 0.0f;
    mdsp_limiter_process (&limiter, planes, MDSP_MAX_BLOCK);
    if (block == 60)
      mdsp_limiter_take (&limiter, &first);
  }
  CHECK (limiter.stage[1].stats[0].n_groups < 20 * MDSP_MAX_BLOCK / MDSP_GROUP + 1,
         "the second stage counts on");
  mdsp_limiter_take (&limiter, &second);
  CHECK (first.max_all_db > 10.0, "noise of 12 dBFS: %g dB", first.max_all_db);
  CHECK (second.max_all_db == 0.0, "silence: %g dB", second.max_all_db);
  mdsp_limiter_clear (&limiter);
}

/* 0 to -20 dB in 20 ms, linear in dB: half way at half time. */
static void
gain_ramp_takes_20_ms (void)
{
  const MdspKernels *k = mdsp_kernels_get ();
  MdspRamp ramp;
  float x[64 * 30], *planes[1] = { x };
  for (size_t i = 0; i < sizeof x / sizeof x[0]; i++)
    x[i] = 1.0f;
  mdsp_ramp_init (&ramp, 48000.0, 0.0);
  mdsp_ramp_set (&ramp, -20.0);
  mdsp_ramp_process (&ramp, k, planes, 1, sizeof x / sizeof x[0]);
  CHECK (fabs (mdsp_db_from_lin (x[480]) + 10.0) < 0.5, "after 10 ms: %g dB",
         mdsp_db_from_lin (x[480]));
  CHECK (x[960] == 0.1f, "after 20 ms: %g", (double) x[960]);
}

int
main (void)
{
  envelope_never_exceeds_what_is_allowed ();
  automatic_release_holds_through ("one peak a period", &one_peak);
  automatic_release_holds_through ("three peaks a period", &three_peaks);
  readings_start_anew_after_each_take ();
  gain_ramp_takes_20_ms ();
  printf ("%d failed\n", check_failures);
  return check_failures != 0;
}
