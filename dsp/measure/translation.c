/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/translation.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"

#include <math.h> /* fabs, floor */
#include <string.h>

/* See loudness.c. */
#define STATE_FLOOR 1e-30

/* A lane before it has its place. */
typedef struct {
  MdspPlaybackLane lane;
  MdspLaneUse use;
} Wanted;

/* End of step k (counted from 0) in frames since reset: every tenth boundary of loudness.c. */
static uint64_t
hop_end (const MdspTranslation *t, uint64_t k)
{
  return (uint64_t) floor ((double) (10 * (k + 1)) * t->rate_hz / 100.0 + 0.5);
}

static void
design_k_weighting (MdspTranslation *t)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, t->rate_hz);
  for (unsigned s = 0; s < 2; s++)
    for (unsigned c = 0; c < 2; c++) {
      const double *b = k.b[s], *a = k.a[s];
      t->k_coef[s].b0[c] = b[0];
      t->k_coef[s].c1[c] = b[1] - b[0] * a[0];
      t->k_coef[s].c2[c] = b[2] - b[0] * a[1];
      t->k_coef[s].a1[c] = a[0];
      t->k_coef[s].a2[c] = a[1];
    }
}

static bool
folds_bass (const MdspPlaybackParams *p)
{
  return !p->mono && p->mono_below_hz > 0.0;
}

/* The lanes of one device; where only bass is folded, also mid and side below that frequency. */
static unsigned
want_device (Wanted *wanted, const MdspPlaybackParams *p, unsigned device, double rate_hz,
             MdspStatus *status)
{
  MdspPlaybackDesign design;
  unsigned n = 0;
  *status = mdsp_playback_design (&design, p, rate_hz);
  if (*status != MDSP_OK)
    return 0;
  for (unsigned l = 0; l < design.n_lanes; l++)
    wanted[n++] =
        (Wanted){ design.lane[l], { 0, MDSP_ENERGY_DEVICE + device, design.lane[l].weight } };
  if (!folds_bass (p))
    return n;
  const MdspPlaybackParams bass = { .lowpass_hz = p->mono_below_hz,
                                    .lowpass_order = 4,
                                    .noise_lufs = MDSP_SILENCE_DB };
  *status = mdsp_playback_design (&design, &bass, rate_hz);
  for (unsigned l = 0; l < 2; l++) {
    design.lane[l].source = MDSP_LANE_MID + l;
    wanted[n++] =
        (Wanted){ design.lane[l],
                  { 0, (l == 0 ? MDSP_ENERGY_BASS_MID : MDSP_ENERGY_BASS_SIDE) + device, 1.0 } };
  }
  return n;
}

/* What comes in, as it is. */
static unsigned
want_original (Wanted *wanted)
{
  static const struct {
    MdspLaneSource source;
    MdspLaneUse use;
  } what[] = {
    { MDSP_LANE_LEFT, { 0, MDSP_ENERGY_ORIGINAL, 1.0 } },
    { MDSP_LANE_RIGHT, { 0, MDSP_ENERGY_ORIGINAL, 1.0 } },
    { MDSP_LANE_MID, { 0, MDSP_ENERGY_FOLDED, 2.0 } }, /* from both loudspeakers */
  };
  const unsigned n = sizeof what / sizeof what[0];
  for (unsigned i = 0; i < n; i++) {
    memset (&wanted[i], 0, sizeof wanted[i]);
    wanted[i].lane.source = what[i].source;
    wanted[i].use = what[i].use;
  }
  return n;
}

/* In the form of the kernel. */
static void
pack (MdspPowerLanes *lanes, unsigned l, const MdspPlaybackLane *from)
{
  static const double weights[4][2] = { [MDSP_LANE_LEFT] = { 1.0, 0.0 },
                                        [MDSP_LANE_RIGHT] = { 0.0, 1.0 },
                                        [MDSP_LANE_MID] = { 0.5, 0.5 },
                                        [MDSP_LANE_SIDE] = { 0.5, -0.5 } };
  double gain = 1.0;
  for (unsigned s = 0; s < from->n_sections; s++) {
    const double *b = from->section[s].b, *a = from->section[s].a;
    lanes->c[s][0][l] = b[1] / b[0] - a[0];
    lanes->c[s][1][l] = b[2] / b[0] - a[1];
    lanes->c[s][2][l] = a[0];
    lanes->c[s][3][l] = a[1];
    gain *= b[0];
  }
  for (unsigned i = 0; i < 2; i++)
    lanes->weight[i][l] = weights[from->source][i] * gain;
  if (from->n_sections > lanes->n_sections[l / 4])
    lanes->n_sections[l / 4] = from->n_sections;
}

static bool
sound_alike (const MdspPlaybackLane *a, const MdspPlaybackLane *b)
{
  return a->source == b->source && a->n_sections == b->n_sections &&
         memcmp (a->section, b->section, a->n_sections * sizeof a->section[0]) == 0;
}

/* Longest first, so that few sections are run for nothing; those of one length stay in order. */
static void
sort_by_length (Wanted *wanted, unsigned n)
{
  for (unsigned i = 1; i < n; i++) {
    const Wanted w = wanted[i];
    unsigned at = i;
    for (; at > 0 && wanted[at - 1].lane.n_sections < w.lane.n_sections; at--)
      wanted[at] = wanted[at - 1];
    wanted[at] = w;
  }
}

static void
place_lanes (MdspTranslation *t, Wanted *wanted, unsigned n)
{
  unsigned n_lanes = 0;
  sort_by_length (wanted, n);
  for (unsigned i = 0; i < n; i++) {
    const Wanted *same = wanted;
    while (!sound_alike (&same->lane, &wanted[i].lane))
      same++;
    if (same == &wanted[i]) {
      pack (&t->group[n_lanes / MDSP_POWER_LANES].lanes, n_lanes % MDSP_POWER_LANES, &same->lane);
      wanted[i].use.lane = n_lanes++;
    } else {
      wanted[i].use.lane = same->use.lane;
    }
    t->use[t->n_uses++] = wanted[i].use;
  }
  t->n_groups = (n_lanes + MDSP_POWER_LANES - 1) / MDSP_POWER_LANES;
}

static MdspStatus
plan_lanes (MdspTranslation *t)
{
  Wanted wanted[MDSP_TRANSLATION_MAX_LANES];
  MdspStatus status = MDSP_OK;
  unsigned n = want_original (wanted);
  for (unsigned d = 0; d < t->n_devices && status == MDSP_OK; d++)
    n += want_device (wanted + n, &t->params[d], d, t->rate_hz, &status);
  if (status == MDSP_OK)
    place_lanes (t, wanted, n);
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
  design_k_weighting (t);
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

/* A step of 100 ms is complete: the lanes' energies go where they are used. */
static void
close_hop (MdspTranslation *t)
{
  double energy[MDSP_N_ENERGIES] = { 0.0 };
  for (unsigned i = 0; i < t->n_uses; i++) {
    const MdspLaneUse *use = &t->use[i];
    const MdspLaneGroup *group = &t->group[use->lane / MDSP_POWER_LANES];
    energy[use->energy] += use->weight * group->sums[use->lane % MDSP_POWER_LANES];
  }
  for (unsigned d = 0; d < t->n_devices; d++) {
    add_hop (t, &t->device[d], energy[MDSP_ENERGY_DEVICE + d]);
    t->bass_mid[d] += energy[MDSP_ENERGY_BASS_MID + d];
    t->bass_side[d] += energy[MDSP_ENERGY_BASS_SIDE + d];
  }
  add_hop (t, &t->original, energy[MDSP_ENERGY_ORIGINAL]);
  add_hop (t, &t->folded, energy[MDSP_ENERGY_FOLDED]);
  for (unsigned g = 0; g < t->n_groups; g++) {
    MdspLaneGroup *group = &t->group[g];
    memset (group->sums, 0, sizeof group->sums);
    flush (&group->state[0][0][0], group->lanes.n_sections[0] * 2 * MDSP_POWER_LANES);
  }
  flush (&t->k_state[0][0][0], 8);
  t->n_hops++;
  t->next_hop = hop_end (t, t->n_hops);
}

void
mdsp_translation_process (MdspTranslation *t, const float *const planes[], size_t n_frames)
{
  const float *right = planes[t->n_channels - 1];
  double pairs[MDSP_MAX_BLOCK + MDSP_PAD][2];
  for (size_t done = 0; done < n_frames;) {
    uint64_t left = t->next_hop - t->n_frames;
    size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    n = n < MDSP_MAX_BLOCK ? n : MDSP_MAX_BLOCK;
    t->kernels->pair_f64 (pairs, planes[0] + done, right + done, n);
    t->kernels->cascade_direct_f64 (t->k_coef, t->k_state, 2, pairs, n);
    for (unsigned g = 0; g < t->n_groups; g++) {
      MdspLaneGroup *group = &t->group[g];
      t->kernels->lane_powers_f64 (&group->lanes, group->state, (const double (*)[2]) pairs, n,
                                   group->sums);
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
