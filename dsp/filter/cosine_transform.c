/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/cosine_transform.h"
#include "kernels/dmath.h"

#include <stdlib.h>
#include <string.h>

MdspStatus
mdsp_cosine_transform_design (MdspCosineTransform *c, unsigned size)
{
  memset (c, 0, sizeof *c);
  if (size < MDSP_COSINE_MIN || size > MDSP_COSINE_MAX || (size & (size - 1)) != 0)
    return MDSP_ERROR_PARAM;
  c->size = size;
  c->cosine = malloc (size / 2 * sizeof *c->cosine);
  c->sine = malloc (size / 2 * sizeof *c->sine);
  c->re = malloc (size / 2 * sizeof *c->re);
  c->im = malloc (size / 2 * sizeof *c->im);
  if (c->cosine == NULL || c->sine == NULL || c->re == NULL || c->im == NULL) {
    mdsp_cosine_transform_clear (c);
    return MDSP_ERROR_MEMORY;
  }
  for (unsigned i = 0; i < size / 2; i++)
    mdsp_sincos (2.0 * MDSP_PI * i / size, &c->sine[i], &c->cosine[i]);
  return MDSP_OK;
}

void
mdsp_cosine_transform_clear (MdspCosineTransform *c)
{
  free (c->cosine);
  free (c->sine);
  free (c->re);
  free (c->im);
  memset (c, 0, sizeof *c);
}

/* Into bit-reversed order: even values of the spectrum as real parts, odd ones as imaginary. */
static void
scatter (MdspCosineTransform *c, const double *a)
{
  const unsigned half = c->size / 2, quarter = c->size / 4;
  for (unsigned m = 0, reversed = 0; m < half; m++) {
    c->re[reversed] = a[m < quarter ? 2 * m : c->size - 2 * m];
    c->im[reversed] = a[m < quarter ? 2 * m + 1 : c->size - 2 * m - 1];
    unsigned bit = half / 2;
    for (; bit > 0 && (reversed & bit) != 0; bit /= 2)
      reversed ^= bit;
    reversed |= bit;
  }
}

/* All butterflies of one stage, 2 `span` apart; twiddles e^{-i pi j / span}. */
static void
stage (MdspCosineTransform *c, unsigned span)
{
  const unsigned half = c->size / 2, step = half / span;
  for (unsigned first = 0; first < half; first += 2 * span)
    for (unsigned j = 0; j < span; j++) {
      const unsigned p = first + j, q = p + span;
      const double wr = c->cosine[j * step], wi = -c->sine[j * step];
      const double r = wr * c->re[q] - wi * c->im[q], i = wr * c->im[q] + wi * c->re[q];
      c->re[q] = c->re[p] - r;
      c->im[q] = c->im[p] - i;
      c->re[p] += r;
      c->im[p] += i;
    }
}

/* With F the transform of even + i odd: E[t] = (F[t] + F*[-t]) / 2, O[t] = (F[t] - F*[-t]) / 2i, and
 * the response is E + e^{-2 pi i t / size} O, which is real for an even spectrum. */
void
mdsp_cosine_transform_run (MdspCosineTransform *c, const double *a, double *response, unsigned n)
{
  const unsigned half = c->size / 2;
  scatter (c, a);
  for (unsigned span = 1; span < half; span *= 2)
    stage (c, span);
  for (unsigned t = 0; t < n; t++) {
    const unsigned mirror = (half - t) % half;
    const double even = c->re[t] + c->re[mirror];
    const double odd_re = c->im[t] + c->im[mirror], odd_im = c->re[mirror] - c->re[t];
    response[t] = 0.5 * (even + c->cosine[t] * odd_re + c->sine[t] * odd_im) / c->size;
  }
}
