/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A gain that never clicks: moves to a new target in 20 ms, linear in dB from grid point to grid
 * point (every MDSP_GRID frames of the stream), a straight line in between.
 */
#ifndef MDSP_RAMP_H
#define MDSP_RAMP_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_RAMP_MS 20.0

typedef struct {
  unsigned steps; /* grid steps of a whole ramp */
  double now_db, target_db, step_db;
  unsigned steps_left;
  unsigned phase; /* frames into the current grid segment */
  float nodes[2]; /* linear gain at its ends */
  float curve[MDSP_GRID + MDSP_PAD];
} MdspRamp;

/* Starts at gain_db without a ramp. */
void mdsp_ramp_init (MdspRamp *r, double rate_hz, double gain_db);
/* Other ramps than of MDSP_RAMP_MS, from the next mdsp_ramp_set on. */
void mdsp_ramp_set_length (MdspRamp *r, double rate_hz, double ramp_ms);
/* New target; the ramp to it starts at the next grid point. */
void mdsp_ramp_set (MdspRamp *r, double gain_db);
/* Jumps to the target and to phase 0. */
void mdsp_ramp_reset (MdspRamp *r);
/* Multiplies every plane in place; a gain of exactly 0 dB leaves them untouched. */
void mdsp_ramp_process (MdspRamp *r, const MdspKernels *k, float *const planes[],
                        unsigned n_channels, size_t n_frames);

#endif
