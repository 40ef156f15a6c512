/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/dynamic_bands.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs */
#include <stdlib.h>
#include <string.h>

#define LOG2_E       1.4426950408889634
#define SHORTEST_MS  1.0 /* of the mean square */
#define MAX_RANGE_DB 24.0
#define MIN_MS       0.1
#define MAX_MS       5000.0
#define LEAST_POWER  1e-30
#define STILL_DB     1e-5 /* a move below this is none */

/* --- design -------------------------------------------------------------------------------------- */

bool
mdsp_dynamic_band_wanted (const MdspEqBandParams *band)
{
  return band->enabled && band->type <= MDSP_EQ_HIGH_SHELF && fabs (band->range_db) > 0.0;
}

/* Share of the way to a new value that one step goes. */
static double
share_of (double ms, double rate_hz)
{
  ms = !(ms > MIN_MS) ? MIN_MS : ms > MAX_MS ? MAX_MS : ms;
  return 1.0 - mdsp_exp2 (-MDSP_EQ_SEGMENT * 1000.0 / (ms * rate_hz) * LOG2_E);
}

/* The detector is not heard: the plain trapezoidal filter will do. With g = tan (pi f / rate), s =
 * (1 - 1/z) / (1 + 1/z) / g in k s, 1 or s^2 over s^2 + k s + 1. */
static void
design_filter (MdspDynamicBandDesign *d, const MdspEqBandParams *band, double rate_hz)
{
  const double top = 0.45 * rate_hz, hz = band->frequency_hz < top ? band->frequency_hz : top;
  const double g = mdsp_tan (MDSP_PI * (hz > 10.0 ? hz : 10.0) / rate_hz);
  const double k =
      band->type == MDSP_EQ_BELL ? 1.0 / (band->q > 0.1 ? band->q : 0.1) : 1.4142135623730951;
  const double scale = 1.0 / (1.0 + g * (g + k));
  const double b = band->type == MDSP_EQ_BELL        ? g * k * scale
                   : band->type == MDSP_EQ_LOW_SHELF ? g * g * scale
                                                     : scale;
  d->b[0] = b;
  d->b[1] = band->type == MDSP_EQ_BELL ? 0.0 : band->type == MDSP_EQ_LOW_SHELF ? 2.0 * b : -2.0 * b;
  d->b[2] = band->type == MDSP_EQ_BELL ? -b : b;
  d->a[0] = 2.0 * (g * g - 1.0) * scale;
  d->a[1] = (1.0 - g * k + g * g) * scale;
}

void
mdsp_dynamic_band_design (MdspDynamicBandDesign *d, const MdspEqBandParams *band, double rate_hz)
{
  memset (d, 0, sizeof *d);
  d->attack = share_of (band->attack_ms, rate_hz);
  d->release = share_of (band->release_ms, rate_hz);
  d->smooth = 1.0;
  d->wanted = mdsp_dynamic_band_wanted (band);
  if (!d->wanted)
    return;
  const double period_ms = 1000.0 / (band->frequency_hz > 10.0 ? band->frequency_hz : 10.0);
  design_filter (d, band, rate_hz);
  d->threshold_db = band->threshold_db;
  d->range_db = band->range_db < -MAX_RANGE_DB  ? -MAX_RANGE_DB
                : band->range_db > MAX_RANGE_DB ? MAX_RANGE_DB
                                                : band->range_db;
  d->smooth = share_of (period_ms > SHORTEST_MS ? period_ms : SHORTEST_MS, rate_hz);
}

/* --- life ---------------------------------------------------------------------------------------- */

MdspStatus
mdsp_dynamic_bands_init (MdspDynamicBands *d, double rate_hz, unsigned n_channels,
                         const MdspKernels *kernels)
{
  memset (d, 0, sizeof *d);
  d->kernels = kernels;
  d->rate_hz = rate_hz;
  d->n_channels = n_channels;
  d->n_pairs = (n_channels + 1) / 2;
  d->pair = calloc (d->n_pairs, sizeof *d->pair);
  d->signals = calloc (2 * MDSP_MAX_BLOCK, sizeof *d->signals);
  d->ahead = calloc (MDSP_MAX_BLOCK / MDSP_EQ_SEGMENT + 1, sizeof *d->ahead);
  if (d->pair == NULL || d->signals == NULL || d->ahead == NULL) {
    mdsp_dynamic_bands_clear (d);
    return MDSP_ERROR_MEMORY;
  }
  d->filtered = d->signals + MDSP_MAX_BLOCK;
  return MDSP_OK;
}

void
mdsp_dynamic_bands_clear (MdspDynamicBands *d)
{
  free (d->pair);
  free (d->signals);
  free (d->ahead);
  memset (d, 0, sizeof *d);
}

void
mdsp_dynamic_bands_reset (MdspDynamicBands *d)
{
  memset (d->pair, 0, d->n_pairs * sizeof *d->pair);
  memset (d->band, 0, sizeof d->band);
  d->n_ahead = d->taken = 0;
}

/* The two lanes of a band: which signal each hears, and by which filter. A lane without one is silent. */
static void
put_lanes (MdspDynamicBands *d, unsigned b, MdspEqChannels channels)
{
  const unsigned group = b / 2;
  for (unsigned c = 0; c < 2; c++) {
    const unsigned lane = b % 2 * 2 + c;
    const bool on = d->design[b].wanted && (channels == MDSP_EQ_STEREO || c == 0);
    d->from[group][lane] = (uint8_t) (channels == MDSP_EQ_STEREO ? c : channels - MDSP_EQ_LEFT);
    for (unsigned i = 0; i < 3; i++)
      d->coef[group].b[i][lane] = on ? d->design[b].b[i] : 0.0;
    for (unsigned i = 0; i < 2; i++)
      d->coef[group].a[i][lane] = on ? d->design[b].a[i] : 0.0;
  }
}

/* A detector that begins to listen has heard nothing. */
static void
empty_lanes (MdspDynamicBands *d, unsigned b)
{
  for (unsigned p = 0; p < d->n_pairs; p++)
    for (unsigned lane = b % 2 * 2; lane < b % 2 * 2 + 2; lane++) {
      MdspDynamicPair *pair = &d->pair[p];
      pair->filter[b / 2][0][0][lane] = pair->filter[b / 2][0][1][lane] = 0.0;
      pair->sums[b / 2][lane] = 0.0;
    }
  d->band[b].heard = d->band[b].power = 0.0;
}

void
mdsp_dynamic_bands_set (MdspDynamicBands *d, const MdspEqBandParams band[MDSP_EQ_BANDS])
{
  memset (d->group_wanted, 0, sizeof d->group_wanted);
  if (!d->active) /* what was heard is long ago */
    d->n_ahead = d->taken = 0;
  d->active = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    const bool before = d->design[b].wanted;
    mdsp_dynamic_band_design (&d->design[b], &band[b], d->rate_hz);
    if (d->design[b].wanted && !before)
      empty_lanes (d, b);
    put_lanes (d, b, band[b].channels);
    d->group_wanted[b / 2] |= d->design[b].wanted;
    d->active |= d->design[b].wanted || d->band[b].move != 0.0;
  }
}

/* --- hearing ------------------------------------------------------------------------------------- */

/* Left, right, mid and side; the first channel twice where there is no second. */
static void
spread (MdspDynamicBands *d, const float *x0, const float *x1, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const double left = x0[i], right = x1[i];
    d->signals[i][0] = left;
    d->signals[i][1] = right;
    d->signals[i][2] = 0.5 * (left + right);
    d->signals[i][3] = 0.5 * (left - right);
  }
}

/* Frames of one segment through the detectors of a pair. */
static void
filter_piece (MdspDynamicBands *d, MdspDynamicPair *pair, size_t at, size_t n)
{
  for (unsigned g = 0; g < MDSP_DYNAMIC_GROUPS; g++)
    if (d->group_wanted[g])
      d->kernels->biquad_lanes_f64 (&d->coef[g], pair->filter[g], 1, d->filtered[at],
                                    d->signals[at], d->from[g], n, pair->sums[g]);
}

/* A pair's segment is complete. */
static void
close_segment (MdspDynamicPair *pair, double heard[MDSP_EQ_BANDS])
{
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++)
    for (unsigned c = 0; c < 2; c++) {
      const double sum = pair->sums[b / 2][b % 2 * 2 + c];
      heard[b] = sum > heard[b] ? sum : heard[b];
    }
  memset (pair->sums, 0, sizeof pair->sums);
}

static void
take_heard (MdspDynamicBands *d)
{
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++)
    d->band[b].heard = d->ahead[d->taken][b];
  d->taken++;
}

void
mdsp_dynamic_bands_hear (MdspDynamicBands *d, const float *const planes[], unsigned phase, size_t n)
{
  if (d->taken < d->n_ahead)
    take_heard (d);
  d->taken = 0;
  d->at_start = phase == 0;
  d->n_ahead = (unsigned) ((phase + n) / MDSP_EQ_SEGMENT);
  memset (d->ahead, 0, d->n_ahead * sizeof *d->ahead);
  for (unsigned p = 0; p < d->n_pairs; p++) {
    const bool two = 2 * p + 1 < d->n_channels;
    unsigned segment = 0;
    spread (d, planes[2 * p], planes[two ? 2 * p + 1 : 2 * p], n);
    for (size_t at = 0, piece = MDSP_EQ_SEGMENT - phase; at < n; piece = MDSP_EQ_SEGMENT) {
      const size_t take = piece < n - at ? piece : n - at;
      filter_piece (d, &d->pair[p], at, take);
      if (take == piece)
        close_segment (&d->pair[p], d->ahead[segment++]);
      at += take;
    }
  }
}

/* --- moving -------------------------------------------------------------------------------------- */

static double
step_band (MdspDynamicBand *s, const MdspDynamicBandDesign *d)
{
  double wanted = 0.0;
  s->power += d->smooth * (s->heard * (2.0 / MDSP_EQ_SEGMENT) - s->power);
  if (s->power < LEAST_POWER)
    s->power = 0.0;
  if (s->power > 0.0 && d->wanted) {
    const double over = mdsp_db_from_power (s->power) - d->threshold_db;
    wanted = over > 0.0 ? d->range_db * over / (over + fabs (d->range_db)) : 0.0;
  }
  s->move += (fabs (wanted) > fabs (s->move) ? d->attack : d->release) * (wanted - s->move);
  if (wanted == 0.0 && fabs (s->move) < STILL_DB)
    s->move = 0.0;
  if (fabs (s->move) > fabs (s->largest_move_db))
    s->largest_move_db = s->move;
  return s->move;
}

/* The node at the start of a block belongs to what the last block has heard; each further one to the
 * next segment of this block. */
void
mdsp_dynamic_bands_step (MdspDynamicBands *d, double move_db[MDSP_EQ_BANDS])
{
  if (!d->at_start)
    take_heard (d);
  d->at_start = false;
  d->active = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    MdspDynamicBand *band = &d->band[b];
    move_db[b] = d->design[b].wanted || band->move != 0.0 ? step_band (band, &d->design[b]) : 0.0;
    d->active |= d->design[b].wanted || band->move != 0.0;
  }
}

void
mdsp_dynamic_bands_take (MdspDynamicBands *d, double move_db[MDSP_EQ_BANDS])
{
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    move_db[b] = d->band[b].largest_move_db;
    d->band[b].largest_move_db = 0.0;
  }
}
