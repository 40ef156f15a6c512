/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
/**
 * SECTION:element-loudnessmeter
 * @title: loudnessmeter
 *
 * Measures loudness after ITU-R BS.1770-5 and EBU R 128 (momentary, short-term, integrated, loudness
 * range), true peak, and what follows from them, and posts the readings as element messages. It
 * never changes the data. The last message before EOS has `final=true` and the exact values of the
 * whole stream; running ones use bounded memory.
 *
 * Levels are LUFS, LU or dB; `-inf` means that there is no measurement (silence, or too short).
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 -m audiotestsrc freq=1000 volume=0.0708 num-buffers=200 ! audio/x-raw,rate=48000,channels=2 ! audioconvert ! loudnessmeter ! fakesink
 * ]| A tone at -23 dBFS in both channels reads -23 LUFS.
 * |[
 * gst-launch-1.0 -t audiotestsrc num-buffers=200 ! audioconvert ! loudnessmeter tags=true post-messages=false ! fakesink
 * ]| ReplayGain tags at the end of the stream.
 *
 * ## Message "loudnessmeter"
 * * `momentary-loudness`, `shortterm-loudness`, `global-loudness`, `relative-threshold`,
 *   `max-momentary`, `max-shortterm` (double, LUFS), `loudness-range` (double, LU)
 * * `target-difference` (double, LU): global-loudness minus the property target
 * * `sample-peak`, `true-peak` (#GST_TYPE_ARRAY of double, one per channel): linear amplitude since
 *   the start or the last reset; `true-peak-db` (double, dBTP): the largest
 * * `plr` (double, dB): true peak minus global-loudness; `psr` (double, dB): true peak of the last
 *   3 s minus shortterm-loudness; `psr-min` (double, dB): its minimum where the programme is loud
 * * `correlation` (double, -1..1), `balance` (double, dB, right over left), `side-mid` (double, dB,
 *   the level of the side over that of the mid), `mono-change` (double, LU): of the first two
 *   channels, K-weighted, over the last 400 ms, in the final message over the programme
 * * `correlation-long` (double, -1..1): of the last 3 s
 * * `mono-change-gated` (double, LU): global-loudness of (L+R)/2 in both channels minus
 *   global-loudness, each with its own gates; `-inf` when nothing is left in mono
 * * `band-frequency` (Hz), `band-correlation`, `band-side-mid` (dB), `band-mono-change` (LU), with
 *   `stereo-bands=true` and two channels (#GST_TYPE_ARRAY of double, one per octave): over the last
 *   3 s, in the final message over the programme above -70 LUFS
 * * `stereo-faults`, with `stereo-bands=true` and two channels (#GST_TYPE_ARRAY of #GstStructure,
 *   empty when there are none): what was seen so far in windows of 3 s, named `polarity` (one channel
 *   is inverted; value: mean correlation of the octaves), `silent-channel` (value: balance in dB),
 *   `delay` (one channel is a late copy; value: right after left in ms), `inverted-delay` (a late copy
 *   that is upside down; value alike), `wide-bass` (value: the correlation below 150 Hz), `cancellation` (an octave, `frequency` in Hz, loses over 6 dB in mono;
 *   value: the change). `value` (double) is the worst, `now` (boolean) whether it goes on, `times`
 *   (guint) how often it ended, `total` (guint64, ns) for how long in all, `start` and `end`
 *   (guint64, ns since the start or the last reset) the longest time
 * * `same-channels` (boolean), with `stereo-bands=true` and two channels: both have carried the same
 *   so far (the side is 60 dB or more below the mid)
 * * `nan-count` (guint64): samples that were not numbers and counted as silence
 * * `final` (boolean), `timestamp`, `running-time`, `stream-time`, `duration` (guint64, ns): the
 *   start of the span and its length
 *
 * Since: 0.1
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstloudnessmeterstereo.h"
#include "gstmasterbase.h"
#include "gstmasterelements.h"
#include "gstmasterlayout.h"

#include <gst/tag/tag.h>

#include "kernels/dmath.h"
#include "measure/meter.h"
#include "measure/second_opinion.h"

GST_DEBUG_CATEGORY_STATIC (loudnessmeter_debug);
#define GST_CAT_DEFAULT loudnessmeter_debug

#define REPLAYGAIN_2_REFERENCE_LUFS -18.0
#define REPLAYGAIN_REFERENCE_LEVEL  89.0

typedef enum { ENGINE_NATIVE, ENGINE_LIBEBUR128 } GstLoudnessMeterEngine;

#define DEFAULT_ENGINE    ENGINE_NATIVE
#define DEFAULT_DUAL_MONO FALSE
#define DEFAULT_TARGET    -23.0
#define DEFAULT_TAGS      FALSE
#define DEFAULT_BANDS     FALSE

enum { PROP_0, PROP_ENGINE, PROP_DUAL_MONO, PROP_TARGET, PROP_TAGS, PROP_STEREO_BANDS };
enum { SIGNAL_START, SIGNAL_PAUSE, SIGNAL_RESET, N_SIGNALS };
static guint signals[N_SIGNALS];

#define GST_TYPE_LOUDNESS_METER (gst_loudness_meter_get_type ())
G_DECLARE_FINAL_TYPE (GstLoudnessMeter, gst_loudness_meter, GST, LOUDNESS_METER, GstMasterBase)

struct _GstLoudnessMeter {
  GstMasterBase parent;

  /* Guarded by the object lock. */
  GstLoudnessMeterEngine engine;
  gboolean dual_mono, tags, stereo_bands;
  gdouble target;

  gint paused;        /* atomic */
  gint reset_request; /* atomic */

  /* Streaming thread only. */
  gboolean has_meter;
  MdspMeter meter;
  MdspSecondOpinion *second; /* with engine=libebur128 */
  GstAudioInfo info;
};

G_DEFINE_TYPE_WITH_CODE (GstLoudnessMeter, gst_loudness_meter, GST_TYPE_MASTER_BASE,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (loudnessmeter, "loudnessmeter", GST_RANK_NONE,
                             GST_TYPE_LOUDNESS_METER);

#define GST_TYPE_LOUDNESS_METER_ENGINE (gst_loudness_meter_engine_get_type ())
static GType
gst_loudness_meter_engine_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { ENGINE_NATIVE, "The project's own meter", "native" },
    { ENGINE_LIBEBUR128, "Loudness by libebur128, a second opinion (allocates while it runs)",
      "libebur128" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLoudnessMeterEngine", values));
  return (GType) type;
}

static void
gst_loudness_meter_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ENGINE:
      self->engine = g_value_get_enum (value);
      break;
    case PROP_DUAL_MONO:
      self->dual_mono = g_value_get_boolean (value);
      break;
    case PROP_TARGET:
      self->target = g_value_get_double (value);
      break;
    case PROP_TAGS:
      self->tags = g_value_get_boolean (value);
      break;
    case PROP_STEREO_BANDS:
      self->stereo_bands = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_loudness_meter_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ENGINE:
      g_value_set_enum (value, self->engine);
      break;
    case PROP_DUAL_MONO:
      g_value_set_boolean (value, self->dual_mono);
      break;
    case PROP_TARGET:
      g_value_set_double (value, self->target);
      break;
    case PROP_TAGS:
      g_value_set_boolean (value, self->tags);
      break;
    case PROP_STEREO_BANDS:
      g_value_set_boolean (value, self->stereo_bands);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_loudness_meter_start (GstLoudnessMeter *self)
{
  g_atomic_int_set (&self->paused, FALSE);
}

static void
gst_loudness_meter_pause (GstLoudnessMeter *self)
{
  g_atomic_int_set (&self->paused, TRUE);
}

static void
gst_loudness_meter_request_reset (GstLoudnessMeter *self)
{
  g_atomic_int_set (&self->reset_request, TRUE);
}

static void
gst_loudness_meter_clear (GstMasterBase *base)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (base);

  if (self->has_meter)
    mdsp_meter_clear (&self->meter);
  self->has_meter = FALSE;
  g_clear_pointer (&self->second, mdsp_second_opinion_free);
}

/* The second opinion starts over by being made anew: libebur128 has no reset. */
static gboolean
renew_second_opinion (GstLoudnessMeter *self)
{
  MdspSpeaker speakers[MDSP_MAX_CHANNELS];
  gboolean wanted, dual_mono;

  GST_OBJECT_LOCK (self);
  wanted = self->engine == ENGINE_LIBEBUR128;
  dual_mono = self->dual_mono;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&self->second, mdsp_second_opinion_free);
  if (!wanted)
    return TRUE;
  gst_master_layout_speakers (&self->info, dual_mono, speakers);
  self->second = mdsp_second_opinion_new (GST_AUDIO_INFO_RATE (&self->info), speakers,
                                          GST_AUDIO_INFO_CHANNELS (&self->info));
  return self->second != NULL;
}

static gboolean
gst_loudness_meter_configure (GstMasterBase *base, const GstAudioInfo *info)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (base);
  MdspSpeaker speakers[MDSP_MAX_CHANNELS];
  MdspMeterParams params = { .rate_hz = GST_AUDIO_INFO_RATE (info),
                             .n_channels = GST_AUDIO_INFO_CHANNELS (info),
                             .speakers = speakers,
                             .true_peak = TRUE };
  MdspStatus status;
  gboolean dual_mono;

  GST_OBJECT_LOCK (self);
  dual_mono = self->dual_mono;
  params.stereo_bands = self->stereo_bands;
  GST_OBJECT_UNLOCK (self);
  self->info = *info;
  gst_master_layout_speakers (info, dual_mono, speakers);
  status = mdsp_meter_init (&self->meter, &params, gst_master_base_kernels (base));
  self->has_meter = status == MDSP_OK;
  if (self->has_meter && !renew_second_opinion (self))
    status = MDSP_ERROR_MEMORY;
  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (self, LIBRARY, INIT, (NULL), ("%s", mdsp_status_text (status)));
    return FALSE;
  }
  return TRUE;
}

static void
gst_loudness_meter_update (GstMasterBase *base)
{
}

static void
gst_loudness_meter_forget (GstMasterBase *base)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (base);

  if (!self->has_meter)
    return;
  mdsp_meter_reset (&self->meter);
  if (!renew_second_opinion (self))
    GST_ELEMENT_WARNING (self, RESOURCE, NO_SPACE_LEFT, (NULL), ("no memory for libebur128"));
}

static void
obey_reset_request (GstLoudnessMeter *self)
{
  if (g_atomic_int_compare_and_exchange (&self->reset_request, TRUE, FALSE))
    gst_loudness_meter_forget (GST_MASTER_BASE (self));
}

static void
gst_loudness_meter_process (GstMasterBase *base, float *const planes[], guint n_frames)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (base);

  obey_reset_request (self);
  if (g_atomic_int_get (&self->paused))
    return;
  mdsp_meter_process (&self->meter, (const float *const *) planes, n_frames);
  if (self->second != NULL)
    mdsp_second_opinion_process (self->second, (const float *const *) planes, n_frames);
}

static void
gst_loudness_meter_finish (GstMasterBase *base)
{
  obey_reset_request (GST_LOUDNESS_METER (base));
  mdsp_meter_finish (&GST_LOUDNESS_METER (base)->meter);
}

/* libebur128 fills up a window that is not complete yet; for us that is no measurement. */
static gdouble
complete (gdouble native, gdouble second)
{
  return native > MDSP_SILENCE_DB ? second : native;
}

/* The reading of the engine that the user chose. */
static void
read_meter (GstLoudnessMeter *self, gboolean final, MdspMeterReading *r)
{
  MdspSecondOpinionReading second;

  mdsp_meter_read (&self->meter, final, r);
  if (self->second == NULL)
    return;
  mdsp_second_opinion_read (self->second, &second);
  r->momentary = complete (r->momentary, second.momentary);
  r->shortterm = complete (r->shortterm, second.shortterm);
  r->integrated = second.integrated;
  r->relative_threshold = second.relative_threshold;
  r->range = second.range;
  r->plr_db = mdsp_meter_plr_db (r->true_peak_db, r->integrated);
}

static void
gst_loudness_meter_fill_message (GstMasterBase *base, GstStructure *s, gboolean final)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (base);
  const guint channels = GST_AUDIO_INFO_CHANNELS (&self->info);
  gdouble sample_peak[MDSP_MAX_CHANNELS], true_peak[MDSP_MAX_CHANNELS], target;
  MdspMeterReading r;

  read_meter (self, final, &r);
  for (guint c = 0; c < channels; c++) {
    sample_peak[c] = mdsp_meter_sample_peak_lin (&self->meter, c);
    true_peak[c] = mdsp_meter_true_peak_lin (&self->meter, c);
  }
  GST_OBJECT_LOCK (self);
  target = self->target;
  GST_OBJECT_UNLOCK (self);
  gst_structure_set (
      s, "momentary-loudness", G_TYPE_DOUBLE, r.momentary, "shortterm-loudness", G_TYPE_DOUBLE,
      r.shortterm, "global-loudness", G_TYPE_DOUBLE, r.integrated, "relative-threshold",
      G_TYPE_DOUBLE, r.relative_threshold, "loudness-range", G_TYPE_DOUBLE, r.range,
      "max-momentary", G_TYPE_DOUBLE, r.max_momentary, "max-shortterm", G_TYPE_DOUBLE,
      r.max_shortterm, "target-difference", G_TYPE_DOUBLE, r.integrated - target, "true-peak-db",
      G_TYPE_DOUBLE, r.true_peak_db, "plr", G_TYPE_DOUBLE, r.plr_db, "psr", G_TYPE_DOUBLE, r.psr_db,
      "psr-min", G_TYPE_DOUBLE, r.psr_min_db, "correlation", G_TYPE_DOUBLE, r.stereo.correlation,
      "balance", G_TYPE_DOUBLE, r.stereo.balance_db, "side-mid", G_TYPE_DOUBLE,
      r.stereo.side_mid_db, "mono-change", G_TYPE_DOUBLE, r.stereo.mono_change_lu,
      "correlation-long", G_TYPE_DOUBLE, r.stereo_long.correlation, "mono-change-gated",
      G_TYPE_DOUBLE, r.folded_change_lu, "nan-count", G_TYPE_UINT64,
      gst_master_base_nan_count (base), NULL);
  gst_master_base_set_array (s, "sample-peak", sample_peak, channels);
  gst_master_base_set_array (s, "true-peak", true_peak, channels);
  if (self->meter.stereo != NULL)
    gst_loudness_meter_fill_stereo (self->meter.stereo, s, final);
}

/* ReplayGain 2.0: gain to -18 LUFS, the true peak as peak. */
static GstTagList *
gst_loudness_meter_final_tags (GstMasterBase *base)
{
  GstLoudnessMeter *self = GST_LOUDNESS_METER (base);
  gdouble peak = 0.0;
  gboolean wanted;
  GstTagList *tags;
  MdspMeterReading r;

  GST_OBJECT_LOCK (self);
  wanted = self->tags;
  GST_OBJECT_UNLOCK (self);
  if (!wanted)
    return NULL;
  read_meter (self, TRUE, &r);
  if (!(r.integrated >= -70.0))
    return NULL; /* no measurement never becomes a gain */
  for (gint c = 0; c < GST_AUDIO_INFO_CHANNELS (&self->info); c++)
    peak = MAX (peak, mdsp_meter_true_peak_lin (&self->meter, c));
  tags = gst_tag_list_new (GST_TAG_TRACK_GAIN, REPLAYGAIN_2_REFERENCE_LUFS - r.integrated,
                           GST_TAG_TRACK_PEAK, peak, GST_TAG_REFERENCE_LEVEL,
                           REPLAYGAIN_REFERENCE_LEVEL, NULL);
#ifdef GST_TAG_TRACK_GAIN_R128
  gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_TRACK_GAIN_R128, -23.0 - r.integrated,
                    NULL);
#endif
  return tags;
}

static guint
add_action (GstLoudnessMeterClass *klass, const gchar *name, GCallback handler)
{
  return g_signal_new_class_handler (name, G_TYPE_FROM_CLASS (klass),
                                     G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, handler, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags ready = G_PARAM_READWRITE | GST_PARAM_MUTABLE_READY | G_PARAM_STATIC_STRINGS;
  const GParamFlags playing =
      G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (
      object_class, PROP_ENGINE,
      g_param_spec_enum ("engine", "Engine", "Whose loudness measurement is reported",
                         GST_TYPE_LOUDNESS_METER_ENGINE, DEFAULT_ENGINE, ready));
  g_object_class_install_property (
      object_class, PROP_DUAL_MONO,
      g_param_spec_boolean ("dual-mono", "Dual mono",
                            "A mono stream will be heard on two loudspeakers: reads 3.01 LU more",
                            DEFAULT_DUAL_MONO, ready));
  g_object_class_install_property (object_class, PROP_TARGET,
                                   g_param_spec_double ("target", "Target (LUFS)",
                                                        "0 LU on the scale of target-difference",
                                                        -70.0, 10.0, DEFAULT_TARGET, playing));
  g_object_class_install_property (
      object_class, PROP_TAGS,
      g_param_spec_boolean ("tags", "Tags", "Send ReplayGain 2.0 tags downstream at EOS",
                            DEFAULT_TAGS, playing));
  g_object_class_install_property (
      object_class, PROP_STEREO_BANDS,
      g_param_spec_boolean ("stereo-bands", "Stereo bands",
                            "Report correlation, side level and the change in mono per octave as "
                            "well (costs about as much as all the rest)",
                            DEFAULT_BANDS, ready));
}

static void
gst_loudness_meter_class_init (GstLoudnessMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstMasterBaseClass *base_class = GST_MASTER_BASE_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (loudnessmeter_debug, "loudnessmeter", 0, "loudness meter");
  object_class->set_property = gst_loudness_meter_set_property;
  object_class->get_property = gst_loudness_meter_get_property;
  install_properties (object_class);
  signals[SIGNAL_START] = add_action (klass, "start", G_CALLBACK (gst_loudness_meter_start));
  signals[SIGNAL_PAUSE] = add_action (klass, "pause", G_CALLBACK (gst_loudness_meter_pause));
  signals[SIGNAL_RESET] =
      add_action (klass, "reset", G_CALLBACK (gst_loudness_meter_request_reset));

  base_class->analyzer = TRUE;
  base_class->message_name = "loudnessmeter";
  base_class->configure = gst_loudness_meter_configure;
  base_class->update = gst_loudness_meter_update;
  base_class->forget = gst_loudness_meter_forget;
  base_class->clear = gst_loudness_meter_clear;
  base_class->process = gst_loudness_meter_process;
  base_class->finish = gst_loudness_meter_finish;
  base_class->fill_message = gst_loudness_meter_fill_message;
  base_class->final_tags = gst_loudness_meter_final_tags;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Loudness Meter", "Filter/Analyzer/Audio",
      "Measures loudness (ITU-R BS.1770, EBU R 128), true peak and dynamics",
      "The gst-mastering authors");
  gst_master_base_class_add_templates (base_class);
  gst_type_mark_as_plugin_api (GST_TYPE_LOUDNESS_METER_ENGINE, 0);
}

static void
gst_loudness_meter_init (GstLoudnessMeter *self)
{
  self->engine = DEFAULT_ENGINE;
  self->dual_mono = DEFAULT_DUAL_MONO;
  self->target = DEFAULT_TARGET;
  self->tags = DEFAULT_TAGS;
}
