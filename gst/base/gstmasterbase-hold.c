/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A programme that is kept back until it is complete, for elements whose gain depends on all of it.
 *
 *   buffers -> clean -> survey -> spool               until EOS, a new stream, new caps, SEGMENT_DONE
 *   -> resolve (reads the spool as often as it wants)
 *   -> spool -> the very way that buffers otherwise take -> downstream
 *
 * The programme may have parts: runs of frames between jumps, GAP and SEGMENT events, which keep
 * their place. It is all done on the streaming thread, so a flush or a state change has to end it
 * soon: the long loops ask gst_master_base_interrupted().
 */
#include "gstmasterbase-private.h"

#include <string.h>

#include "kernels/fpenv.h"

#define GST_CAT_DEFAULT gst_master_base_debug

/* Frames in one buffer on the way out. */
#define PLAY_FRAMES 4096

/* An event, or a run of frames. */
typedef struct {
  GstEvent *event;
  guint64 n_frames;
  GstClockTime t0;
  guint64 off0;
  GstSegment segment;
} Part;

static void
clear_part (gpointer data)
{
  g_clear_pointer (&((Part *) data)->event, gst_event_unref);
}

static Part *
newest_part (GstMasterBasePrivate *p)
{
  return p->parts->len > 0 ? &g_array_index (p->parts, Part, p->parts->len - 1) : NULL;
}

static Part *
add_part (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  g_array_set_size (p->parts, p->parts->len + 1);
  newest_part (p)->segment = GST_BASE_TRANSFORM (self)->segment;
  return newest_part (p);
}

static GstFlowReturn
spool_failed (GstMasterBase *self, GError *error)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);

  p->hold_failed = TRUE;
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT,
                       ("There is no space left for the temporary file that holds the stream. Free "
                        "some, or set temp-template to a folder with more."),
                       ("%s", error->message));
  else
    GST_ELEMENT_ERROR (self, RESOURCE, FAILED,
                       ("The temporary file that holds the stream failed; temp-template says where "
                        "it is."),
                       ("%s", error->message));
  g_error_free (error);
  if (klass->hold_failed != NULL)
    klass->hold_failed (self);
  return GST_FLOW_ERROR;
}

void
gst_master_base_hold_setup (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);

  p->holding = klass->holds != NULL && klass->holds (self);
  g_clear_pointer (&p->hold_block, g_free);
  if (!p->holding)
    return;
  p->hold_block = g_new0 (float, MDSP_MAX_BLOCK *GST_AUDIO_INFO_CHANNELS (&p->info));
  if (p->parts == NULL) {
    p->parts = g_array_new (FALSE, TRUE, sizeof (Part));
    g_array_set_clear_func (p->parts, clear_part);
  }
}

void
gst_master_base_hold_drop (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  g_clear_pointer (&p->spool, gst_master_spool_free);
  if (p->parts != NULL)
    g_array_set_size (p->parts, 0);
  p->held = 0;
  p->part_open = p->hold_failed = FALSE;
}

void
gst_master_base_hold_finalize (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  gst_master_base_hold_drop (self);
  g_clear_pointer (&p->parts, g_array_unref);
  g_clear_pointer (&p->hold_block, g_free);
}

gboolean
gst_master_base_interrupted (GstMasterBase *self)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);

  return GST_PAD_IS_FLUSHING (GST_BASE_TRANSFORM_SRC_PAD (trans)) ||
         GST_PAD_IS_FLUSHING (GST_BASE_TRANSFORM_SINK_PAD (trans));
}

gboolean
gst_master_base_upstream_is_live (GstMasterBase *self)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  gst_query_unref (query);
  return live;
}

static GstFlowReturn
begin (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);
  gchar *name_template = NULL;
  GError *error = NULL;

  if (GST_BASE_TRANSFORM (self)->segment.rate < 0.0) {
    p->hold_failed = TRUE;
    GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
                       ("A stream that plays backwards can not be kept back until its end."),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  if (!klass->begin_hold (self, &name_template)) {
    p->hold_failed = TRUE;
    return GST_FLOW_ERROR;
  }
  p->spool = gst_master_spool_new (name_template, &error);
  g_free (name_template);
  return p->spool != NULL ? GST_FLOW_OK : spool_failed (self, error);
}

GstFlowReturn
gst_master_base_hold_submit (GstMasterBase *self, GstBuffer *buffer)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstFlowReturn ret = GST_FLOW_OK;
  Part *part;

  if (p->hold_failed)
    return GST_FLOW_ERROR;
  if (p->spool == NULL)
    ret = begin (self);
  if (ret != GST_FLOW_OK)
    return ret;
  part = newest_part (p);
  if (p->part_open && part->n_frames > 0 &&
      gst_master_base_is_jump (self, buffer, part->t0, part->n_frames))
    p->part_open = FALSE;
  if (!p->part_open)
    part = add_part (self);
  p->part_open = TRUE;
  if (part->n_frames == 0) {
    part->t0 = GST_BUFFER_PTS (buffer);
    part->off0 = GST_BUFFER_OFFSET (buffer);
  }
  return GST_FLOW_OK;
}

/* One block: cleaned, looked at, written. */
static gboolean
hold_block (GstMasterBase *self, const float *src, guint n, GError **error)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);
  const guint channels = GST_AUDIO_INFO_CHANNELS (&p->info);
  const guint64 fp_state = mdsp_fp_enter ();

  if (src != NULL)
    p->nan_count += p->kernels->deinterleave_clean_f32 (p->planes, src, channels, n);
  else
    for (guint c = 0; c < channels; c++)
      memset (p->planes[c], 0, n * sizeof (float));
  klass->survey (self, p->planes, n);
  p->kernels->interleave_f32 (p->hold_block, (const float *const *) p->planes, channels, n);
  mdsp_fp_leave (fp_state);
  return gst_master_spool_write (p->spool, p->hold_block, (gsize) n * channels, error);
}

GstFlowReturn
gst_master_base_hold_take (GstMasterBase *self, GstBuffer *buffer)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const guint channels = GST_AUDIO_INFO_CHANNELS (&p->info);
  const guint64 n_frames = gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&p->info);
  const gboolean gap = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
  GError *error = NULL;
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL), ("can not map the input buffer"));
    return GST_FLOW_ERROR;
  }
  for (guint64 done = 0; done < n_frames && error == NULL;) {
    const float *src = gap ? NULL : (const float *) map.data + done * channels;
    guint n = (guint) MIN (n_frames - done, MDSP_MAX_BLOCK);

    hold_block (self, src, n, &error);
    done += n;
  }
  gst_buffer_unmap (buffer, &map);
  if (error != NULL)
    return spool_failed (self, error);
  newest_part (p)->n_frames += n_frames;
  p->held += n_frames;
  gst_master_base_warn_non_finite (self);
  return GST_FLOW_OK;
}

void
gst_master_base_hold_close_part (GstMasterBase *self)
{
  gst_master_base_priv (self)->part_open = FALSE;
}

gboolean
gst_master_base_hold_event (GstMasterBase *self, GstEvent *event)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  if (!p->holding || p->held == 0)
    return FALSE;
  p->part_open = FALSE;
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) /* what comes is clipped to it from now on */
    gst_event_copy_segment (event, &GST_BASE_TRANSFORM (self)->segment);
  add_part (self)->event = event;
  return TRUE;
}

gboolean
gst_master_base_held_rewind (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GError *error = NULL;

  p->held_left = p->held;
  if (gst_master_spool_rewind (p->spool, &error))
    return TRUE;
  spool_failed (self, error);
  return FALSE;
}

gint
gst_master_base_held_read (GstMasterBase *self, float *const **planes)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const guint channels = GST_AUDIO_INFO_CHANNELS (&p->info);
  const guint n = (guint) MIN (p->held_left, MDSP_MAX_BLOCK);
  GError *error = NULL;

  *planes = p->planes;
  if (n == 0)
    return 0;
  if (!gst_master_spool_read (p->spool, p->hold_block, (gsize) n * channels, &error)) {
    spool_failed (self, error);
    return -1;
  }
  p->kernels->deinterleave_f32 (p->planes, p->hold_block, channels, n);
  p->held_left -= n;
  return (gint) n;
}

guint64
gst_master_base_held (GstMasterBase *self)
{
  return gst_master_base_priv (self)->held;
}

static GstFlowReturn
play_buffer (GstMasterBase *self, guint64 n)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const guint64 skip = p->fed < p->delay ? MIN (n, p->delay - p->fed) : 0;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n * GST_AUDIO_INFO_BPF (&p->info), NULL);
  GError *error = NULL;
  GstMapInfo map;

  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READWRITE)) {
    gst_clear_buffer (&buffer);
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT, (NULL), ("no memory for a buffer"));
    return GST_FLOW_ERROR;
  }
  if (gst_master_spool_read (p->spool, (float *) map.data, n * GST_AUDIO_INFO_CHANNELS (&p->info),
                             &error))
    gst_master_base_process_frames (self, (const float *) map.data, (float *) map.data, n);
  gst_buffer_unmap (buffer, &map);
  if (error != NULL) {
    gst_buffer_unref (buffer);
    return spool_failed (self, error);
  }
  buffer = gst_master_base_finish_buffer (self, buffer, n, skip);
  return buffer != NULL ? gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self), buffer) : GST_FLOW_OK;
}

static GstFlowReturn
play_part (GstMasterBase *self, Part *part)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstFlowReturn ret = GST_FLOW_OK;

  if (part->event != NULL) {
    gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self), g_steal_pointer (&part->event));
    return ret;
  }
  GST_BASE_TRANSFORM (self)->segment = part->segment;
  p->t0 = part->t0;
  p->off0 = part->off0;
  for (guint64 left = part->n_frames; left > 0 && ret == GST_FLOW_OK;) {
    guint64 n = MIN (left, PLAY_FRAMES);

    ret = play_buffer (self, n);
    left -= n;
  }
  return ret;
}

/* Between parts the delay is drained; after the last one the drain that ends the stream does it. */
static GstFlowReturn
play_parts (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstFlowReturn ret = GST_FLOW_OK;

  for (guint i = 0; i < p->parts->len && ret == GST_FLOW_OK; i++) {
    if (p->fed > 0)
      ret = gst_master_base_drain (self, FALSE);
    if (ret == GST_FLOW_OK)
      ret = play_part (self, &g_array_index (p->parts, Part, i));
  }
  return ret;
}

static gboolean
answer_duration (GstQuery *query, guint64 n_frames, guint rate)
{
  GstFormat format;

  gst_query_parse_duration (query, &format, NULL);
  if (format == GST_FORMAT_TIME)
    gst_query_set_duration (query, format,
                            (gint64) gst_util_uint64_scale_round (n_frames, GST_SECOND, rate));
  else if (format == GST_FORMAT_DEFAULT)
    gst_query_set_duration (query, format, (gint64) n_frames);
  else
    return FALSE;
  return TRUE;
}

/* Upstream is inside its call that told of the end, and some decoders (GstNonstreamAudioDecoder)
 * hold a lock there that their query handlers want. What they would say is known here. */
gboolean
gst_master_base_hold_query (GstMasterBase *self, GstQuery *query, gboolean *ok)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  gboolean answering;
  guint64 n_frames;
  GstClockTime own;
  GstFormat format;
  guint rate;

  GST_OBJECT_LOCK (self);
  answering = p->answering;
  n_frames = p->answer_frames;
  rate = p->answer_rate;
  own = p->own_latency;
  GST_OBJECT_UNLOCK (self);
  if (!answering)
    return FALSE;
  *ok = TRUE;
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      gst_query_set_latency (query, FALSE, own, GST_CLOCK_TIME_NONE);
      return TRUE;
    case GST_QUERY_DURATION:
      *ok = answer_duration (query, n_frames, rate);
      return TRUE;
    case GST_QUERY_SEEKING:
      gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
      gst_query_set_seeking (query, format, FALSE, 0, -1);
      return TRUE;
    case GST_QUERY_POSITION:
      *ok = FALSE;
      return TRUE;
    default:
      return FALSE;
  }
}

static void
set_answering (GstMasterBase *self, gboolean answering)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  GST_OBJECT_LOCK (self);
  p->answering = answering;
  p->answer_frames = p->held;
  p->answer_rate = GST_AUDIO_INFO_RATE (&p->info);
  GST_OBJECT_UNLOCK (self);
}

GstFlowReturn
gst_master_base_hold_play (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);
  const GstSegment segment = GST_BASE_TRANSFORM (self)->segment;
  GstFlowReturn ret = p->hold_failed ? GST_FLOW_ERROR : GST_FLOW_OK;

  if (ret == GST_FLOW_OK && p->held > 0) {
    set_answering (self, TRUE);
    ret = klass->resolve (self);
    if (ret == GST_FLOW_OK && !gst_master_base_held_rewind (self))
      ret = GST_FLOW_ERROR;
    p->playing = TRUE;
    if (ret == GST_FLOW_OK)
      ret = play_parts (self);
    if (ret == GST_FLOW_OK)
      ret = gst_master_base_drain (self, TRUE);
    else
      gst_master_base_new_stream (self);
    p->playing = FALSE;
    set_answering (self, FALSE);
    GST_BASE_TRANSFORM (self)->segment = segment;
    if (ret == GST_FLOW_NOT_LINKED || ret == GST_FLOW_NOT_NEGOTIATED)
      GST_ELEMENT_FLOW_ERROR (self, ret); /* upstream has no call to return it to */
  }
  gst_master_base_hold_drop (self);
  return ret;
}
