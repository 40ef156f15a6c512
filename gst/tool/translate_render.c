/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "translate_render.h"

#include "chain.h"
#include "encoder.h"
#include "error.h"
#include "names.h"
#include "output.h"
#include "part_file.h"
#include "pipeline.h"

#include "kernels/dmath.h"

#include <math.h>
#include <string.h>

/* Between what the meter of four times the rate sees and what is between its points. */
#define PEAK_MARGIN_DB 0.1

/* --- a device in a pipeline ---------------------------------------------------------------------- */

/* Filters and scales the buffers that flow over a pad. */
typedef struct {
  const Device *device; /* NULL: the gain alone */
  double noise_lufs;
  float gain;
  GstAudioInfo info;
  MdspPlayback playback;
  gboolean ready;
  float planes[2][MDSP_MAX_BLOCK + MDSP_PAD];
} DeviceFilter;

static void
start (DeviceFilter *f, const GstCaps *caps)
{
  MdspPlaybackParams params;

  if (f->ready || !gst_audio_info_from_caps (&f->info, caps))
    return;
  f->ready = TRUE;
  if (!f->device)
    return;
  params = f->device->params;
  params.noise_lufs = f->noise_lufs;
  f->ready = mdsp_playback_init (&f->playback, &params, GST_AUDIO_INFO_RATE (&f->info),
                                 mdsp_kernels_get ()) == MDSP_OK;
}

static void
filter_block (DeviceFilter *f, float *samples, guint n)
{
  const MdspKernels *k = mdsp_kernels_get ();
  guint channels = GST_AUDIO_INFO_CHANNELS (&f->info);
  float *planes[2] = { f->planes[0], f->planes[channels - 1] };

  k->deinterleave_f32 (planes, samples, channels, n);
  for (guint c = 0; c < channels; c++)
    k->sanitize_f32 (planes[c], n);
  if (f->device)
    mdsp_playback_process (&f->playback, planes, n);
  for (guint c = 0; c < channels; c++)
    k->gain_f32 (planes[c], planes[c], f->gain, n);
  k->interleave_f32 (samples, (const float *const *) planes, channels, n);
}

static GstBuffer *
filter_buffer (DeviceFilter *f, GstBuffer *buffer)
{
  guint channels = GST_AUDIO_INFO_CHANNELS (&f->info);
  GstMapInfo map;

  buffer = gst_buffer_make_writable (buffer);
  if (!gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return buffer;
  for (gsize done = 0, all = map.size / (channels * sizeof (float)), n; done < all; done += n) {
    n = MIN (all - done, MDSP_MAX_BLOCK);
    filter_block (f, (float *) (gpointer) map.data + done * channels, n);
  }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static GstPadProbeReturn
on_flow (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  DeviceFilter *f = user_data;
  GstCaps *caps;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (!f->ready)
      return GST_PAD_PROBE_DROP;
    GST_PAD_PROBE_INFO_DATA (info) = filter_buffer (f, GST_PAD_PROBE_INFO_BUFFER (info));
  } else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS) {
    gst_event_parse_caps (GST_PAD_PROBE_INFO_EVENT (info), &caps);
    start (f, caps);
  }
  return GST_PAD_PROBE_OK;
}

/* --- a pass --------------------------------------------------------------------------------------- */

typedef struct {
  const Input *input;
  const Analysis *analysis;
  const PreviewOptions *options;
} Job;

static GstElement *
build (const Job *job, DeviceFilter *filter, FlowCount *decoded, const EncoderTarget *target,
       GError **error)
{
  /* the device on one core, meter and encoder on the other */
  GstElement *stage = pipeline_parse_bin (
      CHAIN_TO_FLOAT " ! capsfilter name=device ! " CHAIN_QUEUE " ! " CHAIN_METER "meter", error);
  GstElement *pipeline, *end, *device;
  GstPad *pad;

  if (!stage)
    return NULL;
  device = gst_bin_get_by_name (GST_BIN (stage), "device");
  pad = gst_element_get_static_pad (device, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_flow,
                     filter, NULL);
  gst_object_unref (pad);
  gst_object_unref (device);
  pipeline = chain_pipeline_new (job->input, job->options->stream, stage, decoded, error);
  if (!pipeline)
    return NULL;
  end = target ? encoder_new (target, error)
               : pipeline_parse_bin ("fakesink sync=false async=false", error);
  if (!end) {
    gst_object_unref (pipeline);
    return NULL;
  }
  gst_bin_add (GST_BIN (pipeline), end);
  gst_element_link (stage, end);
  return pipeline;
}

static void
on_message (GstMessage *message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
    meter_take (user_data, message);
}

static gboolean
run (const Job *job, const Preview *preview, const EncoderTarget *target, Meter *meter,
     GError **error)
{
  PipelineRun pass = { target ? "Rendering" : "Trying", on_message, meter, job->input->name,
                       preview->path };
  g_autofree DeviceFilter *filter = g_new0 (DeviceFilter, 1);
  FlowCount decoded;
  GstElement *pipeline;
  gboolean ok;

  memset (meter, 0, sizeof *meter);
  filter->device = preview->device;
  filter->gain = (float) mdsp_lin_from_db (preview->gain_db);
  if (preview->device)
    filter->noise_lufs = job->analysis->meter.loudness + preview->device->params.noise_lufs;
  pipeline = build (job, filter, &decoded, target, error);
  if (!pipeline)
    return FALSE;
  ok = pipeline_run (pipeline, &pass, error);
  gst_object_unref (pipeline); /* closes the file */
  if (ok && !meter->valid) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INTERNAL, "the loudness meter gave no final value.");
    ok = FALSE;
  }
  return ok;
}

/* --- all of them ----------------------------------------------------------------------------------- */

static void
preview_free (gpointer data)
{
  Preview *preview = data;

  g_free (preview->path);
  g_free (preview);
}

static void
add (Previews *previews, const char *input_name, const Device *device,
     const PreviewOptions *options)
{
  Preview *preview = g_new0 (Preview, 1);

  preview->device = device;
  preview->path = names_in_folder (input_name, options->folder, device ? device->id : "original",
                                   options->format);
  g_ptr_array_add (previews->list, preview);
}

Previews *
previews_new (const char *input_name, const GPtrArray *devices, const PreviewOptions *options)
{
  Previews *previews = g_new0 (Previews, 1);

  previews->list = g_ptr_array_new_with_free_func (preview_free);
  add (previews, input_name, NULL, options);
  for (guint i = 0; i < devices->len; i++)
    add (previews, input_name, devices->pdata[i], options);
  return previews;
}

void
previews_free (Previews *previews)
{
  if (!previews)
    return;
  g_ptr_array_unref (previews->list);
  g_free (previews);
}

gboolean
previews_check (const Previews *previews, const PreviewOptions *options, GError **error)
{
  for (guint i = 0; i < previews->list->len; i++) {
    const Preview *preview = previews->list->pdata[i];

    for (gsize k = 0; options->keep[k]; k++)
      if (strcmp (options->keep[k], "-") && names_same_file (preview->path, options->keep[k])) {
        g_set_error (
            error, TOOL_ERROR, TOOL_ERROR_USAGE,
            "%s would be replaced, and it is one of the files to listen to; choose another "
            "folder with -o.",
            preview->path);
        return FALSE;
      }
    if (!part_file_check (preview->path, options->force, error))
      return FALSE;
  }
  return TRUE;
}

/* The loudness and the peak of each as it comes, and so the highest loudness that all can have. */
static gboolean
find_gains (Previews *previews, const Job *job, GError **error)
{
  g_autofree Meter *meters = g_new0 (Meter, previews->list->len);

  previews->loudness_lufs = job->analysis->meter.loudness;
  for (guint i = 0; i < previews->list->len; i++) {
    Preview *preview = previews->list->pdata[i];
    double room;

    if (!run (job, preview, NULL, &meters[i], error))
      return FALSE;
    preview->is_silent = !meter_has_loudness (&meters[i]);
    room = PREVIEW_CEILING_DBTP - PEAK_MARGIN_DB - meters[i].true_peak_dbtp;
    if (!preview->is_silent)
      previews->loudness_lufs = MIN (previews->loudness_lufs, meters[i].loudness + room);
  }
  for (guint i = 0; i < previews->list->len; i++)
    ((Preview *) previews->list->pdata[i])->gain_db = previews->loudness_lufs - meters[i].loudness;
  return TRUE;
}

static gboolean
render_all (const Previews *previews, const Job *job, GPtrArray *outputs, GError **error)
{
  for (guint i = 0; i < previews->list->len; i++) {
    const Preview *preview = previews->list->pdata[i];
    EncoderTarget target = { .format = *job->options->format,
                             .dither = DITHER_TPDF,
                             .rate = GST_AUDIO_INFO_RATE (&job->analysis->info),
                             .input = job->input,
                             .analysis = job->analysis };
    Output *output;
    Meter meter;

    if (preview->is_silent)
      continue;
    output = output_new (preview->path, job->options->force, error);
    if (!output)
      return FALSE;
    g_ptr_array_add (outputs, output);
    target.path = output_path (output);
    if (!run (job, preview, &target, &meter, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_usable (const Analysis *a, const Format *format, GError **error)
{
  guint rate = GST_AUDIO_INFO_RATE (&a->info);

  if (!meter_has_loudness (&a->meter))
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_INPUT,
        "it has no loudness that others could be matched to (it is silent, or shorter than "
        "0.4 seconds); nothing was rendered.");
  else if (format_delivery_rate (format, rate) != rate)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "this format does not carry %u Hz; choose --format wav.", rate);
  else
    return encoder_check (format, GST_AUDIO_INFO_CHANNELS (&a->info), error);
  return FALSE;
}

static void
discard (gpointer output)
{
  output_discard (output);
}

gboolean
previews_render (Previews *previews, const Input *input, const Analysis *analysis,
                 const PreviewOptions *options, GError **error)
{
  g_autoptr (GPtrArray) outputs = g_ptr_array_new_with_free_func (discard);
  Job job = { input, analysis, options };

  if (!check_usable (analysis, options->format, error) || !find_gains (previews, &job, error) ||
      !render_all (previews, &job, outputs, error))
    return FALSE;
  while (outputs->len > 0)
    if (!output_commit (g_ptr_array_steal_index (outputs, 0), error))
      return FALSE;
  return TRUE;
}
