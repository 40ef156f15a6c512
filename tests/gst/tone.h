/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Tones whose loudness has a closed form: sines through the K-weighting whose coefficients ITU-R
 * BS.1770-5 Annex 1 tabulates for 48 kHz. And how to read a meter's messages.
 */
#ifndef TONE_H
#define TONE_H

#include "rig.h"

#define RATE 48000
#define HZ   1000.0 /* whole periods in every 10 ms */
#define NONE GST_CLOCK_TIME_NONE
/* The first block holds the filter's onset, 1e-3 of its energy at most (the 38 Hz high-pass rings
 * for 20 ms of 400): 0.004 LU. The reading itself is exact. */
#define LU 0.005

/* Loudness of sines of these amplitudes, each with its channel weight (BS.1770-5 equation 2). */
gdouble tone_lufs (const gdouble *amplitude, const gdouble *weight, guint channels);
/* The same with equal amplitudes and weights of 1. */
gdouble tone_in_all (gdouble amplitude, guint channels);
/* Sines at HZ, one amplitude per channel; g_free. */
float *tones (const gdouble *amplitude, guint channels, gsize n);

/* A run through `launch` to EOS; mask 0 = unpositioned. */
Rig *run_meter (const gchar *launch, guint channels, guint64 mask, const float *x, gsize n);
/* The loudnessmeter's last message so far. */
const GstStructure *newest (Rig *rig);
gdouble get (const GstStructure *s, const gchar *field);
gdouble array_value (const GstStructure *s, const gchar *field, guint i);

/* NULL, or what is wrong; equal infinities are near. */
gchar *check_near (const gchar *what, gdouble value, gdouble expected, gdouble tolerance);
#define assert_near(s, field, expected, tolerance)                                                 \
  assert_ok (check_near (field, get (s, field), expected, tolerance))

#endif
