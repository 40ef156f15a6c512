/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The latency that is reported is the delay that is measured with an impulse, and the application
 * hears of it.
 */
#include "rig.h"

#define POSITION 1000

static const gchar *elements[] = {
  "truepeaklimit",
  "masterdyn",
  "mastereq",
  "mastereq phase=linear",
  "masterdyn lookahead=7.3 clip=1.5 clip-level=0",
  "masterstereo",
  "truepeaklimit safe=false lookahead=0.1",
  "truepeaklimit lookahead=10 oversampling=8 link=0",
  "loudnorm mode=linear measured-loudness=-14",
  "loudnorm mode=linear measured-loudness=-14 limiter=false",
  "loudnessmeter",
  "loudnorm lookahead=400 measured-threshold=100",
  "loudnorm lookahead=400.7 measured-threshold=100 limiter=false",
};
static const guint rates[] = { 8000, 44100, 48000, 192000, 384000 };

/* How many more frames must go in before the impulse comes out, frame by frame. */
static guint
measured_delay (Rig *rig)
{
  const float one[2] = { 0.5f, 0.5f };

  for (guint i = 0; i < POSITION + 160000; i++) {
    const float *out = (const float *) (gpointer) rig->samples->data;

    rig_push (rig, i == POSITION ? one : NULL, 1, frame_time (0, i, rig->rate),
              GST_BUFFER_OFFSET_NONE, 0);
    out = (const float *) (gpointer) rig->samples->data;
    if (rig->samples->len > POSITION * rig->channels) {
      fail_unless_equals_float (out[POSITION * rig->channels], 0.5f);
      return i - POSITION;
    }
  }
  fail ("the impulse never came out");
  return 0;
}

static gboolean
answer_latency (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, TRUE, 10 * GST_MSECOND,
                         GPOINTER_TO_INT (g_object_get_data (G_OBJECT (pad), "bounded"))
                             ? 30 * GST_MSECOND
                             : GST_CLOCK_TIME_NONE);
  return TRUE;
}

static void
query_latency (Rig *rig, gboolean bounded, gboolean *live, GstClockTime *min, GstClockTime *max)
{
  GstQuery *query = gst_query_new_latency ();

  g_object_set_data (G_OBJECT (rig->h->srcpad), "bounded", GINT_TO_POINTER (bounded));
  gst_pad_set_query_function (rig->h->srcpad, answer_latency);
  fail_unless (gst_pad_peer_query (rig->h->sinkpad, query));
  gst_query_parse_latency (query, live, min, max);
  gst_query_unref (query);
}

/* NULL, or what is wrong. Within the nanosecond that rounding to a clock time costs. */
static gchar *
check_latency (GstClockTime reported, guint frames, guint rate)
{
  GstClockTime expected = frame_time (0, frames, rate);

  if (ABS (GST_CLOCK_DIFF (expected, reported)) <= 1)
    return NULL;
  return g_strdup_printf ("%" G_GUINT64_FORMAT " ns reported, %u frames at %u Hz measured",
                          reported, frames, rate);
}

GST_START_TEST (reported_latency_is_the_delay_of_an_impulse)
{
  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    Rig *rig = rig_new (elements[__i__], rates[r], 1);
    guint frames = measured_delay (rig);
    GstClockTime min, max;
    gboolean live;

    query_latency (rig, FALSE, &live, &min, &max);
    assert_ok (check_latency (min - 10 * GST_MSECOND, frames, rates[r]));
    rig_free (rig);
  }
}
GST_END_TEST;

/* The guard of masterstereo looks ahead only when it is there, and something is made wider. */
GST_START_TEST (masterstereo_is_late_only_when_it_has_to_be)
{
  static const struct {
    const gchar *launch;
    guint channels;
    gboolean late;
  } cases[] = { { "masterstereo lookahead=50 width-low=1.5 width-mid=1.5 width-high=1.5", 2, TRUE },
                { "masterstereo lookahead=120 guard=0.9 width-low=2 width-mid=2 width-high=2", 2,
                  TRUE },
                { "masterstereo lookahead=120 widen=0.5", 1, FALSE },
                { "masterstereo width-mid=0.5 balance=2", 2, FALSE },
                { "masterstereo lookahead=0 width-mid=1.5", 2, FALSE },
                { "masterstereo guard=-1 width-mid=1.5", 2, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
      Rig *rig = rig_new (cases[i].launch, rates[r], cases[i].channels);
      GstClockTime min, max;
      gboolean live;

      if (cases[i].late) {
        guint frames = measured_delay (rig);

        query_latency (rig, FALSE, &live, &min, &max);
        assert_ok (check_latency (min - 10 * GST_MSECOND, frames, rates[r]));
        fail_unless (frames > rates[r] / 20);
      } else {
        query_latency (rig, FALSE, &live, &min, &max);
        fail_unless_equals_uint64 (min, 10 * GST_MSECOND);
      }
      rig_free (rig);
    }
}
GST_END_TEST;

/* A width that is moved by a curve alone needs the look-ahead as well, wherever the curve begins. */
GST_START_TEST (masterstereo_is_late_for_a_curve)
{
  const gdouble points[][2] = { { 0.0, 1.0 }, { 0.5, 1.0 }, { 0.6, 2.0 } };
  const gdouble from_0[][2] = { { 0.0, 0.0 }, { 0.5, 0.0 }, { 0.6, 0.9 } };
  static const struct {
    const gchar *launch, *curve;
    gboolean late;
  } cases[] = { { "masterstereo lookahead=50", "width-low", TRUE },
                { "masterstereo lookahead=50", "width-mid", TRUE },
                { "masterstereo lookahead=50", "width-high", TRUE },
                { "masterstereo lookahead=50", "widen", TRUE },
                { "masterstereo lookahead=50", "guard", FALSE },
                { "masterstereo lookahead=0", "width-mid", FALSE },
                { "masterstereo lookahead=50 guard=-1", "width-mid", FALSE } };
  float *silence = g_new0 (float, 2 * 48000);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *rig = rig_new (cases[i].launch, 0, 0);
    guint frames;
    GstClockTime min, max;
    gboolean live;

    rig_curve (G_OBJECT (rig->element), cases[i].curve,
               g_str_has_prefix (cases[i].curve, "width") ? points : from_0, G_N_ELEMENTS (points),
               GST_INTERPOLATION_MODE_LINEAR);
    rig_set_caps (rig, 48000, 2);
    frames = measured_delay (rig);
    query_latency (rig, FALSE, &live, &min, &max);
    assert_ok (check_latency (min - 10 * GST_MSECOND, frames, 48000));
    fail_unless_equals_int (frames > 48000 / 20, cases[i].late);
    rig_push_run (rig, silence, 48000, 1000, frame_time (0, rig->pushed, 48000),
                  GST_CLOCK_TIME_NONE);
    fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), 0);
    rig_free (rig);
  }
  g_free (silence);
}
GST_END_TEST;

GST_START_TEST (latency_adds_to_upstream_minimum_and_maximum)
{
  Rig *rig = rig_new (elements[__i__], 48000, 1);
  guint frames = measured_delay (rig);
  GstClockTime min, max;
  gboolean live;

  query_latency (rig, TRUE, &live, &min, &max);
  fail_unless (live);
  assert_ok (check_latency (min - 10 * GST_MSECOND, frames, 48000));
  assert_ok (check_latency (max - 30 * GST_MSECOND, frames, 48000));
  query_latency (rig, FALSE, &live, &min, &max);
  fail_unless_equals_uint64 (max, GST_CLOCK_TIME_NONE);
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (latency_is_upstreams_before_there_are_caps)
{
  Rig *rig = rig_new (elements[__i__], 0, 0);
  GstClockTime min, max;
  gboolean live;

  query_latency (rig, TRUE, &live, &min, &max);
  fail_unless_equals_uint64 (min, 10 * GST_MSECOND);
  fail_unless_equals_uint64 (max, 30 * GST_MSECOND);
  /* and again when it was stopped: the format of before is no longer that of the stream */
  rig_set_caps (rig, 48000, 1);
  rig_push (rig, NULL, 1000, 0, 0, 0);
  gst_element_set_state (rig->element, GST_STATE_READY);
  gst_element_set_state (rig->element, GST_STATE_PAUSED);
  query_latency (rig, TRUE, &live, &min, &max);
  fail_unless_equals_uint64 (min, 10 * GST_MSECOND);
  rig_free (rig);
}
GST_END_TEST;

/* Neither the rate nor the channels: what goes in comes out, and nothing else is even offered. */
GST_START_TEST (no_element_changes_the_format)
{
  for (guint r = 0; r < G_N_ELEMENTS (rates); r++)
    for (guint channels = 1; channels <= 2; channels++) {
      Rig *rig = rig_new (elements[__i__], rates[r], channels);
      GstPad *sink = gst_element_get_static_pad (rig->element, "sink");
      GstPad *src = gst_element_get_static_pad (rig->element, "src");
      GstCaps *in = gst_pad_get_current_caps (sink), *filter, *offered, *out;

      rig_push (rig, NULL, rates[r] / 10, 0, 0, 0);
      rig_event (rig, gst_event_new_eos ());
      out = gst_pad_get_current_caps (src);
      fail_unless (out != NULL && gst_caps_is_equal (in, out), "%s: %" GST_PTR_FORMAT,
                   elements[__i__], out);
      filter = gst_caps_copy (in);
      gst_caps_set_simple (filter, "rate", G_TYPE_INT, (gint) rates[r] * 2 / 3, NULL);
      offered = gst_pad_query_caps (src, NULL);
      fail_if (gst_caps_can_intersect (offered, filter), "%s offers %" GST_PTR_FORMAT,
               elements[__i__], offered);
      gst_caps_unref (offered);
      gst_caps_unref (filter);
      gst_caps_unref (out);
      gst_caps_unref (in);
      gst_object_unref (src);
      gst_object_unref (sink);
      rig_free (rig);
    }
}
GST_END_TEST;

/* A look-ahead cannot begin while sound flows: that is said, once. */
GST_START_TEST (masterstereo_says_when_its_guard_comes_too_late)
{
  static const struct {
    const gchar *launch, *property, *value;
    guint warnings;
  } cases[] = { { "masterstereo", "width-mid", "1.5", 1 },
                { "masterstereo", "width-mid", "0.5", 0 },
                { "masterstereo lookahead=0", "width-mid", "1.5", 0 },
                { "masterstereo guard=-1", "widen", "0.5", 0 },
                { "masterstereo width-high=1.1", "width-mid", "1.5", 0 } };
  float *silence = g_new0 (float, 2 * 4000);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *rig = rig_new (cases[i].launch, 48000, 2);

    rig_push_run (rig, silence, 2000, 500, 0, GST_CLOCK_TIME_NONE);
    rig_set (rig->element, cases[i].property, cases[i].value);
    rig_push_run (rig, silence, 2000, 500, frame_time (0, 2000, 48000), GST_CLOCK_TIME_NONE);
    fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), cases[i].warnings);
    rig_free (rig);
  }
  g_free (silence);
}
GST_END_TEST;

/* One message when the latency is set up, one more when a new rate changes it, none when it stays.
 */
GST_START_TEST (latency_message_follows_every_change)
{
  Rig *rig = rig_new (elements[__i__], 44100, 2);
  const float silence[2] = { 0 };
  gboolean live, delays;
  GstClockTime min, max;

  rig_push (rig, silence, 1, 0, GST_BUFFER_OFFSET_NONE, 0);
  query_latency (rig, TRUE, &live, &min, &max);
  delays = min > 10 * GST_MSECOND;
  fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_LATENCY), delays ? 1 : 0);
  rig_set_caps (rig, 44100, 1);
  rig_push (rig, silence, 1, 0, GST_BUFFER_OFFSET_NONE, 0);
  fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_LATENCY), delays ? 1 : 0);
  rig_set_caps (rig, 96000, 1);
  rig_push (rig, silence, 1, 0, GST_BUFFER_OFFSET_NONE, 0);
  fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_LATENCY), delays ? 2 : 0);
  rig_free (rig);
}
GST_END_TEST;

/* In a live pipeline the sink waits for it: gst_bin_recalculate_latency finds the sum. */
GST_START_TEST (pipeline_latency_is_the_sum_of_its_elements)
{
  GstClockTime sum = 0;
  GString *chain = g_string_new (NULL);
  GstHarness *h;

  for (guint i = 0; i < 4; i++) {
    Rig *rig = rig_new (elements[i], 48000, 1);

    sum += frame_time (0, measured_delay (rig), 48000);
    g_string_append_printf (chain, "%s%s", i > 0 ? " ! " : "", elements[i]);
    rig_free (rig);
  }
  h = gst_harness_new_parse (chain->str);
  gst_harness_set_src_caps_str (
      h, "audio/x-raw,format=" GST_AUDIO_NE (F32) ",rate=48000,channels=1,layout=interleaved");
  fail_unless (ABS (GST_CLOCK_DIFF (sum, gst_harness_query_latency (h))) <= 4);
  gst_harness_teardown (h);
  g_string_free (chain, TRUE);
}
GST_END_TEST;

GST_START_TEST (checker_catches_planted_faults)
{
  assert_ok (check_latency (frame_time (0, 278, 44100), 278, 44100));
  assert_caught (check_latency (frame_time (0, 278, 44100), 277, 44100));
  assert_caught (check_latency (frame_time (0, 278, 44100), 279, 44100));
  assert_caught (check_latency (frame_time (0, 278, 44100), 278, 48000));
  assert_caught (check_latency (0, 1, 384000));
}
GST_END_TEST;

static Suite *
latency_suite (void)
{
  Suite *s = suite_create ("latency");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checker_catches_planted_faults);
  tcase_add_test (tc, masterstereo_is_late_only_when_it_has_to_be);
  tcase_add_test (tc, masterstereo_is_late_for_a_curve);
  tcase_add_test (tc, masterstereo_says_when_its_guard_comes_too_late);
  tcase_add_test (tc, pipeline_latency_is_the_sum_of_its_elements);
#define EACH(name) tcase_add_loop_test (tc, name, 0, G_N_ELEMENTS (elements))
  EACH (reported_latency_is_the_delay_of_an_impulse);
  EACH (no_element_changes_the_format);
  EACH (latency_adds_to_upstream_minimum_and_maximum);
  EACH (latency_is_upstreams_before_there_are_caps);
  EACH (latency_message_follows_every_change);
  return s;
}

GST_CHECK_MAIN (latency)
