/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The true-peak limiter: input gain, a look-ahead stage, and with `safe` a second short stage that
 * measures what the first one put out with a 128-tap filter and corrects what it missed: content
 * above 0.4535 fs, where the first detector's filter rolls off.
 *
 * Behind it, the true peak of the output is measured (proof, not trust).
 */
#ifndef MDSP_LIMITER_H
#define MDSP_LIMITER_H

#include "dynamics/limiter_stage.h"
#include "filter/ramp.h"
#include "measure/truepeak.h"

typedef struct {
  double rate_hz;
  unsigned n_channels;
  double ceiling_dbtp;  /* -24 .. 0 */
  double input_gain_db; /* before the limiter */
  double lookahead_ms;  /* 0.1 .. 10, fixed at init */
  double hold_ms;       /* 0 .. 30 */
  double release_ms;    /* 1 .. 2000 */
  bool auto_release;
  double link;           /* 0 .. 1 */
  unsigned oversampling; /* 4 or 8, fixed at init */
  bool safe;             /* fixed at init */
  bool measure_output;   /* fixed at init: mdsp_limiter_output_peak_db () is wanted */
  bool input_holds;      /* the input was limited to this ceiling: no peak is looked for */
} MdspLimiterParams;

typedef struct {
  const MdspKernels *kernels;
  MdspLimiterParams params;
  MdspRamp input_gain;
  MdspCeilingTrack ceiling;
  double ceiling_lin; /* enters the track at the next grid point */
  MdspLimiterStage stage[2];
  unsigned n_stages;
  MdspTruePeak output;
  uint64_t n_frames; /* since reset */
} MdspLimiter;

/* Gain reduction in positive dB since the last take. */
typedef struct {
  double max_db[MDSP_MAX_CHANNELS]; /* per channel, both stages */
  double max_all_db;
  double mean_db;           /* mean of the linear gain over time and channels, as dB */
  double gain_sum, n_gains; /* what that is the mean of */
} MdspLimiterReading;

/* Readings of one stream taken together; starts as zeros. */
typedef struct {
  double max_db, mean_db;
  double gain_sum, n_gains;
} MdspLimiterTotal;
void mdsp_limiter_total_add (MdspLimiterTotal *total, const MdspLimiterReading *reading);

/* The defaults, chosen on music by noise-to-mask ratio (docs/limiter-quality.md): ceiling -1 dBTP,
 * no input gain. */
void mdsp_limiter_params_init (MdspLimiterParams *params, double rate_hz, unsigned n_channels);

MdspStatus mdsp_limiter_init (MdspLimiter *l, const MdspLimiterParams *params,
                              const MdspKernels *kernels);
/* New ceiling, input gain, hold, release, auto_release, link: ramped or smoothed, no click; and
 * input_holds. The fields that are fixed at init are ignored. */
void mdsp_limiter_set (MdspLimiter *l, const MdspLimiterParams *params);
void mdsp_limiter_reset (MdspLimiter *l);
void mdsp_limiter_clear (MdspLimiter *l);

/* In place, n_frames <= MDSP_MAX_BLOCK; the output is `latency` frames late. */
void mdsp_limiter_process (MdspLimiter *l, float *const planes[], size_t n_frames);
unsigned mdsp_limiter_latency (const MdspLimiter *l);

/* The stream ended and its tail has been pulled out with `latency` frames of silence: reads the last
 * samples into the output peak. */
void mdsp_limiter_finish (MdspLimiter *l);

void mdsp_limiter_take (MdspLimiter *l, MdspLimiterReading *reading);
/* True peak of the output since reset, dBTP; -inf in silence. */
double mdsp_limiter_output_peak_db (const MdspLimiter *l);

#endif
