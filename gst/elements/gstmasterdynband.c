/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterbase.h"
#include "gstmasterdynband.h"

enum {
  PROP_0,
  PROP_MODE,
  PROP_THRESHOLD,
  PROP_RATIO,
  PROP_KNEE,
  PROP_ATTACK,
  PROP_RELEASE,
  PROP_AUTO_RELEASE,
  PROP_RANGE,
  PROP_MAKEUP
};

struct _GstMasterDynBand {
  GstObject parent;

  MdspBandParams settings; /* guarded by the object lock */
};

G_DEFINE_TYPE (GstMasterDynBand, gst_master_dyn_band, GST_TYPE_OBJECT)

static GType
mode_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MDSP_CURVE_DOWNWARD, "Compresses: what is above the threshold comes down", "downward" },
    { MDSP_CURVE_UPWARD,
      "Compresses from below: what is under the threshold comes up, but for noise 50 dB below it",
      "upward" },
    { MDSP_CURVE_EXPAND, "Expands: what is under the threshold goes down", "expand" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterDynBandMode", values));
  return (GType) type;
}

static void
gst_master_dyn_band_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterDynBand *self = GST_MASTER_DYN_BAND (object);
  MdspBandParams *s = &self->settings;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      s->mode = g_value_get_enum (value);
      break;
    case PROP_THRESHOLD:
      s->threshold_db = g_value_get_double (value);
      break;
    case PROP_RATIO:
      s->ratio = g_value_get_double (value);
      break;
    case PROP_KNEE:
      s->knee_db = g_value_get_double (value);
      break;
    case PROP_ATTACK:
      s->attack_ms = g_value_get_double (value);
      break;
    case PROP_RELEASE:
      s->release_ms = g_value_get_double (value);
      break;
    case PROP_AUTO_RELEASE:
      s->auto_release = g_value_get_boolean (value);
      break;
    case PROP_RANGE:
      s->range_db = g_value_get_double (value);
      break;
    case PROP_MAKEUP:
      s->makeup_db = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_child_changed (GST_OBJECT (self));
}

static void
gst_master_dyn_band_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MdspBandParams s;

  gst_master_dyn_band_get (GST_MASTER_DYN_BAND (object), &s);
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, s.mode);
      break;
    case PROP_THRESHOLD:
      g_value_set_double (value, s.threshold_db);
      break;
    case PROP_RATIO:
      g_value_set_double (value, s.ratio);
      break;
    case PROP_KNEE:
      g_value_set_double (value, s.knee_db);
      break;
    case PROP_ATTACK:
      g_value_set_double (value, s.attack_ms);
      break;
    case PROP_RELEASE:
      g_value_set_double (value, s.release_ms);
      break;
    case PROP_AUTO_RELEASE:
      g_value_set_boolean (value, s.auto_release);
      break;
    case PROP_RANGE:
      g_value_set_double (value, s.range_db);
      break;
    case PROP_MAKEUP:
      g_value_set_double (value, s.makeup_db);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

void
gst_master_dyn_band_get (GstMasterDynBand *self, MdspBandParams *settings)
{
  GST_OBJECT_LOCK (self);
  *settings = self->settings;
  GST_OBJECT_UNLOCK (self);
}

GstMasterDynBand *
gst_master_dyn_band_new (guint index, const MdspBandParams *settings)
{
  gchar *name = g_strdup_printf ("band%u", index);
  GstMasterDynBand *self = g_object_new (GST_TYPE_MASTER_DYN_BAND, "name", name, NULL);

  g_free (name);
  self->settings = *settings;
  return self;
}

static void
install_curve (GObjectClass *klass, const MdspBandParams *d)
{
  g_object_class_install_property (
      klass, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What the band does", mode_type (), d->mode,
                         G_PARAM_READWRITE | GST_PARAM_CONTROLLABLE | GST_PARAM_MUTABLE_PLAYING |
                             G_PARAM_STATIC_STRINGS));
  gst_master_base_install_double (klass, PROP_THRESHOLD, "threshold", "Threshold (dBFS)",
                                  "Level of the band from which on it acts, in dBFS (a sine of "
                                  "full scale is 0)",
                                  -80.0, 0.0, d->threshold_db);
  gst_master_base_install_double (klass, PROP_RATIO, "ratio", "Ratio",
                                  "dB of the input per dB of the output beyond the threshold "
                                  "(expand: the other way round); 1 = nothing",
                                  1.0, 20.0, d->ratio);
  gst_master_base_install_double (klass, PROP_KNEE, "knee", "Knee (dB)",
                                  "Width of the bend around the threshold, in dB", 0.0, 24.0,
                                  d->knee_db);
  gst_master_base_install_double (klass, PROP_RANGE, "range", "Range (dB)",
                                  "The gain never moves further than this, in dB", 0.0, 24.0,
                                  d->range_db);
  gst_master_base_install_double (klass, PROP_MAKEUP, "makeup", "Make-up (dB)",
                                  "Gain behind the curve, in dB", -24.0, 24.0, d->makeup_db);
}

static void
install_times (GObjectClass *klass, const MdspBandParams *d)
{
  gst_master_base_install_double (klass, PROP_ATTACK, "attack", "Attack (ms)",
                                  "Time in which the gain has gone 63 % of its way when the level "
                                  "jumps up, in milliseconds",
                                  0.1, 500.0, d->attack_ms);
  gst_master_base_install_double (klass, PROP_RELEASE, "release", "Release (ms)",
                                  "Time in which the gain has gone 63 % of its way back when the "
                                  "level falls, in milliseconds",
                                  5.0, 5000.0, d->release_ms);
  g_object_class_install_property (
      klass, PROP_AUTO_RELEASE,
      g_param_spec_boolean (
          "auto-release", "Automatic release",
          "Attack and release are those of a steady tone and get shorter the "
          "more the peaks stand out",
          d->auto_release, G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS));
}

static void
gst_master_dyn_band_class_init (GstMasterDynBandClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  MdspMultibandParams d;

  mdsp_multiband_params_init (&d, 0.0, 0);
  object_class->set_property = gst_master_dyn_band_set_property;
  object_class->get_property = gst_master_dyn_band_get_property;
  install_curve (object_class, &d.band[0]);
  install_times (object_class, &d.band[0]);
  gst_type_mark_as_plugin_api (mode_type (), 0);
  gst_type_mark_as_plugin_api (GST_TYPE_MASTER_DYN_BAND, 0);
}

static void
gst_master_dyn_band_init (GstMasterDynBand *self)
{
}
