/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "pipeline.h"

#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "stall.h"

#include <errno.h>
#include <gst/pbutils/pbutils.h>
#include <string.h>

static const struct {
  const char *factory;
  const char *package;
} packages[] = {
  { "loudnessmeter",
    "gst-mastering (its plugin was not found: set GST_PLUGIN_PATH to its folder)" },
  { "truepeaklimit",
    "gst-mastering (its plugin was not found: set GST_PLUGIN_PATH to its folder)" },
  { "loudnorm", "gst-mastering (its plugin was not found: set GST_PLUGIN_PATH to its folder)" },
  { "audioconvert", "gstreamer1.0-plugins-base" },
  { "audioresample", "gstreamer1.0-plugins-base" },
  { "decodebin", "gstreamer1.0-plugins-base" },
  { "vorbisenc", "gstreamer1.0-plugins-base" },
  { "opusenc", "gstreamer1.0-plugins-base" },
  { "oggmux", "gstreamer1.0-plugins-base" },
  { "flacenc", "gstreamer1.0-plugins-good" },
  { "lamemp3enc", "gstreamer1.0-plugins-good" },
  { "xingmux", "gstreamer1.0-plugins-ugly" },
  { "id3v2mux", "gstreamer1.0-plugins-good" },
  { "mp4mux", "gstreamer1.0-plugins-good" },
  { "aacparse", "gstreamer1.0-plugins-good" },
  { "vorbisdec", "gstreamer1.0-plugins-base" },
  { "avenc_aac", "gstreamer1.0-libav" },
  { "avdec_aac", "gstreamer1.0-libav" },
  { "avdec_mp3float", "gstreamer1.0-libav" },
  { "avdec_opus", "gstreamer1.0-libav" },
  { "fdkaacenc", "gstreamer1.0-fdkaac" },
  { "faac", "gstreamer1.0-plugins-bad" },
  { "voaacenc", "gstreamer1.0-plugins-bad" },
};

const char *
pipeline_package_of (const char *factory)
{
  for (gsize i = 0; i < G_N_ELEMENTS (packages); i++)
    if (!strcmp (packages[i].factory, factory))
      return packages[i].package;
  return NULL;
}

static void
set_missing (GError **error, const char *factory)
{
  const char *package = pipeline_package_of (factory);

  if (package)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_MISSING,
                 "the GStreamer element '%s' is missing; install the package %s.", factory,
                 package);
  else
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_MISSING,
        "the GStreamer element '%s' is missing; install the GStreamer plugins that have it.",
        factory);
}

GstElement *
pipeline_make (const char *factory, const char *name, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, name);

  if (!element)
    set_missing (error, factory);
  return element;
}

GstElement *
pipeline_parse_bin (const char *line, GError **error)
{
  GstParseContext *context = gst_parse_context_new ();
  g_autoptr (GError) parse_error = NULL;
  GstElement *bin = gst_parse_bin_from_description_full (line, TRUE, context,
                                                         GST_PARSE_FLAG_FATAL_ERRORS, &parse_error);
  g_auto (GStrv) missing = gst_parse_context_get_missing_elements (context);

  gst_parse_context_free (context);
  if (bin)
    return bin;
  if (missing && missing[0])
    set_missing (error, missing[0]);
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL, "cannot build '%s': %s", line,
                 parse_error ? parse_error->message : "unknown reason");
  return NULL;
}

typedef struct {
  char *missing; /* what a missing-plugin message said last */
} RunState;

static gboolean
is_resource (const GError *e, int code)
{
  return g_error_matches (e, GST_RESOURCE_ERROR, code);
}

static gboolean
is_missing_decoder (const GError *e)
{
  return g_error_matches (e, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) ||
         g_error_matches (e, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND);
}

/* decodebin names what it could not decode in its debug text; without sound among it nothing is
 * missing but sound. */
static void
set_missing_decoder (GError **error, const RunState *state, const char *debug)
{
  const char *missing = state->missing ? state->missing : "an audio codec";

  if (!state->missing && !(debug && strstr (debug, "(audio/"))) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT, "there is no sound in this file.");
    return;
  }
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "no decoder for it is installed (%s); install gstreamer1.0-plugins-good, "
               "gstreamer1.0-plugins-bad, gstreamer1.0-plugins-ugly and gstreamer1.0-libav.",
               missing);
}

/* Elements have the errno of a failed write in words only; 0 when it is none of these. */
static int
write_errno (const GError *e, const char *debug)
{
  static const int known[] = { EFBIG, EDQUOT, EIO };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strstr (e->message, g_strerror (known[i])) ||
        (debug && strstr (debug, g_strerror (known[i]))))
      return known[i];
  return 0;
}

static void
set_write_error (GError **error, const PipelineRun *run, const GError *e, const char *debug)
{
  const int number = write_errno (e, debug);

  g_set_error (
      error, TOOL_ERROR, TOOL_ERROR_OUTPUT, "writing %s failed (%s); %s. Nothing was left behind.",
      run->output_name ? run->output_name : "the file", number ? g_strerror (number) : e->message,
      tool_write_advice (number, "free some space or choose another place with -o"));
}

static void
translate_error (GstMessage *message, const PipelineRun *run, const RunState *state, GError **error)
{
  g_autoptr (GError) e = NULL;
  g_autofree char *debug = NULL;
  const char *in = run->input_name ? run->input_name : "the input";

  gst_message_parse_error (message, &e, &debug);
  GST_DEBUG ("%s (%s)", e->message, debug);

  if (e->domain == TOOL_ERROR) {
    g_propagate_error (error, g_steal_pointer (&e));
  } else if (is_resource (e, GST_RESOURCE_ERROR_NO_SPACE_LEFT) ||
             is_resource (e, GST_RESOURCE_ERROR_WRITE)) {
    set_write_error (error, run, e, debug);
  } else if (is_resource (e, GST_RESOURCE_ERROR_READ)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT, "reading %s failed: %s", in, e->message);
  } else if (is_missing_decoder (e)) {
    set_missing_decoder (error, state, debug);
  } else if (g_error_matches (e, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND) ||
             g_error_matches (e, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE)) {
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_INPUT,
        "this is not an audio file that can be read; export it from your music program as WAV or "
        "FLAC.");
  } else if (e->domain == GST_STREAM_ERROR) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "the file is damaged or not what its name says (%s); export or copy it again.",
                 e->message);
  } else {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL, "%s (%s)", e->message,
                 debug ? debug : "no details");
  }
}

static void
show_progress (GstElement *pipeline, const PipelineRun *run)
{
  gint64 position = -1, duration = -1;

  if (!run->label)
    return;
  gst_element_query_position (pipeline, GST_FORMAT_TIME, &position);
  gst_element_query_duration (pipeline, GST_FORMAT_TIME, &duration);
  progress_show (run->label,
                 position >= 0 && duration > 0 ? (double) position / (double) duration : -1.0);
}

/* TRUE when the run is over. */
static gboolean
handle (GstElement *pipeline, GstMessage *message, const PipelineRun *run, RunState *state,
        GError **error)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      translate_error (message, run, state, error);
      return TRUE;
    case GST_MESSAGE_EOS:
      return TRUE;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (pipeline));
      return FALSE;
    case GST_MESSAGE_ELEMENT:
      if (gst_is_missing_plugin_message (message)) {
        g_free (state->missing);
        state->missing = gst_missing_plugin_message_get_description (message);
      }
      G_GNUC_FALLTHROUGH;
    case GST_MESSAGE_TAG:
    case GST_MESSAGE_WARNING:
      if (run->on_message)
        run->on_message (message, run->user_data);
      return FALSE;
    default:
      return FALSE;
  }
}

gboolean
pipeline_run (GstElement *pipeline, const PipelineRun *run, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  RunState state = { NULL };
  GError *failure = NULL;
  gint64 last_shown = 0;
  gboolean over = FALSE;
  Stall stall;

  stall_watch (&stall, pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!over && interrupt_check (&failure)) {
    GstMessage *message = gst_bus_timed_pop (bus, STALL_POLL_MS * GST_MSECOND);
    gint64 now = g_get_monotonic_time ();

    if (message) {
      over = handle (pipeline, message, run, &state, &failure);
      gst_message_unref (message);
    } else {
      over = !stall_check (&stall, run->input_name, &failure);
    }
    if (now - last_shown >= 100 * G_TIME_SPAN_MILLISECOND) {
      show_progress (pipeline, run);
      last_shown = now;
    }
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  stall_unwatch (&stall);
  if (run->label) /* one that runs beside others shows nothing */
    progress_clear ();
  g_free (state.missing);
  if (failure) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  return TRUE;
}
