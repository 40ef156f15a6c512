/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/limiter.h"
#include "kernels/dmath.h"

#include <string.h>

#define MAX_HOLD_MS 30.0

/* Both detectors read within 0.02 dB up to 0.4535 fs (docs/limiter-quality.md): what reads 0.01 dB
 * below the ceiling is under it, what has to come down comes down to 0.03 dB below. */
#define TRIGGER_DB 0.01
#define MARGIN_DB  0.03

/* The first detector reads to 0.4535 fs. Alone it is long enough to see what lies above, too (full-band
 * noise stays within 0.5 dB); before a second stage that would be done twice. */
#define STAGE1_TAPS       48
#define STAGE1_ALONE_TAPS 112

/* The second stage acts on the rest, tenths of a dB on single peaks: a short window keeps the
 * correction local. */
#define STAGE2_TAPS         128
#define STAGE2_LOOKAHEAD_MS 0.5
#define STAGE2_RELEASE_MS   1.0

void
mdsp_limiter_params_init (MdspLimiterParams *params, double rate_hz, unsigned n_channels)
{
  *params = (MdspLimiterParams){
    .rate_hz = rate_hz,
    .n_channels = n_channels,
    .ceiling_dbtp = -1.0,
    .lookahead_ms = 2.0,
    .hold_ms = 0.0,
    .release_ms = 2.0,
    .auto_release = true,
    .link = 0.5,
    .oversampling = 4,
    .safe = true,
    .measure_output = true,
  };
}

static bool
params_are_legal (const MdspLimiterParams *p)
{
  return p->rate_hz >= MDSP_RATE_MIN && p->rate_hz <= MDSP_RATE_MAX && p->n_channels >= 1 &&
         p->n_channels <= MDSP_MAX_CHANNELS && p->ceiling_dbtp >= -24.0 && p->ceiling_dbtp <= 0.0 &&
         p->lookahead_ms >= 0.1 && p->lookahead_ms <= 10.0 && p->hold_ms >= 0.0 &&
         p->hold_ms <= MAX_HOLD_MS && p->release_ms >= 1.0 && p->release_ms <= 2000.0 &&
         p->link >= 0.0 && p->link <= 1.0;
}

static MdspLimiterStageParams
first_stage (const MdspLimiterParams *p)
{
  return (MdspLimiterStageParams){
    .rate_hz = p->rate_hz,
    .n_channels = p->n_channels,
    .oversampling = p->oversampling,
    .taps = p->safe ? STAGE1_TAPS : STAGE1_ALONE_TAPS,
    .trigger_db = TRIGGER_DB,
    .margin_db = MARGIN_DB,
    .lookahead_ms = p->lookahead_ms,
    .hold_ms = p->hold_ms,
    .max_hold_ms = MAX_HOLD_MS,
    .release_ms = p->release_ms,
    .auto_release = p->auto_release,
    .link = p->link,
    .input_holds = p->input_holds,
  };
}

static MdspLimiterStageParams
second_stage (const MdspLimiterParams *p)
{
  return (MdspLimiterStageParams){
    .rate_hz = p->rate_hz,
    .n_channels = p->n_channels,
    .oversampling = p->oversampling,
    .taps = STAGE2_TAPS,
    .trigger_db = TRIGGER_DB,
    .margin_db = MARGIN_DB,
    .lookahead_ms = STAGE2_LOOKAHEAD_MS,
    .release_ms = STAGE2_RELEASE_MS,
    .link = p->link,
    .input_holds = p->input_holds,
  };
}

MdspStatus
mdsp_limiter_init (MdspLimiter *l, const MdspLimiterParams *params, const MdspKernels *kernels)
{
  memset (l, 0, sizeof *l);
  if (!params_are_legal (params))
    return MDSP_ERROR_PARAM;
  l->kernels = kernels;
  l->params = *params;
  l->ceiling_lin = mdsp_lin_from_db (params->ceiling_dbtp);
  mdsp_ramp_init (&l->input_gain, params->rate_hz, params->input_gain_db);
  MdspLimiterStageParams stage = first_stage (params);
  MdspStatus status = mdsp_limiter_stage_init (&l->stage[0], &stage, 0, kernels);
  l->n_stages = 1;
  if (status == MDSP_OK && params->safe) {
    stage = second_stage (params);
    status = mdsp_limiter_stage_init (&l->stage[1], &stage,
                                      mdsp_limiter_stage_latency (&l->stage[0]), kernels);
    l->n_stages = 2;
  }
  if (status == MDSP_OK && params->measure_output) {
    MdspTruePeakParams output = { params->rate_hz, params->n_channels, 4, 0 };
    status = mdsp_true_peak_init (&l->output, &output, kernels);
    l->output.keep_windows = false;
  }
  if (status != MDSP_OK) {
    mdsp_limiter_clear (l);
    return status;
  }
  mdsp_limiter_reset (l);
  return MDSP_OK;
}

void
mdsp_limiter_set (MdspLimiter *l, const MdspLimiterParams *params)
{
  l->params.ceiling_dbtp = params->ceiling_dbtp;
  l->params.input_gain_db = params->input_gain_db;
  l->params.hold_ms = params->hold_ms;
  l->params.release_ms = params->release_ms;
  l->params.auto_release = params->auto_release;
  l->params.link = params->link;
  l->params.input_holds = params->input_holds;
  l->ceiling_lin = mdsp_lin_from_db (params->ceiling_dbtp);
  mdsp_ramp_set (&l->input_gain, params->input_gain_db);
  MdspLimiterStageParams stage = first_stage (&l->params);
  mdsp_limiter_stage_set (&l->stage[0], &stage);
  if (l->n_stages > 1) {
    stage = second_stage (&l->params);
    mdsp_limiter_stage_set (&l->stage[1], &stage);
  }
}

void
mdsp_limiter_reset (MdspLimiter *l)
{
  mdsp_ramp_reset (&l->input_gain);
  for (unsigned i = 0; i < l->n_stages; i++)
    mdsp_limiter_stage_reset (&l->stage[i]);
  if (l->params.measure_output)
    mdsp_true_peak_reset (&l->output);
  l->ceiling.newest = -1;
  l->n_frames = 0;
}

void
mdsp_limiter_clear (MdspLimiter *l)
{
  for (unsigned i = 0; i < l->n_stages; i++)
    mdsp_limiter_stage_clear (&l->stage[i]);
  mdsp_true_peak_clear (&l->output);
  l->n_stages = 0;
}

unsigned
mdsp_limiter_latency (const MdspLimiter *l)
{
  unsigned frames = 0;
  for (unsigned i = 0; i < l->n_stages; i++)
    frames += mdsp_limiter_stage_latency (&l->stage[i]);
  return frames;
}

/* Each grid point that the next frames contain takes the ceiling of now. */
static void
track_ceiling (MdspLimiter *l, size_t n_frames)
{
  int64_t last = (int64_t) ((l->n_frames + n_frames - 1) / MDSP_GRID);
  while (l->ceiling.newest < last) {
    l->ceiling.newest++;
    l->ceiling.lin[l->ceiling.newest % MDSP_CEILING_TRACK] = l->ceiling_lin;
  }
}

void
mdsp_limiter_process (MdspLimiter *l, float *const planes[], size_t n_frames)
{
  if (n_frames == 0)
    return;
  track_ceiling (l, n_frames);
  mdsp_ramp_process (&l->input_gain, l->kernels, planes, l->params.n_channels, n_frames);
  for (unsigned i = 0; i < l->n_stages; i++)
    mdsp_limiter_stage_process (&l->stage[i], &l->ceiling, planes, n_frames);
  if (l->params.measure_output)
    mdsp_true_peak_process (&l->output, (const float *const *) planes, n_frames);
  l->n_frames += n_frames;
}

void
mdsp_limiter_finish (MdspLimiter *l)
{
  if (l->params.measure_output)
    mdsp_true_peak_finish (&l->output);
}

static double
mean_reduction_db (double gain_sum, double n_gains)
{
  return n_gains > 0.0 && gain_sum < n_gains ? -mdsp_db_from_lin (gain_sum / n_gains) : 0.0;
}

void
mdsp_limiter_take (MdspLimiter *l, MdspLimiterReading *r)
{
  r->max_all_db = r->gain_sum = r->n_gains = 0.0;
  for (unsigned c = 0; c < l->params.n_channels; c++) {
    double lowest = 1.0;
    for (unsigned i = 0; i < l->n_stages; i++)
      lowest *= l->stage[i].stats[l->stage[i].n_envelopes == 1 ? 0 : c].lowest;
    r->max_db[c] = -mdsp_db_from_lin (lowest) + 0.0;
    r->max_all_db = r->max_db[c] > r->max_all_db ? r->max_db[c] : r->max_all_db;
  }
  for (unsigned e = 0; e < l->stage[0].n_envelopes; e++) {
    r->gain_sum += l->stage[0].stats[e].sum;
    r->n_gains += (double) l->stage[0].stats[e].n_groups;
  }
  r->mean_db = mean_reduction_db (r->gain_sum, r->n_gains);
  for (unsigned i = 0; i < l->n_stages; i++)
    for (unsigned e = 0; e < l->stage[i].n_envelopes; e++)
      l->stage[i].stats[e] = (MdspGainStats){ 1.0f, 0.0, 0 };
}

void
mdsp_limiter_total_add (MdspLimiterTotal *total, const MdspLimiterReading *reading)
{
  total->max_db = reading->max_all_db > total->max_db ? reading->max_all_db : total->max_db;
  total->gain_sum += reading->gain_sum;
  total->n_gains += reading->n_gains;
  total->mean_db = mean_reduction_db (total->gain_sum, total->n_gains);
}

double
mdsp_limiter_output_peak_db (const MdspLimiter *l)
{
  return !l->params.measure_output ? MDSP_SILENCE_DB
                                   : mdsp_db_from_lin (mdsp_true_peak_max_lin (&l->output));
}
