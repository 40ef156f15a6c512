/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How much does a limiter work? One number for the budget: the gain reduction that is not exceeded
 * during 95 % of the time, where time is counted in intervals (100 ms by default) and an interval
 * counts with its deepest reduction.
 *
 * Why not the maximum: one stray transient is inaudible and must not stop a master. Why not the
 * mean: a limiter works on drum hits, and between them it does nothing, so a mean stays low while
 * every hit is crushed. Hits in a usual tempo fill more than a twentieth of the intervals; a
 * handful of stray peaks in a song does not. The same percentile bounds LRA in EBU Tech 3342.
 */
#ifndef MDSP_DECIDE_REDUCTION_H
#define MDSP_DECIDE_REDUCTION_H

#include "mdsp.h"

#define MDSP_REDUCTION_BINS                                                                        \
  6001 /* 0 .. 60 dB in 0.01 dB, the last one also takes what is deeper  \
                                  */

typedef struct {
  uint64_t bins[MDSP_REDUCTION_BINS];
  uint64_t n;
  double max_db;
  double sum_db;
} MdspReduction;

void mdsp_reduction_reset (MdspReduction *r);

/* reduction_db >= 0: the deepest reduction in one interval; a NaN is ignored. */
void mdsp_reduction_add (MdspReduction *r, double reduction_db);

/* fraction 0..1; 0.01 dB resolution (rounded up to the bin's edge), 0 when nothing was added. */
double mdsp_reduction_percentile (const MdspReduction *r, double fraction);

double mdsp_reduction_mean (const MdspReduction *r);

/* Mean of the largest of them: those above that share of all, 0 <= share < 1. 0.01 dB resolution. */
double mdsp_reduction_mean_above (const MdspReduction *r, double share);

#endif
