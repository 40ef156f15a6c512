/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/gating.h"
#include "kernels/dmath.h"

#include <math.h> /* floor, rint */
#include <stdlib.h>
#include <string.h>

#define ABSOLUTE_GATE_LUFS (-70.0)
#define BINS_PER_LU        10.0

double
mdsp_lufs_from_power (double power)
{
  return power > 0.0 ? -0.691 + mdsp_db_from_power (power) : MDSP_SILENCE_DB;
}

double
mdsp_power_from_lufs (double lufs)
{
  return mdsp_power_from_db (lufs + 0.691);
}

MdspStatus
mdsp_gating_init (MdspGating *g)
{
  memset (g, 0, sizeof *g);
  g->log = malloc (MDSP_GATING_LOG_MAX * sizeof (float));
  return g->log != NULL ? MDSP_OK : MDSP_ERROR_MEMORY;
}

void
mdsp_gating_init_running (MdspGating *g)
{
  memset (g, 0, sizeof *g);
}

void
mdsp_gating_reset (MdspGating *g)
{
  float *log = g->log;
  memset (g, 0, sizeof *g);
  g->log = log;
}

void
mdsp_gating_clear (MdspGating *g)
{
  free (g->log);
  g->log = NULL;
}

static unsigned
bin_of (double lufs)
{
  double b = floor ((lufs - ABSOLUTE_GATE_LUFS) * BINS_PER_LU);
  if (b < 0.0)
    return 0;
  return b >= MDSP_GATING_BINS ? MDSP_GATING_BINS - 1 : (unsigned) b;
}

void
mdsp_gating_add (MdspGating *g, double power)
{
  double lufs = mdsp_lufs_from_power (power);
  if (!(lufs > ABSOLUTE_GATE_LUFS))
    return;
  unsigned b = bin_of (lufs);
  g->count[b]++;
  g->power[b] += power;
  g->total_count++;
  g->total_power += power;
  if (g->log != NULL && g->log_count < MDSP_GATING_LOG_MAX)
    g->log[g->log_count++] = (float) power;
}

/* Whether the log still holds every block. */
static bool
log_is_whole (const MdspGating *g)
{
  return g->log_count == g->total_count;
}

/* The power that lies `lu` below the mean of all blocks above the absolute gate. */
static double
gate_power (const MdspGating *g, double lu)
{
  return g->total_power / (double) g->total_count * mdsp_power_from_db (-lu);
}

double
mdsp_gating_integrated (const MdspGating *g, bool exact, double *relative_threshold)
{
  if (relative_threshold != NULL)
    *relative_threshold = ABSOLUTE_GATE_LUFS;
  if (g->total_count == 0)
    return MDSP_SILENCE_DB;
  const double gate = gate_power (g, 10.0);
  double sum = 0.0;
  uint64_t count = 0;
  if (exact && log_is_whole (g)) {
    for (uint32_t i = 0; i < g->log_count; i++)
      if (g->log[i] > gate) {
        sum += g->log[i];
        count++;
      }
  } else {
    unsigned first = bin_of (mdsp_lufs_from_power (gate));
    /* The bin that the gate cuts counts when its mean is above the gate. */
    for (unsigned b = first; b < MDSP_GATING_BINS; b++)
      if (b > first || g->power[b] > gate * (double) g->count[b]) {
        sum += g->power[b];
        count += g->count[b];
      }
  }
  if (relative_threshold != NULL)
    *relative_threshold = mdsp_lufs_from_power (gate);
  return count > 0 ? mdsp_lufs_from_power (sum / (double) count) : MDSP_SILENCE_DB;
}

static int
compare_floats (const void *a, const void *b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return (x > y) - (x < y);
}

/* Tech 3342: the element of rank round ((n - 1) p + 1), counted from 1. */
static uint64_t
rank_index (uint64_t n, double p)
{
  return (uint64_t) floor ((double) (n - 1) * p + 0.5);
}

static double
range_exact (const MdspGating *g, double gate)
{
  float *kept = malloc (g->log_count * sizeof (float));
  uint64_t n = 0;
  if (kept == NULL)
    return 0.0;
  for (uint32_t i = 0; i < g->log_count; i++)
    if (g->log[i] >= gate)
      kept[n++] = g->log[i];
  double range = 0.0;
  if (n > 0) {
    qsort (kept, n, sizeof (float), compare_floats);
    range = mdsp_lufs_from_power (kept[rank_index (n, 0.95)]) -
            mdsp_lufs_from_power (kept[rank_index (n, 0.10)]);
  }
  free (kept);
  return range;
}

/* The mean power of the bin that holds the rank, in LUFS. */
static double
bin_at_rank (const MdspGating *g, unsigned first, uint64_t rank)
{
  uint64_t below = 0;
  for (unsigned b = first; b < MDSP_GATING_BINS; b++) {
    below += g->count[b];
    if (below > rank)
      return mdsp_lufs_from_power (g->power[b] / (double) g->count[b]);
  }
  return MDSP_SILENCE_DB;
}

double
mdsp_gating_range (const MdspGating *g, bool exact)
{
  if (g->total_count == 0)
    return 0.0;
  const double gate = gate_power (g, 20.0);
  if (exact && log_is_whole (g))
    return range_exact (g, gate);
  unsigned first = bin_of (mdsp_lufs_from_power (gate));
  uint64_t n = 0;
  for (unsigned b = first; b < MDSP_GATING_BINS; b++)
    n += g->count[b];
  if (n == 0)
    return 0.0;
  return bin_at_rank (g, first, rank_index (n, 0.95)) -
         bin_at_rank (g, first, rank_index (n, 0.10));
}

double
mdsp_gating_share_below (const MdspGating *g, double lufs)
{
  uint64_t below = 0;
  if (g->total_count == 0 || !(lufs > ABSOLUTE_GATE_LUFS))
    return 0.0;
  for (unsigned b = 0; b < bin_of (lufs); b++)
    below += g->count[b];
  return (double) below / (double) g->total_count;
}
