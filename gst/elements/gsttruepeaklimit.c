/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-truepeaklimit
 * @title: truepeaklimit
 *
 * Keeps the true peak (ITU-R BS.1770-5 Annex 2: the peak of the reconstructed waveform, between the
 * samples too) under a ceiling. A look-ahead limiter with hold and automatic release; signal that
 * stays below the ceiling passes bit for bit, delayed by the reported latency.
 *
 * It does not change the sample rate and it does not add make-up gain.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc wave=sine freq=11025 volume=0.9 num-buffers=100 ! audio/x-raw,rate=44100,channels=2 ! audioconvert ! truepeaklimit ceiling=-3 ! loudnessmeter ! fakesink
 * ]| Limits a tone to -3 dBTP and measures the result.
 * |[
 * gst-launch-1.0 -m audiotestsrc wave=pink-noise num-buffers=100 ! audioconvert ! truepeaklimit input-gain=12 ceiling=-1 ! fakesink
 * ]| Drives noise 12 dB into the limiter and prints what it did.
 *
 * ## Message "truepeaklimit"
 * * `gain-reduction` (#GST_TYPE_ARRAY of double): largest reduction of each channel in the span, dB
 * * `gain-reduction-max` (double): the largest of them, dB
 * * `gain-reduction-mean` (double): mean gain of the span as a reduction, dB
 * * `total-gain-reduction-max`, `total-gain-reduction-mean` (double): the same two over the whole stream; in the
 *   final message only
 * * `true-peak-db` (double): true peak of the output since the start of the stream, dBTP
 * * `nan-count` (guint64): samples of the input that were not numbers
 * * `final` (boolean), `timestamp`, `running-time`, `stream-time`, `duration` (guint64, ns): the
 *   start of the span and its length
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterbase.h"
#include "gstmasterelements.h"
#include "gsttruepeaklimit.h"

#include "dynamics/limiter.h"
#include "kernels/dmath.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (truepeaklimit_debug);
#define GST_CAT_DEFAULT truepeaklimit_debug

#define DEFAULT_OVERSAMPLING 0 /* auto */

enum {
  PROP_0,
  PROP_CEILING,
  PROP_INPUT_GAIN,
  PROP_LOOKAHEAD,
  PROP_HOLD,
  PROP_RELEASE,
  PROP_AUTO_RELEASE,
  PROP_LINK,
  PROP_OVERSAMPLING,
  PROP_SAFE,
  PROP_MONITOR
};

#define GST_TYPE_TRUE_PEAK_LIMIT (gst_true_peak_limit_get_type ())
G_DECLARE_FINAL_TYPE (GstTruePeakLimit, gst_true_peak_limit, GST, TRUE_PEAK_LIMIT, GstMasterBase)

struct _GstTruePeakLimit {
  GstMasterBase parent;

  MdspLimiterParams settings; /* guarded by the object lock; rate and channels unused */

  /* Streaming thread only. */
  MdspLimiter limiter;
  gdouble peak_db; /* of the output before the newest reset of the limiter */
  MdspLimiterTotal total;
};

G_DEFINE_TYPE_WITH_CODE (GstTruePeakLimit, gst_true_peak_limit, GST_TYPE_MASTER_BASE,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (truepeaklimit, "truepeaklimit", GST_RANK_NONE,
                             GST_TYPE_TRUE_PEAK_LIMIT);

#define GST_TYPE_TRUE_PEAK_LIMIT_OVERSAMPLING (gst_true_peak_limit_oversampling_get_type ())
static GType
gst_true_peak_limit_oversampling_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { 0, "4 times, enough for 0.05 dB at every rate", "auto" },
                                       { 4, "4 times", "4" },
                                       { 8, "8 times", "8" },
                                       { 0, NULL, NULL } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstTruePeakLimitOversampling", values));
  return (GType) type;
}

static void
gst_true_peak_limit_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (object);
  MdspLimiterParams *s = &self->settings;

  if (id == PROP_MONITOR) {
    gst_master_base_set_monitor (GST_MASTER_BASE (self), g_value_get_enum (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_CEILING:
      s->ceiling_dbtp = g_value_get_double (value);
      break;
    case PROP_INPUT_GAIN:
      s->input_gain_db = g_value_get_double (value);
      break;
    case PROP_LOOKAHEAD:
      s->lookahead_ms = g_value_get_double (value);
      break;
    case PROP_HOLD:
      s->hold_ms = g_value_get_double (value);
      break;
    case PROP_RELEASE:
      s->release_ms = g_value_get_double (value);
      break;
    case PROP_AUTO_RELEASE:
      s->auto_release = g_value_get_boolean (value);
      break;
    case PROP_LINK:
      s->link = g_value_get_double (value);
      break;
    case PROP_OVERSAMPLING:
      s->oversampling = g_value_get_enum (value);
      break;
    case PROP_SAFE:
      s->safe = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

static void
gst_true_peak_limit_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (object);
  const MdspLimiterParams *s = &self->settings;

  if (id == PROP_MONITOR) {
    g_value_set_enum (value, gst_master_base_get_monitor (GST_MASTER_BASE (self)));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_CEILING:
      g_value_set_double (value, s->ceiling_dbtp);
      break;
    case PROP_INPUT_GAIN:
      g_value_set_double (value, s->input_gain_db);
      break;
    case PROP_LOOKAHEAD:
      g_value_set_double (value, s->lookahead_ms);
      break;
    case PROP_HOLD:
      g_value_set_double (value, s->hold_ms);
      break;
    case PROP_RELEASE:
      g_value_set_double (value, s->release_ms);
      break;
    case PROP_AUTO_RELEASE:
      g_value_set_boolean (value, s->auto_release);
      break;
    case PROP_LINK:
      g_value_set_double (value, s->link);
      break;
    case PROP_OVERSAMPLING:
      g_value_set_enum (value, s->oversampling);
      break;
    case PROP_SAFE:
      g_value_set_boolean (value, s->safe);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

void
gst_true_peak_limit_set_input_holds (GstElement *limit, gboolean holds)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (limit);

  GST_OBJECT_LOCK (self);
  self->settings.input_holds = holds;
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

static MdspLimiterParams
copy_settings (GstTruePeakLimit *self)
{
  MdspLimiterParams params;

  GST_OBJECT_LOCK (self);
  params = self->settings;
  GST_OBJECT_UNLOCK (self);
  if (params.oversampling == 0)
    params.oversampling = 4;
  return params;
}

static gboolean
gst_true_peak_limit_configure (GstMasterBase *base, const GstAudioInfo *info)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (base);
  MdspLimiterParams params = copy_settings (self);
  MdspStatus status;

  params.rate_hz = GST_AUDIO_INFO_RATE (info);
  params.n_channels = GST_AUDIO_INFO_CHANNELS (info);
  status = mdsp_limiter_init (&self->limiter, &params, gst_master_base_kernels (base));
  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  self->peak_db = MDSP_SILENCE_DB;
  return TRUE;
}

static void
gst_true_peak_limit_update (GstMasterBase *base)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (base);
  MdspLimiterParams params = copy_settings (self);

  mdsp_limiter_set (&self->limiter, &params);
}

static void
gst_true_peak_limit_reset (GstMasterBase *base)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (base);

  mdsp_limiter_finish (&self->limiter);
  self->peak_db = MAX (self->peak_db, mdsp_limiter_output_peak_db (&self->limiter));
  mdsp_limiter_reset (&self->limiter);
}

static void
gst_true_peak_limit_forget (GstMasterBase *base)
{
  GST_TRUE_PEAK_LIMIT (base)->peak_db = MDSP_SILENCE_DB;
  memset (&GST_TRUE_PEAK_LIMIT (base)->total, 0, sizeof (MdspLimiterTotal));
}

static void
gst_true_peak_limit_clear (GstMasterBase *base)
{
  mdsp_limiter_clear (&GST_TRUE_PEAK_LIMIT (base)->limiter);
}

static void
gst_true_peak_limit_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  mdsp_limiter_process (&GST_TRUE_PEAK_LIMIT (base)->limiter, planes, n_frames);
}

static guint
gst_true_peak_limit_latency (GstMasterBase *base)
{
  return mdsp_limiter_latency (&GST_TRUE_PEAK_LIMIT (base)->limiter);
}

static void
gst_true_peak_limit_finish (GstMasterBase *base)
{
  mdsp_limiter_finish (&GST_TRUE_PEAK_LIMIT (base)->limiter);
}

static void
gst_true_peak_limit_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstTruePeakLimit *self = GST_TRUE_PEAK_LIMIT (base);
  MdspLimiterReading reading;
  gdouble peak_db = MAX (self->peak_db, mdsp_limiter_output_peak_db (&self->limiter));

  mdsp_limiter_take (&self->limiter, &reading);
  mdsp_limiter_total_add (&self->total, &reading);
  gst_master_base_set_array (s, "gain-reduction", reading.max_db, self->limiter.params.n_channels);
  gst_structure_set (s, "gain-reduction-max", G_TYPE_DOUBLE, reading.max_all_db,
                     "gain-reduction-mean", G_TYPE_DOUBLE, reading.mean_db, "true-peak-db",
                     G_TYPE_DOUBLE, peak_db, "nan-count", G_TYPE_UINT64,
                     gst_master_base_nan_count (base), NULL);
  if (final)
    gst_structure_set (s, "total-gain-reduction-max", G_TYPE_DOUBLE, self->total.max_db,
                       "total-gain-reduction-mean", G_TYPE_DOUBLE, self->total.mean_db, NULL);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;
  const GParamFlags controllable = playing | GST_PARAM_CONTROLLABLE;
  MdspLimiterParams defaults;

  mdsp_limiter_params_init (&defaults, 0.0, 0);
  g_object_class_install_property (
      object_class, PROP_CEILING,
      g_param_spec_double ("ceiling", "Ceiling (dBTP)",
                           "The true peak of the output stays below this, in dBTP", -24.0, 0.0,
                           defaults.ceiling_dbtp, controllable));
  g_object_class_install_property (object_class, PROP_INPUT_GAIN,
                                   g_param_spec_double ("input-gain", "Input gain (dB)",
                                                        "Gain before the limiter in dB", 0.0, 24.0,
                                                        defaults.input_gain_db, controllable));
  g_object_class_install_property (
      object_class, PROP_LOOKAHEAD,
      g_param_spec_double ("lookahead", "Look-ahead (ms)",
                           "Time in which the gain goes down before a peak, in milliseconds "
                           "(rounded up to 8 frames)",
                           0.1, 10.0, defaults.lookahead_ms, ready));
  g_object_class_install_property (
      object_class, PROP_HOLD,
      g_param_spec_double ("hold", "Hold (ms)",
                           "Least time for which the gain stays down after a peak, in milliseconds "
                           "(auto-release lengthens it where bass needs that)",
                           0.0, 30.0, defaults.hold_ms, controllable));
  g_object_class_install_property (
      object_class, PROP_RELEASE,
      g_param_spec_double ("release", "Release (ms)",
                           "Time constant of the recovery after the hold, in milliseconds", 1.0,
                           2000.0, defaults.release_ms, controllable));
  g_object_class_install_property (
      object_class, PROP_AUTO_RELEASE,
      g_param_spec_boolean ("auto-release", "Automatic release",
                            "Hold through the periods of low tones, so that a fast release does "
                            "not distort them",
                            defaults.auto_release, playing));
  g_object_class_install_property (
      object_class, PROP_LINK,
      g_param_spec_double ("link", "Link",
                           "0 = each channel on its own, 1 = all channels share one gain", 0.0, 1.0,
                           defaults.link, controllable));
  g_object_class_install_property (
      object_class, PROP_OVERSAMPLING,
      g_param_spec_enum ("oversampling", "Oversampling", "Grid of the true-peak detector",
                         GST_TYPE_TRUE_PEAK_LIMIT_OVERSAMPLING, DEFAULT_OVERSAMPLING, ready));
  g_object_class_install_property (
      object_class, PROP_SAFE,
      g_param_spec_boolean ("safe", "Safe",
                            "Measure the limited signal again with a longer filter and correct it",
                            defaults.safe, ready));
  g_object_class_install_property (object_class, PROP_MONITOR, gst_master_base_monitor_pspec ());
}

static void
gst_true_peak_limit_class_init (GstTruePeakLimitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstMasterBaseClass *base_class = GST_MASTER_BASE_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (truepeaklimit_debug, "truepeaklimit", 0, "true-peak limiter");
  object_class->set_property = gst_true_peak_limit_set_property;
  object_class->get_property = gst_true_peak_limit_get_property;
  install_properties (object_class);

  base_class->message_name = "truepeaklimit";
  base_class->configure = gst_true_peak_limit_configure;
  base_class->update = gst_true_peak_limit_update;
  base_class->reset = gst_true_peak_limit_reset;
  base_class->forget = gst_true_peak_limit_forget;
  base_class->clear = gst_true_peak_limit_clear;
  base_class->process = gst_true_peak_limit_process;
  base_class->latency = gst_true_peak_limit_latency;
  base_class->finish = gst_true_peak_limit_finish;
  base_class->fill_message = gst_true_peak_limit_fill_message;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "True-Peak Limiter", "Filter/Effect/Audio",
      "Keeps the true peak under a ceiling without colouring what is below",
      "The gst-mastering authors");
  gst_master_base_class_add_templates (base_class);
  gst_type_mark_as_plugin_api (GST_TYPE_TRUE_PEAK_LIMIT_OVERSAMPLING, 0);
}

static void
gst_true_peak_limit_init (GstTruePeakLimit *self)
{
  mdsp_limiter_params_init (&self->settings, 0.0, 0);
  self->settings.oversampling = DEFAULT_OVERSAMPLING;
}
