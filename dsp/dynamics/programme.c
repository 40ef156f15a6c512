/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/programme.h"
#include "kernels/dmath.h"
#include "measure/gating.h"

#define GATE_POWER 0.1 /* BS.1770's 10 LU */
#define OUTLIER_LU 6.0 /* over what is usual: a spike */

/* How long it counts, in blocks of 100 ms. */
#define MEMORY    1800.0 /* 3 min of programme */
#define EXPECTED  100.0  /* a tag or the user's word counts like 10 s */
#define OLD_FADES 300.0  /* what is older than the item fades while it plays for 30 s */

static double
old_weight (const MdspProgramme *p)
{
  return p->n < OLD_FADES ? p->old_n * (1.0 - p->n / OLD_FADES) : 0.0;
}

bool
mdsp_programme_is_known (const MdspProgramme *p)
{
  return p->n + p->old_n > 0.0;
}

double
mdsp_programme_lufs (const MdspProgramme *p)
{
  const double old = old_weight (p);
  if (!mdsp_programme_is_known (p))
    return MDSP_SILENCE_DB;
  if (old == 0.0)
    return mdsp_lufs_from_power (p->power);
  if (p->n == 0.0)
    return p->old_lufs;
  return (p->n * mdsp_lufs_from_power (p->power) + old * p->old_lufs) / (p->n + old);
}

double
mdsp_programme_own_lufs (const MdspProgramme *p)
{
  return p->n > 0.0 ? mdsp_lufs_from_power (p->power) : mdsp_programme_lufs (p);
}

MdspProgramme
mdsp_programme_expect (double lufs)
{
  MdspProgramme p = { 0 };
  if (!(lufs > MDSP_SILENCE_DB))
    return p;
  p.old_lufs = lufs;
  p.old_n = EXPECTED;
  return p;
}

MdspProgramme
mdsp_programme_after (const MdspProgramme *p, double n_blocks)
{
  const double n = p->n + old_weight (p);
  MdspProgramme next = { 0 };
  if (!mdsp_programme_is_known (p))
    return next;
  next.old_lufs = mdsp_programme_lufs (p);
  next.old_n = n < n_blocks ? n : n_blocks;
  return next;
}

static void
mean_in (double *mean, double *n, double power)
{
  if (*n == 0.0)
    *mean = 0.0;
  *n = *n + 1.0 < MEMORY ? *n + 1.0 : MEMORY;
  *mean += (power - *mean) / *n;
}

void
mdsp_programme_add (MdspProgramme *p, double power, double lufs, double usual_lufs)
{
  if (lufs > usual_lufs + OUTLIER_LU)
    power = mdsp_power_from_lufs (usual_lufs);
  mean_in (&p->all_power, &p->all_n, power);
  if (power > p->all_power * GATE_POWER)
    mean_in (&p->power, &p->n, power);
}
