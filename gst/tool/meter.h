/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Reads the final message of `loudnessmeter` into a plain struct.
 */
#pragma once

#include <gst/gst.h>

/* Levels in LUFS, LU and dB; -HUGE_VAL is "no measurement". */
typedef struct {
  gboolean valid; /* a final message came */
  double loudness, relative_threshold, loudness_range, max_momentary, max_shortterm;
  double true_peak_dbtp, sample_peak_dbfs; /* of the loudest channel */
  double plr, psr_min;
  /* NAN when there are not two channels; gated: that of the loudness in mono */
  double correlation, balance, mono_change, mono_change_gated;
  guint64 nan_count;
} Meter;

/* When `message` is the final one of a loudnessmeter: fills `meter` and returns TRUE. */
gboolean meter_take (Meter *meter, GstMessage *message);

/* TRUE when a loudness was measured (neither silence nor shorter than 400 ms). */
gboolean meter_has_loudness (const Meter *meter);
