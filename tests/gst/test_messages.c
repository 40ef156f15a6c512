/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Element messages: their fields, their times, when they come. What the meter reads is in
 * test_meter.c.
 */
#include "rig.h"

#include <math.h>
#include <string.h>

#define RATE 44100
#define N    50000
#define NONE GST_CLOCK_TIME_NONE

typedef struct {
  const gchar *message, *field, *type;
  guint n;              /* values of an array; 0 = one per channel */
  gboolean needs_sound; /* not there in a span without */
} Field;

/* The public contract; "*" = every element. */
static const Field fields[] = {
  { "*", "timestamp", "guint64" },
  { "*", "running-time", "guint64" },
  { "*", "stream-time", "guint64" },
  { "*", "duration", "guint64" },
  { "*", "final", "gboolean" },
  { "loudnessmeter", "momentary-loudness", "gdouble" },
  { "loudnessmeter", "shortterm-loudness", "gdouble" },
  { "loudnessmeter", "global-loudness", "gdouble" },
  { "loudnessmeter", "relative-threshold", "gdouble" },
  { "loudnessmeter", "loudness-range", "gdouble" },
  { "loudnessmeter", "max-momentary", "gdouble" },
  { "loudnessmeter", "max-shortterm", "gdouble" },
  { "loudnessmeter", "sample-peak", "GstValueArray" },
  { "loudnessmeter", "true-peak", "GstValueArray" },
  { "loudnessmeter", "true-peak-db", "gdouble" },
  { "loudnessmeter", "plr", "gdouble" },
  { "loudnessmeter", "psr", "gdouble" },
  { "loudnessmeter", "psr-min", "gdouble" },
  { "loudnessmeter", "correlation", "gdouble" },
  { "loudnessmeter", "balance", "gdouble" },
  { "loudnessmeter", "mono-change", "gdouble" },
  { "loudnessmeter", "mono-change-gated", "gdouble" },
  { "loudnessmeter", "correlation-long", "gdouble" },
  { "loudnessmeter", "side-mid", "gdouble" },
  { "loudnessmeter", "nan-count", "guint64" },
  { "truepeaklimit", "gain-reduction", "GstValueArray" },
  { "truepeaklimit", "gain-reduction-max", "gdouble" },
  { "truepeaklimit", "gain-reduction-mean", "gdouble" },
  { "truepeaklimit", "true-peak-db", "gdouble" },
  { "masterdyn", "gain-reduction", "GstValueArray", 4 },
  { "masterdyn", "gain-reduction-max", "GstValueArray", 4 },
  { "masterdyn", "gain-reduction-mean", "GstValueArray", 4 },
  { "masterdyn", "makeup", "gdouble" },
  { "masterdyn", "clip", "gdouble" },
  { "masterdyn", "nan-count", "guint64" },
  { "mastereq", "dynamic-gain", "GstValueArray", 8 },
  { "mastereq", "nan-count", "guint64" },
  { "masterstereo", "correlation-before", "gdouble", 0, TRUE },
  { "masterstereo", "correlation-after", "gdouble", 0, TRUE },
  { "masterstereo", "band-frequency", "GstValueArray", 3 },
  { "masterstereo", "band-correlation-before", "GstValueArray", 3 },
  { "masterstereo", "band-correlation-after", "GstValueArray", 3 },
  { "masterstereo", "band-width", "GstValueArray", 3 },
  { "masterstereo", "gain", "gdouble" },
  { "loudnorm", "mode", "gchararray" },
  { "loudnorm", "gain", "gdouble" },
  { "loudnorm", "limited-by", "gchararray" },
};

static const struct {
  const gchar *launch, *name;
} elements[] = {
  { "loudnessmeter", "loudnessmeter" },
  { "truepeaklimit", "truepeaklimit" },
  { "masterdyn num-bands=4 band0::ratio=4 clip=1", "masterdyn" },
  { "mastereq phase=linear band2::enabled=true band2::gain=3 band5::enabled=true band5::range=-6 "
    "band5::threshold=-40",
    "mastereq" },
  { "mastereq band5::enabled=true band5::range=-6 band5::threshold=-40", "mastereq" },
  { "masterstereo bass-mono-frequency=120 width-high=1.5", "masterstereo" },
  { "loudnorm mode=linear measured-loudness=-20", "loudnorm" },
  { "loudnorm mode=linear measured-loudness=-20 limiter=false", "loudnorm" },
  { "loudnorm lookahead=400", "loudnorm" },
};

static guint64
get_uint64 (const GstStructure *s, const gchar *field)
{
  guint64 v = 0;

  fail_unless (gst_structure_get_uint64 (s, field, &v), "no %s", field);
  return v;
}

static gboolean
is_final (const GstStructure *s)
{
  gboolean v = FALSE;

  fail_unless (gst_structure_get_boolean (s, "final", &v));
  return v;
}

/* NULL, or the field that is missing, of another type, or not a number. */
static gchar *
check_fields (const GstStructure *s, guint channels, gboolean sound)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    const Field *f = &fields[i];
    const GValue *v = gst_structure_get_value (s, f->field);

    if (f->message[0] != '*' && !gst_structure_has_name (s, f->message))
      continue;
    if (f->needs_sound && !sound) {
      if (v != NULL)
        return g_strdup_printf ("%s of nothing", f->field);
      continue;
    }
    if (v == NULL || strcmp (G_VALUE_TYPE_NAME (v), f->type) != 0)
      return g_strdup_printf ("%s is %s", f->field, v == NULL ? "missing" : G_VALUE_TYPE_NAME (v));
    if (G_VALUE_HOLDS_DOUBLE (v) && isnan (g_value_get_double (v)))
      return g_strdup_printf ("%s is not a number", f->field);
    if (!GST_VALUE_HOLDS_ARRAY (v))
      continue;
    const guint n = f->n > 0 ? f->n : channels;

    if (gst_value_array_get_size (v) != n)
      return g_strdup_printf ("%s has %u values", f->field, gst_value_array_get_size (v));
    for (guint c = 0; c < n; c++)
      if (!G_VALUE_HOLDS_DOUBLE (gst_value_array_get_value (v, c)))
        return g_strdup_printf ("%s is no array of double", f->field);
  }
  return NULL;
}

/* What the times must be: frames from..to in spans that end at round (k interval rate). */
typedef struct {
  GstClockTime t0;                  /* of frame 0 */
  GstClockTimeDiff running, stream; /* minus timestamp */
  guint64 from, to;                 /* frames */
  GstClockTime interval;
} Spans;

static gchar *
check_spans (GPtrArray *messages, guint first, guint n, const Spans *e)
{
  guint64 start = e->from;

  for (guint i = 0; i < n; i++) {
    const GstStructure *s = g_ptr_array_index (messages, first + i);
    guint64 boundary = ((i + 1) * e->interval * RATE + GST_SECOND / 2) / GST_SECOND;
    guint64 end = MIN (e->from + boundary, e->to);
    GstClockTime pts = frame_time (e->t0, start, RATE);
    GstClockTime length = frame_time (e->t0, end, RATE) - pts;

    if (get_uint64 (s, "timestamp") != pts || get_uint64 (s, "duration") != length)
      return g_strdup_printf ("span %u: %" G_GUINT64_FORMAT " + %" G_GUINT64_FORMAT
                              " instead of %" G_GUINT64_FORMAT " + %" G_GUINT64_FORMAT,
                              i, get_uint64 (s, "timestamp"), get_uint64 (s, "duration"), pts,
                              length);
    if (get_uint64 (s, "running-time") != pts + e->running)
      return g_strdup_printf ("span %u: running time", i);
    if (get_uint64 (s, "stream-time") != pts + e->stream)
      return g_strdup_printf ("span %u: stream time", i);
    start = end;
  }
  if (start != e->to)
    return g_strdup_printf ("the spans end at frame %" G_GUINT64_FORMAT, start);
  return NULL;
}

static Rig *
run (const gchar *launch, const float *x, gsize n)
{
  Rig *rig = rig_new (launch, RATE, 2);

  rig_push_run (rig, x, n, 0, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  return rig;
}

GST_START_TEST (fields_are_all_there_and_never_nan)
{
  /* Hot, silent, shorter than any window, and one frame. */
  static const gsize lengths[] = { N, N, 441, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    float *x = i == 1 ? g_new0 (float, 2 * N) : signal_hot (1, N, 2);
    Rig *rig = run (elements[__i__].launch, x, lengths[i]);
    GPtrArray *found = rig_structures (rig, elements[__i__].name);

    fail_unless (found->len > 0);
    for (guint k = 0; k < found->len; k++) {
      const GstStructure *s = g_ptr_array_index (found, k);

      /* a frame is less than a step of what masterstereo looks at */
      assert_ok (check_fields (s, 2, i != 1 && lengths[i] > 1 && get_uint64 (s, "duration") > 0));
    }
    g_ptr_array_unref (found);
    rig_free (rig);
    g_free (x);
  }
}
GST_END_TEST;

GST_START_TEST (spans_tile_the_stream_on_exact_boundaries)
{
  static const GstClockTime intervals[] = { 100 * GST_MSECOND, 33333333, GST_MSECOND,
                                            3 * GST_SECOND };
  float *x = signal_hot (1, N, 2);

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++) {
    Rig *rig = rig_new (elements[__i__].launch, RATE, 2);
    /* Segment 10 s.. at running time 3 s, 1 s of offset: running time is pts - 10 - 1 + 3. */
    Spans e = { 12 * GST_SECOND, -8 * (GstClockTimeDiff) GST_SECOND, 0, 0, N, intervals[i] };
    GPtrArray *found;

    g_object_set (rig->element, "interval", intervals[i], NULL);
    rig_segment (rig, 1.0, 10 * GST_SECOND, NONE, 3 * GST_SECOND, GST_SECOND);
    rig_push_run (rig, x, N, 0, 12 * GST_SECOND, NONE);
    rig_event (rig, gst_event_new_eos ());
    found = rig_structures (rig, elements[__i__].name);
    fail_unless_equals_int (found->len, (guint64) N * GST_SECOND / RATE / intervals[i] + 1);
    assert_ok (check_spans (found, 0, found->len, &e));
    for (guint k = 0; k < found->len; k++)
      fail_unless_equals_int (is_final (g_ptr_array_index (found, k)), k + 1 == found->len);
    g_ptr_array_unref (found);
    rig_free (rig);
  }
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (change_of_interval_and_jump_lose_nothing)
{
  float *x = signal_hot (1, N, 2);
  Rig *rig = rig_new (elements[__i__].launch, RATE, 2);
  GPtrArray *found;
  guint64 end = 0;

  rig_push_run (rig, x, 10000, 0, 0, NONE);
  g_object_set (rig->element, "interval", 30 * GST_MSECOND, NULL);
  rig_push_run (rig, x, 10000, 0, frame_time (0, 10000, RATE), NONE);
  rig_push_run (rig, x, 10000, 0, frame_time (GST_SECOND, 20000, RATE), NONE); /* a jump of 1 s */
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, elements[__i__].name);
  for (guint i = 0; i < found->len; i++) {
    const GstStructure *s = g_ptr_array_index (found, i);
    guint64 start = get_uint64 (s, "timestamp");

    if (i > 0 && ABS (GST_CLOCK_DIFF (end, start)) > 1)
      fail_unless (ABS (GST_CLOCK_DIFF (frame_time (0, 20000, RATE), end)) <= 1 &&
                       ABS (GST_CLOCK_DIFF (frame_time (GST_SECOND, 20000, RATE), start)) <= 1,
                   "from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, end, start);
    end = start + get_uint64 (s, "duration");
  }
  fail_unless (ABS (GST_CLOCK_DIFF (frame_time (GST_SECOND, 30000, RATE), end)) <= 1);
  fail_unless_equals_uint64 (get_uint64 (g_ptr_array_index (found, 0), "timestamp"), 0);
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (input_without_timestamps_has_messages_without_times)
{
  float *x = signal_hot (1, N, 2);
  Rig *rig = rig_new (elements[__i__].launch, RATE, 2);
  GPtrArray *found;

  rig_push_run (rig, x, N, 0, NONE, NONE);
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, elements[__i__].name);
  fail_unless_equals_int (found->len, N / 4410 + 1);
  fail_unless_equals_uint64 (get_uint64 (g_ptr_array_index (found, 0), "timestamp"), NONE);
  fail_unless_equals_uint64 (get_uint64 (g_ptr_array_index (found, 0), "running-time"), NONE);
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (post_messages_false_is_silent_and_can_be_switched)
{
  float *x = signal_hot (1, N, 2);
  Rig *rig = rig_new (elements[__i__].launch, RATE, 2);
  GPtrArray *found;
  guint64 from;

  g_object_set (rig->element, "post-messages", FALSE, NULL);
  rig_push_run (rig, x, 20000, 0, 0, NONE);
  found = rig_structures (rig, elements[__i__].name);
  fail_unless_equals_int (found->len, 0);
  g_ptr_array_unref (found);
  g_object_set (rig->element, "post-messages", TRUE, NULL);
  rig_push_run (rig, x, 20000, 0, frame_time (0, 20000, RATE), NONE);
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, elements[__i__].name);
  from = get_uint64 (g_ptr_array_index (found, 0), "timestamp");
  /* Not before the delayed content of the moment. */
  fail_unless (from <= frame_time (0, 20000, RATE) &&
               from + gst_harness_query_latency (rig->h) + GST_MSECOND >=
                   frame_time (0, 20000, RATE));
  fail_unless (is_final (g_ptr_array_index (found, found->len - 1)));
  g_ptr_array_unref (found);
  rig_free (rig);

  rig = rig_new (elements[__i__].launch, RATE, 2);
  g_object_set (rig->element, "post-messages", FALSE, NULL);
  rig_push_run (rig, x, N, 0, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, elements[__i__].name);
  fail_unless_equals_int (found->len, 0);
  g_ptr_array_unref (found);
  rig_free (rig);

  /* switched off behind the last buffer: no final message either */
  rig = rig_new (elements[__i__].launch, RATE, 2);
  rig_push_run (rig, x, N, 0, 0, NONE);
  g_object_set (rig->element, "post-messages", FALSE, NULL);
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, elements[__i__].name);
  fail_unless (found->len > 0 && !is_final (g_ptr_array_index (found, found->len - 1)));
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static GstBusSyncReply
note_final (GstBus *bus, GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT &&
      is_final (gst_message_get_structure (message)))
    ++*(guint *) user_data;
  return GST_BUS_PASS;
}

static GstPadProbeReturn
finals_at_eos (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  guint *finals = user_data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    finals[1] = finals[0];
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (one_final_message_before_eos_and_again_after_a_seek)
{
  float *x = signal_hot (1, N, 2);
  Rig *rig = rig_new (elements[__i__].launch, RATE, 2);
  guint finals[2] = { 0, 0 };

  gst_bus_set_sync_handler (rig->bus, note_final, &finals[0], NULL);
  gst_pad_add_probe (rig->h->sinkpad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, finals_at_eos, finals,
                     NULL);
  rig_push_run (rig, x, N, 0, 0, NONE);
  rig_segment (rig, 1.0, 0, NONE, 0, 0); /* the same stream goes on */
  fail_unless_equals_int (finals[0], 0);
  rig_push_run (rig, x, N, 0, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_int (finals[1], 1);
  rig_flush (rig); /* a seek after the end */
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, x, N, 0, 0, NONE);
  rig_event (rig, gst_event_new_stream_start ("next"));
  fail_unless_equals_int (finals[0], 2);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_event (rig, gst_event_new_eos ()); /* nothing came: nothing to say */
  fail_unless_equals_int (finals[1], 2);
  gst_bus_set_sync_handler (rig->bus, NULL, NULL, NULL);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (checkers_catch_planted_faults)
{
  float *x = signal_hot (1, N, 2);
  Rig *rig = run ("loudnessmeter", x, N);
  GPtrArray *found = rig_structures (rig, "loudnessmeter");
  Spans e = { 0, 0, 0, 0, N, 100 * GST_MSECOND };
  GstStructure *s = gst_structure_copy (g_ptr_array_index (found, 3));

  assert_ok (check_spans (found, 0, found->len, &e));
  assert_caught (check_spans (found, 1, found->len - 1, &e));
  assert_caught (check_spans (found, 0, found->len - 1, &e));
  e.t0 = 1;
  assert_caught (check_spans (found, 0, found->len, &e));
  e.t0 = 0, e.running = 1;
  assert_caught (check_spans (found, 0, found->len, &e));
  e.running = 0, e.stream = 1;
  assert_caught (check_spans (found, 0, found->len, &e));
  assert_ok (check_fields (s, 2, TRUE));
  assert_caught (check_fields (s, 1, TRUE));
  gst_structure_set (s, "plr", G_TYPE_DOUBLE, (gdouble) NAN, NULL);
  assert_caught (check_fields (s, 2, TRUE));
  gst_structure_set (s, "plr", G_TYPE_FLOAT, 1.0, NULL);
  assert_caught (check_fields (s, 2, TRUE));
  gst_structure_remove_field (s, "plr");
  assert_caught (check_fields (s, 2, TRUE));
  gst_structure_free (s);
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static Suite *
messages_suite (void)
{
  Suite *s = suite_create ("messages");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checkers_catch_planted_faults);
#define EACH(name) tcase_add_loop_test (tc, name, 0, G_N_ELEMENTS (elements))
  EACH (fields_are_all_there_and_never_nan);
  EACH (spans_tile_the_stream_on_exact_boundaries);
  EACH (change_of_interval_and_jump_lose_nothing);
  EACH (input_without_timestamps_has_messages_without_times);
  EACH (post_messages_false_is_silent_and_can_be_switched);
  EACH (one_final_message_before_eos_and_again_after_a_seek);
  return s;
}

GST_CHECK_MAIN (messages)
