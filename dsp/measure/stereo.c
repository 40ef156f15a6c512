/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/stereo_internal.h"
#include "kernels/dmath.h"
#include "measure/gating.h"
#include "measure/loudness.h"

#include <math.h> /* floor, sqrt */
#include <string.h>

#define DUAL_MONO_DB -60.0

/* --- readings --------------------------------------------------------------------------------- */

static double
ratio_db (double above, double below)
{
  if (!(above > 0.0))
    return MDSP_SILENCE_DB;
  return below > 0.0 ? mdsp_db_from_power (above / below) : -MDSP_SILENCE_DB;
}

MdspStereoReading
mdsp_stereo_reading (const double p[3])
{
  MdspStereoReading reading = { 0.0, 0.0, 0.0, 0.0 };
  const double both = p[0] + p[1];
  /* -200 dB over 400 ms at 8 kHz: below, there is nothing to relate. */
  if (!(both > 1e-17))
    return reading;
  const double mid = mdsp_stereo_positive (both + 2.0 * p[2]),
               side = mdsp_stereo_positive (both - 2.0 * p[2]);
  if (p[0] > 0.0 && p[1] > 0.0)
    reading.correlation = p[2] / sqrt (p[0] * p[1]);
  reading.balance_db = ratio_db (p[1], p[0]);
  reading.side_mid_db = ratio_db (side, mid);
  reading.mono_change_lu = ratio_db (mid, 2.0 * both);
  return reading;
}

/* --- state ------------------------------------------------------------------------------------ */

/* End of block k (counted from 0) in frames: round ((k + 1) fs / 10). */
static uint64_t
boundary (const MdspStereo *s, uint64_t k)
{
  return (uint64_t) floor ((double) (k + 1) * s->rate_hz / 10.0 + 0.5);
}

MdspStatus
mdsp_stereo_init (MdspStereo *s, const MdspStereoParams *params, const MdspKernels *kernels)
{
  memset (s, 0, sizeof *s);
  if (!(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX))
    return MDSP_ERROR_PARAM;
  s->kernels = kernels;
  s->rate_hz = params->rate_hz;
  mdsp_stereo_design_bands (s);
  MdspStatus status = mdsp_channel_delay_init (&s->delay, params->rate_hz, kernels);
  if (status == MDSP_OK)
    status = mdsp_haas_delay_init (&s->haas, params->rate_hz, kernels);
  if (status != MDSP_OK) {
    mdsp_channel_delay_clear (&s->delay);
    return status;
  }
  mdsp_stereo_reset (s);
  return MDSP_OK;
}

void
mdsp_stereo_reset (MdspStereo *s)
{
  mdsp_stereo_reset_bands (s);
  memset (s->ring, 0, sizeof s->ring);
  memset (s->ring_frames, 0, sizeof s->ring_frames);
  memset (s->total, 0, sizeof s->total);
  mdsp_channel_delay_reset (&s->delay);
  mdsp_haas_delay_reset (&s->haas);
  memset (s->open, 0, sizeof s->open);
  memset (s->spans, 0, sizeof s->spans);
  s->n_frames = s->n_blocks = s->block_start = 0;
  s->n_windows_seen = s->n_windows = s->n_negative = s->correlation_min_at = 0;
  s->correlation_sum = 0.0;
  s->correlation_min = 1.0;
  s->next_boundary = boundary (s, 0);
}

void
mdsp_stereo_clear (MdspStereo *s)
{
  mdsp_channel_delay_clear (&s->delay);
  mdsp_haas_delay_clear (&s->haas);
}

/* Ends the block under way. */
static void
close_block (MdspStereo *s)
{
  const unsigned slot = (unsigned) (s->n_blocks % MDSP_STEREO_WINDOW);
  const uint64_t frames = s->n_frames - s->block_start;
  mdsp_stereo_take_products (s, s->ring[slot]);
  s->ring_frames[slot] = frames;
  const double *broad = s->ring[slot][MDSP_STEREO_BROAD];
  if (mdsp_lufs_from_power ((broad[0] + broad[1]) / (double) frames) > -70.0)
    for (unsigned b = 0; b < MDSP_STEREO_N_BANDS; b++)
      for (unsigned i = 0; i < 3; i++)
        s->total[b][i] += s->ring[slot][b][i];
  mdsp_channel_delay_close_block (&s->delay);
  mdsp_haas_delay_close_block (&s->haas);
  s->n_blocks++;
  s->block_start = s->n_frames;
  s->next_boundary = boundary (s, s->n_blocks);
}

void
mdsp_stereo_process (MdspStereo *s, const float *const planes[2], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    const uint64_t left = s->next_boundary - s->n_frames;
    const size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    const float *const rest[2] = { planes[0] + done, planes[1] + done };
    mdsp_stereo_process_bands (s, rest, n);
    mdsp_channel_delay_process (&s->delay, rest, n);
    mdsp_haas_delay_process (&s->haas, rest, n);
    s->n_frames += n;
    done += n;
    if (s->n_frames < s->next_boundary)
      continue;
    close_block (s);
    mdsp_stereo_judge_silence (s);
    if (s->n_blocks >= MDSP_STEREO_WINDOW)
      mdsp_stereo_judge_window (s);
  }
}

void
mdsp_stereo_finish (MdspStereo *s)
{
  const uint64_t least = (uint64_t) (0.4 * s->rate_hz);
  if (s->n_windows_seen == 0 && s->block_start >= least)
    mdsp_stereo_judge_window (s);
  mdsp_stereo_end_faults (s);
}

/* --- answers ------------------------------------------------------------------------------------ */

MdspStereoReading
mdsp_stereo_window (const MdspStereo *s, unsigned band)
{
  double p[3];
  mdsp_stereo_window_products (s, band, p);
  return mdsp_stereo_reading (p);
}

MdspStereoReading
mdsp_stereo_programme (const MdspStereo *s, unsigned band)
{
  return mdsp_stereo_reading (s->total[band]);
}

MdspStereoReading
mdsp_stereo_programme_range (const MdspStereo *s, unsigned first, unsigned last)
{
  double p[3] = { 0.0, 0.0, 0.0 };
  for (unsigned k = first; k <= last; k++)
    for (unsigned i = 0; i < 3; i++)
      p[i] += s->total[k][i];
  return mdsp_stereo_reading (p);
}

double
mdsp_stereo_level_db (const MdspStereo *s, unsigned band)
{
  const double *p = s->total[band], *broad = s->total[MDSP_STEREO_BROAD];
  return broad[0] + broad[1] > 0.0 ? ratio_db (p[0] + p[1], broad[0] + broad[1]) : MDSP_SILENCE_DB;
}

MdspStereoSteadiness
mdsp_stereo_steadiness (const MdspStereo *s)
{
  MdspStereoSteadiness steady = { 0, 0.0, 0.0, 0, 0.0 };
  if (s->n_windows == 0)
    return steady;
  steady.n_windows = s->n_windows;
  steady.mean = s->correlation_sum / (double) s->n_windows;
  steady.minimum = s->correlation_min;
  steady.minimum_at = s->correlation_min_at;
  steady.negative = (double) s->n_negative / (double) s->n_windows;
  return steady;
}

const MdspStereoSpans *
mdsp_stereo_fault (const MdspStereo *s, unsigned fault)
{
  return &s->spans[fault];
}

bool
mdsp_stereo_fault_now (const MdspStereo *s, unsigned fault)
{
  return s->open[fault].open && s->open[fault].last == s->open[fault].newest;
}

bool
mdsp_stereo_is_dual_mono (const MdspStereo *s)
{
  const double *p = s->total[MDSP_STEREO_BROAD];
  return p[0] + p[1] > 0.0 && mdsp_stereo_reading (p).side_mid_db < DUAL_MONO_DB;
}
