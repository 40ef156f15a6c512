/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser with linear phase: what all static bands make of the magnitude as FIR filters, and behind
 * it the dynamic bands, which cannot be linear in phase because they move, as in the equaliser proper.
 *
 *   input -> delay ------------------------------------------> + -> dynamic bands -> output
 *        \-> FIR filters (what the bands add to the input) -> /        hear the delayed input
 *
 * Settings reach the sound that they came with: a block of output begins with the filters of the settings
 * at its first frame and ends with those at its last, a straight crossfade between.
 */
#ifndef MDSP_LINEAR_EQUALIZER_H
#define MDSP_LINEAR_EQUALIZER_H

#include "dynamics/equalizer.h"
#include "filter/linear_phase.h"

/* Blocks from the settings of a block to the sound that it brought: half the filter and one. */
#define MDSP_LINEAR_DELAY (MDSP_LINEAR_PIECES / 2 + 1)

typedef struct {
  MdspEqualizerParams params; /* as last set */
  MdspEqualizerParams
      past[MDSP_LINEAR_DELAY + 1]; /* at the starts of the newest blocks, newest first */
  MdspLinearPhase design;
  MdspFirSet set[2];
  unsigned now;             /* which set the next block begins with */
  MdspEqualizerParams made; /* what that is the filter of */
  MdspConvolver convolver;
  MdspEqualizer dynamic;
  bool full;                                  /* the convolver waits for its turn */
  float *dry_memory, *dry[MDSP_MAX_CHANNELS]; /* of one block */
} MdspLinearEqualizer;

/* As mdsp_equalizer_*. */
MdspStatus mdsp_linear_equalizer_init (MdspLinearEqualizer *e, const MdspEqualizerParams *params,
                                       const MdspKernels *kernels);
void mdsp_linear_equalizer_set (MdspLinearEqualizer *e, const MdspEqualizerParams *params);
void mdsp_linear_equalizer_reset (MdspLinearEqualizer *e);
void mdsp_linear_equalizer_clear (MdspLinearEqualizer *e);
/* In place, n_frames <= MDSP_MAX_BLOCK. */
void mdsp_linear_equalizer_process (MdspLinearEqualizer *e, float *const planes[], size_t n_frames);
void mdsp_linear_equalizer_take (MdspLinearEqualizer *e, double move_db[MDSP_EQ_BANDS]);

/* Exact delay in frames at this rate. */
size_t mdsp_linear_equalizer_latency (double rate_hz);

#endif
