/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stereo image of two channels, through mid M = (L + R) / 2 and side S = (L - R) / 2:
 *
 *   M, S -> LR4 bands of both (crossover.h) -> S of each band times its width, M untouched
 *        -> first-order high-pass on S (elliptical) -> S + a decorrelated M (widening)
 *        -> L = M + S, R = M - S -> balance
 *
 * Only S is changed, and M goes through the all-pass that belongs to S's bands, so L and R stay in
 * phase and the mono sum keeps its magnitude; with one band L and R get the change of S added, and
 * the mono sum is that of the input but for one rounding. No delay; neutral settings touch nothing.
 *
 * Guard: per band the side is not widened beyond P_S <= P_M (1 - g) / (1 + g), which keeps the
 * correlation at g or above whatever M and S have in common:
 *   rho = (P_M - P_S) / sqrt ((P_M + P_S)^2 - 4 P_MS^2) >= (P_M - P_S) / (P_M + P_S).
 * Where the input is beyond that already the side stays as it is. P are averages over 20 ms and
 * over 1 s, both must hold; less width acts within one grid step, more comes back in a second. Without
 * a delay the guard knows a hit only when it is there: what is promised is the correlation at any time,
 * not that of a span in which narrow music, that may be widened, is followed by wide music, that stays.
 */
#ifndef MDSP_IMAGER_H
#define MDSP_IMAGER_H

#include "dynamics/gain_line.h"
#include "filter/crossover.h"
#include "filter/decorrelator.h"

#define MDSP_IMAGER_MAX_BANDS 4
#define MDSP_IMAGER_BUFFER    (MDSP_GAIN_LINE_MAX_FRAMES + MDSP_PAD)
#define MDSP_IMAGER_MAX_WIDTH 2.0
#define MDSP_IMAGER_MAX_WIDEN 0.5 /* of M, at widen = 1 */
#define MDSP_IMAGER_POWER_DB  1.0 /* preserve_power scales by this much at most */

typedef struct {
  double rate_hz;
  double bass_mono_hz; /* 0 = off, else MDSP_CROSSOVER_MIN_HZ and up: no side below */
  double width_low, width_mid, width_high; /* 0 .. MDSP_IMAGER_MAX_WIDTH; 1 = as it is */
  double crossover_low_hz, crossover_high_hz;
  double balance_db;       /* right over left, half of it on each */
  double side_highpass_hz; /* 0 = off: 6 dB an octave */
  double side_limit_db;    /* 0 = off, else: above crossover_high the side stays this far below M */
  double guard;            /* least correlation, -1 (off) .. 0.9 */
  bool preserve_power;     /* loudness instead of the mid: everything scaled, by 1 dB at most */
  double widen;            /* 0 .. 1 */
} MdspImagerParams;

/* One arrangement of bands. */
typedef struct {
  unsigned n_bands;
  MdspCrossover
      crossover[MDSP_IMAGER_MAX_BANDS - 1]; /* of 2, 3, 4 bands: all there from the start */
  int limited_band;                         /* the one above crossover_high, or -1 */
  MdspGlide width[MDSP_IMAGER_MAX_BANDS];
  double widening[MDSP_IMAGER_MAX_BANDS]; /* how much of width - 1 the guard lets through */
  double limit[MDSP_IMAGER_MAX_BANDS];    /* gain of the side limiter */
  double fast[MDSP_IMAGER_MAX_BANDS][3], slow[MDSP_IMAGER_MAX_BANDS][3]; /* <MM> <SS> <MS> */
  double newest[MDSP_IMAGER_MAX_BANDS][3]; /* the same of the newest segment */
  MdspGainLine gain[MDSP_IMAGER_MAX_BANDS];
  float band[2 * MDSP_IMAGER_MAX_BANDS][MDSP_IMAGER_BUFFER]; /* M, S, M, S ... of this segment */
} MdspImage;

typedef struct {
  const MdspKernels *kernels;
  MdspImagerParams params; /* as set, made legal */
  MdspImage image[2];
  unsigned current;  /* the image that is heard; the other one comes while changing > 0 */
  unsigned n_parts;  /* of MDSP_GRID frames: the grid's step, about 5 ms */
  unsigned changing; /* grid steps until the other one is alone: warming up, then fading */
  bool has_news;     /* settings that the images do not know yet */
  unsigned warm_steps, fade_steps, glide_steps;
  double fast_share, slow_share, release_share;

  MdspGlide balance_db, elliptic, elliptic_g, widen;
  double elliptic_z;
  unsigned widen_wait; /* grid steps for which the decorrelator fills before it is heard */
  double widening;     /* how much of widen the guard lets through */
  MdspDecorrelator decorrelator;
  MdspGainLine left_gain, right_gain, widen_gain;
  double elliptic_node[2], power_gain;
  double half_balance; /* half of the balance as a factor */
  bool follows;        /* in this segment: only width and balance, in one band */
  bool neutral;        /* and those do nothing */

  uint64_t n_frames; /* since reset */
  float mid[MDSP_IMAGER_BUFFER], side[MDSP_IMAGER_BUFFER];
  float out[2][MDSP_IMAGER_BUFFER];
  float scratch[3][MDSP_IMAGER_BUFFER];
  float other[2][MDSP_IMAGER_BUFFER], weight[MDSP_IMAGER_BUFFER]; /* of the image that fades in */

  /* Since the newest take: products of L and R before and after, whole and per band. */
  double whole[2][3], bands[MDSP_IMAGER_MAX_BANDS][2][3];
  unsigned n_read_bands;
} MdspImager;

typedef struct {
  bool heard; /* there was sound; else the correlations say nothing */
  unsigned n_bands;
  double edge_hz[MDSP_IMAGER_MAX_BANDS]; /* upper; the last one is half the rate */
  double before[MDSP_IMAGER_MAX_BANDS], after[MDSP_IMAGER_MAX_BANDS]; /* correlation */
  double width[MDSP_IMAGER_MAX_BANDS];          /* as it is now, guard and limiter included */
  double correlation_before, correlation_after; /* of the whole */
  double gain_db;                               /* of preserve_power now */
} MdspImagerReading;

/* Neutral defaults. */
void mdsp_imager_params_init (MdspImagerParams *params, double rate_hz);

/* Whether they change nothing. */
bool mdsp_imager_params_neutral (const MdspImagerParams *params);

MdspStatus mdsp_imager_init (MdspImager *im, const MdspImagerParams *params,
                             const MdspKernels *kernels);
/* New settings, without a click: in 20 ms, or, when the number of bands changes, through a
 * crossfade of 20 ms after the new filters have run for 100 ms. rate_hz is fixed. */
void mdsp_imager_set (MdspImager *im, const MdspImagerParams *params);
/* Empties the filters and jumps to the settings. */
void mdsp_imager_reset (MdspImager *im);
void mdsp_imager_clear (MdspImager *im);
/* In place, any number of frames. */
void mdsp_imager_process (MdspImager *im, float *const planes[2], size_t n_frames);
/* What was seen since the last call (whole grid steps; per band the widths' effect, without
 * elliptical filter and widening). */
void mdsp_imager_take (MdspImager *im, MdspImagerReading *reading);

#endif
