/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "gstloudnormsettings.h"

#include "dynamics/leveller.h"
#include "kernels/dmath.h"

#define DEFAULT_MODE          GST_LOUD_NORM_LIVE
#define DEFAULT_TARGET        -14.0
#define DEFAULT_MAX_TRUE_PEAK -1.0
#define DEFAULT_OFFSET        0.0
#define DEFAULT_LIMITER       TRUE
#define DEFAULT_DUAL_MONO     FALSE
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
  PROP_LIMITER,
  PROP_DUAL_MONO
};

GType
gst_loud_norm_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_LOUD_NORM_LIVE, "A slow gain that follows the programme, for streams", "live" },
    { GST_LOUD_NORM_LINEAR, "One constant gain from a measurement", "linear" },
    { GST_LOUD_NORM_FILE,
      "One constant gain that lands the whole stream, which is kept back until its end", "file" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLoudNormMode", values));
  return (GType) type;
}

const gchar *
gst_loud_norm_mode_name (GstLoudNormMode mode)
{
  return mode == GST_LOUD_NORM_LIVE ? "live" : mode == GST_LOUD_NORM_FILE ? "file" : "linear";
}

void
gst_loud_norm_settings_init (GstLoudNormSettings *settings)
{
  *settings = (GstLoudNormSettings){ .mode = DEFAULT_MODE,
                                     .target = DEFAULT_TARGET,
                                     .max_true_peak = DEFAULT_MAX_TRUE_PEAK,
                                     .offset = DEFAULT_OFFSET,
                                     .range_target = DEFAULT_RANGE_TARGET,
                                     .measured_loudness = DEFAULT_MEASURED,
                                     .measured_true_peak = DEFAULT_MEASURED,
                                     .measured_range = DEFAULT_MEASURED,
                                     .measured_threshold = DEFAULT_MEASURED,
                                     .lookahead_ms = DEFAULT_LOOKAHEAD_MS,
                                     .limiter = DEFAULT_LIMITER,
                                     .dual_mono = DEFAULT_DUAL_MONO };
}

void
gst_loud_norm_settings_clear (GstLoudNormSettings *settings)
{
  g_clear_pointer (&settings->temp_template, g_free);
}

gboolean
gst_loud_norm_settings_set (GstLoudNormSettings *settings, guint id, const GValue *value)
{
  switch (id) {
    case PROP_MODE:
      settings->mode = g_value_get_enum (value);
      break;
    case PROP_TARGET:
      settings->target = g_value_get_double (value);
      break;
    case PROP_MAX_TRUE_PEAK:
      settings->max_true_peak = g_value_get_double (value);
      break;
    case PROP_OFFSET:
      settings->offset = g_value_get_double (value);
      break;
    case PROP_MEASURED_LOUDNESS:
      settings->measured_loudness = g_value_get_double (value);
      break;
    case PROP_MEASURED_TRUE_PEAK:
      settings->measured_true_peak = g_value_get_double (value);
      break;
    case PROP_MEASURED_RANGE:
      settings->measured_range = g_value_get_double (value);
      break;
    case PROP_MEASURED_THRESHOLD:
      settings->measured_threshold = g_value_get_double (value);
      break;
    case PROP_RANGE_TARGET:
      settings->range_target = g_value_get_double (value);
      break;
    case PROP_LOOKAHEAD:
      settings->lookahead_ms = g_value_get_double (value);
      break;
    case PROP_TEMP_TEMPLATE:
      g_free (settings->temp_template);
      settings->temp_template = g_value_dup_string (value);
      break;
    case PROP_LIMITER:
      settings->limiter = g_value_get_boolean (value);
      break;
    case PROP_DUAL_MONO:
      settings->dual_mono = g_value_get_boolean (value);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_loud_norm_settings_get (const GstLoudNormSettings *settings, guint id, GValue *value)
{
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, settings->mode);
      break;
    case PROP_TARGET:
      g_value_set_double (value, settings->target);
      break;
    case PROP_MAX_TRUE_PEAK:
      g_value_set_double (value, settings->max_true_peak);
      break;
    case PROP_OFFSET:
      g_value_set_double (value, settings->offset);
      break;
    case PROP_MEASURED_LOUDNESS:
      g_value_set_double (value, settings->measured_loudness);
      break;
    case PROP_MEASURED_TRUE_PEAK:
      g_value_set_double (value, settings->measured_true_peak);
      break;
    case PROP_MEASURED_RANGE:
      g_value_set_double (value, settings->measured_range);
      break;
    case PROP_MEASURED_THRESHOLD:
      g_value_set_double (value, settings->measured_threshold);
      break;
    case PROP_RANGE_TARGET:
      g_value_set_double (value, settings->range_target);
      break;
    case PROP_LOOKAHEAD:
      g_value_set_double (value, settings->lookahead_ms);
      break;
    case PROP_TEMP_TEMPLATE:
      g_value_set_string (value, settings->temp_template);
      break;
    case PROP_LIMITER:
      g_value_set_boolean (value, settings->limiter);
      break;
    case PROP_DUAL_MONO:
      g_value_set_boolean (value, settings->dual_mono);
      break;
    default:
      return FALSE;
  }
  return TRUE;
}

/* What is known of the input. */
static void
install_measured (GObjectClass *object_class, GParamFlags playing)
{
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
}

void
gst_loud_norm_settings_install (GObjectClass *object_class)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  install_measured (object_class, playing);
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
  g_object_class_install_property (
      object_class, PROP_DUAL_MONO,
      g_param_spec_boolean ("dual-mono", "Dual mono",
                            "A mono stream will be heard on two loudspeakers, which counts 3.01 LU "
                            "more: mode=live and mode=file land it 3.01 LU lower. mode=linear "
                            "goes by measured-loudness as it is",
                            DEFAULT_DUAL_MONO, ready));
}
