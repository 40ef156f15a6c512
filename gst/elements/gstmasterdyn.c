/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-masterdyn
 * @title: masterdyn
 *
 * Dynamics in one to four bands that do nothing until they are needed: compression downward and
 * upward, expansion, parallel mix, and a soft clipper that never takes more than it may. The bands
 * (Linkwitz-Riley, 24 dB an octave) add up to an all-pass of the input, so that they are flat at rest
 * at any crossover frequency; one band at rest passes the samples bit for bit.
 *
 * Bands are child objects, band0 to band3; the first num-bands of them are in use. Their values move
 * without clicks. What the element takes off is told per band in its messages. Its latency is the
 * look-ahead, and 32 samples more with the clipper.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 -m audiotestsrc wave=pink-noise num-buffers=100 ! audioconvert ! masterdyn band0::threshold=-24 band0::ratio=1.5 sidechain-highpass=80 auto-makeup=true ! fakesink
 * ]| Glue: a gentle compressor that the bass does not pump; -m prints what it takes off.
 * |[
 * gst-launch-1.0 audiotestsrc wave=pink-noise num-buffers=100 ! audioconvert ! masterdyn num-bands=2 crossover1=120 band0::threshold=-30 band0::ratio=2 band0::attack=40 ! fakesink
 * ]| Holds the bass only.
 *
 * ## Message "masterdyn"
 * * `gain-reduction`, `gain-reduction-max`, `gain-reduction-mean` (#GST_TYPE_ARRAY of double): of each
 *   band at the end of the span, at most and on average in it, in dB; negative where a band is lifted.
 *   Without make-up, of the channel that is moved most (mean: over the channels)
 * * `makeup` (double): gain of auto-makeup, dB
 * * `clip` (double): the most that the clipper took off in the span, dB
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
#include "gstmasterdynband.h"
#include "gstmasterelements.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (masterdyn_debug);
#define GST_CAT_DEFAULT masterdyn_debug

enum {
  PROP_0,
  PROP_NUM_BANDS,
  PROP_CROSSOVER1,
  PROP_CROSSOVER2,
  PROP_CROSSOVER3,
  PROP_DETECTOR,
  PROP_LINK,
  PROP_MID_SIDE,
  PROP_SIDECHAIN_HIGHPASS,
  PROP_LOOKAHEAD,
  PROP_MIX,
  PROP_AUTO_MAKEUP,
  PROP_CLIP,
  PROP_CLIP_LEVEL,
  PROP_MONITOR
};

#define GST_TYPE_MASTER_DYN (gst_master_dyn_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterDyn, gst_master_dyn, GST, MASTER_DYN, GstMasterBase)

struct _GstMasterDyn {
  GstMasterBase parent;

  GstMasterDynBand *bands[MDSP_MULTIBAND_BANDS]; /* children */
  /* Guarded by the object lock; its bands are the children's, rate and channels the stream's. */
  MdspMultibandParams settings;

  /* Streaming thread only. */
  MdspMultiband multiband;
};

G_DEFINE_TYPE_WITH_CODE (GstMasterDyn, gst_master_dyn, GST_TYPE_MASTER_BASE,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_CHILD_PROXY,
                                                gst_master_base_child_proxy_init)
                             G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (masterdyn, "masterdyn", GST_RANK_NONE, GST_TYPE_MASTER_DYN);

static GType
detector_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = { { MDSP_DETECTOR_PEAK, "The samples' peaks", "peak" },
                                       { MDSP_DETECTOR_RMS,
                                         "The power over 10 ms: steady on low tones", "rms" },
                                       { 0, NULL, NULL } };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMasterDynDetector", values));
  return (GType) type;
}

/* --- processing ---------------------------------------------------------------------------------- */

static MdspMultibandParams
copy_settings (GstMasterDyn *self, gdouble rate_hz, guint n_channels)
{
  MdspMultibandParams params;

  GST_OBJECT_LOCK (self);
  params = self->settings;
  GST_OBJECT_UNLOCK (self);
  for (guint b = 0; b < MDSP_MULTIBAND_BANDS; b++)
    gst_master_dyn_band_get (self->bands[b], &params.band[b]);
  params.rate_hz = rate_hz;
  params.n_channels = n_channels;
  return params;
}

static gboolean
gst_master_dyn_configure (GstMasterBase *base, const GstAudioInfo *info)
{
  GstMasterDyn *self = GST_MASTER_DYN (base);
  MdspMultibandParams params =
      copy_settings (self, GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info));
  MdspStatus status =
      mdsp_multiband_init (&self->multiband, &params, gst_master_base_kernels (base));

  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  if (params.mid_side && params.n_channels != 2)
    GST_ELEMENT_WARNING (self, STREAM, FORMAT,
                         ("Mid and side need two channels; this stream has %u, and each is worked "
                          "on as it is.",
                          params.n_channels),
                         (NULL));
  return TRUE;
}

static void
gst_master_dyn_update (GstMasterBase *base)
{
  GstMasterDyn *self = GST_MASTER_DYN (base);
  const MdspMultibandParams *now = &self->multiband.params;
  MdspMultibandParams params = copy_settings (self, now->rate_hz, now->n_channels);

  mdsp_multiband_set (&self->multiband, &params);
}

static void
gst_master_dyn_reset (GstMasterBase *base)
{
  mdsp_multiband_reset (&GST_MASTER_DYN (base)->multiband);
}

static void
gst_master_dyn_clear (GstMasterBase *base)
{
  mdsp_multiband_clear (&GST_MASTER_DYN (base)->multiband);
}

static guint
gst_master_dyn_latency (GstMasterBase *base)
{
  return mdsp_multiband_latency (&GST_MASTER_DYN (base)->multiband);
}

static void
gst_master_dyn_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  mdsp_multiband_process (&GST_MASTER_DYN (base)->multiband, planes, n_frames);
}

static void
gst_master_dyn_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstMasterDyn *self = GST_MASTER_DYN (base);
  const guint n = self->multiband.params.n_bands;
  gdouble now[MDSP_MULTIBAND_BANDS], max[MDSP_MULTIBAND_BANDS], mean[MDSP_MULTIBAND_BANDS];
  MdspMultibandReading r;

  mdsp_multiband_take (&self->multiband, &r);
  for (guint b = 0; b < n; b++) {
    now[b] = r.band[b].now;
    max[b] = r.band[b].max;
    mean[b] = r.band[b].mean;
  }
  gst_master_base_set_array (s, "gain-reduction", now, n);
  gst_master_base_set_array (s, "gain-reduction-max", max, n);
  gst_master_base_set_array (s, "gain-reduction-mean", mean, n);
  gst_structure_set (s, "makeup", G_TYPE_DOUBLE, r.makeup_db, "clip", G_TYPE_DOUBLE, r.clip_db,
                     "nan-count", G_TYPE_UINT64, gst_master_base_nan_count (base), NULL);
}

/* --- object -------------------------------------------------------------------------------------- */

static void
gst_master_dyn_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMasterDyn *self = GST_MASTER_DYN (object);
  MdspMultibandParams *s = &self->settings;

  if (id == PROP_MONITOR) {
    gst_master_base_set_monitor (GST_MASTER_BASE (self), g_value_get_enum (value));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_NUM_BANDS:
      s->n_bands = g_value_get_uint (value);
      break;
    case PROP_CROSSOVER1:
    case PROP_CROSSOVER2:
    case PROP_CROSSOVER3:
      s->crossover_hz[id - PROP_CROSSOVER1] = g_value_get_double (value);
      break;
    case PROP_DETECTOR:
      s->detector = g_value_get_enum (value);
      break;
    case PROP_LINK:
      s->link = g_value_get_double (value);
      break;
    case PROP_MID_SIDE:
      s->mid_side = g_value_get_boolean (value);
      break;
    case PROP_SIDECHAIN_HIGHPASS:
      s->sidechain_highpass_hz = g_value_get_double (value);
      break;
    case PROP_LOOKAHEAD:
      s->lookahead_ms = g_value_get_double (value);
      break;
    case PROP_MIX:
      s->mix = g_value_get_double (value);
      break;
    case PROP_AUTO_MAKEUP:
      s->auto_makeup = g_value_get_boolean (value);
      break;
    case PROP_CLIP:
      s->clip_db = g_value_get_double (value);
      break;
    case PROP_CLIP_LEVEL:
      s->clip_level_db = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
  gst_master_base_settings_changed (GST_MASTER_BASE (self));
}

static void
gst_master_dyn_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMasterDyn *self = GST_MASTER_DYN (object);
  const MdspMultibandParams *s = &self->settings;

  if (id == PROP_MONITOR) {
    g_value_set_enum (value, gst_master_base_get_monitor (GST_MASTER_BASE (self)));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_NUM_BANDS:
      g_value_set_uint (value, s->n_bands);
      break;
    case PROP_CROSSOVER1:
    case PROP_CROSSOVER2:
    case PROP_CROSSOVER3:
      g_value_set_double (value, s->crossover_hz[id - PROP_CROSSOVER1]);
      break;
    case PROP_DETECTOR:
      g_value_set_enum (value, s->detector);
      break;
    case PROP_LINK:
      g_value_set_double (value, s->link);
      break;
    case PROP_MID_SIDE:
      g_value_set_boolean (value, s->mid_side);
      break;
    case PROP_SIDECHAIN_HIGHPASS:
      g_value_set_double (value, s->sidechain_highpass_hz);
      break;
    case PROP_LOOKAHEAD:
      g_value_set_double (value, s->lookahead_ms);
      break;
    case PROP_MIX:
      g_value_set_double (value, s->mix);
      break;
    case PROP_AUTO_MAKEUP:
      g_value_set_boolean (value, s->auto_makeup);
      break;
    case PROP_CLIP:
      g_value_set_double (value, s->clip_db);
      break;
    case PROP_CLIP_LEVEL:
      g_value_set_double (value, s->clip_level_db);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
install_bands (GObjectClass *klass, const MdspMultibandParams *d)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (klass, PROP_NUM_BANDS,
                                   g_param_spec_uint ("num-bands", "Number of bands",
                                                      "How many of the bands are in use", 1,
                                                      MDSP_MULTIBAND_BANDS, d->n_bands, ready));
  gst_master_base_install_double (klass, PROP_CROSSOVER1, "crossover1", "Crossover 1 (Hz)",
                                  "Between the first two bands, in Hz (at most 0.45 of the sample "
                                  "rate; bands are in the order of their frequencies)",
                                  20.0, 20000.0, d->crossover_hz[0]);
  gst_master_base_install_double (klass, PROP_CROSSOVER2, "crossover2", "Crossover 2 (Hz)",
                                  "Between the second and the third band, in Hz", 20.0, 20000.0,
                                  d->crossover_hz[1]);
  gst_master_base_install_double (klass, PROP_CROSSOVER3, "crossover3", "Crossover 3 (Hz)",
                                  "Between the third and the fourth band, in Hz", 20.0, 20000.0,
                                  d->crossover_hz[2]);
}

static void
install_detection (GObjectClass *klass, const MdspMultibandParams *d)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (klass, PROP_DETECTOR,
                                   g_param_spec_enum ("detector", "Detector",
                                                      "What the level of a band is",
                                                      detector_type (), d->detector, playing));
  gst_master_base_install_double (klass, PROP_LINK, "link", "Link",
                                  "How much the loudest channel moves all: 0 = each by itself, 1 = "
                                  "all alike",
                                  0.0, 1.0, d->link);
  g_object_class_install_property (
      klass, PROP_MID_SIDE,
      g_param_spec_boolean ("mid-side", "Mid and side",
                            "Work on what both channels share and on what differs instead of left "
                            "and right; two channels only, best with link=0",
                            d->mid_side, ready));
  gst_master_base_install_double (klass, PROP_SIDECHAIN_HIGHPASS, "sidechain-highpass",
                                  "Side-chain high-pass (Hz)",
                                  "The detectors do not hear what is below this, in Hz; 0 = off",
                                  0.0, 500.0, d->sidechain_highpass_hz);
  g_object_class_install_property (
      klass, PROP_LOOKAHEAD,
      g_param_spec_double ("lookahead", "Look-ahead (ms)",
                           "The gain comes this much earlier, as latency, in milliseconds", 0.0,
                           10.0, d->lookahead_ms, ready));
}

static void
install_output (GObjectClass *klass, const MdspMultibandParams *d)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;

  gst_master_base_install_double (klass, PROP_MIX, "mix", "Mix",
                                  "Share of the processed signal: 0 = none, 1 = all; the dry one "
                                  "is in phase with it",
                                  0.0, 1.0, d->mix);
  g_object_class_install_property (
      klass, PROP_AUTO_MAKEUP,
      g_param_spec_boolean (
          "auto-makeup", "Automatic make-up",
          "Bring the loudness (BS.1770) back to that of the input, slowly", d->auto_makeup,
          G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
      klass, PROP_CLIP,
      g_param_spec_double ("clip", "Soft clip (dB)",
                           "The most that the soft clipper takes off a peak, in dB; 0 = none", 0.0,
                           3.0, d->clip_db, ready));
  g_object_class_install_property (
      klass, PROP_CLIP_LEVEL,
      g_param_spec_double ("clip-level", "Clip level (dBFS)",
                           "Middle of the clipper's bend: peaks up to this less clip are "
                           "untouched, in dBFS",
                           -60.0, 24.0, d->clip_level_db, ready));
  g_object_class_install_property (klass, PROP_MONITOR, gst_master_base_monitor_pspec ());
}

static void
gst_master_dyn_class_init (GstMasterDynClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstMasterBaseClass *base_class = GST_MASTER_BASE_CLASS (klass);
  MdspMultibandParams d;

  GST_DEBUG_CATEGORY_INIT (masterdyn_debug, "masterdyn", 0, "mastering dynamics");
  mdsp_multiband_params_init (&d, 0.0, 0);
  object_class->set_property = gst_master_dyn_set_property;
  object_class->get_property = gst_master_dyn_get_property;
  install_bands (object_class, &d);
  install_detection (object_class, &d);
  install_output (object_class, &d);

  base_class->message_name = "masterdyn";
  base_class->configure = gst_master_dyn_configure;
  base_class->update = gst_master_dyn_update;
  base_class->reset = gst_master_dyn_reset;
  base_class->clear = gst_master_dyn_clear;
  base_class->latency = gst_master_dyn_latency;
  base_class->process = gst_master_dyn_process;
  base_class->fill_message = gst_master_dyn_fill_message;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Mastering Dynamics", "Filter/Effect/Audio",
      "One to four bands of dynamics, flat at rest, and a soft clipper",
      "The gst-mastering authors");
  gst_master_base_class_add_templates (base_class);
  gst_type_mark_as_plugin_api (detector_type (), 0);
  g_type_class_unref (g_type_class_ref (GST_TYPE_MASTER_DYN_BAND));
}

static void
gst_master_dyn_init (GstMasterDyn *self)
{
  mdsp_multiband_params_init (&self->settings, 0.0, 0);
  for (guint b = 0; b < MDSP_MULTIBAND_BANDS; b++) {
    self->bands[b] = gst_master_dyn_band_new (b, &self->settings.band[b]);
    gst_master_base_add_child (GST_MASTER_BASE (self), GST_OBJECT (self->bands[b]));
  }
}
