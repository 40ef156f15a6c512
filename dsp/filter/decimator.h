/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Two channels at a lower rate, for what looks only at the bass: every step-th sample of a linear-phase
 * low-pass. It is flat to 0.127 of the lower rate, and what would fold into that range is 90 dB down; in
 * between aliases are let through, which is what makes it cheap.
 *
 * A sinc under the four-term window of Blackman and Harris (F. J. Harris, "On the use of windows for harmonic
 * analysis with the discrete Fourier transform", Proc. IEEE 66, 1978), whose side lobes are 92 dB down.
 */
#ifndef MDSP_DECIMATOR_H
#define MDSP_DECIMATOR_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_DECIMATOR_MAX_STEP 64
#define MDSP_DECIMATOR_TAPS     12 /* per step */
#define MDSP_DECIMATOR_FLAT     0.127

/* History, what a block of MDSP_MAX_BLOCK gives, and room for kernels, of each of the step phases. */
#define MDSP_DECIMATOR_SPARE (MDSP_DECIMATOR_TAPS - 1 + 2 + MDSP_PAD)

typedef struct {
  const MdspKernels *kernels;
  unsigned step;
  float taps[MDSP_DECIMATOR_MAX_STEP * MDSP_DECIMATOR_TAPS]; /* [phase][tap] */
  float rows[2]
            [MDSP_MAX_BLOCK + MDSP_DECIMATOR_MAX_STEP * MDSP_DECIMATOR_SPARE]; /* [phase][sample] */
  float waiting[2][MDSP_MAX_BLOCK + MDSP_DECIMATOR_MAX_STEP]; /* less than a step, then a block */
  unsigned n_waiting;
} MdspDecimator;

/* step: a power of two, 1 .. MDSP_DECIMATOR_MAX_STEP; at 1 there is no filter and no delay. */
void mdsp_decimator_init (MdspDecimator *d, unsigned step, const MdspKernels *kernels);
void mdsp_decimator_reset (MdspDecimator *d);

/* n_frames <= MDSP_MAX_BLOCK of two planes; out[c] [+MDSP_PAD] gets what has become complete, at most
 * n_frames / step + 1 samples: returns how many. */
size_t mdsp_decimator_process (MdspDecimator *d, const float *const planes[2], size_t n_frames,
                               float *const out[2]);

/* |H|^2 at a frequency relative to the higher rate. */
double mdsp_decimator_power (const MdspDecimator *d, double f_over_fs);

#endif
