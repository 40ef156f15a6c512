/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-loudnorm
 * @title: loudnorm
 *
 * Brings a programme to a loudness, with the same true-peak limiter as truepeaklimit behind the gain
 * (limiter=false takes it away). The mode never changes by itself:
 *
 * * mode=live (default): a slow gain that follows the programme, at the stream's own rate, with
 *   `lookahead` ms of latency. It starts at its level, keeps the loudness range, rests in pauses.
 *   measured-loudness, or the stream's ReplayGain or R128 tags, say what to expect.
 * * mode=file: keeps the stream back in a temporary file and plays it out at its end with the one
 *   gain that lands it, the limiter in the loop. Progress messages tell how far it is. Seeks are
 *   refused; a live source is an error.
 * * mode=linear: the gain is exactly loudness-target - measured-loudness + offset dB, constant over
 *   the stream and never capped. Without measured-loudness it is 0 dB plus offset and `limited-by`
 *   says no-measurement.
 *
 * The message says when the limiter had to act (file: when for that the target was missed).
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=200 ! audioconvert ! loudnorm loudness-target=-16 ! loudnessmeter ! fakesink
 * ]| A stream nobody has measured, brought to -16 LUFS.
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=200 ! audioconvert ! loudnorm mode=file loudness-target=-14 max-true-peak=-1 ! audioconvert dithering-threshold=24 ! audio/x-raw,format=S24LE ! fakesink
 * ]| Masters a file in one line: put filesrc and decodebin before it, flacenc and filesink behind.
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=200 ! audioconvert ! loudnorm mode=linear measured-loudness=-20.5 loudness-target=-14 max-true-peak=-1 ! loudnessmeter ! fakesink
 * ]| Measured at -20.5 LUFS, wanted at -14: 6.5 dB louder, true peaks under -1 dBTP.
 *
 * ## Message "loudnorm"
 * * `mode` (string): live, file, linear; `gain` (double, dB): at the end of the span; with bypass=true
 *   the message tells what goes out: no gain, no limit, the loudness of the input
 * * `limited-by` (string): none; true-peak (the limiter acted in this span, in the final message:
 *   anywhere; or there is none and measured-true-peak says that peaks go over); range (linear
 *   and file: the input's exceeds loudness-range-target; live: the output's does, by 1 LU); no-measurement
 *   (live: nothing was heard yet that counts as programme)
 * * `gain-reduction-max` (double, dB): by the limiter in this span; final: total-gain-reduction-max
 *   and total-gain-reduction-mean (double, dB) of the whole stream
 * * `output-loudness` (double, LUFS): integrated over the output (file: the whole, live: so far; not
 *   there once a live stream was bypassed)
 * * `final` (boolean), `timestamp`, `running-time`, `stream-time`, `duration` (guint64, ns): the
 *   start of the span and its length
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstloudnormmodes.h"
#include "gstloudnormtags.h"
#include "gstmasterelements.h"

#include "kernels/dmath.h"

#include <math.h>

GST_DEBUG_CATEGORY (loudnorm_debug);
#define GST_CAT_DEFAULT loudnorm_debug

/* Less than this is the limiter's rounding, not its work. */
#define ACTED_DB 0.005
/* Loudness ranges are not told apart more finely. */
#define RANGE_TOLERANCE_LU 1.0

G_DEFINE_TYPE_WITH_CODE (GstLoudNorm, gst_loud_norm, GST_TYPE_MASTER_BASE,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (loudnorm, "loudnorm", GST_RANK_NONE, GST_TYPE_LOUD_NORM);

static void
gst_loud_norm_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstLoudNorm *self = GST_LOUD_NORM (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_loud_norm_settings_set (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

static void
gst_loud_norm_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstLoudNorm *self = GST_LOUD_NORM (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_loud_norm_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
take_tags (GstLoudNorm *self, GstEvent *event)
{
  GstTagList *tags;
  gdouble lufs;

  gst_event_parse_tag (event, &tags);
  if (!gst_loud_norm_tags_loudness (tags, &lufs))
    return;
  GST_INFO_OBJECT (self, "the stream's tags say %.2f LUFS", lufs);
  GST_OBJECT_LOCK (self);
  self->tagged_loudness = lufs;
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

/* A new stream is a new item with tags of its own. */
static void
next_item (GstLoudNorm *self)
{
  GST_OBJECT_LOCK (self);
  self->tagged_loudness = MDSP_SILENCE_DB;
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
  if (self->leveller != NULL)
    mdsp_leveller_next (self->leveller);
}

static gboolean
gst_loud_norm_sink_event (GstBaseTransform *trans, GstEvent *event)
{
  GstLoudNorm *self = GST_LOUD_NORM (trans);
  const gboolean is_new = GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START;
  gboolean ok;

  if (GST_EVENT_TYPE (event) == GST_EVENT_TAG)
    take_tags (self, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP && self->land != NULL)
    gst_loud_norm_land_cancel (self->land, GST_MASTER_BASE (self));
  ok = GST_BASE_TRANSFORM_CLASS (gst_loud_norm_parent_class)->sink_event (trans, event);
  if (is_new) /* the one before has been drained */
    next_item (self);
  return ok;
}

static gboolean
is_in_file_mode (GstLoudNorm *self)
{
  gboolean file;

  GST_OBJECT_LOCK (self);
  file = self->settings.mode == GST_LOUD_NORM_FILE;
  GST_OBJECT_UNLOCK (self);
  return file;
}

/* mode=file refuses to seek: its gain is for the whole stream, and its end has to be read first. */
static gboolean
gst_loud_norm_src_event (GstBaseTransform *trans, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK && is_in_file_mode (GST_LOUD_NORM (trans))) {
    GST_INFO_OBJECT (trans, "mode=file refuses to seek");
    gst_event_unref (event);
    return FALSE;
  }
  return GST_BASE_TRANSFORM_CLASS (gst_loud_norm_parent_class)->src_event (trans, event);
}

static gboolean
gst_loud_norm_query (GstBaseTransform *trans, GstPadDirection direction, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_SEEKING && direction == GST_PAD_SRC &&
      is_in_file_mode (GST_LOUD_NORM (trans))) {
    GstFormat format;

    gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
    gst_query_set_seeking (query, format, FALSE, 0, -1);
    return TRUE;
  }
  return GST_BASE_TRANSFORM_CLASS (gst_loud_norm_parent_class)->query (trans, direction, query);
}

/* The one constraint that keeps the result from its target. */
static const gchar *
limited_by (GstLoudNorm *self, gboolean limiter_acted)
{
  if (!self->measured)
    return "no-measurement";
  if ((limiter_acted && self->mode != GST_LOUD_NORM_FILE) || self->over_peak)
    return "true-peak";
  return self->over_range ? "range" : "none";
}

/* What mode=live knows only as it goes along. */
static void
read_leveller (GstLoudNorm *self)
{
  MdspLeveller *l = self->leveller;
  gdouble range_target = l->params.range_target_lu;

  self->measured = isfinite (mdsp_leveller_programme_lufs (l));
  self->gain_db = mdsp_leveller_gain_db (l);
  self->over_range = range_target > 0.0 &&
                     mdsp_leveller_output_range_lu (l, FALSE) > range_target + RANGE_TOLERANCE_LU;
  self->over_peak = FALSE;
}

/* Of what goes out, where that is known: the leveller listens to the limiter, not to a bypass. */
static void
tell_output_loudness (GstLoudNorm *self, GstStructure *s, gboolean bypassed, gboolean final)
{
  gdouble lufs;

  if (self->mode == GST_LOUD_NORM_LINEAR ||
      (self->mode == GST_LOUD_NORM_LIVE && self->was_bypassed))
    return;
  if (self->mode == GST_LOUD_NORM_LIVE)
    lufs = mdsp_leveller_output_lufs (self->leveller, final);
  else
    lufs = bypassed ? self->land->input_lufs : self->land->output_lufs;
  gst_structure_set (s, "output-loudness", G_TYPE_DOUBLE, lufs, NULL);
}

static void
gst_loud_norm_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  const gboolean bypassed = gst_master_base_bypassed (base);
  MdspLimiterReading reading = { .max_all_db = 0.0 };
  gboolean limited;

  self->was_bypassed |= bypassed;
  if (self->mode == GST_LOUD_NORM_LIVE)
    read_leveller (self);
  if (self->has_limiter)
    mdsp_limiter_take (&self->limiter, &reading);
  if (bypassed)
    reading = (MdspLimiterReading){ .max_all_db = 0.0 };
  mdsp_limiter_total_add (&self->total, &reading);
  limited = (final ? self->total.max_db : reading.max_all_db) > ACTED_DB;
  gst_structure_set (s, "mode", G_TYPE_STRING, gst_loud_norm_mode_name (self->mode), "gain",
                     G_TYPE_DOUBLE, bypassed ? 0.0 : self->gain_db, "limited-by", G_TYPE_STRING,
                     bypassed ? "none" : limited_by (self, limited), "gain-reduction-max",
                     G_TYPE_DOUBLE, reading.max_all_db, NULL);
  tell_output_loudness (self, s, bypassed, final);
  if (final)
    gst_structure_set (s, "total-gain-reduction-max", G_TYPE_DOUBLE, self->total.max_db,
                       "total-gain-reduction-mean", G_TYPE_DOUBLE, self->total.mean_db, NULL);
}

static void
gst_loud_norm_finalize (GObject *object)
{
  gst_loud_norm_settings_clear (&GST_LOUD_NORM (object)->settings);
  G_OBJECT_CLASS (gst_loud_norm_parent_class)->finalize (object);
}

static void
gst_loud_norm_class_init (GstLoudNormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  GstMasterBaseClass *base_class = GST_MASTER_BASE_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (loudnorm_debug, "loudnorm", 0, "loudness normaliser");
  object_class->set_property = gst_loud_norm_set_property;
  object_class->get_property = gst_loud_norm_get_property;
  gst_loud_norm_settings_install (object_class);
  object_class->finalize = gst_loud_norm_finalize;
  trans_class->sink_event = GST_DEBUG_FUNCPTR (gst_loud_norm_sink_event);
  trans_class->src_event = GST_DEBUG_FUNCPTR (gst_loud_norm_src_event);
  trans_class->query = GST_DEBUG_FUNCPTR (gst_loud_norm_query);

  base_class->message_name = "loudnorm";
  gst_loud_norm_modes_install (base_class);
  base_class->fill_message = gst_loud_norm_fill_message;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Loudness Normaliser", "Filter/Effect/Audio",
      "Brings a programme to a loudness with true peaks under a ceiling",
      "The gst-mastering authors");
  gst_master_base_class_add_templates (base_class);
  gst_type_mark_as_plugin_api (GST_TYPE_LOUD_NORM_MODE, 0);
}

static void
gst_loud_norm_init (GstLoudNorm *self)
{
  gst_loud_norm_settings_init (&self->settings);
  self->tagged_loudness = MDSP_SILENCE_DB;
}
