/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnorm mode=file in the stream: nothing comes out before the end, then all of it, in its place in
 * time; it ends soon when it is told to; no file is left, and what can not be done is an error.
 */
#include "tone.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define N (2 * RATE)

static float *content;
static gchar *folder;

static void
setup (void)
{
  content = signal_noise (3, 2 * N, 2, 0.1f);
  folder = g_dir_make_tmp ("loudnorm-XXXXXX", NULL);
}

static void
teardown (void)
{
  g_free (content);
  fail_unless_equals_int (g_rmdir (folder), 0); /* fails when something was left in it */
  g_free (folder);
}

static Rig *
file_rig (const gchar *more)
{
  gchar *launch =
      g_strdup_printf ("loudnorm mode=file temp-template=%s/spool-XXXXXX %s", folder, more);
  Rig *rig = rig_new (launch, RATE, 2);

  gst_harness_set_live (rig->h, FALSE);
  g_free (launch);
  return rig;
}

/* Open files of this process in the folder. */
static guint
open_files (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    gchar *path = g_build_filename ("/proc/self/fd", name, NULL);
    gchar *target = g_file_read_link (path, NULL);

    n += target != NULL && g_str_has_prefix (target, folder);
    g_free (target);
    g_free (path);
  }
  g_dir_close (dir);
  return n;
}

static guint
files_in_folder (void)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

static GstMessage *
first_error (Rig *rig)
{
  rig_collect (rig);
  for (guint i = 0; i < rig->messages->len; i++)
    if (GST_MESSAGE_TYPE (g_ptr_array_index (rig->messages, i)) == GST_MESSAGE_ERROR)
      return g_ptr_array_index (rig->messages, i);
  return NULL;
}

static void
assert_error (Rig *rig, GQuark domain, gint code, const gchar *word)
{
  GstMessage *message = first_error (rig);
  GError *error = NULL;

  fail_unless (message != NULL, "no error");
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s", error->message);
  fail_unless (strstr (error->message, word) != NULL, "'%s' lacks %s", error->message, word);
  g_error_free (error);
}

static guint
progress_of (Rig *rig, GstProgressType type)
{
  guint n = 0;

  rig_collect (rig);
  for (guint i = 0; i < rig->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (rig->messages, i);
    GstProgressType is;

    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_PROGRESS)
      continue;
    gst_message_parse_progress (message, &is, NULL, NULL);
    n += is == type;
  }
  return n;
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

GST_START_TEST (flush_drops_the_programme)
{
  Rig *rig = file_rig ("loudness-target=-30"), *fresh = file_rig ("loudness-target=-30");

  rig_push_run (rig, content + N, N / 2, 1000, 0, NONE);
  rig_flush (rig);
  fail_unless_equals_int (open_files (), 0);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_CANCELED), 1);
  fail_unless_equals_uint64 (rig_frames (rig), 0);
  rig_forget (rig);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, content, N, 1000, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  rig_push_run (fresh, content, N, 1000, 0, NONE);
  rig_event (fresh, gst_event_new_eos ());
  assert_ok (compare_bits ((const float *) (gpointer) rig->samples->data, rig->samples->len,
                           (const float *) (gpointer) fresh->samples->data, 2 * N));
  rig_free (rig);
  rig_free (fresh);
}
GST_END_TEST;

static gpointer
send_eos (gpointer data)
{
  gst_harness_push_event (((Rig *) data)->h, gst_event_new_eos ());
  return NULL;
}

/* Half a minute that has to be tried ten times: long enough to be caught in the act. */
GST_START_TEST (flush_and_state_change_end_the_search)
{
  Rig *rig = file_rig ("loudness-target=9");
  GThread *thread;
  gint64 began, took;

  for (guint i = 0; i < 25; i++)
    rig_push_run (rig, content, N, 4800, 2 * i * GST_SECOND, NONE);
  thread = g_thread_new ("eos", send_eos, rig);
  while (progress_of (rig, GST_PROGRESS_TYPE_CONTINUE) < 2)
    g_usleep (1000);
  began = g_get_monotonic_time ();
  if (__i__ == 0)
    rig_event (rig, gst_event_new_flush_start ());
  else
    gst_element_set_state (rig->element, GST_STATE_NULL);
  g_thread_join (thread);
  took = g_get_monotonic_time () - began;
  /* It is asked every 512 frames. */
  fail_unless (took < G_USEC_PER_SEC / 2, "%d ms", (int) (took / 1000));
  fail_unless_equals_uint64 (rig_frames (rig), 0);
  if (__i__ == 0)
    rig_event (rig, gst_event_new_flush_stop (TRUE));
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_CANCELED), 1);
  fail_unless_equals_int (open_files (), 0);
  fail_unless (first_error (rig) == NULL);
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (state_change_while_it_reads_leaves_nothing)
{
  Rig *rig = file_rig ("");

  rig_push_run (rig, content, N, 1000, 0, NONE);
  fail_unless_equals_int (open_files (), 1);
  gst_element_set_state (rig->element, GST_STATE_NULL);
  fail_unless_equals_int (open_files (), 0);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_CANCELED), 1);
  rig_free (rig);
}
GST_END_TEST;

/* The limit for file sizes stands for the disk: the same errno class, without root. */
GST_START_TEST (full_disk_is_an_error_and_no_end)
{
  Rig *rig = file_rig ("");
  struct rlimit before, limit;
  GstFlowReturn ret = GST_FLOW_OK;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = 3 << 20;
  setrlimit (RLIMIT_FSIZE, &limit);
  for (guint i = 0; i < 20 && ret == GST_FLOW_OK; i++)
    ret = rig_push (rig, content, N, i * 2 * GST_SECOND, NONE, 0);
  fail_unless_equals_int (ret, GST_FLOW_ERROR);
  assert_error (rig, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT, "temp-template");
  gst_harness_push_event (rig->h, gst_event_new_eos ());
  setrlimit (RLIMIT_FSIZE, &before);
  fail_unless_equals_int (rig_find_event (rig, GST_EVENT_EOS), -1);
  fail_unless_equals_uint64 (rig_frames (rig), 0);
  fail_unless_equals_int (open_files (), 0);
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (folder_that_is_not_there_is_an_error)
{
  Rig *rig = rig_new ("loudnorm mode=file temp-template=/nowhere/at/all-XXXXXX", RATE, 2);

  gst_harness_set_live (rig->h, FALSE);
  fail_unless_equals_int (rig_push (rig, content, 100, 0, NONE, 0), GST_FLOW_ERROR);
  assert_error (rig, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED, "temp-template");
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (live_source_is_told_of_mode_live)
{
  GstElement *pipeline =
      gst_parse_launch ("audiotestsrc is-live=true ! loudnorm mode=file ! fakesink", NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "mode=live") != NULL, "%s", error->message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_error_free (error);
  gst_message_unref (message);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static gboolean
is_seekable (Rig *rig)
{
  GstQuery *query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean seekable = TRUE;

  fail_unless (gst_pad_peer_query (rig->h->sinkpad, query));
  gst_query_parse_seeking (query, NULL, &seekable, NULL, NULL);
  gst_query_unref (query);
  return seekable;
}

GST_START_TEST (seeks_are_refused)
{
  Rig *rig = file_rig ("");

  rig_push_run (rig, content, 1000, 100, 0, NONE);
  fail_unless (!is_seekable (rig));
  fail_unless (!gst_harness_push_upstream_event (
      rig->h, gst_event_new_seek (1.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET,
                                  GST_SECOND, GST_SEEK_TYPE_NONE, 0)));
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), 1000);
  rig_free (rig);
}
GST_END_TEST;

static gint asked_upstream;

static gboolean
count_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_DURATION || GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    asked_upstream++;
  return GST_QUERY_TYPE (query) != GST_QUERY_DURATION && gst_pad_query_default (pad, parent, query);
}

/* As encoders and sinks do with their first buffer. */
static GstPadProbeReturn
ask_on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstQuery *latency = gst_query_new_latency ();
  gint64 duration = 0;

  fail_unless (gst_pad_peer_query_duration (pad, GST_FORMAT_TIME, &duration));
  fail_unless_equals_int64 (duration, 2 * GST_SECOND);
  fail_unless (gst_pad_peer_query_duration (pad, GST_FORMAT_DEFAULT, &duration));
  fail_unless_equals_int64 (duration, N);
  fail_unless (gst_pad_peer_query (pad, latency));
  gst_query_unref (latency);
  *(gboolean *) user_data = TRUE;
  return GST_PAD_PROBE_REMOVE;
}

/* Upstream is inside its push of the end, maybe with a lock that its query handler wants. */
GST_START_TEST (queries_are_answered_without_upstream_while_it_plays_out)
{
  Rig *rig = file_rig ("");
  gboolean asked = FALSE;

  rig_push_run (rig, content, N, 1000, 0, NONE);
  gst_pad_set_query_function (rig->h->srcpad, count_query);
  gst_pad_add_probe (rig->h->sinkpad, GST_PAD_PROBE_TYPE_BUFFER, ask_on_buffer, &asked, NULL);
  asked_upstream = 0;
  rig_event (rig, gst_event_new_eos ());
  fail_unless (asked);
  fail_unless_equals_int (asked_upstream, 0);
  rig_free (rig);
}
GST_END_TEST;

/* NaN is silence, named once; what is left has a loudness. */
GST_START_TEST (samples_that_are_no_numbers_do_not_poison_it)
{
  float *x = g_memdup2 (content, 2 * N * sizeof (float));
  Rig *rig = file_rig ("");

  for (guint i = 0; i < 50; i++)
    x[100 + 1777 * i] = i % 2 ? NAN : -INFINITY;
  rig_push_run (rig, x, N, 441, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), N);
  fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), 1);
  for (gsize i = 0; i < 2 * N; i++)
    fail_unless (isfinite (g_array_index (rig->samples, float, i)));
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
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, one_gain_lands_it);
  tcase_add_test (tc, constraints_are_named);
  tcase_add_test (tc, nothing_to_measure_keeps_its_level);
  tcase_add_test (tc, parts_keep_their_place_in_time);
  tcase_add_test (tc, new_stream_new_caps_and_segment_done_end_a_programme);
  tcase_add_test (tc, flush_drops_the_programme);
  tcase_add_loop_test (tc, flush_and_state_change_end_the_search, 0, 2);
  tcase_add_test (tc, state_change_while_it_reads_leaves_nothing);
  tcase_add_test (tc, full_disk_is_an_error_and_no_end);
  tcase_add_test (tc, folder_that_is_not_there_is_an_error);
  tcase_add_test (tc, live_source_is_told_of_mode_live);
  tcase_add_test (tc, seeks_are_refused);
  tcase_add_test (tc, queries_are_answered_without_upstream_while_it_plays_out);
  tcase_add_test (tc, samples_that_are_no_numbers_do_not_poison_it);
  return s;
}

GST_CHECK_MAIN (loudnorm_file)
