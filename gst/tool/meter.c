/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "meter.h"

#include "kernels/dmath.h"

#include <math.h>

static double
get (const GstStructure *s, const char *field, double fallback)
{
  double value;

  return gst_structure_get_double (s, field, &value) ? value : fallback;
}

static double
largest (const GstStructure *s, const char *field)
{
  const GValue *array = gst_structure_get_value (s, field);
  double most = 0.0;

  if (!array || !GST_VALUE_HOLDS_ARRAY (array))
    return 0.0;
  for (guint i = 0; i < gst_value_array_get_size (array); i++)
    most = MAX (most, g_value_get_double (gst_value_array_get_value (array, i)));
  return most;
}

gboolean
meter_take (Meter *meter, GstMessage *message)
{
  const GstStructure *s = gst_message_get_structure (message);
  gboolean final = FALSE;
  guint64 nan_count = 0;

  if (!s || !gst_structure_has_name (s, "loudnessmeter") ||
      !gst_structure_get_boolean (s, "final", &final) || !final)
    return FALSE;
  meter->valid = TRUE;
  meter->loudness = get (s, "global-loudness", -HUGE_VAL);
  meter->relative_threshold = get (s, "relative-threshold", -HUGE_VAL);
  meter->loudness_range = get (s, "loudness-range", 0.0);
  meter->max_momentary = get (s, "max-momentary", -HUGE_VAL);
  meter->max_shortterm = get (s, "max-shortterm", -HUGE_VAL);
  meter->true_peak_dbtp = mdsp_db_from_lin (largest (s, "true-peak"));
  meter->sample_peak_dbfs = mdsp_db_from_lin (largest (s, "sample-peak"));
  meter->plr = get (s, "plr", NAN);
  meter->psr_min = get (s, "psr-min", NAN);
  meter->correlation = get (s, "correlation", NAN);
  meter->balance = get (s, "balance", NAN);
  meter->mono_change = get (s, "mono-change", NAN);
  meter->mono_change_gated = get (s, "mono-change-gated", NAN);
  gst_structure_get_uint64 (s, "nan-count", &nan_count);
  meter->nan_count = nan_count;
  return TRUE;
}

gboolean
meter_has_loudness (const Meter *meter)
{
  return meter->valid && isfinite (meter->loudness);
}
