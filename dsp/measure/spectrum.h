/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The long-term average spectrum of a programme in third octaves (IEC 61260-1, base ten, 20 Hz ..
 * 20 kHz), for mid and side, over the parts that count for its loudness.
 *
 *   planes -> mid, side -> Hann window, half overlapped -> FFT -> power of 31 bands
 *                          (a frame is 1/4 .. 1/2 s)          -> store by the frame's loudness
 *
 * The gate is that of BS.1770-5 with the frame as its block: above -70 LUFS, and above 10 LU under
 * the mean of those. Frames are summed by their K-weighted level in steps of 0.1 LU (as in
 * gating.h), so memory does not grow; only frames in the one step that the gate cuts are in doubt.
 */
#ifndef MDSP_SPECTRUM_H
#define MDSP_SPECTRUM_H

#include "filter/fft.h"

#define MDSP_SPECTRUM_BANDS  31
#define MDSP_SPECTRUM_PARTS  5 /* of a band, alike in log frequency: how the programme fills it */
#define MDSP_SPECTRUM_LEVELS 1100 /* -70 .. +40 LUFS; hotter frames share the last */

typedef struct {
  double rate_hz;      /* MDSP_RATE_MIN .. MDSP_RATE_MAX */
  unsigned n_channels; /* 1 or 2 */
} MdspSpectrumParams;

/* A part's share of the bins [first, last]: the two ends count in part. */
typedef struct {
  unsigned first, last;
  float first_weight, last_weight;
} MdspSpectrumPart;

/* Sums over frames of one loudness. */
typedef struct {
  uint64_t count;
  double mid[MDSP_SPECTRUM_BANDS], side[MDSP_SPECTRUM_BANDS];
  double part[MDSP_SPECTRUM_BANDS][MDSP_SPECTRUM_PARTS]; /* of both */
} MdspSpectrumSum;

typedef struct {
  double rate_hz;
  unsigned n_channels, n_bands;
  MdspFft fft;
  MdspSpectrumPart parts[MDSP_SPECTRUM_BANDS][MDSP_SPECTRUM_PARTS];
  double k_power[MDSP_SPECTRUM_BANDS]; /* K-weighting at the centres */
  float *memory;                       /* holds the five below */
  float *window, *input[2], *frame[2], *bins[2], *work;
  unsigned n_filled; /* of the input rows */
  uint64_t n_taken;  /* frames since reset */
  MdspSpectrumSum *levels;
  double total_power; /* of all frames over -70 LUFS, K-weighted */
  uint64_t total_count;
} MdspSpectrum;

/* dB; a full-scale sinusoid in one channel reads -3.01. -inf: nothing there. */
typedef struct {
  unsigned n_bands;                     /* those below 0.45 of the rate; above, -inf */
  double level_db[MDSP_SPECTRUM_BANDS]; /* sum of the channels' powers */
  double mid_db[MDSP_SPECTRUM_BANDS];   /* (L + R) / 2; the channel itself when there is one */
  double side_db[MDSP_SPECTRUM_BANDS];  /* (L - R) / 2 */
  /* Of each part in its band's power, in all 1; 0 where there is nothing. */
  double share[MDSP_SPECTRUM_BANDS][MDSP_SPECTRUM_PARTS];
  double bin_hz;  /* of the frames' transform; each bin takes a sixth of its neighbours' powers */
  double gated_s; /* how much of the programme that is */
} MdspSpectrumReading;

/* Centre of band 0 .. 30 in Hz, 1000 * 10^((band - 17) / 10), and its upper edge; the lower edge is
 * that of the band below, -1 for the lowest. */
double mdsp_spectrum_centre_hz (unsigned band);
double mdsp_spectrum_upper_hz (int band);
/* The middle of part 0 .. MDSP_SPECTRUM_PARTS - 1 of a band. */
double mdsp_spectrum_part_hz (unsigned band, unsigned part);

MdspStatus mdsp_spectrum_init (MdspSpectrum *s, const MdspSpectrumParams *params,
                               const MdspKernels *kernels);
void mdsp_spectrum_reset (MdspSpectrum *s);
void mdsp_spectrum_clear (MdspSpectrum *s);
/* Any number of frames. */
void mdsp_spectrum_process (MdspSpectrum *s, const float *const planes[], size_t n_frames);
/* The end of the stream: a programme shorter than one frame is read as one. Call once. */
void mdsp_spectrum_finish (MdspSpectrum *s);
void mdsp_spectrum_read (const MdspSpectrum *s, MdspSpectrumReading *reading);

#endif
