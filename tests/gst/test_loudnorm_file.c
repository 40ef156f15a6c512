/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnorm mode=file in the stream: nothing comes out before the end, then all of it with one gain, in its
 * place in time.
 */
#include "hold.h"

#include <math.h>
#include <string.h>

/* The nth item of that kind (n from 0). */
static guint
nth_event (Rig *rig, GstEventType type, guint n)
{
  for (guint i = 0; i < rig->items->len; i++)
    if (g_array_index (rig->items, Item, i).event == type && n-- == 0)
      return i;
  fail ("no such event");
  return 0;
}

/* The tone's loudness is its level in dBFS (tone.h); one gain for all of it. */
GST_START_TEST (one_gain_lands_it)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = file_rig ("loudness-target=-23 offset=1.5");
  GPtrArray *found;
  const GstStructure *s;

  rig_push_run (rig, x, N, 1000, 0, 0);
  fail_unless_equals_uint64 (rig_frames (rig), 0);
  fail_unless_equals_int (open_files (), 1);
  fail_unless_equals_int (files_in_folder (), 0);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), N);
  fail_unless_equals_int (open_files (), 0);
  found = rig_structures (rig, "loudnorm");
  s = g_ptr_array_index (found, found->len - 1);
  assert_ok (check_near ("gain", get (s, "gain"), -21.5 + 20.0, 0.02));
  assert_ok (check_near ("output", get (s, "output-loudness"), -21.5, 0.02));
  fail_unless_equals_string (gst_structure_get_string (s, "mode"), "file");
  fail_unless_equals_string (gst_structure_get_string (s, "limited-by"), "none");
  for (gsize i = 0; i < 2 * N; i++)
    fail_unless (fabs (g_array_index (rig->samples, float, i) -
                       x[i] * pow (10.0, get (s, "gain") / 20.0)) < 1e-7);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_START), 1);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_COMPLETE), 1);
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (constraints_are_named)
{
  static const struct {
    const gchar *more, *limited_by;
  } cases[] = {
    { "loudness-target=-30 loudness-range-target=20", "none" },
    { "loudness-target=9", "true-peak" },                /* a ceiling is a ceiling */
    { "loudness-target=-3 limiter=false", "true-peak" }, /* over it: 0.1 x 9 dB and more */
    { "loudness-target=-30 limiter=false", "none" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *rig = file_rig (cases[i].more);
    GPtrArray *found;

    rig_push_run (rig, content, N, 1000, 0, 0);
    rig_event (rig, gst_event_new_eos ());
    found = rig_structures (rig, "loudnorm");
    fail_unless_equals_string (
        gst_structure_get_string (g_ptr_array_index (found, found->len - 1), "limited-by"),
        cases[i].limited_by);
    g_ptr_array_unref (found);
    rig_free (rig);
  }
}
GST_END_TEST;

/* The shortest that has a loudness: it is measured behind the limiter without the limiter's delay, and to its
 * last frame. */
GST_START_TEST (four_hundred_milliseconds_are_enough)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  const gsize n = RATE * 2 / 5;
  float *x = tones (amplitude, 2, n);
  Rig *rig = file_rig ("loudness-target=-16");
  GPtrArray *found;
  const GstStructure *s;

  rig_push_run (rig, x, n, 1000, 0, 0);
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, "loudnorm");
  s = g_ptr_array_index (found, found->len - 1);
  fail_unless_equals_string (gst_structure_get_string (s, "limited-by"), "none");
  assert_ok (check_near ("gain", get (s, "gain"), 4.0, 0.02));
  assert_ok (check_near ("output", get (s, "output-loudness"), -16.0, 0.02));
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* The tone as it came in, at -20 LUFS. */
GST_START_TEST (a_bypass_tells_what_goes_out)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  float *x = tones (amplitude, 2, N);
  Rig *rig = file_rig ("bypass=true loudness-target=-6");
  GPtrArray *found;

  rig_push_run (rig, x, N, 1000, 0, 0);
  rig_event (rig, gst_event_new_eos ());
  found = rig_structures (rig, "loudnorm");
  for (guint i = 0; i < found->len; i++) {
    const GstStructure *s = g_ptr_array_index (found, i);

    assert_ok (check_near ("gain", get (s, "gain"), 0.0, 0.0));
    assert_ok (check_near ("output", get (s, "output-loudness"), -20.0, 0.02));
    assert_ok (check_near ("reduction", get (s, "gain-reduction-max"), 0.0, 0.0));
    fail_unless_equals_string (gst_structure_get_string (s, "limited-by"), "none");
  }
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (progress_tells_how_far_it_is)
{
  Rig *rig = file_rig ("");

  for (guint i = 0; i < 33; i++) /* 66 s, told of every 30 */
    rig_push_run (rig, content, N, 4800, 2 * i * GST_SECOND, NONE);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_CONTINUE), 2);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_COMPLETE), 0);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_COMPLETE), 1);
  rig_free (rig);
}
GST_END_TEST;

/* What comes behind a SEGMENT event is clipped to it, though the event itself waits. */
GST_START_TEST (a_later_segment_clips_what_comes_behind_it)
{
  Rig *rig = file_rig ("bypass=true");
  RunExpected e = { 0, 0, 100 * GST_SECOND + GST_SECOND / 2, NONE, content + 2 * (RATE / 2), RATE };

  rig_push_run (rig, content, 1000, 100, 0, NONE);
  rig_segment (rig, 1.0, e.t0, e.t0 + GST_SECOND, 0, 0);
  rig_push_run (rig, content, N, 1000, 100 * GST_SECOND, NONE);
  rig_event (rig, gst_event_new_eos ());
  e.from = nth_event (rig, GST_EVENT_SEGMENT, 1);
  e.to = nth_event (rig, GST_EVENT_EOS, 0);
  assert_ok (check_run (rig, &e));
  rig_free (rig);
}
GST_END_TEST;

/* Without a loudness nothing is made of it; two frames, or a silent second. */
GST_START_TEST (nothing_to_measure_keeps_its_level)
{
  static const gsize lengths[] = { 2, 1000, RATE };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    float *x = lengths[i] == RATE ? g_new0 (float, 2 * RATE) : content;
    Rig *rig = file_rig ("");
    RunExpected e = { 0, 0, 5 * GST_SECOND, 77, x, lengths[i] };
    GPtrArray *found;

    rig_push_run (rig, x, lengths[i], 333, 5 * GST_SECOND, 77);
    rig_event (rig, gst_event_new_eos ());
    e.to = (guint) rig_find_event (rig, GST_EVENT_EOS);
    assert_ok (check_run (rig, &e));
    found = rig_structures (rig, "loudnorm");
    fail_unless_equals_string (
        gst_structure_get_string (g_ptr_array_index (found, found->len - 1), "limited-by"),
        "no-measurement");
    g_ptr_array_unref (found);
    rig_free (rig);
    if (x != content)
      g_free (x);
  }
}
GST_END_TEST;

/* bypass: the samples tell the parts apart. A jump, a GAP and a SEGMENT keep their places. */
GST_START_TEST (parts_keep_their_place_in_time)
{
  Rig *rig = file_rig ("bypass=true");
  RunExpected a = { 0, 0, GST_SECOND, 0, content, 9000 };
  RunExpected b = { 0, 0, 2 * GST_SECOND, 50000, content + 2 * 9000, 8000 };
  RunExpected c = { 0, 0, 5 * GST_SECOND, NONE, content + 2 * 17000, 7000 };
  RunExpected d = { 0, 0, 100 * GST_SECOND, NONE, content + 2 * 24000, 6000 };
  guint gap, segment;

  rig_push_run (rig, a.content, a.n_frames, 441, a.t0, a.off0);
  rig_push_run (rig, b.content, b.n_frames, 441, b.t0, b.off0);
  rig_event (rig, gst_event_new_gap (3 * GST_SECOND, GST_SECOND));
  rig_push_run (rig, c.content, c.n_frames, 0, c.t0, c.off0);
  rig_segment (rig, 1.0, 100 * GST_SECOND, NONE, 7 * GST_SECOND, 0);
  rig_push_run (rig, d.content, d.n_frames, 0, d.t0, d.off0);
  fail_unless_equals_uint64 (rig_frames (rig), 0);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), 30000);
  gap = nth_event (rig, GST_EVENT_GAP, 0);
  segment = nth_event (rig, GST_EVENT_SEGMENT, 1);
  for (a.to = 0; a.to < gap; a.to++) { /* the buffer that begins b */
    Item *item = &g_array_index (rig->items, Item, a.to);

    if (item->event == GST_EVENT_UNKNOWN && item->pts == b.t0)
      break;
  }
  b.from = a.to;
  b.to = c.from = gap;
  c.to = d.from = segment;
  d.to = nth_event (rig, GST_EVENT_EOS, 0);
  assert_ok (check_run (rig, &a));
  assert_ok (check_run (rig, &b));
  assert_ok (check_run (rig, &c));
  assert_ok (check_run (rig, &d));
  rig_free (rig);
}
GST_END_TEST;

/* Each is a programme of its own and comes out before what ends it. */
GST_START_TEST (new_stream_new_caps_and_segment_done_end_a_programme)
{
  Rig *rig = file_rig ("");

  rig_push_run (rig, content, N, 1000, 0, NONE);
  rig_event (rig, gst_event_new_segment_done (GST_FORMAT_TIME, 2 * GST_SECOND));
  fail_unless_equals_uint64 (rig_frames (rig), N);
  rig_push_run (rig, content, N, 1000, 0, NONE);
  rig_event (rig, gst_event_new_stream_start ("another"));
  fail_unless_equals_uint64 (rig_frames (rig), 2 * N);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, content, N, 1000, 0, NONE);
  rig_set_caps (rig, 44100, 1);
  fail_unless_equals_uint64 (rig_frames (rig), 3 * N);
  rig_push_run (rig, content, N, 1000, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), 4 * N);
  rig_free (rig);
}
GST_END_TEST;

/* NaN is silence, named once; what is left has a loudness. */
GST_START_TEST (samples_that_are_no_numbers_do_not_poison_it)
{
  float *x = g_memdup2 (content, 2 * N * sizeof (float));
  Rig *rig = file_rig ("");
  GPtrArray *found;

  for (guint i = 0; i < 50; i++)
    x[100 + 1777 * i] = i % 2 ? NAN : -INFINITY;
  rig_push_run (rig, x, N, 441, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), N);
  fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), 1);
  for (gsize i = 0; i < 2 * N; i++)
    fail_unless (isfinite (g_array_index (rig->samples, float, i)));
  found = rig_structures (rig, "loudnorm");
  assert_ok (check_near (
      "output", get (g_ptr_array_index (found, found->len - 1), "output-loudness"), -14.0, 0.02));
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static Suite *
loudnorm_file_suite (void)
{
  Suite *s = suite_create ("loudnorm-file");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_checked_fixture (tc, hold_setup, hold_teardown);
  tcase_add_test (tc, one_gain_lands_it);
  tcase_add_test (tc, four_hundred_milliseconds_are_enough);
  tcase_add_test (tc, a_bypass_tells_what_goes_out);
  tcase_add_test (tc, progress_tells_how_far_it_is);
  tcase_add_test (tc, a_later_segment_clips_what_comes_behind_it);
  tcase_add_test (tc, constraints_are_named);
  tcase_add_test (tc, nothing_to_measure_keeps_its_level);
  tcase_add_test (tc, parts_keep_their_place_in_time);
  tcase_add_test (tc, new_stream_new_caps_and_segment_done_end_a_programme);
  tcase_add_test (tc, samples_that_are_no_numbers_do_not_poison_it);
  return s;
}

GST_CHECK_MAIN (loudnorm_file)
