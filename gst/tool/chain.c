/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 */
#include "chain.h"

#include "pipeline.h"

static GstPadProbeReturn
on_flow (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  FlowCount *count = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    count->n_bytes += gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));
  } else {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    GstCaps *caps;

    if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
      gst_event_parse_caps (event, &caps);
      gst_audio_info_from_caps (&count->info, caps);
    }
  }
  return GST_PAD_PROBE_OK;
}

static void
count_pad (GstPad *pad, FlowCount *count)
{
  gst_audio_info_init (&count->info);
  count->n_bytes = 0;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_flow,
      count, NULL);
}

void
chain_count (GstElement *bin, const char *element, const char *pad_name, FlowCount *count)
{
  GstElement *child = gst_bin_get_by_name (GST_BIN (bin), element);
  GstPad *pad = gst_element_get_static_pad (child, pad_name);

  count_pad (pad, count);
  gst_object_unref (pad);
  gst_object_unref (child);
}

guint64
flow_count_frames (const FlowCount *count)
{
  guint bpf = GST_AUDIO_INFO_BPF (&count->info);

  return bpf ? count->n_bytes / bpf : 0;
}

GstElement *
chain_pipeline_new (const Input *input, guint stream, GstElement *stage, FlowCount *decoded,
    GError **error)
{
  GstElement *source = input_source_new (input, stream, error);
  GstElement *pipeline;
  GstPad *pad;

  if (!source) {
    gst_object_unref (gst_object_ref_sink (stage));
    return NULL;
  }
  pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, stage, NULL);
  gst_element_link_pads (source, "src", stage, "sink");
  pad = gst_element_get_static_pad (source, "src");
  count_pad (pad, decoded);
  gst_object_unref (pad);
  return pipeline;
}
