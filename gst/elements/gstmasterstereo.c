/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-masterstereo
 * @title: masterstereo
 *
 * The stereo image of a finished mix: bass to mono, width in three bands, balance, an elliptical
 * filter and a limiter of the high side for vinyl, and a widening that mono does not hear. Only the
 * side signal is changed; where bands are split, the mid goes through the matching all-pass, so that
 * nothing moves out of phase. A guard keeps widening from pushing the correlation of a band too low.
 *
 * At its defaults it changes nothing. Streams of other than two channels pass as they are, with a
 * warning when there are settings that would do something.
 *
 * The guard keeps its word over every span of `lookahead`, for which it has to know what
 * comes: when the stream starts with settings that make it wider, or with a control curve on a width or
 * on widen, the latency is that look-ahead and about 50 ms. Else there is none. What is made wider while sound flows, after a start without
 * latency, is guarded by what was heard so far, and a warning says so; lookahead=0 chooses that from the
 * start, guard=-1 does without.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=100 ! audio/x-raw,channels=2 ! audioconvert ! masterstereo bass-mono-frequency=120 ! fakesink
 * ]| Bass to mono below 120 Hz.
 * |[
 * gst-launch-1.0 -m audiotestsrc wave=pink-noise num-buffers=100 ! audio/x-raw,channels=2 ! audioconvert ! masterstereo width-high=1.3 ! fakesink
 * ]| A little wider above 4 kHz, and what the correlation of each band makes of it.
 *
 * ## Message "masterstereo"
 * * `correlation-before`, `correlation-after` (double, -1..1): of the span; not there when there was
 *   no sound in it
 * * `band-frequency` (#GST_TYPE_ARRAY of double, Hz): upper edges of the bands in use;
 *   `band-correlation-before`, `band-correlation-after`: of each, the latter by its width (without
 *   side-highpass and widen); `band-width`: its width now, guard and limit included
 * * `gain` (double, dB): what preserve=power scales by
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

#include <string.h>

#include "dynamics/imager.h"

GST_DEBUG_CATEGORY_STATIC (masterstereo_debug);
#define GST_CAT_DEFAULT masterstereo_debug

typedef enum { PRESERVE_MID, PRESERVE_POWER } GstMasterStereoPreserve;

enum {
  PROP_0,
  PROP_BASS_MONO_FREQUENCY,
  PROP_WIDTH_LOW,
  PROP_WIDTH_MID,
  PROP_WIDTH_HIGH,
  PROP_CROSSOVER_LOW,
  PROP_CROSSOVER_HIGH,
  PROP_BALANCE,
  PROP_SIDE_HIGHPASS,
  PROP_SIDE_LIMIT,
  PROP_GUARD,
  PROP_LOOKAHEAD,
  PROP_WIDEN,
  PROP_PRESERVE,
  PROP_MONITOR
};

#define GST_TYPE_MASTER_STEREO (gst_master_stereo_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterStereo, gst_master_stereo, GST, MASTER_STEREO, GstMasterBase)

struct _GstMasterStereo {
  GstMasterBase parent;

  MdspImagerParams settings; /* guarded by the object lock; rate unused */

  /* Streaming thread only. */
  gboolean is_stereo, warned, warned_late;
  MdspImager *imager; /* too large to be a part of an instance; NULL without a format */
};

G_DEFINE_TYPE_WITH_CODE (GstMasterStereo, gst_master_stereo, GST_TYPE_MASTER_BASE,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (masterstereo, "masterstereo", GST_RANK_NONE, GST_TYPE_MASTER_STEREO);

#define GST_TYPE_MASTER_STEREO_PRESERVE (gst_master_stereo_preserve_get_type ())
static GType
gst_master_stereo_preserve_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { PRESERVE_MID, "The mid, and with it the sound in mono", "mid" },
    { PRESERVE_POWER, "The power of both channels: all is scaled, by 1 dB at most", "power" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterStereoPreserve", values));
  return (GType) type;
}

static void
gst_master_stereo_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterStereo *self = GST_MASTER_STEREO (object);
  MdspImagerParams *s = &self->settings;

  if (id == PROP_MONITOR) {
    gst_master_base_set_monitor (GST_MASTER_BASE (self), g_value_get_enum (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_BASS_MONO_FREQUENCY:
      s->bass_mono_hz = g_value_get_double (value);
      break;
    case PROP_WIDTH_LOW:
      s->width_low = g_value_get_double (value);
      break;
    case PROP_WIDTH_MID:
      s->width_mid = g_value_get_double (value);
      break;
    case PROP_WIDTH_HIGH:
      s->width_high = g_value_get_double (value);
      break;
    case PROP_CROSSOVER_LOW:
      s->crossover_low_hz = g_value_get_double (value);
      break;
    case PROP_CROSSOVER_HIGH:
      s->crossover_high_hz = g_value_get_double (value);
      break;
    case PROP_BALANCE:
      s->balance_db = g_value_get_double (value);
      break;
    case PROP_SIDE_HIGHPASS:
      s->side_highpass_hz = g_value_get_double (value);
      break;
    case PROP_SIDE_LIMIT:
      s->side_limit_db = g_value_get_double (value);
      break;
    case PROP_GUARD:
      s->guard = g_value_get_double (value);
      break;
    case PROP_LOOKAHEAD:
      s->lookahead_ms = g_value_get_double (value);
      break;
    case PROP_WIDEN:
      s->widen = g_value_get_double (value);
      break;
    case PROP_PRESERVE:
      s->preserve_power = g_value_get_enum (value) == PRESERVE_POWER;
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

static void
gst_master_stereo_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMasterStereo *self = GST_MASTER_STEREO (object);
  const MdspImagerParams *s = &self->settings;

  if (id == PROP_MONITOR) {
    g_value_set_enum (value, gst_master_base_get_monitor (GST_MASTER_BASE (self)));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_BASS_MONO_FREQUENCY:
      g_value_set_double (value, s->bass_mono_hz);
      break;
    case PROP_WIDTH_LOW:
      g_value_set_double (value, s->width_low);
      break;
    case PROP_WIDTH_MID:
      g_value_set_double (value, s->width_mid);
      break;
    case PROP_WIDTH_HIGH:
      g_value_set_double (value, s->width_high);
      break;
    case PROP_CROSSOVER_LOW:
      g_value_set_double (value, s->crossover_low_hz);
      break;
    case PROP_CROSSOVER_HIGH:
      g_value_set_double (value, s->crossover_high_hz);
      break;
    case PROP_BALANCE:
      g_value_set_double (value, s->balance_db);
      break;
    case PROP_SIDE_HIGHPASS:
      g_value_set_double (value, s->side_highpass_hz);
      break;
    case PROP_SIDE_LIMIT:
      g_value_set_double (value, s->side_limit_db);
      break;
    case PROP_GUARD:
      g_value_set_double (value, s->guard);
      break;
    case PROP_LOOKAHEAD:
      g_value_set_double (value, s->lookahead_ms);
      break;
    case PROP_WIDEN:
      g_value_set_double (value, s->widen);
      break;
    case PROP_PRESERVE:
      g_value_set_enum (value, s->preserve_power ? PRESERVE_POWER : PRESERVE_MID);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static MdspImagerParams
copy_settings (GstMasterStereo *self)
{
  MdspImagerParams params;

  GST_OBJECT_LOCK (self);
  params = self->settings;
  GST_OBJECT_UNLOCK (self);
  return params;
}

/* Only settings that would do something are worth a warning. */
static void
warn_not_stereo (GstMasterStereo *self, const MdspImagerParams *params)
{
  if (self->is_stereo || self->warned || mdsp_imager_params_neutral (params))
    return;
  self->warned = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, FORMAT,
                       ("The stereo image needs two channels; this stream passes unchanged."),
                       (NULL));
}

/* A delay cannot come while sound flows. */
static void
warn_late_width (GstMasterStereo *self, const MdspImagerParams *params)
{
  if (!self->is_stereo || self->warned_late || mdsp_imager_latency (self->imager) > 0 ||
      !mdsp_imager_params_look_ahead (params))
    return;
  self->warned_late = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, FORMAT,
                       ("The image got wider while sound flows: the guard goes by what it heard, "
                        "without a look-ahead. Set the width before, or lookahead=0."),
                       (NULL));
}

/* Nobody knows where a curve will go. */
static gboolean
has_width_curve (GstMasterStereo *self)
{
  static const gchar *const names[] = { "width-low", "width-mid", "width-high", "widen" };
  gboolean has = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (names) && !has; i++) {
    GstControlBinding *binding = gst_object_get_control_binding (GST_OBJECT (self), names[i]);

    has = binding != NULL && !gst_control_binding_is_disabled (binding);
    gst_clear_object (&binding);
  }
  return has;
}

static gboolean
gst_master_stereo_configure (GstMasterBase *base, const GstAudioInfo *info)
{
  GstMasterStereo *self = GST_MASTER_STEREO (base);
  MdspImagerParams params = copy_settings (self);
  MdspStatus status;

  self->is_stereo = GST_AUDIO_INFO_CHANNELS (info) == 2;
  params.rate_hz = GST_AUDIO_INFO_RATE (info);
  params.will_move = has_width_curve (self);
  if (!self->is_stereo)
    params.lookahead_ms = 0.0;
  self->imager = g_new0 (MdspImager, 1);
  status = mdsp_imager_init (self->imager, &params, gst_master_base_kernels (base));
  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  return TRUE;
}

static void
gst_master_stereo_update (GstMasterBase *base)
{
  GstMasterStereo *self = GST_MASTER_STEREO (base);
  MdspImagerParams params = copy_settings (self);

  warn_not_stereo (self, &params);
  warn_late_width (self, &params);
  mdsp_imager_set (self->imager, &params);
}

static guint
gst_master_stereo_latency (GstMasterBase *base)
{
  return mdsp_imager_latency (GST_MASTER_STEREO (base)->imager);
}

static void
gst_master_stereo_reset (GstMasterBase *base)
{
  mdsp_imager_reset (GST_MASTER_STEREO (base)->imager);
}

static void
gst_master_stereo_clear (GstMasterBase *base)
{
  GstMasterStereo *self = GST_MASTER_STEREO (base);

  if (self->imager)
    mdsp_imager_clear (self->imager);
  g_clear_pointer (&self->imager, g_free);
  self->warned = self->warned_late = FALSE;
}

static void
gst_master_stereo_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  GstMasterStereo *self = GST_MASTER_STEREO (base);

  if (self->is_stereo)
    mdsp_imager_process (self->imager, planes, n_frames);
}

static void
gst_master_stereo_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstMasterStereo *self = GST_MASTER_STEREO (base);
  MdspImagerReading r;
  guint n;

  mdsp_imager_take (self->imager, &r);
  n = self->is_stereo ? r.n_bands : 0;
  gst_structure_set (s, "gain", G_TYPE_DOUBLE, r.gain_db, "nan-count", G_TYPE_UINT64,
                     gst_master_base_nan_count (base), NULL);
  if (r.heard)
    gst_structure_set (s, "correlation-before", G_TYPE_DOUBLE, r.correlation_before,
                       "correlation-after", G_TYPE_DOUBLE, r.correlation_after, NULL);
  gst_master_base_set_array (s, "band-frequency", r.edge_hz, n);
  gst_master_base_set_array (s, "band-correlation-before", r.before, n);
  gst_master_base_set_array (s, "band-correlation-after", r.after, n);
  gst_master_base_set_array (s, "band-width", r.width, n);
}

static void
install_properties (GObjectClass *object_class)
{
  MdspImagerParams defaults;

  mdsp_imager_params_init (&defaults, 0.0);
  gst_master_base_install_double (
      object_class, PROP_BASS_MONO_FREQUENCY, "bass-mono-frequency", "Bass mono frequency (Hz)",
      "Below this the bass is mono: 24 dB an octave on the side, its all-pass on the mid; 0 = off",
      0.0, 500.0, defaults.bass_mono_hz);
  gst_master_base_install_double (object_class, PROP_WIDTH_LOW, "width-low", "Width below",
                                  "Width of what lies below crossover-low: 0 = mono, 1 = as it is",
                                  0.0, MDSP_IMAGER_MAX_WIDTH, defaults.width_low);
  gst_master_base_install_double (object_class, PROP_WIDTH_MID, "width-mid", "Width between",
                                  "Width of what lies between the crossovers", 0.0,
                                  MDSP_IMAGER_MAX_WIDTH, defaults.width_mid);
  gst_master_base_install_double (object_class, PROP_WIDTH_HIGH, "width-high", "Width above",
                                  "Width of what lies above crossover-high", 0.0,
                                  MDSP_IMAGER_MAX_WIDTH, defaults.width_high);
  gst_master_base_install_double (
      object_class, PROP_CROSSOVER_LOW, "crossover-low", "Lower crossover (Hz)",
      "Where width-low goes over to width-mid (split only when they differ)", 40.0, 2000.0,
      defaults.crossover_low_hz);
  gst_master_base_install_double (
      object_class, PROP_CROSSOVER_HIGH, "crossover-high", "Upper crossover (Hz)",
      "Where width-mid goes over to width-high (split only when they differ)", 500.0, 20000.0,
      defaults.crossover_high_hz);
  gst_master_base_install_double (object_class, PROP_BALANCE, "balance", "Balance (dB)",
                                  "Right over left in dB, half of it on each", -6.0, 6.0,
                                  defaults.balance_db);
  gst_master_base_install_double (
      object_class, PROP_SIDE_HIGHPASS, "side-highpass", "Side high-pass (Hz)",
      "Elliptical filter: 6 dB an octave on the side below this; 0 = off", 0.0, 500.0,
      defaults.side_highpass_hz);
  gst_master_base_install_double (
      object_class, PROP_SIDE_LIMIT, "side-limit", "Side limit (dB)",
      "Above crossover-high the side is held this far below the mid; 0 = off", 0.0, 24.0,
      defaults.side_limit_db);
  gst_master_base_install_double (
      object_class, PROP_GUARD, "guard", "Guard",
      "Widening never takes the correlation of a band below this; -1 = off", -1.0, 0.9,
      defaults.guard);
  g_object_class_install_property (
      object_class, PROP_LOOKAHEAD,
      g_param_spec_double (
          "lookahead", "Look-ahead (ms)",
          "The guard holds over every span of this length, as latency when the stream starts with "
          "settings that widen; 0 = it goes by what was heard, in milliseconds",
          0.0, MDSP_IMAGER_MAX_LOOKAHEAD_MS, defaults.lookahead_ms,
          G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS));
  gst_master_base_install_double (
      object_class, PROP_WIDEN, "widen", "Widen",
      "Adds a decorrelated mid to the side, up to -6 dB at 1; the mono sum stays", 0.0, 1.0,
      defaults.widen);
  g_object_class_install_property (
      object_class, PROP_PRESERVE,
      g_param_spec_enum ("preserve", "Preserve", "What stays when the width changes",
                         GST_TYPE_MASTER_STEREO_PRESERVE, PRESERVE_MID,
                         G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_MONITOR, gst_master_base_monitor_pspec ());
}

static void
gst_master_stereo_class_init (GstMasterStereoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstMasterBaseClass *base_class = GST_MASTER_BASE_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (masterstereo_debug, "masterstereo", 0, "stereo image");
  object_class->set_property = gst_master_stereo_set_property;
  object_class->get_property = gst_master_stereo_get_property;
  install_properties (object_class);

  base_class->message_name = "masterstereo";
  base_class->configure = gst_master_stereo_configure;
  base_class->update = gst_master_stereo_update;
  base_class->reset = gst_master_stereo_reset;
  base_class->clear = gst_master_stereo_clear;
  base_class->process = gst_master_stereo_process;
  base_class->latency = gst_master_stereo_latency;
  base_class->fill_message = gst_master_stereo_fill_message;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Stereo Image", "Filter/Effect/Audio",
      "Bass to mono, width in three bands, balance; safe in mono", "The gst-mastering authors");
  gst_master_base_class_add_templates (base_class);
  gst_type_mark_as_plugin_api (GST_TYPE_MASTER_STEREO_PRESERVE, 0);
}

static void
gst_master_stereo_init (GstMasterStereo *self)
{
  mdsp_imager_params_init (&self->settings, 0.0);
}
