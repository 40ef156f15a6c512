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
#include <string.h>

#define RATE       48000
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

/* An envelope at rest takes a short way (envelope.c). Peaks with long rests between them, in one call, which
 * takes the long way for all of it, and in pieces, which may rest: the same nodes, to the bit. */
static void
resting_changes_nothing (void)
{
  static double allowed[20 * STEPS];
  static float whole[20 * STEPS], pieces[20 * STEPS];
  const size_t n = sizeof allowed / sizeof allowed[0];

  for (uint64_t seed = 1; seed <= 20; seed++) {
    uint64_t state = seed * 104729;
    MdspEnvelopeParams params = { .group_rate_hz = GROUP_RATE,
                                  .lookahead = 1 + (unsigned) (check_random (&state) * 30),
                                  .hold_ms = seed % 3 ? 0.0 : 5.0,
                                  .release_ms = 1.0 + check_random (&state) * 20.0,
                                  .auto_release = seed % 2 };
    MdspEnvelopeDesign design;
    MdspEnvelope a, b;
    int rests = 0;

    for (size_t i = 0; i < n; i++) /* bursts of peaks, a low tone's among them, some 0.7 s apart */
      allowed[i] =
          i / 50 % 80 == 7 && i % (1 + seed) == 0 ? 0.3 + 0.7 * check_random (&state) : 1.0;
    mdsp_envelope_design (&design, &params);
    CHECK (mdsp_envelope_init (&a, GROUP_RATE, params.lookahead, 30.0) == MDSP_OK &&
               mdsp_envelope_init (&b, GROUP_RATE, params.lookahead, 30.0) == MDSP_OK,
           "init");
    mdsp_envelope_reset (&a, &design);
    mdsp_envelope_reset (&b, &design);
    mdsp_envelope_process (&a, &design, allowed, whole, n);
    for (size_t i = 0, piece; i < n; i += piece) {
      piece = 1 + (size_t) (check_random (&state) * 64.0);
      piece = piece < n - i ? piece : n - i;
      size_t ones = 0, at_unity = 0;
      while (ones < piece && allowed[i + ones] == 1.0)
        ones++;
      const bool rested = mdsp_envelope_process (&b, &design, ones == piece ? NULL : allowed + i,
                                                 pieces + i, piece);
      while (at_unity < piece && pieces[i + at_unity] == 1.0f)
        at_unity++;
      CHECK (!rested || at_unity == piece, "seed %d: rests at %g", (int) seed,
             (double) pieces[i + at_unity]);
      rests += rested;
    }
    CHECK (rests > 50, "seed %d: rested %d times", (int) seed, rests);
    CHECK (memcmp (whole, pieces, sizeof whole) == 0, "seed %d: other nodes", (int) seed);
    CHECK (a.released == b.released && a.step == b.step && a.sum[1] == b.sum[1], "another state");
    mdsp_envelope_clear (&a);
    mdsp_envelope_clear (&b);
  }
}

/* A tone and its harmonics. */
typedef struct {
  double hz, amplitude[4], phase[4]; /* phases in radians */
  double uneven_db;                  /* each period is up to this much louder or softer */
} Note;

/* One peak above the ceiling in a period; three short ones, unevenly spaced. */
static const Note one_peak = { 50.0, { 1.067, 0.533, 0.356, 0.0 }, { 0.0, 1.0, 2.0, 0.0 }, 0.0 };
static const Note three_peaks = {
  80.0, { 0.0745, 0.4946, 0.8548, 0.0475 }, { 1.936, 4.205, 0.670, 4.806 }, 0.0
};
static const Note played = { 50.0, { 1.067, 0.533, 0.356, 0.0 }, { 0.0, 1.0, 2.0, 0.0 }, 0.4 };

/* One level a period, the same on every call; it changes where the note is 0 or nearly so. */
static double
level_of (const Note *note, double seconds)
{
  uint64_t state = (uint64_t) floor (seconds * note->hz) * 7919 + 17;
  check_random (&state);
  return mdsp_lin_from_db (note->uneven_db * (2.0 * check_random (&state) - 1.0));
}

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
      x[j] = (float) (sum * level_of (note, (double) (i + j) / params->rate_hz));
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
automatic_release_holds_through (const char *what, const Note *note, double ripple)
{
  MdspLimiterParams params;
  MdspLimiter limiter;
  mdsp_limiter_params_init (&params, 48000.0, 1);
  CHECK (mdsp_limiter_init (&limiter, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  const double held = gain_ripple (&limiter, &params, note, 1.0);
  CHECK (held < ripple, "%s: the gain moves by %g", what, held);
  params.auto_release = false;
  mdsp_limiter_set (&limiter, &params); /* a change while it runs counts */
  const double free_running = gain_ripple (&limiter, &params, note, 1.0);
  CHECK (free_running > 0.05, "%s: without it the gain moves by %g only", what, free_running);
  mdsp_limiter_clear (&limiter);
}

/* `seconds` of full-band noise, of the given peak; the right channel is half the left one. */
static void
feed_noise (MdspLimiter *l, double seconds, double peak, uint64_t seed, float *out)
{
  float left[MDSP_MAX_BLOCK], right[MDSP_MAX_BLOCK], *planes[2] = { left, right };
  const size_t blocks = (size_t) (seconds * l->params.rate_hz / MDSP_MAX_BLOCK);
  for (size_t b = 0; b < blocks; b++) {
    for (size_t i = 0; i < MDSP_MAX_BLOCK; i++) {
      left[i] = (float) (peak * (2.0 * check_random (&seed) - 1.0));
      right[i] = 0.5f * left[i];
    }
    mdsp_limiter_process (l, planes, MDSP_MAX_BLOCK);
    for (size_t i = 0; out != NULL && i < MDSP_MAX_BLOCK; i++) {
      *out++ = left[i];
      *out++ = right[i];
    }
  }
}

#define HEARD                                                                                      \
  (2 * (RATE / MDSP_MAX_BLOCK) * MDSP_MAX_BLOCK) /* what feed_noise gives of one second */

/* After a bass note, noise and other settings a reset leaves nothing behind: neither in the sound nor in
 * what is read. */
static void
reset_is_as_good_as_new (void)
{
  static float a[HEARD], b[HEARD];
  MdspLimiterParams params;
  MdspLimiter used, fresh;
  MdspLimiterReading of_used, of_fresh;
  mdsp_limiter_params_init (&params, RATE, 2);
  CHECK (mdsp_limiter_init (&used, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  CHECK (mdsp_limiter_init (&fresh, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  feed_noise (&used, 0.5, 9.0, 3, NULL);
  float bass[2][8], *planes[2] = { bass[0], bass[1] };
  for (size_t i = 0; i < RATE; i += 8) {
    for (unsigned j = 0; j < 8; j++) {
      double s, c;
      mdsp_sincos (2.0 * MDSP_PI * (double) ((i + j) % 800) / 800.0, &s, &c); /* 60 Hz */
      bass[0][j] = bass[1][j] = (float) (1.5 * s);
    }
    mdsp_limiter_process (&used, planes, 8);
  }
  CHECK (used.stage[0].envelopes[0].low.hold > 0, "no hold to forget");
  mdsp_limiter_reset (&used);
  feed_noise (&used, 1.0, 1.2, 4, a);
  feed_noise (&fresh, 1.0, 1.2, 4, b);
  CHECK (memcmp (a, b, sizeof a) == 0, "other samples");
  mdsp_limiter_take (&used, &of_used);
  mdsp_limiter_take (&fresh, &of_fresh);
  CHECK (of_used.max_all_db == of_fresh.max_all_db && of_used.mean_db == of_fresh.mean_db &&
             of_used.n_gains == of_fresh.n_gains,
         "reduction %g / %g, mean %g / %g", of_used.max_all_db, of_fresh.max_all_db,
         of_used.mean_db, of_fresh.mean_db);
  CHECK (mdsp_limiter_output_peak_db (&used) == mdsp_limiter_output_peak_db (&fresh),
         "peak %g / %g", mdsp_limiter_output_peak_db (&used), mdsp_limiter_output_peak_db (&fresh));
  mdsp_limiter_clear (&used);
  mdsp_limiter_clear (&fresh);
}

/* link=1: one gain for all channels, of both stages. The right channel is exactly half the left one, and
 * so it stays, to the bit; without a link the louder one comes down more. */
static void
link_shares_the_gain_of_both_stages (void)
{
  static float out[HEARD];
  for (int linked = 0; linked < 2; linked++) {
    MdspLimiterParams params;
    MdspLimiter l;
    size_t other = 0;
    mdsp_limiter_params_init (&params, RATE, 2);
    params.link = linked;
    CHECK (mdsp_limiter_init (&l, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
    feed_noise (&l, 1.0, 4.0, 6, out);
    MdspLimiterReading r;
    CHECK (l.stage[1].stats[0].lowest < 0.999f, "the second stage has nothing to do");
    for (size_t i = 0; i < HEARD; i += 2)
      other += out[i + 1] != 0.5f * out[i];
    mdsp_limiter_take (&l, &r);
    CHECK (linked ? other == 0 : other > HEARD / 8, "link %d: %d samples differ", linked,
           (int) other);
    CHECK (linked ? r.max_db[0] == r.max_db[1] : r.max_db[0] > r.max_db[1] + 3.0,
           "link %d: %g and %g dB", linked, r.max_db[0], r.max_db[1]);
    mdsp_limiter_clear (&l);
  }
}

/* From one gain to one per channel in the middle of the work: the boxes go on from what they hold, and
 * no sample gets over the ceiling (of full-band noise the true peak may, by tenths). */
static void
unlinking_while_it_works_holds_the_ceiling (void)
{
  static float out[HEARD];
  MdspLimiterParams params;
  MdspLimiter l;
  mdsp_limiter_params_init (&params, RATE, 2);
  params.link = 1.0;
  CHECK (mdsp_limiter_init (&l, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  feed_noise (&l, 0.3, 4.0, 7, NULL);
  params.link = 0.5;
  mdsp_limiter_set (&l, &params);
  feed_noise (&l, 1.0, 4.0, 8, out);
  const double ceiling = mdsp_lin_from_db (params.ceiling_dbtp) * (1.0 + 1e-6);
  float highest[2] = { 0.0f, 0.0f };
  for (size_t i = 0; i < HEARD; i++)
    highest[i % 2] = fabsf (out[i]) > highest[i % 2] ? fabsf (out[i]) : highest[i % 2];
  CHECK (highest[0] <= ceiling && highest[1] <= ceiling, "%g and %g, ceiling %g",
         (double) highest[0], (double) highest[1], ceiling);
  CHECK (highest[0] > 0.7 * ceiling && highest[1] > 0.5 * ceiling, "%g and %g", (double) highest[0],
         (double) highest[1]);
  /* what each box held was taken along exactly: after the noise the gain of both channels is 1 again */
  feed_noise (&l, 0.5, 0.1, 9, NULL);
  feed_noise (&l, 1.0, 0.1, 9, out);
  uint64_t state = 9;
  size_t other = 0;
  const size_t latency = mdsp_limiter_latency (&l);
  for (size_t i = 0; i + latency < HEARD / 2; i++) {
    const float x = (float) (0.1 * (2.0 * check_random (&state) - 1.0));
    other += out[2 * (i + latency)] != x || out[2 * (i + latency) + 1] != 0.5f * x;
  }
  CHECK (other == 0, "%d frames of a quiet signal are touched", (int) other);
  mdsp_limiter_clear (&l);
}

/* Gain `ms` after a burst that needs 12 dB, in silence that is measured with -60 dBFS. */
static double
gain_after_burst (MdspLimiter *l, double ms)
{
  const int64_t burst = RATE / 10, latency = mdsp_limiter_latency (l);
  const int64_t at = burst + latency + (int64_t) (ms * 0.001 * RATE);
  float x[1], *planes[1] = { x };
  for (int64_t i = 0; i <= at; i++) {
    const double phase = 2.0 * MDSP_PI * (double) (i % 48) / 48.0;
    double s, c;
    mdsp_sincos (phase, &s, &c);
    /* 1 kHz, in at once and out at once where it is 0 */
    x[0] = i < burst ? (float) (3.9810717 * s * mdsp_lin_from_db (-1.03)) : 0.001f;
    mdsp_limiter_process (l, planes, 1);
  }
  return x[0] / 0.001;
}

/* The law of the release: 1 - (1 - g) exp (-t / tau), t counted from where the last peak leaves the window
 * and smoothed over the look-ahead: to within 3 groups of 8 frames and the two boxes. Hold comes before.
 * New values count while it runs. */
static void
release_and_hold_follow_their_times (void)
{
  const struct {
    double hold_ms, release_ms, after_ms;
  } cases[] = {
    { 0.0, 20.0, 20.0 },  { 0.0, 20.0, 60.0 },  { 0.0, 200.0, 100.0 },
    { 30.0, 20.0, 25.0 }, { 30.0, 20.0, 50.0 }, { 10.0, 100.0, 60.0 },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (int running = 0; running < 2; running++) {
      MdspLimiterParams params;
      MdspLimiter l;
      mdsp_limiter_params_init (&params, RATE, 1);
      params.auto_release = false;
      if (running) /* others first */
        CHECK (mdsp_limiter_init (&l, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
      params.hold_ms = cases[i].hold_ms;
      params.release_ms = cases[i].release_ms;
      if (running)
        mdsp_limiter_set (&l, &params);
      else
        CHECK (mdsp_limiter_init (&l, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
      const double gain = gain_after_burst (&l, cases[i].after_ms);
      /* the window reaches over 2 + 1 groups and the look-ahead's boxes; the last peak is a quarter of
       * the tone's 1 ms before its end */
      const double early = cases[i].after_ms - cases[i].hold_ms + 0.75;
      const double late = early - params.lookahead_ms - 4.0 * 8.0 * 1000.0 / RATE - 0.75;
      const double g = mdsp_lin_from_db (-12.0);
      const double most = 1.0 - (1.0 - g) * exp (-fmax (early, 0.0) / cases[i].release_ms);
      const double least = 1.0 - (1.0 - g) * exp (-fmax (late, 0.0) / cases[i].release_ms);
      CHECK (gain >= least - 0.003 && gain <= most + 0.003,
             "hold %g release %g: gain %g after %g ms, not %g to %g", cases[i].hold_ms,
             cases[i].release_ms, gain, cases[i].after_ms, least, most);
      mdsp_limiter_clear (&l);
    }
}

/* The last two samples of a stream are its highest, and higher between them: sinc interpolation of two
 * equal samples among zeros is 4 / pi of them, 2.1 dB. It is read when the stream ends. */
static void
output_peak_has_the_end_of_the_stream (void)
{
  MdspLimiterParams params;
  MdspLimiter l;
  float x[1], *planes[1] = { x };
  mdsp_limiter_params_init (&params, RATE, 1);
  CHECK (mdsp_limiter_init (&l, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  const size_t n = 5000, latency = mdsp_limiter_latency (&l);
  for (size_t i = 0; i < n + latency; i++) {
    x[0] = i >= n ? 0.0f : i >= n - 2 ? 0.5f : 0.01f;
    mdsp_limiter_process (&l, planes, 1);
  }
  CHECK (x[0] == 0.5f, "the last sample is %g", (double) x[0]);
  mdsp_limiter_finish (&l);
  const double peak_db = mdsp_limiter_output_peak_db (&l);
  CHECK (fabs (peak_db - mdsp_db_from_lin (0.5 * 4.0 / MDSP_PI)) < 0.5, "%g dBTP", peak_db);
  mdsp_limiter_clear (&l);
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
  resting_changes_nothing ();
  automatic_release_holds_through ("one peak a period", &one_peak, 1e-5);
  automatic_release_holds_through ("three peaks a period", &three_peaks, 1e-5);
  /* a player's touch: the gain follows the loudest of each two periods, 0.8 dB at most */
  automatic_release_holds_through ("uneven periods", &played, 0.1);
  reset_is_as_good_as_new ();
  link_shares_the_gain_of_both_stages ();
  unlinking_while_it_works_holds_the_ceiling ();
  release_and_hold_follow_their_times ();
  output_peak_has_the_end_of_the_stream ();
  readings_start_anew_after_each_take ();
  gain_ramp_takes_20_ms ();
  printf ("%d failed\n", check_failures);
  return check_failures != 0;
}
