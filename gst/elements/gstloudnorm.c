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
#include "gstmasterbase.h"
#include "gstmasterelements.h"
#include "gstmasterlayout.h"

#include "dynamics/leveller.h"
#include "dynamics/limiter.h"
#include "kernels/dmath.h"

#include <math.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (loudnorm_debug);
#define GST_CAT_DEFAULT loudnorm_debug

typedef enum { MODE_LIVE, MODE_LINEAR, MODE_FILE } GstLoudNormMode;

/* Less than this is the limiter's rounding, not its work. */
#define ACTED_DB 0.005
/* Loudness ranges are not told apart more finely. */
#define RANGE_TOLERANCE_LU 1.0

#define DEFAULT_MODE          MODE_LIVE
#define DEFAULT_TARGET        -14.0
#define DEFAULT_MAX_TRUE_PEAK -1.0
#define DEFAULT_OFFSET        0.0
#define DEFAULT_LIMITER       TRUE
#define DEFAULT_RANGE_TARGET  0.0 /* off */
#define DEFAULT_MEASURED      MDSP_SILENCE_DB
#define DEFAULT_LOOKAHEAD_MS  3000.0

enum {
  PROP_0,
  PROP_MODE,
  PROP_TARGET,
  PROP_MAX_TRUE_PEAK,
  PROP_OFFSET,
  PROP_MEASURED_LOUDNESS,
  PROP_MEASURED_TRUE_PEAK,
  PROP_MEASURED_RANGE,
  PROP_MEASURED_THRESHOLD,
  PROP_RANGE_TARGET,
  PROP_LOOKAHEAD,
  PROP_TEMP_TEMPLATE,
  PROP_LIMITER
};

#define GST_TYPE_LOUD_NORM (gst_loud_norm_get_type ())
G_DECLARE_FINAL_TYPE (GstLoudNorm, gst_loud_norm, GST, LOUD_NORM, GstMasterBase)

struct _GstLoudNorm {
  GstMasterBase parent;

  struct {
    GstLoudNormMode mode;
    gdouble target, max_true_peak, offset, range_target;
    gdouble measured_loudness, measured_true_peak, measured_range; /* -inf = not measured */
    gdouble measured_threshold;
    gdouble lookahead_ms;
    gchar *temp_template; /* NULL: where temporary files go */
    gboolean limiter;
  } settings;              /* guarded by the object lock */
  gdouble tagged_loudness; /* LUFS by the stream's tags, or -inf; guarded by the object lock */

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

#define GST_TYPE_LOUD_NORM_MODE (gst_loud_norm_mode_get_type ())
static GType
gst_loud_norm_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MODE_LIVE, "A slow gain that follows the programme, for streams", "live" },
    { MODE_LINEAR, "One constant gain from a measurement", "linear" },
    { MODE_FILE, "One constant gain that lands the whole stream, which is kept back until its end",
      "file" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLoudNormMode", values));
  return (GType) type;
}

static const gchar *
mode_name (GstLoudNormMode mode)
{
  return mode == MODE_LIVE ? "live" : mode == MODE_FILE ? "file" : "linear";
}

static void
gst_loud_norm_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstLoudNorm *self = GST_LOUD_NORM (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      self->settings.mode = g_value_get_enum (value);
      break;
    case PROP_TARGET:
      self->settings.target = g_value_get_double (value);
      break;
    case PROP_MAX_TRUE_PEAK:
      self->settings.max_true_peak = g_value_get_double (value);
      break;
    case PROP_OFFSET:
      self->settings.offset = g_value_get_double (value);
      break;
    case PROP_MEASURED_LOUDNESS:
      self->settings.measured_loudness = g_value_get_double (value);
      break;
    case PROP_MEASURED_TRUE_PEAK:
      self->settings.measured_true_peak = g_value_get_double (value);
      break;
    case PROP_MEASURED_RANGE:
      self->settings.measured_range = g_value_get_double (value);
      break;
    case PROP_MEASURED_THRESHOLD:
      self->settings.measured_threshold = g_value_get_double (value);
      break;
    case PROP_RANGE_TARGET:
      self->settings.range_target = g_value_get_double (value);
      break;
    case PROP_LOOKAHEAD:
      self->settings.lookahead_ms = g_value_get_double (value);
      break;
    case PROP_TEMP_TEMPLATE:
      g_free (self->settings.temp_template);
      self->settings.temp_template = g_value_dup_string (value);
      break;
    case PROP_LIMITER:
      self->settings.limiter = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

static void
gst_loud_norm_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstLoudNorm *self = GST_LOUD_NORM (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, self->settings.mode);
      break;
    case PROP_TARGET:
      g_value_set_double (value, self->settings.target);
      break;
    case PROP_MAX_TRUE_PEAK:
      g_value_set_double (value, self->settings.max_true_peak);
      break;
    case PROP_OFFSET:
      g_value_set_double (value, self->settings.offset);
      break;
    case PROP_MEASURED_LOUDNESS:
      g_value_set_double (value, self->settings.measured_loudness);
      break;
    case PROP_MEASURED_TRUE_PEAK:
      g_value_set_double (value, self->settings.measured_true_peak);
      break;
    case PROP_MEASURED_RANGE:
      g_value_set_double (value, self->settings.measured_range);
      break;
    case PROP_MEASURED_THRESHOLD:
      g_value_set_double (value, self->settings.measured_threshold);
      break;
    case PROP_RANGE_TARGET:
      g_value_set_double (value, self->settings.range_target);
      break;
    case PROP_LOOKAHEAD:
      g_value_set_double (value, self->settings.lookahead_ms);
      break;
    case PROP_TEMP_TEMPLATE:
      g_value_set_string (value, self->settings.temp_template);
      break;
    case PROP_LIMITER:
      g_value_set_boolean (value, self->settings.limiter);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
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
  self->land = g_new0 (GstLoudNormLand, 1);
  self->gain_db = 0.0;
  mdsp_ramp_init (&self->gain, limit->rate_hz, 0.0);
  return init_limiter (self, limit) == MDSP_OK
             ? gst_loud_norm_land_init (self->land, info,
                                        gst_master_base_kernels (GST_MASTER_BASE (self)))
             : MDSP_ERROR_MEMORY;
}

static MdspStatus
init_mode (GstLoudNorm *self, MdspLimiterParams *limit, const GstAudioInfo *info)
{
  switch (self->mode) {
    case MODE_LIVE:
      return init_live (self, limit, info);
    case MODE_FILE:
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

  if (self->mode == MODE_FILE) /* as of the end of the programme */
    return;
  if (self->mode == MODE_LIVE) {
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

  if (self->mode == MODE_LIVE)
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
  if (self->mode == MODE_LIVE)
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

  if (self->mode == MODE_LIVE)
    mdsp_leveller_process (self->leveller, planes, n_frames);
  if (self->has_limiter)
    mdsp_limiter_process (&self->limiter, planes, n_frames);
  else if (self->mode != MODE_LIVE)
    mdsp_ramp_process (&self->gain, gst_master_base_kernels (base), planes, self->n_channels,
                       n_frames);
  if (self->mode == MODE_LIVE)
    mdsp_leveller_hear (self->leveller, (const float *const *) planes, n_frames);
}

static guint
gst_loud_norm_latency (GstMasterBase *base)
{
  GstLoudNorm *self = GST_LOUD_NORM (base);
  guint frames = self->has_limiter ? mdsp_limiter_latency (&self->limiter) : 0;

  return self->mode == MODE_LIVE ? frames + mdsp_leveller_latency (self->leveller) : frames;
}

static gboolean
gst_loud_norm_holds (GstMasterBase *base)
{
  return GST_LOUD_NORM (base)->mode == MODE_FILE;
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

/* R128_TRACK_GAIN as Opus and Vorbis comments have it: Q7.8 decibels to -23 LUFS (RFC 7845, 5.2.1). */
static gboolean
r128_loudness (const GstTagList *tags, gdouble *lufs)
{
  for (guint i = 0; i < gst_tag_list_get_tag_size (tags, GST_TAG_EXTENDED_COMMENT); i++) {
    const gchar *comment;
    gchar *end;
    gint64 gain;

    if (!gst_tag_list_peek_string_index (tags, GST_TAG_EXTENDED_COMMENT, i, &comment) ||
        g_ascii_strncasecmp (comment, "R128_TRACK_GAIN=", 16) != 0)
      continue;
    gain = g_ascii_strtoll (comment + 16, &end, 10);
    if (end == comment + 16 || ABS (gain) > 32768)
      continue;
    *lufs = -23.0 - gain / 256.0;
    return TRUE;
  }
  return FALSE;
}

/* ReplayGain 2.0: to -18 LUFS, which is its reference level of 89 dB. */
static gboolean
replaygain_loudness (const GstTagList *tags, gdouble *lufs)
{
  gdouble gain, reference = 89.0;

  if (!gst_tag_list_get_double (tags, GST_TAG_TRACK_GAIN, &gain))
    return FALSE;
  gst_tag_list_get_double (tags, GST_TAG_REFERENCE_LEVEL, &reference);
  *lufs = reference - 107.0 - gain;
  return isfinite (*lufs) && *lufs > -70.0 && *lufs < 20.0;
}

static void
take_tags (GstLoudNorm *self, GstEvent *event)
{
  GstTagList *tags;
  gdouble lufs;

  gst_event_parse_tag (event, &tags);
  if (!r128_loudness (tags, &lufs) && !replaygain_loudness (tags, &lufs))
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
  self->tagged_loudness = DEFAULT_MEASURED;
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
  file = self->settings.mode == MODE_FILE;
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
  if ((limiter_acted && self->mode != MODE_FILE) || self->over_peak)
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

  if (self->mode == MODE_LIVE)
    read_leveller (self);
  if (self->has_limiter)
    mdsp_limiter_take (&self->limiter, &reading);
  limited = reading.max_all_db > ACTED_DB;
  self->ever_limited |= limited;
  gst_structure_set (s, "mode", G_TYPE_STRING, mode_name (self->mode), "gain", G_TYPE_DOUBLE,
                     self->gain_db, "limited-by", G_TYPE_STRING,
                     limited_by (self, final ? self->ever_limited : limited), "gain-reduction-max",
                     G_TYPE_DOUBLE, reading.max_all_db, NULL);
  if (self->mode == MODE_LIVE)
    gst_structure_set (s, "output-loudness", G_TYPE_DOUBLE,
                       mdsp_leveller_output_lufs (self->leveller, final), NULL);
  if (self->mode == MODE_FILE)
    gst_structure_set (s, "output-loudness", G_TYPE_DOUBLE, self->land->output_lufs, NULL);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (object_class, PROP_MODE,
                                   g_param_spec_enum ("mode", "Mode", "Where the gain comes from",
                                                      GST_TYPE_LOUD_NORM_MODE, DEFAULT_MODE,
                                                      ready));
  g_object_class_install_property (object_class, PROP_TARGET,
                                   g_param_spec_double ("loudness-target", "Loudness target (LUFS)",
                                                        "Integrated loudness to reach, in LUFS",
                                                        -70.0, 10.0, DEFAULT_TARGET, playing));
  g_object_class_install_property (object_class, PROP_MAX_TRUE_PEAK,
                                   g_param_spec_double ("max-true-peak", "Maximum true peak (dBTP)",
                                                        "Ceiling of the limiter, in dBTP", -24.0,
                                                        0.0, DEFAULT_MAX_TRUE_PEAK,
                                                        playing | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (
      object_class, PROP_OFFSET,
      g_param_spec_double ("offset", "Offset (dB)", "Added to the gain, in dB", -99.0, 99.0,
                           DEFAULT_OFFSET, playing | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (
      object_class, PROP_MEASURED_LOUDNESS,
      g_param_spec_double ("measured-loudness", "Measured loudness (LUFS)",
                           "Integrated loudness of the input, in LUFS; -inf = not measured",
                           MDSP_SILENCE_DB, 100.0, DEFAULT_MEASURED, playing));
  g_object_class_install_property (
      object_class, PROP_MEASURED_TRUE_PEAK,
      g_param_spec_double ("measured-true-peak", "Measured true peak (dBTP)",
                           "True peak of the input, in dBTP; -inf = not measured. With "
                           "limiter=false the message tells when it will exceed max-true-peak",
                           MDSP_SILENCE_DB, 100.0, DEFAULT_MEASURED, playing));
  g_object_class_install_property (
      object_class, PROP_MEASURED_RANGE,
      g_param_spec_double ("measured-range", "Measured loudness range (LU)",
                           "Loudness range of the input, in LU; -inf = not measured",
                           MDSP_SILENCE_DB, 1000.0, DEFAULT_MEASURED, playing));
  g_object_class_install_property (
      object_class, PROP_MEASURED_THRESHOLD,
      g_param_spec_double ("measured-threshold", "Measured threshold (LUFS)",
                           "Relative threshold of the input, in LUFS, as loudnessmeter reports it; "
                           "-inf = not measured. mode=live never takes what is quieter for "
                           "programme",
                           MDSP_SILENCE_DB, 100.0, DEFAULT_MEASURED, playing));
  g_object_class_install_property (
      object_class, PROP_LOOKAHEAD,
      g_param_spec_double ("lookahead", "Look-ahead (ms)",
                           "How far mode=live looks ahead, in ms; it is the element's latency "
                           "(with the limiter's)",
                           MDSP_LEVELLER_LOOKAHEAD_MIN_MS, MDSP_LEVELLER_LOOKAHEAD_MAX_MS,
                           DEFAULT_LOOKAHEAD_MS, ready));
  g_object_class_install_property (
      object_class, PROP_TEMP_TEMPLATE,
      g_param_spec_string ("temp-template", "Temporary file template",
                           "Where mode=file keeps the stream until its end: folder and name, with "
                           "XXXXXX in it; NULL = in the folder for temporary files ($TMPDIR). The "
                           "file is unlinked as soon as it is open",
                           NULL, ready));
  g_object_class_install_property (
      object_class, PROP_RANGE_TARGET,
      g_param_spec_double ("loudness-range-target", "Loudness range target (LU)",
                           "Largest loudness range wanted, in LU; 0 = any. mode=linear keeps the "
                           "range as it is and says limited-by=range when it is larger",
                           0.0, 20.0, DEFAULT_RANGE_TARGET, playing));
  g_object_class_install_property (object_class, PROP_LIMITER,
                                   g_param_spec_boolean ("limiter", "Limiter",
                                                         "Keep true peaks under max-true-peak",
                                                         DEFAULT_LIMITER, ready));
}

static void
gst_loud_norm_finalize (GObject *object)
{
  g_free (GST_LOUD_NORM (object)->settings.temp_template);
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
  install_properties (object_class);
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
  self->settings.mode = DEFAULT_MODE;
  self->settings.target = DEFAULT_TARGET;
  self->settings.max_true_peak = DEFAULT_MAX_TRUE_PEAK;
  self->settings.offset = DEFAULT_OFFSET;
  self->settings.measured_loudness = DEFAULT_MEASURED;
  self->settings.measured_true_peak = DEFAULT_MEASURED;
  self->settings.measured_range = DEFAULT_MEASURED;
  self->settings.range_target = DEFAULT_RANGE_TARGET;
  self->settings.measured_threshold = DEFAULT_MEASURED;
  self->settings.lookahead_ms = DEFAULT_LOOKAHEAD_MS;
  self->settings.limiter = DEFAULT_LIMITER;
  self->tagged_loudness = DEFAULT_MEASURED;
}
