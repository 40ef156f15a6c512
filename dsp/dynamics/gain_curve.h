/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Static curves from level to gain with a quadratic soft knee (Giannoulis, Massberg, Reiss, "Digital
 * dynamic range compressor design", JAES 60(6), 2012). With t the distance past the threshold and
 *
 *   e (t) = 0 below -knee/2;  (t + knee/2)^2 / (2 knee) inside;  t above knee/2
 *
 * downward: gain = -(1 - 1/ratio) e (level - threshold), louder parts come down;
 * upward:   gain = +(1 - 1/ratio) e (threshold - level), quieter parts come up, fading out between 40
 *           and 50 dB below the threshold, so that noise stays where it is;
 * expand:   gain = -(ratio - 1) e (threshold - level), quieter parts go down;
 * and no gain leaves +-range. Ratio 1 is a gain of 0 dB everywhere.
 */
#ifndef MDSP_GAIN_CURVE_H
#define MDSP_GAIN_CURVE_H

#include "kernels/kernels.h"
#include "mdsp.h"

typedef enum { MDSP_CURVE_DOWNWARD, MDSP_CURVE_UPWARD, MDSP_CURVE_EXPAND } MdspCurveMode;

typedef struct {
  MdspCurveMode mode;
  double threshold_db;
  double slope;   /* dB of gain per dB past the threshold, >= 0: mdsp_gain_curve_slope */
  double knee_db; /* >= 0 */
  double range_db;
} MdspGainCurveParams;

/* The slope of a ratio >= 1. */
double mdsp_gain_curve_slope (MdspCurveMode mode, double ratio);
void mdsp_gain_curve_design (MdspGainCurveCoef *coef, const MdspGainCurveParams *params);
/* The closed form, in dB. */
double mdsp_gain_curve_db (const MdspGainCurveParams *params, double level_db);

#endif
