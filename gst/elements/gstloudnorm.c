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
 * * `mode` (string): live, file, linear; `gain` (double, dB): at the end of the span
 * * `limited-by` (string): none; true-peak (the limiter acted in this span, in the final message:
 *   anywhere; or there is none and measured-true-peak says that peaks go over); range (linear
 *   and file: the input's exceeds loudness-range-target; live: the output's does, by 1 LU); no-measurement
 *   (live: nothing was heard yet that counts as programme)
 * * `gain-reduction-max` (double, dB): by the limiter in this span
 * * `output-loudness` (double, LUFS): integrated over the output (file: the whole, live: so far)
 * * `final` (boolean), `timestamp`, `running-time`, `stream-time`, `duration` (guint64, ns): the
 *   start of the span and its length
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstloudnormland.h"
#include "gstloudnormsettings.h"
#include "gstloudnormtags.h"
#include "gstmasterbase.h"
#include "gstmasterelements.h"
#include "gstmasterlayout.h"

#include "dynamics/leveller.h"
#include "dynamics/limiter.h"
#include "kernels/dmath.h"

#include <math.h>

GST_DEBUG_CATEGORY_STATIC (loudnorm_debug);
#define GST_CAT_DEFAULT loudnorm_debug

/* Less than this is the limiter's rounding, not its work. */
#define ACTED_DB 0.005
/* Loudness ranges are not told apart more finely. */
#define RANGE_TOLERANCE_LU 1.0

#define GST_TYPE_LOUD_NORM (gst_loud_norm_get_type ())
G_DECLARE_FINAL_TYPE (GstLoudNorm, gst_loud_norm, GST, LOUD_NORM, GstMasterBase)

struct _GstLoudNorm {
  GstMasterBase parent;

  GstLoudNormSettings settings; /* guarded by the object lock */
  gdouble tagged_loudness;      /* LUFS by the stream's tags, or -inf; guarded by the object lock */

  /* Streaming thread only; mode and has_limiter as of the format. */
  GstLoudNormMode mode;
  gboolean has_limiter;
  guint n_channels;
  MdspLimiter limiter;
  MdspLeveller *leveller; /* mode=live; too large for an instance */
  GstLoudNormLand *land;  /* mode=file */
  MdspRamp gain;          /* the others, without a limiter */
  gdouble gain_db;
  gboolean measured, over_range, over_peak, ever_limited;
};

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

/* The gain law of mode=linear; -inf (no measurement) never becomes a gain. */
static void
decide_gain (GstLoudNorm *self, MdspLimiterParams *params)
{
  GST_OBJECT_LOCK (self);
  self->measured = self->settings.measured_loudness >= -200.0;
  self->gain_db = self->settings.offset;
  if (self->measured)
    self->gain_db += self->settings.target - self->settings.measured_loudness;
  params->ceiling_dbtp = self->settings.max_true_peak;
  /* A constant gain keeps the loudness range, and without a limiter it moves the peaks along. */
  self->over_range = self->settings.range_target > 0.0 &&
                     self->settings.measured_range > self->settings.range_target;
  self->over_peak = !self->has_limiter && self->settings.measured_true_peak + self->gain_db >
                                              self->settings.max_true_peak;
  GST_OBJECT_UNLOCK (self);
  params->input_gain_db = self->gain_db;
}

/* What mode=live goes by. The user's measurement is worth more than a tag. */
static void
decide_level (GstLoudNorm *self, MdspLevellerParams *level, MdspLimiterParams *limit)
{
  GST_OBJECT_LOCK (self);
  level->target_lufs = self->settings.target + self->settings.offset;
  level->prior_lufs = self->settings.measured_loudness >= -200.0 ? self->settings.measured_loudness
                                                                 : self->tagged_loudness;
  level->gate_lufs = self->settings.measured_threshold;
  level->range_target_lu = self->settings.range_target;
  level->lookahead_ms = self->settings.lookahead_ms;
  limit->ceiling_dbtp = self->settings.max_true_peak;
  GST_OBJECT_UNLOCK (self);
}

static MdspStatus
init_limiter (GstLoudNorm *self, const MdspLimiterParams *params)
{
  if (!self->has_limiter)
    return MDSP_OK;
  return mdsp_limiter_init (&self->limiter, params,
                            gst_master_base_kernels (GST_MASTER_BASE (self)));
}

static MdspStatus
init_live (GstLoudNorm *self, MdspLimiterParams *limit, const GstAudioInfo *info)
{
  MdspSpeaker speakers[MDSP_MAX_CHANNELS];
  MdspLevellerParams level = { .rate_hz = limit->rate_hz,
                               .n_channels = limit->n_channels,
                               .speakers = speakers };
  MdspStatus status;

  gst_master_layout_speakers (info, speakers);
  decide_level (self, &level, limit);
  status = init_limiter (self, limit);
  if (status != MDSP_OK)
    return status;
  self->leveller = g_new0 (MdspLeveller, 1);
  level.output_delay = self->has_limiter ? mdsp_limiter_latency (&self->limiter) : 0;
  return mdsp_leveller_init (self->leveller, &level,
                             gst_master_base_kernels (GST_MASTER_BASE (self)));
}

static MdspStatus
init_linear (GstLoudNorm *self, MdspLimiterParams *limit)
{
  decide_gain (self, limit);
  mdsp_ramp_init (&self->gain, limit->rate_hz, self->gain_db);
  if (!self->measured)
    GST_ELEMENT_WARNING (
        self, STREAM, FAILED,
        ("mode=linear needs measured-loudness: the loudness of the whole stream in "
         "LUFS, as loudnessmeter reports it. The gain stays at the offset. For a stream that "
         "nobody "
         "has measured there is mode=live, for a file mode=file."),
        (NULL));
  return init_limiter (self, limit);
}

static MdspStatus
init_file (GstLoudNorm *self, MdspLimiterParams *limit, const GstAudioInfo *info)
{
  const MdspStatus status = init_limiter (self, limit);

  if (status != MDSP_OK)
    return status;
  self->gain_db = 0.0;
  mdsp_ramp_init (&self->gain, limit->rate_hz, 0.0);
  self->land = g_new0 (GstLoudNormLand, 1);
  return gst_loud_norm_land_init (self->land, info,
                                  gst_master_base_kernels (GST_MASTER_BASE (self)));
}

static MdspStatus
init_mode (GstLoudNorm *self, MdspLimiterParams *limit, const GstAudioInfo *info)
{
  switch (self->mode) {
    case GST_LOUD_NORM_LIVE:
      return init_live (self, limit, info);
    case GST_LOUD_NORM_FILE:
      return init_file (self, limit, info);
    default:
      return init_linear (self, limit);
  }
}

static gboolean
gst_loud_norm_configure (GstMasterBase *base, const GstAudioInfo *info)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  MdspLimiterParams params;
  MdspStatus status;

  mdsp_limiter_params_init (&params, GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info));
  params.measure_output = FALSE;
  GST_OBJECT_LOCK (self);
  self->mode = self->settings.mode;
  self->has_limiter = self->settings.limiter;
  GST_OBJECT_UNLOCK (self);
  self->n_channels = params.n_channels;
  self->ever_limited = FALSE;
  status = init_mode (self, &params, info);
  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  return TRUE;
}

static void
gst_loud_norm_update (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  MdspLimiterParams limit = self->limiter.params;

  if (self->mode == GST_LOUD_NORM_FILE) /* as of the end of the programme */
    return;
  if (self->mode == GST_LOUD_NORM_LIVE) {
    MdspLevellerParams level = self->leveller->params;

    decide_level (self, &level, &limit);
    mdsp_leveller_set (self->leveller, &level);
  } else {
    decide_gain (self, &limit);
    mdsp_ramp_set (&self->gain, self->gain_db);
  }
  if (self->has_limiter)
    mdsp_limiter_set (&self->limiter, &limit);
}

static void
gst_loud_norm_reset (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  if (self->mode == GST_LOUD_NORM_LIVE)
    mdsp_leveller_reset (self->leveller);
  else
    mdsp_ramp_reset (&self->gain);
  if (self->has_limiter)
    mdsp_limiter_reset (&self->limiter);
}

/* The programme itself is not forgotten: after a seek it is still the same one (mode=live). */
static void
gst_loud_norm_forget (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  self->ever_limited = FALSE;
  if (self->mode == GST_LOUD_NORM_LIVE)
    mdsp_leveller_forget_output (self->leveller);
}

static void
gst_loud_norm_clear (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  mdsp_limiter_clear (&self->limiter);
  if (self->leveller != NULL)
    mdsp_leveller_clear (self->leveller);
  g_clear_pointer (&self->leveller, g_free);
  if (self->land != NULL) {
    gst_loud_norm_land_cancel (self->land, base);
    gst_loud_norm_land_clear (self->land);
  }
  g_clear_pointer (&self->land, g_free);
}

static void
gst_loud_norm_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  if (self->mode == GST_LOUD_NORM_LIVE)
    mdsp_leveller_process (self->leveller, planes, n_frames);
  if (self->has_limiter)
    mdsp_limiter_process (&self->limiter, planes, n_frames);
  else if (self->mode != GST_LOUD_NORM_LIVE)
    mdsp_ramp_process (&self->gain, gst_master_base_kernels (base), planes, self->n_channels,
                       n_frames);
  if (self->mode == GST_LOUD_NORM_LIVE)
    mdsp_leveller_hear (self->leveller, (const float *const *) planes, n_frames);
}

static guint
gst_loud_norm_latency (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  guint frames = self->has_limiter ? mdsp_limiter_latency (&self->limiter) : 0;

  return self->mode == GST_LOUD_NORM_LIVE ? frames + mdsp_leveller_latency (self->leveller)
                                          : frames;
}

static gboolean
gst_loud_norm_holds (GstMasterBase *base)
{
  return GST_LOUD_NORM (base)->mode == GST_LOUD_NORM_FILE;
}

static gboolean
gst_loud_norm_begin_hold (GstMasterBase *base, gchar **name_template)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  if (gst_master_base_upstream_is_live (base)) {
    GST_ELEMENT_ERROR (
        self, STREAM, WRONG_TYPE,
        ("mode=file waits for the end of the stream, and a live stream has none. Set "
         "mode=live."),
        (NULL));
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  *name_template = g_strdup (self->settings.temp_template);
  GST_OBJECT_UNLOCK (self);
  gst_loud_norm_land_begin (self->land, base);
  return TRUE;
}

static void
gst_loud_norm_survey (GstMasterBase *base, float *const planes[], guint n_frames)
{
  gst_loud_norm_land_survey (GST_LOUD_NORM (base)->land, base, planes, n_frames);
}

/* What the gain can not do: the peaks without a limiter, the loudness with one, the range. */
static void
note_constraints (GstLoudNorm *self, gdouble target, gdouble max_true_peak, gdouble range_target)
{
  const GstLoudNormLand *land = self->land;

  self->measured = land->measured;
  self->gain_db = land->gain_db;
  self->over_range = range_target > 0.0 && land->input_range_lu > range_target;
  self->over_peak = self->has_limiter
                        ? fabs (land->output_lufs - target) > GST_LOUD_NORM_TOLERANCE_LU
                        : land->input_peak_db + land->gain_db > max_true_peak;
}

/* The settings of this moment hold for the whole programme. */
static GstFlowReturn
gst_loud_norm_resolve (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  MdspLimiterParams limit = self->limiter.params;
  gdouble target, offset, range_target, max_true_peak;
  GstFlowReturn ret;

  GST_OBJECT_LOCK (self);
  target = self->settings.target;
  offset = self->settings.offset;
  range_target = self->settings.range_target;
  max_true_peak = self->settings.max_true_peak;
  GST_OBJECT_UNLOCK (self);
  limit.ceiling_dbtp = max_true_peak;
  if (self->has_limiter)
    mdsp_limiter_set (&self->limiter, &limit);
  ret = gst_loud_norm_land_find (self->land, base, self->has_limiter ? &self->limiter : NULL,
                                 target + offset);
  if (ret != GST_FLOW_OK)
    return ret;
  if (!self->land->measured)
    self->land->gain_db = offset;
  note_constraints (self, target + offset, max_true_peak, range_target);
  limit.input_gain_db = self->gain_db;
  mdsp_ramp_set (&self->gain, self->gain_db);
  if (self->has_limiter)
    mdsp_limiter_set (&self->limiter, &limit);
  gst_loud_norm_reset (base);
  return GST_FLOW_OK;
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
  const MdspLeveller *l = self->leveller;
  gdouble range_target = l->params.range_target_lu;

  self->measured = isfinite (mdsp_leveller_programme_lufs (l));
  self->gain_db = mdsp_leveller_gain_db (l);
  self->over_range = range_target > 0.0 &&
                     mdsp_leveller_output_range_lu (l, FALSE) > range_target + RANGE_TOLERANCE_LU;
  self->over_peak = FALSE;
}

static void
gst_loud_norm_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  MdspLimiterReading reading = { .max_all_db = 0.0 };
  gboolean limited;

  if (self->mode == GST_LOUD_NORM_LIVE)
    read_leveller (self);
  if (self->has_limiter)
    mdsp_limiter_take (&self->limiter, &reading);
  limited = reading.max_all_db > ACTED_DB;
  self->ever_limited |= limited;
  gst_structure_set (s, "mode", G_TYPE_STRING, gst_loud_norm_mode_name (self->mode), "gain",
                     G_TYPE_DOUBLE, self->gain_db, "limited-by", G_TYPE_STRING,
                     limited_by (self, final ? self->ever_limited : limited), "gain-reduction-max",
                     G_TYPE_DOUBLE, reading.max_all_db, NULL);
  if (self->mode == GST_LOUD_NORM_LIVE)
    gst_structure_set (s, "output-loudness", G_TYPE_DOUBLE,
                       mdsp_leveller_output_lufs (self->leveller, final), NULL);
  if (self->mode == GST_LOUD_NORM_FILE)
    gst_structure_set (s, "output-loudness", G_TYPE_DOUBLE, self->land->output_lufs, NULL);
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
  base_class->configure = gst_loud_norm_configure;
  base_class->update = gst_loud_norm_update;
  base_class->reset = gst_loud_norm_reset;
  base_class->forget = gst_loud_norm_forget;
  base_class->clear = gst_loud_norm_clear;
  base_class->process = gst_loud_norm_process;
  base_class->latency = gst_loud_norm_latency;
  base_class->fill_message = gst_loud_norm_fill_message;
  base_class->holds = gst_loud_norm_holds;
  base_class->begin_hold = gst_loud_norm_begin_hold;
  base_class->survey = gst_loud_norm_survey;
  base_class->resolve = gst_loud_norm_resolve;

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
