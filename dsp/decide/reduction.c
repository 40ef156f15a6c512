/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decide/reduction.h"

#include <math.h>
#include <string.h>

void
mdsp_reduction_reset (MdspReduction *r)
{
  memset (r, 0, sizeof *r);
}

void
mdsp_reduction_add (MdspReduction *r, double reduction_db)
{
  double bin;

  if (isnan (reduction_db))
    return;
  if (reduction_db < 0.0)
    reduction_db = 0.0;
  /* An edge at 0 dB of its own: "did nothing" must stay exactly 0. */
  bin = -floor (-reduction_db * 100.0);
  if (bin > MDSP_REDUCTION_BINS - 1)
    bin = MDSP_REDUCTION_BINS - 1;
  r->bins[(size_t) bin]++;
  r->n++;
  r->sum_db += reduction_db;
  if (reduction_db > r->max_db)
    r->max_db = reduction_db;
}

double
mdsp_reduction_percentile (const MdspReduction *r, double fraction)
{
  uint64_t seen = 0;
  double rank = fraction * (double) r->n;

  if (r->n == 0)
    return 0.0;
  for (size_t i = 0; i < MDSP_REDUCTION_BINS; i++) {
    seen += r->bins[i];
    if (seen > 0 && (double) seen >= rank)
      return (double) i < MDSP_REDUCTION_BINS - 1 ? (double) i / 100.0 : r->max_db;
  }
  return r->max_db;
}

double
mdsp_reduction_mean_above (const MdspReduction *r, double share)
{
  const double wanted = (1.0 - share) * (double) r->n;
  double left = wanted, sum = 0.0;

  for (size_t i = MDSP_REDUCTION_BINS; i-- > 0 && left > 0.0;) {
    const double here = (double) r->bins[i] < left ? (double) r->bins[i] : left;

    sum += here * (i < MDSP_REDUCTION_BINS - 1 ? (double) i / 100.0 : r->max_db);
    left -= here;
  }
  return wanted > 0.0 ? sum / wanted : 0.0;
}

double
mdsp_reduction_mean (const MdspReduction *r)
{
  return r->n ? r->sum_db / (double) r->n : 0.0;
}
