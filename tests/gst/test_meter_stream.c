/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnessmeter over the course of a stream: nothing to measure, tags at the end, action signals,
 * flushes, new streams, gaps. Its checker's planted faults are in test_meter.c.
 */
#include "tone.h"

#include <gst/tag/tag.h>
#include <math.h>

#define N (4 * RATE)

static const gchar *engines[] = { "loudnessmeter", "loudnessmeter engine=libebur128" };

GST_START_TEST (no_measurement_is_minus_inf_and_never_a_gain)
{
  static const gdouble amplitude[] = { 0.5, 0.5 };
  float *tone = tones (amplitude, 2, N), *silence = g_new0 (float, 2 * N);
  /* Silence, and less than one 400 ms block. */
  for (guint i = 0; i < 2; i++) {
    Rig *rig =
        run_meter (i == 0 ? "loudnessmeter tags=true" : "loudnessmeter tags=true engine=libebur128",
                   2, 0, __i__ == 0 ? silence : tone, __i__ == 0 ? N : RATE * 399 / 1000);

    assert_near (newest (rig), "global-loudness", -INFINITY, 0.0);
    assert_near (newest (rig), "loudness-range", 0.0, 0.0);
    assert_near (newest (rig), "plr", -INFINITY, 0.0);
    fail_unless_equals_int (rig_find_event (rig, GST_EVENT_TAG), -1);
    assert_near (newest (rig), "max-momentary", -INFINITY, 0.0);
    assert_near (newest (rig), "max-shortterm", -INFINITY, 0.0);
    assert_near (newest (rig), "momentary-loudness", -INFINITY, 0.0);
    if (__i__ == 0)
      assert_near (newest (rig), "true-peak-db", -INFINITY, 0.0);
    rig_free (rig);
  }
  g_free (tone);
  g_free (silence);
}
GST_END_TEST;

GST_START_TEST (replaygain_tags_at_the_end)
{
  static const gdouble amplitude[] = { 0.05, 0.05 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = run_meter ("loudnessmeter tags=true post-messages=false", 2, 0, x, N);
  gint at = rig_find_event (rig, GST_EVENT_TAG), eos = rig_find_event (rig, GST_EVENT_EOS);
  GstTagList *tags;
  gdouble gain, peak, level;

  fail_unless (at >= 0 && at < eos);
  tags = g_array_index (rig->items, Item, at).tags;
  fail_unless (gst_tag_list_get_double (tags, GST_TAG_TRACK_GAIN, &gain));
  fail_unless (gst_tag_list_get_double (tags, GST_TAG_TRACK_PEAK, &peak));
  fail_unless (gst_tag_list_get_double (tags, GST_TAG_REFERENCE_LEVEL, &level));
  /* ReplayGain 2.0: to -18 LUFS, which the old scale calls 89 dB. */
  assert_ok (check_near ("gain", gain, -18.0 - tone_in_all (0.05, 2), LU));
  assert_ok (check_near ("peak", peak, 0.05, 0.05 * 1e-4));
  assert_ok (check_near ("level", level, 89.0, 0.0));
  rig_free (rig);
  rig = run_meter ("loudnessmeter", 2, 0, x, N);
  fail_unless_equals_int (rig_find_event (rig, GST_EVENT_TAG), -1);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* Tones one after the other, an action between them: -20, -10, -20 dBFS for 2 s each. */
static Rig *
run_with_actions (const gchar *launch, const gchar *first, const gchar *second, gboolean to_eos)
{
  static const gdouble quiet[] = { 0.1, 0.1 }, loud[] = { 0.316227766, 0.316227766 };
  float *a = tones (quiet, 2, 2 * RATE), *b = tones (loud, 2, 2 * RATE);
  Rig *rig = rig_new (launch, RATE, 2);

  rig_push_run (rig, a, 2 * RATE, 480, 0, NONE);
  if (first != NULL)
    g_signal_emit_by_name (rig->element, first);
  rig_push_run (rig, b, 2 * RATE, 480, 2 * GST_SECOND, NONE);
  if (second != NULL)
    g_signal_emit_by_name (rig->element, second);
  rig_push_run (rig, a, 2 * RATE, 480, 4 * GST_SECOND, NONE);
  if (to_eos)
    rig_event (rig, gst_event_new_eos ());
  g_free (a);
  g_free (b);
  return rig;
}

GST_START_TEST (pause_start_and_reset)
{
  Rig *rig = run_with_actions (engines[__i__], NULL, NULL, TRUE);
  gdouble mixed = get (newest (rig), "global-loudness");

  fail_unless (mixed > -16.0 && mixed < -13.0); /* the loud part counts unless an action says not */
  rig_free (rig);
  rig = run_with_actions (engines[__i__], "pause", "start", TRUE);
  assert_near (newest (rig), "global-loudness", tone_in_all (0.1, 2), LU);
  assert_near (newest (rig), "max-momentary", tone_in_all (0.1, 2), LU);
  assert_near (newest (rig), "true-peak-db", -20.0, 0.001);
  rig_free (rig);
  rig = run_with_actions (engines[__i__], NULL, "reset", TRUE);
  assert_near (newest (rig), "global-loudness", tone_in_all (0.1, 2), LU);
  fail_unless (array_value (newest (rig), "sample-peak", 0) < 0.11);
  rig_free (rig);
  /* A reset just before the end leaves nothing. */
  rig = run_with_actions (engines[__i__], NULL, NULL, FALSE);
  g_signal_emit_by_name (rig->element, "reset");
  rig_event (rig, gst_event_new_eos ());
  assert_near (newest (rig), "global-loudness", -INFINITY, 0.0);
  rig_free (rig);
}
GST_END_TEST;

/* While it is bypassed it does not measure, and goes on afterwards. */
GST_START_TEST (bypass_stops_the_measurement)
{
  static const gdouble quiet[] = { 0.1, 0.1 }, loud[] = { 0.316227766, 0.316227766 };
  float *a = tones (quiet, 2, 2 * RATE), *b = tones (loud, 2, 2 * RATE);
  Rig *rig = rig_new (engines[__i__], RATE, 2);

  rig_push_run (rig, a, 2 * RATE, 480, 0, NONE);
  g_object_set (rig->element, "bypass", TRUE, NULL);
  rig_push_run (rig, b, 2 * RATE, 480, 2 * GST_SECOND, NONE);
  g_object_set (rig->element, "bypass", FALSE, NULL);
  rig_push_run (rig, a, 2 * RATE, 480, 4 * GST_SECOND, NONE);
  rig_event (rig, gst_event_new_eos ());
  assert_near (newest (rig), "global-loudness", tone_in_all (0.1, 2), LU);
  assert_near (newest (rig), "true-peak-db", -20.0, 0.001);
  rig_free (rig);
  g_free (a);
  g_free (b);
}
GST_END_TEST;

GST_START_TEST (flush_and_new_stream_start_over)
{
  static const gdouble quiet[] = { 0.1, 0.1 }, loud[] = { 0.5, 0.5 };
  float *a = tones (quiet, 2, N), *b = tones (loud, 2, N);

  for (guint i = 0; i < 2; i++) {
    Rig *rig = rig_new (engines[__i__], RATE, 2);

    rig_push_run (rig, b, N, 480, 0, NONE);
    if (i == 0)
      rig_flush (rig);
    else
      rig_event (rig, gst_event_new_stream_start ("next"));
    rig_segment (rig, 1.0, 0, NONE, 0, 0);
    rig_push_run (rig, a, N, 480, 0, NONE);
    rig_event (rig, gst_event_new_eos ());
    assert_near (newest (rig), "global-loudness", tone_in_all (0.1, 2), LU);
    assert_near (newest (rig), "true-peak-db", -20.0, 0.001);
    rig_free (rig);
  }
  g_free (a);
  g_free (b);
}
GST_END_TEST;

GST_START_TEST (gap_buffers_count_as_silence)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = rig_new (engines[__i__], RATE, 2);

  rig_push_run (rig, x, N, 480, 0, NONE);
  for (guint i = 0; i < 10; i++) /* 1 s that says it is silent; its bytes do not matter */
    rig_push (rig, x, RATE / 10, frame_time (0, N + i * RATE / 10, RATE), NONE,
              GST_BUFFER_FLAG_GAP);
  fail_unless (get (newest (rig), "momentary-loudness") < -100.0);
  /* 2 s of tone and 1 s of silence; the meter's ring has 10 ms grain, the filter's decay is short.
   */
  assert_near (newest (rig), "shortterm-loudness", tone_in_all (0.1, 2) + 10.0 * log10 (2.0 / 3.0),
               0.02);
  rig_event (rig, gst_event_new_eos ());
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static Suite *
meter_stream_suite (void)
{
  Suite *s = suite_create ("meter-stream");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, no_measurement_is_minus_inf_and_never_a_gain, 0, 2);
  tcase_add_test (tc, replaygain_tags_at_the_end);
  tcase_add_loop_test (tc, pause_start_and_reset, 0, 2);
  tcase_add_loop_test (tc, bypass_stops_the_measurement, 0, 2);
  tcase_add_loop_test (tc, flush_and_new_stream_start_over, 0, 2);
  tcase_add_loop_test (tc, gap_buffers_count_as_silence, 0, 2);
  return s;
}

GST_CHECK_MAIN (meter_stream)
