/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Bands of an equaliser for a wanted curve: regularised least squares against the responses that the
 * bands really have (filter/equalizer_band.h).
 *
 * Greedy: the band that explains most of what is left is chosen from a grid of bells and shelves, and
 * gains, frequencies and Qs of all bands are moved together inside their limits (tone_refine.h); until
 * another band does not help, or there are enough. Then each band in turn is taken back and chosen
 * again, now that the others are there.
 */
#ifndef MDSP_DECIDE_TONE_FIT_H
#define MDSP_DECIDE_TONE_FIT_H

#include "dynamics/equalizer.h"
#include "measure/spectrum.h"

/* A move of less than this is not heard and not made. */
#define MDSP_TONE_LEAST_MOVE_DB 0.3

typedef struct {
  double wanted_db[MDSP_SPECTRUM_BANDS]; /* finite */
  double weight[MDSP_SPECTRUM_BANDS];    /* >= 0 */
  bool free_level;     /* a constant difference between wanted and response does not count */
  bool one_way;        /* no band moves against the wanted curve only to sharpen another one */
  double least_saving; /* what another band must take off the squared error, 0 .. 1 of it */
  double max_gain_db;  /* of a band, and of all together, > 0 */
  double max_q;        /* of a bell, at least 0.5; less where it would be narrower than 10 Hz */
  unsigned max_bands;  /* 1 .. MDSP_EQ_BANDS */
  double rate_hz;
} MdspToneFitParams;

/* Enabled bands in the order of their frequencies; the others are off. Returns how many. */
unsigned mdsp_tone_fit (const MdspToneFitParams *params, MdspEqBandParams band[MDSP_EQ_BANDS]);

#endif
