/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/plateau.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, floor */
#include <string.h>

#define WINDOW_S      0.4
#define LEAST_WINDOWS 150
#define FLOOR_DB      (-110.0)
#define STEPS_PER_DB  10.0
#define HELD_STEPS    5   /* 0.5 dB */
#define GATE          0.1 /* of the mean power */

void
mdsp_plateau_init (MdspPlateau *p, double rate_hz, unsigned n_channels)
{
  memset (p, 0, sizeof *p);
  p->n_channels = n_channels;
  p->window = (unsigned) (WINDOW_S * rate_hz + 0.5);
}

static unsigned
step_of (double power)
{
  const double step = floor ((mdsp_db_from_power (power) - FLOOR_DB) * STEPS_PER_DB);
  return step > 0.0 ? step < MDSP_PLATEAU_STEPS ? (unsigned) step : MDSP_PLATEAU_STEPS - 1 : 0;
}

static void
end_window (MdspPlateau *p)
{
  const double power = p->power / ((double) p->window * p->n_channels);
  p->by_power[step_of (power)]++;
  p->by_peak[step_of ((double) p->peak * p->peak)]++;
  p->total_power += power;
  p->n_windows++;
  p->n_filled = 0;
  p->power = 0.0;
  p->peak = 0.0f;
}

void
mdsp_plateau_process (MdspPlateau *p, const float *const planes[], size_t n_frames)
{
  for (size_t i = 0; i < n_frames; i++) {
    for (unsigned c = 0; c < p->n_channels; c++) {
      const float x = planes[c][i], size = x < 0.0f ? -x : x;
      p->power += (double) x * x;
      p->peak = size > p->peak ? size : p->peak;
    }
    if (++p->n_filled == p->window)
      end_window (p);
  }
}

double
mdsp_plateau_share (const MdspPlateau *p)
{
  unsigned top = MDSP_PLATEAU_STEPS - 1;
  uint64_t held = 0, count = 0;
  if (p->n_windows < LEAST_WINDOWS || !(p->total_power > 0.0))
    return 0.0;
  while (top > 0 && p->by_peak[top] == 0)
    top--;
  for (unsigned i = top > HELD_STEPS ? top - HELD_STEPS : 1; i <= top; i++)
    held += p->by_peak[i];
  for (unsigned i = step_of (GATE * p->total_power / (double) p->n_windows); i < MDSP_PLATEAU_STEPS;
       i++)
    count += p->by_power[i];
  return count > held ? (double) held / (double) count : held > 0 ? 1.0 : 0.0;
}
