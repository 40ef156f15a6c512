/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * True-peak meter: BS.1770-5 Annex 2 with the interpolator of filter/interpolator.h, per channel.
 * The same filter at every rate, so that the pass-band always reaches 0.4535 fs.
 */
#ifndef MDSP_TRUEPEAK_H
#define MDSP_TRUEPEAK_H

#include "filter/history.h"
#include "filter/interpolator.h"

typedef struct {
  double rate_hz;
  unsigned n_channels;   /* 1 .. MDSP_MAX_CHANNELS */
  unsigned oversampling; /* 4, 8 or 16 */
  unsigned taps;         /* per phase; 0 = 32 (64 at 16x) */
} MdspTruePeakParams;

typedef struct {
  const MdspKernels *kernels;
  MdspInterpolator filter;
  MdspHistory history;
  int64_t next_group;
  float *peak_lin;   /* per channel, since reset */
  float window_lin;  /* over all channels, since mdsp_true_peak_take_window */
  bool keep_windows; /* false: only peak_lin is wanted, more can be skipped */
} MdspTruePeak;

MdspStatus mdsp_true_peak_init (MdspTruePeak *tp, const MdspTruePeakParams *params,
                                const MdspKernels *kernels);
void mdsp_true_peak_reset (MdspTruePeak *tp);
void mdsp_true_peak_clear (MdspTruePeak *tp);

/* Any number of frames. Peaks follow the input by at most half the taps + 8 frames. */
void mdsp_true_peak_process (MdspTruePeak *tp, const float *const planes[], size_t n_frames);

/* Feeds silence until the last input sample has been read in full: the end of a stream is a step
 * to silence. Call once; process may go on afterwards (the silence is then part of the stream). */
void mdsp_true_peak_finish (MdspTruePeak *tp);

/* Linear, 1.0 = 0 dBTP; 0 before any input. */
double mdsp_true_peak_lin (const MdspTruePeak *tp, unsigned channel);
/* The largest over all channels. */
double mdsp_true_peak_max_lin (const MdspTruePeak *tp);
/* The largest over all channels since the last take; starts a new window. */
double mdsp_true_peak_take_window (MdspTruePeak *tp);

#endif
