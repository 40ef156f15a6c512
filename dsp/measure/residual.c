/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/residual.h"

#include <math.h> /* floor */
#include <string.h>

MdspStatus
mdsp_residual_init (MdspResidual *r, const MdspResidualParams *params)
{
  if (!(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX) ||
      params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS || !(params->cell_ms >= 1.0))
    return MDSP_ERROR_PARAM;
  *r = (MdspResidual){ .params = *params,
                       .frames_per_cell = params->cell_ms * 0.001 * params->rate_hz };
  memset (params->sums, 0, params->n_cells * params->n_channels * sizeof *params->sums);
  return MDSP_OK;
}

void
mdsp_residual_seek (MdspResidual *r, uint64_t frame)
{
  r->next = frame;
}

/* Frames [0, n) of one channel, all in one cell: one after the other, so that the sums do not depend
 * on how the stream is cut. */
static void
add (MdspResidualSums *s, const float *x, size_t stride, const float *y, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double a = x[i * stride], b = y[i];

    s->xx += a * a;
    s->xy += a * b;
    s->yy += b * b;
  }
}

void
mdsp_residual_process (MdspResidual *r, const float *x, const float *const y[], size_t n_frames)
{
  const unsigned channels = r->params.n_channels;

  for (size_t done = 0, n; done < n_frames; done += n, r->next += n) {
    const double cell = floor (((double) r->next + 0.5) / r->frames_per_cell);
    const uint64_t end = (uint64_t) -floor (0.5 - (cell + 1.0) * r->frames_per_cell);

    n = n_frames - done;
    if (!(cell < (double) r->params.n_cells))
      continue;
    if (end > r->next && end - r->next < n)
      n = (size_t) (end - r->next);
    for (unsigned c = 0; c < channels; c++)
      add (&r->params.sums[(size_t) cell * channels + c], x + done * channels + c, channels,
           y[c] + done, n);
  }
}

double
mdsp_residual_gain (const MdspResidualSums *sums, size_t n)
{
  double xx = 0.0, xy = 0.0;

  for (size_t i = 0; i < n; i++) {
    xx += sums[i].xx;
    xy += sums[i].xy;
  }
  return xx > 0.0 ? xy / xx : 1.0;
}

double
mdsp_residual_energy (const MdspResidualSums *s, double gain)
{
  const double e = s->yy - 2.0 * gain * s->xy + gain * gain * s->xx;

  return e > 0.0 ? e : 0.0;
}
