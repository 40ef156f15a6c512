/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A copy of a signal that has next to nothing in common with it: four all-passes in a row
 * (Schroeder 1962) with incommensurate delays of 3 to 12 ms, behind a first-order high-pass pair at
 * 250 Hz, so that the bass stays where it is. Magnitude 1 above that, no delay of the onset.
 */
#ifndef MDSP_DECORRELATOR_H
#define MDSP_DECORRELATOR_H

#include "mdsp.h"

#define MDSP_DECORRELATOR_STAGES 4

typedef struct {
  float *memory; /* of all delay lines */
  float *line[MDSP_DECORRELATOR_STAGES];
  unsigned delay[MDSP_DECORRELATOR_STAGES]; /* frames, >= MDSP_GRID */
  unsigned at[MDSP_DECORRELATOR_STAGES];
  double share; /* of the low-passes */
  double low[2];
} MdspDecorrelator;

MdspStatus mdsp_decorrelator_init (MdspDecorrelator *d, double rate_hz);
void mdsp_decorrelator_reset (MdspDecorrelator *d);
void mdsp_decorrelator_clear (MdspDecorrelator *d);
/* At most MDSP_GRID frames; dst == src allowed. */
void mdsp_decorrelator_process (MdspDecorrelator *d, float *dst, const float *src, size_t n_frames);

#endif
