/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-mastereq
 * @title: mastereq
 *
 * An equaliser of eight bands whose responses follow the analogue prototypes up to 20 kHz. Each band
 * is a bell, shelf, cut, notch or tilt, for all channels or for left, right, mid or side alone, and
 * bells and shelves can be dynamic: such a band moves only when its own range gets loud, which also
 * makes it a de-esser. A band that is disabled or at 0 dB does not touch the samples.
 *
 * phase=minimum (the default) has no delay. With phase=linear the static bands delay all frequencies
 * alike: one FIR filter takes their place, which costs 171 ms of latency at 48 kHz (186 at 44.1) and
 * sounds a little before what it works on, so it is for broad moves rather than steep low cuts. It
 * follows the analogue responses within 0.1 dB, but smooths what is narrower than some 20 Hz. A dynamic
 * band cannot be linear in phase, because it moves: it works behind the filter as in phase=minimum.
 *
 * Bands are child objects, band0 to band7. Their values move without clicks, in 20 ms.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=100 ! audioconvert ! mastereq band0::enabled=true band0::type=low-cut band0::frequency=30 band0::slope=24 band6::enabled=true band6::type=high-shelf band6::gain=1.5 ! fakesink
 * ]| A low cut and a little air.
 * |[
 * gst-launch-1.0 -m audiotestsrc wave=white-noise num-buffers=100 ! audioconvert ! mastereq band5::enabled=true band5::frequency=7000 band5::q=1.5 band5::threshold=-30 band5::range=-6 ! fakesink
 * ]| A de-esser; -m prints how far it went.
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=100 ! audioconvert ! audio/x-raw,channels=2 ! mastereq phase=linear band2::enabled=true band2::frequency=250 band2::gain=-1.5 band2::channels=mid ! fakesink
 * ]| Less mud in the middle, without a shift between the frequencies.
 *
 * ## Message "mastereq"
 * * `dynamic-gain` (#GST_TYPE_ARRAY of double): largest move of each band's dynamic part in the
 *   span, dB, negative when it went down
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
#include "gstmastereqband.h"

#include "dynamics/equalizer.h"
#include "dynamics/linear_equalizer.h"

GST_DEBUG_CATEGORY_STATIC (mastereq_debug);
#define GST_CAT_DEFAULT mastereq_debug

enum { PROP_0, PROP_PHASE, PROP_MONITOR };

typedef enum { PHASE_MINIMUM, PHASE_LINEAR } Phase;

#define GST_TYPE_MASTER_EQ (gst_master_eq_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterEq, gst_master_eq, GST, MASTER_EQ, GstMasterBase)

struct _GstMasterEq {
  GstMasterBase parent;

  GstMasterEqBand *bands[MDSP_EQ_BANDS]; /* children */

  Phase phase; /* guarded by the object lock */

  /* Streaming thread only. */
  gboolean is_linear; /* as of the format: which of the two is at work */
  MdspEqualizer equalizer;
  MdspLinearEqualizer linear;
  gboolean warned; /* that this format has no left, right, mid or side */
};

G_DEFINE_TYPE_WITH_CODE (GstMasterEq, gst_master_eq, GST_TYPE_MASTER_BASE,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
                                                gst_master_base_child_proxy_init)
                             G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (mastereq, "mastereq", GST_RANK_NONE, GST_TYPE_MASTER_EQ);

static GType
phase_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { PHASE_MINIMUM, "No delay; phase shifts as an analogue equaliser has them", "minimum" },
    { PHASE_LINEAR, "All frequencies later by the same time, 171 ms at 48 kHz", "linear" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterEqPhase", values));
  return (GType) type;
}

/* --- processing ---------------------------------------------------------------------------------- */

static void
copy_settings (GstMasterEq *self, MdspEqualizerParams *params)
{
  for (guint b = 0; b < MDSP_EQ_BANDS; b++)
    gst_master_eq_band_get (self->bands[b], &params->band[b]);
}

static void
warn_about_channels (GstMasterEq *self, const MdspEqualizerParams *params)
{
  if (self->warned || !mdsp_equalizer_needs_stereo (params))
    return;
  self->warned = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, FORMAT,
                       ("Bands for left, right, mid or side need two channels; this stream has %u, "
                        "so these bands do nothing. Use channels=stereo.",
                        params->n_channels),
                       (NULL));
}

static gboolean
gst_master_eq_configure (GstMasterBase *base, const GstAudioInfo *info)
{
  GstMasterEq *self = GST_MASTER_EQ (base);
  MdspEqualizerParams params = { .rate_hz = GST_AUDIO_INFO_RATE (info),
                                 .n_channels = GST_AUDIO_INFO_CHANNELS (info) };
  MdspStatus status;

  copy_settings (self, &params);
  GST_OBJECT_LOCK (self);
  self->is_linear = self->phase == PHASE_LINEAR;
  GST_OBJECT_UNLOCK (self);
  status = self->is_linear
               ? mdsp_linear_equalizer_init (&self->linear, &params, gst_master_base_kernels (base))
               : mdsp_equalizer_init (&self->equalizer, &params, gst_master_base_kernels (base));
  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  self->warned = FALSE;
  return TRUE;
}

static guint
gst_master_eq_latency (GstMasterBase *base)
{
  GstMasterEq *self = GST_MASTER_EQ (base);

  return self->is_linear ? (guint) mdsp_linear_equalizer_latency (self->linear.params.rate_hz) : 0;
}

static void
gst_master_eq_update (GstMasterBase *base)
{
  GstMasterEq *self = GST_MASTER_EQ (base);
  MdspEqualizerParams params = { .n_channels = self->is_linear ? self->linear.params.n_channels
                                                               : self->equalizer.n_channels };

  copy_settings (self, &params);
  warn_about_channels (self, &params);
  if (self->is_linear)
    mdsp_linear_equalizer_set (&self->linear, &params);
  else
    mdsp_equalizer_set (&self->equalizer, &params);
}

static void
gst_master_eq_reset (GstMasterBase *base)
{
  GstMasterEq *self = GST_MASTER_EQ (base);

  if (self->is_linear)
    mdsp_linear_equalizer_reset (&self->linear);
  else
    mdsp_equalizer_reset (&self->equalizer);
}

static void
gst_master_eq_clear (GstMasterBase *base)
{
  GstMasterEq *self = GST_MASTER_EQ (base);

  mdsp_linear_equalizer_clear (&self->linear);
  mdsp_equalizer_clear (&self->equalizer);
}

static void
gst_master_eq_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  GstMasterEq *self = GST_MASTER_EQ (base);

  if (self->is_linear)
    mdsp_linear_equalizer_process (&self->linear, planes, n_frames);
  else
    mdsp_equalizer_process (&self->equalizer, planes, n_frames);
}

static void
gst_master_eq_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstMasterEq *self = GST_MASTER_EQ (base);
  gdouble move[MDSP_EQ_BANDS];

  if (self->is_linear)
    mdsp_linear_equalizer_take (&self->linear, move);
  else
    mdsp_equalizer_take (&self->equalizer, move);
  gst_master_base_set_array (s, "dynamic-gain", move, MDSP_EQ_BANDS);
  gst_structure_set (s, "nan-count", G_TYPE_UINT64, gst_master_base_nan_count (base), NULL);
}

/* --- object -------------------------------------------------------------------------------------- */

static void
gst_master_eq_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterEq *self = GST_MASTER_EQ (object);

  switch (id) {
    case PROP_PHASE:
      GST_OBJECT_LOCK (self);
      self->phase = g_value_get_enum (value);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_MONITOR:
      gst_master_base_set_monitor (GST_MASTER_BASE (object), g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_master_eq_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMasterEq *self = GST_MASTER_EQ (object);

  switch (id) {
    case PROP_PHASE:
      GST_OBJECT_LOCK (self);
      g_value_set_enum (value, self->phase);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_MONITOR:
      g_value_set_enum (value, gst_master_base_get_monitor (GST_MASTER_BASE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_master_eq_class_init (GstMasterEqClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstMasterBaseClass *base_class = GST_MASTER_BASE_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (mastereq_debug, "mastereq", 0, "mastering equaliser");
  object_class->set_property = gst_master_eq_set_property;
  object_class->get_property = gst_master_eq_get_property;
  g_object_class_install_property (
      object_class, PROP_PHASE,
      g_param_spec_enum ("phase", "Phase",
                         "What the static bands do to the phase; linear costs latency, and dynamic "
                         "bands stay as they are",
                         phase_type (), PHASE_MINIMUM,
                         G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_MONITOR, gst_master_base_monitor_pspec ());

  base_class->message_name = "mastereq";
  base_class->configure = gst_master_eq_configure;
  base_class->update = gst_master_eq_update;
  base_class->reset = gst_master_eq_reset;
  base_class->clear = gst_master_eq_clear;
  base_class->process = gst_master_eq_process;
  base_class->latency = gst_master_eq_latency;
  base_class->fill_message = gst_master_eq_fill_message;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Mastering Equalizer", "Filter/Effect/Audio",
      "Eight bands that follow the analogue response to 20 kHz, static or dynamic, "
      "with minimum or linear phase",
      "The gst-mastering authors");
  gst_master_base_class_add_templates (base_class);
  gst_type_mark_as_plugin_api (phase_type (), 0);
  g_type_class_unref (g_type_class_ref (GST_TYPE_MASTER_EQ_BAND));
}

static void
gst_master_eq_init (GstMasterEq *self)
{
  MdspEqualizerParams defaults;

  mdsp_equalizer_params_init (&defaults, 0.0, 0);
  for (guint b = 0; b < MDSP_EQ_BANDS; b++) {
    self->bands[b] = gst_master_eq_band_new (b, &defaults.band[b]);
    gst_master_base_add_child (GST_MASTER_BASE (self), GST_OBJECT (self->bands[b]));
  }
}
