/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/soft_clip.h"
#include "dynamics/gain_curve.h"
#include "kernels/dmath.h"
#include "kernels/tables.h"

#include <string.h>

#define OVERSAMPLING 4
#define TAPS         32
#define HALF         (TAPS / 2)

MdspStatus
mdsp_soft_clip_init (MdspSoftClip *s, unsigned n_channels, const MdspKernels *kernels)
{
  memset (s, 0, sizeof *s);
  s->kernels = kernels;
  s->n_channels = n_channels;
  MdspStatus status = mdsp_interpolator_design (&s->filter, OVERSAMPLING, TAPS);
  const size_t keep = MDSP_MAX_BLOCK + 4 * TAPS;
  if (status == MDSP_OK)
    status = mdsp_history_init (&s->input, n_channels, keep, MDSP_MAX_BLOCK, 0.0f);
  if (status == MDSP_OK)
    status = mdsp_history_init (&s->changes, OVERSAMPLING * n_channels, keep, MDSP_MAX_BLOCK, 0.0f);
  if (status != MDSP_OK) {
    mdsp_soft_clip_clear (s);
    return status;
  }
  mdsp_soft_clip_set (s, 0.0, 0.0);
  mdsp_soft_clip_reset (s);
  return MDSP_OK;
}

void
mdsp_soft_clip_set (MdspSoftClip *s, double clip_db, double level_db)
{
  const MdspGainCurveParams curve = {
    .mode = MDSP_CURVE_DOWNWARD,
    .threshold_db = level_db,
    .slope = 1.0,
    .knee_db = 2.0 * clip_db,
    .range_db = clip_db,
  };
  mdsp_gain_curve_design (&s->curve, &curve);
  s->knee_start = (float) mdsp_lin_from_db (level_db - clip_db);
}

void
mdsp_soft_clip_reset (MdspSoftClip *s)
{
  mdsp_history_reset (&s->input);
  mdsp_history_reset (&s->changes);
  s->last_change = INT64_MIN / 2;
  s->deepest_db = 0.0f;
}

void
mdsp_soft_clip_clear (MdspSoftClip *s)
{
  mdsp_history_clear (&s->input);
  mdsp_history_clear (&s->changes);
}

/* x becomes what the curve adds to it; returns the deepest reduction, dB <= 0. */
static float
change (MdspSoftClip *s, float *x, size_t n)
{
  float db[MDSP_MAX_BLOCK], gain[MDSP_MAX_BLOCK], deepest = 0.0f;
  for (size_t i = 0; i < n; i++) {
    const float power = x[i] * x[i];
    db[i] = power > MDSP_TINY ? power : MDSP_TINY;
  }
  s->kernels->power_to_db_f32 (db, db, n);
  s->kernels->gain_curve_f32 (db, db, &s->curve, n);
  s->kernels->db_to_gain_f32 (gain, db, n);
  for (size_t i = 0; i < n; i++) {
    deepest = db[i] < deepest ? db[i] : deepest;
    x[i] = x[i] * (gain[i] - 1.0f);
  }
  return deepest;
}

/* The four phases' changes at indices [from, from + n) of one channel. */
static void
find_changes (MdspSoftClip *s, unsigned c, int64_t from, size_t n)
{
  const float *x = mdsp_history_at (&s->input, c, from);
  float phase[OVERSAMPLING][MDSP_MAX_BLOCK + MDSP_PAD];
  if (mdsp_interpolator_stays_below (&s->filter, s->kernels, x, n, s->knee_start)) {
    for (unsigned p = 0; p < OVERSAMPLING; p++)
      memset (mdsp_history_at (&s->changes, OVERSAMPLING * c + p, from), 0, n * sizeof (float));
    return;
  }
  memcpy (phase[0], x, n * sizeof (float));
  s->kernels->interp_pair_mid_f32 (phase[1], phase[2], phase[3], x, n, s->filter.even[0],
                                   s->filter.odd[0], s->filter.mid, HALF);
  for (unsigned p = 0; p < OVERSAMPLING; p++) {
    const float deepest = change (s, phase[p], n);
    s->deepest_db = deepest < s->deepest_db ? deepest : s->deepest_db;
    if (deepest < 0.0f)
      s->last_change = from + (int64_t) n - 1;
    memcpy (mdsp_history_at (&s->changes, OVERSAMPLING * c + p, from), phase[p],
            n * sizeof (float));
  }
}

/* Adds the changes, low-passed, at indices [from, from + n): each phase is read at the position where
 * its samples lie on the output's grid, a quarter of the sum of the four. */
static void
add_changes (const MdspSoftClip *s, unsigned c, int64_t from, float *y, size_t n)
{
  float at[3][3][MDSP_MAX_BLOCK + MDSP_PAD]; /* phase, position */
  for (unsigned p = 1; p < OVERSAMPLING; p++)
    s->kernels->interp_pair_mid_f32 (at[p - 1][0], at[p - 1][1], at[p - 1][2],
                                     mdsp_history_at (&s->changes, OVERSAMPLING * c + p, from - 1),
                                     n, s->filter.even[0], s->filter.odd[0], s->filter.mid, HALF);
  const float *own = mdsp_history_at (&s->changes, OVERSAMPLING * c, from);
  for (size_t i = 0; i < n; i++) {
    const float d = 0.25f * ((own[i] + at[0][2][i]) + (at[1][1][i] + at[2][0][i]));
    y[i] = d != 0.0f ? y[i] + d : y[i]; /* -0 stays */
  }
}

void
mdsp_soft_clip_process (MdspSoftClip *s, float *const planes[], size_t n_frames)
{
  if (n_frames == 0)
    return;
  mdsp_history_append (&s->input, (const float *const *) planes, n_frames);
  /* the same indices; the newest HALF are not known yet, an interpolation reads that far ahead */
  mdsp_history_extend (&s->changes, n_frames);
  const int64_t end = s->input.end, n = (int64_t) n_frames;
  for (unsigned c = 0; c < s->n_channels; c++)
    find_changes (s, c, end - n - HALF, n_frames);
  const int64_t out = end - n - MDSP_SOFT_CLIP_DELAY;
  const bool active = s->last_change >= out - 1 - HALF;
  for (unsigned c = 0; c < s->n_channels; c++) {
    memcpy (planes[c], mdsp_history_at (&s->input, c, out), n_frames * sizeof (float));
    if (active)
      add_changes (s, c, out, planes[c], n_frames);
  }
}

double
mdsp_soft_clip_take (MdspSoftClip *s)
{
  const double deepest = -s->deepest_db + 0.0;
  s->deepest_db = 0.0f;
  return deepest;
}
