/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How wide one band may become so that its correlation stays at or above min (input, guard) over
 * every span of a given length W, not only at every moment.
 *
 * M, S: powers of mid and side over a span, C their cross power, g the guard, r = (1 - g) / (1 + g).
 *   rho = (M - S) / sqrt ((M + S)^2 - 4 C^2) >= (M - S) / (M + S)    while M >= S, whatever C is,
 * and for g >= 0 that is g or more when S <= r M. So a span whose sides are at gains 1 <= a_k <= A has
 *   sum a_k^2 S_k <= A^2 S <= r M   and with it rho >= g   when A^2 <= r M / S,
 * and one with S > r M, whose input may be below g, has A = 1: it stays what it is. Powers add up,
 * correlations do not, so the bound is taken on sums over the whole span: the gain at a time is the
 * least A of all spans of W that this time is a part of. That needs W of look-ahead: narrow music
 * may be widened only when no wide music follows that makes their common span fall below. It is
 * also taken over 20 ms, so that what is wide for a moment is left alone in that moment.
 *
 * For g < 0 the sides may be over M, where C counts. It becomes A c at most, c = sum |C_k|, so with
 * x = A^2 rho >= g when (x S - M)^2 <= g^2 ((M + x S)^2 - 4 x c^2): up to the larger root x. Sums of
 * sides between M and x S keep it as well if x c^2 <= M^2, because the difference is convex in them.
 *
 * Without a look-ahead the newest spans are all that is known: the bound holds for the past only.
 */
#ifndef MDSP_WIDTH_GUARD_H
#define MDSP_WIDTH_GUARD_H

#include "mdsp.h"

#define MDSP_WIDTH_GUARD_MAX_BOX 16

/* All in steps of one grid. */
typedef struct {
  unsigned span, moment; /* W and 20 ms, moment <= span */
  unsigned box;          /* nodes over which a gain moves, 1 .. MDSP_WIDTH_GUARD_MAX_BOX */
  bool looks_ahead;
} MdspWidthGuardParams;

typedef struct {
  MdspWidthGuardParams params;
  unsigned n_ratios; /* span + box: all spans that matter for one node; 0 without a look-ahead */
  double *memory;    /* of the three rings */
  double *power[3];  /* of mid, of side, |cross power|: of the newest `span` steps */
  double *ratio[2];  /* P_M / P_S of the spans and of the moments that ended last, +inf: no side */
  uint64_t n_steps;
} MdspWidthGuard;

/* A gain that never exceeds what is allowed: down at once, up slowly, then the mean of a box. */
typedef struct {
  double released, box[MDSP_WIDTH_GUARD_MAX_BOX];
  unsigned at;
} MdspWidthGuardGain;

MdspStatus mdsp_width_guard_init (MdspWidthGuard *g, const MdspWidthGuardParams *params);
void mdsp_width_guard_reset (MdspWidthGuard *g);
void mdsp_width_guard_clear (MdspWidthGuard *g);
/* dst goes on as src would; both of the same params. */
void mdsp_width_guard_copy (MdspWidthGuard *dst, const MdspWidthGuard *src);
/* Steps by which a gain must be behind what was pushed. */
unsigned mdsp_width_guard_latency (const MdspWidthGuardParams *params);
/* <MM> <SS> <MS> of a step; guard > -1. */
void mdsp_width_guard_push (MdspWidthGuard *g, const double power[3], double guard);
/* Least A^2 / r (M / S, for a guard below 0 less of it; +inf without a side) of all spans of which the steps around a node are a part;
 * `box` calls on, with a push before each, that node comes out of mdsp_width_guard_gain. */
double mdsp_width_guard_ratio (const MdspWidthGuard *g, double guard);
/* Whether the newest span has any sound: without a look-ahead there is nothing to go by else. */
bool mdsp_width_guard_heard (const MdspWidthGuard *g);

void mdsp_width_guard_gain_reset (MdspWidthGuardGain *gain, double value);
/* The next node; `release` is the share of the way up per step. */
double mdsp_width_guard_gain (MdspWidthGuardGain *gain, const MdspWidthGuardParams *params,
                              double allowed, double release);

#endif
