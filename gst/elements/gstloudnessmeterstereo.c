/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstloudnessmeterstereo.h"

#include "gstmasterbase.h"

/* One value per octave that is measured at this rate. */
static void
fill_bands (const MdspStereo *stereo, GstStructure *s, gboolean final)
{
  gdouble frequency[MDSP_STEREO_OCTAVES], correlation[MDSP_STEREO_OCTAVES];
  gdouble side_mid[MDSP_STEREO_OCTAVES], mono_change[MDSP_STEREO_OCTAVES];
  const guint n = mdsp_stereo_n_octaves (stereo);

  for (guint k = 0; k < n; k++) {
    MdspStereoReading r =
        final ? mdsp_stereo_programme (stereo, k) : mdsp_stereo_window (stereo, k);

    frequency[k] = mdsp_stereo_octave_hz (k);
    correlation[k] = r.correlation;
    side_mid[k] = r.side_mid_db;
    mono_change[k] = r.mono_change_lu;
  }
  gst_master_base_set_array (s, "band-frequency", frequency, n);
  gst_master_base_set_array (s, "band-correlation", correlation, n);
  gst_master_base_set_array (s, "band-side-mid", side_mid, n);
  gst_master_base_set_array (s, "band-mono-change", mono_change, n);
}

static const gchar *
fault_name (guint fault)
{
  switch (fault) {
    case MDSP_STEREO_POLARITY:
      return "polarity";
    case MDSP_STEREO_SILENT:
      return "silent-channel";
    case MDSP_STEREO_DELAY:
      return "delay";
    case MDSP_STEREO_DELAY_INVERTED:
      return "inverted-delay";
    case MDSP_STEREO_WIDE_BASS:
      return "wide-bass";
    default:
      return "cancellation";
  }
}

static GstStructure *
fault_new (const MdspStereo *stereo, guint fault)
{
  const MdspStereoSpans *spans = mdsp_stereo_fault (stereo, fault);
  const guint64 rate = (guint64) stereo->rate_hz;
  GstStructure *s = gst_structure_new (
      fault_name (fault), "value", G_TYPE_DOUBLE, spans->value, "now", G_TYPE_BOOLEAN,
      (gboolean) mdsp_stereo_fault_now (stereo, fault), "times", G_TYPE_UINT, spans->n_spans,
      "total", G_TYPE_UINT64, gst_util_uint64_scale_round (spans->total, GST_SECOND, rate), "start",
      G_TYPE_UINT64, gst_util_uint64_scale_round (spans->start, GST_SECOND, rate), "end",
      G_TYPE_UINT64, gst_util_uint64_scale_round (spans->end, GST_SECOND, rate), NULL);

  if (fault >= MDSP_STEREO_CANCEL)
    gst_structure_set (s, "frequency", G_TYPE_DOUBLE,
                       mdsp_stereo_octave_hz (fault - MDSP_STEREO_CANCEL), NULL);
  return s;
}

/* Those that were seen, or are under way. */
static void
fill_faults (const MdspStereo *stereo, GstStructure *s)
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint fault = 0; fault < MDSP_STEREO_N_FAULTS; fault++) {
    GValue v = G_VALUE_INIT;

    if (mdsp_stereo_fault (stereo, fault)->n_spans == 0 && !mdsp_stereo_fault_now (stereo, fault))
      continue;
    g_value_init (&v, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&v, fault_new (stereo, fault));
    gst_value_array_append_and_take_value (&array, &v);
  }
  gst_structure_take_value (s, "stereo-faults", &array);
}

void
gst_loudness_meter_fill_stereo (const MdspStereo *stereo, GstStructure *s, gboolean final)
{
  fill_bands (stereo, s, final);
  fill_faults (stereo, s);
  gst_structure_set (s, "same-channels", G_TYPE_BOOLEAN,
                     (gboolean) mdsp_stereo_is_dual_mono (stereo), NULL);
}
