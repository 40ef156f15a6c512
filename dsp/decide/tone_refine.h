/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A set of bands on its way to a wanted curve: how far it is, and how to move all bands at once so
 * that it gets nearer. Part of tone_fit.
 *
 *   cost = sum of weight x (wanted - response)^2  (with a free level: about its weighted mean)
 *        + ridge x gain^2 of each band            (of two ways to get there, the one that moves less)
 *        + 100 x (what the response is over the cap)^2
 */
#ifndef MDSP_DECIDE_TONE_REFINE_H
#define MDSP_DECIDE_TONE_REFINE_H

#include "decide/tone_fit.h"

#define MDSP_TONE_MIN_Q 0.5
#define MDSP_TONE_RIDGE 0.05

typedef struct {
  MdspEqBandParams eq;
  double min_gain_db, max_gain_db;
  double min_hz, max_hz;
  double response_db[MDSP_SPECTRUM_BANDS];
} MdspToneBand;

typedef struct {
  const MdspToneFitParams *params;
  double weight_sum;
  MdspToneBand band[MDSP_EQ_BANDS];
  unsigned n;
} MdspToneBands;

void mdsp_tone_total (const MdspToneBands *bands, double total_db[MDSP_SPECTRUM_BANDS]);
/* What is left of the wanted curve under a total response, without a free level. */
void mdsp_tone_residual (const MdspToneBands *bands, const double total_db[MDSP_SPECTRUM_BANDS],
                         double residual_db[MDSP_SPECTRUM_BANDS]);
/* The weighted mean of a curve, taken off it when the level is free. */
void mdsp_tone_remove_level (const MdspToneBands *bands, double curve[MDSP_SPECTRUM_BANDS]);
/* Weighted. */
double mdsp_tone_dot (const MdspToneBands *bands, const double a[MDSP_SPECTRUM_BANDS],
                      const double b[MDSP_SPECTRUM_BANDS]);

/* The cost without its ridge, of any total response; and all of it. */
double mdsp_tone_error (const MdspToneBands *bands, const double total_db[MDSP_SPECTRUM_BANDS]);
double mdsp_tone_cost (const MdspToneBands *bands);

/* The Q that a bell may have at this frequency. */
double mdsp_tone_most_q (double frequency_hz, double max_q);

/* Levenberg-Marquardt steps until they do not help any more. */
void mdsp_tone_refine (MdspToneBands *bands);

#endif
