/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "decide/headroom.h"
#include "kernels/dmath.h"

#include <math.h> /* floor */
#include <stdlib.h>

/* The measured law (docs/headroom.md): a peak that is closer to the limit than LAW_KNEE times the noise
 * goes over it in LAW_MOST of the encodes; from there on LAW_SLOPE powers of ten less per unit. */
#define LAW_MOST  0.22
#define LAW_KNEE  0.9
#define LAW_SLOPE 1.5

static float
larger (float a, float b)
{
  return a > b ? a : b;
}

void
mdsp_headroom_widen (float *noise, size_t n_cells, unsigned n_channels)
{
  for (unsigned c = 0; c < n_channels; c++) {
    float before = 0.0f;

    for (size_t i = 0; i < n_cells; i++) {
      float *cell = &noise[i * n_channels + c];
      const float now = *cell, after = i + 1 < n_cells ? cell[n_channels] : 0.0f;

      *cell = larger (now, larger (before, after));
      before = now;
    }
  }
}

static double
distance_of (const MdspHeadroom *h, size_t at, double ceiling)
{
  const double peak = h->dry[at] < ceiling ? h->dry[at] : ceiling;
  const double room = h->limit / h->gain - peak;

  if (h->noise[at] > 0.0f)
    return room / h->noise[at];
  return room >= 0.0 ? HUGE_VAL : -HUGE_VAL;
}

/* When no peak of the master is higher than the ceiling. */
static double
distance_under (const MdspHeadroom *h, size_t cell, double ceiling)
{
  double least = HUGE_VAL;

  for (unsigned c = 0; c < h->n_channels; c++) {
    const double distance = distance_of (h, cell * h->n_channels + c, ceiling);

    least = distance < least ? distance : least;
  }
  return least;
}

double
mdsp_headroom_distance (const MdspHeadroom *h, size_t cell)
{
  return distance_under (h, cell, HUGE_VAL);
}

double
mdsp_headroom_chance (double distance)
{
  const double over_knee = distance > LAW_KNEE ? distance - LAW_KNEE : 0.0;

  return distance < 40.0 ? LAW_MOST * mdsp_power_from_db (-10.0 * LAW_SLOPE * over_knee) : 0.0;
}

/* The same when no cell is closer than `least`, and no peak higher than the ceiling. */
static double
expected_from (const MdspHeadroom *h, double least, double ceiling)
{
  double sum = 0.0;

  for (size_t i = 0; i < h->n_cells; i++) {
    const double distance = distance_under (h, i, ceiling);

    sum += mdsp_headroom_chance (distance > least ? distance : least);
  }
  return sum;
}

double
mdsp_headroom_expected (const MdspHeadroom *h)
{
  return expected_from (h, -HUGE_VAL, HUGE_VAL);
}

double
mdsp_headroom_reach (const MdspHeadroom *h, double expected)
{
  MdspHeadroom at = *h;
  double low = 0.0, high = 1.0;

  for (at.limit = high; high < 1e3 && mdsp_headroom_expected (&at) > expected; at.limit = high)
    low = high, high *= 2.0;
  while (high - low > 1e-4 * high) {
    at.limit = 0.5 * (low + high);
    if (mdsp_headroom_expected (&at) <= expected)
      high = at.limit;
    else
      low = at.limit;
  }
  return high;
}

double
mdsp_headroom_ceiling (const MdspHeadroom *h, double expected)
{
  double low = 0.0, high = 0.0;

  for (size_t i = 0; i < h->n_cells * h->n_channels; i++)
    high = h->dry[i] > high ? h->dry[i] : high;
  if (expected_from (h, -HUGE_VAL, high) <= expected)
    return high;
  while (high - low > 1e-4) {
    const double middle = 0.5 * (low + high);

    if (expected_from (h, -HUGE_VAL, middle) <= expected)
      low = middle;
    else
      high = middle;
  }
  return low;
}

double
mdsp_headroom_safe_distance (const MdspHeadroom *h, double expected)
{
  double low = 0.0, high = MDSP_HEADROOM_MAX_DISTANCE;

  if (expected_from (h, low, HUGE_VAL) <= expected)
    return low;
  while (high - low > 0.01) {
    const double middle = 0.5 * (low + high);

    if (expected_from (h, middle, HUGE_VAL) <= expected)
      high = middle;
    else
      low = middle;
  }
  return high;
}

/* The true peak that keeps the distance, for the channels that do not; inf where all do. */
static double
allowed_peak (const MdspHeadroom *h, size_t cell, double distance)
{
  double allowed = HUGE_VAL;

  for (unsigned c = 0; c < h->n_channels; c++) {
    const size_t at = cell * h->n_channels + c;
    const double peak = h->limit / h->gain - distance * h->noise[at];

    if (distance_of (h, at, HUGE_VAL) < distance && peak < allowed)
      allowed = peak;
  }
  return allowed;
}

/* The master's own peak in the cell or next to it. */
static double
dry_around (const MdspHeadroom *h, size_t cell)
{
  const size_t first = cell > 0 ? cell - 1 : 0;
  const size_t end = cell + 2 < h->n_cells ? cell + 2 : h->n_cells;
  float dry = 0.0f;

  for (size_t i = first * h->n_channels; i < end * h->n_channels; i++)
    dry = larger (dry, h->dry[i]);
  return dry;
}

/* Down to `peak`; never further than MDSP_CUT_MAX_DB. */
static bool
deepen (double *cut_db, double ceiling_dbtp, double peak)
{
  const double wanted = peak > 0.0 ? ceiling_dbtp - mdsp_db_from_lin (peak) : MDSP_CUT_MAX_DB;
  double cut = (floor (wanted / MDSP_CUT_STEP_DB - 1e-6) + 1.0) * MDSP_CUT_STEP_DB;

  cut = cut < MDSP_CUT_MAX_DB ? cut : MDSP_CUT_MAX_DB;
  if (!(cut > *cut_db))
    return false;
  *cut_db = cut;
  return true;
}

size_t
mdsp_headroom_cut (const MdspHeadroom *h, const float *highest, double ceiling_dbtp,
                   double distance, double guard_db, double *cut_db)
{
  const double safe = h->limit * mdsp_lin_from_db (-guard_db);
  size_t n_deeper = 0;

  for (size_t i = 0; i < h->n_cells; i++) {
    bool deeper = deepen (&cut_db[i], ceiling_dbtp, allowed_peak (h, i, distance));

    if (highest[i] > safe) {
      const double peak = dry_around (h, i) * safe / highest[i];

      deeper |= deepen (&cut_db[i], ceiling_dbtp, peak);
      if (i > 0)
        deeper |= deepen (&cut_db[i - 1], ceiling_dbtp, peak);
      if (i + 1 < h->n_cells)
        deeper |= deepen (&cut_db[i + 1], ceiling_dbtp, peak);
    }
    n_deeper += deeper;
  }
  return n_deeper;
}

static int
higher_first (const void *a, const void *b)
{
  const MdspRankedCell *x = a, *y = b;

  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return x->cell < y->cell ? -1 : x->cell > y->cell;
}

static int
earlier_first (const void *a, const void *b)
{
  const MdspRankedCell *x = a, *y = b;

  return x->cell < y->cell ? -1 : x->cell > y->cell;
}

/* The windows around n cells that are sorted by time; `cost` is what all of them take to encode.
 * Gives their number, or max + 1 when there are more. */
static size_t
join (const MdspRankedCell *cells, size_t n, size_t n_cells, const MdspWindowParams *p,
      MdspWindow *windows, size_t max, size_t *cost)
{
  size_t n_windows = 0;

  *cost = 0;
  for (size_t i = 0; i < n; i++) {
    const size_t cell = cells[i].cell;
    MdspWindow *last = n_windows > 0 ? &windows[n_windows - 1] : NULL;

    if (last != NULL && cell <= last->first + last->n + p->run_in + p->run_out) {
      last->n = cell + 1 - last->first;
      continue;
    }
    if (n_windows == max)
      return max + 1;
    windows[n_windows++] = (MdspWindow){ cell, 1 };
  }
  for (size_t i = 0; i < n_windows; i++) {
    const size_t before = windows[i].first < p->run_in ? windows[i].first : p->run_in;
    const size_t left = n_cells - windows[i].first - windows[i].n;

    *cost += before + windows[i].n + (left < p->run_out ? left : p->run_out);
  }
  return n_windows;
}

/* The windows of the n highest cells. */
static size_t
windows_of_highest (size_t n, size_t n_ranked, size_t n_cells, const MdspWindowParams *p,
                    MdspWindow *windows, size_t max, MdspRankedCell *ranked, size_t *cost)
{
  size_t n_windows;

  qsort (ranked, n_ranked, sizeof *ranked, higher_first);
  qsort (ranked, n, sizeof *ranked, earlier_first);
  n_windows = join (ranked, n, n_cells, p, windows, max, cost);
  return n_windows;
}

size_t
mdsp_headroom_windows (const double *score, size_t n_cells, const MdspWindowParams *params,
                       MdspWindow *windows, size_t max_windows, MdspRankedCell *scratch)
{
  size_t n_ranked = 0, cost;

  for (size_t i = 0; i < n_cells; i++)
    if (score[i] > params->floor)
      scratch[n_ranked++] = (MdspRankedCell){ score[i], i };
  /* More cells never cost less: the most that fit are found by halving. */
  size_t fits = 0, too_many = n_ranked + 1;
  while (too_many - fits > 1) {
    const size_t n = fits + (too_many - fits) / 2;

    if (windows_of_highest (n, n_ranked, n_cells, params, windows, max_windows, scratch, &cost) <=
            max_windows &&
        cost <= params->budget)
      fits = n;
    else
      too_many = n;
  }
  return windows_of_highest (fits, n_ranked, n_cells, params, windows, max_windows, scratch, &cost);
}
