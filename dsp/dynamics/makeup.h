/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Loudness-neutral make-up: the gain, in dB, that makes up for the K-weighted loudness (BS.1770-5)
 * which a processor took away. Both sides are averaged over 3 s, the gain moves by at most 1 dB/s on
 * the grid of MDSP_GRID frames and rests while the input is below -70 LUFS.
 */
#ifndef MDSP_MAKEUP_H
#define MDSP_MAKEUP_H

#include "kernels/kernels.h"
#include "mdsp.h"

typedef struct {
  const MdspKernels *kernels;
  unsigned n_channels;
  MdspKWeightCoef coef;
  double (*state)[2][2][2][2];              /* per pair: before, after */
  double sums[MDSP_MAX_CHANNELS / 2][2][3]; /* of the grid step under way: see kweight_f64 */
  double power[2];                          /* averages */
  double weight, max_step_db;
  uint64_t n_steps;
  double gain_db;
} MdspMakeup;

MdspStatus mdsp_makeup_init (MdspMakeup *m, double rate_hz, unsigned n_channels,
                             const MdspKernels *kernels);
void mdsp_makeup_reset (MdspMakeup *m);
void mdsp_makeup_clear (MdspMakeup *m);
/* Frames of the input and, when = 1, of the output as late as that with the make-up gain of now already
 * in it; both calls stay within one grid step. */
void mdsp_makeup_hear (MdspMakeup *m, unsigned when, const float *const planes[], size_t n_frames);
/* At each end of a grid step. */
void mdsp_makeup_step (MdspMakeup *m);

#endif
