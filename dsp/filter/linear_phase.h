/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * FIR filters with the magnitude of the equaliser's analogue prototypes and no phase: the magnitude on
 * a grid of frequencies, transformed, the response cut to six blocks by a window that is flat in its
 * inner half. A channel of its own (left, right, mid, side) makes a matrix of real magnitudes at every
 * frequency, in the order of the bands; its four entries are four filters.
 *
 * Resolution: the inner half of the response is half a block more than a block to either side, 64 ms at
 * 48 kHz. Bells of Q 1 follow the prototype within 0.1 dB from 20 Hz up, of Q 4 from 50 Hz
 * (docs/numerics.md has the table).
 */
#ifndef MDSP_LINEAR_PHASE_H
#define MDSP_LINEAR_PHASE_H

#include "filter/convolver.h"
#include "filter/cosine_transform.h"
#include "filter/equalizer_band.h"

#define MDSP_LINEAR_PIECES 6 /* blocks: three to either side of the centre */

typedef struct {
  double rate_hz;
  MdspFirShape shape;
  MdspCosineTransform transform;
  double *magnitude; /* [route][bin of the design grid] */
  double *response;
  float *taps, *window;
} MdspLinearPhase;

/* Frames: 2048 at 44.1 and 48 kHz, and 0.03 to 0.08 s at any rate. */
unsigned mdsp_linear_phase_block (double rate_hz);

MdspStatus mdsp_linear_phase_init (MdspLinearPhase *l, double rate_hz, const MdspKernels *kernels);
void mdsp_linear_phase_clear (MdspLinearPhase *l);

/* The filters of these bands, less the input itself: `set` gets what they add. channels other than
 * stereo mean two. Bands that are flat make no route. Takes a millisecond, allocates nothing. */
void mdsp_linear_phase_design (MdspLinearPhase *l, const MdspEqBandParams band[MDSP_EQ_BANDS],
                               MdspFirSet *set);

#endif
