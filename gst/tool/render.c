/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "render.h"

#include "chain.h"
#include "error.h"
#include "exact_rate.h"
#include "pipeline.h"
#include "stages.h"

#include <math.h>
#include <string.h>

/* The deepest of the channels or bands. */
static double
deepest (const GstStructure *s, const char *field)
{
  const GValue *array = gst_structure_get_value (s, field);
  double most = 0.0;

  if (!array || !GST_VALUE_HOLDS_ARRAY (array))
    return 0.0;
  for (guint i = 0; i < gst_value_array_get_size (array); i++)
    most = MAX (most, fabs (g_value_get_double (gst_value_array_get_value (array, i))));
  return most;
}

/* Every message tells of its own span; the final one of what is left. */
static void
take_reduction (RenderResult *result, const GstStructure *s)
{
  mdsp_reduction_add (&result->reduction, deepest (s, "gain-reduction"));
}

static void
take_dynamics (DynamicsWork *work, const GstStructure *s)
{
  double clip_db = 0.0;

  mdsp_reduction_add (&work->reduction, deepest (s, "gain-reduction-mean"));
  work->max_db = MAX (work->max_db, deepest (s, "gain-reduction-max"));
  if (gst_structure_get_double (s, "clip", &clip_db))
    work->clip_db = MAX (work->clip_db, clip_db);
}

static void
on_message (GstMessage *message, gpointer user_data)
{
  RenderResult *result = user_data;
  const GstStructure *s;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT || meter_take (&result->meter, message))
    return;
  s = gst_message_get_structure (message);
  if (gst_structure_has_name (s, "truepeaklimit"))
    take_reduction (result, s);
  else if (gst_structure_has_name (s, "masterdyn"))
    take_dynamics (&result->dynamics, s);
}

static char *
tee_name (const RenderEar *ear)
{
  return g_strconcat ("behind-", ear->behind, NULL);
}

/* "loudnorm name=norm ! truepeaklimit name=limit", as far as the job goes. */
static char *
stages_line (const RenderJob *job)
{
  GString *line = g_string_new (NULL);

  for (const Stage *stage = stages; stage->group; stage++) {
    if (job->until && !strcmp (stage->group, job->until))
      break;
    if (!settings_has_stage (job->settings, stage->group))
      continue;
    g_string_append_printf (line, "%s name=%s ! ", stage->factory, stage->group);
    for (guint i = 0; i < job->n_ears; i++)
      if (!strcmp (job->ears[i].behind, stage->group)) {
        g_autofree char *tee = tee_name (&job->ears[i]);

        g_string_append_printf (line, "tee name=%s ! ", tee);
      }
  }
  return g_string_free (line, FALSE);
}

static gboolean
apply_stages (const RenderJob *job, GstElement *bin, GError **error)
{
  gboolean ok = TRUE;

  for (const Stage *stage = stages; stage->group && ok; stage++) {
    GstElement *element = gst_bin_get_by_name (GST_BIN (bin), stage->group);

    if (!element)
      continue;
    ok = settings_apply (job->settings, stage->group, element, error);
    gst_object_unref (element);
  }
  return ok;
}

static gboolean
listen (const RenderJob *job, GstElement *bin, GError **error)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < job->n_ears && ok; i++) {
    g_autofree char *tee = tee_name (&job->ears[i]);

    ok = !settings_has_stage (job->settings, job->ears[i].behind) ||
         listener_attach (bin, tee, &job->ears[i].listener, 1, error);
  }
  return ok;
}

static GstElement *
build_stage (const RenderJob *job, GError **error)
{
  guint from = GST_AUDIO_INFO_RATE (&job->analysis->info);
  g_autofree char *resample =
      job->rate == from
          ? g_strdup ("")
          : g_strdup_printf ("audioresample name=convert quality=10 ! audio/x-raw,rate=%u ! ",
                             job->rate);
  g_autofree char *processing = stages_line (job);
  /* decoding, processing, metering and encoding each have a thread */
  g_autofree char *line =
      g_strdup_printf (CHAIN_TO_FLOAT "%s ! %s%s" CHAIN_QUEUE " ! " CHAIN_METER "meter%s",
                       job->analysis->sound ? "" : " ! " CHAIN_QUEUE, resample, processing,
                       job->target ? " ! " CHAIN_QUEUE : "");
  GstElement *bin = pipeline_parse_bin (line, error);
  GstElement *convert;

  if (!bin)
    return NULL;
  convert = gst_bin_get_by_name (GST_BIN (bin), "convert");
  if (convert) {
    chain_clean (bin, "float");
    exact_rate_attach (convert,
                       gst_util_uint64_scale_round (job->analysis->n_frames, job->rate, from));
    gst_object_unref (convert);
  }
  if (apply_stages (job, bin, error) && listen (job, bin, error))
    return bin;
  gst_object_unref (gst_object_ref_sink (bin));
  return NULL;
}

/* What was kept while listening saves decoding it again. */
static GstElement *
pipeline_from_start (const RenderJob *job, GstElement *stage, FlowCount *decoded, GError **error)
{
  const Sound *sound = job->analysis->sound;
  GstElement *source;

  if (!sound)
    return chain_pipeline_new (job->input, job->stream, stage, decoded, error);
  source = sound_source_new (
      &(SoundPlay){ .sound = sound, .pieces = &sound->whole, .n_pieces = 1, .gain = 1.0f }, error);
  if (source)
    return chain_pipeline_of (source, stage);
  gst_object_unref (gst_object_ref_sink (stage));
  return NULL;
}

static GstElement *
build (const RenderJob *job, FlowCount *decoded, GError **error)
{
  GstElement *stage = build_stage (job, error);
  GstElement *pipeline = stage ? pipeline_from_start (job, stage, decoded, error) : NULL;
  GstElement *end;

  if (!pipeline)
    return NULL;
  end = job->target ? encoder_new (job->target, error)
                    : pipeline_parse_bin ("fakesink sync=false async=false", error);
  if (!end) {
    gst_object_unref (pipeline);
    return NULL;
  }
  gst_bin_add (GST_BIN (pipeline), end);
  gst_element_link (stage, end);
  return pipeline;
}

gboolean
render_run (const RenderJob *job, RenderResult *result, GError **error)
{
  PipelineRun run = { job->label, on_message, result, job->input->name, job->output_name };
  FlowCount decoded;
  GstElement *pipeline;
  gboolean ok;

  memset (result, 0, sizeof *result);
  pipeline = build (job, &decoded, error);
  if (!pipeline)
    return FALSE;
  ok = pipeline_run (pipeline, &run, error);
  gst_object_unref (pipeline); /* closes the file */
  if (ok && !result->meter.valid) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL, "the loudness meter gave no final value.");
    ok = FALSE;
  }
  return ok;
}
