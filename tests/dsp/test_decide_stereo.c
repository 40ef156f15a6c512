/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is decided about the stereo image, from noise whose side has a known level in every band: the
 * caps and shares by their closed form, every verdict, and that problems stop the width.
 */
#include "decide/stereo.h"
#include "decide/stereo_problems.h"

#include "check.h"

#include <math.h>
#include <string.h>

#define RATE   48000
#define FRAMES ((size_t) RATE * 12)

static float left[FRAMES], right[FRAMES];
static MdspStereo field;
static MdspStereoProblem found[MDSP_STEREO_MAX_PROBLEMS];

/* White noise in the middle; in the sides, below and above about 700 Hz, at these levels against it. */
static void
make (double low_db, double high_db, double right_gain)
{
  uint64_t seed = 11;
  double z = 0.0;
  for (size_t i = 0; i < FRAMES; i++) {
    const double mid = 0.2 * (2.0 * check_random (&seed) - 1.0);
    const double x = 0.2 * (2.0 * check_random (&seed) - 1.0);
    z += 0.088 * (x - z);
    const double side = pow (10.0, low_db / 20.0) * z + pow (10.0, high_db / 20.0) * (x - z);
    left[i] = (float) (mid + side);
    right[i] = (float) (right_gain * (mid - side));
  }
}

static const MdspStereo *
measure (double rate_hz)
{
  const MdspStereoParams params = { rate_hz };
  mdsp_stereo_clear (&field);
  CHECK (mdsp_stereo_init (&field, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  const float *const planes[2] = { left, right };
  mdsp_stereo_process (&field, planes, FRAMES);
  mdsp_stereo_finish (&field);
  return &field;
}

static MdspStereoPlan
plan (const MdspStereoWish *wish)
{
  MdspStereoPlan p;
  mdsp_stereo_plan (&field, wish, field.rate_hz, &p);
  return p;
}

static bool
does_nothing (MdspStereoPlan p)
{
  return mdsp_imager_params_neutral (&p.params);
}

static double
width_by_hand (double side_mid_db, double most_db, double share)
{
  const double half = (-7.5 - side_mid_db) / 2.0;
  return share * fmin (fmax (half, 0.0), most_db);
}

static void
width_is_half_of_what_lacks_inside_its_caps (void)
{
  for (double db = -26.0; db < -6.0; db += 2.5)
    for (double share = 0.25; share <= 1.0; share += 0.25) {
      const MdspStereoWish wish = { .wide = true, .share = share };
      make (db, db, 1.0);
      measure (RATE);
      const MdspStereoPlan p = plan (&wish);
      const double mid = width_by_hand (mdsp_stereo_side_mid_db (&field, false), 1.5, share);
      const double high = width_by_hand (mdsp_stereo_side_mid_db (&field, true), 3.0, share);
      CHECK (fabs (p.width_mid_db - (mid < 0.5 ? 0.0 : mid)) < 1e-9, "%g dB: %g, not %g", db,
             p.width_mid_db, mid);
      CHECK (fabs (p.width_high_db - (high < 0.5 ? 0.0 : high)) < 1e-9, "%g dB: %g, not %g", db,
             p.width_high_db, high);
      CHECK (fabs (20.0 * log10 (p.params.width_high) - p.width_high_db) < 1e-9, "as a factor");
      CHECK (p.params.width_low == 1.0 && p.params.guard >= 0.0, "below 354 Hz nothing is widened");
      CHECK ((p.width == MDSP_STEREO_MOVED) == (p.width_mid_db > 0.0 || p.width_high_db > 0.0),
             "verdict %d", (int) p.width);
      CHECK (mdsp_imager_params_neutral (&p.params) == (p.width != MDSP_STEREO_MOVED), "neutral");
    }
}

static void
width_needs_a_reason_and_no_fault (void)
{
  const MdspStereoWish wide = { .wide = true, .share = 1.0 };
  const MdspStereoWish vinyl = { .wide = true, .share = 1.0, .side_limit_db = 6.0 };
  const MdspStereoWish nothing = { .wide = true, .share = 0.0, .bass_mono_hz = 150.0 };
  make (-20.0, -20.0, 1.0);
  measure (RATE);
  CHECK (plan (&vinyl).width == MDSP_STEREO_NOT_ASKED, "a format that limits the side");
  CHECK (does_nothing (plan (&nothing)), "a share of 0");
  make (-20.0, -20.0, 0.5); /* 6 dB out of balance */
  measure (RATE);
  CHECK (plan (&wide).width == MDSP_STEREO_HAS_PROBLEM, "balance");
  make (-20.0, -20.0, -1.0);
  measure (RATE);
  CHECK (plan (&wide).width == MDSP_STEREO_HAS_PROBLEM, "polarity");
  make (-1.0, -1.0, 1.0);
  measure (RATE);
  CHECK (plan (&wide).width == MDSP_STEREO_WIDE_ALREADY, "wide");
  make (-HUGE_VAL, -HUGE_VAL, 1.0);
  measure (RATE);
  CHECK (plan (&wide).width == MDSP_STEREO_SAME, "dual mono");
  make (-40.0, -40.0, 1.0);
  measure (RATE);
  CHECK (plan (&wide).width == MDSP_STEREO_FINE, "a side of -40 dB is none");
}

static void
bass_is_checked_first (void)
{
  const MdspStereoWish dj = { .share = 1.0, .bass_mono_hz = 120.0 };
  const struct {
    double low_db;
    MdspStereoVerdict want;
  } table[] = { { -20.0, MDSP_STEREO_FINE },      { -9.0, MDSP_STEREO_FINE },
                { -6.0, MDSP_STEREO_MOVED },      { 0.0, MDSP_STEREO_MOVED },
                { 1.8, MDSP_STEREO_MOVED },       { 3.5, MDSP_STEREO_OUT_OF_PHASE },
                { 12.0, MDSP_STEREO_HAS_PROBLEM } };
  /* correlation 0.7 is a side of -7.5 dB; a loss of 4.5 dB one of +2.6 dB; most of the octaves against each
   * other are an inverted channel */
  for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
    make (table[i].low_db, -20.0, 1.0);
    measure (RATE);
    const MdspStereoPlan p = plan (&dj);
    CHECK (p.bass == table[i].want, "%g dB: %d", table[i].low_db, (int) p.bass);
    CHECK (p.params.bass_mono_hz == (p.bass == MDSP_STEREO_MOVED ? 120.0 : 0.0), "%g dB",
           table[i].low_db);
    CHECK (p.width == MDSP_STEREO_NOT_ASKED && p.top == MDSP_STEREO_NOT_ASKED, "not asked");
  }
  const MdspStereoWish streaming = { .share = 1.0 };
  CHECK (does_nothing (plan (&streaming)), "nobody asks for a mono bass");
}

static void
vinyl_is_checked_first (void)
{
  const MdspStereoWish wish = { .share = 1.0, .side_highpass_hz = 300.0, .side_limit_db = 6.0 };
  make (-9.0, -9.0, 1.0);
  measure (RATE);
  CHECK (plan (&wish).elliptic == MDSP_STEREO_FINE && plan (&wish).top == MDSP_STEREO_FINE, "fine");
  make (2.0, -3.0, 1.0);
  measure (RATE);
  const MdspStereoPlan p = plan (&wish);
  CHECK (p.elliptic == MDSP_STEREO_MOVED && p.params.side_highpass_hz == 300.0, "elliptic");
  CHECK (p.top == MDSP_STEREO_MOVED && p.params.side_limit_db == 6.0 &&
             p.params.crossover_high_hz == 7071.0,
         "top");
  measure (16000.0); /* there is nothing above 10 kHz */
  CHECK (plan (&wish).top == MDSP_STEREO_EMPTY, "16 kHz");
}

/* The shortest that counts is a twentieth of the piece, or 4 s; of the causes of a cancellation only one
 * is named. */
static void
only_lasting_faults_are_problems (void)
{
  for (unsigned seconds = 0; seconds < 12; seconds++) {
    make (-20.0, -20.0, 1.0);
    for (size_t i = 0; i < seconds * (size_t) RATE; i++)
      right[i] = -right[i];
    const unsigned n = mdsp_stereo_problems (measure (RATE), found);
    const MdspStereoSpans *spans = mdsp_stereo_fault (&field, MDSP_STEREO_POLARITY);
    const bool lasts = spans->n_spans > 0 && (double) spans->total >= 4.0 * RATE;
    CHECK (n == lasts, "%u s: %u problems", seconds, n);
    CHECK (n == 0 || found[0].kind == MDSP_STEREO_PROBLEM_POLARITY, "kind %d", (int) found[0].kind);
    CHECK (seconds > 3 ? n == 1 || seconds == 4 : n == 0, "%u s: %u problems", seconds, n);
  }
  make (-20.0, -20.0, 0.0);
  CHECK (mdsp_stereo_problems (measure (RATE), found) == 1 &&
             found[0].kind == MDSP_STEREO_PROBLEM_SILENT,
         "a silent channel is all");
}

/* An octave around 500 Hz that cancels from the start for so many seconds. */
static void
plant_octave (unsigned seconds)
{
  uint64_t seed = 12;
  double z[2] = { 0.0, 0.0 };
  const double w = 2.0 * M_PI * 500.0 / RATE, r = 0.995;
  make (-20.0, -20.0, 1.0);
  for (size_t i = 0; i < seconds * (size_t) RATE; i++) {
    const double y =
        5.5e-4 * (2.0 * check_random (&seed) - 1.0) + 2.0 * r * cos (w) * z[0] - r * r * z[1];
    z[1] = z[0];
    z[0] = y;
    left[i] += (float) y;
    right[i] -= (float) y;
  }
}

/* Music has octaves that cancel for some seconds: above the bass it takes 6 s, in an excerpt too. */
static void
some_seconds_of_an_octave_are_none (void)
{
  for (unsigned seconds = 0; seconds <= 12; seconds++) {
    plant_octave (seconds);
    const unsigned n = mdsp_stereo_problems (measure (RATE), found);
    const double total = (double) mdsp_stereo_fault (&field, MDSP_STEREO_CANCEL + 4)->total / RATE;
    CHECK (fabs (total - seconds) < 1.5, "%u s: seen for %g s", seconds, total);
    CHECK (n == (total >= 6.0), "%u s, seen for %g: %u problems", seconds, total, n);
    CHECK (n == 0 || found[0].kind == MDSP_STEREO_PROBLEM_CANCEL, "kind %d", (int) found[0].kind);
  }
}

/* Late and upside down: one cause, whatever the octaves vote, and nothing is done to such a mix. */
static void
a_late_and_inverted_channel_is_one_problem (void)
{
  static const unsigned lags[] = { 14, 72, 240, 720 }; /* 0.3, 1.5, 5, 15 ms */
  const MdspStereoWish wish = { .wide = true, .share = 1.0, .bass_mono_hz = 120.0 };
  for (unsigned k = 0; k < sizeof lags / sizeof lags[0]; k++) {
    make (-20.0, -20.0, 1.0);
    for (size_t i = FRAMES; i-- > 0;)
      right[i] = i < lags[k] ? 0.0f : -right[i - lags[k]];
    const unsigned n = mdsp_stereo_problems (measure (RATE), found);
    CHECK (n == 1 && found[0].kind == MDSP_STEREO_PROBLEM_DELAY_INVERTED &&
               fabs (found[0].value - lags[k] * 1000.0 / RATE) < 0.02,
           "%u frames: %u problems, kind %d, %g ms", lags[k], n, (int) found[0].kind,
           found[0].value);
    const MdspStereoPlan p = plan (&wish);
    CHECK (does_nothing (p) && p.bass == MDSP_STEREO_HAS_PROBLEM &&
               p.width == MDSP_STEREO_HAS_PROBLEM,
           "it is left");
  }
}

int
main (void)
{
  width_is_half_of_what_lacks_inside_its_caps ();
  width_needs_a_reason_and_no_fault ();
  bass_is_checked_first ();
  vinyl_is_checked_first ();
  only_lasting_faults_are_problems ();
  some_seconds_of_an_octave_are_none ();
  a_late_and_inverted_channel_is_one_problem ();
  mdsp_stereo_clear (&field);
  printf ("%d failed\n", check_failures);
  return check_failures > 0;
}
