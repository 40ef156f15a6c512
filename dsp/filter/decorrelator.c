/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/decorrelator.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, fabsf, floor */
#include <stdlib.h>
#include <string.h>

#define ALLPASS_GAIN 0.6f
#define HIGHPASS_HZ  250.0
#define STATE_FLOOR  1e-30
#define TINY         0x1p-100f

/* Pairwise incommensurate, so that the echoes do not pile up. */
static const double delay_ms[MDSP_DECORRELATOR_STAGES] = { 3.13, 5.21, 7.93, 11.77 };

MdspStatus
mdsp_decorrelator_init (MdspDecorrelator *d, double rate_hz)
{
  size_t total = 0;
  memset (d, 0, sizeof *d);
  for (unsigned s = 0; s < MDSP_DECORRELATOR_STAGES; s++) {
    d->delay[s] = (unsigned) floor (delay_ms[s] * 0.001 * rate_hz + 0.5);
    if (d->delay[s] < MDSP_GRID)
      d->delay[s] = MDSP_GRID + 7 * s; /* a whole segment fits into each line at any rate */
    total += d->delay[s];
  }
  d->memory = calloc (total, sizeof (float));
  if (d->memory == NULL)
    return MDSP_ERROR_MEMORY;
  d->line[0] = d->memory;
  for (unsigned s = 1; s < MDSP_DECORRELATOR_STAGES; s++)
    d->line[s] = d->line[s - 1] + d->delay[s - 1];
  d->share = 1.0 - mdsp_exp2 (-2.0 * MDSP_PI * HIGHPASS_HZ / rate_hz * 1.4426950408889634);
  return MDSP_OK;
}

void
mdsp_decorrelator_reset (MdspDecorrelator *d)
{
  size_t total = 0;
  for (unsigned s = 0; s < MDSP_DECORRELATOR_STAGES; s++) {
    total += d->delay[s];
    d->at[s] = 0;
  }
  memset (d->memory, 0, total * sizeof (float));
  d->low[0] = d->low[1] = 0.0;
}

void
mdsp_decorrelator_clear (MdspDecorrelator *d)
{
  free (d->memory);
  memset (d, 0, sizeof *d);
}

/* Two first-order high-passes: what two low-passes in a row leave over, each of the other's rest. */
static void
highpass (MdspDecorrelator *d, float *dst, const float *src, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    d->low[0] += d->share * (src[i] - d->low[0]);
    const double once = src[i] - d->low[0];
    d->low[1] += d->share * (once - d->low[1]);
    const float y = (float) (once - d->low[1]);
    dst[i] = fabsf (y) < TINY ? 0.0f : y;
    for (unsigned k = 0; k < 2; k++)
      d->low[k] = fabs (d->low[k]) < STATE_FLOOR ? 0.0 : d->low[k];
  }
}

/* v = x + g v', y = v' - g v, v' the delay ago: n fits in the line, so no sample waits for another. */
static void
allpass (float *line, float *x, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float old = line[i];
    float v = x[i] + ALLPASS_GAIN * old;
    v = fabsf (v) < TINY ? 0.0f : v;
    x[i] = old - ALLPASS_GAIN * v;
    line[i] = v;
  }
}

void
mdsp_decorrelator_process (MdspDecorrelator *d, float *dst, const float *src, size_t n_frames)
{
  highpass (d, dst, src, n_frames);
  for (unsigned s = 0; s < MDSP_DECORRELATOR_STAGES; s++)
    for (size_t done = 0; done < n_frames;) {
      const size_t left = d->delay[s] - d->at[s];
      const size_t n = n_frames - done < left ? n_frames - done : left;
      allpass (d->line[s] + d->at[s], dst + done, n);
      d->at[s] = (unsigned) (d->at[s] + n) % d->delay[s];
      done += n;
    }
}
