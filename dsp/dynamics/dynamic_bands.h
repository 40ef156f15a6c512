/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What moves the dynamic bands of the equaliser: the level of each band's own range over a threshold.
 *
 *   input -> band-pass at f, q (low-pass under a low shelf, high-pass above a high shelf)
 *     -> mean square, at least a period long -> over = level - threshold
 *     -> move = range * over / (over + |range|) -> attack, release
 *
 * So the move follows the level 1:1 just above the threshold and never passes `range`. The level is
 * that of the louder channel, a sine of full scale reads 0 dB; a band for left, right, mid or side
 * hears that alone. One step per MDSP_EQ_SEGMENT frames.
 */
#ifndef MDSP_DYNAMIC_BANDS_H
#define MDSP_DYNAMIC_BANDS_H

#include "filter/equalizer_band.h"
#include "kernels/kernels.h"

#define MDSP_DYNAMIC_GROUPS (MDSP_EQ_BANDS * 2 / MDSP_LANES) /* of detectors, two lanes per band */

typedef struct {
  bool wanted; /* it can move */
  double b[3], a[2];
  double threshold_db, range_db;
  double attack, release, smooth; /* per step */
} MdspDynamicBandDesign;

typedef struct {
  double heard; /* sum of the squares of the newest complete segment, of the louder channel */
  double power; /* smoothed; 1 = a sine of full scale */
  double move;  /* dB */
  double largest_move_db; /* since the last take */
} MdspDynamicBand;

/* The detectors of one pair of channels. */
typedef struct {
  double filter[MDSP_DYNAMIC_GROUPS][1][2][MDSP_LANES];
  double sums[MDSP_DYNAMIC_GROUPS][MDSP_LANES]; /* squares of this segment */
} MdspDynamicPair;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  unsigned n_channels, n_pairs;
  MdspDynamicBandDesign design[MDSP_EQ_BANDS];
  MdspDynamicBand band[MDSP_EQ_BANDS];
  bool active; /* a band can move or has not come back yet */
  bool group_wanted[MDSP_DYNAMIC_GROUPS];
  MdspLanesCoef coef[MDSP_DYNAMIC_GROUPS];
  uint8_t from[MDSP_DYNAMIC_GROUPS][MDSP_LANES];
  MdspDynamicPair *pair;
  double (*signals)[MDSP_LANES], (*filtered)[MDSP_LANES]; /* left, right, mid, side of a block */
  double (*ahead)[MDSP_EQ_BANDS]; /* heard, of every segment that ends in this block */
  unsigned n_ahead, taken;
  bool at_start; /* the next step is at the first frame of the block */
} MdspDynamicBands;

/* Whether a band is dynamic: on, a bell or a shelf, with a range. */
bool mdsp_dynamic_band_wanted (const MdspEqBandParams *band);
/* Pure. */
void mdsp_dynamic_band_design (MdspDynamicBandDesign *d, const MdspEqBandParams *band,
                               double rate_hz);

MdspStatus mdsp_dynamic_bands_init (MdspDynamicBands *d, double rate_hz, unsigned n_channels,
                                    const MdspKernels *kernels);
/* New settings of the bands, those that cannot run here disabled. */
void mdsp_dynamic_bands_set (MdspDynamicBands *d, const MdspEqBandParams band[MDSP_EQ_BANDS]);
void mdsp_dynamic_bands_reset (MdspDynamicBands *d);
void mdsp_dynamic_bands_clear (MdspDynamicBands *d);

/* Hears a block of n <= MDSP_MAX_BLOCK frames whose first is frame `phase` of a segment. */
void mdsp_dynamic_bands_hear (MdspDynamicBands *d, const float *const planes[], unsigned phase,
                              size_t n);
/* At the next node: each band's move in dB for the segment to come. The segment before has been heard,
 * with this block or the last. */
void mdsp_dynamic_bands_step (MdspDynamicBands *d, double move_db[MDSP_EQ_BANDS]);

/* Largest move of each band since the last call, with its sign; 0 = none. */
void mdsp_dynamic_bands_take (MdspDynamicBands *d, double move_db[MDSP_EQ_BANDS]);

#endif
