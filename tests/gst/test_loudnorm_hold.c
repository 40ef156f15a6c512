/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnorm mode=file when its stream does not end as planned: it ends soon when it is told to, no file is
 * left, and what can not be done is an error.
 */
#include "hold.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

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
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_ERROR), 1);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_CANCELED), 0);
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
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_START), 1);
  fail_unless_equals_int (progress_of (rig, GST_PROGRESS_TYPE_ERROR), 1);
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (template_without_six_x_is_told_what_it_needs)
{
  Rig *rig = rig_new ("loudnorm mode=file temp-template=/tmp/mine", RATE, 2);

  gst_harness_set_live (rig->h, FALSE);
  fail_unless_equals_int (rig_push (rig, content, 100, 0, NONE, 0), GST_FLOW_ERROR);
  assert_error (rig, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "/tmp/mine-XXXXXX");
  rig_free (rig);
}
GST_END_TEST;

/* The error that the pipeline ends with; g_error_free. */
static GError *
error_of (const gchar *line)
{
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: no error", line);
  gst_message_parse_error (message, &error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return error;
}

GST_START_TEST (live_source_is_told_of_mode_live)
{
  GError *error = error_of ("audiotestsrc is-live=true ! loudnorm mode=file ! fakesink");

  fail_unless (strstr (error->message, "mode=live") != NULL, "%s", error->message);
  g_error_free (error);
}
GST_END_TEST;

/* The end of the stream is an event: there is no call left that a source could see fail. */
GST_START_TEST (an_output_that_leads_nowhere_is_an_error)
{
  GError *error = error_of ("audiotestsrc num-buffers=10 ! audioconvert ! loudnorm mode=file");

  fail_unless (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED), "%s",
               error->message);
  g_error_free (error);
}
GST_END_TEST;

GST_START_TEST (backwards_is_an_error)
{
  Rig *rig = file_rig ("");

  rig_segment (rig, -1.0, 0, 10 * GST_SECOND, 0, 0);
  fail_unless_equals_int (rig_push (rig, content, 1000, 5 * GST_SECOND, NONE, 0), GST_FLOW_ERROR);
  assert_error (rig, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE, "backwards");
  rig_free (rig);
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

static Suite *
loudnorm_hold_suite (void)
{
  Suite *s = suite_create ("loudnorm-hold");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_checked_fixture (tc, hold_setup, hold_teardown);
  tcase_add_test (tc, flush_drops_the_programme);
  tcase_add_loop_test (tc, flush_and_state_change_end_the_search, 0, 2);
  tcase_add_test (tc, state_change_while_it_reads_leaves_nothing);
  tcase_add_test (tc, full_disk_is_an_error_and_no_end);
  tcase_add_test (tc, folder_that_is_not_there_is_an_error);
  tcase_add_test (tc, template_without_six_x_is_told_what_it_needs);
  tcase_add_test (tc, live_source_is_told_of_mode_live);
  tcase_add_test (tc, an_output_that_leads_nowhere_is_an_error);
  tcase_add_test (tc, backwards_is_an_error);
  tcase_add_test (tc, seeks_are_refused);
  tcase_add_test (tc, queries_are_answered_without_upstream_while_it_plays_out);
  return s;
}

GST_CHECK_MAIN (loudnorm_hold)
