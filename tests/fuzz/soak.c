/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Memory over a long stream: noise through three elements, or with --chain through masterchain with
 * all of its children at work, as fast as it goes, all messages on. Times are STREAM time. The
 * resident size is read after --settle minutes and at the end; exit 1 when it grew by --limit
 * megabytes or more, 2 when something else went wrong.
 *
 *   soak [--chain] [--minutes 600] [--settle 10] [--limit 16] [--leak]
 *
 * --leak plants a fault: every message is kept.
 */
#include <gst/gst.h>
#include <unistd.h>

#define SOURCE                                                                                     \
  "audiotestsrc wave=pink-noise volume=0.9 samplesperbuffer=4800 num-buffers=%d ! "                \
  "audio/x-raw,rate=48000,channels=2 ! audioconvert ! "

#define ELEMENTS                                                                                   \
  "loudnorm mode=linear measured-loudness=-18 ! truepeaklimit ceiling=-2 ! "                       \
  "loudnessmeter tags=true ! "

/* A bell, four bands that compress, the bass to one, a slow gain with a range to draw together. */
#define CHAIN                                                                                      \
  "masterchain eq::band0::enabled=true eq::band0::frequency=3000 eq::band0::gain=3 "               \
  "dyn::num-bands=4 dyn::band0::threshold=-40 dyn::band0::ratio=2 dyn::band3::threshold=-40 "      \
  "dyn::band3::ratio=2 stereo::bass-mono-frequency=120 stereo::width-high=1.2 norm::mode=live "    \
  "norm::loudness-range-target=6 loudness-target=-10 meter::tags=true meter::stereo-bands=true ! "

#define SINK "fakesink name=sink"

static gint minutes = 600, settle = 10;
static gdouble limit_mb = 16.0;
static gboolean leak = FALSE, chain = FALSE;

static const GOptionEntry options[] = {
  { "chain", 'c', 0, G_OPTION_ARG_NONE, &chain, "masterchain instead of three elements", NULL },
  { "minutes", 'm', 0, G_OPTION_ARG_INT, &minutes, "stream time to play", "N" },
  { "settle", 's', 0, G_OPTION_ARG_INT, &settle, "stream time before the first reading", "N" },
  { "limit", 'l', 0, G_OPTION_ARG_DOUBLE, &limit_mb, "growth that fails, in MB", "MB" },
  { "leak", 0, 0, G_OPTION_ARG_NONE, &leak, "keep every message", NULL },
  { NULL, 0, 0, 0, NULL, NULL, NULL }
};

typedef struct {
  gdouble settled_mb, end_mb;
  guint64 messages; /* atomic by the sync handler's one thread */
  gboolean final;
} Soak;

static gdouble
resident_mb (void)
{
  gchar *text = NULL;
  gdouble mb = -1.0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL)) {
    gchar **words = g_strsplit (text, " ", -1);

    mb = g_ascii_strtod (words[1], NULL) * sysconf (_SC_PAGESIZE) / 1048576.0;
    g_strfreev (words);
  }
  g_free (text);
  return mb;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Soak *soak = user_data;
  gboolean final;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return GST_BUS_PASS;
  soak->messages++;
  if (gst_structure_get_boolean (gst_message_get_structure (message), "final", &final))
    soak->final |= final;
  if (leak)
    gst_message_ref (message);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Soak *soak = user_data;
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));

  if (soak->settled_mb == 0.0 && pts >= (GstClockTime) settle * 60 * GST_SECOND)
    soak->settled_mb = resident_mb ();
  return GST_PAD_PROBE_OK;
}

/* Plays to the end; FALSE after an error. */
static gboolean
play (Soak *soak)
{
  gchar *line = chain ? g_strdup_printf (SOURCE CHAIN SINK, minutes * 600)
                      : g_strdup_printf (SOURCE ELEMENTS SINK, minutes * 600);
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  gboolean ok;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, soak, NULL);
  gst_bus_set_sync_handler (bus, on_message, soak, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ok = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  soak->end_mb = resident_mb ();
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pad);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  g_free (line);
  return ok;
}

int
main (int argc, char **argv)
{
  GOptionContext *context = g_option_context_new ("- memory over a long stream");
  GError *error = NULL;
  Soak soak = { 0.0, 0.0, 0, FALSE };
  gint64 start = g_get_monotonic_time ();
  gdouble grown;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || minutes <= settle) {
    g_printerr ("soak: %s\n", error != NULL ? error->message : "--minutes must exceed --settle");
    return 2;
  }
  if (resident_mb () <= 0.0) {
    g_print ("skipped: this system has no /proc/self/statm\n");
    return 77;
  }
  if (!play (&soak) || soak.settled_mb <= 0.0 || !soak.final ||
      soak.messages < (guint64) minutes * 600 * (chain ? 5 : 3)) {
    g_printerr ("soak: the stream did not play to its end, %" G_GUINT64_FORMAT " messages\n",
                soak.messages);
    return 2;
  }
  grown = soak.end_mb - soak.settled_mb;
  g_print ("%d minutes of stream in %.0f s, %" G_GUINT64_FORMAT
           " messages: %.1f MB at minute %d, %+.2f MB at the end (limit %.1f)\n",
           minutes, (g_get_monotonic_time () - start) / 1e6, soak.messages, soak.settled_mb, settle,
           grown, limit_mb);
  g_option_context_free (context);
  return grown < limit_mb ? 0 : 1;
}
