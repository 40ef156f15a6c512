/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What loudnessmeter reads, against closed forms and against libebur128.
 */
#include "tone.h"

#include <math.h>

#define N (4 * RATE)

static const gchar *engines[] = { "loudnessmeter", "loudnessmeter engine=libebur128" };

GST_START_TEST (tone_reads_its_level)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = run_meter (engines[__i__], 2, 0, x, N);
  const GstStructure *s = newest (rig);
  gdouble l = tone_in_all (0.1, 2);

  fail_unless (fabs (l + 20.0) <
               0.01); /* the sanity of this file: -20 dBFS in stereo is -20 LUFS */
  assert_near (s, "global-loudness", l, LU);
  assert_near (s, "momentary-loudness", l, LU);
  assert_near (s, "shortterm-loudness", l, LU);
  assert_near (s, "max-momentary", l, LU);
  assert_near (s, "max-shortterm", l, LU);
  assert_near (s, "relative-threshold", l - 10.0, LU);
  assert_near (s, "loudness-range", 0.0, 0.01);
  assert_near (s, "target-difference", l + 23.0, LU);
  /* 48 samples per period, the peak among them; float rounding of the input. */
  assert_near (s, "true-peak-db", -20.0, 0.001);
  assert_near (s, "plr", -20.0 - l, 0.01);
  assert_near (s, "psr", -20.0 - l, 0.01);
  assert_near (s, "correlation", 1.0, 1e-6);
  assert_near (s, "balance", 0.0, 1e-6);
  assert_near (s, "mono-change", 0.0, 1e-6);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (mono_and_dual_mono)
{
  static const gdouble amplitude[] = { 0.1 };
  static const struct {
    const gchar *launch;
    gdouble weight;
  } cases[] = {
    { "loudnessmeter", 1.0 },
    { "loudnessmeter dual-mono=true", 2.0 },
    { "loudnessmeter engine=libebur128", 1.0 },
    { "loudnessmeter engine=libebur128 dual-mono=true", 2.0 },
  };
  float *x = tones (amplitude, 1, N);
  Rig *rig = run_meter (cases[__i__].launch, 1, 0, x, N);

  assert_near (newest (rig), "global-loudness", tone_lufs (amplitude, &cases[__i__].weight, 1), LU);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* dual-mono speaks of mono streams alone. */
GST_START_TEST (dual_mono_leaves_stereo_alone)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = run_meter ("loudnessmeter dual-mono=true", 2, 0, x, N);

  assert_near (newest (rig), "global-loudness", tone_in_all (0.1, 2), LU);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

#define POS(name) (G_GUINT64_CONSTANT (1) << GST_AUDIO_CHANNEL_POSITION_##name)

#define FRONT (POS (FRONT_LEFT) | POS (FRONT_RIGHT))
#define REAR  (POS (REAR_LEFT) | POS (REAR_RIGHT))
#define SIDE  (POS (SIDE_LEFT) | POS (SIDE_RIGHT))
#define C_LFE (POS (FRONT_CENTER) | POS (LFE1))

/* BS.1770-5 Tables 3 and 4: 1.41 between 60 and 120 degrees of azimuth, LFE not at all. "Rear" is
 * at 110 degrees where there is no side pair, at 135 behind one. Channels in the order of the bits.
 */
static const struct {
  guint channels;
  guint64 mask;
  gdouble weight[8];
} layouts[] = {
  { 4, 0, { 1, 1, 1, 1 } },
  { 4, FRONT | REAR, { 1, 1, 1.41, 1.41 } },
  { 6, FRONT | C_LFE | REAR, { 1, 1, 1, 0, 1.41, 1.41 } },
  { 6, FRONT | C_LFE | SIDE, { 1, 1, 1, 0, 1.41, 1.41 } },
  { 8, FRONT | C_LFE | REAR | SIDE, { 1, 1, 1, 0, 1, 1, 1.41, 1.41 } },
};

GST_START_TEST (channels_weigh_what_the_layout_says)
{
  const gdouble *weight = layouts[__i__].weight;
  guint channels = layouts[__i__].channels;

  for (guint c = 0; c < channels; c++) {
    gdouble amplitude[8] = { 0 };
    float *x;
    Rig *rig;

    amplitude[c] = 0.1;
    x = tones (amplitude, channels, RATE);
    rig = run_meter ("loudnessmeter", channels, layouts[__i__].mask, x, RATE);
    assert_near (newest (rig), "global-loudness", tone_lufs (amplitude, weight, channels), LU);
    assert_near (newest (rig), "true-peak-db", -20.0, 0.001); /* the LFE too */
    rig_free (rig);
    g_free (x);
  }
}
GST_END_TEST;

GST_START_TEST (stereo_readings_follow_their_closed_forms)
{
  static const gdouble louder_right[] = { 0.1, 0.2 }, opposite[] = { 0.1, -0.1 };
  float *x = tones (louder_right, 2, N);
  Rig *rig = run_meter ("loudnessmeter", 2, 0, x, N);

  assert_near (newest (rig), "balance", 20.0 * log10 (2.0), 1e-4);
  assert_near (newest (rig), "correlation", 1.0, 1e-6);
  /* ((1 + 4 + 2 x 2) / (2 (1 + 4)) */
  assert_near (newest (rig), "mono-change", 10.0 * log10 (0.9), 1e-4);
  assert_near (newest (rig), "mono-change-gated", 10.0 * log10 (0.9), 1e-4);
  assert_near (newest (rig), "side-mid", 20.0 * log10 (0.1 / 0.3), 1e-4);
  rig_free (rig);
  g_free (x);
  x = tones (opposite, 2, N);
  rig = run_meter ("loudnessmeter", 2, 0, x, N);
  assert_near (newest (rig), "correlation", -1.0, 1e-6);
  fail_unless (get (newest (rig), "mono-change") < -100.0);
  fail_unless (get (newest (rig), "mono-change-gated") == -INFINITY);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* A tone of 1 kHz is in the octave of 1 kHz, and in stereo only. */
GST_START_TEST (octaves_read_what_is_in_them)
{
  static const gdouble louder_right[] = { 0.1, 0.2, 0.3 };
  float *x = tones (louder_right, 3, N);
  Rig *rig = run_meter ("loudnessmeter stereo-bands=true", 3, 0, x, N);

  fail_if (gst_structure_has_field (newest (rig), "band-correlation"));
  rig_free (rig);
  g_free (x);
  x = tones (louder_right, 2, N);
  rig = run_meter ("loudnessmeter stereo-bands=true", 2, 0, x, N);
  fail_unless (fabs (array_value (newest (rig), "band-frequency", 5) - 1000.0) < 1e-9);
  fail_unless (fabs (array_value (newest (rig), "band-correlation", 5) - 1.0) < 1e-6);
  fail_unless (fabs (array_value (newest (rig), "band-side-mid", 5) - 20.0 * log10 (1 / 3.0)) <
               1e-4);
  fail_unless (fabs (array_value (newest (rig), "band-mono-change", 5) - 10.0 * log10 (0.9)) <
               1e-4);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static const GstStructure *
fault_of (const GstStructure *message, guint i)
{
  const GValue *array = gst_structure_get_value (message, "stereo-faults");

  return i < gst_value_array_get_size (array)
             ? gst_value_get_structure (gst_value_array_get_value (array, i))
             : NULL;
}

/* Right inverted from the second second on: named with its time, and at once; nothing is named where
 * there is nothing. */
GST_START_TEST (stereo_faults_are_reported)
{
  static const gdouble same[] = { 0.3, 0.3 };
  const gsize n = 8 * RATE;
  float *x = tones (same, 2, n);
  Rig *rig = run_meter ("loudnessmeter stereo-bands=true", 2, 0, x, n);
  const GstStructure *fault;
  guint64 start = 0, end = 0;
  gboolean same_channels = FALSE, now = TRUE;
  gdouble value = 0.0;

  fail_unless (fault_of (newest (rig), 0) == NULL);
  gst_structure_get_boolean (newest (rig), "same-channels", &same_channels);
  fail_unless (same_channels);
  rig_free (rig);
  for (gsize i = 2 * RATE; i < n; i++)
    x[2 * i + 1] = -x[2 * i + 1];
  rig = run_meter ("loudnessmeter stereo-bands=true", 2, 0, x, n);
  fault = fault_of (newest (rig), 0);
  fail_unless (fault != NULL && gst_structure_has_name (fault, "polarity"));
  gst_structure_get (fault, "start", G_TYPE_UINT64, &start, "end", G_TYPE_UINT64, &end, "now",
                     G_TYPE_BOOLEAN, &now, "value", G_TYPE_DOUBLE, &value, NULL);
  /* two thirds of the window of 3 s that is looked at from its middle */
  fail_unless (start > 2 * GST_SECOND && start < 3 * GST_SECOND);
  fail_unless (end == 8 * GST_SECOND && !now && value < -0.99);
  gst_structure_get_boolean (newest (rig), "same-channels", &same_channels);
  fail_unless (!same_channels);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* A sine at fs/4, sampled at 45 degrees: its samples are 3.01 dB below its peak. */
GST_START_TEST (peaks_are_linear_and_per_channel)
{
  float *x = g_new (float, 2 * RATE);
  Rig *rig;

  for (gsize i = 0; i < RATE; i++) {
    x[2 * i] = (float) (0.5 * sin (G_PI / 2.0 * (i % 4) + G_PI / 4.0));
    x[2 * i + 1] = 0.5f * x[2 * i];
  }
  rig = run_meter ("loudnessmeter", 2, 0, x, RATE);
  for (guint c = 0; c < 2; c++) {
    gdouble scale = c == 0 ? 0.5 : 0.25;

    assert_ok (check_near ("sample-peak", array_value (newest (rig), "sample-peak", c),
                           scale * sqrt (0.5), 1e-7));
    /* Within 0.05 dB of the middle of the tone; its hard ends overshoot by up to 1 dB. */
    fail_unless (array_value (newest (rig), "true-peak", c) > scale * 0.994);
    fail_unless (array_value (newest (rig), "true-peak", c) < scale * 1.122);
  }
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* Noise that falls by 1 dB per second, so that gates, windows and range have work. */
GST_START_TEST (engines_agree)
{
  const gsize n = 20 * RATE;
  float *x = signal_noise (17, n, 2, 0.5f);
  GPtrArray *a, *b;
  Rig *native, *second;

  for (gsize i = 0; i < 2 * n; i++)
    x[i] *= (float) pow (10.0, -(gdouble) (i / 2) / RATE / 20.0);
  native = run_meter (engines[0], 2, 0, x, n);
  second = run_meter (engines[1], 2, 0, x, n);
  a = rig_structures (native, "loudnessmeter");
  b = rig_structures (second, "loudnessmeter");
  fail_unless (a->len == b->len && a->len == 201);
  for (guint i = 0; i < a->len; i++) {
    const GstStructure *sa = g_ptr_array_index (a, i), *sb = g_ptr_array_index (b, i);

    /* Same filters and windows, sums in another order. */
    if (get (sa, "momentary-loudness") > -INFINITY)
      assert_near (sa, "momentary-loudness", get (sb, "momentary-loudness"), 0.001);
    if (get (sa, "shortterm-loudness") > -INFINITY)
      assert_near (sa, "shortterm-loudness", get (sb, "shortterm-loudness"), 0.001);
  }
  /* The final ones; running values come from a histogram, blocks at its gate are in doubt. */
  assert_near (newest (native), "global-loudness", get (newest (second), "global-loudness"), 0.001);
  assert_near (newest (native), "relative-threshold", get (newest (second), "relative-threshold"),
               0.001);
  for (guint i = 0; i < 2; i++) { /* each of its own loudness */
    const GstStructure *s = newest (i == 0 ? native : second);

    assert_near (s, "plr", get (s, "true-peak-db") - get (s, "global-loudness"), 1e-12);
  }
  fail_unless (get (newest (native), "plr") != get (newest (second), "plr"));
  /* libebur128 ranks a short-term value per second, we ten; Tech 3342 allows 1 LU. The closed form:
   * 17 s of S at 1 dB per second, from the 10th to the 95th percentile. */
  assert_near (newest (native), "loudness-range", 0.85 * 17.0, 0.1);
  assert_near (newest (native), "loudness-range", get (newest (second), "loudness-range"), 1.0);
  fail_unless (get (newest (native), "loudness-range") > 5.0);
  g_ptr_array_unref (a);
  g_ptr_array_unref (b);
  rig_free (native);
  rig_free (second);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (checker_catches_planted_faults)
{
  assert_ok (check_near ("", -INFINITY, -INFINITY, 0.0));
  assert_ok (check_near ("", 1.0, 1.1, 0.11));
  assert_caught (check_near ("", 1.0, 1.1, 0.09));
  assert_caught (check_near ("", NAN, 1.0, 1.0));
  assert_caught (check_near ("", -INFINITY, 1.0, 1.0));
  assert_caught (check_near ("", tone_in_all (0.1, 1), tone_in_all (0.1, 2), LU));
}
GST_END_TEST;

static Suite *
meter_suite (void)
{
  Suite *s = suite_create ("meter");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checker_catches_planted_faults);
  tcase_add_loop_test (tc, tone_reads_its_level, 0, 2);
  tcase_add_loop_test (tc, mono_and_dual_mono, 0, 4);
  tcase_add_test (tc, dual_mono_leaves_stereo_alone);
  tcase_add_loop_test (tc, channels_weigh_what_the_layout_says, 0, G_N_ELEMENTS (layouts));
  tcase_add_test (tc, stereo_readings_follow_their_closed_forms);
  tcase_add_test (tc, octaves_read_what_is_in_them);
  tcase_add_test (tc, stereo_faults_are_reported);
  tcase_add_test (tc, peaks_are_linear_and_per_channel);
  tcase_add_test (tc, engines_agree);
  return s;
}

GST_CHECK_MAIN (meter)
