/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstloudnormmodes.h"

#include "gstmasterlayout.h"

#include <math.h>
#include <string.h>

#define GST_CAT_DEFAULT loudnorm_debug

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

  gst_master_layout_speakers (info, self->dual_mono, speakers);
  decide_level (self, &level, limit);
  status = init_limiter (self, limit);
  if (status != MDSP_OK)
    return status;
  self->leveller = g_new0 (MdspLeveller, 1);
  self->dry = g_new0 (float, MDSP_MAX_BLOCK * limit->n_channels);
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
  return gst_loud_norm_land_init (self->land, info, self->dual_mono,
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
  self->dual_mono = self->settings.dual_mono;
  GST_OBJECT_UNLOCK (self);
  self->n_channels = params.n_channels;
  memset (&self->total, 0, sizeof self->total);
  self->was_bypassed = FALSE;
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

  memset (&self->total, 0, sizeof self->total);
  self->was_bypassed = FALSE;
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
  g_clear_pointer (&self->dry, g_free);
  if (self->land != NULL) {
    gst_loud_norm_land_cancel (self->land, base);
    gst_loud_norm_land_clear (self->land);
  }
  g_clear_pointer (&self->land, g_free);
}

static void
level (GstLoudNorm *self, float *const planes[], guint n_frames)
{
  float *dry[MDSP_MAX_CHANNELS];

  for (guint c = 0; c < self->n_channels; c++)
    dry[c] = self->dry + c * MDSP_MAX_BLOCK;
  mdsp_leveller_process (self->leveller, planes, dry, n_frames);
  if (mdsp_leveller_latency (self->leveller) > 0)
    gst_master_base_remember (GST_MASTER_BASE (self), (const float *const *) dry, n_frames);
}

static void
gst_loud_norm_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  if (self->mode == GST_LOUD_NORM_LIVE)
    level (self, planes, n_frames);
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

static guint
gst_loud_norm_dry_latency (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);

  return self->mode == GST_LOUD_NORM_LIVE ? mdsp_leveller_latency (self->leveller) : 0;
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
  if (*name_template != NULL && strstr (*name_template, "XXXXXX") == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
                       ("temp-template=%s has no XXXXXX in its name. Six X stand for the letters "
                        "that make the temporary file's name unique: write %s-XXXXXX.",
                        *name_template, *name_template),
                       (NULL));
    g_clear_pointer (name_template, g_free);
    return FALSE;
  }
  gst_loud_norm_land_begin (self->land, base);
  return TRUE;
}

static void
gst_loud_norm_survey (GstMasterBase *base, float *const planes[], guint n_frames)
{
  gst_loud_norm_land_survey (GST_LOUD_NORM (base)->land, base, planes, n_frames);
}

static void
gst_loud_norm_hold_failed (GstMasterBase *base)
{
  gst_loud_norm_land_fail (GST_LOUD_NORM (base)->land, base);
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

void
gst_loud_norm_modes_install (GstMasterBaseClass *klass)
{
  klass->configure = gst_loud_norm_configure;
  klass->update = gst_loud_norm_update;
  klass->reset = gst_loud_norm_reset;
  klass->forget = gst_loud_norm_forget;
  klass->clear = gst_loud_norm_clear;
  klass->process = gst_loud_norm_process;
  klass->latency = gst_loud_norm_latency;
  klass->dry_latency = gst_loud_norm_dry_latency;
  klass->holds = gst_loud_norm_holds;
  klass->begin_hold = gst_loud_norm_begin_hold;
  klass->survey = gst_loud_norm_survey;
  klass->hold_failed = gst_loud_norm_hold_failed;
  klass->resolve = gst_loud_norm_resolve;
}
