/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Landing: which gain in front of the true-peak limiter gives the target loudness?
 *
 * The limiter scales with its ceiling: limit (g x, c) = c * shape (g x / c). Loudness and ceiling
 * are therefore one search over one number, the gain. The caller renders with the gain it is given
 * and hands the measurements back; this module never touches audio.
 *
 * Two curves are followed at once. Loudness rises with the gain, and the answer is where it meets
 * the target; the margin (limiter budget left, PSR above its floor) falls, and where it meets zero
 * the search stops: louder would crush. The lower of the two roots is the answer.
 */
#ifndef MDSP_DECIDE_LANDING_H
#define MDSP_DECIDE_LANDING_H

#include "mdsp.h"

#define MDSP_LANDING_MAX_RENDERS 16

/* Measured on the input, and what is asked for. Levels of "no measurement" are -HUGE_VAL. */
typedef struct {
  double loudness_in_lufs;    /* integrated loudness of the input, finite */
  double true_peak_in_dbtp;   /* of the input; may be -HUGE_VAL only when unknown */
  double psr_min_in_db;       /* lowest PSR of the input; HUGE_VAL when there is none (under 3 s) */
  double psr_untouched_db;    /* before any stage took punch; 0 = no stage did */
  double target_lufs;         /* finite */
  double ceiling_dbtp;        /* what the limiter holds, <= 0 */
  double tolerance_lu;        /* > 0: a render this close to the target is the landing */
  double reduction_budget_db; /* > 0: the most gain reduction the limiter may do (reduction.h) */
  double psr_floor_db;        /* a punch floor; see mdsp_landing_psr_floor () for denser inputs */
  unsigned max_renders;       /* 1..MDSP_LANDING_MAX_RENDERS */
  bool has_start;             /* begin at start_gain_db, e.g. where an earlier search ended */
  double start_gain_db;
} MdspLandingParams;

/* One render, measured behind the limiter. */
typedef struct {
  double gain_db;       /* in front of the limiter */
  double loudness_lufs; /* of the limited signal */
  double reduction_db;  /* gain reduction in the sense of the budget, >= 0 */
  double psr_min_db;    /* HUGE_VAL when there is none */
} MdspLandingSample;

typedef enum {
  MDSP_LANDING_RENDER,      /* render with mdsp_landing_gain () and call mdsp_landing_add () */
  MDSP_LANDING_ON_TARGET,   /* the last render is the landing */
  MDSP_LANDING_CONSTRAINED, /* stopped by a constraint: mdsp_landing_best () is the answer */
  MDSP_LANDING_EXHAUSTED    /* out of renders: mdsp_landing_best () is the nearest allowed */
} MdspLandingVerdict;

typedef enum {
  MDSP_CONSTRAINT_NONE,
  MDSP_CONSTRAINT_REDUCTION, /* the limiter budget */
  MDSP_CONSTRAINT_PSR        /* the punch floor */
} MdspConstraint;

typedef struct {
  MdspLandingParams params;
  MdspLandingSample samples[MDSP_LANDING_MAX_RENDERS + 1]; /* ascending gain; one is computed */
  unsigned n_samples;
  unsigned n_renders;
  MdspLandingSample last; /* the last render */
  double gain_db;         /* the next one */
  bool has_known;         /* samples hold the gain below which the limiter is idle */
  MdspLandingVerdict verdict;
} MdspLanding;

/* Errors: MDSP_ERROR_PARAM when a number is outside its range above. */
MdspStatus mdsp_landing_init (MdspLanding *landing, const MdspLandingParams *params);

/* The gain to render with next (verdict RENDER). */
double mdsp_landing_gain (const MdspLanding *landing);

/* Takes the measurement of the render at mdsp_landing_gain () and says what is next. */
MdspLandingVerdict mdsp_landing_add (MdspLanding *landing, const MdspLandingSample *sample);

/* The loudest that is known to keep every constraint and is not over the target; of equally loud
 * ones the lowest gain. Its `gain_db` is always legal to render, also when it was computed and not
 * rendered. */
MdspLandingSample mdsp_landing_best (const MdspLanding *landing);

/* Was a gain above the best one tried that keeps the constraints and is no louder? Loudness is gated
 * (ITU-R BS.1770-5, 5.6): where a few peaks carry it, gain that they cannot follow makes the mean
 * lower, as parts count that were too quiet before. */
bool mdsp_landing_stalls (const MdspLanding *landing);

/* Which constraint the sample breaks most, NONE when it keeps both; with excess_db how much
 * it is over (or short of) the limit. */
MdspConstraint mdsp_landing_violation (const MdspLanding *landing, const MdspLandingSample *sample,
                                       double *excess_db);

/* Which constraint the sample is nearest to, or breaks most; never NONE. */
MdspConstraint mdsp_landing_binding (const MdspLanding *landing, const MdspLandingSample *sample);

/* The PSR that must be kept: the floor, or half a decibel less than that of the music when that is
 * lower: of the input, or of what it was before a stage took punch from it. */
double mdsp_landing_psr_floor (const MdspLanding *landing);

#endif
