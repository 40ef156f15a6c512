/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Is one of two channels a copy of the other that is 2 to 30 ms late, as the Haas effect has it (Haas
 * 1951)? Music is like itself at many such lags, so products at lags (channel_delay.h) say little
 * here. What tells is the phase of the cross-spectrum, whose slope over all frequencies is the delay,
 * whatever notes are played: the smoothed coherence transform, the generalised correlation with
 * 1 / sqrt (<|L|^2> <|R|^2>) as its weight (Carter, Nuttall, Cable 1973; Knapp and Carter 1976):
 *
 *   means of frames, about 20 kHz -> 0.16 s or more, Hann, five times a second -> L, R
 *     -> <|L|^2> <|R|^2> <R L*>, leaky over a second -> <R L*> / sqrt (<|L|^2> <|R|^2>) -> back
 *
 * of which the peak is 1 for a copy without a delay, 1 less the share of the window that the copy
 * does not share for one with, and below 0 for one that is upside down.
 */
#ifndef MDSP_HAAS_DELAY_H
#define MDSP_HAAS_DELAY_H

#include "filter/fft.h"
#include "mdsp.h"
#include "measure/channel_delay.h" /* MdspLateCopy */

#define MDSP_HAAS_MIN_MS 2.0
#define MDSP_HAAS_MAX_MS 30.0

typedef struct {
  double rate_hz; /* of the samples, each the mean of `step` frames */
  unsigned step;
  unsigned n_blocks; /* since the last look, of 100 ms */
  float sum[2];      /* of the frames of the next sample */
  unsigned n_summed;
  unsigned at;        /* where the next sample goes */
  uint64_t n_samples; /* since reset */
  MdspFft fft;
  float *memory;
  float *ring[2], *window, *frame, *re[2], *im[2], *work;
  double *power[2], *cross[2]; /* leaky, per bin; the cross-spectrum's real and imaginary parts */
  double *product;             /* of the powers */
  MdspLateCopy found;
} MdspHaasDelay;

/* rate_hz: MDSP_RATE_MIN .. MDSP_RATE_MAX. */
MdspStatus mdsp_haas_delay_init (MdspHaasDelay *d, double rate_hz, const MdspKernels *kernels);
void mdsp_haas_delay_reset (MdspHaasDelay *d);
void mdsp_haas_delay_clear (MdspHaasDelay *d);

/* Two planes, any number of frames of the block under way. */
void mdsp_haas_delay_process (MdspHaasDelay *d, const float *const planes[2], size_t n_frames);
/* Ends a block of 100 ms. */
void mdsp_haas_delay_close_block (MdspHaasDelay *d);

/* |ms|: MDSP_HAAS_MIN_MS .. MDSP_HAAS_MAX_MS, or 0. */
MdspLateCopy mdsp_haas_delay_found (const MdspHaasDelay *d);

#endif
