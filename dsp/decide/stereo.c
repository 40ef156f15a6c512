/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "decide/stereo.h"
#include "decide/stereo_problems.h"
#include "kernels/dmath.h"

#define MONO_BASS_CORRELATION 0.7
#define MONO_BASS_MAX_LOSS_LU -4.5
#define IN_PHASE_CORRELATION  0.0
#define RELEVANT_DB           -30.0 /* a band against the K-weighted whole */

/* Octaves of MdspStereo. */
#define OCTAVE_250 3
#define MID_FIRST  4
#define MID_LAST   7
#define HIGH_FIRST 8
#define HIGH_LAST  9

#define USUAL_SIDE_DB     -7.5 /* under the mid: the median of pop music above 240 Hz */
#define NO_SIDE_DB        -30.0
#define WIDTH_SHARE       0.5
#define WIDTH_MAX_MID_DB  1.5
#define WIDTH_MAX_HIGH_DB 3.0
#define WIDTH_MIN_DB      0.5 /* less is not heard */
/* Wide already: steady correlation this low, or below 0 for this share of the time. */
#define WIDE_CORRELATION 0.2
#define WIDE_NEGATIVE    0.05

double
mdsp_stereo_side_mid_db (const MdspStereo *s, bool high)
{
  return mdsp_stereo_programme_range (s, high ? HIGH_FIRST : MID_FIRST, high ? HIGH_LAST : MID_LAST)
      .side_mid_db;
}

static MdspStereoVerdict
judge_bass (const MdspStereo *s, const MdspStereoWish *wish)
{
  const MdspStereoReading low = mdsp_stereo_programme (s, MDSP_STEREO_LOW);
  if (wish->bass_mono_hz <= 0.0)
    return MDSP_STEREO_NOT_ASKED;
  if (!(mdsp_stereo_level_db (s, MDSP_STEREO_LOW) > RELEVANT_DB))
    return MDSP_STEREO_EMPTY;
  if (low.correlation >= MONO_BASS_CORRELATION)
    return MDSP_STEREO_FINE;
  return low.mono_change_lu < MONO_BASS_MAX_LOSS_LU ? MDSP_STEREO_OUT_OF_PHASE : MDSP_STEREO_MOVED;
}

static MdspStereoVerdict
judge_elliptic (const MdspStereo *s, const MdspStereoWish *wish)
{
  if (wish->side_highpass_hz <= 0.0)
    return MDSP_STEREO_NOT_ASKED;
  if (!(mdsp_stereo_level_db (s, OCTAVE_250) > RELEVANT_DB))
    return MDSP_STEREO_EMPTY;
  return mdsp_stereo_programme (s, OCTAVE_250).correlation < IN_PHASE_CORRELATION
             ? MDSP_STEREO_MOVED
             : MDSP_STEREO_FINE;
}

static MdspStereoVerdict
judge_top (const MdspStereo *s, const MdspStereoWish *wish, double rate_hz)
{
  if (wish->side_limit_db <= 0.0)
    return MDSP_STEREO_NOT_ASKED;
  if (MDSP_STEREO_HIGH_HZ > MDSP_CROSSOVER_MAX_RATIO * rate_hz ||
      !(mdsp_stereo_level_db (s, MDSP_STEREO_HIGH) > RELEVANT_DB))
    return MDSP_STEREO_EMPTY;
  return mdsp_stereo_programme (s, MDSP_STEREO_HIGH).side_mid_db > -wish->side_limit_db
             ? MDSP_STEREO_MOVED
             : MDSP_STEREO_FINE;
}

/* With a channel that is silent, inverted or late, nothing is what it seems: sums of left and right would take
 * away sound instead of width. */
static bool
has_channel_fault (const MdspStereo *s)
{
  MdspStereoProblem problems[MDSP_STEREO_MAX_PROBLEMS];
  const unsigned n = mdsp_stereo_problems (s, problems);
  for (unsigned i = 0; i < n; i++)
    if (problems[i].kind == MDSP_STEREO_PROBLEM_SILENT ||
        problems[i].kind == MDSP_STEREO_PROBLEM_POLARITY ||
        problems[i].kind == MDSP_STEREO_PROBLEM_DELAY ||
        problems[i].kind == MDSP_STEREO_PROBLEM_DELAY_INVERTED)
      return true;
  return false;
}

/* What a format asks for, where the mix bears it. */
static void
judge_format (const MdspStereo *s, const MdspStereoWish *wish, double rate_hz, MdspStereoPlan *plan)
{
  plan->bass = judge_bass (s, wish);
  plan->elliptic = judge_elliptic (s, wish);
  plan->top = judge_top (s, wish, rate_hz);
  if (!has_channel_fault (s))
    return;
  if (plan->bass != MDSP_STEREO_NOT_ASKED)
    plan->bass = MDSP_STEREO_HAS_PROBLEM;
  if (plan->elliptic != MDSP_STEREO_NOT_ASKED)
    plan->elliptic = MDSP_STEREO_HAS_PROBLEM;
  if (plan->top != MDSP_STEREO_NOT_ASKED)
    plan->top = MDSP_STEREO_HAS_PROBLEM;
}

static bool
is_wide (const MdspStereo *s)
{
  const MdspStereoSteadiness steady = mdsp_stereo_steadiness (s);
  return steady.mean < WIDE_CORRELATION || steady.negative > WIDE_NEGATIVE;
}

/* How much more side a band gets. */
static double
width_db (double side_mid_db, double most_db, double share)
{
  const double lacks = USUAL_SIDE_DB - side_mid_db;
  if (side_mid_db < NO_SIDE_DB || lacks <= 0.0)
    return 0.0;
  const double db = share * (WIDTH_SHARE * lacks < most_db ? WIDTH_SHARE * lacks : most_db);
  return db < WIDTH_MIN_DB ? 0.0 : db;
}

static MdspStereoVerdict
judge_width (const MdspStereo *s, const MdspStereoWish *wish, double rate_hz, MdspStereoPlan *plan)
{
  MdspStereoProblem problems[MDSP_STEREO_MAX_PROBLEMS];
  /* A format that takes side away is no place to add some. */
  if (!wish->wide || wish->side_limit_db > 0.0)
    return MDSP_STEREO_NOT_ASKED;
  if (mdsp_stereo_is_dual_mono (s))
    return MDSP_STEREO_SAME;
  if (mdsp_stereo_problems (s, problems) > 0)
    return MDSP_STEREO_HAS_PROBLEM;
  if (is_wide (s))
    return MDSP_STEREO_WIDE_ALREADY;
  plan->width_mid_db = width_db (mdsp_stereo_side_mid_db (s, false), WIDTH_MAX_MID_DB, wish->share);
  if (mdsp_stereo_n_octaves (s) > HIGH_FIRST &&
      MDSP_STEREO_WIDE_HIGH_HZ < MDSP_CROSSOVER_MAX_RATIO * rate_hz)
    plan->width_high_db =
        width_db (mdsp_stereo_side_mid_db (s, true), WIDTH_MAX_HIGH_DB, wish->share);
  return plan->width_mid_db > 0.0 || plan->width_high_db > 0.0 ? MDSP_STEREO_MOVED
                                                               : MDSP_STEREO_FINE;
}

void
mdsp_stereo_plan (const MdspStereo *s, const MdspStereoWish *wish, double rate_hz,
                  MdspStereoPlan *plan)
{
  MdspImagerParams *p = &plan->params;
  *plan = (MdspStereoPlan){ .bass = MDSP_STEREO_NOT_ASKED };
  mdsp_imager_params_init (p, rate_hz);
  if (!(wish->share > 0.0))
    return;
  judge_format (s, wish, rate_hz, plan);
  plan->width = judge_width (s, wish, rate_hz, plan);
  if (plan->bass == MDSP_STEREO_MOVED)
    p->bass_mono_hz = wish->bass_mono_hz;
  if (plan->elliptic == MDSP_STEREO_MOVED)
    p->side_highpass_hz = wish->side_highpass_hz;
  if (plan->top == MDSP_STEREO_MOVED) {
    p->side_limit_db = wish->side_limit_db;
    p->crossover_high_hz = MDSP_STEREO_LIMIT_HZ;
  }
  if (plan->width == MDSP_STEREO_MOVED) {
    p->crossover_low_hz = MDSP_STEREO_WIDE_LOW_HZ;
    p->crossover_high_hz = MDSP_STEREO_WIDE_HIGH_HZ;
    p->width_mid = mdsp_lin_from_db (plan->width_mid_db);
    p->width_high = mdsp_lin_from_db (plan->width_high_db);
  }
}
