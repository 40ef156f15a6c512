/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Programme loudness after ITU-R BS.1770-5 and EBU R 128 (Tech 3341, 3342), at any rate and layout:
 * momentary (400 ms), short-term (3 s), integrated (two gates), loudness range, and the maxima.
 *
 *   planes -> K-weighting (f64) -> energy of 10 ms sub-blocks -> ring of 300
 *      every 10 ms:  M = newest 40, S = newest 300          (maxima on this grid)
 *      every 100 ms: gating block = newest 40 -> integrated; S -> loudness range
 *
 * Sub-blocks of 10 ms, because maxima on a 100 ms grid miss a 400 ms tone by up to 0.58 LU
 * (Tech 3341 tests 13 and 14). Boundaries fall at round (k fs / 100), so any rate works.
 */
#ifndef MDSP_LOUDNESS_H
#define MDSP_LOUDNESS_H

#include "kernels/kernels.h"
#include "measure/gating.h"
#include "measure/stereo.h"

#define MDSP_SUBBLOCKS_HOP 10
#define MDSP_SUBBLOCKS_M   40
#define MDSP_SUBBLOCKS_S   300

typedef struct {
  double rate_hz; /* MDSP_RATE_MIN .. MDSP_RATE_MAX */
  unsigned n_channels;
  const double *weights; /* per channel, see layout.h; copied */
  bool coarse;  /* M and S every 100 ms only, no folded loudness: where those are not wanted */
  bool running; /* no exact values: memory stays as it is however long the stream */
} MdspLoudnessParams;

/* The newest sub-blocks of one quantity: energies, and how many frames they span. */
typedef struct {
  double energy[MDSP_SUBBLOCKS_S];
} MdspEnergyRing;

typedef struct {
  const MdspKernels *kernels;
  double rate_hz;
  unsigned n_channels;
  double weights[MDSP_MAX_CHANNELS];
  bool coarse;
  MdspKWeightCoef coef;

  double state[MDSP_MAX_CHANNELS / 2][2][2][2]; /* per pair of channels: see kweight_f64 */
  double sums[MDSP_MAX_CHANNELS / 2][3];        /* of the sub-block under way */

  uint64_t n_frames;      /* since reset */
  uint64_t n_subblocks;   /* complete */
  uint64_t next_boundary; /* frame at which the sub-block under way ends */
  MdspEnergyRing weighted;
  /* The first two channels, unweighted by layout: left, right, left x right. */
  MdspEnergyRing stereo[3];

  MdspGating blocks;      /* 400 ms blocks: integrated loudness */
  MdspGating shorts;      /* S every 100 ms: loudness range */
  MdspGating *folded;     /* 400 ms blocks of (L + R) / 2 in both channels; NULL: none */
  double stereo_total[3]; /* over all gating hops above -70 LUFS */
  double momentary_power, shortterm_power, max_momentary_power, max_shortterm_power;
} MdspLoudness;

/* K-weighting for a rate: BS.1770-5 Annex 1 Tables 1 and 2 at 48 kHz, elsewhere the same analogue
 * prototypes through the bilinear transform, the high-pass normalised to its 48 kHz gain; below 36 kHz,
 * where that bends, a shelf matched to the curve at 48 kHz. Within 0.01 dB of that to 20 kHz or 0.45 fs. */
void mdsp_kweight_design (MdspKWeightCoef *coef, double rate_hz);
/* Its gain in dB at a frequency. */
double mdsp_kweight_response_db (const MdspKWeightCoef *coef, double rate_hz, double f_hz);

MdspStatus mdsp_loudness_init (MdspLoudness *l, const MdspLoudnessParams *params,
                               const MdspKernels *kernels);
void mdsp_loudness_reset (MdspLoudness *l);
/* The signal goes on elsewhere: forgets filters and windows, keeps the programme's statistics. */
void mdsp_loudness_restart (MdspLoudness *l);
void mdsp_loudness_clear (MdspLoudness *l);

/* Frames until the next 100 ms step is complete, > 0. */
uint64_t mdsp_loudness_frames_to_step (const MdspLoudness *l);

/* Any number of frames. Returns true when at least one 100 ms step was completed. */
bool mdsp_loudness_process (MdspLoudness *l, const float *const planes[], size_t n_frames);
/* The same of two signals of one rate and number of channels at once, in much less time than one after
 * the other. At most up to the next step of either: stepped[k] says whether that is complete. */
void mdsp_loudness_process_two (MdspLoudness *const l[2], const float *const *const planes[2],
                                size_t n_frames, bool stepped[2]);

/* All in LUFS (range in LU), -inf where there is no measurement yet: M before 400 ms, S before 3 s,
 * integrated before the first complete 400 ms block above -70 LUFS. */
double mdsp_loudness_momentary (const MdspLoudness *l);
double mdsp_loudness_shortterm (const MdspLoudness *l);
/* Weighted mean power of the newest 100 ms; 0 before there are any. */
double mdsp_loudness_hop_power (const MdspLoudness *l);
double mdsp_loudness_max_momentary (const MdspLoudness *l);
double mdsp_loudness_max_shortterm (const MdspLoudness *l);
double mdsp_loudness_integrated (const MdspLoudness *l, bool exact, double *relative_threshold);
double mdsp_loudness_range (const MdspLoudness *l, bool exact);

/* Of the first two channels, K-weighted (stereo.h): all 0 without a second channel or in silence,
 * and before the span is complete. */
typedef enum {
  MDSP_STEREO_400MS,
  MDSP_STEREO_3S,
  MDSP_STEREO_PROGRAMME /* all gating blocks above -70 LUFS */
} MdspStereoSpan;
MdspStereoReading mdsp_loudness_stereo (const MdspLoudness *l, MdspStereoSpan span);

/* Integrated loudness of (L + R) / 2 in both channels, with its own gates, from the same products;
 * -inf when nothing is left in mono, with another number of channels than two, or when `coarse`. */
double mdsp_loudness_folded (const MdspLoudness *l, bool exact);

#endif
