/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/levels.h"
#include "kernels/tables.h"
#include "measure/loudness.h"

#include <stdlib.h>
#include <string.h>

#define ROW (MDSP_MAX_BLOCK + MDSP_PAD)

const double mdsp_levels_crossover_hz[MDSP_LEVELS_BANDS - 1] = { 120.0, 1000.0, 5000.0 };

MdspStatus
mdsp_levels_init (MdspLevels *l, double rate_hz, unsigned n_channels, const MdspKernels *kernels)
{
  memset (l, 0, sizeof *l);
  l->kernels = kernels;
  l->rate_hz = rate_hz;
  l->n_channels = n_channels;
  MdspCrossoverParams params = { rate_hz, n_channels, MDSP_LEVELS_BANDS, { 0 } };
  memcpy (params.frequency_hz, mdsp_levels_crossover_hz, sizeof params.frequency_hz);
  MdspStatus status = mdsp_crossover_init (&l->crossover, &params, kernels);
  if (status != MDSP_OK)
    return status;
  mdsp_kweight_design (&l->k_coef, rate_hz);
  l->k_state = calloc ((n_channels + 1) / 2, sizeof *l->k_state);
  l->input = calloc (n_channels, ROW * sizeof (float));
  l->bands = calloc (MDSP_LEVELS_BANDS * n_channels, ROW * sizeof (float));
  l->groups = calloc (MDSP_LEVELS_BANDS * n_channels, ROW * sizeof (float));
  l->power = calloc (n_channels, sizeof *l->power);
  l->steps = calloc (MDSP_LEVELS_MAX_STEPS, sizeof *l->steps);
  if (!l->k_state || !l->input || !l->bands || !l->groups || !l->power || !l->steps) {
    mdsp_levels_clear (l);
    return MDSP_ERROR_MEMORY;
  }
  return MDSP_OK;
}

void
mdsp_levels_clear (MdspLevels *l)
{
  mdsp_crossover_clear (&l->crossover);
  free (l->k_state);
  free (l->input);
  free (l->bands);
  free (l->groups);
  free (l->power);
  free (l->steps);
  memset (l, 0, sizeof *l);
}

/* Groups since reset at which step k ends. */
static uint64_t
step_end (const MdspLevels *l, uint64_t k)
{
  return (uint64_t) ((double) (k + 1) * l->rate_hz / (MDSP_LEVELS_PER_S * MDSP_GROUP) + 0.5);
}

static void
end_step (MdspLevels *l)
{
  MdspLevelStep *s = &l->steps[l->n_steps++];
  const double per_group = l->step_groups > 0 ? 1.0 / l->step_groups : 0.0;
  s->weighted = (float) (l->weighted * per_group / MDSP_GROUP);
  for (unsigned b = 0; b < MDSP_LEVELS_BANDS; b++) {
    double loudest = 0.0;
    for (unsigned c = 0; c < l->n_channels; c++) {
      loudest = l->power[c][b] > loudest ? l->power[c][b] : loudest;
      l->power[c][b] = 0.0;
    }
    s->band[b] = (float) (loudest * per_group);
  }
  l->weighted = 0.0;
  l->step_groups = 0;
}

/* K-weighted energy of groups [from, from + n) of the block. */
static double
weighted_energy (MdspLevels *l, size_t from, size_t n)
{
  double energy = 0.0;
  for (unsigned c = 0; c < l->n_channels; c += 2) {
    const bool alone = c + 1 == l->n_channels;
    const float *x = l->input + c * ROW + from * MDSP_GROUP;
    double sums[3] = { 0.0, 0.0, 0.0 };
    l->kernels->kweight_f64 (&l->k_coef, l->k_state[c / 2], x, alone ? x : x + ROW, n * MDSP_GROUP,
                             sums);
    energy += alone ? sums[0] : sums[0] + sums[1];
  }
  return energy;
}

/* Band powers of groups [from, from + n) of the block: four sums side by side, each in order of time. */
static void
add_groups (MdspLevels *l, unsigned c, size_t from, size_t n)
{
  double sum[MDSP_LEVELS_BANDS];
  memcpy (sum, l->power[c], sizeof sum);
  for (size_t i = from; i < from + n; i++)
    for (unsigned b = 0; b < MDSP_LEVELS_BANDS; b++)
      sum[b] += l->groups[(b * l->n_channels + c) * ROW + i];
  memcpy (l->power[c], sum, sizeof sum);
}

/* The groups between the ends of steps, all of a block's bands being known. */
static void
take_groups (MdspLevels *l, size_t n_groups)
{
  for (size_t at = 0, n; at < n_groups && l->n_steps < MDSP_LEVELS_MAX_STEPS; at += n) {
    const uint64_t left = step_end (l, l->n_steps) - l->n_groups;
    n = n_groups - at < left ? n_groups - at : (size_t) left;
    l->weighted += weighted_energy (l, at, n);
    for (unsigned c = 0; c < l->n_channels; c++)
      add_groups (l, c, at, n);
    l->n_groups += n;
    l->step_groups += (unsigned) n;
    if (n == left)
      end_step (l);
  }
}

static void
take_block (MdspLevels *l)
{
  const size_t n_groups = l->n_filled / MDSP_GROUP;
  const float *in[MDSP_MAX_CHANNELS];
  float *out[MDSP_LEVELS_BANDS * MDSP_MAX_CHANNELS];
  for (unsigned c = 0; c < l->n_channels; c++)
    in[c] = l->input + c * ROW;
  for (unsigned r = 0; r < MDSP_LEVELS_BANDS * l->n_channels; r++)
    out[r] = l->bands + r * ROW;
  mdsp_crossover_process (&l->crossover, in, out, n_groups * MDSP_GROUP);
  for (unsigned r = 0; r < MDSP_LEVELS_BANDS * l->n_channels; r++)
    l->kernels->group_mean_power_f32 (l->groups + r * ROW, out[r], n_groups);
  take_groups (l, n_groups);
  l->n_filled = 0;
}

void
mdsp_levels_process (MdspLevels *l, const float *const planes[], size_t n_frames)
{
  for (size_t done = 0, n; done < n_frames && l->n_steps < MDSP_LEVELS_MAX_STEPS; done += n) {
    n = MDSP_MAX_BLOCK - l->n_filled;
    n = n < n_frames - done ? n : n_frames - done;
    for (unsigned c = 0; c < l->n_channels; c++) {
      float *dst = l->input + c * ROW + l->n_filled;
      memcpy (dst, planes[c] + done, n * sizeof (float));
      l->kernels->sanitize_f32 (dst, n);
    }
    l->n_filled += (unsigned) n;
    if (l->n_filled == MDSP_MAX_BLOCK)
      take_block (l);
  }
}

void
mdsp_levels_finish (MdspLevels *l)
{
  if (l->n_steps < MDSP_LEVELS_MAX_STEPS)
    take_block (l);
}
