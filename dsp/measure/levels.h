/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How loud a programme is from moment to moment, in four bands: what a decision about its dynamics
 * needs. A step is 10 ms, to the nearest group of 8 frames.
 *
 *   planes -> K-weighting -------------------> power of all channels
 *          -> crossover 120, 1000, 5000 Hz --> power of the loudest channel in each band
 *
 * The first hour counts; what comes later is a programme of the same kind.
 */
#ifndef MDSP_LEVELS_H
#define MDSP_LEVELS_H

#include "filter/crossover.h"

#define MDSP_LEVELS_BANDS     4
#define MDSP_LEVELS_PER_S     100
#define MDSP_LEVELS_MAX_STEPS (3600 * MDSP_LEVELS_PER_S)

extern const double mdsp_levels_crossover_hz[MDSP_LEVELS_BANDS - 1];

/* Powers (mean squares) of one step. */
typedef struct {
  float weighted; /* K-weighted, summed over the channels */
  float band[MDSP_LEVELS_BANDS];
} MdspLevelStep;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  unsigned n_channels;
  MdspCrossover crossover;
  MdspKWeightCoef k_coef;
  double (*k_state)[2][2][2];         /* per pair of channels */
  float *input, *bands, *groups;      /* rows of MDSP_MAX_BLOCK + MDSP_PAD */
  unsigned n_filled;                  /* frames in the input rows */
  double (*power)[MDSP_LEVELS_BANDS]; /* per channel: of the step under way */
  double weighted;
  uint64_t n_groups; /* since reset */
  unsigned step_groups;
  MdspLevelStep *steps;
  size_t n_steps;
} MdspLevels;

MdspStatus mdsp_levels_init (MdspLevels *l, double rate_hz, unsigned n_channels,
                             const MdspKernels *kernels);
void mdsp_levels_clear (MdspLevels *l);
/* Any number of frames. */
void mdsp_levels_process (MdspLevels *l, const float *const planes[], size_t n_frames);
/* The end of the programme: what is left of a block. A step under way is dropped. Call once. */
void mdsp_levels_finish (MdspLevels *l);

#endif
