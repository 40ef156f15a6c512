/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A soft clipper that never takes more than `clip_db` off a peak. Its curve is the quadratic knee of
 * gain_curve.h, 2 clip_db wide around level_db: up to level_db - clip_db the signal is untouched, a
 * peak at level_db + clip_db comes out at level_db, and what is still higher loses clip_db.
 *
 * The curve runs at four times the rate (interpolator.h, to 0.4535 fs), and only what it changes is
 * brought back down and added: signal below the knee passes bit for bit, at no cost but the delay.
 */
#ifndef MDSP_SOFT_CLIP_H
#define MDSP_SOFT_CLIP_H

#include "filter/history.h"
#include "filter/interpolator.h"

#define MDSP_SOFT_CLIP_DELAY 32 /* frames */

typedef struct {
  const MdspKernels *kernels;
  unsigned n_channels;
  MdspInterpolator filter;
  MdspGainCurveCoef curve;
  float knee_start;    /* linear: below it nothing happens */
  MdspHistory input;   /* a row per channel */
  MdspHistory changes; /* four rows per channel: the phases */
  int64_t last_change; /* newest index at which any phase is not 0 */
  float deepest_db;    /* since the last take, <= 0 */
} MdspSoftClip;

MdspStatus mdsp_soft_clip_init (MdspSoftClip *s, unsigned n_channels, const MdspKernels *kernels);
/* clip_db 0 .. 3; the curve moves at once, from the next sample on. */
void mdsp_soft_clip_set (MdspSoftClip *s, double clip_db, double level_db);
void mdsp_soft_clip_reset (MdspSoftClip *s);
void mdsp_soft_clip_clear (MdspSoftClip *s);
/* In place, n_frames <= MDSP_MAX_BLOCK, MDSP_SOFT_CLIP_DELAY frames late. */
void mdsp_soft_clip_process (MdspSoftClip *s, float *const planes[], size_t n_frames);
/* The most that was taken off since the last call, dB. */
double mdsp_soft_clip_take (MdspSoftClip *s);

#endif
