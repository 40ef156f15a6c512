/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What truepeaklimit and loudnorm say about their own work, and that it is about this stream.
 */
#include "tone.h"

#include <math.h>
#include <string.h>

#define N (2 * RATE)

/* The limiter aims this far below its ceiling at most: the margins of its two detectors. */
#define MARGIN_DB 0.08

static const GstStructure *
newest_of (Rig *rig, const gchar *name)
{
  GPtrArray *found = rig_structures (rig, name);
  const GstStructure *s;

  fail_unless (found->len > 0);
  s = g_ptr_array_index (found, found->len - 1);
  g_ptr_array_unref (found);
  return s;
}

static gchar *
check_between (const gchar *what, gdouble value, gdouble low, gdouble high)
{
  if (value >= low && value <= high)
    return NULL;
  return g_strdup_printf ("%s is %.6f, not in %.6f .. %.6f", what, value, low, high);
}

#define assert_between(s, field, low, high)                                                        \
  assert_ok (check_between (field, get (s, field), low, high))

/* The last full span of a steady tone at 0 dBFS under a ceiling of -6 dBTP. */
GST_START_TEST (reduction_of_a_steady_tone_is_the_distance_to_the_ceiling)
{
  static const gdouble amplitude[] = { 1.0, 1.0 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = run_meter ("truepeaklimit ceiling=-6", 2, 0, x, N);
  GPtrArray *found = rig_structures (rig, "truepeaklimit");
  const GstStructure *s = g_ptr_array_index (found, found->len - 2);

  assert_between (s, "gain-reduction-max", 6.0, 6.0 + MARGIN_DB);
  assert_between (s, "gain-reduction-mean", 6.0, 6.0 + MARGIN_DB);
  assert_between (s, "true-peak-db", -6.0 - MARGIN_DB, -6.0);
  for (guint c = 0; c < 2; c++)
    assert_ok (check_between ("gain-reduction", array_value (s, "gain-reduction", c), 6.0,
                              6.0 + MARGIN_DB));
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* Only the left channel is loud. */
GST_START_TEST (unlinked_channels_report_their_own_reduction)
{
  static const gdouble amplitude[] = { 1.0, 0.1 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = run_meter ("truepeaklimit ceiling=-6 link=0", 2, 0, x, N - 1000);
  const GstStructure *s = newest_of (rig, "truepeaklimit");

  assert_ok (check_between ("left", array_value (s, "gain-reduction", 0), 6.0, 6.0 + MARGIN_DB));
  assert_ok (check_between ("right", array_value (s, "gain-reduction", 1), 0.0, 0.0));
  rig_free (rig);
  rig = run_meter ("truepeaklimit ceiling=-6 link=1", 2, 0, x, N - 1000);
  s = newest_of (rig, "truepeaklimit");
  assert_ok (check_between ("right", array_value (s, "gain-reduction", 1), 6.0, 6.0 + MARGIN_DB));
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* One loud burst: the spans that end before the look-ahead sees it say nothing. */
GST_START_TEST (reduction_is_reported_in_the_span_where_it_happened)
{
  float *x = g_new0 (float, 2 * N);
  Rig *rig;
  GPtrArray *found;

  for (gsize i = 0; i < 100; i++)
    x[2 * (RATE + 2400 + i)] = 0.99f; /* 1.05 s: the middle of the 11th span */
  rig = run_meter ("truepeaklimit ceiling=-6 auto-release=false release=5", 2, 0, x, N);
  found = rig_structures (rig, "truepeaklimit");
  fail_unless_equals_int (found->len, 21);
  for (guint i = 0; i < found->len; i++) {
    const GstStructure *s = g_ptr_array_index (found, i);

    if (i == 10)
      assert_between (s, "gain-reduction-max", 5.9, 8.0); /* a burst overshoots by up to 2 dB */
    else /* -0.005 dB remain 8 time constants after 6 dB: 40 ms + hold 10 ms */
      assert_between (s, "gain-reduction-max", 0.0, 0.01);
    fail_unless_equals_int (gst_structure_has_field (s, "total-gain-reduction-max"), i == 20);
  }
  assert_between (g_ptr_array_index (found, 20), "total-gain-reduction-max", 5.9, 8.0);
  /* at least the burst's 2 ms (100 frames), at most the 60 ms around it, of 2 s */
  assert_between (g_ptr_array_index (found, 20), "total-gain-reduction-mean",
                  -20.0 * log10 (1.0 - 0.001 * 0.5), -20.0 * log10 (1.0 - 0.03 * 0.6));
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static void
assert_limited_by (const GstStructure *s, const gchar *expected)
{
  fail_unless_equals_string (gst_structure_get_string (s, "limited-by"), expected);
  fail_unless_equals_string (gst_structure_get_string (s, "mode"), "linear");
}

GST_START_TEST (loudnorm_gain_is_target_minus_measured_plus_offset)
{
  static const gdouble amplitude[] = { 0.01, 0.01 };
  float *x = tones (amplitude, 2, N);
  static const struct {
    const gchar *launch;
    gdouble gain;
    const gchar *limited_by;
  } cases[] = {
    { "loudnorm mode=linear measured-loudness=-20.5", 6.5, "none" },
    { "loudnorm mode=linear measured-loudness=-30.25 loudness-target=-23 offset=1.5", 8.75,
      "none" },
    { "loudnorm mode=linear measured-loudness=-10 limiter=false", -4.0, "none" },
    { "loudnorm mode=linear measured-loudness=-60", 46.0, "true-peak" },
    { "loudnorm mode=linear measured-loudness=-60 limiter=false", 46.0, "none" },
    { "loudnorm mode=linear", 0.0, "no-measurement" },
    { "loudnorm mode=linear offset=-3", -3.0, "no-measurement" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *rig = run_meter (cases[i].launch, 2, 0, x, N);
    const GstStructure *s = newest_of (rig, "loudnorm");
    gdouble gain = pow (10.0, cases[i].gain / 20.0), peak = 0.0;

    assert_between (s, "gain", cases[i].gain, cases[i].gain);
    assert_limited_by (s, cases[i].limited_by);
    fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING),
                            strcmp (cases[i].limited_by, "no-measurement") == 0);
    for (gsize k = 0; k < rig->samples->len; k++)
      peak = MAX (peak, fabs (g_array_index (rig->samples, float, k)));
    if (strcmp (cases[i].limited_by, "true-peak") == 0)
      assert_ok (check_between ("peak", 20.0 * log10 (peak), -1.0 - MARGIN_DB, -1.0));
    else /* never capped silently; two roundings to float */
      assert_ok (check_near ("peak", peak / (0.01 * gain), 1.0, 2e-7));
    rig_free (rig);
  }
  g_free (x);
}
GST_END_TEST;

/* What measurements say of a constant gain: it keeps the range, and moves the peaks along. */
GST_START_TEST (linear_names_what_the_measurements_foretell)
{
  static const gdouble amplitude[] = { 0.01, 0.01 };
  float *x = tones (amplitude, 2, N);
  static const struct {
    const gchar *settings, *limited_by;
  } cases[] = {
    { "measured-range=12 loudness-range-target=8", "range" },
    { "measured-range=7.5 loudness-range-target=8", "none" },
    { "measured-range=12", "none" },
    { "limiter=false measured-true-peak=-6.9", "true-peak" }, /* + 6 dB: -0.9 dBTP */
    { "limiter=false measured-true-peak=-7.1", "none" },
    { "measured-true-peak=-6.9", "none" }, /* it is the limiter that tells */
    { "limiter=false measured-true-peak=-6.9 measured-range=12 loudness-range-target=8",
      "true-peak" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gchar *launch =
        g_strdup_printf ("loudnorm mode=linear measured-loudness=-20 %s", cases[i].settings);
    Rig *rig = run_meter (launch, 2, 0, x, N);

    assert_limited_by (newest_of (rig, "loudnorm"), cases[i].limited_by);
    rig_free (rig);
    g_free (launch);
  }
  g_free (x);
}
GST_END_TEST;

/* The limiter acts in a part that a jump ends before its span is full; the end of the stream knows.
 */
GST_START_TEST (final_message_remembers_a_part_before_a_jump)
{
  static const gdouble loud[] = { 1.0, 1.0 }, quiet[] = { 0.01, 0.01 };
  float *a = tones (loud, 2, N), *b = tones (quiet, 2, N);
  Rig *rig = rig_new ("truepeaklimit ceiling=-1 interval=3000000000 ! loudnorm mode=linear "
                      "measured-loudness=-15 interval=3000000000",
                      RATE, 2);

  rig_push_run (rig, a, 1000, 100, 0, NONE);
  rig_push_run (rig, b, 1000, 100, 10 * GST_SECOND, NONE);
  rig_event (rig, gst_event_new_eos ());
  assert_limited_by (newest_of (rig, "loudnorm"), "true-peak");
  assert_between (newest_of (rig, "truepeaklimit"), "total-gain-reduction-max", 1.0, 1.0 + 2.0);
  assert_between (newest_of (rig, "truepeaklimit"), "true-peak-db", -1.0 - MARGIN_DB, -1.0);
  rig_free (rig);
  g_free (a);
  g_free (b);
}
GST_END_TEST;

/* A loud stream, then a quiet one: by a flush, a new stream, a new stream without messages. */
GST_START_TEST (readings_are_of_this_stream)
{
  static const gdouble loud[] = { 1.0, 1.0 }, quiet[] = { 0.01, 0.01 };
  float *a = tones (loud, 2, N), *b = tones (quiet, 2, N);
  Rig *rig = rig_new ("truepeaklimit ! loudnorm mode=linear measured-loudness=-13.9", RATE, 2);
  GstElement *limit = gst_harness_find_element (rig->h, "truepeaklimit");

  rig_push_run (rig, a, N - 77, 1000, 0, NONE);
  g_object_set (limit, "post-messages", __i__ != 2, NULL);
  g_object_set (rig->element, "post-messages", __i__ != 2, NULL);
  if (__i__ == 0)
    rig_flush (rig);
  else
    rig_event (rig, gst_event_new_stream_start ("next"));
  g_object_set (limit, "post-messages", TRUE, NULL);
  g_object_set (rig->element, "post-messages", TRUE, NULL);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, b, N, 1000, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  assert_between (newest_of (rig, "truepeaklimit"), "true-peak-db", -40.001, -39.999);
  assert_between (newest_of (rig, "truepeaklimit"), "total-gain-reduction-max", 0.0, 0.0);
  assert_limited_by (newest_of (rig, "loudnorm"), "none");
  gst_object_unref (limit);
  rig_free (rig);
  g_free (a);
  g_free (b);
}
GST_END_TEST;

GST_START_TEST (checker_catches_planted_faults)
{
  assert_ok (check_between ("", 1.0, 1.0, 1.0));
  assert_caught (check_between ("", 1.0, 1.001, 2.0));
  assert_caught (check_between ("", 1.0, 0.0, 0.999));
  assert_caught (check_between ("", NAN, -INFINITY, INFINITY));
}
GST_END_TEST;

static Suite *
readings_suite (void)
{
  Suite *s = suite_create ("readings");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checker_catches_planted_faults);
  tcase_add_test (tc, reduction_of_a_steady_tone_is_the_distance_to_the_ceiling);
  tcase_add_test (tc, unlinked_channels_report_their_own_reduction);
  tcase_add_test (tc, reduction_is_reported_in_the_span_where_it_happened);
  tcase_add_test (tc, loudnorm_gain_is_target_minus_measured_plus_offset);
  tcase_add_test (tc, linear_names_what_the_measurements_foretell);
  tcase_add_test (tc, final_message_remembers_a_part_before_a_jump);
  tcase_add_loop_test (tc, readings_are_of_this_stream, 0, 3);
  return s;
}

GST_CHECK_MAIN (readings)
