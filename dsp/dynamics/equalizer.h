/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Eight bands in a row, in double from the first to the last, no delay.
 *
 *   pairs of channels -> (mid, side where the next bands want that) -> sections of every band that
 *   is on -> left, right -> float
 *
 * Bands that are off are left out; when all that are on stand at 0 dB, the samples are not touched.
 * While something moves, sections are designed every MDSP_EQ_SEGMENT frames of the stream, run as
 * state-variable filters and have coefficients on straight lines in between; while nothing does, they
 * run in direct form.
 */
#ifndef MDSP_EQUALIZER_H
#define MDSP_EQUALIZER_H

#include "dynamics/dynamic_bands.h"
#include "filter/equalizer_band.h"
#include "kernels/kernels.h"

#define MDSP_EQ_SLOTS (MDSP_EQ_BANDS * MDSP_EQ_MAX_SECTIONS)

typedef struct {
  double rate_hz;
  unsigned n_channels;
  MdspEqBandParams band[MDSP_EQ_BANDS];
} MdspEqualizerParams;

/* States of the sections of one pair of channels, in the order in which they run. */
typedef struct {
  double section[MDSP_EQ_SLOTS][2][2];
} MdspEqualizerState;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  unsigned n_channels, n_pairs;
  MdspEqBand band[MDSP_EQ_BANDS];
  MdspDynamicBands dynamic;
  bool changed;   /* by set, or on the way to what it set */
  bool moving;    /* coefficients run along lines in this segment */
  bool audible;   /* a section is not y = x in this segment */
  unsigned phase; /* frames into the segment */

  /* What runs: n_slots sections; slot i is section `slot_section` of band `slot_band`. While moving
   * the states belong to coef and step, else to direct. */
  unsigned n_slots;
  uint8_t slot_band[MDSP_EQ_SLOTS], slot_section[MDSP_EQ_SLOTS];
  bool slot_mid_side[MDSP_EQ_SLOTS];
  MdspCascadeSection coef[MDSP_EQ_SLOTS], step[MDSP_EQ_SLOTS];
  MdspDirectSection direct[MDSP_EQ_SLOTS];

  MdspEqualizerState *state; /* per pair */
  double (*pairs)[2];        /* of one block */
  float *spare;              /* second channel of an odd last one */
} MdspEqualizer;

void mdsp_equalizer_params_init (MdspEqualizerParams *params, double rate_hz, unsigned n_channels);
/* MDSP_ERROR_PARAM for a rate or channel count outside mdsp.h. */
MdspStatus mdsp_equalizer_init (MdspEqualizer *e, const MdspEqualizerParams *params,
                                const MdspKernels *kernels);
/* New bands; rate and channels are fixed. */
void mdsp_equalizer_set (MdspEqualizer *e, const MdspEqualizerParams *params);
/* Empties the filters and jumps to the settings. */
void mdsp_equalizer_reset (MdspEqualizer *e);
void mdsp_equalizer_clear (MdspEqualizer *e);

/* In place, n_frames <= MDSP_MAX_BLOCK. */
void mdsp_equalizer_process (MdspEqualizer *e, float *const planes[], size_t n_frames);
/* The same, the dynamic bands listening to `heard` instead of the planes. */
void mdsp_equalizer_process_heard (MdspEqualizer *e, float *const planes[],
                                   const float *const heard[], size_t n_frames);

/* Largest dynamic move of each band since the last call, in dB with its sign; 0 = none. */
void mdsp_equalizer_take (MdspEqualizer *e, double move_db[MDSP_EQ_BANDS]);

/* |H| of the settled, static bands in dB for what `of` names: MDSP_EQ_MID takes the bands for
 * stereo and mid, MDSP_EQ_STEREO those for stereo alone. */
double mdsp_equalizer_response_db (const MdspEqualizerParams *params, MdspEqChannels of,
                                   double frequency_hz);

/* Whether a band wants two channels (left, right, mid or side) and does not get them. */
bool mdsp_equalizer_needs_stereo (const MdspEqualizerParams *params);

#endif
