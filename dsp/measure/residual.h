/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What something adds to a signal: y = g x + e, told cell by cell of time for each channel. The gain
 * g is one for all (least squares: sum xy / sum xx), so that a change of level is no addition.
 */
#ifndef MDSP_MEASURE_RESIDUAL_H
#define MDSP_MEASURE_RESIDUAL_H

#include "mdsp.h"

/* Sums over the frames of a cell. */
typedef struct {
  double xx, xy, yy;
} MdspResidualSums;

typedef struct {
  double rate_hz;
  unsigned n_channels;
  double cell_ms;         /* as in measure/peak_map.h */
  MdspResidualSums *sums; /* the caller's, [n_cells * n_channels], channels of a cell together */
  size_t n_cells;         /* what is outside is not kept */
} MdspResidualParams;

typedef struct {
  MdspResidualParams params;
  double frames_per_cell;
  uint64_t next; /* frame of the programme */
} MdspResidual;

/* Empties the sums. MDSP_ERROR_PARAM outside the ranges. */
MdspStatus mdsp_residual_init (MdspResidual *residual, const MdspResidualParams *params);

/* What comes next starts at this frame of the programme: of windows, one after the other. Cells that are
 * cut by it have the sums of what was there. */
void mdsp_residual_seek (MdspResidual *residual, uint64_t frame);

/* x is interleaved, y planar, both from the same frame of the programme on; any number of frames. */
void mdsp_residual_process (MdspResidual *residual, const float *x, const float *const y[],
                            size_t n_frames);

/* g of all sums, linear; 1 when x is silent. */
double mdsp_residual_gain (const MdspResidualSums *sums, size_t n);

/* Energy of e = y - g x; never below 0. */
double mdsp_residual_energy (const MdspResidualSums *sums, double gain);

#endif
