/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Second-order sections whose response follows the analogue prototype up to 20 kHz, where the
 * bilinear transform cramps (M. Vicanek, "Matched Second Order Digital Filters", 2016, "Matched
 * One-Pole Digital Shelving Filters", 2019, and "Matched Two-Pole Digital Shelving Filters", 2024;
 * poles by impulse invariance, numerators fitted to the magnitude; cuts: biquad_cut.c). The table of
 * errors is in docs/numerics.md.
 *
 * Designs are pure functions of their arguments, in double through dmath only. Frequencies of zero
 * to half the rate are legal; above 0.49 of the rate they are taken as that (shelves excepted). A
 * design is the magnitude |H| of:
 *
 *   bell         (s^2 + s A/Q + 1) / (s^2 + s/(A Q) + 1),  A^2 = gain
 *   high shelf   order 1: (1 + s A) / (1 + s/A);  order 2: |H|^2 = (1 + f^4 A^2) / (1 + f^4 / A^2)
 *   low shelf    the high shelf of -gain_db, times gain: 0 dB at the top
 *   cut          Butterworth of order 1 .. 8
 *   notch        (s^2 + 1) / (s^2 + s/Q + 1)
 *   tilt         a straight line in dB over log f, from 20 Hz to 20 kHz within 0.1 dB (a rise
 *                of 12 dB; 0.2 dB at 24)
 *
 * with s and f relative to the corner frequency.
 */
#ifndef MDSP_BIQUAD_H
#define MDSP_BIQUAD_H

#include "mdsp.h"

/* b0 + b1/z + b2/z^2 over 1 + a1/z + a2/z^2; a = { a1, a2 }. */
typedef struct {
  double b[3], a[2];
} MdspBiquad;

#define MDSP_CUT_MAX_SECTIONS 4
#define MDSP_TILT_SECTIONS    3
#define MDSP_BIQUAD_TOP       0.49 /* of the rate: corner frequencies above are taken as this */
#define MDSP_TILT_OCTAVES     9.965784284662087 /* log2 (20000 / 20) */

/* q > 0; 0 dB gives b = a. */
void mdsp_biquad_bell (MdspBiquad *f, double frequency_hz, double gain_db, double q,
                       double rate_hz);
/* order 1 (6 dB per octave) or 2 (12, Butterworth). Half of gain_db at frequency_hz. */
void mdsp_biquad_low_shelf (MdspBiquad *f, double frequency_hz, double gain_db, unsigned order,
                            double rate_hz);
void mdsp_biquad_high_shelf (MdspBiquad *f, double frequency_hz, double gain_db, unsigned order,
                             double rate_hz);
/* Order 1 .. 8; -3.01 dB at frequency_hz, 6 dB per octave and order. Returns the number of sections
 * that make the cut, (order + 1) / 2. */
unsigned mdsp_biquad_low_cut (MdspBiquad f[MDSP_CUT_MAX_SECTIONS], double frequency_hz,
                              unsigned order, double rate_hz);
unsigned mdsp_biquad_high_cut (MdspBiquad f[MDSP_CUT_MAX_SECTIONS], double frequency_hz,
                               unsigned order, double rate_hz);
void mdsp_biquad_notch (MdspBiquad *f, double frequency_hz, double q, double rate_hz);
/* rise_db: from 20 Hz to 20 kHz, |rise_db| <= 24; 0 dB at pivot_hz. */
void mdsp_biquad_tilt (MdspBiquad f[MDSP_TILT_SECTIONS], double pivot_hz, double rise_db,
                       double rate_hz);
/* What a tilt is made of: one-pole high shelves in pairs about the middle of the band. Returns the level
 * of the whole at 0 Hz in dB. */
typedef struct {
  double frequency_hz, gain_db;
} MdspTiltShelf;
double mdsp_tilt_shelves (MdspTiltShelf shelf[2 * MDSP_TILT_SECTIONS], double pivot_hz,
                          double rise_db);
/* y = x */
void mdsp_biquad_unity (MdspBiquad *f);

/* |H|^2 at frequency_hz. */
double mdsp_biquad_power (const MdspBiquad *f, double frequency_hz, double rate_hz);
/* The product of n sections, in dB. */
double mdsp_biquad_response_db (const MdspBiquad *f, unsigned n, double frequency_hz,
                                double rate_hz);

/* The same filter as a state-variable filter (trapezoidal integrators; V. Zavalishin, "The Art of VA
 * Filter Design"): its states are those of the analogue circuit, so coefficients may change with
 * every sample, and f64 keeps the noise of a 20 Hz bell below -240 dB.
 *
 *   v = x - s1;  p = t0 s0 + t1 v;  y = (m0 x + m2 s1) + m1 p;  s0 = p - s0;  s1 = s1 + g p
 */
typedef struct {
  double t0, t1, g, m0, m1, m2;
} MdspSection;

void mdsp_section_from_biquad (MdspSection *s, const MdspBiquad *f);

/* The states that the same filter has in direct form II, w[n] = x[n] - a1 w[n-1] - a2 w[n-2]: both
 * hold what the poles have made of the input, so one follows from the other whatever the zeros are:
 * s0 = t1 (w1 - w2), s1 = t1 g (w1 + w2). While coefficients stand still that form is cheaper; at
 * 20 Hz and 48 kHz its noise is below -220 dB. A section without poles (t1 = 0) has none. */
void mdsp_section_to_direct (const MdspSection *s, double state[2]);
void mdsp_section_from_direct (const MdspSection *s, double state[2]);

static inline double
mdsp_section_tick (const MdspSection *f, double s[2], double x)
{
  double v = x - s[1];
  double p = f->t0 * s[0] + f->t1 * v;
  double y = (f->m0 * x + f->m2 * s[1]) + f->m1 * p;
  s[0] = p - s[0];
  s[1] = s[1] + f->g * p;
  return y;
}

#endif
