/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * decide/headroom.h: distances, the law against its measured table, what a safe distance and a cut
 * promise, and the windows against every subset of a small example.
 */
#include "decide/headroom.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint64_t seed = 7;

static double
uniform (void)
{
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (double) (seed >> 11) * 0x1p-53;
}

static void
test_distance (void)
{
  /* the right channel of cell 1 is nearer although it is quieter; cell 2 is silent */
  const float dry[] = { 0.8f, 0.1f, 0.8f, 0.7f, 0.0f, 0.0f };
  const float noise[] = { 0.05f, 0.01f, 0.05f, 0.1f, 0.0f, 0.0f };
  MdspHeadroom h = { dry, noise, 3, 2, 0.98, 0.98 };

  CHECK (fabs (mdsp_headroom_distance (&h, 0) - 4.0) < 1e-5);
  CHECK (fabs (mdsp_headroom_distance (&h, 1) - 3.0) < 1e-5);
  CHECK (isinf (mdsp_headroom_distance (&h, 2)) && mdsp_headroom_distance (&h, 2) > 0.0);
  h.limit = 0.5;
  CHECK (mdsp_headroom_distance (&h, 0) < 0.0); /* over it before any noise */
}

static void
test_widen (void)
{
  float noise[] = { 1, 9, 2, 0, 0, 0, 3, 1, 0, 5 };
  const float want[] = { 2, 9, 2, 9, 3, 1, 3, 5, 3, 5 };

  mdsp_headroom_widen (noise, 5, 2);
  CHECK (memcmp (noise, want, sizeof want) == 0);
}

/* Measured: overs per cell and encode of AAC (docs/headroom.md); the law may promise less room than there
 * is, by a factor of 3, and hardly more. */
static void
test_law (void)
{
  static const struct {
    double distance, chance;
  } measured[] = { { 0.75, 0.146 },   { 1.25, 0.0428 },   { 1.75, 0.0114 },
                   { 2.25, 0.00194 }, { 2.75, 0.000345 }, { 3.25, 0.0000408 } };

  for (unsigned i = 0; i < sizeof measured / sizeof measured[0]; i++) {
    double ratio = mdsp_headroom_chance (measured[i].distance) / measured[i].chance;

    CHECK (ratio > 0.6 && ratio < 3.0);
  }
  for (double d = -3.0; d < 12.0; d += 0.1)
    CHECK (mdsp_headroom_chance (d + 0.1) <= mdsp_headroom_chance (d));
  CHECK (mdsp_headroom_chance (HUGE_VAL) == 0.0 && mdsp_headroom_chance (-HUGE_VAL) < 1.0);
}

/* The reach against counting: noise of one size, so that every cell has the same chance, and so the sum is
 * n times the law, which is solved by hand. */
static void
test_reach (void)
{
  const float same[] = { 0.5f, 0.5f, 0.5f, 0.5f }, sigma[] = { 0.1f, 0.1f, 0.1f, 0.1f };
  const float quiet[] = { 0.0f, 0.0f, 0.0f, 0.0f };
  MdspHeadroom h = { same, sigma, 4, 1, 0.9, 1.0 };

  for (double expected = 0.3; expected > 1e-6; expected *= 0.5) {
    double reach = mdsp_headroom_reach (&h, expected), low = 0.0, high = 20.0;

    while (high - low > 1e-6)
      if (4.0 * mdsp_headroom_chance (0.5 * (low + high)) > expected)
        low = 0.5 * (low + high);
      else
        high = 0.5 * (low + high);
    CHECK (fabs (reach - 0.9 * (0.5 + 0.1 * high)) < 2e-4 * reach);
  }
  h.n_cells = 0; /* nothing there: nothing is reached */
  CHECK (mdsp_headroom_reach (&h, 0.01) < 1e-3);
  h = (MdspHeadroom){ same, quiet, 4, 1, 1.0, 1.0 }; /* no noise: the peak itself */
  CHECK (fabs (mdsp_headroom_reach (&h, 0.01) - 0.5) < 1e-4);
}

/* One ceiling for all: cells that are under it already do not count, and the rest is solved by hand. */
static void
test_ceiling (void)
{
  const float peaks[] = { 0.9f, 0.2f, 0.8f }, sigma[] = { 0.2f, 0.2f, 0.2f };
  MdspHeadroom h = { peaks, sigma, 3, 1, 0.9, 1.0 };

  for (double expected = 0.1; expected > 1e-4; expected *= 0.5) {
    double ceiling = mdsp_headroom_ceiling (&h, expected), sum = 0.0;

    for (unsigned i = 0; i < 3; i++)
      sum += mdsp_headroom_chance ((1.0 / 0.9 - (peaks[i] < ceiling ? peaks[i] : ceiling)) / 0.2);
    CHECK (sum <= expected && sum > 0.98 * expected && ceiling < 0.9);
  }
  CHECK (mdsp_headroom_ceiling (&h, 1.0) == (double) 0.9f);
  h.limit = 1e-3; /* less than the noise */
  CHECK (mdsp_headroom_ceiling (&h, 1e-3) == 0.0);
  h.n_cells = 0;
  CHECK (mdsp_headroom_ceiling (&h, 1e-3) == 0.0);
}

enum { N = 2000 };
static float dry[N], noise[N], highest[N];
static double cut[N];

/* What the cut promises holds when it is applied: every cell keeps the distance, and so the expected
 * number of overs is what was asked for. */
static void
test_cut (void)
{
  MdspHeadroom h = { dry, noise, N, 1, 0.95, 1.0 };
  double distance;

  for (size_t i = 0; i < N; i++) {
    dry[i] = (float) (0.89 - 0.3 * uniform ());
    noise[i] = (float) (0.005 + 0.08 * uniform ());
    highest[i] = 0.0f;
    cut[i] = 0.0;
  }
  CHECK (mdsp_headroom_expected (&h) > 0.1);
  distance = mdsp_headroom_safe_distance (&h, 0.01);
  CHECK (distance > 2.5 && distance < MDSP_HEADROOM_MAX_DISTANCE);
  CHECK (mdsp_headroom_cut (&h, highest, -1.0, distance, 0.3, cut) > 50);
  for (size_t i = 0; i < N; i++) {
    const double ceiling = pow (10.0, (-1.0 - cut[i]) / 20.0);

    CHECK (cut[i] >= 0.0 &&
           fabs (cut[i] / MDSP_CUT_STEP_DB - floor (cut[i] / MDSP_CUT_STEP_DB + 0.5)) < 1e-6);
    /* no lower than it needs to be */
    CHECK (cut[i] == 0.0 || (1.0 / h.gain - ceiling) / noise[i] < distance + 0.006 / noise[i]);
    dry[i] = dry[i] < ceiling ? dry[i] : (float) ceiling;
    CHECK (mdsp_headroom_distance (&h, i) > distance - 1e-3);
  }
  CHECK (mdsp_headroom_expected (&h) <= 0.0101);
  CHECK (mdsp_headroom_safe_distance (&h, 0.02) < distance);
  CHECK (mdsp_headroom_cut (&h, highest, -1.0, distance, 0.3, cut) == 0); /* nothing left to do */
}

/* A measured peak of +1 dB at a cell that the noise did not betray: it and its neighbours come down by
 * 1 dB and the guard, from what the master had there. */
static void
test_measured_cut (void)
{
  MdspHeadroom h = { dry, noise, 9, 1, 1.0, 1.0 };

  for (size_t i = 0; i < 9; i++) {
    dry[i] = 0.5f;
    noise[i] = 1e-4f;
    highest[i] = 0.5f;
    cut[i] = 0.0;
  }
  dry[4] = 0.7f;
  highest[4] = (float) pow (10.0, 0.05);
  CHECK (mdsp_headroom_cut (&h, highest, -1.0, 4.0, 0.3, cut) == 1);
  for (size_t i = 0; i < 9; i++) {
    const double want = -1.0 - 20.0 * log10 (0.7) + 1.3;

    CHECK (i >= 3 && i <= 5 ? cut[i] >= want - 1e-6 && cut[i] < want + MDSP_CUT_STEP_DB + 1e-6
                            : cut[i] == 0.0);
  }
  highest[0] = (float) HUGE_VAL; /* never a number that is none */
  CHECK (mdsp_headroom_cut (&h, highest, -1.0, 4.0, 0.3, cut) == 1 && cut[0] == MDSP_CUT_MAX_DB);
}

/* The cost of windows, counted cell by cell. */
static size_t
cost_of (const MdspWindow *w, size_t n, const MdspWindowParams *p, size_t n_cells)
{
  char taken[64] = { 0 };
  size_t cost = 0;

  for (size_t i = 0; i < n; i++)
    for (size_t c = w[i].first > p->run_in ? w[i].first - p->run_in : 0;
         c < w[i].first + w[i].n + p->run_out && c < n_cells; c++)
      taken[c] = 1;
  for (size_t c = 0; c < n_cells; c++)
    cost += taken[c];
  return cost;
}

static void
test_windows (void)
{
  enum { CELLS = 60 };
  double score[CELLS];
  MdspRankedCell scratch[CELLS];
  MdspWindow w[CELLS], one[1];
  MdspWindowParams p = { .floor = 0.05, .run_in = 4, .run_out = 2 };
  size_t n;

  for (int round = 0; round < 200; round++) {
    double lowest_in = 2.0, highest_out = 0.0;

    for (size_t i = 0; i < CELLS; i++)
      score[i] = uniform ();
    p.budget = (size_t) (uniform () * CELLS);
    n = mdsp_headroom_windows (score, CELLS, &p, w, CELLS, scratch);
    CHECK (cost_of (w, n, &p, CELLS) <= p.budget);
    for (size_t i = 1; i < n; i++)
      CHECK (w[i].first > w[i - 1].first + w[i - 1].n + p.run_in + p.run_out);
    /* none that was left out is higher than the lowest that a window starts or ends with */
    for (size_t c = 0, i = 0; c < CELLS; c++) {
      while (i < n && c >= w[i].first + w[i].n)
        i++;
      if (i < n && (c == w[i].first || c == w[i].first + w[i].n - 1))
        lowest_in = score[c] < lowest_in ? score[c] : lowest_in;
      else if (i == n || c < w[i].first)
        highest_out = score[c] > highest_out ? score[c] : highest_out;
    }
    CHECK (n == 0 || highest_out <= lowest_in);
  }
  p.budget = CELLS;
  p.floor = -1.0;
  n = mdsp_headroom_windows (score, CELLS, &p, w, CELLS, scratch);
  CHECK (n == 1 && w[0].first == 0 && w[0].n == CELLS);
  p.floor = 1.0;
  CHECK (mdsp_headroom_windows (score, CELLS, &p, w, CELLS, scratch) == 0);
  p.floor = 0.5; /* never more windows than there is room for */
  CHECK (mdsp_headroom_windows (score, CELLS, &p, one, 1, scratch) <= 1);
  CHECK (mdsp_headroom_windows (score, 0, &p, w, CELLS, scratch) == 0);
}

int
main (void)
{
  test_distance ();
  test_widen ();
  test_law ();
  test_reach ();
  test_ceiling ();
  test_cut ();
  test_measured_cut ();
  test_windows ();
  printf ("ok\n");
  return check_failures == 0 ? 0 : 1;
}
