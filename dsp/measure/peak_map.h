/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Where the true peaks are: time is cut into cells, and each cell keeps its highest true peak (16
 * times the rate), its place, its channel, and how high the samples themselves are there. What a
 * codec makes of a master is compared cell by cell: cells count from the first frame of the
 * programme, whatever was put in front of it and however late the codec is.
 */
#ifndef MDSP_MEASURE_PEAK_MAP_H
#define MDSP_MEASURE_PEAK_MAP_H

#include "filter/history.h"
#include "filter/interpolator.h"

#define MDSP_PEAK_MAP_OVERSAMPLING 16
#define MDSP_PEAK_MAP_TAPS         64 /* per phase: reads within 0.01 dB up to 0.4535 fs */

typedef struct {
  float true_peak_lin;   /* 1.0 = 0 dBTP; 0: it stayed below the floor */
  float sample_peak_lin; /* of the samples in the same group of MDSP_GROUP frames, and one more on
                            either side */
  uint32_t channel;
  int64_t frame; /* of the programme: where that group starts */
} MdspPeakCell;

typedef struct {
  double rate_hz;
  unsigned n_channels; /* 1 .. MDSP_MAX_CHANNELS */
  double cell_ms;      /* >= 1; the length of a cell, no whole number of frames is needed */
  double floor_lin;    /* peaks that cannot be higher than this need not be read; >= 0 */
  int64_t first_frame; /* of the stream: where the programme starts; >= 0 */
  MdspPeakCell *cells; /* the caller's; cell i covers [i, i + 1) cell_ms of the programme */
  size_t n_cells;      /* what is outside is not kept */
} MdspPeakMapParams;

typedef struct {
  const MdspKernels *kernels;
  MdspPeakMapParams params;
  MdspInterpolator filter;
  MdspHistory history;
  double frames_per_cell;
  int64_t next_group;
} MdspPeakMap;

/* Empties the cells. MDSP_ERROR_PARAM outside the ranges. */
MdspStatus mdsp_peak_map_init (MdspPeakMap *map, const MdspPeakMapParams *params,
                               const MdspKernels *kernels);
void mdsp_peak_map_clear (MdspPeakMap *map);

/* Any number of frames. Peaks follow the input by at most half the taps + 8 frames. */
void mdsp_peak_map_process (MdspPeakMap *map, const float *const planes[], size_t n_frames);
/* The end of the stream is a step to silence. Once, then only clear. */
void mdsp_peak_map_finish (MdspPeakMap *map);

/* The cell with the highest peak; NULL when all are empty. */
const MdspPeakCell *mdsp_peak_map_highest (const MdspPeakCell *cells, size_t n_cells);

#endif
