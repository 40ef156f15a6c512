/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The percentile of gain reduction against sorted lists.
 */
#include "decide/reduction.h"

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static MdspReduction r;

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

int
main (void)
{
  static double list[1000];
  uint64_t seed = 1;

  mdsp_reduction_reset (&r);
  CHECK (mdsp_reduction_percentile (&r, 0.95) == 0.0 && mdsp_reduction_mean (&r) == 0.0);

  /* one stray transient in 1000 intervals is no crushing; nothing stays exactly 0 */
  for (int i = 0; i < 999; i++)
    mdsp_reduction_add (&r, 0.0);
  mdsp_reduction_add (&r, 9.0);
  mdsp_reduction_add (&r, NAN);
  CHECK (mdsp_reduction_percentile (&r, 0.95) == 0.0 && r.max_db == 9.0 && r.n == 1000);
  CHECK (fabs (mdsp_reduction_mean (&r) - 0.009) < 1e-12);

  /* against sorting (nearest rank), up to the bin's 0.01 dB */
  mdsp_reduction_reset (&r);
  for (int i = 0; i < 1000; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    list[i] = (double) (seed >> 40) / (1 << 24) * 12.0;
    mdsp_reduction_add (&r, list[i]);
  }
  qsort (list, 1000, sizeof *list, compare);
  for (int p = 1; p <= 100; p++) {
    double exact = list[p * 10 - 1], got = mdsp_reduction_percentile (&r, p / 100.0);

    CHECK (got >= exact - 1e-9 && got <= exact + 0.01 + 1e-9);
  }

  /* the mean of the larger half, to the bin's edge */
  double upper = 0.0;
  for (int i = 500; i < 1000; i++)
    upper += list[i] / 500.0;
  CHECK (mdsp_reduction_mean_above (&r, 0.5) >= upper - 1e-9);
  CHECK (mdsp_reduction_mean_above (&r, 0.5) <= upper + 0.01 + 1e-9);

  /* deeper than the histogram goes: the maximum itself */
  mdsp_reduction_add (&r, 80.0);
  CHECK (mdsp_reduction_percentile (&r, 1.0) == 80.0 && r.max_db == 80.0);
  mdsp_reduction_add (&r, HUGE_VAL);
  CHECK (isinf (mdsp_reduction_percentile (&r, 1.0)));
  printf ("ok\n");
  return check_failures == 0 ? 0 : 1;
}
