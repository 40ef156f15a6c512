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
  MdspMeterParams params = { RATE, 2, stereo, true };
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
  feed (used, 5.0, 0.9, 0, 0.0); /* less PSR than what comes */
  mdsp_meter_reset (used);
  feed (used, 4.2, 0.1, RATE / 4, 0.3);
  feed (fresh, 4.2, 0.1, RATE / 4, 0.3);
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

/* The peak of the last 3 s is a true peak, also when the stream has had higher ones: a quarter of the rate,
 * whose samples lie 3.01 dB below its peaks. (Samples alone would be 3 dB off.) */
static void
psr_takes_true_peaks_of_its_window (void)
{
  MdspMeter *m = new_meter ();
  MdspMeterReading r;
  float x[4];
  const float *const planes[2] = { x, x };
  feed (m, 1.0, 1.0, 0, 0.0);
  for (int i = 0; i < 4; i++)
    x[i] = i < 2 ? 0.1f : -0.1f; /* sin (pi / 2 n + pi / 4) */
  for (size_t done = 0; done < 5 * RATE; done += 4)
    mdsp_meter_process (m, planes, 4);
  mdsp_meter_read (m, true, &r);
  const double peak_db = mdsp_db_from_lin (0.1) + 3.0103;
  CHECK (fabs (r.psr_db - (peak_db - r.shortterm)) < 0.05, "PSR %g, %g over %g", r.psr_db, peak_db,
         r.shortterm);
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
  /* one that keeps no log has nothing better to say than the running values, and no memory to grow */
  static MdspGating bounded;
  mdsp_gating_init_running (&bounded);
  for (int i = 0; i < N; i++)
    mdsp_gating_add (&bounded, power[i]);
  CHECK (bounded.log == NULL && mdsp_gating_integrated (&bounded, true, NULL) == running,
         "without a log %g, running %g", mdsp_gating_integrated (&bounded, true, NULL), running);
  mdsp_gating_clear (&bounded);
  CHECK (fabs (final - expected) < 1e-6, "final %g, expected %g", final, expected);
  CHECK (fabs (running - expected) > 1e-3, "the histogram can not tell, or this test can not");
  mdsp_gating_clear (&g);
}

/* |H|^2 of the tables of BS.1770-5 Annex 1, in dB at 48 kHz. */
static double
standard_response_db (double f_hz)
{
  static const double b[2][3] = { { 1.53512485958697, -2.69169618940638, 1.19839281085285 },
                                  { 1.0, -2.0, 1.0 } };
  static const double a[2][3] = { { 1.0, -1.69065929318241, 0.73248077421585 },
                                  { 1.0, -1.99004745483398, 0.99007225036621 } };
  const double w = 2.0 * M_PI * f_hz / 48000.0;
  double db = 0.0;
  for (unsigned i = 0; i < 2; i++) {
    double re[2] = { 0.0, 0.0 }, im[2] = { 0.0, 0.0 };
    for (unsigned k = 0; k < 3; k++) {
      re[0] += b[i][k] * cos (k * w);
      im[0] += b[i][k] * sin (k * w);
      re[1] += a[i][k] * cos (k * w);
      im[1] += a[i][k] * sin (k * w);
    }
    db += 10.0 * log10 ((re[0] * re[0] + im[0] * im[0]) / (re[1] * re[1] + im[1] * im[1]));
  }
  return db;
}

/* At every rate, to 0.45 of it or 20 kHz; the worst is 0.0081 dB, at 384 kHz. */
static void
k_curve_is_that_of_48_khz (void)
{
  static const double rates[] = {
    8000.0,  9600.0,  11025.0, 12000.0,  16000.0,  18900.0,  22050.0,
    24000.0, 32000.0, 35999.0, 36000.0,  37800.0,  44100.0,  48000.0,
    64000.0, 88200.0, 96000.0, 176400.0, 192000.0, 352800.0, 384000.0
  };
  for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
    const double top = fmin (0.45 * rates[r], 20000.0);
    double worst = 0.0;
    MdspKWeightCoef coef;
    mdsp_kweight_design (&coef, rates[r]);
    for (double f = 20.0; f <= top; f *= 1.01)
      worst = fmax (
          worst, fabs (mdsp_kweight_response_db (&coef, rates[r], f) - standard_response_db (f)));
    CHECK (worst < (rates[r] == 48000.0 ? 1e-9 : 0.01), "%g Hz: off by %g dB", rates[r], worst);
    for (unsigned i = 0; i < 2; i++)
      CHECK (fabs (coef.a[i][1]) < 1.0 && fabs (coef.a[i][0]) < 1.0 + coef.a[i][1],
             "%g Hz: section %u is not stable", rates[r], i);
  }
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

/* The programme's statistics from their definitions, over all blocks: BS.1770-5 Annex 1, formulas 5 to 7,
 * and EBU Tech 3342. */
static int
compare_doubles (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
naive_mean (const double *power, int n, double gate, int *kept)
{
  double sum = 0.0;
  *kept = 0;
  for (int i = 0; i < n; i++)
    if (power[i] > gate) {
      sum += power[i];
      (*kept)++;
    }
  return *kept > 0 ? sum / *kept : 0.0;
}

static double
naive_lufs (double power)
{
  return power > 0.0 ? -0.691 + 10.0 * log10 (power) : -HUGE_VAL;
}

static const double absolute_gate = 1.1724653045822964e-07; /* -70 LUFS: 10^((-70 + 0.691) / 10) */

static double
naive_integrated (const double *power, int n, double *threshold)
{
  int kept;
  const double gate = naive_mean (power, n, absolute_gate, &kept) / 10.0;
  *threshold = kept > 0 ? naive_lufs (gate) : -70.0;
  return kept > 0 ? naive_lufs (naive_mean (power, n, fmax (gate, absolute_gate), &kept))
                  : -HUGE_VAL;
}

static double
naive_range (const double *power, int n)
{
  static double sorted[512];
  int kept, count = 0;
  const double gate = naive_mean (power, n, absolute_gate, &kept) / 100.0;
  for (int i = 0; i < n; i++)
    if (power[i] > absolute_gate && power[i] >= gate)
      sorted[count++] = power[i];
  if (count == 0)
    return 0.0;
  qsort (sorted, (size_t) count, sizeof (double), compare_doubles);
  return naive_lufs (sorted[lround ((count - 1) * 0.95)]) -
         naive_lufs (sorted[lround ((count - 1) * 0.10)]);
}

static bool
agree (double a, double b, double tolerance)
{
  return a == b || fabs (a - b) <= tolerance;
}

/* Random programmes, short and long, whose blocks lie on both sides of all gates. The exact values keep
 * powers as floats (1e-6 LU); of the running ones a block may be 0.1 LU off, and a gate that falls into a
 * bin takes it whole or not, so those are compared where the bin of the gate is empty. */
static void
statistics_are_those_of_the_standards (void)
{
  static MdspGating g;
  static double power[512];
  CHECK (mdsp_gating_init (&g) == MDSP_OK, "init");
  for (uint64_t seed = 1; seed <= 400; seed++) {
    uint64_t state = seed * 104729;
    const int n = 1 + (int) (check_random (&state) * (seed % 3 == 0 ? 510.0 : 12.0));
    const double lowest = -90.0 + 60.0 * check_random (&state);
    double threshold, expected_threshold;
    mdsp_gating_reset (&g);
    for (int i = 0; i < n; i++) {
      /* half a bin away from every edge, and from -70 */
      const double lufs = floor ((lowest + 40.0 * check_random (&state)) * 10.0) / 10.0 + 0.05;
      power[i] = (double) (float) pow (10.0, (lufs + 0.691) / 10.0);
      mdsp_gating_add (&g, power[i]);
    }
    const double expected = naive_integrated (power, n, &expected_threshold);
    const double range = naive_range (power, n);
    const double found = mdsp_gating_integrated (&g, true, &threshold);
    CHECK (agree (found, expected, 1e-6), "seed %d: %.9f, not %.9f", (int) seed, found, expected);
    CHECK (agree (threshold, expected_threshold, 1e-6), "seed %d: threshold %.9f, not %.9f",
           (int) seed, threshold, expected_threshold);
    CHECK (agree (mdsp_gating_range (&g, true), range, 1e-5), "seed %d: LRA %.9f, not %.9f",
           (int) seed, mdsp_gating_range (&g, true), range);
    const double gate10 = expected_threshold, gate20 = expected_threshold - 10.0;
    bool clear10 = true, clear20 = true;
    for (int i = 0; i < n; i++) {
      clear10 &= fabs (naive_lufs (power[i]) - gate10) > 0.1;
      clear20 &= fabs (naive_lufs (power[i]) - gate20) > 0.1;
    }
    if (clear10)
      CHECK (agree (mdsp_gating_integrated (&g, false, NULL), expected, 1e-6),
             "seed %d: running %.9f, not %.9f", (int) seed,
             mdsp_gating_integrated (&g, false, NULL), expected);
    if (clear20)
      CHECK (agree (mdsp_gating_range (&g, false), range, 1e-5),
             "seed %d: running LRA %.9f, not %.9f", (int) seed, mdsp_gating_range (&g, false),
             range);
  }
  mdsp_gating_clear (&g);
}

/* The running value: the one bin that the gate cuts counts when its mean is above the gate. As many blocks
 * of power p as of q: the gate is (p + q) / 20, which is q at q = p / 19, 12.79 dB below p; here a little to
 * either side of that, in the same bin. */
static void
gate_cuts_a_bin_at_its_mean (void)
{
  static const double quiet[] = { -22.87, -22.81 };
  for (int i = 0; i < 2; i++) {
    static MdspGating g;
    const double p = pow (10.0, (-10.05 + 0.691) / 10.0), q = pow (10.0, (quiet[i] + 0.691) / 10.0);
    mdsp_gating_init_running (&g);
    for (int n = 0; n < 100; n++) {
      mdsp_gating_add (&g, p);
      mdsp_gating_add (&g, q);
    }
    const double expected = i == 0 ? -10.05 : naive_lufs ((p + q) / 2.0);
    CHECK (agree (mdsp_gating_integrated (&g, false, NULL), expected, 1e-9), "%g: %g, not %g",
           quiet[i], mdsp_gating_integrated (&g, false, NULL), expected);
    mdsp_gating_clear (&g);
  }
}

/* The log ends after 24 hours: what comes later still counts in the final value, by the histogram. */
static void
after_a_day_the_histogram_goes_on (void)
{
  static MdspGating g;
  const double quiet = pow (10.0, (-30.05 + 0.691) / 10.0), loud = quiet * 100.0;
  const double extra = 100000.0;
  CHECK (mdsp_gating_init (&g) == MDSP_OK, "init");
  for (unsigned i = 0; i < MDSP_GATING_LOG_MAX; i++)
    mdsp_gating_add (&g, quiet);
  CHECK (agree (mdsp_gating_integrated (&g, true, NULL), -30.05, 1e-6), "%g LUFS of a day",
         mdsp_gating_integrated (&g, true, NULL));
  for (unsigned i = 0; i < (unsigned) extra; i++)
    mdsp_gating_add (&g, loud);
  /* mean power (864000 + 100 x 100000) / 964000: the gate is above the quiet day */
  CHECK (agree (mdsp_gating_integrated (&g, true, NULL), -10.05, 1e-6), "%g LUFS",
         mdsp_gating_integrated (&g, true, NULL));
  CHECK (agree (mdsp_gating_range (&g, true), 20.0, 1e-6), "LRA %g", mdsp_gating_range (&g, true));
  mdsp_gating_clear (&g);
}

/* Two equal samples at the very end: 4 / pi of them between (sinc interpolation), read by finish. */
static void
true_peak_has_the_end_of_the_stream (void)
{
  MdspMeter *m = new_meter ();
  static float left[4800], right[4800];
  const float *const planes[2] = { left, right };
  for (size_t i = 0; i < 4800; i++)
    left[i] = i < 4798 ? 0.01f : 0.5f;
  mdsp_meter_process (m, planes, 4800);
  mdsp_meter_finish (m);
  const double peak = mdsp_meter_true_peak_lin (m, 0);
  CHECK (fabs (mdsp_db_from_lin (peak) - mdsp_db_from_lin (0.5 * 4.0 / MDSP_PI)) < 0.5, "%g", peak);
  drop (m);
}

/* BS.1770-5 Annex 1 Table 3 and Annex 3 Table 4. */
static void
weights_follow_the_whole_layout (void)
{
  const MdspSpeaker f = MDSP_SPEAKER_OTHER, lfe = MDSP_SPEAKER_LFE, rear = MDSP_SPEAKER_REAR,
                    side = MDSP_SPEAKER_SIDE, wide = MDSP_SPEAKER_WIDE,
                    surround = MDSP_SPEAKER_SURROUND, pair = MDSP_SPEAKER_PAIR;
  const struct {
    unsigned n;
    MdspSpeaker speakers[8];
    double weights[8];
  } cases[] = {
    { 6, { f, f, f, lfe, rear, rear }, { 1, 1, 1, 0, 1.41, 1.41 } },
    { 6, { f, f, f, lfe, side, side }, { 1, 1, 1, 0, 1.41, 1.41 } },
    { 8, { f, f, f, lfe, rear, rear, side, side }, { 1, 1, 1, 0, 1, 1, 1.41, 1.41 } },
    { 7, { f, f, f, surround, surround, rear, rear }, { 1, 1, 1, 1.41, 1.41, 1, 1 } },
    { 6, { f, f, wide, wide, surround, surround }, { 1, 1, 1.41, 1.41, 1.41, 1.41 } },
    { 1, { pair }, { 2 } },
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
  psr_takes_true_peaks_of_its_window ();
  filters_come_to_rest ();
  final_values_are_exact_at_the_gate ();
  statistics_are_those_of_the_standards ();
  gate_cuts_a_bin_at_its_mean ();
  after_a_day_the_histogram_goes_on ();
  true_peak_has_the_end_of_the_stream ();
  k_curve_is_that_of_48_khz ();
  steps_end_at_the_nearest_sample ();
  weights_follow_the_whole_layout ();
  printf ("%d failed\n", check_failures);
  return check_failures != 0;
}
