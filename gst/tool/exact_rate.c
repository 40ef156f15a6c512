/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "exact_rate.h"

#include <gst/audio/audio.h>

typedef struct {
  guint64 wanted, passed; /* frames behind the converter */
} ExactRate;

static gboolean
pad_info (GstPad *pad, GstAudioInfo *info)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  gboolean ok = caps && gst_audio_info_from_caps (info, caps);

  gst_clear_caps (&caps);
  return ok;
}

/* Silence for at least one output sample and for what the converter keeps back of its filter. */
static guint64
tail_frames (const GstAudioInfo *in, GstPad *resampler_src)
{
  GstAudioInfo out;

  if (!pad_info (resampler_src, &out))
    return 0;
  return 64 + 2 * (guint64) (GST_AUDIO_INFO_RATE (in) / GST_AUDIO_INFO_RATE (&out));
}

/* On the sink pad, because a source pad takes no buffer any more once it was told of the end. */
static GstPadProbeReturn
on_end (GstPad *pad, GstPadProbeInfo *probe, gpointer user_data)
{
  GstPad *src = user_data;
  GstAudioInfo info;
  GstBuffer *silence;
  gsize n_bytes;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (probe)) != GST_EVENT_EOS || !pad_info (pad, &info))
    return GST_PAD_PROBE_OK;
  n_bytes = tail_frames (&info, src) * GST_AUDIO_INFO_BPF (&info);
  if (n_bytes > 0) {
    silence = gst_buffer_new_allocate (NULL, n_bytes, NULL);
    gst_buffer_memset (silence, 0, 0, n_bytes); /* F32: all bits zero is 0.0 */
    gst_pad_chain (pad, silence);
  }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_converted (GstPad *pad, GstPadProbeInfo *probe, gpointer user_data)
{
  ExactRate *exact = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  GstAudioInfo info;
  guint64 n, left = exact->wanted - exact->passed;

  if (!pad_info (pad, &info))
    return GST_PAD_PROBE_OK;
  n = gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&info);
  if (left == 0)
    return GST_PAD_PROBE_DROP; /* the probe's buffer is released by the pad */
  if (n > left) {
    buffer = gst_audio_buffer_truncate (buffer, GST_AUDIO_INFO_BPF (&info), 0, left);
    GST_PAD_PROBE_INFO_DATA (probe) = buffer;
    n = left;
  }
  exact->passed += n;
  return GST_PAD_PROBE_OK;
}

void
exact_rate_attach (GstElement *resampler, guint64 n_frames)
{
  GstPad *sink = gst_element_get_static_pad (resampler, "sink");
  GstPad *src = gst_element_get_static_pad (resampler, "src");
  ExactRate *exact = g_new0 (ExactRate, 1);

  exact->wanted = n_frames;
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_converted, exact, g_free);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_end, src, gst_object_unref);
  gst_object_unref (sink);
}
