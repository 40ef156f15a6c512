/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stereo image against what it promises: neutral settings and mono sums to the bit, bands and
 * elliptical filter against their closed forms, the same bits for every block size and table of kernels;
 * the guard has test_imager_guard.c. */
#include "imager_run.h"
#include "kernels/dmath.h"
#include "measure/stereo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LSB_24 0x1p-23

static void
make_impulse (float left, float right)
{
  memset (in, 0, sizeof in);
  in[0][0] = left;
  in[1][0] = right;
}

/* |DFT| of (left + sign right) / 2 at f over a second. */
static double
magnitude (double f, double sign)
{
  double re = 0.0, im = 0.0;
  for (size_t i = 0; i < RATE; i++) {
    const double x = 0.5 * (out[0][i] + sign * out[1][i]), w = 2.0 * M_PI * f * (double) i / RATE;
    re += x * cos (w);
    im -= x * sin (w);
  }
  return sqrt (re * re + im * im);
}

static double
worst_mono_error (void)
{
  double worst = 0.0;
  for (size_t i = 0; i < FRAMES; i++) {
    const double before = 0.5 * ((double) in[0][i] + in[1][i]);
    const double after = 0.5 * ((double) out[0][i] + out[1][i]);
    worst = fmax (worst, fabs (after - before));
  }
  return worst;
}

static void
neutral_is_bit_exact (void)
{
  MdspImagerParams p = neutral ();
  make_noise (0.4, 0.4);
  in[0][5] = -0.0f;
  in[1][6] = 0x1p-99f;
  run (&p);
  CHECK (memcmp (in, out, sizeof in) == 0, "changed");
  CHECK (mdsp_imager_params_neutral (&p), "neutral");
  p.will_move = true;
  run (&p);
  CHECK (memcmp (in, out, sizeof in) == 0, "changed, ready for a curve");
  p.width_high = 1.1;
  CHECK (!mdsp_imager_params_neutral (&p), "not neutral");
}

/* Anything in one band, up to full scale. */
static void
one_band_keeps_the_mono_sum (void)
{
  const double widths[] = { 0.0, 0.4, 1.3, 2.0 };
  make_noise (0.45, 0.45);
  for (unsigned w = 0; w < 4; w++) {
    MdspImagerParams p = neutral ();
    p.width_low = p.width_mid = p.width_high = widths[w];
    p.guard = -1.0;
    run (&p);
    CHECK (worst_mono_error () < LSB_24, "width %g: %g", widths[w], worst_mono_error ());
    double worst = 0.0;
    for (size_t i = 0; i < FRAMES; i++)
      worst = fmax (worst, fabs (((double) out[0][i] - out[1][i]) -
                                 widths[w] * ((double) in[0][i] - in[1][i])));
    CHECK (worst < 4.0 * LSB_24, "width %g: side off by %g", widths[w], worst);
  }
  MdspImagerParams p = neutral ();
  p.widen = 1.0;
  p.guard = -1.0;
  run (&p);
  CHECK (worst_mono_error () < LSB_24, "widen: %g", worst_mono_error ());
  CHECK (correlation (in[0], in[1], RATE, FRAMES) - correlation (out[0], out[1], RATE, FRAMES) >
             0.05,
         "widen does not widen");
}

/* The high-pass of a Linkwitz-Riley crossover of order 4 at fc: t^4 / (t^4 + tc^4), t = tan (w/2). */
static double
lr4_high (double f, double fc)
{
  const double r = tan (M_PI * f / RATE) / tan (M_PI * fc / RATE);
  return r * r * r * r / (1.0 + r * r * r * r);
}

static void
bands_follow_their_closed_forms (void)
{
  const double f[] = { 20, 40, 77, 120, 180, 250, 400, 1000, 3000, 5000, 9000, 15000, 20000 };
  MdspImagerParams p = neutral ();
  p.bass_mono_hz = 120.0;
  p.guard = -1.0;
  make_impulse (0.5f, -0.5f); /* side alone */
  run (&p);
  for (unsigned i = 0; i < 13; i++)
    CHECK (fabs (magnitude (f[i], -1.0) - 0.5 * lr4_high (f[i], 120.0)) < 1e-6, "side at %g Hz: %g",
           f[i], magnitude (f[i], -1.0));
  p.width_low = 0.6;
  p.width_high = 1.5;
  run (&p);
  CHECK (fabs (magnitude (19000.0, -1.0) - 0.75) < 0.003, "high %g", magnitude (19000.0, -1.0));
  CHECK (fabs (magnitude (1000.0, -1.0) - 0.5) < 0.004, "mid %g", magnitude (1000.0, -1.0));
  make_impulse (0.5f, 0.5f); /* mid alone: all-pass */
  run (&p);
  for (unsigned i = 0; i < 13; i++)
    CHECK (fabs (20.0 * log10 (magnitude (f[i], 1.0) / 0.5)) < 0.001, "mono at %g Hz: %g dB", f[i],
           20.0 * log10 (magnitude (f[i], 1.0) / 0.5));
  for (size_t i = 0; i < FRAMES; i++)
    CHECK (out[0][i] == out[1][i], "a mid became a side at %zu", i);
}

/* The bilinear first-order high-pass: |H| = t / sqrt (t^2 + tc^2). */
static void
elliptical_filter_and_balance (void)
{
  const double f[] = { 30, 100, 300, 1000, 8000 };
  MdspImagerParams p = neutral ();
  p.side_highpass_hz = 300.0;
  make_impulse (0.5f, -0.5f);
  run (&p);
  for (unsigned i = 0; i < 5; i++) {
    const double t = tan (M_PI * f[i] / RATE), tc = tan (M_PI * 300.0 / RATE);
    CHECK (fabs (magnitude (f[i], -1.0) - 0.5 * t / sqrt (t * t + tc * tc)) < 1e-6, "%g Hz", f[i]);
  }
  make_noise (0.3, 0.3);
  run (&p);
  CHECK (worst_mono_error () < LSB_24, "mono %g", worst_mono_error ());
  p = neutral ();
  p.balance_db = 3.0;
  run (&p);
  const double right = (double) out[1][100] / in[1][100], left = (double) out[0][100] / in[0][100];
  CHECK (fabs (20.0 * log10 (right / left) - 3.0) < 1e-5, "balance %g",
         20.0 * log10 (right / left));
  CHECK (fabs (right * left - 1.0) < 1e-6, "halves");
}

/* P_S = P_M above 10 kHz becomes 6 dB less; below nothing changes but the phase. */
static void
side_limit_holds_the_top (void)
{
  MdspImagerParams p = neutral ();
  p.crossover_high_hz = 10000.0;
  p.side_limit_db = 6.0;
  make_noise (0.4, 0.4);
  run (&p);
  const MdspStereoParams params = { RATE };
  MdspStereo s;
  CHECK (mdsp_stereo_init (&s, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
  const float *const planes[2] = { out[0], out[1] };
  mdsp_stereo_process (&s, planes, FRAMES);
  const double top = mdsp_stereo_programme (&s, 9).side_mid_db; /* 16 kHz */
  const double below = mdsp_stereo_programme (&s, 5).side_mid_db;
  /* the crossover's slope reaches into the octave of 11.3 kHz and up */
  CHECK (top < -4.8 && top > -6.8, "16 kHz: %g dB", top);
  CHECK (fabs (below) < 0.5, "1 kHz: %g dB", below);
  mdsp_stereo_clear (&s);
}

/* Width 2 of M and S alike makes 5 of 2 powers: -4 dB, of which 1 dB may be taken. */
static void
power_is_kept_as_far_as_a_decibel (void)
{
  MdspImagerParams p = neutral ();
  p.guard = -1.0;
  p.preserve_power = true;
  make_noise (0.2, 0.2);
  for (double w = 0.8; w < 2.1; w += 1.2) {
    p.width_low = p.width_mid = p.width_high = w;
    run (&p);
    double before = 0.0, after = 0.0;
    for (size_t i = FRAMES - RATE; i < FRAMES; i++)
      for (unsigned c = 0; c < 2; c++) {
        before += (double) in[c][i] * in[c][i];
        after += (double) out[c][i] * out[c][i];
      }
    const double db = 10.0 * log10 (after / before),
                 want = w < 1.0 ? 0.0 : 10.0 * log10 (2.5) - 1.0;
    CHECK (fabs (db - want) < 0.1, "width %g: %g dB, not %g", w, db, want);
  }
}

static void
bits_are_those_of_any_block_and_table (void)
{
  static const size_t blocks[] = { 1, 7, 64, 441, 512 };
  static float want[2][RATE];
  const MdspKernels *tables[8];
  const unsigned n_tables = mdsp_kernels_list (tables, 8);
  MdspImagerParams p = neutral ();
  p.bass_mono_hz = 110.0;
  p.width_low = 1.2;
  p.width_high = 1.6;
  p.side_highpass_hz = 200.0;
  p.side_limit_db = 8.0;
  p.widen = 0.5;
  p.balance_db = -1.0;
  p.preserve_power = true;
  make_noise (0.4, 0.25);
  for (unsigned bands = 0; bands < 2; bands++) {
    if (bands == 1) {
      p.bass_mono_hz = p.side_limit_db = 0.0;
      p.width_low = p.width_mid = p.width_high = 1.4;
    }
    run_with (&p, mdsp_kernels_by_name ("c"), RATE, 512);
    for (unsigned c = 0; c < 2; c++)
      memcpy (want[c], out[c], sizeof want[c]);
    for (unsigned t = 0; t < n_tables; t++)
      for (unsigned b = 0; b < 5; b++) {
        run_with (&p, tables[t], RATE, blocks[b]);
        for (unsigned c = 0; c < 2; c++)
          CHECK (memcmp (want[c], out[c], sizeof want[c]) == 0, "%s, blocks of %zu, channel %u",
                 tables[t]->isa, blocks[b], c);
      }
  }
}

/* The grid is one part of 64 frames at 8 kHz, and thirty at 384 kHz. */
static void
other_rates_keep_their_word (void)
{
  static const double rates[] = { 8000.0, 22050.0, 192000.0, 384000.0 };
  static float want[2][RATE];
  for (unsigned r = 0; r < sizeof rates / sizeof rates[0]; r++) {
    MdspImagerParams p = neutral ();
    run_rate = rates[r];
    make_noise (0.45, 0.3);
    p.width_low = p.width_mid = p.width_high = 1.5;
    run (&p);
    CHECK (worst_mono_error () < LSB_24, "%g Hz: mono off by %g", rates[r], worst_mono_error ());
    p.bass_mono_hz = 120.0;
    p.width_high = 0.7;
    p.balance_db = 2.0;
    run_with (&p, mdsp_kernels_by_name ("c"), RATE, 512);
    for (unsigned c = 0; c < 2; c++)
      memcpy (want[c], out[c], sizeof want[c]);
    run_with (&p, mdsp_kernels_get (), RATE, 7);
    for (unsigned c = 0; c < 2; c++)
      CHECK (memcmp (want[c], out[c], sizeof want[c]) == 0, "%g Hz, channel %u", rates[r], c);
  }
  run_rate = RATE;
}

/* A low tone in the side through every change: its second difference stays that of the tone. */
static void
changes_do_not_click (double first_width)
{
  const double w = 2.0 * M_PI * 200.0 / RATE;
  MdspImagerParams p = neutral ();
  MdspImager *im = calloc (1, sizeof *im);
  p.width_mid = first_width;
  CHECK (mdsp_imager_init (im, &p, mdsp_kernels_get ()) == MDSP_OK, "init");
  for (size_t i = 0; i < FRAMES; i++) {
    in[0][i] = (float) (0.4 * sin (w * (double) i) + 0.2 * cos (w * (double) i));
    in[1][i] = (float) (0.4 * sin (w * (double) i) - 0.2 * cos (w * (double) i));
  }
  memcpy (out, in, sizeof in);
  for (size_t i = 0; i < FRAMES; i += 480) {
    float *const planes[2] = { out[0] + i, out[1] + i };
    const size_t step = i / 480;
    if (step % 37 == 20) { /* in every state of the change before */
      p.width_mid = step % 74 < 37 ? 1.5 : 0.5;
      p.bass_mono_hz = step % 111 < 37 ? 0.0 : 100.0;
      p.width_high = step % 148 < 74 ? p.width_mid : 1.0;
      p.balance_db = step % 185 < 100 ? 1.0 : -1.0;
      p.side_highpass_hz = step % 222 < 111 ? 0.0 : 250.0;
      p.widen = step % 259 < 111 ? 0.0 : 0.4;
      mdsp_imager_set (im, &p);
    }
    mdsp_imager_process (im, planes, 480);
  }
  const size_t late = mdsp_imager_latency (im); /* the onset, through the bands, is no click */
  CHECK ((late > 0) == (first_width > 1.0), "%zu frames late", late);
  double worst = 0.0;
  for (unsigned c = 0; c < 2; c++)
    for (size_t i = late > 0 ? late + RATE / 10 : 2; i < FRAMES; i++)
      worst = fmax (worst, fabs (out[c][i] - 2.0 * out[c][i - 1] + out[c][i - 2]));
  /* of a tone of 1.2 at most: w^2 a = 8.2e-4; lines of 64 frames bend by a step of the gain */
  CHECK (worst < 4.0e-3, "second difference %g", worst);
  CHECK (worst > 2.0e-4, "nothing happened");
  mdsp_imager_clear (im);
  free (im);
}

int
main (void)
{
  neutral_is_bit_exact ();
  one_band_keeps_the_mono_sum ();
  bands_follow_their_closed_forms ();
  elliptical_filter_and_balance ();
  side_limit_holds_the_top ();
  power_is_kept_as_far_as_a_decibel ();
  bits_are_those_of_any_block_and_table ();
  other_rates_keep_their_word ();
  changes_do_not_click (1.0);
  changes_do_not_click (1.5); /* with a look-ahead */
  printf ("%d failed\n", check_failures);
  return check_failures > 0;
}
