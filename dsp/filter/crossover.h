/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One to four bands of fourth-order Linkwitz-Riley filters (Linkwitz 1976), compensated so that the
 * bands add up to an all-pass of the input at any setting and while the frequencies move.
 *
 * A split is two Butterworth sections in trapezoidal state-variable form (Zavalishin, "The art of VA
 * filter design"): L is the low-pass of both, and since LP^2 + HP^2 is the all-pass of the first
 * section's own poles, H = all-pass - L: the sum is exact by construction, and a moving frequency
 * cannot click, because the states are those of the integrators. Four bands are a balanced tree:
 *
 *   x - split f2 -+- low  - all-pass f3 - split f1 -> bands 0, 1
 *                 +- high - all-pass f1 - split f3 -> bands 2, 3
 *
 * and the sum is AP(f1) AP(f2) AP(f3); three bands are split f1, then f2 above and AP(f2) below.
 */
#ifndef MDSP_CROSSOVER_H
#define MDSP_CROSSOVER_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_CROSSOVER_MAX_BANDS 4
#define MDSP_CROSSOVER_MIN_HZ    10.0
#define MDSP_CROSSOVER_MAX_RATIO 0.45 /* of the rate: what is above is clamped to it */

typedef struct {
  double rate_hz;
  unsigned n_channels;
  unsigned n_bands; /* 1 .. 4; 1 = the input itself, bit for bit */
  /* MDSP_CROSSOVER_MIN_HZ and up, in any order (bands are sorted); n_bands - 1 of them count */
  double frequency_hz[MDSP_CROSSOVER_MAX_BANDS - 1];
} MdspCrossoverParams;

typedef struct {
  const MdspKernels *kernels;
  MdspCrossoverParams params;
  unsigned n_pairs;                             /* of channels */
  double (*state)[MDSP_CROSSOVER_STAGES][2][4]; /* per pair */
  /* Moving frequencies: from node to node, linear in log2 f. */
  double now_log2[MDSP_CROSSOVER_MAX_BANDS - 1], target_log2[MDSP_CROSSOVER_MAX_BANDS - 1];
  double step_log2[MDSP_CROSSOVER_MAX_BANDS - 1];
  unsigned ramp_nodes, nodes_left; /* of a whole ramp, of this one */
  MdspCrossoverCoef coef, step;    /* at the newest node, per frame from there */
  bool ramping;                    /* step counts in this segment */
  uint64_t n_frames;               /* since reset */
} MdspCrossover;

/* MDSP_ERROR_PARAM for a band count, channel count, rate or frequency outside the above. */
MdspStatus mdsp_crossover_init (MdspCrossover *c, const MdspCrossoverParams *params,
                                const MdspKernels *kernels);
/* New frequencies: reached in 20 ms, linear in log f. n_bands, rate and channels are fixed. */
void mdsp_crossover_set (MdspCrossover *c, const double frequency_hz[MDSP_CROSSOVER_MAX_BANDS - 1]);
/* Empties the filters and ends a ramp. */
void mdsp_crossover_reset (MdspCrossover *c);
void mdsp_crossover_clear (MdspCrossover *c);

/* bands[b * n_channels + channel], n_frames <= MDSP_MAX_BLOCK each; they overlap neither each other
 * nor the input. No delay. */
void mdsp_crossover_process (MdspCrossover *c, const float *const planes[], float *const bands[],
                             size_t n_frames);
/* The sum of the bands in place: the all-pass that belongs to them, for signals that have to stay
 * in phase with a crossover of the same settings. */
void mdsp_crossover_allpass (MdspCrossover *c, float *const planes[], size_t n_frames);

/* The complex response of band b at frequency_hz, at the target frequencies: re, im. b = n_bands
 * gives the sum. */
void mdsp_crossover_response (const MdspCrossover *c, unsigned band, double frequency_hz,
                              double response[2]);

/* Mid and side where the side loses what lies below a frequency: LR4 high-pass on the side, the
 * matching all-pass on the mid, so that both stay in phase. A two-band crossover of (mid, side). */
MdspStatus mdsp_side_highpass_init (MdspCrossover *c, double rate_hz, double frequency_hz,
                                    const MdspKernels *kernels);
/* In place, n_frames <= MDSP_MAX_BLOCK. set, reset and clear are the crossover's. */
void mdsp_side_highpass_process (MdspCrossover *c, float *mid, float *side, size_t n_frames);

#endif
