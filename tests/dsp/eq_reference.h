/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser once more, in the plainest way: every section designed anew for every sample from the
 * formulas of the papers that filter/biquad.h names, with libm, and run as the trapezoidal
 * state-variable filter of the textbooks. */
#ifndef EQ_REFERENCE_H
#define EQ_REFERENCE_H

#include "filter/equalizer_band.h"

#include <stddef.h>
#include <stdint.h>

/* What a band is at one moment; amount 0 .. 1 fades it in from y = x. */
typedef struct {
  MdspEqType type;
  unsigned slope;
  double log2_f, gain_db, log2_q, amount;
} RefBand;

typedef struct {
  double ic1, ic2;
} RefState;

/* The settled, static band of these settings. */
RefBand ref_band_of (const MdspEqBandParams *params);

/* One sample of one or two channels through the band's sections, in place. */
void ref_band_tick (const RefBand *band, double rate, RefState state[][4], double *x,
                    unsigned n_channels);

/* Noise that falls by about 3 dB per octave, as music does, RMS near -16 dBFS; a seed per channel. */
void ref_pink_noise (float *x, size_t n, uint64_t seed);

/* Detector of a dynamic band (R. Bristow-Johnson's cookbook): direct form. */
typedef struct {
  double b[3], a[2], z[2];
} RefDetector;
void ref_detector_init (RefDetector *d, MdspEqType type, double f, double q, double rate);
double ref_detector_tick (RefDetector *d, double x);

#endif
