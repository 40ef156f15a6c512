/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/dynamic_band.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs */
#include <string.h>

#define LOG2_E       1.4426950408889634
#define SHORTEST_MS  1.0 /* of the mean square */
#define MAX_RANGE_DB 24.0
#define MIN_MS       0.1
#define MAX_MS       5000.0
#define LEAST_POWER  1e-30
#define STILL_DB     1e-5 /* a move below this is none */

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

/* The detector is not heard: the plain trapezoidal filter will do. */
static void
design_filter (MdspCascadeSection *f, const MdspEqBandParams *band, double rate_hz)
{
  double top = 0.45 * rate_hz, hz = band->frequency_hz < top ? band->frequency_hz : top;
  double g = mdsp_tan (MDSP_PI * (hz > 10.0 ? hz : 10.0) / rate_hz);
  double k =
      band->type == MDSP_EQ_BELL ? 1.0 / (band->q > 0.1 ? band->q : 0.1) : 1.4142135623730951;
  double d = 1.0 + g * (g + k);
  MdspSection s = { .t0 = 2.0 / d, .t1 = 2.0 * g / d, .g = g };
  if (band->type == MDSP_EQ_BELL) { /* k v1 */
    s.m1 = 0.5 * k;
  } else if (band->type == MDSP_EQ_LOW_SHELF) { /* v2 */
    s.m1 = 0.5 * g;
    s.m2 = 1.0;
  } else { /* x - k v1 - v2 */
    s.m0 = 1.0;
    s.m1 = -0.5 * (k + g);
    s.m2 = -1.0;
  }
  for (unsigned c = 0; c < 2; c++) {
    f->t0[c] = s.t0;
    f->t1[c] = s.t1;
    f->g[c] = s.g;
    f->m0[c] = s.m0;
    f->m1[c] = s.m1;
    f->m2[c] = s.m2;
  }
}

void
mdsp_dynamic_band_design (MdspDynamicBandDesign *d, const MdspEqBandParams *band, double rate_hz)
{
  memset (d, 0, sizeof *d);
  d->attack = share_of (band->attack_ms, rate_hz);
  d->release = share_of (band->release_ms, rate_hz);
  d->smooth = 1.0;
  if (!mdsp_dynamic_band_wanted (band))
    return;
  double period_ms = 1000.0 / (band->frequency_hz > 10.0 ? band->frequency_hz : 10.0);
  design_filter (&d->filter, band, rate_hz);
  d->threshold_db = band->threshold_db;
  d->range_db = band->range_db < -MAX_RANGE_DB  ? -MAX_RANGE_DB
                : band->range_db > MAX_RANGE_DB ? MAX_RANGE_DB
                                                : band->range_db;
  d->smooth = share_of (period_ms > SHORTEST_MS ? period_ms : SHORTEST_MS, rate_hz);
}

void
mdsp_dynamic_band_reset (MdspDynamicBand *s)
{
  memset (s, 0, sizeof *s);
}

void
mdsp_dynamic_band_feed (MdspDynamicBand *s, unsigned pair, const double (*filtered)[2], size_t n)
{
  double a = s->sums[2 * pair], b = s->sums[2 * pair + 1];
  for (size_t i = 0; i < n; i++) {
    a += filtered[i][0] * filtered[i][0];
    b += filtered[i][1] * filtered[i][1];
  }
  s->sums[2 * pair] = a;
  s->sums[2 * pair + 1] = b;
}

double
mdsp_dynamic_band_step (MdspDynamicBand *s, const MdspDynamicBandDesign *d, unsigned n_channels)
{
  double loudest = 0.0, wanted = 0.0;
  for (unsigned c = 0; c < n_channels; c++)
    loudest = s->sums[c] > loudest ? s->sums[c] : loudest;
  memset (s->sums, 0, n_channels * sizeof s->sums[0]);
  s->power += d->smooth * (loudest * (2.0 / MDSP_EQ_SEGMENT) - s->power);
  if (s->power < LEAST_POWER)
    s->power = 0.0;
  if (s->power > 0.0 && d->range_db != 0.0) {
    const double over = mdsp_db_from_power (s->power) - d->threshold_db;
    wanted = over > 0.0 ? d->range_db * over / (over + fabs (d->range_db)) : 0.0;
  }
  s->move += (fabs (wanted) > fabs (s->move) ? d->attack : d->release) * (wanted - s->move);
  if (wanted == 0.0 && fabs (s->move) < STILL_DB)
    s->move = 0.0;
  return s->move;
}
