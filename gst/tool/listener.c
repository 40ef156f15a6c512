/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "listener.h"

#include "chain.h"
#include "pipeline.h"

#include "kernels/kernels.h"

#include <gst/app/gstappsink.h>
#include <string.h>

/* Frames that are heard at a time: two channels fit a core's first cache. */
#define CHUNK 2048

typedef struct {
  Listener *listeners;
  guint n;
  gboolean begun;
  GstAudioInfo info;
  float **planes; /* a chunk of each channel */
} Audience;

static gboolean
begin (Audience *a, GstCaps *caps)
{
  if (a->begun)
    return TRUE;
  if (!gst_audio_info_from_caps (&a->info, caps))
    return FALSE;
  for (guint i = 0; i < a->n; i++)
    if (!a->listeners[i].begin (a->listeners[i].self, &a->info))
      return FALSE;
  a->planes = g_new0 (float *, GST_AUDIO_INFO_CHANNELS (&a->info) + 1);
  for (gint c = 0; c < GST_AUDIO_INFO_CHANNELS (&a->info); c++)
    a->planes[c] = g_new (float, CHUNK);
  a->begun = TRUE;
  return TRUE;
}

/* Frames [from, from + n) into the planes. As the elements do: what is no number is silence. The meter of the
 * same pass counts it. */
static void
take_chunk (Audience *a, const GstAudioBuffer *audio, gsize from, gsize n)
{
  const MdspKernels *k = mdsp_kernels_get ();
  const guint channels = GST_AUDIO_INFO_CHANNELS (&a->info);

  if (GST_AUDIO_INFO_LAYOUT (&a->info) == GST_AUDIO_LAYOUT_INTERLEAVED) {
    k->deinterleave_clean_f32 (a->planes, (const float *) audio->planes[0] + from * channels,
                               channels, n);
    return;
  }
  for (guint c = 0; c < channels; c++) {
    memcpy (a->planes[c], (const float *) audio->planes[c] + from, n * sizeof (float));
    k->sanitize_f32 (a->planes[c], n);
  }
}

static void
hear (Audience *a, const GstAudioBuffer *audio)
{
  const gsize n_frames = GST_AUDIO_BUFFER_N_SAMPLES (audio);

  for (gsize done = 0, n; done < n_frames; done += n) {
    n = MIN (n_frames - done, CHUNK);
    take_chunk (a, audio, done, n);
    for (guint i = 0; i < a->n; i++)
      a->listeners[i].take (a->listeners[i].self, (const float *const *) a->planes, (guint) n);
  }
}

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer user_data)
{
  Audience *a = user_data;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  GstAudioBuffer audio;
  GstBuffer *buffer;
  gboolean ok;

  if (!sample)
    return GST_FLOW_EOS;
  buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  ok = begin (a, gst_sample_get_caps (sample));
  gst_sample_unref (sample);
  ok = ok && gst_audio_buffer_map (&audio, &a->info, buffer, GST_MAP_READ);
  if (ok) {
    hear (a, &audio);
    gst_audio_buffer_unmap (&audio);
  }
  gst_buffer_unref (buffer);
  return ok ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
audience_free (gpointer data)
{
  Audience *a = data;

  for (guint c = 0; a->planes && a->planes[c]; c++)
    g_free (a->planes[c]);
  g_free (a->planes);
  g_free (a->listeners);
  g_free (a);
}

static GstElement *
branch_new (const Listener listeners[], guint n, GError **error)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  GstElement *bin = pipeline_parse_bin (
      CHAIN_QUEUE " ! audioconvert ! "
                  "audio/x-raw,format=" GST_AUDIO_NE (
                      F32) " ! "
                           "appsink name=ear sync=false async=false max-buffers=16",
      error);
  GstElement *sink;
  Audience *a;

  if (!bin)
    return NULL;
  a = g_new0 (Audience, 1);
  a->listeners = g_memdup2 (listeners, n * sizeof *listeners);
  a->n = n;
  sink = gst_bin_get_by_name (GST_BIN (bin), "ear");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, a, audience_free);
  gst_object_unref (sink);
  return bin;
}

gboolean
listener_attach (GstElement *bin, const char *tee, const Listener listeners[], guint n,
                 GError **error)
{
  GstElement *branch = branch_new (listeners, n, error), *split;

  if (!branch)
    return FALSE;
  split = gst_bin_get_by_name (GST_BIN (bin), tee);
  gst_bin_add (GST_BIN (bin), branch);
  gst_element_link (split, branch);
  gst_object_unref (split);
  return TRUE;
}
