/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/channel_delay.h"

#include <math.h> /* fabs, floor, sqrt */
#include <stdlib.h>
#include <string.h>

/* One channel is a late copy when its best lag explains this much, and this much more than none. */
#define LEAST_CORRELATION 0.5
#define LEAST_ADVANTAGE   0.25
#define LEAST_MS          0.1
#define LEAK              0.9 /* per block of 100 ms: 1 s */

static unsigned
segment_frames (const MdspChannelDelay *d)
{
  return d->n_segment + 2 * d->max_lag;
}

static unsigned
n_lags (const MdspChannelDelay *d)
{
  return 2 * d->max_lag + 1;
}

/* Anywhere in the block: fractions of multiples of the golden ratio, in 1 / 65536. */
static uint64_t
choose_stretch (const MdspChannelDelay *d)
{
  const uint64_t room = (uint64_t) (d->rate_hz / 10.0) - segment_frames (d);
  return ((d->n_blocks * 40503u & 0xffff) * room) >> 16;
}

MdspStatus
mdsp_channel_delay_init (MdspChannelDelay *d, double rate_hz, const MdspKernels *kernels)
{
  memset (d, 0, sizeof *d);
  d->kernels = kernels;
  d->rate_hz = rate_hz;
  /* A block of 100 ms always holds the segment: at 8 kHz it has 800 frames, at 32 kHz 3200. */
  d->n_segment = rate_hz < 16000.0 ? 512 : rate_hz < 32000.0 ? 1024 : 2048;
  d->max_lag = (unsigned) floor (rate_hz * MDSP_CHANNEL_DELAY_MAX_MS / 1000.0);
  for (unsigned c = 0; c < 2; c++)
    d->segment[c] = calloc (segment_frames (d), sizeof (float));
  d->products = calloc (n_lags (d) + MDSP_PAD, sizeof (float));
  d->window = calloc (n_lags (d), sizeof (double));
  if (d->segment[0] && d->segment[1] && d->products && d->window)
    return MDSP_OK;
  mdsp_channel_delay_clear (d);
  return MDSP_ERROR_MEMORY;
}

void
mdsp_channel_delay_reset (MdspChannelDelay *d)
{
  for (unsigned c = 0; c < 2; c++)
    memset (d->segment[c], 0, segment_frames (d) * sizeof (float));
  memset (d->window, 0, n_lags (d) * sizeof (double));
  memset (d->energy, 0, sizeof d->energy);
  memset (d->newest, 0, sizeof d->newest);
  d->at = d->n_blocks = 0;
  d->skip = choose_stretch (d);
}

void
mdsp_channel_delay_clear (MdspChannelDelay *d)
{
  for (unsigned c = 0; c < 2; c++) {
    free (d->segment[c]);
    d->segment[c] = NULL;
  }
  free (d->products);
  free (d->window);
  d->products = NULL;
  d->window = NULL;
}

/* Differences, so that the bass, which is alike at all short lags, does not hide what differs. */
static void
differences (float *restrict dst, const float *restrict x, float before, size_t n)
{
  dst[0] = x[0] - before;
  for (size_t i = 1; i < n; i++)
    dst[i] = x[i] - x[i - 1];
}

void
mdsp_channel_delay_process (MdspChannelDelay *d, const float *const planes[2], size_t n_frames)
{
  const uint64_t first =
      d->at < d->skip ? d->skip - d->at : 0; /* of the segment's in these frames */
  const uint64_t left =
      d->skip + segment_frames (d) > d->at ? d->skip + segment_frames (d) - d->at : 0;
  const uint64_t last = left < n_frames ? left : n_frames;
  for (unsigned c = 0; c < 2 && n_frames > 0; c++) {
    if (first < last)
      differences (d->segment[c] + (d->at + first - d->skip), planes[c] + first,
                   first > 0 ? planes[c][first - 1] : d->newest[c], last - first);
    d->newest[c] = planes[c][n_frames - 1];
  }
  d->at += n_frames;
}

/* products[l] = sum over the segment of left (t) right (t + l - max_lag). */
void
mdsp_channel_delay_close_block (MdspChannelDelay *d)
{
  const float *left = d->segment[0] + d->max_lag, *right = d->segment[1];
  double parts[3][8] = { { 0.0 } }; /* n_segment is a multiple of 8 */
  d->kernels->lag_products_f32 (d->products, left, d->n_segment, right, n_lags (d));
  d->kernels->products_f64 (left, right + d->max_lag, d->n_segment / 8, parts);
  for (unsigned l = 0; l < n_lags (d); l++)
    d->window[l] = LEAK * d->window[l] + d->products[l];
  for (unsigned c = 0; c < 2; c++) {
    double energy = 0.0;
    for (unsigned i = 0; i < 8; i++)
      energy += parts[c][i];
    d->energy[c] = LEAK * d->energy[c] + energy;
  }
  d->at = 0;
  d->n_blocks++;
  d->skip = choose_stretch (d);
}

/* Magnitude of the correlation at a lag; 0 in silence. */
static double
correlation_at (const MdspChannelDelay *d, unsigned lag)
{
  const double power = d->energy[0] * d->energy[1];
  return power > 1e-24 ? fabs (d->window[lag]) / sqrt (power) : 0.0;
}

/* Where the parabola through the lag and its neighbours has its vertex, in lags from it. */
static double
vertex (const MdspChannelDelay *d, unsigned lag)
{
  const double sign = d->window[lag] < 0.0 ? -1.0 : 1.0;
  const double m = sign * d->window[lag - 1], c = sign * d->window[lag];
  const double p = sign * d->window[lag + 1], bend = m - 2.0 * c + p;
  return bend < 0.0 ? (m - p) / (2.0 * bend) : 0.0;
}

MdspLateCopy
mdsp_channel_delay_found (const MdspChannelDelay *d)
{
  MdspLateCopy found = { 0.0, false };
  unsigned best = 1;
  double here = 0.0;
  for (unsigned l = 2; l + 1 < n_lags (d); l++)
    if (fabs (d->window[l]) > fabs (d->window[best]))
      best = l;
  for (unsigned l = d->max_lag - 1; l <= d->max_lag + 1; l++)
    here = correlation_at (d, l) > here ? correlation_at (d, l) : here;
  const double there = correlation_at (d, best);
  if (there < LEAST_CORRELATION || there - here < LEAST_ADVANTAGE)
    return found;
  const double ms = ((double) best + vertex (d, best) - (double) d->max_lag) * 1000.0 / d->rate_hz;
  if (fabs (ms) >= LEAST_MS)
    found = (MdspLateCopy){ ms, d->window[best] < 0.0 };
  return found;
}
