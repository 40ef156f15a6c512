/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Element messages on exact interval boundaries of the content, whatever the buffer sizes. Time
 * fields are the START of the span, `duration` its length.
 */
#include "gstmasterbase-private.h"

guint64
gst_master_base_content (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  return p->fed > p->delay ? p->fed - p->delay : 0;
}

GstClockTime
gst_master_base_pts (GstMasterBase *self, guint64 content)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  if (!GST_CLOCK_TIME_IS_VALID (p->t0))
    return GST_CLOCK_TIME_NONE;
  return p->t0 + gst_util_uint64_scale_round (content, GST_SECOND, GST_AUDIO_INFO_RATE (&p->info));
}

/* Content frame at which the span under way ends. */
static guint64
span_end (GstMasterBasePrivate *p)
{
  guint64 ns = (p->message_index + 1) * p->active_interval;
  guint64 frames = gst_util_uint64_scale_round (ns, GST_AUDIO_INFO_RATE (&p->info), GST_SECOND);

  return MAX (p->message_base + frames, p->message_start + 1);
}

guint64
gst_master_base_frames_to_message (GstMasterBase *self, guint64 content)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  if (!p->messages)
    return G_MAXUINT64;
  return span_end (p) - content;
}

static void
set_times (GstMasterBase *self, GstStructure *s, guint64 start, guint64 end)
{
  GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime pts = gst_master_base_pts (self, start), duration = GST_CLOCK_TIME_NONE;
  GstClockTime running = GST_CLOCK_TIME_NONE, stream = GST_CLOCK_TIME_NONE;

  if (GST_CLOCK_TIME_IS_VALID (pts)) {
    running = gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
    stream = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, pts);
    duration = gst_master_base_pts (self, end) - pts;
  }
  gst_structure_set (s, "timestamp", G_TYPE_UINT64, pts, "running-time", G_TYPE_UINT64, running,
                     "stream-time", G_TYPE_UINT64, stream, "duration", G_TYPE_UINT64, duration,
                     NULL);
}

void
gst_master_base_post (GstMasterBase *self, guint64 content, gboolean final)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);

  if (klass->fill_message != NULL) {
    GstStructure *s = gst_structure_new_empty (klass->message_name);

    set_times (self, s, p->message_start, content);
    gst_structure_set (s, "final", G_TYPE_BOOLEAN, final, NULL);
    /* Filled even when nobody reads it: that is what ends the span for the element. */
    klass->fill_message (self, s, final);
    if (p->messages)
      gst_element_post_message (GST_ELEMENT (self), gst_message_new_element (GST_OBJECT (self), s));
    else
      gst_structure_free (s);
  }
  p->message_start = content;
  p->message_index++;
}

void
gst_master_base_close_span (GstMasterBase *self, guint64 content)
{
  if (content > gst_master_base_priv (self)->message_start)
    gst_master_base_post (self, content, FALSE);
}

void
gst_master_base_message_settings (GstMasterBase *self, guint64 content)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  gboolean messages;
  guint64 interval;

  GST_OBJECT_LOCK (self);
  messages = p->post_messages;
  interval = p->interval;
  GST_OBJECT_UNLOCK (self);
  if (messages == p->messages && interval == p->active_interval)
    return;
  gst_master_base_close_span (self, content);
  p->messages = messages;
  p->active_interval = interval;
  p->message_base = content;
  p->message_index = 0;
}

void
gst_master_base_set_array (GstStructure *structure, const gchar *field, const gdouble *values,
                           guint n)
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; i < n; i++) {
    GValue v = G_VALUE_INIT;

    g_value_init (&v, G_TYPE_DOUBLE);
    g_value_set_double (&v, values[i]);
    gst_value_array_append_and_take_value (&array, &v);
  }
  gst_structure_take_value (structure, field, &array);
}
