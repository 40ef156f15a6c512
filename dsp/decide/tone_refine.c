/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decide/tone_refine.h"
#include "decide/tone_response.h"
#include "kernels/dmath.h"

#include <math.h> /* sqrt */
#include <string.h>

#define BANDS           MDSP_SPECTRUM_BANDS
#define OVER_CAP_WEIGHT 100.0
/* No bell is narrower (f0 / Q) than this: about four bins of the spectrum's frames of 1/4 to 1/2 s.
 * What is not known cannot be fitted. */
#define LEAST_WIDTH_HZ 10.0
#define MAX_STEPS      60
#define FIRST_DAMPING  0.01
#define LAST_DAMPING   1e4
#define LEAST_STEP     1e-4 /* of the cost: then it has arrived */

/* What of a band moves: dB, octaves and octaves of Q; a step of one is about as large in each. */
typedef enum { GAIN, FREQUENCY, Q, KINDS } Kind;
#define PARAMETERS (KINDS * MDSP_EQ_BANDS)

/* The normal equations A x = b; of A the lower half. */
typedef struct {
  double a[PARAMETERS][PARAMETERS], b[PARAMETERS];
  unsigned n;
} Equations;

static double
clamp (double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

void
mdsp_tone_total (const MdspToneBands *s, double total_db[BANDS])
{
  for (unsigned b = 0; b < BANDS; b++) {
    total_db[b] = 0.0;
    for (unsigned i = 0; i < s->n; i++)
      total_db[b] += s->band[i].response_db[b];
  }
}

double
mdsp_tone_dot (const MdspToneBands *s, const double a[BANDS], const double b[BANDS])
{
  double sum = 0.0;
  for (unsigned i = 0; i < BANDS; i++)
    sum += s->params->weight[i] * a[i] * b[i];
  return sum;
}

void
mdsp_tone_remove_level (const MdspToneBands *s, double curve[BANDS])
{
  double sum = 0.0;
  if (!s->params->free_level)
    return;
  for (unsigned b = 0; b < BANDS; b++)
    sum += s->params->weight[b] * curve[b];
  for (unsigned b = 0; b < BANDS; b++)
    curve[b] -= sum / s->weight_sum;
}

void
mdsp_tone_residual (const MdspToneBands *s, const double total_db[BANDS], double residual_db[BANDS])
{
  for (unsigned b = 0; b < BANDS; b++)
    residual_db[b] = s->params->wanted_db[b] - total_db[b];
  mdsp_tone_remove_level (s, residual_db);
}

static double
over_cap (const MdspToneBands *s, double total_db)
{
  return total_db - clamp (total_db, -s->params->max_gain_db, s->params->max_gain_db);
}

double
mdsp_tone_error (const MdspToneBands *s, const double total_db[BANDS])
{
  double r[BANDS];
  mdsp_tone_residual (s, total_db, r);
  double sum = mdsp_tone_dot (s, r, r);
  for (unsigned b = 0; b < BANDS; b++)
    sum += OVER_CAP_WEIGHT * over_cap (s, total_db[b]) * over_cap (s, total_db[b]);
  return sum;
}

double
mdsp_tone_cost (const MdspToneBands *s)
{
  double total[BANDS];
  mdsp_tone_total (s, total);
  double sum = mdsp_tone_error (s, total);
  for (unsigned i = 0; i < s->n; i++)
    sum += MDSP_TONE_RIDGE * s->band[i].eq.gain_db * s->band[i].eq.gain_db;
  return sum;
}

static void
move (MdspEqBandParams *eq, Kind kind, double by)
{
  if (kind == GAIN)
    eq->gain_db += by;
  else if (kind == FREQUENCY)
    eq->frequency_hz *= mdsp_exp2 (by);
  else
    eq->q *= mdsp_exp2 (by);
}

/* Response per unit of each parameter, by a small difference; shelves have no Q. */
static void
jacobian (const MdspToneBands *s, double j[PARAMETERS][BANDS])
{
  static const double little[KINDS] = { 0.01, 1e-3, 1e-3 };
  for (unsigned i = 0; i < s->n; i++)
    for (unsigned k = 0; k < KINDS; k++) {
      double *row = j[i * KINDS + k];
      MdspEqBandParams eq = s->band[i].eq;
      move (&eq, k, little[k]);
      mdsp_tone_band_response (&eq, s->params->rate_hz, row);
      for (unsigned b = 0; b < BANDS; b++)
        row[b] = (row[b] - s->band[i].response_db[b]) / little[k];
    }
}

/* What pulls back the part of the response that is over the cap. */
static void
add_cap (Equations *e, const MdspToneBands *s, double j[PARAMETERS][BANDS],
         const double total_db[BANDS])
{
  for (unsigned b = 0; b < BANDS; b++) {
    const double over = over_cap (s, total_db[b]);
    for (unsigned i = 0; over != 0.0 && i < e->n; i++) {
      e->b[i] -= OVER_CAP_WEIGHT * j[i][b] * over;
      for (unsigned k = 0; k <= i; k++)
        e->a[i][k] += OVER_CAP_WEIGHT * j[i][b] * j[k][b];
    }
  }
}

static void
make_equations (Equations *e, const MdspToneBands *s)
{
  double j[PARAMETERS][BANDS], total[BANDS], r[BANDS];
  memset (e, 0, sizeof *e);
  e->n = s->n * KINDS;
  jacobian (s, j);
  mdsp_tone_total (s, total);
  mdsp_tone_residual (s, total, r);
  add_cap (e, s, j, total);
  for (unsigned i = 0; i < e->n; i++)
    mdsp_tone_remove_level (s, j[i]);
  for (unsigned i = 0; i < e->n; i++) {
    for (unsigned k = 0; k <= i; k++)
      e->a[i][k] += mdsp_tone_dot (s, j[i], j[k]);
    e->b[i] += mdsp_tone_dot (s, j[i], r);
    if (i % KINDS == GAIN) {
      e->a[i][i] += MDSP_TONE_RIDGE;
      e->b[i] -= MDSP_TONE_RIDGE * s->band[i / KINDS].eq.gain_db;
    }
  }
}

/* x of (A + damping) x = b, by Cholesky's decomposition in place; A is positive definite with it. */
static void
solve (Equations e, double damping, double x[PARAMETERS])
{
  memcpy (x, e.b, sizeof e.b);
  for (unsigned i = 0; i < e.n; i++) {
    e.a[i][i] += damping * (e.a[i][i] + 0.01); /* what moves nothing must not be stepped far */
    for (unsigned k = 0; k <= i; k++) {
      double sum = e.a[i][k];
      for (unsigned m = 0; m < k; m++)
        sum -= e.a[i][m] * e.a[k][m];
      e.a[i][k] = k < i ? sum / e.a[k][k] : sqrt (sum > 1e-12 ? sum : 1e-12);
    }
    for (unsigned k = 0; k < i; k++)
      x[i] -= e.a[i][k] * x[k];
    x[i] /= e.a[i][i];
  }
  for (unsigned i = e.n; i-- > 0;) {
    for (unsigned k = i + 1; k < e.n; k++)
      x[i] -= e.a[k][i] * x[k];
    x[i] /= e.a[i][i];
  }
}

double
mdsp_tone_most_q (double frequency_hz, double max_q)
{
  return clamp (frequency_hz / LEAST_WIDTH_HZ, MDSP_TONE_MIN_Q, max_q);
}

/* After a step, inside the limits. */
static void
step (MdspToneBands *s, const double x[PARAMETERS])
{
  for (unsigned i = 0; i < s->n; i++) {
    MdspToneBand *band = &s->band[i];
    for (unsigned k = 0; k < KINDS; k++)
      move (&band->eq, k, x[i * KINDS + k]);
    band->eq.gain_db = clamp (band->eq.gain_db, band->min_gain_db, band->max_gain_db);
    band->eq.frequency_hz = clamp (band->eq.frequency_hz, band->min_hz, band->max_hz);
    band->eq.q = clamp (band->eq.q, MDSP_TONE_MIN_Q,
                        mdsp_tone_most_q (band->eq.frequency_hz, s->params->max_q));
    mdsp_tone_band_response (&band->eq, s->params->rate_hz, band->response_db);
  }
}

void
mdsp_tone_refine (MdspToneBands *s)
{
  Equations equations;
  double now = mdsp_tone_cost (s), damping = FIRST_DAMPING;
  bool moved = true;
  for (unsigned tries = 0; tries < MAX_STEPS && damping < LAST_DAMPING; tries++) {
    double x[PARAMETERS];
    if (moved)
      make_equations (&equations, s);
    solve (equations, damping, x);
    MdspToneBands trial = *s;
    step (&trial, x);
    const double then = mdsp_tone_cost (&trial);
    moved = then < now;
    damping *= moved ? 0.3 : 4.0;
    if (!moved)
      continue;
    *s = trial;
    if (then > now * (1.0 - LEAST_STEP))
      return;
    now = then;
  }
}
