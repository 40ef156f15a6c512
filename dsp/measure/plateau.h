/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How much of a programme has its peaks at one and the same level: what a limiter or a clipper leaves
 * behind, whatever the level of the file is now. In windows of 400 ms: those whose sample peak is
 * within 0.5 dB of the highest of all, over those that are within 10 dB of the mean power (silence,
 * intro and fade-out do not count).
 *
 * On the music of the tests (docs/tone.md): mixes 0.01 to 0.03, masters behind a limiter that works
 * 0.1 to 0.9, the same as an MP3. A release that was not limited is told from a mix by nothing here.
 * A short stretch of a mix may be all of one level: of 10 s of these mixes a quarter reach 0.1, of 24 s
 * a tenth, of 60 s none (0.08 at most).
 */
#ifndef MDSP_PLATEAU_H
#define MDSP_PLATEAU_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_PLATEAU_STEPS 1500 /* of 0.1 dB, from -110 to +40 dB */

typedef struct {
  const MdspKernels *kernels;
  unsigned n_channels, window; /* frames */
  unsigned n_filled;
  double
      parts[3]
           [8]; /* of the window under way: sums of squares by frame % 8; the third is not read */
  float peak;
  double total_power; /* of all windows, mean squares */
  uint64_t n_windows;
  uint32_t by_power[MDSP_PLATEAU_STEPS], by_peak[MDSP_PLATEAU_STEPS];
} MdspPlateau;

/* rate_hz: MDSP_RATE_MIN .. MDSP_RATE_MAX; n_channels 1 or more. */
void mdsp_plateau_init (MdspPlateau *p, double rate_hz, unsigned n_channels,
                        const MdspKernels *kernels);
/* Any number of frames, finite. A window under way at the end does not count. */
void mdsp_plateau_process (MdspPlateau *p, const float *const planes[], size_t n_frames);
/* 0 .. 1; 0 of fewer than 150 windows (a minute), which say nothing. */
double mdsp_plateau_share (const MdspPlateau *p);

#endif
