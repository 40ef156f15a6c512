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
 * the mono sum is that of the input but for one rounding. Neutral settings touch nothing.
 *
 * Guard (width_guard.h): no band's correlation ends below min (input, guard), over any span of the
 * look-ahead. What makes the image wider is kept apart from the rest until that is known:
 *
 *   in -> bands, widths up to 1, elliptical filter -> L0, R0 -------- delay -> + -> balance -> out
 *      -> (width - 1) S of each band, decorrelated M -> e[i] -------- delay -> x q[i] -^
 *      -> powers of each band -> guard ----------------------------------------> q[i], 0 .. 1
 *
 * so all settings stay with the sound that they came with. The delay is there only when the settings
 * at init widen under a guard with a look-ahead; else the guard goes by what it has heard.
 */
#ifndef MDSP_IMAGER_H
#define MDSP_IMAGER_H

#include "dynamics/gain_line.h"
#include "dynamics/width_guard.h"
#include "filter/crossover.h"
#include "filter/decorrelator.h"
#include "filter/delay.h"

#define MDSP_IMAGER_MAX_BANDS        4
#define MDSP_IMAGER_BUFFER           (MDSP_GAIN_LINE_MAX_FRAMES + MDSP_PAD)
#define MDSP_IMAGER_MAX_WIDTH        2.0
#define MDSP_IMAGER_MAX_WIDEN        0.5 /* of M, at widen = 1 */
#define MDSP_IMAGER_POWER_DB         1.0 /* preserve_power scales by this much at most */
#define MDSP_IMAGER_LOOKAHEAD_MS     1000.0
#define MDSP_IMAGER_MAX_LOOKAHEAD_MS 3000.0
/* What the guard rules over: the widths of the bands, and the decorrelated mid. */
#define MDSP_IMAGER_PARTS (MDSP_IMAGER_MAX_BANDS + 1)
#define MDSP_IMAGER_WIDEN MDSP_IMAGER_MAX_BANDS

typedef struct {
  double rate_hz;
  double bass_mono_hz; /* 0 = off, else MDSP_CROSSOVER_MIN_HZ and up: no side below */
  double width_low, width_mid, width_high; /* 0 .. MDSP_IMAGER_MAX_WIDTH; 1 = as it is */
  double crossover_low_hz, crossover_high_hz;
  double balance_db;       /* right over left, half of it on each */
  double side_highpass_hz; /* 0 = off: 6 dB an octave */
  double side_limit_db;    /* 0 = off, else: above crossover_high the side stays this far below M */
  double guard;            /* least correlation, -1 (off) .. 0.9 */
  double lookahead_ms; /* of the guard, 0 (none) .. MDSP_IMAGER_MAX_LOOKAHEAD_MS; fixed at init */
  bool will_move;      /* it has to be ready for other widths than these; fixed at init */
  bool preserve_power; /* loudness instead of the mid: everything scaled, by 1 dB at most */
  double widen;        /* 0 .. 1 */
} MdspImagerParams;

/* One arrangement of bands. */
typedef struct {
  unsigned n_bands;
  MdspCrossover
      crossover[MDSP_IMAGER_MAX_BANDS - 1]; /* of 2, 3, 4 bands: all there from the start */
  int limited_band;                         /* the one above crossover_high, or -1 */
  MdspGlide width[MDSP_IMAGER_MAX_BANDS];
  double limit[MDSP_IMAGER_MAX_BANDS]; /* gain of the side limiter */
  double fast[MDSP_IMAGER_MAX_BANDS][2], slow[MDSP_IMAGER_MAX_BANDS][2]; /* <MM> <SS>, for it */
  double newest[MDSP_IMAGER_MAX_BANDS][3];   /* <MM> <SS> <MS> of the newest segment */
  MdspGainLine gain[MDSP_IMAGER_MAX_BANDS];  /* of the side, what is over a width of 1 left out */
  MdspGainLine extra[MDSP_IMAGER_MAX_BANDS]; /* what is over 1 */
  float band[2 * MDSP_IMAGER_MAX_BANDS][MDSP_IMAGER_BUFFER]; /* M, S, M, S ... of this segment */
} MdspImage;

/* What has to be known of a segment when it comes out. */
typedef struct {
  unsigned n_bands;
  bool follows;                       /* only width and balance, in one band */
  double half_balance;                /* at its end, half of the balance as a factor */
  double gain[MDSP_IMAGER_MAX_BANDS]; /* means over it */
  double extra[MDSP_IMAGER_PARTS]; /* at its end: the widths less 1, the decorrelated mid's gain */
  double whole[3], bands[MDSP_IMAGER_MAX_BANDS][3]; /* <MM> <SS> <MS> */
} MdspImagerSegment;

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
  double elliptic_node[2], elliptic_z[1 + MDSP_IMAGER_MAX_BANDS]; /* of L0 and R0, of each e[i] */
  unsigned widen_wait; /* grid steps for which the decorrelator fills before it is heard */
  MdspDecorrelator decorrelator;
  MdspGainLine widen_gain;
  double half_balance;
  bool follows; /* in this segment: only width and balance, in one band */

  MdspWidthGuardParams guard_params;
  MdspWidthGuard guard[MDSP_IMAGER_MAX_BANDS];
  unsigned n_guarded;                            /* bands */
  MdspWidthGuardGain allowed[MDSP_IMAGER_PARTS]; /* of extra, below */
  bool is_watching;                              /* allowed goes on from step to step */
  unsigned latency;                              /* segments */
  MdspDelay delay;                               /* L0, R0 */
  MdspDelay part_delay[MDSP_IMAGER_PARTS];
  MdspImagerSegment *segments;          /* a ring of latency + 1 */
  unsigned newest, leaving;             /* in it: what comes in and what goes out */
  unsigned part_age[MDSP_IMAGER_PARTS]; /* segments since e[i] was something, latency + 1 at most */
  MdspGainLine through[MDSP_IMAGER_PARTS]; /* q[i] */
  MdspGainLine left_gain, right_gain;
  double power[2], power_gain; /* of what came in and of what the widths make of it */

  uint64_t n_frames; /* since reset */
  float mid[MDSP_IMAGER_BUFFER], side[MDSP_IMAGER_BUFFER];
  float part[MDSP_IMAGER_PARTS][MDSP_IMAGER_BUFFER]; /* e[i] */
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

/* Whether something can get wider, now or later, and a guard with a look-ahead watches over it: then
 * there is a delay. */
bool mdsp_imager_params_look_ahead (const MdspImagerParams *params);

MdspStatus mdsp_imager_init (MdspImager *im, const MdspImagerParams *params,
                             const MdspKernels *kernels);
/* New settings, without a click: in 20 ms, or, when the number of bands changes, through a
 * crossfade of 20 ms after the new filters have run for 100 ms. rate_hz and lookahead_ms are fixed. */
void mdsp_imager_set (MdspImager *im, const MdspImagerParams *params);
/* Frames by which the output is late: fixed at init. */
unsigned mdsp_imager_latency (const MdspImager *im);
/* Empties the filters and jumps to the settings. */
void mdsp_imager_reset (MdspImager *im);
void mdsp_imager_clear (MdspImager *im);
/* In place, any number of frames. */
void mdsp_imager_process (MdspImager *im, float *const planes[2], size_t n_frames);
/* What was seen since the last call (whole grid steps; per band the widths' effect, without
 * elliptical filter and widening). */
void mdsp_imager_take (MdspImager *im, MdspImagerReading *reading);

#endif
