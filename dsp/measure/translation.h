/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How loud music is on many playback devices, from one pass: the K-weighted left, right, mid and
 * side go through the lanes of all devices (playback.h), eight lanes at a time, and the power of
 * each device passes the gates of BS.1770-5. K-weighting and device are linear, so that it does not
 * matter which comes first. Lanes that are alike are run once.
 *
 *   left, right -> K -> groups of eight lanes of left, right, mid or side -> energy of 100 ms
 *      -> power of 400 ms, every 100 ms -> gating per device, of the original, and of the mid
 */
#ifndef MDSP_TRANSLATION_H
#define MDSP_TRANSLATION_H

#include "measure/gating.h"
#include "measure/playback.h"

#define MDSP_TRANSLATION_MAX_DEVICES 16
#define MDSP_TRANSLATION_HOPS        4 /* of 100 ms in a gating block */

typedef struct {
  MdspPowerLanes lanes;
  double state[MDSP_POWER_SECTIONS][2][MDSP_POWER_LANES];
  double sums[MDSP_POWER_LANES]; /* of the step of 100 ms under way */
} MdspLaneGroup;

/* Where energies of 100 ms are collected: per device what is heard of it; per device what its folded
 * bass is made of, which nobody hears; the original and its mid. */
enum {
  MDSP_ENERGY_DEVICE,
  MDSP_ENERGY_BASS_MID = MDSP_ENERGY_DEVICE + MDSP_TRANSLATION_MAX_DEVICES,
  MDSP_ENERGY_BASS_SIDE = MDSP_ENERGY_BASS_MID + MDSP_TRANSLATION_MAX_DEVICES,
  MDSP_ENERGY_ORIGINAL = MDSP_ENERGY_BASS_SIDE + MDSP_TRANSLATION_MAX_DEVICES,
  MDSP_ENERGY_FOLDED,
  MDSP_N_ENERGIES
};
/* What a lane's energy is part of. Several may take from one lane. */
typedef struct {
  unsigned lane; /* counted over all groups */
  unsigned energy;
  double weight;
} MdspLaneUse;
#define MDSP_TRANSLATION_MAX_LANES (4 * MDSP_TRANSLATION_MAX_DEVICES + 3)

typedef struct {
  double hop[MDSP_TRANSLATION_HOPS]; /* energies of the newest 100 ms steps */
  MdspGating blocks;
} MdspGatedPower;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  unsigned n_channels, n_devices, n_groups;
  MdspPlaybackParams params[MDSP_TRANSLATION_MAX_DEVICES];
  MdspDirectSection k_coef[2];
  double k_state[2][2][2];
  MdspLaneGroup group[(MDSP_TRANSLATION_MAX_LANES + MDSP_POWER_LANES - 1) / MDSP_POWER_LANES];
  MdspLaneUse use[MDSP_TRANSLATION_MAX_LANES];
  unsigned n_uses;
  MdspGatedPower original, folded, device[MDSP_TRANSLATION_MAX_DEVICES];
  double bass_mid[MDSP_TRANSLATION_MAX_DEVICES], bass_side[MDSP_TRANSLATION_MAX_DEVICES];
  uint64_t n_frames, n_hops, next_hop;
} MdspTranslation;

/* In LU; -inf when the original has no loudness or the device plays nothing of it. */
typedef struct {
  double loudness_lufs; /* integrated, on the device */
  double change_lu;     /* against the original */
  /* What folding to mono does alone: to everything (mono), or to the power below mono_below_hz,
   * without gates; 0 for a stereo device. Unrelated channels: -3 LU. */
  double mono_change_lu;
  /* What the device's filters do alone: change against the original, folded where it is folded. */
  double tonal_change_lu;
  double drowned; /* share of the blocks above -70 LUFS that are quieter than the noise, 0 .. 1 */
} MdspTranslationReading;

/* One or two channels (one is heard from two loudspeakers). noise_lufs of the params is relative:
 * the noise's loudness less that of the original. MDSP_ERROR_PARAM, MDSP_ERROR_MEMORY. */
MdspStatus mdsp_translation_init (MdspTranslation *t, double rate_hz, unsigned n_channels,
                                  const MdspPlaybackParams params[], unsigned n_devices,
                                  const MdspKernels *kernels);
void mdsp_translation_reset (MdspTranslation *t);
void mdsp_translation_clear (MdspTranslation *t);

/* Any number of frames; planes[1] is not read when there is one channel. */
void mdsp_translation_process (MdspTranslation *t, const float *const planes[], size_t n_frames);

double mdsp_translation_original_lufs (const MdspTranslation *t);
void mdsp_translation_read (const MdspTranslation *t, unsigned device,
                            MdspTranslationReading *reading);

#endif
