/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "wav_sink.h"

#include "error.h"
#include "pipeline.h"
#include "wav_layout.h"
#include "wav_meta.h"

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <sndfile.h>
#include <string.h>

/* RIFF sizes are 32 bits; what is left of 4 GiB is for the other chunks. */
#define RIFF_MAX_DATA (G_GUINT64_CONSTANT (0xffffffff) - (64 << 20))

typedef struct {
  SNDFILE *file;
  gboolean failed;
} Writer;

static void
writer_free (gpointer data)
{
  Writer *writer = data;

  if (writer->file)
    sf_close (writer->file);
  g_free (writer);
}

static GstFlowReturn
fail (GstAppSink *sink, Writer *writer, int number)
{
  writer->failed = TRUE;
  GST_ELEMENT_ERROR (sink, RESOURCE, WRITE, ("%s", g_strerror (number ? number : ENOSPC)), (NULL));
  return GST_FLOW_ERROR;
}

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer user_data)
{
  Writer *writer = user_data;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample ? gst_sample_get_buffer (sample) : NULL;
  GstFlowReturn result = GST_FLOW_OK;
  GstMapInfo map;

  if (!sample)
    return GST_FLOW_EOS;
  if (buffer && gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    errno = 0;
    if (sf_write_raw (writer->file, map.data, map.size) != (sf_count_t) map.size)
      result = fail (sink, writer, errno);
    gst_buffer_unmap (buffer, &map);
  }
  gst_sample_unref (sample);
  return result;
}

static void
on_eos (GstAppSink *sink, gpointer user_data)
{
  Writer *writer = user_data;
  int result;

  errno = 0;
  result = sf_close (writer->file); /* writes the final header and the chunks behind the data */
  writer->file = NULL;
  if (result != 0 && !writer->failed)
    fail (sink, writer, errno);
}

static int
container_for (const EncoderTarget *target, guint64 n_frames, guint n_channels)
{
  guint64 bytes = n_frames * n_channels * (target->format.bits / 8);

  if (bytes > RIFF_MAX_DATA)
    return SF_FORMAT_RF64;
  /* WAVE_FORMAT_EXTENSIBLE where Microsoft asks for it: more than two channels. */
  return n_channels > 2 ? SF_FORMAT_WAVEX : SF_FORMAT_WAV;
}

static SNDFILE *
open_file (const EncoderTarget *target, GError **error)
{
  const Analysis *a = target->analysis;
  guint channels = GST_AUDIO_INFO_CHANNELS (&a->info);
  guint64 n_frames =
      gst_util_uint64_scale_ceil (a->n_frames, target->rate, GST_AUDIO_INFO_RATE (&a->info));
  SF_INFO info = { .samplerate = target->rate, .channels = channels };
  SNDFILE *file;

  info.format =
      container_for (target, n_frames, channels) | (target->format.is_float     ? SF_FORMAT_FLOAT
                                                    : target->format.bits == 16 ? SF_FORMAT_PCM_16
                                                                                : SF_FORMAT_PCM_24);
  file = sf_open (target->path, SFM_WRITE, &info);
  if (!file) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT, "cannot write the WAV file: %s",
                 sf_strerror (NULL));
    return NULL;
  }
  if (channels > 2)
    wav_layout_write (file, &a->info);
  /* No PEAK chunk: it carries the time of writing, and two runs must give the same bits. */
  sf_command (file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
  wav_meta_write (file, target);
  return file;
}

GstElement *
wav_sink_new (const EncoderTarget *target, const char *converter, GError **error)
{
  g_autofree char *line = g_strdup_printf ("%s ! appsink name=file sync=false async=false "
                                           "max-buffers=16",
                                           converter);
  GstAppSinkCallbacks callbacks = { .eos = on_eos, .new_sample = on_sample };
  GstElement *bin = pipeline_parse_bin (line, error);
  GstElement *sink;
  Writer *writer;

  if (!bin)
    return NULL;
  writer = g_new0 (Writer, 1);
  writer->file = open_file (target, error);
  if (!writer->file) {
    g_free (writer);
    gst_object_unref (gst_object_ref_sink (bin));
    return NULL;
  }
  sink = gst_bin_get_by_name (GST_BIN (bin), "file");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, writer, writer_free);
  gst_object_unref (sink);
  return bin;
}
