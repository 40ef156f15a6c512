/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/ramp.h"
#include "kernels/dmath.h"

void
mdsp_ramp_init (MdspRamp *r, double rate_hz, double gain_db)
{
  mdsp_ramp_set_length (r, rate_hz, MDSP_RAMP_MS);
  r->target_db = gain_db;
  mdsp_ramp_reset (r);
}

void
mdsp_ramp_set_length (MdspRamp *r, double rate_hz, double ramp_ms)
{
  double steps = ramp_ms * 0.001 * rate_hz / MDSP_GRID;
  r->steps = steps < 1.0 ? 1 : (unsigned) (steps + 0.5);
}

void
mdsp_ramp_set (MdspRamp *r, double gain_db)
{
  if (gain_db == r->target_db)
    return;
  r->target_db = gain_db;
  r->steps_left = r->steps;
  r->step_db = (gain_db - r->now_db) / r->steps;
}

void
mdsp_ramp_reset (MdspRamp *r)
{
  r->now_db = r->target_db;
  r->steps_left = 0;
  r->phase = 0;
  r->nodes[0] = r->nodes[1] = (float) mdsp_lin_from_db (r->now_db);
}

/* At a grid point: the segment that starts here ends at the next node. */
static void
next_segment (MdspRamp *r, const MdspKernels *k)
{
  r->nodes[0] = r->nodes[1];
  if (r->steps_left == 0)
    return;
  r->steps_left--;
  r->now_db = r->steps_left == 0 ? r->target_db : r->now_db + r->step_db;
  r->nodes[1] = (float) mdsp_lin_from_db (r->now_db);
  k->ramp_f32 (r->curve, r->nodes, 1, MDSP_GRID);
}

void
mdsp_ramp_process (MdspRamp *r, const MdspKernels *k, float *const planes[], unsigned n_channels,
                   size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    if (r->phase == 0)
      next_segment (r, k);
    size_t left = MDSP_GRID - r->phase;
    size_t n = n_frames - done < left ? n_frames - done : left;
    for (unsigned c = 0; c < n_channels; c++) {
      float *x = planes[c] + done;
      if (r->nodes[0] != r->nodes[1])
        k->mul_f32 (x, x, r->curve + r->phase, n);
      else if (r->nodes[0] != 1.0f)
        k->gain_f32 (x, x, r->nodes[0], n);
    }
    r->phase = (unsigned) (r->phase + n) % MDSP_GRID;
    done += n;
  }
}
