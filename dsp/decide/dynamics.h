/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a mix's dynamics need before its loudness is landed: nothing, as long as the limiter alone
 * gets there.
 *
 *   need = (true peak - loudness) of the mix - (ceiling - target): how far peaks have to come down.
 *   up to 3 dB      nothing: a limiter does that unheard
 *   3 .. 5 dB       glue: a slow compressor that takes 1 .. 2 dB off the louder half
 *   5 .. 7 dB       also a soft clip of up to 1.5 dB, in dense genres or when asked for
 *   more            no more than that: the landing stops and names its constraint
 *
 * These are wishes. What is wished for is tried, measured, and kept only when it pays
 * (mdsp_dynamics_verdict). A single band is held only when it is unstable (mdsp_dynamics_stability).
 *
 * All functions are pure, in double, without libm.
 */
#ifndef MDSP_DECIDE_DYNAMICS_H
#define MDSP_DECIDE_DYNAMICS_H

#include "decide/reduction.h"
#include "dynamics/multiband.h"
#include "measure/levels.h"

typedef enum {
  MDSP_DYNAMICS_OFF,
  MDSP_DYNAMICS_GENTLE, /* half of it, no clip */
  MDSP_DYNAMICS_NORMAL,
  MDSP_DYNAMICS_DENSE /* the clip in any genre, from 3 dB on */
} MdspDynamicsStyle;

/* "The half of the time in which it works most", in intervals of 100 ms. */
#define MDSP_DYNAMICS_LOUDER_HALF 0.5
/* A limiter that does this much for 95 % of the time is not heard: no help is wanted. */
#define MDSP_DYNAMICS_EASY_DB 3.0
/* Loudness range that a stage may cost. */
#define MDSP_DYNAMICS_MAX_RANGE_LOST_LU 2.0

typedef struct {
  double loudness_in_lufs, true_peak_in_dbtp; /* of what the stage gets; finite */
  double target_lufs, ceiling_dbtp;
  MdspDynamicsStyle style;
  bool dense_genre;
  double share; /* 0 .. 1 of what would be done */
} MdspDynamicsParams;

typedef struct {
  double need_db;
  double glue_db; /* mean reduction in the louder half; 0 = none */
  double clip_db; /* 0 = none */
} MdspDynamicsWish;

MdspDynamicsWish mdsp_dynamics_wish (const MdspDynamicsParams *params);

/* Glue with that threshold: one band, 1.5:1 with a knee of 6 dB, 30 and 250 ms, at most 3 dB, and what
 * is below 80 Hz does not move it. */
void mdsp_dynamics_glue (MdspMultibandParams *p, double threshold_db);

/* What glue with that threshold takes off in the louder half, by a simulation on the steps; and the
 * threshold for a reduction. The steps do not know what is between 80 and 120 Hz, nor an equaliser in
 * front: measure, and ask again for what was wanted plus what was missing. */
double mdsp_dynamics_glue_reduction_db (const MdspLevelStep *steps, size_t n, double threshold_db);
double mdsp_dynamics_glue_threshold_db (const MdspLevelStep *steps, size_t n, double reduction_db);

/* What the clipper in front of a gain and a ceiling is set to, so that it bends only what the limiter
 * would have to take: from clip_db / 2 above the ceiling on. */
double mdsp_dynamics_clip_level_db (double clip_db, double gain_db, double ceiling_dbtp);

/* A landing with or without the stage. */
typedef struct {
  bool on_target;
  double loudness_lufs, reduction_db, psr_min_db;
} MdspDynamicsOutcome;

typedef enum {
  MDSP_DYNAMICS_NO_USE, /* neither */
  MDSP_DYNAMICS_LOUDER, /* nearer to the target than a constraint allowed without */
  MDSP_DYNAMICS_EASIER  /* as loud, and the limiter does less */
} MdspDynamicsVerdict;

MdspDynamicsVerdict mdsp_dynamics_verdict (const MdspDynamicsOutcome *without,
                                           const MdspDynamicsOutcome *with);

/* How much the level of each band varies, over 400 ms and the parts that count for the loudness: the
 * distance from the median to the 95th percentile. A band is unstable when its loudest moments stand
 * out by 6 dB more than those of the rest of the sound; only bass and presence are judged, and only
 * when they are a part of it (median within 15 dB of the whole): a hi-hat that comes and goes is
 * arrangement. */
#define MDSP_DYNAMICS_UNSTABLE_DB 6.0
typedef struct {
  double spread_db[MDSP_LEVELS_BANDS],
      median_db[MDSP_LEVELS_BANDS];         /* dBFS, a sine reads its peak */
  double rest_spread_db[MDSP_LEVELS_BANDS]; /* of all bands but this one */
  double whole_median_db;
  bool unstable;    /* this band is, the most of all: */
  unsigned band;    /* 0 = below 120 Hz, 2 = 1 .. 5 kHz */
  double excess_db; /* of its spread over the rest's */
  double counted_s; /* how much of the programme that is; nothing is unstable under 10 s */
} MdspDynamicsStability;

/* false: out of memory. */
bool mdsp_dynamics_stability (const MdspLevelStep *steps, size_t n, MdspDynamicsStability *result);

/* Holds that band alone: 2:1 from 2 dB over its median on, at most 4 dB times the share. */
void mdsp_dynamics_hold_band (MdspMultibandParams *p, const MdspDynamicsStability *stability,
                              double share);

#endif
