/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/decimator.h"
#include "kernels/dmath.h"

#include <stddef.h>
#include <string.h>

#define TAPS MDSP_DECIMATOR_TAPS

static double
cosine (double turns)
{
  double s, c;
  mdsp_sincos (2.0 * MDSP_PI * turns, &s, &c);
  return c;
}

/* Tap i of n: the corner in the middle between 0 and the lower rate. */
static double
tap (unsigned i, unsigned n, unsigned step)
{
  const double u = (i + 0.5) / n, t = (i + 0.5 - 0.5 * n) / step; /* never 0 */
  const double window =
      0.35875 - 0.48829 * cosine (u) + 0.14128 * cosine (2.0 * u) - 0.01168 * cosine (3.0 * u);
  double s, c;
  mdsp_sincos (MDSP_PI * t, &s, &c);
  return window * s / (MDSP_PI * t);
}

void
mdsp_decimator_init (MdspDecimator *d, unsigned step, const MdspKernels *kernels)
{
  const unsigned n = TAPS * step;
  double sum = 0.0;
  memset (d, 0, sizeof *d);
  d->kernels = kernels;
  d->step = step;
  for (unsigned i = 0; i < n; i++)
    sum += tap (i, n, step);
  for (unsigned i = 0; i < n; i++)
    d->taps[i % step * TAPS + i / step] = (float) (tap (i, n, step) / sum);
}

void
mdsp_decimator_reset (MdspDecimator *d)
{
  memset (d->rows, 0, sizeof d->rows);
  d->n_waiting = 0;
}

/* With x split into its phases x_p[j] = x[step j + p], y[j] = sum_p sum_i taps_p[i] x_p[j - TAPS + 1 + i]. */
static void
filter (MdspDecimator *d, unsigned channel, float *out, size_t n)
{
  const unsigned step = d->step;
  const size_t length = MDSP_MAX_BLOCK / step + MDSP_DECIMATOR_SPARE;
  float *row[MDSP_DECIMATOR_MAX_STEP] = { NULL }, *end[MDSP_DECIMATOR_MAX_STEP] = { NULL };
  float part[MDSP_MAX_BLOCK + 1 + MDSP_PAD];
  for (unsigned p = 0; p < step; p++) {
    row[p] = d->rows[channel] + p * length;
    end[p] = row[p] + TAPS - 1;
  }
  d->kernels->deinterleave_f32 (end, d->waiting[channel], step, n);
  d->kernels->lag_products_f32 (out, d->taps, TAPS, row[0], n);
  for (unsigned p = 1; p < step; p++) {
    d->kernels->lag_products_f32 (part, d->taps + p * TAPS, TAPS, row[p], n);
    d->kernels->add_f32 (out, part, n);
  }
  for (unsigned p = 0; p < step; p++)
    memmove (row[p], row[p] + n, (TAPS - 1) * sizeof (float));
}

size_t
mdsp_decimator_process (MdspDecimator *d, const float *const planes[2], size_t n_frames,
                        float *const out[2])
{
  const size_t filled = d->n_waiting + n_frames, n = filled / d->step, left = filled % d->step;
  for (unsigned c = 0; c < 2; c++) {
    if (d->step == 1) {
      memcpy (out[c], planes[c], n_frames * sizeof (float));
      continue;
    }
    memcpy (d->waiting[c] + d->n_waiting, planes[c], n_frames * sizeof (float));
    if (n > 0)
      filter (d, c, out[c], n);
    memmove (d->waiting[c], d->waiting[c] + n * d->step, left * sizeof (float));
  }
  d->n_waiting = (unsigned) left;
  return n;
}

double
mdsp_decimator_power (const MdspDecimator *d, double f_over_fs)
{
  double re = 0.0, im = 0.0, s, c;
  for (unsigned i = 0; i < TAPS * d->step && d->step > 1; i++) {
    const double h = d->taps[i % d->step * TAPS + i / d->step];
    mdsp_sincos (2.0 * MDSP_PI * f_over_fs * i, &s, &c);
    re += h * c;
    im -= h * s;
  }
  return d->step > 1 ? re * re + im * im : 1.0;
}
