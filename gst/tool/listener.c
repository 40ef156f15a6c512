/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "listener.h"

#include "chain.h"
#include "pipeline.h"

#include "kernels/kernels.h"

#include <gst/app/gstappsink.h>
#include <string.h>

typedef struct {
  Listener *listeners;
  guint n;
  gboolean begun;
  GstAudioInfo info;
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
  a->begun = TRUE;
  return TRUE;
}

/* As the elements do: what is no number is silence. The meter of the same pass counts it. */
static void
clean (GstAudioBuffer *audio)
{
  const MdspKernels *k = mdsp_kernels_get ();

  for (gint c = 0; c < audio->n_planes; c++)
    k->sanitize_f32 (audio->planes[c], GST_AUDIO_BUFFER_N_SAMPLES (audio));
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
  /* without the sample's reference it may be writable as it is */
  buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  ok = begin (a, gst_sample_get_caps (sample));
  gst_sample_unref (sample);
  buffer = gst_buffer_make_writable (buffer);
  ok = ok && gst_audio_buffer_map (&audio, &a->info, buffer, GST_MAP_READWRITE);
  if (ok) {
    clean (&audio);
    for (guint i = 0; i < a->n; i++)
      a->listeners[i].take (a->listeners[i].self, (const float *const *) (gpointer) audio.planes,
                            GST_AUDIO_BUFFER_N_SAMPLES (&audio));
    gst_audio_buffer_unmap (&audio);
  }
  gst_buffer_unref (buffer);
  return ok ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
audience_free (gpointer data)
{
  Audience *a = data;

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
                      F32) ",layout=non-interleaved ! "
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
