/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What moves a dynamic equaliser band: the level of the band's own range over a threshold.
 *
 *   input -> band-pass at f, q (low-pass under a low shelf, high-pass above a high shelf)
 *     -> mean square, at least a period long -> over = level - threshold
 *     -> move = range * over / (over + |range|) -> attack, release
 *
 * So the move follows the level 1:1 just above the threshold and never passes `range`. The level is
 * that of the louder channel, a sine of full scale reads 0 dB. One step per MDSP_EQ_SEGMENT frames.
 */
#ifndef MDSP_DYNAMIC_BAND_H
#define MDSP_DYNAMIC_BAND_H

#include "filter/equalizer_band.h"
#include "kernels/kernels.h"

typedef struct {
  MdspCascadeSection filter;
  double threshold_db, range_db;
  double attack, release, smooth; /* per step */
} MdspDynamicBandDesign;

typedef struct {
  double sums[MDSP_MAX_CHANNELS]; /* squares of this segment */
  double power;                   /* smoothed; 1 = a sine of full scale */
  double move;                    /* dB */
} MdspDynamicBand;

/* Whether the band can move at all: a bell or a shelf with a range. */
bool mdsp_dynamic_band_wanted (const MdspEqBandParams *band);
/* From a band's settings; with range 0 for one that cannot move, so that it comes back. */
void mdsp_dynamic_band_design (MdspDynamicBandDesign *d, const MdspEqBandParams *band,
                               double rate_hz);
void mdsp_dynamic_band_reset (MdspDynamicBand *s);

/* Adds up the squares of what the filter has let pass of channels 2 pair and 2 pair + 1. */
void mdsp_dynamic_band_feed (MdspDynamicBand *s, unsigned pair, const double (*filtered)[2],
                             size_t n);
/* The segment of n_channels is complete: the move in dB for the next one. */
double mdsp_dynamic_band_step (MdspDynamicBand *s, const MdspDynamicBandDesign *d,
                               unsigned n_channels);

#endif
