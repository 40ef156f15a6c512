/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What an application's player does with masterchain in it. Run under GST_TRACERS=leaks and
 * G_DEBUG=fatal-warnings by test_player.py, which makes the files and serves the streams.
 *
 *   player gapless URI...      playbin, the next file at about-to-finish; prints the frames
 *   player pokes URI           seeks, pauses, flushes, stops and starts again
 *   player offset URI          prints where the audible ticks come and how far apart
 *   player line SECONDS LINE   a gst-launch line that ends in `fakesink name=sink`, for so long or to
 *                              EOS
 *
 * It prints `frames N` of what reached the sink; exit 1 with a sentence when something is wrong.
 */
#include <gst/audio/audio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  GstElement *pipeline;
  gchar **next; /* URIs to play after this one */
  guint64 frames;
  guint rate;
  /* Of the newest buffer, to see that nothing is lost between two. */
  GstClockTime end;
  guint gaps;
  GstClockTime first_tick, last_tick;
  guint ticks;
  gdouble worst_ms; /* of a tick against the whole seconds */
  gboolean silent;
  guint zeros; /* in a row */
} Player;

static void
fail (const gchar *why)
{
  g_printerr ("player: %s\n", why);
  exit (1);
}

/* A tick begins where the level rises after silence; ticks are on whole seconds. */
static void
find_ticks (Player *p, GstBuffer *buffer)
{
  GstMapInfo map;
  const float *x;
  gsize n;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  x = (const float *) map.data;
  n = map.size / sizeof (float);
  for (gsize i = 0; i < n; i++) {
    if (fabsf (x[i]) > 0.05f && p->silent) {
      gdouble at = GST_BUFFER_PTS (buffer) / 1e9 + (gdouble) (i / 2) / p->rate;

      p->ticks++;
      p->worst_ms = MAX (p->worst_ms, fabs (at - rint (at)) * 1e3);
      p->silent = FALSE;
    }
    p->zeros = fabsf (x[i]) < 0.001f ? p->zeros + 1 : 0;
    p->silent |= p->zeros > 1000;
  }
  gst_buffer_unmap (buffer, &map);
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Player *p = user_data;
  GstBuffer *buffer;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_BOTH) {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

    if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
      GstCaps *caps;

      gst_event_parse_caps (event, &caps);
      gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", (gint *) &p->rate);
    } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
      p->end = GST_CLOCK_TIME_NONE;
    }
    return GST_PAD_PROBE_OK;
  }
  buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  p->frames += gst_buffer_get_size (buffer) / (2 * sizeof (float));
  if (GST_CLOCK_TIME_IS_VALID (p->end) && !GST_BUFFER_IS_DISCONT (buffer) &&
      (GST_BUFFER_PTS (buffer) + 2 < p->end || GST_BUFFER_PTS (buffer) > p->end + 2))
    p->gaps++;
  p->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  find_ticks (p, buffer);
  return GST_PAD_PROBE_OK;
}

static void
on_about_to_finish (GstElement *playbin, gpointer user_data)
{
  Player *p = user_data;

  if (*p->next)
    g_object_set (playbin, "uri", *p->next++, NULL);
}

static void
watch_sink (Player *p, GstElement *sink)
{
  GstPad *pad = gst_element_get_static_pad (sink, "sink");

  p->end = GST_CLOCK_TIME_NONE;
  p->silent = TRUE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
                     p, NULL);
  gst_object_unref (pad);
}

/* A loudness to start from. Not in the line: gst_parse of GStreamer 1.22 leaks the child of a bin
 * that a line sets a property of. */
static void
prepare (GstElement *chain)
{
  gst_child_proxy_set (GST_CHILD_PROXY (chain), "norm::measured-loudness", -18.0, NULL);
}

/* playbin with masterchain as its audio filter and sinks that show and play nothing. */
static GstElement *
make_playbin (Player *p, const gchar *uri, gboolean sync)
{
  GstElement *playbin = gst_element_factory_make ("playbin", NULL);
  GstElement *filter = gst_element_factory_make ("masterchain", "chain");
  GstElement *sink = gst_parse_bin_from_description (
      sync ? "capsfilter caps=audio/x-raw,format=F32LE,channels=2 ! fakesink name=sink sync=true"
           : "capsfilter caps=audio/x-raw,format=F32LE,channels=2 ! fakesink name=sink sync=false",
      TRUE, NULL);
  GstElement *inner = gst_bin_get_by_name (GST_BIN (sink), "sink");

  watch_sink (p, inner);
  gst_object_unref (inner);
  g_object_set (playbin, "uri", uri, "audio-filter", filter, "audio-sink", sink, "video-sink",
                gst_element_factory_make ("fakesink", NULL), NULL);
  /* Audio and video, without the soft volume, which playbin of GStreamer 1.22 leaks by itself. */
  gst_util_set_object_arg (G_OBJECT (playbin), "flags", "video+audio");
  prepare (filter);
  g_signal_connect (playbin, "about-to-finish", G_CALLBACK (on_about_to_finish), p);
  return p->pipeline = playbin;
}

/* TRUE at EOS, FALSE when the time was over; an error or a warning on the bus ends the program. */
static gboolean
run_for (GstElement *pipeline, GstClockTime time)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  gint64 until = g_get_monotonic_time () + (gint64) (time / 1000);
  gboolean ended = FALSE;

  while (!ended) {
    gint64 left = until - g_get_monotonic_time ();
    GstMessage *message =
        left > 0 ? gst_bus_timed_pop_filtered (bus, left * 1000,
                                               GST_MESSAGE_EOS | GST_MESSAGE_ERROR |
                                                   GST_MESSAGE_WARNING | GST_MESSAGE_LATENCY)
                 : NULL;

    if (message == NULL)
      break;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY) {
      gst_bin_recalculate_latency (GST_BIN (pipeline));
    } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
      ended = TRUE;
    } else if (g_str_has_prefix (GST_OBJECT_NAME (message->src), "playsink")) {
      /* that it has no soft volume, as make_playbin wants it */
    } else {
      GError *error = NULL;
      gchar *debug = NULL;

      if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        gst_message_parse_error (message, &error, &debug);
      else
        gst_message_parse_warning (message, &error, &debug);
      g_printerr ("%s: %s (%s)\n", GST_OBJECT_NAME (message->src), error->message, debug);
      fail ("an error or a warning on the bus");
    }
    gst_message_unref (message);
  }
  gst_object_unref (bus);
  return ended;
}

static void
to_state (GstElement *pipeline, GstState state)
{
  if (gst_element_set_state (pipeline, state) == GST_STATE_CHANGE_FAILURE ||
      gst_element_get_state (pipeline, NULL, NULL, 20 * GST_SECOND) == GST_STATE_CHANGE_FAILURE)
    fail ("a state change failed");
}

static void
gapless (Player *p, gchar **uris)
{
  p->next = uris + 1;
  make_playbin (p, uris[0], FALSE);
  to_state (p->pipeline, GST_STATE_PLAYING);
  if (!run_for (p->pipeline, 60 * GST_SECOND))
    fail ("it did not end");
}

static void
seek (GstElement *pipeline, gdouble seconds, GstSeekFlags flags)
{
  if (!gst_element_seek_simple (pipeline, GST_FORMAT_TIME, flags,
                                (gint64) (seconds * GST_SECOND)) ||
      gst_element_get_state (pipeline, NULL, NULL, 20 * GST_SECOND) == GST_STATE_CHANGE_FAILURE)
    fail ("a seek failed");
}

static void
pokes (Player *p, gchar **uris)
{
  static gchar *none[] = { NULL };
  const GstSeekFlags flush = GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE;

  p->next = none;
  make_playbin (p, uris[0], TRUE);
  to_state (p->pipeline, GST_STATE_PAUSED);
  seek (p->pipeline, 2.0, flush);
  to_state (p->pipeline, GST_STATE_PLAYING);
  run_for (p->pipeline, 200 * GST_MSECOND);
  for (guint i = 0; i < 4; i++) {
    seek (p->pipeline, 0.7 * i, flush);
    run_for (p->pipeline, 60 * GST_MSECOND);
    to_state (p->pipeline, i % 2 ? GST_STATE_PLAYING : GST_STATE_PAUSED);
  }
  to_state (p->pipeline, GST_STATE_READY);
  to_state (p->pipeline, GST_STATE_PLAYING);
  run_for (p->pipeline, 100 * GST_MSECOND);
  p->frames = 0;
  seek (p->pipeline, 3.0, flush); /* from here to the end: these frames are counted */
  if (!run_for (p->pipeline, 30 * GST_SECOND))
    fail ("it did not end");
}

static void
offset (Player *p, gchar **uris)
{
  gapless (p, uris);
  g_print ("ticks %u worst %.3f\n", p->ticks, p->worst_ms);
}

static void
line (Player *p, const gchar *seconds, const gchar *description)
{
  GError *error = NULL;
  GstElement *sink, *chain;

  p->pipeline = gst_parse_launch (description, &error);
  if (error != NULL)
    fail (error->message);
  chain = gst_bin_get_by_name (GST_BIN (p->pipeline), "chain");
  if (chain != NULL)
    prepare (chain);
  gst_clear_object (&chain);
  sink = gst_bin_get_by_name (GST_BIN (p->pipeline), "sink");
  watch_sink (p, sink);
  gst_object_unref (sink);
  gst_element_set_state (p->pipeline, GST_STATE_PLAYING);
  run_for (p->pipeline, (GstClockTime) (g_ascii_strtod (seconds, NULL) * GST_SECOND));
}

int
main (int argc, char **argv)
{
  Player player = { NULL };

  gst_init (&argc, &argv);
  if (argc < 3)
    fail ("usage: player gapless|pokes|offset URI... | line SECONDS LINE");
  if (strcmp (argv[1], "gapless") == 0)
    gapless (&player, argv + 2);
  else if (strcmp (argv[1], "pokes") == 0)
    pokes (&player, argv + 2);
  else if (strcmp (argv[1], "offset") == 0)
    offset (&player, argv + 2);
  else if (strcmp (argv[1], "line") == 0 && argc == 4)
    line (&player, argv[2], argv[3]);
  else
    fail ("unknown task");
  gst_element_set_state (player.pipeline, GST_STATE_NULL);
  gst_object_unref (player.pipeline);
  g_print ("frames %" G_GUINT64_FORMAT " gaps %u\n", player.frames, player.gaps);
  gst_deinit (); /* the leaks tracer speaks now */
  return 0;
}
