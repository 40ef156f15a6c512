/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/edges.h"

#include <math.h> /* fabsf */
#include <string.h>

void
mdsp_edges_init (MdspEdges *e, unsigned n_channels)
{
  memset (e, 0, sizeof *e);
  e->n_channels = n_channels;
  e->first_sound = UINT64_MAX;
}

static void
find_first (MdspEdges *e, const float *x, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (fabsf (x[i]) > MDSP_EDGES_SILENCE) {
      if (e->n_frames + i < e->first_sound)
        e->first_sound = e->n_frames + i;
      return;
    }
}

static void
find_last (MdspEdges *e, const float *x, size_t n)
{
  for (size_t i = n; i > 0; i--)
    if (fabsf (x[i - 1]) > MDSP_EDGES_SILENCE) {
      if (e->n_frames + i > e->after_sound)
        e->after_sound = e->n_frames + i;
      return;
    }
}

void
mdsp_edges_process (MdspEdges *e, const float *const planes[], size_t n_frames)
{
  for (unsigned c = 0; c < e->n_channels && n_frames > 0; c++) {
    if (e->n_frames == 0 && fabsf (planes[c][0]) > e->first_peak)
      e->first_peak = fabsf (planes[c][0]);
    if (e->first_sound == UINT64_MAX || e->first_sound >= e->n_frames)
      find_first (e, planes[c], n_frames);
    find_last (e, planes[c], n_frames);
  }
  e->n_frames += n_frames;
}

double
mdsp_edges_head_s (const MdspEdges *e, double rate_hz)
{
  const uint64_t first = e->first_sound < e->n_frames ? e->first_sound : e->n_frames;

  return (double) first / rate_hz;
}

double
mdsp_edges_tail_s (const MdspEdges *e, double rate_hz)
{
  return (double) (e->n_frames - e->after_sound) / rate_hz;
}
