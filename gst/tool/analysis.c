/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "analysis.h"

#include "chain.h"
#include "error.h"
#include "flac_probe.h"
#include "mp3_probe.h"
#include "pipeline.h"

#include <math.h>
#include <string.h>

/* Half an hour of stereo at 48 kHz, by all that run at once; and what their disk keeps free for the masters. */
#define MAX_KEPT_BYTES (G_GUINT64_CONSTANT (700) * 1000 * 1000)

static void
take_tags (Analysis *a, GstMessage *message)
{
  GstTagList *tags = NULL, *merged;

  gst_message_parse_tag (message, &tags);
  merged = gst_tag_list_merge (a->tags, tags, GST_TAG_MERGE_KEEP);
  gst_tag_list_unref (a->tags);
  gst_tag_list_unref (tags);
  a->tags = merged;
}

static void
on_message (GstMessage *message, gpointer user_data)
{
  Analysis *a = user_data;
  Meter meter = { 0 };

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_TAG) {
    take_tags (a, message);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && meter_take (&meter, message)) {
    g_autofree char *name = gst_object_get_name (GST_MESSAGE_SRC (message));

    if (!strcmp (name, "second"))
      a->second_opinion = meter.loudness;
    else
      a->meter = meter;
  }
}

static gboolean
codec_is_lossy (const GstTagList *tags)
{
  static const char *const lossless[] = { "FLAC",     "PCM",          "ALAC",   "Apple Lossless",
                                          "WavPack",  "Uncompressed", "Monkey", "TTA",
                                          "Lossless", "lossless" };
  g_autofree char *codec = NULL;

  if (!gst_tag_list_get_string (tags, GST_TAG_AUDIO_CODEC, &codec))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (lossless); i++)
    if (strstr (codec, lossless[i]))
      return FALSE;
  return TRUE;
}

/* The samples that the header promises at least; 0 when it does not say. */
static guint64
promised_frames (const Input *input)
{
  guint64 promised = flac_total_frames (input->path), mp3;

  if (promised > 0)
    return promised;
  mp3 = mp3_total_frames (input->path);
  return mp3 > MP3_MAX_TRIM_FRAMES ? mp3 - MP3_MAX_TRIM_FRAMES : 0;
}

/* What only the decoded length can tell. */
static gboolean
check_length (const Input *input, Analysis *a, gboolean accept_damaged, GError **error)
{
  guint64 promised = promised_frames (input);

  if (a->n_frames == 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "there is no sound in it (0 samples); export it again.");
    return FALSE;
  }
  a->is_short = input->is_damaged || promised > a->n_frames;
  if (promised > a->n_frames && !accept_damaged) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "the file is cut short or damaged: its header promises %" G_GUINT64_FORMAT
                 " samples, %" G_GUINT64_FORMAT
                 " could be read. Export or copy it again; to master what is "
                 "there, add --accept-damaged.",
                 promised, a->n_frames);
    return FALSE;
  }
  return TRUE;
}

static gboolean
finish (Analysis *a, const Input *input, const FlowCount *decoded, const FlowCount *flow,
        gboolean accept_damaged, GError **error)
{
  a->source_format = GST_AUDIO_INFO_FORMAT (&decoded->info);
  a->info = flow->info;
  a->n_frames = flow_count_frames (flow);
  a->lossy = codec_is_lossy (a->tags);
  if (!check_length (input, a, accept_damaged, error))
    return FALSE;
  if (!a->meter.valid) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL, "the loudness meter gave no final value.");
    return FALSE;
  }
  return TRUE;
}

static gboolean
attach_all (GstElement *bin, const GArray *listeners, GError **error)
{
  return listeners->len == 0 ||
         listener_attach (bin, "split", (const Listener *) (gpointer) listeners->data,
                          listeners->len, error);
}

static void
add (GArray *listeners, Listener listener)
{
  g_array_append_val (listeners, listener);
}

/* Those of the caller and our own, on two threads that have about as much to do: the stereo field and
 * the devices are the half of it. */
static gboolean
add_listeners (GstElement *bin, const AnalysisOptions *options, Ear *ear, Analysis *a,
               GError **error)
{
  g_autoptr (GArray) wide = g_array_new (FALSE, FALSE, sizeof (Listener));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (Listener));

  if (options->n_listeners > 0)
    g_array_append_vals (others, options->listeners, options->n_listeners);
  if (ear)
    add (others, ear_listener (ear));
  if (a->levels)
    add (others, levels_listener (a->levels));
  if (a->sound)
    add (others, sound_listener (a->sound));
  if (a->stereo)
    add (wide, stereo_field_listener (a->stereo));
  if (a->translation)
    add (wide, translation_listener (a->translation));
  return attach_all (bin, wide, error) && attach_all (bin, others, error);
}

/* One tee, so that the meters run beside each other. */
static GstElement *
build_stage (const AnalysisOptions *options, Ear *ear, Analysis *a, GError **error)
{
  g_autofree char *line = g_strdup_printf (
      CHAIN_TO_FLOAT " ! tee name=split  split. ! " CHAIN_QUEUE " ! " CHAIN_METER
                     "meter ! fakesink sync=false async=false %s",
      options->second_opinion ? "split. ! " CHAIN_QUEUE " ! " CHAIN_METER "second "
                                "engine=libebur128 ! fakesink sync=false async=false"
                              : "");
  GstElement *bin = pipeline_parse_bin (line, error);

  if (!bin || add_listeners (bin, options, ear, a, error))
    return bin;
  gst_object_unref (gst_object_ref_sink (bin));
  return NULL;
}

static gboolean
run_pipeline (GstElement *pipeline, const PipelineRun *run, Analysis *a, GError **error)
{
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  gboolean ok = pipeline_run (pipeline, run, error);

  a->n_streams = MAX (input_source_n_streams (source), 1);
  gst_object_unref (source);
  gst_object_unref (pipeline);
  return ok;
}

/* Only saves time: of what is longer, and where the disk has no room to spare, the decoder gives the same
 * once more. */
static Sound *
keep_sound (guint n_at_once)
{
  Sound *sound = sound_new (NULL);

  if (sound) {
    sound->max_bytes = MAX_KEPT_BYTES / n_at_once;
    sound->leave_bytes = MAX_KEPT_BYTES;
  }
  return sound;
}

/* Elements begin anew behind a gap in the timestamps, and kept sound has none: such a file is decoded for
 * each pass. */
static void
finish_sound (Analysis *a, const FlowCount *flow)
{
  if (a->sound && (flow->jumps || !sound_finish (a->sound, NULL)))
    g_clear_pointer (&a->sound, sound_free);
}

Analysis *
analysis_run (const Input *input, const AnalysisOptions *options, GError **error)
{
  g_autoptr (Analysis) a = g_new0 (Analysis, 1);
  g_autoptr (Ear) ear = options->spectrum ? ear_new () : NULL;
  PipelineRun run = { options->label, on_message, a, input->name, NULL };
  FlowCount decoded, flow;
  GstElement *stage, *pipeline;

  a->tags = gst_tag_list_new_empty ();
  a->second_opinion = NAN;
  if (options->translate) {
    GPtrArray *devices = device_list (options->devices, error);

    if (!devices)
      return NULL;
    a->translation = translation_new (devices);
  }
  if (options->stereo)
    a->stereo = stereo_field_new ();
  if (options->levels)
    a->levels = levels_new ();
  if (options->keep_sound)
    a->sound = keep_sound (options->keep_sound);
  stage = build_stage (options, ear, a, error);
  if (!stage)
    return NULL;
  chain_count (stage, "float", "src", &flow);
  pipeline = chain_pipeline_new (input, options->stream, stage, &decoded, error);
  if (!pipeline || !run_pipeline (pipeline, &run, a, error) ||
      !finish (a, input, &decoded, &flow, options->accept_damaged, error))
    return NULL;
  if (ear) {
    ear_finish (ear, &a->spectrum);
    a->plateau_share = ear_plateau_share (ear);
  }
  if (a->translation)
    translation_finish (a->translation);
  if (a->stereo)
    stereo_field_finish (a->stereo);
  if (a->levels)
    levels_finish (a->levels);
  finish_sound (a, &flow);
  return g_steal_pointer (&a);
}

void
analysis_free (Analysis *a)
{
  if (!a)
    return;
  g_clear_pointer (&a->tags, gst_tag_list_unref);
  translation_free (a->translation);
  stereo_field_free (a->stereo);
  levels_free (a->levels);
  sound_free (a->sound);
  g_free (a);
}

double
analysis_seconds (const Analysis *a)
{
  return (double) a->n_frames / GST_AUDIO_INFO_RATE (&a->info);
}

/* A gating block of ITU-R BS.1770 has 400 ms. */
const char *
analysis_no_loudness (const Analysis *a)
{
  return analysis_seconds (a) < 0.4 ? "it is shorter than the 0.4 seconds that a loudness takes"
                                    : "it is silent: nothing in it is over -70 LUFS";
}
