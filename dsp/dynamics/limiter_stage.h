/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One look-ahead true-peak limiter: detector, gain envelope, delay, multiplication.
 *
 *   x -+-> interpolator -> peak of each group of 8 -> allowed = min (1, ceiling / peak) -> link
 *      |                                    -> envelope -> nodes -> lines between nodes -+
 *      +-> delay D ----------------------------------------------------------------------x-> y
 *
 * Why it holds: y(t) = sum g[n] x[n] sinc (t - n) equals g(t) x(t) as long as the spectra of g and x
 * together stay below fs/2; g is smooth (two boxes and the line: side lobes fall by 18 dB/oct) and
 * at each sample at most what the peaks in [n-1, n+1] allow. What is left is the detector's
 * under-read, covered by margin_db. What has been limited once stays below trigger_db, so a second
 * limiter with the same ceiling leaves it bit for bit.
 *
 * Delay D = 8 S + 15 + half: node j+1 needs the peaks up to group j+1+S, whose last interval reads
 * `half` frames further; 15 = 7 (a group is complete with its last frame) + 8 (the line needs the
 * node behind it).
 */
#ifndef MDSP_LIMITER_STAGE_H
#define MDSP_LIMITER_STAGE_H

#include "dynamics/envelope.h"
#include "filter/history.h"
#include "filter/interpolator.h"

typedef struct {
  double rate_hz;
  unsigned n_channels;
  unsigned oversampling, taps; /* the detector, see interpolator.h */
  double trigger_db;           /* acts on peaks less than this below the ceiling ... */
  double margin_db;            /* ... and takes them this far below it, >= trigger_db */
  double lookahead_ms;         /* rounded up to whole groups */
  double hold_ms, release_ms;
  double max_hold_ms; /* bounds hold_ms for the life of the stage */
  bool auto_release;
  double link;      /* 0 = each channel alone .. 1 = all channels share the lowest gain */
  bool input_holds; /* no peak is looked for: a stage with this ceiling was there before */
} MdspLimiterStageParams;

/* The ceiling on the grid of MDSP_GRID frames, by position in the content. */
#define MDSP_CEILING_TRACK 256
typedef struct {
  double lin[MDSP_CEILING_TRACK];
  int64_t newest; /* grid index of the newest entry, -1 = none */
} MdspCeilingTrack;

/* The gains that were applied, per channel, since the last take. */
typedef struct {
  float lowest;
  double sum;
  uint64_t n_groups;
} MdspGainStats;

typedef struct {
  const MdspKernels *kernels;
  MdspLimiterStageParams params;
  MdspInterpolator filter;
  MdspEnvelopeDesign design;
  unsigned lookahead;   /* S */
  unsigned n_envelopes; /* in use: 1 while fully linked since reset, else one per channel */
  MdspEnvelope *envelopes;
  MdspHistory input, nodes; /* node of group j at index j + S */
  MdspGainStats *stats;
  int64_t ones_from[MDSP_MAX_CHANNELS]; /* the nodes of each envelope from this index on are 1 */
  double trigger, margin;               /* linear, <= 1 */
  int64_t offset;                       /* content position = stream index - offset */
  int64_t next_group;                   /* the first whose peak has not been read */
} MdspLimiterStage;

/* `offset`: delay of the stages before this one, in frames. */
MdspStatus mdsp_limiter_stage_init (MdspLimiterStage *s, const MdspLimiterStageParams *params,
                                    int64_t offset, const MdspKernels *kernels);
/* Changes hold_ms, release_ms, auto_release, link and input_holds while running; the rest is ignored. */
void mdsp_limiter_stage_set (MdspLimiterStage *s, const MdspLimiterStageParams *params);
void mdsp_limiter_stage_reset (MdspLimiterStage *s);
void mdsp_limiter_stage_clear (MdspLimiterStage *s);

/* In place, n_frames <= MDSP_MAX_BLOCK; the output is D frames late. */
void mdsp_limiter_stage_process (MdspLimiterStage *s, const MdspCeilingTrack *ceiling,
                                 float *const planes[], size_t n_frames);

unsigned mdsp_limiter_stage_latency (const MdspLimiterStage *s);

#endif
