/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stream around the processing: what enters, what leaves, with which timestamps and flags.
 *
 * The processor delays by D frames: the first D frames that come out are dropped, at a drain D
 * frames of silence go in. Timestamps are computed from the first one and the count, never added
 * up, so they do not drift.
 */
#include "gstmasterbase-private.h"

#include <string.h>

#define GST_CAT_DEFAULT gst_master_base_debug

/* The timestamps jump when a buffer lies further than this from where the frames so far end.
 * 40 ms (GstAggregator's alignment threshold) lets muxer jitter pass; where upstream says DISCONT,
 * all that must pass is timestamps in whole milliseconds. */
#define JUMP            (40 * GST_MSECOND)
#define JUMP_AT_DISCONT (1 * GST_MSECOND)

void
gst_master_base_reset (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);

  p->fed = p->pushed = 0;
  p->t0 = GST_CLOCK_TIME_NONE;
  p->off0 = GST_BUFFER_OFFSET_NONE;
  p->need_discont = TRUE;
  p->message_base = p->message_index = p->message_start = 0;
  if (p->configured && klass->reset != NULL)
    klass->reset (self);
  if (p->configured)
    mdsp_bypass_reset (&p->around);
}

void
gst_master_base_new_stream (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);

  gst_master_base_reset (self);
  if (p->configured && klass->forget != NULL)
    klass->forget (self);
  p->final_due = FALSE;
  p->nan_count = 0;
}

/* Timestamps, offsets and flags for `keep` frames of content from p->pushed on. */
static void
stamp (GstMasterBase *self, GstBuffer *buffer, guint64 keep)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstClockTime end = gst_master_base_pts (self, p->pushed + keep);

  GST_BUFFER_PTS (buffer) = gst_master_base_pts (self, p->pushed);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) =
      GST_CLOCK_TIME_IS_VALID (end)
          ? end - GST_BUFFER_PTS (buffer)
          : gst_util_uint64_scale_round (keep, GST_SECOND, GST_AUDIO_INFO_RATE (&p->info));
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET_END (buffer) = GST_BUFFER_OFFSET_NONE;
  if (p->off0 != GST_BUFFER_OFFSET_NONE) {
    GST_BUFFER_OFFSET (buffer) = p->off0 + p->pushed;
    GST_BUFFER_OFFSET_END (buffer) = p->off0 + p->pushed + keep;
  }
  if (p->need_discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_GAP);
  p->need_discont = FALSE;
  p->pushed += keep;
}

gboolean
gst_master_base_is_jump (GstMasterBase *self, GstBuffer *buffer, GstClockTime t0, guint64 frames)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstClockTime limit = p->in_discont ? JUMP_AT_DISCONT : JUMP, expected;

  if (GST_BASE_TRANSFORM (self)->segment.rate < 0.0)
    return TRUE;
  if (!GST_BUFFER_PTS_IS_VALID (buffer))
    return p->in_discont;
  if (!GST_CLOCK_TIME_IS_VALID (t0))
    return TRUE; /* timestamps begin */
  expected = t0 + gst_util_uint64_scale_round (frames, GST_SECOND, GST_AUDIO_INFO_RATE (&p->info));
  return (GstClockTime) ABS (GST_CLOCK_DIFF (expected, GST_BUFFER_PTS (buffer))) > limit;
}

/* GstBaseTransform copies the DISCONT of an input buffer to the next output buffer, which holds
 * earlier content. Whether the stream really jumps is our decision, so it does not see the flag. */
GstPadProbeReturn
gst_master_base_hide_discont (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstMasterBasePrivate *p = gst_master_base_priv (GST_MASTER_BASE (user_data));
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  p->in_discont = GST_BUFFER_IS_DISCONT (buffer);
  if (p->in_discont) {
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  return GST_PAD_PROBE_OK;
}

GstFlowReturn
gst_master_base_submit (GstBaseTransform *trans, gboolean is_discont, GstBuffer *buffer)
{
  GstMasterBase *self = GST_MASTER_BASE (trans);
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstFlowReturn ret;

  ret = GST_BASE_TRANSFORM_CLASS (g_type_class_peek (GST_TYPE_AUDIO_FILTER))
            ->submit_input_buffer (trans, is_discont, buffer);
  if (ret != GST_FLOW_OK || trans->queued_buf == NULL)
    return ret;
  if (!p->configured)
    return GST_FLOW_NOT_NEGOTIATED;

  buffer = trans->queued_buf;
  if (GST_MASTER_BASE_GET_CLASS (self)->analyzer)
    p->in_discont = GST_BUFFER_IS_DISCONT (buffer);
  if (p->holding)
    return gst_master_base_hold_submit (self, buffer);
  if (p->fed > 0 && gst_master_base_is_jump (self, buffer, p->t0, p->fed)) {
    GST_DEBUG_OBJECT (self, "stream jumps at %" GST_TIME_FORMAT,
                      GST_TIME_ARGS (GST_BUFFER_PTS (buffer)));
    ret = gst_master_base_drain (self, FALSE);
  }
  if (p->fed == 0) {
    p->t0 = GST_BUFFER_PTS (buffer);
    p->off0 = GST_BUFFER_OFFSET (buffer);
  }
  return ret;
}

/* An analyzer: reads the buffer, passes the very same one. */
static GstFlowReturn
look (GstMasterBase *self, GstBuffer *in)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMapInfo map;
  guint64 n = gst_buffer_get_size (in) / GST_AUDIO_INFO_BPF (&p->info);

  if (GST_BUFFER_FLAG_IS_SET (in, GST_BUFFER_FLAG_GAP)) {
    gst_master_base_process_frames (self, NULL, NULL, n);
    return GST_FLOW_OK;
  }
  if (!gst_buffer_map (in, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  gst_master_base_process_frames (self, (const float *) map.data, NULL, n);
  gst_buffer_unmap (in, &map);
  return GST_FLOW_OK;
}

/* Backwards each buffer stands alone and stays whole: of two parts the sink would play the earlier
 * one first. Silence pulls the end of the buffer out of the delay, into its place. */
static void
complete_in_place (GstMasterBase *self, float *frames, guint64 n)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const guint channels = GST_AUDIO_INFO_CHANNELS (&p->info);
  const guint64 tail = MIN (n, p->delay);

  memmove (frames, frames + tail * channels, (n - tail) * channels * sizeof (float));
  gst_master_base_process_frames (self, NULL, NULL, p->delay - tail);
  gst_master_base_process_frames (self, NULL, frames + (n - tail) * channels, tail);
}

GstBuffer *
gst_master_base_finish_buffer (GstMasterBase *self, GstBuffer *buffer, guint64 n, guint64 skip)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  if (skip == n) {
    gst_buffer_unref (buffer);
    return NULL;
  }
  if (skip > 0)
    buffer = gst_audio_buffer_truncate (buffer, GST_AUDIO_INFO_BPF (&p->info), skip, n - skip);
  stamp (self, buffer, n - skip);
  return buffer;
}

GstFlowReturn
gst_master_base_generate (GstBaseTransform *trans, GstBuffer **out)
{
  GstMasterBase *self = GST_MASTER_BASE (trans);
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const gboolean whole = trans->segment.rate < 0.0;
  GstBuffer *in = trans->queued_buf;
  guint64 n, skip;
  gboolean gap;
  GstMapInfo map;

  trans->queued_buf = NULL;
  *out = NULL;
  if (in == NULL)
    return GST_FLOW_OK;
  if (GST_MASTER_BASE_GET_CLASS (self)->analyzer) {
    *out = in;
    return look (self, in);
  }

  if (p->holding) {
    GstFlowReturn ret = gst_master_base_hold_take (self, in);

    gst_buffer_unref (in);
    return ret;
  }
  n = gst_buffer_get_size (in) / GST_AUDIO_INFO_BPF (&p->info);
  skip = p->fed < p->delay && !whole ? MIN (n, p->delay - p->fed) : 0;
  gap = GST_BUFFER_FLAG_IS_SET (in, GST_BUFFER_FLAG_GAP);
  in = gst_buffer_make_writable (in);
  if (!gst_buffer_map (in, &map, GST_MAP_READWRITE)) {
    gst_buffer_unref (in);
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL), ("can not map the input buffer"));
    return GST_FLOW_ERROR;
  }
  gst_master_base_process_frames (self, gap ? NULL : (const float *) map.data, (float *) map.data,
                                  n);
  if (whole)
    complete_in_place (self, (float *) map.data, n);
  gst_buffer_unmap (in, &map);
  *out = gst_master_base_finish_buffer (self, in, n, skip);
  if (whole)
    p->pushed = p->fed; /* nothing is left to drain */
  return GST_FLOW_OK;
}

/* Feeds D frames of silence; the content that comes out goes into one buffer. NULL after
 * GST_ELEMENT_ERROR. */
static GstBuffer *
flush_delay (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  guint64 left = p->fed - p->pushed;
  guint64 skip = p->fed < p->delay ? p->delay - p->fed : 0;
  GstBuffer *buffer;
  GstMapInfo map;

  gst_master_base_process_frames (self, NULL, NULL, skip);
  buffer = gst_buffer_new_allocate (NULL, left * GST_AUDIO_INFO_BPF (&p->info), NULL);
  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gst_clear_buffer (&buffer);
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT, (NULL), ("no memory for a buffer"));
    return NULL;
  }
  gst_master_base_process_frames (self, NULL, (float *) map.data, left);
  gst_buffer_unmap (buffer, &map);
  stamp (self, buffer, left);
  return buffer;
}

GstFlowReturn
gst_master_base_drain (GstMasterBase *self, gboolean ended)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);
  GstFlowReturn ret = GST_FLOW_OK;

  if (!p->configured)
    return ret;
  if (p->holding && !p->playing) {
    if (ended)
      return gst_master_base_hold_play (self);
    gst_master_base_hold_close_part (self);
    return ret;
  }
  if (!klass->analyzer && p->fed > p->pushed) {
    GstBuffer *rest = flush_delay (self);

    ret = rest != NULL ? gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self), rest) : GST_FLOW_ERROR;
    if (ret != GST_FLOW_OK)
      GST_DEBUG_OBJECT (self, "draining: %s", gst_flow_get_name (ret));
  }
  if (!ended) {
    gst_master_base_close_span (self, gst_master_base_content (self));
    gst_master_base_reset (self);
    return ret;
  }
  if (p->final_due) {
    GstTagList *tags = NULL;

    gst_master_base_take_settings (self);
    if (klass->finish != NULL)
      klass->finish (self);
    gst_master_base_post (self, gst_master_base_content (self), TRUE);
    if (klass->final_tags != NULL)
      tags = klass->final_tags (self);
    if (tags != NULL)
      gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self), gst_event_new_tag (tags));
  }
  p->nan_warned = FALSE;
  gst_master_base_new_stream (self);
  return ret;
}
