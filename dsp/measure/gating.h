/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The gated statistics of a programme: integrated loudness (BS.1770-5 Annex 1, two gates) and
 * loudness range (EBU Tech 3342) from block powers that arrive every 100 ms.
 *
 * Two stores side by side. A histogram of 0.1 LU bins holds counts and powers: fixed memory, for
 * running values; only blocks in the one bin that the gate cuts are in doubt. A log keeps each
 * power for 24 hours (reserved at init, touched as it fills), so that the final value is exact.
 */
#ifndef MDSP_GATING_H
#define MDSP_GATING_H

#include "mdsp.h"

#define MDSP_GATING_BINS    1100    /* -70 .. +40 LUFS in 0.1 LU; hotter blocks share the last */
#define MDSP_GATING_LOG_MAX 864000u /* 24 h of 100 ms steps */

typedef struct {
  uint64_t count[MDSP_GATING_BINS];
  double power[MDSP_GATING_BINS];
  uint64_t total_count; /* blocks above the absolute gate */
  double total_power;
  float *log; /* powers above the absolute gate, in order of time; NULL: none is kept */
  uint32_t log_count;
} MdspGating;

MdspStatus mdsp_gating_init (MdspGating *g);
/* Without a log, for when only running values are wanted: `exact` is then no better than they are. */
void mdsp_gating_init_running (MdspGating *g);
void mdsp_gating_reset (MdspGating *g);
void mdsp_gating_clear (MdspGating *g);

/* One block: weighted mean-square power (1.0 = a K-weighted power that reads -0.691 LUFS). */
void mdsp_gating_add (MdspGating *g, double power);

/* Integrated loudness in LUFS with a relative gate of -10 LU; -inf when no block passed -70.
 * relative_threshold may be NULL. `exact` reads the log (seconds for a day of audio: not for the
 * streaming thread), else the histogram. */
double mdsp_gating_integrated (const MdspGating *g, bool exact, double *relative_threshold);

/* Loudness range in LU: 95th minus 10th percentile above the relative gate of -20 LU; 0 when there
 * is nothing to rank. */
double mdsp_gating_range (const MdspGating *g, bool exact);

/* The share of the blocks above -70 LUFS that are quieter than this, 0 .. 1, from the histogram: to
 * the 0.1 LU of its bins. */
double mdsp_gating_share_below (const MdspGating *g, double lufs);

/* Power <-> LUFS: -0.691 + 10 log10 (power). */
double mdsp_lufs_from_power (double power);
double mdsp_power_from_lufs (double lufs);

#endif
