/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Frames through the element:
 *
 *   buffer -> blocks of <= 512 frames that end at every message boundary, and on the 64-frame grid
 *   while a controller is active -> clean planes -> process -> bypass -> back into the buffer
 */
#include "gstmasterbase-private.h"

#include <string.h>

#include "kernels/fpenv.h"

#define GST_CAT_DEFAULT gst_master_base_debug

/* The element itself (index 0) and its children; NULL after the last. */
static GstObject *
controlled_object (GstMasterBase *self, guint index)
{
  return index == 0 ? GST_OBJECT (self) : gst_master_base_child (self, index - 1);
}

static gboolean
is_controlled (GstMasterBase *self)
{
  GstObject *object;

  for (guint i = 0; (object = controlled_object (self, i)) != NULL; i++)
    if (gst_object_has_active_control_bindings (object))
      return TRUE;
  return FALSE;
}

/* A curve on `bypass` is read when a sound comes in and switches when that sound leaves; what is set by
 * hand switches at once. */
static void
watch_bypass_curve (GstMasterBase *self, gboolean controlled)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstControlBinding *binding =
      controlled ? gst_object_get_control_binding (GST_OBJECT (self), "bypass") : NULL;
  const gboolean curve = binding != NULL && !gst_control_binding_is_disabled (binding);

  gst_clear_object (&binding);
  if (curve == p->bypass_curve)
    return;
  p->bypass_curve = curve;
  memset (p->bypass_noted, p->bypassed, p->n_bypass_noted);
  gst_master_base_settings_changed (self);
}

static void
note_bypass (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  GST_OBJECT_LOCK (self);
  p->bypass_noted[p->fed / MDSP_GRID % p->n_bypass_noted] = (guint8) p->bypass;
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (self); /* what was noted for what leaves now may be another */
}

static gboolean
noted_bypass (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const guint64 leaving = p->fed > p->delay ? p->fed - p->delay : 0;

  return p->bypass_noted[leaving / MDSP_GRID % p->n_bypass_noted];
}

/* Controlled properties take the value of the grid point at hand. */
static void
sync_controller (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstClockTime pts = gst_master_base_pts (self, p->fed);
  GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;
  GstClockTime stream_time;
  GstObject *object;

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return;
  stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, pts);
  if (!GST_CLOCK_TIME_IS_VALID (stream_time))
    return;
  for (guint i = 0; (object = controlled_object (self, i)) != NULL; i++)
    gst_object_sync_values (object, stream_time);
}

void
gst_master_base_take_settings (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);
  gint serial = g_atomic_int_get (&p->serial);
  gboolean bypass;
  MdspMonitor monitor;

  if (serial == p->seen_serial)
    return;
  p->seen_serial = serial;
  GST_OBJECT_LOCK (self);
  bypass = p->bypass;
  monitor = p->monitor;
  GST_OBJECT_UNLOCK (self);
  if (p->bypass_curve)
    bypass = noted_bypass (self);
  p->bypassed = bypass;
  if (!klass->analyzer)
    mdsp_bypass_set (&p->around, bypass ? MDSP_MONITOR_DRY : monitor);
  gst_master_base_message_settings (self, gst_master_base_content (self));
  klass->update (self);
  if (p->fed > 0)
    return;
  /* A stream starts at its settings: nothing to fade or ramp from. */
  if (klass->reset != NULL)
    klass->reset (self);
  mdsp_bypass_reset (&p->around);
}

void
gst_master_base_warn_non_finite (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  if (p->nan_warned || p->nan_count == 0)
    return;
  p->nan_warned = TRUE;
  GST_ELEMENT_WARNING (
      self, STREAM, FORMAT,
      ("The input holds samples that are not numbers (NaN or infinite); they are "
       "replaced by silence. Export the file again from its source."),
      ("first seen within the first %" G_GUINT64_FORMAT " frames", p->fed + p->held));
}

void
gst_master_base_remember (GstMasterBase *self, const float *const planes[], guint n_frames)
{
  mdsp_bypass_remember (&gst_master_base_priv (self)->around, planes, n_frames);
}

/* The planes hold n clean frames: one block through the element. */
static void
process_block (GstMasterBase *self, guint n)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GstMasterBaseClass *klass = GST_MASTER_BASE_GET_CLASS (self);

  if (!klass->analyzer && p->dry_delay == 0)
    gst_master_base_remember (self, (const float *const *) p->planes, n);
  if (!klass->analyzer || !p->bypassed)
    klass->process (self, p->planes, n);
  if (!klass->analyzer)
    mdsp_bypass_apply (&p->around, p->planes, n);
  p->fed += n;
  p->final_due = TRUE;
}

/* How many of `left` frames the next block takes. */
static guint
block_size (GstMasterBase *self, guint64 left, gboolean controlled)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  guint64 n = MIN (left, MDSP_MAX_BLOCK);
  guint64 content = gst_master_base_content (self);
  guint64 silent = p->fed < p->delay ? p->delay - p->fed : 0; /* frames before content starts */
  guint64 to_message = gst_master_base_frames_to_message (self, content);

  if (controlled)
    n = MIN (n, MDSP_GRID - p->fed % MDSP_GRID);
  if (to_message < G_MAXUINT64)
    n = MIN (n, silent + to_message);
  return (guint) n;
}

void
gst_master_base_process_frames (GstMasterBase *self, const float *src, float *dst, guint64 n_frames)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  const guint channels = GST_AUDIO_INFO_CHANNELS (&p->info);
  gboolean controlled = is_controlled (self);

  watch_bypass_curve (self, controlled);
  for (guint64 done = 0; done < n_frames;) {
    guint64 fp_state;
    guint n;

    if (controlled && p->fed % MDSP_GRID == 0) {
      sync_controller (self);
      if (p->bypass_curve)
        note_bypass (self);
    }
    gst_master_base_take_settings (self);
    n = block_size (self, n_frames - done, controlled);
    /* Around our arithmetic alone: controllers and bus handlers are others'. */
    fp_state = mdsp_fp_enter ();
    if (src != NULL)
      p->nan_count +=
          p->kernels->deinterleave_clean_f32 (p->planes, src + done * channels, channels, n);
    else
      for (guint c = 0; c < channels; c++)
        memset (p->planes[c], 0, n * sizeof (float));
    process_block (self, n);
    if (dst != NULL)
      p->kernels->interleave_f32 (dst + done * channels, (const float *const *) p->planes, channels,
                                  n);
    mdsp_fp_leave (fp_state);
    done += n;
    if (gst_master_base_frames_to_message (self, gst_master_base_content (self)) == 0)
      gst_master_base_post (self, gst_master_base_content (self), FALSE);
  }
  gst_master_base_warn_non_finite (self);
}
