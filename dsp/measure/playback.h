/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a playback device makes of the music: a band of frequencies (Butterworth), a low shelf,
 * one loudspeaker instead of two, or bass in mono, and a noise that it is heard in.
 *
 *   channels -> left, right, mid, side -> two lanes of sections (f64) -> channels [+ noise]
 *
 * A device has one or two lanes: left and right, mid alone (mono), or mid and side (mono below a
 * frequency: the side through a Linkwitz-Riley high-pass of fourth order, the mid through the
 * all-pass of the same phase). translation.h measures through the same lanes.
 */
#ifndef MDSP_PLAYBACK_H
#define MDSP_PLAYBACK_H

#include "kernels/kernels.h"
#include "mdsp.h"

#define MDSP_PLAYBACK_MAX_ORDER    8
#define MDSP_PLAYBACK_MAX_SECTIONS 12

/* A frequency of 0 leaves its filter out; one at or above 0.49 of the rate too, where it is a
 * low-pass. */
typedef struct {
  bool mono;                              /* one loudspeaker plays (left + right) / 2 */
  double mono_below_hz;                   /* 0, or 20 .. 1000; not with mono */
  double highpass_hz, lowpass_hz;         /* -3 dB; 10 .. 40000 */
  unsigned highpass_order, lowpass_order; /* 1 .. 8 */
  double shelf_hz, shelf_db;              /* low shelf of second order, slope 1; +-24 dB */
  double noise_lufs;                      /* loudness of the noise; -inf: none */
  double noise_lowpass_hz;                /* second order; 0: white */
} MdspPlaybackParams;

/* One second-order section, a0 = 1. */
typedef struct {
  double b[3], a[2];
} MdspPlaybackSection;

typedef enum { MDSP_LANE_LEFT, MDSP_LANE_RIGHT, MDSP_LANE_MID, MDSP_LANE_SIDE } MdspLaneSource;

typedef struct {
  MdspLaneSource source;
  double weight; /* of the lane's power in what both ears get: 1, or 2 for mid and side */
  unsigned n_sections;
  MdspPlaybackSection section[MDSP_PLAYBACK_MAX_SECTIONS];
} MdspPlaybackLane;

typedef struct {
  unsigned n_lanes; /* 1 or 2 */
  MdspPlaybackLane lane[2];
} MdspPlaybackDesign;

/* MDSP_ERROR_PARAM when a number is out of its range. */
MdspStatus mdsp_playback_design (MdspPlaybackDesign *design, const MdspPlaybackParams *params,
                                 double rate_hz);

/* Gain of a lane in dB at a frequency. */
double mdsp_playback_response_db (const MdspPlaybackLane *lane, double rate_hz, double f_hz);

/* The same lane of four side by side in the form of the kernel. */
void mdsp_playback_pack (MdspLanesCoef *coef, unsigned n_sections, unsigned lane,
                         const MdspPlaybackLane *from);

typedef struct {
  const MdspKernels *kernels;
  MdspPlaybackDesign design;
  unsigned n_sections;
  MdspLanesCoef coef[MDSP_PLAYBACK_MAX_SECTIONS];
  double state[MDSP_PLAYBACK_MAX_SECTIONS][2][MDSP_LANES];
  uint8_t from[MDSP_LANES];
  uint64_t n_frames; /* since reset */
  double noise_gain; /* of the noise through its low-pass */
  MdspPlaybackSection noise;
  double noise_state[2][2]; /* [channel] */
  uint64_t noise_seed;
  double lanes[MDSP_MAX_BLOCK * MDSP_LANES];
} MdspPlayback;

/* One or two channels: one is heard from both loudspeakers. */
MdspStatus mdsp_playback_init (MdspPlayback *p, const MdspPlaybackParams *params, double rate_hz,
                               const MdspKernels *kernels);
void mdsp_playback_reset (MdspPlayback *p);

/* What the device gives, in place of the first two channels (planes[1] may be planes[0]). Any
 * number of frames; no delay beyond that of the filters themselves. */
void mdsp_playback_process (MdspPlayback *p, float *const planes[2], size_t n_frames);

/* dst[i] = left, right, mid, side of frame i. */
void mdsp_playback_spread (double *dst, const float *left, const float *right, size_t n_frames);

#endif
