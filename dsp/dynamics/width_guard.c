/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/width_guard.h"

#include <math.h> /* fabs, sqrt */
#include <stdlib.h>
#include <string.h>

#define N_LANES 8 /* sums and minima side by side: one order on every machine */

static size_t
memory_size (const MdspWidthGuard *g)
{
  return (3 * (size_t) g->params.span + 2 * (size_t) g->n_ratios) * sizeof (double);
}

MdspStatus
mdsp_width_guard_init (MdspWidthGuard *g, const MdspWidthGuardParams *params)
{
  memset (g, 0, sizeof *g);
  g->params = *params;
  g->n_ratios = params->looks_ahead ? params->span + params->box : 0;
  g->memory = malloc (memory_size (g));
  if (g->memory == NULL)
    return MDSP_ERROR_MEMORY;
  g->power[0] = g->memory;
  g->power[1] = g->power[0] + params->span;
  g->power[2] = g->power[1] + params->span;
  g->ratio[0] = g->power[2] + params->span;
  g->ratio[1] = g->ratio[0] + g->n_ratios;
  mdsp_width_guard_reset (g);
  return MDSP_OK;
}

void
mdsp_width_guard_reset (MdspWidthGuard *g)
{
  memset (g->memory, 0, 3 * (size_t) g->params.span * sizeof (double));
  for (unsigned i = 0; i < 2 * g->n_ratios; i++)
    g->ratio[0][i] = __builtin_inf ();
  g->n_steps = 0;
}

void
mdsp_width_guard_clear (MdspWidthGuard *g)
{
  free (g->memory);
  memset (g, 0, sizeof *g);
}

/* A node needs the spans that end up to `span` steps after it, and the box as many nodes as it has. */
unsigned
mdsp_width_guard_latency (const MdspWidthGuardParams *params)
{
  return params->looks_ahead ? params->span + params->box : 0;
}

/* Summed anew each time: what a running sum takes off leaves its rounding, and music is followed by
 * silence. */
static double
sum_of (const double *x, unsigned n)
{
  double sum[N_LANES] = { 0.0 };
  unsigned i = 0;
  for (; i + N_LANES <= n; i += N_LANES)
    for (unsigned k = 0; k < N_LANES; k++)
      sum[k] += x[i + k];
  for (; i < n; i++)
    sum[0] += x[i];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/* Of the newest n entries of a ring, the newest at `newest`. */
static double
newest_sum (const double *ring, unsigned size, unsigned newest, unsigned n)
{
  const unsigned before = newest + 1 < n ? newest + 1 : n; /* those without a wrap */
  return sum_of (ring + newest + 1 - before, before) +
         sum_of (ring + size - (n - before), n - before);
}

/* x / r of the header, for a guard below 0. */
static double
ratio_with_cross_power (double mid, double side, double cross, double guard)
{
  const double g2 = guard * guard, r = (1.0 - guard) / (1.0 + guard);
  const double a = side * side * (1.0 - g2), c = mid * mid * (1.0 - g2);
  const double b = 2.0 * side * mid * (1.0 + g2) - 4.0 * g2 * cross * cross;
  const double square = b * b - 4.0 * a * c;
  if (!(b > 0.0 && square >= 0.0 && a > 0.0))
    return 0.0;
  const double x = (b + sqrt (square)) / (2.0 * a);
  return (x * cross * cross <= mid * mid ? x : mid * mid / (cross * cross)) / r;
}

static double
newest_ratio (const MdspWidthGuard *g, unsigned newest, unsigned n, double guard)
{
  const unsigned size = g->params.span;
  const double side = newest_sum (g->power[1], size, newest, n);
  if (side == 0.0)
    return __builtin_inf ();
  const double mid = newest_sum (g->power[0], size, newest, n);
  if (guard >= 0.0)
    return mid / side;
  return ratio_with_cross_power (mid, side, newest_sum (g->power[2], size, newest, n), guard);
}

static unsigned
newest_of (const MdspWidthGuard *g)
{
  return (unsigned) ((g->n_steps + g->params.span - 1) % g->params.span);
}

void
mdsp_width_guard_push (MdspWidthGuard *g, const double power[3], double guard)
{
  const unsigned at = (unsigned) (g->n_steps % g->params.span);
  g->power[0][at] = power[0];
  g->power[1][at] = power[1];
  g->power[2][at] = fabs (power[2]);
  if (g->params.looks_ahead) {
    const unsigned to = (unsigned) (g->n_steps % g->n_ratios);
    g->ratio[0][to] = newest_ratio (g, at, g->params.span, guard);
    g->ratio[1][to] = newest_ratio (g, at, g->params.moment, guard);
  }
  g->n_steps++;
}

static double
least_of (double least, const double *x, unsigned n)
{
  double lane[N_LANES];
  unsigned i = 0;
  for (unsigned k = 0; k < N_LANES; k++)
    lane[k] = least;
  for (; i + N_LANES <= n; i += N_LANES)
    for (unsigned k = 0; k < N_LANES; k++)
      lane[k] = x[i + k] < lane[k] ? x[i + k] : lane[k];
  for (; i < n; i++)
    lane[0] = x[i] < lane[0] ? x[i] : lane[0];
  for (unsigned k = 0; k < N_LANES; k++)
    least = lane[k] < least ? lane[k] : least;
  return least;
}

/* Steps k - span - box .. k - 1 are in the rings, k being the number of steps so far. The node is
 * k - span: around it, and around the box - 1 nodes before it, whose mean it becomes a part of, are
 * the steps from k - span - box on. All spans that end from there to now, and the moments that end
 * there to `moment` - 1 steps after the node. */
double
mdsp_width_guard_ratio (const MdspWidthGuard *g, double guard)
{
  if (!g->params.looks_ahead) {
    const double span = newest_ratio (g, newest_of (g), g->params.span, guard);
    const double moment = newest_ratio (g, newest_of (g), g->params.moment, guard);
    return span < moment ? span : moment;
  }
  const double least = least_of (__builtin_inf (), g->ratio[0], g->n_ratios);
  const unsigned oldest = (unsigned) (g->n_steps % g->n_ratios),
                 n = g->params.box + g->params.moment;
  const unsigned before = g->n_ratios - oldest < n ? g->n_ratios - oldest : n;
  return least_of (least_of (least, g->ratio[1] + oldest, before), g->ratio[1], n - before);
}

bool
mdsp_width_guard_heard (const MdspWidthGuard *g)
{
  return sum_of (g->power[0], g->params.span) + sum_of (g->power[1], g->params.span) > 0.0;
}

void
mdsp_width_guard_copy (MdspWidthGuard *dst, const MdspWidthGuard *src)
{
  memcpy (dst->memory, src->memory, memory_size (src));
  dst->n_steps = src->n_steps;
}

void
mdsp_width_guard_gain_reset (MdspWidthGuardGain *gain, double value)
{
  gain->released = value;
  for (unsigned i = 0; i < MDSP_WIDTH_GUARD_MAX_BOX; i++)
    gain->box[i] = value;
  gain->at = 0;
}

double
mdsp_width_guard_gain (MdspWidthGuardGain *gain, const MdspWidthGuardParams *params, double allowed,
                       double release)
{
  const double way = allowed - gain->released;
  double sum = 0.0;
  gain->released = way < 0.0 ? allowed : gain->released + release * way;
  gain->box[gain->at] = gain->released;
  gain->at = gain->at + 1 == params->box ? 0 : gain->at + 1;
  for (unsigned i = 0; i < params->box; i++)
    sum += gain->box[i];
  return sum / params->box;
}
