/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The reconstruction filter behind "true peak" (BS.1770-5 Annex 2 names the method and leaves the
 * filter open): polyphase FIR interpolation by 4, 8 or 16, pass-band 0 .. 0.4535 fs (20 kHz at
 * 44.1 kHz), phase 0 the sample itself, and the vertex of the parabola through three neighbours at
 * each local maximum, which takes the grid's under-read (0.55 dB at 4x and 0.45 fs) down to
 * 0.05 dB.
 *
 * Position p/L after sample k is sum_i h_p[i] x[k - i] + h_{L-p}[i] x[k + 1 + i], 0 <= i < half:
 * mirrored phases share their products (even and odd parts), the middle one is symmetric.
 */
#ifndef MDSP_INTERPOLATOR_H
#define MDSP_INTERPOLATOR_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_INTERPOLATOR_MAX_HALF  64
#define MDSP_INTERPOLATOR_MAX_PAIRS 7
#define MDSP_INTERPOLATOR_PASSBAND  0.4535 /* of fs */

typedef struct {
  unsigned oversampling; /* L: 4, 8 or 16 */
  unsigned half;         /* taps per phase / 2: 8 .. 64 */
  float even[MDSP_INTERPOLATOR_MAX_PAIRS][MDSP_INTERPOLATOR_MAX_HALF];
  float odd[MDSP_INTERPOLATOR_MAX_PAIRS][MDSP_INTERPOLATOR_MAX_HALF];
  float mid[MDSP_INTERPOLATOR_MAX_HALF];
  /* What no reading exceeds, parabola included: the larger neighbour + slack * max |x| + bend * max
   * |second difference of x|, both over the samples that the filter reads. */
  float slack, bend;
  /* Nor the largest of x and the positions 1/4, 1/2, 3/4 around it plus between * max|x|. */
  float between;
} MdspInterpolator;

/* taps per phase: even, 16 .. 128. Up to 48 taps the phases are least-squares fits over the
 * pass-band, above they are Kaiser-windowed sinc. MDSP_ERROR_PARAM outside. */
MdspStatus mdsp_interpolator_design (MdspInterpolator *ip, unsigned oversampling, unsigned taps);

/* The magnitude of the response of phase p (1 .. L-1) at f/fs; that of the ideal fractional delay is 1. For
 * tests and pictures. */
double mdsp_interpolator_response (const MdspInterpolator *ip, unsigned phase, double f_over_fs);

/* False where a reading of [0, n) in time could exceed `limit`; reads x[-half] .. x[n - 1 + half]. Exact:
 * true is a proof. */
bool mdsp_interpolator_stays_below (const MdspInterpolator *ip, const MdspKernels *k,
                                    const float *x, size_t n, float limit);

/* Peak of the reconstructed |x| over each group of MDSP_GROUP samples, [8j, 8j+8) in time:
 * peaks[j], 0 <= j < n_groups <= MDSP_MAX_BLOCK / 8. x points at the first sample of group 0;
 * reads x[-half] .. x[8 n_groups - 1 + half] [+MDSP_PAD]. Where no reading can exceed `skip_below`
 * a group may report 0 instead, without running the filter. */
void mdsp_interpolator_peaks (const MdspInterpolator *ip, const MdspKernels *k, const float *x,
                              float *peaks, size_t n_groups, float skip_below);

#endif
