/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What bands of an equaliser do to third octaves.
 */
#ifndef MDSP_DECIDE_TONE_RESPONSE_H
#define MDSP_DECIDE_TONE_RESPONSE_H

#include "dynamics/equalizer.h"
#include "measure/spectrum.h"

/* The mean of one band's response over each third octave in dB: at the middles of three equal parts
 * of it. What a band does to music that fills every third octave evenly; the sum of several bands is
 * the sum of theirs, so this is what fits are made of. */
void mdsp_tone_band_response (const MdspEqBandParams *band, double rate_hz,
                              double response_db[MDSP_SPECTRUM_BANDS]);

/* What n bands in a row do to the power of each third octave of this spectrum, in dB: inside a third
 * octave music is a few tones, and a narrow band is not the same for all of them. */
void mdsp_tone_response (const MdspEqBandParams *band, unsigned n,
                         const MdspSpectrumReading *spectrum, double rate_hz,
                         double response_db[MDSP_SPECTRUM_BANDS]);

#endif
