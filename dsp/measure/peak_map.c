/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/peak_map.h"

#include <math.h> /* floor */
#include <string.h>

/* Frames that go into the history at once: one group less than it takes. */
#define CHUNK (MDSP_MAX_BLOCK - MDSP_GROUP)

MdspStatus
mdsp_peak_map_init (MdspPeakMap *map, const MdspPeakMapParams *params, const MdspKernels *kernels)
{
  memset (map, 0, sizeof *map);
  if (!(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX) ||
      params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS ||
      !(params->cell_ms >= 1.0) || !(params->floor_lin >= 0.0) || params->first_frame < 0)
    return MDSP_ERROR_PARAM;
  map->kernels = kernels;
  map->params = *params;
  map->frames_per_cell = params->cell_ms * 0.001 * params->rate_hz;
  memset (params->cells, 0, params->n_cells * sizeof *params->cells);
  MdspStatus status =
      mdsp_interpolator_design (&map->filter, MDSP_PEAK_MAP_OVERSAMPLING, MDSP_PEAK_MAP_TAPS);
  if (status != MDSP_OK)
    return status;
  /* A group waits for `half` later frames and reads `half` earlier ones. */
  return mdsp_history_init (&map->history, params->n_channels,
                            2 * map->filter.half + 2 * MDSP_GROUP + MDSP_MAX_BLOCK, MDSP_MAX_BLOCK,
                            0.0f);
}

void
mdsp_peak_map_clear (MdspPeakMap *map)
{
  mdsp_history_clear (&map->history);
}

/* The cell of a group, by the middle of it; NULL outside the programme. */
static MdspPeakCell *
cell_of (const MdspPeakMap *map, int64_t frame)
{
  double index = floor (((double) frame + 0.5 * MDSP_GROUP) / map->frames_per_cell);

  return index >= 0.0 && index < (double) map->params.n_cells ? &map->params.cells[(size_t) index]
                                                              : NULL;
}

static void
take (MdspPeakMap *map, unsigned channel, int64_t group, float peak)
{
  const int64_t frame = group * MDSP_GROUP - map->params.first_frame;
  MdspPeakCell *cell = cell_of (map, frame);

  /* What is under the floor is read or not, as the blocks fall: it never counts. */
  if (cell == NULL || !(peak > cell->true_peak_lin) || !(peak > map->params.floor_lin))
    return;
  cell->true_peak_lin = peak;
  cell->channel = channel;
  cell->frame = frame;
  cell->sample_peak_lin = map->kernels->peak_abs_f32 (
      mdsp_history_at (&map->history, channel, group * MDSP_GROUP - 1), MDSP_GROUP + 2);
}

static void
read_groups (MdspPeakMap *map)
{
  const int64_t half = map->filter.half;
  int64_t ready = (map->history.end - half) / MDSP_GROUP; /* groups [0, ready) are complete */
  size_t n_groups = ready > map->next_group ? (size_t) (ready - map->next_group) : 0;
  float peaks[MDSP_MAX_BLOCK / MDSP_GROUP + 1];

  if (n_groups == 0)
    return;
  for (unsigned c = 0; c < map->params.n_channels; c++) {
    mdsp_interpolator_peaks (&map->filter, map->kernels,
                             mdsp_history_at (&map->history, c, map->next_group * MDSP_GROUP),
                             peaks, n_groups, (float) map->params.floor_lin);
    for (size_t g = 0; g < n_groups; g++)
      take (map, c, map->next_group + (int64_t) g, peaks[g]);
  }
  map->next_group = ready;
}

static void
feed (MdspPeakMap *map, const float *const planes[], size_t n_frames)
{
  const float *rest[MDSP_MAX_CHANNELS];

  for (size_t done = 0, n; done < n_frames; done += n) {
    n = n_frames - done < CHUNK ? n_frames - done : CHUNK;
    for (unsigned c = 0; planes != NULL && c < map->params.n_channels; c++)
      rest[c] = planes[c] + done;
    mdsp_history_append (&map->history, planes != NULL ? rest : NULL, n);
    read_groups (map);
  }
}

void
mdsp_peak_map_process (MdspPeakMap *map, const float *const planes[], size_t n_frames)
{
  feed (map, planes, n_frames);
}

void
mdsp_peak_map_finish (MdspPeakMap *map)
{
  feed (map, NULL, 2 * map->filter.half + MDSP_GROUP);
}

const MdspPeakCell *
mdsp_peak_map_highest (const MdspPeakCell *cells, size_t n_cells)
{
  const MdspPeakCell *highest = NULL;

  for (size_t i = 0; i < n_cells; i++)
    if (cells[i].true_peak_lin > (highest != NULL ? highest->true_peak_lin : 0.0f))
      highest = &cells[i];
  return highest;
}
