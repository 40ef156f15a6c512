/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * An element with look-ahead behaves in the stream as if it had none: every frame comes out, at its
 * own timestamp, before the event that ends its part of the stream. The content stays below the
 * ceiling, so what comes out must be what went in, bit for bit.
 */
#include "rig.h"

#define RATE 44100
#define N    30000
#define T0   (7 * GST_SECOND + 13)
#define OFF0 1000
#define NONE GST_CLOCK_TIME_NONE

static const gchar *elements[] = {
  "truepeaklimit",
  "masterdyn",
  "mastereq",
  "mastereq phase=linear",
  "masterdyn lookahead=7.3 clip=1.5 clip-level=0",
  "masterstereo",
  "masterstereo width-low=2 width-mid=2 width-high=2 guard=0.9 lookahead=250", /* wide enough */
  "truepeaklimit safe=false lookahead=0.1",
  "truepeaklimit lookahead=10 oversampling=8 link=0",
  "loudnorm mode=linear measured-loudness=-14",
  "loudnorm mode=linear measured-loudness=-14 limiter=false",
  "loudnorm measured-threshold=100", /* nothing counts as programme: no gain */
  "loudnorm measured-threshold=100 lookahead=400 limiter=false",
};
#define N_ELEMENTS G_N_ELEMENTS (elements)

static float *content;

static void
setup (void)
{
  content = signal_noise (3, 2 * N, 2, 0.25f);
}

static void
teardown (void)
{
  g_free (content);
}

/* The items up to `end` are one run; so the tail came out before the event at `end`. */
static void
assert_run (Rig *rig, guint from, gint end, GstClockTime t0, guint64 off0, const float *expected,
            gsize n)
{
  RunExpected e = { from, (guint) end, t0, off0, expected, n };

  fail_unless (end >= 0, "the event did not come out");
  assert_ok (check_run (rig, &e));
}

GST_START_TEST (frames_keep_count_time_and_offset_at_any_buffer_size)
{
  static const gsize sizes[] = { 0, 1, 64, 441, 5000 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    Rig *rig = rig_new (elements[__i__], RATE, 2);

    rig_push_run (rig, content, N, sizes[s], T0, OFF0);
    rig_event (rig, gst_event_new_eos ());
    assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, OFF0, content, N);
    rig_free (rig);
  }
}
GST_END_TEST;

GST_START_TEST (stream_shorter_than_the_delay_comes_out_whole)
{
  static const gsize lengths[] = { 1, 2, 63, 100 };

  for (guint s = 0; s < G_N_ELEMENTS (lengths); s++) {
    Rig *rig = rig_new (elements[__i__], RATE, 2);

    rig_push_run (rig, content, lengths[s], 17, T0, GST_BUFFER_OFFSET_NONE);
    rig_event (rig, gst_event_new_eos ());
    assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, GST_BUFFER_OFFSET_NONE, content,
                lengths[s]);
    rig_free (rig);
  }
}
GST_END_TEST;

GST_START_TEST (stream_of_no_frames_gives_no_frames)
{
  Rig *rig = rig_new (elements[__i__], RATE, 2);

  rig_push (rig, NULL, 0, T0, NONE, 0);
  rig_event (rig, gst_event_new_eos ());
  assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, NONE, content, 0);
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (input_without_timestamps_works)
{
  Rig *rig = rig_new (elements[__i__], RATE, 2);

  rig_push_run (rig, content, N, 0, NONE, NONE);
  rig_event (rig, gst_event_new_eos ());
  assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), NONE, NONE, content, N);
  rig_free (rig);
}
GST_END_TEST;

/* Pushes a run, sends the event, checks that the run came out before it. */
static void
assert_event_drains (const gchar *element, GstEvent *event)
{
  Rig *rig = rig_new (element, RATE, 2);
  GstEventType type = GST_EVENT_TYPE (event);

  rig_push_run (rig, content, N, 0, T0, OFF0);
  /* The harness has sent STREAM_START, CAPS and SEGMENT before the first buffer. */
  for (guint i = 0; i < rig->items->len; i++)
    if (g_array_index (rig->items, Item, i).event == type)
      g_array_index (rig->items, Item, i).event = GST_EVENT_CUSTOM_DOWNSTREAM;
  rig_event (rig, event);
  assert_run (rig, 0, rig_find_event (rig, type), T0, OFF0, content, N);
  rig_free (rig);
}

GST_START_TEST (eos_segment_segment_done_stream_start_and_gap_drain)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  assert_event_drains (elements[__i__], gst_event_new_eos ());
  assert_event_drains (elements[__i__], gst_event_new_segment (&segment));
  assert_event_drains (elements[__i__],
                       gst_event_new_segment_done (GST_FORMAT_TIME, 10 * GST_SECOND));
  assert_event_drains (elements[__i__], gst_event_new_stream_start ("another"));
  assert_event_drains (elements[__i__], gst_event_new_gap (8 * GST_SECOND, GST_SECOND));
}
GST_END_TEST;

/* After `between` the second run starts as on a fresh element, at its own time. */
static void
assert_second_run (Rig *rig, guint from, GstClockTime t0, const float *hot, gsize n)
{
  Rig *fresh;
  RunExpected e = { from, G_MAXUINT, t0, NONE, NULL, n };

  rig_push_run (rig, hot, n, 0, t0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fresh = rig_new (elements[0], RATE, 2);
  rig_push_run (fresh, hot, n, 1024, t0, NONE);
  rig_event (fresh, gst_event_new_eos ());
  e.content = (const float *) (gpointer) fresh->samples->data;
  assert_ok (check_run (rig, &e));
  rig_free (fresh);
}

GST_START_TEST (after_a_drain_the_element_is_as_new)
{
  float *hot = signal_hot (5, N, 2);
  Rig *rig = rig_new (elements[0], RATE, 2);
  guint before;

  rig_push_run (rig, hot, N / 2, 0, 0, NONE);
  rig_segment (rig, 1.0, 50 * GST_SECOND, NONE, 0, 0);
  before = rig->items->len;
  assert_second_run (rig, before, 51 * GST_SECOND, hot, N);
  rig_free (rig);
  g_free (hot);
}
GST_END_TEST;

GST_START_TEST (flush_leaves_no_residue)
{
  static const gsize lengths[] = { 10, 5000 };
  float *hot = signal_hot (6, N, 2);

  for (guint s = 0; s < G_N_ELEMENTS (lengths); s++) {
    Rig *rig = rig_new (elements[0], RATE, 2);

    rig_push_run (rig, hot, lengths[s], 0, T0, OFF0);
    rig_flush (rig);
    rig_forget (rig);
    rig_segment (rig, 1.0, 50 * GST_SECOND, NONE, 0, 0);
    assert_second_run (rig, 0, 51 * GST_SECOND, hot, N);
    rig_free (rig);
  }
  g_free (hot);
}
GST_END_TEST;

GST_START_TEST (flush_after_eos_plays_again)
{
  Rig *rig = rig_new (elements[__i__], RATE, 2);

  rig_push_run (rig, content, N, 0, T0, OFF0);
  rig_event (rig, gst_event_new_eos ());
  rig_flush (rig);
  rig_forget (rig);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, content, N, 0, T0, OFF0);
  rig_event (rig, gst_event_new_eos ());
  assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, OFF0, content, N);
  rig_free (rig);
}
GST_END_TEST;

/* The offset goes on where the new part says. */
static void
assert_jump (const gchar *element, GstClockTime distance, GstBufferFlags flags)
{
  const GstClockTime t1 = frame_time (T0, N, RATE) + distance;
  Rig *rig = rig_new (element, RATE, 2);
  gsize split;
  RunExpected second = { 0, G_MAXUINT, t1, 5, content + 2 * N, N };

  rig_push_run (rig, content, N, 0, T0, OFF0);
  rig_push (rig, content + 2 * N, 10, t1, 5, flags);
  for (split = rig->items->len; split > 0; split--)
    if (g_array_index (rig->items, Item, split - 1).pts < t1)
      break;
  assert_run (rig, 0, split, T0, OFF0, content, N);
  rig_push_run (rig, content + 2 * (N + 10), N - 10, 0, frame_time (t1, 10, RATE), 15);
  rig_event (rig, gst_event_new_eos ());
  second.from = split;
  assert_ok (check_run (rig, &second));
  rig_free (rig);
}

GST_START_TEST (timestamp_jump_drains_and_is_flagged)
{
  assert_jump (elements[__i__], GST_SECOND, GST_BUFFER_FLAG_DISCONT);
  assert_jump (elements[__i__], 45 * GST_MSECOND, 0); /* the limit is 40 ms ... */
  assert_jump (elements[__i__], 2 * GST_MSECOND, GST_BUFFER_FLAG_DISCONT); /* ... or 1 ms */
}
GST_END_TEST;

/* Also with the timestamps of a container that has whole milliseconds only. */
GST_START_TEST (discont_flag_on_contiguous_input_changes_nothing)
{
  for (guint coarse = 0; coarse < 2; coarse++) {
    Rig *rig = rig_new (elements[__i__], RATE, 2);

    for (guint i = 0; i < 30; i++) {
      GstClockTime pts = frame_time (T0, i * 1000, RATE);

      if (coarse && i > 0)
        pts = pts / GST_MSECOND * GST_MSECOND;
      rig_push (rig, content + 2 * i * 1000, 1000, pts, OFF0 + i * 1000,
                GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_RESYNC);
    }
    rig_event (rig, gst_event_new_eos ());
    assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, OFF0, content, 30000);
    rig_free (rig);
  }
}
GST_END_TEST;

/* 20 ms of jitter is not a jump: the frames keep their distance from the first. */
GST_START_TEST (timestamp_jitter_is_smoothed)
{
  Rig *rig = rig_new (elements[__i__], RATE, 2);

  for (guint i = 0; i < 30; i++)
    rig_push (rig, content + 2 * i * 1000, 1000,
              frame_time (T0, i * 1000, RATE) + (i % 2 ? 20 * GST_MSECOND : 0), OFF0 + i * 1000, 0);
  rig_event (rig, gst_event_new_eos ());
  assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, OFF0, content, 30000);
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (new_caps_drain_in_the_old_format)
{
  static const struct {
    guint rate, channels;
  } formats[] = { { 48000, 2 }, { RATE, 1 }, { 96000, 6 } };

  for (guint f = 0; f < G_N_ELEMENTS (formats); f++) {
    Rig *rig = rig_new (elements[__i__], RATE, 2);
    gint caps;
    RunExpected second = { 0, G_MAXUINT, 9 * GST_SECOND, NONE, content, 5000 };

    rig_push_run (rig, content, N, 0, T0, OFF0);
    g_array_index (rig->items, Item, rig_find_event (rig, GST_EVENT_CAPS)).event =
        GST_EVENT_CUSTOM_DOWNSTREAM;
    rig_set_caps (rig, formats[f].rate, formats[f].channels);
    rig_push_run (rig, content, 5000, 0, 9 * GST_SECOND, NONE);
    rig_event (rig, gst_event_new_eos ());
    caps = rig_find_event (rig, GST_EVENT_CAPS);
    assert_run (rig, 0, caps, T0, OFF0, content, N);
    second.from = caps;
    assert_ok (check_run (rig, &second));
    rig_free (rig);
  }
}
GST_END_TEST;

GST_START_TEST (gap_buffers_are_silence_and_the_flag_does_not_move)
{
  Rig *rig = rig_new (elements[__i__], RATE, 2);
  float *expected = g_memdup2 (content, N * 2 * sizeof (float));

  memset (expected + 2 * 10000, 0, 2 * 500 * sizeof (float));
  rig_push_run (rig, content, 10000, 0, T0, OFF0);
  rig_push (rig, content + 2 * 10000, 500, frame_time (T0, 10000, RATE), OFF0 + 10000,
            GST_BUFFER_FLAG_GAP);
  rig_push_run (rig, content + 2 * 10500, N - 10500, 0, frame_time (T0, 10500, RATE), OFF0 + 10500);
  rig_event (rig, gst_event_new_eos ());
  assert_run (rig, 0, rig_find_event (rig, GST_EVENT_EOS), T0, OFF0, expected, N);
  g_free (expected);
  rig_free (rig);
}
GST_END_TEST;

/* Backwards each buffer stands alone: it comes out whole, at once, as a fresh element plays it.
 * (Two halves would reach the sink in the wrong order.) */
GST_START_TEST (reverse_playback_keeps_buffers_whole)
{
  static const gsize sizes[] = { 4000, 30, 1, 1024 };
  float *hot = signal_hot (8, N, 2);
  Rig *rig = rig_new (elements[__i__], RATE, 2);
  gsize at = 20000, out = 0;

  rig_segment (rig, -1.0, 0, 10 * GST_SECOND, 0, 0);
  rig_forget (rig);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    Rig *fresh = rig_new (elements[__i__], RATE, 2);
    GstClockTime pts = frame_time (0, at - sizes[s], RATE);
    const Item *item;

    at -= sizes[s];
    rig_push (rig, hot + 2 * at, sizes[s], pts, at, GST_BUFFER_FLAG_DISCONT);
    rig_push_run (fresh, hot + 2 * at, sizes[s], 0, pts, at);
    rig_event (fresh, gst_event_new_eos ());
    fail_unless_equals_int (rig->items->len, s + 1);
    item = &g_array_index (rig->items, Item, s);
    fail_unless_equals_uint64 (item->pts, pts);
    fail_unless_equals_uint64 (item->offset, at);
    fail_unless_equals_uint64 (item->duration, frame_time (0, sizes[s], RATE));
    assert_ok (compare_bits ((const float *) (gpointer) rig->samples->data + out,
                             rig->samples->len - out,
                             (const float *) (gpointer) fresh->samples->data, fresh->samples->len));
    out = rig->samples->len;
    rig_free (fresh);
  }
  rig_free (rig);
  g_free (hot);
}
GST_END_TEST;

GST_START_TEST (checker_catches_planted_faults)
{
  Rig *rig = rig_new (elements[0], RATE, 2);
  RunExpected e = { 0, G_MAXUINT, T0, OFF0, content, N };
  Item *item;

  rig_push_run (rig, content, N, 1000, T0, OFF0);
  rig_event (rig, gst_event_new_eos ());
  assert_ok (check_run (rig, &e));
  item = &g_array_index (rig->items, Item, rig->items->len - 3);
  fail_unless_equals_int (item->event, GST_EVENT_UNKNOWN);

#define PLANT(change, undo)                                                                        \
  change;                                                                                          \
  assert_caught (check_run (rig, &e));                                                             \
  undo;                                                                                            \
  assert_ok (check_run (rig, &e))

  PLANT (item->pts++, item->pts--);
  PLANT (item->duration--, item->duration++);
  PLANT (item->offset++, item->offset--);
  PLANT (item->offset_end++, item->offset_end--);
  PLANT (item->flags ^= GST_BUFFER_FLAG_DISCONT, item->flags ^= GST_BUFFER_FLAG_DISCONT);
  PLANT (item->flags ^= GST_BUFFER_FLAG_GAP, item->flags ^= GST_BUFFER_FLAG_GAP);
  PLANT (item->n_samples -= 2, item->n_samples += 2);
  PLANT (item->event = GST_EVENT_GAP, item->event = GST_EVENT_UNKNOWN);
  PLANT (e.n_frames++, e.n_frames--);
  PLANT (content[0] = -content[0], content[0] = -content[0]);
  rig_free (rig);
}
GST_END_TEST;

static Suite *
delay_line_suite (void)
{
  Suite *s = suite_create ("delay-line");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, checker_catches_planted_faults);
  tcase_add_test (tc, after_a_drain_the_element_is_as_new);
  tcase_add_test (tc, flush_leaves_no_residue);
#define EACH(name) tcase_add_loop_test (tc, name, 0, N_ELEMENTS)
  EACH (frames_keep_count_time_and_offset_at_any_buffer_size);
  EACH (stream_shorter_than_the_delay_comes_out_whole);
  EACH (stream_of_no_frames_gives_no_frames);
  EACH (input_without_timestamps_works);
  EACH (eos_segment_segment_done_stream_start_and_gap_drain);
  EACH (flush_after_eos_plays_again);
  EACH (timestamp_jump_drains_and_is_flagged);
  EACH (discont_flag_on_contiguous_input_changes_nothing);
  EACH (timestamp_jitter_is_smoothed);
  EACH (new_caps_drain_in_the_old_format);
  EACH (gap_buffers_are_silence_and_the_flag_does_not_move);
  EACH (reverse_playback_keeps_buffers_whole);
  return s;
}

GST_CHECK_MAIN (delay_line)
