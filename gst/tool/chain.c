/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "chain.h"

#include "pipeline.h"

#include "kernels/kernels.h"

/* What is outside the segment is not part of the file. gst_audio_buffer_clip () rounds the frames
 * to cut down, so that a Vorbis file comes out a sample too long: here the frames that fit are
 * rounded. */
static GstBuffer *
clip (GstBuffer *buffer, const GstSegment *segment, const GstAudioInfo *info)
{
  guint rate = GST_AUDIO_INFO_RATE (info), bpf = GST_AUDIO_INFO_BPF (info);
  guint64 fits;

  buffer = gst_audio_buffer_clip (buffer, segment, rate, bpf);
  if (!buffer || !GST_BUFFER_PTS_IS_VALID (buffer) || !GST_CLOCK_TIME_IS_VALID (segment->stop) ||
      segment->rate < 0.0 || GST_BUFFER_PTS (buffer) >= segment->stop)
    return buffer;
  fits = gst_util_uint64_scale_round (segment->stop - GST_BUFFER_PTS (buffer), rate, GST_SECOND);
  if (fits > 0 && gst_buffer_get_size (buffer) / bpf > fits)
    buffer = gst_audio_buffer_truncate (buffer, bpf, 0, fits);
  return buffer;
}

/* Timestamps in whole milliseconds are no gaps; what elements take for one (gst/base) is larger. */
#define MAX_JITTER GST_MSECOND

static void
look_for_jump (FlowCount *count, GstBuffer *buffer)
{
  GstClockTime expected = count->begin;

  if (!GST_BUFFER_PTS_IS_VALID (buffer) || !GST_AUDIO_INFO_IS_VALID (&count->info))
    return;
  if (count->n_bytes == 0) {
    count->begin = GST_BUFFER_PTS (buffer);
    return;
  }
  expected += gst_util_uint64_scale_round (flow_count_frames (count), GST_SECOND,
                                           GST_AUDIO_INFO_RATE (&count->info));
  if ((GstClockTime) ABS (GST_CLOCK_DIFF (expected, GST_BUFFER_PTS (buffer))) > MAX_JITTER)
    count->jumps = TRUE;
}

static GstPadProbeReturn
clip_and_count (FlowCount *count, GstPadProbeInfo *info)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (count->segment.format == GST_FORMAT_TIME && GST_AUDIO_INFO_IS_VALID (&count->info))
    buffer = clip (buffer, &count->segment, &count->info);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (!buffer)
    return GST_PAD_PROBE_DROP;
  look_for_jump (count, buffer);
  count->n_bytes += gst_buffer_get_size (buffer);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_flow (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  FlowCount *count = user_data;
  GstEvent *event;
  GstCaps *caps;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    return clip_and_count (count, info);
  event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    gst_audio_info_from_caps (&count->info, caps);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    gst_event_copy_segment (event, &count->segment);
    count->jumps |= count->n_bytes > 0;
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
    count->jumps = TRUE;
  }
  return GST_PAD_PROBE_OK;
}

static void
count_pad (GstPad *pad, FlowCount *count)
{
  gst_audio_info_init (&count->info);
  gst_segment_init (&count->segment, GST_FORMAT_UNDEFINED);
  count->n_bytes = 0;
  count->begin = 0;
  count->jumps = FALSE;
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

static GstPadProbeReturn
on_unclean (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstMapInfo map;

  if (gst_buffer_map (buffer, &map, GST_MAP_READWRITE)) {
    mdsp_kernels_get ()->sanitize_f32 ((float *) (gpointer) map.data, map.size / sizeof (float));
    gst_buffer_unmap (buffer, &map);
  }
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

void
chain_clean (GstElement *bin, const char *element)
{
  GstElement *child = gst_bin_get_by_name (GST_BIN (bin), element);
  GstPad *pad = gst_element_get_static_pad (child, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_unclean, NULL, NULL);
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
chain_pipeline_of (GstElement *source, GstElement *stage)
{
  GstElement *pipeline = gst_pipeline_new (NULL);

  gst_bin_add_many (GST_BIN (pipeline), source, stage, NULL);
  gst_element_link_pads (source, "src", stage, "sink");
  return pipeline;
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
  pipeline = chain_pipeline_of (source, stage);
  pad = gst_element_get_static_pad (source, "src");
  count_pad (pad, decoded);
  gst_object_unref (pad);
  return pipeline;
}
