/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decide/tone_fit.h"
#include "decide/tone_refine.h"
#include "decide/tone_response.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, floor, rint, sqrt */
#include <string.h>

#define BANDS MDSP_SPECTRUM_BANDS

/* Where bands may be. */
#define BELL_MIN_HZ       40.0
#define BELL_MAX_HZ       14000.0
#define LOW_SHELF_MIN_HZ  50.0
#define LOW_SHELF_MAX_HZ  500.0
#define HIGH_SHELF_MIN_HZ 1500.0
#define HIGH_SHELF_MAX_HZ 12000.0
#define MAX_OF_RATE       0.4 /* corner frequencies stay below this share of the rate */

/* The grid on which bands are chosen. */
#define GRID_STEPS_PER_OCTAVE 4.0
#define GRID_MAX              288
#define GRID_GAIN_DB          3.0 /* responses are nearly straight in the gain: taken here, per dB */

#define ROAM           1.4142135623730951 /* half an octave */
#define GOOD_ENOUGH_DB 0.1                /* RMS of what is left */
#define MAX_EXCHANGES  (4 * MDSP_EQ_BANDS)
#define LEAST_EXCHANGE 0.005 /* of the cost */

typedef struct {
  MdspEqBandParams eq[GRID_MAX];
  double shape[GRID_MAX][BANDS]; /* response per dB of gain */
  unsigned n;
} Grid;

static void
frequency_limits (MdspEqType type, double rate_hz, double *min_hz, double *max_hz)
{
  const bool bell = type == MDSP_EQ_BELL, low = type == MDSP_EQ_LOW_SHELF;
  *min_hz = bell ? BELL_MIN_HZ : low ? LOW_SHELF_MIN_HZ : HIGH_SHELF_MIN_HZ;
  *max_hz = bell ? BELL_MAX_HZ : low ? LOW_SHELF_MAX_HZ : HIGH_SHELF_MAX_HZ;
  if (*max_hz > MAX_OF_RATE * rate_hz)
    *max_hz = MAX_OF_RATE * rate_hz;
}

static void
add_candidates (Grid *grid, MdspEqType type, unsigned slope, double q,
                const MdspToneFitParams *params)
{
  const double rate_hz = params->rate_hz;
  double min_hz, max_hz;
  frequency_limits (type, rate_hz, &min_hz, &max_hz);
  for (unsigned i = 0; grid->n < GRID_MAX; i++) {
    MdspEqBandParams *eq = &grid->eq[grid->n];
    double *shape = grid->shape[grid->n];
    mdsp_eq_band_params_init (eq);
    eq->enabled = true;
    eq->type = type;
    eq->slope = slope;
    eq->q = q;
    eq->gain_db = GRID_GAIN_DB;
    eq->frequency_hz = min_hz * mdsp_exp2 (i / GRID_STEPS_PER_OCTAVE);
    if (eq->frequency_hz > max_hz)
      return;
    if (type == MDSP_EQ_BELL && q > mdsp_tone_most_q (eq->frequency_hz, params->max_q))
      continue;
    mdsp_tone_band_response (eq, rate_hz, shape);
    for (unsigned b = 0; b < BANDS; b++)
      shape[b] /= GRID_GAIN_DB;
    grid->n++;
  }
}

static void
make_grid (Grid *grid, const MdspToneFitParams *params)
{
  static const double qs[] = { MDSP_TONE_MIN_Q, 0.8, 1.2, 2.0, 3.5, 6.0 };
  grid->n = 0;
  for (unsigned slope = 6; slope <= 12; slope += 6) {
    add_candidates (grid, MDSP_EQ_LOW_SHELF, slope, 0.7, params);
    add_candidates (grid, MDSP_EQ_HIGH_SHELF, slope, 0.7, params);
  }
  for (unsigned i = 0; i < sizeof qs / sizeof *qs; i++)
    add_candidates (grid, MDSP_EQ_BELL, 12, qs[i], params);
}

/* What a band that begins as this candidate may become. */
static void
set_limits (MdspToneBand *band, const MdspToneBands *s, const double shape[BANDS])
{
  const MdspToneFitParams *p = s->params;
  band->max_gain_db = p->max_gain_db;
  band->min_gain_db = -p->max_gain_db;
  frequency_limits (band->eq.type, p->rate_hz, &band->min_hz, &band->max_hz);
  if (!p->one_way)
    return;
  double wanted[BANDS];
  memcpy (wanted, p->wanted_db, sizeof wanted);
  mdsp_tone_remove_level (s, wanted);
  if (mdsp_tone_dot (s, shape, wanted) > 0.0)
    band->min_gain_db = 0.0;
  else
    band->max_gain_db = 0.0;
  /* further away the other direction may be wanted */
  if (band->min_hz < band->eq.frequency_hz / ROAM)
    band->min_hz = band->eq.frequency_hz / ROAM;
  if (band->max_hz > band->eq.frequency_hz * ROAM)
    band->max_hz = band->eq.frequency_hz * ROAM;
}

/* The gain at which a candidate would be best if there were no cap on the whole. */
static double
best_gain (const MdspToneBands *s, const MdspToneBand *limits, const double shape[BANDS],
           const double residual[BANDS])
{
  double own[BANDS];
  memcpy (own, shape, sizeof own);
  mdsp_tone_remove_level (s, own);
  const double gain =
      mdsp_tone_dot (s, own, residual) / (mdsp_tone_dot (s, own, own) + MDSP_TONE_RIDGE);
  return gain < limits->min_gain_db   ? limits->min_gain_db
         : gain > limits->max_gain_db ? limits->max_gain_db
                                      : gain;
}

/* Two of a kind within an octave would be one sharp band made of broad ones. */
static bool
are_too_near (const MdspEqBandParams *a, const MdspEqBandParams *b)
{
  const double ratio = a->frequency_hz / b->frequency_hz;
  return a->type == b->type && ratio < 2.0 && ratio > 0.5;
}

static bool
is_too_near (const MdspToneBands *s, const MdspEqBandParams *eq)
{
  for (unsigned i = 0; s->params->one_way && i < s->n; i++)
    if (are_too_near (eq, &s->band[i].eq))
      return true;
  return false;
}

/* The candidate that takes most off the cost. */
static bool
add_best (MdspToneBands *s, const Grid *grid)
{
  MdspToneBand *next = &s->band[s->n];
  double total[BANDS], residual[BANDS];
  mdsp_tone_total (s, total);
  mdsp_tone_residual (s, total, residual);
  double best = mdsp_tone_error (s, total);
  bool found = false;
  for (unsigned i = 0; i < grid->n; i++) {
    MdspToneBand band = { .eq = grid->eq[i] };
    if (is_too_near (s, &band.eq))
      continue;
    set_limits (&band, s, grid->shape[i]);
    band.eq.gain_db = best_gain (s, &band, grid->shape[i], residual);
    for (unsigned half = 0; half < 3; half++, band.eq.gain_db *= 0.5) {
      double sum[BANDS];
      for (unsigned b = 0; b < BANDS; b++)
        sum[b] = total[b] + band.eq.gain_db * grid->shape[i][b];
      const double error =
          mdsp_tone_error (s, sum) + MDSP_TONE_RIDGE * band.eq.gain_db * band.eq.gain_db;
      if (error < best) {
        best = error;
        *next = band;
        found = true;
      }
    }
  }
  if (found) {
    mdsp_tone_band_response (&next->eq, s->params->rate_hz, next->response_db);
    s->n++;
  }
  return found;
}

static void
drop (MdspToneBands *s, unsigned at)
{
  s->n--;
  memmove (&s->band[at], &s->band[at + 1], (s->n - at) * sizeof *s->band);
}

static double
rms (const MdspToneBands *s)
{
  double total[BANDS], r[BANDS];
  mdsp_tone_total (s, total);
  mdsp_tone_residual (s, total, r);
  return sqrt (mdsp_tone_dot (s, r, r) / s->weight_sum);
}

static void
choose (MdspToneBands *s, const Grid *grid)
{
  double now = mdsp_tone_cost (s);
  while (s->n < s->params->max_bands && rms (s) > GOOD_ENOUGH_DB) {
    MdspToneBands trial = *s;
    if (!add_best (&trial, grid))
      return;
    mdsp_tone_refine (&trial);
    const double then = mdsp_tone_cost (&trial);
    if (!(then < now * (1.0 - s->params->least_saving)))
      return;
    *s = trial;
    now = then;
  }
}

/* The oldest band is taken back and chosen again: kept when that is better, else it becomes the
 * newest; until every one had its turn. */
static void
exchange (MdspToneBands *s, const Grid *grid)
{
  double now = mdsp_tone_cost (s);
  for (unsigned tries = 0, since = 0; tries < MAX_EXCHANGES && since < s->n; tries++) {
    const MdspToneBand oldest = s->band[0];
    drop (s, 0);
    MdspToneBands trial = *s;
    if (add_best (&trial, grid))
      mdsp_tone_refine (&trial);
    const double then = mdsp_tone_cost (&trial);
    if (then < now * (1.0 - LEAST_EXCHANGE)) {
      *s = trial;
      now = then;
      since = 0;
    } else {
      s->band[s->n++] = oldest;
      since++;
    }
  }
}

/* Bands that are not heard only cost phase. */
static void
drop_small (MdspToneBands *s)
{
  const unsigned n = s->n;
  for (unsigned i = n; i-- > 0;)
    if (fabs (s->band[i].eq.gain_db) < MDSP_TONE_LEAST_MOVE_DB)
      drop (s, i);
  if (s->n < n)
    mdsp_tone_refine (s);
}

/* The smaller one of two that are too near each other; n when there are no such two. */
static unsigned
find_crowded (const MdspToneBands *s)
{
  for (unsigned i = 0; i < s->n; i++)
    for (unsigned k = 0; k < i; k++)
      if (are_too_near (&s->band[i].eq, &s->band[k].eq))
        return fabs (s->band[i].eq.gain_db) < fabs (s->band[k].eq.gain_db) ? i : k;
  return s->n;
}

/* Refining moves bands toward each other: one of them can do it. */
static void
drop_crowded (MdspToneBands *s)
{
  for (unsigned at = find_crowded (s); s->params->one_way && at < s->n; at = find_crowded (s)) {
    drop (s, at);
    mdsp_tone_refine (s);
  }
}

/* The cost keeps the whole near the cap; this keeps it under, in every third octave. */
static void
keep_under_cap (MdspToneBands *s)
{
  double total[BANDS], most = 0.0;
  mdsp_tone_total (s, total);
  for (unsigned b = 0; b < BANDS; b++)
    most = fabs (total[b]) > most ? fabs (total[b]) : most;
  for (unsigned i = 0; most > s->params->max_gain_db && i < s->n; i++)
    s->band[i].eq.gain_db *= s->params->max_gain_db / most;
}

/* Numbers that a person would set: 0.01 dB (towards zero, for the cap), three digits of Hz, 0.01. */
static void
round_numbers (MdspEqBandParams *eq)
{
  const double hz = eq->frequency_hz < 100.0 ? 0.1 : eq->frequency_hz < 1000.0 ? 1.0 : 10.0;
  const double gain = floor (fabs (eq->gain_db) * 100.0 + 1e-6) / 100.0;
  eq->gain_db = eq->gain_db < 0.0 ? -gain : gain;
  eq->frequency_hz =
      hz < 1.0 ? rint (eq->frequency_hz * 10.0) / 10.0 : rint (eq->frequency_hz / hz) * hz;
  eq->q = rint (eq->q * 100.0) / 100.0;
}

static void
sort (MdspEqBandParams *band, unsigned n)
{
  for (unsigned i = 1; i < n; i++)
    for (unsigned k = i; k > 0 && band[k].frequency_hz < band[k - 1].frequency_hz; k--) {
      const MdspEqBandParams other = band[k];
      band[k] = band[k - 1];
      band[k - 1] = other;
    }
}

unsigned
mdsp_tone_fit (const MdspToneFitParams *params, MdspEqBandParams band[MDSP_EQ_BANDS])
{
  MdspToneBands s = { .params = params };
  Grid grid;
  for (unsigned b = 0; b < BANDS; b++)
    s.weight_sum += params->weight[b];
  for (unsigned i = 0; i < MDSP_EQ_BANDS; i++)
    mdsp_eq_band_params_init (&band[i]);
  if (!(s.weight_sum > 0.0))
    return 0;
  make_grid (&grid, params);
  choose (&s, &grid);
  exchange (&s, &grid);
  drop_crowded (&s);
  drop_small (&s);
  keep_under_cap (&s);
  for (unsigned i = 0; i < s.n; i++) {
    band[i] = s.band[i].eq;
    round_numbers (&band[i]);
  }
  sort (band, s.n);
  return s.n;
}
