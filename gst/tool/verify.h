/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The finished file, opened again from disk and measured by three meters: our own, libebur128 as
 * second opinion on loudness, and true peak at 16 times the rate.
 */
#pragma once

#include "analysis.h"

typedef struct {
  Analysis *analysis;    /* native meter; its second_opinion is libebur128's loudness */
  double true_peak_dbtp; /* at 16x, -HUGE_VAL for silence */
} Verification;

/* Any file, with up to VERIFY_MAX_MORE further listeners; `translate` measures the playback devices
 * and the stereo field as well. */
gboolean verify_measure (const Input *input, const Listener *more, guint n_more, gboolean translate,
                         const char *label, Verification *result, GError **error);
#define VERIFY_MAX_MORE 4

/* A file that was just made: it must open and agree with libsndfile where that can read it. */
gboolean verify_run (const char *path, const char *name, Verification *result, GError **error);
void verify_clear (Verification *result);

/* A disagreement between the two meters beyond this fails. */
#define VERIFY_MAX_DISAGREEMENT_LU 0.1
