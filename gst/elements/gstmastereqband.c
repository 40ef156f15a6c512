/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterbase.h"
#include "gstmastereqband.h"

enum {
  PROP_0,
  PROP_ENABLED,
  PROP_TYPE,
  PROP_FREQUENCY,
  PROP_GAIN,
  PROP_Q,
  PROP_SLOPE,
  PROP_CHANNELS,
  PROP_THRESHOLD,
  PROP_RANGE,
  PROP_ATTACK,
  PROP_RELEASE
};

struct _GstMasterEqBand {
  GstObject parent;

  MdspEqBandParams settings; /* guarded by the object lock */
};

G_DEFINE_TYPE (GstMasterEqBand, gst_master_eq_band, GST_TYPE_OBJECT)

static GType
type_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MDSP_EQ_BELL, "Raises or lowers the range around the frequency", "bell" },
    { MDSP_EQ_LOW_SHELF, "Raises or lowers everything below the frequency", "low-shelf" },
    { MDSP_EQ_HIGH_SHELF, "Raises or lowers everything above the frequency", "high-shelf" },
    { MDSP_EQ_LOW_CUT, "Takes away what is below the frequency", "low-cut" },
    { MDSP_EQ_HIGH_CUT, "Takes away what is above the frequency", "high-cut" },
    { MDSP_EQ_NOTCH, "Takes away the frequency itself", "notch" },
    { MDSP_EQ_TILT, "A straight line that rises by the gain from 20 Hz to 20 kHz", "tilt" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterEqBandType", values));
  return (GType) type;
}

static GType
channels_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { MDSP_EQ_STEREO, "All channels", "stereo" },
                                       { MDSP_EQ_LEFT, "Left", "left" },
                                       { MDSP_EQ_RIGHT, "Right", "right" },
                                       { MDSP_EQ_MID, "What both channels share", "mid" },
                                       { MDSP_EQ_SIDE, "What differs between them", "side" },
                                       { 0, NULL, NULL } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterEqBandChannels", values));
  return (GType) type;
}

static GType
slope_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { 6, "6 dB per octave", "6" },
                                       { 12, "12 dB per octave", "12" },
                                       { 24, "24 dB per octave (a shelf: 12)", "24" },
                                       { 48, "48 dB per octave (a shelf: 12)", "48" },
                                       { 0, NULL, NULL } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterEqBandSlope", values));
  return (GType) type;
}

static void
gst_master_eq_band_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterEqBand *self = GST_MASTER_EQ_BAND (object);
  MdspEqBandParams *s = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ENABLED:
      s->enabled = g_value_get_boolean (value);
      break;
    case PROP_TYPE:
      s->type = g_value_get_enum (value);
      break;
    case PROP_FREQUENCY:
      s->frequency_hz = g_value_get_double (value);
      break;
    case PROP_GAIN:
      s->gain_db = g_value_get_double (value);
      break;
    case PROP_Q:
      s->q = g_value_get_double (value);
      break;
    case PROP_SLOPE:
      s->slope = g_value_get_enum (value);
      break;
    case PROP_CHANNELS:
      s->channels = g_value_get_enum (value);
      break;
    case PROP_THRESHOLD:
      s->threshold_db = g_value_get_double (value);
      break;
    case PROP_RANGE:
      s->range_db = g_value_get_double (value);
      break;
    case PROP_ATTACK:
      s->attack_ms = g_value_get_double (value);
      break;
    case PROP_RELEASE:
      s->release_ms = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_child_changed (GST_OBJECT (self));
}

static void
gst_master_eq_band_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MdspEqBandParams s;

  gst_master_eq_band_get (GST_MASTER_EQ_BAND (object), &s);
  switch (id) {
    case PROP_ENABLED:
      g_value_set_boolean (value, s.enabled);
      break;
    case PROP_TYPE:
      g_value_set_enum (value, s.type);
      break;
    case PROP_FREQUENCY:
      g_value_set_double (value, s.frequency_hz);
      break;
    case PROP_GAIN:
      g_value_set_double (value, s.gain_db);
      break;
    case PROP_Q:
      g_value_set_double (value, s.q);
      break;
    case PROP_SLOPE:
      g_value_set_enum (value, s.slope);
      break;
    case PROP_CHANNELS:
      g_value_set_enum (value, s.channels);
      break;
    case PROP_THRESHOLD:
      g_value_set_double (value, s.threshold_db);
      break;
    case PROP_RANGE:
      g_value_set_double (value, s.range_db);
      break;
    case PROP_ATTACK:
      g_value_set_double (value, s.attack_ms);
      break;
    case PROP_RELEASE:
      g_value_set_double (value, s.release_ms);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

void
gst_master_eq_band_get (GstMasterEqBand *self, MdspEqBandParams *settings)
{
  GST_OBJECT_LOCK (self);
  *settings = self->settings;
  GST_OBJECT_UNLOCK (self);
}

GstMasterEqBand *
gst_master_eq_band_new (guint index, const MdspEqBandParams *settings)
{
  gchar *name = g_strdup_printf ("band%u", index);
  GstMasterEqBand *self = g_object_new (GST_TYPE_MASTER_EQ_BAND, "name", name, NULL);

  g_free (name);
  self->settings = *settings;
  return self;
}

static void
gst_master_eq_band_class_init (GstMasterEqBandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags controllable = G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE |
                                   GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;
  MdspEqBandParams d;

  mdsp_eq_band_params_init (&d);
  object_class->set_property = gst_master_eq_band_set_property;
  object_class->get_property = gst_master_eq_band_get_property;
  g_object_class_install_property (object_class, PROP_ENABLED,
                                   g_param_spec_boolean ("enabled", "Enabled",
                                                         "Whether the band does anything",
                                                         d.enabled, controllable));
  g_object_class_install_property (
      object_class, PROP_TYPE,
      g_param_spec_enum ("type", "Type", "What the band does", type_type (), d.type, controllable));
  gst_master_base_install_double (
      object_class, PROP_FREQUENCY, "frequency", "Frequency (Hz)",
      "Centre of a bell or notch, half-gain point of a shelf, -3 dB point of a cut, "
      "0 dB point of a tilt, in Hz (at most 0.49 of the sample rate)",
      10.0, 40000.0, d.frequency_hz);
  gst_master_base_install_double (
      object_class, PROP_GAIN, "gain", "Gain (dB)",
      "Of a bell or shelf; of a tilt, its rise from 20 Hz to 20 kHz; in dB", -24.0, 24.0,
      d.gain_db);
  gst_master_base_install_double (object_class, PROP_Q, "q", "Q",
                                  "Width of a bell or notch: centre frequency over bandwidth", 0.1,
                                  40.0, d.q);
  g_object_class_install_property (object_class, PROP_SLOPE,
                                   g_param_spec_enum ("slope", "Slope (dB/oct)",
                                                      "Steepness of a cut or shelf in dB per "
                                                      "octave",
                                                      slope_type (), d.slope, controllable));
  g_object_class_install_property (
      object_class, PROP_CHANNELS,
      g_param_spec_enum ("channels", "Channels",
                         "What the band works on; anything but stereo needs two channels",
                         channels_type (), d.channels, controllable));
  gst_master_base_install_double (
      object_class, PROP_THRESHOLD, "threshold", "Threshold (dBFS)",
      "Dynamic bell or shelf: the level of the band's own range above which it moves, "
      "in dBFS (RMS, a sine of full scale is 0)",
      -100.0, 0.0, d.threshold_db);
  gst_master_base_install_double (
      object_class, PROP_RANGE, "range", "Range (dB)",
      "Dynamic bell or shelf: how far it may move, in dB; below 0 the band goes down "
      "when its range gets loud, above 0 up, 0 = not dynamic",
      -24.0, 24.0, d.range_db);
  gst_master_base_install_double (
      object_class, PROP_ATTACK, "attack", "Attack (ms)",
      "Time constant with which a dynamic band moves away, in milliseconds", 0.1, 1000.0,
      d.attack_ms);
  gst_master_base_install_double (
      object_class, PROP_RELEASE, "release", "Release (ms)",
      "Time constant with which a dynamic band comes back, in milliseconds", 1.0, 5000.0,
      d.release_ms);
  gst_type_mark_as_plugin_api (type_type (), 0);
  gst_type_mark_as_plugin_api (channels_type (), 0);
  gst_type_mark_as_plugin_api (slope_type (), 0);
  gst_type_mark_as_plugin_api (GST_TYPE_MASTER_EQ_BAND, 0);
}

static void
gst_master_eq_band_init (GstMasterEqBand *self)
{
  mdsp_eq_band_params_init (&self->settings);
}
