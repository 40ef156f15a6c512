/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/gain_curve.h"

/* Upward: how far below the threshold the lift fades out, and over how many dB. */
#define FADE_END_DB  50.0
#define FADE_SPAN_DB 10.0

double
mdsp_gain_curve_slope (MdspCurveMode mode, double ratio)
{
  return mode == MDSP_CURVE_EXPAND ? ratio - 1.0 : 1.0 - 1.0 / ratio;
}

void
mdsp_gain_curve_design (MdspGainCurveCoef *c, const MdspGainCurveParams *p)
{
  const bool up = p->mode == MDSP_CURVE_UPWARD;
  c->sign = p->mode == MDSP_CURVE_DOWNWARD ? 1.0f : -1.0f;
  c->threshold = (float) p->threshold_db;
  c->knee = (float) p->knee_db;
  c->half_knee = (float) (0.5 * p->knee_db);
  c->per_knee = p->knee_db > 0.0 ? (float) (0.5 / p->knee_db) : 0.0f;
  c->slope = (float) (up ? p->slope : -p->slope);
  c->lowest = (float) -p->range_db;
  c->highest = (float) p->range_db;
  c->fade_slope = up ? (float) (1.0 / FADE_SPAN_DB) : 0.0f;
  c->fade_offset = up ? (float) ((FADE_END_DB - p->threshold_db) / FADE_SPAN_DB) : 1.0f;
}

double
mdsp_gain_curve_db (const MdspGainCurveParams *p, double level_db)
{
  const bool up = p->mode == MDSP_CURVE_UPWARD;
  const double past = level_db - p->threshold_db, t = p->mode == MDSP_CURVE_DOWNWARD ? past : -past;
  double e = t, gain, fade = 1.0;
  if (t <= -0.5 * p->knee_db)
    e = 0.0;
  else if (t < 0.5 * p->knee_db)
    e = (t + 0.5 * p->knee_db) * (t + 0.5 * p->knee_db) / (2.0 * p->knee_db);
  if (up)
    fade = (past + FADE_END_DB) / FADE_SPAN_DB;
  fade = fade < 0.0 ? 0.0 : fade > 1.0 ? 1.0 : fade;
  gain = p->slope * e < p->range_db ? p->slope * e : p->range_db;
  return (up ? gain : -gain) * fade;
}
