/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A master at the rate at which a codec takes it, and its own peaks cell by cell: what comes back from
 * the codec is held against this.
 */
#pragma once

#include "codec_trial.h"

typedef struct {
  const Sound *sound;
  Sound *converted; /* the same when it had to be made */
  guint channels;
  gsize n_cells;
  float *dry; /* [n_cells * channels]: true peak, 0 below floor_lin */
  double true_peak_lin, sample_peak_lin;
  double floor_lin;
} Material;

GPtrArray *materials_new (void); /* of Material * */

/* The one at this rate, made when it is not there yet. NULL with an error. */
const Material *materials_at (GPtrArray *materials, const Sound *sound, guint rate_hz,
                              GError **error);
