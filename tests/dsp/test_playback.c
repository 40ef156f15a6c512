/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Playback devices: their responses against the closed forms, tones through them against those
 * responses, the fold to mono against what it is for one, two like and two opposite channels, and
 * the same bits however the stream is cut and whichever kernels run. */
#include "check.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"
#include "measure/translation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000

static const MdspPlaybackParams nothing = { .noise_lufs = MDSP_SILENCE_DB };

static MdspPlaybackParams
phone (void)
{
  MdspPlaybackParams p = nothing;
  p.mono = true;
  p.highpass_hz = 300;
  p.highpass_order = 4;
  p.lowpass_hz = 12000;
  p.lowpass_order = 2;
  return p;
}

static MdspPlaybackParams
club (void)
{
  MdspPlaybackParams p = nothing;
  p.mono_below_hz = 120;
  return p;
}

static MdspPlaybackParams
car (void)
{
  MdspPlaybackParams p = nothing;
  p.shelf_hz = 90;
  p.shelf_db = 6;
  p.noise_lufs = -40;
  p.noise_lowpass_hz = 200;
  return p;
}

/* Butterworth's magnitude behind the bilinear transform: 1 / (1 + (K / t)^2n) for a high-pass, with
 * t = tan (pi f / fs) and K that of the corner; the other way round for a low-pass. */
static void
filters_are_butterworth (void)
{
  for (unsigned order = 1; order <= MDSP_PLAYBACK_MAX_ORDER; order++)
    for (int high = 0; high < 2; high++)
      for (double corner = 60; corner < 16000; corner *= 3.7)
        for (double f = 20; f < 23000; f *= 1.17) {
          MdspPlaybackParams p = nothing;
          MdspPlaybackDesign design;
          *(high ? &p.highpass_hz : &p.lowpass_hz) = corner;
          *(high ? &p.highpass_order : &p.lowpass_order) = order;
          CHECK (mdsp_playback_design (&design, &p, RATE) == MDSP_OK, "design");
          double x = tan (M_PI * corner / RATE) / tan (M_PI * f / RATE);
          double expected = -10 * log10 (1 + pow (high ? x : 1 / x, 2 * order));
          double got = mdsp_playback_response_db (&design.lane[0], RATE, f);
          /* deep in the stop band the sections' sums lose digits */
          double tolerance = expected > -60 ? 1e-6 : 0.05;
          if (expected > -120)
            CHECK (fabs (got - expected) < tolerance, "order %u, %s %g Hz, at %g Hz: %g, not %g",
                   order, high ? "high-pass" : "low-pass", corner, f, got, expected);
        }
}

static void
shelf_has_its_gain (void)
{
  MdspPlaybackParams p = car ();
  MdspPlaybackDesign design;
  CHECK (mdsp_playback_design (&design, &p, RATE) == MDSP_OK, "design");
  const MdspPlaybackLane *lane = &design.lane[1];
  CHECK (fabs (mdsp_playback_response_db (lane, RATE, 0.01) - 6) < 1e-3, "at 0 Hz");
  CHECK (fabs (mdsp_playback_response_db (lane, RATE, 90) - 3) < 1e-6, "in the middle");
  CHECK (fabs (mdsp_playback_response_db (lane, RATE, 23999)) < 1e-3, "at the top");
}

static void
club_keeps_the_mid (void)
{
  MdspPlaybackParams p = club (), one = nothing;
  MdspPlaybackDesign design, highpass;
  one.highpass_hz = 120;
  one.highpass_order = 2;
  CHECK (mdsp_playback_design (&design, &p, RATE) == MDSP_OK &&
             mdsp_playback_design (&highpass, &one, RATE) == MDSP_OK,
         "design");
  for (double f = 20; f < 20000; f *= 1.5) {
    double mid = mdsp_playback_response_db (&design.lane[0], RATE, f);
    double side = mdsp_playback_response_db (&design.lane[1], RATE, f);
    double twice = 2 * mdsp_playback_response_db (&highpass.lane[0], RATE, f);
    CHECK (fabs (mid) < 1e-9, "mid at %g Hz: %g dB", f, mid);
    CHECK (fabs (side - twice) < 1e-9, "side at %g Hz: %g dB, not %g", f, side, twice);
  }
}

static void
bad_numbers_are_refused (void)
{
  MdspPlaybackDesign design;
  MdspPlaybackParams p[8];
  for (unsigned i = 0; i < 8; i++)
    p[i] = phone ();
  p[0].highpass_order = 0;
  p[1].highpass_order = 9;
  p[2].highpass_hz = 23900;
  p[3].lowpass_hz = NAN;
  p[4].mono_below_hz = 120; /* and mono */
  p[5].shelf_db = 25;
  p[6].noise_lufs = NAN;
  p[7].lowpass_hz = -1;
  for (unsigned i = 0; i < 8; i++)
    CHECK (mdsp_playback_design (&design, &p[i], RATE) == MDSP_ERROR_PARAM, "case %u", i);
  MdspPlaybackParams low = phone ();
  CHECK (mdsp_playback_design (&design, &low, 8000) == MDSP_OK, "a low-pass above fs/2");
}

/* --- measuring ---------------------------------------------------------------------------------- */

typedef struct {
  double frequency, left, right; /* levels; a negative one is turned over */
} Tone;

static void
tone_block (float *left, float *right, const Tone *tone, size_t at, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    double s = sin (2 * M_PI * fmod (tone->frequency * (double) (at + i) / RATE, 1.0));
    left[i] = (float) (tone->left * s);
    right[i] = (float) (tone->right * s);
  }
}

static MdspTranslationReading
measure_tone (MdspPlaybackParams params, Tone tone)
{
  static MdspTranslation t;
  MdspTranslationReading reading = { 0 };
  CHECK (mdsp_translation_init (&t, RATE, 2, &params, 1, mdsp_kernels_get ()) == MDSP_OK, "init");
  for (size_t done = 0; done < 20 * RATE; done += 480) {
    float left[480], right[480];
    const float *const planes[2] = { left, right };
    tone_block (left, right, &tone, done, 480);
    mdsp_translation_process (&t, planes, 480);
  }
  mdsp_translation_read (&t, 0, &reading);
  mdsp_translation_clear (&t);
  return reading;
}

/* A steady tone changes by the response at its frequency; its start is 1 of 200 blocks: 0.01 LU. */
static void
tones_change_by_the_response (void)
{
  static const double frequencies[] = { 150, 200, 300, 1000, 8000, 14000 };
  const MdspPlaybackParams devices[] = { phone (), car () };
  for (unsigned d = 0; d < 2; d++)
    for (unsigned i = 0; i < 6; i++) {
      MdspPlaybackDesign design;
      CHECK (mdsp_playback_design (&design, &devices[d], RATE) == MDSP_OK, "design");
      double expected = mdsp_playback_response_db (&design.lane[0], RATE, frequencies[i]);
      MdspTranslationReading r = measure_tone (devices[d], (Tone){ frequencies[i], 0.5, 0.5 });
      CHECK (fabs (r.tonal_change_lu - expected) < 0.02, "device %u, %g Hz: %g, not %g", d,
             frequencies[i], r.tonal_change_lu, expected);
      CHECK (fabs (r.mono_change_lu) < 1e-6, "like channels fold to themselves");
    }
}

static void
folding_is_told_apart (void)
{
  MdspTranslationReading one = measure_tone (phone (), (Tone){ 1000, 0.5, 0.0 });
  CHECK (fabs (one.mono_change_lu + 10 * log10 (2)) < 1e-6, "one channel: %g", one.mono_change_lu);
  CHECK (fabs (one.change_lu - one.mono_change_lu - one.tonal_change_lu) < 1e-9, "parts");
  MdspTranslationReading none = measure_tone (phone (), (Tone){ 1000, 0.5, -0.5 });
  CHECK (none.mono_change_lu == MDSP_SILENCE_DB, "opposite channels: %g", none.mono_change_lu);
  MdspTranslationReading bass = measure_tone (club (), (Tone){ 50, 0.5, -0.5 });
  CHECK (bass.mono_change_lu < -60 && bass.change_lu < -25, "opposite bass: %g, %g",
         bass.mono_change_lu, bass.change_lu);
  MdspTranslationReading treble = measure_tone (club (), (Tone){ 3000, 0.5, -0.5 });
  CHECK (fabs (treble.change_lu) < 0.01, "opposite treble: %g", treble.change_lu);
}

/* A third of the time is 45 dB below the rest, which the noise is 40 dB below. */
static void
quiet_parts_drown (void)
{
  static MdspTranslation t;
  MdspPlaybackParams params = car ();
  MdspTranslationReading r;
  CHECK (mdsp_translation_init (&t, RATE, 2, &params, 1, mdsp_kernels_get ()) == MDSP_OK, "init");
  for (size_t done = 0; done < 30 * RATE; done += 480) {
    float left[480], right[480];
    const float *const planes[2] = { left, right };
    double level = done < 20 * RATE ? 0.5 : 0.5 * pow (10, -45 / 20.0);
    tone_block (left, right, &(Tone){ 1000, level, level }, done, 480);
    mdsp_translation_process (&t, planes, 480);
  }
  mdsp_translation_read (&t, 0, &r);
  /* blocks that overlap both parts are loud: 3 of 300 */
  CHECK (fabs (r.drowned - 1 / 3.0) < 0.011, "share: %g", r.drowned);
  mdsp_translation_clear (&t);
}

/* --- device audio -------------------------------------------------------------------------------- */

/* Our meter, whose own tests are elsewhere. The mean of 20 s of noise of 200 Hz bandwidth in two
 * channels has a standard deviation of 10 log10 (1 + sqrt (2 / 16000)) = 0.05 dB. */
static void
noise_is_as_loud_as_asked (void)
{
  static MdspPlayback p;
  static MdspLoudness meter;
  static const double weights[2] = { 1, 1 };
  MdspPlaybackParams params = car ();
  MdspLoudnessParams loudness = { RATE, 2, weights };
  params.noise_lufs = -33;
  CHECK (mdsp_playback_init (&p, &params, RATE, mdsp_kernels_get ()) == MDSP_OK &&
             mdsp_loudness_init (&meter, &loudness, mdsp_kernels_get ()) == MDSP_OK,
         "init");
  for (size_t done = 0; done < 20 * RATE; done += 480) {
    float left[480] = { 0 }, right[480] = { 0 }, *planes[2] = { left, right };
    mdsp_playback_process (&p, planes, 480);
    mdsp_loudness_process (&meter, (const float *const *) planes, 480);
  }
  double lufs = mdsp_loudness_integrated (&meter, true, NULL);
  CHECK (fabs (lufs + 33) < 0.15, "noise: %g LUFS", lufs);
  mdsp_loudness_clear (&meter);
}

/* --- bits ----------------------------------------------------------------------------------------- */

#define LENGTH  (3 * RATE + 77)
#define DEVICES 3

static float music[2][LENGTH], heard[2][LENGTH], first[2][LENGTH];

static void
run (const MdspKernels *k, size_t block, MdspTranslationReading readings[DEVICES], bool dirty)
{
  static MdspTranslation t;
  static MdspPlayback p;
  const MdspPlaybackParams params[DEVICES] = { phone (), club (), car () };
  const float *const planes[2] = { music[0], music[1] };
  CHECK (mdsp_translation_init (&t, RATE, 2, params, DEVICES, k) == MDSP_OK &&
             mdsp_playback_init (&p, &params[2], RATE, k) == MDSP_OK,
         "init");
  memcpy (heard, music, sizeof heard);
  if (dirty) {
    float *both[2] = { heard[0], heard[1] };
    mdsp_translation_process (&t, planes, 54321);
    mdsp_playback_process (&p, both, 54321);
    mdsp_translation_reset (&t);
    mdsp_playback_reset (&p);
    memcpy (heard, music, sizeof heard);
  }
  for (size_t done = 0; done < LENGTH; done += block) {
    size_t n = LENGTH - done < block ? LENGTH - done : block;
    const float *const in[2] = { music[0] + done, music[1] + done };
    float *const out[2] = { heard[0] + done, heard[1] + done };
    mdsp_translation_process (&t, in, n);
    mdsp_playback_process (&p, out, n);
  }
  for (unsigned d = 0; d < DEVICES; d++)
    mdsp_translation_read (&t, d, &readings[d]);
  mdsp_translation_clear (&t);
}

static void
bits_are_the_same (void)
{
  static const size_t blocks[] = { 1, 7, 64, 441, 1024, 65536 };
  const MdspKernels *tables[8];
  MdspTranslationReading reference[DEVICES], other[DEVICES];
  unsigned n_tables = mdsp_kernels_list (tables, 8);
  uint64_t seed = 7;
  memset (reference, 0, sizeof reference);
  memset (other, 0, sizeof other);
  for (size_t i = 0; i < LENGTH; i++)
    for (unsigned c = 0; c < 2; c++) /* silence in the middle: states come to rest */
      music[c][i] = i / RATE == 1 ? 0.0f : (float) (check_random (&seed) - 0.5);
  run (mdsp_kernels_by_name ("c"), 512, reference, false);
  memcpy (first, heard, sizeof first);
  for (unsigned i = 0; i < n_tables + 6; i++) {
    bool by_table = i < n_tables;
    run (by_table ? tables[i] : tables[0], by_table ? 480 : blocks[i - n_tables], other, i % 2);
    CHECK (memcmp (reference, other, sizeof other) == 0, "readings, case %u", i);
    CHECK (memcmp (first, heard, sizeof first) == 0, "audio, case %u", i);
  }
}

int
main (void)
{
  filters_are_butterworth ();
  shelf_has_its_gain ();
  club_keeps_the_mid ();
  bad_numbers_are_refused ();
  tones_change_by_the_response ();
  folding_is_told_apart ();
  quiet_parts_drown ();
  noise_is_as_loud_as_asked ();
  bits_are_the_same ();
  printf ("%d failed\n", check_failures);
  return check_failures ? 1 : 0;
}
