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
mdsp_plateau_init (MdspPlateau *p, double rate_hz, unsigned n_channels, const MdspKernels *kernels)
{
  memset (p, 0, sizeof *p);
  p->kernels = kernels;
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
  double sum = 0.0;
  for (unsigned i = 0; i < 8; i++)
    sum += p->parts[0][i] + p->parts[1][i];
  const double power = sum / ((double) p->window * p->n_channels);
  p->by_power[step_of (power)]++;
  p->by_peak[step_of ((double) p->peak * p->peak)]++;
  p->total_power += power;
  p->n_windows++;
  p->n_filled = 0;
  memset (p->parts, 0, sizeof p->parts);
  p->peak = 0.0f;
}

/* Frames [from, to) one by one. */
static void
add_frames (MdspPlateau *p, const float *a, const float *b, size_t from, size_t to)
{
  for (size_t i = from; i < to; i++) {
    p->parts[0][(p->n_filled + i) % 8] += (double) a[i] * a[i];
    p->parts[1][(p->n_filled + i) % 8] += (double) b[i] * b[i];
  }
}

/* Squares of two channels in groups of eight that count from the window's start. */
static void
add_power (MdspPlateau *p, const float *a, const float *b, size_t n)
{
  const size_t to_grid = (8 - p->n_filled % 8) % 8, head = n < to_grid ? n : to_grid;
  const size_t n_groups = (n - head) / 8, tail = head + 8 * n_groups;
  add_frames (p, a, b, 0, head);
  p->kernels->products_f64 (a + head, b + head, n_groups, p->parts);
  add_frames (p, a, b, tail, n);
}

void
mdsp_plateau_process (MdspPlateau *p, const float *const planes[], size_t n_frames)
{
  static const float silence[MDSP_MAX_BLOCK];
  for (size_t done = 0, n; done < n_frames; done += n) {
    n = p->window - p->n_filled < n_frames - done ? p->window - p->n_filled : n_frames - done;
    n = n < MDSP_MAX_BLOCK ? n : MDSP_MAX_BLOCK;
    for (unsigned c = 0; c < p->n_channels; c += 2)
      add_power (p, planes[c] + done, c + 1 < p->n_channels ? planes[c + 1] + done : silence, n);
    for (unsigned c = 0; c < p->n_channels; c++) {
      const float peak = p->kernels->peak_abs_f32 (planes[c] + done, n);
      p->peak = peak > p->peak ? peak : p->peak;
    }
    p->n_filled += (unsigned) n;
    if (p->n_filled == p->window)
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
