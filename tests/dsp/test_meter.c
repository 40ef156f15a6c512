/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the meter remembers and what it forgets, its gates against a naive sum, the table of weights. */
#include "check.h"
#include "kernels/dmath.h"
#include "measure/meter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000

static MdspMeter *
new_meter (void)
{
  static const MdspSpeaker stereo[2] = { MDSP_SPEAKER_OTHER, MDSP_SPEAKER_OTHER };
  MdspMeterParams params = { RATE, 2, stereo, false, true };
  MdspMeter *m = calloc (1, sizeof *m);
  CHECK (mdsp_meter_init (m, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  return m;
}

/* Both channels: a 1 kHz tone, the right one at half the level, and every `every` frames one sample
 * of `peak` in the left (0 = none). */
static void
feed (MdspMeter *m, double seconds, double level, size_t every, double peak)
{
  float left[480], right[480];
  const float *const planes[2] = { left, right };
  for (size_t done = 0; done < (size_t) (seconds * RATE); done += 480) {
    for (size_t i = 0; i < 480; i++) {
      double s, c;
      mdsp_sincos (2.0 * MDSP_PI * (double) ((done + i) % 48) / 48.0, &s, &c);
      left[i] = (float) (level * s);
      right[i] = 0.5f * left[i];
      if (every > 0 && (done + i) % every == every / 2)
        left[i] = (float) peak;
    }
    mdsp_meter_process (m, planes, 480);
  }
}

static void
drop (MdspMeter *m)
{
  mdsp_meter_clear (m);
  free (m);
}

/* Every reading after a reset is that of a meter that was never used. */
static void
reset_is_as_good_as_new (void)
{
  MdspMeter *used = new_meter (), *fresh = new_meter ();
  MdspMeterReading a, b;
  memset (&a, 0, sizeof a);
  memset (&b, 0, sizeof b);
  feed (used, 5.05, 0.9, 4801, 1.5);
  mdsp_meter_reset (used);
  feed (used, 4.2, 0.1, 0, 0.0);
  feed (fresh, 4.2, 0.1, 0, 0.0);
  for (int final = 0; final < 2; final++) {
    mdsp_meter_read (used, final, &a);
    mdsp_meter_read (fresh, final, &b);
    CHECK (memcmp (&a, &b, sizeof a) == 0,
           "psr %g/%g, psr-min %g/%g, peak %g/%g, correlation %g/%g", a.psr_db, b.psr_db,
           a.psr_min_db, b.psr_min_db, a.true_peak_db, b.true_peak_db, a.stereo.correlation,
           b.stereo.correlation);
  }
  CHECK (used->true_peak.window_lin == fresh->true_peak.window_lin, "a window was kept");
  drop (used);
  drop (fresh);
}

/* A tone alone has a PSR of about 0 dB here, with peaks of four times its level 12 dB; the quiet
 * tone at the end is no part of where the programme is loud. */
static void
least_punch_is_that_of_the_loud_part (void)
{
  MdspMeter *m = new_meter ();
  MdspMeterReading r;
  feed (m, 6.0, 0.2, RATE / 4, 0.8);
  feed (m, 6.0, 0.2 / 32.0, 0, 0.0);
  mdsp_meter_read (m, true, &r);
  CHECK (r.psr_db < 4.0, "quiet part: %g dB", r.psr_db);
  CHECK (r.psr_min_db > 8.0, "loud part: %g dB", r.psr_min_db);
  drop (m);
}

/* Silence comes to rest: no state is left that could decay for ever. */
static void
filters_come_to_rest (void)
{
  MdspMeter *m = new_meter ();
  feed (m, 1.0, 0.9, 0, 0.0);
  feed (m, 10.0, 0.0, 0, 0.0);
  const double *z = &m->loudness.state[0][0][0][0];
  for (int i = 0; i < 8; i++)
    CHECK (z[i] == 0.0, "state %d is %g", i, z[i]);
  drop (m);
}

/* Blocks on both sides of the relative gate inside one bin of the histogram: the final value takes
 * those above it, exactly. BS.1770-5 Annex 1, formulas 5 to 7, summed naively. */
static void
final_values_are_exact_at_the_gate (void)
{
  static MdspGating g;
  enum { N = 2000 };
  static double power[N];
  uint64_t state = 3;
  CHECK (mdsp_gating_init (&g) == MDSP_OK, "init");
  double sum = 0.0, kept = 0.0, count = 0.0;
  /* Half the blocks at p, half around the gate q = (p + q) / 2 / 10, so q = p / 19; scattered by
   * +-0.03 LU. */
  for (int i = 0; i < N; i++) {
    power[i] = i % 2 ? 0.01 : 0.01 / 19.0 * (0.993 + 0.014 * check_random (&state));
    power[i] = (double) (float) power[i]; /* as the log keeps it */
    sum += power[i];
  }
  const double exact_gate = sum / N / 10.0;
  int above = 0;
  for (int i = 0; i < N; i++) {
    mdsp_gating_add (&g, power[i]);
    if (power[i] > exact_gate) {
      kept += power[i];
      count += 1.0;
      above += i % 2 == 0;
    }
  }
  CHECK (above > 100 && above < N / 2 - 100, "the gate cuts nothing: %d", above);
  const double expected = -0.691 + 10.0 * log10 (kept / count);
  const double final = mdsp_gating_integrated (&g, true, NULL);
  const double running = mdsp_gating_integrated (&g, false, NULL);
  CHECK (fabs (final - expected) < 1e-6, "final %g, expected %g", final, expected);
  CHECK (fabs (running - expected) > 1e-3, "the histogram can not tell, or this test can not");
  mdsp_gating_clear (&g);
}

/* BS.1770-5 Annex 1: blocks of 400 ms "to the nearest sample". At 11025 Hz a step of 100 ms has 1102.5
 * samples. */
static void
steps_end_at_the_nearest_sample (void)
{
  static const double rates[] = { 8000.0, 11025.0, 22050.0, 44100.0, 48000.0, 384000.0 };
  for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
    const double weights[1] = { 1.0 };
    const MdspLoudnessParams params = { rates[r], 1, weights, false };
    static MdspLoudness l;
    static float silence[38400];
    const float *const planes[1] = { silence };
    uint64_t frames = 0;
    CHECK (mdsp_loudness_init (&l, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
    for (int step = 1; step <= 30; step++) {
      const uint64_t n = mdsp_loudness_frames_to_step (&l);
      CHECK (!mdsp_loudness_process (&l, planes, n - 1), "%g Hz: step %d comes early", rates[r],
             step);
      CHECK (mdsp_loudness_process (&l, planes, 1), "%g Hz: step %d comes late", rates[r], step);
      frames += n;
      CHECK (frames == (uint64_t) lround (step * rates[r] / 10.0), "%g Hz: step %d ends at %d",
             rates[r], step, (int) frames);
    }
    mdsp_loudness_clear (&l);
  }
}

/* BS.1770-5 Annex 1 Table 3 and Annex 3 Table 4. */
static void
weights_follow_the_whole_layout (void)
{
  const MdspSpeaker f = MDSP_SPEAKER_OTHER, lfe = MDSP_SPEAKER_LFE, rear = MDSP_SPEAKER_REAR,
                    side = MDSP_SPEAKER_SIDE, wide = MDSP_SPEAKER_WIDE,
                    surround = MDSP_SPEAKER_SURROUND;
  const struct {
    unsigned n;
    MdspSpeaker speakers[8];
    double weights[8];
  } cases[] = {
    { 6, { f, f, f, lfe, rear, rear }, { 1, 1, 1, 0, 1.41, 1.41 } },
    { 6, { f, f, f, lfe, side, side }, { 1, 1, 1, 0, 1.41, 1.41 } },
    { 8, { f, f, f, lfe, rear, rear, side, side }, { 1, 1, 1, 0, 1, 1, 1.41, 1.41 } },
    { 6, { f, f, wide, wide, surround, surround }, { 1, 1, 1.41, 1.41, 1.41, 1.41 } },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double weights[8];
    mdsp_layout_weights (cases[i].speakers, cases[i].n, weights);
    for (unsigned c = 0; c < cases[i].n; c++)
      CHECK (weights[c] == cases[i].weights[c], "case %d channel %u: %g", (int) i, c, weights[c]);
  }
}

int
main (void)
{
  reset_is_as_good_as_new ();
  least_punch_is_that_of_the_loud_part ();
  filters_come_to_rest ();
  final_values_are_exact_at_the_gate ();
  steps_end_at_the_nearest_sample ();
  weights_follow_the_whole_layout ();
  printf ("%d failed\n", check_failures);
  return check_failures != 0;
}
