/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/translation.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"

#include <math.h> /* fabs, floor */
#include <string.h>

/* See loudness.c. */
#define STATE_FLOOR 1e-30

#define MAX_LANES (4 * MDSP_TRANSLATION_MAX_DEVICES)

/* A lane before it has its place. */
typedef struct {
  MdspPlaybackLane lane;
  int device;
  bool fold;
} Wanted;

/* End of step k (counted from 0) in frames since reset: every tenth boundary of loudness.c. */
static uint64_t
hop_end (const MdspTranslation *t, uint64_t k)
{
  return (uint64_t) floor ((double) (10 * (k + 1)) * t->rate_hz / 100.0 + 0.5);
}

static void
pack_k_weighting (MdspTranslation *t)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, t->rate_hz);
  for (unsigned s = 0; s < 2; s++)
    for (unsigned l = 0; l < MDSP_LANES; l++) {
      for (unsigned i = 0; i < 3; i++)
        t->k_coef[s].b[i][l] = k.b[s][i];
      for (unsigned i = 0; i < 2; i++)
        t->k_coef[s].a[i][l] = k.a[s][i];
    }
}

static bool
folds_bass (const MdspPlaybackParams *p)
{
  return !p->mono && p->mono_below_hz > 0.0;
}

/* The lanes of one device; where only bass is folded, also mid and side below that frequency. */
static unsigned
want_device (Wanted *wanted, const MdspPlaybackParams *p, int device, double rate_hz,
             MdspStatus *status)
{
  MdspPlaybackDesign design;
  unsigned n = 0;
  *status = mdsp_playback_design (&design, p, rate_hz);
  if (*status != MDSP_OK)
    return 0;
  for (unsigned l = 0; l < design.n_lanes; l++)
    wanted[n++] = (Wanted){ design.lane[l], device, false };
  if (!folds_bass (p))
    return n;
  const MdspPlaybackParams bass = { .lowpass_hz = p->mono_below_hz,
                                    .lowpass_order = 4,
                                    .noise_lufs = MDSP_SILENCE_DB };
  *status = mdsp_playback_design (&design, &bass, rate_hz);
  for (unsigned l = 0; l < 2; l++) {
    design.lane[l].source = MDSP_LANE_MID + l;
    wanted[n++] = (Wanted){ design.lane[l], device, true };
  }
  return n;
}

/* The next group takes the four longest that are left: few sections are run for nothing. */
static void
fill_group (MdspLaneGroup *group, Wanted *wanted, unsigned *n_wanted)
{
  memset (group, 0, sizeof *group);
  for (unsigned l = 0; l < MDSP_LANES; l++) {
    unsigned best = 0;
    group->owner[l].device = -1;
    if (*n_wanted == 0)
      continue;
    for (unsigned i = 1; i < *n_wanted; i++)
      if (wanted[i].lane.n_sections > wanted[best].lane.n_sections)
        best = i;
    const Wanted w = wanted[best];
    wanted[best] = wanted[--*n_wanted];
    if (l == 0)
      group->n_sections = w.lane.n_sections > 0 ? w.lane.n_sections : 1;
    mdsp_playback_pack (group->coef, group->n_sections, l, &w.lane);
    group->from[l] = (uint8_t) w.lane.source;
    group->owner[l].device = w.device;
    group->owner[l].weight = w.lane.weight;
    group->owner[l].fold = w.fold;
  }
}

static MdspStatus
plan_lanes (MdspTranslation *t)
{
  Wanted wanted[MAX_LANES];
  MdspStatus status = MDSP_OK;
  unsigned n = 0;
  for (unsigned d = 0; d < t->n_devices && status == MDSP_OK; d++)
    n += want_device (wanted + n, &t->params[d], (int) d, t->rate_hz, &status);
  while (n > 0 && status == MDSP_OK)
    fill_group (&t->group[t->n_groups++], wanted, &n);
  return status;
}

MdspStatus
mdsp_translation_init (MdspTranslation *t, double rate_hz, unsigned n_channels,
                       const MdspPlaybackParams params[], unsigned n_devices,
                       const MdspKernels *kernels)
{
  memset (t, 0, sizeof *t);
  if (n_channels < 1 || n_channels > 2 || n_devices > MDSP_TRANSLATION_MAX_DEVICES)
    return MDSP_ERROR_PARAM;
  t->kernels = kernels;
  t->rate_hz = rate_hz;
  t->n_channels = n_channels;
  t->n_devices = n_devices;
  if (n_devices > 0)
    memcpy (t->params, params, n_devices * sizeof *params);
  MdspStatus status = plan_lanes (t);
  if (status != MDSP_OK)
    return status;
  pack_k_weighting (t);
  status = mdsp_gating_init (&t->original.blocks);
  if (status == MDSP_OK)
    status = mdsp_gating_init (&t->folded.blocks);
  for (unsigned d = 0; d < n_devices && status == MDSP_OK; d++)
    status = mdsp_gating_init (&t->device[d].blocks);
  if (status != MDSP_OK)
    mdsp_translation_clear (t);
  else
    mdsp_translation_reset (t);
  return status;
}

static void
reset_power (MdspGatedPower *p)
{
  memset (p->hop, 0, sizeof p->hop);
  mdsp_gating_reset (&p->blocks);
}

void
mdsp_translation_reset (MdspTranslation *t)
{
  memset (t->k_state, 0, sizeof t->k_state);
  memset (t->k_sums, 0, sizeof t->k_sums);
  for (unsigned g = 0; g < t->n_groups; g++) {
    memset (t->group[g].state, 0, sizeof t->group[g].state);
    memset (t->group[g].sums, 0, sizeof t->group[g].sums);
  }
  reset_power (&t->original);
  reset_power (&t->folded);
  for (unsigned d = 0; d < t->n_devices; d++)
    reset_power (&t->device[d]);
  memset (t->bass_mid, 0, sizeof t->bass_mid);
  memset (t->bass_side, 0, sizeof t->bass_side);
  t->n_frames = t->n_hops = 0;
  t->next_hop = hop_end (t, 0);
}

void
mdsp_translation_clear (MdspTranslation *t)
{
  mdsp_gating_clear (&t->original.blocks);
  mdsp_gating_clear (&t->folded.blocks);
  for (unsigned d = 0; d < t->n_devices; d++)
    mdsp_gating_clear (&t->device[d].blocks);
}

static void
add_hop (const MdspTranslation *t, MdspGatedPower *p, double energy)
{
  p->hop[t->n_hops % MDSP_TRANSLATION_HOPS] = energy;
  if (t->n_hops + 1 < MDSP_TRANSLATION_HOPS)
    return;
  uint64_t first = t->n_hops + 1 - MDSP_TRANSLATION_HOPS;
  uint64_t start = first == 0 ? 0 : hop_end (t, first - 1);
  double sum = (p->hop[0] + p->hop[1]) + (p->hop[2] + p->hop[3]);
  mdsp_gating_add (&p->blocks, sum / (double) (hop_end (t, t->n_hops) - start));
}

static void
flush (double *z, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    if (fabs (z[i]) < STATE_FLOOR)
      z[i] = 0.0;
}

/* A step of 100 ms is complete: the lanes' energies go to their devices. */
static void
close_hop (MdspTranslation *t)
{
  double energy[MDSP_TRANSLATION_MAX_DEVICES] = { 0.0 };
  for (unsigned g = 0; g < t->n_groups; g++) {
    MdspLaneGroup *group = &t->group[g];
    for (unsigned l = 0; l < MDSP_LANES; l++) {
      const int d = group->owner[l].device;
      if (d < 0)
        continue;
      if (!group->owner[l].fold)
        energy[d] += group->owner[l].weight * group->sums[l];
      else if (group->from[l] == MDSP_LANE_MID)
        t->bass_mid[d] += group->sums[l];
      else
        t->bass_side[d] += group->sums[l];
    }
    memset (group->sums, 0, sizeof group->sums);
    flush (&group->state[0][0][0], group->n_sections * 2 * MDSP_LANES);
  }
  for (unsigned d = 0; d < t->n_devices; d++)
    add_hop (t, &t->device[d], energy[d]);
  add_hop (t, &t->original, t->k_sums[MDSP_LANE_LEFT] + t->k_sums[MDSP_LANE_RIGHT]);
  add_hop (t, &t->folded, 2.0 * t->k_sums[MDSP_LANE_MID]);
  memset (t->k_sums, 0, sizeof t->k_sums);
  flush (&t->k_state[0][0][0], 4 * MDSP_LANES);
  t->n_hops++;
  t->next_hop = hop_end (t, t->n_hops);
}

void
mdsp_translation_process (MdspTranslation *t, const float *const planes[], size_t n_frames)
{
  static const uint8_t straight[MDSP_LANES] = { 0, 1, 2, 3 };
  const float *right = planes[t->n_channels - 1];
  double k[MDSP_MAX_BLOCK * MDSP_LANES], y[MDSP_MAX_BLOCK * MDSP_LANES];
  for (size_t done = 0; done < n_frames;) {
    uint64_t left = t->next_hop - t->n_frames;
    size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    n = n < MDSP_MAX_BLOCK ? n : MDSP_MAX_BLOCK;
    mdsp_playback_spread (k, planes[0] + done, right + done, n);
    t->kernels->biquad_lanes_f64 (t->k_coef, t->k_state, 2, k, k, straight, n, t->k_sums);
    for (unsigned g = 0; g < t->n_groups; g++) {
      MdspLaneGroup *group = &t->group[g];
      t->kernels->biquad_lanes_f64 (group->coef, group->state, group->n_sections, y, k, group->from,
                                    n, group->sums);
    }
    t->n_frames += n;
    done += n;
    if (t->n_frames == t->next_hop)
      close_hop (t);
  }
}

static double
loudness (const MdspGatedPower *p)
{
  return mdsp_gating_integrated (&p->blocks, true, NULL);
}

double
mdsp_translation_original_lufs (const MdspTranslation *t)
{
  return loudness (&t->original);
}

/* b relative to a; -inf when either is not there. */
static double
change (double a, double b)
{
  return a == MDSP_SILENCE_DB || b == MDSP_SILENCE_DB ? MDSP_SILENCE_DB : b - a;
}

static double
bass_fold_lu (double mid, double side)
{
  return mid + side > 0.0 ? mdsp_db_from_power (mid / (mid + side)) : 0.0;
}

void
mdsp_translation_read (const MdspTranslation *t, unsigned d, MdspTranslationReading *r)
{
  const MdspPlaybackParams *p = &t->params[d];
  double original = loudness (&t->original), folded = loudness (&t->folded);
  r->loudness_lufs = loudness (&t->device[d]);
  r->change_lu = change (original, r->loudness_lufs);
  r->tonal_change_lu = p->mono ? change (folded, r->loudness_lufs) : r->change_lu;
  r->mono_change_lu = p->mono                  ? change (original, folded)
                      : p->mono_below_hz > 0.0 ? bass_fold_lu (t->bass_mid[d], t->bass_side[d])
                                               : 0.0;
  r->drowned = 0.0;
  if (p->noise_lufs != MDSP_SILENCE_DB && original != MDSP_SILENCE_DB)
    r->drowned = mdsp_gating_share_below (&t->device[d].blocks, original + p->noise_lufs);
}
