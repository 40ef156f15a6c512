/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/linear_phase.h"
#include "filter/prototype.h"
#include "kernels/dmath.h"

#include <math.h> /* sqrt */
#include <stdlib.h>
#include <string.h>

#define GRID_BLOCKS 16  /* of the design's transform: five times the response that is kept */
#define FLAT        0.5 /* of either half of the window */

/* --- life ---------------------------------------------------------------------------------------- */

unsigned
mdsp_linear_phase_block (double rate_hz)
{
  unsigned block = 256;
  while (block < 2048.0 * rate_hz / 50000.0)
    block *= 2;
  return block;
}

/* Flat, then half a cosine that ends in 0 at either end of the taps. */
static void
make_window (float *w, unsigned half)
{
  for (unsigned t = 0; t <= half; t++) {
    const double x = ((double) t / half - FLAT) / (1.0 - FLAT);
    double s = 0.0, c = 1.0;
    if (x > 0.0)
      mdsp_sincos (MDSP_PI * x, &s, &c);
    w[t] = (float) (0.5 + 0.5 * c);
  }
}

MdspStatus
mdsp_linear_phase_init (MdspLinearPhase *l, double rate_hz, const MdspKernels *kernels)
{
  const unsigned block = mdsp_linear_phase_block (rate_hz), half = block * MDSP_LINEAR_PIECES / 2;
  const unsigned bins = block * GRID_BLOCKS / 2 + 1;
  memset (l, 0, sizeof *l);
  MdspStatus status = mdsp_fir_shape_design (&l->shape, kernels, block, MDSP_LINEAR_PIECES);
  if (status == MDSP_OK)
    status = mdsp_cosine_transform_design (&l->transform, block * GRID_BLOCKS);
  l->rate_hz = rate_hz;
  l->magnitude = malloc (MDSP_FIR_ROUTES * (size_t) bins * sizeof (double));
  l->response = malloc ((half + 1) * sizeof (double));
  l->taps = malloc (2 * (size_t) half * sizeof (float));
  l->window = malloc ((half + 1) * sizeof (float));
  if (status == MDSP_OK && l->magnitude != NULL && l->response != NULL && l->taps != NULL &&
      l->window != NULL) {
    make_window (l->window, half);
    return MDSP_OK;
  }
  mdsp_linear_phase_clear (l);
  return status == MDSP_OK ? MDSP_ERROR_MEMORY : status;
}

void
mdsp_linear_phase_clear (MdspLinearPhase *l)
{
  mdsp_fir_shape_clear (&l->shape);
  mdsp_cosine_transform_clear (&l->transform);
  free (l->magnitude);
  free (l->response);
  free (l->taps);
  free (l->window);
  memset (l, 0, sizeof *l);
}

/* --- design -------------------------------------------------------------------------------------- */

typedef struct {
  MdspPrototype prototype[MDSP_EQ_BANDS];
  MdspEqChannels channels[MDSP_EQ_BANDS];
  unsigned n;
  bool apart; /* a band is not for all channels ... */
  bool mixed; /* ... but for mid or side */
} Chain;

static void
make_chain (Chain *c, const MdspEqBandParams band[MDSP_EQ_BANDS], double rate_hz)
{
  memset (c, 0, sizeof *c);
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    const MdspEqBandParams legal = mdsp_eq_band_legal (&band[b], rate_hz);
    if (mdsp_eq_band_is_flat (&legal))
      continue;
    mdsp_prototype_design (&c->prototype[c->n], &legal);
    c->channels[c->n++] = legal.channels;
    c->apart |= legal.channels != MDSP_EQ_STEREO;
    c->mixed |= legal.channels == MDSP_EQ_MID || legal.channels == MDSP_EQ_SIDE;
  }
}

/* m = band * m, m from left, right (columns) to left, right (rows). */
static void
apply_band (double m[2][2], MdspEqChannels channels, double h)
{
  const double a = 0.5 * (h + 1.0), b = channels == MDSP_EQ_MID ? 0.5 * (h - 1.0) : 0.5 * (1.0 - h);
  for (unsigned in = 0; in < 2; in++) {
    const double left = m[0][in], right = m[1][in];
    switch (channels) {
      case MDSP_EQ_STEREO:
        m[0][in] = h * left;
        m[1][in] = h * right;
        break;
      case MDSP_EQ_LEFT:
        m[0][in] = h * left;
        break;
      case MDSP_EQ_RIGHT:
        m[1][in] = h * right;
        break;
      case MDSP_EQ_MID:
      case MDSP_EQ_SIDE:
        m[0][in] = a * left + b * right;
        m[1][in] = b * left + a * right;
        break;
    }
  }
}

/* The matrix less the identity, one plane of bins per entry. */
static void
evaluate_matrix (MdspLinearPhase *l, const Chain *c, unsigned bins)
{
  const double hz = l->rate_hz / l->transform.size;
  for (unsigned k = 0; k < bins; k++) {
    double m[2][2] = { { 1.0, 0.0 }, { 0.0, 1.0 } };
    for (unsigned b = 0; b < c->n; b++)
      apply_band (m, c->channels[b],
                  sqrt (mdsp_prototype_power (&c->prototype[b], (k * hz) * (k * hz))));
    for (unsigned route = 0; route < MDSP_FIR_ROUTES; route++)
      l->magnitude[route * (size_t) bins + k] =
          m[route / 2][route % 2] - (route / 2 == route % 2 ? 1.0 : 0.0);
  }
}

static void
evaluate (MdspLinearPhase *l, const Chain *c, unsigned bins)
{
  const double hz = l->rate_hz / l->transform.size;
  for (unsigned k = 0; k < bins; k++) {
    double power = 1.0;
    for (unsigned b = 0; b < c->n; b++)
      power *= mdsp_prototype_power (&c->prototype[b], (k * hz) * (k * hz));
    l->magnitude[k] = sqrt (power) - 1.0;
  }
}

/* The windowed response of a magnitude, its centre in the middle of the taps. */
static void
make_taps (MdspLinearPhase *l, const double *magnitude)
{
  const unsigned half = l->shape.block * MDSP_LINEAR_PIECES / 2;
  mdsp_cosine_transform_run (&l->transform, magnitude, l->response, half + 1);
  l->taps[0] = 0.0f; /* the window's end */
  for (unsigned t = 0; t < half; t++) {
    const float tap = (float) (l->response[t] * (double) l->window[t]);
    l->taps[half + t] = tap;
    l->taps[half - t] = tap;
  }
}

void
mdsp_linear_phase_design (MdspLinearPhase *l, const MdspEqBandParams band[MDSP_EQ_BANDS],
                          MdspFirSet *set)
{
  const unsigned bins = l->transform.size / 2 + 1;
  Chain chain;
  make_chain (&chain, band, l->rate_hz);
  mdsp_fir_set_empty (set);
  if (chain.n == 0)
    return;
  if (!chain.apart) {
    evaluate (l, &chain, bins);
    make_taps (l, l->magnitude);
    mdsp_fir_set_everywhere (set, &l->shape, l->taps);
    return;
  }
  evaluate_matrix (l, &chain, bins);
  for (unsigned route = 0; route < MDSP_FIR_ROUTES; route++) {
    const unsigned out = route / 2, in = route % 2;
    if (out != in && !chain.mixed)
      continue;
    make_taps (l, l->magnitude + route * (size_t) bins);
    mdsp_fir_set_add (set, &l->shape, out, in, l->taps);
  }
}
